import { BookView } from '../book/book-view.ts';
import { OrderBook } from '../book/order-book.ts';
import { type Topic, topics } from '../bus/topic.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { Order } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';

/** Receives one kind of market data of one instrument. */
export type DataHandler<Data> = (data: Data) => void;

/** Topics of one instrument. */
export interface InstrumentTopics {
  readonly quotes: Topic<Quote>;
  readonly trades: Topic<Trade>;
  readonly bars: Topic<Bar>;
  readonly prices: Topic<PriceUpdate>;
  readonly fundingRates: Topic<FundingRate>;
  readonly feedStatus: Topic<FeedStatus>;
}

/** Everything known now of one instrument, and who listens to it. Handler lists are replaced, never changed in place. */
export class InstrumentState {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  readonly view: BookView;
  /** Topics of this instrument, named once: a name is not built per message. */
  readonly topics: InstrumentTopics;
  /** True once a complete book message has been applied. */
  hasBook = false;
  quote: Quote | undefined;
  lastTrade: Trade | undefined;
  mark: PriceUpdate | undefined;
  index: PriceUpdate | undefined;
  oracle: PriceUpdate | undefined;
  bar: Bar | undefined;
  predicted: FundingRate | undefined;
  settled: FundingRate | undefined;
  feed: FeedStatus | undefined;
  /** Orders that may still trade. */
  readonly openOrders: Set<Order> = new Set();
  onBook: readonly DataHandler<BookView>[] = [];
  onQuote: readonly DataHandler<Quote>[] = [];
  onTrade: readonly DataHandler<Trade>[] = [];
  onBar: readonly DataHandler<Bar>[] = [];
  onMark: readonly DataHandler<PriceUpdate>[] = [];
  onIndex: readonly DataHandler<PriceUpdate>[] = [];
  onOracle: readonly DataHandler<PriceUpdate>[] = [];
  onFunding: readonly DataHandler<FundingRate>[] = [];
  onFeed: readonly DataHandler<FeedStatus>[] = [];
  onInstrument: readonly DataHandler<Instrument>[] = [];

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.book = new OrderBook(instrument);
    this.view = new BookView(this.book);
    const { id } = instrument;
    this.topics = { quotes: topics.quotes(id), trades: topics.trades(id), bars: topics.bars(id), prices: topics.prices(id), fundingRates: topics.fundingRates(id), feedStatus: topics.feedStatus(id) };
  }

  /** Best bid tick: of the book, else of the last quote; undefined where neither has one. */
  get bidTick(): number | undefined {
    if (this.hasBook) return this.view.hasBid ? this.view.bestBidTick : undefined;
    return this.quote?.bidTick;
  }

  /** When book or quote were last heard of; undefined before they ever were. */
  get marketAt(): UnixMicros | undefined { return this.hasBook ? this.view.tsInit : this.quote?.tsInit; }

  /** Best ask tick, as {@link InstrumentState.bidTick}. */
  get askTick(): number | undefined {
    if (this.hasBook) return this.view.hasAsk ? this.view.bestAskTick : undefined;
    return this.quote?.askTick;
  }
}
