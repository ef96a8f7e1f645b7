import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DATASET_NAMES, datasetEntry } from './dataset-catalogue.ts';
import { DATASET_FILE, type DatasetInfo, generateDataset, type GenerateOptions } from './generate-dataset.ts';

/** Where a data set is looked for, and how generating it is watched. */
export interface EnsureOptions extends Pick<GenerateOptions, 'onProgress' | 'signal' | 'threads'> {
  /** Folder the name is relative to; the current one unless given. */
  readonly directory?: string | undefined;
}

/** A data set that is there. */
export interface EnsuredDataset {
  /** Folder of its catalog. */
  readonly path: string;
  readonly info: DatasetInfo;
  /** False where it was there already. */
  readonly wasGenerated: boolean;
}

/**
 * The name of the data set that a path in a config or on the command line stands for: `demo`, `datasets/demo` or `datasets/demo/catalog` for `demo`;
 * undefined for any other path, and where the path is a catalog that was not generated.
 */
export function datasetNameOf(text: string, directory: string = process.cwd()): string | undefined {
  const name = /^(?:(?:.*[\\/])?datasets[\\/])?([a-z]+)(?:[\\/]catalog)?[\\/]?$/.exec(text)?.[1];
  if (name === undefined || !(DATASET_NAMES as readonly string[]).includes(name)) return undefined;
  return existsSync(path.resolve(directory, text, 'catalog.json')) && readInfo(path.resolve(directory, text)) === undefined ? undefined : name;
}

/** Where a data set lives: in the nearest folder above that carries its recipe's README (this repository), else under the folder given. */
export function datasetFolder(name: string, directory: string = process.cwd()): string {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'datasets', name, 'expected.json'))) return path.join(folder, 'datasets', name, 'catalog');
    if (folder === path.dirname(folder)) return path.resolve(directory, 'datasets', name, 'catalog');
  }
}

/**
 * Makes sure that a data set is there in its current version: reuses it, or generates it.
 *
 * @param name as {@link datasetNameOf} gives it
 * @throws ArbError `ARB_UNKNOWN_DATASET`, and what {@link generateDataset} throws
 */
export async function ensureDataset(name: string, options: EnsureOptions = {}): Promise<EnsuredDataset> {
  const { recipe, sha256 } = datasetEntry(name);
  const folder = datasetFolder(name, options.directory);
  const info = readInfo(folder);
  if (info !== undefined && info.version === recipe.version && info.sha256 === sha256) return { path: folder, info, wasGenerated: false };
  const made = await generateDataset(recipe.name as 'demo' | 'tick', { ...options, out: folder, isReplacing: true });
  return { path: folder, info: made, wasGenerated: true };
}

/** What a folder says of itself; undefined where it is no generated catalog. */
function readInfo(folder: string): DatasetInfo | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, DATASET_FILE), 'utf8')) as DatasetInfo;
  } catch {
    return undefined;
  }
}
