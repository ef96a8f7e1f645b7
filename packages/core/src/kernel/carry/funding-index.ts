import { divideHalfEven, POW10 } from '../math/money.ts';
import type { ScaledPrice } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';

/** Decimals of a cumulative funding index: finer than money by the largest position anybody holds. */
export const INDEX_DECIMALS = 36;

/** The rate in force from a time on, as a venue with a continuous index states it. */
export interface RateSample {
  /** Rate of one interval: `rate / 10^rateDecimals`; longs pay it where positive. */
  readonly rate: bigint;
  readonly rateDecimals: number;
  readonly intervalMicros: number;
  /** The venue's own index at this time, where the data carries it: it replaces what was accrued. */
  readonly index?: ScaledPrice | undefined;
}

/** So many samples in a row, each within the longest pause of the one before, show a venue's own ticks; fewer may be two records of one moment. */
const TICKS_TO_TELL = 10;

/** How an instrument's index moves. */
export interface FundingIndexTerms {
  /** Inverse contracts accrue in their coin: rate ÷ price, not rate × price. */
  readonly isInverse: boolean;
  /** Longest pause between two samples, µs, that still accrues; Infinity where the venue states none. */
  readonly maxPauseMicros: number;
}

/**
 * Cumulative funding of one contract of multiplier 1 that was held long all along, in the settlement currency and 1e-36 units: what a position of signed size q pays
 * between two times is `q · multiplier · (index then − index before)`. It counts from 0 at the start of the data; the venue's own is {@link FundingIndex.offset} more.
 *
 * Between two inputs it grows by `rate × price × elapsed / interval` (inverse: `rate / price × …`), rate and price being the last known; each such piece is
 * rounded once, half to even. Ten samples in a row that are closer than the longest pause show the venue's own ticks, and then a longer pause is the venue's:
 * nothing accrues in it and nothing is made up for. Samples further apart than that are a sparse recording, and each holds until the next.
 */
export class FundingIndex {
  readonly #terms: FundingIndexTerms;
  #sample: RateSample | undefined;
  #sampledAt: UnixMicros = -Infinity;
  #sampledIndex = 0n;
  #closeSamples = 0;
  #offset: bigint | undefined;
  #price: ScaledPrice | undefined;
  #value = 0n;                                                   // at #since, with all pieces before it
  #since: UnixMicros = -Infinity;
  #rateTime = 0n;                                                // Σ rate · µs at 18 decimals, at #sampledAt

  constructor(terms: FundingIndexTerms) { this.#terms = terms; }

  /** What the venue's own index is above this one; 0 until the data has told. */
  get offset(): bigint { return this.#offset ?? 0n; }
  /** The price in force. */
  get lastPrice(): ScaledPrice | undefined { return this.#price; }
  /** True where a rate is in force and nothing says what it is charged on: neither a price nor an index of the venue. */
  get lacksPrice(): boolean { return this.#sample !== undefined && this.#price === undefined && this.#sample.index === undefined; }

  /** The price funding is charged on has changed. */
  price(price: ScaledPrice, at: UnixMicros): void {
    if (!this.#isPausedAt(at)) {
      this.#value = this.#accruedTo(at);
      this.#since = at;
    }
    this.#price = price;
  }

  /** A rate is in force from now on. @returns the pause it ends where that was too long to accrue, else undefined */
  rate(sample: RateSample, at: UnixMicros): { readonly from: UnixMicros; readonly to: UnixMicros } | undefined {
    const pause = this.#isPausedAt(at) ? { from: this.#sampledAt, to: at } : undefined;
    this.#value = this.#valueBy(sample, at);
    this.#rateTime = this.rateTimeAt(at);
    if (at - this.#sampledAt > this.#terms.maxPauseMicros) this.#closeSamples = 0;
    else if (at > this.#sampledAt) this.#closeSamples++;
    this.#sample = sample;
    this.#sampledAt = this.#since = at;
    this.#sampledIndex = this.#value;
    return pause;
  }

  /** The index at a time not before the last input. Reading changes nothing. */
  at(time: UnixMicros): bigint { return this.#isPausedAt(time) ? this.#sampledIndex : this.#accruedTo(time); }

  /** Σ rate × elapsed µs at 18 decimals; the difference of two times over their distance is the mean rate of one interval between them. */
  rateTimeAt(time: UnixMicros): bigint {
    if (this.#sample === undefined || this.#isPausedAt(time)) return this.#rateTime;
    return this.#rateTime + this.#sample.rate * POW10[18 - this.#sample.rateDecimals]! * BigInt(time - this.#sampledAt);
  }

  /** True where the venue's ticks have stopped for longer than it accrues. */
  #isPausedAt(time: UnixMicros): boolean { return this.#closeSamples >= TICKS_TO_TELL && time - this.#sampledAt > this.#terms.maxPauseMicros; }

  /** The first index that the venue tells says where ours stands in it; from then on it rules. */
  #valueBy({ index }: RateSample, at: UnixMicros): bigint {
    if (index === undefined) return this.at(at);
    const published = index.mantissa * POW10[INDEX_DECIMALS - index.decimals]!;
    this.#offset ??= published - this.at(at);
    return published - this.#offset;
  }

  #accruedTo(time: UnixMicros): bigint {
    if (this.#sample === undefined || this.#price === undefined || time === this.#since) return this.#value;
    const { rate, rateDecimals, intervalMicros } = this.#sample;
    const { mantissa, decimals } = this.#price;
    const scaled = rate * BigInt(time - this.#since) * POW10[INDEX_DECIMALS]!;
    const whole = BigInt(intervalMicros) * POW10[rateDecimals]!;
    return this.#value + (this.#terms.isInverse ? divideHalfEven(scaled * POW10[decimals]!, whole * mantissa) : divideHalfEven(scaled * mantissa, whole * POW10[decimals]!));
  }
}
