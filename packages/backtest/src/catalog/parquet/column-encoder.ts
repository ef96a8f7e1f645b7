import { invariant } from '@arb/core';
import { deltaBound, packDelta, putVarint } from './delta.ts';
import type { Encoding } from './format.ts';
import { TWO_32 } from './format.ts';
import type { ColumnSpec, ColumnValues } from './parquet-writer.ts';

/** A column of one row group, encoded but not compressed. Bodies are scratch space: valid until the next column. */
export interface EncodedPages {
  readonly encoding: Encoding;
  readonly dictionary: { readonly count: number; readonly values: Uint8Array } | undefined;
  readonly values: Uint8Array;
  /** Definition levels; empty for a required column. */
  readonly levels: Uint8Array;
  readonly nulls: number;
  /** Extremes in PLAIN encoding; undefined for text and where every row is null. */
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
}

/** Bytes of a `decimal128`. */
export const WIDE_BYTES = 16;

/** Beyond this the differences of a column may not be exact in a number. */
const MAX_DELTA_MAGNITUDE = 2_251_799_813_685_248;
/** Beyond this the differences of a column of 32 bits would wrap, which readers do not agree upon. */
const MAX_DELTA_SPAN_32 = 0x3fff_ffff;
const MAX_DICTIONARY = 1 << 15;
const TABLE_BITS = 17;
const TABLE_MASK = (1 << TABLE_BITS) - 1;

/** Scratch space for encoding, kept from column to column. */
export class PageEncoder {
  /** Values without their nulls. */
  numbers: Float64Array = new Float64Array(1 << 16);
  body: Uint8Array = new Uint8Array(1 << 16);
  readonly table: Int32Array = new Int32Array(1 << TABLE_BITS);
  readonly dictionary: Float64Array = new Float64Array(MAX_DICTIONARY);
  indices: Uint16Array = new Uint16Array(1 << 16);

  reserve(values: number, bytes: number): void {
    if (this.numbers.length < values) this.numbers = new Float64Array(values * 2);
    if (this.indices.length < values) this.indices = new Uint16Array(values * 2);
    if (this.body.length < bytes) this.body = new Uint8Array(bytes * 2);
  }
}

/** Encodes a column the way that is smallest for its kind: differences for what grows, a dictionary for what repeats. */
export function encodeColumn(encoder: PageEncoder, spec: ColumnSpec, column: ColumnValues & { readonly rows: number }): EncodedPages {
  invariant((spec.isOptional === true) === (column.valid !== undefined), 'an optional column comes with valid, another without', { column: spec.name });
  const { levels, nulls } = column.valid === undefined ? { levels: new Uint8Array(0), nulls: 0 } : encodeLevels(column.valid, column.rows);
  const { values, valid, rows } = column;
  if (spec.type === 'decimal128') return { encoding: 'PLAIN', dictionary: undefined, values: encodeWide({ values: values as readonly bigint[], valid, rows }), levels, nulls, min: undefined, max: undefined };
  if (Array.isArray(values)) return { encoding: 'PLAIN', dictionary: undefined, values: encodeTexts(encoder, { values: values as readonly string[], valid, rows }), levels, nulls, min: undefined, max: undefined };
  if (values instanceof BigInt64Array) return { ...encodeBigints(values, valid, rows), levels, nulls };
  return { ...encodeNumbers(encoder, spec, { values: values as Float64Array, valid, rows }), levels, nulls };
}

interface Cells<V> { readonly values: V; readonly valid: Uint8Array | undefined; readonly rows: number }

type Body = Omit<EncodedPages, 'levels' | 'nulls'>;

/** Two's complement, the highest byte first, as all readers expect a DECIMAL of 16 bytes. */
function encodeWide({ values, valid, rows }: Cells<readonly bigint[]>): Uint8Array {
  const present = values.filter((_, row) => row < rows && valid?.[row] !== 0);
  const bytes = new DataView(new ArrayBuffer(present.length * WIDE_BYTES));
  present.forEach((value, i) => {
    bytes.setBigInt64(i * WIDE_BYTES, value >> 64n);
    bytes.setBigUint64(i * WIDE_BYTES + 8, BigInt.asUintN(64, value));
  });
  return new Uint8Array(bytes.buffer);
}

function encodeNumbers(encoder: PageEncoder, spec: ColumnSpec, { values, valid, rows }: Cells<Float64Array | Int32Array | Uint8Array>): Body {
  const width = spec.type === 'int32' ? 4 : 8;
  encoder.reserve(rows, Math.max(rows * width, deltaBound(rows)));
  const { numbers } = encoder;
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < rows; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    const value = values[i]! + 0;
    if (value < min) min = value;
    if (value > max) max = value;
    if (!Number.isSafeInteger(value)) invariant(false, 'only whole numbers reach the encoder', { column: spec.name, row: i, value });
    numbers[count++] = value;
  }
  const extremes = count === 0 ? { min: undefined, max: undefined } : { min: plain([min], width), max: plain([max], width) };
  if (count > 0 && spec.encoding === 'dictionary') {
    const size = buildDictionary(encoder, count);
    if (size > 0) {
      const length = packIndices(encoder, count, size);
      return { encoding: 'RLE_DICTIONARY', dictionary: { count: size, values: plain(encoder.dictionary.subarray(0, size), width) }, values: encoder.body.subarray(0, length), ...extremes };
    }
  }
  if (count > 0 && (width === 8 ? -min <= MAX_DELTA_MAGNITUDE && max <= MAX_DELTA_MAGNITUDE : max - min <= MAX_DELTA_SPAN_32)) {
    return { encoding: 'DELTA_BINARY_PACKED', dictionary: undefined, values: encoder.body.subarray(0, packDelta(numbers, count, encoder.body)), ...extremes };
  }
  return { encoding: 'PLAIN', dictionary: undefined, values: plain(numbers.subarray(0, count), width), ...extremes };
}

function plain(values: ArrayLike<number>, width: 4 | 8): Uint8Array {
  const words = new Int32Array(values.length * width / 4);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (width === 4) { words[i] = value; continue; }
    const high = Math.floor(value / TWO_32);
    words[2 * i] = value - high * TWO_32;
    words[2 * i + 1] = high;
  }
  return new Uint8Array(words.buffer);
}

/** Distinct values in order of appearance, by open addressing over the bits of the doubles; 0 where there are too many. */
function buildDictionary(encoder: PageEncoder, count: number): number {
  const { numbers, table, dictionary, indices } = encoder;
  const words = new Int32Array(numbers.buffer, numbers.byteOffset, count * 2);
  const limit = Math.min(MAX_DICTIONARY, Math.ceil(count / 2) + 1);
  table.fill(-1);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const value = numbers[i]!;
    let slot = Math.imul(words[2 * i]! ^ Math.imul(words[2 * i + 1]!, 0x9e3779b1), 0x85ebca6b) >>> 32 - TABLE_BITS;
    let index = table[slot]!;
    while (index >= 0 && dictionary[index] !== value) {
      slot = slot + 1 & TABLE_MASK;
      index = table[slot]!;
    }
    if (index < 0) {
      if (size >= limit) return 0;
      index = size++;
      table[slot] = index;
      dictionary[index] = value;
    }
    indices[i] = index;
  }
  return size;
}

/** Width byte and one run: repeated where the dictionary has one value, else bit-packed. */
function packIndices(encoder: PageEncoder, count: number, size: number): number {
  const { body, indices } = encoder;
  const width = size === 1 ? 0 : 32 - Math.clz32(size - 1);
  body[0] = width;
  if (width === 0) return putVarint(body, 1, count * 2);
  const groups = Math.ceil(count / 8);
  let length = putVarint(body, 1, groups * 2 + 1);
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < groups * 8; i++) {
    pending |= (i < count ? indices[i]! : 0) << bits;
    bits += width;
    while (bits >= 8) { body[length++] = pending; pending >>>= 8; bits -= 8; }
  }
  return length;
}

/** Definition levels of one bit as one bit-packed run. */
function encodeLevels(valid: Uint8Array, rows: number): { readonly levels: Uint8Array; readonly nulls: number } {
  const groups = Math.ceil(rows / 8);
  const levels = new Uint8Array(groups + 5);
  const start = putVarint(levels, 0, groups * 2 + 1);
  let nulls = 0;
  for (let i = 0; i < rows; i++) {
    if (valid[i] === 0) nulls++;
    else levels[start + (i >>> 3)]! |= 1 << (i & 7);
  }
  return { levels: levels.subarray(0, start + groups), nulls };
}

function encodeBigints(values: BigInt64Array, valid: Uint8Array | undefined, rows: number): Body {
  const present = valid === undefined ? values.slice(0, rows) : BigInt64Array.from(values.subarray(0, rows)).filter((_, i) => valid[i] === 1);
  let min = present[0];
  let max = present[0];
  for (const value of present) {
    if (value < min!) min = value;
    if (value > max!) max = value;
  }
  const bytes = (value: bigint | undefined): Uint8Array | undefined => value === undefined ? undefined : new Uint8Array(BigInt64Array.of(value).buffer);
  return { encoding: 'PLAIN', dictionary: undefined, values: new Uint8Array(present.buffer, present.byteOffset, present.byteLength), min: bytes(min), max: bytes(max) };
}

function encodeTexts(encoder: PageEncoder, { values, valid, rows }: Cells<readonly string[]>): Uint8Array {
  const utf8 = new TextEncoder();
  let length = 0;
  for (let i = 0; i < rows; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    const text = values[i]!;
    const most = text.length * 3;
    if (length + 4 + most > encoder.body.length) {
      const grown = new Uint8Array((length + 4 + most) * 2);
      grown.set(encoder.body.subarray(0, length));
      encoder.body = grown;
    }
    const { written } = utf8.encodeInto(text, encoder.body.subarray(length + 4));
    new DataView(encoder.body.buffer).setUint32(length, written, true);
    length += 4 + written;
  }
  return encoder.body.subarray(0, length);
}
