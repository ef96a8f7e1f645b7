import { MICROS_PER_DAY, MICROS_PER_HOUR } from '@arb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWalkForward, windowsOf } from '../../src/sweep/walk-forward.ts';

describe('windows of a walk-forward', () => {
  it('every test lies right behind its training part, tests lie end to end, and nothing lies outside', () => {
    fc.assert(fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 400 }), (start, train, test, extra) => {
      const range = { from: start * MICROS_PER_DAY, to: (start + train + test + extra) * MICROS_PER_DAY };
      const windows = windowsOf(range, { train: train * MICROS_PER_DAY, test: test * MICROS_PER_DAY });
      windows.forEach((window, i) => {
        expect([window.train.to - window.train.from, window.test.to - window.test.from, window.test.from]).toEqual([train * MICROS_PER_DAY, test * MICROS_PER_DAY, window.train.to]);
        if (i > 0) expect(window.test.from).toBe(windows[i - 1]!.test.to);
      });
      expect(windows[0]!.train.from).toBe(range.from);
      expect(range.to - windows.at(-1)!.test.to).toBeGreaterThanOrEqual(0);
      expect(range.to - windows.at(-1)!.test.to).toBeLessThan(test * MICROS_PER_DAY);
    }));
  });

  it('lengths are whole hours, days or weeks', () => {
    expect(parseWalkForward('train=2w,test=36h')).toEqual({ train: 14 * MICROS_PER_DAY, test: 36 * MICROS_PER_HOUR });
    for (const wrong of ['train=90d', '90d,30d', 'train=90,test=30d', 'train=0d,test=1d', 'train=1d,test=1d,gap=1d']) expect(() => parseWalkForward(wrong)).toThrow('write train=90d,test=30d');
  });

  it('what is too short for one window is said, with both lengths', () => {
    expect(() => windowsOf({ from: 0, to: 10 * MICROS_PER_DAY }, parseWalkForward('train=9d,test=2d'))).toThrow('needs 11 days of data for one window, 1970-01-01T00:00:00Z to 1970-01-11T00:00:00Z is 10 days');
    expect(() => windowsOf({ from: 0, to: 10 * 365 * MICROS_PER_DAY }, parseWalkForward('train=1h,test=1h'))).toThrow('more than 1000; take longer tests');
  });
});
