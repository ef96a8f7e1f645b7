import type { Money } from '../math/money.ts';
import type { FundingConvention } from '../model/funding-rate.ts';
import type { InstrumentId, VenueId, VenueOrderId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { FillReport } from '../model/order-events.ts';
import type { Order } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';

/** New price and quantity of an order, in ticks and lots of the whole order (not of what is left). */
export interface OrderAmendment { readonly tick: number; readonly lots: number }

/**
 * Sends commands to one venue account. A command returns nothing: what becomes of it arrives later through {@link ExecutionSink}, never inside the call.
 *
 * Implemented by the simulated venue, by paper trading and by live adapters.
 */
export interface ExecutionClient {
  readonly venue: VenueId;
  submit(order: Order): void;
  modify(order: Order, amendment: OrderAmendment): void;
  cancel(order: Order): void;
}

/** One funding payment on one position, as the venue booked it. */
export interface FundingPaymentReport {
  readonly instrument: Instrument;
  readonly convention: FundingConvention;
  /** Signed lots held at the settlement. */
  readonly lots: number;
  /** Positive: received. In the settlement currency. */
  readonly amount: Money;
  /** Rate of one interval; of a continuous index the mean rate over the time the payment is for. */
  readonly rate: bigint;
  readonly rateDecimals: number;
  /** Price the notional was taken at, mark or oracle by the venue's convention; of a continuous index the price when it was paid. */
  readonly price: bigint;
  readonly priceDecimals: number;
  /** Of a continuous index alone: its value when the position took it and when it was paid, 1e-36 units. */
  readonly index?: { readonly from: bigint; readonly to: bigint };
  /** The boundary; of a continuous index the change of the position that made it due. Fills stamped before it count. */
  readonly settlesAt: UnixMicros;
  readonly tsEvent: UnixMicros;
}

/** Funding that has accrued on a position and is not yet paid, as the venue states it. */
export interface FundingAccrualReport {
  readonly instrument: Instrument;
  /** All of it so far, in place of the last statement; positive: to be received. In the settlement currency. */
  readonly amount: Money;
  readonly tsEvent: UnixMicros;
}

/** A forced change of a position: liquidation, auto-deleveraging, delivery. */
export interface ForcedFillReport {
  readonly instrument: Instrument;
  readonly side: 'buy' | 'sell';
  readonly fill: FillReport;
  /**
   * What the venue's insurance fund paid because the liquidation that ends with this fill lost more than the margin of the position; settlement currency, 1e-18
   * units. Nothing unless stated.
   */
  readonly insurance?: Money;
  readonly tsEvent: UnixMicros;
}

/** A plain change of a balance: deposit, withdrawal, borrow interest, insurance. */
export interface BalanceChangeReport {
  readonly venue: VenueId;
  readonly currency: string;
  readonly amount: Money;
  /** The venue's id of the change; one told twice is booked once. */
  readonly id?: string;
  readonly kind: 'deposit' | 'withdrawal' | 'borrow' | 'gas' | 'liquidation-fee' | 'insurance' | 'fx';
  readonly tsEvent: UnixMicros;
}

/**
 * What venues report. The kernel's clock stands at the moment we learn of it before any of these is called; `tsEvent` is the venue's time.
 * Delivering a report twice changes nothing: fills are keyed by fill id, changes by the status machine.
 */
export interface ExecutionSink {
  accepted(order: Order, tsEvent: UnixMicros, venueOrderId?: VenueOrderId): void;
  rejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void;
  filled(order: Order, tsEvent: UnixMicros, fill: FillReport): void;
  fillBusted(order: Order, tsEvent: UnixMicros, fill: FillReport): void;
  triggered(order: Order, tsEvent: UnixMicros): void;
  modified(order: Order, tsEvent: UnixMicros, amendment: OrderAmendment): void;
  modifyRejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void;
  canceled(order: Order, tsEvent: UnixMicros, reason: string): void;
  cancelRejected(order: Order, tsEvent: UnixMicros, code: string, reason: string): void;
  expired(order: Order, tsEvent: UnixMicros, reason: string): void;
  unknown(order: Order, tsEvent: UnixMicros, reason: string): void;
  /** A payment by a continuous index pays all that had accrued, so nothing is left of it. */
  fundingPaid(venue: VenueId, payment: FundingPaymentReport): void;
  fundingAccrued(venue: VenueId, accrual: FundingAccrualReport): void;
  forcedFill(venue: VenueId, fill: ForcedFillReport): void;
  balanceChanged(change: BalanceChangeReport): void;
  /** Venue's own view of an account, compared with ours; a difference is an event. */
  accountReported(venue: VenueId, report: AccountReport): void;
}

/** Balances and positions as a venue states them. */
export interface AccountReport {
  readonly balances: readonly { readonly currency: string; readonly total: Money }[];
  readonly positions: readonly { readonly instrumentId: InstrumentId; readonly lots: number }[];
  readonly tsEvent: UnixMicros;
}
