import type { Order, OrderDenial } from '../model/order.ts';
import type { VenueProfile } from './venue-profile.ts';

/** Why a venue does not take an order of this kind, by its profile; undefined where it does. A market order leaves as a capped IOC, so it needs IOC. */
export function unsupportedOrder(order: Pick<Order, 'type' | 'timeInForce' | 'postOnly' | 'reduceOnly' | 'instrument'>, profile: VenueProfile): OrderDenial | undefined {
  const { types, timeInForce, postOnly, reduceOnly } = profile.orders;
  const refused = (what: string, offered: readonly string[]): OrderDenial => ({ code: 'UNSUPPORTED', message: `${order.instrument.venue} does not take ${what}; it takes ${offered.join(', ')}` });
  if (!types.includes(order.type)) return refused(`${order.type} orders`, types);
  if (!timeInForce.includes(order.timeInForce)) return refused(`time in force ${order.timeInForce}`, timeInForce);
  if (order.postOnly && !postOnly) return refused('post-only orders', types);
  return order.reduceOnly && !reduceOnly && order.instrument.kind !== 'spot' ? refused('reduce-only orders', types) : undefined;
}
