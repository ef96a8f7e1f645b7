import { describe, expect, it } from 'vitest';
import { coveredSeconds, dailyResults, isTooShortToJudge, maxDrawdown, percentile, sharpeRatio, yearlyRatePct } from '../../src/report/statistics.ts';

const DAY = 86_400e6;

describe('statistics', () => {
  it('the deepest fall from a peak and the time until it was regained; a gap is skipped', () => {
    expect(maxDrawdown([0, 5, 3, null, -1, 2, 5, 4], 60)).toEqual({ usd: -6, recoverySeconds: 120 });
    expect(maxDrawdown([0, -2, -1], 60)).toEqual({ usd: -2, recoverySeconds: null });
    expect(maxDrawdown([0, 1, 2], 60)).toEqual({ usd: 0, recoverySeconds: 0 });
  });

  it('days are UTC days, also where a run begins within one', () => {
    const curve = {
      start: 19_000 * DAY + DAY / 2,
      stepUs: DAY / 4,
      netPnlUsd: [0, 1, 3, null, 4, 4, 7],
      fundingUsd: [0, 2, 4, 4, 6, 6, 9],
      priceUsd: [0, 0, 0, 0, 0, 0, 0],
      feesUsd: [0, -1, -1, -1, -2, -2, -2],
      slippageUsd: [0, 0, 0, 0, 0, 0, 0],
    };
    const [first, second] = dailyResults(curve);
    expect(first).toMatchObject({ ts: 19_000 * DAY, netPnlUsd: 3, fundingUsd: 4, feesUsd: -1, otherUsd: 0, resultUsd: 3, coverage: 0.5 });
    expect(second).toMatchObject({ ts: 19_001 * DAY, netPnlUsd: 4, fundingUsd: 5, feesUsd: -1, resultUsd: 7, coverage: 1 });
    expect(dailyResults(curve)).toHaveLength(2);
  });

  it('what happened at the first instant belongs to the first day: the days add up to the result', () => {
    const none = [0, 0, 0];
    const days = dailyResults({ start: 19_000 * DAY, stepUs: DAY, netPnlUsd: [-5, -4, -2], fundingUsd: [0, 1, 3], priceUsd: none, feesUsd: [-5, -5, -5], slippageUsd: none });
    expect(days.map(({ netPnlUsd, feesUsd }) => [netPnlUsd, feesUsd])).toEqual([[-4, -5], [2, 0]]);
  });

  it('Sharpe of daily results by hand: mean 3, deviation 1.581, 365 days', () => {
    const sharpe = sharpeRatio([1, 2, 3, 4, 5])!;
    const daily = 3 / Math.sqrt(2.5);
    expect(sharpe.value).toBeCloseTo(daily * Math.sqrt(365), 12);
    expect(sharpe.ci95).toBeCloseTo(1.96 * Math.sqrt((1 + (daily * daily) / 2) / 5) * Math.sqrt(365), 12);
    expect([sharpeRatio([1, 2, 3, 4]), sharpeRatio([2, 2, 2, 2, 2])]).toEqual([null, null]);
  });

  it('equal days have no Sharpe ratio, however their sums are rounded', () => {
    expect(sharpeRatio(new Array<number>(10).fill(0.1))).toBeNull();
    const cumulative = Array.from({ length: 11 }, (_, day) => day * 0.1 / 7);
    expect(sharpeRatio(cumulative.slice(1).map((value, day) => value - cumulative[day]!))).toBeNull();
    expect(sharpeRatio(new Array<number>(10).fill(0))).toBeNull();
  });

  it('says when a run is too short to judge', () => {
    expect([isTooShortToJudge(29, 89), isTooShortToJudge(30, 1), isTooShortToJudge(0, 90)]).toEqual([true, false, false]);
    expect([yearlyRatePct(0.5, 10), yearlyRatePct(0.5, 0.9)]).toEqual([18.25, null]);
  });

  it('time in position counts overlapping pairs once', () => {
    expect(
      coveredSeconds([
        [0, 10e6],
        [5e6, 12e6],
        [20e6, 21e6],
        [20e6, 20.5e6],
      ]),
    ).toBe(13);
    expect([percentile([4, 1, 3, 2], 0.5), percentile([1, 2, 3], 0.99), percentile([], 0.5)]).toEqual([2, 3, null]);
  });
});
