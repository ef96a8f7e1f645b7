import { MICROS_PER_SECOND, type UnixMicros } from '../model/time.ts';

/** Times of the last orders to one venue: at most `limit` within any second, the bounds of the second included once. */
export class OrderRate {
  readonly limit: number;
  readonly #times: Float64Array;
  #next = 0;

  /** @param limit orders a second, an integer of at least 1 */
  constructor(limit: number) {
    this.limit = limit;
    this.#times = new Float64Array(limit).fill(-Infinity);
  }

  /** True where one more order now would be one too many. */
  isReached(now: UnixMicros): boolean { return now - this.#times[this.#next]! < MICROS_PER_SECOND; }

  /** Counts an order. */
  add(now: UnixMicros): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.limit;
  }

  /** Takes the last order counted back. The time it replaced is a second old, so it need not return. */
  undo(): void {
    this.#next = (this.#next + this.limit - 1) % this.limit;
    this.#times[this.#next] = -Infinity;
  }
}
