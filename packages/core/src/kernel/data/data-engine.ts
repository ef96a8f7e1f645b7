import type { OrderBook } from '../book/order-book.ts';
import type { Cache } from '../cache/cache.ts';
import type { InstrumentState } from '../cache/instrument-state.ts';
import { ArbError, invariant } from '../errors.ts';
import { POW10_NUMBER } from '../math/money.ts';
import type { FundingRate, FundingRateInput } from '../model/funding-rate.ts';
import type { InstrumentId, VenueId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { OrderSide } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { MessageBus } from '../bus/message-bus.ts';
import type { Topic } from '../bus/topic.ts';
import type { DataClient, DataKind, DataRequest } from './data-client.ts';
import type { BarInput } from './kernel-inputs.ts';

/** A stream whose past someone wants before the run goes on. */
export interface HistoryRequest { readonly instrumentId: InstrumentId; readonly kind: DataKind; readonly historyHours: number }

/** Takes market data in, keeps the cache current and calls those who subscribed, in subscription order. */
export class DataEngine {
  readonly #cache: Cache;
  readonly #bus: MessageBus;
  readonly #now: () => UnixMicros;
  readonly #clients = new Map<VenueId, DataClient>();
  readonly #byBook = new Map<OrderBook, InstrumentState>();
  readonly #subscribed = new Map<string, number>();
  #history: HistoryRequest[] = [];
  #isHistorical = false;
  #hasHistoryEnded = false;
  #lastBook: OrderBook | undefined;
  #lastState: InstrumentState | undefined;

  constructor(cache: Cache, bus: MessageBus, now: () => UnixMicros) {
    this.#cache = cache;
    this.#bus = bus;
    this.#now = now;
  }

  addClient(client: DataClient): void { this.#clients.set(client.venue, client); }

  /** Asks the venue's client for a stream the first time someone wants it. */
  request(request: DataRequest): void {
    const { instrument } = this.#cache.state(request.instrumentId);
    if (request.historyHours !== undefined && this.#hasHistoryEnded) {
      throw new ArbError('ARB_LATE_HISTORY', `history of ${request.kind} of ${request.instrumentId} was asked for after warm-up; subscribe with history in onStart`, { id: request.instrumentId });
    }
    if (request.historyHours !== undefined) this.#history.push({ instrumentId: request.instrumentId, kind: request.kind, historyHours: request.historyHours });
    const key = `${request.kind} ${request.instrumentId}`;
    const count = this.#subscribed.get(key) ?? 0;
    this.#subscribed.set(key, count + 1);
    if (count === 0) this.#clients.get(instrument.venue)?.subscribe(request);
  }

  /** Gives a stream back; the client is told when nobody wants it any more. */
  release(request: DataRequest): void {
    const key = `${request.kind} ${request.instrumentId}`;
    const count = (this.#subscribed.get(key) ?? 0) - 1;
    this.#subscribed.set(key, Math.max(0, count));
    if (count === 0) this.#clients.get(this.#cache.state(request.instrumentId).instrument.venue)?.unsubscribe(request);
  }

  /** The warm-up asked for since the last call: each stream once, as far back as anyone wants it. */
  takeHistoryRequests(): readonly HistoryRequest[] {
    const longest = new Map<string, HistoryRequest>();
    for (const request of this.#history) {
      const key = `${request.kind} ${request.instrumentId}`;
      if (request.historyHours > (longest.get(key)?.historyHours ?? -1)) longest.set(key, request);
    }
    this.#history = [];
    return [...longest.values()];
  }

  /** While true, what comes in is delivered as history: it does not move the clock. */
  set isHistorical(value: boolean) { this.#isHistorical = value; }
  get isHistorical(): boolean { return this.#isHistorical; }

  /** Warm-up is over; from now on nothing past is delivered. */
  endHistory(): void {
    this.#isHistorical = false;
    this.#hasHistoryEnded = true;
  }

  bookOf(instrument: Instrument): OrderBook {
    const state = this.#cache.addInstrument(instrument);
    this.#byBook.set(state.book, state);
    return state.book;
  }

  bookUpdated(book: OrderBook, tsEvent: UnixMicros): void {
    const state = book === this.#lastBook ? this.#lastState! : this.#stateOf(book);
    state.hasBook = true;
    const { view } = state;
    view.tsEvent = tsEvent;
    view.tsInit = this.#now();
    view.isHistorical = this.#isHistorical;
    const handlers = state.onBook;
    for (let i = 0; i < handlers.length; i++) handlers[i]!(view);
  }

  quote(instrument: Instrument, tsEvent: UnixMicros, quote: { readonly bidTick: number; readonly bidLots: number; readonly askTick: number; readonly askLots: number }): void {
    const state = this.#cache.addInstrument(instrument);
    const bidPrice = instrument.tickToNumber(quote.bidTick);
    const askPrice = instrument.tickToNumber(quote.askTick);
    const { bidTick, askTick, bidLots, askLots } = quote;
    const message: Quote = {
      instrument, instrumentId: instrument.id, tsEvent, tsInit: this.#now(), isHistorical: this.#isHistorical, bidTick, askTick, bidLots, askLots, bidPrice, askPrice, mid: (bidPrice + askPrice) / 2,
    };
    state.quote = message;
    for (const handler of state.onQuote) handler(message);
    this.#publish(state.topics.quotes, message);
  }

  trade(instrument: Instrument, tsEvent: UnixMicros, trade: { readonly tick: number; readonly lots: number; readonly aggressor: OrderSide | 'unknown' }): void {
    const state = this.#cache.addInstrument(instrument);
    const { tick, lots, aggressor } = trade;
    const message: Trade = {
      instrument, instrumentId: instrument.id, tsEvent, tsInit: this.#now(), isHistorical: this.#isHistorical, tick, lots, aggressor, price: instrument.tickToNumber(tick), quantity: instrument.lotsToNumber(lots),
    };
    state.lastTrade = message;
    for (const handler of state.onTrade) handler(message);
    this.#publish(state.topics.trades, message);
  }

  bar(instrument: Instrument, tsEvent: UnixMicros, bar: BarInput): void {
    const state = this.#cache.addInstrument(instrument);
    const { open, high, low, close, volume, intervalMs, priceKind } = bar;
    const message: Bar = {
      instrument, instrumentId: instrument.id, tsEvent, tsInit: this.#now(), isHistorical: this.#isHistorical, open, high, low, close, volume, intervalMs, priceKind,
    };
    state.bar = message;
    for (const handler of state.onBar) handler(message);
    this.#publish(state.topics.bars, message);
  }

  price(instrument: Instrument, tsEvent: UnixMicros, price: { readonly kind: PriceUpdate['kind']; readonly mantissa: bigint; readonly decimals: number }): PriceUpdate {
    const state = this.#cache.addInstrument(instrument);
    const { kind, mantissa, decimals } = price;
    const message: PriceUpdate = {
      instrument, instrumentId: instrument.id, tsEvent, tsInit: this.#now(), isHistorical: this.#isHistorical, kind, mantissa, decimals, price: Number(mantissa) / POW10_NUMBER[decimals]!,
    };
    if (kind === 'mark') state.mark = message;
    else if (kind === 'index') state.index = message;
    else state.oracle = message;
    const handlers = price.kind === 'mark' ? state.onMark : price.kind === 'index' ? state.onIndex : state.onOracle;
    for (const handler of handlers) handler(message);
    this.#publish(state.topics.prices, message);
    return message;
  }

  fundingRate(input: FundingRateInput): void {
    const state = this.#cache.state(input.instrumentId);
    const { instrumentId, rate: mantissa, rateDecimals, rateNumber, intervalHours, kind, settlesAt, tsEvent, tsInit } = input;
    const rate: FundingRate = { instrumentId, rate: mantissa, rateDecimals, rateNumber, intervalHours, kind, settlesAt, tsEvent, tsInit, isHistorical: this.#isHistorical };
    if (rate.kind === 'predicted') state.predicted = rate;
    else state.settled = rate;
    for (const handler of state.onFunding) handler(rate);
    this.#publish(state.topics.fundingRates, rate);
  }

  instrumentChanged(instrument: Instrument): void {
    for (const handler of this.#cache.addInstrument(instrument).onInstrument) handler(instrument);
  }

  feedStatus(status: FeedStatus): void {
    const state = this.#cache.state(status.instrumentId);
    state.feed = status;
    for (const handler of state.onFeed) handler(status);
    this.#publish(state.topics.feedStatus, status);
  }

  #stateOf(book: OrderBook): InstrumentState {
    const state = this.#byBook.get(book);
    invariant(state !== undefined, 'a book comes from bookOf()', { instrument: book.instrument.id });
    this.#lastBook = book;
    this.#lastState = state;
    return state;
  }

  #publish<Message>(topic: Topic<Message>, message: Message): void {
    if (this.#bus.hasSubscribers(topic)) this.#bus.publish(topic, message);
  }
}
