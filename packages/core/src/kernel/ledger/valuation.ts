import { ArbError } from '../errors.ts';
import { divideHalfEven, type Money, MONEY_DECIMALS, ONE, POW10 } from '../math/money.ts';
import type { InstrumentId, StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import { NO_PRICE, type ScaledPrice } from '../model/order.ts';
import { positionValue, positionValueAt, positionValueAtMid } from './position-value.ts';

/** Prices asked for when something is valued, never on the path of market data. */
export interface PriceSource {
  /** Best bid plus best ask in ticks, so twice the mid; {@link NO_PRICE} without a two-sided market. */
  mid2(instrument: Instrument): number;
  /** Reference price of the pair the strategy holds this instrument in; splits its profit into direction and basis. */
  reference(strategyId: StrategyId, instrument: Instrument): ScaledPrice | undefined;
}

/** Currencies worth one unit of the reporting currency unless a rate says otherwise. */
export const PEGGED_CURRENCIES: readonly string[] = ['USD', 'USDT', 'USDC'];

interface Marks {
  readonly instrument: Instrument;
  mantissa: bigint;
  decimals: number;
  hasMark: boolean;
  lastTick: number;
}

/**
 * What things are worth now. A position is valued at its mark; without one at the mid; without a market at the last fill.
 *
 * A currency is worth the rate set for it; else 1 where it is pegged; else the price of the first known instrument that has a price, has it as base and is
 * quoted in a pegged currency. Rates are in 1e-18 units of the reporting currency.
 */
export class Valuation {
  readonly #marks = new Map<InstrumentId, Marks>();
  readonly #rates = new Map<string, Money>();
  readonly #coinMarks = new Map<string, Marks[]>();
  readonly #source: PriceSource | undefined;
  #ratesVersion = 0;

  constructor(source?: PriceSource) {
    this.#source = source;
  }

  /** Sets the mark of an instrument to `mantissa / 10^decimals`. Cheap: two stores. */
  setMark(instrument: Instrument, mantissa: bigint, decimals: number): void {
    const marks = this.#marks.get(instrument.id) ?? this.#add(instrument);
    marks.mantissa = mantissa;
    marks.decimals = decimals;
    marks.hasMark = true;
  }

  /** Makes an instrument known, so that its price can say what its base coin is worth. */
  addInstrument(instrument: Instrument): void { if (!this.#marks.has(instrument.id)) this.#add(instrument); }

  /** Remembers the price of a fill: what a position is valued at while there is neither mark nor market. */
  traded(instrument: Instrument, tick: number): void {
    (this.#marks.get(instrument.id) ?? this.#add(instrument)).lastTick = tick;
  }

  /**
   * Sets what one unit of a currency is worth in the reporting currency: `mantissa / 10^decimals`.
   * @throws ArbError `ARB_BAD_RATE` for a rate that is not positive or has more than 18 decimals
   */
  setRate(currency: string, mantissa: bigint, decimals: number): void {
    if (mantissa <= 0n || decimals < 0 || decimals > MONEY_DECIMALS) {
      throw new ArbError('ARB_BAD_RATE', `rate of ${currency} is ${mantissa}e-${decimals}; give a positive mantissa and 0 to ${MONEY_DECIMALS} decimals`, { currency });
    }
    this.#rates.set(currency, mantissa * POW10[MONEY_DECIMALS - decimals]!);
    this.#ratesVersion++;
  }

  /** Rises with every {@link Valuation.setRate}: what was worked out from rates is still good while it stays. */
  get ratesVersion(): number { return this.#ratesVersion; }

  /** True for a currency whose rate only ever changes by {@link Valuation.setRate}, so not with the market. */
  isPegged(currency: string): boolean { return PEGGED_CURRENCIES.includes(currency); }

  /** Worth of one unit of the currency in the reporting currency, in 1e-18 units; undefined while nothing says so. */
  rate(currency: string): Money | undefined {
    const set = this.#rates.get(currency);
    if (set !== undefined) return set;
    if (this.isPegged(currency)) return ONE;
    for (const marks of this.#coinMarks.get(currency) ?? []) {
      const price = this.#unitPrice(marks);
      if (price !== undefined) return price;
    }
    return undefined;
  }

  /**
   * What one unit of an instrument's settlement currency was worth at a price of that instrument: the price of an inverse contract says so itself, and at the stamp
   * of a settlement it is newer than any mark heard here. Undefined where it does not: then {@link Valuation.rate} holds.
   */
  rateAtPrice({ isInverse, settle, base, quote }: Instrument, price: bigint, decimals: number): Money | undefined {
    if (!isInverse || settle !== base || price <= 0n || decimals > MONEY_DECIMALS || this.#rates.has(settle) || !this.isPegged(quote) || this.#rates.has(quote)) return undefined;
    return price * POW10[MONEY_DECIMALS - decimals]!;
  }

  /**
   * {@link Valuation.rate}, where it must be known.
   * @throws ArbError `ARB_NO_RATE` naming the currency and the ways to give it a rate
   */
  requireRate(currency: string): Money {
    const rate = this.rate(currency);
    if (rate !== undefined) return rate;
    const known = (this.#coinMarks.get(currency) ?? []).map(({ instrument }) => instrument.id);
    const wayOut = known.length > 0 ? `no price of ${known.slice(0, 3).join(', ')} has arrived: subscribe to one of them` : `add prices of a ${currency}-USD instrument to the data`;
    throw new ArbError('ARB_NO_RATE', `no rate of ${currency} in the reporting currency; ${wayOut}, or hold no ${currency}`, { currency });
  }

  /** Worth of signed lots now, in the settlement currency; see {@link positionValue}. Zero lots need no price. */
  value(instrument: Instrument, lots: number): Money {
    if (lots === 0) return 0n;
    const marks = this.#marks.get(instrument.id);
    if (marks?.hasMark === true) return positionValueAt(instrument, marks.mantissa, marks.decimals, lots);
    const mid2 = this.#source?.mid2(instrument) ?? NO_PRICE;
    if (mid2 !== NO_PRICE) return positionValueAtMid(instrument, mid2, lots);
    if (marks !== undefined && marks.lastTick !== NO_PRICE) return positionValue(instrument, marks.lastTick, lots);
    throw new ArbError('ARB_NO_PRICE', `${instrument.id}: no mark, no market and no fill to value ${lots} lots at; add mark prices or a book to the data`, { id: instrument.id });
  }

  /** True where {@link Valuation.value} has a price. */
  hasPrice(instrument: Instrument): boolean {
    const marks = this.#marks.get(instrument.id);
    return (marks !== undefined && (marks.hasMark || marks.lastTick !== NO_PRICE)) || (this.#source?.mid2(instrument) ?? NO_PRICE) !== NO_PRICE;
  }

  /** Worth of signed lots at the strategy's reference price now; at their own value where there is no reference. */
  referenceValue(strategyId: StrategyId, instrument: Instrument, lots: number): Money {
    if (lots === 0) return 0n;
    const reference = this.#source?.reference(strategyId, instrument);
    return reference === undefined ? this.value(instrument, lots) : positionValueAt(instrument, reference.mantissa, reference.decimals, lots);
  }

  /** Price an instrument is valued at, as a number for limits and displays; undefined without mark, market and fill. */
  priceNumber(instrument: Instrument): number | undefined {
    const marks = this.#marks.get(instrument.id);
    if (marks?.hasMark === true) return Number(marks.mantissa) / Number(POW10[marks.decimals]);
    const mid2 = this.#source?.mid2(instrument) ?? NO_PRICE;
    if (mid2 !== NO_PRICE) return instrument.tickToNumber(mid2) / 2;
    return marks === undefined || marks.lastTick === NO_PRICE ? undefined : instrument.tickToNumber(marks.lastTick);
  }

  #add(instrument: Instrument): Marks {
    const marks: Marks = { instrument, mantissa: 0n, decimals: 0, hasMark: false, lastTick: NO_PRICE };
    this.#marks.set(instrument.id, marks);
    if (this.isPegged(instrument.quote)) this.#coinMarks.set(instrument.base, [...this.#coinMarks.get(instrument.base) ?? [], marks]);
    return marks;
  }

  #unitPrice(marks: Marks): Money | undefined {
    const quote = this.rate(marks.instrument.quote)!;                    // pegged, see #add
    const times = (mantissa: bigint, scale: bigint): Money => divideHalfEven(mantissa * quote, scale);
    if (marks.hasMark) return times(marks.mantissa, POW10[marks.decimals]!);
    const { priceIncrement, priceDecimals } = marks.instrument;
    const step = BigInt(priceIncrement.times(POW10[priceDecimals]!.toString()).toFixed());
    const mid2 = this.#source?.mid2(marks.instrument) ?? NO_PRICE;
    if (mid2 !== NO_PRICE) return times(BigInt(mid2) * step, 2n * POW10[priceDecimals]!);
    return marks.lastTick === NO_PRICE ? undefined : times(BigInt(marks.lastTick) * step, POW10[priceDecimals]!);
  }
}
