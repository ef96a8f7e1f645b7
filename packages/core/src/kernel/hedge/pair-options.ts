import { ArbError } from '../errors.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { LegFailurePolicy } from './leg-failure.ts';
import type { ScheduleOptions } from './leg-schedule.ts';

/** How a pair is hedged. */
export interface HedgedPairOptions extends ScheduleOptions {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  /** One leg may stand without the other for this long; then what is uncovered is closed. */
  readonly maxUnhedgedMs: number;
  /** … and to this much uncovered value × time. */
  readonly maxUnhedgedUsdSeconds: number;
  /** How far from the touch a leg may trade; 50 unless stated. */
  readonly maxSlippageBps?: number;
  /** How often a leg that did not fill is priced again before the other is cut back to it; 1 unless stated. */
  readonly maxRetries?: number;
  /** How far from the touch at the decision a leg may be chased by all its retries; twice `maxSlippageBps` unless stated. What closes an uncovered leg is not held back by it. */
  readonly maxTotalSlippageBps?: number;
  /** Which way out of a leg that filled without the other; `cheaper` unless stated. */
  readonly legFailure?: LegFailurePolicy;
}

/** How far from the touch a leg may trade where nothing is stated. */
export const DEFAULT_SLIPPAGE_BPS = 50;

/**
 * Refuses options that cannot work.
 * @throws ArbError `ARB_BAD_PAIR` naming the option, what it is and what it may be
 */
export function requirePairOptions(options: HedgedPairOptions): void {
  const { maxUnhedgedMs, maxUnhedgedUsdSeconds, clipUsd = 1, clipEveryMs = 0, maxRetries = 0, maxSlippageBps = DEFAULT_SLIPPAGE_BPS } = options;
  const { maxTotalSlippageBps = maxSlippageBps } = options;
  const fail = (what: string): never => { throw new ArbError('ARB_BAD_PAIR', `${options.long} / ${options.short}: ${what}`, {}); };
  for (const [name, value] of Object.entries({ maxUnhedgedMs, maxUnhedgedUsdSeconds, clipUsd, maxSlippageBps })) if (!(value > 0)) fail(`${name} is ${value}; give a positive value`);
  if (!(clipEveryMs >= 0)) fail(`clipEveryMs is ${clipEveryMs}; give 0 or more`);
  if (!Number.isInteger(maxRetries) || maxRetries < 0) fail(`maxRetries is ${maxRetries}; give a whole number from 0`);
  if (!(maxTotalSlippageBps >= maxSlippageBps)) fail(`maxTotalSlippageBps is ${maxTotalSlippageBps}, less than the ${maxSlippageBps} of one order`);
}
