import { type Instrument, type Money, NO_TICK, type Order, type UnixMicros, type VenueId } from '@arb/core';
import { type ExecutionClient, type FillReport, type KernelInputs, NO_PRICE, type OrderAmendment, toMoney } from '@arb/core/internal';
import { LANE_ARRIVAL, LANE_RESPONSE, LANE_SETTLEMENT, type Lane } from '../replay/lane.ts';
import { FeeSchedule } from './fee-schedule.ts';
import { FifoChannel } from './fifo-channel.ts';
import { FundingSettlement, type MarkedPrice } from './funding-settlement.ts';
import { MatchingEngine, type MatchListener } from './matching-engine.ts';
import { RestingOrder } from './resting-order.ts';
import { TriggerBook } from './trigger-book.ts';
import { type Refusal, VenueAccount } from './venue-account.ts';
import type { VenueTerms } from './venue-terms.ts';

/** A request on its way to the venue. */
type Request =
  | { readonly kind: 'submit'; readonly order: Order; readonly tick: number; readonly lots: number }
  | { readonly kind: 'modify'; readonly order: Order; readonly amendment: OrderAmendment }
  | { readonly kind: 'cancel'; readonly order: Order }
  | { readonly kind: 'lost'; readonly order: Order };

/** An answer on its way back: runs when we learn of it. */
type Response = (inputs: KernelInputs) => void;

/** One instrument at the venue. */
interface Market {
  readonly engine: MatchingEngine;
  readonly triggers: TriggerBook;
  readonly fees: FeeSchedule;
  readonly funding: FundingSettlement | undefined;
  mark: MarkedPrice | undefined;
  lastTick: number;
}

/**
 * A venue that exists only in the run. Orders reach it after their latency, meet the recorded market in exchange time, and what happens comes back through one
 * first-in-first-out channel. It keeps its own account: margin, funding and liquidation follow what the venue knows, not what strategies know.
 */
export class SimulatedVenue implements ExecutionClient {
  readonly venue: VenueId;
  readonly account: VenueAccount;
  readonly lanes: readonly Lane[];
  readonly #terms: VenueTerms;
  readonly #inputs: KernelInputs;
  readonly #now: () => UnixMicros;
  readonly #requests: FifoChannel<Request>;
  readonly #responses = new FifoChannel<Response>();
  readonly #markets = new Map<Instrument, Market>();
  readonly #resting = new Map<Order, RestingOrder>();
  readonly #expiring: RestingOrder[] = [];
  readonly #rejections: Refusal[] = [];
  #at: UnixMicros = 0;
  #fillNumber = 0;

  /** @param now the kernel's time: when strategies send */
  constructor(terms: VenueTerms, inputs: KernelInputs, now: () => UnixMicros) {
    this.venue = terms.venue;
    this.#terms = terms;
    this.#inputs = inputs;
    this.#now = now;
    this.#requests = new FifoChannel(terms.reordersRequests);
    this.account = new VenueAccount(terms);
    this.lanes = [
      { laneClass: LANE_SETTLEMENT, nextAt: () => this.#nextSettlement(), step: (at) => this.#settleBoundaries(at) },
      { laneClass: LANE_ARRIVAL, nextAt: () => Math.min(this.#requests.nextAt(), this.#nextExpiry()), step: (at) => this.#arrivals(at) },
      { laneClass: LANE_RESPONSE, nextAt: () => this.#responses.nextAt(), step: (at) => this.#deliver(at) },
    ];
  }

  /** Adds an instrument; its market data is then fed to the engine returned. */
  addInstrument(instrument: Instrument): MatchingEngine {
    const listener: MatchListener = {
      filled: (resting, tick, lots, liquidity) => { this.#filled(resting, { tick, lots, liquidity }); },
      ended: (resting, how, code, reason) => { this.#ended(resting, how, code, reason); },
      traded: (tick) => { this.#priceMoved(instrument, 'last', tick); },
      reducible: (sign) => this.account.reducible(instrument, sign),
    };
    const engine = new MatchingEngine(instrument, { rules: this.#terms.rules, queue: this.#terms.queue(), listener });
    this.#markets.set(instrument, {
      engine, triggers: new TriggerBook(), fees: new FeeSchedule(this.#terms.fees(instrument)), mark: undefined, lastTick: NO_TICK,
      funding: this.#terms.funding === 'none' || instrument.kind !== 'perpetual' ? undefined : new FundingSettlement(instrument, this.#terms.funding),
    });
    this.account.add(instrument, engine);
    return engine;
  }

  /** The venue's clock: exchange-time inputs call it first. */
  at(time: UnixMicros): void { this.#at = time; }

  /** Refuses the next order that arrives; for tests and fault scenarios. */
  rejectNext(rejection: { readonly code: string; readonly reason?: string }): void {
    this.#rejections.push({ code: rejection.code, reason: rejection.reason ?? 'as the scenario says' });
  }

  submit(order: Order): void {
    const now = this.#now();
    const latency = this.#terms.entry.submit.sample(now);
    if (latency < 0) this.#requests.push(now - latency, { kind: 'lost', order });
    else this.#requests.push(now + latency, { kind: 'submit', order, tick: order.tick, lots: order.lots });
  }

  modify(order: Order, amendment: OrderAmendment): void {
    const now = this.#now();
    this.#requests.push(now + Math.abs(this.#terms.entry.modify.sample(now)), { kind: 'modify', order, amendment });
  }

  cancel(order: Order): void {
    const now = this.#now();
    this.#requests.push(now + Math.abs(this.#terms.entry.cancel.sample(now)), { kind: 'cancel', order });
  }

  /** A mark, index or oracle price at the venue's time. */
  price(instrument: Instrument, kind: 'mark' | 'index' | 'oracle', price: MarkedPrice): void {
    const market = this.#markets.get(instrument);
    if (market === undefined) return;
    if (market.funding?.priceKind === kind) market.funding.price(price);
    if (kind !== 'oracle' && market.triggers.size > 0) this.#priceMoved(instrument, kind, instrument.roundToTick(Number(price.mantissa) / Number(`1e${price.decimals}`)));
    if (kind !== 'mark') return;
    market.mark = price;
    this.account.mark(instrument, price);
    this.#liquidateIfNeeded();
  }

  /** A funding rate at the venue's time: predicted ones tell the schedule, settled ones are paid. */
  fundingRate(instrument: Instrument, rate: { readonly rate: bigint; readonly rateDecimals: number; readonly intervalMicros: number; readonly settlesAt: UnixMicros; readonly isSettled: boolean }): void {
    const market = this.#markets.get(instrument);
    if (market?.funding === undefined) return;
    const { funding } = market;
    if (!rate.isSettled) { funding.schedule(rate.settlesAt, rate.intervalMicros, this.#at); return; }
    const settlement = funding.settle(rate, { lots: this.account.lotsAt(instrument, rate.settlesAt), mark: market.mark });
    funding.schedule(rate.settlesAt, rate.intervalMicros, this.#at);
    if (settlement === undefined) return;
    const at = this.#at;
    this.account.funding(settlement);
    this.#respond((inputs) => { inputs.fundingPaid(this.venue, { ...settlement, tsEvent: at }); });
  }

  #nextSettlement(): UnixMicros {
    let next = Infinity;
    for (const { funding } of this.#markets.values()) if (funding !== undefined && funding.nextAt() < next) next = funding.nextAt();
    return next;
  }

  #settleBoundaries(at: UnixMicros): number {
    this.#at = at;
    for (const [instrument, { funding }] of this.#markets) if (funding !== undefined && funding.nextAt() === at) funding.freeze(at, this.account.lots(instrument));
    return 0;
  }

  #nextExpiry(): UnixMicros { return this.#expiring.length === 0 ? Infinity : this.#expiring[0]!.order.options!.expiresAt!; }

  #arrivals(at: UnixMicros): number {
    this.#at = at;
    if (this.#requests.nextAt() <= at) this.#request(this.#requests.take());
    else this.#expire(this.#expiring.shift()!);
    return 0;
  }

  #deliver(at: UnixMicros): number {
    const respond = this.#responses.take();
    this.#inputs.advance(at);
    respond(this.#inputs);
    this.#inputs.drain();
    return 0;
  }

  #request(request: Request): void {
    const { order } = request;
    switch (request.kind) {
      case 'submit': this.#accept(request.order, request.tick, request.lots); return;
      case 'modify': this.#amend(order, request.amendment); return;
      case 'cancel': this.#cancel(order); return;
      case 'lost': {
        const at = this.#at;
        this.#respond((inputs) => { inputs.rejected(order, at, 'LOST', 'the request never reached the venue'); }, 0);
        return;
      }
    }
  }

  #accept(order: Order, tick: number, lots: number): void {
    const market = this.#markets.get(order.instrument)!;
    const resting = new RestingOrder(order, tick, lots);
    const at = this.#at;
    const refusal = this.#rejections.shift() ?? this.account.refuses(order, tick, lots);
    if (refusal !== undefined) { this.#respond((inputs) => { inputs.rejected(order, at, refusal.code, refusal.reason); }); return; }
    this.#resting.set(order, resting);
    if (order.options?.expiresAt !== undefined) this.#expireAt(resting);
    if (order.options?.triggerTick !== undefined || order.options?.trailTicks !== undefined) {
      this.#respond((inputs) => { inputs.accepted(order, at); });
      market.triggers.add(resting, market.lastTick === NO_TICK ? undefined : market.lastTick);
      return;
    }
    if (!(order.postOnly || order.reduceOnly) || !this.#wouldRefuse(market, resting)) this.#respond((inputs) => { inputs.accepted(order, at); });
    market.engine.arrive(resting);
  }

  /** A refusal is the only answer then: no acknowledgement goes before it. */
  #wouldRefuse(market: Market, resting: RestingOrder): boolean {
    const best = market.engine.bestTick(resting.sign);
    if (resting.order.reduceOnly && this.account.reducible(resting.order.instrument, resting.sign) <= 0) return true;
    return resting.order.postOnly && best !== NO_TICK && (resting.sign === 1 ? resting.tick >= best : resting.tick <= best);
  }

  #amend(order: Order, amendment: OrderAmendment): void {
    const resting = this.#resting.get(order);
    const at = this.#at;
    const market = this.#markets.get(order.instrument)!;
    if (resting === undefined || !resting.isLive) {
      this.#respond((inputs) => { inputs.modifyRejected(order, at, 'ORDER_NOT_FOUND', 'the order is no longer there'); });
      return;
    }
    this.#respond((inputs) => { inputs.modified(order, at, amendment); });
    market.engine.amend(resting, amendment.tick, amendment.lots);
    if (!resting.isLive && resting.leaves > 0 && amendment.lots <= resting.lots - resting.leaves) this.#ended(resting, 'canceled', 'FILLED_BELOW', 'amended below what was filled');
  }

  #cancel(order: Order): void {
    const resting = this.#resting.get(order);
    const at = this.#at;
    const market = this.#markets.get(order.instrument)!;
    if (resting !== undefined && (market.engine.cancel(resting) || market.triggers.remove(resting))) {
      this.#forget(resting);
      this.#respond((inputs) => { inputs.canceled(order, at, 'canceled'); });
    } else this.#respond((inputs) => { inputs.cancelRejected(order, at, 'ORDER_NOT_FOUND', 'the order is no longer there'); });
  }

  #expireAt(resting: RestingOrder): void {
    const at = resting.order.options!.expiresAt!;
    let i = this.#expiring.length;
    while (i > 0 && this.#expiring[i - 1]!.order.options!.expiresAt! > at) i--;
    this.#expiring.splice(i, 0, resting);
  }

  #expire(resting: RestingOrder): void {
    const market = this.#markets.get(resting.order.instrument)!;
    if (market.engine.cancel(resting) || market.triggers.remove(resting)) this.#ended(resting, 'expired', 'EXPIRED', 'good-till-date reached');
  }

  #priceMoved(instrument: Instrument, source: 'last' | 'mark' | 'index' | 'mid', tick: number): void {
    const market = this.#markets.get(instrument)!;
    if (source === 'last') market.lastTick = tick;
    if (market.triggers.size === 0) return;
    for (const resting of market.triggers.price(source, tick)) this.#trigger(market, resting);
  }

  #trigger(market: Market, resting: RestingOrder): void {
    const { order } = resting;
    const at = this.#at;
    this.#respond((inputs) => { inputs.triggered(order, at); });
    if (resting.tick === NO_PRICE) {
      const touch = market.engine.bestTick(resting.sign);
      if (touch === NO_TICK) { this.#ended(resting, 'canceled', 'NO_MARKET', 'nothing to trade with when it triggered'); return; }
      const slippage = (order.options?.maxSlippageBps ?? 50) / 10_000;
      resting.tick = resting.sign === 1 ? Math.max(touch, Math.floor(touch * (1 + slippage))) : Math.min(touch, Math.ceil(touch * (1 - slippage)));
      resting.isImmediate = true;
    }
    market.engine.arrive(resting);
  }

  #filled(resting: RestingOrder, fill: { readonly tick: number; readonly lots: number; readonly liquidity: 'maker' | 'taker' }): void {
    const { order } = resting;
    const at = this.#at;
    const market = this.#markets.get(order.instrument)!;
    const fee = market.fees.charge({ instrument: order.instrument, tick: fill.tick, lots: fill.lots, isMaker: fill.liquidity === 'maker', at });
    const report: FillReport = { fillId: `${this.venue}-${++this.#fillNumber}`, ...fill, fee, feeCurrency: order.instrument.settle, origin: 'OWN' };
    this.account.fill(order.instrument, resting.sign * fill.lots, { report, at });
    if (resting.leaves <= 0) this.#forget(resting);
    this.#respond((inputs) => { inputs.filled(order, at, report); });
  }

  #ended(resting: RestingOrder, how: 'canceled' | 'expired' | 'rejected', code: string, reason: string): void {
    const { order } = resting;
    const at = this.#at;
    this.#forget(resting);
    this.#respond((inputs) => {
      if (how === 'canceled') inputs.canceled(order, at, reason);
      else if (how === 'expired') inputs.expired(order, at, reason);
      else inputs.rejected(order, at, code, reason);
    });
  }

  #forget(resting: RestingOrder): void {
    this.#resting.delete(resting.order);
    const at = this.#expiring.indexOf(resting);
    if (at >= 0) this.#expiring.splice(at, 1);
  }

  #respond(response: Response, latency = this.#terms.response.sample(this.#at)): void {
    this.#responses.push(this.#at + latency, response);
  }

  /** Simple liquidation: below maintenance every position is closed at the book, worst price last. */
  #liquidateIfNeeded(): void {
    if (!this.account.isBelowMaintenance()) return;
    for (const [instrument, market] of this.#markets) {
      const lots = this.account.lots(instrument);
      if (lots === 0 || instrument.kind === 'spot') continue;
      for (const resting of market.engine.resting) { market.engine.cancel(resting); this.#ended(resting, 'canceled', 'LIQUIDATION', 'canceled before liquidation'); }
      for (const [tick, part] of market.engine.liquidationPrices(lots > 0 ? -1 : 1, Math.abs(lots))) this.#forced(instrument, lots > 0 ? 'sell' : 'buy', tick, part);
    }
  }

  #forced(instrument: Instrument, side: 'buy' | 'sell', ...[tick, lots]: [number, number]): void {
    const at = this.#at;
    const market = this.#markets.get(instrument)!;
    const trading = market.fees.charge({ instrument, tick, lots, isMaker: false, at });
    const fee: Money = trading + this.account.liquidationFee(instrument, tick, lots);
    const fill: FillReport = { fillId: `${this.venue}-${++this.#fillNumber}`, tick, lots, fee, feeCurrency: instrument.settle, liquidity: 'taker', origin: 'LIQUIDATION' };
    this.account.fill(instrument, side === 'buy' ? lots : -lots, { report: fill, at });
    this.#respond((inputs) => { inputs.forcedFill(this.venue, { instrument, side, fill, tsEvent: at }); });
  }
}

/** Starting balances as deposits, in the order they were stated. */
export function deposits(terms: VenueTerms): readonly { readonly currency: string; readonly amount: Money }[] {
  return terms.balances.map(({ currency, amount }) => ({ currency, amount: toMoney(amount) }));
}
