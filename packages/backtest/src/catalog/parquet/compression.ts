import zlib from 'node:zlib';
import { compress, decompress, init } from '@bokuweb/zstd-wasm';
import type { Codec } from './format.ts';
import { corrupt, PageFault } from './page-fault.ts';
import { unsnappy } from './snappy.ts';

const ZSTD_LEVEL = 3;

/** Present from Node 22.15; two thirds faster than the WebAssembly build that Node 20 uses. */
const nativeUnzstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array }).zstdDecompressSync;

let ready: Promise<void> | undefined;

/** Loads the zstd module; must be awaited once before files are read or written. */
export function loadCompression(): Promise<void> {
  ready ??= init();
  return ready;
}

/** Compresses with zstd level 3, always by the same build of the library: a file has the same bytes on every version of Node. */
export function zstd(bytes: Uint8Array): Uint8Array {
  return compress(bytes, ZSTD_LEVEL);
}

/**
 * Decompresses a page.
 *
 * @param size bytes the result must have
 * @throws PageFault where the page is damaged, has another size or an unsupported codec
 */
export function decompressPage(codec: Codec, bytes: Uint8Array, size: number): Uint8Array {
  if (codec === 'UNCOMPRESSED') return bytes.length === size ? bytes : corrupt(`page of ${bytes.length} bytes where ${size} were announced`);
  if (size === 0) return bytes.subarray(0, 0);
  const page = unpack(codec, bytes, size);
  return page.length === size ? page : corrupt(`page of ${page.length} bytes where ${size} were announced`);
}

function unpack(codec: Codec, bytes: Uint8Array, size: number): Uint8Array {
  switch (codec) {
    case 'ZSTD': return unzstd(bytes, size);
    case 'SNAPPY': return unsnappy(bytes, size);
    case 'GZIP': return plainBytes(zlib.gunzipSync(bytes, { maxOutputLength: size }));
    default: throw new PageFault(`compression ${codec} is not read`, { code: 'ARB_PARQUET_UNSUPPORTED' });
  }
}

/** Decompresses one zstd frame of `size` bytes. */
export function unzstd(bytes: Uint8Array, size: number): Uint8Array {
  return nativeUnzstd === undefined ? unzstdWasm(bytes, size) : plainBytes(nativeUnzstd(bytes, { maxOutputLength: size }));
}

/** A Buffer's `slice` is a view and not a copy; nothing behind this line has to know. */
function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The frame's own size is checked first: the module allocates what the frame claims. */
function unzstdWasm(bytes: Uint8Array, size: number): Uint8Array {
  const claimed = zstdContentSize(bytes);
  if (claimed !== undefined && claimed !== size) corrupt(`zstd frame of ${claimed} bytes where ${size} were announced`);
  return decompress(bytes, { defaultHeapSize: size });
}

/** Content size of a zstd frame (RFC 8878 §3.1.1.1), undefined where the frame does not say. */
function zstdContentSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < 6 || bytes[0] !== 0x28 || bytes[1] !== 0xb5 || bytes[2] !== 0x2f || bytes[3] !== 0xfd) corrupt('not a zstd frame');
  const descriptor = bytes[4]!;
  const isSingleSegment = (descriptor & 32) !== 0;
  const sizeFlag = descriptor >>> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  if (sizeBytes === 0) return undefined;
  const dictionaryFlag = descriptor & 3;
  const at = 5 + (isSingleSegment ? 0 : 1) + (dictionaryFlag === 3 ? 4 : dictionaryFlag);
  if (at + sizeBytes > bytes.length) corrupt('zstd frame ends early');
  let value = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return sizeBytes === 2 ? value + 256 : value;
}

/** CRC-32 of a page as stored, as a signed 32-bit integer the way Parquet's header has it. */
export function pageCrc(bytes: Uint8Array): number {
  return zlib.crc32(bytes) | 0;
}
