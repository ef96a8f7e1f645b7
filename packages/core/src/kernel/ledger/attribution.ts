import type { Money } from '../math/money.ts';
import { divideHalfEven, ONE } from '../math/money.ts';
import type { StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import { NO_PRICE, type ScaledPrice } from '../model/order.ts';
import { componentIndex, CurrencyStream, PNL_COMPONENTS, type PnlComponent, type StreamComponent } from './currency-stream.ts';
import { positionValueAt, positionValueAtMid } from './position-value.ts';
import type { Valuation } from './valuation.ts';

/** Profit by component and its sum, in 1e-18 units of one currency; costs are negative. The components add up to the total exactly. */
export type PnlBreakdown = Readonly<Record<PnlComponent, Money>> & { readonly total: Money };

/** A fill as attribution sees it. */
export interface AttributedFill {
  /** Positive for a buy, negative for a sell. */
  readonly lots: number;
  /** {@link positionValue} of the fill. */
  readonly value: Money;
  /** Best bid plus best ask in ticks when the order was sent, or {@link NO_PRICE}: then the fill has no slippage. */
  readonly mid2: number;
  /** Reference price of the pair when the order was sent; without one the mid stands for it, so there is no basis at entry. */
  readonly reference: ScaledPrice | undefined;
}

const DIRECTIONAL = componentIndex('directional');
const BASIS = componentIndex('basis');
const SLIPPAGE = componentIndex('slippage');

/**
 * The PnL identity of one leg (one position of one strategy), exact with residual zero:
 *
 * `Δequity = directional + basis + fundingPaid + fundingAccrued + slippage + fees + gas + borrow + fx`
 *
 * With fills i of signed size qᵢ at price pᵢ, mᵢ the mid when the order was sent, R the pair's reference price, M the valuation mark, V(q, p) the value of a
 * position ({@link positionValue}) and T now: `slippage = Σ V(qᵢ, mᵢ) − V(qᵢ, pᵢ)`, `directional = V(Q, R_T) − Σ V(qᵢ, Rᵢ)`,
 * `basis = V(Q, M_T) − V(Q, R_T) − Σ (V(qᵢ, mᵢ) − V(qᵢ, Rᵢ))`. Only the four sums are kept; each V is rounded once and every rounded V
 * appears in two components with opposite signs, so rounding cannot leave a residual. Inverse legs the same in their coin; {@link CurrencyStream} converts.
 */
export class LegAttribution {
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  #lots = 0;
  #atPrice: Money = 0n;
  #atMid: Money = 0n;
  #atReference: Money = 0n;
  readonly #settle: CurrencyStream;
  readonly #others: CurrencyStream[] = [];

  constructor(strategyId: StrategyId, instrument: Instrument) {
    this.strategyId = strategyId;
    this.instrument = instrument;
    this.#settle = new CurrencyStream(instrument.settle);
  }

  /** Adds a fill; a bust is the same fill with lots and value negated. */
  fill({ lots, value, mid2, reference }: AttributedFill): void {
    const atMid = mid2 === NO_PRICE ? value : positionValueAtMid(this.instrument, mid2, lots);
    this.#lots += lots;
    this.#atPrice += value;
    this.#atMid += atMid;
    this.#atReference += reference === undefined ? atMid : positionValueAt(this.instrument, reference.mantissa, reference.decimals, lots);
  }

  /** Adds what an entry did to equity under one component, in any currency; a cost is negative. */
  add(component: StreamComponent, currency: string, amount: Money): void {
    this.#stream(currency).add(component, amount);
  }

  /** Adds funding paid, converted at `rate` where it has one of its own. */
  funded(amount: Money, rate: Money | undefined): void {
    if (rate === undefined) this.#settle.add('fundingPaid', amount);
    else this.#settle.addAt('fundingPaid', amount, rate);
  }

  /** States the funding accrued and not yet paid, in place of the last statement. */
  setAccrued(amount: Money): void { this.#settle.native[componentIndex('fundingAccrued')] = amount; }
  /** Funding accrued and not yet paid. */
  get accrued(): Money { return this.#settle.native[componentIndex('fundingAccrued')]!; }

  /**
   * Fixes the conversion of all so far at the rates now; called after each entry of a currency that floats, and before the rate of a pegged one changes.
   * While a currency has no rate its amounts wait for the first one.
   */
  sample(valuation: Valuation, isDue: (currency: string) => boolean): void {
    if (isDue(this.#settle.currency)) {
      const rate = valuation.rate(this.#settle.currency);
      if (rate !== undefined) {
        this.#mark(valuation);
        this.#settle.sample(rate);
      }
    }
    for (const stream of this.#others) {
      const rate = isDue(stream.currency) ? valuation.rate(stream.currency) : undefined;
      if (rate !== undefined) stream.sample(rate);
    }
  }

  /** Adds the leg's components in the reporting currency to `sums`, in 1e-36 units. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  addTo(sums: bigint[], valuation: Valuation): void {
    this.#mark(valuation);
    this.#settle.addTo(sums, valuation.requireRate(this.#settle.currency));
    for (const stream of this.#others) stream.addTo(sums, valuation.requireRate(stream.currency));
  }

  /** What the leg made in its settlement currency alone; costs in other currencies are not in it. @throws ArbError `ARB_NO_PRICE` */
  native(valuation: Valuation): PnlBreakdown {
    this.#mark(valuation);
    const { native } = this.#settle;
    return breakdown((index) => native[index]!);
  }

  /** Works out the components that depend on prices now. Idempotent: they are functions of the sums and the prices, not added up. */
  #mark(valuation: Valuation): void {
    const now = valuation.value(this.instrument, this.#lots);
    const nowAtReference = valuation.referenceValue(this.strategyId, this.instrument, this.#lots);
    const { native } = this.#settle;
    native[DIRECTIONAL] = nowAtReference - this.#atReference;
    native[BASIS] = now - nowAtReference - (this.#atMid - this.#atReference);
    native[SLIPPAGE] = this.#atMid - this.#atPrice;
  }

  #stream(currency: string): CurrencyStream {
    if (currency === this.#settle.currency) return this.#settle;
    let stream = this.#others.find((other) => other.currency === currency);
    if (stream === undefined) {
      stream = new CurrencyStream(currency);
      this.#others.push(stream);
    }
    return stream;
  }
}

/** Exact components (1e-36 units) as money: the running sum is rounded, so that the parts still add up to the rounded total. */
export function roundComponents(sums: readonly bigint[]): PnlBreakdown {
  let exact = 0n;
  let rounded = 0n;
  return breakdown((index) => {
    exact += sums[index]!;
    const upTo = divideHalfEven(exact, ONE);
    const part = upTo - rounded;
    rounded = upTo;
    return part;
  });
}

function breakdown(part: (index: number) => Money): PnlBreakdown {
  const result: Record<PnlComponent, Money> & { total: Money } = {
    directional: 0n, basis: 0n, fundingPaid: 0n, fundingAccrued: 0n, slippage: 0n, fees: 0n, gas: 0n, borrow: 0n, fx: 0n, total: 0n,
  };
  PNL_COMPONENTS.forEach((component, index) => {
    const amount = part(index);
    result[component] = amount;
    result.total += amount;
  });
  return result;
}

