import { ArbError, formatTime } from '@arb/core';
import { POW10 } from '@arb/core/internal';
import { parseScaled, type ScaledInteger } from './decimal-text.ts';
import type { RowBase } from './rows.ts';

/** 2009-01-01 and 2100-01-01: a time outside is in the wrong unit. */
const EARLIEST = 1_230_768_000_000_000;
const LATEST = 4_102_444_800_000_000;

/** A time of a row as text; one of the wrong unit as the number it is. */
export const timeText = (time: number): string => Number.isSafeInteger(time) && time >= EARLIEST && time < LATEST ? formatTime(time) : String(time);

/** What is wrong with a row, and the way out. */
export interface RowFault { readonly code: string; readonly what: string; readonly wayOut: string }

export const DROP_ROW = 'drop or correct the row';
export const DROP_REPEATED = 'drop the repeated row';

/** Largest rate of funding for one interval, as a fraction: 1 is 100 %. Caps of venues reach 4 %; what is beyond 1 is in percent or a mistake. */
export const MAX_FUNDING_RATE = 1;

/** What is wrong with a rate beyond {@link MAX_FUNDING_RATE}. */
export function rateFault(rate: string): RowFault {
  return { code: 'ARB_ROW_RATE', what: `funding rate ${rate} is beyond ${100 * MAX_FUNDING_RATE} % for one interval`, wayOut: 'write it as a fraction for one interval, not in percent and not annual (0.0001 is 0.01 %), or drop the row' };
}

/** The rate as an integer with its scale. @throws ArbError `ARB_ROW_RATE` beyond {@link MAX_FUNDING_RATE}, `ARB_BAD_NUMBER`; without a place */
export function parseRate(rate: string): ScaledInteger {
  const parsed = parseScaled(rate);
  const size = parsed.mantissa < 0n ? -parsed.mantissa : parsed.mantissa;
  if (size <= BigInt(MAX_FUNDING_RATE) * POW10[parsed.scale]!) return parsed;
  const { code, what, wayOut } = rateFault(rate);
  throw new ArbError(code, `${what}; ${wayOut}`, { rate });
}

/** Numbers of a bar, prices at one scale. */
export type BarNumbers<N extends number | bigint> = Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', N>>;

/** What is wrong with a bar: prices that are not positive, a negative volume, a high and low that do not enclose open and close. */
export function barFault<N extends number | bigint>(bar: BarNumbers<N>, text: (value: N, name: keyof BarNumbers<N>) => string): RowFault | undefined {
  const { open, high, low, close, volume } = bar;
  const words = (name: keyof BarNumbers<N>): string => text(bar[name], name);
  if (low <= 0 || volume < 0) return { code: 'ARB_ROW_NEGATIVE', what: `bar with low ${words('low')} and volume ${words('volume')}`, wayOut: DROP_ROW };
  if (high >= open && high >= close && low <= open && low <= close) return undefined;
  return { code: 'ARB_BAR_RANGE', what: `open ${words('open')}, high ${words('high')}, low ${words('low')}, close ${words('close')} contradict each other`, wayOut: 'check the order of the columns' };
}

/** Refuses rows that break a rule of the catalog; each rule has its own code. Knows the last row that was accepted. */
export class RowRules {
  readonly #place: string;
  lastEvent = -1;
  lastInit = -1;
  rows = 0;

  /** @param place instrument and kind, for messages */
  constructor(place: string) { this.#place = place; }

  /**
   * Times: integer µs between 2009 and 2100, known after it happened, in order.
   *
   * @throws ArbError `ARB_ROW_TIME`, `ARB_ROW_CLOCK`, `ARB_ROW_ORDER`
   */
  checkTimes(row: RowBase): void {
    this.checkTime(row.tsEvent, 'tsEvent');
    this.checkTime(row.tsInit, 'tsInit');
    if (row.tsInit < row.tsEvent) {
      this.fail('ARB_ROW_CLOCK', `was known at ${timeText(row.tsInit)}, before it happened at ${timeText(row.tsEvent)}`, 'correct the recorder\'s clock by one shift per file (clockShiftUs)');
    }
    if (row.tsInit < this.lastInit) this.fail('ARB_ROW_ORDER', `tsInit ${timeText(row.tsInit)} is before ${timeText(this.lastInit)} of the row before it`, 'sort by tsInit, keeping the order of ties');
    if (row.tsEvent < this.lastEvent) {
      this.fail('ARB_ROW_ORDER', `tsEvent ${timeText(row.tsEvent)} is before ${timeText(this.lastEvent)} of the row before it`, 'the venue repeated or reordered messages: drop the late one and note a gap');
    }
  }

  checkTime(time: number, name: string): void {
    if (!Number.isSafeInteger(time) || time < EARLIEST || time >= LATEST) {
      this.fail('ARB_ROW_TIME', `${name} is ${time}`, 'write integer microseconds since 1970 between 2009 and 2100');
    }
  }

  /** A code of an enumerated column. */
  checkCode(value: number, most: number, name: string): void {
    if (!Number.isInteger(value) || value < 0 || value > most) this.fail(name === 'side' ? 'ARB_ROW_SIDE' : 'ARB_ROW_CODE', `${name} is ${value}`, `write 0 to ${most}`);
  }

  /** A whole number of ticks or lots that is not negative. */
  checkSteps(value: number, name: string): void {
    if (value < 0) this.fail('ARB_ROW_NEGATIVE', `${name} is ${value}`, DROP_ROW);
    if (!Number.isSafeInteger(value)) this.fail('ARB_OFF_GRID', `${name} is ${value}, not a whole number`, 'give prices in ticks and sizes in lots of the instrument');
  }

  checkWhole(value: number, least: number, name: string): void {
    if (!Number.isSafeInteger(value) || value < least) this.fail('ARB_ROW_NEGATIVE', `${name} is ${value}`, `write a whole number of at least ${least}`);
  }

  /** @throws ArbError where there is a fault */
  require(fault: RowFault | undefined): void {
    if (fault !== undefined) this.fail(fault.code, fault.what, fault.wayOut);
  }

  fail(code: string, what: string, wayOut: string): never {
    throw new ArbError(code, `${this.#place} row ${this.rows}: ${what}; ${wayOut}`, { place: this.#place, row: this.rows });
  }

  accept(row: RowBase): void {
    this.lastEvent = row.tsEvent;
    this.lastInit = row.tsInit;
    this.rows++;
  }
}
