import { ArbError } from '../errors.ts';

/** Whether new risk may be taken: all orders, only orders that reduce, or none. */
export type TradingState = 'ACTIVE' | 'REDUCING' | 'HALTED';

const TRADING_STATES: readonly TradingState[] = ['ACTIVE', 'REDUCING', 'HALTED'];

/**
 * Limits of a run; what is absent is not limited. Dollars are the reporting currency, percentages are of 100. Limits count orders in flight as if they were
 * filled. Orders that can only reduce a position pass all but the venue's own rules, the rate and the trading state.
 */
export interface RiskLimits {
  /** Value of one order at the price it can expect: the touch where it crosses, else its limit. */
  readonly maxOrderNotionalUsd?: number;
  /** Value of the position in any one instrument, over all strategies. */
  readonly maxPositionNotionalUsd?: number;
  /** Value of all positions in one base asset without sign; one figure for all, or one per asset. */
  readonly maxAssetNotionalUsd?: number | Readonly<Record<string, number>>;
  /** Long less short value of all positions in one base asset. A pair's first leg counts until its second is approved with it. */
  readonly maxAssetNetUsd?: number | Readonly<Record<string, number>>;
  /** Value of all positions at one venue without sign; one figure for all, or one per venue. */
  readonly maxVenueNotionalUsd?: number | Readonly<Record<string, number>>;
  /** Value of all positions everywhere without sign. */
  readonly maxGrossNotionalUsd?: number;
  /** Share of all equity that may lie in positions at one venue. */
  readonly maxVenueSharePct?: number;
  /** Share of all equity that one strategy's positions may take, without sign. */
  readonly maxStrategySharePct?: number;
  /** Position value at one venue over the equity there. */
  readonly maxLeverage?: number;
  /** Loss since 00:00 UTC of the whole portfolio, after all costs, at which no new risk is taken until the next day. */
  readonly maxDailyLossUsd?: number;
  /** Orders to one venue within any second. */
  readonly maxOrdersPerSecond?: number;
  /** Nothing is opened where the market of the instrument was last heard of longer ago than this: what has stood still may have moved. Orders of a pair leave together or not at all. */
  readonly maxMarketAgeMs?: number;
  /** How far beyond the opposite touch a buy may be priced above, or a sell below; 10 unless stated. */
  readonly priceBandPct?: number;
  /** Whether new risk may be taken at all; as it was unless stated, so ACTIVE at the beginning of a run. */
  readonly tradingState?: TradingState;
}

/** Band of a run that states none. */
export const DEFAULT_PRICE_BAND_PCT = 10;
/** Limits that `arb init` writes into the config of a new project: a first strategy cannot do much harm before someone has looked at them. A run whose config states none has none. */
export const DEFAULT_RISK_LIMITS: RiskLimits = { maxOrderNotionalUsd: 10_000, maxPositionNotionalUsd: 10_000, maxStrategySharePct: 80, priceBandPct: DEFAULT_PRICE_BAND_PCT };
/** Most orders a second that can be asked for: the times of that many are remembered. */
export const MAX_ORDERS_PER_SECOND = 10_000;

/**
 * Checks limits before they are used.
 * @throws ArbError `ARB_BAD_LIMIT` naming the limit, what was received and what is allowed
 */
export function checkLimits({ tradingState, ...limits }: RiskLimits): void {
  if (tradingState !== undefined && !TRADING_STATES.includes(tradingState)) throw new ArbError('ARB_BAD_LIMIT', `risk.tradingState is ${String(tradingState)}; give one of ${TRADING_STATES.join(', ')}`, { limit: 'tradingState', value: tradingState });
  for (const [name, value] of Object.entries(limits) as [string, number | Readonly<Record<string, number>> | undefined][]) {
    for (const [key, figure] of typeof value === 'object' ? Object.entries(value) : [['', value] as const]) {
      if (figure === undefined) continue;
      const isRate = name === 'maxOrdersPerSecond';
      if (Number.isFinite(figure) && figure > 0 && (!isRate || (Number.isInteger(figure) && figure <= MAX_ORDERS_PER_SECOND))) continue;
      const allowed = isRate ? `an integer from 1 to ${MAX_ORDERS_PER_SECOND}` : 'a positive number; leave it out for no limit';
      throw new ArbError('ARB_BAD_LIMIT', `risk.${name}${key === '' ? '' : `.${key}`} is ${figure}; give ${allowed}`, { limit: name, value: figure });
    }
  }
}

/** A limit that may be one figure or one per key. */
export function limitFor(limit: number | Readonly<Record<string, number>> | undefined, key: string): number | undefined {
  return typeof limit === 'object' ? limit[key] : limit;
}
