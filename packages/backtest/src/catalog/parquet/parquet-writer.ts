import fs from 'node:fs';
import { dirname } from 'node:path';
import { ArbError, invariant } from '@arb/core';
import { pageCrc, zstd } from './compression.ts';
import { type EncodedPages, type PageEncoder, encodeColumn, WIDE_BYTES } from './column-encoder.ts';
import { CODECS, ENCODINGS, MAGIC, PAGE, PHYSICAL_TYPES } from './format.ts';
import { ThriftWriter } from './thrift.ts';

/**
 * A column to write. `decimal` is DECIMAL(18, scale) and `timestamp` TIMESTAMP(MICROS, UTC), both as INT64; `decimal128` is DECIMAL(38, scale) in 16 bytes, for
 * few rows; `text` is UTF-8.
 */
export interface ColumnSpec {
  readonly name: string;
  readonly type: 'timestamp' | 'decimal' | 'decimal128' | 'int64' | 'int32' | 'text';
  /** Decimals of a decimal; may change until the file is closed. */
  readonly scale?: number;
  /** Rows may be null; the data then comes with `valid`. */
  readonly isOptional?: boolean;
  /** `dictionary` for columns that repeat values (falls back to `delta` where they do not), `delta` for columns that grow. Text is always written plainly. */
  readonly encoding?: 'delta' | 'dictionary';
}

/** The values of a column in one row group; integers only. Arrays may be longer than the rows. */
export interface ColumnValues {
  readonly values: Float64Array | Int32Array | Uint8Array | BigInt64Array | readonly string[] | readonly bigint[];
  readonly valid?: Uint8Array;
}

interface WrittenColumn {
  readonly start: number;
  readonly dataStart: number;
  readonly dictionaryStart: number | undefined;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly pages: EncodedPages;
}

interface WrittenGroup { readonly rows: number; readonly columns: readonly WrittenColumn[]; readonly start: number }

const CREATED_BY = '@arb/backtest catalog 1';
const FORMAT_VERSION = 2;
const CONVERTED = { UTF8: 0, DECIMAL: 5, TIMESTAMP_MICROS: 10 } as const;
const PRECISION = 18;
/** Digits of a `decimal128`. */
const WIDE_PRECISION = 38;

/**
 * Writes flat Parquet files: one data page of version 2 per column and row group, zstd, checksums, statistics. The same values give the same bytes on every
 * version of Node.
 *
 * The file appears under its name only at {@link close}, complete; until then it is the temporary file beside it. A file that is there is never replaced.
 */
export class ParquetWriter {
  readonly path: string;
  readonly #temporary: string;
  readonly #encoder: PageEncoder;
  readonly #thrift = new ThriftWriter();
  readonly #groups: WrittenGroup[] = [];
  #file: number | undefined;
  #offset = 0;
  #rows = 0;

  /** @param temporary where the file grows until it is complete; on the same file system as `path` */
  constructor(path: string, temporary: string, encoder: PageEncoder) {
    this.path = path;
    this.#temporary = temporary;
    this.#encoder = encoder;
    this.#file = fs.openSync(temporary, 'w');
    this.#put(new TextEncoder().encode(MAGIC));
  }

  get rows(): number { return this.#rows; }
  get bytes(): number { return this.#offset; }

  /** Appends a row group; `columns` in the order of `specs`, `rows` > 0. */
  writeGroup(specs: readonly ColumnSpec[], columns: readonly ColumnValues[], rows: number): void {
    invariant(specs.length === columns.length && rows > 0, 'a row group has a value array for every column', { specs: specs.length, columns: columns.length, rows });
    const start = this.#offset;
    this.#groups.push({ rows, start, columns: specs.map((spec, i) => this.#writeColumn(spec, columns[i]!, rows)) });
    this.#rows += rows;
  }

  /**
   * Writes the footer, flushes to the disk and gives the file its name.
   *
   * @throws ArbError `ARB_FILE_EXISTS` where another writer has made a file of this name meanwhile; that one stays
   */
  close(specs: readonly ColumnSpec[], metadata: ReadonlyMap<string, string>): void {
    const length = this.#writeFooter(specs, metadata);
    const tail = new Uint8Array(8);
    new DataView(tail.buffer).setUint32(0, length, true);
    tail.set(new TextEncoder().encode(MAGIC), 4);
    this.#put(tail);
    const file = this.#file!;
    fs.fsyncSync(file);
    fs.closeSync(file);
    this.#file = undefined;
    nameFile(this.#temporary, this.path);
    syncDirectory(dirname(this.path));
  }

  /** Removes what was written. */
  abort(): void {
    if (this.#file === undefined) return;
    fs.closeSync(this.#file);
    this.#file = undefined;
    fs.rmSync(this.#temporary, { force: true });
  }

  #writeColumn(spec: ColumnSpec, column: ColumnValues, rows: number): WrittenColumn {
    const pages = encodeColumn(this.#encoder, spec, { ...column, rows });
    const start = this.#offset;
    let uncompressedBytes = 0;
    if (pages.dictionary !== undefined) uncompressedBytes += this.#writePage(pages, rows, true);
    const dataStart = this.#offset;
    uncompressedBytes += this.#writePage(pages, rows, false);
    return { start, dataStart, dictionaryStart: pages.dictionary === undefined ? undefined : start, uncompressedBytes, compressedBytes: this.#offset - start, pages: withoutBodies(pages) };
  }

  /** Returns the bytes of header and uncompressed body. */
  #writePage(pages: EncodedPages, rows: number, isDictionary: boolean): number {
    const values = isDictionary ? pages.dictionary!.values : pages.values;
    const levels = isDictionary ? new Uint8Array(0) : pages.levels;
    const packed = values.length === 0 ? values : zstd(values);
    const stored = levels.length === 0 ? packed : concat(levels, packed);
    const thrift = this.#thrift;
    thrift.reset();
    thrift.int(1, isDictionary ? PAGE.dictionary : PAGE.dataV2);
    thrift.int(2, levels.length + values.length);
    thrift.int(3, stored.length);
    thrift.int(4, pageCrc(stored));
    if (isDictionary) thrift.struct(7, () => { thrift.int(1, pages.dictionary!.count); thrift.int(2, ENCODINGS.indexOf('PLAIN')); });
    else thrift.struct(8, () => {
      thrift.int(1, rows);
      thrift.int(2, pages.nulls);
      thrift.int(3, rows);
      thrift.int(4, ENCODINGS.indexOf(pages.encoding));
      thrift.int(5, levels.length);
      thrift.int(6, 0);
      thrift.bool(7, values.length > 0);
    });
    thrift.end();
    const header = thrift.bytes.length;
    this.#put(thrift.bytes);
    this.#put(stored);
    return header + levels.length + values.length;
  }

  #writeFooter(specs: readonly ColumnSpec[], metadata: ReadonlyMap<string, string>): number {
    const thrift = this.#thrift;
    thrift.reset();
    thrift.int(1, FORMAT_VERSION);
    thrift.structs<ColumnSpec | undefined>(2, [undefined, ...specs], (spec) => {
      if (spec === undefined) { thrift.text(4, 'schema'); thrift.int(5, specs.length); } else writeSchema(thrift, spec);
    });
    thrift.int(3, this.#rows, 64);
    thrift.structs(4, this.#groups, (group) => writeGroupMetadata(thrift, specs, group));
    thrift.structs(5, [...metadata], ([key, value]) => { thrift.text(1, key); thrift.text(2, value); });
    thrift.text(6, CREATED_BY);
    thrift.structs(7, specs, () => thrift.struct(1));
    thrift.end();
    this.#put(thrift.bytes);
    return thrift.bytes.length;
  }

  #put(bytes: Uint8Array): void {
    invariant(this.#file !== undefined, 'nothing is written to a closed file', { file: this.path });
    for (let done = 0; done < bytes.length;) done += fs.writeSync(this.#file, bytes, done, bytes.length - done);
    this.#offset += bytes.length;
  }
}

/** A rename would replace a file of that name; a link does not. Where the file system has no links the look before the rename must do. */
function nameFile(temporary: string, target: string): void {
  const exists = (): never => {
    fs.rmSync(temporary, { force: true });
    throw new ArbError('ARB_FILE_EXISTS', `${target} was written by another writer meanwhile and stays as it is; write this data again`, { file: target });
  };
  try {
    fs.linkSync(temporary, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || fs.existsSync(target)) exists();
    fs.renameSync(temporary, target);
    return;
  }
  fs.rmSync(temporary);
}

/** A rename is only durable once its directory is; not every system lets a directory be flushed. */
function syncDirectory(path: string): void {
  let directory: number;
  try { directory = fs.openSync(path, 'r'); } catch { return; }
  try { fs.fsyncSync(directory); } catch { /* Windows refuses; the rename itself is done */ } finally { fs.closeSync(directory); }
}

/** Bodies live in scratch space; the footer needs the rest. */
function withoutBodies(pages: EncodedPages): EncodedPages {
  const empty = new Uint8Array(0);
  return { ...pages, values: empty, levels: empty, dictionary: pages.dictionary === undefined ? undefined : { count: pages.dictionary.count, values: empty } };
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function physicalCode(spec: ColumnSpec): number {
  return PHYSICAL_TYPES.indexOf(spec.type === 'decimal128' ? 'FIXED_LEN_BYTE_ARRAY' : spec.type === 'int32' ? 'INT32' : spec.type === 'text' ? 'BYTE_ARRAY' : 'INT64');
}

function writeSchema(thrift: ThriftWriter, spec: ColumnSpec): void {
  const scale = spec.scale ?? 0;
  thrift.int(1, physicalCode(spec));
  if (spec.type === 'decimal128') thrift.int(2, WIDE_BYTES);
  thrift.int(3, spec.isOptional === true ? 1 : 0);
  thrift.text(4, spec.name);
  if (spec.type === 'text') { thrift.int(6, CONVERTED.UTF8); thrift.struct(10, () => thrift.struct(1)); }
  if (spec.type === 'decimal' || spec.type === 'decimal128') {
    const precision = spec.type === 'decimal' ? PRECISION : WIDE_PRECISION;
    thrift.int(6, CONVERTED.DECIMAL);
    thrift.int(7, scale);
    thrift.int(8, precision);
    thrift.struct(10, () => thrift.struct(5, () => { thrift.int(1, scale); thrift.int(2, precision); }));
  }
  if (spec.type === 'timestamp') {
    thrift.int(6, CONVERTED.TIMESTAMP_MICROS);
    thrift.struct(10, () => thrift.struct(8, () => { thrift.bool(1, true); thrift.struct(2, () => thrift.struct(2)); }));
  }
}

function writeGroupMetadata(thrift: ThriftWriter, specs: readonly ColumnSpec[], group: WrittenGroup): void {
  const timeColumn = specs.findIndex((spec) => spec.name === 'ts_init');
  const sum = (pick: (column: WrittenColumn) => number): number => group.columns.reduce((total, column) => total + pick(column), 0);
  const columns = group.columns.map((column, i) => ({ column, spec: specs[i]! }));
  thrift.structs(1, columns, ({ column, spec }) => {
    thrift.int(2, column.start, 64);
    thrift.struct(3, () => {
      const { pages } = column;
      thrift.int(1, physicalCode(spec));
      const encodings = [pages.encoding, ...(pages.dictionary === undefined ? [] : ['PLAIN' as const]), ...(spec.isOptional === true ? ['RLE' as const] : [])];
      thrift.ints(2, encodings.map((encoding) => ENCODINGS.indexOf(encoding)));
      thrift.texts(3, [spec.name]);
      thrift.int(4, CODECS.indexOf('ZSTD'));
      thrift.int(5, group.rows, 64);
      thrift.int(6, column.uncompressedBytes, 64);
      thrift.int(7, column.compressedBytes, 64);
      thrift.int(9, column.dataStart, 64);
      if (column.dictionaryStart !== undefined) thrift.int(11, column.dictionaryStart, 64);
      thrift.struct(12, () => {
        thrift.int(3, pages.nulls, 64);
        if (pages.max !== undefined && pages.min !== undefined) { thrift.binary(5, pages.max); thrift.binary(6, pages.min); }
      });
    });
  });
  thrift.int(2, sum((column) => column.uncompressedBytes), 64);
  thrift.int(3, group.rows, 64);
  if (timeColumn >= 0) thrift.structs(4, [timeColumn], (column) => { thrift.int(1, column); thrift.bool(2, false); thrift.bool(3, false); });
  thrift.int(5, group.start, 64);
  thrift.int(6, sum((column) => column.compressedBytes), 64);
}
