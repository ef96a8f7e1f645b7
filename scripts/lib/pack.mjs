import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './shell.mjs';

/** Where `npm run pack` writes; `arb init` run from this clone looks for the packages there. */
export const PACKED = join(ROOT, 'dist-packages');

/** An empty folder for tarballs. */
export function emptyFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** The arguments of `npm` that pack a package into a folder; to be run in the package's own. */
export const packArguments = (folder) => ['pack', '--pack-destination', folder];

/** The tarball that npm made of a package; undefined where it made none. */
export function tarballOf(name, folder) {
  const file = readdirSync(folder).find((each) => each.startsWith(`${name.slice(1).replace('/', '-')}-`) && each.endsWith('.tgz'));
  return file === undefined ? undefined : join(folder, file);
}
