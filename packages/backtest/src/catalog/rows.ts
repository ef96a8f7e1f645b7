import type { DataKind } from './chunks.ts';

/** Stamps every row has, integer µs; `tsInit` never before `tsEvent`. */
export interface RowBase {
  readonly tsEvent: number;
  readonly tsInit: number;
}

/** One level of a book message; see {@link BookChunk}. All rows of a message carry the same stamps and sequence. */
export interface BookRow extends RowBase {
  /** 0 bid, 1 ask. */
  readonly side: number;
  readonly tick: number;
  /** 0 removes the level. */
  readonly lots: number;
  /** `F_LAST` and its neighbours; the first message of an instrument is a snapshot (`F_SNAPSHOT`, `F_CLEAR` on its first row). */
  readonly flags: number;
  /** 0 where the venue has none. */
  readonly sequence: number;
}

/** One public trade. */
export interface TradeRow extends RowBase {
  /** Taker: 0 buy, 1 sell, 2 unknown. */
  readonly side: number;
  readonly tick: number;
  readonly lots: number;
  /** The venue's id; '' where it has none. */
  readonly id: string;
}

/** Best bid and offer; 0 lots at tick 0 is an empty side. */
export interface QuoteRow extends RowBase {
  readonly bidTick: number;
  readonly bidLots: number;
  readonly askTick: number;
  readonly askLots: number;
}

/** One bar, decimal strings; `tsEvent` is its close. */
export interface BarRow extends RowBase {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly intervalUs: number;
  /** 0 trade, 1 mark, 2 index, 3 mid. */
  readonly priceKind: number;
}

/** Mark, index or oracle price as a decimal string. */
export interface PriceRow extends RowBase {
  readonly value: string;
  /** 0 mark, 1 index, 2 oracle. */
  readonly priceKind: number;
}

/** One funding rate, decimal strings. */
export interface FundingRow extends RowBase {
  /** For one interval, not annual; positive: longs pay. */
  readonly rate: string;
  readonly intervalUs: number;
  /** 0 predicted, 1 settled. */
  readonly status: number;
  readonly settlesAt: number;
  /** Cumulative funding index, where the venue has one. */
  readonly index?: string | undefined;
}

/** Open interest in units of the instrument's size, a decimal string. */
export interface OpenInterestRow extends RowBase {
  readonly size: string;
}

/** A hole in a stream, [from, to) in µs. */
export interface GapRow extends RowBase {
  readonly stream: DataKind;
  readonly from: number;
  readonly to: number;
  /** 0 disconnect, 1 sequence, 2 stale, 3 recorder, 4 source. */
  readonly reason: number;
}

/** Row type of each kind. */
export interface RowOf {
  readonly book: BookRow;
  readonly trade: TradeRow;
  readonly quote: QuoteRow;
  readonly bar: BarRow;
  readonly price: PriceRow;
  readonly funding: FundingRow;
  readonly open_interest: OpenInterestRow;
  readonly gap: GapRow;
}
