import type { OrderDenial } from '../model/order.ts';

/** Code of a denial. */
export type RiskDenialCode =
  | 'PRICE_PRECISION' | 'QUANTITY_PRECISION' | 'SIZE_BELOW_MIN' | 'SIZE_ABOVE_MAX' | 'NOTIONAL_BELOW_MIN' | 'NOTIONAL_ABOVE_LIMIT' | 'PRICE_INSANE'
  | 'REDUCE_ONLY_WOULD_INCREASE' | 'INSUFFICIENT_BALANCE' | 'INSUFFICIENT_MARGIN' | 'RATE_EXCEEDED' | 'TRADING_HALTED' | 'TRADING_REDUCING'
  | 'WARMING_UP' | 'LIQUIDITY' | 'POSITION_LIMIT' | 'LEVERAGE_LIMIT' | 'VENUE_SHARE' | 'STRATEGY_SHARE' | 'DAILY_LOSS' | 'STALE_MARKET' | 'UNSUPPORTED' | 'NO_MARKET';

/**
 * Why an order may be denied before it leaves: what each code means and what to do. The reference page of denials is made from this table.
 */
export const RISK_DENIALS: Readonly<Record<RiskDenialCode, { readonly meaning: string; readonly wayOut: string }>> = {
  PRICE_PRECISION: { meaning: 'The limit price is not on the instrument\'s price grid.', wayOut: 'Round with instrument.roundPrice.' },
  QUANTITY_PRECISION: { meaning: 'The quantity is not a positive whole number of lots.', wayOut: 'Round with instrument.roundQuantity.' },
  SIZE_BELOW_MIN: { meaning: 'The quantity is below the venue\'s smallest order.', wayOut: 'Send more, or carry the remainder until it is enough.' },
  SIZE_ABOVE_MAX: { meaning: 'The quantity is above the venue\'s largest order.', wayOut: 'Split the order.' },
  NOTIONAL_BELOW_MIN: { meaning: 'The order is worth less than the venue\'s smallest order value.', wayOut: 'Send more, or carry the remainder until it is enough.' },
  NOTIONAL_ABOVE_LIMIT: { meaning: 'The order is worth more than maxOrderNotionalUsd.', wayOut: 'Send less, or raise the limit.' },
  PRICE_INSANE: { meaning: 'The price is not positive, or crosses the market by more than priceBandPct.', wayOut: 'Check how the price was computed.' },
  REDUCE_ONLY_WOULD_INCREASE: { meaning: 'A reduce-only order does not reduce the strategy\'s position, or it would flip it together with those already out.', wayOut: 'Size it by the position less what is in flight.' },
  INSUFFICIENT_BALANCE: { meaning: 'The account does not hold the coins a spot order needs.', wayOut: 'Deposit, or send less.' },
  INSUFFICIENT_MARGIN: { meaning: 'The account has not the free margin the order needs.', wayOut: 'Deposit, send less, or reduce positions.' },
  RATE_EXCEEDED: { meaning: 'maxOrdersPerSecond to the venue is reached.', wayOut: 'Send fewer orders; modify instead of cancel and new.' },
  TRADING_HALTED: { meaning: 'Trading is halted, for the run or for the strategy.', wayOut: 'An operator resumes it.' },
  TRADING_REDUCING: { meaning: 'Only orders that reduce a position may leave.', wayOut: 'Mark exits reduceOnly; an operator sets ACTIVE again.' },
  WARMING_UP: { meaning: 'The strategy has not yet received all the history it asked for.', wayOut: 'Send orders from onReady on.' },
  LIQUIDITY: { meaning: 'The book does not hold the size asked for within the slippage allowed.', wayOut: 'Send less, allow more slippage, or wait.' },
  POSITION_LIMIT: { meaning: 'The position, alone or with others of its asset, venue or the whole portfolio, would exceed a limit, counting orders in flight.', wayOut: 'Send less, cancel others, or raise the limit the message names.' },
  LEVERAGE_LIMIT: { meaning: 'Positions at the venue would exceed maxLeverage times the equity there.', wayOut: 'Deposit, send less, or raise the limit.' },
  VENUE_SHARE: { meaning: 'Positions at the venue would take more than maxVenueSharePct of all equity.', wayOut: 'Spread over venues, or raise the limit.' },
  STRATEGY_SHARE: { meaning: 'The strategy\'s positions would take more than maxStrategySharePct of all equity.', wayOut: 'Send less, or raise the limit.' },
  DAILY_LOSS: { meaning: 'The loss since 00:00 UTC has reached maxDailyLossUsd.', wayOut: 'Wait for the next day, or raise the limit.' },
  STALE_MARKET: { meaning: 'The market of the instrument has not been heard of for longer than maxMarketAgeMs.', wayOut: 'Wait for its feed; what only reduces may leave.' },
  UNSUPPORTED: { meaning: 'The venue is not part of the run or does not offer this kind of order.', wayOut: 'Add the venue to the config, or use another type.' },
  NO_MARKET: { meaning: 'There is no price to judge the order by.', wayOut: 'Wait for a two-sided market.' },
};

/** A denial with a code of {@link RISK_DENIALS}: what was found, the limit it broke, and the way out. */
export interface RiskDenial extends OrderDenial { readonly code: RiskDenialCode }

/** Makes a denial; the message is `what` and the way out of the table. */
export function deny(code: RiskDenialCode, what: string, bounds?: { readonly limit: string; readonly actual: string }): RiskDenial {
  const way = RISK_DENIALS[code].wayOut;
  const message = `${what}. ${way}`;
  return bounds === undefined ? { code, message } : { code, message, limit: bounds.limit, actual: bounds.actual };
}
