import type { BookView } from '../book/book-view.ts';
import type { FundingPayment } from '../portfolio/funding-payment.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { FillBusted, OrderChanged, OrderEvent, OrderFilled } from '../model/order-events.ts';
import type { Order } from '../model/order.ts';
import type { PositionEvent } from '../model/position-event.ts';
import type { PairEvent } from '../hedge/pair-event.ts';

/** What a strategy or actor may override. A hook returns nothing; one that returns a promise stops the run. */
export interface ActorHooks {
  /** Subscriptions and timers go here; runs once, also after a restart. */
  onStart(): void;
  /** Once, when warm-up history has been delivered and accounts are reconciled. */
  onReady(): void;
  onStop(): void;
  onBook(book: BookView): void;
  onQuote(quote: Quote): void;
  onTrade(trade: Trade): void;
  onBar(bar: Bar): void;
  onFundingRate(rate: FundingRate): void;
  onMarkPrice(price: PriceUpdate): void;
  onIndexPrice(price: PriceUpdate): void;
  onOraclePrice(price: PriceUpdate): void;
  onInstrument(instrument: Instrument): void;
  onFeedStatus(status: FeedStatus): void;
}

/** Hooks of orders, positions and pairs. */
export interface TradingHooks {
  onFundingPayment(payment: FundingPayment): void;
  onOrderDenied(event: OrderChanged<'OrderDenied'>): void;
  onOrderEmulated(event: OrderChanged<'OrderEmulated'>): void;
  onOrderReleased(event: OrderChanged<'OrderReleased'>): void;
  onOrderSubmitted(event: OrderChanged<'OrderSubmitted'>): void;
  onOrderAccepted(event: OrderChanged<'OrderAccepted'>): void;
  onOrderRejected(event: OrderChanged<'OrderRejected'>): void;
  onOrderTriggered(event: OrderChanged<'OrderTriggered'>): void;
  onOrderModified(event: OrderChanged<'OrderModified'>): void;
  onOrderModifyRejected(event: OrderChanged<'OrderModifyRejected'>): void;
  onOrderCanceled(event: OrderChanged<'OrderCanceled'>): void;
  onOrderCancelRejected(event: OrderChanged<'OrderCancelRejected'>): void;
  onOrderExpired(event: OrderChanged<'OrderExpired'>): void;
  onOrderUnknown(event: OrderChanged<'OrderUnknown'>): void;
  onOrderFilled(event: OrderFilled): void;
  onFillBusted(event: FillBusted): void;
  /** Any terminal status: filled, canceled, expired, rejected or denied. */
  onOrderClosed(order: Order): void;
  /** Every order event, after its own hook. */
  onOrderEvent(event: OrderEvent): void;
  onPositionOpened(event: PositionEvent): void;
  onPositionChanged(event: PositionEvent): void;
  onPositionClosed(event: PositionEvent): void;
  onPairEvent(event: PairEvent): void;
}

/** Name of a hook. */
export type HookName = keyof ActorHooks | keyof TradingHooks;
