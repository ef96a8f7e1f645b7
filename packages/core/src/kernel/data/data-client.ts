import type { InstrumentId, VenueId } from '../model/ids.ts';

/** Kinds of market data. */
export type DataKind = 'book' | 'quote' | 'trade' | 'bar' | 'mark' | 'index' | 'oracle' | 'funding' | 'instrument';

/** One stream of one instrument. */
export interface DataRequest {
  readonly instrumentId: InstrumentId;
  readonly kind: DataKind;
  /** Warm-up: deliver what happened in these hours first. */
  readonly historyHours?: number;
  /** Levels wanted, for venues that offer several depths. */
  readonly depth?: number;
}

/** Brings market data of one venue into the kernel's data engine. Commands return nothing; data and `FeedStatus` arrive as inputs. */
export interface DataClient {
  readonly venue: VenueId;
  subscribe(request: DataRequest): void;
  unsubscribe(request: DataRequest): void;
}
