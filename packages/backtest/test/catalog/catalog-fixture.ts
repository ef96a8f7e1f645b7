import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type InstrumentSpec, parseTime } from '@arb/core';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogWriter } from '../../src/catalog/catalog-writer.ts';
import { type BookChunk, type ChunkOf, copyChunk, type DataKind } from '../../src/catalog/chunks.ts';
import type { CatalogSource } from '../../src/catalog/manifest.ts';
import type { BookRow } from '../../src/catalog/rows.ts';

/** Price grid 0.5, size grid 0.001: neither is a power of ten by accident. */
export const SPEC: InstrumentSpec = { id: 'BTC-USD-PERP.TESTEX', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USD', priceIncrement: '0.5', sizeIncrement: '0.001' };
export const SOURCE: CatalogSource = { name: 'test', licence: 'MIT', isSynthetic: true };
export const DAY: number = parseTime('2025-03-01');
export const SECOND = 1_000_000;

/** A folder that is removed at the end of the test file. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'arb-catalog-'));
}

export async function newWriter(folder: string, specs: readonly InstrumentSpec[] = [SPEC]): Promise<CatalogWriter> {
  const writer = await CatalogWriter.open(folder, { source: SOURCE });
  writer.addInstruments(specs, parseTime('2025-01-01'));
  return writer;
}

/** Rows of one book message; `levels` as [side, tick, lots]. */
export function message(at: number, levels: readonly (readonly [side: number, tick: number, lots: number])[], options: { readonly isSnapshot?: boolean; readonly sequence?: number } = {}): BookRow[] {
  return levels.map(([side, tick, lots], i) => ({
    tsEvent: at, tsInit: at + 10, side, tick, lots, sequence: options.sequence ?? 0,
    flags: (i === levels.length - 1 ? 1 : 0) | (options.isSnapshot === true ? 2 | (i === 0 ? 4 : 0) : 0),
  }));
}

export async function readAll<K extends DataKind>(folder: string, query: { readonly kind: K; readonly from?: number; readonly to?: number; readonly withIds?: boolean; readonly instrumentId?: string }): Promise<ChunkOf[K][]> {
  const catalog = await Catalog.open(folder);
  const chunks: ChunkOf[K][] = [];
  for await (const chunk of catalog.read<K>({ instrumentId: SPEC.id, ...query })) chunks.push(copyChunk(chunk));
  return chunks;
}

/** Rows of book chunks, for comparison. */
export function bookRows(chunks: readonly BookChunk[]): BookRow[] {
  return chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, i) => ({
    tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, side: chunk.side[i]!, tick: chunk.tick[i]!, lots: chunk.lots[i]!, flags: chunk.flags[i]!, sequence: chunk.sequence[i]!,
  })));
}

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
  return new Map(names.map((name) => [name, fs.readFileSync(path.join(folder, name))]));
}
