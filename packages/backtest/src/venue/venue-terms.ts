import type { FundingConvention, Instrument, InstrumentId, InstrumentMarginConfig, VenueId } from '@arb/core';
import type { MarginMode } from '@arb/core/internal';
import type { FeeTier } from './fee-schedule.ts';
import type { LatencyModel } from './latency-model.ts';
import type { MatchingRules } from './matching-rules.ts';
import type { OrderLimits } from './order-limits.ts';
import type { QueueModel } from './queue-model.ts';

/** Margin of one instrument: rates hold for the whole position from a notional on. */
export interface MarginTier {
  /** Position value in quote currency from which the tier holds. */
  readonly fromNotional: number;
  readonly initialRate: number;
  readonly maintenanceRate: number;
}

/** Everything a simulated venue is told. Nothing is assumed inside: what the run does not state comes from the venue's profile. */
export interface VenueTerms {
  readonly venue: VenueId;
  /** The same table, not a copy, for instruments whose volume counts together. */
  readonly fees: (instrument: Instrument) => readonly FeeTier[];
  readonly funding: FundingConvention | 'none';
  /** Of a continuous index: the longest pause of its ticks that still accrues, s; any unless stated. */
  readonly fundingMaxPauseSeconds?: number;
  readonly marginMode: MarginMode;
  /** Largest leverage of new positions; isolated ones are opened at it. */
  readonly maxLeverage: number;
  /** Instruments with terms of their own. */
  readonly instruments?: Readonly<Record<InstrumentId, InstrumentMarginConfig>>;
  readonly marginTiers: (instrument: Instrument) => readonly MarginTier[];
  /** Fraction of the value charged on liquidation. */
  readonly liquidationFeeRate: string;
  readonly rules: MatchingRules;
  /** A model per instrument, since places are kept in orders but exponents may differ. */
  readonly queue: () => QueueModel;
  readonly entry: { readonly submit: LatencyModel; readonly modify: LatencyModel; readonly cancel: LatencyModel };
  readonly response: LatencyModel;
  /** Latency of the feed of fills, where it is another than that of acknowledgements. */
  readonly fillResponse?: LatencyModel;
  /** Price band and number of open orders; none where it is absent. */
  readonly limits?: OrderLimits;
  /** Requests may overtake each other. */
  readonly reordersRequests: boolean;
  /** Starting balances by currency. */
  readonly balances: readonly { readonly currency: string; readonly amount: string }[];
}

/** Margin mode and leverage of one instrument. */
export function marginTermsOf({ marginMode, maxLeverage, instruments }: VenueTerms, { id }: Instrument): { readonly marginMode: MarginMode; readonly leverage: number } {
  const own = instruments?.[id];
  return { marginMode: own?.marginMode ?? marginMode, leverage: own?.leverage ?? maxLeverage };
}
