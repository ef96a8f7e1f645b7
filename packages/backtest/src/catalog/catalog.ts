import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ArbError, type InstrumentSpec, type UnixMicros } from '@arb/core';
import type { ChunkBase, ChunkOf, DataKind } from './chunks.ts';
import { instrumentAt, type InstrumentRecord, readInstruments } from './instrument-files.ts';
import { type CatalogSource, type Manifest, readManifest } from './manifest.ts';
import { loadCompression } from './parquet/compression.ts';
import { streamFolder, unescapeId } from './paths.ts';
import { DATA_KINDS } from './schemas.ts';
import { listStreamFiles, type StreamFile } from './stream-files.ts';
import { type PlacedFault, readStream } from './stream-reader.ts';

/** A slice of one instrument's stream, [from, to) on `tsInit`. */
export interface ReadQuery<K extends DataKind> {
  readonly instrumentId: string;
  readonly kind: K;
  readonly from?: UnixMicros | undefined;
  readonly to?: UnixMicros | undefined;
  /** Read trade ids (strings); off, `TradeChunk.id` is undefined. */
  readonly withIds?: boolean;
  /** Told of each row that breaks a rule (a negative price, a settlement that comes twice), and the read goes on; without it the first ends the read. */
  readonly onFault?: (fault: PlacedFault) => void;
}

/** What the catalog holds of one instrument and kind. */
export interface StreamSummary {
  readonly instrumentId: string;
  readonly kind: DataKind;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** `tsInit` of the first and of the last row, both inclusive. */
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  /** Holes noted in the catalog (kind `gap`). */
  readonly gaps: number;
  readonly isSynthetic: boolean;
  readonly sources: readonly string[];
}

/** Everything a catalog holds. */
export interface CatalogSummary {
  readonly path: string;
  readonly sources: readonly CatalogSource[];
  readonly instruments: readonly InstrumentRecord[];
  readonly streams: readonly StreamSummary[];
}

/** Which data a run uses. */
export interface DataHashQuery {
  readonly instrumentIds: readonly string[];
  readonly kinds: readonly DataKind[];
  readonly from?: UnixMicros | undefined;
  readonly to?: UnixMicros | undefined;
}

/**
 * Chunks that are in memory already, by the exact query that would read them; undefined where they are not.
 *
 * @internal
 */
export type HeldChunks = (query: ReadQuery<DataKind>) => readonly ChunkBase[] | undefined;

/**
 * A Parquet catalog, open for reading. Any tool may read its files; see docs/concepts/catalog.md for the layout.
 *
 * @example
 * const catalog = await Catalog.open('datasets/demo');
 * for await (const chunk of catalog.read({ instrumentId: 'BTC-USD-PERP.HYPERLIQUID', kind: 'trade' })) console.log(chunk.rows);
 */
export class Catalog {
  readonly path: string;
  readonly #manifest: Manifest;
  readonly #files = new Map<string, readonly StreamFile[]>();
  readonly #hashes = new Map<string, string>();
  #instruments: readonly InstrumentRecord[] | undefined;
  #streams: readonly StreamSummary[] | undefined;
  #held: HeldChunks | undefined;

  private constructor(root: string, manifest: Manifest) {
    this.path = root;
    this.#manifest = manifest;
  }

  /** @throws ArbError `ARB_NOT_A_CATALOG`, `ARB_CATALOG_VERSION` */
  static async open(root: string): Promise<Catalog> {
    await loadCompression();
    const inner = path.join(root, 'catalog');                                // a dataset's folder: its catalog lies inside
    const at = !fs.existsSync(path.join(root, 'catalog.json')) && fs.existsSync(path.join(inner, 'catalog.json')) ? inner : root;
    return new Catalog(at, readManifest(at));
  }

  /** Every instrument record, by id and then by time. */
  instruments(): readonly InstrumentRecord[] {
    return this.#instruments ??= readInstruments(this.path);
  }

  /**
   * The record of an instrument that holds at a time.
   *
   * @throws ArbError `ARB_UNKNOWN_INSTRUMENT` naming what there is
   */
  instrument(instrumentId: string, time: UnixMicros = Infinity): InstrumentSpec {
    const record = instrumentAt(this.instruments(), instrumentId, time);
    if (record === undefined) {
      const known = [...new Set(this.instruments().map(({ spec }) => spec.id))];
      throw new ArbError('ARB_UNKNOWN_INSTRUMENT', `${instrumentId} is not in ${this.path}; it has ${known.length === 0 ? 'no instruments' : known.slice(0, 20).join(', ')}`, { instrumentId });
    }
    return record.spec;
  }

  /** Which kinds of data there are of an instrument. */
  kinds(instrumentId: string): readonly DataKind[] {
    return DATA_KINDS.filter((kind) => this.files(kind, instrumentId).length > 0);
  }

  /** The complete files of a stream in the order of their rows. */
  files(kind: DataKind, instrumentId: string): readonly StreamFile[] {
    const key = `${kind} ${instrumentId}`;
    let files = this.#files.get(key);
    if (files === undefined) {
      files = listStreamFiles(streamFolder(this.path, kind, instrumentId));
      this.#files.set(key, files);
    }
    return files;
  }

  /** What there is: rows, range, size, gaps and sources of every stream. Reads footers and gaps, not the data. */
  describe(): CatalogSummary {
    return { path: this.path, sources: this.#manifest.sources, instruments: this.instruments(), streams: this.#streams ??= this.#allStreams() };
  }

  /**
   * sha256 (hex) of everything a run with this data depends on: the bytes of its files and its instrument records. Another division into files is another hash.
   */
  dataHash(query: DataHashQuery): string {
    const { from = -Infinity, to = Infinity } = query;
    const hash = createHash('sha256');
    for (const id of [...new Set(query.instrumentIds)].sort()) {
      for (const { spec, validFrom } of this.instruments()) if (spec.id === id) hash.update(`${JSON.stringify(spec)} ${validFrom}\n`);
      for (const kind of DATA_KINDS.filter((each) => query.kinds.includes(each))) {
        for (const file of usedFiles(this.files(kind, id), kind, { from, to })) hash.update(`${path.relative(this.path, file.path).split(path.sep).join('/')} ${this.#hashOf(file.path)}\n`);
      }
    }
    return hash.digest('hex');
  }

  /**
   * Chunks of columns, one per row group, in order of `tsInit`. For books the first rows may be warm-up (`F_WARM_UP`) from the last snapshot before `from`.
   *
   * **Gotcha:** the arrays of a chunk are reused by the next one.
   * @throws ArbError `ARB_UNKNOWN_INSTRUMENT`, `ARB_PARQUET_*`, `ARB_CATALOG_SCHEMA`, `ARB_OFF_GRID`, `ARB_ROW_*`, `ARB_BAR_RANGE`, `ARB_BOOK_NO_SNAPSHOT`, `ARB_MESSAGE_OPEN`
   */
  async *read<K extends DataKind>(query: ReadQuery<K>): AsyncGenerator<ChunkOf[K], void, undefined> {
    yield* this.readSync(query);
  }

  /** {@link read} without promises: for workers, and where a loop pulls many streams at once. */
  readSync<K extends DataKind>(query: ReadQuery<K>): Generator<ChunkOf[K], void, undefined> {
    const { kind, instrumentId, from = -Infinity, to = Infinity, withIds = false, onFault } = query;
    const held = withIds || onFault !== undefined ? undefined : this.#held?.(query);
    if (held !== undefined) return each(held as readonly ChunkOf[K][]);
    const files = this.files(kind, instrumentId);
    return readStream(kind, { kind, spec: this.instrument(instrumentId, Math.max(from, files[0]?.from ?? from)), files, from, to, withIds, onFault });
  }

  /**
   * Reads of these queries give what is held, the same chunks for each; all others go to the files.
   *
   * @internal
   */
  hold(held: HeldChunks): void { this.#held = held; }

  #allStreams(): StreamSummary[] {
    const streams: StreamSummary[] = [];
    for (const kind of DATA_KINDS) {
      const folder = path.join(this.path, kind);
      if (!fs.existsSync(folder)) continue;
      for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)) {
        if (entry.isDirectory()) streams.push(...this.#summary(kind, unescapeId(entry.name)));
      }
    }
    return streams;
  }

  /** Files of a catalog do not change under its reader, so each is hashed once for all runs. */
  #hashOf(file: string): string {
    let hash = this.#hashes.get(file);
    if (hash === undefined) this.#hashes.set(file, hash = sha256(file));
    return hash;
  }

  #summary(kind: DataKind, instrumentId: string): StreamSummary[] {
    const files = this.files(kind, instrumentId);
    if (files.length === 0) return [];
    const sum = (pick: (file: StreamFile) => number): number => files.reduce((total, file) => total + pick(file), 0);
    return [{
      instrumentId, kind, rows: sum((file) => file.rows), files: files.length, bytes: sum((file) => file.bytes), from: files[0]!.from, to: files.reduce((to, file) => Math.max(to, file.to), 0),
      gaps: kind === 'gap' ? 0 : this.#gaps(kind, instrumentId), isSynthetic: files.some((file) => file.metadata.get('arb.synthetic') === 'true'),
      sources: [...new Set(files.map((file) => file.metadata.get('arb.source') ?? 'unknown'))].sort(),
    }];
  }

  #gaps(kind: DataKind, instrumentId: string): number {
    let gaps = 0;
    if (this.files('gap', instrumentId).length === 0) return 0;
    for (const chunk of this.readSync({ kind: 'gap', instrumentId })) gaps += chunk.stream.filter((stream) => stream === kind).length;
    return gaps;
  }
}

function* each<Item>(items: readonly Item[]): Generator<Item, void, undefined> { yield* items; }

/** Files that a read of [from, to) opens; for a book also those before it, back to one that is sure to hold a snapshot. */
function usedFiles(files: readonly StreamFile[], kind: DataKind, range: { readonly from: number; readonly to: number }): readonly StreamFile[] {
  const used = files.filter((file) => file.to >= range.from && file.from < range.to);
  const before = files.filter((file) => file.from <= range.from && file.to < range.from).at(-1);
  const needsBefore = kind === 'book' && before !== undefined && (used[0] === undefined || used[0].from > range.from);
  return needsBefore ? [before, ...used] : used;
}

function sha256(file: string): string {
  const hash = createHash('sha256');
  const descriptor = fs.openSync(file, 'r');
  try {
    const buffer = new Uint8Array(1 << 20);
    for (let read = fs.readSync(descriptor, buffer); read > 0; read = fs.readSync(descriptor, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    fs.closeSync(descriptor);
  }
  return hash.digest('hex');
}
