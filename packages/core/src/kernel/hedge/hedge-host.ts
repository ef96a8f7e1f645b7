import type { InstrumentState } from '../cache/instrument-state.ts';
import type { CarryQuote, QuoteRequest } from '../carry/carry-quote.ts';
import type { CarrySnapshot } from '../carry/carry-snapshot.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Order, OrderSide } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { PairEvent } from './pair-event.ts';

/** One leg's order of a round. */
export interface LegOrder {
  readonly instrumentId: InstrumentId;
  readonly side: OrderSide;
  readonly lots: number;
  /** Limit in ticks: the worst price the leg may trade at. */
  readonly tick: number;
  readonly isReducing: boolean;
}

/** What a hedged pair needs of the kernel, and nothing more. */
export interface HedgeHost {
  now(): UnixMicros;
  state(id: InstrumentId): InstrumentState;
  carry(long: InstrumentId, short: InstrumentId): CarrySnapshot | undefined;
  quote(legs: { readonly long: InstrumentId; readonly short: InstrumentId }, request: QuoteRequest): CarryQuote | undefined;
  /** Taker fee of an instrument as a fraction; 0 where its venue has no profile. */
  takerFee(id: InstrumentId): number;
  /** Calls back after a while, under a name of the pair's own; a name set again replaces what it was. */
  alert(name: string, inMs: number, handler: () => void): void;
  cancelAlert(name: string): void;
  /** True where an order for so many lots could be reduce-only: not where others on the account hold the opposite, so that there is nothing to reduce, nor for spot. */
  canReduce(id: InstrumentId, side: OrderSide, lots: number): boolean;
  /** Sends IOC limit orders, all of them or, where one is denied, none. Returns them; denied ones are closed already. */
  submit(legs: readonly LegOrder[]): { readonly orders: readonly Order[]; readonly areSent: boolean };
  /** Asks the venue to cancel an order of which nothing has been heard. */
  cancel(order: Order): void;
  publish(event: PairEvent): void;
}
