import { ArbError, formatTime, type InstrumentSpec } from '@arb/core';
import { type BookChunk, type ChunkOf, copyChunk, type DataKind, F_CLEAR, F_LAST, F_SNAPSHOT, F_WARM_UP, type GapChunk } from './chunks.ts';
import { CHUNK_LOADERS, ChunkBuffers } from './chunk-loaders.ts';
import { ParquetReader } from './parquet/parquet-reader.ts';
import { type RowFault, timeText } from './row-rules.ts';
import { ROW_WATCHES, type RowWatch } from './row-watch.ts';
import type { StreamFile } from './stream-files.ts';
import { gridsOf } from './step-grid.ts';

/** What to read of one stream. */
export interface StreamQuery {
  readonly kind: DataKind;
  readonly spec: InstrumentSpec;
  readonly files: readonly StreamFile[];
  readonly from: number;
  readonly to: number;
  readonly withIds: boolean;
  /** Told of rows that break a rule, instead of the end of the read at the first. */
  readonly onFault?: ((fault: PlacedFault) => void) | undefined;
}

/** A row that breaks a rule and when it happened, µs. */
export interface PlacedFault extends RowFault { readonly at: number }

/** Where a book is read from: file, row group and row of a snapshot's first row. */
interface BookStart { readonly file: number; readonly group: number; readonly row: number }

/** The rows of a group that a read wants, from `first` to `end - 1` counted from the group's start. */
interface Slice { readonly first: number; readonly end: number }

/** Chunks of one stream in [from, to), row group by row group; see `Catalog.read`. */
export function* readStream<K extends DataKind>(kind: K, query: StreamQuery): Generator<ChunkOf[K], void, undefined> {
  const { files, from, to } = query;
  if (kind === 'gap' && files.some((file, i) => i > 0 && file.from < files[i - 1]!.to)) {
    const merged = mergedGaps(query);
    if (merged.rows > 0) yield merged as ChunkOf[K];
    return;
  }
  const buffers = new ChunkBuffers();
  const grids = gridsOf(query.spec);
  const start = kind === 'book' ? findSnapshot(files, from) : { file: files.findIndex((file) => file.to >= from), group: 0, row: 0 };
  if (start === undefined || start.file < 0) return;
  let previous = '';
  const times = new TimeOrder();
  const watch = ROW_WATCHES[kind](grids) as RowWatch<K>;
  for (const [i, file] of files.entries()) {
    if (i < start.file || file.from >= to) continue;
    const reader = ParquetReader.open(file.path);
    try {
      const isContinued = previous !== '' && file.metadata.get('arb.previous') === previous;
      let opening = Number(file.metadata.get('arb.opening-rows') ?? 0);
      let before = 0;
      for (let group = 0; group < reader.groups; group++) {
        const rows = reader.groupRows(group);
        const firstRow = before;
        before += rows;
        const openingRows = Math.min(opening, rows);
        opening -= openingRows;
        if (i === start.file && group < start.group) continue;
        const least = i === start.file && group === start.group ? start.row : isContinued ? openingRows : 0;
        if (rows === 0 || isOutside(reader, group, kind === 'book' ? -Infinity : from, to)) continue;
        const slice = loadTimes({ reader, group, buffers, kind, from, to, least, times });
        if (slice.end <= slice.first) continue;
        const view = CHUNK_LOADERS[kind]({ reader, group, grids, withIds: query.withIds }, buffers);
        if (kind !== 'gap') times.check('ts_event', buffers.floats('ts_event').subarray(buffers.offset, buffers.offset + slice.end), { file: reader.path, group, first: Math.max(slice.first, openingRows) });
        look(watch, view(buffers.offset + slice.first, buffers.offset + slice.end), { file: reader.path, firstRow: firstRow + slice.first, onFault: query.onFault });
        yield* kind === 'book' ? bookChunk({ buffers, slice, rows, from, isOpening: !isContinued && openingRows > least, openingRows }, view as never) as Iterable<ChunkOf[K]>
          : [view(slice.first, slice.end)];
        if (kind === 'book' && slice.end < rows) buffers.offset = 0;
      }
    } finally {
      reader.close();
    }
    if (buffers.offset > 0 && file.to < to) {
      throw new ArbError('ARB_MESSAGE_OPEN', `${file.path}: the last message has no row with flag 1; the file is incomplete, delete it and import that day again`, { file: file.path });
    }
    previous = file.name;
  }
}

/** Looks at the wanted rows of a group. @throws ArbError of the first row that breaks a rule, naming its file and its place in it, unless faults are gathered */
function look<K extends DataKind>(watch: RowWatch<K>, chunk: ChunkOf[K], place: { readonly file: string; readonly firstRow: number; readonly onFault: StreamQuery['onFault'] }): void {
  const { file, firstRow, onFault } = place;
  watch(chunk, (row, fault) => {
    if (onFault === undefined) throw new ArbError(fault.code, `${file} row ${firstRow + row}: ${fault.what}; ${fault.wayOut}, or import the data again (\`arb data check\` lists all)`, { file, row: firstRow + row });
    onFault({ ...fault, at: chunk.tsEvent[row]! });
  });
}

/** Holes of several imports, whose files lie over each other, as one chunk in order. */
function mergedGaps(query: StreamQuery): GapChunk {
  const chunks = query.files.flatMap((file) => [...readStream('gap', { ...query, files: [file] })].map(copyChunk));
  const rows = chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, row) => ({ chunk, row }))).sort((a, b) => a.chunk.tsInit[a.row]! - b.chunk.tsInit[b.row]!);
  const column = (name: 'tsEvent' | 'tsInit' | 'from' | 'to'): Float64Array => Float64Array.from(rows, ({ chunk, row }) => chunk[name][row]!);
  return {
    rows: rows.length, tsEvent: column('tsEvent'), tsInit: column('tsInit'), from: column('from'), to: column('to'),
    stream: rows.map(({ chunk, row }) => chunk.stream[row]!), reason: Uint8Array.from(rows, ({ chunk, row }) => chunk.reason[row]!),
  };
}

function isOutside(reader: ParquetReader, group: number, from: number, to: number): boolean {
  const statistics = reader.statistics(group, 'ts_init');
  return statistics !== undefined && (statistics.max < from || statistics.min >= to);
}

interface TimeLoad {
  readonly reader: ParquetReader;
  readonly group: number;
  readonly buffers: ChunkBuffers;
  readonly kind: DataKind;
  readonly from: number;
  readonly to: number;
  /** First row wanted, whatever its time. */
  readonly least: number;
  readonly times: TimeOrder;
}

/** Loads and checks `ts_init` and finds the rows wanted. Books keep rows before `from`: they build the book. */
function loadTimes(load: TimeLoad): Slice {
  const { reader, group, buffers, kind, from, to, least } = load;
  const rows = reader.groupRows(group);
  buffers.reserve(rows);
  const times = buffers.floats('ts_init');
  reader.readColumn(group, 'ts_init', { kind: 'number', out: times }, buffers.offset);
  const own = times.subarray(buffers.offset, buffers.offset + rows);
  load.times.check('ts_init', own, { file: reader.path, group, first: 0 });
  return { first: Math.max(least, kind === 'book' ? 0 : lowerBound(own, from)), end: lowerBound(own, to) };
}

/** Watches that neither time of a stream steps back, from row to row and from file to file: a run that replays it would go back in time. */
class TimeOrder {
  readonly #last = { ts_init: { at: -Infinity, file: '' }, ts_event: { at: -Infinity, file: '' } };

  /**
   * Takes the next times of a stream, from row `first` of its group on.
   * @throws ArbError `ARB_ROW_ORDER`
   */
  check(column: 'ts_init' | 'ts_event', times: Float64Array, place: { readonly file: string; readonly group: number; readonly first: number }): void {
    const last = this.#last[column];
    let { at } = last;
    for (let row = place.first; row < times.length; row++) {
      const time = times[row]!;
      if (time < at) this.#fail(column, { time, row, before: at, ...place });
      at = time;
    }
    if (times.length > place.first) this.#last[column] = { at, file: place.file };
  }

  #fail(column: 'ts_init' | 'ts_event', found: { readonly time: number; readonly before: number; readonly file: string; readonly group: number; readonly row: number }): never {
    const { time, before, file, group, row } = found;
    const { at, file: other } = this.#last[column];
    const what = other !== file && before === at
      ? `${file} begins at ${column} ${timeText(time)}, before ${other} ends at ${timeText(before)}: two sessions lie over each other; delete one of the two files, or both and import them in one session`
      : `${file} row group ${group} row ${row}: ${column} ${timeText(time)} steps back from ${timeText(before)}; ${
        column === 'ts_init' ? 'sort the file by ts_init' : 'the recorder took late or repeated messages: leave them out and note a gap'}`;
    throw new ArbError('ARB_ROW_ORDER', what, { file, group, row, ...(other === file || other === '' ? {} : { other }) });
  }
}

/** Index of the first time at or after `time`. */
function lowerBound(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = low + high >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface BookLoad {
  readonly buffers: ChunkBuffers;
  readonly slice: Slice;
  readonly rows: number;
  readonly from: number;
  /** The group begins with the writer's snapshot, and it is wanted. */
  readonly isOpening: boolean;
  readonly openingRows: number;
}

/** Whole messages of a group; what follows the last end of a message waits for the next group. Rows that are no events are flagged. */
function* bookChunk(load: BookLoad, view: (from: number, to: number) => BookChunk): Generator<BookChunk, void, undefined> {
  const { buffers, slice, from } = load;
  const flags = buffers.bytes('flags');
  const times = buffers.floats('ts_init');
  const carried = buffers.offset;
  // Rows of the group that are not wanted lie between the waiting rows and the wanted ones only at the start of a file, where nothing waits.
  const start = carried > 0 ? 0 : slice.first;
  const end = carried + slice.end;
  const openingEnd = carried + (load.isOpening ? load.openingRows : 0);
  for (let i = start; i < end && (times[i]! < from || i < openingEnd); i++) flags[i]! |= F_WARM_UP;
  let complete = end;
  while (complete > start && (flags[complete - 1]! & F_LAST) === 0) complete--;
  if (complete > start) yield view(start, complete);
  buffers.keep(complete, end);
}

/** The last snapshot that begins before `from`, or at it as the first row of its file; without one, where the stream begins after `from`. */
function findSnapshot(files: readonly StreamFile[], from: number): BookStart | undefined {
  for (let i = files.length - 1; i >= 0; i--) {
    const file = files[i]!;
    if (file.from > from) continue;
    const isFirstOfItsTime = file.from < from || i === 0 || files[i - 1]!.to < from;
    const found = isFirstOfItsTime ? findSnapshotIn(file, from) : undefined;
    if (found !== undefined) return { file: i, ...found };
  }
  const next = files.findIndex((file) => file.from >= from);
  if (next >= 0 && findSnapshotIn(files[next]!, files[next]!.from) !== undefined) return { file: next, group: 0, row: 0 };
  if (files.length === 0 || files.at(-1)!.to < from) return undefined;
  const file = (files[next] ?? files.at(-1)!).path;
  throw new ArbError('ARB_BOOK_NO_SNAPSHOT', `${file}: no snapshot (flags 2 and 4) at or before ${formatTime(from)}; begin the run later or import the day again`, { file, from });
}

function findSnapshotIn(file: StreamFile, from: number): { readonly group: number; readonly row: number } | undefined {
  const reader = ParquetReader.open(file.path);
  try {
    for (let group = reader.groups - 1; group >= 0; group--) {
      const rows = reader.groupRows(group);
      const statistics = reader.statistics(group, 'ts_init');
      if (rows === 0 || (statistics !== undefined && statistics.min > from)) continue;
      const [flags, times] = [new Uint8Array(rows), new Float64Array(rows)];
      reader.readColumn(group, 'flags', { kind: 'number', out: flags });
      reader.readColumn(group, 'ts_init', { kind: 'number', out: times });
      for (let row = rows - 1; row >= 0; row--) {
        const isStart = (flags[row]! & (F_SNAPSHOT | F_CLEAR)) === (F_SNAPSHOT | F_CLEAR);
        if (isStart && (times[row]! < from || (times[row] === from && row === 0 && group === 0))) return { group, row };
      }
    }
    return undefined;
  } finally {
    reader.close();
  }
}
