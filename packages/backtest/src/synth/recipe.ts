import type { InstrumentSpec, UnixMicros } from '@arb/core';

/** How far apart a book's levels lie, how large they are and how often they change. Sizes are USD; distances are basis points of the mid. */
export interface BookModel {
  readonly minLevels: number;
  readonly maxLevels: number;
  /** Typical distance between two levels. */
  readonly spacingBps: number;
  /** Median size of the best level, and the standard deviation of its logarithm. */
  readonly touchUsd: number;
  readonly touchSigma: number;
  /** Median size of a deeper level: `levelUsd` at the touch, growing by `levelUsdPerBps`. */
  readonly levelUsd: number;
  readonly levelUsdPerBps: number;
  readonly levelSigma: number;
  /** Mean number of levels, near the touch, whose size changes in a message besides those the price moves. */
  readonly refreshesPerMessage: number;
  /** Chance that a message changes the size of a best level that stayed where it was. */
  readonly touchRefresh: number;
  readonly spread: SpreadModel;
  /** True where the venue shows a window of levels and nothing is known beyond (`F_WINDOW`). */
  readonly isWindow: boolean;
}

/** Spread in steps of the price grid: mostly one or two, else a wide one; all wider when volatility is high. */
export interface SpreadModel {
  readonly oneStep: number;
  readonly twoSteps: number;
  /** Mean of a wide spread beyond two steps. */
  readonly wideSteps: number;
}

/** Trades come in clusters (one taker order, several fills); clusters excite clusters (a Hawkes process). */
export interface TradeModel {
  /** Long-run mean number of clusters per second. */
  readonly clustersPerSecond: number;
  /** Share of clusters caused by earlier ones, in [0, 1). */
  readonly branching: number;
  readonly decaySeconds: number;
  readonly tradesPerCluster: number;
  /** Logarithm of a cluster's USD: normal with this mean and standard deviation. */
  readonly usdMu: number;
  readonly usdSigma: number;
  /** Largest cluster, USD. */
  readonly maxUsd: number;
}

/** Feed latency: a floor plus a lognormal part. */
export interface LatencyModel {
  readonly floorMs: number;
  readonly medianMs: number;
  readonly sigma: number;
}

/** Where a venue's perpetual trades relative to the index, basis points. */
export interface PremiumModel {
  readonly meanBps: number;
  /** How much of the asset's sentiment this venue shows. */
  readonly sentimentLoading: number;
  /** The venue's own slow part: standard deviation and half-life. */
  readonly ownSdBps: number;
  readonly ownHalfLifeHours: number;
  /** How much of the asset's premium jumps this venue shows. */
  readonly jumpLoading: number;
  /** The fast part: standard deviation and half-life. */
  readonly fastSdBps: number;
  readonly fastHalfLifeSeconds: number;
}

/** Which venue's funding and reference-price rules hold, and their constants. */
export interface FundingModel {
  readonly rule: 'hyperliquid' | 'bybit';
  /** Notional of the impact prices, quote currency. */
  readonly impactUsd: number;
  /** Cap of a settled rate, as an integer at the rule's own scale (1e-10 Hyperliquid, 1e-8 Bybit). */
  readonly cap: number;
}

/** One instrument on one venue. */
export interface VenueModel {
  readonly spec: InstrumentSpec;
  /** Ticks per step of the grid the generator quotes on; 10 where five significant figures make it coarser than the tick. */
  readonly gridTicks: number;
  /** Chance of a book message in a step: `quiet` plus `perVolatility` times volatility over its mean; at most 1. */
  readonly messages: { readonly quiet: number; readonly perVolatility: number };
  readonly book: BookModel;
  readonly trades: TradeModel;
  readonly latency: LatencyModel;
  readonly premium: PremiumModel;
  readonly funding: FundingModel;
  /** Decimals of mark and index or oracle prices, and how often they are published. */
  readonly reference: { readonly decimals: number; readonly everySeconds: number };
}

/** One asset: a latent index price, a sentiment, and the venues that trade it. */
export interface AssetModel {
  readonly base: string;
  readonly startPrice: number;
  /** Volatility of the index, annualised, 0.5 = 50 %. */
  readonly annualVolatility: number;
  /** Correlation with the market's common factor. */
  readonly marketLoading: number;
  /** Sentiment moves the premium on all venues: the sum of a slow and a faster mean-reverting part, bps. */
  readonly sentiment: { readonly slowSdBps: number; readonly slowHalfLifeHours: number; readonly fastSdBps: number; readonly fastHalfLifeHours: number };
  /** Jumps of the premium: how often, mean size (bps, either sign, `upShare` of them up) and half-life. */
  readonly premiumJumps: { readonly perDay: number; readonly meanBps: number; readonly upShare: number; readonly halfLifeHours: number };
  readonly venues: readonly VenueModel[];
}

/** Everything that determines a synthetic data set: the same recipe and seed give the same bytes. */
export interface SynthRecipe {
  readonly name: string;
  /** Raised whenever recipe or generator change what comes out. */
  readonly version: number;
  readonly seed: number;
  readonly from: UnixMicros;
  /** Exclusive. */
  readonly to: UnixMicros;
  /** Length of a step of the simulation, µs; divides a second. */
  readonly stepUs: number;
  readonly assets: readonly AssetModel[];
}
