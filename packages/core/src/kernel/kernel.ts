import type { OrderBook } from './book/order-book.ts';
import { MessageBus } from './bus/message-bus.ts';
import { topics } from './bus/topic.ts';
import { Cache } from './cache/cache.ts';
import { CarryView } from './carry/carry-view.ts';
import { SimulatedClock } from './clock/simulated-clock.ts';
import { TimerQueue } from './clock/timer-queue.ts';
import type { DataClient } from './data/data-client.ts';
import { DataEngine, type HistoryRequest } from './data/data-engine.ts';
import type { BarInput, KernelInputs } from './data/kernel-inputs.ts';
import { ArbError } from './errors.ts';
import type { AccountReport, BalanceChangeReport, ExecutionClient, ForcedFillReport, FundingAccrualReport, FundingPaymentReport, OrderAmendment } from './execution/execution-client.ts';
import { ExecutionEngine } from './execution/execution-engine.ts';
import { ORIGIN_CODES } from './execution/order-journal.ts';
import { SeenIds } from './execution/seen-ids.ts';
import { PairHost } from './hedge/pair-host.ts';
import type { Journal } from './journal/journal.ts';
import { JournalWriter } from './journal/journal-writer.ts';
import type { KernelObserver } from './kernel-observer.ts';
import { randomStream } from './math/random.ts';
import type { FundingRateInput } from './model/funding-rate.ts';
import type { StrategyId, VenueId, VenueOrderId } from './model/ids.ts';
import { Instrument, type InstrumentSpec } from './model/instrument.ts';
import type { FeedStatus } from './model/market-data.ts';
import type { FillReport } from './model/order-events.ts';
import { NO_PRICE, type Order, type OrderSide } from './model/order.ts';
import { MICROS_PER_DAY, type UnixMicros } from './model/time.ts';
import type { LedgerEntry } from './ledger/ledger.ts';
import type { PriceSource } from './ledger/valuation.ts';
import { Portfolio } from './portfolio/portfolio.ts';
import { RiskEngine } from './risk/risk-engine.ts';
import type { RiskLimits } from './risk/risk-limits.ts';
import { type LoggerFactory, silentLogger } from './strategy/logger.ts';
import { strategyConfig } from './strategy/strategy-config.ts';
import { StrategyRunner, type StrategySnapshot } from './strategy/strategy-runner.ts';
import type { StrategyClass } from './strategy/strategy.ts';
import { withLargestOrder } from './venues/largest-order.ts';
import type { VenueProfile } from './venues/venue-profile.ts';

/** What a kernel is built from; only the ports differ between backtest, paper and live. */
export interface KernelOptions {
  /** Name of the run: the first part of every client order id. */
  readonly run: string;
  readonly startAt: UnixMicros;
  /** Seed of every random stream. */
  readonly seed: number;
  readonly journal?: Journal;
  readonly loggers?: LoggerFactory;
  readonly limits?: RiskLimits;
  readonly observers?: readonly KernelObserver[];
  /** True in a backtest, where a hook that returns a promise stops the run. */
  readonly forbidsAsync?: boolean;
}

/** How a strategy joins a run. */
export interface StrategyOptions {
  readonly id: StrategyId;
  /** Money set aside for it, in the reporting currency. */
  readonly capitalUsd?: string;
}

/** The state of a kernel as saved: with the ledger it is what a restart needs. */
export interface KernelSnapshot { readonly strategies: readonly StrategySnapshot[] }

/**
 * The deterministic world of one run: bus, clock, cache, data, execution, risk, portfolio and strategies, wired here and nowhere else.
 * Everything enters through {@link KernelInputs}; everything leaves through the clients and the journal.
 */
export class Kernel implements KernelInputs {
  readonly run: string;
  readonly cache: Cache = new Cache();
  readonly bus: MessageBus = new MessageBus();
  readonly portfolio: Portfolio;
  readonly risk: RiskEngine;
  readonly data: DataEngine;
  readonly execution: ExecutionEngine;
  readonly journal: JournalWriter;
  readonly #options: KernelOptions;
  readonly #clock: SimulatedClock;
  readonly #timers = new TimerQueue();
  readonly #loggers: LoggerFactory;
  readonly #runners: StrategyRunner[] = [];
  readonly #profiles = new Map<VenueId, VenueProfile>();
  readonly #observers: readonly KernelObserver[];
  /** Settlements, forced fills and balance changes booked. */
  readonly #booked = new SeenIds();
  #inputs = 0;
  #dayEndsAt: UnixMicros;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.run = options.run;
    this.#clock = new SimulatedClock(options.startAt);
    this.#dayEndsAt = dayAfter(options.startAt);
    this.#loggers = options.loggers ?? silentLogger;
    this.#observers = options.observers ?? [];
    this.journal = new JournalWriter(options.journal);
    this.bus.hold();                             // nothing is delivered inside an input; drain() delivers after it
    const now = (): UnixMicros => this.#clock.now();
    this.portfolio = new Portfolio({ prices: this.#priceSource() });
    if (this.journal.isOn) this.portfolio.ledger.observe((entry) => { this.#posted(entry); });
    this.data = new DataEngine(this.cache, this.bus, now);
    this.risk = new RiskEngine({ portfolio: this.portfolio, now, touch: (instrument) => this.cache.state(instrument.id) }, options.limits ?? {});
    this.execution = new ExecutionEngine({
      now, bus: this.bus, cache: this.cache, portfolio: this.portfolio, risk: this.risk, journal: this.journal, observers: this.#observers,
      profile: (venue) => this.#profiles.get(venue),
    });
  }

  now(): UnixMicros { return this.#clock.now(); }
  get runners(): readonly StrategyRunner[] { return this.#runners; }

  /** Makes an instrument known; after its venue, whose profile knows its largest order where the spec states none. @throws ArbError `ARB_BAD_INSTRUMENT` */
  addInstrument(spec: InstrumentSpec): Instrument {
    const stated = new Instrument(spec);
    const { instrument } = this.cache.addInstrument(withLargestOrder(stated, this.#profiles.get(stated.venue)));
    this.portfolio.addInstrument(instrument);
    return instrument;
  }

  /** Adds a venue: what is known of it and who sends orders to it. */
  addVenue(profile: VenueProfile | undefined, client: ExecutionClient, data?: DataClient): void {
    if (profile !== undefined) this.#profiles.set(client.venue, profile);
    this.execution.addClient(client);
    if (data !== undefined) this.data.addClient(data);
  }

  profile(venue: VenueId): VenueProfile | undefined { return this.#profiles.get(venue); }

  /**
   * Adds a strategy with its input config.
   * @throws ArbError `ARB_BAD_CONFIG` with every problem and its path; `ARB_DUPLICATE_STRATEGY`
   */
  addStrategy(Class: StrategyClass, config: unknown, options: StrategyOptions): StrategyRunner {
    if (this.#runners.some(({ id }) => id === options.id)) {
      throw new ArbError('ARB_DUPLICATE_STRATEGY', `two strategies are called "${options.id}"; give each its own id`, { id: options.id });
    }
    const runner = new StrategyRunner(Class, {
      id: options.id,
      config: strategyConfig(Class, config, options.id),
      log: this.#loggers.child(options.id),
      random: randomStream(this.#options.seed, `strategy.${options.id}`),
      portfolio: this.portfolio.strategy(options.id),
      carry: new CarryView(this.cache, (venue) => this.#profiles.get(venue)),
    }, {
      run: this.run, now: () => this.#clock.now(), timers: this.#timers, bus: this.bus, cache: this.cache, data: this.data, execution: this.execution,
      journal: this.journal, observers: this.#observers, forbidsAsync: this.#options.forbidsAsync ?? false,
      account: (venue) => this.portfolio.account(venue),
      pairHost: (owner) => new PairHost(owner, this.cache),
    });
    this.#runners.push(runner);
    this.execution.addOwner(runner);
    return runner;
  }

  /** Starts every strategy; the driver then delivers the history asked for and calls {@link Kernel.ready}. */
  start(): readonly HistoryRequest[] {
    this.#input();
    this.journal.json('RunStarted', this.run, { seed: this.#options.seed, strategies: this.#runners.map(({ id }) => id) });
    for (const runner of this.#runners) {
      runner.start();
      this.drain();
    }
    return this.data.takeHistoryRequests();
  }

  /** History is complete: strategies may trade. */
  ready(): void {
    this.data.endHistory();
    for (const runner of this.#runners) {
      runner.ready();
      this.drain();
    }
  }

  stop(reason: string): void {
    this.#input();
    for (const runner of this.#runners) {
      runner.stop(reason);
      this.drain();
    }
    this.journal.flush();
  }

  save(): KernelSnapshot { return { strategies: this.#runners.map((runner) => runner.save()) }; }

  /** Puts saved strategy state back; call before {@link Kernel.start}. */
  restore(snapshot: KernelSnapshot): void {
    for (const strategy of snapshot.strategies) {
      const runner = this.#runners.find(({ id }) => id === strategy.id);
      if (runner === undefined) throw new ArbError('ARB_SAVED_STATE', `the snapshot holds strategy "${strategy.id}", which this run does not have; add it or drop the snapshot`, { id: strategy.id });
      runner.restore(strategy);
    }
  }

  advance(to: UnixMicros): void {
    this.#clock.advance(to);
    if (to >= this.#dayEndsAt) {
      this.#dayEndsAt = dayAfter(to);
      this.risk.beginDay(to);
    }
    this.#input();
  }

  nextTimerAt(): UnixMicros { return this.#timers.nextAt(); }

  fireTimers(): void {
    const now = this.#clock.now();
    for (let timer = this.#timers.takeDue(now); timer !== undefined; timer = this.#timers.takeDue(now)) {
      if (this.journal.isOn) {
        this.journal.text(timer.name);
        this.journal.begin('TimerFired').ref(timer.name).number(timer.dueAt);
      }
      timer.handler(timer.dueAt);
      this.drain();
    }
  }

  bookOf(instrument: Instrument): OrderBook { return this.data.bookOf(instrument); }
  bookUpdated(book: OrderBook, tsEvent: UnixMicros): void { this.data.bookUpdated(book, tsEvent); }
  quote(...input: Parameters<DataEngine['quote']>): void { this.data.quote(...input); }
  trade(instrument: Instrument, tsEvent: UnixMicros, trade: { readonly tick: number; readonly lots: number; readonly aggressor: OrderSide | 'unknown' }): void { this.data.trade(instrument, tsEvent, trade); }
  bar(instrument: Instrument, tsEvent: UnixMicros, bar: BarInput): void { this.data.bar(instrument, tsEvent, bar); }

  price(instrument: Instrument, tsEvent: UnixMicros, price: { readonly kind: 'mark' | 'index' | 'oracle'; readonly mantissa: bigint; readonly decimals: number }): void {
    this.data.price(instrument, tsEvent, price);
    if (price.kind === 'mark') this.portfolio.setMark(instrument, price.mantissa, price.decimals);
  }

  fundingRate(rate: FundingRateInput): void { this.data.fundingRate(rate); }
  instrumentChanged(instrument: Instrument): void { this.data.instrumentChanged(instrument); }

  feedStatus(status: FeedStatus): void {
    this.journal.json('FeedStatus', status.instrumentId, status);
    this.data.feedStatus(status);
  }

  accepted(order: Order, tsEvent: UnixMicros, venueOrderId?: VenueOrderId): void { this.execution.accepted(order, tsEvent, venueOrderId); }
  rejected(...report: [Order, UnixMicros, string, string]): void { this.execution.rejected(...report); }
  filled(order: Order, tsEvent: UnixMicros, fill: FillReport): void { this.execution.filled(order, tsEvent, fill); }
  fillBusted(order: Order, tsEvent: UnixMicros, fill: FillReport): void { this.execution.fillBusted(order, tsEvent, fill); }
  triggered(order: Order, tsEvent: UnixMicros): void { this.execution.triggered(order, tsEvent); }
  modified(order: Order, tsEvent: UnixMicros, amendment: OrderAmendment): void { this.execution.modified(order, tsEvent, amendment); }
  modifyRejected(...report: [Order, UnixMicros, string, string]): void { this.execution.modifyRejected(...report); }
  canceled(order: Order, tsEvent: UnixMicros, reason: string): void { this.execution.canceled(order, tsEvent, reason); }
  cancelRejected(...report: [Order, UnixMicros, string, string]): void { this.execution.cancelRejected(...report); }
  expired(order: Order, tsEvent: UnixMicros, reason: string): void { this.execution.expired(order, tsEvent, reason); }
  unknown(order: Order, tsEvent: UnixMicros, reason: string): void { this.execution.unknown(order, tsEvent, reason); }

  fundingPaid(venue: VenueId, payment: FundingPaymentReport): void {
    if (this.#booked.isSeen(`funding ${payment.instrument.id} ${payment.settlesAt}`)) return;
    if (this.journal.isOn) {
      const { instrument, lots, amount, rate, rateDecimals, price, priceDecimals, settlesAt, tsEvent } = payment;
      this.journal.instrument(instrument);
      this.journal.begin('FundingPayment').ref(instrument.id).number(lots).money(amount).money(rate).byte(rateDecimals).money(price).byte(priceDecimals).number(settlesAt).number(tsEvent);
    }
    const shares = this.portfolio.applyFunding(venue, payment);
    for (const observer of this.#observers) observer.fundingPaid?.(venue, payment, shares);
    const topic = topics.fundingPayments(payment.instrument.id);
    if (this.bus.hasSubscribers(topic)) this.bus.publish(topic, payment);
    for (const share of shares) this.#runners.find(({ id }) => id === share.strategyId)?.deliverFunding(share);
  }

  fundingAccrued(venue: VenueId, { instrument, amount, tsEvent }: FundingAccrualReport): void {
    if (this.journal.isOn) {
      this.journal.instrument(instrument);
      this.journal.begin('FundingAccrued').ref(instrument.id).money(amount).number(tsEvent);
    }
    this.portfolio.setAccruedFunding(venue, instrument, amount);
  }

  forcedFill(venue: VenueId, forced: ForcedFillReport): void {
    const { instrument, side, fill, tsEvent } = forced;
    if (this.#booked.isSeen(`forced ${venue} ${fill.fillId}`)) return;
    if (this.journal.isOn) {
      this.journal.instrument(instrument);
      this.journal.text(fill.feeCurrency);
      this.journal.begin('ForcedFill').ref(instrument.id).number(tsEvent).byte(side === 'buy' ? 1 : 2).byte(ORIGIN_CODES[fill.origin]).number(fill.tick).number(fill.lots).money(fill.fee).ref(fill.feeCurrency);
    }
    const shares = this.portfolio.applyForcedFill(venue, forced);
    this.#loggers.child('execution').warn('a venue changed a position by force', { venue, instrument: instrument.id, origin: fill.origin, lots: fill.lots });
    for (const observer of this.#observers) observer.forcedFill?.(venue, forced, shares);
    for (const share of shares) this.#runners.find(({ id }) => id === share.strategyId)?.forcedFill(instrument.id, share.lots, fill.origin);
  }

  balanceChanged(change: BalanceChangeReport): void {
    if (change.id !== undefined && this.#booked.isSeen(`balance ${change.venue} ${change.id}`)) return;
    if (this.journal.isOn) {
      const account = `${change.venue} ${change.currency}`;
      this.journal.text(account);
      this.journal.text(change.kind);
      this.journal.begin('BalanceChange').ref(account).ref(change.kind).money(change.amount).number(change.tsEvent);
    }
    this.portfolio.applyBalanceChange(change);
  }

  accountReported(venue: VenueId, report: AccountReport): void {
    const differences = this.portfolio.compare(venue, report);
    if (differences.length > 0) {
      this.journal.json('Message', `account ${venue}`, { differences });
      this.#loggers.child('reconciliation').warn('the venue states another account than ours', { venue, differences });
    }
  }

  drain(): void { this.bus.drain(); }

  #priceSource(): PriceSource {
    return {
      mid2: (instrument) => {
        const state = this.cache.find(instrument.id);
        return state?.bidTick === undefined || state.askTick === undefined ? NO_PRICE : state.bidTick + state.askTick;
      },
      reference: (strategyId, instrument) => this.#runners.find(({ id }) => id === strategyId)?.reference(instrument),
    };
  }

  /** Money that moved other than by a fill, which has its own record. */
  #posted(entry: LedgerEntry): void {
    if (entry.kind === 'FILL') return;
    for (const { account, amount } of entry.postings) {
      this.journal.text(account.name);
      this.journal.begin('Posting').ref(account.name).money(amount);
    }
  }

  #input(): void { this.journal.setInput(++this.#inputs, this.#clock.now()); }
}

function dayAfter(time: UnixMicros): UnixMicros { return (Math.floor(time / MICROS_PER_DAY) + 1) * MICROS_PER_DAY; }
