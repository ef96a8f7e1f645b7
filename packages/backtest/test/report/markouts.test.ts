import { describe, expect, it } from 'vitest';
import { hedgeEpisodes } from '../../src/report/hedge-episodes.ts';
import { averageMarkouts, markoutsOf, markoutsOfEpisode, midAt } from '../../src/report/markouts.ts';
import { at, fillOf, pairOf, SHORT } from './fixtures/small-facts.ts';

const mids = { ts: [0, 1, 10, 35, 60, 290, 300].map(at), mid: [100, 101, 99, 99, 102, 97, 97] };

describe('markouts', () => {
  it('REQ-A42 the mid 1, 10, 60 and 300 s after a fill against its price, signed by side', () => {
    // Bought at 100: 101 → +100 bps, 99 → −100, 102 → +200, 97 → −300. The seller at 100 sees the opposite.
    expect(markoutsOf(fillOf(0, 'buy', '1', '100'), mids)).toEqual([
      expect.closeTo(100, 9),
      expect.closeTo(-100, 9),
      expect.closeTo(200, 9),
      expect.closeTo(-300, 9),
    ]);
    expect(markoutsOf(fillOf(0, 'sell', '1', '100'), mids)).toEqual([
      expect.closeTo(-100, 9),
      expect.closeTo(100, 9),
      expect.closeTo(-200, 9),
      expect.closeTo(300, 9),
    ]);
  });

  it('REQ-A42 a mid that is missing, older than 30 s or beyond the end is no mid', () => {
    expect(midAt(mids, at(-1))).toBeNull();
    expect(midAt(mids, at(35))).toBe(99);
    expect(midAt(mids, at(90))).toBe(102);
    expect(midAt(mids, at(90.5))).toBeNull();
    expect(midAt(mids, at(301))).toBeNull();
    expect(midAt({ ts: [], mid: [] }, at(0))).toBeNull();
    expect(markoutsOf(fillOf(40, 'buy', '1', '100'), mids)[3]).toBeNull();
  });

  it('REQ-A42 the pair keeps only what the legs do not share', () => {
    // Both legs move +1 %: the buyer gains 100 bps, the seller loses 100 bps on the same notional, the pair nothing.
    const sell = fillOf(0, 'sell', '1', '100', { instrumentId: SHORT });
    const buy = fillOf(0.5, 'buy', '1', '100');
    const [episode] = hedgeEpisodes(pairOf(), [sell, buy], at(60));
    const markouts = new Map([
      [sell, [-100, -100, -100, null] as const],
      [buy, [100, 98, 100, 100] as const],
    ]);
    expect(markoutsOfEpisode(episode!, markouts)).toEqual([0, -2, 0, null]);
  });

  it('REQ-A42 mean and 95 % interval of each horizon, with its own count', () => {
    // 1, 2, 3: mean 2, variance 1, standard error 1/√3.
    const [one, ten] = averageMarkouts([
      [1, 5, null, null],
      [2, null, null, null],
      [3, null, null, null],
    ]);
    expect(one).toEqual({ seconds: 1, n: 3, meanBps: 2, ci95Bps: expect.closeTo(1.96 / Math.sqrt(3), 12) });
    expect(ten).toEqual({ seconds: 10, n: 1, meanBps: 5, ci95Bps: null });
    expect(averageMarkouts([])[0]).toEqual({ seconds: 1, n: 0, meanBps: null, ci95Bps: null });
  });
});
