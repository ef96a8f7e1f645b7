import { CostBasis, type SignedFill } from '../ledger/cost-basis.ts';
import type { Valuation } from '../ledger/valuation.ts';
import { type Money, toMoney } from '../math/money.ts';
import { InstrumentMargin } from './instrument-margin.ts';
import type { Instrument } from './instrument.ts';
import { IsolatedMargin } from './isolated-margin.ts';
import { NO_PRICE } from './order.ts';
import { type Position, positionMutator } from './position.ts';

/** Whether positions share the collateral of their account, or each stands on the margin set aside for it. */
export type MarginMode = 'cross' | 'isolated';

/** What a fill realised, in 1e-18 units: in the position it was for, and in the account's over all strategies. */
export interface RealisedProfit { readonly realised: Money; readonly booked: Money }

/** What is known of one instrument within an account: the position over all strategies, and what its open orders could add. */
export class Holding {
  readonly instrument: Instrument;
  /** Base coin in one lot of a spot instrument, 1e-18 units. */
  readonly lotAmount: Money;
  /** The strategies' positions that make it up. */
  readonly positions: Position[] = [];
  /** Lots of open orders that may increase a position, by side; kept by the risk engine. */
  openBuyLots = 0;
  openSellLots = 0;
  /** Value of those orders at their own prices, by side, in the settlement currency and 1e-18 units; kept for spot only. */
  openBuyValue: Money = 0n;
  /** Price of the last order approved, in ticks: what open orders are margined at while there is neither mark nor market. */
  lastTick: number = NO_PRICE;
  /** Funding accrued and not yet paid. */
  accrued: Money = 0n;
  /** What positions in the instrument must put up. */
  readonly margin: InstrumentMargin;
  /** Leverage and margin mode of its own; the account's where it has none. */
  leverage: number | undefined;
  marginMode: MarginMode | undefined;
  /** Cash set aside for the position while it is isolated. */
  readonly isolated: IsolatedMargin = new IsolatedMargin();
  #basis: CostBasis;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.lotAmount = toMoney(instrument.sizeIncrement.times(instrument.multiplier));
    this.#basis = new CostBasis(instrument);
    this.margin = new InstrumentMargin(instrument);
  }

  /** Netted over all strategies, as the venue sees it. While one position is all there is, it is that position's own. */
  get basis(): CostBasis { return this.#basis; }

  /** Adds a position without fills. */
  join(position: Position): void {
    this.positions.push(position);
    if (this.positions.length === 1) this.#basis = positionMutator.basis(position);
    else if (this.positions.length === 2) this.#basis = this.#basis.copy();
  }

  /** Books a fill of one of the positions in both; returns what it realised in the position and over all. */
  fill(position: Position, fill: SignedFill): RealisedProfit {
    const realised = positionMutator.fill(position, fill);
    return { realised, booked: this.positions.length === 1 ? realised : this.#basis.fill(fill) };
  }

  /** Takes a fill of one of the positions back in both; returns the changes of what was realised. */
  bust(position: Position, fill: SignedFill): RealisedProfit {
    const realised = positionMutator.bust(position, fill);
    return { realised, booked: this.positions.length === 1 ? realised : this.#basis.bust(fill) };
  }

  get isSpot(): boolean { return this.instrument.kind === 'spot'; }

  /** The largest position, in lots without sign, that open orders and `more` signed lots could lead to. */
  worstLots(more = 0): number {
    const long = this.basis.lots + this.openBuyLots + (more > 0 ? more : 0);
    const short = this.basis.lots - this.openSellLots + (more < 0 ? more : 0);
    return long > -short ? long : -short;
  }

  /** Sum of the strategies' positions at the valuation price, so that account and strategies agree to the last 1e-18. */
  value(valuation: Valuation): Money {
    let sum = 0n;
    for (const position of this.positions) sum += valuation.value(this.instrument, position.lots);
    return sum;
  }

  /** Profit of the open position of a derivative. */
  unrealised(valuation: Valuation): Money {
    return this.value(valuation) - this.basis.cost;
  }
}
