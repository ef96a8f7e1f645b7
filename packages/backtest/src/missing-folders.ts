import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A folder and its ancestors as far as they are not there, the innermost first: what making it will make. */
export function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [folder, ...missingFolders(dirname(resolve(folder)))];
}
