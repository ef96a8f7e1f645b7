import { z } from 'zod';
import { instrumentId as parseInstrumentId, type InstrumentId } from './kernel/model/ids.ts';
import { Decimal } from './kernel/math/decimal.ts';
import { asTextWords } from './kernel/math/decimal-words.ts';
import { parseTime, type UnixMicros } from './kernel/model/time.ts';
import { ArbError, isArbError } from './kernel/errors.ts';

/**
 * Config fields for zod: what a strategy's config is made of. `@arb/core` itself does not need zod; only this door does.
 * @packageDocumentation
 */

const attempt = <Input, Output>(read: (input: Input) => Output) => (input: Input, context: z.RefinementCtx): Output => {
  try { return read(input); } catch (error) {
    context.addIssue({ code: 'custom', message: isArbError(error) ? error.message : `"${String(input)}" is not valid` });
    return z.NEVER;
  }
};

/** `format` of an instrument id in a config's JSON Schema: tools can check it against data. */
export const INSTRUMENT_ID_FORMAT = 'instrument-id';

/** An instrument id such as `BTC-USD-PERP.HYPERLIQUID`. */
export function instrumentId(): z.ZodType<InstrumentId, string> {
  return z.string().meta({ description: 'instrument id, <symbol>.<VENUE>', format: INSTRUMENT_ID_FORMAT }).transform(attempt(parseInstrumentId)) as unknown as z.ZodType<InstrumentId, string>;
}

/** What a decimal may be. */
export interface DecimalOptions {
  /** Only more than 0: amounts, sizes, prices. */
  readonly positive?: boolean;
}

/**
 * An exact decimal, written as a string: `'10000'`, `'0.001'`. Give defaults with `.prefault('…')`.
 *
 * @example
 * ```ts
 * import { decimal } from '@arb/core/zod';
 *
 * decimal({ positive: true }).safeParse('-5').success; // => false
 * ```
 */
export function decimal(options: DecimalOptions = {}): z.ZodType<Decimal, string> {
  const isPositive = options.positive === true;
  const text = z.string({ error: ({ input }) => (typeof input === 'number' ? asTextWords(input, '10000') : undefined) });
  return text.describe(isPositive ? 'positive decimal, as a string' : 'decimal, as a string').transform(attempt((written: string) => {
    if (!/^[+-]?\d+(\.\d+)?$/.test(written.trim())) throw new ArbError('ARB_BAD_DECIMAL', `"${written}" is not a decimal; write it as '10000' or '0.001'`);
    const value = new Decimal(written.trim());
    if (isPositive && !value.gt(0)) throw new ArbError('ARB_BAD_DECIMAL', `"${written}" is not above 0; give a positive decimal such as '10000'`);
    return value;
  })) as unknown as z.ZodType<Decimal, string>;
}

/** A UTC time in ISO 8601: `'2025-03-01'`, `'2025-03-01T08:00Z'`. */
export function time(): z.ZodType<UnixMicros, string> {
  return z.string().describe('UTC time, ISO 8601').transform(attempt(parseTime)) as unknown as z.ZodType<UnixMicros, string>;
}
