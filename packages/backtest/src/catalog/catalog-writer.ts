import type { InstrumentSpec, UnixMicros } from '@arb/core';
import type { ChunkOf, DataKind } from './chunks.ts';
import type { CatalogSource } from './manifest.ts';
import type { RowOf } from './rows.ts';

/** How a catalog is written. */
export interface CatalogWriterOptions {
  /** Where the data comes from: kept in the manifest and in every file. */
  readonly source: CatalogSource;
  /** Recorder clock error already subtracted from `tsInit`, µs; kept in the metadata. */
  readonly clockShiftUs?: number;
  /** sha256 of the raw source, hex; kept in the metadata. */
  readonly sourceSha256?: string;
}

/** Takes the rows of one instrument and kind, in order of `tsInit`; checks each and writes files of bounded size in bounded memory. */
export interface RowSink<K extends DataKind> {
  /** Rows accepted so far. */
  readonly rows: number;
  /** Adds one row; may be a reused object. A row (for books: a message) that fails a check is not written and changes nothing. */
  add(row: RowOf[K]): void;
  /** Adds a chunk of columns. */
  append(chunk: ChunkOf[K]): void;
}

export declare class CatalogWriter {
  /** Opens or creates a catalog for adding. */
  static open(path: string, options: CatalogWriterOptions): Promise<CatalogWriter>;
  /** Must precede the data of these instruments. Identical specs already in the catalog are not written again. */
  addInstruments(specs: readonly InstrumentSpec[], validFrom: UnixMicros): void;
  /** The sink of an instrument and kind; the same object at every call. */
  sink<K extends DataKind>(kind: K, instrumentId: string): RowSink<K>;
  /** Finishes all files; only now have they their final names. */
  close(): void;
  /** Removes what is unfinished. */
  abort(): void;
}
