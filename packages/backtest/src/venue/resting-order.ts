import type { Order } from '@arb/core';
import type { QueuePlace } from './queue-model.ts';

/** One of our orders as the venue knows it. The venue's view runs ahead of the kernel's by the response latency. */
export class RestingOrder implements QueuePlace {
  readonly order: Order;
  /** +1 buy, −1 sell. */
  readonly sign: 1 | -1;
  readonly isReduceOnly: boolean;
  tick: number;
  lots: number;
  leaves: number;
  /** Public lots ahead of us on our level; Infinity where the feed does not show the level. */
  front = 0;
  /** Lots traded on our level since it was last shown. */
  traded = 0;
  /** When it came to the venue, or got the price it has, µs. */
  since = 0;
  isLive = false;
  /** The book is being shown anew and our level has been in it. */
  isShown = false;
  /** Never rests: a triggered market order. */
  isImmediate: boolean;

  /** @param tick @param lots the limit and quantity as they left; the kernel's order may have changed since */
  constructor(order: Order, tick: number = order.tick, lots: number = order.lots) {
    this.order = order;
    this.sign = order.sign;
    this.isReduceOnly = order.reduceOnly;
    this.tick = tick;
    this.lots = lots;
    this.leaves = lots;
    this.isImmediate = order.timeInForce === 'IOC' || order.timeInForce === 'FOK';
  }
}
