import type { Order } from '@arb/core';
import { NO_PRICE } from '@arb/core/internal';
import type { RestingOrder } from './resting-order.ts';

/** One conditional order waiting for its price. */
interface Waiting {
  readonly resting: RestingOrder;
  /** True where it fires at or above its trigger. */
  readonly firesAbove: boolean;
  triggerTick: number;
  /** Distance of a trailing stop in ticks; 0 for others. */
  readonly trailTicks: number;
}

/** A stop fires when the price moves against the position it protects, a touch order when it becomes better. */
function firesAbove(order: Order): boolean {
  const isTouch = order.type === 'MARKET_IF_TOUCHED' || order.type === 'LIMIT_IF_TOUCHED';
  return (order.side === 'buy') !== isTouch;
}

/** Conditional orders of one instrument, by the price each of them watches. */
export class TriggerBook {
  #waiting: Waiting[] = [];

  /** Orders that wait, in the order they arrived. */
  get orders(): readonly RestingOrder[] { return this.#waiting.map(({ resting }) => resting); }
  get size(): number { return this.#waiting.length; }

  /** Takes an order under watch. A trailing stop begins at its distance from the price now. */
  add(resting: RestingOrder, priceNow: number | undefined): void {
    const { order } = resting;
    const trailTicks = order.options?.trailTicks ?? 0;
    const above = firesAbove(order);
    const start = trailTicks > 0 && priceNow !== undefined ? priceNow + (above ? trailTicks : -trailTicks) : order.triggerTick;
    this.#waiting.push({ resting, firesAbove: above, triggerTick: start, trailTicks });
  }

  /** Where an order's trigger stands now; a trailing one moves. */
  triggerTick(resting: RestingOrder): number { return this.#waiting.find((waiting) => waiting.resting === resting)?.triggerTick ?? NO_PRICE; }

  /** True while an order waits here. */
  has(resting: RestingOrder): boolean { return this.#waiting.some((waiting) => waiting.resting === resting); }

  /** @returns false where it is not waiting */
  remove(resting: RestingOrder): boolean {
    const at = this.#waiting.findIndex((waiting) => waiting.resting === resting);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  /**
   * The watched price moved: orders that fire, in the order they arrived; they leave the book.
   * @param until orders that came later have not seen this price
   */
  price(source: string, tick: number, until: number = Infinity): RestingOrder[] {
    const fired: RestingOrder[] = [];
    this.#waiting = this.#waiting.filter((waiting) => {
      if ((waiting.resting.order.options?.triggerSource ?? 'last') !== source || waiting.resting.since > until) return true;
      if (waiting.trailTicks > 0) trail(waiting, tick);
      const fires = waiting.triggerTick !== NO_PRICE && (waiting.firesAbove ? tick >= waiting.triggerTick : tick <= waiting.triggerTick);
      if (fires) fired.push(waiting.resting);
      return !fires;
    });
    return fired;
  }
}

/** A trailing trigger follows a better price and never steps back. */
function trail(waiting: Waiting, tick: number): void {
  if (waiting.firesAbove) waiting.triggerTick = waiting.triggerTick === NO_PRICE ? tick + waiting.trailTicks : Math.min(waiting.triggerTick, tick + waiting.trailTicks);
  else waiting.triggerTick = waiting.triggerTick === NO_PRICE ? tick - waiting.trailTicks : Math.max(waiting.triggerTick, tick - waiting.trailTicks);
}
