/// <reference path="./parquetjs-lite.d.ts" />
import fs from 'node:fs';
import { ArbError, formatTime } from '@arb/core';
import { stringify } from 'csv-stringify/sync';
import parquet from 'parquetjs-lite';
import { temporaryPath } from './paths.ts';

/**
 * A column of a result table. `time` is integer µs (TIMESTAMP(MICROS, UTC)), `decimal` an exact decimal string, `integer` a whole number below 2^53,
 * `number` a double for statistics (what is not finite becomes empty).
 */
export interface TableColumn {
  readonly name: string;
  readonly type: 'time' | 'decimal' | 'text' | 'integer' | 'number' | 'boolean';
  /** Cells may be undefined. A `number` column always may. */
  readonly isOptional?: boolean;
}

/** A cell; `decimal` takes strings only, so that no amount passes through a double. */
export type TableCell = string | number | boolean | undefined;
/** Cells by column name. */
export type TableRow = Readonly<Record<string, TableCell>>;

/** More rows than this in one group make the library slow to read: its cursor shifts an array per row. */
const GROUP_ROWS = 4096;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const TYPES = { time: 'TIMESTAMP_MICROS', decimal: 'UTF8', text: 'UTF8', integer: 'INT64', number: 'DOUBLE', boolean: 'BOOLEAN' } as const;

/**
 * Writes a small table of a run (orders, fills, positions, funding payments, account curves) as `<path>.parquet` and `<path>.csv`.
 *
 * Rows go through parquetjs-lite, within what it does exactly: it has no DECIMAL and would round integers beyond 2^53 silently, so decimals are text here
 * (cast them in SQL: `amount::DECIMAL(38, 18)`; ledger amounts have up to 36 digits, more than a DECIMAL of 64 bits holds anyway), integers are checked, groups
 * have at most 4,096 rows, pages are of version 1 and statistics are left out. Market data never goes this way. Both files have their names only once complete.
 */
export class TableWriter {
  readonly path: string;
  readonly #columns: readonly TableColumn[];
  readonly #parquet: Awaited<ReturnType<typeof parquet.ParquetWriter.openFile>>;
  readonly #csv: number;
  #lines: TableCell[][] = [];
  #rows = 0;

  private constructor(path: string, columns: readonly TableColumn[], writer: Awaited<ReturnType<typeof parquet.ParquetWriter.openFile>>) {
    this.path = path;
    this.#columns = columns;
    this.#parquet = writer;
    this.#csv = fs.openSync(temporaryPath(`${path}.csv`), 'w');
    fs.writeSync(this.#csv, stringify([columns.map(({ name }) => name)]));
  }

  /** @param path without extension */
  static async open(path: string, columns: readonly TableColumn[]): Promise<TableWriter> {
    const fields = columns.map(({ name, type, isOptional }) => [name, { type: TYPES[type], optional: isOptional === true || type === 'number', compression: 'SNAPPY', statistics: false }] as const);
    const options = { rowGroupSize: GROUP_ROWS, useDataPageV2: false, pageIndex: false };
    const writer = await parquet.ParquetWriter.openFile(new parquet.ParquetSchema(Object.fromEntries(fields)), temporaryPath(`${path}.parquet`), options);
    return new TableWriter(path, columns, writer);
  }

  get rows(): number { return this.#rows; }

  /** @throws ArbError `ARB_TABLE_VALUE` naming column and row, for a cell of the wrong type or a name that is no column */
  async append(row: TableRow): Promise<void> {
    const unknown = Object.keys(row).find((name) => !this.#columns.some((column) => column.name === name));
    if (unknown !== undefined) this.#refuse(unknown, row[unknown], `no such column; there are ${this.#columns.map(({ name }) => name).join(', ')}`);
    const cells: Record<string, unknown> = {};
    const line: TableCell[] = [];
    for (const column of this.#columns) {
      const cell = this.#check(column, row[column.name]);
      if (cell !== undefined) cells[column.name] = column.type === 'time' ? BigInt(cell as number) : cell;
      line.push(column.type === 'time' && cell !== undefined ? formatTime(cell as number) : cell);
    }
    await this.#parquet.appendRow(cells);
    this.#lines.push(line);
    this.#rows++;
    if (this.#lines.length >= GROUP_ROWS) this.#flushCsv();
  }

  /** Completes both files. */
  async close(): Promise<void> {
    this.#flushCsv();
    fs.fsyncSync(this.#csv);
    fs.closeSync(this.#csv);
    await this.#parquet.close();
    for (const extension of ['csv', 'parquet']) fs.renameSync(temporaryPath(`${this.path}.${extension}`), `${this.path}.${extension}`);
  }

  #flushCsv(): void {
    if (this.#lines.length > 0) fs.writeSync(this.#csv, stringify(this.#lines, { cast: { boolean: String } }));
    this.#lines = [];
  }

  #check({ name, type, isOptional }: TableColumn, cell: TableCell): TableCell {
    if (type === 'number' && (cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell)))) return undefined;
    if (cell === undefined) return isOptional === true ? undefined : this.#refuse(name, cell, 'the column is not optional');
    const isRight = type === 'time' ? Number.isSafeInteger(cell) && (cell as number) >= 0
      : type === 'integer' ? Number.isSafeInteger(cell)
        : type === 'decimal' ? typeof cell === 'string' && DECIMAL.test(cell)
          : typeof cell === (type === 'text' ? 'string' : type);
    return isRight ? cell : this.#refuse(name, cell, `the column is of type ${type}`);
  }

  #refuse(column: string, cell: TableCell, reason: string): never {
    throw new ArbError('ARB_TABLE_VALUE', `${this.path} row ${this.#rows}: ${column} is ${JSON.stringify(cell) ?? 'empty'}; ${reason}`, { column, cell, row: this.#rows });
  }
}

/** Writes a whole table; see {@link TableWriter}. */
export async function writeTable(path: string, table: { readonly columns: readonly TableColumn[]; readonly rows: Iterable<TableRow> }): Promise<void> {
  const writer = await TableWriter.open(path, table.columns);
  for (const row of table.rows) await writer.append(row);
  await writer.close();
}
