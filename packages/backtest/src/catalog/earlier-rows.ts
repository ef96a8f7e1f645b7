import type { InstrumentSpec } from '@arb/core';
import { rowReader } from './chunk-rows.ts';
import { type DataKind, FUNDING_STATUS } from './chunks.ts';
import { parseScaled } from './decimal-text.ts';
import type { FileSeries } from './file-series.ts';
import type { RowKind } from './row-writers.ts';
import type { FundingRow, RowOf } from './rows.ts';
import { readStream } from './stream-reader.ts';

/**
 * Rows that the catalog has from an earlier session and that a new one may repeat: those at the very time at which it begins (an archive that ends with the
 * settlement the next begins with), every settlement of funding, every gap.
 */
export class EarlierRows {
  readonly #kind: DataKind;
  readonly #spec: InstrumentSpec;
  readonly #series: FileSeries;
  readonly #keys = new Set<string>();
  #names: readonly string[] = [];
  #until = -Infinity;
  #lastSettlement = -Infinity;
  #isLoaded = false;

  constructor(kind: DataKind, spec: InstrumentSpec, series: FileSeries) {
    this.#kind = kind;
    this.#spec = spec;
    this.#series = series;
  }

  /** @throws ArbError `ARB_CATALOG_OVERLAP` where the row is in the catalog already */
  check(row: RowOf[RowKind]): void {
    if (!this.#isLoaded) this.#load(row.tsInit);
    const isRepeat = (row.tsInit <= this.#until && this.#keys.has(keyOf(row, this.#names)))
      || (this.#lastSettlement > 0 && (row as FundingRow).status === FUNDING_STATUS.settled && (row as FundingRow).settlesAt <= this.#lastSettlement);
    if (isRepeat) this.#series.refuse(row.tsInit);
  }

  #load(tsInit: number): void {
    this.#isLoaded = true;
    const [kind, isGap] = [this.#kind, this.#kind === 'gap'];
    const files = isGap ? this.#series.existing : this.#series.existing.filter(({ to }) => to <= tsInit).slice(-1);
    if (files.length === 0 || (!isGap && kind !== 'funding' && files[0]!.to < tsInit)) return;
    this.#until = isGap ? Infinity : tsInit;
    const from = isGap || kind === 'funding' ? -Infinity : tsInit;
    for (const chunk of readStream(kind, { kind, spec: this.#spec, files, from, to: Infinity, withIds: true })) {
      const read = rowReader(kind, chunk);
      for (let i = 0; i < chunk.rows; i++) {
        const row = read(i) as RowOf[RowKind];
        if (row.tsInit === tsInit || isGap) { this.#names = Object.keys(row).sort(); this.#keys.add(keyOf(row, this.#names)); }
        if (kind === 'funding' && (row as FundingRow).status === FUNDING_STATUS.settled) this.#lastSettlement = (row as FundingRow).settlesAt;
      }
    }
  }
}

/** Content of a row: decimals by their value, whatever zeros they are written with. */
function keyOf(row: object, names: readonly string[]): string {
  return names.map((name) => {
    const value = (row as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' && name !== 'id' && name !== 'stream' ? decimalOf(value) : String(value);
  }).join(' ');
}

/** A value that is no number is refused by the row's own rules. */
function decimalOf(text: string): string {
  try {
    const { mantissa, scale } = parseScaled(text);
    return `${mantissa}e-${scale}`;
  } catch { return text; }
}
