import type { BookChunk, ChunkOf, DataKind, FundingChunk, PriceChunk, TradeChunk } from '../catalog/chunks.ts';
import { F_LAST } from '../catalog/chunks.ts';

/** Takes chunks of one instrument and kind; the arrays are reused after the call. The catalog writer's row sink is one. */
export interface ChunkSink<K extends DataKind> {
  append(chunk: ChunkOf[K]): void;
}

/** Where generated data goes: the catalog writer, or memory in tests. */
export interface ChunkSinks {
  sink<K extends DataKind>(kind: K, instrumentId: string): ChunkSink<K>;
}

// Every buffer takes `until`: what is received at or after it is not kept, so that a data set ends where its name says.

/** Rows gathered before they are handed on. */
const CAPACITY = 16_384;
/** Longest book message; the buffer is handed on while this much is free. */
export const MAX_MESSAGE_ROWS = 1_024;

/** Gathers book rows; whole messages only are handed on. */
export class BookBuffer {
  readonly #chunk: { -readonly [Name in keyof BookChunk]: BookChunk[Name] };
  readonly #sink: ChunkSink<'book'>;
  readonly #until: number;
  #sequence = 0;
  #complete = 0;

  /** @param until messages received at or after it are not kept */
  constructor(sink: ChunkSink<'book'>, until: number) {
    this.#sink = sink;
    this.#until = until;
    this.#chunk = {
      rows: 0, tsEvent: new Float64Array(CAPACITY), tsInit: new Float64Array(CAPACITY), side: new Uint8Array(CAPACITY), tick: new Int32Array(CAPACITY),
      lots: new Float64Array(CAPACITY), flags: new Uint8Array(CAPACITY), sequence: new Float64Array(CAPACITY),
    };
  }

  /** Adds a row of the message in hand; {@link endMessage} stamps it. */
  add(side: number, tick: number, lots: number, flags: number): void {
    const chunk = this.#chunk;
    const row = chunk.rows++;
    chunk.side[row] = side;
    chunk.tick[row] = tick;
    chunk.lots[row] = lots;
    chunk.flags[row] = flags;
  }

  /** Stamps the rows since the last message and marks the last of them; at least one row. */
  endMessage(tsEvent: number, tsInit: number): void {
    const chunk = this.#chunk;
    if (tsInit >= this.#until) {
      chunk.rows = this.#complete;
      return;
    }
    this.#sequence++;
    chunk.flags[chunk.rows - 1]! |= F_LAST;
    for (let row = this.#complete; row < chunk.rows; row++) {
      chunk.tsEvent[row] = tsEvent;
      chunk.tsInit[row] = tsInit;
      chunk.sequence[row] = this.#sequence;
    }
    this.#complete = chunk.rows;
    if (chunk.rows > CAPACITY - MAX_MESSAGE_ROWS) this.flush();
  }

  flush(): void {
    if (this.#chunk.rows > 0) this.#sink.append(this.#chunk);
    this.#chunk.rows = 0;
    this.#complete = 0;
  }
}

/** Gathers trades. */
export class TradeBuffer {
  readonly #chunk: { -readonly [Name in keyof TradeChunk]: TradeChunk[Name] };
  readonly #ids: string[] = [];
  readonly #sink: ChunkSink<'trade'>;
  readonly #until: number;
  #count = 0;

  constructor(sink: ChunkSink<'trade'>, until: number) {
    this.#sink = sink;
    this.#until = until;
    this.#chunk = {
      rows: 0, tsEvent: new Float64Array(CAPACITY), tsInit: new Float64Array(CAPACITY), side: new Uint8Array(CAPACITY), tick: new Int32Array(CAPACITY),
      lots: new Float64Array(CAPACITY), id: this.#ids,
    };
  }

  add(trade: { readonly tsEvent: number; readonly tsInit: number; readonly side: number; readonly tick: number; readonly lots: number }): void {
    if (trade.tsInit >= this.#until) return;
    const chunk = this.#chunk;
    const row = chunk.rows++;
    chunk.tsEvent[row] = trade.tsEvent;
    chunk.tsInit[row] = trade.tsInit;
    chunk.side[row] = trade.side;
    chunk.tick[row] = trade.tick;
    chunk.lots[row] = trade.lots;
    this.#ids.push(String(++this.#count));
    if (chunk.rows === CAPACITY) this.flush();
  }

  flush(): void {
    if (this.#chunk.rows > 0) this.#sink.append(this.#chunk);
    this.#chunk.rows = 0;
    this.#ids.length = 0;
  }
}

/** Gathers mark, index and oracle prices at one scale. */
export class PriceBuffer {
  readonly #chunk: { -readonly [Name in keyof PriceChunk]: PriceChunk[Name] };
  readonly #sink: ChunkSink<'price'>;
  readonly #until: number;

  constructor(sink: ChunkSink<'price'>, options: { readonly until: number; readonly scale: number }) {
    this.#sink = sink;
    this.#until = options.until;
    this.#chunk = {
      rows: 0, tsEvent: new Float64Array(CAPACITY), tsInit: new Float64Array(CAPACITY), value: new Float64Array(CAPACITY), priceKind: new Uint8Array(CAPACITY), scale: options.scale,
    };
  }

  add(price: { readonly tsEvent: number; readonly tsInit: number; readonly value: number; readonly kind: number }): void {
    if (price.tsInit >= this.#until) return;
    const chunk = this.#chunk;
    const row = chunk.rows++;
    chunk.tsEvent[row] = price.tsEvent;
    chunk.tsInit[row] = price.tsInit;
    chunk.value[row] = price.value;
    chunk.priceKind[row] = price.kind;
    if (chunk.rows === CAPACITY) this.flush();
  }

  flush(): void {
    if (this.#chunk.rows > 0) this.#sink.append(this.#chunk);
    this.#chunk.rows = 0;
  }
}

/** One funding rate as the generator makes it. */
export interface FundingPoint {
  readonly tsEvent: number;
  readonly tsInit: number;
  /** Integer at the buffer's scale. */
  readonly rate: number;
  readonly status: number;
  readonly settlesAt: number;
}

/** Gathers funding rates of one interval and scale. */
export class FundingBuffer {
  readonly #chunk: { -readonly [Name in keyof FundingChunk]: FundingChunk[Name] };
  readonly #sink: ChunkSink<'funding'>;
  readonly #until: number;

  constructor(sink: ChunkSink<'funding'>, options: { readonly until: number; readonly rateScale: number; readonly intervalUs: number }) {
    this.#sink = sink;
    this.#until = options.until;
    this.#chunk = {
      rows: 0, tsEvent: new Float64Array(CAPACITY), tsInit: new Float64Array(CAPACITY), rate: new Float64Array(CAPACITY),
      intervalUs: new Float64Array(CAPACITY).fill(options.intervalUs), status: new Uint8Array(CAPACITY), settlesAt: new Float64Array(CAPACITY),
      index: new BigInt64Array(CAPACITY), hasIndex: new Uint8Array(CAPACITY), rateScale: options.rateScale, indexScale: 0,
    };
  }

  add(point: FundingPoint): void {
    if (point.tsInit >= this.#until) return;
    const chunk = this.#chunk;
    const row = chunk.rows++;
    chunk.tsEvent[row] = point.tsEvent;
    chunk.tsInit[row] = point.tsInit;
    chunk.rate[row] = point.rate;
    chunk.status[row] = point.status;
    chunk.settlesAt[row] = point.settlesAt;
    if (chunk.rows === CAPACITY) this.flush();
  }

  flush(): void {
    if (this.#chunk.rows > 0) this.#sink.append(this.#chunk);
    this.#chunk.rows = 0;
  }
}
