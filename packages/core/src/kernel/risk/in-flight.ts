import type { OrderAmendment } from '../execution/execution-client.ts';
import type { Order } from '../model/order.ts';
import { NO_PRICE } from '../model/order.ts';
import type { Money } from '../math/money.ts';
import type { RiskSlot } from './risk-slot.ts';

interface Tracked { readonly slot: RiskSlot; lots: number; value: Money; asked: OrderAmendment | undefined }

/**
 * Every approved order and how much of it may still trade. From approval on an order counts as if it were filled; each later event of it sets the figure anew
 * from the order itself, so hearing of an event twice, or not at all, leaves no trace. While a change is asked for, the larger of both counts.
 */
export class InFlight {
  readonly #orders = new Map<Order, Tracked>();

  /** Orders that may still trade. */
  get size(): number { return this.#orders.size; }

  /** Counts an order from now on. */
  approve(order: Order, slot: RiskSlot): void {
    const lots = order.leavesLots;
    const value = slot.holding.isSpot ? reservedValue(order, slot, lots) : 0n;
    this.#orders.set(order, { slot, lots, value, asked: undefined });
    slot.add(order, lots, value);
  }

  /** A change of the order was approved; it counts while the order waits for the venue's answer. */
  ask(order: Order, amendment: OrderAmendment): void {
    const tracked = this.#orders.get(order);
    if (tracked !== undefined) tracked.asked = amendment;
  }

  /** Sets what an order counts for to what is left of it. @returns false for an order that may trade and does not count yet: a bust brought it back */
  update(order: Order): boolean {
    const tracked = this.#orders.get(order);
    const isLive = order.isOpen && order.status !== 'EMULATED';
    if (tracked === undefined) return !isLive;
    const { slot } = tracked;
    if (!order.isPendingModify) tracked.asked = undefined;
    const { asked } = tracked;
    const lots = isLive ? Math.max(order.leavesLots, asked === undefined ? 0 : asked.lots - order.filledLots) : 0;
    const value = lots > 0 && slot.holding.isSpot ? reservedValue(order, slot, lots, asked?.tick) : 0n;
    if (lots !== tracked.lots || value !== tracked.value) slot.add(order, lots - tracked.lots, value - tracked.value);
    if (isLive) {
      tracked.lots = lots;
      tracked.value = value;
    } else this.#orders.delete(order);
    return true;
  }

  /** Forgets an order that was approved and will not leave. */
  withdraw(order: Order): void {
    const tracked = this.#orders.get(order);
    if (tracked === undefined) return;
    tracked.slot.add(order, -tracked.lots, -tracked.value);
    this.#orders.delete(order);
  }
}

/** Quote currency an open spot order holds: its lots at its limit, or at the higher one asked for; at what it could expect where it has none. */
function reservedValue(order: Order, slot: RiskSlot, lots: number, askedTick: number = NO_PRICE): Money {         // eslint-disable-line max-params -- the last is rare
  const tick = Math.max(order.tick, askedTick);
  return slot.instrument.valueOf(tick === NO_PRICE ? slot.holding.lastTick : tick, lots);
}
