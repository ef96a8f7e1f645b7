import { copyFileSync, existsSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ArbError, formatTime } from '@arb/core';
import { isArbError, makeFolders } from '@arb/core/internal';
import type { EffectiveConfig } from '../engine/effective-config.ts';
import { missingFolders } from '../missing-folders.ts';

/** `runs/2025-11-22T07-10-31-demo`, with a word before the dataset for what is not one run; the time is the host's, nothing of the run depends on it. */
export function outputFolder({ config }: EffectiveConfig, flags: { readonly out?: string }, word = ''): string {
  if (flags.out !== undefined) return resolve(flags.out);
  const dataset = (config.data?.catalog ?? 'data').split(/[\\/]/).filter((part) => part !== '' && part !== 'catalog' && part !== '.').at(-1) ?? 'data';
  const stamp = formatTime(Date.now() * 1_000).slice(0, 19).replaceAll(':', '-');
  const base = resolve(process.cwd(), config.out ?? 'runs', `${stamp}-${word}${dataset}`);
  let folder = base;
  for (let n = 2; existsSync(folder); n++) folder = `${base}-${n}`;
  return folder;
}

const MANIFEST = 'manifest.json';

/** A mounted folder is on another file system than the folder beside it. */
function moveFile(from: string, to: string): void {
  try { renameSync(from, to); } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(from, to);
  }
}

/** The folder of a run's results: written under another name beside it and given its own when all is there, so that what has the name is whole. */
export class RunFolder {
  readonly path: string;
  /** Where results are written until {@link RunFolder.finish}. */
  readonly stage: string;
  /** Where the journal grows; results are then written into an empty folder, and it is moved in. */
  readonly journalFile: string;
  #made: readonly string[] = [];

  /**
   * Nothing is made yet; a result without a place is refused before it costs anything.
   * @throws ArbError `ARB_OUTPUT_EXISTS`
   */
  constructor(path: string) {
    this.path = path;
    this.stage = `${path}.unfinished`;
    this.journalFile = join(`${path}.journal-unfinished`, 'journal.bin');
    if (existsSync(path) && !statSync(path).isDirectory()) {
      throw new ArbError('ARB_OUTPUT_EXISTS', `"${path}" is a file; name a folder with --out, results are never written over`, { path });
    }
    if (existsSync(path) && readdirSync(path).length > 0) {
      throw new ArbError('ARB_OUTPUT_EXISTS', `the folder "${path}" is not empty; name another with --out, results are never written over`, { path });
    }
  }

  /** Makes the place the journal grows in. @throws ArbError `ARB_OUTPUT_FOLDER` */
  begin(): void {
    try {
      this.discard();
      this.#made = missingFolders(dirname(this.path));
      makeFolders(dirname(this.journalFile));
    } catch (error) {
      throw new ArbError('ARB_OUTPUT_FOLDER', `cannot write to ${dirname(this.path)}: ${isArbError(error) ? String(error.context['reason']) : (error as Error).message}; choose a writable folder with --out`, { path: this.path });
    }
  }

  /** Gives the results their name; a folder that is there (a link, a mounted volume) stays and is filled, the manifest last: it tells what is whole. */
  finish(): void {
    if (existsSync(this.path)) {
      const files = readdirSync(this.stage).sort((a, b) => Number(a === MANIFEST) - Number(b === MANIFEST));
      for (const file of files) moveFile(join(this.stage, file), join(this.path, file));
    } else renameSync(this.stage, this.path);
    this.discard();
  }

  /** Takes away what a failed run has left, and the folders made for it. */
  discard(): void {
    for (const folder of [this.stage, dirname(this.journalFile)]) if (existsSync(folder)) rmSync(folder, { recursive: true });
    for (const folder of this.#made) if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}
