import { ArbError, formatTime, MICROS_PER_HOUR } from '@arb/core';
import type { CatalogWriter, RowSink } from '../catalog-writer.ts';
import { FUNDING_STATUS, GAP_REASON } from '../chunks.ts';
import { nearestHour } from './archive-time.ts';
import type { ImportReport } from './import-report.ts';

/** Largest distance of a settlement's stamp from its hour: Hyperliquid's slowest was 111 s late. */
export const MAX_STAMP_JITTER_US = 300_000_000;

/** Settled funding rates of one instrument in time order: stamps are jittered, so each is matched to its whole hour; what is missing becomes a gap. */
export class FundingStream {
  readonly #id: string;
  readonly #report: ImportReport;
  readonly #funding: RowSink<'funding'>;
  #last = 0;
  #lastInterval = 0;
  #lastRate = '';

  constructor(options: { readonly instrumentId: string; readonly writer: CatalogWriter; readonly report: ImportReport }) {
    this.#id = options.instrumentId;
    this.#report = options.report;
    this.#funding = options.writer.sink('funding', options.instrumentId);
  }

  /**
   * Adds one settlement.
   *
   * @param row `stamp` as published, µs; `rate` for one interval as a decimal; `intervalHours` it was charged for
   * @throws ArbError `ARB_BAD_ROW` for stamps between hours, out of order, or the same hour with another rate
   */
  add(row: { readonly stamp: number; readonly rate: string; readonly intervalHours: number }): void {
    const settlesAt = nearestHour(row.stamp);
    if (Math.abs(row.stamp - settlesAt) > MAX_STAMP_JITTER_US) throw new ArbError('ARB_BAD_ROW', `funding at ${formatTime(row.stamp)} is not near a whole hour`, {});
    if (settlesAt === this.#last && row.rate === this.#lastRate) { this.#report.corrected('repeated funding settlements, dropped'); return; }
    if (settlesAt <= this.#last) {
      throw new ArbError('ARB_BAD_ROW', `funding of ${formatTime(settlesAt)} follows ${formatTime(this.#last)}: out of order, or the same settlement with another rate`, {});
    }
    if (row.stamp !== settlesAt) this.#report.corrected('funding stamps with jitter, matched to the whole hour of their settlement');
    const intervalUs = row.intervalHours * MICROS_PER_HOUR;
    const tsEvent = Math.max(row.stamp, settlesAt);
    this.#funding.add({ tsEvent, tsInit: tsEvent, rate: row.rate, intervalUs, status: FUNDING_STATUS.settled, settlesAt });
    this.#report.wrote('funding', this.#id);
    if (this.#last !== 0) this.#checkStep(settlesAt, intervalUs);
    this.#last = settlesAt;
    this.#lastInterval = intervalUs;
    this.#lastRate = row.rate;
  }

  #checkStep(settlesAt: number, intervalUs: number): void {
    const step = settlesAt - this.#last;
    const longest = Math.max(intervalUs, this.#lastInterval);
    if (intervalUs !== this.#lastInterval) this.#report.note(`${this.#id}: the funding interval is ${intervalUs / MICROS_PER_HOUR} h from ${formatTime(settlesAt)} on (it was ${this.#lastInterval / MICROS_PER_HOUR} h)`);
    if (step === intervalUs || step === this.#lastInterval) return;
    if (step < 2 * longest) { this.#report.corrected(`settlements of ${this.#id} off the regular interval, kept as published`); return; }
    this.#report.gap({ instrumentId: this.#id, stream: 'funding', from: this.#last + this.#lastInterval, to: settlesAt, reason: GAP_REASON.source });
  }
}
