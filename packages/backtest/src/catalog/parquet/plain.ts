import { type PhysicalType, TWO_32 } from './format.ts';
import { corrupt, PageFault } from './page-fault.ts';

/** Bytes of one PLAIN value; 0 where the length varies. */
export function plainWidth(type: PhysicalType, typeLength: number): number {
  switch (type) {
    case 'INT32': return 4;
    case 'INT64': return 8;
    case 'FIXED_LEN_BYTE_ARRAY': return typeLength;
    default: return 0;
  }
}

/** Highest upper half of an integer below 2^53. */
const MAX_HIGH = 0x1f_ffff;

/** What PLAIN values are read from: `count` values from `start` on. */
export interface PlainSource {
  readonly type: PhysicalType;
  readonly typeLength: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly count: number;
}

/**
 * Reads PLAIN integers and decimals into numbers, exactly.
 *
 * @throws PageFault `ARB_PARQUET_RANGE` for a value of 2^53 or more, `ARB_PARQUET_CORRUPT` where the bytes end early
 */
export function plainNumbers(source: PlainSource, out: Float64Array, row: number): void {
  const { type, typeLength, bytes, start, count } = source;
  const width = plainWidth(type, typeLength);
  if (width === 0) throw new PageFault(`${type} is not an integer or decimal column`, { code: 'ARB_PARQUET_UNSUPPORTED' });
  if (start + count * width > bytes.length) corrupt(`${count} values of ${width} bytes in ${bytes.length - start} bytes`);
  if (type === 'FIXED_LEN_BYTE_ARRAY') { bigEndianNumbers(source, out, row); return; }
  const isAligned = (bytes.byteOffset + start) % 4 === 0;
  const words = isAligned ? new Int32Array(bytes.buffer, bytes.byteOffset + start, count * width / 4) : new Int32Array(bytes.slice(start, start + count * width).buffer);
  if (type === 'INT32') { out.set(words, row); return; }
  for (let i = 0, j = 0; i < count; i++, j += 2) {
    const high = words[j + 1]!;
    if (high > MAX_HIGH || high < -MAX_HIGH - 1) tooLarge(bytes, start, i);
    out[row + i] = high * TWO_32 + (words[j]! >>> 0);
  }
}

function tooLarge(bytes: Uint8Array, start: number, row: number): never {
  const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(start + row * 8, true);
  throw new PageFault(`${value} is beyond 2^53`, { code: 'ARB_PARQUET_RANGE', row });
}

/** DECIMAL as big-endian two's complement, the way pyarrow stores decimal128. */
function bigEndianNumbers(source: PlainSource, out: Float64Array, row: number): void {
  const { bytes, start, count, typeLength } = source;
  for (let i = 0; i < count; i++) {
    const value = bigEndian(bytes, start + i * typeLength, typeLength);
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new PageFault(`${value} is beyond 2^53`, { code: 'ARB_PARQUET_RANGE', row: i });
    out[row + i] = number;
  }
}

function bigEndian(bytes: Uint8Array, start: number, length: number): bigint {
  let value = 0n;
  for (let k = 0; k < length; k++) value = value << 8n | BigInt(bytes[start + k]!);
  return BigInt.asIntN(length * 8, value);
}

/** Reads PLAIN integers and decimals of up to 64 bits exactly; for columns of few rows. */
export function plainBigints(source: PlainSource, out: BigInt64Array, row: number): void {
  const { type, typeLength, bytes, start, count } = source;
  const width = plainWidth(type, typeLength);
  if (width === 0) throw new PageFault(`${type} is not an integer or decimal column`, { code: 'ARB_PARQUET_UNSUPPORTED' });
  if (start + count * width > bytes.length) corrupt(`${count} values of ${width} bytes in ${bytes.length - start} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    if (type === 'INT64') { out[row + i] = view.getBigInt64(start + i * 8, true); continue; }
    if (type === 'INT32') { out[row + i] = BigInt(view.getInt32(start + i * 4, true)); continue; }
    const value = bigEndian(bytes, start + i * typeLength, typeLength);
    if (BigInt.asIntN(64, value) !== value) throw new PageFault(`${value} has more than 18 digits`, { code: 'ARB_PARQUET_RANGE', row: i });
    out[row + i] = value;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads PLAIN strings.
 *
 * @throws PageFault where the bytes end early or are not UTF-8
 */
export function plainTexts(source: PlainSource, out: string[], row: number): void {
  const { bytes, count } = source;
  if (source.type !== 'BYTE_ARRAY') throw new PageFault(`${source.type} is not a text column`, { code: 'ARB_PARQUET_UNSUPPORTED' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = source.start;
  for (let i = 0; i < count; i++) {
    if (position + 4 > bytes.length) corrupt(`text ends after ${i} of ${count}`);
    const length = view.getUint32(position, true);
    position += 4;
    if (length > bytes.length - position) corrupt(`text of ${length} bytes beyond the page`);
    out[row + i] = decodeText(bytes, position, length);
    position += length;
  }
}

/** Text at a place; ids are short ASCII, for which this beats the decoder. */
export function decodeText(bytes: Uint8Array, start: number, length: number): string {
  if (length > 24) return utf8.decode(bytes.subarray(start, start + length));
  let text = '';
  for (let i = start; i < start + length; i++) {
    const byte = bytes[i]!;
    if (byte > 127) return utf8.decode(bytes.subarray(start, start + length));
    text += String.fromCharCode(byte);
  }
  return text;
}
