import type { Instrument } from '../model/instrument.ts';
import type { UnixMicros } from '../model/time.ts';
import { BookSide, NO_TICK } from './book-side.ts';

/**
 * Price levels of one instrument in ticks and lots. Asks are stored at their negated tick, so that both sides are the same class.
 *
 * The driver applies the rows of one message and then looks at it: between messages the book is never crossed.
 */
export class OrderBook {
  readonly instrument: Instrument;
  readonly bids: BookSide = new BookSide();
  readonly asks: BookSide = new BookSide();
  /** The venue's number of the last message. */
  sequence = 0;
  tsEvent: UnixMicros = 0;
  /** The feed shows a window of levels only: beyond the worst level given nothing is known, which is not the same as nothing being there. */
  isWindowLimited = false;
  /** Levels removed because a newer level of the other side crossed them. */
  purgedLevels = 0;
  /** Deletes of levels that were not there. */
  unknownDeletes = 0;

  constructor(instrument: Instrument) { this.instrument = instrument; }

  /**
   * Replaces the lots at a bid; 0 removes the level. Asks that the new bid crosses are stale and removed.
   * @returns the lots before
   */
  setBid(tick: number, lots: number): number {
    const before = this.bids.set(tick, lots);
    if (lots === 0) { if (before === 0) this.unknownDeletes++; } else if (tick >= -this.asks.best) this.#purge(this.asks, -tick);          // an empty side is beyond every tick
    return before;
  }

  /** As {@link OrderBook.setBid} for the ask side. */
  setAsk(tick: number, lots: number): number {
    const before = this.asks.set(-tick, lots);
    if (lots === 0) { if (before === 0) this.unknownDeletes++; } else if (tick <= this.bids.best) this.#purge(this.bids, tick);
    return before;
  }

  /** Removes every level. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** Best bid in ticks, {@link NO_TICK} without one. */
  get bestBidTick(): number { return this.bids.best; }
  /** Best ask in ticks, {@link NO_TICK} without one. */
  get bestAskTick(): number { return this.asks.best === NO_TICK ? NO_TICK : -this.asks.best; }

  #purge(side: BookSide, worst: number): void {
    while (side.best !== NO_TICK && side.best >= worst) {
      side.set(side.best, 0);
      this.purgedLevels++;
    }
  }
}
