import fs from 'node:fs';
import { createGunzip } from 'node:zlib';
import { ArbError } from '@arb/core';
import type { ImportReport } from './import-report.ts';

/** Longest line that is read; a longer one means that the file is of another format. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;

const NEWLINE = 10;
const RETURN = 13;
const GZIP_MAGIC = 0x1f8b;

/** A file as it comes: `.gz` is recognised by its first bytes, not by its name. */
async function* readBytes(file: string, report: ImportReport | undefined): AsyncGenerator<Uint8Array> {
  const head = new Uint8Array(2);
  let descriptor: number;
  try { descriptor = fs.openSync(file, 'r'); } catch (error) {
    throw new ArbError('ARB_USAGE_NO_FILE', `cannot read ${file}: ${(error as Error).message}`, { file });
  }
  fs.readSync(descriptor, head, 0, 2, 0);
  fs.closeSync(descriptor);
  const raw = fs.createReadStream(file, { highWaterMark: 256 * 1024 });
  if (report !== undefined) raw.on('data', (chunk) => { report.readBytes(chunk.length); });
  if (((head[0]! << 8) | head[1]!) !== GZIP_MAGIC) { yield* raw as AsyncIterable<Uint8Array>; return; }
  const unzipped = createGunzip();
  raw.on('error', (error) => unzipped.destroy(error));
  try { yield* raw.pipe(unzipped) as AsyncIterable<Uint8Array>; } catch (error) {
    throw new ArbError('ARB_BAD_FILE', `${file}: the compressed data ends early or is damaged (${(error as Error).message}); fetch the file again`, { file });
  } finally { raw.destroy(); }
}

/**
 * Calls with every line of a text file, gzip or plain, without its line end; the last line may lack one. Empty lines are left out but counted.
 *
 * @param onLine text and its number, from 1
 * @throws ArbError `ARB_USAGE_NO_FILE`, `ARB_BAD_FILE` for damaged gzip and for lines longer than {@link MAX_LINE_BYTES}
 */
export async function readLines(file: string, onLine: (text: string, line: number) => void, report?: ImportReport): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  const emit = (bytes: Buffer, from: number, to: number): void => {
    line++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end > from) onLine(bytes.toString('utf8', from, end), line);
  };
  for await (const chunk of readBytes(file, report)) {
    const bytes: Buffer = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      emit(bytes, from, end);
      from = end + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
    if (rest.length > MAX_LINE_BYTES) throw new ArbError('ARB_BAD_FILE', `${file}:${line + 1}: a line of more than ${MAX_LINE_BYTES} bytes; this is not the format`, { file, line: line + 1 });
  }
  if (rest.length > 0) emit(rest, 0, rest.length);
}
