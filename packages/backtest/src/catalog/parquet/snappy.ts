import { corrupt } from './page-fault.ts';

/**
 * Decompresses a block of raw Snappy, every copy checked against what is there. Foreign files only: ours are zstd.
 *
 * Format: https://github.com/google/snappy/blob/main/format_description.txt
 * @param size bytes the result must have
 * @throws PageFault
 */
export function unsnappy(bytes: Uint8Array, size: number): Uint8Array {
  let position = 0;
  let announced = 0;
  for (let factor = 1; ; factor *= 128) {
    if (position >= bytes.length || position > 4) corrupt('snappy block without a length');
    const byte = bytes[position++]!;
    announced += (byte & 127) * factor;
    if (byte < 128) break;
  }
  if (announced !== size) corrupt(`snappy block of ${announced} bytes where ${size} were announced`);
  const out = new Uint8Array(size);
  let length = 0;
  while (position < bytes.length) {
    const tag = bytes[position++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let count = (tag >>> 2) + 1;
      if (count > 60) {
        const extra = count - 60;
        if (position + extra > bytes.length) corrupt('snappy block ends early');
        count = littleEndian(bytes, position, extra) + 1;
        position += extra;
      }
      if (position + count > bytes.length || length + count > size) corrupt('snappy literal beyond the block');
      out.set(bytes.subarray(position, position + count), length);
      position += count;
      length += count;
      continue;
    }
    const offsetBytes = kind === 3 ? 4 : kind;
    if (position + offsetBytes > bytes.length) corrupt('snappy block ends early');
    const count = kind === 1 ? (tag >>> 2 & 7) + 4 : (tag >>> 2) + 1;
    const offset = littleEndian(bytes, position, offsetBytes) + (kind === 1 ? (tag >>> 5) * 256 : 0);
    position += offsetBytes;
    if (offset === 0 || offset > length || length + count > size) corrupt('snappy copy beyond the block');
    if (offset >= count) out.copyWithin(length, length - offset, length - offset + count);
    else for (let i = 0; i < count; i++) out[length + i] = out[length + i - offset]!;
    length += count;
  }
  if (length !== size) corrupt(`snappy block gave ${length} of ${size} bytes`);
  return out;
}

function littleEndian(bytes: Uint8Array, position: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[position + i]!;
  return value;
}
