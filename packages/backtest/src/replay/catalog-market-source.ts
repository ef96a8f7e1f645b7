import { AGGRESSOR, type BookChunk, F_CLEAR, F_LAST, F_WARM_UP, F_WINDOW, type TradeChunk } from '../catalog/chunks.ts';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_BUY, ROW_CLEAR, ROW_LAST, ROW_SELL, ROW_TRADE, ROW_WARM_UP, ROW_WINDOW } from './market-chunk.ts';

/** When strategies see what the venue stamped, µs: recorded, or by a latency model. */
export interface FeedDelay {
  /** The receive stamp to use; never before `tsEvent`. Called once per message, in order. */
  receivedAt(tsEvent: number, recordedTsInit: number): number;
}

/** Turns the book chunks of a catalog into market chunks with stamps that never step back. Each chunk is a copy: it outlives the reader's buffers. */
export function* bookSource(chunks: Iterable<BookChunk>, delay: FeedDelay): Generator<MarketChunk> {
  const clock = new StreamClock(delay);
  for (const chunk of chunks) {
    const out = allocate(chunk.rows * 2);
    let row = 0;
    let isNewMessage = true;
    for (let i = 0; i < chunk.rows; i++) {
      const flags = chunk.flags[i]!;
      if (isNewMessage) clock.message(chunk.tsEvent[i]!, chunk.tsInit[i]!);
      const base = (flags & F_WARM_UP ? ROW_WARM_UP : 0) | (flags & F_WINDOW ? ROW_WINDOW : 0);
      if (flags & F_CLEAR) row = put(out, row, { kind: ROW_CLEAR | base, tick: 0, lots: 0 }, clock);
      row = put(out, row, { kind: (chunk.side[i] === 0 ? ROW_BID : ROW_ASK) | base | (flags & F_LAST ? ROW_LAST : 0), tick: chunk.tick[i]!, lots: chunk.lots[i]! }, clock);
      isNewMessage = (flags & F_LAST) !== 0;
    }
    yield { ...out, rows: row };
  }
}

/** Turns the trade chunks of a catalog into market chunks: each trade is a message. */
export function* tradeSource(chunks: Iterable<TradeChunk>, delay: FeedDelay): Generator<MarketChunk> {
  const clock = new StreamClock(delay);
  for (const chunk of chunks) {
    const out = allocate(chunk.rows);
    for (let i = 0; i < chunk.rows; i++) {
      clock.message(chunk.tsEvent[i]!, chunk.tsInit[i]!);
      const kind = chunk.side[i] === AGGRESSOR.buy ? ROW_BUY : chunk.side[i] === AGGRESSOR.sell ? ROW_SELL : ROW_TRADE;
      put(out, i, { kind: kind | ROW_LAST, tick: chunk.tick[i]!, lots: chunk.lots[i]! }, clock);
    }
    yield { ...out, rows: chunk.rows };
  }
}

/** Both stamps of a stream, forced not to step back. */
class StreamClock {
  tsEvent = -Infinity;
  tsInit = -Infinity;
  readonly #delay: FeedDelay;

  constructor(delay: FeedDelay) { this.#delay = delay; }

  message(tsEvent: number, recordedTsInit: number): void {
    if (tsEvent > this.tsEvent) this.tsEvent = tsEvent;
    const received = this.#delay.receivedAt(this.tsEvent, recordedTsInit);
    if (received > this.tsInit) this.tsInit = received;
    if (this.tsInit < this.tsEvent) this.tsInit = this.tsEvent;
  }
}

interface Columns { readonly tsEvent: Float64Array; readonly tsInit: Float64Array; readonly kind: Uint8Array; readonly tick: Int32Array; readonly lots: Float64Array }

function allocate(rows: number): Columns {
  return { tsEvent: new Float64Array(rows), tsInit: new Float64Array(rows), kind: new Uint8Array(rows), tick: new Int32Array(rows), lots: new Float64Array(rows) };
}

function put(out: Columns, row: number, value: { readonly kind: number; readonly tick: number; readonly lots: number }, clock: StreamClock): number {
  out.tsEvent[row] = clock.tsEvent;
  out.tsInit[row] = clock.tsInit;
  out.kind[row] = value.kind;
  out.tick[row] = value.tick;
  out.lots[row] = value.lots;
  return row + 1;
}
