import type { Catalog, HeldChunks, ReadQuery } from '../catalog/catalog.ts';
import type { ChunkBase, DataKind } from '../catalog/chunks.ts';
import type { Preflight } from '../engine/backtest-run.ts';
import { historyQuery } from '../engine/history.ts';
import { REPLAYED_KINDS } from '../engine/instrument-feed.ts';

/** Memory that decoded data may take unless stated, bytes. */
export const DEFAULT_MAX_SHARED_BYTES: number = 1_024 * 1_024 * 1_024;

/** The chunks of one query, their columns in memory that threads share: handing them over copies nothing. */
export interface SharedStream { readonly key: string; readonly chunks: readonly ChunkBase[] }

/** Everything that runs over one part of the data read. */
export interface SharedData { readonly streams: readonly SharedStream[]; readonly bytes: number }

/** What makes two reads the same. */
function keyOf({ kind, instrumentId, from = -Infinity, to = Infinity }: ReadQuery<DataKind>): string { return `${kind} ${instrumentId} ${from} ${to}`; }

/** What runs will read that start as `preflights` did: each stream over the whole range, and the past asked for before it. */
export function queriesOf(catalog: Catalog, preflights: readonly Preflight[]): ReadQuery<DataKind>[] {
  const queries = preflights.flatMap(({ from, to, instrumentIds, history }) => [
    ...instrumentIds.flatMap((instrumentId) => catalog.kinds(instrumentId).filter((kind) => REPLAYED_KINDS.includes(kind)).map((kind): ReadQuery<DataKind> => ({ instrumentId, kind, from, to }))),
    ...history.flatMap((request) => historyQuery(request, from) ?? []),
  ]);
  return [...new Map(queries.map((query) => [keyOf(query), query])).values()];
}

/** Decodes streams once, for all threads; undefined where they would take more than `maxBytes`. A stream that cannot be read is left to the run that wants it, which tells why. */
export function shareStreams(catalog: Catalog, queries: readonly ReadQuery<DataKind>[], maxBytes: number): SharedData | undefined {
  let bytes = 0;
  const streams: SharedStream[] = [];
  for (const query of queries) {
    const chunks: ChunkBase[] = [];
    try {
      for (const chunk of catalog.readSync(query)) {
        bytes += bytesOf(chunk);
        if (bytes > maxBytes) return undefined;
        chunks.push(sharedChunk(chunk));
      }
    } catch { continue; }
    streams.push({ key: keyOf(query), chunks });
  }
  return { streams, bytes };
}

/** Streams by query, as a catalog asks for them. */
export function heldBy(data: Iterable<SharedData>): HeldChunks {
  const byKey = new Map([...data].flatMap(({ streams }) => streams.map(({ key, chunks }) => [key, chunks] as const)));
  return (query) => byKey.get(keyOf(query));
}

type Column = Float64Array | Int32Array | Uint8Array | BigInt64Array;
type ColumnMaker = new (buffer: SharedArrayBuffer, offset: number, length: number) => Column;

const columnsOf = (chunk: ChunkBase): [string, Column][] => Object.entries(chunk).filter((entry): entry is [string, Column] => ArrayBuffer.isView(entry[1]));
/** Columns begin at multiples of eight bytes. */
const paddedBytes = (column: Column, rows: number): number => Math.ceil(rows * column.BYTES_PER_ELEMENT / 8) * 8;
const bytesOf = (chunk: ChunkBase): number => columnsOf(chunk).reduce((sum, [, column]) => sum + paddedBytes(column, chunk.rows), 0);

/** A copy with all columns in one shared buffer. */
function sharedChunk(chunk: ChunkBase): ChunkBase {
  const buffer = new SharedArrayBuffer(bytesOf(chunk));
  const copy: Record<string, unknown> = { ...chunk };
  let offset = 0;
  for (const [name, column] of columnsOf(chunk)) {
    const shared = new (column.constructor as unknown as ColumnMaker)(buffer, offset, chunk.rows);
    shared.set(column.subarray(0, chunk.rows) as never);
    copy[name] = shared;
    offset += paddedBytes(column, chunk.rows);
  }
  return copy as unknown as ChunkBase;
}
