import type { RestingOrder } from './resting-order.ts';

const NONE: readonly RestingOrder[] = [];

/** Own resting orders of one side in time order, with the range of their prices so that most rows of a feed cost one comparison. */
export class OwnSide {
  /** +1 buys, −1 sells. */
  readonly sign: 1 | -1;
  readonly orders: RestingOrder[] = [];
  /** Lowest and highest tick of an own order; an empty range without one. */
  minTick: number = Infinity;
  maxTick: number = -Infinity;

  constructor(sign: 1 | -1) { this.sign = sign; }

  add(resting: RestingOrder): void {
    this.orders.push(resting);
    if (resting.tick < this.minTick) this.minTick = resting.tick;
    if (resting.tick > this.maxTick) this.maxTick = resting.tick;
  }

  remove(resting: RestingOrder): void {
    const { orders } = this;
    const at = orders.indexOf(resting);
    if (at < 0) return;
    for (let i = at + 1; i < orders.length; i++) orders[i - 1] = orders[i]!;
    orders.pop();
    if (resting.tick === this.minTick || resting.tick === this.maxTick) this.#measure();
  }

  /**
   * Orders at a price or better, the best first and the earlier among equals: whatever comes down to that price meets them in this order.
   * @param until only those that came by then
   */
  reached(tick: number, until: number = Infinity): readonly RestingOrder[] {
    const { sign } = this;
    if (sign === 1 ? this.maxTick < tick : this.minTick > tick) return NONE;
    const reached = this.orders.filter((own) => sign * (own.tick - tick) >= 0 && own.since <= until);
    return reached.length > 1 ? reached.sort((a, b) => sign * (b.tick - a.tick)) : reached;
  }

  #measure(): void {
    let min = Infinity;
    let max = -Infinity;
    for (const { tick } of this.orders) {
      if (tick < min) min = tick;
      if (tick > max) max = tick;
    }
    this.minTick = min;
    this.maxTick = max;
  }
}
