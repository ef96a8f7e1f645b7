import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairStyle } from '../../../src/kernel/hedge/leg-schedule.ts';
import type { HedgedPairOptions } from '../../../src/kernel/hedge/pair-options.ts';
import { type Outcome, LONG, ScriptedVenue, SHORT } from './scripted-venue.ts';

const FILLED: Outcome = { share: 1, end: 'filled' };
const EXPIRED: Outcome = { share: 0, end: 'expired' };
const HALF: Outcome = { share: 0.5, end: 'expired' };

const enter = (venue: ScriptedVenue, notionalUsd = '10000'): boolean => venue.pair.enter({ notionalUsd });
/** `leg side lots` of everything sent since. */
const sent = (venue: ScriptedVenue, from = 0): string[] => venue.sent.slice(from).map(({ leg }) => `${leg.instrumentId === LONG.id ? 'long' : 'short'} ${leg.side} ${leg.lots}`);
const last = (venue: ScriptedVenue): string => sent(venue).at(-1)!;

/** Long filled, short not: the pair chooses. */
function failed(options: Partial<HedgedPairOptions> = {}, book?: (venue: ScriptedVenue) => void): ScriptedVenue {
  const venue = new ScriptedVenue(options);
  enter(venue);
  venue.answer(venue.waiting[0]!, FILLED);
  book?.(venue);
  venue.answer(venue.waiting[0]!, EXPIRED);
  return venue;
}

describe('REQ-A49 a leg that filled without the other', () => {
  // 0.166 BTC at 60,005: the long book is 10 USD wide (0.83 USD a half), the short one 1 USD; each way costs 5 bps of fee as well
  it('is completed where that costs less, and the numbers are in the journal', () => {
    const venue = failed();
    expect(last(venue)).toBe('short sell 166');
    const event = venue.events.find(({ type }) => type === 'PairCompleting')!;
    expect(event.legFailure!.choice).toBe('complete');
    expect(event.legFailure!.completeUsd).toBeCloseTo(0.166 * (0.5 + 60_005.5 * 0.0005), 6);
    expect(event.legFailure!.unwindUsd).toBeCloseTo(0.166 * (5 + 60_005 * 0.0005), 6);
    expect(event.reason).toBe('completing the leg that lacks costs 5.06 USD, taking back the other costs 5.81 USD');
  });

  it('is taken back where that costs less', () => {
    const venue = failed({}, (market) => { market.quote2(SHORT.id, 59_900, 60_110); });
    expect(last(venue)).toBe('long sell 166');
    const event = venue.events.find(({ type }) => type === 'PairNeutralising')!;
    expect(event.legFailure).toMatchObject({ choice: 'unwind' });
    expect(event.legFailure!.completeUsd).toBeGreaterThan(event.legFailure!.unwindUsd!);
    expect(event.reason).toMatch(/^the other leg did not fill; completing the leg that lacks costs 22\.\d\d USD, taking back the other costs 5\.81 USD: cutting back to 0 \/ 0$/);
  });

  it('is taken back where the book of the other does not hold what lacks', () => {
    const venue = failed({}, (market) => { market.quote2(SHORT.id, 60_005, 60_006, 100); });
    expect(last(venue)).toBe('long sell 166');
    expect(venue.events.find(({ type }) => type === 'PairNeutralising')!.reason).toMatch(/completing the leg that lacks is more than the book holds, taking back the other costs/);
  });

  it('REQ-A48 policy unwind: taken back at once, though completing would cost less', () => {
    const venue = failed({ legFailure: 'unwind' });
    expect(sent(venue)).toEqual(['long buy 166', 'short sell 166', 'long sell 166']);
  });

  it('REQ-B09 policy complete: the remainder is tried, then the other leg is cut back to it, though taking back would cost less', () => {
    const venue = failed({ legFailure: 'complete' }, (market) => { market.quote2(SHORT.id, 59_900, 60_110); });
    expect(last(venue)).toBe('short sell 166');
    venue.answer(venue.waiting[0]!, HALF);
    expect(last(venue)).toBe('long sell 83');
    venue.answer(venue.waiting[0]!, FILLED);
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });
});

describe('a leg is not chased further than the slippage in all', () => {
  it('gives up where the market has run away from the decision, and takes the other back', () => {
    const venue = failed({ maxSlippageBps: 10, maxTotalSlippageBps: 15, legFailure: 'complete' }, (market) => { market.quote2(SHORT.id, 59_900, 59_901); });      // 17.5 bps below
    expect(venue.events.find(({ type }) => type === 'PairRefused')!.reason).toBe(`${SHORT.id} has run more than 15 bps away since the decision`);
    expect(last(venue)).toBe('long sell 166');
  });

  it('caps the price of a retry: 12 bps away, 10 bps of an order would be 22', () => {
    const venue = failed({ maxSlippageBps: 10, maxTotalSlippageBps: 15, legFailure: 'complete' }, (market) => { market.quote2(SHORT.id, 59_935, 59_936); });
    expect(venue.sent.at(-1)!.order.price!.toFixed()).toBe('59915');                // 15 bps below 60,005, not 10 below 59,935
  });

  it('does not hold back what closes', () => {
    const venue = new ScriptedVenue({ maxSlippageBps: 10, maxTotalSlippageBps: 15 });
    enter(venue);
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    venue.pair.exit();
    for (const id of [LONG.id, SHORT.id]) venue.quote2(id, 58_000, 58_010);
    for (const order of [...venue.waiting]) venue.answer(order, EXPIRED);
    venue.wait(1_000);
    expect(venue.waiting.map(({ price }) => price!.toFixed())).toEqual(['57942', '58068']);
  });
});

describe('sequential', () => {
  it('sends one leg, then the other for what the first filled', () => {
    const venue = new ScriptedVenue({ style: 'sequential', firstLeg: 'short' });
    enter(venue);
    expect(sent(venue)).toEqual(['short sell 166']);
    venue.answer(venue.waiting[0]!, HALF);
    expect(sent(venue)).toEqual(['short sell 166', 'long buy 83']);
    venue.answer(venue.waiting[0]!, FILLED);
    expect(last(venue)).toBe('short sell 83');                                       // the rest, once more
    venue.answer(venue.waiting[0]!, EXPIRED);
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(venue.pair.longQuantity.toFixed()).toBe('0.083');
  });

  it('sends nothing on the second leg where the first fills nothing', () => {
    const venue = new ScriptedVenue({ style: 'sequential', firstLeg: 'long' });
    enter(venue);
    venue.answer(venue.waiting[0]!, EXPIRED);
    venue.answer(venue.waiting[0]!, EXPIRED);                                        // one retry
    expect(sent(venue)).toEqual(['long buy 166', 'long buy 166']);
    expect(venue.pair.state).toBe('FLAT');
    expect(venue.pair.unhedged.episodes).toBe(0);
  });

  it('begins with the leg whose book is thinner', () => {
    for (const [thin, id] of [['long', LONG.id], ['short', SHORT.id]] as const) {
      const venue = new ScriptedVenue({ style: 'sequential' });
      for (const leg of [LONG.id, SHORT.id]) venue.quote2(leg, 60_000, 60_001, leg === id ? 400 : 5_000);
      enter(venue);
      expect(last(venue)).toMatch(new RegExp(`^${thin}`));
    }
  });

  it('leaves in sequence too, and takes back what the second leg did not follow', () => {
    const venue = new ScriptedVenue({ style: 'sequential', firstLeg: 'short' });
    enter(venue);
    while (venue.waiting.length > 0) venue.answer(venue.waiting[0]!, FILLED);
    venue.pair.exit();
    expect(last(venue)).toBe('short buy 166');
    venue.answer(venue.waiting[0]!, FILLED);
    expect(last(venue)).toBe('long sell 166');
    venue.answer(venue.waiting[0]!, FILLED);
    expect(venue.pair.state).toBe('FLAT');
  });

  it('a second leg that is refused means taking the first back', () => {
    const venue = new ScriptedVenue({ style: 'sequential', firstLeg: 'long' });
    enter(venue);
    venue.answer(venue.waiting[0]!, FILLED);
    venue.answer(venue.waiting[0]!, { share: 0, end: 'rejected' });
    expect(sent(venue)).toEqual(['long buy 166', 'short sell 166', 'long sell 166']);
  });
});

describe('in clips', () => {
  it('even parts, each hedged before the next, which waits for its pause', () => {
    const venue = new ScriptedVenue({ clipUsd: 4_000, clipEveryMs: 5_000 });
    enter(venue);
    const clips: string[][] = [];
    while (venue.pair.state === 'ENTERING') {
      const from = venue.sent.length - 2;
      for (const order of [...venue.waiting]) venue.answer(order, FILLED);
      clips.push(sent(venue, from).slice(0, 2));
      expect(venue.pair.netQuantity).toBe('0');
      venue.wait(4_999);
      expect(venue.waiting).toHaveLength(0);
      venue.wait(1);
    }
    expect(clips).toEqual([['long buy 55', 'short sell 55'], ['long buy 56', 'short sell 56'], ['long buy 55', 'short sell 55']]);
    expect(venue.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });

  it('what a clip lacks on one leg is dealt with before the next clip', () => {
    const venue = new ScriptedVenue({ clipUsd: 5_000, clipEveryMs: 1_000 });
    enter(venue);
    venue.answer(venue.waiting[0]!, FILLED);
    venue.answer(venue.waiting[0]!, HALF);
    expect(last(venue)).toBe('short sell 42');                                       // 83 less 41: not the second clip
    venue.answer(venue.waiting[0]!, FILLED);
    venue.wait(1_000);
    expect(sent(venue, 3)).toEqual(['long buy 83', 'short sell 83']);
  });

  it('an exit asked for between two clips begins at once, and leaves in clips', () => {
    const venue = new ScriptedVenue({ clipUsd: 5_000, clipEveryMs: 60_000 });
    enter(venue);
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    venue.pair.exit();
    expect(sent(venue, 2)).toEqual(['long sell 83', 'short buy 83']);
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    venue.wait(60_000);
    expect(venue.sent).toHaveLength(4);
    expect(venue.pair.state).toBe('FLAT');
  });

  it('a halt between two clips sends no more of them', () => {
    const venue = new ScriptedVenue({ clipUsd: 5_000 });
    enter(venue);
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    venue.pair.halt('operator');
    venue.wait(10_000);
    expect(venue.sent).toHaveLength(2);
    expect(venue.pair).toMatchObject({ state: 'HALTED', netQuantity: '0' });
  });

  it('a halt between two clips of an exit leaves with all the rest at once', () => {
    const venue = new ScriptedVenue({ clipUsd: 4_000, clipEveryMs: 1_000 });
    enter(venue);
    while (!venue.pair.isHedged) { for (const order of [...venue.waiting]) venue.answer(order, FILLED); venue.wait(1_000); }
    venue.pair.exit();
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    const from = venue.sent.length;
    venue.pair.halt('operator');
    expect(sent(venue, from)).toEqual(['long sell 111', 'short buy 111']);
    for (const order of [...venue.waiting]) venue.answer(order, FILLED);
    expect(venue.pair.toJSON()).toMatchObject({ state: 'HALTED', longQuantity: '0', shortQuantity: '0' });
  });

  it('clips that a venue would refuse are refused before anything leaves', () => {
    const venue = new ScriptedVenue({ clipUsd: 70 }, [{ ...LONG, minNotional: '100' }, SHORT]);
    expect(enter(venue, '600')).toBe(false);
    expect(venue.events.at(-1)!.reason).toMatch(/^a clip is too small: .* is below the minimum of .*; raise clipUsd$/);
    expect(venue.sent).toHaveLength(0);
  });

  it('any size and any clip: no clip is larger than asked for by more than a lot, both legs match after each, and all of it is built', () => {
    fc.assert(fc.property(fc.integer({ min: 300, max: 50_000 }), fc.integer({ min: 100, max: 20_000 }), fc.constantFrom<PairStyle>('simultaneous', 'sequential'), (notionalUsd, clipUsd, style) => {
      const venue = new ScriptedVenue({ clipUsd, style });
      const plain = new ScriptedVenue();
      for (const one of [venue, plain]) enter(one, String(notionalUsd));
      for (let step = 0; step < 2_000 && venue.pair.state === 'ENTERING'; step++) {
        while (venue.waiting.length > 0) venue.answer(venue.waiting[0]!, FILLED);
        expect(venue.pair.netQuantity).toBe('0');
        venue.wait(1_000);
      }
      for (const order of [...plain.waiting]) plain.answer(order, FILLED);
      expect(venue.pair.toJSON()).toMatchObject({ state: plain.pair.state, longQuantity: plain.pair.longQuantity.toFixed(), shortQuantity: plain.pair.shortQuantity.toFixed() });
      for (const { leg } of venue.sent) expect(leg.lots * 0.001 * 60_006).toBeLessThan(clipUsd + 61);
    }), { numRuns: 100 });
  });
});

describe('options that cannot work are refused', () => {
  it.each([
    [{ clipUsd: 0 }, /clipUsd is 0; give a positive value/], [{ clipUsd: Number.NaN }, /clipUsd is NaN/], [{ clipEveryMs: -1 }, /clipEveryMs is -1/],
    [{ maxTotalSlippageBps: 10 }, /maxTotalSlippageBps is 10, less than the 50 of one order/], [{ maxRetries: 1.5 }, /maxRetries is 1\.5/],
  ])('%j', (options, message) => { expect(() => new ScriptedVenue(options)).toThrow(message); });
});
