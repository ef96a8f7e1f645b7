import type { Order } from '@arb/core';
import { NO_PRICE } from '@arb/core/internal';
import type { Refusal } from './venue-account.ts';

/** What a venue takes of orders besides what an account can carry; from its profile. */
export interface OrderLimits {
  /** Largest distance beyond the reference price, above for a buy and below for a sell, in percent. */
  readonly priceBandPct: number;
  /** Most orders of an account that may be open, those that wait for a trigger among them. */
  readonly maxOpenOrders: number;
}

/**
 * Why a price lies outside the venue's band; undefined where it does not, and for orders that wait for a trigger, which are judged when they fire.
 *
 * @param reference the mark, else the mid, in ticks; undefined where neither is known
 */
export function bandRefusal(order: Order, tick: number, reference: number | undefined, { priceBandPct }: OrderLimits): Refusal | undefined {
  if (tick === NO_PRICE || reference === undefined || order.options?.triggerTick !== undefined || order.options?.trailTicks !== undefined) return undefined;
  const bound = reference * (1 + order.sign * priceBandPct / 100);
  if (order.sign * (tick - bound) <= 0) return undefined;
  const price = (ticks: number): string => order.instrument.tickToDecimal(Math.round(ticks)).toFixed();
  return { code: 'PRICE_BAND', reason: `a ${order.side} at ${price(tick)} is more than ${priceBandPct} % ${order.sign > 0 ? 'above' : 'below'} the reference price ${price(reference)}` };
}

/** Why one more order is one too many; undefined where it is not. */
export function countRefusal(open: number, { maxOpenOrders }: OrderLimits): Refusal | undefined {
  return open < maxOpenOrders ? undefined : { code: 'TOO_MANY_ORDERS', reason: `${open} orders are open, the venue takes ${maxOpenOrders}` };
}
