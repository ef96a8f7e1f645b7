import type { Money } from '../math/money.ts';

/**
 * The parts of profit, costs negative: `directional` with the pair's reference price, `basis` against it, funding paid and accrued, `slippage` against the mid
 * when the order was sent, `fees`, `gas`, `borrow`, and `fx`, the revaluation of what is held in other currencies.
 */
export const PNL_COMPONENTS = ['directional', 'basis', 'fundingPaid', 'fundingAccrued', 'slippage', 'fees', 'gas', 'borrow', 'fx'] as const;

/** One part of profit. */
export type PnlComponent = typeof PNL_COMPONENTS[number];

/** What a stream is made of: the parts of profit, and money moved in or out, which is none. */
export type StreamComponent = PnlComponent | 'transfers';

const COMPONENT_COUNT = PNL_COMPONENTS.length + 1;
const INDEX: Readonly<Record<StreamComponent, number>> = {
  directional: 0, basis: 1, fundingPaid: 2, fundingAccrued: 3, slippage: 4, fees: 5, gas: 6, borrow: 7, fx: 8, transfers: 9,
};
const FX = INDEX.fx;
const ACCRUED = INDEX.fundingAccrued;

/** Position of a component in the vectors of this module. */
export function componentIndex(component: StreamComponent): number { return INDEX[component]; }

/** Zero for every component. */
export function zeroComponents(): bigint[] { return new Array<bigint>(COMPONENT_COUNT).fill(0n); }

/**
 * All profit made in one currency, by component, and its worth in the reporting currency.
 *
 * Every change is converted at the rate of its entry; what was there before is revalued when the rate moves, and that is `fx`. With amounts in 1e-18 and rates
 * in 1e-18 every product is an exact integer in 1e-36 units, so the sum of the components is the amount held times the rate now: nothing is rounded and
 * nothing is plugged. Memory is constant however many entries there are.
 *
 * Funding that has accrued is a claim, not an entry: it is worth its amount at the rate now, so that nothing is left of it once it has been paid.
 */
export class CurrencyStream {
  readonly currency: string;
  /** Amounts so far in the currency itself, 1e-18 units, in the order of {@link PNL_COMPONENTS} and `transfers`. */
  readonly native: Money[] = zeroComponents();
  readonly #converted: bigint[] = zeroComponents();
  readonly #sampled: Money[] = zeroComponents();
  #sampledTotal: Money = 0n;
  #rate: Money | undefined;

  constructor(currency: string) {
    this.currency = currency;
  }

  add(component: StreamComponent, amount: Money): void { this.native[INDEX[component]]! += amount; }

  /** {@link add} of an entry that has a rate of its own: it is converted at that, and what it is worth more or less at the rate of the last sample is `fx`. */
  addAt(component: StreamComponent, amount: Money, rate: Money): void {
    if (this.#rate === undefined) this.sample(rate);
    const index = INDEX[component];
    this.native[index]! += amount;
    this.#sampled[index]! += amount;
    this.#sampledTotal += amount;
    this.#converted[index]! += amount * rate;
    this.#converted[FX]! += amount * (this.#rate! - rate);
  }

  /** Converts what has come since the last sample at this rate, and revalues what was there. */
  sample(rate: Money): void {
    const revaluation = this.#rate === undefined ? 0n : (this.#sampledTotal - this.#sampled[ACCRUED]!) * (rate - this.#rate);
    let total = 0n;
    for (let index = 0; index < COMPONENT_COUNT; index++) {
      const amount = this.native[index]!;
      if (amount !== this.#sampled[index]) {
        this.#converted[index]! += (amount - this.#sampled[index]!) * rate;
        this.#sampled[index] = amount;
      }
      total += amount;
    }
    this.#converted[FX]! += revaluation;
    this.#converted[ACCRUED] = this.native[ACCRUED]! * rate;
    this.#sampledTotal = total;
    this.#rate = rate;
  }

  /** Adds the worth of every component at this rate to `sums`, in 1e-36 units, and changes nothing else. */
  addTo(sums: bigint[], rate: Money): void {
    for (let index = 0; index < COMPONENT_COUNT; index++) sums[index]! += this.#converted[index]! + (this.native[index]! - this.#sampled[index]!) * rate;
    if (this.#rate === undefined) return;
    const moved = rate - this.#rate;
    sums[FX]! += (this.#sampledTotal - this.#sampled[ACCRUED]!) * moved;
    sums[ACCRUED]! += this.#sampled[ACCRUED]! * moved;
  }
}
