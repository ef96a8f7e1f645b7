import { formatTime, type FundingConvention, type Instrument, type Money, type UnixMicros } from '@arb/core';
import { ArbError, divideHalfEven, POW10 } from '@arb/core/internal';

/** A price with its scale. */
export interface MarkedPrice { readonly mantissa: bigint; readonly decimals: number; readonly at: UnixMicros }

/** A settlement that has happened but whose rate is not known yet: position and price as they were at its boundary. */
interface Frozen { readonly settlesAt: UnixMicros; readonly lots: number; readonly price: MarkedPrice | undefined }

/** One payment to book. */
export interface Settlement {
  readonly instrument: Instrument;
  readonly convention: FundingConvention;
  readonly lots: number;
  readonly amount: Money;
  readonly rate: bigint;
  readonly rateDecimals: number;
  readonly price: bigint;
  readonly priceDecimals: number;
  readonly settlesAt: UnixMicros;
  /** Of a continuous index alone: its value at both ends of what is paid for, 1e-36 units. */
  readonly index?: { readonly from: bigint; readonly to: bigint };
}

/** A settled rate may be published this long after its boundary at most. */
const MAX_RATE_DELAY_MICROS = 900_000_000;
/** Prices that come before old ones are forgotten. */
const PRICES_BETWEEN_TRIMS = 1_024;
/** Boundaries remembered as paid. */
const MAX_REMEMBERED = 64;

/** Conventions that pay at boundaries. */
export type LumpConvention = Exclude<FundingConvention, 'continuous-index'>;

/**
 * Funding of one instrument that is paid at boundaries. At each boundary of the schedule, which follows the data, position and price are frozen: fills stamped before it count, the last
 * price at or before it counts. The payment is booked when the settled rate arrives, matched within half an interval and at most 15 minutes.
 */
export class FundingSettlement {
  readonly instrument: Instrument;
  readonly #convention: LumpConvention;
  #frozen: Frozen[] = [];
  readonly #settled = new Set<UnixMicros>();
  #next: UnixMicros = Infinity;
  #intervalMicros = 0;
  readonly #prices: MarkedPrice[] = [];                        // ascending; reaches back as far as a rate may be late

  constructor(instrument: Instrument, convention: LumpConvention) {
    this.instrument = instrument;
    this.#convention = convention;
  }

  /** Which price this venue's convention looks at. */
  get priceKind(): 'mark' | 'oracle' { return this.#convention === 'lump-at-mark' ? 'mark' : 'oracle'; }

  /** When the next boundary is; Infinity while no schedule is known. */
  nextAt(): UnixMicros { return this.#next; }

  /** The price funding is charged on has changed. */
  price(price: MarkedPrice): void {
    const prices = this.#prices;
    if (prices.at(-1)?.at === price.at) prices.pop();
    prices.push(price);
    if (prices.length % PRICES_BETWEEN_TRIMS === 0) prices.splice(0, prices.findLastIndex(({ at }) => at <= price.at - MAX_RATE_DELAY_MICROS));
  }

  /** A rate announces its boundary. Predicted ones move the schedule; settled ones too, for data without predictions. */
  schedule(settlesAt: UnixMicros, intervalMicros: number, now: UnixMicros): void {
    this.#intervalMicros = intervalMicros;
    if (settlesAt > now) this.#next = settlesAt;
    else if (this.#next === Infinity || this.#next <= now) this.#next = settlesAt + intervalMicros > now ? settlesAt + intervalMicros : Infinity;
  }

  /**
   * The boundary is reached: freezes position and price.
   *
   * @returns earlier boundaries at which something was held and whose rate never came
   */
  freeze(at: UnixMicros, lots: number): readonly UnixMicros[] {
    const missed: UnixMicros[] = [];
    while (this.#frozen.length > 0 && this.#frozen[0]!.settlesAt + 2 * MAX_RATE_DELAY_MICROS < at) {
      const { settlesAt, lots: held } = this.#frozen.shift()!;
      if (held !== 0) missed.push(settlesAt);
    }
    this.#frozen.push({ settlesAt: at, lots, price: this.#prices.at(-1) });
    this.#next = this.#intervalMicros > 0 ? at + this.#intervalMicros : Infinity;
    return missed;
  }

  /**
   * The settled rate of a boundary is known.
   *
   * @param now position at the boundary and the mark, for a boundary nothing had announced
   * @returns the payment; undefined where nothing was held
   * @throws ArbError `ARB_NO_FUNDING_PRICE` where something was held and no price is known: a payment is never skipped
   */
  settle(rate: { readonly rate: bigint; readonly rateDecimals: number; readonly settlesAt: UnixMicros; readonly intervalMicros: number }, now: { readonly lots: number; readonly mark: MarkedPrice | undefined }): Settlement | undefined {
    if (this.#settled.has(rate.settlesAt)) return undefined;
    const tolerance = Math.min(rate.intervalMicros / 2, MAX_RATE_DELAY_MICROS);
    const at = this.#frozen.findIndex(({ settlesAt }) => Math.abs(settlesAt - rate.settlesAt) < tolerance);
    const frozen = at < 0 ? { settlesAt: rate.settlesAt, lots: now.lots, price: this.#priceAt(rate.settlesAt) } : this.#frozen.splice(at, 1)[0]!;
    this.#remember(rate.settlesAt);
    if (frozen.lots === 0) return undefined;
    const price = frozen.price ?? now.mark;
    if (price === undefined) {
      throw new ArbError('ARB_NO_FUNDING_PRICE', `${this.instrument.id}: funding at ${formatTime(frozen.settlesAt)} needs a ${this.priceKind} price and the data has none; import ${this.priceKind} prices, or leave the instrument flat then`, {});
    }
    const value = this.instrument.valueAt(price.mantissa, price.decimals, frozen.lots);
    return {
      instrument: this.instrument, convention: this.#convention, lots: frozen.lots, amount: -divideHalfEven(value * rate.rate, POW10[rate.rateDecimals]!),
      rate: rate.rate, rateDecimals: rate.rateDecimals, price: price.mantissa, priceDecimals: price.decimals, settlesAt: frozen.settlesAt,
    };
  }

  /** The last price at or before a time; the first known where there is none. */
  #priceAt(time: UnixMicros): MarkedPrice | undefined { return this.#prices.findLast(({ at }) => at <= time) ?? this.#prices[0]; }

  /** A boundary is paid once, however often its rate is published. */
  #remember(settlesAt: UnixMicros): void {
    this.#settled.add(settlesAt);
    if (this.#settled.size > MAX_REMEMBERED) this.#settled.delete(this.#settled.values().next().value!);
  }
}
