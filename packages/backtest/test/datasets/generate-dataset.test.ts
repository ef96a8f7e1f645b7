import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTime } from '@arb/core';
import { Catalog } from '../../src/catalog/catalog.ts';
import { F_WARM_UP } from '../../src/catalog/chunks.ts';
import { DATASET_NAMES, datasetEntry } from '../../src/datasets/dataset-catalogue.ts';
import { datasetFolder, datasetNameOf, ensureDataset } from '../../src/datasets/ensure-dataset.ts';
import { DATASET_FILE, type DatasetInfo, generateDataset } from '../../src/datasets/generate-dataset.ts';
import { combineDigests, StreamHasher } from '../../src/datasets/stream-hasher.ts';
import { DEMO_RECIPE } from '../../src/synth/recipes/demo.ts';
import { record } from '../synth/recorded-market.ts';

const TO = '2025-03-01T01:00';
const REPOSITORY = path.resolve(import.meta.dirname, '../../../..');

describe('generateDataset', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'arb-dataset-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('REQ-D22 writes a catalog that reads back as exactly the generated rows, labelled synthetic', async () => {
    const out = path.join(folder, 'demo');
    const shares: number[] = [];
    const info = await generateDataset('demo', { out, to: TO, onProgress: (share) => shares.push(share) });
    expect(readdirSync(folder)).toEqual(['demo']);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(JSON.parse(readFileSync(path.join(out, DATASET_FILE), 'utf8'))).toEqual(info);

    const catalog = await Catalog.open(out);
    expect(catalog.describe().sources).toEqual([{ name: 'synthetic demo 1 seed 59', licence: 'MIT', isSynthetic: true }]);
    expect(catalog.describe().streams.every(({ isSynthetic }) => isSynthetic)).toBe(true);
    const market = record(DEMO_RECIPE, { to: DEMO_RECIPE.from + 3_600_000_000 });
    for (const { venues } of DEMO_RECIPE.assets) {
      for (const { spec } of venues) {
        expect(catalog.instrument(spec.id)).toMatchObject(spec);
        const rows: unknown[] = [];
        for (const chunk of catalog.readSync({ instrumentId: spec.id, kind: 'book' })) {
          for (let row = 0; row < chunk.rows; row++) {
            expect(chunk.flags[row]! & F_WARM_UP).toBe(0);
            rows.push({ tsEvent: chunk.tsEvent[row], tsInit: chunk.tsInit[row], side: chunk.side[row], tick: chunk.tick[row], lots: chunk.lots[row], flags: chunk.flags[row], sequence: chunk.sequence[row] });
          }
        }
        expect(rows).toEqual(market.bookRows(spec.id));
      }
    }
  });

  it('REQ-D22 gives the same bytes again, and the same digest as the rows in memory', async () => {
    const [one, two] = [await generateDataset('demo', { out: path.join(folder, 'one'), to: TO }), await generateDataset('demo', { out: path.join(folder, 'two'), to: TO, threads: 1 })];
    expect(two).toEqual(one);
    expect(one.sha256).toBe(combineDigests(one.streams));
    const files = readdirSync(path.join(folder, 'one'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.parquet'));
    expect(files.length).toBeGreaterThan(16);
    for (const file of files) expect(readFileSync(path.join(folder, 'one', file)).equals(readFileSync(path.join(folder, 'two', file))), file).toBe(true);
    const again = { out: path.join(folder, 'two'), to: TO, seed: 7 };
    await expect(generateDataset('demo', again)).rejects.toThrow(/two holds a generated set already; give another folder, or --replace to make it anew/);
    const other = await generateDataset('demo', { ...again, isReplacing: true });
    expect(other.sha256).not.toBe(one.sha256);
    expect(other.seed).toBe(7);
  });

  it('leaves nothing behind when it is interrupted, and keeps what was there', async () => {
    const out = path.join(folder, 'demo');
    const before = await generateDataset('demo', { out, to: TO });
    const controller = new AbortController();
    await expect(generateDataset('demo', { out, to: '2025-03-02', isReplacing: true, signal: controller.signal, onProgress: () => controller.abort() })).rejects.toThrow(/interrupted; nothing was kept/);
    expect(readdirSync(folder)).toEqual(['demo']);
    expect(JSON.parse(readFileSync(path.join(out, DATASET_FILE), 'utf8'))).toEqual(before);
  });

  it('removes what killed processes left, never replaces a folder it did not make, and refuses bad ranges', async () => {
    const out = path.join(folder, 'demo');
    mkdirSync(path.join(folder, '.demo.generating-999999999'));
    mkdirSync(out);
    writeFileSync(path.join(out, 'notes.txt'), 'mine');
    await expect(generateDataset('demo', { out, to: TO })).rejects.toThrow(/not generated/);
    expect(readdirSync(out)).toEqual(['notes.txt']);
    rmSync(out, { recursive: true });
    await generateDataset('demo', { out, from: '2025-03-01T00:30', to: TO });
    writeFileSync(path.join(out, 'notes.txt'), 'mine');
    await expect(generateDataset('demo', { out, to: TO, isReplacing: true })).rejects.toThrow(/holds notes\.txt, which was not generated/);
    expect(readdirSync(out)).toContain('notes.txt');
    expect(readdirSync(folder)).toEqual(['demo']);
    await expect(generateDataset('demo', { out, to: '2025-02-01' })).rejects.toThrow(/it begins 2025-03-01/);
    await expect(generateDataset('demo', { out, to: '2027-02-01' })).rejects.toThrow(/at most 366 days/);
    await expect(generateDataset('demo', { out, to: '2025-03-01T01:00:00.5' })).rejects.toThrow(/whole seconds/);
    await expect(generateDataset('nope' as 'demo', { out })).rejects.toThrow(/there are demo, tick/);
  });
});

describe('ensureDataset', () => {
  it('knows the paths that stand for a data set', () => {
    expect(['demo', 'datasets/demo', './datasets/demo/', '../../datasets/tick', 'datasets/demo/catalog'].map((text) => datasetNameOf(text, '/nowhere'))).toEqual(['demo', 'demo', 'demo', 'tick', 'demo']);
    expect(['data', 'datasets/mine', 'datasets/demo/book', 'mydemo', ''].map((text) => datasetNameOf(text, '/nowhere'))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('lives beside its recipe in this repository, else under the current folder', () => {
    expect(datasetFolder('demo', path.join(REPOSITORY, 'examples'))).toBe(path.join(REPOSITORY, 'datasets', 'demo', 'catalog'));
    expect(datasetFolder('demo', '/nowhere')).toBe(path.resolve('/nowhere/datasets/demo/catalog'));
  });

  it('reuses what is current and regenerates what is of another version', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'arb-ensure-'));
    try {
      const folder = path.join(directory, 'datasets', 'tick', 'catalog');
      const made = await ensureDataset('tick', { directory });
      expect(made).toMatchObject({ path: folder, wasGenerated: true });
      expect(await ensureDataset('tick', { directory })).toEqual({ ...made, wasGenerated: false });
      writeFileSync(path.join(folder, DATASET_FILE), JSON.stringify({ ...made.info, version: 0 }));
      expect((await ensureDataset('tick', { directory })).wasGenerated).toBe(true);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 120_000);
});

describe('REQ-D22 shipped recipes', () => {
  it.each(DATASET_NAMES)('%s: its folder in datasets says what the recipe must give', (name) => {
    const folder = path.join(REPOSITORY, 'datasets', name);
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Omit<DatasetInfo, 'streams'> & { readonly streams: readonly { readonly rows: number }[] };
    const { recipe, sha256 } = datasetEntry(name);
    expect(expected).toMatchObject({ name, version: recipe.version, seed: recipe.seed, from: formatTime(recipe.from), to: formatTime(recipe.to), isSynthetic: true, sha256 });
    for (const file of ['README.md', 'LICENSE']) expect(existsSync(path.join(folder, file))).toBe(true);
    expect(readFileSync(path.join(folder, 'README.md'), 'utf8')).toMatch(/synthetic/i);
  });

  it('a stream\'s digest does not depend on how it was cut into chunks', () => {
    const digestOf = (cuts: readonly number[][]): string => {
      const hasher = new StreamHasher({ sink: () => ({ append: () => {} }) });
      const sink = hasher.sink('price', 'X.Y');
      for (const values of cuts) sink.append({ rows: values.length, tsEvent: Float64Array.from(values), tsInit: Float64Array.from(values), value: Float64Array.from(values), priceKind: new Uint8Array(values.length), scale: 2 });
      return combineDigests(hasher.digests());
    };
    expect(digestOf([[1, 2], [3]])).toBe(digestOf([[1], [2, 3]]));
    expect(digestOf([[1, 2, 3]])).not.toBe(digestOf([[1, 2, 4]]));
  });
});
