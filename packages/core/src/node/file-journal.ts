import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { ArbError } from '../kernel/errors.ts';
import type { Journal } from '../kernel/journal/journal.ts';

/**
 * Writes a journal to a file. It is written as `<path>.tmp` and gets its name when closed: a file with the final name is complete.
 */
export class FileJournal implements Journal {
  readonly #path: string;
  readonly #file: number;
  #isClosed = false;

  /** @throws ArbError `ARB_JOURNAL_FILE` where the file cannot be made */
  constructor(path: string) {
    this.#path = path;
    try { this.#file = openSync(`${path}.tmp`, 'w'); } catch (error) {
      throw new ArbError('ARB_JOURNAL_FILE', `cannot write the journal ${path}: ${(error as Error).message}; choose a writable folder with --out`, { path });
    }
  }

  append(bytes: Uint8Array, length: number): void {
    for (let written = 0; written < length;) written += writeSync(this.#file, bytes, written, length - written);
  }

  /** Flushes to disk and gives the file its final name. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(`${this.#path}.tmp`, this.#path);
  }

  /** Drops what was written: the run failed, and half a journal is not to be taken for one. Does nothing once closed. */
  discard(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
    rmSync(`${this.#path}.tmp`, { force: true });
  }
}

/** Sends a journal to several others. */
export class TeeJournal implements Journal {
  readonly #targets: readonly Journal[];

  constructor(targets: readonly Journal[]) { this.#targets = targets; }

  append(bytes: Uint8Array, length: number): void {
    for (const target of this.#targets) target.append(bytes, length);
  }
}
