import { ArbError } from '@arb/core';
import type { ChunkBase, ChunkOf, DataKind } from './chunks.ts';
import type { Converter } from './parquet/column-decoder.ts';
import { PageFault } from './parquet/page-fault.ts';
import type { ParquetReader } from './parquet/parquet-reader.ts';
import { DATA_KINDS } from './schemas.ts';
import type { InstrumentGrids } from './step-grid.ts';

/** What a loader reads a row group with. */
export interface LoadContext {
  readonly reader: ParquetReader;
  readonly group: number;
  readonly grids: InstrumentGrids;
  readonly withIds: boolean;
}

/** Buffers of one read, by column, reused from row group to row group and grown where a group is larger. */
export class ChunkBuffers {
  readonly #arrays = new Map<string, Float64Array | Int32Array | Uint8Array | BigInt64Array>();
  /** Rows already there when a group is loaded: the message that the last group did not end. */
  offset = 0;
  #capacity = 0;

  /** Makes room for `rows` more behind `offset`, keeping what is before it. */
  reserve(rows: number): void {
    if (this.offset + rows > this.#capacity) this.#capacity = Math.ceil((this.offset + rows) * 1.25);
  }

  floats(name: string): Float64Array { return this.#get(name, Float64Array); }
  ints(name: string): Int32Array { return this.#get(name, Int32Array); }
  bytes(name: string): Uint8Array { return this.#get(name, Uint8Array); }
  bigints(name: string): BigInt64Array { return this.#get(name, BigInt64Array); }

  /** Moves rows `from` to `to - 1` of all columns to the front. */
  keep(from: number, to: number): void {
    if (from > 0) for (const array of this.#arrays.values()) array.copyWithin(0, from, to);
    this.offset = to - from;
  }

  #get<A extends Float64Array | Int32Array | Uint8Array | BigInt64Array>(name: string, make: new (length: number) => A): A {
    const old = this.#arrays.get(name) as A | undefined;
    if (old !== undefined && old.length >= this.#capacity) return old;
    const array = new make(this.#capacity);
    if (old !== undefined) array.set(old.subarray(0, this.offset) as never);
    this.#arrays.set(name, array);
    return array;
  }
}

/** Loads the columns of a row group (but `ts_init`, which is loaded first) and gives the chunk of rows `from` to `to - 1` of the buffers. */
export type ChunkLoader<K extends DataKind> = (context: LoadContext, buffers: ChunkBuffers) => (from: number, to: number) => ChunkOf[K];

/** A code column may only hold what its kind defines; in dictionary pages this looks at each distinct value once. */
function within(most: number, code: string, name: string): Converter {
  return (values, from, to) => {
    for (let i = from; i < to; i++) if (!(values[i]! >= 0 && values[i]! <= most)) throw new PageFault(`${name} is ${values[i]}, known are 0 to ${most}`, { code, row: i });
  };
}

const SIDE_CHECK: { readonly [K in 'book' | 'trade']: Converter } = { book: within(1, 'ARB_ROW_SIDE', 'side'), trade: within(2, 'ARB_ROW_SIDE', 'side') };
const FLAG_CHECK = within(15, 'ARB_ROW_CODE', 'flags');

/** Columns of a group, read behind the buffers' offset. */
class GroupColumns {
  readonly #context: LoadContext;
  readonly #buffers: ChunkBuffers;

  constructor(context: LoadContext, buffers: ChunkBuffers) {
    this.#context = context;
    this.#buffers = buffers;
  }

  /** @throws ArbError `ARB_CATALOG_SCHEMA` where the column is in another unit than microseconds */
  times(column: string): Float64Array {
    this.#require(column, 'timestamp', 'TIMESTAMP(MICROS, UTC)');
    return this.floats(column);
  }

  /** @throws ArbError `ARB_CATALOG_SCHEMA` where the column is a decimal or a time */
  wholes(column: string): Float64Array {
    this.#require(column, 'plain', 'INT64');
    return this.floats(column);
  }

  floats(column: string): Float64Array {
    const out = this.#buffers.floats(column);
    this.#read(column, { kind: 'number', out });
    return out;
  }

  codes(column: string, convert: Converter): Uint8Array {
    const out = this.#buffers.bytes(column);
    this.#read(column, { kind: 'number', out, convert });
    return out;
  }

  ticks(column: string): Int32Array {
    const out = this.#buffers.ints(column);
    const convert = this.#context.grids.price.converter(this.scale(column), true);
    this.#read(column, { kind: 'number', out, ...(convert === undefined ? {} : { convert }) });
    return out;
  }

  lots(column: string): Float64Array {
    const out = this.#buffers.floats(column);
    const convert = this.#context.grids.size.converter(this.scale(column), false);
    this.#read(column, { kind: 'number', out, ...(convert === undefined ? {} : { convert }) });
    return out;
  }

  texts(column: string): string[] {
    const out: string[] = [];
    this.#context.reader.readColumn(this.#context.group, column, { kind: 'text', out });
    return out;
  }

  /** An optional exact column and which rows have it; absent in files of tools that drop empty columns. */
  optional(column: string): { readonly values: BigInt64Array; readonly valid: Uint8Array } {
    const { reader, group } = this.#context;
    const [values, valid] = [this.#buffers.bigints(column), this.#buffers.bytes(`${column} valid`)];
    if (reader.columns.has(column)) this.#read(column, { kind: 'bigint', out: values, valid });
    else valid.fill(0, this.#buffers.offset, this.#buffers.offset + reader.groupRows(group));
    return { values, valid };
  }

  /** @throws ArbError `ARB_CATALOG_SCHEMA` where the column is no DECIMAL */
  scale(column: string): number {
    const { reader } = this.#context;
    const info = reader.columns.get(column);
    if (info !== undefined && info.meaning !== 'decimal') {
      throw new ArbError('ARB_CATALOG_SCHEMA', `${reader.path}: column ${column} is ${info.type}, not DECIMAL(18, s); convert it with \`arb data import\``, { file: reader.path, column });
    }
    return info?.scale ?? 0;
  }

  #require(column: string, meaning: 'timestamp' | 'plain', type: string): void {
    const { reader } = this.#context;
    const info = reader.columns.get(column);
    if (info === undefined || info.meaning === meaning) return;
    throw new ArbError('ARB_CATALOG_SCHEMA', `${reader.path}: column ${column} is not ${type}; convert it with \`arb data import\``, { file: reader.path, column });
  }

  #read(column: string, target: Parameters<ParquetReader['readColumn']>[2]): void {
    this.#context.reader.readColumn(this.#context.group, column, target, this.#buffers.offset);
  }
}

const loader = <K extends DataKind>(load: (columns: GroupColumns, context: LoadContext) => (from: number, to: number) => Omit<ChunkOf[K], keyof ChunkBase>): ChunkLoader<K> =>
  (context, buffers) => {
    const columns = new GroupColumns(context, buffers);
    const tsEvent = columns.floats('ts_event');
    const rest = load(columns, context);
    const tsInit = buffers.floats('ts_init');
    return (from, to) => ({ rows: to - from, tsEvent: tsEvent.subarray(from, to), tsInit: tsInit.subarray(from, to), ...rest(from, to) }) as unknown as ChunkOf[K];
  };

/** How each kind is loaded. */
export const CHUNK_LOADERS: { readonly [K in DataKind]: ChunkLoader<K> } = {
  book: loader<'book'>((columns) => {
    const [side, flags] = [columns.codes('side', SIDE_CHECK.book), columns.codes('flags', FLAG_CHECK)];
    const [tick, lots, sequence] = [columns.ticks('price'), columns.lots('size'), columns.wholes('sequence')];
    return (a, b) => ({ side: side.subarray(a, b), tick: tick.subarray(a, b), lots: lots.subarray(a, b), flags: flags.subarray(a, b), sequence: sequence.subarray(a, b) });
  }),
  trade: loader<'trade'>((columns, { withIds }) => {
    const [side, tick, lots] = [columns.codes('side', SIDE_CHECK.trade), columns.ticks('price'), columns.lots('size')];
    const id = withIds ? columns.texts('id') : undefined;
    return (a, b) => ({ side: side.subarray(a, b), tick: tick.subarray(a, b), lots: lots.subarray(a, b), id: id?.slice(a, b) });
  }),
  quote: loader<'quote'>((columns) => {
    const [bidTick, bidLots, askTick, askLots] = [columns.ticks('bid_price'), columns.lots('bid_size'), columns.ticks('ask_price'), columns.lots('ask_size')];
    return (a, b) => ({ bidTick: bidTick.subarray(a, b), bidLots: bidLots.subarray(a, b), askTick: askTick.subarray(a, b), askLots: askLots.subarray(a, b) });
  }),
  bar: loader<'bar'>((columns, { reader }) => {
    const [open, high, low, close, volume] = [columns.floats('open'), columns.floats('high'), columns.floats('low'), columns.floats('close'), columns.floats('volume')];
    const [intervalUs, priceKind] = [columns.wholes('interval_us'), columns.codes('price_kind', within(3, 'ARB_ROW_CODE', 'price_kind'))];
    const priceScale = columns.scale('close');
    if (['open', 'high', 'low'].some((name) => columns.scale(name) !== priceScale)) {
      throw new ArbError('ARB_CATALOG_SCHEMA', `${reader.path}: open, high, low and close have different scales; give all DECIMAL(18, ${priceScale})`, { file: reader.path });
    }
    const volumeScale = columns.scale('volume');
    return (a, b) => ({
      open: open.subarray(a, b), high: high.subarray(a, b), low: low.subarray(a, b), close: close.subarray(a, b), volume: volume.subarray(a, b),
      intervalUs: intervalUs.subarray(a, b), priceKind: priceKind.subarray(a, b), priceScale, volumeScale,
    });
  }),
  price: loader<'price'>((columns) => {
    const [value, priceKind, scale] = [columns.floats('value'), columns.codes('kind', within(2, 'ARB_ROW_CODE', 'kind')), columns.scale('value')];
    return (a, b) => ({ value: value.subarray(a, b), priceKind: priceKind.subarray(a, b), scale });
  }),
  funding: loader<'funding'>((columns) => {
    const [rate, intervalUs, settlesAt] = [columns.floats('rate'), columns.wholes('interval_us'), columns.times('settles_at')];
    const [status, index] = [columns.codes('status', within(1, 'ARB_ROW_CODE', 'status')), columns.optional('index')];
    const [rateScale, indexScale] = [columns.scale('rate'), columns.scale('index')];
    return (a, b) => ({
      rate: rate.subarray(a, b), intervalUs: intervalUs.subarray(a, b), status: status.subarray(a, b), settlesAt: settlesAt.subarray(a, b),
      index: index.values.subarray(a, b), hasIndex: index.valid.subarray(a, b), rateScale, indexScale,
    });
  }),
  open_interest: loader<'open_interest'>((columns) => {
    const [size, scale] = [columns.floats('size'), columns.scale('size')];
    return (a, b) => ({ size: size.subarray(a, b), scale });
  }),
  gap: loader<'gap'>((columns, { reader }) => {
    const [texts, from, to] = [columns.texts('stream'), columns.times('from'), columns.times('to')];
    const reason = columns.codes('reason', within(4, 'ARB_ROW_CODE', 'reason'));
    const unknown = texts.find((text) => !(DATA_KINDS as readonly string[]).includes(text));
    if (unknown !== undefined) throw new ArbError('ARB_ROW_CODE', `${reader.path}: stream is "${unknown}"; known are ${DATA_KINDS.join(', ')}`, { file: reader.path });
    const stream = texts as DataKind[];
    return (a, b) => ({ stream: stream.slice(a, b), from: from.subarray(a, b), to: to.subarray(a, b), reason: reason.subarray(a, b) });
  }),
};
