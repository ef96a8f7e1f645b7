import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../../../src/kernel/portfolio/share.ts';

describe('share', () => {
  it('gives each its part and the remainder to the largest, the first of equals', () => {
    expect(share(100n, [2, 1])).toEqual([67n, 33n]);
    expect(share(10n, [1, 1, 1])).toEqual([4n, 3n, 3n]);
    expect(share(-10n, [1, 1, 1])).toEqual([-4n, -3n, -3n]);
    expect(share(4n, [3, -1])).toEqual([6n, -2n]);
    expect(share(5n, [1, -1])).toEqual([5n, 0n]);
    expect(share(5n, [])).toEqual([]);
  });

  it('the parts add up to the amount, for any weights', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 9 }), (amount, weights) => {
      expect(share(amount, weights).reduce((sum, part) => sum + part, 0n)).toBe(amount);
    }));
  });
});
