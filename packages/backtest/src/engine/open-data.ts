import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { ArbError } from '@arb/core';
import { Catalog } from '../catalog/catalog.ts';
import { datasetFolder, datasetNameOf, ensureDataset } from '../datasets/ensure-dataset.ts';

/** How a data set that is not there yet is made. */
export interface OpenDataOptions {
  readonly onGenerate?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** A catalog that a config names, relative to its folder; a data set of ours is made on first use. */
export async function openData(named: string | undefined, folder: string, options: OpenDataOptions): Promise<Catalog> {
  if (named === undefined || named === '') throw new ArbError('ARB_USAGE_NO_DATA', 'no data: set data.catalog in the config or pass --data <catalog>', {});
  const path = isAbsolute(named) ? named : resolve(folder, named);
  const dataset = datasetNameOf(path, folder);
  if (dataset !== undefined) {
    const { path: generated } = await ensureDataset(dataset, { directory: folder, ...(options.onGenerate === undefined ? {} : { onProgress: options.onGenerate }), ...(options.signal === undefined ? {} : { signal: options.signal }) });
    return await Catalog.open(generated);
  }
  const inner = resolve(path, 'catalog');
  return await Catalog.open(!existsSync(resolve(path, 'catalog.json')) && existsSync(resolve(inner, 'catalog.json')) ? inner : path);
}

/** True where opening costs nothing: no data set would have to be made first. */
export function isDataThere(named: string, folder: string): boolean {
  const dataset = datasetNameOf(isAbsolute(named) ? named : resolve(folder, named), folder);
  return dataset === undefined || existsSync(resolve(datasetFolder(dataset, folder), 'catalog.json'));
}
