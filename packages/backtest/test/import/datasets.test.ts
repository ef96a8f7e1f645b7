import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import { type ChunkOf, copyChunk, type DataKind } from '../../src/catalog/chunks.ts';
import { runImport } from '../../src/catalog/import/run-import.ts';
import { describeRecorded, recordedFiles, temporaryFolder } from './recorded.ts';

const ROOT = fileURLToPath(new URL('../../../../datasets/', import.meta.url));
const DATASETS = ['xvenue-8h', 'binance-20240808'];
const MAX_BYTES = 30_000_000;

const files = (folder: string): string[] => fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();

/** All chunks of a stream, each with arrays of its own. */
function chunks<K extends DataKind>(catalog: Catalog, query: { readonly instrumentId: string; readonly kind: K }): ChunkOf[K][] {
  const all: ChunkOf[K][] = [];
  for (const chunk of catalog.readSync(query)) all.push(copyChunk(chunk));
  return all;
}

/** sha256 of the columns of chunks. */
function digest(all: readonly object[]): string {
  const hash = createHash('sha256');
  for (const chunk of all) for (const [name, column] of Object.entries(chunk)) hash.update(name).update(ArrayBuffer.isView(column) ? new Uint8Array(column.buffer, column.byteOffset, column.byteLength) : String(column));
  return hash.digest('hex');
}

describe.each(DATASETS)('data set %s', (name) => {
  const folder = path.join(ROOT, name);

  it('REQ-D22 holds exactly the files of SHA256SUMS, unchanged', () => {
    const sums = new Map(fs.readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));
    expect([...sums.keys()].sort()).toEqual(files(path.join(folder, 'catalog')).map((file) => `catalog/${file}`).sort());
    for (const [file, sum] of sums) expect(`${file} ${createHash('sha256').update(fs.readFileSync(path.join(folder, file))).digest('hex')}`).toBe(`${file} ${sum}`);
  });

  it('REQ-D22 has a licence, states how it was made, and its files name their source', async () => {
    expect(fs.readFileSync(path.join(folder, 'LICENSE'), 'utf8')).toContain('Permission is hereby granted, free of charge');
    expect(fs.readFileSync(path.join(folder, 'README.md'), 'utf8')).toContain(`node scripts/datasets/${name}.mjs`);
    const { sources, streams } = (await Catalog.open(path.join(folder, 'catalog'))).describe();
    const known = new Set(sources.map((source) => source.name));
    expect(streams.every((stream) => stream.sources.every((source) => known.has(source)) && !stream.isSynthetic)).toBe(true);
    expect(sources.every(({ licence }) => licence.startsWith('MIT') || licence === 'public facts')).toBe(true);
  });

  it('REQ-D22 has nothing that the data doctor objects to', async () => {
    const report = await checkCatalog(await Catalog.open(path.join(folder, 'catalog')));
    expect(report.findings).toEqual([]);
  });
});

describe('data sets together', () => {
  it('REQ-D22 are smaller than 30 MB', () => {
    const bytes = DATASETS.flatMap((name) => files(path.join(ROOT, name)).map((file) => fs.statSync(path.join(ROOT, name, file)).size)).reduce((a, b) => a + b);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  it('binance-20240808 has the funding of both settlements and a mark at each second between', async () => {
    const catalog = await Catalog.open(path.join(ROOT, 'binance-20240808', 'catalog'));
    const [funding] = chunks(catalog, { instrumentId: 'BTCUSD-PERP.BINANCE', kind: 'funding' });
    expect([...funding!.rate].map((rate) => rate / 10 ** funding!.rateScale)).toEqual([-0.00003213, -0.00000414]);
    const settlement = funding!.settlesAt[1]!;
    const marks = chunks(catalog, { instrumentId: 'BTCUSD-PERP.BINANCE', kind: 'price' });
    const times = marks.flatMap(({ tsEvent }) => [...tsEvent]);
    expect(times).toContain(settlement);
    expect(times.slice(1).every((time, i) => time - times[i]! === 1_000_000)).toBe(true);
    expect(marks.every(({ tsInit, tsEvent, rows }) => Array.from({ length: rows }, (_, i) => tsInit[i]! >= tsEvent[i]!).every(Boolean))).toBe(true);
  });
});

describeRecorded('xvenue-8h-ledger-2023-2024', 'made again from the source', () => {
  it('REQ-D22 xvenue-8h has the same rows', async () => {
    const to = temporaryFolder();
    await runImport({ format: 'xvenue-8h', files: recordedFiles('xvenue-8h-ledger-2023-2024', /^all_exchanges/), to });
    const [made, shipped] = [await Catalog.open(to), await Catalog.open(path.join(ROOT, 'xvenue-8h', 'catalog'))];
    const { streams } = shipped.describe();
    expect(streams).toHaveLength(42);
    for (const { instrumentId, kind } of streams) expect(digest(chunks(made, { instrumentId, kind }))).toBe(digest(chunks(shipped, { instrumentId, kind })));
  });
});
