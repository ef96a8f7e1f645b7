import type { MessageBus } from '../bus/message-bus.ts';
import type { Cache } from '../cache/cache.ts';
import { CacheView } from '../cache/cache.ts';
import type { CarryView } from '../carry/carry-view.ts';
import { OwnedClock, type TimerQueue } from '../clock/timer-queue.ts';
import type { DataEngine } from '../data/data-engine.ts';
import { ArbError, isArbError } from '../errors.ts';
import type { ExecutionEngine } from '../execution/execution-engine.ts';
import { OrderFactory, type OrderList } from '../execution/order-factory.ts';
import type { OrderOwner } from '../execution/order-owner.ts';
import { HedgedPair } from '../hedge/hedged-pair.ts';
import type { HedgedPairOptions } from '../hedge/pair-options.ts';
import type { PairEvent } from '../hedge/pair-event.ts';
import type { JournalWriter } from '../journal/journal-writer.ts';
import type { KernelObserver } from '../kernel-observer.ts';
import type { DecimalInput } from '../math/decimal.ts';
import type { RandomState, RandomStream as Random } from '../math/random.ts';
import type { AccountView } from '../model/account.ts';
import type { InstrumentId, StrategyId, VenueId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderEvent } from '../model/order-events.ts';
import type { Order, OrderDenial, ScaledPrice } from '../model/order.ts';
import type { PositionEvent } from '../model/position-event.ts';
import type { UnixMicros } from '../model/time.ts';
import type { FundingPayment } from '../portfolio/funding-payment.ts';
import type { StrategyPortfolio } from '../portfolio/strategy-portfolio.ts';
import { Actor } from './actor.ts';
import type { HookName } from './hooks.ts';
import type { Indicator } from './indicator.ts';
import { nextStrategyState, type StrategyState } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { RunnerBus } from './runner-bus.ts';
import { RunnerSubscriptions } from './runner-subscriptions.ts';
import { type SavedOptions, SavedState, type SavedSnapshot } from './saved-state.ts';
import { Strategy, type StrategyClass } from './strategy.ts';
import type { BusView, StrategyContext } from './strategy-context.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What a runner needs of the kernel. */
export interface RunnerServices {
  readonly run: string;
  readonly now: () => UnixMicros;
  readonly timers: TimerQueue;
  readonly bus: MessageBus;
  readonly cache: Cache;
  readonly data: DataEngine;
  readonly execution: ExecutionEngine;
  readonly journal: JournalWriter;
  readonly observers: readonly KernelObserver[];
  /** True in a backtest: a hook that returns a promise stops the run there. */
  readonly forbidsAsync: boolean;
  account(venue: VenueId): AccountView;
  pairHost(runner: StrategyRunner): ConstructorParameters<typeof HedgedPair>[0];
}

/** What is particular to one strategy. */
export interface RunnerParts {
  readonly id: StrategyId;
  readonly config: unknown;
  readonly log: Logger;
  readonly random: Random;
  readonly portfolio: StrategyPortfolio;
  readonly carry: CarryView;
}

/** A strategy as saved: what a restart needs besides the ledger. */
export interface StrategySnapshot {
  readonly id: StrategyId;
  readonly orderSequence: number;
  readonly saved: SavedSnapshot;
  /** Where its random numbers stand. */
  readonly random: RandomState;
  readonly pairs: readonly { readonly long: InstrumentId; readonly short: InstrumentId; readonly state: unknown }[];
}

/**
 * Runs one strategy: gives it its context, calls its hooks one at a time, and isolates what they throw.
 * @internal
 */
export class StrategyRunner implements StrategyContext, OrderOwner {
  readonly id: StrategyId;
  readonly config: unknown;
  readonly clock: OwnedClock;
  readonly random: Random;
  readonly cache: CacheView;
  readonly carry: CarryView;
  readonly portfolio: StrategyPortfolio;
  readonly subscribe: Subscriptions;
  readonly order: OrderFactory;
  readonly bus: BusView;
  readonly log: Logger;
  readonly strategy: Actor<unknown>;
  readonly wantsPositions: boolean;
  readonly #services: RunnerServices;
  readonly #saved = new SavedState();
  readonly #pairs: HedgedPair[] = [];
  /** Saved state of pairs that the strategy has not declared yet. */
  #pairsToRestore: StrategySnapshot['pairs'] = [];
  readonly #overridden: ReadonlySet<string>;
  readonly #heard: ReadonlySet<OrderEvent['type']>;
  readonly #hearsAll: boolean;
  readonly #hearsEnds: boolean;
  #state: StrategyState = 'INITIALIZED';
  #isConstructed = false;
  #isClosing = false;
  #fault: Error | undefined;

  constructor(Class: StrategyClass, parts: RunnerParts, services: RunnerServices) {
    this.#services = services;
    this.id = parts.id;
    this.config = parts.config;
    this.log = parts.log;
    this.random = parts.random;
    this.portfolio = parts.portfolio;
    this.carry = parts.carry;
    this.clock = new GuardedClock(this, services.timers, { now: services.now });
    this.cache = new CacheView(services.cache);
    this.order = new OrderFactory(parts.id, services.run, (id) => services.cache.state(id).instrument);
    this.bus = new RunnerBus(this, services.bus);
    this.subscribe = new RunnerSubscriptions(this, services);
    this.strategy = new Class(this);
    this.#overridden = overriddenHooks(this.strategy);
    this.#heard = heardEvents(this.#overridden);
    this.#hearsAll = this.#overridden.has('onOrderEvent');
    this.#hearsEnds = this.#overridden.has('onOrderClosed');
    this.wantsPositions = ['onPositionOpened', 'onPositionChanged', 'onPositionClosed'].some((hook) => this.#overridden.has(hook));
    this.#isConstructed = true;
  }

  /** An alert of a pair: it also fires after a fault, since hedging goes on. */
  hostAlert(name: string, inMs: number, handler: () => void): void {
    this.#services.timers.setAlert(`${this.id}/${name}`, this.#services.now(), { inMs }, handler);
  }

  get state(): StrategyState { return this.#state; }
  /** Why the strategy is FAULTED. */
  get faultError(): Error | undefined { return this.#fault; }
  get pairs(): readonly HedgedPair[] { return this.#pairs; }
  /** True where hooks are called. */
  get isLive(): boolean { return this.#state === 'RUNNING' || this.#state === 'WARMING_UP' || this.#state === 'HALTED'; }

  /** Calls `onStart`; `onReady` follows once warm-up has been delivered. */
  start(): void {
    this.#become('WARMING_UP', 'started');
    this.call('onStart', () => this.strategy.onStart());
  }

  ready(): void {
    if (this.#state !== 'WARMING_UP') return;
    this.#become('RUNNING', 'ready');
    this.call('onReady', () => this.strategy.onReady());
  }

  stop(reason: string): void {
    if (this.#state === 'STOPPED') return;
    if (this.isLive) this.call('onStop', () => this.strategy.onStop());
    this.#become('STOPPED', reason);
  }

  halt(reason: string): void {
    if (this.#state === 'HALTED' || !this.isLive) return;
    this.#become('HALTED', reason);
  }

  /** Runs one hook; what it throws becomes a fault of this strategy, what it returns must be nothing. */
  call(hook: HookName, run: () => unknown): void {
    try {
      const returned = run();
      if (returned !== undefined) this.#checkReturn(hook, returned);
    } catch (error) {
      this.fault(hook, error);
    }
  }

  /** Calls a data handler, if the strategy still runs. For the book this is the hot path: no closure, no allocation. */
  callWith<Data>(hook: HookName, handler: (data: Data) => unknown, data: Data): void {
    if (!this.isLive) return;
    try {
      const returned = handler(data);
      if (returned !== undefined) this.#checkReturn(hook, returned);
    } catch (error) {
      this.fault(hook, error);
    }
  }

  isOverridden(hook: HookName): boolean { return this.#overridden.has(hook); }

  /** Isolates an exception: the strategy stops deciding, its resting entries are canceled, its pairs go on being hedged. */
  fault(hook: string, error: unknown): void {
    if (isArbError(error) && FATAL_CODES.has(error.code)) throw error.code === 'ARB_NOT_DETERMINISTIC' ? this.#named(hook, error) : error;
    if (this.#state === 'FAULTED' || this.#state === 'STOPPED') return;
    this.#fault = error instanceof Error ? error : new Error(String(error));
    this.log.error('a hook threw; the strategy is FAULTED', { hook, error: this.#fault.message, stack: this.#fault.stack });
    this.#become('FAULTED', `${hook}: ${this.#fault.message}`);
    const isPairOrder = (order: Order): boolean => this.#pairs.some((pair) => pair.owns(order));
    for (const order of this.cache.openOrders({ strategyId: this.id })) {
      if (!order.reduceOnly && !isPairOrder(order)) this.#services.execution.cancel(order);
    }
  }

  assertStarted(member: string): void {
    if (this.#isConstructed && this.#state !== 'INITIALIZED') return;
    throw new ArbError('ARB_NOT_STARTED', `this.${member} is not there before onStart; fields may declare hedgedPair, saved and indicator, everything else belongs in onStart`, { member });
  }

  account(venue: VenueId): AccountView { return this.#services.account(venue); }

  submit(order: Order | OrderList): void {
    if ('orders' in order) this.#services.execution.submitList(order.orders);
    else this.#services.execution.submit(order);
  }

  /** @param isClosing true for orders of a pair that only close what it holds, also where a venue knows no reduce-only: they leave while the strategy may take no new risk */
  submitTogether(orders: readonly Order[], isClosing = false): boolean {
    this.#isClosing = isClosing;
    try { return this.#services.execution.submitTogether(orders, isClosing); } finally { this.#isClosing = false; }
  }

  modify(order: Order, change: { readonly price?: DecimalInput; readonly quantity?: DecimalInput }): void {
    const { instrument } = order;
    this.#services.execution.modify(order, {
      tick: change.price === undefined ? order.tick : instrument.toTick(change.price),
      lots: change.quantity === undefined ? order.lots : instrument.toLots(change.quantity),
    });
  }

  cancel(order: Order): void { this.#services.execution.cancel(order); }

  cancelAll(filter: { readonly instrumentId?: InstrumentId } = {}): void {
    for (const order of this.cache.openOrders({ ...filter, strategyId: this.id })) this.cancel(order);
  }

  hedgedPair(options: HedgedPairOptions): HedgedPair {
    const known = this.#pairs.find((pair) => pair.long === options.long && pair.short === options.short);
    if (known !== undefined) return known;
    const pair = new HedgedPair(this.#services.pairHost(this), options);
    this.#pairs.push(pair);
    this.#restorePair(pair);
    return pair;
  }

  saved<State extends object>(initial: State, options: SavedOptions<State> = {}): State { return this.#saved.declare(initial, options); }
  indicator<T extends Indicator>(indicator: T): T { return this.#saved.indicator(indicator); }

  save(): StrategySnapshot {
    return { id: this.id, orderSequence: this.order.sequence, saved: this.#saved.save(), random: this.random.save(), pairs: [...this.#pairs.map((pair) => ({ long: pair.long, short: pair.short, state: pair.saveState() })), ...this.#pairsToRestore] };
  }

  restore(snapshot: StrategySnapshot): void {
    this.order.sequence = snapshot.orderSequence;
    this.#saved.restore(snapshot.saved);
    this.random.restore(snapshot.random);
    this.#pairsToRestore = snapshot.pairs;
    for (const pair of this.#pairs) this.#restorePair(pair);
  }

  wants(type: OrderEvent['type']): boolean {
    return this.#pairs.length > 0 || this.#heard.has(type);
  }

  deliver(event: OrderEvent): void { this.#services.bus.defer(this.#handleOrderEvent, event); }

  deliverPosition(event: PositionEvent): void {
    this.#services.bus.defer(() => { this.#callTrading(`on${event.type}`, event); }, undefined);
  }

  deliverFunding(payment: FundingPayment): void {
    this.#services.bus.defer(() => { this.#callTrading('onFundingPayment', payment); }, undefined);
  }

  /** The venue changed a position by force: pairs that hold it react. */
  forcedFill(id: InstrumentId, signedLots: number, origin: string): void {
    let left = signedLots;
    for (const pair of this.#pairs) if (left !== 0 && pair.trades(id)) left -= pair.onForcedFill(id, left, origin);
  }

  /** An event of one of this strategy's pairs: journal, observers, then the hook. */
  pairEvent(event: PairEvent): void {
    const { journal, observers, bus } = this.#services;
    journal.json('PairEvent', this.id, event);
    for (const observer of observers) observer.pairEvent?.(this.id, event);
    bus.defer(() => { this.#callTrading('onPairEvent', event); }, undefined);
  }

  blocked(isReduceOnly: boolean): OrderDenial | undefined {
    switch (this.#state) {
      case 'RUNNING': return undefined;
      case 'WARMING_UP': return { code: 'WARMING_UP', message: `${this.id} still receives its history; send orders from onReady on` };
      case 'HALTED': return isReduceOnly || this.#isClosing ? undefined : { code: 'TRADING_HALTED', message: `${this.id} is HALTED; only reducing orders leave until an operator resumes it` };
      case 'FAULTED': return isReduceOnly || this.#isClosing || this.#isHedging() ? undefined : { code: 'TRADING_HALTED', message: `${this.id} is FAULTED; only reducing orders leave` };
      case 'INITIALIZED':
      case 'STOPPED': return { code: 'TRADING_HALTED', message: `${this.id} is ${this.#state}; it may trade while it runs` };
    }
  }

  reference(instrument: Instrument): ScaledPrice | undefined {
    for (const pair of this.#pairs) if (pair.trades(instrument.id)) return pair.referencePrice();
    return undefined;
  }

  /** A pair declared in a hook gets its saved state when it is declared. */
  #restorePair(pair: HedgedPair): void {
    const saved = this.#pairsToRestore.find(({ long, short }) => pair.long === long && pair.short === short);
    if (saved === undefined) return;
    this.#pairsToRestore = this.#pairsToRestore.filter((other) => other !== saved);
    pair.restoreState(saved.state);
  }

  #isHedging(): boolean { return this.#pairs.some((pair) => pair.isNeutralising); }

  readonly #handleOrderEvent = (event: OrderEvent): void => {
    for (const pair of this.#pairs) if (pair.owns(event.order)) pair.onOrderEvent(event);
    if (!this.isLive) return;
    this.#callTrading(ORDER_HOOKS[event.type], event);
    if (this.#hearsAll) this.#callTrading('onOrderEvent', event);
    if (this.#hearsEnds && event.order.isClosed && CLOSING[event.type]) this.#callTrading('onOrderClosed', event.order);
  };

  #callTrading(hook: string, argument: unknown): void {
    if (!this.isLive || !this.#overridden.has(hook)) return;
    const strategy = this.strategy as unknown as Record<string, (argument: unknown) => unknown>;
    try {
      const returned = strategy[hook]!(argument);
      if (returned !== undefined) this.#checkReturn(hook, returned);
    } catch (error) {
      this.fault(hook, error);
    }
  }

  #checkReturn(hook: string, returned: unknown): void {
    if (typeof (returned as { then?: unknown } | null)?.then !== 'function') return;
    if (this.#services.forbidsAsync) {
      throw new ArbError('ARB_ASYNC_HOOK', `${this.id}: ${hook} returned a promise; hooks are synchronous: remove "async", and move slow work to an actor outside the run`, { hook });
    }
    (returned as Promise<unknown>).then(undefined, (error: unknown) => { this.fault(hook, error); });
  }

  /** The error with this strategy and hook in front, once: a hook may run inside another. */
  #named(hook: string, error: ArbError): ArbError {
    return 'hook' in error.context ? error : new ArbError(error.code, `${this.id}, ${hook}: ${error.message}`, { ...error.context, strategy: this.id, hook });
  }

  #become(state: StrategyState, reason: string): void {
    this.#state = nextStrategyState(this.#state, state);
    this.#services.journal.json('StrategyState', this.id, { state, reason });
    for (const observer of this.#services.observers) observer.strategyState?.(this.id, state, reason);
  }
}

/** Errors that are not the strategy's to survive: they stop the run. */
const FATAL_CODES: ReadonlySet<string> = new Set(['ARB_ASYNC_HOOK', 'ARB_INVARIANT', 'ARB_COMMAND_STORM', 'ARB_MESSAGE_STORM', 'ARB_NOT_DETERMINISTIC']);

/** The hook of each order event, spelled out: joining names for every event would cost more than the hook. */
const ORDER_HOOKS: Readonly<Record<OrderEvent['type'], string>> = {
  OrderDenied: 'onOrderDenied', OrderEmulated: 'onOrderEmulated', OrderReleased: 'onOrderReleased', OrderSubmitted: 'onOrderSubmitted', OrderAccepted: 'onOrderAccepted',
  OrderRejected: 'onOrderRejected', OrderTriggered: 'onOrderTriggered', OrderModified: 'onOrderModified', OrderModifyRejected: 'onOrderModifyRejected',
  OrderCanceled: 'onOrderCanceled', OrderCancelRejected: 'onOrderCancelRejected', OrderExpired: 'onOrderExpired', OrderUnknown: 'onOrderUnknown',
  OrderFilled: 'onOrderFilled', FillBusted: 'onFillBusted',
};

/** After which events an order may be closed; a busted fill never closes one. */
const CLOSING: Readonly<Record<OrderEvent['type'], boolean>> = {
  OrderDenied: true, OrderRejected: true, OrderCanceled: true, OrderExpired: true, OrderFilled: true,
  OrderEmulated: false, OrderReleased: false, OrderSubmitted: false, OrderAccepted: false, OrderTriggered: false, OrderModified: false,
  OrderModifyRejected: false, OrderCancelRejected: false, OrderUnknown: false, FillBusted: false,
};

/** Order events that some hook of a strategy receives; the others are never made. */
function heardEvents(overridden: ReadonlySet<string>): ReadonlySet<OrderEvent['type']> {
  const types = Object.keys(ORDER_HOOKS) as OrderEvent['type'][];
  return new Set(types.filter((type) => overridden.has(ORDER_HOOKS[type]) || overridden.has('onOrderEvent') || (CLOSING[type] && overridden.has('onOrderClosed'))));
}

/** A strategy's clock: its handlers run under its runner and not before `onStart`. */
class GuardedClock extends OwnedClock {
  readonly #runner: StrategyRunner;

  constructor(runner: StrategyRunner, timers: TimerQueue, source: { readonly now: () => UnixMicros }) {
    super(runner.id, timers, source);
    this.#runner = runner;
  }

  override setAlert(...[name, time, handler]: Parameters<OwnedClock['setAlert']>): void {
    super.setAlert(name, time, (dueAt) => { this.#run(name, handler, dueAt); });
  }

  override setTimer(...[name, options, handler]: Parameters<OwnedClock['setTimer']>): void {
    super.setTimer(name, options, (dueAt) => { this.#run(name, handler, dueAt); });
  }

  #run(name: string, handler: (dueAt: UnixMicros) => void, dueAt: UnixMicros): void {
    if (this.#runner.isLive) this.#runner.call(`timer ${name}` as HookName, () => handler(dueAt));
  }
}

function overriddenHooks(strategy: Actor<unknown>): ReadonlySet<string> {
  const names = new Set<string>();
  const bases: readonly object[] = [Actor.prototype, Strategy.prototype];
  for (let level = strategy as object; level !== null && !bases.includes(level); level = Object.getPrototypeOf(level) as object) {
    for (const name of Object.getOwnPropertyNames(level)) if (name.startsWith('on')) names.add(name);
  }
  return names;
}

