import { corrupt } from './page-fault.ts';

/** Where packed values begin, and the bits of one, 0 to 32. */
export interface HybridSource { readonly bytes: Uint8Array; readonly start: number; readonly width: number }

/**
 * Unpacks integers in Parquet's RLE / bit-packing hybrid (dictionary indices, definition levels).
 *
 * @param out takes the values at 0 to `count - 1`
 * @throws PageFault where the bytes end before `count` values do
 */
export function unpackHybrid(source: HybridSource, out: Int32Array, count: number): void {
  const { bytes, start, width } = source;
  if (width > 32) corrupt(`values of ${width} bits`);
  if (width === 0) { out.fill(0, 0, count); return; }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const valueBytes = (width + 7) >>> 3;
  let position = start;
  let row = 0;
  while (row < count) {
    let head = 0;
    let factor = 1;
    let byte = 0;
    do {
      if (position >= bytes.length) corrupt(`values end after ${row} of ${count}`);
      byte = bytes[position++]!;
      head += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127 && factor < 0x8_0000_0000);
    if (byte > 127 || head < 2) corrupt('empty or endless run');
    const run = Math.floor(head / 2);
    if (head % 2 === 1) {
      const values = Math.min(run * 8, count - row);
      if (position + Math.ceil(values * width / 8) > bytes.length) corrupt(`values end within a run at ${row} of ${count}`);
      unpackBits(view, { position, width, row, values }, out);
      position += run * width;
      row += values;
    } else {
      if (position + valueBytes > bytes.length) corrupt(`values end within a run at ${row} of ${count}`);
      let value = 0;
      for (let i = 0; i < valueBytes; i++) value |= bytes[position++]! << (i * 8);
      const end = Math.min(row + run, count);
      out.fill(value, row, end);
      row = end;
    }
  }
}

interface BitRun { readonly position: number; readonly width: number; readonly row: number; readonly values: number }

function unpackBits(view: DataView, run: BitRun, out: Int32Array): void {
  const { position, width, row, values } = run;
  const mask = width === 32 ? -1 : (1 << width) - 1;
  // A value of up to 25 bits lies within four bytes from its first one; the last values of the page are read byte by byte.
  const wholeWords = width > 25 ? 0 : Math.max(0, Math.min(values, Math.floor(((view.byteLength - position - 4) * 8 + 7) / width)));
  let bit = 0;
  let i = 0;
  if (width === 8) for (; i < wholeWords; i++) out[row + i] = view.getUint8(position + i);
  else for (; i < wholeWords; i++, bit += width) out[row + i] = view.getUint32(position + (bit >>> 3), true) >>> (bit & 7) & mask;
  for (; i < values; i++) {
    let value = 0;
    const first = i * width;
    for (let k = 0; k < width;) {
      const at = first + k;
      const take = Math.min(8 - (at & 7), width - k);
      value |= (view.getUint8(position + (at >>> 3)) >>> (at & 7) & ((1 << take) - 1)) << k;
      k += take;
    }
    out[row + i] = value;
  }
}
