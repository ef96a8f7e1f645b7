import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ArbError, formatTime, type UnixMicros } from '@arb/core';
import { makeFolders } from '@arb/core/internal';
import { CatalogWriter } from '../catalog/catalog-writer.ts';
import type { DataKind } from '../catalog/chunks.ts';
import type { CatalogSource } from '../catalog/manifest.ts';
import { microsOf } from '../catalog/micros-of.ts';
import { DATA_KINDS } from '../catalog/schemas.ts';
import type { SynthRecipe } from '../synth/recipe.ts';
import { type DatasetName, datasetEntry } from './dataset-catalogue.ts';
import { type DatasetPart, generatePart, type PartHooks } from './dataset-part.ts';
import type { WorkerMessage } from './dataset-worker.ts';
import { combineDigests, type StreamDigest } from './stream-hasher.ts';

/** File beside `catalog.json` that says what a generated catalog is. */
export const DATASET_FILE = 'dataset.json';
/** Longest data set that is generated: a slip in a date must not fill the disk. */
const MAX_DAYS = 366;
const US_PER_SECOND = 1_000_000;
const US_PER_DAY = 86_400_000_000;

/** How a data set is generated; only `out` is needed. */
export interface GenerateOptions {
  /** Folder of the catalog: a new or empty one, unless `isReplacing`. */
  readonly out: string;
  /** True to put the new set in place of a generated one, when it is complete; false unless stated. Files of others beside it are never taken away. */
  readonly isReplacing?: boolean | undefined;
  /** Instead of the recipe's seed: another market from the same model. */
  readonly seed?: number | undefined;
  /** Part of the recipe's period, or beyond its end: ISO 8601 or µs, whole seconds. */
  readonly from?: string | UnixMicros | undefined;
  readonly to?: string | UnixMicros | undefined;
  /** Share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Threads; with 1, or where the sources run unbuilt, all is made in this one. The result is the same. */
  readonly threads?: number | undefined;
}

/** What was generated: also the content of {@link DATASET_FILE}. */
export interface DatasetInfo {
  readonly name: string;
  readonly version: number;
  readonly seed: number;
  /** ISO 8601; `to` is exclusive. */
  readonly from: string;
  readonly to: string;
  readonly isSynthetic: true;
  /** sha256 over all rows; equal for the same recipe, version, seed and period on every machine. */
  readonly sha256: string;
  readonly streams: readonly StreamDigest[];
}

/**
 * Generates a synthetic data set as a Parquet catalog. It is made beside its place and moved there when it is complete and checked, so that nothing
 * interrupted looks complete.
 *
 * @param dataset a name (`demo`, `tick`) or a recipe of your own
 * @throws ArbError `ARB_UNKNOWN_DATASET`, `ARB_BAD_DATASET_RANGE`, `ARB_DATASET_HASH` where the rows are not what the recipe must give,
 * `ARB_NOT_A_DATASET` where `out` holds something that was not generated, `ARB_OUTPUT_EXISTS` where a generated set is there and is not to be replaced, `ARB_ABORTED`
 */
export async function generateDataset(dataset: DatasetName | SynthRecipe, options: GenerateOptions): Promise<DatasetInfo> {
  const entry = typeof dataset === 'string' ? datasetEntry(dataset) : undefined;
  const base = entry?.recipe ?? (dataset as SynthRecipe);
  const recipe: SynthRecipe = { ...base, seed: options.seed ?? base.seed };
  const range = rangeOf(recipe, options);
  const out = path.resolve(options.out);
  refuseOccupied(out, options.isReplacing === true);
  const staging = stagingFolder(out);
  try {
    const source: CatalogSource = { name: `synthetic ${recipe.name} ${recipe.version} seed ${recipe.seed}`, licence: 'MIT', isSynthetic: true };
    const parts = recipe.assets.map((_, asset): DatasetPart => ({ recipe, asset, ...range, folder: path.join(staging, `part-${asset}`), source }));
    const digests = (await generateParts(parts, options)).flat();
    const sha256 = combineDigests(digests);
    const isWhole = entry !== undefined && recipe.seed === base.seed && range.from === base.from && range.to === base.to;
    if (isWhole && sha256 !== entry.sha256) {
      throw new ArbError('ARB_DATASET_HASH', `${recipe.name}: the generated rows have sha256 ${sha256}, the recipe must give ${entry.sha256}; this engine computes something differently, please report your Node version and processor`, { sha256, expected: entry.sha256 });
    }
    const info: DatasetInfo = { name: recipe.name, version: recipe.version, seed: recipe.seed, from: formatTime(range.from), to: formatTime(range.to), isSynthetic: true, sha256, streams: digests };
    await assemble({ parts, recipe, from: range.from, source, folder: path.join(staging, 'catalog'), info });
    moveIntoPlace(path.join(staging, 'catalog'), out, staging);
    return info;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function rangeOf(recipe: SynthRecipe, options: GenerateOptions): { readonly from: UnixMicros; readonly to: UnixMicros } {
  const read = (value: string | UnixMicros | undefined, otherwise: UnixMicros): UnixMicros => (value === undefined ? otherwise : microsOf(value));
  const from = read(options.from, recipe.from);
  const to = read(options.to, recipe.to);
  if (from < recipe.from || from >= to || from % US_PER_SECOND !== 0 || to % US_PER_SECOND !== 0 || to - recipe.from > MAX_DAYS * US_PER_DAY) {
    throw new ArbError('ARB_BAD_DATASET_RANGE', `${recipe.name}: cannot generate ${formatTime(from)} to ${formatTime(to)}; it begins ${formatTime(recipe.from)}, runs at most ${MAX_DAYS} days and is cut at whole seconds`, { from, to });
  }
  return { from, to };
}

/** What a generated catalog holds beside the folders of its kinds. */
const OWN_FILES: readonly string[] = [DATASET_FILE, 'catalog.json', 'instruments'];

/** What is not ours is never replaced, and what is ours only where that is asked for. */
function refuseOccupied(out: string, isReplacing: boolean): void {
  const names = existsSync(out) ? readdirSync(out) : [];
  if (names.length === 0) return;
  const foreign = names.includes(DATASET_FILE) ? names.find((name) => !OWN_FILES.includes(name) && !DATA_KINDS.includes(name as DataKind)) : names[0];
  if (foreign !== undefined) throw new ArbError('ARB_NOT_A_DATASET', `${out} holds ${foreign}, which was not generated; give another folder`, { out, foreign });
  if (!isReplacing) throw new ArbError('ARB_OUTPUT_EXISTS', `${out} holds a generated set already; give another folder, or --replace to make it anew`, { out });
}

/** A fresh folder beside `out`; what killed processes left there is removed. */
function stagingFolder(out: string): string {
  const parent = path.dirname(out);
  const prefix = `.${path.basename(out)}.generating-`;
  makeFolders(parent);
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const folder = path.join(parent, `${prefix}${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  makeFolders(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function generateParts(parts: readonly DatasetPart[], options: GenerateOptions): Promise<(readonly StreamDigest[])[]> {
  const reached = parts.map(({ recipe }) => recipe.from);
  const total = parts.reduce((sum, { recipe, to }) => sum + to - recipe.from, 0);
  const checkAborted = (): void => {
    if (options.signal?.aborted === true) throw new ArbError('ARB_ABORTED', `generating ${parts[0]!.recipe.name} was interrupted; nothing was kept`);
  };
  const hooksOf = (index: number): PartHooks => ({
    onProgress: (time) => {
      reached[index] = time;
      options.onProgress?.(reached.reduce((sum, each, part) => sum + each - parts[part]!.recipe.from, 0) / total);
    },
    checkAborted,
  });
  const isBuilt = !import.meta.url.endsWith('.ts');
  if (!isBuilt || options.threads === 1 || parts.length === 1) {
    const digests = [];
    for (const [index, part] of parts.entries()) digests.push(await generatePart(part, hooksOf(index)));
    return digests;
  }
  const queue = [...parts.entries()];
  const digests: (readonly StreamDigest[])[] = [];
  const runNext = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      checkAborted();
      digests[next[0]] = await runInWorker(next[1], { ...hooksOf(next[0]), signal: options.signal });
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: options.threads ?? 2 }, runNext));
  checkAborted();
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return digests;
}

function runInWorker(part: DatasetPart, hooks: PartHooks & { readonly signal: AbortSignal | undefined }): Promise<readonly StreamDigest[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('./dataset-worker.js', import.meta.url)), { workerData: part });
    const stop = (): void => void worker.terminate();
    hooks.signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') hooks.onProgress(message.time);
      else resolve(message.digests);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      hooks.signal?.removeEventListener('abort', stop);
      reject(new ArbError('ARB_ABORTED', `the thread generating ${part.recipe.assets[part.asset]!.base} ended early (exit code ${code})`));
    });
  });
}

/** Joins the parts' streams into one catalog; instruments and manifest are written anew. */
async function assemble(work: { readonly parts: readonly DatasetPart[]; readonly recipe: SynthRecipe; readonly from: UnixMicros; readonly source: CatalogSource; readonly folder: string; readonly info: DatasetInfo }): Promise<void> {
  const writer = await CatalogWriter.open(work.folder, { source: work.source });
  writer.addInstruments(work.recipe.assets.flatMap(({ venues }) => venues.map(({ spec }) => spec)), work.from);
  writer.close();
  for (const kind of new Set(work.info.streams.map((stream) => stream.kind))) {
    makeFolders(path.join(work.folder, kind));
    for (const part of work.parts) {
      const streams = path.join(part.folder, kind);
      if (!existsSync(streams)) continue;
      for (const stream of readdirSync(streams)) renameSync(path.join(streams, stream), path.join(work.folder, kind, stream));
    }
  }
  writeFileSync(path.join(work.folder, DATASET_FILE), `${JSON.stringify(work.info, null, 2)}\n`);
}

function moveIntoPlace(made: string, out: string, staging: string): void {
  if (existsSync(out)) renameSync(out, path.join(staging, 'replaced'));
  renameSync(made, out);
}
