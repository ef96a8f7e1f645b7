import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ArbError } from '../kernel/errors.ts';
import { DEFAULT_RISK_LIMITS } from '../kernel/risk/risk-limits.ts';
import { makeFolders } from '../node/make-folders.ts';
import { packageRoot } from '../node/package-root.ts';
import { VERSION } from '../node/version.ts';
import { fileReference, packageSources } from './package-sources.ts';

/** Registers `arb init`. */
export function registerInit(program: Command): void {
  program.command('init')
    .summary('make a strategy project that runs at once')
    .description('Makes a folder with a strategy, its config, its test and the lint rules; nothing is sent anywhere and no key is needed.')
    .argument('[folder]', 'where; it must be empty or new', '.')
    .addHelpText('after', '\nExample:\n  $ npx arb init my-arb && cd my-arb && npm install && npx arb backtest')
    .action((folder: string) => { init(resolve(folder)); });
}

/**
 * Copies the template: the tested example of this release. The config gets limits, so that nobody begins without any; packages that came from tarballs are referred to there.
 *
 * @throws ArbError `ARB_USAGE_FOLDER` where the folder holds something already; nothing is written then
 */
export function init(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new ArbError('ARB_USAGE_FOLDER', `${folder} is a file; name a new or empty folder`, { folder });
  const present = existsSync(folder) ? readdirSync(folder).filter((name) => !KEPT.has(name)) : [];
  if (present.length > 0) throw new ArbError('ARB_USAGE_FOLDER', `${folder} holds ${present.slice(0, 3).join(', ')} already; name a new or empty folder`, { folder });
  const manifest = join(folder, 'package.json');
  const existing = existsSync(manifest) ? readManifest(manifest) : undefined;
  const core = packageRoot(import.meta.url, '@arb/core');
  const source = join(core, 'template');
  makeFolders(folder);
  cpSync(source, folder, { recursive: true });
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));             // npm leaves a real .gitignore out of packages
  const template = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  const pinned = Object.fromEntries(Object.entries(template['dependencies']!).map(([name, range]) => [name, name.startsWith('@arb/') ? VERSION : range]));
  const { tarballs, unpackedClone } = packageSources(core, VERSION);
  const local = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, fileReference(folder, file)]));
  const merged = { name: projectName(folder), ...template, ...existing, type: 'module', dependencies: { ...(existing?.['dependencies'] as object | undefined), ...pinned, ...local } };
  const config = join(folder, 'arb.config.json');
  const { seed, ...settings } = JSON.parse(readFileSync(config, 'utf8')) as Record<string, unknown>;
  writeFileSync(config, `${JSON.stringify({ ...settings, risk: DEFAULT_RISK_LIMITS, seed }, null, 2)}\n`);
  writeFileSync(manifest, `${JSON.stringify(merged, null, 2)}\n`);
  process.stdout.write(`${folder}\n  strategy.ts        the strategy: change a threshold and run again\n  arb.config.json    what it runs on, and the limits it keeps to\n  strategy.test.ts   its test: npx vitest run\n\n${unpackedClone === undefined ? '' : `First, in ${unpackedClone}: npm run pack (it writes the packages that package.json here refers to)\n`}Next: npm install, then npx arb backtest\n`);
}

/** What may be in the folder already: `npm install @arb/core` and `git init` come before `arb init`. */
const KEPT: ReadonlySet<string> = new Set(['package.json', 'package-lock.json', 'node_modules', '.git', '.npmrc']);

function readManifest(manifest: string): Record<string, unknown> {
  try { return JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>; } catch (error) {
    throw new ArbError('ARB_USAGE_FOLDER', `${manifest} cannot be read: ${(error as Error).message}; correct it or name another folder`, { manifest });
  }
}

function projectName(folder: string): string {
  return basename(folder).toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '') || 'my-arb';
}
