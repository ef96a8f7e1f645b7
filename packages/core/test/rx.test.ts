import { debounceTime, interval, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MessageBus } from '../src/kernel/bus/message-bus.ts';
import { defineTopic } from '../src/kernel/bus/topic.ts';
import { clockScheduler, observeTopic } from '../src/rx.ts';
import { TestClock } from '../src/testing.ts';

describe('rx door', () => {
  it('REQ-D03 runs operators on the kernel clock: debounceTime waits simulated time, none of the real', () => {
    const clock = new TestClock();
    const bus = new MessageBus();
    const topic = defineTopic<string>('ticks');
    const seen: string[] = [];
    observeTopic({ topic: (name, handler) => bus.subscribe(name, handler) }, topic).pipe(debounceTime(1_000, clockScheduler(clock))).subscribe((value) => { seen.push(`${value}@${clock.now()}`); });
    bus.publish(topic, 'a');
    clock.advance({ ms: 500 });
    bus.publish(topic, 'b');
    clock.advance({ ms: 999 });
    expect(seen).toEqual([]);
    clock.advance({ ms: 1 });
    expect(seen).toEqual(['b@1500000']);
  });

  it('repeats and unsubscribes', () => {
    const clock = new TestClock();
    let got: number[] = [];
    interval(100, clockScheduler(clock)).pipe(take(3), toArray()).subscribe((values) => { got = values; });
    clock.advance({ ms: 1_000 });
    expect(got).toEqual([0, 1, 2]);
    expect(clock.advance({ ms: 1_000 })).toBe(0);
  });

  it('stops delivering after unsubscribe', () => {
    const bus = new MessageBus();
    const topic = defineTopic<number>('n');
    const seen: number[] = [];
    const subscription = observeTopic({ topic: (name, handler) => bus.subscribe(name, handler) }, topic).subscribe((value) => { seen.push(value); });
    bus.publish(topic, 1);
    subscription.unsubscribe();
    bus.publish(topic, 2);
    expect(seen).toEqual([1]);
  });
});
