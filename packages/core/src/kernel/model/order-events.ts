import type { Decimal } from '../math/decimal.ts';
import { fromMoney, type Money } from '../math/money.ts';
import type { FillId, InstrumentId, StrategyId } from './ids.ts';
import type { Order } from './order.ts';
import type { UnixMicros } from './time.ts';

/** Every order event that is not a fill. */
export type OrderChangeType =
  | 'OrderDenied' | 'OrderEmulated' | 'OrderReleased' | 'OrderSubmitted' | 'OrderAccepted' | 'OrderRejected' | 'OrderTriggered'
  | 'OrderModified' | 'OrderModifyRejected' | 'OrderCanceled' | 'OrderCancelRejected' | 'OrderExpired' | 'OrderUnknown';

/** Where a fill came from: our order, or something the venue did to us. */
export type FillOrigin = 'OWN' | 'LIQUIDATION' | 'ADL' | 'SETTLEMENT' | 'EXTERNAL';

/** Resting or crossing. */
export type LiquiditySide = 'maker' | 'taker';

/** Something happened to an order; immutable. */
export class OrderChanged<Type extends OrderChangeType = OrderChangeType> {
  readonly type: Type;
  readonly order: Order;
  /** The venue's time; ours where the venue was not involved. */
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
  /** Typed code of a denial or rejection; empty otherwise. */
  readonly code: string;
  readonly reason: string;

  constructor(type: Type, order: Order, at: { readonly tsEvent: UnixMicros; readonly tsInit: UnixMicros; readonly code?: string; readonly reason?: string }) {
    this.type = type;
    this.order = order;
    this.tsEvent = at.tsEvent;
    this.tsInit = at.tsInit;
    this.code = at.code ?? '';
    this.reason = at.reason ?? '';
  }

  get instrumentId(): InstrumentId { return this.order.instrument.id; }
  get strategyId(): StrategyId { return this.order.strategyId; }
}

/** What a venue says about one execution. */
export interface FillReport {
  readonly fillId: FillId;
  readonly tick: number;
  readonly lots: number;
  /** Cost in `feeCurrency`; negative for a rebate. */
  readonly fee: Money;
  readonly feeCurrency: string;
  readonly liquidity: LiquiditySide;
  readonly origin: FillOrigin;
}

/** An execution of one of our orders, booked in the ledger before anyone sees it. A busted fill is the same record with type `FillBusted`. */
export class OrderFilled<Type extends 'OrderFilled' | 'FillBusted' = 'OrderFilled'> {
  readonly type: Type;
  readonly order: Order;
  readonly report: FillReport;
  readonly tsEvent: UnixMicros;
  readonly tsInit: UnixMicros;
  /** Position of this strategy in the instrument after the fill, in signed lots. */
  readonly positionLots: number;

  constructor(type: Type, order: Order, report: FillReport, at: { readonly tsEvent: UnixMicros; readonly tsInit: UnixMicros; readonly positionLots: number }) {
    this.type = type;
    this.order = order;
    this.report = report;
    this.tsEvent = at.tsEvent;
    this.tsInit = at.tsInit;
    this.positionLots = at.positionLots;
  }

  get instrumentId(): InstrumentId { return this.order.instrument.id; }
  get strategyId(): StrategyId { return this.order.strategyId; }
  get lastQuantity(): Decimal { return this.order.instrument.lotsToDecimal(this.report.lots); }
  get lastPrice(): Decimal { return this.order.instrument.tickToDecimal(this.report.tick); }
  get fee(): Decimal { return fromMoney(this.report.fee); }
  get liquidity(): LiquiditySide { return this.report.liquidity; }
}

/** A fill the venue took back. */
export type FillBusted = OrderFilled<'FillBusted'>;

/** Every order event. */
export type OrderEvent = { [Type in OrderChangeType]: OrderChanged<Type> }[OrderChangeType] | OrderFilled | FillBusted;
