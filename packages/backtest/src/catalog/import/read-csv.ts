import { ArbError } from '@arb/core';
import type { ImportReport } from './import-report.ts';
import { readLines } from './read-lines.ts';

/** Which columns a CSV file must have. */
export interface CsvFormat {
  readonly columns: readonly string[];
  /** Where a file may come without a header: the columns then stand in this order. */
  readonly isHeaderOptional?: boolean;
}

/** Takes the cells of the wanted columns, in their order. What it throws makes the row a bad row. */
export type CsvRow = (cells: readonly string[], line: number) => void;

/** Turns lines of a CSV file into cells; comma separated, without quotes, as all archives here are. */
export class CsvReader {
  readonly #file: string;
  readonly #format: CsvFormat;
  readonly #onRow: CsvRow;
  readonly #report: ImportReport;
  /** Position of each wanted column; undefined until the header is read. */
  #positions: readonly number[] | undefined;
  #width = 0;
  readonly #cells: string[];

  constructor(file: string, options: { readonly format: CsvFormat; readonly report: ImportReport; readonly onRow: CsvRow }) {
    this.#file = file;
    this.#format = options.format;
    this.#report = options.report;
    this.#onRow = options.onRow;
    this.#cells = options.format.columns.map(() => '');
  }

  /** @throws ArbError `ARB_BAD_FILE` for a wrong header, `ARB_BAD_ROW` as the report decides */
  line(text: string, line: number): void {
    const cells = text.split(',');
    if (this.#positions === undefined && this.#readHeader(cells)) return;
    this.#report.read(this.#file);
    try {
      if (cells.length !== this.#width) throw new ArbError('ARB_BAD_ROW', `${cells.length} cells instead of ${this.#width}`, {});
      this.#positions!.forEach((position, i) => { this.#cells[i] = cells[position]!.trim(); });
      this.#onRow(this.#cells, line);
    } catch (error) { this.#report.bad(this.#file, line, error); }
  }

  /** False where the first line is data already. */
  #readHeader(cells: readonly string[]): boolean {
    const names = cells.map((cell) => cell.trim());
    this.#width = names.length;
    const positions = this.#format.columns.map((name) => names.indexOf(name));
    const missing = this.#format.columns.filter((_, i) => positions[i]! < 0);
    if (missing.length === 0) { this.#positions = positions; return true; }
    if (this.#format.isHeaderOptional === true && names.length >= this.#format.columns.length && names[0] !== '' && !Number.isNaN(Number(names[0]))) {
      this.#positions = this.#format.columns.map((_, i) => i);
      return false;
    }
    throw new ArbError('ARB_BAD_FILE', `${this.#file}:1: column ${missing.map((name) => `"${name}"`).join(', ')} is missing; found ${names.slice(0, 8).join(', ')}`, { file: this.#file, missing });
  }
}

/** Reads a CSV file, gzip or plain, row by row. */
export async function readCsv(file: string, options: { readonly format: CsvFormat; readonly report: ImportReport; readonly onRow: CsvRow }): Promise<void> {
  const reader = new CsvReader(file, options);
  await readLines(file, (text, line) => { reader.line(text, line); }, options.report);
}
