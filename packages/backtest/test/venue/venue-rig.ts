import { type Instrument, type InstrumentSpec, NO_TICK, type Order, type OrderEvent, type OrderFilled, Strategy, type StrategyClass } from '@arb/core';
import { formatMoney, HashJournal, Kernel, type Money } from '@arb/core/internal';
import { LANE_EXCHANGE, LANE_TIMER, type Lane } from '../../src/replay/lane.ts';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_BUY, ROW_CLEAR, ROW_LAST, ROW_SELL } from '../../src/replay/market-chunk.ts';
import { type ExchangeMarket, LocalMarket, MarketStream } from '../../src/replay/market-lanes.ts';
import { ReplayLoop } from '../../src/replay/replay-loop.ts';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import type { MatchingEngine } from '../../src/venue/matching-engine.ts';
import { REALISTIC } from '../../src/venue/matching-rules.ts';
import { QueueModel } from '../../src/venue/queue-model.ts';
import { SimulatedVenue } from '../../src/venue/simulated-venue.ts';
import type { VenueTerms } from '../../src/venue/venue-terms.ts';

/** One row: level of a side, trade by aggressor, or a cleared book. */
export interface Row { readonly kind: number; readonly tick: number; readonly lots: number }

export const bid = (tick: number, lots: number): Row => ({ kind: ROW_BID, tick, lots });
export const ask = (tick: number, lots: number): Row => ({ kind: ROW_ASK, tick, lots });
export const boughtAt = (tick: number, lots: number): Row => ({ kind: ROW_BUY, tick, lots });
export const soldAt = (tick: number, lots: number): Row => ({ kind: ROW_SELL, tick, lots });
export const clear: Row = { kind: ROW_CLEAR, tick: 0, lots: 0 };

/** A message of the feed: what happens at the venue at `at` and is seen by us at `seenAt`. */
export interface Message { readonly at: number; readonly seenAt: number; readonly rows: readonly Row[] }

export const message = (at: number, ...rows: readonly Row[]): Message => ({ at, seenAt: at, rows });
/** A message that strategies see later than the venue. */
export const delayed = (at: number, seenAt: number, ...rows: readonly Row[]): Message => ({ at, seenAt, rows });

/** Messages as one chunk. */
export function tape(messages: readonly Message[]): MarketChunk {
  const rows = messages.flatMap(({ at, seenAt, rows: parts }) => parts.map((row, i) => ({ ...row, at, seenAt, kind: row.kind | (i === parts.length - 1 ? ROW_LAST : 0) })));
  return {
    rows: rows.length, tsEvent: Float64Array.from(rows, ({ at }) => at), tsInit: Float64Array.from(rows, ({ seenAt }) => seenAt),
    kind: Uint8Array.from(rows, ({ kind }) => kind), tick: Int32Array.from(rows, ({ tick }) => tick), lots: Float64Array.from(rows, ({ lots }) => lots),
  };
}

/** What the strategy of a scenario does at a time, through the API every strategy has. */
export type Act = (desk: Desk) => void;

/** A strategy whose moves are written in the test. */
export class Desk extends Strategy {
  readonly #orders = new Map<string, Order>();

  /** Sends a limit order under a name. */
  limit(name: string, side: 'buy' | 'sell', [lots, price]: readonly [lots: number, price: number], rest: { readonly timeInForce?: 'GTC' | 'IOC' | 'FOK'; readonly postOnly?: boolean; readonly reduceOnly?: boolean; readonly expiresAt?: number; readonly positionId?: string } = {}): Order {
    return this.send(name, this.order.limit({ instrumentId: this.cache.instruments()[0]!.id, side, quantity: lots, price, ...rest }));
  }

  send(name: string, order: Order): Order {
    this.#orders.set(name, order);
    this.submit(order);
    return order;
  }

  change(name: string, to: { readonly price?: number; readonly quantity?: number }): void { this.modify(this.named(name), to); }
  end(name: string): void { this.cancel(this.named(name)); }

  named(name: string): Order {
    const order = this.#orders.get(name);
    if (order === undefined) throw new Error(`no order called ${name}`);
    return order;
  }
}

/** Takes lots at a price that the book of {@link deep} has. */
export const take = (side: 'buy' | 'sell', lots: number, price: number): Act => (desk) => desk.limit(`${side} ${desk.clock.now()}`, side, [lots, price], { timeInForce: 'IOC' });
/** A book that takes anything here, one tick wide. */
export const deep = (price: number, at = 0): Message => message(at, bid(price, 1_000), ask(price + 1, 1_000));

/** Something the venue is told at a time, as a lane of the rig it is for. */
export type Told = (rig: VenueRig) => Lane;
export function tellAt(time: number, tell: (rig: VenueRig, time: number) => void): Told {
  return (rig) => {
    let due = time;
    return { laneClass: LANE_EXCHANGE, nextAt: () => due, step: (now) => { due = Infinity; rig.venue.at(now); tell(rig, now); return 0; } };
  };
}

/** What a scenario may state; the rest is: 2,000 µs entry, 1,000 µs response, risk-averse queue, maker −1 bp, taker 5 bp, no funding. */
export interface RigOptions {
  readonly terms?: Partial<VenueTerms> | undefined;
  readonly instrument?: Partial<InstrumentSpec>;
  readonly acts?: Readonly<Record<number, Act | readonly Act[]>>;
  readonly onBook?: (desk: Desk) => void;
  readonly seed?: number;
  /** The strategies' account is told the margin terms of the venue, as an engine tells them; else it lets everything through and the venue decides. */
  readonly sharesMarginTerms?: boolean;
}

/** Price and quantity step 1, so that prices are ticks and quantities lots. */
export const SPEC: InstrumentSpec = { id: 'X-PERP.TEST', kind: 'perpetual', base: 'X', quote: 'USD', settle: 'USD', priceIncrement: '1', sizeIncrement: '1' };

export const TERMS: VenueTerms = {
  venue: 'TEST', fees: () => [{ maker: '-0.0001', taker: '0.0005', fromVolume: '0' }], funding: 'none', marginMode: 'cross', maxLeverage: 100, marginTiers: () => [],
  liquidationFeeRate: '0', rules: REALISTIC, queue: () => new QueueModel('risk-averse'), entry: sameEntry(2_000), response: new ConstantLatency(1_000), reordersRequests: false,
  balances: [{ currency: 'USD', amount: '1000000000' }],
};

/** One latency for every request. */
export function sameEntry(micros: number): VenueTerms['entry'] {
  const latency = new ConstantLatency(micros);
  return { submit: latency, modify: latency, cancel: latency };
}

/** One venue, one instrument, one strategy: the parts of a backtest, wired as a backtest wires them. */
export class VenueRig {
  readonly kernel: Kernel;
  readonly venue: SimulatedVenue;
  readonly instrument: Instrument;
  readonly engine: MatchingEngine;
  /** What the strategy was told, `time type` with quantity and price of fills, in the order it was told. */
  readonly log: string[] = [];
  readonly events: OrderEvent[] = [];
  readonly #hash = new HashJournal();
  readonly #desk: Desk;

  constructor(options: RigOptions = {}) {
    const terms = { ...TERMS, ...options.terms };
    this.kernel = new Kernel({ run: 'rig', startAt: 0, seed: options.seed ?? 1, journal: this.#hash, limits: { priceBandPct: 1_000_000 }, forbidsAsync: true });
    this.instrument = this.kernel.addInstrument({ ...SPEC, ...options.instrument });
    this.venue = new SimulatedVenue(terms, this.kernel, () => this.kernel.now());
    this.kernel.addVenue(undefined, this.venue);
    this.kernel.portfolio.account('TEST').configure({ leverage: 10_000 });
    for (const { currency, amount } of terms.balances) {
      this.kernel.balanceChanged({ venue: 'TEST', currency, amount: BigInt(amount) * 10n ** 18n, kind: 'deposit', tsEvent: 0 });
    }
    if (options.sharesMarginTerms === true) this.#shareMarginTerms(terms);
    else if (this.instrument.kind !== 'spot') this.kernel.portfolio.account('TEST').setMarginTiers(this.instrument, [{ notionalFrom: '0', initialRate: '0.0001', maintenanceRate: '0.00005' }]);      // the venue decides
    this.engine = this.venue.addInstrument(this.instrument);
    const runner = this.kernel.addStrategy(scripted(this, options), {}, { id: 'desk' });
    this.#desk = runner.strategy as unknown as Desk;
    this.kernel.start();
    this.kernel.ready();
  }

  #shareMarginTerms(terms: VenueTerms): void {
    const { instrument } = this;
    const account = this.kernel.portfolio.account('TEST');
    account.configure({ marginMode: terms.marginMode, leverage: terms.maxLeverage });
    account.setMarginTiers(instrument, terms.marginTiers(instrument).map(({ fromNotional, initialRate, maintenanceRate }) => ({ notionalFrom: String(fromNotional), initialRate: String(initialRate), maintenanceRate: String(maintenanceRate) })));
  }

  /** Replays messages and everything they cause, to the end or up to a time. */
  run(messages: readonly Message[], until = Infinity, more: readonly Lane[] = []): this {
    const loop = this.loop([tape(messages)], until, more);
    while (!loop.runSlice(1_000).isDone);
    return this;
  }

  /** A replay loop over chunks of the one instrument. */
  loop(chunks: readonly MarketChunk[], until = Infinity, more: readonly Lane[] = []): ReplayLoop {
    const { kernel, venue, engine, instrument } = this;
    const market: ExchangeMarket = { applyMessage: (chunk, from, at) => { venue.at(at); return engine.applyMessage(chunk, from); } };
    const stream = new MarketStream(chunks[Symbol.iterator](), market, new LocalMarket(kernel, instrument, () => true));
    const timers: Lane = { laneClass: LANE_TIMER, nextAt: () => kernel.nextTimerAt(), step: (at) => { if (at > kernel.now()) kernel.advance(at); kernel.fireTimers(); return 0; } };
    return new ReplayLoop([stream.exchange, stream.local, ...venue.lanes, timers, ...more], until, () => 'desk');
  }

  order(name: string): Order { return this.#desk.named(name); }

  /** The strategy's own figures: signed lots, cash of its trades (price × quantity, without fees), fees paid. */
  get book(): { readonly position: number; readonly cash: string; readonly fees: string } {
    const position = this.kernel.portfolio.position('desk', this.instrument.id);
    return { position: position?.lots ?? 0, cash: formatMoney(-(position?.traded ?? 0n)), fees: formatMoney(position?.fees.get(this.instrument.settle) ?? 0n) };
  }

  /** Fills the strategy was told of, `quantity@price`. */
  get fills(): string[] { return this.log.flatMap((line) => line.match(/\S+@\S+/)?.[0] ?? []); }

  /** Cash at the venue as the venue counts it and as we do. */
  cash(currency = 'USD'): { readonly venue: Money; readonly ours: Money } {
    return { venue: this.venue.account.balances().get(currency) ?? 0n, ours: this.kernel.portfolio.account('TEST').balanceOf(currency) };
  }

  get front(): number { return this.engine.resting[0]!.front; }
  get bestBid(): number { return this.kernel.bookOf(this.instrument).bestBidTick; }
  get bestAsk(): number { return this.kernel.bookOf(this.instrument).bestAskTick; }

  get journalHash(): string {
    this.kernel.journal.flush();
    return this.#hash.digest();
  }
}

function scripted(rig: VenueRig, options: RigOptions): StrategyClass {
  return class Scripted extends Desk {
    override onStart(): void {
      this.subscribe.book(rig.instrument.id);
      for (const [at, acts] of Object.entries(options.acts ?? {})) {
        this.clock.setAlert(`at ${at}`, { at: Number(at) }, () => { for (const act of Array.isArray(acts) ? acts as readonly Act[] : [acts as Act]) act(this); });
      }
    }

    override onBook(): void { options.onBook?.(this); }

    override onOrderEvent(event: OrderEvent): void {
      rig.events.push(event);
      rig.log.push(line(event));
    }
  } as unknown as StrategyClass;
}

function line(event: OrderEvent): string {
  if (event.type === 'OrderFilled') {
    const { report, tsInit } = event as OrderFilled;
    return `${tsInit} OrderFilled ${report.lots}@${report.tick}`;
  }
  const code = 'code' in event ? event.code : '';
  return `${event.tsInit} ${event.type}${code === '' ? '' : ` ${code}`}`;
}

/** A level of a book, best first, for comparisons. */
export function levels(rig: VenueRig, side: 'bids' | 'asks'): string[] {
  const { book } = rig.engine;
  const found: string[] = [];
  const sign = side === 'bids' ? 1 : -1;
  for (let key = book[side].best; key !== NO_TICK; key = book[side].nextBelow(key)) found.push(`${sign * key}×${book[side].lotsAt(key)}`);
  return found;
}
