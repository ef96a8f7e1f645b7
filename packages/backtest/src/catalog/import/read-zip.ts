import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { ArbError } from '@arb/core';
import { Unzip, UnzipInflate } from 'fflate';
import type { ImportReport } from './import-report.ts';
import { MAX_LINE_BYTES } from './read-lines.ts';

const BLOCK_BYTES = 256 * 1024;

/**
 * Calls with every line of the one text file in a zip, in bounded memory.
 *
 * @throws ArbError `ARB_USAGE_NO_FILE`, `ARB_BAD_FILE` where the zip is damaged or does not hold exactly one file
 */
export function readZipLines(file: string, onLine: (text: string, line: number) => void, report?: ImportReport): void {
  const entries: string[] = [];
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  let isComplete = false;
  let checksum = 0;
  const feed = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE_BYTES) throw new ArbError('ARB_BAD_FILE', `${file}:${line + 1}: a line of more than ${MAX_LINE_BYTES} characters; this is not the format`, { file });
    for (const raw of lines) {
      line++;
      const trimmed = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (trimmed !== '') onLine(trimmed, line);
    }
  };
  const unzip = new Unzip((entry) => {
    entries.push(entry.name);
    if (entries.length > 1) throw new ArbError('ARB_BAD_FILE', `${file} holds more than one file (${entries.join(', ')}); one CSV is expected`, { file });
    entry.ondata = (error, data, final) => {
      if (error !== null) throw error;
      checksum = crc32(data, checksum);
      feed(decoder.decode(data, { stream: !final }));
      isComplete ||= final;
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  feedFile(file, unzip, report);
  if (!isComplete) throw new ArbError('ARB_BAD_FILE', `${file} is no zip or ends early; fetch it again and compare its sha256 with its .CHECKSUM`, { file });
  const expected = storedChecksum(file);
  if (expected !== undefined && expected !== checksum) throw new ArbError('ARB_BAD_FILE', `${file} is damaged: its content does not have the checksum that the zip states; fetch it again and compare its sha256 with its .CHECKSUM`, { file });
  if (rest !== '') feed('\n');
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const MAX_TAIL = 22 + 65_535;

/** CRC-32 of the first file by the directory at the end of the zip, which the unzipping library does not compare; undefined where the end has another form. */
function storedChecksum(file: string): number | undefined {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, MAX_TAIL));
    fs.readSync(descriptor, tail, 0, tail.length, size - tail.length);
    for (let at = tail.length - 22; at >= 0; at--) {
      if (tail.readUInt32LE(at) !== DIRECTORY_END) continue;
      const entry = Buffer.alloc(20);
      const read = fs.readSync(descriptor, entry, 0, entry.length, tail.readUInt32LE(at + 16));
      return read === entry.length && entry.readUInt32LE(0) === DIRECTORY_ENTRY ? entry.readUInt32LE(16) : undefined;
    }
    return undefined;
  } finally { fs.closeSync(descriptor); }
}

function feedFile(file: string, unzip: Unzip, report: ImportReport | undefined): void {
  let descriptor: number;
  try { descriptor = fs.openSync(file, 'r'); } catch (error) {
    throw new ArbError('ARB_USAGE_NO_FILE', `cannot read ${file}: ${(error as Error).message}`, { file });
  }
  try {
    for (;;) {
      const block = new Uint8Array(BLOCK_BYTES);
      const length = fs.readSync(descriptor, block, 0, BLOCK_BYTES, null);
      report?.readBytes(length);
      try { unzip.push(block.subarray(0, length), length === 0); } catch (error) {
        if (error instanceof Error && 'code' in error && typeof error.code === 'number') {      // fflate's own errors carry a number
          throw new ArbError('ARB_BAD_FILE', `${file} is damaged (${error.message}); fetch it again and compare its sha256 with its .CHECKSUM`, { file });
        }
        throw error;
      }
      if (length === 0) return;
    }
  } finally { fs.closeSync(descriptor); }
}
