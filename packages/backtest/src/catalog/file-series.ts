import fs from 'node:fs';
import path from 'node:path';
import { ArbError, formatTime, MICROS_PER_DAY, POW10_NUMBER } from '@arb/core';
import { makeFolders } from '@arb/core/internal';
import type { DataKind } from './chunks.ts';
import { ColumnBuffers } from './column-buffers.ts';
import type { PageEncoder } from './parquet/column-encoder.ts';
import { type ColumnSpec, ParquetWriter } from './parquet/parquet-writer.ts';
import { fileName, growingPath, parseFileName, periodOf, streamFolder } from './paths.ts';
import { SCHEMA_VERSION, SCHEMAS } from './schemas.ts';
import { eventRange, listStreamFiles, readStreamFile, type StreamFile } from './stream-files.ts';

/** Rows after which a row group is written, at the next end of a message. */
export const GROUP_ROWS = 65_536;

/** A file of this session holds no later session off: its rows are compared with each other as they come. */
const OWN_EVENTS = { first: Infinity, last: -Infinity };

/** Column of `ts_init` in every kind. */
const TS_INIT = 1;

/** What a series of files belongs to and carries in its metadata. */
export interface FileSeriesOptions {
  readonly root: string;
  readonly kind: DataKind;
  readonly instrumentId: string;
  readonly encoder: PageEncoder;
  /** `arb.source` and its like. */
  readonly metadata: ReadonlyMap<string, string>;
  /** A file a year, whatever the kind. */
  readonly isYearly: boolean;
  /** Told of every file that has got its name. */
  readonly onFile: (path: string) => void;
}

/**
 * The files of one instrument and kind while they are written: a file per period of `tsInit`, row groups as rows come, nothing that exists overwritten.
 * Memory is one row group.
 */
export class FileSeries {
  readonly buffers: ColumnBuffers;
  /** Decimals of each column in the current file. */
  readonly scales: number[];
  /** Added to the metadata of the current file. */
  readonly fileMetadata: Map<string, string> = new Map();
  readonly #options: FileSeriesOptions;
  readonly #initialScales: readonly number[];
  readonly #columns: readonly ColumnSpec[];
  readonly #folder: string;
  #existing: StreamFile[] | undefined;
  #file: ParquetWriter | undefined;
  #previous: StreamFile | undefined;
  #period = '';
  #day = -1;
  #first = 0;
  #last = 0;
  #lastFlushed = 0;
  /** Times from here on belong to a file that exists. */
  #limit = Infinity;
  /** That file. */
  #next: StreamFile | undefined;
  /** Events of earlier sessions around the current file: before the first and after the second of these times they would step back. */
  #leastEvent = -Infinity;
  #mostEvent = Infinity;
  readonly #events = new Map<StreamFile, ReturnType<typeof eventRange>>();

  constructor(options: FileSeriesOptions, scales: readonly number[]) {
    this.#options = options;
    this.#columns = SCHEMAS[options.kind].columns;
    this.#folder = streamFolder(options.root, options.kind, options.instrumentId);
    this.buffers = new ColumnBuffers(this.#columns);
    this.#initialScales = scales;
    this.scales = [...scales];
  }

  /** The file before the current one in time, if there is one. */
  get previous(): StreamFile | undefined { return this.#previous; }

  /** Every file of the stream that was there before. */
  get existing(): readonly StreamFile[] { return this.#existing ??= listStreamFiles(this.#folder); }

  /**
   * Makes sure that the file for a row of these times is open.
   *
   * @returns true where a new one was begun
   * @throws ArbError `ARB_CATALOG_OVERLAP` where the catalog holds that time already, `ARB_ROW_ORDER` where events would step back from one session to another
   */
  prepare({ tsEvent, tsInit }: { readonly tsEvent: number; readonly tsInit: number }): boolean {
    if (tsInit >= this.#limit) this.refuse(tsInit);
    if (tsEvent > this.#mostEvent) this.#refuseEvent(tsEvent);
    const day = Math.floor(tsInit / MICROS_PER_DAY);
    if (day === this.#day && this.#file !== undefined) return false;
    const period = periodOf(this.#options.kind, tsInit, this.#options.isYearly);
    this.#day = day;
    if (period === this.#period && this.#file !== undefined) return false;
    this.finish();
    this.#initialScales.forEach((scale, column) => { this.scales[column] = scale; });
    this.#place(tsInit);
    if (tsEvent < this.#leastEvent || tsEvent > this.#mostEvent) this.#refuseEvent(tsEvent);
    this.#begin(period);
    return true;
  }

  /** Counts the row last put into the buffers. */
  accept(tsInit: number): void {
    if (this.buffers.rows === 0 && this.#file!.rows === 0) this.#first = tsInit;
    this.#last = tsInit;
    this.buffers.rows++;
  }

  /** Forgets the waiting rows from `rows` on. */
  truncate(rows: number): void {
    this.buffers.rows = rows;
    this.#last = rows > 0 ? this.buffers.numbersOf(TS_INIT)[rows - 1]! : this.#lastFlushed;
  }

  /** Writes a row group once there are enough rows; call it between messages only. */
  flushIfFull(): void {
    if (this.buffers.rows >= GROUP_ROWS) this.#flush();
  }

  /**
   * Raises the scale of columns so that `scale` decimals fit: what waits is multiplied; where rows are on the disk already, a new file begins at `tsInit`.
   */
  raiseScale(columns: readonly number[], scale: number, tsInit: number): void {
    if (columns.every((column) => this.scales[column]! >= scale)) return;
    if (this.#file !== undefined && this.#file.rows > 0) {
      this.finish();
      this.#place(tsInit);
      this.#begin(this.#period);
    }
    const factors = columns.map((column) => POW10_NUMBER[Math.max(0, scale - this.scales[column]!)]!);
    const misfit = columns.find((column, i) => !this.buffers.fits(column, factors[i]!));
    if (misfit !== undefined) {
      const { kind, instrumentId } = this.#options;
      throw new ArbError('ARB_BAD_NUMBER', `${kind} of ${instrumentId}: ${this.#columns[misfit]!.name} is not exact at ${scale} decimals; round it where it is made`, { scale });
    }
    columns.forEach((column, i) => {
      this.buffers.multiply(column, factors[i]!);
      this.scales[column] = Math.max(this.scales[column]!, scale);
    });
  }

  /** Completes the current file. */
  finish(): void {
    const file = this.#file;
    if (file === undefined) return;
    if (this.buffers.rows > 0) this.#flush();
    this.#file = undefined;
    if (file.rows === 0) { file.abort(); return; }
    const { kind, instrumentId, metadata } = this.#options;
    if (kind !== 'gap') this.#refuseNewcomers(file);
    file.close(this.#specs(), new Map([
      ['arb.kind', kind], ['arb.schema', String(SCHEMA_VERSION)], ['arb.instrument', instrumentId], ...metadata,
      ['arb.rows', String(file.rows)], ['arb.from', String(this.#first)], ['arb.to', String(this.#last)], ...this.fileMetadata,
    ]));
    this.#options.onFile(file.path);
    const name = path.basename(file.path);
    const own: StreamFile = { path: file.path, name, from: this.#first, to: this.#last, rows: file.rows, bytes: file.bytes, part: parseFileName(name)!.part, metadata: new Map() };
    this.#existing!.push(own);
    this.#events.set(own, OWN_EVENTS);
  }

  /** Removes the file that is not complete. */
  abort(): void {
    this.#file?.abort();
    this.#file = undefined;
    this.buffers.rows = 0;
  }

  /** Finds the files between which one that begins at this time lies. */
  #place(tsInit: number): void {
    this.#existing ??= listStreamFiles(this.#folder);
    this.#limit = Infinity;
    this.#next = undefined;
    this.#previous = undefined;
    if (this.#options.kind === 'gap') return;                        // holes of one stream lie between those of another: readers merge the files
    for (const file of this.#existing) {
      if (file.from <= tsInit && tsInit < file.to) this.refuse(tsInit);
      if (file.from <= tsInit) { if (this.#previous === undefined || file.to >= this.#previous.to) this.#previous = file; }
      else if (file.from < this.#limit) { this.#limit = file.from; this.#next = file; }
    }
    this.#leastEvent = this.#previous === undefined ? -Infinity : this.#eventsOf(this.#previous).last;
    this.#mostEvent = this.#next === undefined ? Infinity : this.#eventsOf(this.#next).first;
  }

  #eventsOf(file: StreamFile): ReturnType<typeof eventRange> {
    let events = this.#events.get(file);
    if (events === undefined) {
      events = eventRange(file);
      this.#events.set(file, events);
    }
    return events;
  }

  #begin(period: string): void {
    makeFolders(this.#folder);
    let part = 0;
    while (fs.existsSync(path.join(this.#folder, fileName(period, part)))) part++;
    const target = path.join(this.#folder, fileName(period, part));
    this.#file = new ParquetWriter(target, growingPath(target), this.#options.encoder);
    this.#period = period;
    this.fileMetadata.clear();
  }

  #flush(): void {
    this.#file!.writeGroup(this.#specs(), this.buffers.columns(), this.buffers.rows);
    this.#lastFlushed = this.#last;
    this.buffers.rows = 0;
  }

  #specs(): ColumnSpec[] {
    return this.#columns.map((column, i) => column.type === 'decimal' ? { ...column, scale: this.scales[i]! } : column);
  }

  /** Another writer may have completed a file of the same times meanwhile, in a period of another length: the second of the two gives way. */
  #refuseNewcomers(own: ParquetWriter): void {
    const known = new Set(this.#existing!.map(({ name }) => name));
    for (const name of fs.readdirSync(this.#folder)) {
      const parsed = known.has(name) ? undefined : parseFileName(name);
      const file = parsed === undefined ? undefined : readStreamFile(path.join(this.#folder, name), parsed.part);
      if (file === undefined) continue;
      this.#existing!.push(file);
      if (file.from >= this.#last || file.to <= this.#first) continue;
      own.abort();
      this.refuse(Math.max(file.from, this.#first));
    }
  }

  /** @throws ArbError `ARB_ROW_ORDER` */
  #refuseEvent(tsEvent: number): never {
    const { kind, instrumentId } = this.#options;
    const isBefore = tsEvent < this.#leastEvent;
    const [file, at] = isBefore ? [this.#previous!, this.#leastEvent] : [this.#next!, this.#mostEvent];
    throw new ArbError('ARB_ROW_ORDER', `${kind} of ${instrumentId}: tsEvent ${formatTime(tsEvent)} is ${isBefore ? 'before' : 'after'} the ${isBefore ? 'last' : 'first'} of ${file.name}, which an earlier session wrote, at ${
      formatTime(at)}; drop the late row and note a gap, or delete that file and import both in one session`, { kind, instrumentId, tsEvent, file: file.path });
  }

  /** @throws ArbError `ARB_CATALOG_OVERLAP` */
  refuse(tsInit: number): never {
    const { kind, instrumentId } = this.#options;
    const file = this.#existing!.find(({ from, to }) => from <= tsInit && tsInit <= to);
    const held = file === undefined ? `the catalog ${this.#options.root} already` : `the catalog already (${file.path}, ${formatTime(file.from)} to ${formatTime(file.to)})`;
    throw new ArbError('ARB_CATALOG_OVERLAP', `${kind} of ${instrumentId} at ${formatTime(tsInit)} is in ${held}; delete that file to import it again, or import later data`, { kind, instrumentId, tsInit });
  }
}
