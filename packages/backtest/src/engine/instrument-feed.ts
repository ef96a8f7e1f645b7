import { ArbError, formatTime, type FundingRateInput, type Instrument, MICROS_PER_HOUR, MICROS_PER_MS, type PriceKind, type ScaledPrice } from '@arb/core';
import type { BarInput, KernelInputs, OrderBook } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import type { DataKind } from '../catalog/chunks.ts';
import { bookSource, type FeedDelay, tradeSource } from '../replay/catalog-market-source.ts';
import type { Lane } from '../replay/lane.ts';
import { type CrossedMessages, type ExchangeMarket, LocalMarket, MarketStream } from '../replay/market-lanes.ts';
import { RecordStream } from '../replay/record-lanes.ts';
import type { MatchingEngine } from '../venue/matching-engine.ts';
import type { SimulatedVenue } from '../venue/simulated-venue.ts';

const PRICE_KINDS = ['mark', 'index', 'oracle'] as const;
const BAR_KINDS: readonly PriceKind[] = ['trade', 'mark', 'index', 'mid'];

/** A market made of bars or marks: what is assumed around a price. */
export interface BarMarket {
  readonly spreadBps: number;
  readonly depthUsd: number;
  /** Which price the book stands around: the close of bars, or the mark where bars of two venues end at different times. */
  readonly from?: 'close' | 'mark';
}

/** Spread and depth around bars where the config states none. */
export const DEFAULT_BARS: BarMarket = { spreadBps: 2, depthUsd: 250_000 };

/** What an instrument's feed is built from. */
export interface FeedParts {
  readonly catalog: Catalog;
  readonly instrument: Instrument;
  readonly venue: SimulatedVenue;
  readonly engine: MatchingEngine;
  readonly inputs: KernelInputs;
  /** A delay for each stream, by its kind. */
  readonly delayOf: (kind: DataKind) => FeedDelay;
  readonly from: number;
  readonly to: number;
  /** Spread and depth assumed around bars and trades, where there is nothing better. */
  readonly bars: BarMarket;
  readonly wantsTrades: () => boolean;
  /** Gets the count of crossed messages of each instrument's book. */
  readonly crossed: Map<string, CrossedMessages>;
}

/** Which feed rules an instrument's market: one only, the best there is. */
export type RulingFeed = 'book' | 'quote' | 'trade' | 'bar';

/** The feed that rules. @throws ArbError `ARB_NO_MARKET_DATA` where the catalog has none */
export function rulingFeed(catalog: Catalog, instrument: Instrument): RulingFeed {
  const kinds = catalog.kinds(instrument.id);
  const found = (['book', 'quote', 'trade', 'bar'] as const).find((kind) => kinds.includes(kind));
  if (found !== undefined) return found;
  throw new ArbError('ARB_NO_MARKET_DATA', `${catalog.path} has no book, quotes, trades or bars of ${instrument.id} (it has: ${kinds.join(', ') || 'nothing'}); import some, or leave the instrument out`, {});
}

/**
 * All lanes of one instrument, exchange side and strategies' side. At one stamp a venue has its book before it marks by it, so that a liquidation or stop
 * finds the prices that caused it; strategies hear the mark first and decide on the book knowing it.
 */
export function instrumentLanes(parts: FeedParts): Lane[] {
  const { catalog, instrument } = parts;
  const kinds = catalog.kinds(instrument.id);
  const ruling = rulingFeed(catalog, instrument);
  const lanes: Lane[] = [];
  const local = new LocalMarket(parts.inputs, instrument, parts.wantsTrades);
  parts.crossed.set(instrument.id, local.crossed);
  const exchange: ExchangeMarket = { applyMessage: (chunk, from, at) => { parts.venue.at(at); return parts.engine.applyMessage(chunk, from); } };
  const range = { instrumentId: instrument.id, from: parts.from, to: parts.to };
  const [exchangePrices, localPrices] = kinds.includes('price') ? priceStream(parts, ruling === 'bar' && parts.bars.from === 'mark').lanes : [];
  if (localPrices !== undefined) lanes.push(localPrices);
  if (ruling === 'trade') lanes.push(...tradeStream(parts).lanes);
  else if (kinds.includes('trade')) {
    const stream = new MarketStream(tradeSource(catalog.readSync({ ...range, kind: 'trade' }), parts.delayOf('trade')), exchange, local);
    lanes.push(stream.exchange, stream.local);
  }
  if (ruling === 'book') {
    const stream = new MarketStream(bookSource(catalog.readSync({ ...range, kind: 'book' }), parts.delayOf('book')), exchange, local);
    lanes.push(stream.exchange, stream.local);
  }
  if (kinds.includes('quote')) lanes.push(...quoteStream(parts, ruling === 'quote').lanes);
  if (kinds.includes('bar')) lanes.push(...barStream(parts, ruling === 'bar' && parts.bars.from !== 'mark').lanes);
  if (exchangePrices !== undefined) lanes.push(exchangePrices);
  if (kinds.includes('funding')) lanes.push(...fundingStream(parts).lanes);
  return lanes;
}

interface PriceRecord { readonly tsEvent: number; readonly tsInit: number; readonly kind: 'mark' | 'index' | 'oracle'; readonly mantissa: bigint; readonly decimals: number }

function priceStream(parts: FeedParts, rules: boolean): RecordStream<PriceRecord> {
  const { instrument, venue, engine, inputs, bars } = parts;
  const isMarket = (item: PriceRecord): boolean => rules && item.kind === 'mark';
  const exchangeTop = venueTopOf(engine);
  const localBook = inputs.bookOf(instrument);
  const localTop = topOf(localBook);
  return new RecordStream(prices(parts), {
    exchange: (item, at) => {
      venue.at(at);
      if (isMarket(item)) exchangeTop.set(around(instrument, priceOf(item), bars));                    // the market that the mark stands for is there before the mark judges
      venue.price(instrument, item.kind, { mantissa: item.mantissa, decimals: item.decimals, at });
    },
    local: (item, at) => {
      input(inputs, at, () => {
        inputs.price(instrument, item.tsEvent, item);
        if (!isMarket(item)) return;
        localTop.set(around(instrument, priceOf(item), bars));
        inputs.bookUpdated(localBook, item.tsEvent);
      });
    },
  });
}

function priceOf({ mantissa, decimals }: PriceRecord): number { return Number(mantissa) / Number(`1e${decimals}`); }

function* prices({ catalog, instrument, delayOf, from, to }: FeedParts): Generator<PriceRecord> {
  const delay = delayOf('price');
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'price', from, to })) {
    for (let i = 0; i < chunk.rows; i++) {
      const tsEvent = chunk.tsEvent[i]!;
      yield { tsEvent, tsInit: delay.receivedAt(tsEvent, chunk.tsInit[i]!), kind: PRICE_KINDS[chunk.priceKind[i]!]!, mantissa: BigInt(chunk.value[i]!), decimals: chunk.scale };
    }
  }
}

interface QuoteRecord { readonly tsEvent: number; readonly tsInit: number; readonly bidTick: number; readonly bidLots: number; readonly askTick: number; readonly askLots: number }

function quoteStream(parts: FeedParts, rules: boolean): RecordStream<QuoteRecord> {
  const { instrument, venue, engine, inputs } = parts;
  const exchangeTop = venueTopOf(engine);
  const localBook = inputs.bookOf(instrument);
  const localTop = topOf(localBook);
  return new RecordStream(quotes(parts), {
    exchange: rules ? (item, at) => { venue.at(at); exchangeTop.set(item); } : undefined,
    local: (item, at) => {
      input(inputs, at, () => {
        inputs.quote(instrument, item.tsEvent, item);
        if (!rules) return;
        localTop.set(item);
        inputs.bookUpdated(localBook, item.tsEvent);
      });
    },
  });
}

function* quotes({ catalog, instrument, delayOf, from, to }: FeedParts): Generator<QuoteRecord> {
  const delay = delayOf('quote');
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'quote', from, to })) {
    for (let i = 0; i < chunk.rows; i++) {
      const tsEvent = chunk.tsEvent[i]!;
      const quote = { tsEvent, tsInit: delay.receivedAt(tsEvent, chunk.tsInit[i]!), bidTick: chunk.bidTick[i]!, bidLots: chunk.bidLots[i]!, askTick: chunk.askTick[i]!, askLots: chunk.askLots[i]! };
      requireSane(catalog, instrument, quote);
      yield quote;
    }
  }
}

/** A catalog of another tool may hold what our writer refuses. @throws ArbError `ARB_BOOK_CROSSED` naming instrument and time */
function requireSane(catalog: Catalog, instrument: Instrument, { tsEvent, bidTick, bidLots, askTick, askLots }: QuoteRecord): void {
  if (bidLots === 0 || askLots === 0 || bidTick < askTick) return;
  const prices = `${instrument.tickToDecimal(bidTick).toFixed()} / ${instrument.tickToDecimal(askTick).toFixed()}`;
  throw new ArbError('ARB_BOOK_CROSSED', `${catalog.path}: ${instrument.id}, quote of ${formatTime(tsEvent)}: ${prices} is crossed; \`arb data check\` lists all, import the data again`, { instrumentId: instrument.id, tsEvent });
}

interface TradeRecord { readonly tsEvent: number; readonly tsInit: number; readonly side: number; readonly tick: number; readonly lots: number }

/** Trades as a market, where nothing shows a book: after each a book of the stated spread and depth stands around its price. */
function tradeStream(parts: FeedParts): RecordStream<TradeRecord> {
  const { instrument, venue, engine, inputs, bars } = parts;
  const exchangeTop = venueTopOf(engine);
  const localBook = inputs.bookOf(instrument);
  const localTop = topOf(localBook);
  return new RecordStream(tradeRecords(parts), {
    exchange: ({ side, tick, lots }, at) => {
      venue.at(at);
      if (side !== 2) engine.trade(side === 0 ? 1 : -1, tick, lots);
      exchangeTop.set(around(instrument, instrument.tickToNumber(tick), bars));
    },
    local: ({ tsEvent, side, tick, lots }, at) => {
      input(inputs, at, () => {
        localTop.set(around(instrument, instrument.tickToNumber(tick), bars));
        if (parts.wantsTrades()) inputs.trade(instrument, tsEvent, { tick, lots, aggressor: side === 0 ? 'buy' : side === 1 ? 'sell' : 'unknown' });
        inputs.bookUpdated(localBook, tsEvent);
      });
    },
  });
}

function* tradeRecords({ catalog, instrument, delayOf, from, to }: FeedParts): Generator<TradeRecord> {
  const delay = delayOf('trade');
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'trade', from, to })) {
    for (let i = 0; i < chunk.rows; i++) {
      const tsEvent = chunk.tsEvent[i]!;
      yield { tsEvent, tsInit: delay.receivedAt(tsEvent, chunk.tsInit[i]!), side: chunk.side[i]!, tick: chunk.tick[i]!, lots: chunk.lots[i]! };
    }
  }
}

interface BarRecord extends BarInput { readonly tsEvent: number; readonly tsInit: number }

/** Part of a bar within which an order must have arrived to count as resting through it: what is sent at the close before it does, whatever its latency. */
const ARRIVES_WITHIN = 0.01;

/**
 * Bars as a market: through a bar the price touched its low and high, so orders beyond them have filled where they rested from its beginning on; at its close a
 * book of the stated spread and depth stands around the close.
 */
function barStream(parts: FeedParts, rules: boolean): RecordStream<BarRecord> {
  const { instrument, venue, engine, inputs, bars } = parts;
  const exchangeTop = venueTopOf(engine);
  const localBook = inputs.bookOf(instrument);
  const localTop = topOf(localBook);
  const isMarket = (bar: BarRecord): boolean => rules && (bar.priceKind === 'trade' || bar.priceKind === 'mid');
  return new RecordStream(barRecords(parts), {
    exchange: (bar, at) => {
      if (!isMarket(bar)) return;
      venue.at(at);
      const lots = Math.max(1, instrument.roundToLots(bar.volume / 2));
      engine.meetsUntil = at - bar.intervalMs * MICROS_PER_MS * (1 - ARRIVES_WITHIN);
      engine.trade(1, instrument.roundToTick(bar.high), lots);
      engine.trade(-1, instrument.roundToTick(bar.low), lots);
      engine.meetsUntil = Infinity;
      exchangeTop.set(around(instrument, bar.close, bars));
    },
    local: (bar, at) => {
      input(inputs, at, () => {
        if (isMarket(bar)) localTop.set(around(instrument, bar.close, bars));
        inputs.bar(instrument, bar.tsEvent, bar);
        if (isMarket(bar)) inputs.bookUpdated(localBook, bar.tsEvent);
      });
    },
  });
}

function* barRecords({ catalog, instrument, delayOf, from, to }: FeedParts): Generator<BarRecord> {
  const delay = delayOf('bar');
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'bar', from, to })) {
    const price = Number(`1e${chunk.priceScale}`);
    const volume = Number(`1e${chunk.volumeScale}`);
    for (let i = 0; i < chunk.rows; i++) {
      const tsEvent = chunk.tsEvent[i]!;
      yield {
        tsEvent, tsInit: delay.receivedAt(tsEvent, chunk.tsInit[i]!), open: chunk.open[i]! / price, high: chunk.high[i]! / price, low: chunk.low[i]! / price,
        close: chunk.close[i]! / price, volume: chunk.volume[i]! / volume, intervalMs: chunk.intervalUs[i]! / MICROS_PER_MS, priceKind: BAR_KINDS[chunk.priceKind[i]!]!,
      };
    }
  }
}

function around(instrument: Instrument, close: number, bars: BarMarket): QuoteRecord {
  const half = close * bars.spreadBps / 20_000;
  const bidTick = instrument.roundToTick(close - half, 'down');
  const askTick = Math.max(bidTick + 1, instrument.roundToTick(close + half, 'up'));
  const value = instrument.quoteNotional(bidTick, 1);
  const lots = Math.max(1, Math.floor(bars.depthUsd / value));
  return { tsEvent: 0, tsInit: 0, bidTick, askTick, bidLots: lots, askLots: lots };
}

interface FundingRecord { readonly tsEvent: number; readonly tsInit: number; readonly rate: FundingRateInput; readonly intervalMicros: number; readonly index: ScaledPrice | undefined }

function fundingStream(parts: FeedParts): RecordStream<FundingRecord> {
  const { instrument, venue, inputs } = parts;
  return new RecordStream(fundingRecords(parts), {
    exchange: ({ rate, intervalMicros, index }, at) => {
      venue.at(at);
      venue.fundingRate(instrument, { rate: rate.rate, rateDecimals: rate.rateDecimals, intervalMicros, settlesAt: rate.settlesAt, isSettled: rate.kind === 'settled', index });
    },
    local: ({ rate }, at) => { input(inputs, at, () => { inputs.fundingRate({ ...rate, tsInit: at }); }); },
  });
}

function* fundingRecords({ catalog, instrument, delayOf, from, to }: FeedParts): Generator<FundingRecord> {
  const delay = delayOf('funding');
  for (const chunk of catalog.readSync({ instrumentId: instrument.id, kind: 'funding', from, to })) {
    const scale = Number(`1e${chunk.rateScale}`);
    for (let i = 0; i < chunk.rows; i++) {
      const tsEvent = chunk.tsEvent[i]!;
      const tsInit = delay.receivedAt(tsEvent, chunk.tsInit[i]!);
      const intervalMicros = chunk.intervalUs[i]!;
      yield {
        tsEvent, tsInit, intervalMicros, index: chunk.hasIndex[i] === 0 ? undefined : { mantissa: chunk.index[i]!, decimals: chunk.indexScale },
        rate: {
          instrumentId: instrument.id, rate: BigInt(chunk.rate[i]!), rateDecimals: chunk.rateScale, rateNumber: chunk.rate[i]! / scale, intervalHours: intervalMicros / MICROS_PER_HOUR,
          kind: chunk.status[i] === 1 ? 'settled' : 'predicted', settlesAt: chunk.settlesAt[i]!, tsEvent, tsInit,
        },
      };
    }
  }
}

function input(inputs: KernelInputs, at: number, deliver: () => void): void {
  inputs.advance(at);
  deliver();
  inputs.drain();
}

/** A book of one level a side: the one before is taken out first, so that it never crosses itself. */
class TopOfBook {
  readonly #setBid: (tick: number, lots: number) => void;
  readonly #setAsk: (tick: number, lots: number) => void;
  readonly #moved: (() => void) | undefined;
  #last: QuoteRecord | undefined;

  /** @param moved called after each change */
  constructor(setBid: (tick: number, lots: number) => void, setAsk: (tick: number, lots: number) => void, moved?: () => void) {
    this.#setBid = setBid;
    this.#setAsk = setAsk;
    this.#moved = moved;
  }

  set(quote: QuoteRecord): void {
    const last = this.#last;
    if (last !== undefined && last.bidTick !== quote.bidTick && last.bidLots > 0) this.#setBid(last.bidTick, 0);
    if (last !== undefined && last.askTick !== quote.askTick && last.askLots > 0) this.#setAsk(last.askTick, 0);
    if (quote.bidLots > 0) this.#setBid(quote.bidTick, quote.bidLots);
    if (quote.askLots > 0) this.#setAsk(quote.askTick, quote.askLots);
    this.#last = quote;
    this.#moved?.();
  }
}

/** The venue's side of it. A level that is no longer the best is not empty but unknown, so our place in its queue stays. */
function venueTopOf(engine: MatchingEngine): TopOfBook {
  const { book } = engine;
  return new TopOfBook((tick, lots) => { book.isWindowLimited = true; engine.bidLevel(tick, lots); }, (tick, lots) => { book.isWindowLimited = true; engine.askLevel(tick, lots); }, () => { engine.moved(); });
}

function topOf(book: OrderBook): TopOfBook {
  return new TopOfBook((tick, lots) => { book.setBid(tick, lots); }, (tick, lots) => { book.setAsk(tick, lots); });
}

/** Kinds of data a run reads of an instrument, for the data hash. */
export const REPLAYED_KINDS: readonly DataKind[] = ['book', 'trade', 'quote', 'bar', 'price', 'funding'];
