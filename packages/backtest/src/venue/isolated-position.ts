import { type Money, NO_TICK } from '@arb/core';
import { type CostBasis, Decimal, InstrumentMargin, IsolatedMargin, MarginTable, positionValueAt, positionValueAtMid } from '@arb/core/internal';
import type { MarkedPrice } from './funding-settlement.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarginTier } from './venue-terms.ts';

/**
 * A derivative position that stands on its own margin, as its venue keeps it. Exact throughout: what is set aside decides what a liquidation may cost, and must be
 * what the strategies' account says, to the last unit. Without tiers it is taken as unleveraged, as there.
 */
export class IsolatedPosition {
  /** The venue's mark; undefined before the first. */
  mark: MarkedPrice | undefined;
  /** Funding accrued and not yet paid, as last stated; it backs the position like its profit. */
  accrued: Money = 0n;
  readonly #basis: CostBasis;
  readonly #engine: MatchingEngine;
  readonly #rules: InstrumentMargin;
  readonly #leverage: number;
  readonly #set = new IsolatedMargin();

  /** @param basis the position itself, kept by the account */
  constructor(basis: CostBasis, engine: MatchingEngine, terms: { readonly tiers: readonly MarginTier[]; readonly leverage: number }) {
    this.#basis = basis;
    this.#engine = engine;
    this.#leverage = terms.leverage;
    this.#rules = new InstrumentMargin(basis.instrument);
    if (terms.tiers.length > 0) this.#rules.table = new MarginTable(terms.tiers.map(({ fromNotional, initialRate, maintenanceRate }) => ({ notionalFrom: text(fromNotional), initialRate: text(initialRate), maintenanceRate: text(maintenanceRate) })));
  }

  /** Cash set aside, in the settlement currency and 1e-18 units. */
  get margin(): Money { return this.#set.amount; }

  /** A fill has moved the position from these lots and this cost. */
  filled(lots: number, cost: Money): void { this.#set.filled({ lots, cost }, this.#basis, (held, value) => this.#rules.initial(held, value, this.#leverage)); }

  /** Funding was paid or received. */
  funded(amount: Money): void { this.#set.funded(amount, this.#basis.lots); }

  /**
   * Margin an order of signed lots would take from what is free, in the settlement currency: at its price or the venue's, whichever is dearer. A flip gets back
   * what its position is worth first; what only reduces takes nothing.
   */
  needed(signedLots: number, tick: number): Money {
    const { lots } = this.#basis;
    const after = lots + signedLots;
    if (after === 0) return 0n;
    if (lots === 0 || lots > 0 === after > 0) return this.#initial(after, tick) - this.#initial(lots, tick);
    return this.#initial(after, tick) - this.margin - (this.#profit() ?? 0n);
  }

  /** True where margin and profit have come down to the maintenance margin. Without mark and market nothing is judged. */
  isLiquidatable(): boolean {
    const { lots } = this.#basis;
    const value = this.#value(lots);
    return lots !== 0 && value !== undefined && this.margin + value - this.#basis.cost + this.accrued <= this.#rules.maintenance(lots, value);
  }

  #profit(): Money | undefined {
    const value = this.#value(this.#basis.lots);
    return value === undefined ? undefined : value - this.#basis.cost + this.accrued;
  }

  #initial(lots: number, tick: number): Money {
    const atTick = tick === NO_TICK ? 0n : this.#rules.initial(lots, this.#basis.instrument.valueOf(tick, lots), this.#leverage);
    const value = this.#value(lots);
    const atMarket = value === undefined ? 0n : this.#rules.initial(lots, value, this.#leverage);
    return atTick > atMarket ? atTick : atMarket;
  }

  /** Worth of lots at the mark, else at the mid. */
  #value(lots: number): Money | undefined {
    const { instrument } = this.#basis;
    if (this.mark !== undefined) return positionValueAt(instrument, this.mark.mantissa, this.mark.decimals, lots);
    const { bestBidTick, bestAskTick } = this.#engine.book;
    return bestBidTick === NO_TICK || bestAskTick === NO_TICK ? undefined : positionValueAtMid(instrument, bestBidTick + bestAskTick, lots);
  }
}

function text(value: number): string { return new Decimal(value).toFixed(); }
