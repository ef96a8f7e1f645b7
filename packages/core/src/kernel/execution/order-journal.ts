import type { JournalWriter } from '../journal/journal-writer.ts';
import type { FillReport, OrderChangeType } from '../model/order-events.ts';
import { type Order, type OrderType, PAIR_TAG, type TimeInForce } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { OrderAmendment } from './execution-client.ts';

/** Codes of the journal; never renumbered. */
export const ORDER_TYPE_CODES: Readonly<Record<OrderType, number>> = { MARKET: 1, LIMIT: 2, STOP_MARKET: 3, STOP_LIMIT: 4, MARKET_IF_TOUCHED: 5, LIMIT_IF_TOUCHED: 6, TRAILING_STOP: 7 };
/** Codes of the journal; never renumbered. */
export const TIME_IN_FORCE_CODES: Readonly<Record<TimeInForce, number>> = { GTC: 1, IOC: 2, FOK: 3, GTD: 4 };
/** Codes of the journal; never renumbered. Requests of ours stand beside what venues answered. */
export const ORDER_CHANGE_CODES: Readonly<Record<OrderChangeType | 'CancelRequested' | 'ModifyRequested', number>> = {
  OrderDenied: 1, OrderEmulated: 2, OrderReleased: 3, OrderSubmitted: 4, OrderAccepted: 5, OrderRejected: 6, OrderTriggered: 7,
  OrderModified: 8, OrderModifyRejected: 9, OrderCanceled: 10, OrderCancelRejected: 11, OrderExpired: 12, OrderUnknown: 13,
  CancelRequested: 14, ModifyRequested: 15,
};
/** Codes of the journal; never renumbered. */
export const ORIGIN_CODES: Readonly<Record<FillReport['origin'], number>> = { OWN: 1, LIQUIDATION: 2, ADL: 3, SETTLEMENT: 4, EXTERNAL: 5 };

/** Writes order records; costs nothing where no journal is kept. */
export class OrderJournal {
  readonly #writer: JournalWriter;

  constructor(writer: JournalWriter) { this.#writer = writer; }

  created(order: Order): void {
    const writer = this.#writer;
    if (!writer.isOn) return;
    writer.text(order.strategyId);
    writer.instrument(order.instrument);
    if (order.options?.reason !== undefined) writer.json('Decision', order.strategyId, { order: order.sequence, reason: order.options.reason });
    writer.begin('OrderCreated').ref(order.strategyId).number(order.sequence).ref(order.instrument.id).byte(order.sign > 0 ? 1 : 2)
      .byte(ORDER_TYPE_CODES[order.type]).byte(TIME_IN_FORCE_CODES[order.timeInForce]).byte(flagsOf(order))
      .number(order.tick).number(order.lots).number(order.triggerTick);
  }

  changed(order: Order, change: keyof typeof ORDER_CHANGE_CODES, at: { readonly tsEvent: UnixMicros; readonly code: string; readonly reason: string }): void {
    const writer = this.#writer;
    if (!writer.isOn) return;
    writer.text(order.strategyId);
    writer.text(at.code);
    writer.text(at.reason);
    writer.begin('OrderChanged').ref(order.strategyId).number(order.sequence).byte(ORDER_CHANGE_CODES[change]).number(at.tsEvent).ref(at.code).ref(at.reason);
  }

  amended(order: Order, change: 'OrderModified' | 'ModifyRequested', tsEvent: UnixMicros, amendment: OrderAmendment): void {
    const writer = this.#writer;
    if (!writer.isOn) return;
    writer.text(order.strategyId);
    writer.begin('OrderAmended').ref(order.strategyId).number(order.sequence).byte(ORDER_CHANGE_CODES[change]).number(tsEvent).number(amendment.tick).number(amendment.lots);
  }

  fill(order: Order, record: { readonly tsEvent: UnixMicros; readonly isBust: boolean; readonly fill: FillReport; readonly positionLots: number }): void {
    const writer = this.#writer;
    if (!writer.isOn) return;
    const { fill } = record;
    writer.text(order.strategyId);
    writer.text(fill.feeCurrency);
    writer.begin('Fill').ref(order.strategyId).number(order.sequence).number(record.tsEvent).byte(record.isBust ? 1 : 0).byte(fill.liquidity === 'maker' ? 1 : 2)
      .byte(ORIGIN_CODES[fill.origin]).number(fill.tick).number(fill.lots).number(record.positionLots).money(fill.fee).ref(fill.feeCurrency);
  }
}

/** 1 post-only, 2 reduce-only, 4 sent by a hedged pair. */
function flagsOf({ postOnly, reduceOnly, options }: Order): number {
  return (postOnly ? 1 : 0) + (reduceOnly ? 2 : 0) + (options?.tags?.includes(PAIR_TAG) === true ? 4 : 0);
}
