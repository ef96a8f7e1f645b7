import { ArbError } from '../errors.ts';
import { Decimal, type DecimalInput } from '../math/decimal.ts';
import { divideHalfEven, type Money, POW10, POW10_NUMBER } from '../math/money.ts';
import { type InstrumentId, instrumentId, symbolOf, type VenueId, venueOf } from './ids.ts';
import { parseTime, type UnixMicros } from './time.ts';

/** What is traded. */
export type InstrumentKind = 'spot' | 'perpetual' | 'future';

/** Which way a price or quantity moves onto its grid. */
export type RoundingMode = 'down' | 'up' | 'nearest';

/** An instrument as it is written in a catalog or a config: decimal strings, no behaviour. */
export interface InstrumentSpec {
  readonly id: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  /** Currency in which profit, fees and funding are paid; the base for inverse contracts. */
  readonly settle: string;
  /** True where a contract is worth a fixed amount of quote and settles in the base (Binance COIN-M, Bybit inverse). */
  readonly isInverse?: boolean;
  /** Smallest price step: `0.1`. With `significantFigures` the finest step of the grid. */
  readonly priceIncrement: string;
  /** Smallest quantity step in contracts or base units: `0.001`. */
  readonly sizeIncrement: string;
  /** Base units (linear) or quote units (inverse) per unit of quantity; 1 unless stated. */
  readonly multiplier?: string;
  readonly minSize?: string;
  readonly maxSize?: string;
  /** Smallest order value in quote currency. */
  readonly minNotional?: string;
  /** Hyperliquid's grid: at most this many significant figures unless the price is an integer. */
  readonly significantFigures?: number;
  /** Delivery of a dated future, ISO 8601. */
  readonly expiry?: string;
}

const MAX_TICK = 0x7fff_ffff;

interface Grid { readonly increment: Decimal; readonly mantissa: number; readonly decimals: number }

function readGrid(text: string, what: string, id: string): Grid {
  let increment: Decimal;
  try { increment = new Decimal(text); } catch { increment = new Decimal(0); }
  const decimals = increment.decimalPlaces();
  const mantissa = increment.times(POW10_NUMBER[Math.min(decimals, 22)]!).toNumber();
  if (!increment.gt(0) || decimals > 18 || !Number.isSafeInteger(mantissa)) {
    throw new ArbError('ARB_BAD_INSTRUMENT', `${id}: ${what} is "${text}"; write a positive decimal such as 0.1`, { id, [what]: text });
  }
  return { increment, mantissa, decimals };
}

/**
 * A tradable contract and its grids. Prices are integer **ticks** and quantities integer **lots** on the hot path; the methods here convert exactly or throw.
 *
 * See docs/concepts/numbers.md.
 */
export class Instrument {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  readonly symbol: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly isInverse: boolean;
  readonly priceIncrement: Decimal;
  readonly sizeIncrement: Decimal;
  readonly multiplier: Decimal;
  readonly significantFigures: number | undefined;
  readonly expiry: UnixMicros | undefined;
  /** Smallest and largest order in lots, and smallest order value in quote currency; 0 and Infinity where the venue has none. */
  readonly minLots: number;
  readonly maxLots: number;
  readonly minNotional: Decimal;
  readonly spec: InstrumentSpec;
  readonly #price: Grid;
  readonly #size: Grid;
  /** Linear: money per tick and lot. Inverse: money × price mantissa per lot. */
  readonly #unit: Money;
  /** Half of it where that is a whole number: mids are given doubled. */
  readonly #halfUnit: Money | undefined;

  /** @throws ArbError `ARB_BAD_INSTRUMENT` or `ARB_BAD_INSTRUMENT_ID` naming the field, what was received and what is allowed */
  constructor(spec: InstrumentSpec) {
    this.spec = spec;
    this.id = instrumentId(spec.id);
    this.venue = venueOf(this.id);
    this.symbol = symbolOf(this.id);
    this.kind = spec.kind;
    this.base = spec.base;
    this.quote = spec.quote;
    this.settle = spec.settle;
    this.isInverse = spec.isInverse ?? false;
    this.#price = readGrid(spec.priceIncrement, 'priceIncrement', spec.id);
    this.#size = readGrid(spec.sizeIncrement, 'sizeIncrement', spec.id);
    const multiplier = readGrid(spec.multiplier ?? '1', 'multiplier', spec.id);
    this.priceIncrement = this.#price.increment;
    this.sizeIncrement = this.#size.increment;
    this.multiplier = multiplier.increment;
    this.significantFigures = spec.significantFigures;
    this.expiry = spec.expiry === undefined ? undefined : parseTime(spec.expiry);
    this.#unit = this.#unitValue(multiplier);
    this.#halfUnit = this.#unit % 2n === 0n ? this.#unit / 2n : undefined;
    this.minLots = spec.minSize === undefined ? 1 : this.toLots(spec.minSize);
    this.maxLots = spec.maxSize === undefined ? Number.MAX_SAFE_INTEGER : this.toLots(spec.maxSize);
    this.minNotional = new Decimal(spec.minNotional ?? 0);
  }

  #unitValue(multiplier: Grid): Money {
    const size = BigInt(this.#size.mantissa) * BigInt(multiplier.mantissa);
    const sizeDecimals = this.#size.decimals + multiplier.decimals;
    const price = BigInt(this.#price.mantissa);
    const decimals = this.isInverse ? 18 + this.#price.decimals - sizeDecimals : 18 - this.#price.decimals - sizeDecimals;
    if (decimals < 0 || (this.isInverse && this.settle !== this.base)) {
      throw new ArbError('ARB_BAD_INSTRUMENT', this.isInverse && this.settle !== this.base
        ? `${this.id}: an inverse contract settles in its base ${this.base}, not in ${this.settle}`
        : `${this.id}: price, size and multiplier have more than 18 decimals together`, { id: this.id });
    }
    if (!this.isInverse) return size * price * POW10[decimals]!;
    return size * POW10[decimals]!;
  }

  /** The price step as a number, for signals. */
  get tickSize(): number { return this.tickToNumber(1); }
  /** The quantity step as a number, for signals. */
  get lotSize(): number { return this.lotsToNumber(1); }
  /** One tick is `priceMantissa / 10^priceDecimals`. */
  get priceMantissa(): bigint { return BigInt(this.#price.mantissa); }
  /** Decimals of a price. */
  get priceDecimals(): number { return this.#price.decimals; }
  /** Decimals of a quantity. */
  get sizeDecimals(): number { return this.#size.decimals; }

  /** A price as the double nearest to its decimal value. */
  tickToNumber(tick: number): number { return tick * this.#price.mantissa / POW10_NUMBER[this.#price.decimals]!; }
  /** A price as a Decimal, exactly. */
  tickToDecimal(tick: number): Decimal { return this.priceIncrement.times(tick); }
  /** A quantity as the double nearest to its decimal value. */
  lotsToNumber(lots: number): number { return lots * this.#size.mantissa / POW10_NUMBER[this.#size.decimals]!; }
  /** A quantity as a Decimal, exactly. */
  lotsToDecimal(lots: number): Decimal { return this.sizeIncrement.times(lots); }

  /**
   * A price in ticks.
   * @param key what the caller calls the price, for the message
   * @throws ArbError `ARB_OFF_GRID` naming the value and the two nearest prices, or the largest price where it is beyond 2^31 ticks
   */
  toTick(price: DecimalInput, key = 'price'): number {
    const tick = this.#onGrid(price, this.#price);
    if (tick !== undefined && (tick > MAX_TICK || tick < -MAX_TICK)) {
      throw new ArbError('ARB_OFF_GRID', `${this.id}: ${key} ${String(price)} is beyond ${this.tickToDecimal(MAX_TICK).toFixed()}, the largest that a step of ${this.priceIncrement.toFixed()} reaches; check the price or use a coarser step`, { id: this.id, price: String(price) });
    }
    if (tick === undefined || !this.isPriceTick(tick)) return this.#offGrid('price', price, key);
    return tick;
  }

  /**
   * A quantity in lots; negative where the value is.
   * @throws ArbError `ARB_OFF_GRID` naming the value and the two nearest quantities
   */
  toLots(quantity: DecimalInput): number {
    const lots = this.#onGrid(quantity, this.#size);
    return lots ?? this.#offGrid('quantity', quantity);
  }

  /** True where the significant-figure rule of the venue, if it has one, allows this price. */
  isPriceTick(tick: number): boolean {
    return this.significantFigures === undefined || tick % this.#coarseStep(tick) === 0;
  }

  /** The nearest allowed price in the direction given; `down` is towards zero. Takes any finite number: this is where signals become prices. */
  roundPrice(price: DecimalInput, mode: RoundingMode = 'nearest'): Decimal {
    return this.tickToDecimal(this.roundToTick(price, mode));
  }

  /** {@link roundPrice} in ticks. */
  roundToTick(price: DecimalInput, mode: RoundingMode = 'nearest'): number {
    const tick = this.#round(price, this.#price, mode);
    if (this.significantFigures === undefined) return tick;
    const step = this.#coarseStep(tick);
    const ratio = tick / step;
    return step * (mode === 'down' ? Math.floor(ratio) : mode === 'up' ? Math.ceil(ratio) : Math.round(ratio));
  }

  /** The nearest allowed quantity in the direction given; `down` is towards zero. */
  roundQuantity(quantity: DecimalInput, mode: RoundingMode = 'down'): Decimal {
    return this.lotsToDecimal(this.roundToLots(quantity, mode));
  }

  /** {@link roundQuantity} in lots. */
  roundToLots(quantity: DecimalInput, mode: RoundingMode = 'down'): number {
    return this.#round(quantity, this.#size, mode);
  }

  /**
   * What `lots` at `tick` are worth in the settlement currency (for spot and linear contracts the quote, for inverse ones the base), in 1e-18 units.
   * Exact for linear contracts, rounded once half to even for inverse ones.
   */
  valueOf(tick: number, lots: number): Money {
    if (this.isInverse) return tick === 0 ? 0n : divideHalfEven(this.#unit * BigInt(lots), BigInt(tick) * BigInt(this.#price.mantissa));
    const product = tick * lots;
    return this.#unit * (Number.isSafeInteger(product) ? BigInt(product) : BigInt(tick) * BigInt(lots));
  }

  /** {@link Instrument.valueOf} at a mid price given as best bid plus best ask in ticks, so at `mid2 / 2`. Rounded once half to even. */
  valueAtMid(mid2: number, lots: number): Money {
    if (this.isInverse) return this.valueOf(mid2, 2 * lots);
    const product = mid2 * lots;
    if (this.#halfUnit === undefined || !Number.isSafeInteger(product)) return divideHalfEven(this.valueOf(mid2, lots), 2n);
    return this.#halfUnit * BigInt(product);
  }

  /**
   * The value of a position at a price that is not on the grid (mark, index, oracle).
   * @param price mantissa of the price
   * @param decimals its scale: the price is `price / 10^decimals`
   */
  valueAt(price: bigint, decimals: number, lots: number): Money {
    const ticks = POW10[decimals]! * BigInt(this.#price.mantissa);
    const scaled = price * POW10[this.#price.decimals]!;              // price in ticks = scaled / ticks
    if (this.isInverse) return scaled === 0n ? 0n : divideHalfEven(this.#unit * BigInt(lots) * POW10[decimals]!, scaled);
    return divideHalfEven(this.#unit * BigInt(lots) * scaled, ticks);
  }

  /** Order value in the quote currency as a number, for limits stated in quote currency. */
  quoteNotional(tick: number, lots: number): number {
    const quantity = this.lotsToNumber(lots) * this.multiplier.toNumber();
    return this.isInverse ? quantity : quantity * this.tickToNumber(tick);
  }

  #coarseStep(tick: number): number {
    const figures = this.significantFigures!;
    const onePrice = POW10_NUMBER[this.#price.decimals]! / this.#price.mantissa;       // ticks in 1.0
    let step = 1;
    for (let magnitude = Math.abs(tick); magnitude >= POW10_NUMBER[figures]! && step < onePrice; magnitude /= 10) step *= 10;
    return Math.max(1, Math.min(step, onePrice));
  }

  #onGrid(value: DecimalInput, grid: Grid): number | undefined {
    if (typeof value === 'number') {
      const units = Math.round(value * POW10_NUMBER[grid.decimals]! / grid.mantissa);
      return units * grid.mantissa / POW10_NUMBER[grid.decimals]! === value && Number.isSafeInteger(units) ? units : undefined;
    }
    let units: Decimal;
    try { units = new Decimal(value).div(grid.increment); } catch { return undefined; }
    return units.isInteger() && units.abs().lte(Number.MAX_SAFE_INTEGER) ? units.toNumber() : undefined;
  }

  #round(value: DecimalInput, grid: Grid, mode: RoundingMode): number {
    const exact = new Decimal(value);
    if (!exact.isFinite()) throw new ArbError('ARB_OFF_GRID', `${this.id}: cannot round ${String(value)}; it is not a finite number`, { id: this.id });
    // A signal such as 100.1 * (1 - 0.0003) carries float noise: 14 significant digits decide, the rest is noise.
    const clean = typeof value === 'number' ? exact.toSignificantDigits(14) : exact;
    const direction = mode === 'down' ? Decimal.ROUND_DOWN : mode === 'up' ? Decimal.ROUND_UP : Decimal.ROUND_HALF_EVEN;
    return clean.div(grid.increment).toDecimalPlaces(0, direction).toNumber();
  }

  #offGrid(what: 'price' | 'quantity', value: DecimalInput, key: string = what): never {
    let hint = 'it is not a number';
    try {
      const round = (mode: RoundingMode): string => (what === 'price' ? this.roundPrice(value, mode) : this.roundQuantity(value, mode)).toFixed();
      const [below, above] = [round('down'), round('up')];
      const method = `instrument.${what === 'price' ? 'roundPrice' : 'roundQuantity'}`;
      // rounding takes a number for what its first 14 digits say: both directions meet where the rest is the noise of floating point
      hint = below === above ? `it is a floating-point result of what should be ${below}; write it as text: "${below}", add with Decimal, or use ${method}` : `the nearest allowed are ${below} and ${above}; use ${method}`;
    } catch { /* the value is no number at all: the first hint says so */ }
    throw new ArbError('ARB_OFF_GRID', `${this.id}: ${key} ${String(value)} is not on the grid (step ${(what === 'price' ? this.priceIncrement : this.sizeIncrement).toFixed()}): ${hint}`, { id: this.id, [what]: String(value) });
  }
}
