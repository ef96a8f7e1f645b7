import type { Order } from '../model/order.ts';

/**
 * Orders a pair remembers after they are closed: their fills may be reported late, or taken back, and nobody else would close what that leaves. A pair that completes a
 * leg against a thin book sends some forty a second.
 */
const MAX_REMEMBERED = 4_096;

/** Orders of a pair as saved, by sequence: ids are derived from it, so a restart finds them again. */
export interface SavedPairOrders {
  readonly remembered: readonly number[];
  readonly waiting: readonly { readonly sequence: number; readonly lots: number; readonly seenLots: number }[];
}

interface Waiting {
  /** Undefined after a restart, until the first event of the order. */
  order: Order | undefined;
  readonly lots: number;
  /** Filled lots this pair has been told of: events come after the order has changed, so the order itself may be ahead. */
  seenLots: number;
}

/** Which orders a pair sent, and which of them it still waits for. An order is answered when it is closed and all its fills have been told. */
export class PairOrders {
  readonly #remembered = new Set<number>();
  readonly #waiting = new Map<number, Waiting>();

  get isWaiting(): boolean { return this.#waiting.size > 0; }
  isWaitingFor(order: Order): boolean { return this.#waiting.has(order.sequence); }
  knows(order: Order): boolean { return this.#remembered.has(order.sequence); }
  /** Orders without an answer; those from before a restart that have not been heard of are not among them. */
  waiting(): Order[] { return [...this.#waiting.values()].flatMap(({ order }) => order ?? []); }
  waitingSequences(): number[] { return [...this.#waiting.keys()]; }

  sent(order: Order): void {
    this.#remembered.add(order.sequence);
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.delete(this.#remembered.values().next().value!);
    this.#waiting.set(order.sequence, { order, lots: order.lots, seenLots: 0 });
  }

  /** A fill of an order was told; negative lots for one taken back. */
  filled(order: Order, lots: number): void {
    const waiting = this.#waiting.get(order.sequence);
    if (waiting === undefined) return;
    waiting.order = order;
    waiting.seenLots += lots;
  }

  /** True where the order is answered, which ends the wait for it. */
  closes(order: Order): boolean {
    const waiting = this.#waiting.get(order.sequence);
    if (waiting === undefined || !order.isClosed || waiting.seenLots !== order.filledLots) return false;
    return this.#waiting.delete(order.sequence);
  }

  forgetWaiting(): void { this.#waiting.clear(); }

  save(): SavedPairOrders {
    return { remembered: [...this.#remembered], waiting: [...this.#waiting].map(([sequence, { lots, seenLots }]) => ({ sequence, lots, seenLots })) };
  }

  restore(saved: SavedPairOrders): void {
    this.#remembered.clear();
    this.#waiting.clear();
    for (const sequence of saved.remembered) this.#remembered.add(sequence);
    for (const { sequence, lots, seenLots } of saved.waiting) this.#waiting.set(sequence, { order: undefined, lots, seenLots });
  }
}
