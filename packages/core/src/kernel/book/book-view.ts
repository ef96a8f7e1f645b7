import type { DecimalInput } from '../math/decimal.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderSide } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import { type BookSide, NO_TICK } from './book-side.ts';
import { BookSnapshot } from './book-snapshot.ts';
import { type DepthWalk, walkDepth, type WalkLimit, type WalkSize } from './depth-walk.ts';
import type { OrderBook } from './order-book.ts';

/**
 * What a strategy sees of a book. One object per instrument, reused: valid inside the hook, {@link BookView.snapshot} keeps one. Reading costs nothing.
 * Prices and sizes are numbers for signals; NaN (prices) or 0 (sizes) where a side is empty.
 */
export class BookView {
  readonly book: OrderBook;
  readonly instrument: Instrument;
  tsEvent: UnixMicros = 0;
  tsInit: UnixMicros = 0;
  isHistorical = false;

  constructor(book: OrderBook) {
    this.book = book;
    this.instrument = book.instrument;
  }

  get instrumentId(): InstrumentId { return this.instrument.id; }
  get hasBid(): boolean { return this.book.bids.best !== NO_TICK; }
  get hasAsk(): boolean { return this.book.asks.best !== NO_TICK; }
  /** Both sides have a level; only then mid and spread are numbers. */
  get isTwoSided(): boolean { return this.hasBid && this.hasAsk; }
  /** Best bid in ticks; {@link NO_TICK} without one. */
  get bestBidTick(): number { return this.book.bestBidTick; }
  /** Best ask in ticks; {@link NO_TICK} without one. */
  get bestAskTick(): number { return this.book.bestAskTick; }
  get bestBid(): number { return this.hasBid ? this.instrument.tickToNumber(this.book.bids.best) : NaN; }
  get bestAsk(): number { return this.hasAsk ? this.instrument.tickToNumber(-this.book.asks.best) : NaN; }
  get bestBidSize(): number { return this.hasBid ? this.instrument.lotsToNumber(this.book.bids.lotsAt(this.book.bids.best)) : 0; }
  get bestAskSize(): number { return this.hasAsk ? this.instrument.lotsToNumber(this.book.asks.lotsAt(this.book.asks.best)) : 0; }
  get mid(): number { return this.isTwoSided ? this.instrument.tickToNumber((this.book.bids.best - this.book.asks.best) / 2) : NaN; }
  get spreadBps(): number { return this.isTwoSided ? (-this.book.asks.best - this.book.bids.best) / ((this.book.bids.best - this.book.asks.best) / 2) * 10_000 : NaN; }

  /** Price of the i-th best bid, 0 being the best; NaN beyond the last. Walks: cheap near the touch. */
  bidPrice(i: number): number { return this.#price(this.book.bids, i, 1); }
  askPrice(i: number): number { return this.#price(this.book.asks, i, -1); }
  /** Size of the i-th best bid; 0 beyond the last. */
  bidSize(i: number): number { return this.#size(this.book.bids, i); }
  askSize(i: number): number { return this.#size(this.book.asks, i); }

  /** Size resting at a bid price; 0 where there is no level. @throws ArbError `ARB_OFF_GRID` */
  bidSizeAt(price: DecimalInput): number { return this.instrument.lotsToNumber(this.book.bids.lotsAt(this.instrument.toTick(price))); }
  askSizeAt(price: DecimalInput): number { return this.instrument.lotsToNumber(this.book.asks.lotsAt(-this.instrument.toTick(price))); }

  /** What taking liquidity would cost now; notionals in quote currency. */
  walk(side: OrderSide, size: WalkSize, limit?: WalkLimit): DepthWalk { return walkDepth(this.book, side, size, limit); }

  /** Copies the best levels, to keep. */
  snapshot(depth = 20): BookSnapshot { return new BookSnapshot(this, depth); }

  #price(side: BookSide, i: number, sign: 1 | -1): number {
    const key = nth(side, i);
    return key === NO_TICK ? NaN : this.instrument.tickToNumber(sign * key);
  }

  #size(side: BookSide, i: number): number {
    const key = nth(side, i);
    return key === NO_TICK ? 0 : this.instrument.lotsToNumber(side.lotsAt(key));
  }
}

function nth(side: BookSide, i: number): number {
  let key = side.best;
  for (let left = i; left > 0 && key !== NO_TICK; left--) key = side.nextBelow(key);
  return key;
}
