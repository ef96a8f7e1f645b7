import { describe, expect, it } from 'vitest';
import { MessageBus } from '../../../src/kernel/bus/message-bus.ts';
import { SequenceGuard } from '../../../src/kernel/bus/sequence-guard.ts';
import { defineTopic, topicMatches, topics, topicToken } from '../../../src/kernel/bus/topic.ts';

const A = defineTopic<number>('a');
const B = defineTopic<number>('b.x');

describe('message bus', () => {
  it('REQ-B10 REQ-D09 delivers each message once to every subscriber, in subscription order', () => {
    const bus = new MessageBus();
    const seen: string[] = [];
    for (const name of ['monitoring', 'strategy', 'risk']) bus.subscribe(A, (message) => { seen.push(`${name} ${message}`); });
    bus.publish(A, 1);
    bus.publish(A, 2);
    expect(seen).toEqual(['monitoring 1', 'strategy 1', 'risk 1', 'monitoring 2', 'strategy 2', 'risk 2']);
  });

  it('queues what is published inside a handler, so nothing is delivered inside anything', () => {
    const bus = new MessageBus();
    const seen: string[] = [];
    bus.subscribe(A, (message) => {
      seen.push(`begin ${message}`);
      if (message < 3) bus.publish(A, message + 1);
      seen.push(`end ${message}`);
    });
    bus.publish(A, 1);
    expect(seen).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('goes on with what waits after a handler threw', () => {
    const bus = new MessageBus();
    const seen: number[] = [];
    bus.subscribe(A, (message) => { if (message === 1) throw new Error('boom'); seen.push(message); });
    bus.hold();
    bus.publish(A, 1);
    bus.publish(A, 2);
    expect(() => { bus.drain(); }).toThrow('boom');
    bus.drain();
    expect(seen).toEqual([2]);
  });

  it('lets a pattern cover topics of before and after', () => {
    const bus = new MessageBus();
    const seen: unknown[] = [];
    bus.subscribe(A, () => undefined);
    const end = bus.subscribePattern('custom.>', (message) => { seen.push(message); });
    bus.publish(A, 1);
    bus.publish(B, 2);
    end();
    bus.publish(A, 3);
    bus.publish(defineTopic<number>('c'), 4);
    expect(seen).toEqual([1, 2]);
  });

  it('does not disturb a delivery when a handler subscribes or leaves meanwhile', () => {
    const bus = new MessageBus();
    const seen: string[] = [];
    const end = bus.subscribe(A, () => { seen.push('first'); end(); bus.subscribe(A, () => { seen.push('late'); }); });
    bus.subscribe(A, () => { seen.push('second'); });
    bus.publish(A, 1);
    expect(seen).toEqual(['first', 'second']);
    bus.publish(A, 2);
    expect(seen).toEqual(['first', 'second', 'second', 'late']);
  });

  it('answers requests at endpoints, and says who could', () => {
    const bus = new MessageBus();
    bus.register('double', (value: number) => value * 2);
    let reply = 0;
    bus.request<number, number>('double', 21, (answer) => { reply = answer; });
    expect(reply).toBe(42);
    expect(() => { bus.request('treble', 1); }).toThrow('nobody answers at "treble"; registered: double');
    expect(() => bus.register('double', () => 0)).toThrow('registered already');
  });

  it('ending a subscription, also twice, leaves other subscriptions of the same handler alone', () => {
    const bus = new MessageBus();
    const topic = defineTopic<number>('twice');
    let heard = 0;
    const handler = (): void => { heard++; };
    const ends = [bus.subscribe(topic, handler), bus.subscribe(topic, handler), bus.subscribePattern('custom.>', handler)];
    ends[0]!();
    ends[0]!();
    bus.publish(topic, 1);
    expect(heard).toBe(2);
    ends[2]!();
    ends[2]!();
    bus.publish(topic, 2);
    expect(heard).toBe(3);
  });

  it('checks messages of topics with a schema', async () => {
    const { z } = await import('zod');
    const topic = defineTopic<{ bps: number }>('alarm', z.strictObject({ bps: z.number() }));
    const bus = new MessageBus();
    bus.subscribe(topic, () => undefined);
    expect(() => { bus.publish(topic, { bps: 'many' } as never); }).toThrow(/topic custom.alarm/);
  });
});

describe('topics', () => {
  it.each([
    ['a.*.c', 'a.b.c', true], ['a.*', 'a.b.c', false], ['a.>', 'a.b.c', true], ['a.>', 'a', false], ['>', 'a', true], ['*', 'a.b', false], ['a.b', 'a.b', true],
  ])('%s covers %s: %s', (pattern, name, expected) => { expect(topicMatches(pattern, name)).toBe(expected); });

  it('escapes symbols of any characters into one token', () => {
    expect(topics.trades('BTC.USD *>%.BYBIT').name).toBe('data.trade.BYBIT.BTC%2EUSD%20%2A%3E%25');
    expect(topicToken('plain-1')).toBe('plain-1');
    expect(() => defineTopic('a b')).toThrow('not a topic');
  });
});

describe('sequence guard', () => {
  it('REQ-A61 REQ-A62 drops what was delivered before and reports gaps', () => {
    const guard = new SequenceGuard();
    expect([1, 1, 2, 5, 3, 6].map((sequence) => guard.check('md', sequence).kind)).toEqual(['next', 'duplicate', 'next', 'gap', 'duplicate', 'next']);
    expect(guard.check('md', 9)).toEqual({ kind: 'gap', expected: 7, received: 9 });
    expect(guard.check('oms', 1).kind).toBe('next');
    expect(guard.last('md')).toBe(9);
  });
});
