import type { UnixMicros } from '@arb/core';
import type { RestingOrder } from './resting-order.ts';

/** Good-till-date orders by the time they end, the earlier arrival first among equals. */
export class ExpiryQueue {
  readonly #orders: RestingOrder[] = [];

  /** When the next one ends; Infinity without any. */
  nextAt(): UnixMicros { return this.#orders.length === 0 ? Infinity : endOf(this.#orders[0]!); }

  add(resting: RestingOrder): void {
    let i = this.#orders.length;
    while (i > 0 && endOf(this.#orders[i - 1]!) > endOf(resting)) i--;
    this.#orders.splice(i, 0, resting);
  }

  /** Takes the one that ends next. */
  take(): RestingOrder { return this.#orders.shift()!; }

  /** @returns false where it is not in here */
  remove(resting: RestingOrder): boolean {
    const at = this.#orders.indexOf(resting);
    if (at >= 0) this.#orders.splice(at, 1);
    return at >= 0;
  }
}

function endOf(resting: RestingOrder): UnixMicros { return resting.order.options!.expiresAt!; }
