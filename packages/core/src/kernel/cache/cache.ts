import { ArbError } from '../errors.ts';
import type { BookView } from '../book/book-view.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { ClientOrderId, InstrumentId, StrategyId, VenueId } from '../model/ids.ts';
import type { Instrument, InstrumentKind } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { Order } from '../model/order.ts';
import { nearest } from './near-names.ts';
import { InstrumentState } from './instrument-state.ts';
import { RecentOrders } from './recent-orders.ts';

/** Narrows a list of instruments; what is left out matches all. */
export interface InstrumentFilter {
  readonly kind?: InstrumentKind;
  readonly base?: string;
  readonly quote?: string;
  readonly venue?: VenueId;
}

/** Narrows a list of orders. */
export interface OrderFilter {
  readonly instrumentId?: InstrumentId;
  readonly strategyId?: StrategyId;
  readonly side?: 'buy' | 'sell';
}

/** What is known now; the one place of current state. Strategies read it through {@link CacheView}. */
export class Cache {
  readonly #states = new Map<InstrumentId, InstrumentState>();
  readonly #open = new Set<Order>();
  readonly #recent = new Map<StrategyId, RecentOrders>();

  /** Adds an instrument or, where its id is known, keeps the one there is. */
  addInstrument(instrument: Instrument): InstrumentState {
    let state = this.#states.get(instrument.id);
    if (state === undefined) {
      state = new InstrumentState(instrument);
      this.#states.set(instrument.id, state);
    }
    return state;
  }

  /** State of an instrument, undefined where it is unknown. */
  find(id: InstrumentId): InstrumentState | undefined { return this.#states.get(id); }

  /**
   * State of an instrument.
   * @throws ArbError `ARB_UNKNOWN_INSTRUMENT` with near names
   */
  state(id: InstrumentId): InstrumentState {
    const state = this.#states.get(id);
    if (state !== undefined) return state;
    const near = nearest(id, [...this.#states.keys()]);
    throw new ArbError('ARB_UNKNOWN_INSTRUMENT', `unknown instrument "${id}"; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : this.#states.size === 0 ? 'the data of this run has none' : `the data of this run has ${[...this.#states.keys()].slice(0, 8).join(', ')}${this.#states.size > 8 ? ', …' : ''}`}`, { id, near });
  }

  states(): IterableIterator<InstrumentState> { return this.#states.values(); }

  opened(order: Order): void {
    this.#remember(order);
    this.#open.add(order);
    this.#states.get(order.instrument.id)!.openOrders.add(order);
  }

  closed(order: Order): void {
    if (this.#open.delete(order)) this.#states.get(order.instrument.id)!.openOrders.delete(order);
    else this.#remember(order);                                            // a denied one was never open
  }

  openOrders(): ReadonlySet<Order> { return this.#open; }

  /** An order by id: any open one, or one of the last {@link RECENT_ORDERS} of its strategy. */
  order(id: ClientOrderId): Order | undefined {
    const sequence = Number(id.slice(id.lastIndexOf('-') + 1));
    for (const orders of this.#recent.values()) {
      const order = orders.find(sequence);
      if (order?.id === id) return order;
    }
    for (const order of this.#open) if (order.sequence === sequence && order.id === id) return order;
    return undefined;
  }

  #remember(order: Order): void {
    let recent = this.#recent.get(order.strategyId);
    if (recent === undefined) this.#recent.set(order.strategyId, recent = new RecentOrders());
    recent.add(order);
  }
}

/** What strategies see of the cache: read only. */
export class CacheView {
  readonly #cache: Cache;

  constructor(cache: Cache) { this.#cache = cache; }

  /**
   * An instrument by id.
   * @throws ArbError `ARB_UNKNOWN_INSTRUMENT` with near names
   */
  instrument(id: InstrumentId): Instrument { return this.#cache.state(id).instrument; }
  /** An instrument by id, undefined where it is unknown. */
  findInstrument(id: InstrumentId): Instrument | undefined { return this.#cache.find(id)?.instrument; }

  /** Instruments of the run, in the order they were added. */
  instruments(filter: InstrumentFilter = {}): Instrument[] {
    return [...this.#cache.states()].map(({ instrument }) => instrument).filter((instrument) =>
      (filter.kind === undefined || instrument.kind === filter.kind) && (filter.base === undefined || instrument.base === filter.base)
      && (filter.quote === undefined || instrument.quote === filter.quote) && (filter.venue === undefined || instrument.venue === filter.venue));
  }

  /** The book as it is now; undefined before its first message. Valid until the next one. */
  book(id: InstrumentId): BookView | undefined {
    const state = this.#cache.state(id);
    return state.hasBook ? state.view : undefined;
  }

  quote(id: InstrumentId): Quote | undefined { return this.#cache.state(id).quote; }
  lastTrade(id: InstrumentId): Trade | undefined { return this.#cache.state(id).lastTrade; }
  bar(id: InstrumentId): Bar | undefined { return this.#cache.state(id).bar; }
  markPrice(id: InstrumentId): PriceUpdate | undefined { return this.#cache.state(id).mark; }
  indexPrice(id: InstrumentId): PriceUpdate | undefined { return this.#cache.state(id).index; }
  oraclePrice(id: InstrumentId): PriceUpdate | undefined { return this.#cache.state(id).oracle; }
  /** The rate now predicted for the next settlement, or the last one settled. */
  fundingRate(id: InstrumentId, kind: FundingRate['kind'] = 'predicted'): FundingRate | undefined {
    const state = this.#cache.state(id);
    return kind === 'predicted' ? state.predicted : state.settled;
  }
  feedStatus(id: InstrumentId): FeedStatus | undefined { return this.#cache.state(id).feed; }

  /** Orders that may still trade, oldest first. */
  openOrders(filter: OrderFilter = {}): Order[] {
    const orders = filter.instrumentId === undefined ? this.#cache.openOrders() : this.#cache.state(filter.instrumentId).openOrders;
    return [...orders].filter((order) => (filter.strategyId === undefined || order.strategyId === filter.strategyId) && (filter.side === undefined || order.side === filter.side));
  }

  /** An order by id: any open one, or one of the last 4,096 of its strategy; older ones are in the journal. */
  order(id: ClientOrderId): Order | undefined { return this.#cache.order(id); }
}
