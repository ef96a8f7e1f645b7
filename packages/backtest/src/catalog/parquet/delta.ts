import { POW2, TWO_32, TWO_53 } from './format.ts';
import { corrupt, PageFault } from './page-fault.ts';

const MAX_BLOCK = 65_536;
const MASK_64 = 0xffff_ffff_ffff_ffffn;

/** A place in a page. */
interface Cursor { readonly bytes: Uint8Array; readonly view: DataView; position: number }

interface Header { readonly miniblocks: number; readonly perMiniblock: number; readonly count: number; readonly first: bigint }

/** Where {@link unpackDelta} puts its values: numbers, or 64-bit integers. */
export type DeltaOutput = Float64Array | BigInt64Array;

/**
 * Unpacks DELTA_BINARY_PACKED integers.
 *
 * @param out takes the values at `row` to `row + count - 1`; a Float64Array gets exact integers or a fault
 * @param options.isInt32 differences wrap at 32 bits instead of 64
 * @returns the position after the last block
 * @throws PageFault `ARB_PARQUET_RANGE` naming the row of a value beyond 2^53, `ARB_PARQUET_CORRUPT`
 */
export function unpackDelta(bytes: Uint8Array, start: number, out: DeltaOutput, options: { readonly row: number; readonly count: number; readonly isInt32: boolean }): number {
  const cursor: Cursor = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), position: start };
  const header = readHeader(cursor);
  const { row, count, isInt32 } = options;
  if (header.count !== count) corrupt(`${header.count} values where ${count} were announced`);
  if (count === 0) return cursor.position;
  if (out instanceof BigInt64Array) { unpackExact(cursor, header, out, options); return cursor.position; }
  out[row] = toNumber(isInt32 ? BigInt.asIntN(32, header.first) : header.first, 0);
  let done = 1;
  while (done < count) done = unpackBlock(cursor, header, out, { ...options, done });
  return cursor.position;
}

/** One block of numbers; falls back to 64-bit integers where a difference may not be exact in a number. */
function unpackBlock(cursor: Cursor, header: Header, out: Float64Array, at: { readonly row: number; readonly count: number; readonly isInt32: boolean; readonly done: number }): number {
  const { bytes } = cursor;
  const blockStart = cursor.position;
  const minDelta = readZigzag(cursor);
  const widths = cursor.position;
  if (widths + header.miniblocks > bytes.length) corrupt(`block ends early at ${at.done} of ${at.count}`);
  let widest = 0;
  for (let m = 0; m < header.miniblocks; m++) widest = Math.max(widest, bytes[widths + m]!);
  const minimum = Number(minDelta);
  const previous = out[at.row + at.done - 1]!;
  // Every partial sum of the block stays below this, so within 2^53 all of them are exact.
  const reach = Math.abs(previous) + (Math.abs(minimum) + 2 * (widest > 52 ? TWO_53 : POW2[widest]!)) * header.miniblocks * header.perMiniblock;
  if (!at.isInt32 && !(reach <= TWO_53)) {
    cursor.position = blockStart;
    return unpackWideBlock(cursor, header, out, at);
  }
  if (at.isInt32 && widest > 32) corrupt(`differences of ${widest} bits in a column of 32`);
  cursor.position = widths + header.miniblocks;
  let done = at.done;
  let value = previous;
  for (let m = 0; m < header.miniblocks && done < at.count; m++) {
    const width = bytes[widths + m]!;
    const values = Math.min(header.perMiniblock, at.count - done);
    if (cursor.position + Math.ceil(values * width / 8) > bytes.length) corrupt(`values end at ${done} of ${at.count}`);
    value = unpackMiniblock(cursor, { width, values, minimum, value }, out, at.row + done);
    if (at.isInt32) { wrap32(out, at.row + done, values); value = out[at.row + done + values - 1]!; }
    cursor.position += header.perMiniblock * width / 8;
    done += values;
  }
  return done;
}

function wrap32(out: Float64Array, from: number, count: number): void {
  for (let i = from; i < from + count; i++) out[i] = out[i]! | 0;
}

interface Miniblock { readonly width: number; readonly values: number; readonly minimum: number; readonly value: number }

/** Adds up the differences of one miniblock; the hot loop of every time column. */
function unpackMiniblock(cursor: Cursor, block: Miniblock, out: Float64Array, row: number): number {
  const { view, position } = cursor;
  const { width, values, minimum } = block;
  let value = block.value;
  if (width === 0) {
    for (let i = 0; i < values; i++) { value += minimum; out[row + i] = value; }
    return value;
  }
  const wordBytes = width <= 25 ? 4 : 8;
  const whole = width > 52 ? 0 : Math.max(0, Math.min(values, Math.floor(((view.byteLength - position - wordBytes) * 8 + 7) / width)));
  let i = 0;
  if (width <= 25) {
    const mask = (1 << width) - 1;
    for (let bit = 0; i < whole; i++, bit += width) {
      value += minimum + (view.getUint32(position + (bit >>> 3), true) >>> (bit & 7) & mask);
      out[row + i] = value;
    }
  } else {
    for (let bit = 0; i < whole; i++, bit += width) {
      const shift = bit & 7;
      const low = view.getUint32(position + (bit >>> 3), true) >>> shift;
      const highBits = width - 32 + shift;
      const high = highBits <= 0 ? 0 : view.getUint32(position + (bit >>> 3) + 4, true) % POW2[highBits]!;
      const residual = highBits <= 0 ? low % POW2[width]! : low + high * POW2[32 - shift]!;
      value += minimum + residual;
      out[row + i] = value;
    }
  }
  for (; i < values; i++) {
    value += minimum + Number(readBits(cursor.bytes, position, i * width, width));
    out[row + i] = value;
  }
  return value;
}

/** A block whose differences or sums may leave the exact range of numbers. */
function unpackWideBlock(cursor: Cursor, header: Header, out: Float64Array, at: { readonly row: number; readonly count: number; readonly done: number }): number {
  const values = Math.min(header.miniblocks * header.perMiniblock, at.count - at.done);
  const exact = new BigInt64Array(values + 1);
  exact[0] = BigInt(out[at.row + at.done - 1]!);
  const end = unpackExactBlock(cursor, header, exact, { done: 1, count: values + 1, isInt32: false });
  for (let i = 1; i < end; i++) out[at.row + at.done + i - 1] = toNumber(exact[i]!, at.done + i - 1);
  return at.done + values;
}

function unpackExact(cursor: Cursor, header: Header, out: BigInt64Array, options: { readonly row: number; readonly count: number; readonly isInt32: boolean }): void {
  const target = out.subarray(options.row, options.row + options.count);
  target[0] = options.isInt32 ? BigInt.asIntN(32, header.first) : header.first;
  let done = 1;
  while (done < options.count) done = unpackExactBlock(cursor, header, target, { done, count: options.count, isInt32: options.isInt32 });
}

function unpackExactBlock(cursor: Cursor, header: Header, out: BigInt64Array, at: { readonly done: number; readonly count: number; readonly isInt32: boolean }): number {
  const { bytes } = cursor;
  const minDelta = readZigzag(cursor);
  const widths = cursor.position;
  if (widths + header.miniblocks > bytes.length) corrupt(`block ends early at ${at.done} of ${at.count}`);
  cursor.position += header.miniblocks;
  let done = at.done;
  for (let m = 0; m < header.miniblocks && done < at.count; m++) {
    const width = bytes[widths + m]!;
    if (width > 64) corrupt(`differences of ${width} bits`);
    const values = Math.min(header.perMiniblock, at.count - done);
    if (cursor.position + Math.ceil(values * width / 8) > bytes.length) corrupt(`values end at ${done} of ${at.count}`);
    for (let i = 0; i < values; i++, done++) {
      const next = out[done - 1]! + minDelta + readBits(bytes, cursor.position, i * width, width);
      out[done] = at.isInt32 ? BigInt.asIntN(32, next) : BigInt.asIntN(64, next);
    }
    cursor.position += header.perMiniblock * width / 8;
  }
  return done;
}

function readBits(bytes: Uint8Array, position: number, bit: number, width: number): bigint {
  let value = 0n;
  for (let k = 0; k < width;) {
    const at = bit + k;
    const take = Math.min(8 - (at & 7), width - k);
    value |= BigInt(bytes[position + (at >>> 3)]! >>> (at & 7) & ((1 << take) - 1)) << BigInt(k);
    k += take;
  }
  return value;
}

function readHeader(cursor: Cursor): Header {
  const block = readVarint(cursor);
  const miniblocks = readVarint(cursor);
  const count = readVarint(cursor);
  const first = readZigzag(cursor);
  const perMiniblock = block / miniblocks;
  if (!(block > 0 && block <= MAX_BLOCK) || !Number.isInteger(perMiniblock) || perMiniblock % 8 !== 0) corrupt(`blocks of ${block} values in ${miniblocks} parts`);
  return { miniblocks, perMiniblock, count, first };
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 5; i++) {
    if (cursor.position >= cursor.bytes.length) corrupt('values end within a number');
    const byte = cursor.bytes[cursor.position++]!;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
  return corrupt('a count has more than 5 bytes');
}

function readZigzag(cursor: Cursor): bigint {
  let low = 0;
  let factor = 1;
  const start = cursor.position;
  for (let i = 0; i < 10; i++) {
    if (cursor.position >= cursor.bytes.length) corrupt('values end within a number');
    const byte = cursor.bytes[cursor.position++]!;
    low += (byte & 127) * factor;
    if (byte < 128) return low < TWO_53 ? BigInt(low % 2 === 1 ? -(low + 1) / 2 : low / 2) : readWideZigzag(cursor.bytes, start);
    factor *= 128;
  }
  return corrupt('a number has more than 10 bytes');
}

function readWideZigzag(bytes: Uint8Array, start: number): bigint {
  let raw = 0n;
  let position = start;
  let shift = 0n;
  let byte: number;
  do { byte = bytes[position++]!; raw |= BigInt(byte & 127) << shift; shift += 7n; } while (byte > 127);
  raw &= MASK_64;
  return BigInt.asIntN(64, raw & 1n ? -(raw >> 1n) - 1n : raw >> 1n);
}

function toNumber(value: bigint, row: number): number {
  const number = Number(value);
  if (number > TWO_53 || number < -TWO_53 || BigInt(number) !== value) throw new PageFault(`${value} is beyond 2^53`, { code: 'ARB_PARQUET_RANGE', row });
  return number;
}

const RESIDUALS = new Float64Array(128);
const BLOCK = 128;
const MINIBLOCK = 32;

/**
 * Packs integers of magnitude ≤ 2^51 as DELTA_BINARY_PACKED, in blocks of 128 with four miniblocks.
 *
 * @param out is big enough: {@link deltaBound} bytes
 * @returns bytes written
 */
export function packDelta(values: Float64Array, count: number, out: Uint8Array): number {
  let length = putVarint(out, 0, BLOCK);
  length = putVarint(out, length, BLOCK / MINIBLOCK);
  length = putVarint(out, length, count);
  length = putZigzag(out, length, count === 0 ? 0 : values[0]!);
  for (let start = 1; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start);
    let minimum = Infinity;
    for (let k = 0; k < size; k++) {
      const delta = values[start + k]! - values[start + k - 1]!;
      RESIDUALS[k] = delta;
      if (delta < minimum) minimum = delta;
    }
    length = putZigzag(out, length, minimum);
    const widths = length;
    length += BLOCK / MINIBLOCK;
    for (let m = 0; m < BLOCK / MINIBLOCK; m++) {
      const from = m * MINIBLOCK;
      const to = Math.min(from + MINIBLOCK, size);
      let largest = 0;
      for (let k = from; k < to; k++) { const residual = RESIDUALS[k]! - minimum; RESIDUALS[k] = residual; if (residual > largest) largest = residual; }
      for (let k = Math.max(from, to); k < from + MINIBLOCK; k++) RESIDUALS[k] = 0;
      const width = bitsOf(largest);
      out[widths + m] = width;
      length = width <= 24 ? packNarrow(out, length, from, width) : packWide(out, length, from, width);
    }
  }
  return length;
}

/** Bytes that {@link packDelta} never exceeds for `count` values. */
export function deltaBound(count: number): number {
  return 64 + Math.ceil(count / BLOCK + 1) * (10 + BLOCK / MINIBLOCK + BLOCK * 8);
}

function packNarrow(out: Uint8Array, start: number, from: number, width: number): number {
  if (width === 0) return start;
  let length = start;
  let pending = 0;
  let bits = 0;
  for (let k = from; k < from + MINIBLOCK; k++) {
    pending |= RESIDUALS[k]! << bits;
    bits += width;
    while (bits >= 8) { out[length++] = pending; pending >>>= 8; bits -= 8; }
  }
  return length;
}

function packWide(out: Uint8Array, start: number, from: number, width: number): number {
  let length = start;
  let pending = 0;
  let bits = 0;
  for (let k = from; k < from + MINIBLOCK; k++) {
    let value = RESIDUALS[k]!;
    for (let left = width; left > 0;) {
      const take = Math.min(8 - bits, left);
      const modulus = 1 << take;
      const low = value % modulus;
      value = (value - low) / modulus;
      pending |= low << bits;
      bits += take;
      left -= take;
      if (bits === 8) { out[length++] = pending; pending = 0; bits = 0; }
    }
  }
  return length;
}

function bitsOf(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / TWO_32));
}

/** Writes an unsigned LEB128 number; returns the position after it. */
export function putVarint(out: Uint8Array, position: number, value: number): number {
  let at = position;
  let rest = value;
  while (rest > 127) { out[at++] = rest % 128 | 128; rest = Math.floor(rest / 128); }
  out[at++] = rest;
  return at;
}

function putZigzag(out: Uint8Array, position: number, value: number): number {
  return putVarint(out, position, value < 0 ? -value * 2 - 1 : value * 2);
}
