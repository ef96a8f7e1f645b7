import { ArbError, Decimal } from '@arb/core';
import { asTextWords } from '@arb/core/internal';

/** A fee as it is written: a decimal fraction of the traded value; a rebate is negative. */
export const FEE_TEXT: RegExp = /^-?\d+(\.\d+)?$/;
/** No venue charges or pays more; what is beyond was written in basis points or per cent. */
const LARGEST_FEE = '0.05';

/** What is wrong with a fee, and what to write instead; undefined where it is good. */
export function feeProblem(fee: unknown): string | undefined {
  if (typeof fee !== 'string') return asTextWords(typeof fee === 'number' && Math.abs(fee) > Number(LARGEST_FEE) ? undefined : fee, '0.0002');
  if (!FEE_TEXT.test(fee)) return 'write a decimal fraction as text, such as "0.0002" for 2 bps';
  if (new Decimal(fee).abs().gt(LARGEST_FEE)) return `${new Decimal(fee).times(100).toFixed()} % of the traded value is a wrong unit; give the fraction, "0.0002" for 2 bps`;
  return undefined;
}

/** @throws ArbError `ARB_BAD_CONFIG` naming the venue, the fee, what was received and what to write */
export function checkFees(venue: string, fees: { readonly maker: string; readonly taker: string }): void {
  for (const key of ['maker', 'taker'] as const) {
    const problem = feeProblem(fees[key]);
    if (problem !== undefined) throw new ArbError('ARB_BAD_CONFIG', `addVenue('${venue}'): fees.${key} is ${JSON.stringify(fees[key]) as string | undefined ?? 'missing'}: ${problem}`, { venue, key });
  }
}
