import { formatTime, type Instrument, type Money, NO_TICK, type Order, type TriggerSource, type UnixMicros, type VenueId } from '@arb/core';
import {
  ArbError, type ExecutionClient, type FillReport, type ForcedFillReport, type FundingAccrualReport, type FundingPaymentReport, type KernelInputs, MICROS_PER_SECOND, NO_PRICE, type OrderAmendment, POW10_NUMBER, type RateSample, toMoney,
} from '@arb/core/internal';
import { LANE_ARRIVAL, LANE_DEPARTURE, LANE_RESPONSE, LANE_SETTLEMENT, type Lane } from '../replay/lane.ts';
import { ContinuousFunding, STATEMENT_MICROS } from './continuous-funding.ts';
import { AMEND_REFUSALS, GTD_REACHED, LIQUIDATION, LOST, NOT_FOUND, NO_MARKET } from './end-reasons.ts';
import { FeeSchedule, type FeeTier } from './fee-schedule.ts';
import { FundingSettlement, type MarkedPrice } from './funding-settlement.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import type { LatencyModel } from './latency-model.ts';
import { type EndReason, MatchingEngine, type MatchListener } from './matching-engine.ts';
import {
  SUBMIT, MODIFY, CANCEL, ACCEPTED, REJECTED, FILLED, TRIGGERED, MODIFIED, MODIFY_REJECTED, CANCELED, CANCEL_REJECTED, EXPIRED, FUNDING_PAID, FORCED_FILL, FUNDING_MISSED, FUNDING_ACCRUED,
} from './message-kinds.ts';
import { MessageRing, type VenueMessage } from './message-ring.ts';
import { bandRefusal, countRefusal } from './order-limits.ts';
import { PushedLane } from './pushed-lane.ts';
import { RestingOrder } from './resting-order.ts';
import { type Rejection, ScriptedRefusals } from './scripted-refusals.ts';
import { TriggerBook } from './trigger-book.ts';
import { VenueAccount } from './venue-account.ts';
import type { VenueTerms } from './venue-terms.ts';

/** What the venue tells about a stream. */
type FeedStatus = Parameters<KernelInputs['feedStatus']>[0];
/** Cap of a market order that states none, in basis points from the touch. */
const DEFAULT_MAX_SLIPPAGE_BPS = 50;
/** Commands at one timestamp after which a strategy is answering itself without end. */
const MAX_COMMANDS_PER_TIMESTAMP = 10_000;

/** One instrument at the venue. */
interface Market {
  readonly engine: MatchingEngine;
  readonly triggers: TriggerBook;
  readonly fees: FeeSchedule;
  /** Funding paid at boundaries. */
  readonly funding: FundingSettlement | undefined;
  /** Funding by a continuous index. */
  readonly accrual: ContinuousFunding | undefined;
  mark: MarkedPrice | undefined;
  /** True where the last that was told of accrued funding was not nothing. */
  isAccruedTold: boolean;
  /** When margin was last judged by this book, µs. */
  judgedAt: UnixMicros;
}

/**
 * A venue that exists only in the run. Orders reach it after their latency, meet the recorded market in exchange time, and what happens comes back through one
 * first-in-first-out channel. It keeps its own account: margin, funding and liquidation follow what the venue knows, not what strategies know.
 */
export class SimulatedVenue implements ExecutionClient {
  readonly venue: VenueId;
  readonly account: VenueAccount;
  readonly lanes: readonly Lane[];
  /** What tests and fault scenarios have it refuse. */
  readonly refusals: ScriptedRefusals = new ScriptedRefusals();
  readonly #terms: VenueTerms;
  readonly #inputs: KernelInputs;
  readonly #now: () => UnixMicros;
  readonly #requests: MessageRing;
  readonly #responses = new MessageRing();
  /** Requests that will never arrive, until we learn of it: by a timeout of ours, so nothing waits behind them. */
  readonly #lost = new MessageRing(true);
  /** Commands that leave without latency wait until every strategy has been called at this timestamp. */
  readonly #departing = new MessageRing();
  readonly #arrivalLane: PushedLane;
  readonly #responseLane: PushedLane;
  readonly #departureLane: PushedLane;
  readonly #statementLane: PushedLane;
  readonly #markets = new Map<Instrument, Market>();
  readonly #funded: Market[] = [];
  readonly #accruing: Market[] = [];
  readonly #schedules = new Map<readonly FeeTier[], FeeSchedule>();
  readonly #resting: (RestingOrder | undefined)[] = [];          // by order.clientHandle
  readonly #freeHandles: number[] = [];
  readonly #expiring = new ExpiryQueue();
  #at: UnixMicros = 0;
  #statementAt: UnixMicros = Infinity;
  #fillNumber = 0;
  #volumeLots = 0;
  #commandsAt: UnixMicros = -1;
  #commands = 0;

  /** @param now the kernel's time: when strategies send */
  constructor(terms: VenueTerms, inputs: KernelInputs, now: () => UnixMicros) {
    this.venue = terms.venue;
    this.#terms = terms;
    this.#inputs = inputs;
    this.#now = now;
    this.#requests = new MessageRing(terms.reordersRequests);
    this.account = new VenueAccount(terms);
    this.#arrivalLane = new PushedLane(LANE_ARRIVAL, () => Math.min(this.#requests.nextAt(), this.#expiring.nextAt()), (at) => { this.#arrivals(at); });
    this.#responseLane = new PushedLane(LANE_RESPONSE, () => Math.min(this.#responses.nextAt(), this.#lost.nextAt()), (at) => { this.#deliver(at); });
    this.#departureLane = new PushedLane(LANE_DEPARTURE, () => this.#departing.nextAt(), () => { this.#depart(); });
    this.#statementLane = new PushedLane(LANE_SETTLEMENT, () => this.#statementAt, (at) => { this.#state(at); });
    this.lanes = [
      { laneClass: LANE_SETTLEMENT, nextAt: () => this.#nextSettlement(), step: (at) => this.#settleBoundaries(at) },
      this.#arrivalLane, this.#responseLane, this.#departureLane, ...(terms.funding === 'continuous-index' ? [this.#statementLane] : []),
    ];
  }

  /** Adds an instrument; its market data is then fed to the engine returned. */
  addInstrument(instrument: Instrument): MatchingEngine {
    const listener: MatchListener = {
      accepted: ({ order }) => { this.#answer(ACCEPTED, order); },
      filled: (resting, fill) => { this.#filled(resting, fill); },
      ended: (resting, how, why) => { this.#ended(resting, how, why); },
      priceMoved: (source, tick) => { this.#priceMoved(market, source, tick); },
      bookMoved: () => { this.#judgeByBook(market); },
      reducible: (sign) => this.account.reducible(instrument, sign),
    };
    const engine = new MatchingEngine(instrument, { rules: this.#terms.rules, queue: this.#terms.queue(), listener });
    const funding = instrument.kind === 'perpetual' ? this.#terms.funding : 'none';
    const market: Market = {
      engine, triggers: new TriggerBook(), fees: this.#feesOf(instrument), mark: undefined, isAccruedTold: false, judgedAt: -Infinity,
      funding: funding === 'none' || funding === 'continuous-index' ? undefined : new FundingSettlement(instrument, funding),
      accrual: funding === 'continuous-index' ? new ContinuousFunding(instrument, (this.#terms.fundingMaxPauseSeconds ?? Infinity) * MICROS_PER_SECOND) : undefined,
    };
    this.#markets.set(instrument, market);
    if (market.funding !== undefined) this.#funded.push(market);
    if (market.accrual !== undefined) this.#accruing.push(market);
    this.account.add(instrument, engine);
    return engine;
  }

  /** Instruments on one table of tiers count their volume together: it is the account's. */
  #feesOf(instrument: Instrument): FeeSchedule {
    const tiers = this.#terms.fees(instrument);
    const known = this.#schedules.get(tiers);
    if (known !== undefined) return known;
    const schedule = new FeeSchedule(tiers);
    this.#schedules.set(tiers, schedule);
    return schedule;
  }

  /** The venue's clock: exchange-time inputs call it first. */
  at(time: UnixMicros): void { this.#at = time; }

  /** What it was told. */
  get terms(): VenueTerms { return this.#terms; }
  /** Fills of our orders so far, and their lots. */
  get fills(): number { return this.#fillNumber; }
  get volumeLots(): number { return this.#volumeLots; }

  /** What taking so much now would cost in fees, at the tier reached; nothing is counted. */
  takerFee(instrument: Instrument, fill: { readonly tick: number; readonly lots: number; readonly isBuy: boolean }): Money {
    return this.#markets.get(instrument)?.fees.of({ ...fill, instrument, isMaker: false }) ?? 0n;
  }

  rejectNext(rejection: Rejection): void { this.refusals.add(rejection); }

  /** Closes lots of a position by force at a price, as auto-deleveraging does; for tests and fault scenarios. No more than is held. */
  force(instrument: Instrument, { lots, tick, origin }: { readonly lots: number; readonly tick: number; readonly origin: 'LIQUIDATION' | 'ADL' }): void {
    const held = this.account.lots(instrument);
    if (held !== 0) this.#answer(FORCED_FILL, undefined).detail = this.#forced(instrument, { side: held > 0 ? 'sell' : 'buy', origin }, [tick, Math.min(lots, Math.abs(held))]);
  }

  /** Called before an order on an instrument that was not added: whoever drives the venue adds it with its feed. */
  onUnknownInstrument: ((instrument: Instrument) => void) | undefined;

  /** @throws ArbError `ARB_COMMAND_STORM` naming the strategy that sends without end at one timestamp */
  submit(order: Order): void {
    if (!this.#markets.has(order.instrument)) this.onUnknownInstrument?.(order.instrument);
    const message = this.#send(this.#terms.entry.submit.sample(this.#command(order)), SUBMIT, order);
    message.tick = order.tick;
    message.lots = order.lots;
  }

  modify(order: Order, amendment: OrderAmendment): void {
    const message = this.#send(this.#terms.entry.modify.sample(this.#command(order)), MODIFY, order);
    message.tick = amendment.tick;
    message.lots = amendment.lots;
  }

  cancel(order: Order): void {
    this.#send(this.#terms.entry.cancel.sample(this.#command(order)), CANCEL, order);
  }

  /** A mark, index or oracle price at the venue's time. */
  price(instrument: Instrument, kind: 'mark' | 'index' | 'oracle', price: MarkedPrice): void {
    const market = this.#markets.get(instrument);
    if (market === undefined) return;
    if (market.funding?.priceKind === kind) market.funding.price(price);
    market.accrual?.price(kind, price, this.account.lots(instrument));
    if (kind !== 'oracle' && market.engine.isWatched) this.#priceMoved(market, kind, instrument.roundToTick(Number(price.mantissa) / POW10_NUMBER[price.decimals]!));
    if (kind !== 'mark') return;
    market.mark = price;
    market.engine.isMargined = false;
    this.account.mark(instrument, price);
    this.#liquidateIfNeeded();
  }

  /** A funding rate at the venue's time: predicted ones tell the schedule, settled ones are paid. By a continuous index each is the rate in force from now on. */
  fundingRate(instrument: Instrument, rate: RateSample & { readonly settlesAt: UnixMicros; readonly isSettled: boolean }): void {
    const market = this.#markets.get(instrument);
    if (market?.accrual !== undefined) this.#sampleRate(market, rate);
    if (market?.funding === undefined) return;
    const { funding } = market;
    if (!rate.isSettled) { funding.schedule(rate.settlesAt, rate.intervalMicros, this.#at); return; }
    const settlement = funding.settle(rate, { lots: this.account.lotsAt(instrument, rate.settlesAt), mark: market.mark });
    funding.schedule(rate.settlesAt, rate.intervalMicros, this.#at);
    if (settlement === undefined) return;
    this.account.funding(settlement);
    this.#answer(FUNDING_PAID, undefined).detail = { ...settlement, tsEvent: this.#at };
    if (this.account.isolatedMargin(instrument) !== undefined) this.#liquidateIfNeeded();      // funding came out of what the position stands on
  }

  /** States what has accrued on every position now, so that a run which ends here has it. */
  stateAccrued(at: UnixMicros): void {
    this.#at = at;
    for (const market of this.#accruing) {
      const { isAccruedTold } = market;
      const accrual = this.#accrualOf(market);
      if (accrual.amount === 0n && !isAccruedTold) continue;
      this.#inputs.fundingAccrued(this.venue, accrual);
      this.#inputs.drain();
    }
  }

  #sampleRate(market: Market, rate: RateSample): void {
    const { instrument } = market.engine;
    const pause = market.accrual!.rate(rate, this.#at, this.account.lots(instrument));
    if (pause === undefined) return;
    this.#answer(FUNDING_MISSED, undefined).detail = {
      type: 'FeedStatus', instrumentId: instrument.id, stream: 'funding', state: 'STALE', tsEvent: this.#at, tsInit: this.#at, gap: pause,
      reason: `the funding index paused for ${(pause.to - pause.from) / MICROS_PER_SECOND} s: nothing accrued`,
    };
  }

  /** Pays what has accrued on a position that is about to change. */
  #realise(market: Market): void {
    const { accrual, isAccruedTold, engine: { instrument } } = market;
    if (accrual === undefined) return;
    this.#statementAt = (Math.floor(this.#at / STATEMENT_MICROS) + 1) * STATEMENT_MICROS;
    this.#statementLane.moved();
    const settlement = accrual.realise(this.#at, this.account.lots(instrument));
    this.account.accrue(instrument, 0n);
    market.isAccruedTold = false;
    if (settlement !== undefined) {
      this.account.funding(settlement);
      this.#answer(FUNDING_PAID, undefined, this.#terms.fillResponse).detail = { ...settlement, tsEvent: this.#at };
    } else if (isAccruedTold) this.#answer(FUNDING_ACCRUED, undefined, this.#terms.fillResponse).detail = { instrument, amount: 0n, tsEvent: this.#at };
  }

  /** States what has accrued, at every full minute while something is held. */
  #state(at: UnixMicros): void {
    this.#at = at;
    const held = this.#accruing.filter(({ engine }) => this.account.lots(engine.instrument) !== 0);
    this.#statementAt = held.length === 0 ? Infinity : at + STATEMENT_MICROS;
    for (const market of held) this.#answer(FUNDING_ACCRUED, undefined).detail = this.#accrualOf(market);
  }

  #accrualOf(market: Market): FundingAccrualReport {
    const { instrument } = market.engine;
    const amount = market.accrual!.accrued(this.#at, this.account.lots(instrument));
    market.isAccruedTold = amount !== 0n;
    this.account.accrue(instrument, amount);
    return { instrument, amount, tsEvent: this.#at };
  }

  #nextSettlement(): UnixMicros {
    let next = Infinity;
    for (let i = 0; i < this.#funded.length; i++) {
      const at = this.#funded[i]!.funding!.nextAt();
      if (at < next) next = at;
    }
    return next;
  }

  #settleBoundaries(at: UnixMicros): number {
    this.#at = at;
    for (const market of this.#funded) if (market.funding!.nextAt() === at) this.#freeze(market, at);
    return 0;
  }

  /** Freezes a boundary; an earlier one whose rate never came is told, not passed over. */
  #freeze(market: Market, at: UnixMicros): void {
    const { instrument } = market.engine;
    for (const missed of market.funding!.freeze(at, this.account.lotsAt(instrument, at))) {
      this.#answer(FUNDING_MISSED, undefined).detail = {
        type: 'FeedStatus', instrumentId: instrument.id, stream: 'funding', state: 'BROKEN', tsEvent: this.#at, tsInit: this.#at, gap: { from: missed, to: this.#at },
        reason: `no settled rate for the funding of ${formatTime(missed)}: nothing was booked for it`,
      };
    }
  }

  #arrivals(at: UnixMicros): void {
    this.#at = at;
    if (this.#requests.nextAt() <= at) this.#request(this.#requests.take());
    else this.#expire(this.#expiring.take());
  }

  /** Counts commands of one timestamp. @returns the time they are sent */
  #command(order: Order): UnixMicros {
    const now = this.#now();
    if (now !== this.#commandsAt) {
      this.#commandsAt = now;
      this.#commands = 0;
    }
    if (++this.#commands > MAX_COMMANDS_PER_TIMESTAMP) {
      throw new ArbError('ARB_COMMAND_STORM', `strategy ${order.strategyId} sent more than ${MAX_COMMANDS_PER_TIMESTAMP} commands to ${this.venue} at ${formatTime(now)}; give the venue a latency, or wait for a timer between them`, { strategy: order.strategyId });
    }
    return now;
  }

  /** A negative latency: the request is lost and we learn of it after that long. */
  #send(latency: number, kind: number, order: Order): VenueMessage {
    const now = this.#now();
    if (latency < 0) return this.#lose(now - latency, kind, order);
    const departs = latency === 0 || this.#departing.nextAt() !== Infinity;
    const message = departs ? this.#departing.put(now) : this.#requests.put(now + latency);
    message.kind = kind;
    message.order = order;
    message.tsEvent = now + latency;
    if (departs) this.#departureLane.moved();
    else this.#arrivalLane.moved();
    return message;
  }

  #lose(learntAt: UnixMicros, kind: number, order: Order): VenueMessage {
    const message = this.#lost.put(learntAt);
    message.kind = kind === SUBMIT ? REJECTED : kind === MODIFY ? MODIFY_REJECTED : CANCEL_REJECTED;
    message.order = order;
    message.tsEvent = learntAt;
    message.code = LOST.code;
    message.reason = LOST.reason;
    this.#responseLane.moved();
    return message;
  }

  #depart(): void {
    while (this.#departing.nextAt() !== Infinity) {
      const { kind, order, tick, lots, tsEvent } = this.#departing.take();
      const message = this.#requests.put(tsEvent);
      message.kind = kind;
      message.order = order;
      message.tick = tick;
      message.lots = lots;
    }
    this.#arrivalLane.moved();
  }

  /** Tells the kernel one answer, at the time we learn of it. */
  #deliver(at: UnixMicros): void {
    const inputs = this.#inputs;
    const message = (this.#responses.nextAt() <= this.#lost.nextAt() ? this.#responses : this.#lost).take();
    const { tsEvent } = message;
    inputs.advance(at);
    switch (message.kind) {
      case ACCEPTED: inputs.accepted(message.order!, tsEvent); break;
      case FILLED: inputs.filled(message.order!, tsEvent, message.detail as FillReport); break;
      case CANCELED: inputs.canceled(message.order!, tsEvent, message.reason); break;
      case REJECTED: inputs.rejected(message.order!, tsEvent, message.code, message.reason); break;
      case CANCEL_REJECTED: inputs.cancelRejected(message.order!, tsEvent, message.code, message.reason); break;
      case MODIFIED: inputs.modified(message.order!, tsEvent, { tick: message.tick, lots: message.lots }); break;
      case MODIFY_REJECTED: inputs.modifyRejected(message.order!, tsEvent, message.code, message.reason); break;
      case EXPIRED: inputs.expired(message.order!, tsEvent, message.reason); break;
      case TRIGGERED: inputs.triggered(message.order!, tsEvent); break;
      case FUNDING_PAID: inputs.fundingPaid(this.venue, message.detail as FundingPaymentReport); break;
      case FUNDING_ACCRUED: inputs.fundingAccrued(this.venue, message.detail as FundingAccrualReport); break;
      case FORCED_FILL: inputs.forcedFill(this.venue, message.detail as ForcedFillReport); break;
      default: inputs.feedStatus({ ...(message.detail as FeedStatus), tsInit: at });
    }
    inputs.drain();
  }

  #request(message: VenueMessage): void {
    const { kind, tick, lots } = message;
    const order = message.order!;
    switch (kind) {
      case SUBMIT: this.#accept(order, tick, lots); return;
      case MODIFY: this.#amend(order, { tick, lots }); return;
      default: this.#cancel(order);
    }
  }

  #accept(order: Order, tick: number, lots: number): void {
    const market = this.#markets.get(order.instrument)!;
    const { limits } = this.#terms;
    const refusal = this.refusals.take(this.#at) ?? (limits && countRefusal(this.#resting.length - this.#freeHandles.length, limits)) ?? this.#refuses(order, tick, lots);
    if (refusal !== undefined) { this.#reply(REJECTED, order, refusal); return; }
    if (order.options?.expiresAt !== undefined && order.options.expiresAt <= this.#at) { this.#reply(EXPIRED, order, GTD_REACHED); return; }
    const resting = new RestingOrder(order, tick, lots);
    resting.since = this.#at;
    const handle = this.#freeHandles.pop() ?? this.#resting.length;
    this.#resting[handle] = resting;
    order.clientHandle = handle;
    if (order.options !== undefined) {
      if (order.options.expiresAt !== undefined) {
        this.#expiring.add(resting);
        this.#arrivalLane.moved();
      }
      if (order.options.triggerTick !== undefined || order.options.trailTicks !== undefined) { this.#watch(market, resting); return; }
      if (tick === NO_PRICE && !this.#cap(market, resting)) { this.#ended(resting, 'rejected', NO_MARKET); return; }
    }
    market.engine.arrive(resting);
  }

  /** Puts a conditional order under watch; where its price has been reached already it fires at once. */
  #watch(market: Market, resting: RestingOrder): void {
    const { order } = resting;
    const source = order.options?.triggerSource ?? 'last';
    const now = this.#priceOf(market, source);
    this.#answer(ACCEPTED, order);
    market.triggers.add(resting, now);
    market.engine.isWatched = true;
    if (now !== undefined) this.#priceMoved(market, source, now);
  }

  #priceOf(market: Market, source: TriggerSource): number | undefined {
    const { engine } = market;
    if (source === 'last') return engine.lastTick === NO_TICK ? undefined : engine.lastTick;
    if (source === 'mark' && market.mark !== undefined) return engine.instrument.roundToTick(Number(market.mark.mantissa) / POW10_NUMBER[market.mark.decimals]!);
    const { bestBidTick, bestAskTick } = engine.book;
    return source !== 'mid' || bestBidTick === NO_TICK || bestAskTick === NO_TICK ? undefined : (bestBidTick + bestAskTick) / 2;
  }

  #restingOf(order: Order): RestingOrder | undefined {
    const resting = this.#resting[order.clientHandle];
    return resting?.order === order ? resting : undefined;
  }

  #amend(order: Order, amendment: OrderAmendment): void {
    const resting = this.#restingOf(order);
    const market = this.#markets.get(order.instrument)!;
    const { tick, lots } = amendment;
    const short = resting === undefined ? undefined : this.#refusesMore(resting, amendment);
    if (short !== undefined) { this.#reply(MODIFY_REJECTED, order, short); return; }
    if (resting !== undefined && !resting.isLive && market.triggers.has(resting)) {
      resting.tick = tick;
      resting.lots = lots;
      resting.leaves = lots;
      this.#modified(order, amendment);
      return;
    }
    const refusal = resting === undefined ? 'ORDER_NOT_FOUND' : market.engine.refusesAmendment(resting, tick, lots);
    if (refusal !== undefined) { this.#reply(MODIFY_REJECTED, order, AMEND_REFUSALS[refusal]); return; }
    this.#modified(order, amendment);                            // before what the new price takes
    if (tick !== resting!.tick) resting!.since = this.#at;
    market.engine.amend(resting!, tick, lots);
  }

  /** An order that becomes larger or dearer is judged like a new one. */
  #refusesMore(resting: RestingOrder, { tick, lots }: OrderAmendment): EndReason | undefined {
    const isMore = lots > resting.lots || resting.sign * (tick - resting.tick) > 0;
    return isMore ? this.#refuses(resting.order, tick, lots - (resting.lots - resting.leaves)) : undefined;
  }

  #refuses(order: Order, tick: number, lots: number): EndReason | undefined {
    const market = this.#markets.get(order.instrument)!;
    const { limits } = this.#terms;
    return (limits && bandRefusal(order, tick, this.#priceOf(market, 'mark') ?? this.#priceOf(market, 'mid'), limits)) ?? this.account.refuses(order, tick, lots);
  }

  #modified(order: Order, { tick, lots }: OrderAmendment): void {
    const message = this.#answer(MODIFIED, order);
    message.tick = tick;
    message.lots = lots;
  }

  #cancel(order: Order): void {
    const resting = this.#restingOf(order);
    const market = this.#markets.get(order.instrument)!;
    if (resting !== undefined && (market.engine.cancel(resting) || this.#unwatch(market, resting))) {
      this.#forget(resting);
      this.#answer(CANCELED, order).reason = 'canceled';
    } else this.#reply(CANCEL_REJECTED, order, NOT_FOUND);
  }

  #unwatch({ triggers, engine }: Market, resting: RestingOrder): boolean {
    const was = triggers.remove(resting);
    engine.isWatched = triggers.size > 0;
    return was;
  }

  #expire(resting: RestingOrder): void {
    const market = this.#markets.get(resting.order.instrument)!;
    if (market.engine.cancel(resting) || this.#unwatch(market, resting)) this.#ended(resting, 'expired', GTD_REACHED);
  }

  #priceMoved(market: Market, source: TriggerSource, tick: number): void {
    const fired = market.triggers.price(source, tick, market.engine.meetsUntil);
    if (fired.length === 0) return;
    market.engine.isWatched = market.triggers.size > 0;
    for (const resting of fired) {
      this.#answer(TRIGGERED, resting.order);
      resting.since = this.#at;
      if (resting.tick === NO_PRICE && !this.#cap(market, resting)) this.#ended(resting, 'canceled', NO_MARKET);
      else market.engine.arrive(resting, true);
    }
  }

  /** Gives a market order its price: the touch and its slippage cap. Nothing without a price trades. @returns false without a touch */
  #cap(market: Market, resting: RestingOrder): boolean {
    const touch = market.engine.bestTick(resting.sign);
    if (touch === NO_TICK) return false;
    const bps = resting.order.options?.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS;
    resting.tick = resting.sign === 1 ? Math.floor(touch * (10_000 + bps) / 10_000) : Math.ceil(touch * (10_000 - bps) / 10_000);
    resting.isImmediate = true;
    return true;
  }

  #filled(resting: RestingOrder, { tick, lots, liquidity }: { readonly tick: number; readonly lots: number; readonly liquidity: 'maker' | 'taker' }): void {
    const { order } = resting;
    const { instrument } = order;
    const market = this.#markets.get(instrument)!;
    const fee = market.fees.charge({ instrument, tick, lots, isBuy: resting.sign === 1, isMaker: liquidity === 'maker', at: this.#at });
    const report: FillReport = { fillId: `${this.venue}-${++this.#fillNumber}`, tick, lots, fee, feeCurrency: instrument.settle, liquidity, origin: 'OWN' };
    this.#realise(market);
    this.account.fill(instrument, resting.sign * lots, { report, at: this.#at });
    this.#volumeLots += lots;
    market.engine.isMargined = market.mark === undefined && instrument.kind !== 'spot' && this.account.lots(instrument) !== 0;
    if (resting.leaves <= 0) this.#forget(resting);
    this.#answer(FILLED, order, this.#terms.fillResponse).detail = report;
  }

  #ended(resting: RestingOrder, how: 'canceled' | 'expired' | 'rejected', why: EndReason): void {
    this.#forget(resting);
    this.#reply(how === 'canceled' ? CANCELED : how === 'expired' ? EXPIRED : REJECTED, resting.order, why);
  }

  #forget(resting: RestingOrder): void {
    const handle = resting.order.clientHandle;
    if (this.#resting[handle] !== resting) return;
    this.#resting[handle] = undefined;
    this.#freeHandles.push(handle);
    if (resting.order.options?.expiresAt !== undefined && this.#expiring.remove(resting)) this.#arrivalLane.moved();
  }

  /** An answer with its code and words. */
  #reply(kind: number, order: Order, { code, reason }: EndReason): void {
    const message = this.#answer(kind, order);
    message.code = code;
    message.reason = reason;
  }

  #answer(kind: number, order: Order | undefined, latency: LatencyModel = this.#terms.response): VenueMessage {
    const message = this.#responses.put(this.#at + latency.sample(this.#at));
    message.kind = kind;
    message.order = order;
    message.tsEvent = this.#at;
    this.#responseLane.moved();
    return message;
  }

  /** Without marks the mid says what a position is worth; looked at once a second, as often as venues make a mark. */
  #judgeByBook(market: Market): void {
    if (this.#at - market.judgedAt < MICROS_PER_SECOND) return;
    market.judgedAt = this.#at;
    this.#liquidateIfNeeded();
  }

  /**
   * Simple liquidation; see {@link VenueAccount.belowMaintenance}. Every order on what is hit ends first, and then its positions are closed at the book, worst price
   * last.
   */
  #liquidateIfNeeded(): void {
    const below = this.account.belowMaintenance();
    if (below.length === 0) return;
    const hit = [...this.#markets].filter(([instrument]) => below.includes(instrument));
    for (const [, market] of hit) this.#cancelAll(market);
    for (const [instrument, market] of hit) if (this.account.lots(instrument) !== 0) this.#liquidate(instrument, market);
  }

  /** Ends what rests and what waits for its trigger: neither may open a position on collateral that is gone. */
  #cancelAll(market: Market): void {
    for (const resting of [...market.engine.resting, ...market.triggers.orders]) {
      if (market.engine.cancel(resting) || this.#unwatch(market, resting)) this.#ended(resting, 'canceled', LIQUIDATION);
    }
  }

  /** Closes one position. What is left of isolated margin afterwards is free again; what it cost beyond that the insurance fund pays. */
  #liquidate(instrument: Instrument, market: Market): void {
    const lots = this.account.lots(instrument);
    const parts = market.engine.liquidate(lots > 0 ? -1 : 1, Math.abs(lots));
    if (parts.length === 0) return;                              // an empty side: tried again with the next mark
    const margin = this.account.isolatedMargin(instrument);
    const cash = this.account.balances().get(instrument.settle) ?? 0n;
    const fills = parts.map(([tick, part]) => this.#forced(instrument, { side: lots > 0 ? 'sell' : 'buy', origin: 'LIQUIDATION' }, [tick, part]));
    const insurance = margin === undefined ? 0n : this.account.cover(instrument, { cash, margin });
    for (const [i, forced] of fills.entries()) this.#answer(FORCED_FILL, undefined).detail = insurance > 0n && i === fills.length - 1 ? { ...forced, insurance } : forced;
  }

  #forced(instrument: Instrument, { side, origin }: { readonly side: 'buy' | 'sell'; readonly origin: 'LIQUIDATION' | 'ADL' }, [tick, lots]: readonly [number, number]): ForcedFillReport {
    const at = this.#at;
    const market = this.#markets.get(instrument)!;
    const trading = market.fees.charge({ instrument, tick, lots, isBuy: side === 'buy', isMaker: false, at });
    const fee: Money = trading + (origin === 'LIQUIDATION' ? this.account.liquidationFee(instrument, tick, lots) : 0n);
    const fill: FillReport = { fillId: `${this.venue}-${++this.#fillNumber}`, tick, lots, fee, feeCurrency: instrument.settle, liquidity: 'taker', origin };
    this.#realise(market);
    this.account.fill(instrument, side === 'buy' ? lots : -lots, { report: fill, at });
    return { instrument, side, fill, tsEvent: at };
  }
}

/** Starting balances as deposits, in the order they were stated. */
export function deposits(terms: VenueTerms): readonly { readonly currency: string; readonly amount: Money }[] {
  return terms.balances.map(({ currency, amount }) => ({ currency, amount: toMoney(amount) }));
}
