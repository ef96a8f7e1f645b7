import { isArbError } from '../errors.ts';
import type { OrderAmendment } from '../execution/execution-client.ts';
import { fromMoney } from '../math/money.ts';
import type { InstrumentId, VenueId } from '../model/ids.ts';
import type { Order } from '../model/order.ts';
import { MICROS_PER_MS, type UnixMicros } from '../model/time.ts';
import { DEFAULT_ACCOUNT } from '../portfolio/portfolio.ts';
import { deny, type RiskDenial } from './denial.ts';
import { EquityWatch } from './equity-watch.ts';
import { ExposureLimits } from './exposure-limits.ts';
import { InFlight } from './in-flight.ts';
import { MarginCheck } from './margin-check.ts';
import { OrderRate } from './order-rate.ts';
import type { RiskContext } from './risk-context.ts';
import { checkLimits, DEFAULT_PRICE_BAND_PCT, type RiskLimits, type TradingState } from './risk-limits.ts';
import { RiskSlot } from './risk-slot.ts';
import { expectedTick, isReducing, priceVerdict, reduceOnlyVerdict, type RiskedOrder, sizeVerdict } from './venue-rules.ts';

/**
 * Judges every order before it leaves. An approved order counts against all limits from that moment, so signals that race cannot exceed one together.
 *
 * The common check compares integers worked out beforehand; sums over positions are taken in doubles and, where those come within 1e-9 of a limit, exactly.
 * The execution engine reports what becomes of approved orders: {@link RiskEngine.changed}.
 */
export class RiskEngine {
  readonly #context: RiskContext;
  readonly #slots: RiskSlot[] = [];
  readonly #byInstrument = new Map<InstrumentId, RiskSlot>();
  readonly #byName = new Map<string, RiskSlot>();
  readonly #inFlight = new InFlight();
  readonly #rates = new Map<VenueId, OrderRate>();
  readonly #margin: MarginCheck;
  readonly #equity: EquityWatch;
  #limits: RiskLimits = {};
  #exposure: ExposureLimits;
  #band = DEFAULT_PRICE_BAND_PCT / 100;
  #state: TradingState = 'ACTIVE';
  #ratesVersion = -1;
  #holdingCount = 0;

  /** @throws ArbError `ARB_BAD_LIMIT` */
  constructor(context: RiskContext, limits: RiskLimits) {
    this.#context = context;
    this.#margin = new MarginCheck(context.portfolio.ledger);
    this.#equity = new EquityWatch(context.portfolio);
    this.#exposure = new ExposureLimits(limits, this.#slots);
    this.setLimits(limits);
  }

  get limits(): RiskLimits { return this.#limits; }

  /** Replaces all limits at once; they hold from the next check on. What is out already stays out. @throws ArbError `ARB_BAD_LIMIT`, and nothing changes */
  setLimits(limits: RiskLimits): void {
    checkLimits(limits);
    if (limits.maxOrdersPerSecond !== this.#limits.maxOrdersPerSecond) this.#rates.clear();      // what went out stays counted under the same limit
    this.#limits = limits;
    this.#state = limits.tradingState ?? this.#state;
    this.#exposure = new ExposureLimits(limits, this.#slots);
    this.#band = (limits.priceBandPct ?? DEFAULT_PRICE_BAND_PCT) / 100;
    for (const slot of this.#slots) slot.refresh(limits);
  }

  /** Whether new risk may be taken. */
  get tradingState(): TradingState { return this.#state; }
  set tradingState(state: TradingState) { this.#state = state; }

  /** Approved orders that may still trade. */
  get inFlightCount(): number { return this.#inFlight.size; }

  /** A UTC day begins: its loss counts from what everything is worth now, before the first input of the day. */
  beginDay(now: UnixMicros): void {
    if (this.#limits.maxDailyLossUsd === undefined) return;
    try { this.#equity.update(now); } catch (error) { if (!isArbError(error)) throw error; }      // what cannot be valued yet is looked at with the first order that can
  }

  /**
   * Approves an order, which counts from now on, or says why not.
   * @param isClosing see {@link RiskEngine.checkAll}
   */
  check(order: Order, isClosing: boolean = false): RiskDenial | undefined {
    const slot = this.#slotOf(order);
    const now = this.#context.now();
    const denial = this.#verdict(order, slot, { now, isClosing });
    if (denial !== undefined) return denial;
    this.#inFlight.approve(order, slot);
    if (this.#limits.maxOrdersPerSecond !== undefined) this.#rateOf(slot.instrument.venue, this.#limits.maxOrdersPerSecond).add(now);
    return undefined;
  }

  /**
   * Approves all of these orders, each judged with those before it counted, or none; then says why the first one refused was.
   * @param isClosing true where each only closes what a pair holds. Where another pair or strategy holds the opposite, such an order makes the account's net position larger and
   * all risk smaller: REDUCING and the limits let it pass as they let pass what reduces the account; the venue's rules, its margin and HALTED do not.
   */
  checkAll(orders: readonly Order[], isClosing: boolean = false): RiskDenial | undefined {
    for (const [index, order] of orders.entries()) {
      const denial = this.check(order, isClosing);
      if (denial === undefined) continue;
      for (const approved of orders.slice(0, index).reverse()) this.withdraw(approved);
      return denial;
    }
    return undefined;
  }

  /**
   * Judges a new price or quantity of an order that is out, as if it replaced the order. Approved, it counts where it is the larger from {@link RiskEngine.changed}
   * on, for as long as the order waits for the venue's answer.
   */
  checkAmendment(order: Order, amendment: OrderAmendment): RiskDenial | undefined {
    const { tick, lots } = amendment;
    const slot = this.#slotOf(order);
    const { instrument, strategyId, side, sign, triggerTick, reduceOnly, options, filledLots } = order;
    const leavesLots = Math.max(0, lots - filledLots);
    this.#inFlight.withdraw(order);
    const denial = this.#verdict({ instrument, strategyId, side, sign, triggerTick, reduceOnly, options, tick, lots, leavesLots }, slot, { now: this.#context.now(), isClosing: false });
    this.changed(order);
    if (denial === undefined) this.#inFlight.ask(order, amendment);
    this.#margin.reset();                                 // what it remembers is true only once the venue has agreed
    return denial;
  }

  /** Takes an approval back: the order will not leave. */
  withdraw(order: Order): void {
    this.#inFlight.withdraw(order);
    this.#rates.get(order.instrument.venue)?.undo();
  }

  /** An order that was approved traded, was changed at its venue or ended; the order itself and the position already say so. */
  changed(order: Order): void {
    if (!this.#inFlight.update(order)) this.#inFlight.approve(order, this.#slotOf(order));
  }

  #verdict(order: RiskedOrder, slot: RiskSlot, { now, isClosing }: { readonly now: UnixMicros; readonly isClosing: boolean }): RiskDenial | undefined {
    const tick = expectedTick(order, slot);
    const mustReduce = this.#state !== 'ACTIVE' || order.reduceOnly;
    const denial = (mustReduce ? this.#stateVerdict(order, slot, isClosing) : undefined)
      ?? sizeVerdict(order, slot, tick)
      ?? priceVerdict(order, slot, this.#band);
    if (denial !== undefined) return denial;
    const { maxOrdersPerSecond } = this.#limits;
    if (maxOrdersPerSecond !== undefined && this.#rateOf(slot.instrument.venue, maxOrdersPerSecond).isReached(now)) {
      return deny('RATE_EXCEEDED', `${maxOrdersPerSecond} orders went to ${slot.instrument.venue} within the last second`, { limit: String(maxOrdersPerSecond), actual: String(maxOrdersPerSecond + 1) });
    }
    slot.holding.lastTick = tick;
    if (order.reduceOnly && !slot.holding.isSpot) return undefined;
    if (isReducing(order, slot, this.#context.portfolio)) return slot.holding.isSpot ? this.#margin.verdict(order, slot, { tick, now }) : undefined;
    return isClosing ? this.#margin.verdict(order, slot, { tick, now }) : this.#limitVerdict(order, slot, { tick, now });
  }

  #stateVerdict(order: RiskedOrder, slot: RiskSlot, isClosing: boolean): RiskDenial | undefined {
    if (this.#state === 'HALTED') return deny('TRADING_HALTED', 'trading is HALTED for the run');
    if (order.reduceOnly) return reduceOnlyVerdict(order, slot, this.#context.portfolio);
    return isClosing || isReducing(order, slot, this.#context.portfolio) ? undefined : deny('TRADING_REDUCING', `trading is REDUCING and this order could increase the position in ${slot.instrument.id}`);
  }

  #limitVerdict(order: RiskedOrder, slot: RiskSlot, at: { readonly tick: number; readonly now: UnixMicros }): RiskDenial | undefined {
    const { tick, now } = at;
    const lots = order.leavesLots;
    const limits = this.#limits;
    const stale = limits.maxMarketAgeMs === undefined ? undefined : this.#staleVerdict(slot, now, limits.maxMarketAgeMs);
    if (stale !== undefined) return stale;
    if (slot.units(tick, lots) > slot.orderLimitUnits) {
      return this.#aboveLimit('NOTIONAL_ABOVE_LIMIT', slot, { name: 'maxOrderNotionalUsd', limit: limits.maxOrderNotionalUsd!, lots, tick });
    }
    const worst = slot.worstLots(order.strategyId, order.sign * lots);
    if (slot.units(tick, worst) > slot.positionLimitUnits) {
      return this.#aboveLimit('POSITION_LIMIT', slot, { name: 'maxPositionNotionalUsd', limit: limits.maxPositionNotionalUsd!, lots: worst, tick });
    }
    const { maxDailyLossUsd } = limits;
    if (this.#exposure.isActive || maxDailyLossUsd !== undefined) {
      const denial = this.#portfolioVerdict(order, slot, at);
      if (denial !== undefined) return denial;
    }
    return this.#margin.verdict(order, slot, { tick, now });
  }

  #staleVerdict({ instrument, touch }: RiskSlot, now: UnixMicros, maxMarketAgeMs: number): RiskDenial | undefined {
    const ageMs = touch.marketAt === undefined ? Infinity : (now - touch.marketAt) / MICROS_PER_MS;
    if (ageMs <= maxMarketAgeMs) return undefined;
    const heard = ageMs === Infinity ? 'was never heard of' : `was last heard of ${Math.round(ageMs)} ms ago`;
    return deny('STALE_MARKET', `the market of ${instrument.id} ${heard}, maxMarketAgeMs allows ${maxMarketAgeMs}`, { limit: String(maxMarketAgeMs), actual: String(ageMs) });
  }

  #portfolioVerdict(order: RiskedOrder, slot: RiskSlot, at: { readonly tick: number; readonly now: UnixMicros }): RiskDenial | undefined {
    const { maxDailyLossUsd } = this.#limits;
    try {
      if (maxDailyLossUsd !== undefined || this.#exposure.needsEquity) this.#equity.update(at.now);
    } catch (error) {
      if (!isArbError(error)) throw error;
      return deny('NO_MARKET', `equity cannot be worked out: ${error.message}`);
    }
    if (maxDailyLossUsd !== undefined && this.#equity.dailyLoss >= maxDailyLossUsd) {
      return deny('DAILY_LOSS', `the portfolio lost ${this.#equity.dailyLoss.toFixed(2)} USD since 00:00 UTC`, { limit: maxDailyLossUsd.toFixed(2), actual: this.#equity.dailyLoss.toFixed(2) });
    }
    return this.#exposure.isActive ? this.#exposure.verdict({ order, slot, tick: at.tick }, this.#equity) : undefined;
  }

  #aboveLimit(code: 'NOTIONAL_ABOVE_LIMIT' | 'POSITION_LIMIT', slot: RiskSlot, found: { readonly name: string; readonly limit: number; readonly lots: number; readonly tick: number }): RiskDenial {
    if (Number.isNaN(slot.usdPerUnit)) return deny('NO_MARKET', `no rate of ${slot.instrument.quote} to judge ${found.name} by`);
    const actual = fromMoney(slot.exactUsd(found.lots, found.tick)).toFixed();
    const subject = code === 'POSITION_LIMIT' ? 'with orders in flight the position' : 'the order';
    return deny(code, `${subject} in ${slot.instrument.id} would be worth ${actual} USD, ${found.name} allows ${found.limit}`, { limit: String(found.limit), actual });
  }

  #rateOf(venue: VenueId, limit: number): OrderRate {
    let rate = this.#rates.get(venue);
    if (rate === undefined) {
      rate = new OrderRate(limit);
      this.#rates.set(venue, rate);
    }
    return rate;
  }

  #slotOf({ instrument, options }: RiskedOrder): RiskSlot {
    const { portfolio } = this.#context;
    const account = options?.account;
    const known = account === undefined ? this.#byInstrument.get(instrument.id) : this.#byName.get(`${account} ${instrument.id}`);
    if (known === undefined) portfolio.account(instrument.venue, account).holding(instrument);
    if (portfolio.holdingCount !== this.#holdingCount) this.#addSlots();
    const slot = known ?? (account === undefined ? this.#byInstrument.get(instrument.id) : this.#byName.get(`${account} ${instrument.id}`))!;
    const { ratesVersion } = portfolio.valuation;
    if (ratesVersion !== this.#ratesVersion) {
      this.#ratesVersion = ratesVersion;
      for (const each of this.#slots) each.refresh(this.#limits);
    } else if (slot.isFloating) slot.refresh(this.#limits);
    return slot;
  }

  /** One slot per instrument and account of the portfolio, however it came there, so that sums over positions miss none. */
  #addSlots(): void {
    const { portfolio } = this.#context;
    for (const account of portfolio.accounts()) {
      for (const { instrument } of account.holdings()) {
        if (this.#byName.has(`${account.name} ${instrument.id}`)) continue;
        const slot = new RiskSlot(account, instrument, { touch: this.#context.touch(instrument), valuation: portfolio.valuation });
        slot.refresh(this.#limits);
        this.#slots.push(slot);
        if (account.name === DEFAULT_ACCOUNT) this.#byInstrument.set(instrument.id, slot);
        this.#byName.set(`${account.name} ${instrument.id}`, slot);
      }
    }
    this.#holdingCount = portfolio.holdingCount;
  }
}
