import { POW10 } from '../math/money.ts';
import type { Instrument } from '../model/instrument.ts';

/** Lots of each of two instruments that are exactly the same amount; the smallest such pair. */
export interface CommonLot { readonly aLots: number; readonly bLots: number }

/**
 * The smallest quantity both instruments can trade exactly: the least common multiple of lot × multiplier. Multipliers make contracts of 1,000 coins comparable with single coins.
 *
 * Undefined for a linear leg against an inverse one (their ratio depends on the price), and where no such quantity fits into exact numbers.
 * Lots of 0.001 and 0.00001 give `{ aLots: 1, bLots: 100 }`.
 */
export function commonLot(a: Instrument, b: Instrument): CommonLot | undefined {
  if (a.isInverse !== b.isInverse) return undefined;
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const unitA = unitOf(a, decimals);
  const unitB = unitOf(b, decimals);
  const divisor = gcd(unitA, unitB);
  const aLots = Number(unitB / divisor);
  const bLots = Number(unitA / divisor);
  return Number.isSafeInteger(aLots) && Number.isSafeInteger(bLots) ? { aLots, bLots } : undefined;
}

function decimalsOf({ sizeIncrement, multiplier }: Instrument): number { return sizeIncrement.decimalPlaces() + multiplier.decimalPlaces(); }

/** Base units (inverse: quote units) of one lot, as an integer at a scale. */
function unitOf({ sizeIncrement, multiplier }: Instrument, decimals: number): bigint {
  return BigInt(sizeIncrement.times(multiplier).times(POW10[decimals]!.toString()).toFixed(0));
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
