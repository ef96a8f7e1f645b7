import { type Instrument, NO_TICK } from '@arb/core';
import { type BookSide, OrderBook } from '@arb/core/internal';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_BUY, ROW_CLEAR, ROW_KIND_MASK, ROW_LAST, ROW_SELL } from '../replay/market-chunk.ts';
import type { ExchangeMarket } from '../replay/market-lanes.ts';
import type { MatchingRules } from './matching-rules.ts';
import type { QueueModel } from './queue-model.ts';
import { RestingOrder } from './resting-order.ts';

/** What happens to our orders, at the venue's time. */
export interface MatchListener {
  filled(resting: RestingOrder, tick: number, lots: number, liquidity: 'maker' | 'taker'): void;
  ended(resting: RestingOrder, how: 'canceled' | 'expired' | 'rejected', code: string, reason: string): void;
  /** A trade or quote moved the last price; triggers look at it. */
  traded(tick: number): void;
  /** Lots a reduce-only order may still take off the position; Infinity where it does not matter. */
  reducible(sign: 1 | -1): number;
}

/** Own resting orders of one side in time order, with the range of their prices so that most rows cost one comparison. */
class OwnSide {
  readonly orders: RestingOrder[] = [];
  minTick = Infinity;
  maxTick = -Infinity;

  add(resting: RestingOrder): void {
    this.orders.push(resting);
    if (resting.tick < this.minTick) this.minTick = resting.tick;
    if (resting.tick > this.maxTick) this.maxTick = resting.tick;
  }

  remove(resting: RestingOrder): void {
    const at = this.orders.indexOf(resting);
    if (at < 0) return;
    this.orders.splice(at, 1);
    this.minTick = Infinity;
    this.maxTick = -Infinity;
    for (const { tick } of this.orders) {
      if (tick < this.minTick) this.minTick = tick;
      if (tick > this.maxTick) this.maxTick = tick;
    }
  }
}

/**
 * The venue's market of one instrument: its book as the feed shows it, and our orders in it with their place in the queue.
 *
 * Rows of a feed move the book and our orders; our own orders never change the book others see, but what they take is remembered and not taken twice.
 */
export class MatchingEngine implements ExchangeMarket {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  readonly #rules: MatchingRules;
  readonly #queue: QueueModel;
  readonly #listener: MatchListener;
  readonly #buys = new OwnSide();
  readonly #sells = new OwnSide();
  readonly #takenBids = new Map<number, number>();             // tick → lots we took since the level was last shown
  readonly #takenAsks = new Map<number, number>();

  constructor(instrument: Instrument, parts: { readonly rules: MatchingRules; readonly queue: QueueModel; readonly listener: MatchListener }) {
    this.instrument = instrument;
    this.book = new OrderBook(instrument);
    this.#rules = parts.rules;
    this.#queue = parts.queue;
    this.#listener = parts.listener;
  }

  /** Own orders resting now, buys first, each side in time order. */
  get resting(): readonly RestingOrder[] { return [...this.#buys.orders, ...this.#sells.orders]; }

  /** Applies one message of the feed; runs once per row of the run. */
  applyMessage(chunk: MarketChunk, from: number): number {
    const { kind, tick, lots } = chunk;
    let row = from;
    let flags: number;
    do {
      flags = kind[row]!;
      switch (flags & ROW_KIND_MASK) {
        case ROW_BID: this.bidLevel(tick[row]!, lots[row]!); break;
        case ROW_ASK: this.askLevel(tick[row]!, lots[row]!); break;
        case ROW_BUY: this.trade(1, tick[row]!, lots[row]!); break;
        case ROW_SELL: this.trade(-1, tick[row]!, lots[row]!); break;
        case ROW_CLEAR: this.#clear(); break;
        default: this.trade(tick[row]! >= -this.book.asks.best ? 1 : -1, tick[row]!, lots[row]!);
      }
      row++;
    } while ((flags & ROW_LAST) === 0 && row < chunk.rows);
    return row;
  }

  /** The feed shows a bid level. */
  bidLevel(tick: number, lots: number): void {
    const before = this.book.setBid(tick, lots);
    if (this.#takenBids.size > 0) this.#takenBids.delete(tick);
    const buys = this.#buys;
    if (tick >= buys.minTick && tick <= buys.maxTick) this.#levelChanged(buys, tick, before, lots);
    if (lots > 0 && tick >= this.#sells.minTick) this.#crossed(this.#sells, tick, lots);
  }

  /** The feed shows an ask level. */
  askLevel(tick: number, lots: number): void {
    const before = this.book.setAsk(tick, lots);
    if (this.#takenAsks.size > 0) this.#takenAsks.delete(tick);
    const sells = this.#sells;
    if (tick >= sells.minTick && tick <= sells.maxTick) this.#levelChanged(sells, tick, before, lots);
    if (lots > 0 && tick <= this.#buys.maxTick) this.#crossed(this.#buys, tick, lots);
  }

  /** Shows a whole new book at once: levels that are gone are removed first, so that it never crosses itself on the way. */
  replace(bids: readonly (readonly [tick: number, lots: number])[], asks: readonly (readonly [tick: number, lots: number])[]): void {
    const stays = (levels: readonly (readonly [number, number])[], tick: number): boolean => levels.some(([other]) => other === tick);
    const gone = (side: BookSide, sign: 1 | -1, levels: readonly (readonly [number, number])[]): number[] => {
      const ticks: number[] = [];
      for (let key = side.best; key !== NO_TICK; key = side.nextBelow(key)) if (!stays(levels, sign * key)) ticks.push(sign * key);
      return ticks;
    };
    for (const tick of gone(this.book.bids, 1, bids)) this.bidLevel(tick, 0);
    for (const tick of gone(this.book.asks, -1, asks)) this.askLevel(tick, 0);
    for (const [tick, lots] of bids) this.bidLevel(tick, lots);
    for (const [tick, lots] of asks) this.askLevel(tick, lots);
  }

  /** A public trade; `aggressor` +1 bought, −1 sold. */
  trade(aggressor: 1 | -1, tick: number, lots: number): void {
    this.#listener.traded(tick);
    const side = aggressor === 1 ? this.#sells : this.#buys;
    if (side.orders.length === 0 || (aggressor === 1 ? tick < side.minTick : tick > side.maxTick)) return;
    let left = lots;
    let eaten = 0;                                              // public lots ahead of us, already consumed by this trade
    for (const resting of [...side.orders]) {
      if (!resting.isLive) continue;
      if (aggressor === 1 ? resting.tick < tick : resting.tick > tick) { this.#fill(resting, resting.tick, resting.leaves); continue; }
      if (resting.tick !== tick) continue;
      this.#queue.traded(resting, lots);
      const ahead = Math.max(0, Math.min(resting.front - eaten, left));
      left -= ahead;
      eaten += ahead;
      resting.front = Math.max(0, resting.front - eaten);
      const fill = this.#rules.isOptimistic ? resting.leaves : Math.min(resting.leaves, Math.round(left));
      if (fill <= 0 || resting.front > 0) continue;
      left -= fill;
      this.#fill(resting, tick, fill);
    }
  }

  /** A new order arrives: it takes what it may, and what is left rests, expires or is refused. */
  arrive(resting: RestingOrder): void {
    const { order } = resting;
    if (order.reduceOnly && this.#listener.reducible(resting.sign) <= 0) {
      this.#listener.ended(resting, 'rejected', 'REDUCE_ONLY', 'nothing to reduce');
      return;
    }
    const crosses = this.#crosses(resting);
    if (order.postOnly && crosses) { this.#listener.ended(resting, 'rejected', 'POST_ONLY_WOULD_TAKE', 'post-only would take'); return; }
    if (order.timeInForce === 'FOK' && this.#available(resting) < resting.leaves) {
      this.#listener.ended(resting, 'expired', 'FOK_NOT_FILLABLE', 'not all of it could be filled');
      return;
    }
    if (crosses && !this.#take(resting)) return;
    if (resting.leaves <= 0) return;
    if (resting.isImmediate) { this.#listener.ended(resting, 'expired', 'IOC_REMAINDER', 'remainder of an IOC'); return; }
    if (crosses && this.#rules.residual === 'expire') { this.#listener.ended(resting, 'expired', 'RESIDUAL', 'nothing left at the limit'); return; }
    if (crosses && this.#rules.residual === 'fill-at-limit') { this.#fill(resting, resting.tick, resting.leaves, 'taker'); return; }
    this.#rest(resting);
  }

  /** Changes a resting order; it may lose its place. @returns false where it is no longer there */
  amend(resting: RestingOrder, tick: number, lots: number): boolean {
    if (!resting.isLive) return false;
    const filled = resting.lots - resting.leaves;
    if (lots <= filled) { this.cancel(resting); return true; }
    const keeps = tick === resting.tick && lots <= resting.lots && this.#rules.keepsPriorityOnReduce;
    resting.lots = lots;
    resting.leaves = lots - filled;
    if (keeps) return true;
    this.#remove(resting);
    resting.tick = tick;
    if (this.#crosses(resting) && resting.order.postOnly) { this.#listener.ended(resting, 'canceled', 'POST_ONLY_WOULD_TAKE', 'the new price would take'); return true; }
    if (this.#crosses(resting) && !this.#take(resting)) return true;
    if (resting.leaves > 0) this.#rest(resting);
    return true;
  }

  /** Takes an order out. @returns false where it is no longer there */
  cancel(resting: RestingOrder): boolean {
    if (!resting.isLive) return false;
    this.#remove(resting);
    return true;
  }

  /** What taking would cost at the touch; for triggers and liquidations. */
  bestTick(sign: 1 | -1): number {
    return sign === 1 ? this.book.bestAskTick : this.book.bestBidTick;
  }

  /** Prices at which a forced close of this many lots would trade; what the book does not hold goes at its last level. */
  liquidationPrices(sign: 1 | -1, lots: number): (readonly [tick: number, lots: number])[] {
    const side = sign === 1 ? this.book.asks : this.book.bids;
    const parts: (readonly [number, number])[] = [];
    let left = lots;
    let tick = NO_TICK;
    for (let key = side.best; key !== NO_TICK && left > 0; key = side.nextBelow(key)) {
      tick = sign === 1 ? -key : key;
      const part = Math.min(left, side.lotsAt(key));
      parts.push([tick, part]);
      left -= part;
    }
    if (left > 0 && tick !== NO_TICK) parts.push([tick, left]);
    return parts;
  }

  #rest(resting: RestingOrder): void {
    resting.front = resting.sign === 1 ? this.book.bids.lotsAt(resting.tick) : this.book.asks.lotsAt(-resting.tick);
    resting.traded = 0;
    resting.isLive = true;
    this.#sideOf(resting).add(resting);
  }

  #remove(resting: RestingOrder): void {
    resting.isLive = false;
    this.#sideOf(resting).remove(resting);
  }

  #sideOf(resting: RestingOrder): OwnSide { return resting.sign === 1 ? this.#buys : this.#sells; }

  #crosses(resting: RestingOrder): boolean {
    const best = this.bestTick(resting.sign);
    return best !== NO_TICK && (resting.sign === 1 ? resting.tick >= best : resting.tick <= best);
  }

  /** Lots that could be taken within the limit. */
  #available(resting: RestingOrder): number {
    if (this.#rules.isOptimistic && this.#crosses(resting)) return Infinity;
    let sum = 0;
    this.#walk(resting, (_, lots) => { sum += lots; return sum < resting.leaves; });
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
    if (!this.#preventSelfTrade(resting)) return false;
    if (this.#rules.isOptimistic) { this.#fill(resting, this.bestTick(resting.sign), resting.leaves, 'taker'); return true; }
    const taken = resting.sign === 1 ? this.#takenAsks : this.#takenBids;
    const fills: (readonly [tick: number, lots: number])[] = [];
    let left = Math.min(resting.leaves, resting.isReduceOnly ? this.#listener.reducible(resting.sign) : Infinity);
    this.#walk(resting, (tick, lots) => {
      const take = Math.min(lots, left);
      left -= take;
      fills.push([tick, take]);
      if (this.#rules.rememberConsumption) taken.set(tick, (taken.get(tick) ?? 0) + take);
      return left > 0;
    });
    for (const [tick, lots] of fills) this.#fill(resting, tick, lots, 'taker');
    return true;
  }

  #preventSelfTrade(taker: RestingOrder): boolean {
    if (this.#rules.selfTrade === 'allow') return true;
    const makers = (taker.sign === 1 ? this.#sells : this.#buys).orders.filter(({ tick }) => (taker.sign === 1 ? tick <= taker.tick : tick >= taker.tick));
    if (makers.length === 0) return true;
    if (this.#rules.selfTrade !== 'cancel-taker') {
      for (const maker of makers) {
        this.#remove(maker);
        this.#listener.ended(maker, 'canceled', 'SELF_TRADE', 'self-trade prevention');
      }
    }
    if (this.#rules.selfTrade === 'cancel-maker') return true;
    this.#listener.ended(taker, 'expired', 'SELF_TRADE', 'self-trade prevention');
    return false;
  }

  #levelChanged(side: OwnSide, tick: number, before: number, after: number): void {
    for (const resting of side.orders) if (resting.tick === tick) this.#queue.levelChanged(resting, before, after);
  }

  /** The opposite side is displayed at or through our price without a trade. */
  #crossed(side: OwnSide, tick: number, displayed: number): void {
    let left = this.#rules.crossFill === 'full' ? Infinity : displayed;
    for (const resting of [...side.orders]) {
      if (resting.sign === 1 ? resting.tick < tick : resting.tick > tick) continue;
      const lots = Math.min(resting.leaves, left);
      if (lots <= 0) return;
      left -= lots;
      this.#fill(resting, resting.tick, lots);
    }
  }

  #fill(resting: RestingOrder, tick: number, wanted: number, liquidity: 'maker' | 'taker' = 'maker'): void {
    const lots = resting.isReduceOnly ? Math.min(wanted, this.#listener.reducible(resting.sign)) : wanted;
    if (lots > 0) {
      resting.leaves -= lots;
      if (resting.leaves <= 0 && resting.isLive) this.#remove(resting);
      this.#listener.filled(resting, tick, lots, liquidity);
    }
    if (lots < wanted) {
      if (resting.isLive) this.#remove(resting);
      if (resting.leaves > 0) this.#listener.ended(resting, 'canceled', 'REDUCE_ONLY', 'nothing left to reduce');
      resting.leaves = 0;
    }
  }

  #clear(): void {
    this.book.clear();
    this.#takenBids.clear();
    this.#takenAsks.clear();
  }
}

