import type { StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderEvent } from '../model/order-events.ts';
import type { OrderDenial, ScaledPrice } from '../model/order.ts';
import type { PositionEvent } from '../model/position-event.ts';

/** Who an order belongs to; the strategy runner implements it. */
export interface OrderOwner {
  readonly id: StrategyId;
  /** False where no event of this type would reach anyone, so that none is made. */
  wants(type: OrderEvent['type']): boolean;
  /** Takes an event after the current handler. */
  deliver(event: OrderEvent): void;
  readonly wantsPositions: boolean;
  /** Takes a position event after the current handler. */
  deliverPosition(event: PositionEvent): void;
  /** Why this owner may not trade now; undefined where it may. */
  blocked(isReduceOnly: boolean): OrderDenial | undefined;
  /** Reference price of the pair that trades this instrument; undefined without one. */
  reference(instrument: Instrument): ScaledPrice | undefined;
}
