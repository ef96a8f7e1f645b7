import { positionValueAtMid } from '../ledger/position-value.ts';
import type { Valuation } from '../ledger/valuation.ts';
import { divideHalfEven, type Money, ONE, toMoney } from '../math/money.ts';
import type { Account } from '../model/account.ts';
import type { Holding } from '../model/holding.ts';
import type { StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import { NO_PRICE, type Order } from '../model/order.ts';
import type { Touch } from './risk-context.ts';
import type { RiskLimits } from './risk-limits.ts';

/** Lots one strategy has in flight in one instrument, by side; orders that can only reduce apart from the rest. */
export interface InFlightLots { buy: number; sell: number; reduceBuy: number; reduceSell: number }

/** Nothing in flight. */
const NOTHING: Readonly<InFlightLots> = { buy: 0, sell: 0, reduceBuy: 0, reduceSell: 0 };
/** No limit, in the units of a slot. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * What the risk engine needs of one instrument on one account, worked out once so that the common check compares integers.
 *
 * Its unit of value is ticks × lots for linear contracts and spot, lots for inverse ones (a contract is worth a fixed amount of quote).
 */
export class RiskSlot {
  readonly instrument: Instrument;
  readonly account: Account;
  readonly holding: Holding;
  readonly touch: Touch;
  readonly isInverse: boolean;
  /** Smallest order value of the venue in units. */
  readonly minUnits: number;
  /** {@link RiskLimits.maxOrderNotionalUsd} and `maxPositionNotionalUsd` in whole units. */
  orderLimitUnits: number = UNLIMITED;
  positionLimitUnits: number = UNLIMITED;
  /** Dollars per unit; NaN while the quote currency has no rate. */
  usdPerUnit: number = NaN;
  /** Quote currency per unit and base coin per lot of a spot instrument, as doubles. */
  readonly quotePerUnitNumber: number;
  readonly lotAmountNumber: number;
  readonly #valuation: Valuation;
  /** Quote currency per unit, 1e-18. */
  readonly #quotePerUnit: Money;
  readonly #byStrategy = new Map<StrategyId, InFlightLots>();
  #rate: Money | undefined;

  constructor(account: Account, instrument: Instrument, world: { readonly touch: Touch; readonly valuation: Valuation }) {
    this.instrument = instrument;
    this.account = account;
    this.holding = account.holding(instrument);
    this.touch = world.touch;
    this.isInverse = instrument.isInverse;
    this.#valuation = world.valuation;
    this.#quotePerUnit = instrument.isInverse ? toMoney(instrument.sizeIncrement.times(instrument.multiplier)) : instrument.valueOf(1, 1);
    this.quotePerUnitNumber = Number(this.#quotePerUnit) / 1e18;
    this.lotAmountNumber = Number(this.holding.lotAmount) / 1e18;
    const min = toMoney(instrument.minNotional);
    this.minUnits = Number((min + this.#quotePerUnit - 1n) / this.#quotePerUnit);
  }

  /** Takes the rate of the quote currency now and works out the limits again. */
  refresh(limits: RiskLimits): void {
    this.#rate = this.#valuation.rate(this.instrument.quote);
    this.usdPerUnit = this.#rate === undefined ? NaN : Number(this.#quotePerUnit * this.#rate) / 1e36;
    this.orderLimitUnits = this.#units(limits.maxOrderNotionalUsd);
    this.positionLimitUnits = this.#units(limits.maxPositionNotionalUsd);
  }

  /** True where the rate of the quote currency moves with the market, so that {@link RiskSlot.refresh} is due at every check. */
  get isFloating(): boolean { return !this.#valuation.isPegged(this.instrument.quote); }

  /** Value in units, exact below 2^53 and above every limit beyond it. */
  units(tick: number, lots: number): number { return this.isInverse ? lots : tick * lots; }

  /** Worth of lots of an inverse contract in its coin, as a double. */
  coins(lots: number, ticks: number): number { return lots * this.quotePerUnitNumber / (ticks * this.instrument.tickSize); }

  /** Value in units as an amount of quote currency, exactly. */
  quoteValue(tick: number, lots: number): Money { return this.#quotePerUnit * BigInt(lots) * (this.isInverse ? 1n : BigInt(tick)); }

  /** What one strategy has in flight. */
  inFlight(strategyId: StrategyId): Readonly<InFlightLots> { return this.#byStrategy.get(strategyId) ?? NOTHING; }

  /** Adds lots (negative: takes them off) of an order to what is in flight. */
  add(order: Order, lots: number, value: Money): void {
    let own = this.#byStrategy.get(order.strategyId);
    if (own === undefined) {
      own = { buy: 0, sell: 0, reduceBuy: 0, reduceSell: 0 };
      this.#byStrategy.set(order.strategyId, own);
    }
    const { holding } = this;
    if (order.reduceOnly) {
      if (order.sign > 0) own.reduceBuy += lots;
      else own.reduceSell += lots;
      if (!holding.isSpot) return;
    }
    if (order.sign > 0) {
      if (!order.reduceOnly) own.buy += lots;
      holding.openBuyLots += lots;
      if (holding.isSpot) holding.openBuyValue += value;
    } else {
      if (!order.reduceOnly) own.sell += lots;
      holding.openSellLots += lots;
    }
  }

  /**
   * The largest position, without sign, that orders in flight and `more` signed lots of a strategy could lead to. What strategies hold against each other is not
   * taken as covered: each may leave at any time, since no exit is refused.
   */
  worstLots(strategyId: StrategyId, more = 0): number {
    const { positions } = this.holding;
    if (positions.every((position) => position.strategyId === strategyId) && this.#byStrategy.size <= (this.#byStrategy.has(strategyId) ? 1 : 0)) {
      return Math.max(this.longReach(strategyId, more), this.shortReach(strategyId, more));
    }
    let long = 0;
    let short = 0;
    for (const id of new Set([strategyId, ...this.#byStrategy.keys(), ...positions.map((position) => position.strategyId)])) {
      long += this.longReach(id, id === strategyId ? more : 0);
      short += this.shortReach(id, id === strategyId ? more : 0);
    }
    return Math.max(long, short);
  }

  /** The most a strategy could be long: orders that only reduce fill first, down to nothing. */
  longReach(strategyId: StrategyId, more: number): number {
    const held = this.#heldBy(strategyId);
    const { buy, reduceBuy } = this.inFlight(strategyId);
    return Math.max(0, held + (this.holding.isSpot ? reduceBuy : Math.min(reduceBuy, Math.max(0, -held))) + buy + Math.max(0, more));
  }

  /** The most a strategy could be short, without sign. */
  shortReach(strategyId: StrategyId, more: number): number {
    const held = this.#heldBy(strategyId);
    const { sell, reduceSell } = this.inFlight(strategyId);
    return Math.max(0, (this.holding.isSpot ? reduceSell : Math.min(reduceSell, Math.max(0, held))) + sell - Math.min(0, more) - held);
  }

  #heldBy(strategyId: StrategyId): number {
    let held = 0;
    for (const position of this.holding.positions) if (position.strategyId === strategyId) held += position.lots;
    return held;
  }

  /** Price in ticks that positions here are judged at: the mid, else the valuation price, else what the last order could expect. */
  priceTicks(): number {
    const { bidTick, askTick } = this.touch;
    if (bidTick !== undefined && askTick !== undefined) return (bidTick + askTick) / 2;
    const price = this.#valuation.priceNumber(this.instrument);
    return price === undefined ? this.holding.lastTick : price / this.instrument.tickSize;
  }

  /** Value of lots in dollars, as a double: good to 1e-15 of itself. */
  usd(lots: number, ticks: number): number { return lots * (this.isInverse ? 1 : ticks) * this.usdPerUnit; }

  /** The same exactly, in 1e-18 dollars; at a tick, or at the price of {@link RiskSlot.priceTicks} where none is given. Lots without sign. */
  exactUsd(lots: number, tick: number = NO_PRICE): Money {
    const rate = this.#rate ?? this.#valuation.requireRate(this.instrument.quote);
    if (this.isInverse) return divideHalfEven(BigInt(lots) * this.#quotePerUnit * rate, ONE);
    const { bidTick, askTick } = this.touch;
    let value: Money;
    if (tick !== NO_PRICE) value = this.instrument.valueOf(tick, lots);
    else if (bidTick !== undefined && askTick !== undefined) value = positionValueAtMid(this.instrument, bidTick + askTick, lots);
    else if (this.#valuation.priceNumber(this.instrument) === undefined) value = this.instrument.valueOf(this.holding.lastTick, lots);
    else value = this.#valuation.value(this.instrument, lots);
    return divideHalfEven(value * rate, ONE);
  }

  #units(limitUsd: number | undefined): number {
    if (limitUsd === undefined) return UNLIMITED;
    if (this.#rate === undefined) return 0;
    const units = toMoney(String(limitUsd)) * ONE / (this.#quotePerUnit * this.#rate);
    return units > BigInt(UNLIMITED) ? UNLIMITED : Number(units);
  }
}
