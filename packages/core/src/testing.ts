import { SimulatedClock } from './kernel/clock/simulated-clock.ts';
import { OwnedClock, TimerQueue } from './kernel/clock/timer-queue.ts';
import type { UnixMicros } from './kernel/model/time.ts';

/**
 * Test kit of the kernel alone. To drive whole strategies on simulated venues use `@arb/backtest/testing`.
 * @packageDocumentation
 */

/**
 * A clock that moves when told and fires its timers on the way: for indicators, actors and helpers that take a `Clock`.
 *
 * @example
 * const clock = new TestClock();
 * clock.setAlert('soon', { inMs: 5 }, () => undefined);
 * clock.advance({ ms: 10 }); // => 1
 */
export class TestClock extends OwnedClock {
  readonly #timers: TimerQueue;
  readonly #time: SimulatedClock;

  /** @param startAt µs; the epoch unless given */
  constructor(startAt: UnixMicros = 0) {
    const timers = new TimerQueue();
    const time = new SimulatedClock(startAt);
    super('test', timers, time);
    this.#timers = timers;
    this.#time = time;
  }

  /** Lets time pass; timers fire at their own times, in order. @returns how many fired */
  advance(by: { readonly ms: number }): number {
    const until = this.now() + by.ms * 1_000;
    let fired = 0;
    for (let at = this.#timers.nextAt(); at <= until; at = this.#timers.nextAt()) {
      if (at > this.now()) this.#time.advance(at);
      for (let timer = this.#timers.takeDue(this.now()); timer !== undefined; timer = this.#timers.takeDue(this.now())) {
        timer.handler(timer.dueAt);
        fired++;
      }
    }
    this.#time.advance(until);
    return fired;
  }
}
