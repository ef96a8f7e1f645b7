import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '@arb/core';
import { negateAmount, roundAmount, roundParts, sumAmounts } from '../../src/report/amounts.ts';

describe('amounts', () => {
  it('sums exactly where binary numbers would not', () => {
    expect(sumAmounts(['0.1', '0.2', '-0.3'])).toBe('0');
    expect(sumAmounts(['123456789012345678.000000000000000001', '0.000000000000000001'])).toBe('123456789012345678.000000000000000002');
    expect(negateAmount('-1.50')).toBe('1.5');
  });

  it('rounds half to even and never writes a negative zero', () => {
    expect([roundAmount('0.125', 2), roundAmount('0.135', 2), roundAmount('-0.004', 2), roundAmount('-0.005', 2)]).toEqual(['0.12', '0.14', '0.00', '0.00']);
  });

  it('REQ-B46 rounded parts add up to the rounded total', () => {
    // 3 × 0.333… make 1.00: one part must give way, the first of equal remainders.
    expect(roundParts(['0.3333333333', '0.3333333333', '0.3333333334'], '1', 2)).toEqual(['0.33', '0.33', '0.34']);
    expect(roundParts(['10.005', '-4.005', '0', '2.00'], '8.00', 2)).toEqual(['10.01', '-4.01', '0.00', '2.00']);
  });

  it('REQ-B46 any parts add up after rounding, and none moves by a whole unit', () => {
    const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map((units) => new Decimal(units.toString()).div('1e18').toFixed());
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 11 }), fc.integer({ min: 0, max: 6 }), (parts, decimals) => {
        const total = sumAmounts(parts);
        const rounded = roundParts(parts, total, decimals);
        expect(sumAmounts(rounded)).toBe(new Decimal(roundAmount(total, decimals)).toFixed());
        rounded.forEach((part, index) => expect(new Decimal(part).minus(parts[index]!).abs().lt(new Decimal(10).pow(-decimals))).toBe(true));
      }),
    );
  });
});
