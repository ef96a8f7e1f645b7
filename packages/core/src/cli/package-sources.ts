import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Where `npm run pack` of a clone writes what npm would publish. */
const PACKED = 'dist-packages';
const NAMES = ['core', 'backtest', 'adapters', 'live'];

/** Where the packages that run came from, so that a new project can take them from there. */
export interface PackageSources {
  /** Tarballs by package; none where the packages came from a registry. */
  readonly tarballs: Readonly<Record<string, string>>;
  /** The clone that has to be packed first; undefined where everything is there. */
  readonly unpackedClone?: string;
}

/**
 * Finds the tarballs behind the running packages: of a clone those that its `npm run pack` writes, of an installation those it was made from.
 *
 * @param core folder of the running `@arb/core`
 */
export function packageSources(core: string, version: string): PackageSources {
  const clone = resolve(core, '../..');
  if (existsSync(join(clone, 'scripts/pack.mjs'))) {
    const tarballs = Object.fromEntries(NAMES.map((name) => [`@arb/${name}`, join(clone, PACKED, `arb-${name}-${version}.tgz`)]));
    return { tarballs, ...(Object.values(tarballs).every((file) => existsSync(file)) ? {} : { unpackedClone: clone }) };
  }
  return { tarballs: installedFrom(core) };
}

/** A tarball as package.json names it, relative to the project as npm writes it. */
export function fileReference(project: string, tarball: string): string {
  return `file:${relative(realpathSync(project), tarball).split(sep).join('/')}`;
}

/** Tarballs that npm noted in `node_modules/.package-lock.json` when it installed them. */
function installedFrom(core: string): Record<string, string> {
  const modules = dirname(dirname(core));                                        // …/node_modules/@arb/core
  const lock = join(modules, '.package-lock.json');
  if (!existsSync(lock)) return {};
  const { packages = {} } = JSON.parse(readFileSync(lock, 'utf8')) as { readonly packages?: Readonly<Record<string, { readonly resolved?: string }>> };
  return Object.fromEntries(NAMES.map((name) => `@arb/${name}`).flatMap((name) => {
    const resolved = packages[`node_modules/${name}`]?.resolved;
    return resolved?.startsWith('file:') === true ? [[name, resolve(dirname(modules), decodeURI(resolved.slice('file:'.length)))]] : [];
  }));
}
