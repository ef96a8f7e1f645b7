import { divideHalfEven, type Money } from '../math/money.ts';

/**
 * Divides an amount by signed weights so that the parts add up to it exactly: each is rounded half to even, and what rounding left goes to the largest weight
 * (the first of equals). Weights that cancel out, or none, leave the whole to the largest.
 *
 * @param weights signed integers; a part against the sum takes the opposite sign, as the two sides of a position do
 * @example share(100n, [2, 1]) // => [67n, 33n]
 */
export function share(amount: Money, weights: readonly number[]): Money[] {
  let total = 0;
  let largest = 0;
  weights.forEach((weight, index) => {
    total += weight;
    if (Math.abs(weight) > Math.abs(weights[largest]!)) largest = index;
  });
  const parts = weights.map((weight) => (total === 0 ? 0n : divideHalfEven(amount * BigInt(weight), BigInt(total))));
  const rest = parts.reduce((left, part) => left - part, amount);
  if (parts.length > 0) parts[largest]! += rest;
  return parts;
}
