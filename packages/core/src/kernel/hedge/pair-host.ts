import type { Cache } from '../cache/cache.ts';
import type { InstrumentState } from '../cache/instrument-state.ts';
import type { CarryQuote, QuoteRequest } from '../carry/carry-quote.ts';
import type { CarrySnapshot } from '../carry/carry-snapshot.ts';
import type { InstrumentId } from '../model/ids.ts';
import { type Order, type OrderSide, PAIR_TAG } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { StrategyRunner } from '../strategy/strategy-runner.ts';
import type { HedgeHost, LegOrder } from './hedge-host.ts';
import type { PairEvent } from './pair-event.ts';

const PAIR_TAGS: readonly string[] = [PAIR_TAG];

/**
 * The kernel as a pair of one strategy sees it.
 * @internal
 */
export class PairHost implements HedgeHost {
  readonly #runner: StrategyRunner;
  readonly #cache: Cache;

  constructor(runner: StrategyRunner, cache: Cache) {
    this.#runner = runner;
    this.#cache = cache;
  }

  now(): UnixMicros { return this.#runner.clock.now(); }
  state(id: InstrumentId): InstrumentState { return this.#cache.state(id); }
  carry(long: InstrumentId, short: InstrumentId): CarrySnapshot | undefined { return this.#runner.carry.differential(long, short); }
  quote(legs: { readonly long: InstrumentId; readonly short: InstrumentId }, request: QuoteRequest): CarryQuote | undefined { return this.#runner.carry.quote(legs, request); }
  takerFee(id: InstrumentId): number { return this.#runner.carry.takerFee(this.#cache.state(id).instrument); }
  alert(name: string, inMs: number, handler: () => void): void { this.#runner.hostAlert(name, inMs, handler); }
  cancelAlert(name: string): void { this.#runner.clock.cancel(name); }
  cancel(order: Order): void { this.#runner.cancel(order); }
  publish(event: PairEvent): void { this.#runner.pairEvent(event); }

  submit(legs: readonly LegOrder[]): { readonly orders: readonly Order[]; readonly areSent: boolean } {
    const orders = legs.map(({ instrumentId, side, lots, tick, isReducing }) => {
      const { instrument } = this.#cache.state(instrumentId);
      return this.#runner.order.limit({
        instrumentId, side, quantity: instrument.lotsToDecimal(lots), price: instrument.tickToDecimal(tick), timeInForce: 'IOC', tags: PAIR_TAGS,
        reduceOnly: isReducing && this.#leavesReduceOnly(instrumentId, side, lots),
      });
    });
    return { orders, areSent: this.#runner.submitTogether(orders, legs.every(({ isReducing }) => isReducing)) };
  }

  canReduce(id: InstrumentId, side: OrderSide, lots: number): boolean { return this.#isReduced(id, side, { own: lots, all: lots }); }

  /**
   * Reduce-only is a promise about what strategy and account hold in all, and a pair's leg is only part of that: where another pair or strategy holds the opposite,
   * a reduce-only order would be refused and the leg could never be closed. Then it leaves as a plain order.
   */
  #leavesReduceOnly(id: InstrumentId, side: OrderSide, lots: number): boolean {
    let [own, all] = [lots, lots];
    for (const order of this.#cache.state(id).openOrders) {
      if (order.side !== side || order.status === 'EMULATED') continue;
      all += order.leavesLots;
      if (order.strategyId === this.#runner.id) own += order.leavesLots;
    }
    return this.#isReduced(id, side, { own, all });
  }

  /** True where the strategy holds `own` lots, and the account `all`, that orders of this side would reduce. */
  #isReduced(id: InstrumentId, side: OrderSide, lots: { readonly own: number; readonly all: number }): boolean {
    const { instrument } = this.#cache.state(id);
    if (instrument.kind === 'spot') return false;
    const sign = side === 'buy' ? 1 : -1;
    const own = instrument.toLots(this.#runner.portfolio.quantity(id));
    const all = instrument.toLots(this.#runner.account(instrument.venue).quantity(id) ?? 0);
    return -sign * own >= lots.own && -sign * all >= lots.all;
  }
}
