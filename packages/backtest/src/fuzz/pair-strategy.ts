import { type HedgedPair, type HedgedPairOptions, Strategy, type StrategyClass } from '@arb/core';

/** Any object: the fuzzer writes it itself. */
const PLAIN = { '~standard': { version: 1, vendor: 'arb', validate: (value: unknown): { readonly value: HedgedPairOptions } => ({ value: value as HedgedPairOptions }) } } as const;

/** One hedged pair that decides nothing itself: the schedule enters, resizes and leaves it. */
class FuzzedPair extends Strategy<HedgedPairOptions> {
  static readonly configSchema: typeof PLAIN = PLAIN;
  readonly pair: HedgedPair = this.hedgedPair(this.config);

  override onStart(): void { this.subscribe.book([this.config.long, this.config.short]); }
}

/** The strategy of a run without a config. */
export const FUZZED_PAIR: StrategyClass = FuzzedPair;
