import { ArbError } from '../errors.ts';
import { nearest } from '../cache/near-names.ts';
import type { FundingConvention } from '../model/funding-rate.ts';
import type { InstrumentId, VenueId } from '../model/ids.ts';
import type { InstrumentSpec } from '../model/instrument.ts';
import type { OrderType, TimeInForce } from '../model/order.ts';
import { BINANCE } from './binance.ts';
import { BYBIT } from './bybit.ts';
import { HYPERLIQUID } from './hyperliquid.ts';
import { OKX } from './okx.ts';
import { PARADEX } from './paradex.ts';

/** Where a figure comes from and when it was read. `assumed` marks what no document states. */
export interface Sourced {
  readonly source: string;
  /** `2026-08`, the month it was read. */
  readonly asOf: string;
}

/** Which instruments of a venue something is said of. */
export type MarketClass = 'spot' | 'linear' | 'inverse';

/** One fee tier: fractions of the traded value, a negative maker fee is a rebate. */
export interface ProfileFeeTier {
  readonly name: string;
  /** 30-day traded value in quote currency from which it holds (Hyperliquid: 14 days). */
  readonly fromVolume: string;
  readonly maker: string;
  readonly taker: string;
}

/** Fees of one class of markets, lowest tier first. */
export interface ProfileFees extends Sourced { readonly tiers: readonly ProfileFeeTier[] }

/** One margin tier of an asset: rates from a position value on. */
export interface ProfileMarginTier {
  readonly notionalFrom: string;
  readonly initialRate: string;
  readonly maintenanceRate: string;
}

/** Margin of one base asset; `*` for all others. */
export interface ProfileMargin extends Sourced {
  readonly class: MarketClass;
  readonly base: string;
  readonly tiers: readonly ProfileMarginTier[];
}

/** How funding works at a venue. */
export interface ProfileFunding extends Sourced {
  readonly convention: FundingConvention;
  /** Interval of most instruments; the data decides, since it changes per instrument and at run time. */
  readonly usualIntervalHours: number;
  /** Interest of the formula per 8 hours and the clamp around the premium. */
  readonly interestPer8h: string;
  readonly clamp: string;
  /** Largest rate of one settlement, without sign. */
  readonly cap: string;
  /** What an interval other than 8 hours scales: the whole rate (premium, interest and clamp together) or the interest alone. */
  readonly scales: 'rate' | 'interest';
  /** How the premium is averaged over the window: every sample alike, or later ones more (weight i of n). */
  readonly averaging: 'equal' | 'linear';
  /** Rate of one hour or of the whole interval is published. */
  readonly publishes: 'hourly' | 'per-interval';
  /** Of a continuous index alone: the longest pause of its ticks that still accrues, s. */
  readonly maxPauseSeconds?: number;
}

/** What orders a venue takes. */
export interface ProfileOrders extends Sourced {
  readonly types: readonly OrderType[];
  readonly timeInForce: readonly TimeInForce[];
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** What an amended order keeps: its place when only reduced, nothing, or it is a new order. */
  readonly amend: 'keeps-place-on-reduce' | 'loses-place' | 'replaces';
  readonly selfTrade: 'cancel-maker' | 'cancel-taker' | 'cancel-both' | 'allow';
  /** Largest distance of an order price from the reference, in percent. */
  readonly priceBandPct: number;
  readonly maxOpenOrders: number;
}

/**
 * Largest single orders by instrument id, in its own sizes (contracts or base units). A smaller maximum that a venue sets for its market orders is left out: ours leave as capped
 * IOC limit orders.
 */
export interface ProfileLargestOrders extends Sourced { readonly sizes: Readonly<Record<InstrumentId, string>> }

/** One-way latencies of a well-placed client, ms. */
export interface ProfileLatency extends Sourced {
  readonly feedMs: number;
  readonly entryMs: number;
  readonly responseMs: number;
}

/** What is known of a venue: pure data, dated and sourced, used by simulation, risk and live alike. Adapters know only the wire. */
export interface VenueProfile {
  readonly name: string;
  readonly venue: VenueId;
  /** Currency that accounts usually hold. */
  readonly settlementCurrency: string;
  readonly fees: Readonly<Partial<Record<MarketClass, ProfileFees>>>;
  readonly margin: readonly ProfileMargin[];
  /** Fee on the value a liquidation closes, as a fraction. */
  readonly liquidationFeeRate: string;
  readonly liquidationFeeFrom: Sourced;
  readonly funding: ProfileFunding | undefined;
  readonly orders: ProfileOrders;
  /** Of instruments whose own record states no `maxSize`. */
  readonly largestOrders: readonly ProfileLargestOrders[];
  readonly latency: ProfileLatency;
  /** Instruments the framework's own datasets use; any other comes from data or the venue. */
  readonly instruments: readonly InstrumentSpec[];
  readonly instrumentsFrom: Sourced;
}

/** All profiles by name. */
export const VENUE_PROFILES: Readonly<Record<string, VenueProfile>> = { binance: BINANCE, bybit: BYBIT, hyperliquid: HYPERLIQUID, okx: OKX, paradex: PARADEX };

/**
 * A profile by name.
 * @throws ArbError `ARB_UNKNOWN_PROFILE` with near names
 */
export function venueProfile(name: string): VenueProfile {
  const profile = VENUE_PROFILES[name.toLowerCase()];
  if (profile !== undefined) return profile;
  const names = Object.keys(VENUE_PROFILES);
  throw new ArbError('ARB_UNKNOWN_PROFILE', `no venue profile "${name}"; did you mean ${nearest(name, names)[0] ?? names.join(', ')}? Without a profile state fees and funding in the config`, { name });
}

/** Which class of a venue's markets an instrument belongs to. */
export function marketClass(instrument: { readonly kind: string; readonly isInverse: boolean }): MarketClass {
  return instrument.kind === 'spot' ? 'spot' : instrument.isInverse ? 'inverse' : 'linear';
}

/** Margin tiers of an instrument at a venue; undefined where the profile knows none. */
export function profileMargin(profile: VenueProfile, instrument: { readonly kind: string; readonly isInverse: boolean; readonly base: string }): ProfileMargin | undefined {
  const wanted = marketClass(instrument);
  return profile.margin.find((margin) => margin.class === wanted && margin.base === instrument.base) ?? profile.margin.find((margin) => margin.class === wanted && margin.base === '*');
}
