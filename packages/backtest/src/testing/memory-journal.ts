import type { Journal } from '@arb/core';

/** Keeps a journal in memory, for scenarios of a few thousand records. */
export class MemoryJournal implements Journal {
  readonly #parts: Uint8Array[] = [];

  append(bytes: Uint8Array, length: number): void { this.#parts.push(bytes.slice(0, length)); }

  /** Everything so far. */
  bytes(): Uint8Array { return Buffer.concat(this.#parts); }
}
