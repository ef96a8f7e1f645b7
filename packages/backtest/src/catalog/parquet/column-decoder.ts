import { unpackDelta } from './delta.ts';
import type { Codec, PhysicalType } from './format.ts';
import { PAGE } from './format.ts';
import { decompressPage, pageCrc } from './compression.ts';
import { unpackHybrid } from './hybrid.ts';
import { corrupt, PageFault } from './page-fault.ts';
import { type PageHeader, readPageHeader } from './page-header.ts';
import { decodeText, plainBigints, plainNumbers, type PlainSource, plainTexts, plainWidth } from './plain.ts';

/**
 * Changes file integers into what the reader wants (ticks, lots), in place, for values `from` to `to - 1`.
 *
 * @throws PageFault whose row is the index of the value at fault
 */
export type Converter = (values: Float64Array, from: number, to: number) => void;

/** Where a column's values go. `valid`, where given, gets 1 or 0 per row and makes nulls welcome; without it a null is an error. */
export type ColumnTarget =
  | { readonly kind: 'number'; readonly out: Float64Array | Int32Array | Uint8Array; readonly convert?: Converter; readonly valid?: Uint8Array }
  | { readonly kind: 'bigint'; readonly out: BigInt64Array; readonly valid?: Uint8Array }
  | { readonly kind: 'text'; readonly out: string[]; readonly valid?: Uint8Array };

/** A target and the index in it where the values of a page begin. */
interface Destination { readonly target: ColumnTarget; readonly row: number }
type NumberTarget = ColumnTarget & { kind: 'number' };

/** A page as it is in the file. */
interface StoredPage { readonly header: PageHeader; readonly stored: Uint8Array }

/** A column chunk as stored. */
export interface StoredColumn {
  readonly type: PhysicalType;
  readonly typeLength: number;
  readonly codec: Codec;
  readonly isOptional: boolean;
  /** All pages of the chunk. */
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Tells how far a decode came, for the error message. */
export interface DecodeProgress { byte: number; row: number }

/**
 * Decodes column chunks of flat columns page by page, straight into typed arrays: no object and no BigInt per row. Scratch space is kept between chunks.
 */
export class ColumnDecoder {
  #indices = new Int32Array(1 << 16);
  #numbers = new Float64Array(1 << 16);
  #dictionary = new Float64Array(1024);
  #dictionarySize = -1;
  #bigDictionary = new BigInt64Array(0);
  #textDictionary: string[] = [];
  readonly #faults = new Map<number, PageFault>();

  /** How far the last decode came. */
  readonly progress: DecodeProgress = { byte: 0, row: 0 };

  /**
   * Decodes a chunk into `target` from index `row` on.
   *
   * @throws PageFault; {@link progress} says in which page
   */
  decode(column: StoredColumn, target: ColumnTarget, row: number): void {
    const { progress } = this;
    let position = 0;
    let done = 0;
    this.#dictionarySize = -1;
    this.#faults.clear();
    while (done < column.rows) {
      progress.byte = position;
      progress.row = done;
      if (position >= column.bytes.length) corrupt(`pages end after ${done} of ${column.rows} rows`);
      const header = readPageHeader(column.bytes, position);
      position = header.bodyStart + header.compressedBytes;
      const stored = column.bytes.subarray(header.bodyStart, position);
      if (header.crc !== undefined && header.crc !== pageCrc(stored)) corrupt('checksum of the page does not fit');
      if (header.type === PAGE.index) continue;
      if (header.type === PAGE.dictionary) { this.#readDictionary(column, { header, stored }, target); continue; }
      if (header.values === 0) continue;
      if (header.values > column.rows - done) corrupt(`page of ${header.values} rows where ${column.rows - done} are left`);
      this.#decodePage(column, { header, stored }, { target, row: row + done });
      done += header.values;
    }
  }

  #readDictionary(column: StoredColumn, { header, stored }: StoredPage, target: ColumnTarget): void {
    if (this.#dictionarySize >= 0) corrupt('second dictionary in one column chunk');
    const bytes = decompressPage(column.codec, stored, header.uncompressedBytes);
    const count = header.values;
    if (count > bytes.length) corrupt(`dictionary of ${count} values in ${bytes.length} bytes`);
    const source: PlainSource = { type: column.type, typeLength: column.typeLength, bytes, start: 0, count };
    if (target.kind === 'text') { this.#textDictionary.length = 0; plainTexts(source, this.#textDictionary, 0); }
    else if (target.kind === 'bigint') { this.#bigDictionary = new BigInt64Array(count); plainBigints(source, this.#bigDictionary, 0); }
    else {
      if (this.#dictionary.length < count) this.#dictionary = new Float64Array(count * 2);
      const beyond = this.#readNumbers(source);
      this.#convertDictionary(target, count);
      for (const [index, fault] of beyond) this.#faults.set(index, fault);
    }
    this.#dictionarySize = count;
  }

  /** Reads the dictionary; values beyond 2^53 are given back by their index, since only a row that has one is at fault. */
  #readNumbers(source: PlainSource): ReadonlyMap<number, PageFault> {
    const beyond = new Map<number, PageFault>();
    try { plainNumbers(source, this.#dictionary, 0); } catch (error) {
      if (!(error instanceof PageFault) || error.code !== 'ARB_PARQUET_RANGE') throw error;
      const width = plainWidth(source.type, source.typeLength);
      for (let i = 0; i < source.count; i++) {
        try { plainNumbers({ ...source, start: i * width, count: 1 }, this.#dictionary, i); } catch (fault) { this.#dictionary[i] = 0; beyond.set(i, fault as PageFault); }
      }
    }
    return beyond;
  }

  /** A value that does not convert is only wrong where a row has it, and the message should name that row: such values are remembered. */
  #convertDictionary(target: NumberTarget, count: number): void {
    this.#faults.clear();
    const convert = (from: number, to: number): void => {
      target.convert?.(this.#dictionary, from, to);
      checkRange(this.#dictionary.subarray(from, to), target.out);
    };
    const original = target.convert === undefined ? undefined : this.#dictionary.slice(0, count);
    try { convert(0, count); } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      if (original !== undefined) this.#dictionary.set(original);
      for (let i = 0; i < count; i++) {
        try { convert(i, i + 1); } catch (fault) { this.#faults.set(i, fault as PageFault); }
      }
    }
  }

  #decodePage(column: StoredColumn, { header, stored }: StoredPage, to: Destination): void {
    const { target, row } = to;
    const levels = header.definitionBytes + header.repetitionBytes;
    const isV2 = header.type === PAGE.dataV2;
    const codec = header.isCompressed ? column.codec : 'UNCOMPRESSED';
    const bytes = decompressPage(codec, isV2 ? stored.subarray(levels) : stored, header.uncompressedBytes - levels);
    let start = 0;
    let nulls = 0;
    if (column.isOptional) {
      let definition = stored.subarray(header.repetitionBytes, levels);
      if (!isV2) {
        if (bytes.length < 4) corrupt('page without levels');
        const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
        if (length > bytes.length - 4) corrupt('levels longer than their page');
        definition = bytes.subarray(4, 4 + length);
        start = 4 + length;
      }
      nulls = this.#readLevels(definition, header.values, to);
    } else target.valid?.fill(1, row, row + header.values);
    const present = header.values - nulls;
    const source: PlainSource = { type: column.type, typeLength: column.typeLength, bytes, start, count: present };
    if (present > 0) this.#decodeValues(header, source, to);
    if (nulls > 0) spread(to, header.values, present);
  }

  /** Definition levels into `valid`; returns how many rows are null. */
  #readLevels(bytes: Uint8Array, count: number, { target, row }: Destination): number {
    const levels = this.#indexScratch(count);
    unpackHybrid({ bytes, start: 0, width: 1 }, levels, count);
    let nulls = 0;
    for (let i = 0; i < count; i++) {
      const isPresent = levels[i] === 1;
      if (!isPresent) {
        if (target.valid === undefined) throw new PageFault('null', { code: 'ARB_PARQUET_NULL', row: i });
        nulls++;
      }
      if (target.valid !== undefined) target.valid[row + i] = isPresent ? 1 : 0;
    }
    return nulls;
  }

  #decodeValues(header: PageHeader, source: PlainSource, to: Destination): void {
    const { count } = source;
    const { target, row } = to;
    switch (header.encoding) {
      case 'RLE_DICTIONARY': case 'PLAIN_DICTIONARY': this.#gather(source, to); return;
      case 'PLAIN':
        if (target.kind === 'text') plainTexts(source, target.out, row);
        else if (target.kind === 'bigint') plainBigints(source, target.out, row);
        else this.#store(target, { row, count }, (out, at) => plainNumbers(source, out, at));
        return;
      case 'DELTA_BINARY_PACKED': {
        if (source.type !== 'INT32' && source.type !== 'INT64') corrupt(`differences in a column of ${source.type}`);
        const isInt32 = source.type === 'INT32';
        if (target.kind === 'text') corrupt('differences in a text column');
        if (target.kind === 'bigint') unpackDelta(source, target.out, { row, count, isInt32 });
        else this.#store(target, { row, count }, (out, at) => { unpackDelta(source, out, { row: at, count, isInt32 }); });
        return;
      }
      case 'DELTA_LENGTH_BYTE_ARRAY':
        if (target.kind !== 'text') corrupt('text in a column of numbers');
        this.#lengthTexts(source, target.out, row);
        return;
      default: throw new PageFault(`encoding ${header.encoding} is not read`, { code: 'ARB_PARQUET_UNSUPPORTED' });
    }
  }

  /** Numbers go straight to their array where it holds doubles as they are, else through scratch space. */
  #store(target: NumberTarget, { row, count }: { readonly row: number; readonly count: number }, read: (out: Float64Array, at: number) => void): void {
    const { out, convert } = target;
    if (out instanceof Float64Array) {
      read(out, row);
      if (convert !== undefined) shiftFaultRow(() => convert(out, row, row + count), row);
      return;
    }
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count * 2);
    read(this.#numbers, 0);
    convert?.(this.#numbers, 0, count);
    checkRange(this.#numbers.subarray(0, count), out);
    if (out instanceof Int32Array) copyToInt32(this.#numbers.subarray(0, count), out, row);
    else copyToUint8(this.#numbers.subarray(0, count), out, row);
  }

  #gather(source: PlainSource, { target, row }: Destination): void {
    const { bytes, start, count } = source;
    if (this.#dictionarySize < 0) corrupt('page refers to a dictionary that is not there');
    if (start >= bytes.length) corrupt('page without values');
    const indices = this.#indexScratch(count);
    unpackHybrid({ bytes, start: start + 1, width: bytes[start]! }, indices, count);
    const size = this.#dictionarySize;
    if (this.#faults.size > 0) {
      const at = indices.subarray(0, count).findIndex((index) => this.#faults.has(index));
      if (at >= 0) { const fault = this.#faults.get(indices[at]!)!; throw new PageFault(fault.message, { code: fault.code, row: at }); }
    }
    let isInside = true;
    if (target.kind === 'text') for (let i = 0; i < count; i++) { const k = indices[i]!; target.out[row + i] = this.#textDictionary[k] ?? ''; isInside &&= k >= 0 && k < size; }
    else if (target.kind === 'bigint') for (let i = 0; i < count; i++) { const k = indices[i]!; isInside &&= k >= 0 && k < size; target.out[row + i] = this.#bigDictionary[k] ?? 0n; }
    else if (target.out instanceof Float64Array) isInside = this.#gatherFloat64(target.out, row, count);
    else if (target.out instanceof Int32Array) isInside = this.#gatherInt32(target.out, row, count);
    else isInside = this.#gatherUint8(target.out, row, count);
    if (!isInside) corrupt(`index beyond the dictionary of ${size} values`);
  }

  // One copy per kind of array: a shared loop would see three kinds and cost twice as much. Each says whether all indices were inside the dictionary.

  #gatherFloat64(out: Float64Array, row: number, count: number): boolean {
    const [dictionary, indices] = [this.#dictionary, this.#indices];
    let highest = 0;
    for (let i = 0; i < count; i++) { const k = indices[i]! >>> 0; if (k > highest) highest = k; out[row + i] = dictionary[k]!; }
    return highest < this.#dictionarySize;
  }

  #gatherInt32(out: Int32Array, row: number, count: number): boolean {
    const [dictionary, indices] = [this.#dictionary, this.#indices];
    let highest = 0;
    for (let i = 0; i < count; i++) { const k = indices[i]! >>> 0; if (k > highest) highest = k; out[row + i] = dictionary[k]!; }
    return highest < this.#dictionarySize;
  }

  #gatherUint8(out: Uint8Array, row: number, count: number): boolean {
    const [dictionary, indices] = [this.#dictionary, this.#indices];
    let highest = 0;
    for (let i = 0; i < count; i++) { const k = indices[i]! >>> 0; if (k > highest) highest = k; out[row + i] = dictionary[k]!; }
    return highest < this.#dictionarySize;
  }

  #lengthTexts(source: PlainSource, out: string[], row: number): void {
    const { bytes, count } = source;
    if (this.#numbers.length < count) this.#numbers = new Float64Array(count * 2);
    let position = unpackDelta(source, this.#numbers, { row: 0, count, isInt32: true });
    for (let i = 0; i < count; i++) {
      const length = this.#numbers[i]!;
      if (!(length >= 0 && length <= bytes.length - position)) corrupt(`text of ${length} bytes beyond the page`);
      out[row + i] = decodeText(bytes, position, length);
      position += length;
    }
  }

  #indexScratch(count: number): Int32Array {
    if (this.#indices.length < count) this.#indices = new Int32Array(count * 2);
    return this.#indices;
  }
}

/** A converter counts from the array's start; the message wants the row of the page. */
function shiftFaultRow(run: () => void, row: number): void {
  try { run(); } catch (error) {
    if (error instanceof PageFault && error.row !== undefined) throw new PageFault(error.message, { code: error.code, row: error.row - row });
    throw error;
  }
}

function checkRange(values: Float64Array, out: Float64Array | Int32Array | Uint8Array): void {
  if (out instanceof Float64Array) return;
  const lowest = out instanceof Int32Array ? -0x8000_0000 : 0;
  const highest = out instanceof Int32Array ? 0x7fff_ffff : 255;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < lowest || value > highest) throw new PageFault(`${value} is outside ${lowest} to ${highest}`, { code: 'ARB_ROW_CODE', row: i });
  }
}

/** Moves `present` packed values apart to the rows that are valid, from the end so that none is overwritten; null rows get 0 or ''. */
function spread({ target, row }: Destination, rows: number, present: number): void {
  const valid = target.valid!;
  let from = row + present - 1;
  for (let i = row + rows - 1; i >= row; i--) {
    const isPresent = valid[i] === 1;
    if (target.kind === 'number') target.out[i] = isPresent ? target.out[from]! : 0;
    else if (target.kind === 'bigint') target.out[i] = isPresent ? target.out[from]! : 0n;
    else target.out[i] = isPresent ? target.out[from]! : '';
    if (isPresent) from--;
  }
}

function copyToInt32(values: Float64Array, out: Int32Array, row: number): void {
  for (let i = 0; i < values.length; i++) out[row + i] = values[i]!;
}

function copyToUint8(values: Float64Array, out: Uint8Array, row: number): void {
  for (let i = 0; i < values.length; i++) out[row + i] = values[i]!;
}
