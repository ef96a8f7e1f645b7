import { createHash } from 'node:crypto';
import type { Journal } from '../kernel/journal/journal.ts';

/** Keeps the sha256 of a journal and nothing else. */
export class HashJournal implements Journal {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #digest: string | undefined;

  append(bytes: Uint8Array, length: number): void {
    this.#hash.update(length === bytes.length ? bytes : bytes.subarray(0, length));
    this.#bytes += length;
  }

  /** Bytes seen so far. */
  get bytes(): number { return this.#bytes; }

  /** The hash of everything, as hex; nothing may be appended after. */
  digest(): string { return this.#digest ??= this.#hash.digest('hex'); }
}
