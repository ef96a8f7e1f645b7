import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { divideHalfEven, formatMoney, fromMoney, moneyToNumber, ONE, POW10, POW10_NUMBER, toMoney } from '../../../src/kernel/math/money.ts';

const money = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

describe('money', () => {
  it('REQ-D06 text, Decimal and integer are the same amount, both ways', () => {
    fc.assert(fc.property(money, (amount) => {
      expect(toMoney(formatMoney(amount))).toBe(amount);
      expect(toMoney(fromMoney(amount))).toBe(amount);
      expect(fromMoney(amount).times('1e18').toFixed()).toBe(amount.toString());
    }));
  });

  it('reads what is an amount and refuses what is not, never rounding', () => {
    expect([toMoney('1.5'), toMoney('-0.000000000000000001'), toMoney('1e3'), toMoney(0.1), toMoney(new Decimal('2'))]).toEqual([3n * ONE / 2n, -1n, 1_000n * ONE, ONE / 10n, 2n * ONE]);
    for (const bad of ['0.0000000000000000001', 'NaN', 'Infinity']) expect(() => toMoney(bad)).toThrow('is not an amount of at most 18 decimals');
  });

  it('is written without trailing zeros, with the sign before everything', () => {
    expect([0n, 1n, -1n, ONE, -ONE / 2n, 1_050n * ONE / 100n].map(formatMoney)).toEqual(['0', '0.000000000000000001', '-0.000000000000000001', '1', '-0.5', '10.5']);
  });

  it('REQ-D06 divides to the nearest integer, ties to even, like Decimal does', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).filter((divisor) => divisor !== 0n), (dividend, divisor) => {
      expect(divideHalfEven(dividend, divisor).toString()).toBe(new Decimal(dividend.toString()).div(divisor.toString()).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN).toFixed().replace(/^-0$/, '0'));
      expect(divideHalfEven(-dividend, divisor)).toBe(-divideHalfEven(dividend, divisor));
    }));
    expect([5n, 15n, 25n, -5n, -15n].map((dividend) => divideHalfEven(dividend, 10n))).toEqual([0n, 2n, 2n, 0n, -2n]);
    expect([divideHalfEven(7n, -2n), divideHalfEven(-7n, -2n), divideHalfEven(3n, -2n)]).toEqual([-4n, 4n, -2n]);
  });

  it('as a number is within two units in the last binary place of the amount', () => {
    fc.assert(fc.property(money, (amount) => {
      const nearest = Number(`${amount}e-18`);
      expect(Math.abs(moneyToNumber(amount) - nearest)).toBeLessThanOrEqual(2 * Number.EPSILON * Math.abs(nearest));
    }));
  });

  it('powers of ten are exact', () => {
    POW10.forEach((power, exponent) => { expect(power).toBe(10n ** BigInt(exponent)); });
    POW10_NUMBER.forEach((power, exponent) => { expect(BigInt(power)).toBe(10n ** BigInt(exponent)); });
  });
});
