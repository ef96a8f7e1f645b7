import { InstrumentState } from '../../../src/kernel/cache/instrument-state.ts';
import { quoteCarry } from '../../../src/kernel/carry/carry-quote.ts';
import { carryOf } from '../../../src/kernel/carry/carry-snapshot.ts';
import type { HedgeHost, LegOrder } from '../../../src/kernel/hedge/hedge-host.ts';
import { HedgedPair } from '../../../src/kernel/hedge/hedged-pair.ts';
import type { HedgedPairOptions } from '../../../src/kernel/hedge/pair-options.ts';
import type { PairEvent } from '../../../src/kernel/hedge/pair-event.ts';
import { Instrument, type InstrumentSpec } from '../../../src/kernel/model/instrument.ts';
import { OrderChanged, type OrderEvent, OrderFilled } from '../../../src/kernel/model/order-events.ts';
import { Order, orderMutator } from '../../../src/kernel/model/order.ts';

export const LONG: InstrumentSpec = { id: 'BTC-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '1', sizeIncrement: '0.001', minNotional: '10' };
export const SHORT: InstrumentSpec = { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' };

/** What a venue does with one order: fills this share of it (0 to 1), in so many parts, and ends it in this way. */
export interface Outcome { readonly share: number; readonly end: 'expired' | 'rejected' | 'filled' }

/** Both venues of a pair, driven by a test: orders wait until the test says what happens to them. Implements the whole port a pair has. */
export class ScriptedVenue implements HedgeHost {
  time = 1_000_000_000;
  readonly pair: HedgedPair;
  readonly events: PairEvent[] = [];
  readonly sent: { readonly leg: LegOrder; readonly order: Order }[] = [];
  readonly waiting: Order[] = [];
  /** Denies everything while true. */
  denies = false;
  readonly #states: ReadonlyMap<string, InstrumentState>;
  readonly #alerts = new Map<string, { readonly at: number; readonly handler: () => void }>();
  #sequence = 0;

  constructor(options: Partial<HedgedPairOptions> = {}, specs: readonly [InstrumentSpec, InstrumentSpec] = [LONG, SHORT]) {
    this.#states = new Map(specs.map((spec) => [spec.id, new InstrumentState(new Instrument(spec))]));
    this.quote2(specs[0].id, 60_000, 60_010);
    this.quote2(specs[1].id, 60_005, 60_006);
    this.pair = new HedgedPair(this, { long: specs[0].id, short: specs[1].id, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 50_000, ...options });
  }

  /** Sets a one-level book. */
  quote2(id: string, bid: number, ask: number, lots = 1_000_000): void {
    const state = this.state(id);
    state.book.clear();
    state.book.setBid(state.instrument.roundToTick(bid), lots);
    state.book.setAsk(state.instrument.roundToTick(ask), lots);
    state.hasBook = true;
  }

  now(): number { return this.time; }
  state(id: string): InstrumentState { return this.#states.get(id)!; }
  carry(long: string, short: string): ReturnType<typeof carryOf> { return carryOf(this.state(long), this.state(short)); }
  quote(legs: { readonly long: string; readonly short: string }, request: Parameters<typeof quoteCarry>[1]): ReturnType<typeof quoteCarry> {
    const carry = this.carry(legs.long, legs.short);
    return carry === undefined ? undefined : quoteCarry({ long: this.state(legs.long), short: this.state(legs.short), carry, longTakerFee: 0.00045, shortTakerFee: 0.00055 }, request);
  }
  alert(name: string, inMs: number, handler: () => void): void { this.#alerts.set(name, { at: this.time + inMs * 1_000, handler }); }
  takerFee(): number { return 0.0005; }
  cancelAlert(name: string): void { this.#alerts.delete(name); }
  publish(event: PairEvent): void { this.events.push(event); }
  canReduce(id: string): boolean { return this.state(id).instrument.kind !== 'spot'; }
  readonly canceled: Order[] = [];
  cancel(order: Order): void { this.canceled.push(order); }

  submit(legs: readonly LegOrder[]): { readonly orders: readonly Order[]; readonly areSent: boolean } {
    const orders = legs.map((leg) => {
      const { instrument } = this.state(leg.instrumentId);
      const order = new Order({
        sequence: ++this.#sequence, strategyId: 's', instrument, side: leg.side, type: 'LIMIT', lots: leg.lots, tick: leg.tick, timeInForce: 'IOC', postOnly: false, reduceOnly: leg.isReducing, options: undefined,
      }, 'run');
      if (this.denies) orderMutator.deny(order, { code: 'TRADING_HALTED', message: 'no trading today' });
      else orderMutator.apply(order, 'OrderSubmitted');
      return order;
    });
    if (!this.denies) orders.forEach((order, i) => { this.sent.push({ leg: legs[i]!, order }); this.waiting.push(order); });
    return { orders, areSent: !this.denies };
  }

  /** Lets the venue answer one waiting order. */
  answer(order: Order, outcome: Outcome): void {
    this.waiting.splice(this.waiting.indexOf(order), 1);
    const lots = outcome.end === 'filled' ? order.lots : Math.floor(order.lots * outcome.share);
    for (const part of lots > 1 ? [Math.floor(lots / 2), lots - Math.floor(lots / 2)] : lots === 1 ? [1] : []) this.fill(order, part);
    if (order.isClosed) return;
    const type = outcome.end === 'rejected' && lots === 0 ? 'OrderRejected' : 'OrderExpired';
    orderMutator.apply(order, type);
    this.#tell(new OrderChanged(type, order, { tsEvent: this.time, tsInit: this.time, code: 'X', reason: 'scripted' }) as OrderEvent);
  }

  /** One execution of an order. */
  fill(order: Order, lots: number): void {
    orderMutator.fill(order, order.tick, lots);
    this.#tell(new OrderFilled('OrderFilled', order, { fillId: `f${this.#sequence}-${order.filledLots}`, tick: order.tick, lots, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'OWN' }, { tsEvent: this.time, tsInit: this.time, positionLots: 0 }));
  }

  /** Takes the last execution of an order back. */
  bust(order: Order, lots: number): void {
    orderMutator.bust(order, order.tick, lots);
    this.pair.onOrderEvent(new OrderFilled('FillBusted', order, { fillId: 'b', tick: order.tick, lots, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'OWN' }, { tsEvent: this.time, tsInit: this.time, positionLots: 0 }) as unknown as OrderEvent);
  }

  /** Lets time pass and alerts fire. */
  wait(ms: number): void {
    const until = this.time + ms * 1_000;
    for (;;) {
      const due = [...this.#alerts].filter(([, { at }]) => at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.#alerts.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].handler();
    }
    this.time = until;
  }

  #tell(event: OrderEvent): void { this.pair.onOrderEvent(event); }
}
