import {
  type BarChunk, type BookChunk, type ChunkOf, type DataKind, F_WARM_UP, type FundingChunk, type GapChunk, type OpenInterestChunk, type PriceChunk, type QuoteChunk, type TradeChunk,
} from './chunks.ts';
import { formatScaled } from './decimal-text.ts';
import type { BookRow, RowOf } from './rows.ts';

type RowAt<K extends DataKind> = (chunk: ChunkOf[K], row: number) => RowOf[K];

// Stamps are written out in every kind: spreading an object here makes a row ten times as dear.
const ROW_AT: { readonly [K in DataKind]: RowAt<K> } = {
  book: (chunk: BookChunk, i) => ({
    tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, side: chunk.side[i]!, tick: chunk.tick[i]!, lots: chunk.lots[i]!, flags: chunk.flags[i]! & ~F_WARM_UP, sequence: chunk.sequence[i]!,
  }),
  trade: (chunk: TradeChunk, i) => ({ tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, side: chunk.side[i]!, tick: chunk.tick[i]!, lots: chunk.lots[i]!, id: chunk.id?.[i] ?? '' }),
  quote: (chunk: QuoteChunk, i) => ({
    tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, bidTick: chunk.bidTick[i]!, bidLots: chunk.bidLots[i]!, askTick: chunk.askTick[i]!, askLots: chunk.askLots[i]!,
  }),
  bar: (chunk: BarChunk, i) => ({
    tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!,
    open: formatScaled(chunk.open[i]!, chunk.priceScale), high: formatScaled(chunk.high[i]!, chunk.priceScale), low: formatScaled(chunk.low[i]!, chunk.priceScale),
    close: formatScaled(chunk.close[i]!, chunk.priceScale), volume: formatScaled(chunk.volume[i]!, chunk.volumeScale), intervalUs: chunk.intervalUs[i]!, priceKind: chunk.priceKind[i]!,
  }),
  price: (chunk: PriceChunk, i) => ({ tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, value: formatScaled(chunk.value[i]!, chunk.scale), priceKind: chunk.priceKind[i]! }),
  funding: (chunk: FundingChunk, i) => ({
    tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, rate: formatScaled(chunk.rate[i]!, chunk.rateScale), intervalUs: chunk.intervalUs[i]!, status: chunk.status[i]!, settlesAt: chunk.settlesAt[i]!,
    index: chunk.hasIndex[i] === 1 ? formatScaled(chunk.index[i]!, chunk.indexScale) : undefined,
  }),
  open_interest: (chunk: OpenInterestChunk, i) => ({ tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, size: formatScaled(chunk.size[i]!, chunk.scale) }),
  gap: (chunk: GapChunk, i) => ({ tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, stream: chunk.stream[i]!, from: chunk.from[i]!, to: chunk.to[i]!, reason: chunk.reason[i]! }),
};

/** A row that {@link fillBookRow} fills again and again: millions of rows are written without an object each. */
export type ReusedBookRow = { -readonly [Name in keyof BookRow]: BookRow[Name] };

/** Copies a row of a book chunk into `row`. */
export function fillBookRow(row: ReusedBookRow, chunk: BookChunk, i: number): void {
  row.tsEvent = chunk.tsEvent[i]!;
  row.tsInit = chunk.tsInit[i]!;
  row.side = chunk.side[i]!;
  row.tick = chunk.tick[i]!;
  row.lots = chunk.lots[i]!;
  row.flags = chunk.flags[i]! & ~F_WARM_UP;
  row.sequence = chunk.sequence[i]!;
}

/** Reads a chunk row by row: for tools that copy, inspect or export data, not for replay. */
export function rowReader<K extends DataKind>(kind: K, chunk: ChunkOf[K]): (row: number) => RowOf[K] {
  const rowAt = ROW_AT[kind] as RowAt<K>;
  return (row) => rowAt(chunk, row);
}
