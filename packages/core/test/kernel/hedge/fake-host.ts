import { InstrumentState } from '../../../src/kernel/cache/instrument-state.ts';
import { quoteCarry, type CarryQuote, type QuoteRequest } from '../../../src/kernel/carry/carry-quote.ts';
import { carryOf, type CarrySnapshot } from '../../../src/kernel/carry/carry-snapshot.ts';
import type { HedgeHost, LegOrder } from '../../../src/kernel/hedge/hedge-host.ts';
import { HedgedPair } from '../../../src/kernel/hedge/hedged-pair.ts';
import type { HedgedPairOptions } from '../../../src/kernel/hedge/pair-options.ts';
import type { PairEvent } from '../../../src/kernel/hedge/pair-event.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { OrderChanged, type OrderChangeType, type OrderEvent, OrderFilled } from '../../../src/kernel/model/order-events.ts';
import { NO_PRICE, Order, orderMutator } from '../../../src/kernel/model/order.ts';
import { BYBIT } from '../../../src/kernel/venues/bybit.ts';
import { HYPERLIQUID } from '../../../src/kernel/venues/hyperliquid.ts';

/** 0.00001 BTC a lot. */
export const HL: Instrument = new Instrument(HYPERLIQUID.instruments.find(({ id }) => id === 'BTC-USD-PERP.HYPERLIQUID')!);
/** 0.001 BTC a lot. */
export const BY: Instrument = new Instrument(BYBIT.instruments.find(({ id }) => id === 'BTCUSDT-PERP.BYBIT')!);

interface Alert { readonly name: string; readonly at: number; readonly order: number; readonly handler: () => void }

/**
 * Two venues, a clock and a kernel around one pair, all driven by hand: orders move through the real state machine, and events reach the pair only after its
 * own call has returned, as in the kernel. Positions are counted here on their own.
 */
export class FakeHost implements HedgeHost {
  readonly states = new Map<string, InstrumentState>();
  readonly orders: Order[] = [];
  readonly events: PairEvent[] = [];
  readonly positions = new Map<string, number>();
  readonly canceled: Order[] = [];
  readonly violations: string[] = [];
  pair: HedgedPair;
  time = 1_000_000_000;
  /** Refuses the next submissions, saying so. */
  denials = 0;
  #alerts: Alert[] = [];
  #alertOrder = 0;
  #sequence = 0;
  #queue: OrderEvent[] = [];

  constructor(options: Partial<HedgedPairOptions> = {}, legs: readonly [Instrument, Instrument] = [HL, BY]) {
    for (const instrument of legs) this.states.set(instrument.id, new InstrumentState(instrument));
    this.pair = new HedgedPair(this, { long: legs[0].id, short: legs[1].id, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 5_000, ...options });
    for (const { id } of legs) this.book(id, '60000', '60001', '5');
  }

  /** One level on each side; an empty text leaves a side empty. */
  book(id: string, bid: string, ask: string, size: string): void {
    const state = this.states.get(id)!;
    state.book.clear();
    const { instrument } = state;
    if (bid !== '') state.book.setBid(instrument.toTick(bid), instrument.roundToLots(size));
    if (ask !== '') state.book.setAsk(instrument.toTick(ask), instrument.roundToLots(size));
    state.hasBook = true;
  }

  now(): number { return this.time; }
  state(id: string): InstrumentState { return this.states.get(id)!; }
  carry(long: string, short: string): CarrySnapshot | undefined { return carryOf(this.state(long), this.state(short)); }

  quote(legs: { readonly long: string; readonly short: string }, request: QuoteRequest): CarryQuote | undefined {
    const [long, short] = [this.state(legs.long), this.state(legs.short)];
    const carry = carryOf(long, short);
    return carry === undefined ? undefined : quoteCarry({ long, short, carry, longTakerFee: 0.00045, shortTakerFee: 0.00055 }, request);
  }

  alert(name: string, inMs: number, handler: () => void): void {
    if (!Number.isFinite(inMs)) throw new Error(`alert ${name} in ${inMs} ms`);
    this.cancelAlert(name);
    this.#alerts.push({ name, at: this.time + inMs * 1_000, order: this.#alertOrder++, handler });
  }

  takerFee(): number { return 0.0005; }
  cancelAlert(name: string): void { this.#alerts = this.#alerts.filter((alert) => alert.name !== name); }
  cancel(order: Order): void { this.canceled.push(order); }
  canReduce(id: string): boolean { return this.state(id).instrument.kind !== 'spot'; }
  publish(event: PairEvent): void { this.events.push(event); }

  submit(legs: readonly LegOrder[]): { readonly orders: readonly Order[]; readonly areSent: boolean } {
    const orders = legs.map(({ instrumentId, side, lots, tick, isReducing }) => new Order({
      sequence: ++this.#sequence, strategyId: 'test', instrument: this.state(instrumentId).instrument,
      side, type: 'LIMIT', lots, tick, timeInForce: 'IOC', postOnly: false, reduceOnly: isReducing && this.state(instrumentId).instrument.kind !== 'spot', options: undefined,
    }, 'run'));
    for (const order of orders) this.#inspect(order);
    const tooSmall = orders.find((order) => this.#isTooSmall(order));
    if (this.denials > 0 || tooSmall !== undefined) {
      this.denials = Math.max(0, this.denials - 1);
      for (const order of orders) orderMutator.deny(order, { code: 'TRADING_HALTED', message: tooSmall === undefined ? 'denied by the test' : `${tooSmall.lots} lots are too few` });
      return { orders, areSent: false };
    }
    for (const order of orders) {
      orderMutator.apply(order, 'OrderSubmitted');
      this.orders.push(order);
    }
    return { orders, areSent: true };
  }

  get open(): Order[] { return this.orders.filter(({ isOpen }) => isOpen); }
  orderOf(instrument: Instrument, from = 0): Order { return this.orders.slice(from).findLast((order) => order.instrument === instrument)!; }
  lots(instrument: Instrument): number { return this.positions.get(instrument.id) ?? 0; }
  types(): string[] { return this.events.map(({ type }) => type); }
  get nextAlertAt(): number | undefined { return this.#alerts.length === 0 ? undefined : Math.min(...this.#alerts.map(({ at }) => at)); }

  /** Moves the clock, firing what falls due in its order. */
  advance(ms: number): void {
    const until = this.time + ms * 1_000;
    for (;;) {
      const due = this.#alerts.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#alerts = this.#alerts.filter((alert) => alert !== due);
      this.time = Math.max(this.time, due.at);
      due.handler();
      this.drain();
    }
    this.time = until;
  }

  /** An execution; a reduce-only order goes no further than the position, and ends there. */
  fill(order: Order, wanted: number = order.leavesLots): void {
    const lots = order.reduceOnly && order.isOpen ? Math.min(wanted, Math.max(0, -order.sign * this.lots(order.instrument))) : wanted;
    if (lots > 0) {
      orderMutator.fill(order, order.tick, lots);
      this.positions.set(order.instrument.id, this.lots(order.instrument) + order.sign * lots);
      this.#fillEvent('OrderFilled', order, lots);
    }
    if (lots < wanted) this.change(order, 'OrderExpired');
  }

  bust(order: Order, lots: number): void {
    orderMutator.bust(order, order.tick, lots);
    this.positions.set(order.instrument.id, this.lots(order.instrument) - order.sign * lots);
    this.#fillEvent('FillBusted', order, lots);
  }

  /** The venue takes lots of a position off by force. */
  force(instrument: Instrument, lots: number): void {
    const signed = -Math.sign(this.lots(instrument)) * lots;
    this.positions.set(instrument.id, this.lots(instrument) + signed);
    this.pair.onForcedFill(instrument.id, signed, 'LIQUIDATION');
  }

  /** The process ends and begins again: alerts are gone, the pair is made anew of what it saved. */
  restart(): void {
    const saved = JSON.stringify(this.pair.saveState());
    this.#alerts = [];
    this.pair = new HedgedPair(this, this.pair.options);
    this.pair.restoreState(JSON.parse(saved));
  }

  change(order: Order, type: OrderChangeType): void {
    if (type === 'OrderUnknown') orderMutator.flags(order, { unknown: true });
    else orderMutator.apply(order, type as 'OrderAccepted');
    this.#queue.push(new OrderChanged(type, order, { tsEvent: this.time, tsInit: this.time }) as OrderEvent);
  }

  /** Delivers what has happened; call after one or several of the above. */
  drain(): void {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      if (this.pair.owns(event.order)) this.pair.onOrderEvent(event);
    }
  }

  /** Base units one leg has and the other has not, within one lot of the coarser leg. */
  get uncoveredLots(): number {
    let base = 0;
    let coarse = 0;
    for (const { instrument } of this.states.values()) {
      base += this.lots(instrument) * instrument.lotSize * instrument.multiplier.toNumber();
      coarse = Math.max(coarse, instrument.lotSize * instrument.multiplier.toNumber());
    }
    return Math.abs(base) < coarse * 0.999 ? 0 : base / coarse;
  }

  #fillEvent(type: 'OrderFilled' | 'FillBusted', order: Order, lots: number): void {
    const report = { fillId: `${order.sequence}-${this.events.length}`, tick: order.tick, lots, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'OWN' } as const;
    this.#queue.push(new OrderFilled(type, order, report, { tsEvent: this.time, tsInit: this.time, positionLots: this.lots(order.instrument) }) as OrderEvent);
  }

  /** As the risk engine judges: fewest lots, and least value but of an order that is reduce-only. */
  #isTooSmall({ lots, tick, reduceOnly, instrument }: Order): boolean {
    return lots < instrument.minLots || (!reduceOnly && instrument.minNotional.gt(lots * instrument.lotSize * instrument.multiplier.toNumber() * instrument.tickToNumber(tick)));
  }

  /** What must hold of every order that leaves. */
  #inspect(order: Order): void {
    const { bidTick, askTick } = this.state(order.instrument.id);
    const touch = order.side === 'buy' ? askTick : bidTick;
    if (order.tick === NO_PRICE || touch === undefined) this.violations.push(`order ${order.sequence} leaves without a price`);
    else if (order.sign * (order.tick - touch) > touch * 0.005 + 1) this.violations.push(`order ${order.sequence} is priced beyond its cap`);
    if (order.timeInForce !== 'IOC') this.violations.push(`order ${order.sequence} would rest`);
    const held = this.lots(order.instrument);
    if (order.reduceOnly && (held * order.sign >= 0 || order.lots > Math.abs(held))) this.violations.push(`order ${order.sequence} is reduce-only and would increase`);
    if (!order.reduceOnly && order.instrument.kind !== 'spot' && held * order.sign < 0 && order.lots <= Math.abs(held)) this.violations.push(`order ${order.sequence} reduces and is not reduce-only`);
  }
}
