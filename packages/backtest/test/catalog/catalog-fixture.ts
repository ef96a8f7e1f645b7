import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type InstrumentSpec, parseTime } from '@arb/core';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogWriter } from '../../src/catalog/catalog-writer.ts';
import { type BookChunk, type ChunkOf, copyChunk, type DataKind } from '../../src/catalog/chunks.ts';
import type { CatalogSource } from '../../src/catalog/manifest.ts';
import { PageEncoder } from '../../src/catalog/parquet/column-encoder.ts';
import { type ColumnValues, ParquetWriter } from '../../src/catalog/parquet/parquet-writer.ts';
import { escapeId } from '../../src/catalog/paths.ts';
import type { BookRow } from '../../src/catalog/rows.ts';
import { SCHEMAS } from '../../src/catalog/schemas.ts';

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

export async function readAll<K extends DataKind>(folder: string, query: { readonly kind: K; readonly from?: number; readonly to?: number; readonly withIds?: boolean; readonly instrumentId?: string; readonly onFault?: () => void }): Promise<ChunkOf[K][]> {
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

/** Puts a file of these rows into a catalog as another tool would: nothing is checked. Cells in the order of the schema's columns, decimals as mantissas of `scale`. */
export function writeUnchecked(folder: string, kind: DataKind, { rows, scale = 0, instrumentId = SPEC.id, groupRows = rows.length }: { readonly rows: readonly (readonly number[])[]; readonly scale?: number; readonly instrumentId?: string; readonly groupRows?: number }): string {
  const specs = SCHEMAS[kind].columns.map((spec) => (spec.type === 'decimal' ? { ...spec, scale } : spec));
  const target = path.join(folder, kind, escapeId(instrumentId), SCHEMAS[kind].isLowRate ? '2025.parquet' : '2025-03-01.parquet');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const writer = new ParquetWriter(target, `${target}.tmp`, new PageEncoder());
  for (let first = 0; first < rows.length; first += groupRows) {
    const group = rows.slice(first, first + groupRows);
    const columns = specs.map((spec, column): ColumnValues => {
      const cells = group.map((row) => row[column] ?? 0);
      if (spec.isOptional === true) return { values: BigInt64Array.from(cells, BigInt), valid: new Uint8Array(cells.length) };
      return { values: spec.type === 'text' ? cells.map(String) : Float64Array.from(cells) };
    });
    writer.writeGroup(specs, columns, group.length);
  }
  writer.close(specs, new Map([['arb.source', 'test']]));
  return target;
}

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
  return new Map(names.map((name) => [name, fs.readFileSync(path.join(folder, name))]));
}
