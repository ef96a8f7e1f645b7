import { ArbError } from '@arb/core';
import { DEMO_RECIPE } from '../synth/recipes/demo.ts';
import { TICK_RECIPE } from '../synth/recipes/tick.ts';
import type { SynthRecipe } from '../synth/recipe.ts';

/** Names of the data sets that come with the package as recipes. */
export type DatasetName = 'demo' | 'tick';

/** A recipe with what it must give. */
export interface DatasetEntry {
  readonly recipe: SynthRecipe;
  /** One line for lists and help. */
  readonly summary: string;
  /** sha256 over all rows, `combineDigests` of the whole set: the same on every machine and Node version. */
  readonly sha256: string;
}

const ENTRIES: Readonly<Record<DatasetName, DatasetEntry>> = {
  demo: { recipe: DEMO_RECIPE, summary: 'BTC and ETH perpetuals on Hyperliquid and Bybit, two weeks at a pace of seconds (synthetic)', sha256: '559bbb44ebba68d33cfd7590565d40290c6bbfc253230b0aa056b2e38e76fa5e' },
  tick: { recipe: TICK_RECIPE, summary: 'BTC on Hyperliquid and Bybit, one hour of every book change and trade (synthetic)', sha256: '4753666b20709deb35511431eb9e434f806a530907c29f600bc4fc2ac174f3fe' },
};

/** The data sets that can be generated. */
export const DATASET_NAMES: readonly DatasetName[] = ['demo', 'tick'];

/**
 * The recipe of a name.
 *
 * @throws ArbError `ARB_UNKNOWN_DATASET` naming what there is
 */
export function datasetEntry(name: string): DatasetEntry {
  if (!Object.hasOwn(ENTRIES, name)) {
    throw new ArbError('ARB_UNKNOWN_DATASET', `"${name}" is no data set that can be generated; there are ${DATASET_NAMES.join(', ')}. Recorded data is imported with \`arb data import\``, { name });
  }
  return ENTRIES[name as DatasetName];
}
