import type { InstrumentSpec, UnixMicros } from '@arb/core';
import type { ChunkOf, DataKind } from './chunks.ts';
import type { CatalogSource } from './manifest.ts';

/** An instrument and since when this record of it holds. */
export interface InstrumentRecord {
  readonly spec: InstrumentSpec;
  readonly validFrom: UnixMicros;
}

/** A slice of one instrument's stream, [from, to) on `tsInit`. */
export interface ReadQuery<K extends DataKind> {
  readonly instrumentId: string;
  readonly kind: K;
  readonly from?: UnixMicros;
  readonly to?: UnixMicros;
  /** Read trade ids (strings); off, `TradeChunk.id` is undefined. */
  readonly withIds?: boolean;
}

/** What the catalog holds of one instrument and kind. */
export interface StreamSummary {
  readonly instrumentId: string;
  readonly kind: DataKind;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly from: UnixMicros;
  /** `tsInit` of the last row: inclusive. */
  readonly to: UnixMicros;
  readonly gaps: number;
  readonly isSynthetic: boolean;
  readonly sources: readonly string[];
}

/** Everything a catalog holds. */
export interface CatalogSummary {
  readonly path: string;
  readonly sources: readonly CatalogSource[];
  readonly streams: readonly StreamSummary[];
}

/** Which data a run used. */
export interface DataHashQuery {
  readonly instrumentIds: readonly string[];
  readonly kinds: readonly DataKind[];
  readonly from?: UnixMicros;
  readonly to?: UnixMicros;
}

export declare class Catalog {
  static open(path: string): Promise<Catalog>;
  readonly path: string;
  instruments(): readonly InstrumentRecord[];
  kinds(instrumentId: string): readonly DataKind[];
  describe(): CatalogSummary;
  dataHash(query: DataHashQuery): string;
  /** Chunks of columns in order. For books the first chunks may be warm-up rows (`F_WARM_UP`) from the last snapshot before `from`. */
  read<K extends DataKind>(query: ReadQuery<K>): AsyncIterableIterator<ChunkOf[K]>;
  /** The same without promises, for workers and tests. */
  readSync<K extends DataKind>(query: ReadQuery<K>): IterableIterator<ChunkOf[K]>;
}
