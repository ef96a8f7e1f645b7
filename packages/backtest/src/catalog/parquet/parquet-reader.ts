import fs from 'node:fs';
import { ArbError } from '@arb/core';
import { type ColumnMetaData, type FileMetaData, parquetMetadata, type SchemaElement } from 'hyparquet';
import { ColumnDecoder, type ColumnTarget } from './column-decoder.ts';
import { type Codec, MAGIC, MAX_FOOTER_BYTES, MAX_PAGE_ROWS, type PhysicalType, TWO_32 } from './format.ts';
import { corrupt, placeFault } from './page-fault.ts';

/** How a column is declared in a file. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: PhysicalType;
  readonly isOptional: boolean;
  /** `decimal` has a scale, `timestamp` is microseconds, `plain` is anything without an annotation we read, `other` an annotation we do not. */
  readonly meaning: 'decimal' | 'timestamp' | 'text' | 'plain' | 'other';
  /** Decimals of a DECIMAL, else 0. */
  readonly scale: number;
  readonly typeLength: number;
  /** A 32-bit integer from 0 to 2^32 - 1. */
  readonly isUnsigned32: boolean;
}

interface Group { readonly rows: number; readonly columns: ReadonlyMap<string, ColumnMetaData> }

/** Times keep their microseconds: the library's default is a Date of milliseconds. */
const EXACT_TIMES = { timestampFromMicroseconds: (micros: bigint): bigint => micros } as never;

/**
 * Reads flat Parquet files column by column into typed arrays of the caller's. Footers go through hyparquet, pages through our own decoder.
 * Whatever is wrong with a file becomes an ArbError with file, column, byte and way out; nothing is returned half.
 */
export class ParquetReader {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnInfo>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly #groups: readonly Group[];
  readonly #decoder = new ColumnDecoder();
  #file: number | undefined;
  #buffer = new ArrayBuffer(1 << 16);

  private constructor(path: string, file: number, bytes: number) {
    this.path = path;
    this.#file = file;
    this.bytes = bytes;
    const footer = readFooter(file, bytes);
    this.columns = new Map(readSchema(footer).map((column) => [column.name, column]));
    this.metadata = new Map((footer.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
    this.#groups = readGroups(footer, bytes);
    this.rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    if (this.rows !== Number(footer.num_rows)) corrupt(`footer says ${footer.num_rows} rows, its row groups have ${this.rows}`);
  }

  /** @throws ArbError `ARB_FILE_NOT_READ`, `ARB_PARQUET_CORRUPT` */
  static open(path: string): ParquetReader {
    let file: number;
    try { file = fs.openSync(path, 'r'); } catch (error) {
      throw new ArbError('ARB_FILE_NOT_READ', `${path} cannot be read: ${(error as Error).message}`, { file: path });
    }
    try {
      return new ParquetReader(path, file, fs.fstatSync(file).size);
    } catch (error) {
      fs.closeSync(file);
      throw placeFault(error, { file: path });
    }
  }

  get groups(): number { return this.#groups.length; }

  close(): void {
    if (this.#file !== undefined) fs.closeSync(this.#file);
    this.#file = undefined;
  }

  groupRows(group: number): number { return this.#group(group).rows; }

  /** Least and greatest value of an INT64 or INT32 column in a row group; undefined where the file does not say. */
  statistics(group: number, column: string): { readonly min: number; readonly max: number } | undefined {
    const statistics = this.#group(group).columns.get(column)?.statistics;
    const min = statistics?.min_value ?? statistics?.min;
    const max = statistics?.max_value ?? statistics?.max;
    const isInteger = (value: unknown): value is number | bigint => typeof value === 'bigint' || typeof value === 'number';
    return isInteger(min) && isInteger(max) ? { min: Number(min), max: Number(max) } : undefined;
  }

  /**
   * Decodes one column of one row group into `target`, from index `row` on.
   *
   * @throws ArbError `ARB_PARQUET_CORRUPT`, `ARB_PARQUET_UNSUPPORTED`, `ARB_PARQUET_RANGE`, `ARB_PARQUET_NULL`, or a converter's own code
   */
  readColumn(group: number, column: string, target: ColumnTarget, row = 0): void {
    const { rows, columns } = this.#group(group);
    const stored = columns.get(column);
    const info = this.columns.get(column);
    if (stored === undefined || info === undefined) throw new ArbError('ARB_PARQUET_NO_COLUMN', `${this.path} has no column ${column}; it has ${[...this.columns.keys()].join(', ')}`);
    const start = chunkStart(stored);
    const { progress } = this.#decoder;
    progress.byte = 0;
    progress.row = 0;
    try {
      const bytes = this.#load(start, Number(stored.total_compressed_size));
      this.#decoder.decode({ type: info.type, typeLength: info.typeLength, codec: stored.codec as Codec, isOptional: info.isOptional, bytes, rows }, target, row);
      if (info.isUnsigned32 && target.kind === 'number' && target.out instanceof Float64Array) unsign(target.out, row, row + rows);
    } catch (error) {
      throw placeFault(error, { file: this.path, column, offset: start + progress.byte, firstRow: this.#rowsBefore(group) + progress.row });
    }
  }

  #rowsBefore(group: number): number {
    let rows = 0;
    for (let i = 0; i < group; i++) rows += this.groupRows(i);
    return rows;
  }

  #group(group: number): Group {
    const found = this.#groups[group];
    if (found === undefined) throw new ArbError('ARB_PARQUET_NO_GROUP', `${this.path} has ${this.#groups.length} row groups, there is no ${group}`);
    return found;
  }

  /** Reads into a buffer that is kept, so that streaming a file allocates nothing. */
  #load(start: number, length: number): Uint8Array {
    if (this.#file === undefined) throw new ArbError('ARB_FILE_CLOSED', `${this.path} was closed; open it again`, { file: this.path });
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(Math.ceil(length * 1.25 / 4096) * 4096);
    const bytes = new Uint8Array(this.#buffer, 0, length);
    readFully(this.#file, bytes, start);
    return bytes;
  }
}

function unsign(values: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (values[i]! < 0) values[i] = values[i]! + TWO_32;
}

function readFully(file: number, bytes: Uint8Array, start: number): void {
  let done = 0;
  while (done < bytes.length) {
    const read = fs.readSync(file, bytes, done, bytes.length - done, start + done);
    if (read === 0) corrupt(`file ends at byte ${start + done}`);
    done += read;
  }
}

function readFooter(file: number, size: number): FileMetaData {
  if (size < 12) corrupt(`${size} bytes are no Parquet file`);
  const tail = new Uint8Array(8);
  readFully(file, tail, size - 8);
  if (String.fromCharCode(...tail.subarray(4)) !== MAGIC) corrupt('no Parquet footer at its end');
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (length > size - 12 || length > MAX_FOOTER_BYTES) corrupt(`footer of ${length} bytes in a file of ${size}`);
  const footer = new Uint8Array(length + 8);
  readFully(file, footer, size - 8 - length);
  return parquetMetadata(footer.buffer, { parsers: EXACT_TIMES, geoparquet: false });
}

function readSchema(footer: FileMetaData): ColumnInfo[] {
  const [root, ...elements] = footer.schema;
  if (root === undefined || root.num_children !== elements.length) corrupt('schema is nested or damaged; only flat tables are read');
  return elements.map((element) => {
    if (element.type === undefined || (element.num_children ?? 0) > 0 || element.repetition_type === 'REPEATED') corrupt(`column ${element.name} is nested; only flat tables are read`);
    const scale = element.logical_type?.type === 'DECIMAL' ? element.logical_type.scale : element.scale ?? 0;
    return {
      name: element.name, type: element.type as PhysicalType, isOptional: element.repetition_type === 'OPTIONAL', meaning: meaningOf(element), scale, typeLength: element.type_length ?? 0,
      isUnsigned32: element.type === 'INT32' && (element.converted_type === 'UINT_32' || (element.logical_type?.type === 'INTEGER' && !element.logical_type.isSigned)),
    };
  });
}

function meaningOf(element: SchemaElement): ColumnInfo['meaning'] {
  const logical = element.logical_type;
  if (logical?.type === 'DECIMAL' || element.converted_type === 'DECIMAL') return 'decimal';
  if (logical?.type === 'TIMESTAMP') return logical.unit === 'MICROS' ? 'timestamp' : 'other';
  if (element.converted_type === 'TIMESTAMP_MICROS') return 'timestamp';
  if (logical?.type === 'STRING' || element.converted_type === 'UTF8') return 'text';
  if (logical?.type === 'INTEGER' || element.converted_type?.includes('INT_') === true) return 'plain';
  return logical === undefined && element.converted_type === undefined ? 'plain' : 'other';
}

function readGroups(footer: FileMetaData, size: number): Group[] {
  return footer.row_groups.map((group) => {
    const rows = Number(group.num_rows);
    if (!(rows >= 0 && rows <= MAX_PAGE_ROWS)) corrupt(`row group of ${rows} rows`);
    const columns = new Map<string, ColumnMetaData>();
    for (const { meta_data: stored } of group.columns) {
      const name = stored?.path_in_schema[0];
      if (stored === undefined || name === undefined) return corrupt('a column without metadata');
      const start = chunkStart(stored);
      const length = Number(stored.total_compressed_size);
      if (!(start >= 4 && length >= 0 && start + length <= size - 8)) corrupt(`column ${name} at byte ${start} of ${length} bytes leaves the file of ${size}`);
      if (Number(stored.num_values) !== rows) corrupt(`column ${name} has ${stored.num_values} values in a row group of ${rows} rows`);
      columns.set(name, stored);
    }
    return { rows, columns };
  });
}

/** Some writers leave the dictionary's offset out or at 0. */
function chunkStart(stored: ColumnMetaData): number {
  const data = Number(stored.data_page_offset);
  const dictionary = Number(stored.dictionary_page_offset ?? 0);
  return dictionary > 0 && dictionary < data ? dictionary : data;
}
