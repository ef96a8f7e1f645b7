import { ArbError } from '../errors.ts';

/** Bound of the exponent: beyond it the accumulated rounding (one unit in the last place per 2 powers at worst) is no longer small. */
const MAX_EXPONENT = 1_000_000;

/**
 * `base` to an integer power by repeated squaring: the same bits on every engine, which `Math.pow` and `**` do not give (they differ between Node 20 and 24).
 * Powers whose partial products are exact, as 10^0 … 10^22, are exact; else the relative error is below |exponent| · 1.2e-16.
 *
 * @throws ArbError `ARB_BAD_EXPONENT` for a fraction or beyond ±1,000,000
 */
export function powInt(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || exponent > MAX_EXPONENT || exponent < -MAX_EXPONENT) {
    throw new ArbError('ARB_BAD_EXPONENT', `powInt: exponent ${exponent} is not an integer of at most ${MAX_EXPONENT}; use exp(y * log(x)) for a fraction`, { exponent });
  }
  let result = 1;
  let factor = base;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= factor;
    factor *= factor;
  }
  return exponent < 0 ? 1 / result : result;
}
