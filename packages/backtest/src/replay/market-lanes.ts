import type { KernelInputs, OrderBook } from '@arb/core/internal';
import type { Instrument } from '@arb/core';
import { LANE_EXCHANGE, LANE_LOCAL, type Lane } from './lane.ts';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_BUY, ROW_CLEAR, ROW_KIND_MASK, ROW_LAST, ROW_SELL, ROW_WARM_UP, ROW_WINDOW } from './market-chunk.ts';

/** The venue's side of a market: it matches on the rows of one message. */
export interface ExchangeMarket {
  /**
   * Applies one message beginning at a row.
   * @returns the row after its last
   */
  applyMessage(chunk: MarketChunk, from: number, at: number): number;
}

/** A stream as it is read: chunk after chunk, in order. */
export type ChunkSource = Iterator<MarketChunk>;

/** Chunks that the venue has seen and strategies have not: feed latency decides how many. */
const MAX_CHUNKS_AHEAD = 1_024;

/**
 * One stream of one instrument with its two cursors: the venue reads it at `tsEvent`, strategies at `tsInit`. Chunks between the two are kept.
 */
export class MarketStream {
  readonly exchange: ExchangeLane;
  readonly local: LocalLane;
  readonly #source: ChunkSource;
  readonly #chunks: MarketChunk[] = [];
  #isDone = false;

  constructor(source: ChunkSource, market: ExchangeMarket | undefined, local: LocalMarket) {
    this.#source = source;
    this.exchange = new ExchangeLane(this, market);
    this.local = new LocalLane(this, local);
  }

  /** The chunk after one; reads on where needed. Undefined at the end. */
  after(chunk: MarketChunk | undefined): MarketChunk | undefined {
    const at = chunk === undefined ? 0 : this.#chunks.indexOf(chunk) + 1;
    if (at < this.#chunks.length) return this.#chunks[at];
    while (!this.#isDone) {
      const next = this.#source.next();
      if (next.done === true) { this.#isDone = true; break; }
      if (next.value.rows === 0) continue;
      if (this.#chunks.length >= MAX_CHUNKS_AHEAD) throw new RangeError(`feed latency spans more than ${MAX_CHUNKS_AHEAD} chunks; is ts_init far behind ts_event?`);
      this.#chunks.push(next.value);
      return next.value;
    }
    return undefined;
  }

  /** Forgets a chunk both cursors have passed. */
  drop(chunk: MarketChunk): void {
    if (this.#chunks[0] === chunk) this.#chunks.shift();
  }
}

/** The venue's cursor. */
export class ExchangeLane implements Lane {
  readonly laneClass: number = LANE_EXCHANGE;
  readonly #stream: MarketStream;
  readonly #market: ExchangeMarket | undefined;
  #chunk: MarketChunk | undefined;
  #row = 0;
  #started = false;

  constructor(stream: MarketStream, market: ExchangeMarket | undefined) {
    this.#stream = stream;
    this.#market = market;
  }

  nextAt(): number {
    if (!this.#started) this.#advance();
    return this.#chunk === undefined ? Infinity : this.#chunk.tsEvent[this.#row]!;
  }

  step(at: number): number {
    const chunk = this.#chunk!;
    const from = this.#row;
    this.#row = this.#market === undefined ? messageEnd(chunk, from) : this.#market.applyMessage(chunk, from, at);
    const rows = this.#row - from;
    if (this.#row >= chunk.rows) this.#advance();
    return rows;
  }

  #advance(): void {
    this.#started = true;
    this.#chunk = this.#stream.after(this.#chunk);
    this.#row = 0;
  }
}

/** The strategies' cursor. */
export class LocalLane implements Lane {
  readonly laneClass: number = LANE_LOCAL;
  readonly #stream: MarketStream;
  readonly #market: LocalMarket;
  #chunk: MarketChunk | undefined;
  #row = 0;
  #started = false;

  constructor(stream: MarketStream, market: LocalMarket) {
    this.#stream = stream;
    this.#market = market;
  }

  nextAt(): number {
    if (!this.#started) this.#advance();
    return this.#chunk === undefined ? Infinity : this.#chunk.tsInit[this.#row]!;
  }

  step(at: number): number {
    const chunk = this.#chunk!;
    this.#row = this.#market.applyMessage(chunk, this.#row, at);
    if (this.#row >= chunk.rows) this.#advance();
    return 0;
  }

  #advance(): void {
    this.#started = true;
    const done = this.#chunk;
    this.#chunk = this.#stream.after(done);
    if (done !== undefined) this.#stream.drop(done);
    this.#row = 0;
  }
}

function messageEnd(chunk: MarketChunk, from: number): number {
  let row = from;
  while (row < chunk.rows - 1 && (chunk.kind[row]! & ROW_LAST) === 0) row++;
  return row + 1;
}

/**
 * Messages after which a bid stood at or above an ask, had the book not taken out the older level: updates are missing or out of order. Within a message, and
 * between two streams, prices may cross for a moment; that does not count.
 */
export class CrossedMessages {
  count = 0;
  firstAt: number | undefined;

  add(at: number): void {
    this.count++;
    this.firstAt ??= at;
  }
}

/** Applies a stream to the strategies' book and calls the kernel once per message. */
export class LocalMarket {
  readonly crossed: CrossedMessages = new CrossedMessages();
  readonly #inputs: KernelInputs;
  readonly #instrument: Instrument;
  readonly #wantsTrades: () => boolean;
  readonly #book: OrderBook;

  /** @param wantsTrades asked per message: nobody makes trade objects for nobody */
  constructor(inputs: KernelInputs, instrument: Instrument, wantsTrades: () => boolean) {
    this.#inputs = inputs;
    this.#instrument = instrument;
    this.#wantsTrades = wantsTrades;
    this.#book = inputs.bookOf(instrument);
  }

  /**
   * Applies one message; this loop runs once per row of the run.
   * @returns the row after its last
   */
  applyMessage(chunk: MarketChunk, from: number, at: number): number {
    const { kind, tick, lots, rows } = chunk;
    const book = this.#book;
    let row = from;
    let flags: number;
    let touched = false;
    let trades = false;
    const { purgedLevels, unknownDeletes } = book;
    do {
      flags = kind[row]!;
      switch (flags & ROW_KIND_MASK) {
        case ROW_BID: book.setBid(tick[row]!, lots[row]!); touched = true; break;
        case ROW_ASK: book.setAsk(tick[row]!, lots[row]!); touched = true; break;
        case ROW_CLEAR: book.clear(); touched = true; break;
        default: trades = true;
      }
      row++;
    } while ((flags & ROW_LAST) === 0 && row < rows);
    if (touched) book.isWindowLimited = (flags & ROW_WINDOW) !== 0;
    if ((flags & ROW_WARM_UP) !== 0) return row;
    // What the message crossed and removes itself, a purge has taken out before: each such removal finds no level.
    if (book.purgedLevels - purgedLevels > book.unknownDeletes - unknownDeletes) this.crossed.add(chunk.tsEvent[from]!);
    const tells = trades && this.#wantsTrades();
    if (!touched && !tells) return row;
    this.#inputs.advance(at);
    if (tells) this.#publishTrades(chunk, from, row);
    if (touched) this.#inputs.bookUpdated(book, chunk.tsEvent[from]!);
    this.#inputs.drain();
    return row;
  }

  #publishTrades(chunk: MarketChunk, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const kind = chunk.kind[row]! & ROW_KIND_MASK;
      if (kind < ROW_BUY || kind === ROW_CLEAR) continue;
      this.#inputs.trade(this.#instrument, chunk.tsEvent[row]!, {
        tick: chunk.tick[row]!, lots: chunk.lots[row]!, aggressor: kind === ROW_BUY ? 'buy' : kind === ROW_SELL ? 'sell' : 'unknown',
      });
    }
  }
}

