import { ArbError, Instrument, type InstrumentSpec, type UnixMicros } from '@arb/core';
import { BookWriter } from './book-writer.ts';
import type { ChunkOf, DataKind } from './chunks.ts';
import { fillBookRow, rowReader } from './chunk-rows.ts';
import { FileSeries, type FileSeriesOptions } from './file-series.ts';
import { instrumentAt, type InstrumentRecord, readInstruments, sameSpec, writeInstruments } from './instrument-files.ts';
import { addSource, type CatalogSource } from './manifest.ts';
import { PageEncoder } from './parquet/column-encoder.ts';
import { loadCompression } from './parquet/compression.ts';
import { RowRules } from './row-rules.ts';
import { ROW_WRITERS, type RowContext, type RowKind, type RowWriter } from './row-writers.ts';
import type { BookRow, RowOf } from './rows.ts';
import { EarlierRows } from './earlier-rows.ts';
import { DATA_KINDS, SCHEMAS } from './schemas.ts';
import { gridsOf, type InstrumentGrids } from './step-grid.ts';

/** How a catalog is written. */
export interface CatalogWriterOptions {
  /** Where the data comes from: kept in the manifest and in every file. */
  readonly source: CatalogSource;
  /** Recorder clock error already subtracted from `tsInit`, µs; kept in the metadata. */
  readonly clockShiftUs?: number;
  /** sha256 of the raw source, hex; kept in the metadata. */
  readonly sourceSha256?: string;
  /** One file a year also of kinds that have one a day: for archives of few rows, such as a mark price every 8 h. */
  readonly yearlyFiles?: boolean;
}

/** Takes the rows of one instrument and kind in order of `tsInit`, checks each and writes files in bounded memory. */
export interface RowSink<K extends DataKind> {
  /** Rows accepted so far; of books, those of complete messages. */
  readonly rows: number;
  /**
   * Adds one row; the object may be reused. A row (of books: a message) that breaks a rule is not written and the sink goes on as if it had not come.
   *
   * @throws ArbError `ARB_ROW_TIME`, `ARB_ROW_CLOCK`, `ARB_ROW_ORDER`, `ARB_ROW_DUPLICATE`, `ARB_ROW_SIDE`, `ARB_ROW_CODE`, `ARB_ROW_NEGATIVE`, `ARB_OFF_GRID`,
   * `ARB_BOOK_CROSSED`, `ARB_BOOK_NO_SNAPSHOT`, `ARB_MESSAGE_OPEN`, `ARB_MESSAGE_TOO_LONG`, `ARB_BAR_RANGE`, `ARB_BAD_NUMBER`, `ARB_CATALOG_OVERLAP`
   */
  add(row: RowOf[K]): void;
  /** Adds the rows of a chunk. @throws as {@link add} */
  append(chunk: ChunkOf[K]): void;
}

/** Streams that may be written at the same time; each holds a row group in memory. */
const MAX_SINKS = 4096;

/**
 * Writes a Parquet catalog: one file per instrument, kind and UTC day (or year), each begun with a snapshot where it is a book. Nothing that exists is
 * overwritten; a file has its name only when it is complete. The same rows give the same bytes.
 *
 * @example
 * const writer = await CatalogWriter.open('catalog', { source: { name: 'mine', licence: 'MIT', isSynthetic: false } });
 * const at = parseTime('2025-01-01');
 * writer.addInstruments([{ id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001' }], at);
 * writer.sink('trade', 'BTCUSDT-PERP.BYBIT').add({ tsEvent: at, tsInit: at, side: 0, tick: 500_123, lots: 20, id: '1' });
 * writer.close();
 */
export class CatalogWriter {
  readonly path: string;
  readonly #options: CatalogWriterOptions;
  readonly #encoder = new PageEncoder();
  readonly #sinks = new Map<string, StreamSink>();
  readonly #files: string[] = [];
  #instruments: readonly InstrumentRecord[];

  private constructor(path: string, options: CatalogWriterOptions) {
    this.path = path;
    this.#options = options;
    addSource(path, options.source);
    this.#instruments = readInstruments(path);
  }

  /**
   * Opens a catalog to add to it; creates it where there is none.
   *
   * @throws ArbError `ARB_CATALOG_SOURCE`, `ARB_NOT_A_CATALOG`
   */
  static async open(path: string, options: CatalogWriterOptions): Promise<CatalogWriter> {
    await loadCompression();
    return new CatalogWriter(path, options);
  }

  /**
   * Declares instruments, before their data. What the catalog knows already is not written again; a changed record holds from `validFrom` on.
   *
   * @throws ArbError `ARB_BAD_INSTRUMENT`
   */
  addInstruments(specs: readonly InstrumentSpec[], validFrom: UnixMicros): void {
    const added = specs.filter((spec) => {
      new Instrument(spec);
      const known = instrumentAt(this.#instruments, spec.id, validFrom);
      return known === undefined || known.validFrom > validFrom || !sameSpec(known.spec, spec);
    });
    if (added.length === 0) return;
    this.#files.push(writeInstruments(this.path, added, { validFrom, encoder: this.#encoder }));
    this.#instruments = readInstruments(this.path);
  }

  /**
   * Where the rows of an instrument and kind go; the same object at every call. The instrument's grids are those of its newest record.
   *
   * @throws ArbError `ARB_UNKNOWN_INSTRUMENT`, `ARB_TOO_MANY_STREAMS`
   */
  sink<K extends DataKind>(kind: K, instrumentId: string): RowSink<K> {
    const key = `${kind} ${instrumentId}`;
    let sink = this.#sinks.get(key);
    if (sink === undefined) {
      if (!DATA_KINDS.includes(kind)) throw new ArbError('ARB_UNKNOWN_KIND', `"${kind}" is no kind of data; known are ${DATA_KINDS.join(', ')}`, { kind });
      if (this.#sinks.size >= MAX_SINKS) throw new ArbError('ARB_TOO_MANY_STREAMS', `${MAX_SINKS} streams are open; close the writer and open another for the rest`, { kind, instrumentId });
      const record = instrumentAt(this.#instruments, instrumentId, Infinity);
      if (record === undefined) throw new ArbError('ARB_UNKNOWN_INSTRUMENT', `${instrumentId} is not in ${this.path}; declare it with addInstruments first`, { instrumentId });
      sink = new StreamSink(kind, record.spec, { root: this.path, encoder: this.#encoder, metadata: this.#metadata(), isYearly: this.#options.yearlyFiles ?? false, onFile: (file) => { this.#files.push(file); } });
      this.#sinks.set(key, sink);
    }
    return sink as unknown as RowSink<K>;
  }

  /** Files this writer has completed so far. */
  get files(): readonly string[] { return this.#files; }

  /** Completes all files. @throws ArbError `ARB_MESSAGE_OPEN` where a book's last message has no end; nothing of that file is then kept */
  close(): void {
    try {
      for (const sink of this.#sinks.values()) sink.finish();
    } finally {
      this.abort();
    }
  }

  /** Removes what is not complete. Files completed before stay. */
  abort(): void {
    for (const sink of this.#sinks.values()) sink.abort();
    this.#sinks.clear();
  }

  #metadata(): ReadonlyMap<string, string> {
    const { source, sourceSha256, clockShiftUs } = this.#options;
    return new Map([
      ['arb.source', source.name], ...(sourceSha256 === undefined ? [] : [['arb.sha256-of-source', sourceSha256] as const]),
      ['arb.clock-shift-us', String(clockShiftUs ?? 0)], ['arb.synthetic', String(source.isSynthetic)],
    ]);
  }
}

/** A stream of any kind; {@link CatalogWriter.sink} gives it the type of its kind. */
class StreamSink {
  readonly #kind: DataKind;
  readonly #rules: RowRules;
  readonly #series: FileSeries;
  readonly #context: RowContext;
  readonly #book: BookWriter | undefined;
  readonly #writeRow: RowWriter<RowOf[RowKind]> | undefined;
  readonly #earlier: EarlierRows;

  constructor(kind: DataKind, spec: InstrumentSpec, files: Omit<FileSeriesOptions, 'kind' | 'instrumentId'>) {
    this.#kind = kind;
    const grids = gridsOf(spec);
    this.#rules = new RowRules(`${kind} of ${spec.id}`);
    this.#series = new FileSeries({ ...files, kind, instrumentId: spec.id }, scalesOf(kind, grids));
    this.#context = { rules: this.#rules, grids, checkTick: tickCheck(spec, this.#rules, grids) };
    this.#earlier = new EarlierRows(kind, spec, this.#series);
    if (kind === 'book') this.#book = new BookWriter(this.#context, this.#series);
    else this.#writeRow = ROW_WRITERS[kind]() as RowWriter<RowOf[RowKind]>;
  }

  get rows(): number { return this.#rules.rows; }

  add(row: RowOf[DataKind]): void {
    if (this.#book !== undefined) { this.#book.add(row as BookRow); return; }
    this.#rules.checkTimes(row);
    this.#earlier.check(row as RowOf[RowKind]);
    this.#writeRow!(row as RowOf[RowKind], this.#context, this.#series);
    this.#series.accept(row.tsInit);
    this.#rules.accept(row);
    this.#series.flushIfFull();
  }

  append(chunk: ChunkOf[DataKind]): void {
    if (this.#book !== undefined) {
      const bookRow = { tsEvent: 0, tsInit: 0, side: 0, tick: 0, lots: 0, flags: 0, sequence: 0 };
      for (let i = 0; i < chunk.rows; i++) {
        fillBookRow(bookRow, chunk as ChunkOf['book'], i);
        this.#book.add(bookRow);
      }
      return;
    }
    const row = rowReader(this.#kind, chunk);
    for (let i = 0; i < chunk.rows; i++) this.add(row(i));
  }

  finish(): void {
    this.#book?.finish();
    this.#series.finish();
  }

  abort(): void { this.#series.abort(); }
}

/** Decimals that columns have from the start: prices and sizes on the instrument's grid, all others as many as their values need. */
function scalesOf(kind: DataKind, grids: InstrumentGrids): number[] {
  const isOnGrid = kind === 'book' || kind === 'trade' || kind === 'quote';
  return SCHEMAS[kind].columns.map(({ name, type }) => type !== 'decimal' || !isOnGrid ? 0 : name.endsWith('price') ? grids.price.scale : grids.size.scale);
}

function tickCheck(spec: InstrumentSpec, rules: RowRules, grids: InstrumentGrids): (tick: number) => void {
  if (spec.significantFigures === undefined) return () => {};
  const instrument = new Instrument(spec);
  return (tick) => {
    if (!instrument.isPriceTick(tick)) {
      rules.fail('ARB_OFF_GRID', `price ${grids.price.format(tick)} has more than ${spec.significantFigures} significant figures`, 'correct the instrument or the data');
    }
  };
}
