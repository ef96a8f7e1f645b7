import type { Order } from '../model/order.ts';

/** How many of the last orders of a strategy are kept, open or closed; a power of two. */
export const RECENT_ORDERS = 4_096;

/** The last orders of one strategy by their number: one store per order, and no text is made until an id is asked for. */
export class RecentOrders {
  readonly #orders: (Order | undefined)[] = new Array<Order | undefined>(RECENT_ORDERS).fill(undefined);

  add(order: Order): void { this.#orders[order.sequence & (RECENT_ORDERS - 1)] = order; }

  /** The order of this number, undefined where newer ones have taken its place. */
  find(sequence: number): Order | undefined {
    const order = this.#orders[sequence & (RECENT_ORDERS - 1)];
    return order?.sequence === sequence ? order : undefined;
  }
}
