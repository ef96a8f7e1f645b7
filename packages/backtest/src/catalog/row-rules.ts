import { ArbError, formatTime } from '@arb/core';
import type { RowBase } from './rows.ts';

/** 2009-01-01 and 2100-01-01: a time outside is in the wrong unit. */
const EARLIEST = 1_230_768_000_000_000;
const LATEST = 4_102_444_800_000_000;

/** A time of a row as text; one of the wrong unit as the number it is. */
export const timeText = (time: number): string => Number.isSafeInteger(time) && time >= EARLIEST && time < LATEST ? formatTime(time) : String(time);

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
    if (value < 0) this.fail('ARB_ROW_NEGATIVE', `${name} is ${value}`, 'drop or correct the row');
    if (!Number.isSafeInteger(value)) this.fail('ARB_OFF_GRID', `${name} is ${value}, not a whole number`, 'give prices in ticks and sizes in lots of the instrument');
  }

  checkWhole(value: number, least: number, name: string): void {
    if (!Number.isSafeInteger(value) || value < least) this.fail('ARB_ROW_NEGATIVE', `${name} is ${value}`, `write a whole number of at least ${least}`);
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
