import type { CarryView } from '../carry/carry-view.ts';
import type { OrderFactory, OrderList } from '../execution/order-factory.ts';
import type { HedgedPair } from '../hedge/hedged-pair.ts';
import type { HedgedPairOptions } from '../hedge/pair-options.ts';
import type { PairEvent } from '../hedge/pair-event.ts';
import type { DecimalInput } from '../math/decimal.ts';
import type { AccountView } from '../model/account.ts';
import type { InstrumentId, VenueId } from '../model/ids.ts';
import type { FillBusted, OrderChanged, OrderEvent, OrderFilled } from '../model/order-events.ts';
import type { Order } from '../model/order.ts';
import type { PositionEvent } from '../model/position-event.ts';
import type { FundingPayment } from '../portfolio/funding-payment.ts';
import type { StrategyPortfolio } from '../portfolio/strategy-portfolio.ts';
import { Actor } from './actor.ts';
import type { TradingHooks } from './hooks.ts';
import type { InferOutput, StandardSchema } from './standard-schema.ts';
import type { StrategyContext } from './strategy-context.ts';

/** A class made by `Strategy.with(schema)`: its `config` has the schema's type. */
export interface ConfiguredStrategy<Schema extends StandardSchema> {
  readonly configSchema: Schema;
  new (context: StrategyContext): Strategy<InferOutput<Schema>>;
}

/** Any class the kernel can run. */
export interface StrategyClass {
  readonly configSchema?: StandardSchema;
  readonly name: string;
  new (context: StrategyContext): Actor<unknown>;
}

/**
 * The base of every strategy. The same class runs in a backtest, on paper and live.
 *
 * Fields may declare `hedgedPair`, `saved` and `indicator`; everything else is there from `onStart` on. Hooks run one at a time and return nothing:
 * what a hook causes (order events, messages) arrives in later hooks, never inside it. A hook that throws moves the strategy to FAULTED; its pairs stay hedged.
 */
export class Strategy<Config = Record<string, never>> extends Actor<Config> implements TradingHooks {
  readonly #context: StrategyContext;

  /** Made by the kernel; subclasses need no constructor. */
  constructor(context: StrategyContext) {
    super(context);
    this.#context = context;
  }

  /** A strategy whose config is described by a schema (zod or any Standard Schema). */
  static override with<Schema extends StandardSchema>(schema: Schema): ConfiguredStrategy<Schema> {
    return class extends Strategy<InferOutput<Schema>> { static readonly configSchema: Schema = schema; };
  }

  /** Makes orders; nothing is sent until {@link Strategy.submit}. */
  get order(): OrderFactory { return this.#started('order').order; }
  /** This strategy's own positions, profit and exposure. */
  get portfolio(): StrategyPortfolio { return this.#started('portfolio').portfolio; }
  /** Differentials, costs and rankings over what the cache knows. */
  get carry(): CarryView { return this.#started('carry').carry; }
  /** Hedged pairs declared so far, in order. */
  get pairs(): readonly HedgedPair[] { return this.#context.pairs; }

  /** The account at a venue, shared by all strategies. */
  protected account(venue: VenueId): AccountView { return this.#started('account').account(venue); }

  /** Sends an order, or a list of linked ones. On return its status is SUBMITTED, EMULATED or DENIED; hooks run after the current one. */
  protected submit(order: Order | OrderList): void { this.#started('submit').submit(order); }
  /** Asks for another price or quantity (of the whole order); `isPendingModify` until the venue answers. */
  protected modify(order: Order, change: { readonly price?: DecimalInput; readonly quantity?: DecimalInput }): void { this.#started('modify').modify(order, change); }
  /** Asks for the end of an order; `isPendingCancel` until the venue answers. On a closed order it does nothing. */
  protected cancel(order: Order): void { this.#started('cancel').cancel(order); }
  /** Cancels this strategy's open orders, all or those of one instrument. */
  protected cancelAll(filter?: { readonly instrumentId?: InstrumentId }): void { this.#started('cancelAll').cancelAll(filter); }

  /** The pair of these two legs; asking again for the same legs gives the same pair. May be declared in a field. */
  protected hedgedPair(options: HedgedPairOptions): HedgedPair { return this.#context.hedgedPair(options); }

  onFundingPayment(_payment: FundingPayment): void { /* for subclasses */ }
  onOrderDenied(_event: OrderChanged<'OrderDenied'>): void { /* for subclasses */ }
  onOrderEmulated(_event: OrderChanged<'OrderEmulated'>): void { /* for subclasses */ }
  onOrderReleased(_event: OrderChanged<'OrderReleased'>): void { /* for subclasses */ }
  onOrderSubmitted(_event: OrderChanged<'OrderSubmitted'>): void { /* for subclasses */ }
  onOrderAccepted(_event: OrderChanged<'OrderAccepted'>): void { /* for subclasses */ }
  onOrderRejected(_event: OrderChanged<'OrderRejected'>): void { /* for subclasses */ }
  onOrderTriggered(_event: OrderChanged<'OrderTriggered'>): void { /* for subclasses */ }
  onOrderModified(_event: OrderChanged<'OrderModified'>): void { /* for subclasses */ }
  onOrderModifyRejected(_event: OrderChanged<'OrderModifyRejected'>): void { /* for subclasses */ }
  onOrderCanceled(_event: OrderChanged<'OrderCanceled'>): void { /* for subclasses */ }
  onOrderCancelRejected(_event: OrderChanged<'OrderCancelRejected'>): void { /* for subclasses */ }
  onOrderExpired(_event: OrderChanged<'OrderExpired'>): void { /* for subclasses */ }
  onOrderUnknown(_event: OrderChanged<'OrderUnknown'>): void { /* for subclasses */ }
  onOrderFilled(_event: OrderFilled): void { /* for subclasses */ }
  onFillBusted(_event: FillBusted): void { /* for subclasses */ }
  onOrderClosed(_order: Order): void { /* for subclasses */ }
  onOrderEvent(_event: OrderEvent): void { /* for subclasses */ }
  onPositionOpened(_event: PositionEvent): void { /* for subclasses */ }
  onPositionChanged(_event: PositionEvent): void { /* for subclasses */ }
  onPositionClosed(_event: PositionEvent): void { /* for subclasses */ }
  onPairEvent(_event: PairEvent): void { /* for subclasses */ }

  #started(member: string): StrategyContext {
    this.#context.assertStarted(member);
    return this.#context;
  }
}
