import type { RestingOrder } from './resting-order.ts';

/** Own resting orders of one side in time order, with the range of their prices so that most rows of a feed cost one comparison. */
export class OwnSide {
  readonly orders: RestingOrder[] = [];
  /** Lowest and highest tick of an own order; an empty range without one. */
  minTick: number = Infinity;
  maxTick: number = -Infinity;

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
