import { createHash, type Hash } from 'node:crypto';
import type { ChunkOf, DataKind } from '../catalog/chunks.ts';
import type { ChunkSink, ChunkSinks } from '../synth/chunk-buffers.ts';

/** What identifies a generated stream: its rows and the sha256 of its columns, whatever the chunks and files they were cut into. */
export interface StreamDigest {
  readonly kind: DataKind;
  readonly instrumentId: string;
  readonly rows: number;
  readonly sha256: string;
}

interface StreamState {
  readonly kind: DataKind;
  readonly instrumentId: string;
  readonly columns: Map<string, Hash>;
  rows: number;
}

/**
 * Passes chunks on and hashes their columns on the way: numbers as their little-endian bytes, texts as lines. A column that is a single number (a scale) is
 * hashed by its name.
 */
export class StreamHasher implements ChunkSinks {
  readonly #next: ChunkSinks;
  readonly #streams: StreamState[] = [];

  constructor(next: ChunkSinks) {
    this.#next = next;
  }

  sink<K extends DataKind>(kind: K, instrumentId: string): ChunkSink<K> {
    const target = this.#next.sink(kind, instrumentId);
    const state: StreamState = { kind, instrumentId, columns: new Map(), rows: 0 };
    this.#streams.push(state);
    return {
      append(chunk: ChunkOf[K]): void {
        state.rows += chunk.rows;
        for (const [name, column] of Object.entries(chunk)) hashColumn(state.columns, name, { column, rows: chunk.rows });
        target.append(chunk);
      },
    };
  }

  /** The digests so far, in the order of their names. */
  digests(): StreamDigest[] {
    return this.#streams.filter(({ rows }) => rows > 0).map(({ kind, instrumentId, columns, rows }) => {
      const hash = createHash('sha256');
      for (const name of [...columns.keys()].sort()) hash.update(`${name} ${columns.get(name)!.copy().digest('hex')}\n`);
      return { kind, instrumentId, rows, sha256: hash.digest('hex') };
    }).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

const keyOf = ({ kind, instrumentId }: StreamDigest): string => `${kind} ${instrumentId}`;

/** One sha256 for a data set of several streams. */
export function combineDigests(digests: readonly StreamDigest[]): string {
  const hash = createHash('sha256');
  for (const digest of [...digests].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) hash.update(`${keyOf(digest)} ${digest.rows} ${digest.sha256}\n`);
  return hash.digest('hex');
}

function hashColumn(columns: Map<string, Hash>, name: string, values: { readonly column: unknown; readonly rows: number }): void {
  const { column, rows } = values;
  if (name === 'rows' || column === undefined) return;
  const key = typeof column === 'number' ? `${name}=${column}` : name;
  let hash = columns.get(key);
  if (hash === undefined) columns.set(key, hash = createHash('sha256'));
  if (ArrayBuffer.isView(column)) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength / (column as Uint8Array).length * rows));
  else if (Array.isArray(column)) hash.update(`${column.slice(0, rows).join('\n')}\n`);
}
