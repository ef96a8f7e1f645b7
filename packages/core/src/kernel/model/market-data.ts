import type { InstrumentId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import type { OrderSide } from './order.ts';
import type { UnixMicros } from './time.ts';

/** What every piece of market data carries: the venue's stamp and when we knew. */
export interface Stamped {
  readonly instrument: Instrument;
  readonly instrumentId: InstrumentId;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
  /** True while warm-up history is delivered. */
  readonly isHistorical: boolean;
}

/** Best bid and ask. */
export interface Quote extends Stamped {
  readonly bidTick: number;
  readonly askTick: number;
  readonly bidLots: number;
  readonly askLots: number;
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly mid: number;
}

/** One public trade, or one venue message's worth at one price. */
export interface Trade extends Stamped {
  readonly tick: number;
  readonly lots: number;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: OrderSide | 'unknown';
}

/** Which price a bar or price update speaks of. */
export type PriceKind = 'trade' | 'mark' | 'index' | 'oracle' | 'mid';

/** One bar; `tsEvent` is its close. Prices are numbers for signals, not money. */
export interface Bar extends Stamped {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly intervalMs: number;
  readonly priceKind: PriceKind;
}

/** A mark, index or oracle price: not on the tick grid, so a mantissa with its scale beside the number. */
export interface PriceUpdate extends Stamped {
  readonly kind: 'mark' | 'index' | 'oracle';
  /** The price is `mantissa / 10^decimals`. */
  readonly mantissa: bigint;
  readonly decimals: number;
  readonly price: number;
}

/** State of a data stream. */
export type FeedState = 'CONNECTING' | 'LIVE' | 'STALE' | 'RESYNCING' | 'BROKEN' | 'DOWN';

/** A stream changed state; `gap` says what is missing, if anything is. */
export interface FeedStatus {
  readonly type: 'FeedStatus';
  readonly instrumentId: InstrumentId;
  readonly stream: 'book' | 'trade' | 'quote' | 'bar' | 'price' | 'funding' | 'account';
  readonly state: FeedState;
  readonly reason: string;
  readonly gap: { readonly from: UnixMicros; readonly to: UnixMicros } | undefined;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
}
