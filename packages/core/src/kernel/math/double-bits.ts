/** One double and its two 32-bit halves in the same memory: how `exp` and `log` read and build exponents exactly. */
const value: Float64Array = new Float64Array(1);
const words: Int32Array = new Int32Array(value.buffer);

value[0] = 1;
/** Index of the half with sign and exponent: 1 on little-endian machines, 0 on the others. */
const HIGH: 0 | 1 = words[1] === 0x3ff0_0000 ? 1 : 0;

const EXPONENT_BIAS = 1023;
const MANTISSA_BITS_HIGH = 20;
const TWO_POW_54 = 18_014_398_509_481_984;

/**
 * 2 to an integer power, exactly; 0 below 2^-1074, Infinity above 2^1023.
 *
 * @param exponent an integer
 */
export function powerOfTwo(exponent: number): number {
  if (exponent > EXPONENT_BIAS) return Infinity;
  if (exponent < -1074) return 0;
  if (exponent < -1022) return powerOfTwo(exponent + 54) / TWO_POW_54;
  words[HIGH] = (exponent + EXPONENT_BIAS) << MANTISSA_BITS_HIGH;
  words[1 - HIGH] = 0;
  return value[0]!;
}

/**
 * The exponent of a positive finite number: the largest integer `k` with `2^k <= x`. Also keeps `x / 2^k` for {@link lastMantissa}.
 *
 * @param x positive and finite
 */
export function exponentOf(x: number): number {
  value[0] = x;
  let exponent = (words[HIGH]! >>> MANTISSA_BITS_HIGH) - EXPONENT_BIAS;
  if (exponent === -EXPONENT_BIAS) {                                    // subnormal
    value[0] = x * TWO_POW_54;
    exponent = (words[HIGH]! >>> MANTISSA_BITS_HIGH) - EXPONENT_BIAS - 54;
  }
  words[HIGH] = (words[HIGH]! & 0x000f_ffff) | (EXPONENT_BIAS << MANTISSA_BITS_HIGH);
  return exponent;
}

/** The mantissa, in [1, 2), of the number last given to {@link exponentOf}. */
export function lastMantissa(): number {
  return value[0]!;
}
