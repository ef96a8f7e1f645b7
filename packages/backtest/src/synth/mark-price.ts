import { exp } from '@arb/core/internal';
import type { FundingModel } from './recipe.ts';

/** Averaging time of the basis in Hyperliquid's mark, seconds. */
const HYPERLIQUID_EMA_SECONDS = 150;
/** Bybit averages the basis over five minutes. */
const BYBIT_WINDOW_SECONDS = 300;

/** What a mark price is made of, in quote currency. */
export interface MarkInputs {
  /** Index or oracle price. */
  readonly reference: number;
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
  /** Mid on the other venues. */
  readonly peerMid: number;
  /** Last settled rate and the share of the interval still to run. */
  readonly fundingRate: number;
  readonly shareLeft: number;
}

const median = (a: number, b: number, c: number): number => (a > b ? (b > c ? b : a > c ? c : a) : a > c ? a : b > c ? c : b);

/**
 * The mark price of a venue. Hyperliquid: median of oracle + 150 s average of (mid − oracle), median of bid, ask and last, and the other venues' price.
 * Bybit: median of index × (1 + last rate × share of the interval left), index + 5 min average of (mid − index), and the last price.
 */
export class MarkPrice {
  readonly #rule: FundingModel['rule'];
  readonly #alpha: number;
  readonly #window: Float64Array;
  #filled = 0;
  #next = 0;
  #average = 0;

  /** @param everySeconds how often {@link next} is called */
  constructor(rule: FundingModel['rule'], everySeconds: number) {
    this.#rule = rule;
    this.#alpha = 1 - exp(-everySeconds / HYPERLIQUID_EMA_SECONDS);
    this.#window = new Float64Array(Math.max(1, Math.floor(BYBIT_WINDOW_SECONDS / everySeconds)));
  }

  next(inputs: MarkInputs): number {
    const { reference, bid, ask, last } = inputs;
    const basis = (bid + ask) / 2 - reference;
    if (this.#rule === 'hyperliquid') {
      this.#average = this.#filled === 0 ? basis : this.#average + this.#alpha * (basis - this.#average);
      this.#filled = 1;
      return median(reference + this.#average, median(bid, ask, last), inputs.peerMid);
    }
    this.#window[this.#next] = basis;
    this.#next = (this.#next + 1) % this.#window.length;
    if (this.#filled < this.#window.length) this.#filled++;
    let sum = 0;
    for (let index = 0; index < this.#filled; index++) sum += this.#window[index]!;
    return median(reference * (1 + inputs.fundingRate * inputs.shareLeft), reference + sum / this.#filled, last);
  }
}
