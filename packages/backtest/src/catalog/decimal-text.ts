import { ArbError, Decimal, POW10 } from '@arb/core';

/** An exact decimal number: `mantissa` × 10^-`scale`. */
export interface ScaledInteger { readonly mantissa: bigint; readonly scale: number }

/** Most digits of a DECIMAL column. */
export const MAX_DIGITS = 18;
const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a decimal as an integer and its decimals, without trailing zeros: `0.0100` is 1 at scale 2.
 *
 * @throws ArbError `ARB_BAD_NUMBER` for what is no number or has more than 18 digits; it is never rounded
 */
export function parseScaled(text: string): ScaledInteger {
  let match = PLAIN.exec(text);
  if (match === null) {
    try { match = PLAIN.exec(new Decimal(text).toFixed()); } catch { /* reported below */ }
  }
  const whole = match?.[2] ?? '';
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  const digits = (whole + fraction).replace(/^0+/, '');
  if (match === null || digits.length > MAX_DIGITS || fraction.length > MAX_DIGITS) {
    throw new ArbError('ARB_BAD_NUMBER', `"${text}" is not a decimal number of at most ${MAX_DIGITS} digits; round it where it is made`, { text });
  }
  return { mantissa: BigInt(`${match[1] === '-' ? '-' : ''}${digits === '' ? '0' : digits}`), scale: fraction.length };
}

/** The mantissa of a number at a finer or equal scale. */
export function rescale(value: ScaledInteger, scale: number): bigint {
  return value.mantissa * POW10[scale - value.scale]!;
}

/**
 * A scaled integer as a plain decimal string.
 *
 * @example formatScaled(-105n, 2) // => '-1.05'
 */
export function formatScaled(mantissa: bigint | number, scale: number): string {
  const value = BigInt(mantissa);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}
