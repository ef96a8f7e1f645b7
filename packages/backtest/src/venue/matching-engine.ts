import { type Instrument, NO_TICK } from '@arb/core';
import { type BookSide, OrderBook } from '@arb/core/internal';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_BUY, ROW_CLEAR, ROW_KIND_MASK, ROW_LAST, ROW_SELL, ROW_WINDOW } from '../replay/market-chunk.ts';
import type { ExchangeMarket } from '../replay/market-lanes.ts';
import type { MatchingRules } from './matching-rules.ts';
import { OwnSide } from './own-side.ts';
import type { QueueModel } from './queue-model.ts';
import type { RestingOrder } from './resting-order.ts';

/** What happens to our orders, at the venue's time. */
export interface MatchListener {
  accepted(resting: RestingOrder): void;
  filled(resting: RestingOrder, fill: { readonly tick: number; readonly lots: number; readonly liquidity: 'maker' | 'taker' }): void;
  ended(resting: RestingOrder, how: 'canceled' | 'expired' | 'rejected', why: EndReason): void;
  /** A price that triggers watch has moved; only told while {@link MatchingEngine.isWatched}. */
  priceMoved(source: 'last' | 'mid', tick: number): void;
  /** The book has moved; only told while {@link MatchingEngine.isMargined}. */
  bookMoved(): void;
  /** Lots a reduce-only order may still take off the position; Infinity where it does not matter. */
  reducible(sign: 1 | -1): number;
}

/** Typed code and words. */
export interface EndReason { readonly code: string; readonly reason: string }

const REDUCE_ONLY: EndReason = { code: 'REDUCE_ONLY', reason: 'nothing left to reduce' };
const WOULD_TAKE: EndReason = { code: 'POST_ONLY_WOULD_TAKE', reason: 'post-only would take' };
const FOK: EndReason = { code: 'FOK_NOT_FILLABLE', reason: 'not all of it could be filled' };
const IOC: EndReason = { code: 'IOC_REMAINDER', reason: 'remainder of an IOC' };
const RESIDUAL: EndReason = { code: 'RESIDUAL', reason: 'nothing left at the limit' };
const SELF_TRADE: EndReason = { code: 'SELF_TRADE', reason: 'self-trade prevention' };

/** Why an order is not changed. */
export type AmendRefusal = 'ORDER_NOT_FOUND' | 'QUANTITY_BELOW_FILLED' | 'POST_ONLY_WOULD_TAKE';

/**
 * The venue's market of one instrument: its book as the feed shows it, and our orders in it with their place in the queue.
 *
 * Rows of a feed move the book and our orders; our own orders never change the book others see, but what they take is remembered and not taken twice.
 */
export class MatchingEngine implements ExchangeMarket {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  /** Price of the last trade; {@link NO_TICK} before the first. */
  lastTick: number = NO_TICK;
  /** True while conditional orders watch this market. */
  isWatched = false;
  /** True while a position here is judged by this book, since its venue has told no mark. */
  isMargined = false;
  /** Orders that came later do not meet the trades told now: those of a bar happened any time within it. */
  meetsUntil: number = Infinity;
  readonly #rules: MatchingRules;
  readonly #queue: QueueModel;
  readonly #listener: MatchListener;
  readonly #buys = new OwnSide(1);
  readonly #sells = new OwnSide(-1);
  readonly #takenBids = new Map<number, number>();             // tick → lots we took since the level was last shown
  readonly #takenAsks = new Map<number, number>();
  #isRebuilding = false;

  constructor(instrument: Instrument, parts: { readonly rules: MatchingRules; readonly queue: QueueModel; readonly listener: MatchListener }) {
    this.instrument = instrument;
    this.book = new OrderBook(instrument);
    this.#rules = parts.rules;
    this.#queue = parts.queue;
    this.#listener = parts.listener;
  }

  /** Own orders resting now, buys first, each side in time order. */
  get resting(): readonly RestingOrder[] { return [...this.#buys.orders, ...this.#sells.orders]; }

  /**
   * Applies one message of the feed; this loop runs once per row of the run. Most rows are levels that cannot touch an own order: those go straight into the book,
   * after two or three comparisons with the range of own prices.
   */
  applyMessage(chunk: MarketChunk, from: number): number {
    const { kind, tick, lots, rows } = chunk;
    const { book } = this;
    const buys = this.#buys;
    const sells = this.#sells;
    let isPlain = this.#takenBids.size + this.#takenAsks.size === 0;
    let row = from;
    let flags: number;
    do {
      flags = kind[row]!;
      const at = tick[row]!;
      switch (flags & ROW_KIND_MASK) {
        case ROW_BID:
          if (isPlain && at < sells.minTick && (at > buys.maxTick || at < buys.minTick)) book.setBid(at, lots[row]!);
          else { this.bidLevel(at, lots[row]!); isPlain = this.#takenBids.size + this.#takenAsks.size === 0; }
          break;
        case ROW_ASK:
          if (isPlain && at > buys.maxTick && (at < sells.minTick || at > sells.maxTick)) book.setAsk(at, lots[row]!);
          else { this.askLevel(at, lots[row]!); isPlain = this.#takenBids.size + this.#takenAsks.size === 0; }
          break;
        case ROW_BUY: this.trade(1, at, lots[row]!); break;
        case ROW_SELL: this.trade(-1, at, lots[row]!); break;
        case ROW_CLEAR: this.#clear((flags & ROW_WINDOW) !== 0); break;
        default: this.trade(at >= -book.asks.best ? 1 : -1, at, lots[row]!);
      }
      row++;
    } while ((flags & ROW_LAST) === 0 && row < rows);
    if ((flags & ROW_WINDOW) !== 0) book.isWindowLimited = true;
    if (this.#isRebuilding) this.#rebuilt();
    this.moved();
    return row;
  }

  /** The whole book anew, levels as [tick, lots]. */
  replace(bids: readonly (readonly [tick: number, lots: number])[], asks: readonly (readonly [tick: number, lots: number])[]): void {
    this.#clear(false);
    for (const [tick, lots] of bids) this.bidLevel(tick, lots);
    for (const [tick, lots] of asks) this.askLevel(tick, lots);
    if (this.#isRebuilding) this.#rebuilt();
    this.moved();
  }

  /** All of an update is in the book: whoever sets single levels calls it after the last. */
  moved(): void {
    if (this.isWatched) this.#midMoved();
    if (this.isMargined) this.#listener.bookMoved();
  }

  /** The feed shows a bid level. */
  bidLevel(tick: number, lots: number): void {
    const before = this.book.setBid(tick, lots);
    if (this.#takenBids.size > 0) this.#takenBids.delete(tick);
    const buys = this.#buys;
    if (tick >= buys.minTick && tick <= buys.maxTick && !(lots === 0 && this.#isBeyondWindow(this.book.bids, tick))) this.#levelChanged(buys, tick, [before, lots]);
    if (tick >= this.#sells.minTick && lots > 0) this.#crossed(this.#sells, tick, lots);
  }

  /** The feed shows an ask level. */
  askLevel(tick: number, lots: number): void {
    const before = this.book.setAsk(tick, lots);
    if (this.#takenAsks.size > 0) this.#takenAsks.delete(tick);
    const sells = this.#sells;
    if (tick >= sells.minTick && tick <= sells.maxTick && !(lots === 0 && this.#isBeyondWindow(this.book.asks, -tick))) this.#levelChanged(sells, tick, [before, lots]);
    if (tick <= this.#buys.maxTick && lots > 0) this.#crossed(this.#buys, tick, lots);
  }

  /** A public trade; `aggressor` +1 bought, −1 sold. */
  trade(aggressor: 1 | -1, tick: number, lots: number): void {
    const side = aggressor === 1 ? this.#sells : this.#buys;
    if (aggressor === 1 ? tick >= side.minTick : tick <= side.maxTick) this.#tradeReaches(side, tick, lots);
    this.lastTick = tick;
    if (this.isWatched) this.#listener.priceMoved('last', tick);
  }

  /** A new or triggered order arrives: it takes what it may, and what is left rests, expires or is refused. */
  arrive(resting: RestingOrder, isTriggered = false): void {
    const { order } = resting;
    const listener = this.#listener;
    if (resting.isReduceOnly && listener.reducible(resting.sign) <= 0) { listener.ended(resting, 'rejected', REDUCE_ONLY); return; }
    const crosses = this.#crosses(resting);
    if (order.postOnly && crosses) { listener.ended(resting, 'rejected', WOULD_TAKE); return; }
    if (order.timeInForce === 'FOK' && !isTriggered && this.#available(resting) < resting.leaves) { listener.ended(resting, 'expired', FOK); return; }
    if (!isTriggered) listener.accepted(resting);
    if ((crosses || this.#beyondOwn(resting) !== NO_TICK) && !this.#take(resting)) return;
    this.#place(resting, crosses);
  }

  /** Why a resting order cannot be changed so; undefined where it can. */
  refusesAmendment(resting: RestingOrder, tick: number, lots: number): AmendRefusal | undefined {
    if (!resting.isLive) return 'ORDER_NOT_FOUND';
    if (lots <= resting.lots - resting.leaves) return 'QUANTITY_BELOW_FILLED';
    return resting.order.postOnly && this.#wouldCross(resting.sign, tick) ? 'POST_ONLY_WOULD_TAKE' : undefined;
  }

  /** Changes a resting order, which {@link MatchingEngine.refusesAmendment} allows; it may lose its place, and a price that crosses takes. */
  amend(resting: RestingOrder, tick: number, lots: number): void {
    const keeps = tick === resting.tick && (lots === resting.lots || (lots < resting.lots && this.#rules.keepsPriorityOnReduce));
    resting.leaves += lots - resting.lots;
    resting.lots = lots;
    if (keeps) return;
    this.#remove(resting);
    resting.tick = tick;
    const crosses = this.#crosses(resting);
    if ((!crosses && this.#beyondOwn(resting) === NO_TICK) || this.#take(resting)) this.#place(resting, crosses);
  }

  /** Takes an order out. @returns false where it is no longer there */
  cancel(resting: RestingOrder): boolean {
    if (!resting.isLive) return false;
    this.#remove(resting);
    return true;
  }

  /** Best price on the other side of an order of this direction; {@link NO_TICK} without one. */
  bestTick(sign: 1 | -1): number {
    return sign === 1 ? this.book.bestAskTick : this.book.bestBidTick;
  }

  /** Prices at which a forced close of this many lots trades, with what we have not taken already; what the book does not hold goes at its last level. */
  liquidate(sign: 1 | -1, lots: number): (readonly [tick: number, lots: number])[] {
    const side = sign === 1 ? this.book.asks : this.book.bids;
    const taken = sign === 1 ? this.#takenAsks : this.#takenBids;
    const parts: (readonly [number, number])[] = [];
    let left = lots;
    let tick = NO_TICK;
    for (let key = side.best; key !== NO_TICK && left > 0; key = side.nextBelow(key)) {
      tick = sign === 1 ? -key : key;
      const part = Math.min(left, side.lotsAt(key) - (taken.get(tick) ?? 0));
      if (part <= 0) continue;
      parts.push([tick, part]);
      left -= part;
      if (this.#rules.rememberConsumption) taken.set(tick, (taken.get(tick) ?? 0) + part);
    }
    if (left > 0 && tick !== NO_TICK) parts.push([tick, left]);
    return parts;
  }

  /** What has taken what it could: the rest of it rests, or ends. */
  #place(resting: RestingOrder, hasTaken: boolean): void {
    if (resting.leaves <= 0) return;
    const listener = this.#listener;
    if (resting.isReduceOnly && listener.reducible(resting.sign) <= 0) { listener.ended(resting, 'canceled', REDUCE_ONLY); return; }
    if (resting.isImmediate) { listener.ended(resting, 'expired', IOC); return; }
    if (hasTaken && this.#rules.residual === 'expire') { listener.ended(resting, 'expired', RESIDUAL); return; }
    if (hasTaken && this.#rules.residual === 'fill-at-limit') { this.#fill(resting, { tick: resting.tick, lots: resting.leaves, liquidity: 'taker' }); return; }
    this.#rest(resting);
  }

  #rest(resting: RestingOrder): void {
    const side = resting.sign === 1 ? this.book.bids : this.book.asks;
    const key = resting.sign === 1 ? resting.tick : -resting.tick;
    const shown = side.lotsAt(key);
    resting.front = shown === 0 && this.#isBeyondWindow(side, key) ? Infinity : shown;
    resting.traded = 0;
    resting.isLive = true;
    this.#sideOf(resting).add(resting);
  }

  #remove(resting: RestingOrder): void {
    resting.isLive = false;
    this.#sideOf(resting).remove(resting);
  }

  #sideOf(resting: RestingOrder): OwnSide { return resting.sign === 1 ? this.#buys : this.#sells; }

  #crosses(resting: RestingOrder): boolean { return this.#wouldCross(resting.sign, resting.tick); }

  #wouldCross(sign: 1 | -1, tick: number): boolean {
    const best = this.bestTick(sign);
    return best !== NO_TICK && (sign === 1 ? tick >= best : tick <= best);
  }

  /** Outside the window of a window-limited feed nothing is known: no level is not an empty level. */
  #isBeyondWindow(side: BookSide, key: number): boolean {
    return this.book.isWindowLimited && side.nextBelow(key) === NO_TICK && !(key > side.best && side.best !== NO_TICK);
  }

  #tradeReaches(side: OwnSide, tick: number, lots: number): void {
    const { orders } = side;
    const isLimited = this.#rules.crossFill === 'displayed';
    let rest = lots;
    for (const resting of side.reached(tick + side.sign, this.meetsUntil)) {       // the trade went through our price: it would have met us first
      const fill = isLimited ? Math.min(rest, resting.leaves) : resting.leaves;
      if (isLimited) rest -= fill;
      if (fill > 0) this.#fill(resting, { tick: resting.tick, lots: fill, liquidity: 'maker' });
    }
    if (tick < side.minTick || tick > side.maxTick) return;
    let eaten = 0;                                              // public lots ahead of us that this trade has consumed
    for (let i = 0; i < orders.length;) {
      const resting = orders[i]!;
      if (resting.tick === tick && resting.since <= this.meetsUntil) {
        resting.traded += lots;
        const ahead = resting.front - eaten - rest;
        const reached = this.#rules.isOptimistic ? resting.leaves : Math.round(-ahead);
        if (reached > 0) {
          const consumed = resting.front > eaten ? resting.front - eaten : 0;
          const fill = Math.min(reached, resting.leaves);
          eaten += consumed;
          rest = Math.max(0, rest - consumed - fill);
          resting.front = 0;
          this.#fill(resting, { tick, lots: fill, liquidity: 'maker' });
        } else {
          resting.front = ahead;
          eaten += rest;
          rest = 0;
        }
      }
      if (orders[i] === resting) i++;
    }
  }

  /** Lots that could be taken within the limit. */
  #available(resting: RestingOrder): number {
    if (this.#rules.isOptimistic && this.#crosses(resting)) return Infinity;
    const { selfTrade } = this.#rules;
    const beyond = selfTrade === 'cancel-taker' || selfTrade === 'cancel-both' ? this.#beyondOwn(resting) : NO_TICK;
    let sum = 0;
    this.#walk(resting, (tick, lots) => {
      if (beyond !== NO_TICK && (resting.sign === 1 ? tick >= beyond : tick <= beyond)) return false;
      sum += lots;
      return sum < resting.leaves;
    });
    return sum;
  }

  /** Walks opposite levels within the limit, best first, less what we took already. */
  #walk(resting: RestingOrder, visit: (tick: number, lots: number) => boolean): void {
    const isBuy = resting.sign === 1;
    const side = isBuy ? this.book.asks : this.book.bids;
    const taken = isBuy ? this.#takenAsks : this.#takenBids;
    for (let key = side.best; key !== NO_TICK; key = side.nextBelow(key)) {
      const tick = isBuy ? -key : key;
      if (isBuy ? tick > resting.tick : tick < resting.tick) return;
      const lots = side.lotsAt(key) - (taken.get(tick) ?? 0);
      if (lots > 0 && !visit(tick, lots)) return;
    }
  }

  /** @returns false where self-trade prevention ended the order */
  #take(resting: RestingOrder): boolean {
    const beyond = this.#meetOwn(resting);
    if (this.#rules.isOptimistic && this.#crosses(resting)) { this.#fill(resting, { tick: this.bestTick(resting.sign), lots: resting.leaves, liquidity: 'taker' }); return true; }
    const taken = resting.sign === 1 ? this.#takenAsks : this.#takenBids;
    const fills: (readonly [tick: number, lots: number])[] = [];
    let left = Math.min(resting.leaves, resting.isReduceOnly ? this.#listener.reducible(resting.sign) : Infinity);
    this.#walk(resting, (tick, lots) => {
      if (beyond !== NO_TICK && (resting.sign === 1 ? tick >= beyond : tick <= beyond)) return false;
      const take = Math.min(lots, left);
      left -= take;
      fills.push([tick, take]);
      if (this.#rules.rememberConsumption) taken.set(tick, (taken.get(tick) ?? 0) + take);
      return left > 0;
    });
    for (const [tick, lots] of fills) this.#fill(resting, { tick, lots, liquidity: 'taker' });
    if (beyond === NO_TICK || resting.leaves <= 0) return true;
    this.#listener.ended(resting, 'canceled', SELF_TRADE);
    return false;
  }

  /** Price of our best own order within a taker's limit; {@link NO_TICK} where there is none, or none is prevented. */
  #beyondOwn(taker: RestingOrder): number {
    if (this.#rules.selfTrade === 'allow') return NO_TICK;
    const best = taker.sign === 1 ? this.#sells.minTick : this.#buys.maxTick;
    return (taker.sign === 1 ? best <= taker.tick : best >= taker.tick) ? best : NO_TICK;
  }

  /** A taker meets our own orders once what stands before them does not fill it. @returns the price at which it ends; {@link NO_TICK} where it does not */
  #meetOwn(taker: RestingOrder): number {
    const { selfTrade } = this.#rules;
    if (this.#beyondOwn(taker) === NO_TICK) return NO_TICK;
    for (const maker of (taker.sign === 1 ? this.#sells : this.#buys).reached(taker.tick)) {
      if (taker.leaves <= this.#publicBefore(maker, taker)) return NO_TICK;
      if (selfTrade === 'cancel-taker') return maker.tick;
      this.#remove(maker);
      this.#listener.ended(maker, 'canceled', SELF_TRADE);
      if (selfTrade === 'cancel-both') return maker.tick;
    }
    return NO_TICK;
  }

  /** Public lots a taker gets at prices better than that of an own order; at its price it meets it, wherever it stands in the queue. */
  #publicBefore(maker: RestingOrder, taker: RestingOrder): number {
    if (this.#rules.isOptimistic && this.#crosses(taker)) return Infinity;
    let before = 0;
    this.#walk(taker, (tick, lots) => {
      if (taker.sign === 1 ? tick >= maker.tick : tick <= maker.tick) return false;
      before += lots;
      return true;
    });
    return before;
  }

  #levelChanged(side: OwnSide, tick: number, [before, after]: readonly [number, number]): void {
    const { orders } = side;
    for (let i = 0; i < orders.length; i++) {
      const resting = orders[i]!;
      if (resting.tick !== tick) continue;
      resting.isShown = true;
      this.#queue.levelChanged(resting, before, after);
    }
  }

  /** The opposite side is displayed at or through our price without a trade. */
  #crossed(side: OwnSide, tick: number, displayed: number): void {
    const isFull = this.#rules.crossFill === 'full';
    let left = isFull ? Infinity : displayed;
    for (const resting of side.reached(tick)) {
      const lots = Math.min(resting.leaves, left);
      left -= lots;
      if (lots > 0) this.#fill(resting, { tick: resting.tick, lots, liquidity: 'maker' });
    }
    if (isFull || left === displayed || !this.#rules.rememberConsumption) return;
    (side === this.#buys ? this.#takenAsks : this.#takenBids).set(tick, displayed - left);
  }

  #fill(resting: RestingOrder, fill: { readonly tick: number; readonly lots: number; readonly liquidity: 'maker' | 'taker' }): void {
    const lots = resting.isReduceOnly ? Math.min(fill.lots, this.#listener.reducible(resting.sign)) : fill.lots;
    if (lots > 0) {
      resting.leaves -= lots;
      if (resting.leaves <= 0 && resting.isLive) this.#remove(resting);
      this.#listener.filled(resting, lots === fill.lots ? fill : { ...fill, lots });
    }
    if (lots === fill.lots) return;
    if (resting.isLive) this.#remove(resting);
    if (resting.leaves > 0) this.#listener.ended(resting, 'canceled', REDUCE_ONLY);
    resting.leaves = 0;
  }

  #clear(isWindow: boolean): void {
    this.book.clear();
    this.book.isWindowLimited = isWindow;
    if (this.#takenBids.size > 0) this.#takenBids.clear();
    if (this.#takenAsks.size > 0) this.#takenAsks.clear();
    if (this.#buys.orders.length + this.#sells.orders.length === 0) return;
    this.#isRebuilding = true;
    for (const resting of this.resting) resting.isShown = false;
  }

  /** A snapshot is complete: own levels it does not show are empty, unless they lie beyond its window. */
  #rebuilt(): void {
    this.#isRebuilding = false;
    for (const resting of this.resting) {
      const key = resting.sign * resting.tick;
      if (!resting.isShown && !this.#isBeyondWindow(resting.sign === 1 ? this.book.bids : this.book.asks, key)) this.#queue.levelChanged(resting, 0, 0);
    }
  }

  #midMoved(): void {
    const { bestBidTick, bestAskTick } = this.book;
    if (bestBidTick !== NO_TICK && bestAskTick !== NO_TICK) this.#listener.priceMoved('mid', (bestBidTick + bestAskTick) / 2);
  }
}
