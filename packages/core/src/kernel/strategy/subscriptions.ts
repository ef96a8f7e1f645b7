import type { BookView } from '../book/book-view.ts';
import type { Unsubscribe } from '../bus/message-bus.ts';
import type { Topic } from '../bus/topic.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { UnixMicros } from '../model/time.ts';

/** One instrument or many. */
export type InstrumentIds = InstrumentId | readonly InstrumentId[];

/** How a stream is wanted. */
export interface SubscribeOptions {
  /** Levels wanted, for venues that offer several depths. */
  readonly depth?: number;
  /** Past events delivered first, in the same hook with `isHistorical` true; orders are denied until all have arrived. */
  readonly history?: { readonly hours: number };
}

/** Subscribes to one kind of data; without a handler the strategy's hook is called. */
export interface Subscribe<Data> {
  (ids: InstrumentIds, handler?: (data: Data) => void): Unsubscribe;
  (ids: InstrumentIds, options: SubscribeOptions, handler?: (data: Data) => void): Unsubscribe;
}

/** What a strategy may listen to. */
export interface Subscriptions {
  readonly book: Subscribe<BookView>;
  readonly quotes: Subscribe<Quote>;
  readonly trades: Subscribe<Trade>;
  readonly bars: Subscribe<Bar>;
  readonly markPrice: Subscribe<PriceUpdate>;
  readonly indexPrice: Subscribe<PriceUpdate>;
  readonly oraclePrice: Subscribe<PriceUpdate>;
  readonly fundingRate: Subscribe<FundingRate>;
  readonly feedStatus: Subscribe<FeedStatus>;
  readonly instrument: Subscribe<Instrument>;
  /** Called `leadMs` before every funding settlement, which follows the data: intervals change. */
  fundingSettlement(ids: InstrumentIds, options: { readonly leadMs: number }, handler: (settlesAt: UnixMicros, id: InstrumentId) => void): Unsubscribe;
  /** Messages of your own or another strategy's topic. */
  topic<Payload>(topic: Topic<Payload>, handler: (message: Payload) => void): Unsubscribe;
  /** Everything whose topic a pattern covers: `event.order.>`. */
  pattern(pattern: string, handler: (message: unknown) => void): Unsubscribe;
}
