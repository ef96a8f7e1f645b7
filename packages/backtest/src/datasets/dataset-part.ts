import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UnixMicros } from '@arb/core';
import { CatalogWriter } from '../catalog/catalog-writer.ts';
import type { CatalogSource } from '../catalog/manifest.ts';
import { AssetGenerator } from '../synth/asset-generator.ts';
import type { SynthRecipe } from '../synth/recipe.ts';
import { type StreamDigest, StreamHasher } from './stream-hasher.ts';

/** Simulated time between two looks at progress and signal: an hour of the demo is some 30 ms. */
const SLICE_STEPS = 3_600;

/** One asset of a data set, made into a catalog of its own: what one thread does. Plain data, so that it can be sent to a worker. */
export interface DatasetPart {
  readonly recipe: SynthRecipe;
  /** Index into the recipe's assets. */
  readonly asset: number;
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  /** Folder of the part's catalog. */
  readonly folder: string;
  readonly source: CatalogSource;
}

/** Called between slices. */
export interface PartHooks {
  /** Simulated time reached. */
  onProgress(time: UnixMicros): void;
  /** Throws to stop; what was written stays for the caller to remove. */
  checkAborted(): void;
}

/** Generates one part and returns the digests of its streams. */
export async function generatePart(part: DatasetPart, hooks: PartHooks): Promise<readonly StreamDigest[]> {
  const { recipe, from, to } = part;
  const asset = recipe.assets[part.asset]!;
  const writer = await CatalogWriter.open(part.folder, { source: part.source });
  try {
    writer.addInstruments(asset.venues.map(({ spec }) => spec), from);
    const hasher = new StreamHasher(writer);
    const generator = new AssetGenerator(recipe, asset, { range: { from, to }, sinks: hasher });
    const slice = Math.ceil(SLICE_STEPS * recipe.stepUs / 1_000_000) * 1_000_000;
    for (let time = recipe.from; time < to;) {
      hooks.checkAborted();
      time = generator.advance(time + slice);
      hooks.onProgress(time);
      await nextTurn();
    }
    writer.close();
    return hasher.digests();
  } catch (error) {
    writer.abort();
    throw error;
  }
}
