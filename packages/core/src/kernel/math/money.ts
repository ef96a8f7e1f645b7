import { ArbError } from '../errors.ts';
import { Decimal, type DecimalInput } from './decimal.ts';

/** An amount of one currency as an integer count of 1e-18 units; the only form money has inside the ledger. */
export type Money = bigint;

/** Decimals of {@link Money}. */
export const MONEY_DECIMALS = 18;
/** One whole unit of a currency. */
export const ONE: Money = 1_000_000_000_000_000_000n;

/** Powers of ten as bigint, exponent 0 to 60: `**` on numbers differs between engines, so nobody computes them. */
export const POW10: readonly bigint[] = Array.from({ length: 61 }, (_, exponent) => BigInt(`1${'0'.repeat(exponent)}`));
/** Powers of ten as numbers, exponent 0 to 22, each exact. */
export const POW10_NUMBER: readonly number[] = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Integer division rounded half to even: the one rounding the ledger knows.
 *
 * @param divisor not zero
 */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend - quotient * divisor;             // cheaper than a second division
  if (remainder === 0n) return quotient;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice < size || (twice === size && quotient % 2n === 0n)) return quotient;
  return remainder < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/**
 * Reads an amount; more than 18 decimals are refused, never rounded away.
 *
 * @throws ArbError `ARB_BAD_AMOUNT`
 */
export function toMoney(value: DecimalInput): Money {
  const text = new Decimal(value).toFixed();
  const [whole, fraction = ''] = text.split('.');
  if (!/^-?\d+$/.test(whole!) || fraction.length > MONEY_DECIMALS) {
    throw new ArbError('ARB_BAD_AMOUNT', `"${text}" is not an amount of at most ${MONEY_DECIMALS} decimals`, { value: text });
  }
  return BigInt(whole! + fraction.padEnd(MONEY_DECIMALS, '0'));
}

/** Money as a Decimal, exactly. */
export function fromMoney(amount: Money): Decimal {
  return new Decimal(formatMoney(amount));
}

/** Money as a plain decimal string without trailing zeros. */
export function formatMoney(amount: Money): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(MONEY_DECIMALS + 1, '0');
  const fraction = digits.slice(-MONEY_DECIMALS).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -MONEY_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Money as a number, for signals and charts only; within two units of its last binary place. */
export function moneyToNumber(amount: Money): number {
  return Number(amount) / 1e18;
}
