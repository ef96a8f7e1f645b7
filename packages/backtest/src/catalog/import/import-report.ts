import { ArbError, isArbError } from '@arb/core';
import type { GapRow } from '../rows.ts';
import type { DataKind } from '../chunks.ts';

/** Bad rows that are listed one by one; further ones are counted. */
export const MAX_LISTED_BAD_ROWS = 1_000;

/** Most holes of one import. */
export const MAX_GAPS = 1_000_000;

/** A hole in a stream. */
export interface ImportedGap extends Pick<GapRow, 'stream' | 'from' | 'to' | 'reason'> { readonly instrumentId: string }

/** A row that was left out, and why. */
export interface BadRow { readonly file: string; readonly line: number; readonly reason: string }

/** Rows written of an instrument and kind. */
export interface WrittenRows { readonly instrumentId: string; readonly kind: DataKind; readonly rows: number }

/** What an import did, all of it: nothing is corrected or left out in silence. */
export interface ImportSummary {
  readonly importer: string;
  readonly catalog: string;
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  readonly rowsIn: number;
  readonly written: readonly WrittenRows[];
  /** Recorder clock error subtracted from the receive stamps, µs. */
  readonly clockShiftUs: number;
  /** What was changed or dropped by rule, with the number of rows. */
  readonly corrections: readonly { readonly what: string; readonly rows: number }[];
  readonly gaps: readonly ImportedGap[];
  readonly skippedRows: number;
  /** The first {@link MAX_LISTED_BAD_ROWS} of them. */
  readonly skipped: readonly BadRow[];
  readonly notes: readonly string[];
}

/** Collects what an import does and decides about bad rows: stop at the first, or skip and list them. */
export class ImportReport {
  readonly #skipBad: boolean;
  readonly #onProgress: ((readBytes: number) => void) | undefined;
  readonly #files = new Map<string, number>();
  readonly #written = new Map<string, { instrumentId: string; kind: DataKind; rows: number }>();
  readonly #corrections = new Map<string, number>();
  readonly #gaps: ImportedGap[] = [];
  readonly #skipped: BadRow[] = [];
  readonly #notes = new Set<string>();
  readonly #signal: AbortSignal | undefined;
  #skippedRows = 0;
  #readBytes = 0;
  clockShiftUs = 0;

  constructor(options: { readonly skipBad?: boolean; readonly onProgress?: (readBytes: number) => void; readonly signal?: AbortSignal } = {}) {
    this.#skipBad = options.skipBad ?? false;
    this.#onProgress = options.onProgress;
    this.#signal = options.signal;
  }

  /** Rows left out so far. */
  get skippedRows(): number { return this.#skippedRows; }
  /** True once a row has been written. */
  get hasWritten(): boolean { return this.#written.size > 0; }

  /** Counts rows read from a file. @throws ArbError `ARB_INTERRUPTED` */
  read(file: string, rows = 1): void {
    if (this.#signal?.aborted === true) throw new ArbError('ARB_INTERRUPTED', 'interrupted; nothing was imported', {});
    this.#files.set(file, (this.#files.get(file) ?? 0) + rows);
  }

  /** Counts bytes read from disk, for progress. */
  readBytes(count: number): void {
    this.#readBytes += count;
    this.#onProgress?.(this.#readBytes);
  }

  /** Counts rows written. */
  wrote(kind: DataKind, instrumentId: string, rows = 1): void {
    const key = `${kind} ${instrumentId}`;
    const entry = this.#written.get(key);
    if (entry === undefined) this.#written.set(key, { instrumentId, kind, rows });
    else entry.rows += rows;
  }

  /** Counts rows that a rule changed or dropped. */
  corrected(what: string, rows = 1): void { if (rows > 0) this.#corrections.set(what, (this.#corrections.get(what) ?? 0) + rows); }

  /** Rows that the rule `what` has changed or dropped so far. */
  correctedRows(what: string): number { return this.#corrections.get(what) ?? 0; }

  /**
   * Notes a hole, [from, to) in µs. It is written when all has been read: streams of an instrument are read one after the other, its gaps are one stream in order.
   *
   * @throws ArbError `ARB_BAD_FILE` at more than {@link MAX_GAPS}
   */
  gap(gap: ImportedGap): void {
    if (this.#gaps.length === MAX_GAPS) throw new ArbError('ARB_BAD_FILE', `more than ${MAX_GAPS} gaps; this is not a recording, or not of this format`, {});
    this.#gaps.push(gap);
  }

  /** The holes in order of their end. */
  get gaps(): readonly ImportedGap[] { return [...this.#gaps].sort((a, b) => a.to - b.to); }

  /** Something a reader of the data must know. */
  note(text: string): void { this.#notes.add(text); }

  /**
   * A bad row: the import stops here, or the row is left out and listed.
   *
   * @throws ArbError `ARB_BAD_ROW` unless bad rows are skipped
   */
  bad(file: string, line: number, cause: unknown): void {
    if (isArbError(cause) && cause.code === 'ARB_BAD_ROW' && cause.context['line'] !== undefined) throw cause;      // names its own row already: one that was waiting
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Error && !isArbError(cause) && !(cause instanceof SyntaxError)) throw cause;
    if (!this.#skipBad) {
      const code = isArbError(cause) ? cause.code : 'ARB_BAD_ROW';
      throw new ArbError('ARB_BAD_ROW', `${file}:${line}: ${reason} (nothing was imported; --skip-bad leaves such rows out and lists them)`, { file, line, cause: code });
    }
    this.#skippedRows++;
    if (this.#skipped.length < MAX_LISTED_BAD_ROWS) this.#skipped.push({ file, line, reason });
  }

  /** Runs `work` for one row; what it throws is a bad row. Returns false then. */
  attempt(file: string, line: number, work: () => void): boolean {
    try { work(); return true; } catch (error) { this.bad(file, line, error); return false; }
  }

  summary(importer: string, catalog: string): ImportSummary {
    const files = [...this.#files].map(([file, rows]) => ({ file, rows }));
    return {
      importer, catalog, files,
      rowsIn: files.reduce((sum, { rows }) => sum + rows, 0),
      written: [...this.#written.values()],
      clockShiftUs: this.clockShiftUs,
      corrections: [...this.#corrections].map(([what, rows]) => ({ what, rows })),
      gaps: this.gaps,
      skippedRows: this.#skippedRows,
      skipped: this.#skipped,
      notes: [...this.#notes],
    };
  }
}
