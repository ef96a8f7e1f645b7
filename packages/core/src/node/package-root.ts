import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvariantError } from '../kernel/errors.ts';

/**
 * The folder of a package, found upwards from one of its modules: sources and bundles lie at different depths.
 *
 * @param moduleUrl `import.meta.url` of the module that asks
 */
export function packageRoot(moduleUrl: string, name: string): string {
  for (let folder = dirname(fileURLToPath(moduleUrl)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: string }).name === name) return folder;
    if (folder === dirname(folder)) throw new InvariantError(`no package ${name} above ${moduleUrl}`);
  }
}
