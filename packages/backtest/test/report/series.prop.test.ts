import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncodedSeries } from '../../src/report/series.ts';
import { changesOf, cornersOf, encodeSeries, indices, type Samples, scaled, thinned } from '../../src/report/series.ts';

const samples = fc.array(fc.option(fc.integer({ min: -1_000, max: 1_000 }), { freq: 8 }), { minLength: 1, maxLength: 400 });
const curves = fc.array(samples, { minLength: 1, maxLength: 3 }).map((lists) => lists.map((list) => list.slice(0, Math.min(...lists.map(({ length }) => length)))));
const known = (list: Samples): number[] => list.filter((value) => value !== null);

/** Reads an encoded series as a page does: each stamp with its value. */
function read({ start, step, scale, at, d }: EncodedSeries): [stamp: number, value: number | null][] {
  let [steps, sum] = [0, 0];
  return d.map((difference, index) => {
    steps += at?.[index] ?? (index === 0 ? 0 : 1);
    sum += difference ?? 0;
    return [start + steps * step, difference === null ? null : sum / scale];
  });
}

describe('thinned', () => {
  it('picks existing samples at common stamps: the first, the last, and the low and the high of every bucket of every curve', () => {
    fc.assert(fc.property(curves, fc.integer({ min: 8, max: 60 }), (lists, maxPoints) => {
      const all = indices(lists[0]!.length);
      const kept = thinned(lists, maxPoints, all);
      if (all.length <= maxPoints) { expect(kept).toEqual(all); return; }
      expect(kept.length).toBeLessThanOrEqual(maxPoints);
      expect([kept[0], kept.at(-1), [...new Set(kept)].sort((a, b) => a - b)]).toEqual([0, all.length - 1, kept]);
      for (const list of lists) {
        const own = known(kept.map((index) => list[index]!));
        expect([Math.min(...own), Math.max(...own)]).toEqual([Math.min(...known(list)), Math.max(...known(list))]);
      }
    }), { numRuns: 2_000 });
  });

  it('a peak keeps its own time, wherever it is', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 498 }), fc.integer({ min: 0, max: 1 }), (at, sign) => {
      const list = Array.from({ length: 500 }, (_, index) => (index === at ? (sign === 1 ? 50 : -50) : index % 7));
      expect(thinned([list], 21, indices(500))).toContain(at);
    }));
  });

  it('both ends of a gap are kept', () => {
    const list = Array.from({ length: 500 }, (_, index) => (index >= 200 && index < 300 ? null : 1));
    expect(thinned([list], 21, indices(500))).toEqual(expect.arrayContaining([200, 300]));
  });
});

describe('encodeSeries', () => {
  it('every point it holds is a sample of the series, at the time that sample has', () => {
    fc.assert(fc.property(samples, fc.integer({ min: 4, max: 60 }), (list, maxPoints) => {
      const kept = thinned([list], maxPoints, indices(list.length));
      const encoded = encodeSeries({ start: 7_200e6, stepUs: 3_600e6 }, scaled(list, 100), 100, { indices: kept, isThinned: kept.length < list.length });
      expect(read(encoded)).toEqual(kept.map((index) => [7_200 + index * 3_600, list[index]]));
      expect(encoded.of).toBe(kept.length < list.length ? list.length : undefined);
    }));
  });

  it('a stepped curve by its changes loses nothing: at every sample the last change before it has its value', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 2 }), { freq: 8 }), { minLength: 1, maxLength: 200 }), (list) => {
      const points = read(encodeSeries({ start: 0, stepUs: 1e6 }, list, 1, { indices: changesOf([list]), isThinned: false }));
      expect(list.map((_, index) => points.findLast(([stamp]) => stamp <= index)![1])).toEqual(list);
    }));
  });

  it('a line by its corners loses nothing: every sample between two of them has the value of both', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 2 }), { freq: 8 }), { minLength: 1, maxLength: 200 }), (list) => {
      const points = read(encodeSeries({ start: 0, stepUs: 1e6 }, list, 1, { indices: cornersOf([list]), isThinned: false }));
      for (const [index, value] of list.entries()) {
        const ends = points.some(([stamp]) => stamp === index) ? [points.find(([stamp]) => stamp === index)!] : [points.findLast(([stamp]) => stamp < index)!, points.find(([stamp]) => stamp > index)!];
        expect(ends.map(([, end]) => end)).toEqual(ends.map(() => value));
      }
    }));
  });
});
