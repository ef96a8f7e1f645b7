import { powerOfTwo } from './double-bits.ts';

/** ln 2 as the sum of two doubles: `LN2_HIGH` has 32 significant bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471803691238;
/** What {@link LN2_HIGH} leaves of ln 2. */
export const LN2_LOW = 1.9082149292705877e-10;

const INVERSE_LN2 = 1.4426950408889634;
/** Above this the result is Infinity. */
const OVERFLOW = 709.782712893384;
/** Below this the result is 0. */
const UNDERFLOW = -745.1332191019412;
/** Half of ln 2: within it no reduction is needed. */
const HALF_LN2 = 0.34657359027997264;

/** (e^r − 1 − r) / r² for |r| <= ln2/2, Taylor to r^14: the remainder is below 2^-60. */
function tail(r: number): number {
  let sum = 1 / 87_178_291_200;
  sum = sum * r + 1 / 6_227_020_800;
  sum = sum * r + 1 / 479_001_600;
  sum = sum * r + 1 / 39_916_800;
  sum = sum * r + 1 / 3_628_800;
  sum = sum * r + 1 / 362_880;
  sum = sum * r + 1 / 40_320;
  sum = sum * r + 1 / 5_040;
  sum = sum * r + 1 / 720;
  sum = sum * r + 1 / 120;
  sum = sum * r + 1 / 24;
  sum = sum * r + 1 / 6;
  return sum * r + 0.5;
}

/**
 * e to the power of `x`, in plain arithmetic: the same bits on every engine and version, within 1 unit in the last place of the true value
 * (Taylor series after reduction by multiples of ln 2). Use it wherever a result may reach the journal; `Math.exp` promises no bits.
 */
export function exp(x: number): number {
  if (x > OVERFLOW) return Infinity;
  if (x < UNDERFLOW) return 0;
  if (x !== x) return x;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const lost = high - r - low;
  const sum = 1 + (r + (r * r * tail(r) + lost));
  if (k === 1024) return sum * 2 * powerOfTwo(1023);
  return k < -1022 ? sum * powerOfTwo(k + 54) * powerOfTwo(-54) : sum * powerOfTwo(k);
}

/** e to the power of `x` minus 1 without losing the digits of a small `x`; deterministic as {@link exp}, within 2 units in the last place. */
export function expm1(x: number): number {
  if (x > HALF_LN2 * 100) return exp(x) - 1;
  if (x < -40) return -1;
  if (x !== x || x === 0) return x;
  const k = x >= -HALF_LN2 && x <= HALF_LN2 ? 0 : Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const lost = high - r - low;
  const small = r + (r * r * tail(r) + lost);
  if (k === 0) return small;
  const scale = powerOfTwo(k);
  return scale * small + (scale - 1);
}
