import { ArbError, type InstrumentSpec, POW10_NUMBER } from '@arb/core';
import { PageFault } from './parquet/page-fault.ts';
import type { Converter } from './parquet/column-decoder.ts';
import { formatScaled, parseScaled } from './decimal-text.ts';

/**
 * A grid of prices or sizes: steps of `mantissa` × 10^-`scale`. Turns file integers and decimal text into whole steps (ticks, lots) and back, exactly or not at all.
 */
export class StepGrid {
  /** `price` or `size`, for messages. */
  readonly what: string;
  readonly mantissa: number;
  readonly scale: number;
  readonly #instrumentId: string;

  constructor(what: 'price' | 'size', increment: string, instrumentId: string) {
    const step = parseScaled(increment);
    this.what = what;
    this.mantissa = Number(step.mantissa);
    this.scale = step.scale;
    this.#instrumentId = instrumentId;
    if (!(this.mantissa > 0) || !Number.isSafeInteger(this.mantissa)) {
      throw new ArbError('ARB_BAD_INSTRUMENT', `${instrumentId}: ${what} increment is "${increment}"; write a positive decimal such as 0.1`, { increment });
    }
  }

  /**
   * Whole steps of a decimal number; the fast way from a venue's text to a tick or lot.
   *
   * @throws ArbError `ARB_OFF_GRID` naming the value and the grid
   * @example new StepGrid('price', '0.5', 'X.Y').parse('10.5') // => 21
   */
  parse(text: string): number {
    if (typeof text !== 'string') throw new ArbError('ARB_BAD_NUMBER', `${this.what} ${JSON.stringify(text) ?? 'that is missing'} is not decimal text; write it in quotes, such as "0.1"`, { value: text });
    const mantissa = this.#digits(text);
    const steps = mantissa / this.mantissa;
    if (!Number.isInteger(steps)) throw this.offGrid(text);
    return steps;
  }

  /** The file integer of whole steps. */
  toMantissa(steps: number): number { return steps * this.mantissa; }

  /** Whole steps as a decimal string. */
  format(steps: number): string { return formatScaled(this.toMantissa(steps), this.scale); }

  offGrid(text: string, place = ''): ArbError {
    const step = formatScaled(this.mantissa, this.scale);
    return new ArbError('ARB_OFF_GRID', `${this.#instrumentId}: ${this.what} ${text}${place} is not a multiple of ${step}; correct the instrument's increment or the data`, { value: text, step });
  }

  /** Changes file integers of a scale into whole steps, in place. */
  converter(fileScale: number, isInt32: boolean): Converter | undefined {
    const factor = POW10_NUMBER[Math.max(0, this.scale - fileScale)]!;
    const divisor = this.mantissa * POW10_NUMBER[Math.max(0, fileScale - this.scale)]!;
    if (factor === 1 && divisor === 1) return undefined;
    return (values, from, to) => {
      for (let i = from; i < to; i++) {
        const scaled = values[i]! * factor;
        const steps = scaled / divisor;
        if (!Number.isInteger(steps) || Math.abs(scaled) > Number.MAX_SAFE_INTEGER || (isInt32 && Math.abs(steps) > 0x7fff_ffff)) {
          throw new PageFault(this.offGrid(formatScaled(values[i]!, fileScale)).message, { code: 'ARB_OFF_GRID', row: i });
        }
        values[i] = steps;
      }
    };
  }

  /** Digits of plain text at the grid's scale; text of any other form takes the exact long way. */
  #digits(text: string): number {
    let value = 0;
    let decimals = -1;
    const length = text.length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === 46 && decimals < 0 && i > 0) { decimals = 0; continue; }
      if (code < 48 || code > 57 || length > 16) return this.#longDigits(text);
      if (decimals === this.scale) { if (code !== 48) throw this.offGrid(text); continue; }
      value = value * 10 + (code - 48);
      if (decimals >= 0) decimals++;
    }
    if (length === 0) return this.#longDigits(text);
    const missing = this.scale - Math.max(0, decimals);
    const scaled = value * POW10_NUMBER[missing]!;
    return Number.isSafeInteger(scaled) ? scaled : this.#longDigits(text);
  }

  #longDigits(text: string): number {
    const value = parseScaled(text);
    if (value.scale > this.scale) throw this.offGrid(text);
    const mantissa = Number(value.mantissa) * POW10_NUMBER[this.scale - value.scale]!;
    if (!Number.isSafeInteger(mantissa)) throw this.offGrid(text);
    return mantissa;
  }
}

/** Price and size grid of an instrument. */
export interface InstrumentGrids { readonly price: StepGrid; readonly size: StepGrid }

/** The grids of an instrument. */
export function gridsOf(spec: InstrumentSpec): InstrumentGrids {
  return { price: new StepGrid('price', spec.priceIncrement, spec.id), size: new StepGrid('size', spec.sizeIncrement, spec.id) };
}
