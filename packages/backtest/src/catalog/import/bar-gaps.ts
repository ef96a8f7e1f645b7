import type { RowSink } from '../catalog-writer.ts';
import { GAP_REASON } from '../chunks.ts';
import type { ImportReport } from './import-report.ts';

/** Notices missing bars of one instrument and price kind. */
export class BarGaps {
  readonly #id: string;
  readonly #sink: RowSink<'gap'>;
  readonly #report: ImportReport;
  readonly #lastClose = new Map<string, number>();

  constructor(instrumentId: string, sink: RowSink<'gap'>, report: ImportReport) {
    this.#id = instrumentId;
    this.#sink = sink;
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
    const gap = { tsEvent: closesAt, tsInit: closesAt, stream: 'bar' as const, from: last, to: opensAt, reason: GAP_REASON.source };
    this.#sink.add(gap);
    this.#report.wrote('gap', this.#id);
    this.#report.gap(this.#id, gap);
  }
}
