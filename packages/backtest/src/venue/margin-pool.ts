import { type Instrument, type Money, NO_TICK } from '@arb/core';
import type { MatchingEngine } from './matching-engine.ts';
import type { IsolatedPosition } from './isolated-position.ts';
import type { MarginTier } from './venue-terms.ts';

/** Maintenance rate of an instrument without tiers. */
const DEFAULT_MAINTENANCE_RATE = 0.005;

interface Tier extends MarginTier {
  /** Taken off the margin of this tier, in quote currency. */
  readonly deduction: number;
}

function withDeductions(tiers: readonly MarginTier[]): Tier[] {
  let deduction = 0;
  return tiers.map((tier, i) => {
    if (i > 0) deduction += tier.fromNotional * (tier.maintenanceRate - tiers[i - 1]!.maintenanceRate);
    return { ...tier, deduction };
  });
}

/** A cross position as margin sees it: numbers, since nothing is booked from them. */
export class PooledPosition {
  readonly instrument: Instrument;
  readonly #engine: MatchingEngine;
  readonly #tiers: readonly Tier[];
  readonly #leverage: number;
  /** Quantity per lot in base (linear) or quote (inverse) units. */
  readonly #lotQuantity: number;
  /** Signed lots, and what was paid for them in the settlement currency. */
  lots = 0;
  cost = 0;
  /** Funding accrued and not yet paid, as last stated. */
  accrued = 0;
  /** The venue's mark; NaN before the first. */
  mark: number = NaN;

  constructor(instrument: Instrument, engine: MatchingEngine, terms: { readonly tiers: readonly MarginTier[]; readonly leverage: number }) {
    this.instrument = instrument;
    this.#engine = engine;
    this.#tiers = withDeductions(terms.tiers);
    this.#leverage = terms.leverage;
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
  initialMargin(lots: number, price: number): number {
    const rate = this.#tier(lots, price)?.initialRate ?? 0;
    return this.#notional(lots, price) * Math.max(rate, 1 / this.#leverage);
  }

  /** Margin needed to stay: the rate of the tier over the whole notional, less what makes it continuous at the steps, as the venues publish it. */
  maintenanceMargin(): number {
    if (this.lots === 0) return 0;
    const price = this.price();
    const notional = this.#notional(this.lots, price);
    const tier = this.#tier(this.lots, price);
    if (tier === undefined) return notional * DEFAULT_MAINTENANCE_RATE;
    return notional * tier.maintenanceRate - (this.instrument.isInverse ? tier.deduction / price : tier.deduction);
  }

  /** Value in the settlement currency, without sign. */
  #notional(lots: number, price: number): number {
    const quantity = Math.abs(lots) * this.#lotQuantity;
    return this.instrument.isInverse ? quantity / price : quantity * price;
  }

  /** Tiers are stated in quote currency, which an inverse contract counts itself in. */
  #tier(lots: number, price: number): Tier | undefined {
    const tiers = this.#tiers;
    const quantity = Math.abs(lots) * this.#lotQuantity;
    const notional = this.instrument.isInverse ? quantity : quantity * price;
    let i = tiers.length - 1;
    while (i > 0 && notional < tiers[i]!.fromNotional) i--;
    return tiers[i];
  }
}

/** The collateral of one currency, the cross positions it carries and the isolated ones whose margin is taken out of it. */
export class MarginPool {
  readonly currency: string;
  readonly positions: PooledPosition[] = [];
  readonly isolated: IsolatedPosition[] = [];
  #cash = 0;

  constructor(currency: string) { this.currency = currency; }

  /** The exact balance, or what is set aside of it, has changed. */
  balance(cash: Money): void {
    let shared = cash;
    for (const { margin } of this.isolated) shared -= margin;
    this.#cash = Number(shared) / 1e18;
  }

  /** Cash that is not set aside, and the profit of open cross positions. */
  equity(): number {
    let equity = this.#cash;
    for (const position of this.positions) equity += position.profit();
    return equity;
  }

  /** Initial margin of all cross positions but one. */
  marginBeside(other?: PooledPosition): number {
    let sum = 0;
    for (const position of this.positions) if (position !== other && position.lots !== 0) sum += position.initialMargin(position.lots, position.price());
    return sum;
  }

  /** True where collateral has fallen below what the positions need to stay. */
  isBelowMaintenance(): boolean {
    let margin = 0;
    for (const position of this.positions) margin += position.maintenanceMargin();
    return margin > 0 && this.equity() < margin;
  }
}
