import type { FundingConvention } from '@arb/core';
import type { ConfigEntry, DataStream, LegRole, RunStamp, RunWarning, SampledSeries, VenueAssumptions } from './run-report.ts';

/** What a run knows when it ends, as the engine hands it to `buildRunReport`. Plain data; nothing in it is computed for the report. */
export interface RunFacts extends RunStamp {
  readonly command: string;
  readonly capitalUsd: string;
  /** Change of equity over the run, from the account and not from the parts: what does not add up is the residual. */
  readonly netPnlUsd: string;
  readonly attribution: AttributionFacts;
  readonly strategies: readonly StrategyFacts[];
  readonly legs: readonly LegFacts[];
  readonly pairs: readonly PairFacts[];
  readonly fills: readonly FillFact[];
  readonly orders: readonly OrderFact[];
  readonly fundingPayments: readonly FundingPaymentFact[];
  readonly closedByVenues: readonly ForcedCloseFact[];
  /** Account curve on a regular grid from `from` to `replayedTo`; one minute where the run is short enough. */
  readonly curve: EquityCurve;
  readonly config: readonly ConfigEntry[];
  readonly venues: readonly VenueAssumptions[];
  readonly data: readonly DataStream[];
  /** Warnings of the engine and the data; those that follow from the figures are added by the builder. */
  readonly warnings: readonly RunWarning[];
}

/** Parts as the ledger has them, decimal strings, costs negative. */
export interface AttributionFacts {
  /** All payments together as the ledger has them, received less paid. */
  readonly fundingPaymentsUsd?: string;
  readonly fundingAccruedUsd: string;
  readonly basisUsd: string;
  readonly directionalUsd: string;
  readonly feesUsd: string;
  readonly slippageUsd: string;
  readonly gasUsd: string;
  readonly borrowUsd: string;
  readonly fxUsd: string;
}

/** One strategy of the run. */
export interface StrategyFacts {
  readonly id: string;
  readonly name: string;
  readonly capitalUsd: string | null;
  readonly netPnlUsd: string;
}

/** Mids of an instrument in time order; may be kept around fills only (from the fill to 301 s after it), each mid holds until the next. */
export interface MidSeries {
  /** µs, ascending. */
  readonly ts: ArrayLike<number>;
  readonly mid: ArrayLike<number>;
}

/** One instrument as one strategy traded it. */
export interface LegFacts {
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly role: LegRole;
  readonly instrumentId: string;
  readonly venue: string;
  readonly base: string;
  readonly quote: string;
  readonly quantityUnit: string;
  readonly quantityDecimals: number;
  readonly priceDecimals: number;
  readonly fundingTerms: string | null;
  readonly fundingAccruedUsd: string;
  readonly predictionErrorAprPct: number | null;
  /** Why there is no prediction error; null where there is one. */
  readonly predictionErrorNote: string | null;
  /** USD of one unit of base at the end of the run, for positions still open; null where unknown. */
  readonly finalMarkUsd: string | null;
  readonly contract: ContractFacts;
  readonly mids: MidSeries;
  /** Position at mid over time, stepped and signed: in USD, and in the settlement currency. */
  readonly position: { readonly ts: readonly number[]; readonly usd: readonly number[]; readonly value: readonly number[] };
}

/** How quantities of an instrument become money. */
export interface ContractFacts {
  /** Settlement currency. */
  readonly settle: string;
  readonly isInverse: boolean;
  /** Base units (inverse: quote units) in a unit of quantity. */
  readonly multiplier: string;
  /** USD of one unit of the settlement currency at the end of the run; null where unknown. */
  readonly finalRateUsd: string | null;
}

/** One hedged pair. */
export interface PairFacts {
  readonly pairId: string;
  readonly strategyId: string;
  readonly longInstrumentId: string;
  readonly shortInstrumentId: string;
  readonly enterAprPct: number | null;
  readonly exitAprPct: number | null;
  readonly budgetSeconds: number;
  readonly budgetUsdSeconds: number;
  /** Deviation that still counts as hedged, in base units: one lot of the coarser leg. */
  readonly toleranceQuantity: string;
  readonly toleranceUsd: number;
  readonly forcedCloses: number;
  /** In time order. */
  readonly decisions: readonly CarryDecision[];
  readonly longAprPct: SampledSeries;
  readonly shortAprPct: SampledSeries;
  readonly netExposureUsd: SampledSeries;
  /** What closing an open position at the last book would cost, negative; null where flat or unknown. */
  readonly closeCostUsd: string | null;
  /** Why that is unknown while something is held; null otherwise. */
  readonly closeCostNote: string | null;
}

/** An entry or exit of a pair, and the differential it was decided on: as the strategy states it, else as known at that moment; null where no rate was known. */
export interface CarryDecision {
  readonly ts: number;
  readonly action: 'enter' | 'exit';
  readonly aprPct: number | null;
}

/** Part of a position that a venue closed by force. */
export interface ForcedCloseFact {
  readonly ts: number;
  readonly strategyId: string;
  readonly instrumentId: string;
  readonly origin: 'LIQUIDATION' | 'ADL';
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  readonly price: string;
  readonly notionalUsd: string;
  /** What the venue charged, less what its insurance fund paid; account sign, a cost is negative. */
  readonly costUsd: string;
}

/** One execution. */
export interface FillFact {
  readonly ts: number;
  readonly fillId: string;
  readonly orderId: string;
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly instrumentId: string;
  readonly venue: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  /** Base units that hedge it where a unit of quantity is not one of base (inverse contracts, multipliers); the quantity itself unless stated. */
  readonly hedgeQuantity?: string;
  readonly price: string;
  readonly notionalUsd: string;
  /** Value in the settlement currency; {@link FillFact.notionalUsd} itself unless stated. */
  readonly settleValue?: string;
  /** True for an inverse contract: its value falls as the price rises. */
  readonly isInverse?: true;
  readonly liquidity: 'maker' | 'taker';
  /** Account sign: a fee paid is negative, a rebate positive. */
  readonly feeUsd: string;
  /** Mid when the order was sent; null where there was none. */
  readonly arrivalMid: string | null;
}

/** One order in its last state. */
export interface OrderFact {
  readonly ts: number;
  readonly orderId: string;
  readonly strategyId: string;
  readonly instrumentId: string;
  readonly venue: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  /** `GTC`, `IOC`, `POST_ONLY`, … */
  readonly timeInForce: string;
  readonly quantity: string;
  readonly filledQuantity: string;
  readonly price: string | null;
  readonly averagePrice: string | null;
  readonly status: string;
  readonly reason: string;
  readonly closedAt: number | null;
}

/** One funding payment as booked for one strategy. */
export interface FundingPaymentFact {
  readonly ts: number;
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly instrumentId: string;
  readonly role: LegRole;
  /** {@link FundingPaymentFact.rate}, yearly, simple. */
  readonly aprPct: number;
  readonly amountUsd: string;
  readonly convention: FundingConvention;
  /** Signed quantity of the strategy that was charged. */
  readonly quantity: string;
  /** Rate of one interval; by a continuous index the mean rate over the time paid for. */
  readonly rate: string;
  /** Price the rate was charged on; by a continuous index the one when it was paid. Null where the venue's own index needed none. */
  readonly price: string | null;
  /** Received where positive, in `currency`. */
  readonly amount: string;
  /** Settlement currency. */
  readonly currency: string;
  /** By a continuous index: its value at both ends of what was paid, settlement currency a unit of base; else null. */
  readonly indexFrom: string | null;
  readonly indexTo: string | null;
}

/** Cumulative parts of the result on a regular grid, USD since the start, account signs. `null` where the account could not be valued. */
export interface EquityCurve {
  readonly start: number;
  readonly stepUs: number;
  readonly netPnlUsd: readonly (number | null)[];
  readonly fundingUsd: readonly (number | null)[];
  /** What prices did: basis and direction together. */
  readonly priceUsd: readonly (number | null)[];
  readonly feesUsd: readonly (number | null)[];
  readonly slippageUsd: readonly (number | null)[];
}
