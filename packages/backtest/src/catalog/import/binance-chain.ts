/** A depth update of Binance with its place in the chain of updates. */
export interface DepthUpdate {
  /** First and last update id of the message. */
  readonly U: number;
  readonly u: number;
  /** Last update id of the message before; futures only. */
  readonly pu?: number;
}

/** What to do with a depth update. */
export type ChainVerdict = 'apply' | 'old' | 'break';

/**
 * Decides which depth updates continue a book that began with a REST snapshot.
 *
 * Rules of Binance's "How to manage a local order book correctly": drop what the book holds already (`u <= lastUpdateId`); the first one applied spans the snapshot; after it spot
 * updates follow each other by `U = previous u + 1`, futures by `pu = previous u`.
 */
export class BinanceChain {
  #last: number;
  #isFirst = true;

  /** @param lastUpdateId of the snapshot */
  constructor(lastUpdateId: number) { this.#last = lastUpdateId; }

  /** Update id that the book has reached. */
  get last(): number { return this.#last; }

  next(update: DepthUpdate): ChainVerdict {
    if (update.u <= this.#last) return 'old';
    const follows = this.#isFirst ? update.U <= this.#last + 1 : update.pu === undefined ? update.U === this.#last + 1 : update.pu === this.#last;
    if (!follows) return 'break';
    this.#isFirst = false;
    this.#last = update.u;
    return 'apply';
  }
}
