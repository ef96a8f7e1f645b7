import { GAP_REASON } from '../chunks.ts';
import type { ImportReport } from './import-report.ts';

/** Notices missing bars of one instrument and price kind. */
export class BarGaps {
  readonly #id: string;
  readonly #report: ImportReport;
  readonly #lastClose = new Map<string, number>();

  constructor(instrumentId: string, report: ImportReport) {
    this.#id = instrumentId;
    this.#report = report;
  }

  /**
   * Notes a bar that was added.
   *
   * @param stream what the bar is built from: streams of different price kinds are watched apart
   */
  add(stream: number | string, closesAt: number, intervalUs: number): void {
    const last = this.#lastClose.get(String(stream));
    this.#lastClose.set(String(stream), closesAt);
    const opensAt = closesAt - intervalUs;
    if (last === undefined || opensAt <= last) return;
    this.#report.gap({ instrumentId: this.#id, stream: 'bar', from: last, to: opensAt, reason: GAP_REASON.source });
  }
}
