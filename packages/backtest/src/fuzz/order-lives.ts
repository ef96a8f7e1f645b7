import type { Order, OrderEvent } from '@arb/core';
import type { FuzzWorld } from './fuzz-world.ts';
import type { Invariant } from './invariants.ts';

/** What was seen of one order. */
interface Life { isSent: boolean; isDenied: boolean; acknowledgements: number; ends: number; busts: number; lots: number }

/** An order's events make a life: denied or sent, acknowledged once at most, ended once at most, and what it says it filled is what the venue told. */
export class OrderLives implements Invariant {
  readonly name = 'order-states';
  readonly #world: FuzzWorld;
  readonly #lives = new Map<Order, Life>();
  /** Those that something happened to since they were last found right. */
  readonly #watched = new Set<Order>();
  constructor(world: FuzzWorld) { this.#world = world; }

  sent(order: Order): string | undefined {
    const life = this.#lifeOf(order);
    if (life.isSent) return `${order.id} left twice`;
    if (life.isDenied) return `${order.id} left after it was denied`;
    life.isSent = true;
    return undefined;
  }

  event(event: OrderEvent): string | undefined {
    const { order, type } = event;
    const life = this.#lifeOf(order);
    const wrong = this.#step(life, event);
    if (wrong !== undefined) return `${order.id}: ${wrong}`;
    if (type !== 'OrderFilled' && type !== 'FillBusted') return undefined;
    const told = this.#world.books.filledLots(order);
    if (told > order.lots) return `${order.id}: ${told} of ${order.lots} lots were filled`;
    return undefined;
  }

  look(): string | undefined {
    for (const order of this.#watched) {
      const told = this.#world.books.filledLots(order);
      if (order.filledLots !== told) return `${order.id}: the venue told of ${told} lots filled, the order says ${order.filledLots}`;
      if (order.isClosed) this.#watched.delete(order);
    }
    return undefined;
  }

  #step(life: Life, event: OrderEvent): string | undefined {
    const { type, order } = event;
    if (type === 'OrderDenied') {
      life.isDenied = true;
      return life.isSent ? 'denied after it had left' : undefined;
    }
    if (life.isDenied) return `${type} after it was denied`;
    if (!life.isSent) return `${type} of an order that never left`;
    switch (type) {
      case 'OrderAccepted': return ++life.acknowledgements > 1 ? 'acknowledged twice' : undefined;
      case 'OrderRejected': case 'OrderCanceled': case 'OrderExpired': return ++life.ends > 1 + life.busts ? `ended ${life.ends} times` : undefined;
      case 'OrderFilled':
        life.lots += event.report.lots;
        return event.report.lots <= 0 || (order.sign === 1 ? event.report.tick > order.tick : event.report.tick < order.tick) ? `a fill of ${event.report.lots} lots at tick ${event.report.tick}, its limit is ${order.tick}` : undefined;
      case 'FillBusted':
        life.busts++;
        life.lots -= event.report.lots;
        return life.lots < 0 ? `${-life.lots} lots more were taken back than filled` : undefined;
      default: return undefined;
    }
  }

  #lifeOf(order: Order): Life {
    this.#watched.add(order);
    let life = this.#lives.get(order);
    if (life === undefined) {
      life = { isSent: false, isDenied: false, acknowledgements: 0, ends: 0, busts: 0, lots: 0 };
      this.#lives.set(order, life);
    }
    return life;
  }
}
