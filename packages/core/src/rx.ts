import { Observable, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from './kernel/clock/clock.ts';
import type { Topic } from './kernel/bus/topic.ts';
import type { Unsubscribe } from './kernel/bus/message-bus.ts';
import { MICROS_PER_MS } from './kernel/model/time.ts';

/**
 * The bus as Observables and a scheduler driven by the kernel's clock, so that `debounceTime` and friends run on simulated time in a backtest.
 * An edge view: nothing on the hot path is an Observable.
 * @packageDocumentation
 */

/** Anything one can subscribe to by topic: a strategy's `subscribe`, or the message bus itself. */
export interface TopicSource {
  topic<Payload>(topic: Topic<Payload>, handler: (message: Payload) => void): Unsubscribe;
}

/**
 * Messages of a topic as an Observable. A subscriber that throws stops that subscription and is reported to the strategy it runs in; it never becomes an uncaught exception.
 *
 * In a strategy: `observeTopic(this.subscribe, BasisAlarm).pipe(debounceTime(1_000, clockScheduler(this.clock)))`.
 */
export function observeTopic<Payload>(source: TopicSource, topic: Topic<Payload>): Observable<Payload> {
  return new Observable<Payload>((subscriber) => source.topic(topic, (message) => { subscriber.next(message); }));
}

/** Anything pushed to a handler as an Observable: `fromSubscribe((next) => this.subscribe.trades(id, next))`. */
export function fromSubscribe<Data>(subscribe: (next: (data: Data) => void) => Unsubscribe): Observable<Data> {
  return new Observable<Data>((subscriber) => subscribe((data) => { subscriber.next(data); }));
}

/**
 * An rxjs scheduler whose time is the kernel's: pass it to `debounceTime`, `auditTime`, `interval`, `delay`.
 */
export function clockScheduler(clock: Clock): SchedulerLike {
  let scheduled = 0;
  const now = (): number => clock.now() / MICROS_PER_MS;
  const schedule = <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State): Subscription => {
    const name = `rx/${scheduled++}`;
    const action = new Subscription(() => { clock.cancel(name); }) as SchedulerAction<State>;
    action.schedule = (nextState?: State, nextDelay = 0): Subscription => {
      clock.setAlert(name, { inMs: nextDelay }, () => {
        if (!action.closed) work.call(action, nextState);
      });
      return action;
    };
    return action.schedule(state, delay);
  };
  return { now, schedule };
}
