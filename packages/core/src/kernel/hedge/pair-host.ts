import type { Cache } from '../cache/cache.ts';
import type { InstrumentState } from '../cache/instrument-state.ts';
import type { CarryQuote, QuoteRequest } from '../carry/carry-quote.ts';
import type { CarrySnapshot } from '../carry/carry-snapshot.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Order } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import type { StrategyRunner } from '../strategy/strategy-runner.ts';
import type { HedgeHost, LegOrder } from './hedge-host.ts';
import type { PairEvent } from './pair-event.ts';

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
  alert(name: string, inMs: number, handler: () => void): void { this.#runner.hostAlert(name, inMs, handler); }
  cancelAlert(name: string): void { this.#runner.clock.cancel(name); }
  cancel(order: Order): void { this.#runner.cancel(order); }
  publish(event: PairEvent): void { this.#runner.pairEvent(event); }

  submit(legs: readonly LegOrder[]): { readonly orders: readonly Order[]; readonly areSent: boolean } {
    const orders = legs.map(({ instrumentId, side, lots, tick, isReducing }) => {
      const { instrument } = this.#cache.state(instrumentId);
      return this.#runner.order.limit({
        instrumentId, side, quantity: instrument.lotsToDecimal(lots), price: instrument.tickToDecimal(tick), timeInForce: 'IOC',
        reduceOnly: isReducing && instrument.kind !== 'spot',
      });
    });
    return { orders, areSent: this.#runner.submitTogether(orders) };
  }
}
