import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { ArbError } from '../kernel/errors.ts';
import { VERSION } from '../node/version.ts';

/** What a sibling's `./cli` door exports. */
export interface CommandModule {
  /** @param wanted the command typed, so that nothing else is loaded */
  register(program: Command, wanted: string): Promise<void> | void;
}

const own = fileURLToPath(import.meta.url);

/**
 * Finds a package's door from the user's project first, then from here.
 * @returns its path, or undefined where it is not installed
 */
export function resolveDoor(door: string): string | undefined {
  for (const from of [join(process.cwd(), 'package.json'), own]) {
    try { return createRequire(from).resolve(door); } catch { /* not there: try the next place */ }
  }
  return undefined;
}

/** The folder of the package a file belongs to. */
function packageFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) || !('version' in (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object))) {
    const parent = dirname(folder);
    if (parent === folder) return folder;
    folder = parent;
  }
  return folder;
}

/**
 * Loads the commands of a sibling and makes sure that it is of this version and sees this very copy of `@arb/core`: two copies break `instanceof Strategy`.
 *
 * @throws ArbError `ARB_VERSION_MISMATCH` or `ARB_TWO_CORES` with both locations
 */
export async function loadCommands(packageName: string): Promise<CommandModule | undefined> {
  const file = resolveDoor(`${packageName}/cli`);
  if (file === undefined) return undefined;
  const folder = packageFolder(file);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== VERSION) {
    throw new ArbError('ARB_VERSION_MISMATCH', `${packageName} ${version} (${folder}) does not fit @arb/core ${VERSION} (${packageFolder(own)}); install the same version of both`, {});
  }
  const core = packageFolder(createRequire(file).resolve('@arb/core'));
  if (realpathSync(core) !== realpathSync(packageFolder(own))) {
    throw new ArbError('ARB_TWO_CORES', `two copies of @arb/core: ${core} (used by ${packageName}) and ${packageFolder(own)} (this command); run npm dedupe`, {});
  }
  return await import(pathToFileURL(file).href) as CommandModule;
}
