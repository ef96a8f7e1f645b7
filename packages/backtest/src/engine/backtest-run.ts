import { createHash } from 'node:crypto';
import { ArbError, formatTime, type Instrument, isArbError, MICROS_PER_DAY, MICROS_PER_HOUR, type StrategyClass, type UnixMicros, type VenueConfig, type VenueProfile } from '@arb/core';
import { canonicalJson, DeterminismGuard, FileJournal, HashJournal, type HistoryRequest, Kernel, type LoggerFactory, nearest, PEGGED_CURRENCIES, placeOf, TeeJournal } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import { microsOf } from '../catalog/micros-of.ts';
import { LANE_TIMER, type Lane } from '../replay/lane.ts';
import type { CrossedMessages } from '../replay/market-lanes.ts';
import { ReplayLoop } from '../replay/replay-loop.ts';
import { deposits, SimulatedVenue } from '../venue/simulated-venue.ts';
import { BacktestResult } from './backtest-result.ts';
import type { BacktestOptions, DataRange, RunOptions } from './backtest-engine.ts';
import { applyMarginTerms, requireMarginInstruments } from './apply-margin-terms.ts';
import { checkAccounts } from './check-accounts.ts';
import { deliverHistory } from './history.ts';
import { DEFAULT_BARS, instrumentLanes, REPLAYED_KINDS } from './instrument-feed.ts';
import { RunCollector } from './run-collector.ts';
import { gatherFacts } from './gather-facts.ts';
import { feedDelayOf } from './latency-terms.ts';
import type { VenueTerms } from '../venue/venue-terms.ts';
import { venueTermsOf } from './venue-terms-of.ts';

/** A venue as it was added. */
export interface VenueSetup { readonly config: VenueConfig; readonly profile: VenueProfile | undefined }

/** A strategy as it was added. */
export interface StrategySetup { readonly Class: StrategyClass; readonly config: unknown; readonly id: string; readonly capitalUsd: string | undefined }

/** Everything one run is made from. */
export interface RunSetup {
  readonly options: BacktestOptions;
  readonly venues: ReadonlyMap<string, VenueSetup>;
  readonly strategies: readonly StrategySetup[];
  readonly catalog: Catalog;
  readonly range: DataRange;
}

/** What strategies ask for when they start, before any data. */
export interface Preflight {
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  /** Instruments they subscribed to or hold pairs of. */
  readonly instrumentIds: readonly string[];
  readonly history: readonly HistoryRequest[];
}

/** Rows between two looks at the clock, the signal and the progress bar. */
const SLICE_ROWS = 100_000;
/** Kinds of data a market can be made of. */
const MARKET_KINDS: readonly string[] = ['book', 'quote', 'trade', 'bar'];

/** One run from its first row to its result; made for each call of `BacktestEngine.run`. */
export class BacktestRun {
  readonly setup: RunSetup;
  readonly kernel: Kernel;
  readonly collector: RunCollector;
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  readonly instruments: Instrument[] = [];
  /** Messages of each instrument's book that left it crossed. */
  readonly crossed: Map<string, CrossedMessages> = new Map();
  readonly #hash = new HashJournal();
  readonly #file: FileJournal | undefined;
  readonly #venues = new Map<string, SimulatedVenue>();
  readonly #feeds = new Set<string>();
  readonly #lanes: Lane[] = [];
  #loop: ReplayLoop | undefined;
  #feedFault: { readonly error: unknown } | undefined;
  #rows = 0;
  /** What a strategy throws in `onStart` is thrown on, so it need not be logged as well. */
  #isStarting = false;
  #replayedTo: UnixMicros;
  #replayedJournalBytes = 0;

  constructor(setup: RunSetup) {
    this.setup = setup;
    [this.from, this.to] = coveredRange(setup.catalog, setup.range);
    this.#replayedTo = this.from;
    const { options } = setup;
    this.#file = options.journalFile === undefined ? undefined : new FileJournal(options.journalFile);
    this.collector = new RunCollector(() => this.kernel, { from: this.from, to: this.to });
    this.kernel = new Kernel({
      run: options.name ?? 'run', startAt: this.from, seed: options.seed ?? 1, journal: this.#file === undefined ? this.#hash : new TeeJournal([this.#hash, this.#file]),
      ...(options.loggers === undefined ? {} : { loggers: withoutErrorsWhile(options.loggers, () => this.#isStarting) }), ...(options.limits === undefined ? {} : { limits: options.limits }),
      observers: [this.collector, ...(options.observers ?? [])], forbidsAsync: true,
    });
    this.#orDiscard(() => {
      this.#addVenues();
      this.#addInstruments();
      for (const { Class, config, id, capitalUsd } of setup.strategies) this.kernel.addStrategy(Class, config, { id, ...(capitalUsd === undefined ? {} : { capitalUsd }) });
    });
  }

  /** Runs to the end or to the signal. A run that throws leaves no journal behind. */
  async execute(options: RunOptions): Promise<BacktestResult> {
    try { return await this.#execute(options); } catch (error) {
      this.#file?.discard();
      throw error;
    }
  }

  #orDiscard(work: () => void): void {
    try { work(); } catch (error) {
      this.#file?.discard();
      throw error;
    }
  }

  async #execute(options: RunOptions): Promise<BacktestResult> {
    const startedAt = performance.now();
    const guard = this.setup.options.guardsDeterminism === false ? undefined : new DeterminismGuard();
    const guarded = <Result>(work: () => Result): Result => (guard === undefined ? work() : guard.run(work));
    guarded(() => { this.#start(); });
    const loop = new ReplayLoop(this.#allLanes(), this.to, () => this.setup.strategies.map(({ id }) => id).join(', '));
    this.#loop = loop;
    let isDone = false;
    while (!isDone && options.signal?.aborted !== true) {
      const slice = guarded(() => loop.runSlice(SLICE_ROWS));
      this.#requireFeeds();
      isDone = slice.isDone;
      this.#rows += slice.rows;
      if (slice.at > this.#replayedTo) this.#replayedTo = slice.at;
      options.onProgress?.(this.#progress(startedAt));
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    if (isDone) this.#replayedTo = this.to;
    this.kernel.journal.flush();
    this.#replayedJournalBytes = this.#hash.bytes;
    guarded(() => { for (const venue of this.#venues.values()) venue.stateAccrued(this.#replayedTo); });
    guarded(() => { this.kernel.stop(isDone ? 'end of data' : 'interrupted'); });
    this.collector.sample(this.#replayedTo);
    checkAccounts(this.kernel, this.#venues.values());
    const result = new BacktestResult(gatherFacts(this, {
      seconds: (performance.now() - startedAt) / 1_000, rows: this.#rows, replayedTo: this.#replayedTo, isComplete: isDone,
      journalHash: this.#hash.digest(), configHash: this.#configHash(), dataHash: this.#dataHash(), run: options,
    }), this.collector.accounts);
    this.#file?.close();
    return result;
  }

  /** Starts the strategies and goes no further: what they want to see, and how much of the past. For `arb check`. */
  preflight(): Preflight {
    const requests = new DeterminismGuard().run(() => this.#startStrategies());
    return { from: this.from, to: this.to, instrumentIds: [...this.#feeds], history: requests };
  }

  #start(): void {
    this.#history(this.#startStrategies());
    this.kernel.ready();
  }

  #startStrategies(): readonly HistoryRequest[] {
    const { kernel } = this;
    for (const [name, venue] of this.#venues) {
      for (const { currency, amount } of deposits(this.#termsOf(name))) kernel.balanceChanged({ venue: venue.venue, currency, amount, kind: 'deposit', tsEvent: this.from });
    }
    this.#isStarting = true;
    const requests = kernel.start();
    this.#isStarting = false;
    this.#requireFeeds();
    this.#requireStarted();
    for (const runner of kernel.runners) for (const pair of runner.pairs) for (const id of [pair.long, pair.short]) this.#ensureFeed(id);
    return requests;
  }

  /** A strategy that does not even start is a mistake of its set-up: no result without it is worth having. */
  #requireStarted(): void {
    for (const { id, faultError } of this.kernel.runners) {
      if (faultError === undefined) continue;
      throw isArbError(faultError)
        ? new ArbError(faultError.code, `${id}, onStart: ${faultError.message}`, faultError.context)
        : new ArbError('ARB_STRATEGY_START', `${id}: onStart threw ${faultError.name}: ${faultError.message}${placeOf(faultError.stack)}; mend it, nothing was run`, { id });
    }
  }

  #history(requests: readonly HistoryRequest[]): void {
    if (requests.length > 0) deliverHistory(requests, { kernel: this.kernel, catalog: this.setup.catalog, now: this.from });
  }

  readonly #terms = new Map<string, ReturnType<typeof venueTermsOf>>();

  #termsOf(venue: string): ReturnType<typeof venueTermsOf> {
    let terms = this.#terms.get(venue);
    if (terms === undefined) {
      terms = venueTermsOf(venue, { ...this.setup.venues.get(venue)!, seed: this.setup.options.seed ?? 1 });
      this.#terms.set(venue, terms);
    }
    return terms;
  }

  #addVenues(): void {
    const { kernel } = this;
    for (const [name, { profile }] of this.setup.venues) {
      const terms = this.#termsOf(name);
      const venue = new SimulatedVenue(terms, kernel, () => kernel.now());
      venue.onUnknownInstrument = ({ id }) => { this.#subscribe(id); };
      this.#venues.set(name, venue);
      kernel.addVenue(profile, venue, {
        venue: name, subscribe: ({ instrumentId }) => { this.#subscribe(instrumentId); }, unsubscribe: () => undefined,
      });
      kernel.portfolio.account(name).configure({ marginMode: terms.marginMode, leverage: terms.maxLeverage });
      this.#lanes.push(...venue.lanes);
    }
  }

  #addInstruments(): void {
    const { catalog } = this.setup;
    const ids = [...new Set(catalog.instruments().map(({ spec }) => spec.id))];
    for (const id of ids) {
      const spec = catalog.instrument(id, this.from);
      const instrument = this.kernel.addInstrument(spec);
      this.instruments.push(instrument);
      const setup = this.setup.venues.get(instrument.venue);
      if (setup !== undefined) applyMarginTerms(this.kernel, instrument, { terms: this.#termsOf(instrument.venue), profile: setup.profile });
    }
    for (const name of this.setup.venues.keys()) {
      requireMarginInstruments(this.#termsOf(name), this.instruments);
      requireRates(this.#termsOf(name), this.instruments);
    }
    for (const venue of new Set(this.instruments.map((instrument) => instrument.venue))) {
      if (!this.setup.venues.has(venue)) this.kernel.data.addClient({ venue, subscribe: ({ instrumentId }) => { this.#subscribe(instrumentId); }, unsubscribe: () => undefined });     // refuses, with the way out
    }
    for (const name of this.setup.venues.keys()) {
      if (!this.instruments.some(({ venue }) => venue === name)) {
        throw new ArbError('ARB_NO_MARKET_DATA', `${catalog.path} has no instrument of ${name}; it has ${ids.join(', ') || 'none'}: name another dataset, or remove the venue`, {});
      }
    }
  }

  /** What is wrong with data or set-up is not a strategy's to survive: it is kept from the hook that asked and stops the run right after it. */
  #subscribe(id: string): void {
    try { this.#ensureFeed(id); } catch (error) { this.#feedFault ??= { error }; }
  }

  #requireFeeds(): void {
    if (this.#feedFault !== undefined) throw this.#feedFault.error;
  }

  /** Streams of an instrument are opened when the first strategy wants it. */
  #ensureFeed(id: string): void {
    if (this.#feeds.has(id)) return;
    this.#feeds.add(id);
    const { instrument } = this.kernel.cache.state(id);
    const venue = this.#venues.get(instrument.venue);
    if (venue === undefined) {
      throw new ArbError('ARB_NO_VENUE', `${id}: its venue ${instrument.venue} is not in this run; add it (have: ${[...this.#venues.keys()].join(', ') || 'none'})`, { id });
    }
    const setup = this.setup.venues.get(instrument.venue)!;
    const state = this.kernel.cache.state(id);
    requireRows(this.setup.catalog, id, [this.from, this.to]);
    const lanes = instrumentLanes({
      catalog: this.setup.catalog, instrument, venue, engine: venue.addInstrument(instrument), inputs: this.kernel,
      delayOf: (kind) => feedDelayOf(instrument.venue, `${id}.${kind}`, { ...setup, seed: this.setup.options.seed ?? 1 }), from: this.#loop === undefined ? this.from : this.kernel.now(), to: this.to,
      bars: setup.config.simulation?.bars ?? DEFAULT_BARS, wantsTrades: () => state.onTrade.length > 0, crossed: this.crossed,
    });
    if (this.#loop === undefined) this.#lanes.push(...lanes);
    else this.#loop.add(lanes);
  }

  #allLanes(): Lane[] {
    const { kernel } = this;
    const timers: Lane = {
      laneClass: LANE_TIMER, nextAt: () => kernel.nextTimerAt(),
      step: (at) => { if (at > kernel.now()) kernel.advance(at); kernel.fireTimers(); return 0; },
    };
    return [...this.#lanes, timers, ...this.collector.lanes];
  }

  #progress(startedAt: number): { readonly fraction: number; readonly rows: number; readonly at: UnixMicros; readonly rowsPerSecond: number } {
    const seconds = (performance.now() - startedAt) / 1_000;
    return { fraction: Math.min(1, (this.#replayedTo - this.from) / (this.to - this.from)), rows: this.#rows, at: this.#replayedTo, rowsPerSecond: this.#rows / Math.max(seconds, 1e-9) };
  }

  /** Bytes of journal up to the last event, before the run was stopped. */
  get replayedJournalBytes(): number { return this.#replayedJournalBytes; }

  /** A simulated venue of the run; undefined where there is none of this name. */
  venue(name: string): SimulatedVenue | undefined { return this.#venues.get(name); }

  /** Whether data of an instrument is replayed: what the run merely knows is not reported. */
  uses(id: string): boolean { return this.#feeds.has(id); }

  /** What identifies the run besides data and code. */
  #configHash(): string {
    const { venues, strategies, options } = this.setup;
    const config = {
      venues: [...venues].map(([name, { config: venue }]) => ({ name, ...venue })), strategies: strategies.map(({ Class, config: input, id, capitalUsd }) => ({ name: Class.name, input, id, capitalUsd })),
      from: this.from, to: this.to, seed: options.seed ?? 1, limits: options.limits ?? {},
    };
    return createHash('sha256').update(canonicalJson(config)).digest('hex');
  }

  #dataHash(): string {
    return this.setup.catalog.dataHash({ instrumentIds: [...this.#feeds].sort(), kinds: REPLAYED_KINDS, from: this.from, to: this.to });
  }
}

/** An instrument without a single market row in the range is a mistake of the range: its book would stay empty for the whole run. @throws ArbError `ARB_NO_MARKET_DATA` */
function requireRows(catalog: Catalog, id: string, [from, to]: readonly [UnixMicros, UnixMicros]): void {
  const market = catalog.describe().streams.filter((stream) => stream.instrumentId === id && MARKET_KINDS.includes(stream.kind));
  if (market.length === 0 || market.some((stream) => stream.from < to && stream.to >= from)) return;              // without any stream at all, the feed says so
  const ranges = market.map((stream) => `${stream.kind} from ${formatTime(stream.from)} to ${formatTime(stream.to)}`).join(', ');
  throw new ArbError('ARB_NO_MARKET_DATA', `${catalog.path} has no market data of ${id} between ${formatTime(from)} and ${formatTime(to)}; it has ${ranges}: choose a range inside`, { id });
}

/** A balance that nothing in the data will ever value would fail the run at its end. @throws ArbError `ARB_NO_RATE` naming the venue, the currency and near names */
function requireRates({ venue, balances }: VenueTerms, instruments: readonly Instrument[]): void {
  const isPegged = (currency: string): boolean => PEGGED_CURRENCIES.includes(currency);
  const known = new Set([...PEGGED_CURRENCIES, ...instruments.filter(({ quote }) => isPegged(quote)).map(({ base }) => base)]);
  for (const { currency, amount } of balances) {
    if (known.has(currency) || Number(amount) === 0) continue;
    const near = nearest(currency, [...known]);
    throw new ArbError('ARB_NO_RATE', `${venue}: the balance in ${currency} cannot be valued: no instrument of ${currency} in ${PEGGED_CURRENCIES.join(', ')} is in the data; ${near.length === 0 ? `state balances in ${[...known].join(', ')}` : `did you mean ${near.join(' or ')}?`}`, { venue, currency });
  }
}

function withoutErrorsWhile(loggers: LoggerFactory, isQuiet: () => boolean): LoggerFactory {
  return {
    child: (component) => {
      const logger = loggers.child(component);
      return { debug: (...line) => { logger.debug(...line); }, info: (...line) => { logger.info(...line); }, warn: (...line) => { logger.warn(...line); }, error: (...line) => { if (!isQuiet()) logger.error(...line); } };
    },
  };
}

function emptyRange(from: UnixMicros, to: UnixMicros): ArbError {
  return new ArbError('ARB_BAD_RANGE', `from ${formatTime(from)} is not before to ${formatTime(to)}; "to" is exclusive`, {});
}

/** The range asked for, or what the data covers. @throws ArbError `ARB_BAD_RANGE`, `ARB_NO_MARKET_DATA` naming what there is */
function coveredRange(catalog: Catalog, range: DataRange): [UnixMicros, UnixMicros] {
  const streams = catalog.describe().streams.filter(({ kind }) => kind !== 'gap' && kind !== 'open_interest');
  if (streams.length === 0) throw new ArbError('ARB_NO_MARKET_DATA', `${catalog.path} holds no data; import or generate some`, {});
  const market = streams.filter(({ kind }) => MARKET_KINDS.includes(kind));
  const first = Math.min(...(market.length > 0 ? market : streams).map(({ from }) => from));
  const last = Math.max(...streams.map(({ to }) => to)) + 1;
  const from = range.from === undefined ? first : microsOf(range.from);
  const to = range.to === undefined ? last : microsOf(range.to);
  if (from >= to && range.from !== undefined && range.to !== undefined) throw emptyRange(from, to);
  if (from >= last || to <= first) {
    throw new ArbError('ARB_BAD_RANGE', `${catalog.path} holds data from ${formatTime(first)} to ${formatTime(last - 1)}, nothing ${range.to === undefined ? `from ${formatTime(from)} on` : range.from === undefined ? `before ${formatTime(to)}` : `between ${formatTime(from)} and ${formatTime(to)}`}; choose a range inside`, {});
  }
  if (from >= to) throw emptyRange(from, to);
  const end = last + MICROS_PER_DAY;                             // the last row of a day lies before the end that was asked for
  return [Math.max(from, first - (first % MICROS_PER_HOUR)), range.to === undefined || to > end ? last : to];
}
