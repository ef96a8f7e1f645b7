import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ArbError } from '../kernel/errors.ts';

/** The folder or file nearest above that is there, and what is missing below it, the outermost first. */
function placeOf(folder: string): { readonly existing: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  let existing = resolve(folder);
  while (!existsSync(existing) && dirname(existing) !== existing) {
    missing.unshift(existing);
    existing = dirname(existing);
  }
  return { existing, missing };
}

function refuse(folder: string, reason: string): never {
  throw new ArbError('ARB_OUTPUT_FOLDER', `cannot write to ${folder}: ${reason}; name another place`, { folder, reason });
}

/**
 * Refuses a place for results that cannot be written to, before anything is worked out for it.
 *
 * @throws ArbError `ARB_OUTPUT_FOLDER` naming what stands in the way
 */
export function requireWritable(folder: string): void {
  const { existing } = placeOf(folder);
  if (!statSync(existing).isDirectory()) refuse(folder, `${existing} is a file`);
  try { accessSync(existing, constants.W_OK | constants.X_OK); } catch (error) { refuse(folder, `${existing} is not this user's to write (${(error as NodeJS.ErrnoException).code ?? 'refused'})`); }
}

/**
 * Makes a folder and what is missing above it, level by level: Node's own recursive way never comes back where the system makes no folders, as in `/proc`.
 *
 * @throws ArbError `ARB_OUTPUT_FOLDER` naming what stands in the way
 */
export function makeFolders(folder: string): void {
  requireWritable(folder);
  for (const level of placeOf(folder).missing) {
    try { mkdirSync(level); } catch (error) {
      const { code = 'refused' } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' || !existsSync(level)) refuse(folder, `the system makes no folder ${level} (${code})`);      // another process may have made it meanwhile
    }
  }
}
