import type { MessageBus } from '../bus/message-bus.ts';
import { topics } from '../bus/topic.ts';
import type { Cache } from '../cache/cache.ts';
import type { InstrumentState } from '../cache/instrument-state.ts';
import { ArbError, InvariantError } from '../errors.ts';
import type { JournalWriter } from '../journal/journal-writer.ts';
import type { KernelObserver } from '../kernel-observer.ts';
import type { StrategyId, VenueId, VenueOrderId } from '../model/ids.ts';
import { type FillReport, OrderChanged, type OrderChangeType, type OrderEvent, OrderFilled } from '../model/order-events.ts';
import { NO_PRICE, type Order, type OrderDenial, orderMutator } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { RiskEngine } from '../risk/risk-engine.ts';
import { unsupportedOrder } from '../venues/order-support.ts';
import type { VenueProfile } from '../venues/venue-profile.ts';
import { Contingencies } from './contingencies.ts';
import type { ExecutionClient, OrderAmendment } from './execution-client.ts';
import { DEFAULT_MAX_SLIPPAGE_BPS } from './order-factory.ts';
import { OrderJournal } from './order-journal.ts';
import type { OrderOwner } from './order-owner.ts';

/** What the engine works with. */
export interface ExecutionServices {
  readonly now: () => UnixMicros;
  readonly bus: MessageBus;
  readonly cache: Cache;
  readonly portfolio: Portfolio;
  readonly risk: RiskEngine;
  readonly journal: JournalWriter;
  readonly observers: readonly KernelObserver[];
  /** What is known of a venue; orders of a kind it does not take are denied. */
  readonly profile?: (venue: VenueId) => VenueProfile | undefined;
}

const NO_REASON = '';
// Flags set with every order are made once.
const MODIFYING = { pendingModify: true };
const CANCELING = { pendingCancel: true };
const KNOWN = { unknown: false };
const SETTLED = { pendingCancel: false, pendingModify: false, unknown: false };
/** Orders that are gone from their venue once they have met its book: taking their fill back does not bring them there again. */
const DO_NOT_REST: ReadonlySet<Order['timeInForce']> = new Set(['IOC', 'FOK']);
/** Orders that traded before their acknowledgement came and still wait for it. */
const MAX_UNACKNOWLEDGED = 10_000;

/**
 * The one place where orders change. Commands pass the risk engine and leave through a venue's client; what venues report moves the order's state machine,
 * the ledger and the cache first, and only then anyone hears of it.
 */
export class ExecutionEngine {
  readonly #services: ExecutionServices;
  readonly #journal: OrderJournal;
  readonly #clients = new Map<VenueId, ExecutionClient>();
  readonly #owners = new Map<StrategyId, OrderOwner>();
  #lastOwner: OrderOwner | undefined;
  readonly #unacknowledged = new Set<Order>();
  /** Venue time of the last change of price or quantity of open orders, so that an older report cannot undo it. */
  readonly #amendedAt = new Map<Order, UnixMicros>();
  /** Total lots wanted of orders whose change is still under way; asked for once that is answered. */
  readonly #wantedLots = new Map<Order, { lots: number; askedLots: number | undefined }>();
  /** Lots taken back of open orders that do not rest. */
  readonly #bustedLots = new Map<Order, number>();
  readonly #contingencies: Contingencies;

  constructor(services: ExecutionServices) {
    this.#services = services;
    this.#journal = new OrderJournal(services.journal);
    this.#contingencies = new Contingencies({
      release: (order, lots) => { this.#release(order, lots); },
      cancel: (order) => { this.cancel(order); },
      resize: (order, deltaLots) => { this.#resize(order, deltaLots); },
      left: (order) => (this.#wantedLots.get(order)?.lots ?? order.lots) - order.filledLots,
    });
  }

  addClient(client: ExecutionClient): void { this.#clients.set(client.venue, client); }

  addOwner(owner: OrderOwner): void { this.#owners.set(owner.id, owner); }

  /** Sends one order, or says why not: on return it is SUBMITTED, EMULATED or DENIED. */
  submit(order: Order): void { this.#submitOne(order); }

  /** Sends linked orders of a list; held children wait for their parent. Where one is denied, those it is linked to do not leave either. */
  submitList(orders: readonly Order[]): void {
    for (const order of orders) assertNew(order);
    this.#contingencies.watch(orders);
    for (const order of orders) {
      const denied = orders.find((other) => other.status === 'DENIED' && Contingencies.areLinked(other, order));
      if (denied !== undefined) this.#denyLinked(order, denied);
      else if (Contingencies.isHeld(order)) this.#hold(order);
      else this.#submitOne(order);
    }
  }

  /**
   * Sends all of these orders or, where the risk engine refuses one, none.
   * @param isClosing see {@link RiskEngine.checkAll}
   * @returns true where they left
   */
  submitTogether(orders: readonly Order[], isClosing: boolean): boolean {
    for (const order of orders) assertNew(order);
    for (const order of orders) {
      this.#prepare(order);
      this.#journal.created(order);
    }
    const denial = orders.map((order) => this.#refusal(order)).find((refusal) => refusal !== undefined) ?? this.#services.risk.checkAll(orders, isClosing);
    for (const order of orders) {
      if (denial === undefined) this.#send(order);
      else this.#deny(order, denial);
    }
    return denial === undefined;
  }

  /** Asks the venue for another price or quantity. @throws ArbError `ARB_BAD_ORDER` for an order that never left */
  modify(order: Order, amendment: OrderAmendment): void {
    if (order.isClosed || order.isPendingCancel || order.isPendingModify) return;
    if (!(amendment.lots > 0)) throw new ArbError('ARB_BAD_ORDER', `${order.id}: a quantity of ${String(order.instrument.lotsToDecimal(amendment.lots))} is not positive; cancel the order instead`, { id: order.id });
    if (order.status === 'INITIALIZED') throw new ArbError('ARB_BAD_ORDER', `${order.id} was never submitted; make a new order instead of modifying it`, { id: order.id });
    if (order.status === 'EMULATED') { this.#amend(order, this.#services.now(), amendment); return; }
    const isLess = amendment.lots <= order.lots && amendment.tick === order.tick;      // takes no new risk
    const denial = (isLess ? undefined : this.#ownerOf(order).blocked(order.reduceOnly)) ?? this.#services.risk.checkAmendment(order, amendment);
    if (denial !== undefined) {
      this.#announce(order, 'OrderModifyRejected', { tsEvent: this.#services.now(), code: denial.code, reason: denial.message });
      return;
    }
    orderMutator.flags(order, MODIFYING);
    this.#services.risk.changed(order);                                        // what is asked for counts from now on
    this.#journal.amended(order, 'ModifyRequested', this.#services.now(), amendment);
    this.#clientOf(order).modify(order, amendment);
  }

  /** Asks the venue for the end of an order; on a closed or pending one it does nothing. */
  cancel(order: Order): void {
    if (!order.isOpen || order.isPendingCancel) return;
    if (order.status === 'EMULATED' || order.status === 'RELEASED') { this.#end(order, 'OrderCanceled', { tsEvent: this.#services.now(), reason: 'canceled while held' }); return; }
    orderMutator.flags(order, CANCELING);
    this.#journal.changed(order, 'CancelRequested', { tsEvent: this.#services.now(), code: NO_REASON, reason: NO_REASON });
    this.#clientOf(order).cancel(order);
  }

  accepted(order: Order, tsEvent: UnixMicros, venueOrderId?: VenueOrderId): void {
    if (venueOrderId !== undefined) orderMutator.venueId(order, venueOrderId);
    const isLate = this.#unacknowledged.size > 0 && this.#unacknowledged.delete(order);
    if (order.status !== 'SUBMITTED' && !(isLate && (order.status === 'PARTIALLY_FILLED' || order.status === 'FILLED'))) return;      // told twice
    if (order.isUnknown) orderMutator.flags(order, KNOWN);
    this.#change(order, 'OrderAccepted', tsEvent);
  }

  rejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void {
    if (order.isClosed) return;
    this.#end(order, 'OrderRejected', { tsEvent, reason, code });
  }

  filled(order: Order, tsEvent: UnixMicros, fill: FillReport): void {
    if (orderMutator.isTold(order, fill.fillId)) return;
    const wasOpen = order.isOpen;
    if (order.status === 'SUBMITTED') this.#awaitAcknowledgement(order);
    orderMutator.fill(order, fill.tick, fill.lots);
    if (order.isUnknown) orderMutator.flags(order, KNOWN);
    this.#book(order, 'OrderFilled', tsEvent, fill);
    if (Contingencies.isLinked(order)) this.#contingencies.filled(order, fill.lots);
    if (wasOpen && order.isClosed) this.#close(order, NO_REASON);
    else if (this.#bustedLots.size > 0) this.#endIfGone(order, tsEvent);
  }

  fillBusted(order: Order, tsEvent: UnixMicros, fill: FillReport): void {
    if (orderMutator.isTold(order, `bust ${fill.fillId}`)) return;
    const wasClosed = order.isClosed;
    orderMutator.bust(order, fill.tick, fill.lots);
    const past = orderMutator.past(order);                                     // without the fill the order is what that made it
    if (past !== undefined && order.isOpen && (past !== 'OrderTriggered' || order.status === 'ACCEPTED')) orderMutator.apply(order, past);
    this.#book(order, 'FillBusted', tsEvent, fill);
    if (!order.isOpen) return;
    if (wasClosed) this.#services.cache.opened(order);
    if (!DO_NOT_REST.has(order.timeInForce)) return;
    this.#bustedLots.set(order, (this.#bustedLots.get(order) ?? 0) + fill.lots);
    this.#endIfGone(order, tsEvent);
  }

  triggered(order: Order, tsEvent: UnixMicros): void {
    if (orderMutator.past(order) === undefined) orderMutator.remember(order, 'OrderTriggered');
    if (order.status !== 'SUBMITTED' && order.status !== 'ACCEPTED') return;      // told twice, or after the fills it led to
    this.#change(order, 'OrderTriggered', tsEvent);
  }

  modified(order: Order, tsEvent: UnixMicros, amendment: OrderAmendment): void {
    const wasFilled = order.status === 'FILLED';
    if (order.isClosed && !(wasFilled && order.isPendingModify && amendment.lots > order.lots)) {
      orderMutator.flags(order, { pendingModify: false });
      this.#amendedAt.delete(order);
      return;
    }
    const last = this.#amendedAt.get(order);
    if (last !== undefined && (tsEvent < last || (tsEvent === last && amendment.tick === order.tick && amendment.lots === order.lots))) return;      // told twice
    if (order.status === 'SUBMITTED') this.accepted(order, tsEvent);           // what a venue changes it has accepted
    this.#amendedAt.set(order, tsEvent);
    this.#amend(order, tsEvent, amendment);
    if (wasFilled) {                                                           // its fills overtook the report
      if (order.isOpen) this.#services.cache.opened(order);
      else this.#amendedAt.delete(order);
      return;
    }
    if (order.leavesLots === 0) this.#end(order, 'OrderCanceled', { tsEvent, reason: 'reduced to what had filled' });
    this.#askForWanted(order);
  }

  modifyRejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void {
    if (!order.isPendingModify) return;                                        // told twice
    orderMutator.flags(order, { pendingModify: false });
    if (order.isClosed) this.#amendedAt.delete(order);
    this.#services.risk.changed(order);
    this.#announce(order, 'OrderModifyRejected', { tsEvent, code, reason });
    this.#askForWanted(order);
  }

  canceled(order: Order, tsEvent: UnixMicros, reason: string): void {
    if (!order.isOpen) return;
    this.#end(order, 'OrderCanceled', { tsEvent, reason });
  }

  cancelRejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void {
    if (!order.isPendingCancel) return;                                        // told twice
    orderMutator.flags(order, { pendingCancel: false });
    this.#announce(order, 'OrderCancelRejected', { tsEvent, code, reason });
  }

  expired(order: Order, tsEvent: UnixMicros, reason: string): void {
    if (!order.isOpen) return;
    this.#end(order, 'OrderExpired', { tsEvent, reason });
  }

  unknown(order: Order, tsEvent: UnixMicros, reason: string): void {
    if (order.isClosed || order.isUnknown) return;
    orderMutator.flags(order, { unknown: true });
    this.#announce(order, 'OrderUnknown', { tsEvent, code: NO_REASON, reason });
  }

  /** One order; where it is refused it is DENIED. */
  #submitOne(order: Order): void {
    assertNew(order);
    this.#prepare(order);
    this.#journal.created(order);
    const denial = this.#refusal(order) ?? this.#services.risk.check(order);
    if (denial === undefined) this.#send(order);
    else this.#deny(order, denial);
  }

  /** Remembers the market the order was sent into, and gives a market order its price cap. */
  #prepare(order: Order): void {
    const state = this.#services.cache.state(order.instrument.id);
    const bid = state.bidTick;
    const ask = state.askTick;
    const owner = this.#ownerOf(order);
    orderMutator.sent(order, bid === undefined || ask === undefined ? NO_PRICE : bid + ask, owner.reference(order.instrument));
    if (order.type === 'MARKET') orderMutator.price(order, capTick(order, state));
  }

  #refusal(order: Order): OrderDenial | undefined {
    if (order.type === 'MARKET' && order.tick === NO_PRICE) {
      return { code: 'NO_MARKET', message: `no ${order.side === 'buy' ? 'ask' : 'bid'} of ${order.instrument.id} to cap a market order at; wait for a two-sided book or send a limit order` };
    }
    if (!this.#clients.has(order.instrument.venue)) return { code: 'UNSUPPORTED', message: `no execution client for ${order.instrument.venue}; add the venue to the config` };
    const profile = this.#services.profile?.(order.instrument.venue);
    return (profile === undefined ? undefined : unsupportedOrder(order, profile)) ?? this.#ownerOf(order).blocked(order.reduceOnly);
  }

  #send(order: Order): void {
    const { cache, observers } = this.#services;
    const now = this.#services.now();
    orderMutator.apply(order, 'OrderSubmitted');
    if (order.options?.parentSequence === undefined) cache.opened(order);
    this.#announce(order, 'OrderSubmitted', { tsEvent: now, code: NO_REASON, reason: NO_REASON });
    for (const observer of observers) observer.orderSent?.(order, now);
    this.#clientOf(order).submit(order);
  }

  #hold(order: Order): void {
    this.#prepare(order);
    this.#journal.created(order);
    orderMutator.apply(order, 'OrderEmulated');
    this.#services.cache.opened(order);
    this.#announce(order, 'OrderEmulated', { tsEvent: this.#services.now(), code: NO_REASON, reason: NO_REASON });
  }

  #release(order: Order, lots: number): void {
    orderMutator.resize(order, lots);
    orderMutator.apply(order, 'OrderReleased');
    this.#announce(order, 'OrderReleased', { tsEvent: this.#services.now(), code: NO_REASON, reason: NO_REASON });
    this.#prepare(order);
    const denial = this.#refusal(order) ?? this.#services.risk.check(order);
    if (denial === undefined) this.#send(order);
    else this.#deny(order, denial);
  }

  /** Adds lots to an order of a list, or takes some off; what a change under way stands against is asked for after it. */
  #resize(order: Order, deltaLots: number): void {
    if (!order.isOpen) return;
    const known = this.#wantedLots.get(order);
    const lots = (known?.lots ?? order.lots) + deltaLots;
    if (lots <= order.filledLots) this.cancel(order);
    else if (order.status === 'EMULATED') orderMutator.resize(order, lots);
    else if (!order.isPendingCancel) {
      this.#wantedLots.set(order, { lots, askedLots: known?.askedLots });
      if (!order.isPendingModify) this.#askForWanted(order);
    }
  }

  #askForWanted(order: Order): void {
    const wanted = this.#wantedLots.get(order);
    if (wanted === undefined) return;
    if (!order.isOpen || wanted.lots === order.lots || wanted.lots === wanted.askedLots) { this.#wantedLots.delete(order); return; }      // done, or refused once: not asked again
    wanted.askedLots = wanted.lots;
    this.modify(order, { tick: order.tick, lots: wanted.lots });
  }

  /** An order that does not rest and all of which has traded is gone from its venue, whatever was taken back of it since: no report of its end will come. */
  #endIfGone(order: Order, tsEvent: UnixMicros): void {
    const busted = this.#bustedLots.get(order);
    if (busted === undefined || !order.isOpen || order.filledLots + busted < order.lots) return;
    this.#end(order, 'OrderCanceled', { tsEvent, reason: `a fill was taken back, and an ${order.timeInForce} order does not return to the book` });
  }

  #awaitAcknowledgement(order: Order): void {
    this.#unacknowledged.add(order);
    if (this.#unacknowledged.size > MAX_UNACKNOWLEDGED) for (const oldest of this.#unacknowledged) { this.#unacknowledged.delete(oldest); break; }
  }

  #denyLinked(order: Order, denied: Order): void {
    this.#journal.created(order);
    this.#deny(order, { code: denied.denial!.code, message: `${denied.id}, to which it is linked, was denied: ${denied.denial!.message}` });
  }

  #deny(order: Order, denial: OrderDenial): void {
    const wasHeld = order.isOpen;
    orderMutator.deny(order, denial);
    this.#announce(order, 'OrderDenied', { tsEvent: this.#services.now(), code: denial.code, reason: denial.message });
    if (wasHeld) { this.#close(order, denial.message); return; }
    this.#services.cache.closed(order);
    for (const observer of this.#services.observers) observer.orderClosed?.(order, this.#services.now(), denial.message);
    if (Contingencies.isLinked(order)) this.#contingencies.closed(order);
  }

  #change(order: Order, change: 'OrderAccepted' | 'OrderTriggered', tsEvent: UnixMicros): void {
    orderMutator.apply(order, change);
    this.#announce(order, change, { tsEvent, code: NO_REASON, reason: NO_REASON });
  }

  #amend(order: Order, tsEvent: UnixMicros, amendment: OrderAmendment): void {
    orderMutator.amend(order, amendment.tick, amendment.lots);
    this.#services.risk.changed(order);
    this.#journal.amended(order, 'OrderModified', tsEvent, amendment);
    this.#tell(order, 'OrderModified', { tsEvent, code: NO_REASON, reason: NO_REASON });
  }

  #end(order: Order, change: 'OrderRejected' | 'OrderCanceled' | 'OrderExpired', end: { readonly tsEvent: UnixMicros; readonly reason: string; readonly code?: string }): void {
    const { tsEvent, reason, code = NO_REASON } = end;
    orderMutator.apply(order, change);
    orderMutator.remember(order, change === 'OrderRejected' ? 'OrderCanceled' : change);
    orderMutator.flags(order, SETTLED);
    this.#announce(order, change, { tsEvent, code, reason });
    this.#close(order, reason);
  }

  #close(order: Order, reason: string): void {
    const { cache, risk, observers } = this.#services;
    cache.closed(order);
    risk.changed(order);
    if (this.#bustedLots.size > 0) this.#bustedLots.delete(order);
    if (this.#amendedAt.size > 0 && !order.isPendingModify) this.#amendedAt.delete(order);
    if (this.#wantedLots.size > 0) this.#wantedLots.delete(order);
    for (const observer of observers) observer.orderClosed?.(order, this.#services.now(), reason);
    if (Contingencies.isLinked(order)) this.#contingencies.closed(order);
  }

  /** Books a fill or its bust: ledger and position first, then the journal, then whoever listens. */
  #book(order: Order, type: 'OrderFilled' | 'FillBusted', tsEvent: UnixMicros, fill: FillReport): void {
    const { portfolio, risk, observers, bus } = this.#services;
    const tsInit = this.#services.now();
    const result = type === 'OrderFilled' ? portfolio.applyFill(order, fill, { tsEvent }) : portfolio.bustFill(order, fill, { tsEvent });
    risk.changed(order);
    this.#journal.fill(order, { tsEvent, isBust: type === 'FillBusted', fill, positionLots: result.positionLots });
    const owner = this.#ownerOf(order);
    const topic = topics.orders(order.strategyId);
    if (owner.wants(type) || observers.length > 0 || bus.hasSubscribers(topic)) {
      const event = new OrderFilled(type, order, fill, { tsEvent, tsInit, positionLots: result.positionLots }) as OrderEvent;
      for (const observer of observers) observer.fill?.(event as OrderFilled, result.realised);
      owner.deliver(event);
      bus.publish(topic, event);
    }
    if (owner.wantsPositions) {
      const before = result.positionLots - (type === 'OrderFilled' ? 1 : -1) * order.sign * fill.lots;
      owner.deliverPosition({
        type: before === 0 ? 'PositionOpened' : result.positionLots === 0 ? 'PositionClosed' : 'PositionChanged',
        strategyId: order.strategyId, instrumentId: order.instrument.id, position: result.position, tsEvent, tsInit,
      });
    }
  }

  #announce(order: Order, type: OrderChangeType, at: { readonly tsEvent: UnixMicros; readonly code: string; readonly reason: string }): void {
    this.#journal.changed(order, type, at);
    this.#tell(order, type, at);
  }

  #tell(order: Order, type: OrderChangeType, at: { readonly tsEvent: UnixMicros; readonly code: string; readonly reason: string }): void {
    const { bus } = this.#services;
    const owner = this.#ownerOf(order);
    const topic = topics.orders(order.strategyId);
    const isHeard = bus.hasSubscribers(topic);
    if (!isHeard && !owner.wants(type)) return;
    const event = new OrderChanged(type, order, { tsEvent: at.tsEvent, code: at.code, reason: at.reason, tsInit: this.#services.now() }) as OrderEvent;
    owner.deliver(event);
    if (isHeard) bus.publish(topic, event);
  }

  #clientOf(order: Order): ExecutionClient {
    const client = this.#clients.get(order.instrument.venue);
    if (client === undefined) throw new InvariantError('an order that left has a client', { order: order.id });
    return client;
  }

  /** Orders come in runs of one strategy: the last owner is asked first. */
  #ownerOf(order: Order): OrderOwner {
    const last = this.#lastOwner;
    if (last !== undefined && last.id === order.strategyId) return last;
    const owner = this.#owners.get(order.strategyId);
    if (owner === undefined) throw new InvariantError('an order has an owner', { order: order.id });
    this.#lastOwner = owner;
    return owner;
  }
}

function assertNew(order: Order): void {
  if (order.status !== 'INITIALIZED') throw new ArbError('ARB_BAD_ORDER', `${order.id} is ${order.status} already; make a new order for another try`, { id: order.id });
}

/** The worst price a market order may trade at: the touch and its slippage cap, on the grid and never beyond the cap. */
function capTick(order: Order, state: InstrumentState): number {
  const touch = order.side === 'buy' ? state.askTick : state.bidTick;
  if (touch === undefined) return NO_PRICE;
  const slippage = (order.options?.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS) / 10_000;
  const cap = touch * (1 + order.sign * slippage);
  const tick = order.side === 'buy' ? Math.max(touch, Math.floor(cap)) : Math.min(touch, Math.ceil(cap));
  return order.instrument.isPriceTick(tick) ? tick : order.instrument.toTick(order.instrument.roundPrice(order.instrument.tickToDecimal(tick), order.side === 'buy' ? 'down' : 'up'));
}
