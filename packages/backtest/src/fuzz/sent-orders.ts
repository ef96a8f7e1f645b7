import type { HedgedPair, Instrument, Order, OrderEvent, UnixMicros } from '@arb/core';
import { NO_TICK } from '@arb/core/internal';
import type { FuzzWorld } from './fuzz-world.ts';
import type { Invariant } from './invariants.ts';

/** One order as it left. */
interface Sent { readonly order: Order; readonly at: UnixMicros; readonly isReducing: boolean }

/** What is known of an order at the moment it leaves: whether it reduces, and what it and everything else that is out may lead to. */
export class SentOrders {
  readonly #world: FuzzWorld;
  #sent: Sent[] = [];
  constructor(world: FuzzWorld) { this.#world = world; }

  get invariants(): readonly Invariant[] {
    return [
      { name: 'reducing-only', sent: (order) => this.#reducingOnly(order) },
      { name: 'risk-limits', sent: (order) => this.#withinLimits(order) },
      { name: 'both-or-neither', event: (event) => this.#bothOrNeither(event) },
    ];
  }

  /** While a pair, its strategy or all trading is halted only what makes a position smaller may leave. */
  #reducingOnly(order: Order): string | undefined {
    const isReducing = this.#isReducing(order);
    this.#sent = [...this.#sent.filter((other) => other.order.isOpen || other.at === this.#world.now), { order, at: this.#world.now, isReducing }];
    if (isReducing) return undefined;
    const halted = this.#whoHalts(order);
    if (halted === undefined) return undefined;
    return `${order.id}, a ${order.side} of ${order.lots} lots of ${order.instrument.id}, left while ${halted}; ${order.strategyId} held ${this.#world.books.lots(order.instrument, order.strategyId)} lots`;
  }

  #whoHalts(order: Order): string | undefined {
    const { kernel, runners } = this.#world;
    const runner = runners.find(({ id }) => id === order.strategyId)!;
    const { tradingState } = kernel.risk;
    if (tradingState === 'HALTED' || (tradingState === 'REDUCING' && !closesLegOf(runner.pairs, order))) return `trading was ${tradingState}`;
    if (runner.state === 'HALTED') return `${runner.id} was HALTED`;
    const trading: readonly HedgedPair[] = runner.pairs.filter((pair) => pair.trades(order.instrument.id));
    return trading.length === 1 && trading[0]!.state === 'HALTED' ? `its pair was HALTED (${trading[0]!.haltReason})` : undefined;
  }

  /** With everything out filled, no position is worth more than allowed; priced where the order, and the market, are cheapest. */
  #withinLimits(order: Order): string | undefined {
    if (this.#isReducing(order)) return undefined;
    const { maxOrderNotionalUsd = Infinity, maxPositionNotionalUsd = Infinity, maxGrossNotionalUsd = Infinity } = this.#world.plan.limits;
    const value = this.#usd(order.instrument, order.lots);
    if (value > maxOrderNotionalUsd) return `${order.id} is worth ${value.toFixed(2)} USD, maxOrderNotionalUsd is ${maxOrderNotionalUsd}`;
    const position = this.#usd(order.instrument, this.#worstLots(order.instrument));
    if (position > maxPositionNotionalUsd) return `with ${order.id} the position in ${order.instrument.id} may reach ${position.toFixed(2)} USD, maxPositionNotionalUsd is ${maxPositionNotionalUsd}`;
    let gross = 0;
    for (const { instrument } of this.#world.legs) gross += this.#usd(instrument, this.#worstLots(instrument));
    return gross > maxGrossNotionalUsd ? `with ${order.id} all positions may reach ${gross.toFixed(2)} USD, maxGrossNotionalUsd is ${maxGrossNotionalUsd}` : undefined;
  }

  /** An order of two that leave together was denied: the other stays as well. */
  #bothOrNeither(event: OrderEvent): string | undefined {
    if (event.type !== 'OrderDenied') return undefined;
    const { order } = event;
    const other = this.#sent.find((sent) => sent.at === event.tsInit && sent.order.strategyId === order.strategyId && Math.abs(sent.order.sequence - order.sequence) === 1 && sent.order.instrument !== order.instrument);
    return other === undefined || other.isReducing ? undefined : `${order.id} was denied (${event.code}) and ${other.order.id}, its other leg, left alone`;
  }

  #isReducing(order: Order): boolean {
    const held = this.#world.books.lots(order.instrument, order.strategyId);
    return held * order.sign < 0 && order.lots <= Math.abs(held);
  }

  /** The largest position, without sign, that what is held and what opens could lead to. */
  #worstLots(instrument: Instrument): number {
    const held = this.#world.books.lots(instrument);
    let [buys, sells] = [0, 0];
    for (const { order, isReducing } of this.#sent) {
      if (isReducing || order.instrument !== instrument || !order.isOpen) continue;
      const left = order.lots - this.#world.books.filledLots(order);
      if (order.sign === 1) buys += left;
      else sells += left;
    }
    return Math.max(Math.abs(held + buys), Math.abs(held - sells));
  }

  /** Value at the best bid, less a thousandth: the least that a limit may have been judged by. */
  #usd(instrument: Instrument, lots: number): number {
    const { bidTick, askTick } = this.#world.kernel.cache.state(instrument.id);
    const tick = Math.min(bidTick ?? Infinity, askTick ?? Infinity);
    if (!Number.isFinite(tick) || tick === NO_TICK) return 0;
    return 0.999 * lots * instrument.lotSize * instrument.multiplier.toNumber() * (instrument.isInverse ? 1 : instrument.tickToNumber(tick));
  }
}

/** True where the order only closes what one of several pairs holds of the instrument; the strategy as a whole may hold less, or the opposite, through the others. */
function closesLegOf(pairs: readonly HedgedPair[], { instrument, sign, lots }: Order): boolean {
  const trading = pairs.filter((pair) => pair.trades(instrument.id));
  return trading.length > 1 && trading.some((pair) => -sign * instrument.toLots(pair.long === instrument.id ? pair.longQuantity : pair.shortQuantity) >= lots);
}
