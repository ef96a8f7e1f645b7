import { POW2, TWO_32, TWO_53 } from './format.ts';
import { corrupt, PageFault } from './page-fault.ts';

const MAX_BLOCK = 65_536;
const MASK_64 = 0xffff_ffff_ffff_ffffn;

/** Where {@link unpackDelta} puts its values: numbers, or 64-bit integers. */
export type DeltaOutput = Float64Array | BigInt64Array;

/** Which values a page has and where they go. */
export interface DeltaPage {
  /** Index of the first value in the output. */
  readonly row: number;
  readonly count: number;
  /** Differences wrap at 32 bits instead of 64. */
  readonly isInt32: boolean;
}

/**
 * Unpacks DELTA_BINARY_PACKED integers.
 *
 * @param out takes the values at `row` to `row + count - 1`; a Float64Array gets exact integers or a fault
 * @returns the position after the last block
 * @throws PageFault `ARB_PARQUET_RANGE` naming the row of a value beyond 2^53, `ARB_PARQUET_CORRUPT`
 */
export function unpackDelta(source: { readonly bytes: Uint8Array; readonly start: number }, out: DeltaOutput, page: DeltaPage): number {
  return new DeltaUnpacker(source.bytes, source.start).unpack(out, page);
}

class DeltaUnpacker {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;
  #miniblocks = 0;
  #perMiniblock = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
  }

  unpack(out: DeltaOutput, page: DeltaPage): number {
    const { row, count, isInt32 } = page;
    const first = this.#readHeader(count);
    if (count === 0) return this.#position;
    if (out instanceof BigInt64Array) {
      const target = out.subarray(row, row + count);
      target[0] = isInt32 ? BigInt.asIntN(32, first) : first;
      for (let done = 1; done < count;) done = this.#exactBlock(target, done, isInt32);
      return this.#position;
    }
    const target = out.subarray(row, row + count);
    target[0] = toNumber(isInt32 ? BigInt.asIntN(32, first) : first, 0);
    for (let done = 1; done < count;) done = this.#block(target, done, isInt32);
    return this.#position;
  }

  #readHeader(count: number): bigint {
    const block = this.#varint();
    this.#miniblocks = this.#varint();
    const announced = this.#varint();
    const first = this.#exactZigzag();
    this.#perMiniblock = block / this.#miniblocks;
    if (!(block > 0 && block <= MAX_BLOCK) || !Number.isInteger(this.#perMiniblock) || this.#perMiniblock % 8 !== 0) corrupt(`blocks of ${block} values in ${this.#miniblocks} parts`);
    if (announced !== count) corrupt(`${announced} values where ${count} were announced`);
    return first;
  }

  /** One block of numbers; in 64-bit integers where a difference or sum may not be exact in a number. Returns how many values are done. */
  #block(out: Float64Array, from: number, isInt32: boolean): number {
    const bytes = this.#bytes;
    const blockStart = this.#position;
    const minimum = this.#zigzag();
    const widths = this.#position;
    const miniblocks = this.#miniblocks;
    const perMiniblock = this.#perMiniblock;
    if (widths + miniblocks > bytes.length) corrupt(`block ends early at ${from} of ${out.length}`);
    let widest = 0;
    for (let m = 0; m < miniblocks; m++) if (bytes[widths + m]! > widest) widest = bytes[widths + m]!;
    let value = out[from - 1]!;
    // Every partial sum of the block stays below this, so within 2^53 all of them are exact.
    const reach = Math.abs(value) + (Math.abs(minimum) + 2 * POW2[Math.min(widest, 53)]!) * miniblocks * perMiniblock;
    if (!isInt32 && !(reach <= TWO_53)) {
      this.#position = blockStart;
      return this.#wideBlock(out, from);
    }
    if (isInt32 && (widest > 32 || !(reach <= TWO_53))) corrupt(`differences of ${widest} bits in a column of 32`);
    let position = widths + miniblocks;
    let done = from;
    for (let m = 0; m < miniblocks && done < out.length; m++) {
      const width = bytes[widths + m]!;
      const end = Math.min(done + perMiniblock, out.length);
      if (position + Math.ceil((end - done) * width / 8) > bytes.length) corrupt(`values end at ${done} of ${out.length}`);
      const view = this.#view;
      if (width === 0) {
        for (let i = done; i < end; i++) { value += minimum; out[i] = value; }
      } else if (width <= 25 && position + perMiniblock * width / 8 + 4 <= bytes.length) {
        // The hot loop of every time column: a difference lies within four bytes from its first one.
        const mask = (1 << width) - 1;
        for (let i = done, bit = position * 8; i < end; i++, bit += width) {
          value += minimum + (view.getUint32(bit >>> 3, true) >>> (bit & 7) & mask);
          out[i] = value;
        }
      } else value = this.#anyMiniblock(out, { from: done, end, width, position, minimum, value });
      if (isInt32) { for (let i = done; i < end; i++) out[i] = out[i]! | 0; value = out[end - 1]!; }
      position += perMiniblock * width / 8;
      done = end;
    }
    this.#position = position;
    return done;
  }

  /** Differences of up to 52 bits, and those at the very end of a page. */
  #anyMiniblock(out: Float64Array, block: { readonly from: number; readonly end: number; readonly width: number; readonly position: number; readonly minimum: number; readonly value: number }): number {
    const { from, end, width, position, minimum } = block;
    const view = this.#view;
    let value = block.value;
    for (let i = from, bit = 0; i < end; i++, bit += width) {
      const at = position + (bit >>> 3);
      if (at + 8 > view.byteLength) { value += minimum + Number(readBits(this.#bytes, position, bit, width)); out[i] = value; continue; }
      const shift = bit & 7;
      const low = view.getUint32(at, true) >>> shift;
      const highBits = width - 32 + shift;
      value += minimum + (highBits <= 0 ? low % POW2[width]! : low + view.getUint32(at + 4, true) % POW2[highBits]! * POW2[32 - shift]!);
      out[i] = value;
    }
    return value;
  }

  #wideBlock(out: Float64Array, from: number): number {
    const values = Math.min(this.#miniblocks * this.#perMiniblock, out.length - from);
    const exact = new BigInt64Array(values + 1);
    exact[0] = BigInt(out[from - 1]!);
    this.#exactBlock(exact, 1, false);
    for (let i = 0; i < values; i++) out[from + i] = toNumber(exact[i + 1]!, from + i);
    return from + values;
  }

  #exactBlock(out: BigInt64Array, from: number, isInt32: boolean): number {
    const bytes = this.#bytes;
    const minimum = this.#exactZigzag();
    const widths = this.#position;
    if (widths + this.#miniblocks > bytes.length) corrupt(`block ends early at ${from} of ${out.length}`);
    this.#position += this.#miniblocks;
    let done = from;
    for (let m = 0; m < this.#miniblocks && done < out.length; m++) {
      const width = bytes[widths + m]!;
      if (width > 64) corrupt(`differences of ${width} bits`);
      const values = Math.min(this.#perMiniblock, out.length - done);
      if (this.#position + Math.ceil(values * width / 8) > bytes.length) corrupt(`values end at ${done} of ${out.length}`);
      for (let i = 0; i < values; i++, done++) {
        const next = out[done - 1]! + minimum + readBits(bytes, this.#position, i * width, width);
        out[done] = isInt32 ? BigInt.asIntN(32, next) : BigInt.asIntN(64, next);
      }
      this.#position += this.#perMiniblock * width / 8;
    }
    return done;
  }

  #varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.#position >= bytes.length) corrupt('values end within a number');
      const byte = bytes[this.#position++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return corrupt('a number has more than 10 bytes');
  }

  /** A signed number; one beyond 2^53 is only near, and large enough to be noticed. */
  #zigzag(): number {
    const raw = this.#varint();
    return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2;
  }

  #exactZigzag(): bigint {
    const start = this.#position;
    this.#varint();
    let raw = 0n;
    for (let at = start, shift = 0n; at < this.#position; at++, shift += 7n) raw |= BigInt(this.#bytes[at]! & 127) << shift;
    raw &= MASK_64;
    return BigInt.asIntN(64, raw & 1n ? -(raw >> 1n) - 1n : raw >> 1n);
  }
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

function toNumber(value: bigint, row: number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new PageFault(`${value} is beyond 2^53`, { code: 'ARB_PARQUET_RANGE', row });
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
