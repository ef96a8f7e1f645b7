import { ArbError } from '../errors.ts';
import { Decimal } from '../math/decimal.ts';
import type { ClientOrderId, InstrumentId, PositionId, StrategyId, VenueOrderId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import { nextOrderStatus, type OrderChange, type OrderStatus } from './order-status.ts';
import type { UnixMicros } from './time.ts';
import { ToldIds } from './told-ids.ts';

/** Buy or sell. */
export type OrderSide = 'buy' | 'sell';

/** What an order does. A market order always leaves as an IOC limit capped at a slippage from the touch. */
export type OrderType = 'MARKET' | 'LIMIT' | 'STOP_MARKET' | 'STOP_LIMIT' | 'MARKET_IF_TOUCHED' | 'LIMIT_IF_TOUCHED' | 'TRAILING_STOP';

/** How long an order stands. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD';

/** Which price a trigger watches. */
export type TriggerSource = 'last' | 'mark' | 'index' | 'mid';

/** How orders of a list depend on each other: one triggers the other, one cancels the other, one updates the other. */
export type Contingency = 'NONE' | 'OTO' | 'OCO' | 'OUO';

/** Returned where an order has no such price. */
export const NO_PRICE = -0x8000_0000;

/** What an order is made of; filled in by the order factory, in ticks and lots. */
export interface OrderInit {
  /** Position of the order in its strategy's sequence; with run and strategy it makes the client order id. */
  readonly sequence: number;
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly lots: number;
  /** Limit price in ticks, or {@link NO_PRICE}. */
  readonly tick: number;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly options: OrderOptions | undefined;
}

/** What few orders have; undefined for plain ones, so that they stay small. */
export interface OrderOptions {
  readonly triggerTick?: number;
  readonly triggerSource?: TriggerSource;
  /** Distance of a trailing stop in ticks. */
  readonly trailTicks?: number;
  /** End of a GTD order. */
  readonly expiresAt?: UnixMicros;
  /** Cap of a market order from the touch, in basis points; 50 unless stated. */
  readonly maxSlippageBps?: number;
  readonly contingency?: Contingency;
  readonly linkedOrders?: readonly number[];
  /** Sequence of the parent whose fill releases this order (OTO). */
  readonly parentSequence?: number;
  readonly positionId?: PositionId;
  /** Venue account the order goes to; the strategy's default when absent. */
  readonly account?: string;
  readonly tags?: readonly string[];
  /** Why, as the strategy gave it. */
  readonly reason?: unknown;
}

/** Tag of the orders that hedged pairs send. */
export const PAIR_TAG = 'hedged-pair';

/** Why an order never left: a typed code of the risk engine with the limit and what was found. */
export interface OrderDenial {
  readonly code: string;
  readonly message: string;
  readonly limit?: string;
  readonly actual?: string;
}

/** A price that need not be on a grid: `mantissa / 10^decimals`. */
export interface ScaledPrice { readonly mantissa: bigint; readonly decimals: number }

/** An order in plain values. */
export interface OrderSummary {
  readonly id: ClientOrderId;
  readonly instrumentId: InstrumentId;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly status: OrderStatus;
  readonly quantity: string;
  readonly filledQuantity: string;
  readonly price: string | undefined;
  readonly triggerPrice: string | undefined;
  readonly averageFillPrice: string | undefined;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  readonly denial: OrderDenial | undefined;
}

/** Changes an order; only the execution engine holds it. */
export interface OrderMutator {
  apply(order: Order, change: OrderChange): void;
  fill(order: Order, tick: number, lots: number): void;
  bust(order: Order, tick: number, lots: number): void;
  amend(order: Order, tick: number, lots: number): void;
  trigger(order: Order, triggerTick: number): void;
  flags(order: Order, flags: { readonly pendingCancel?: boolean; readonly pendingModify?: boolean; readonly unknown?: boolean }): void;
  venueId(order: Order, id: VenueOrderId): void;
  /** Remembers the market when the order was sent: sum of best bid and ask ticks, and the reference price of its pair. */
  sent(order: Order, arrivalMid2: number, reference: ScaledPrice | undefined): void;
  /** Sets the limit of an order whose price is decided when it leaves (market orders, released children). */
  price(order: Order, tick: number): void;
  resize(order: Order, lots: number): void;
  deny(order: Order, denial: OrderDenial): void;
  /** Remembers the last thing that happened to the order apart from its fills; see {@link OrderMutator.past}. */
  remember(order: Order, change: PastChange): void;
  /** What the order would be without its fills, for the day one is busted; undefined while it only stood. */
  past(order: Order): PastChange | undefined;
  /** True where the order has been told of this execution before; it has from now on. */
  isTold(order: Order, executionId: string): boolean;
}

/** What can have happened to an order apart from its fills. */
export type PastChange = 'OrderTriggered' | 'OrderCanceled' | 'OrderExpired';

let mutator: OrderMutator;

const OPEN: Readonly<Record<OrderStatus, boolean>> = {
  INITIALIZED: false, DENIED: false, EMULATED: true, RELEASED: true, SUBMITTED: true, ACCEPTED: true, REJECTED: false,
  TRIGGERED: true, PARTIALLY_FILLED: true, FILLED: false, CANCELED: false, EXPIRED: false,
};

/**
 * One order through its whole life. Strategies read it; only the execution engine changes it, following {@link nextOrderStatus}.
 *
 * Prices are ticks and quantities lots inside; the Decimal views are made when asked for.
 */
export class Order {
  readonly sequence: number;
  readonly strategyId: StrategyId;
  readonly instrument: Instrument;
  readonly side: OrderSide;
  /** +1 for a buy, −1 for a sell. */
  readonly sign: 1 | -1;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly options: OrderOptions | undefined;
  /** Set by the simulated or live client for its own bookkeeping; -1 until then. Nobody else reads it. */
  clientHandle = -1;
  readonly #run: string;
  #id: ClientOrderId | undefined;
  #venueOrderId: VenueOrderId | undefined;
  #status: OrderStatus = 'INITIALIZED';
  #isOpen = false;                             // both follow from the status; they are asked for with every event
  #isClosed = false;
  #isPendingCancel = false;
  #isPendingModify = false;
  #isUnknown = false;
  #tick: number;
  #triggerTick: number;
  #lots: number;
  #filledLots = 0;
  #filledTickLots = 0;                         // Σ tick × lots of the fills, exact below 2^53; beyond it the bigint takes over
  #filledTickLotsBig: bigint | undefined;
  #denial: OrderDenial | undefined;
  #arrivalMid2 = NO_PRICE;
  #reference: ScaledPrice | undefined;
  #past: PastChange | undefined;
  #told: ToldIds | undefined;

  constructor(init: OrderInit, run: string) {
    this.sequence = init.sequence;
    this.strategyId = init.strategyId;
    this.instrument = init.instrument;
    this.side = init.side;
    this.sign = init.side === 'buy' ? 1 : -1;
    this.type = init.type;
    this.timeInForce = init.timeInForce;
    this.postOnly = init.postOnly;
    this.reduceOnly = init.reduceOnly;
    this.options = init.options;
    this.#run = run;
    this.#tick = init.tick;
    this.#triggerTick = init.options?.triggerTick ?? NO_PRICE;
    this.#lots = init.lots;
  }

  /** `<run>-<strategy>-<sequence>`, the same after a restart. */
  get id(): ClientOrderId { return this.#id ??= `${this.#run}-${this.strategyId}-${this.sequence}`; }
  get instrumentId(): InstrumentId { return this.instrument.id; }
  get venueOrderId(): VenueOrderId | undefined { return this.#venueOrderId; }
  get status(): OrderStatus { return this.#status; }
  /** On its way or alive at a venue, or held here until released. */
  get isOpen(): boolean { return this.#isOpen; }
  /** Nothing more will come, except a correction by the venue. */
  get isClosed(): boolean { return this.#isClosed; }
  get isPendingCancel(): boolean { return this.#isPendingCancel; }
  get isPendingModify(): boolean { return this.#isPendingModify; }
  /** The outcome of a request is not known until the venue has been asked. */
  get isUnknown(): boolean { return this.#isUnknown; }
  /** Why the risk engine refused the order. */
  get denial(): OrderDenial | undefined { return this.#denial; }

  /** Best bid plus best ask in ticks when the order was sent, so twice the mid; {@link NO_PRICE} without a two-sided market. */
  get arrivalMid2(): number { return this.#arrivalMid2; }
  /** Reference price of the order's pair when it was sent; splits its profit into direction and basis. */
  get reference(): ScaledPrice | undefined { return this.#reference; }

  /** Limit price in ticks, or {@link NO_PRICE}. */
  get tick(): number { return this.#tick; }
  get triggerTick(): number { return this.#triggerTick; }
  get lots(): number { return this.#lots; }
  get filledLots(): number { return this.#filledLots; }
  get leavesLots(): number { return this.#lots > this.#filledLots ? this.#lots - this.#filledLots : 0; }

  /** Limit price, undefined for a market order. */
  get price(): Decimal | undefined { return this.#tick === NO_PRICE ? undefined : this.instrument.tickToDecimal(this.#tick); }
  get triggerPrice(): Decimal | undefined { return this.#triggerTick === NO_PRICE ? undefined : this.instrument.tickToDecimal(this.#triggerTick); }
  get quantity(): Decimal { return this.instrument.lotsToDecimal(this.#lots); }
  get filledQuantity(): Decimal { return this.instrument.lotsToDecimal(this.#filledLots); }
  get leavesQuantity(): Decimal { return this.instrument.lotsToDecimal(this.leavesLots); }
  /** Quantity-weighted mean of the fills, undefined before the first. */
  get averageFillPrice(): Decimal | undefined {
    if (this.#filledLots === 0) return undefined;
    const sum = new Decimal((this.#filledTickLotsBig ?? this.#filledTickLots).toString());
    return sum.div(this.#filledLots).times(this.instrument.priceIncrement);
  }

  /** What the order is now, in plain values: for JSON, logs and test reports, which do not see private fields. */
  toJSON(): OrderSummary {
    const { id, instrumentId, side, type, timeInForce, status, quantity, filledQuantity, price, triggerPrice, averageFillPrice, reduceOnly, postOnly, denial } = this;
    return {
      id, instrumentId, side, type, timeInForce, status, quantity: quantity.toFixed(), filledQuantity: filledQuantity.toFixed(), price: price?.toFixed(), triggerPrice: triggerPrice?.toFixed(),
      averageFillPrice: averageFillPrice?.toFixed(), reduceOnly, postOnly, denial,
    };
  }
  /** Keeps test runners from copying the object before they print it: a copy has no private fields. */
  get [Symbol.toStringTag](): string { return 'Order'; }

  #become(status: OrderStatus): void {
    this.#status = status;
    this.#isOpen = OPEN[status];
    this.#isClosed = !this.#isOpen;
  }

  #addFill(tick: number, lots: number): void {
    const sum = this.#filledTickLots + tick * lots;
    if (this.#filledTickLotsBig !== undefined || !Number.isSafeInteger(sum)) {
      this.#filledTickLotsBig = (this.#filledTickLotsBig ?? BigInt(this.#filledTickLots)) + BigInt(tick) * BigInt(lots);
    } else this.#filledTickLots = sum;
    this.#filledLots += lots;
  }

  static {
    mutator = {
      apply: (order, change) => { order.#become(nextOrderStatus(order.#status, change)); },
      fill: (order, tick, lots) => {
        const status = nextOrderStatus(order.#status, order.#filledLots + lots >= order.#lots ? 'OrderFilled:full' : 'OrderFilled:partial');      // throws before anything has changed
        order.#addFill(tick, lots);
        order.#become(status);
      },
      bust: (order, tick, lots) => {
        if (lots > order.#filledLots) throw new ArbError('ARB_BUST_EXCEEDS_FILLS', `${order.id}: a bust of ${lots} lots exceeds the ${order.#filledLots} filled`, { id: order.id });
        order.#addFill(tick, -lots);
        order.#become(nextOrderStatus(order.#status, order.#filledLots === 0 ? 'FillBusted:all' : 'FillBusted:some'));
      },
      amend: (order, tick, lots) => {
        order.#tick = tick;
        order.#lots = lots;
        order.#isPendingModify = false;
        if (order.#status !== 'FILLED' || order.leavesLots > 0) order.#become(nextOrderStatus(order.#status, 'OrderModified'));
      },
      trigger: (order, triggerTick) => { order.#triggerTick = triggerTick; },
      flags: (order, flags) => {
        if (flags.pendingCancel !== undefined) order.#isPendingCancel = flags.pendingCancel;
        if (flags.pendingModify !== undefined) order.#isPendingModify = flags.pendingModify;
        if (flags.unknown !== undefined) order.#isUnknown = flags.unknown;
      },
      sent: (order, arrivalMid2, reference) => { order.#arrivalMid2 = arrivalMid2; order.#reference = reference; },
      price: (order, tick) => { order.#tick = tick; },
      resize: (order, lots) => { order.#lots = lots; },
      venueId: (order, id) => { order.#venueOrderId = id; },
      remember: (order, change) => { order.#past = change; },
      past: (order) => order.#past,
      isTold: (order, executionId) => (order.#told ??= new ToldIds()).isTold(executionId),
      deny: (order, denial) => { order.#denial = denial; order.#become(nextOrderStatus(order.#status, 'OrderDenied')); },
    };
  }
}

/** The one handle that changes orders; for the execution engine and its tests. */
export const orderMutator: OrderMutator = mutator!;
