import type { Unsubscribe } from '../bus/message-bus.ts';
import type { Topic } from '../bus/topic.ts';
import type { CacheView } from '../cache/cache.ts';
import type { CarryView } from '../carry/carry-view.ts';
import type { Clock } from '../clock/clock.ts';
import type { OrderFactory, OrderList } from '../execution/order-factory.ts';
import type { HedgedPair } from '../hedge/hedged-pair.ts';
import type { HedgedPairOptions } from '../hedge/pair-options.ts';
import type { DecimalInput } from '../math/decimal.ts';
import type { RandomStream as Random } from '../math/random.ts';
import type { InstrumentId, StrategyId, VenueId } from '../model/ids.ts';
import type { AccountView } from '../model/account.ts';
import type { Order } from '../model/order.ts';
import type { StrategyPortfolio } from '../portfolio/strategy-portfolio.ts';
import type { Logger } from './logger.ts';
import type { Indicator } from './indicator.ts';
import type { SavedOptions } from './saved-state.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Publishes messages and answers requests; what a strategy sees of the bus. */
export interface BusView {
  publish<Payload>(topic: Topic<Payload>, message: Payload): void;
  register<Request, Response>(endpoint: string, handler: (request: Request) => Response): Unsubscribe;
  request<Request, Response>(endpoint: string, request: Request, onReply?: (response: Response) => void): void;
}

/**
 * What the kernel gives to one strategy; reached through the members of `Strategy`, never directly.
 * @internal
 */
export interface StrategyContext {
  readonly id: StrategyId;
  readonly config: unknown;
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: CacheView;
  readonly carry: CarryView;
  readonly portfolio: StrategyPortfolio;
  readonly subscribe: Subscriptions;
  readonly order: OrderFactory;
  readonly bus: BusView;
  readonly log: Logger;
  readonly pairs: readonly HedgedPair[];
  account(venue: VenueId): AccountView;
  submit(order: Order | OrderList): void;
  modify(order: Order, change: { readonly price?: DecimalInput; readonly quantity?: DecimalInput }): void;
  cancel(order: Order): void;
  cancelAll(filter?: { readonly instrumentId?: InstrumentId }): void;
  hedgedPair(options: HedgedPairOptions): HedgedPair;
  saved<State extends object>(initial: State, options?: SavedOptions<State>): State;
  indicator<T extends Indicator>(indicator: T): T;
  /** Throws `ARB_NOT_STARTED` before `onStart`. */
  assertStarted(member: string): void;
}
