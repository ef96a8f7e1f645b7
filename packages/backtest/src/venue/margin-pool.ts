import { type Instrument, type Money, NO_TICK } from '@arb/core';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarginTier } from './venue-terms.ts';

/** Maintenance rate of an instrument without tiers. */
const DEFAULT_MAINTENANCE_RATE = 0.005;

/** A derivative position as margin sees it: numbers, since nothing is booked from them. */
export class PooledPosition {
  readonly instrument: Instrument;
  readonly #engine: MatchingEngine;
  readonly #tiers: readonly MarginTier[];
  /** Quantity per lot in base (linear) or quote (inverse) units. */
  readonly #lotQuantity: number;
  /** Signed lots, and what was paid for them in the settlement currency. */
  lots = 0;
  cost = 0;
  /** Funding accrued and not yet paid, as last stated. */
  accrued = 0;
  /** The venue's mark; NaN before the first. */
  mark: number = NaN;

  constructor(instrument: Instrument, engine: MatchingEngine, tiers: readonly MarginTier[]) {
    this.instrument = instrument;
    this.#engine = engine;
    this.#tiers = tiers;
    this.#lotQuantity = instrument.lotsToNumber(1) * instrument.multiplier.toNumber();
  }

  /** Price margin is judged at: the mark, else the mid, else a tick given. */
  price(tick: number = NO_TICK): number {
    if (!Number.isNaN(this.mark)) return this.mark;
    const { bestBidTick, bestAskTick } = this.#engine.book;
    if (bestBidTick !== NO_TICK && bestAskTick !== NO_TICK) return this.instrument.tickToNumber((bestBidTick + bestAskTick) / 2);
    return tick === NO_TICK ? 0 : this.instrument.tickToNumber(tick);
  }

  /** Profit of what is open, with the funding that has accrued on it. */
  profit(): number {
    if (this.lots === 0) return 0;
    const value = this.#notional(this.lots, this.price()) * (this.lots > 0 === this.instrument.isInverse ? -1 : 1);
    return value - this.cost + this.accrued;
  }

  /** Margin needed to hold so many lots. */
  initialMargin(lots: number, price: number, maxLeverage: number): number {
    const rate = this.#tier(lots, price)?.initialRate ?? 0;
    return this.#notional(lots, price) * Math.max(rate, 1 / maxLeverage);
  }

  maintenanceMargin(): number {
    if (this.lots === 0) return 0;
    const price = this.price();
    return this.#notional(this.lots, price) * (this.#tier(this.lots, price)?.maintenanceRate ?? DEFAULT_MAINTENANCE_RATE);
  }

  /** Value in the settlement currency, without sign. */
  #notional(lots: number, price: number): number {
    const quantity = Math.abs(lots) * this.#lotQuantity;
    return this.instrument.isInverse ? quantity / price : quantity * price;
  }

  /** Tiers are stated in quote currency, which an inverse contract counts itself in. */
  #tier(lots: number, price: number): MarginTier | undefined {
    const tiers = this.#tiers;
    const quantity = Math.abs(lots) * this.#lotQuantity;
    const notional = this.instrument.isInverse ? quantity : quantity * price;
    let i = tiers.length - 1;
    while (i > 0 && notional < tiers[i]!.fromNotional) i--;
    return tiers[i];
  }
}

/** The collateral of one currency and the positions it carries. */
export class MarginPool {
  readonly currency: string;
  readonly positions: PooledPosition[] = [];
  #cash = 0;

  constructor(currency: string) { this.currency = currency; }

  /** The exact balance has changed. */
  balance(cash: Money): void { this.#cash = Number(cash) / 1e18; }

  /** Cash and the profit of open positions. */
  equity(): number {
    let equity = this.#cash;
    for (const position of this.positions) equity += position.profit();
    return equity;
  }

  /** Initial margin of all positions but one. */
  marginBeside(other: PooledPosition, maxLeverage: number): number {
    let sum = 0;
    for (const position of this.positions) if (position !== other && position.lots !== 0) sum += position.initialMargin(position.lots, position.price(), maxLeverage);
    return sum;
  }

  /** True where collateral has fallen below what the positions need to stay. */
  isBelowMaintenance(): boolean {
    let margin = 0;
    for (const position of this.positions) margin += position.maintenanceMargin();
    return margin > 0 && this.equity() < margin;
  }
}
