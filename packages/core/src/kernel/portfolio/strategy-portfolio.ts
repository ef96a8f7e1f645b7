import type { PnlBreakdown } from '../ledger/attribution.ts';
import { PNL_COMPONENTS, type PnlComponent } from '../ledger/currency-stream.ts';
import type { Decimal } from '../math/decimal.ts';
import { Decimal as DecimalValue } from '../math/decimal.ts';
import { divideHalfEven, fromMoney, type Money, ONE } from '../math/money.ts';
import type { InstrumentId, PositionId, StrategyId } from '../model/ids.ts';
import type { Position } from '../model/position.ts';
import type { Exposure } from './exposure.ts';
import type { Portfolio } from './portfolio.ts';

/** Profit by component in the reporting currency; costs are negative, the components add up to `total` exactly. */
export type PnlAttribution = Readonly<Record<PnlComponent, Decimal>> & { readonly total: Decimal };

/**
 * One strategy's own book: what it holds and what it made, apart from what other strategies do on the same accounts.
 *
 * Everything is worked out when asked for, at the prices now; ask at decisions, not at every tick.
 */
export class StrategyPortfolio {
  readonly id: StrategyId;
  readonly #portfolio: Portfolio;

  constructor(id: StrategyId, portfolio: Portfolio) {
    this.id = id;
    this.#portfolio = portfolio;
  }

  /** Open positions, in the order they were first opened. */
  get positions(): readonly Position[] { return [...this.#portfolio.legs(this.id)].map(({ position }) => position).filter(({ isFlat }) => !isFlat); }

  /** The position in an instrument, open or closed; undefined before its first fill. */
  position(instrumentId: InstrumentId, positionId?: PositionId): Position | undefined { return this.#portfolio.position(this.id, instrumentId, positionId); }

  /** Signed quantity held in an instrument, over all position ids; zero where there never was one. */
  quantity(instrumentId: InstrumentId): Decimal {
    let sum = new DecimalValue(0);
    for (const { position } of this.#portfolio.legs(this.id)) if (position.instrument.id === instrumentId) sum = sum.plus(position.quantity);
    return sum;
  }

  /** All profit so far in the reporting currency, open positions at their value now, after all costs. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  get pnlUsd(): Decimal { return fromMoney(this.#portfolio.attributionOf(this.id).total); }

  /** Profit of open positions against their cost, in the reporting currency. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  get unrealisedUsd(): Decimal {
    const { valuation } = this.#portfolio;
    return this.#sum((position) => valuation.value(position.instrument, position.lots) - position.cost);
  }

  /** Profit of what was closed, at the rates now, without fees and funding. @throws ArbError `ARB_NO_RATE` */
  get realisedUsd(): Decimal { return this.#sum(({ realised }) => realised); }

  /** Where the profit came from: of all positions, or of those in one instrument. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  attribution(instrumentId?: InstrumentId): PnlAttribution { return toDecimals(this.#portfolio.attributionOf(this.id, instrumentId)); }

  /** What the strategy holds by asset, venue and account. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  get exposure(): Exposure { return this.#portfolio.exposure(this.id); }

  #sum(of: (position: Position) => Money): Decimal {
    let sum = 0n;
    for (const { position } of this.#portfolio.legs(this.id)) {
      const amount = of(position);
      if (amount !== 0n) sum += amount * this.#portfolio.valuation.requireRate(position.instrument.settle);
    }
    return fromMoney(divideHalfEven(sum, ONE));
  }
}

/** A breakdown as Decimals, exactly. */
export function toDecimals(breakdown: PnlBreakdown): PnlAttribution {
  const decimals: Partial<Record<PnlComponent | 'total', Decimal>> = { total: fromMoney(breakdown.total) };
  for (const component of PNL_COMPONENTS) decimals[component] = fromMoney(breakdown[component]);
  return decimals as PnlAttribution;
}
