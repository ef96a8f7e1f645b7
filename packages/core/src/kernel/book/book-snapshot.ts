import type { InstrumentId } from '../model/ids.ts';
import type { UnixMicros } from '../model/time.ts';
import type { BookView } from './book-view.ts';

/** One price level; numbers for signals. */
export interface BookLevel { readonly price: number; readonly size: number }

/** The best levels of a book at one moment; a copy that stays. */
export class BookSnapshot {
  readonly instrumentId: InstrumentId;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  /** Best first. */
  readonly asks: readonly BookLevel[];

  constructor(view: BookView, depth: number) {
    this.instrumentId = view.instrumentId;
    this.tsEvent = view.tsEvent;
    this.tsInit = view.tsInit;
    this.bids = levels(depth, (i) => view.bidPrice(i), (i) => view.bidSize(i));
    this.asks = levels(depth, (i) => view.askPrice(i), (i) => view.askSize(i));
  }
}

function levels(depth: number, price: (i: number) => number, size: (i: number) => number): BookLevel[] {
  const found: BookLevel[] = [];
  for (let i = 0; i < depth && size(i) > 0; i++) found.push({ price: price(i), size: size(i) });
  return found;
}
