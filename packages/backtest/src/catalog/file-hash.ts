import { createHash } from 'node:crypto';
import fs from 'node:fs';

const BLOCK_BYTES = 1024 * 1024;

/** sha256 over the bytes of the files, one after the other in the order given, hex. */
export function sha256OfFiles(files: readonly string[]): string {
  const hash = createHash('sha256');
  const block = new Uint8Array(BLOCK_BYTES);
  for (const file of files) {
    const descriptor = fs.openSync(file, 'r');
    try {
      for (let length = fs.readSync(descriptor, block, 0, BLOCK_BYTES, null); length > 0; length = fs.readSync(descriptor, block, 0, BLOCK_BYTES, null)) hash.update(block.subarray(0, length));
    } finally { fs.closeSync(descriptor); }
  }
  return hash.digest('hex');
}
