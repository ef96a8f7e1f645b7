import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { ArbConfig } from '@arb/core';
import { ArbError } from '@arb/core/internal';
import { parse as parseYaml } from 'yaml';
import { parseConfig } from './config-schema.ts';
import { loadModule } from './load-strategy.ts';

/** Files looked for when none is named, in this order. */
export const CONFIG_NAMES: readonly string[] = ['arb.config.ts', 'arb.config.js', 'arb.config.mjs', 'arb.config.json', 'arb.config.yaml', 'arb.config.yml'];

/** A config as it is written, with the file it came from; paths in it are relative to that file's folder. */
export interface ReadConfig {
  readonly input: unknown;
  readonly file: string;
  readonly folder: string;
}

/** A valid config with the file it came from. */
export interface LoadedConfig extends Omit<ReadConfig, 'input'> { readonly config: ArbConfig }

/**
 * Reads a config file: TypeScript or JavaScript (default export of `defineConfig`), JSON or YAML.
 *
 * @param path the file, or a folder to look in for one of {@link CONFIG_NAMES}
 * @throws ArbError `ARB_CONFIG_NOT_FOUND`, `ARB_BAD_CONFIG` where it cannot be read
 */
export async function readConfig(path: string): Promise<ReadConfig> {
  const file = findConfig(resolve(path));
  return { input: await readAny(file), file, folder: dirname(file) };
}

/** @throws ArbError `ARB_BAD_CONFIG` naming file, path and way out */
export function validConfig({ input, file, folder }: ReadConfig): LoadedConfig {
  return { config: parseConfig(input, file), file, folder };
}

function findConfig(path: string): string {
  if (extname(path) !== '') {
    if (existsSync(path)) return path;
    throw new ArbError('ARB_CONFIG_NOT_FOUND', `no config at ${path}; name an existing file, or run arb init to make one`, { path });
  }
  const file = CONFIG_NAMES.map((name) => resolve(path, name)).find(existsSync);
  if (file === undefined) throw new ArbError('ARB_CONFIG_NOT_FOUND', `no config in ${path} (looked for ${CONFIG_NAMES.join(', ')}); name one, pass --strategy and --data, or run arb init`, { path });
  return file;
}

async function readAny(file: string): Promise<unknown> {
  const extension = extname(file);
  if (['.ts', '.js', '.mjs', '.mts'].includes(extension)) {
    const module = await loadModule(file);
    if (module['default'] === undefined) throw new ArbError('ARB_BAD_CONFIG', `${file} has no default export; write export default defineConfig({ … })`, { file });
    return module['default'];
  }
  if (statSync(file).isDirectory()) throw new ArbError('ARB_BAD_CONFIG', `${file} is a folder; name a file, or a folder that holds one of ${CONFIG_NAMES.join(', ')}`, { file });
  if (!['.json', '.yaml', '.yml'].includes(extension)) throw new ArbError('ARB_BAD_CONFIG', `${file} is no config: write it in TypeScript, JavaScript, JSON or YAML`, { file });
  const text = readFileSync(file, 'utf8');
  try {
    return extension === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new ArbError('ARB_BAD_CONFIG', `${file} is not valid ${extension === '.json' ? 'JSON' : 'YAML'}: ${oneLine(error as Error)}; correct it there`, { file });
  }
}

/** What a parser says, without the excerpt of YAML below it. */
function oneLine({ message }: Error): string {
  return message.split('\n\n')[0]!.replaceAll(/\s+/g, ' ').trim().replace(/:$/, '');
}
