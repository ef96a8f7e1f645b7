import { Decimal } from '@arb/core';

/** Exact sum of decimal strings, as a decimal string without exponent. */
export function sumAmounts(amounts: Iterable<string>): string {
  let total = new Decimal(0);
  for (const amount of amounts) total = total.plus(amount);
  return total.toFixed();
}

/** A decimal string of the other sign. */
export function negateAmount(amount: string): string {
  return new Decimal(amount).negated().toFixed();
}

/** A decimal string rounded half to even for people, `-0.00` never. */
export function roundAmount(amount: string, decimals: number): string {
  const rounded = new Decimal(amount).toDecimalPlaces(decimals, Decimal.ROUND_HALF_EVEN);
  return (rounded.isZero() ? new Decimal(0) : rounded).toFixed(decimals);
}

/**
 * Rounds parts of a total so that the rounded parts still add up to the rounded total (largest remainder, the earlier part first on a tie).
 *
 * No part moves by a whole unit of its last decimal, and a part that needs no rounding is never touched.
 *
 * @param parts must add up to `total` exactly
 */
export function roundParts(parts: readonly string[], total: string, decimals: number): string[] {
  const scale = new Decimal(10).pow(decimals);
  const scaled = parts.map((part) => new Decimal(part).times(scale));
  const floors = scaled.map((value) => value.floor());
  const target = new Decimal(total).times(scale).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
  const missing = target.minus(floors.reduce((sum, value) => sum.plus(value), new Decimal(0))).toNumber();
  const byRemainder = scaled
    .map((value, index) => ({ index, remainder: value.minus(floors[index]!) }))
    .filter((entry) => !entry.remainder.isZero())
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || a.index - b.index);
  const raised = new Set(byRemainder.slice(0, Math.max(0, missing)).map((entry) => entry.index));
  return floors.map((value, index) =>
    roundAmount(
      value
        .plus(raised.has(index) ? 1 : 0)
        .div(scale)
        .toFixed(),
      decimals,
    ),
  );
}
