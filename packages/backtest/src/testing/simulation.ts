import { createHash } from 'node:crypto';
import {
  ArbError, type ConfigInputOf, type Decimal, type DecimalInput, type HedgedPair, type Instrument, type InstrumentId, type InstrumentSpec, MICROS_PER_HOUR, MICROS_PER_MS, type Order, type OrderSide, parseTime,
  type PairEvent, readJournal, type SimulationConfig, type StrategyClass, type UnixMicros, VENUE_PROFILES, type VenueId, venueOf,
} from '@arb/core';
import { Kernel, type StrategyRunner } from '@arb/core/internal';
import { applyMarginTerms } from '../engine/apply-margin-terms.ts';
import { venueTermsOf } from '../engine/venue-terms-of.ts';
import type { Lane } from '../replay/lane.ts';
import { deposits, SimulatedVenue } from '../venue/simulated-venue.ts';
import type { MatchingEngine } from '../venue/matching-engine.ts';
import { explainOrder } from '../report/explain-order.ts';
import { readOrderStory } from '../report/order-story.ts';
import { MemoryJournal } from './memory-journal.ts';
import { bookSide, type Level, priceOf, rateFraction, requireDuration, requireUncrossed, tradeTerms } from './scenario-input.ts';

/** How a scenario begins. */
export interface SimulateOptions {
  /** Instruments no venue profile knows. */
  readonly instruments?: readonly InstrumentSpec[];
  /** Starting balances by venue; 100,000 of its settlement currency unless stated. */
  readonly balances?: Readonly<Record<VenueId, readonly string[]>>;
  /** Margin by venue, as in a config; cross with leverage up to 3 unless stated. */
  readonly margin?: Readonly<Record<VenueId, Pick<SimulationConfig, 'marginMode' | 'maxLeverage' | 'instruments'>>>;
  /** 2025-01-01 unless stated. */
  readonly startAt?: string;
  readonly seed?: number;
  readonly id?: string;
}

/** What a scenario may do to a venue. */
export interface ScenarioVenue {
  /** Refuses the next order that arrives. */
  rejectNext(rejection: { readonly code: string; readonly reason?: string }): void;
}

interface Market { readonly instrument: Instrument; readonly engine: MatchingEngine }

/**
 * A strategy on simulated venues, driven by hand: set the market, advance the clock, look, drive again. Everything is synchronous and deterministic;
 * matching, latency, risk and ledger are those of a backtest. What a test does itself (it calls a method of the strategy, it enters a pair) counts as a hook of its own:
 * what that causes at once, such as a denial, has reached the strategy when the test next looks at the scenario or drives it.
 */
export class Simulation<Class extends StrategyClass = StrategyClass> {
  readonly kernel: Kernel;
  readonly #runner: StrategyRunner;
  readonly #journal = new MemoryJournal();
  readonly #venues = new Map<VenueId, SimulatedVenue>();
  readonly #markets = new Map<InstrumentId, Market>();
  readonly #options: SimulateOptions;
  readonly #orders: Order[] = [];
  readonly #pairEvents: PairEvent[] = [];
  #isStarted = false;
  /** Time is passing: hooks run, and the kernel delivers what each of them causes. */
  #isAdvancing = false;

  /** @throws ArbError `ARB_BAD_CONFIG`; what the strategy's `onStart` throws makes it FAULTED instead */
  constructor(Class: Class, config: ConfigInputOf<Class>, options: SimulateOptions) {
    this.#options = options;
    this.kernel = new Kernel({
      run: 'sim', startAt: parseTime(options.startAt ?? '2025-01-01'), seed: options.seed ?? 1, journal: this.#journal, forbidsAsync: true,
      observers: [{ orderSent: (order) => { this.#orders.push(order); }, pairEvent: (_id, event) => { this.#pairEvents.push(event); } }],
    });
    for (const id of idsIn(config)) this.#addInstrument(id);
    this.#runner = this.kernel.addStrategy(Class, config, { id: options.id ?? 'test' });
  }

  /** Time now, µs. */
  get now(): UnixMicros { return this.kernel.now(); }
  get strategy(): InstanceType<Class> { return this.#delivered().strategy as InstanceType<Class>; }
  get pairs(): readonly HedgedPair[] { return this.#delivered().pairs; }
  /** Orders that left, in order. */
  get orders(): readonly Order[] {
    this.#delivered();
    return this.#orders;
  }
  get pairEvents(): readonly PairEvent[] {
    this.#delivered();
    return this.#pairEvents;
  }
  /** Where the strategy is in its life, and what it threw if it is FAULTED. */
  get state(): string { return this.#delivered().state; }
  get fault(): Error | undefined { return this.#delivered().faultError; }
  /** Profit so far in the reporting currency, all costs included. */
  get pnlUsd(): Decimal { return this.#delivered().portfolio.pnlUsd; }
  /** sha256 of the journal; the scenario ends with it. */
  get journalHash(): string {
    this.#delivered();
    this.kernel.journal.flush();
    return createHash('sha256').update(this.#journal.bytes()).digest('hex');
  }

  /** Sets a book of one level a side, or of several: `{ bids: [['60000', '1']], asks: [['60001', '2']] }`. @throws ArbError `ARB_BAD_SCENARIO` for what no market shows: crossed, a price of 0, a negative size */
  book(id: InstrumentId, book: { readonly bid: DecimalInput; readonly ask: DecimalInput; readonly size: DecimalInput } | { readonly bids: readonly Level[]; readonly asks: readonly Level[] }): void {
    this.#delivered();
    const market = this.#market(id);
    const { instrument, engine } = market;
    const bids: readonly Level[] = 'bids' in book ? book.bids : [[book.bid, book.size]];
    const asks: readonly Level[] = 'asks' in book ? book.asks : [[book.ask, book.size]];
    const [bidLevels, askLevels] = [bookSide(instrument, 'bids', bids), bookSide(instrument, 'asks', asks)];
    requireUncrossed(instrument, bidLevels, askLevels);
    const local = this.kernel.bookOf(instrument);
    this.#venue(instrument.venue).at(this.now);
    engine.replace(bidLevels, askLevels);
    local.clear();
    for (const [tick, lots] of bidLevels) local.setBid(tick, lots);
    for (const [tick, lots] of askLevels) local.setAsk(tick, lots);
    this.kernel.bookUpdated(local, this.now);
    this.kernel.drain();
  }

  /** A public trade: it moves queues and triggers. @throws ArbError `ARB_BAD_SCENARIO` */
  trade(id: InstrumentId, trade: { readonly price: DecimalInput; readonly quantity: DecimalInput; readonly side: OrderSide }): void {
    this.#delivered();
    const { instrument, engine } = this.#market(id);
    const { tick, lots } = tradeTerms(instrument, trade);
    this.#venue(instrument.venue).at(this.now);
    engine.trade(trade.side === 'buy' ? 1 : -1, tick, lots);
    this.kernel.trade(instrument, this.now, { tick, lots, aggressor: trade.side });
    this.kernel.drain();
  }

  /** A predicted funding rate; the next settlement is at the next full interval. `kind: 'settled'` pays it. @throws ArbError `ARB_BAD_SCENARIO` */
  fundingRate(id: InstrumentId, rate: { readonly ratePct: DecimalInput; readonly intervalHours: number; readonly kind?: 'predicted' | 'settled' }): void {
    this.#delivered();
    const { instrument } = this.#market(id);
    const fraction = rateFraction(id, rate);
    const rateDecimals = Math.max(8, fraction.decimalPlaces());
    const mantissa = BigInt(fraction.times(`1e${rateDecimals}`).toFixed(0));
    const intervalMicros = rate.intervalHours * MICROS_PER_HOUR;
    const isSettled = rate.kind === 'settled';
    const settlesAt = isSettled ? Math.floor(this.now / intervalMicros) * intervalMicros : (Math.floor(this.now / intervalMicros) + 1) * intervalMicros;
    const venue = this.#venue(instrument.venue);
    venue.at(this.now);
    venue.fundingRate(instrument, { rate: mantissa, rateDecimals, intervalMicros, settlesAt, isSettled });
    this.kernel.fundingRate({
      instrumentId: instrument.id, rate: mantissa, rateDecimals, rateNumber: fraction.toNumber(), intervalHours: rate.intervalHours, kind: isSettled ? 'settled' : 'predicted', settlesAt,
      tsEvent: this.now, tsInit: this.now,
    });
    this.kernel.drain();
  }

  /** A mark, index or oracle price. @throws ArbError `ARB_BAD_SCENARIO` */
  price(id: InstrumentId, kind: 'mark' | 'index' | 'oracle', value: DecimalInput): void {
    this.#delivered();
    const { instrument } = this.#market(id);
    const price = priceOf(id, kind, value);
    const decimals = price.decimalPlaces();
    const mantissa = BigInt(price.times(`1e${decimals}`).toFixed(0));
    const venue = this.#venue(instrument.venue);
    venue.at(this.now);
    venue.price(instrument, kind, { mantissa, decimals, at: this.now });
    this.kernel.price(instrument, this.now, { kind, mantissa, decimals });
    this.kernel.drain();
  }

  /** What can be done to a venue. @throws ArbError `ARB_NO_VENUE` */
  venue(venue: VenueId): ScenarioVenue { return this.#venue(venue); }

  /** Lets time pass: timers fire, orders arrive, answers come back. The first call starts the strategy. @throws ArbError `ARB_BAD_SCENARIO` for a negative time */
  advance(by: { readonly ms: number }): void {
    this.#delivered();
    requireDuration(by.ms);
    this.#isAdvancing = true;
    try { this.#advance(by.ms); } finally { this.#isAdvancing = false; }
  }

  /** Why an order was sent and what became of it, in words. */
  explain(order: Order): string {
    this.#delivered();
    this.kernel.journal.flush();
    return explainOrder(readOrderStory(readJournal(this.#journal.bytes()), order.id));
  }

  /** The strategy's runner, once what the test itself has caused has reached the strategy. */
  #delivered(): StrategyRunner {
    if (!this.#isAdvancing) this.kernel.drain();
    return this.#runner;
  }

  #advance(ms: number): void {
    this.#start();
    const until = this.now + ms * MICROS_PER_MS;
    const lanes = this.#lanes();
    for (;;) {
      let next = Infinity;
      let first: Lane | undefined;
      for (const lane of lanes) {
        const at = lane.nextAt();
        if (at < next) { next = at; first = lane; }
      }
      if (first === undefined || next > until) break;
      first.step(next);
    }
    this.kernel.advance(until);
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.kernel.start();
    this.kernel.ready();
  }

  #lanes(): Lane[] {
    const { kernel } = this;
    const timers: Lane = { laneClass: 5, nextAt: () => kernel.nextTimerAt(), step: (at) => { if (at > kernel.now()) kernel.advance(at); kernel.fireTimers(); return 0; } };
    return [...[...this.#venues.values()].flatMap(({ lanes }) => lanes), timers].sort((a, b) => a.laneClass - b.laneClass);
  }

  #venue(venue: VenueId): SimulatedVenue {
    const found = this.#venues.get(venue);
    if (found === undefined) throw new ArbError('ARB_NO_VENUE', `no venue ${venue} in this scenario; it has ${[...this.#venues.keys()].join(', ') || 'none yet: set a book first'}`, { venue });
    return found;
  }

  #market(id: InstrumentId): Market {
    return this.#markets.get(id) ?? this.#addInstrument(id);
  }

  #addInstrument(id: InstrumentId): Market {
    const profile = Object.values(VENUE_PROFILES).find(({ venue }) => venue === venueOf(id));
    const spec = this.#options.instruments?.find((known) => known.id === id) ?? profile?.instruments.find((known) => known.id === id);
    if (spec === undefined) throw new ArbError('ARB_UNKNOWN_INSTRUMENT', `no profile knows ${id}; pass its specification: simulate(Class, config, { instruments: [{ id: '${id}', … }] })`, { id });
    const venue = this.#venueFor(spec);
    const instrument = this.kernel.addInstrument(spec);
    const market: Market = { instrument, engine: venue.addInstrument(instrument) };
    this.#markets.set(id, market);
    applyMarginTerms(this.kernel, instrument, { terms: venue.terms, profile });
    return market;
  }

  #venueFor({ id, settle }: InstrumentSpec): SimulatedVenue {
    const name = venueOf(id);
    const known = this.#venues.get(name);
    if (known !== undefined) return known;
    const profile = Object.values(VENUE_PROFILES).find(({ venue }) => venue === name);
    const balances = this.#options.balances?.[name] ?? [`100000 ${profile?.settlementCurrency ?? settle}`];
    const config = { ...(profile === undefined ? { fees: { maker: '0', taker: '0' } } : { profile: profile.name }), simulation: { balances, ...this.#options.margin?.[name] } };
    const terms = venueTermsOf(name, { config, profile, seed: this.#options.seed ?? 1 });
    const venue = new SimulatedVenue(terms, this.kernel, () => this.kernel.now());
    this.#venues.set(name, venue);
    this.kernel.addVenue(profile, venue);
    this.kernel.portfolio.account(name).configure({ marginMode: terms.marginMode, leverage: terms.maxLeverage });
    for (const { currency, amount } of deposits(terms)) this.kernel.balanceChanged({ venue: venue.venue, currency, amount, kind: 'deposit', tsEvent: this.now });
    this.kernel.drain();
    return venue;
  }
}

/** Instrument ids a config names, at any depth. */
function idsIn(config: unknown): InstrumentId[] {
  if (typeof config === 'string') return /^[^\s.]\S*\.[A-Z][A-Z0-9_-]*$/.test(config) ? [config] : [];
  if (typeof config !== 'object' || config === null) return [];
  return [...new Set(Object.values(config).flatMap(idsIn))];
}

/** Begins a scenario; see {@link Simulation}. */
export function simulate<Class extends StrategyClass>(Class: Class, config: ConfigInputOf<Class>, options: SimulateOptions = {}): Simulation<Class> {
  return new Simulation(Class, config, options);
}

