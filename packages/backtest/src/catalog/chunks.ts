/** Last row of its message: the book is consistent after it. */
export const F_LAST = 1;
/** Row of a snapshot message. */
export const F_SNAPSHOT = 2;
/** Clear both sides before this row is applied; on the first row of a snapshot. */
export const F_CLEAR = 4;
/** The feed shows a window of levels: nothing is known beyond those given (Hyperliquid's 20 levels a side). */
export const F_WINDOW = 8;
/**
 * Only in memory, never in a file: the row lies before the range asked for, or is the opening snapshot the writer put in front of a file. Apply it to the
 * book without telling anybody; it is not an event of the venue.
 */
export const F_WARM_UP = 16;

/** Side of the taker of a trade. */
export const AGGRESSOR: { readonly buy: 0; readonly sell: 1; readonly unknown: 2 } = { buy: 0, sell: 1, unknown: 2 };
/** What a bar was built from. */
export const BAR_PRICE: { readonly trade: 0; readonly mark: 1; readonly index: 2; readonly mid: 3 } = { trade: 0, mark: 1, index: 2, mid: 3 };
/** Which reference price a row of kind `price` is. */
export const PRICE_KIND: { readonly mark: 0; readonly index: 1; readonly oracle: 2 } = { mark: 0, index: 1, oracle: 2 };
/** Whether a funding rate is a forecast or what was charged. */
export const FUNDING_STATUS: { readonly predicted: 0; readonly settled: 1 } = { predicted: 0, settled: 1 };
/** Why there is a hole in a stream. */
export const GAP_REASON: { readonly disconnect: 0; readonly sequence: 1; readonly stale: 2; readonly recorder: 3; readonly source: 4 } =
  { disconnect: 0, sequence: 1, stale: 2, recorder: 3, source: 4 };

/** The kinds of data a catalog holds, by the name of their folder. */
export type DataKind = 'book' | 'trade' | 'quote' | 'bar' | 'price' | 'funding' | 'open_interest' | 'gap';

/**
 * What every chunk has. Columns are longer than `rows` where a buffer is reused: read indices 0 to `rows - 1` only.
 *
 * **Gotcha:** unless a chunk was made by {@link copyChunk}, its arrays are reused by the next chunk of the same read; copy what you keep. Times are integer
 * microseconds; `tsInit` never steps back, neither does `tsEvent` within one instrument and kind.
 */
export interface ChunkBase {
  readonly rows: number;
  /** The venue's stamp, µs. */
  readonly tsEvent: Float64Array;
  /** When we knew it, µs; never before `tsEvent`. */
  readonly tsInit: Float64Array;
}

/** Levels of a book that changed. A message (all rows up to one with {@link F_LAST}) is never split between two chunks. */
export interface BookChunk extends ChunkBase {
  /** 0 bid, 1 ask. */
  readonly side: Uint8Array;
  /** Price in ticks of the instrument. */
  readonly tick: Int32Array;
  /** New size of the level in lots; 0 removes it. */
  readonly lots: Float64Array;
  /** {@link F_LAST} and its neighbours, or-ed. */
  readonly flags: Uint8Array;
  /** The venue's sequence number of the message; 0 where it has none. */
  readonly sequence: Float64Array;
}

/** Public trades. */
export interface TradeChunk extends ChunkBase {
  /** {@link AGGRESSOR}. */
  readonly side: Uint8Array;
  readonly tick: Int32Array;
  readonly lots: Float64Array;
  /** The venue's trade ids; only read when the query asks `withIds`. */
  readonly id: readonly string[] | undefined;
}

/** Best bid and offer. A side that is empty has 0 lots and tick 0. */
export interface QuoteChunk extends ChunkBase {
  readonly bidTick: Int32Array;
  readonly bidLots: Float64Array;
  readonly askTick: Int32Array;
  readonly askLots: Float64Array;
}

/** Bars; `tsEvent` is the close of the bar. Prices are integers at `priceScale`: a mark or mid is not on the tick grid. */
export interface BarChunk extends ChunkBase {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly intervalUs: Float64Array;
  /** {@link BAR_PRICE}. */
  readonly priceKind: Uint8Array;
  /** Decimals of open, high, low and close: 50123 at scale 1 is 5012.3. */
  readonly priceScale: number;
  /** Decimals of `volume`. */
  readonly volumeScale: number;
}

/** Mark, index and oracle prices: integers at `scale`. */
export interface PriceChunk extends ChunkBase {
  readonly value: Float64Array;
  /** {@link PRICE_KIND}. */
  readonly priceKind: Uint8Array;
  /** Decimals of `value`. */
  readonly scale: number;
}

/** Funding rates, predicted and settled, each with its own interval: intervals change at run time. */
export interface FundingChunk extends ChunkBase {
  /** Rate for one interval (not annual), an integer at `rateScale`; positive: longs pay. */
  readonly rate: Float64Array;
  readonly intervalUs: Float64Array;
  /** {@link FUNDING_STATUS}. */
  readonly status: Uint8Array;
  /** When this rate is or was charged, µs. */
  readonly settlesAt: Float64Array;
  /** Cumulative funding index at `indexScale`, exact to 18 digits; meaningless where `hasIndex` is 0. */
  readonly index: BigInt64Array;
  readonly hasIndex: Uint8Array;
  readonly rateScale: number;
  readonly indexScale: number;
}

/** Open interest: integers at `scale`, in contracts or base units as the instrument's size. */
export interface OpenInterestChunk extends ChunkBase {
  readonly size: Float64Array;
  readonly scale: number;
}

/** Holes in a stream, [from, to). */
export interface GapChunk extends ChunkBase {
  /** Which stream has the hole. */
  readonly stream: readonly DataKind[];
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** {@link GAP_REASON}. */
  readonly reason: Uint8Array;
}

/** Chunk type of each kind. */
export interface ChunkOf {
  readonly book: BookChunk;
  readonly trade: TradeChunk;
  readonly quote: QuoteChunk;
  readonly bar: BarChunk;
  readonly price: PriceChunk;
  readonly funding: FundingChunk;
  readonly open_interest: OpenInterestChunk;
  readonly gap: GapChunk;
}

/** A chunk with arrays of its own, exactly `rows` long: what to keep beyond the next step of a read. */
export function copyChunk<C extends ChunkBase>(chunk: C): C {
  const copy: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(chunk)) copy[name] = ArrayBuffer.isView(column) || Array.isArray(column) ? (column as unknown as Uint8Array).slice(0, chunk.rows) : column;
  return copy as unknown as C;
}
