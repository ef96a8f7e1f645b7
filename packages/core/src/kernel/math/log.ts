import { exponentOf, lastMantissa } from './double-bits.ts';
import { LN2_HIGH, LN2_LOW } from './exp.ts';

const SQRT2 = 1.4142135623730951;
/** Within these bounds `log1p` needs no exponent: 1 + x stays between 1/√2 and √2. */
const SMALL_LOW = -0.29;
const SMALL_HIGH = 0.41;

/** 2·(atanh(s) − s)/s with s² given, |s| <= 0.1716: odd series to s^25, remainder below 2^-60. */
function seriesOf(square: number): number {
  let sum = 2 / 25;
  sum = sum * square + 2 / 23;
  sum = sum * square + 2 / 21;
  sum = sum * square + 2 / 19;
  sum = sum * square + 2 / 17;
  sum = sum * square + 2 / 15;
  sum = sum * square + 2 / 13;
  sum = sum * square + 2 / 11;
  sum = sum * square + 2 / 9;
  sum = sum * square + 2 / 7;
  sum = sum * square + 2 / 5;
  sum = sum * square + 2 / 3;
  return sum * square;
}

/**
 * ln(1 + f) + k·ln2 + extra. With s = f/(2+f): ln(1+f) = 2·atanh(s), and 2s = f − f²/2 + s·f²/2 exactly, so that the large part `f` enters unrounded.
 */
function compose(f: number, k: number, extra: number): number {
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  const correction = s * (halfSquare + seriesOf(s * s)) + (k * LN2_LOW + extra);
  return k * LN2_HIGH - (halfSquare - correction - f);
}

/**
 * Natural logarithm in plain arithmetic: the same bits on every engine and version, within 1 unit in the last place. Negative: NaN; 0: −Infinity.
 * `Math.log` promises no bits.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = exponentOf(x);
  let mantissa = lastMantissa();
  if (mantissa > SQRT2) { mantissa *= 0.5; k++; }
  return compose(mantissa - 1, k, 0);
}

/** ln(1 + x) without losing the digits of a small `x`; deterministic as {@link log}, within 2 units in the last place. */
export function log1p(x: number): number {
  if (x > SMALL_LOW && x < SMALL_HIGH) return x === 0 ? x : compose(x, 0, 0);
  if (!(x > -1) || x === Infinity) return log(1 + x);
  const sum = 1 + x;
  const lost = x >= 1 ? 1 - (sum - x) : x - (sum - 1);
  return log(sum) + lost / sum;
}
