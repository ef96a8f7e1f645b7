import type { OrderBook } from '../book/order-book.ts';
import type { ExecutionSink } from '../execution/execution-client.ts';
import type { FundingRateInput } from '../model/funding-rate.ts';
import type { Instrument } from '../model/instrument.ts';
import type { FeedStatus, PriceKind } from '../model/market-data.ts';
import type { OrderSide } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';

/** One bar as it enters the kernel. */
export interface BarInput {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly intervalMs: number;
  readonly priceKind: PriceKind;
}

/**
 * The one door by which anything enters the kernel: market data, venue replies, timers, operator commands. A driver (the replay loop, a live node)
 * calls {@link KernelInputs.advance} with the input's `tsInit`, then exactly one input method, then {@link KernelInputs.drain}.
 *
 * Market data of an instrument nobody subscribed to may be left out by the driver; the cache keeps what it is given.
 */
export interface KernelInputs extends ExecutionSink {
  /** Moves the clock; never backwards. Timers due before `to` must have been fired first. */
  advance(to: UnixMicros): void;
  /** When the earliest timer is due; Infinity without one. */
  nextTimerAt(): UnixMicros;
  /** Fires every timer due at or before the clock. */
  fireTimers(): void;
  /** The strategies' book of an instrument: the driver applies the rows of one message, then calls {@link KernelInputs.bookUpdated} once. */
  bookOf(instrument: Instrument): OrderBook;
  /** One complete message has been applied. */
  bookUpdated(book: OrderBook, tsEvent: UnixMicros): void;
  quote(instrument: Instrument, tsEvent: UnixMicros, quote: { readonly bidTick: number; readonly bidLots: number; readonly askTick: number; readonly askLots: number }): void;
  trade(instrument: Instrument, tsEvent: UnixMicros, trade: { readonly tick: number; readonly lots: number; readonly aggressor: OrderSide | 'unknown' }): void;
  bar(instrument: Instrument, tsEvent: UnixMicros, bar: BarInput): void;
  price(instrument: Instrument, tsEvent: UnixMicros, price: { readonly kind: 'mark' | 'index' | 'oracle'; readonly mantissa: bigint; readonly decimals: number }): void;
  fundingRate(rate: FundingRateInput): void;
  instrumentChanged(instrument: Instrument): void;
  feedStatus(status: FeedStatus): void;
  /** Runs everything queued by the last input (events, published messages, commands) until nothing is left. */
  drain(): void;
}
