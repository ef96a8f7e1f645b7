import { nearest } from '../cache/near-names.ts';
import { ArbError } from '../errors.ts';
import type { DecimalInput } from '../math/decimal.ts';
import type { InstrumentId, PositionId, StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import { type Contingency, NO_PRICE, Order, type OrderOptions, type OrderSide, type OrderType, type TimeInForce, type TriggerSource } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';

/** What every order needs. */
export interface OrderRequest {
  readonly instrumentId: InstrumentId;
  readonly side: OrderSide;
  /** Decimal or decimal string on the size grid; a number only where it is exactly on it. */
  readonly quantity: DecimalInput;
  /** Never increases or flips the strategy's position. */
  readonly reduceOnly?: boolean;
  readonly positionId?: PositionId;
  readonly account?: string;
  readonly tags?: readonly string[];
  /** Why, in whatever the strategy decided by: kept in the journal, told by `arb explain`. JSON and Decimal only. */
  readonly reason?: unknown;
}

/** A market order; it leaves as an IOC limit this far beyond the touch at most. */
export interface MarketRequest extends OrderRequest {
  /** Basis points from the touch; 50 unless stated. */
  readonly maxSlippageBps?: number;
}

/** A limit order. */
export interface LimitRequest extends OrderRequest {
  readonly price: DecimalInput;
  readonly timeInForce?: TimeInForce;
  /** Rejected instead of taking liquidity. */
  readonly postOnly?: boolean;
  /** End of a GTD order. */
  readonly expiresAt?: UnixMicros;
}

/** An order that waits for a price. */
export interface TriggerRequest extends MarketRequest {
  readonly triggerPrice: DecimalInput;
  /** Price watched; the last trade unless stated. */
  readonly triggerSource?: TriggerSource;
  readonly timeInForce?: TimeInForce;
  readonly expiresAt?: UnixMicros;
}

/** An order that waits for a price, then rests. */
export interface TriggerLimitRequest extends TriggerRequest {
  readonly price: DecimalInput;
  readonly postOnly?: boolean;
}

/** A stop that follows the price at a distance. */
export interface TrailingStopRequest extends MarketRequest {
  /** Distance from the best price reached, in quote currency. */
  readonly trailBy: DecimalInput;
  readonly triggerSource?: TriggerSource;
}

/** Entry with its exits: the exits leave when the entry fills, and one reduces or ends the other. */
export interface BracketRequest extends OrderRequest {
  /** Limit price of the entry; a market order without one. */
  readonly price?: DecimalInput;
  readonly takeProfit: DecimalInput;
  readonly stopLoss: DecimalInput;
  readonly maxSlippageBps?: number;
}

/** Orders that belong together. */
export interface OrderList { readonly orders: readonly Order[] }

/** Largest slippage cap of a market order that does not state one. */
export const DEFAULT_MAX_SLIPPAGE_BPS = 50;

/** Makes orders of one strategy and numbers them; nothing is sent. */
export class OrderFactory {
  readonly #strategyId: StrategyId;
  readonly #run: string;
  readonly #instrument: (id: InstrumentId) => Instrument;
  #sequence = 0;

  constructor(strategyId: StrategyId, run: string, instrument: (id: InstrumentId) => Instrument) {
    this.#strategyId = strategyId;
    this.#run = run;
    this.#instrument = instrument;
  }

  /** Number of the last order made; saved and restored so that ids are never used twice. */
  get sequence(): number { return this.#sequence; }
  set sequence(value: number) { this.#sequence = value; }

  /**
   * An order that takes what is there, up to a slippage cap.
   * @throws ArbError `ARB_OFF_GRID`, `ARB_UNKNOWN_INSTRUMENT`
   */
  market(request: MarketRequest): Order {
    return this.#make('MARKET', request, { timeInForce: 'IOC', options: { maxSlippageBps: request.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS } });
  }

  /** An order at a price or better. */
  limit(request: LimitRequest): Order {
    const timeInForce = request.timeInForce ?? (request.expiresAt === undefined ? 'GTC' : 'GTD');
    return this.#make('LIMIT', request, {
      price: request.price, timeInForce, postOnly: request.postOnly ?? false,
      options: request.expiresAt === undefined ? undefined : { expiresAt: request.expiresAt },
    });
  }

  /** Becomes a capped market order when the price has moved against the position: above for a buy, below for a sell. */
  stopMarket(request: TriggerRequest): Order { return this.#trigger('STOP_MARKET', request); }
  /** Becomes a limit order when the price has moved against the position. */
  stopLimit(request: TriggerLimitRequest): Order { return this.#trigger('STOP_LIMIT', request); }
  /** Becomes a capped market order when the price has become better: below for a buy, above for a sell. */
  marketIfTouched(request: TriggerRequest): Order { return this.#trigger('MARKET_IF_TOUCHED', request); }
  /** Becomes a limit order when the price has become better. */
  limitIfTouched(request: TriggerLimitRequest): Order { return this.#trigger('LIMIT_IF_TOUCHED', request); }

  /** A stop whose trigger follows the price at a distance and never steps back. */
  trailingStop(request: TrailingStopRequest): Order {
    const trailTicks = this.#instrument(request.instrumentId).toTick(request.trailBy, 'trailBy');
    if (trailTicks <= 0) throw new ArbError('ARB_BAD_ORDER', `trailBy ${String(request.trailBy)} must be positive`, {});
    return this.#make('TRAILING_STOP', request, {
      timeInForce: 'GTC',
      options: { trailTicks, triggerSource: this.#triggerSource(request), maxSlippageBps: request.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS },
    });
  }

  /** Entry, take-profit and stop-loss: the exits are held until the entry fills, sized to what it filled; a fill of one reduces the other. */
  bracket(request: BracketRequest): OrderList {
    const { instrumentId, quantity } = request;
    const exitSide: OrderSide = request.side === 'buy' ? 'sell' : 'buy';
    for (const key of ['takeProfit', 'stopLoss'] as const) this.#instrument(instrumentId).toTick(request[key], key);      // a bad one is named as the caller named it
    const first = this.#sequence + 1;
    const slippage = request.maxSlippageBps === undefined ? {} : { maxSlippageBps: request.maxSlippageBps };
    const exit: OrderRequest = { instrumentId, quantity, side: exitSide, reduceOnly: true };
    const entry = request.price === undefined
      ? this.#make('MARKET', request, { timeInForce: 'IOC', options: { maxSlippageBps: request.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS, contingency: 'OTO', linkedOrders: [first + 1, first + 2] } })
      : this.#make('LIMIT', request, { price: request.price, timeInForce: 'GTC', options: { contingency: 'OTO', linkedOrders: [first + 1, first + 2] } });
    const takeProfit = this.#make('LIMIT', exit, {
      price: request.takeProfit, timeInForce: 'GTC', options: { contingency: 'OUO', linkedOrders: [first + 2], parentSequence: first },
    });
    const stopLoss = this.#trigger('STOP_MARKET', { ...exit, triggerPrice: request.stopLoss, ...slippage }, { contingency: 'OUO', linkedOrders: [first + 1], parentSequence: first });
    return { orders: [entry, takeProfit, stopLoss] };
  }

  /** Orders of which the first to fill or end cancels the others. */
  oneCancelsOther(orders: readonly Order[]): OrderList { return this.#link('OCO', orders); }
  /** Orders of which a fill of one reduces the others by the same quantity. */
  oneUpdatesOther(orders: readonly Order[]): OrderList { return this.#link('OUO', orders); }

  /** The children are held until the parent fills, and sized to what it has filled. */
  oneTriggersOther(parent: Order, children: readonly Order[]): OrderList {
    const linked = children.map((child) => this.#copy(child, { parentSequence: parent.sequence }));
    return { orders: [this.#copy(parent, { contingency: 'OTO', linkedOrders: linked.map(({ sequence }) => sequence) }), ...linked] };
  }

  #link(contingency: Contingency, orders: readonly Order[]): OrderList {
    const sequences = orders.map(({ sequence }) => sequence);
    return { orders: orders.map((order) => this.#copy(order, { contingency, linkedOrders: sequences.filter((other) => other !== order.sequence) })) };
  }

  #trigger(type: OrderType, request: TriggerRequest | TriggerLimitRequest, link: OrderOptions = {}): Order {
    const triggerTick = this.#instrument(request.instrumentId).toTick(request.triggerPrice, 'triggerPrice');
    const limit = 'price' in request ? { price: request.price, postOnly: request.postOnly ?? false } : {};
    return this.#make(type, request, {
      ...limit, timeInForce: request.timeInForce ?? (request.expiresAt === undefined ? 'GTC' : 'GTD'),
      options: {
        ...link, triggerTick, triggerSource: this.#triggerSource(request), maxSlippageBps: request.maxSlippageBps ?? DEFAULT_MAX_SLIPPAGE_BPS,
        ...(request.expiresAt === undefined ? {} : { expiresAt: request.expiresAt }),
      },
    });
  }

  #triggerSource({ instrumentId, triggerSource }: TriggerRequest | TrailingStopRequest): TriggerSource {
    if (triggerSource === undefined) return 'last';
    return TRIGGER_SOURCES.includes(triggerSource) ? triggerSource : badName(this.#instrument(instrumentId), 'triggerSource', triggerSource, TRIGGER_SOURCES);
  }

  #make(type: OrderType, request: OrderRequest, rest: { readonly price?: DecimalInput; readonly timeInForce: TimeInForce; readonly postOnly?: boolean; readonly options?: OrderOptions | undefined }): Order {
    const instrument = this.#instrument(request.instrumentId);
    const { side } = request;
    if (side !== 'buy' && side !== 'sell') badName(instrument, 'side', side, SIDES);
    if (!TIMES_IN_FORCE.includes(rest.timeInForce)) badName(instrument, 'timeInForce', rest.timeInForce, TIMES_IN_FORCE);
    const lots = instrument.toLots(request.quantity);
    if (lots <= 0) throw new ArbError('ARB_BAD_ORDER', `${instrument.id}: quantity ${String(request.quantity)} must be positive; the side says the direction`, { id: instrument.id });
    const { positionId, account, tags, reason } = request;
    let options = rest.options;
    if (positionId !== undefined || account !== undefined || tags !== undefined || reason !== undefined) {
      options = { ...options, ...(positionId === undefined ? {} : { positionId }), ...(account === undefined ? {} : { account }), ...(tags === undefined ? {} : { tags }), ...(reason === undefined ? {} : { reason }) };
    }
    return new Order({
      sequence: ++this.#sequence, strategyId: this.#strategyId, instrument, side, type, lots,
      tick: rest.price === undefined ? NO_PRICE : instrument.toTick(rest.price),
      timeInForce: rest.timeInForce, postOnly: rest.postOnly ?? false, reduceOnly: request.reduceOnly ?? false, options,
    }, this.#run);
  }

  #copy(order: Order, options: OrderOptions): Order {
    if (order.status !== 'INITIALIZED') throw new ArbError('ARB_BAD_ORDER', `${order.id} is ${order.status}; link orders before they are submitted`, { id: order.id });
    const { sequence, strategyId, instrument, side, type, lots, tick, timeInForce, postOnly, reduceOnly } = order;
    return new Order({ sequence, strategyId, instrument, side, type, lots, tick, timeInForce, postOnly, reduceOnly, options: { ...order.options, ...options } }, this.#run);
  }
}

const SIDES: readonly OrderSide[] = ['buy', 'sell'];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTD'];
const TRIGGER_SOURCES: readonly TriggerSource[] = ['last', 'mark', 'index', 'mid'];

/** TypeScript would not have compiled it; JavaScript and values from a config get here. */
function badName({ id }: Instrument, key: string, received: unknown, allowed: readonly string[]): never {
  const near = typeof received === 'string' ? allowed.find((name) => name.toLowerCase() === received.toLowerCase()) ?? nearest(received, allowed)[0] : undefined;
  throw new ArbError('ARB_BAD_ORDER', `${id}: ${key} is ${JSON.stringify(received) as string | undefined ?? 'missing'}; ${near === undefined ? '' : `did you mean ${near}? `}it is one of ${allowed.join(', ')}`, { id });
}
