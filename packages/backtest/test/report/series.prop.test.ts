import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinSeries } from '../../src/report/series.ts';

const START = 1_740_787_200_000_000;
const STEP = 60_000_000;
const seriesOf = (values: readonly (number | null)[]): Parameters<typeof thinSeries>[0] => ({ start: START, stepUs: STEP, values });
const values = fc.array(fc.option(fc.integer({ min: -1_000, max: 1_000 }), { freq: 8 }), { minLength: 1, maxLength: 400 });
const known = (list: readonly (number | null)[]): number[] => list.filter((value) => value !== null);

describe('thinSeries', () => {
  it('keeps the low and the high of every bucket in their places, the last value last, and no more points than asked for', () => {
    fc.assert(fc.property(values, fc.integer({ min: 3, max: 60 }), (list, maxPoints) => {
      const series = seriesOf(list);
      const thinned = thinSeries(series, maxPoints);
      expect(thinned.values.length).toBeLessThanOrEqual(Math.max(maxPoints, 1));
      expect(thinned.values.at(-1)).toBe(list.at(-1));
      expect(thinned.start).toBe(START);
      if (thinned === series) return;
      const bucket = 2 * thinned.stepUs / STEP;
      for (let from = 0, at = 0; from < list.length; from += bucket, at += 2) {
        const isLast = from + bucket >= list.length;
        const inside = known(list.slice(from, from + bucket));
        const kept = known(thinned.values.slice(at, isLast ? undefined : at + 2));
        expect([Math.min(...kept), Math.max(...kept)], `bucket at ${from} of ${list.length} in ${maxPoints}`).toEqual([Math.min(...inside), Math.max(...inside)]);
      }
    }), { numRuns: 2_000 });
  });

  it('a peak in the last bucket before the last value is on the curve', () => {
    const list = Array.from({ length: 100 }, (_, i) => (i === 97 ? 50 : i === 98 ? -50 : 0));
    const { values: thinned } = thinSeries(seriesOf(list), 21);
    expect([Math.max(...known(thinned)), Math.min(...known(thinned)), thinned.at(-1)]).toEqual([50, -50, 0]);
  });
});
