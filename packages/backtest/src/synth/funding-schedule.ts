import { MICROS_PER_HOUR } from '@arb/core';
import { exp, type RandomStream } from '@arb/core/internal';
import { FUNDING_STATUS } from '../catalog/chunks.ts';
import type { FundingBuffer } from './chunk-buffers.ts';
import type { FeedLatency } from './feed-latency.ts';
import { BYBIT_RATE_DECIMALS, bybitRate, HYPERLIQUID_RATE_DECIMALS, hyperliquidRate, premiumSample } from './funding-rules.ts';
import type { FundingModel } from './recipe.ts';

/** A forecast is published this often. */
const FORECAST_US = 60_000_000;

/** What a rule fixes: interval, sampling, scale and how late the settled rate is stamped. */
export interface FundingTerms {
  readonly intervalUs: number;
  readonly sampleUs: number;
  readonly rateDecimals: number;
  /** Median lateness of the settlement's stamp, ms: measured on both venues, never zero. */
  readonly stampMs: number;
}

/** The terms of each rule. */
export const FUNDING_TERMS: Readonly<Record<FundingModel['rule'], FundingTerms>> = {
  hyperliquid: { intervalUs: MICROS_PER_HOUR, sampleUs: 5_000_000, rateDecimals: HYPERLIQUID_RATE_DECIMALS, stampMs: 59 },
  bybit: { intervalUs: 8 * MICROS_PER_HOUR, sampleUs: 60_000_000, rateDecimals: BYBIT_RATE_DECIMALS, stampMs: 8 },
};

/** Gathers premium samples and publishes the forecast and the settled rate of one instrument, by its venue's own rule. */
export class FundingSchedule {
  /** The last settled rate as a fraction, 0.0001 = 0.01 %; the interest rate until there is one. */
  lastRate: number;
  readonly #model: FundingModel;
  readonly #terms: FundingTerms;
  readonly #random: RandomStream;
  #weightedSum = 0;
  #weights = 0;

  constructor(model: FundingModel, random: RandomStream) {
    this.#model = model;
    this.#terms = FUNDING_TERMS[model.rule];
    this.#random = random;
    this.lastRate = model.rule === 'bybit' ? 1e-4 : 1e-4 / 8;
  }

  /** Time to the next settlement as a share of the interval, in (0, 1]. */
  shareLeft(time: number): number {
    return 1 - time % this.#terms.intervalUs / this.#terms.intervalUs;
  }

  /**
   * Call at every multiple of the sampling time, in order: settles, samples, forecasts.
   *
   * @param impact impact prices and the reference price, in one unit
   */
  at(time: number, impact: { readonly bid: number; readonly ask: number; readonly reference: number }, out: { readonly funding: FundingBuffer; readonly latency: FeedLatency; readonly isOpen: boolean }): void {
    const { intervalUs, sampleUs } = this.#terms;
    if (time % sampleUs !== 0) return;
    const offset = time % intervalUs;
    let stamp = time;
    if (offset === 0 && this.#weights > 0) {
      stamp = time + Math.floor(this.#terms.stampMs * 1_000 * exp(0.8 * this.#random.normal()));
      const rate = this.#rate();
      this.lastRate = rate / (this.#model.rule === 'bybit' ? 1e8 : 1e10);
      if (out.isOpen) out.funding.add({ tsEvent: stamp, tsInit: out.latency.arrivalOf(stamp), rate, status: FUNDING_STATUS.settled, settlesAt: time });
      this.#weightedSum = 0;
      this.#weights = 0;
    }
    const weight = this.#model.rule === 'bybit' ? offset / sampleUs + 1 : 1;
    this.#weightedSum += weight * premiumSample(impact, impact.reference);
    this.#weights += weight;
    if (time % FORECAST_US === 0 && out.isOpen) {
      out.funding.add({ tsEvent: stamp, tsInit: out.latency.arrivalOf(stamp), rate: this.#rate(), status: FUNDING_STATUS.predicted, settlesAt: time - offset + intervalUs });
    }
  }

  #rate(): number {
    const rule = this.#model.rule === 'bybit' ? bybitRate : hyperliquidRate;
    return rule(this.#weightedSum, this.#weights, this.#model.cap);
  }
}
