import { createHash } from 'node:crypto';
import type { ExecutionClient, OrderAmendment } from '../../../src/kernel/execution/execution-client.ts';
import { type JournalRecord, readJournal } from '../../../src/kernel/journal/journal-reader.ts';
import { Kernel, type KernelOptions } from '../../../src/kernel/kernel.ts';
import { toMoney } from '../../../src/kernel/math/money.ts';
import type { Instrument, InstrumentSpec } from '../../../src/kernel/model/instrument.ts';
import type { FillReport, OrderEvent } from '../../../src/kernel/model/order-events.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { Strategy, type StrategyClass } from '../../../src/kernel/strategy/strategy.ts';
import type { StrategyRunner } from '../../../src/kernel/strategy/strategy-runner.ts';

export const BYBIT: InstrumentSpec = { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001' };
/** A sparse grid: five significant figures. */
export const SPARSE: InstrumentSpec = { id: 'ETH-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'USDC', priceIncrement: '0.01', sizeIncrement: '0.0001', significantFigures: 5 };
export const START = 1_735_689_600_000_000;      // 2025-01-01

/** One command a client received. */
export interface Command { readonly kind: 'submit' | 'modify' | 'cancel'; readonly order: Order; readonly amendment: OrderAmendment | undefined }

/** A venue that takes down what it is told; the test reports what becomes of it. The whole port. */
export class ScriptedClient implements ExecutionClient {
  readonly venue: string;
  readonly commands: Command[] = [];

  constructor(venue: string) { this.venue = venue; }

  submit(order: Order): void { this.commands.push({ kind: 'submit', order, amendment: undefined }); }
  modify(order: Order, amendment: OrderAmendment): void { this.commands.push({ kind: 'modify', order, amendment }); }
  cancel(order: Order): void { this.commands.push({ kind: 'cancel', order, amendment: undefined }); }

  /** Commands as text: `submit 1`, `modify 1 100@3`, `cancel 1`. */
  get told(): string[] { return this.commands.map(({ kind, order, amendment }) => `${kind} ${order.sequence}${amendment === undefined ? '' : ` ${amendment.tick}@${amendment.lots}`}`); }
}

/** A strategy that writes down every event in every way it can hear of one, and lets the test act for it. */
export class Witness extends Strategy {
  readonly heard: string[] = [];
  readonly events: OrderEvent[] = [];

  override onOrderEvent(event: OrderEvent): void {
    this.heard.push(`${event.type} ${event.order.sequence} ${event.order.status}`);
    this.events.push(event);
  }
  override onOrderClosed(order: Order): void { this.heard.push(`closed ${order.sequence} ${order.status}`); }
  override onPositionOpened(): void { this.heard.push('position opened'); }
  override onPositionChanged(): void { this.heard.push('position changed'); }
  override onPositionClosed(): void { this.heard.push('position closed'); }
}

/** A real kernel with scripted venues, a journal, and money everywhere. */
export class Rig {
  readonly kernel: Kernel;
  readonly clients: ReadonlyMap<string, ScriptedClient>;
  readonly #parts: Uint8Array[] = [];
  #fills = 0;

  constructor(options: Partial<KernelOptions> = {}, specs: readonly InstrumentSpec[] = [BYBIT, SPARSE]) {
    this.kernel = new Kernel({ run: 'r', startAt: START, seed: 1, forbidsAsync: true, journal: { append: (bytes, length) => { this.#parts.push(bytes.slice(0, length)); } }, ...options });
    for (const spec of specs) this.kernel.addInstrument(spec);
    const venues = [...new Set(specs.map(({ id }) => id.split('.').at(-1)!))];
    this.clients = new Map(venues.map((venue) => [venue, new ScriptedClient(venue)]));
    for (const [venue, client] of this.clients) {
      this.kernel.addVenue(undefined, client);
      this.kernel.balanceChanged({ venue, currency: venue === 'BYBIT' ? 'USDT' : 'USDC', amount: toMoney('1000000'), kind: 'deposit', tsEvent: START });
    }
    this.kernel.drain();
    for (const spec of specs) if (spec.kind === 'perpetual') this.touch(spec.id, spec.id === BYBIT.id ? [600_000, 600_001] : [300_000, 300_010]);
  }

  get client(): ScriptedClient { return this.clients.get('BYBIT')!; }

  add<Class extends StrategyClass>(Class: Class, config: unknown = {}, id = 's'): { readonly runner: StrategyRunner; readonly strategy: InstanceType<Class> } {
    const runner = this.kernel.addStrategy(Class, config, { id });
    return { runner, strategy: runner.strategy as unknown as InstanceType<Class> };
  }

  /** A witness, started and ready. */
  witness(id = 's'): { readonly runner: StrategyRunner; readonly strategy: Witness } {
    const added = this.add(Witness, {}, id);
    this.begin();
    return added;
  }

  begin(): void {
    this.kernel.start();
    this.kernel.ready();
  }

  instrument(id: string): Instrument { return this.kernel.cache.state(id).instrument; }

  touch(id: string, [bid, ask]: readonly [bidTick: number, askTick: number]): void {
    const book = this.kernel.bookOf(this.instrument(id));
    book.clear();
    book.setBid(bid, 1_000_000);
    book.setAsk(ask, 1_000_000);
    this.kernel.bookUpdated(book, this.kernel.now());
    this.kernel.drain();
  }

  fill(order: Order, lots: number, fill: Partial<FillReport> = {}): FillReport {
    const { instrument } = order;
    const report: FillReport = { fillId: `f${++this.#fills}`, tick: order.tick, lots, fee: toMoney('0.01'), feeCurrency: instrument.settle, liquidity: 'taker', origin: 'OWN', ...fill };
    this.kernel.filled(order, this.kernel.now(), report);
    this.kernel.drain();
    return report;
  }

  /** Reports something and delivers what it causes. */
  report(act: (kernel: Kernel, at: number) => void): void {
    act(this.kernel, this.kernel.now());
    this.kernel.drain();
  }

  /** Lets time pass; timers fire on the way. */
  wait(ms: number): void {
    const until = this.kernel.now() + ms * 1_000;
    for (let at = this.kernel.nextTimerAt(); at <= until; at = this.kernel.nextTimerAt()) {
      if (at > this.kernel.now()) this.kernel.advance(at);
      this.kernel.fireTimers();
    }
    this.kernel.advance(until);
  }

  get bytes(): Uint8Array {
    this.kernel.journal.flush();
    return new Uint8Array(Buffer.concat(this.#parts));
  }
  get hash(): string { return createHash('sha256').update(this.bytes).digest('hex'); }
  get records(): JournalRecord[] { return [...readJournal(this.bytes)]; }

  /** Everything money and orders amount to, as text. */
  get state(): unknown {
    const { portfolio, cache } = this.kernel;
    return {
      ledger: [...portfolio.ledger.accounts()].map(({ name, balance }) => [name, String(balance)]),
      open: [...cache.openOrders()].map((order) => order.id).sort(),
      legs: [...portfolio.legs()].map(({ position }) => [position.strategyId, position.instrument.id, position.lots]),
    };
  }
}
