import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/kernel/clock/simulated-clock.ts';
import { OwnedClock, TimerQueue } from '../../../src/kernel/clock/timer-queue.ts';

const fire = (timers: TimerQueue, now: number): string[] => {
  const fired: string[] = [];
  for (let timer = timers.takeDue(now); timer !== undefined; timer = timers.takeDue(now)) fired.push(`${timer.name}@${timer.dueAt}`);
  return fired;
};
const nothing = (): void => undefined;

describe('timer queue', () => {
  it('REQ-D10 fires in time order, and those due together in the order they were set', () => {
    fc.assert(fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (times) => {
      const timers = new TimerQueue();
      times.forEach((at, i) => { timers.setAlert(`t${i}`, 0, { at }, nothing); });
      const expected = times.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i).map(({ at, i }) => `t${i}@${at}`);
      expect(fire(timers, 20)).toEqual(expected);
    }));
  });

  it('aligns timers to the UTC epoch, with an offset', () => {
    const timers = new TimerQueue();
    timers.setTimer('minute', 90_000_000, { everyMs: 60_000 }, nothing);
    timers.setTimer('offset', 90_000_000, { everyMs: 60_000, offsetMs: 5_000 }, nothing);
    expect(fire(timers, 190_000_000)).toEqual(['minute@120000000', 'offset@125000000', 'minute@180000000', 'offset@185000000']);
  });

  it('replaces a timer of the same name and forgets canceled ones', () => {
    const timers = new TimerQueue();
    timers.setAlert('a', 0, { at: 10 }, nothing);
    timers.setAlert('a', 0, { at: 20 }, nothing);
    timers.setAlert('b', 0, { at: 15 }, nothing);
    expect(timers.cancel('b')).toBe(true);
    expect(timers.cancel('b')).toBe(false);
    expect(timers.nextAt()).toBe(20);
    expect(fire(timers, 100)).toEqual(['a@20']);
    expect(timers.nextAt()).toBe(Infinity);
  });

  it('fires at once what is due already', () => {
    const timers = new TimerQueue();
    timers.setAlert('late', 50, { at: 10 }, nothing);
    expect(fire(timers, 50)).toEqual(['late@50']);
  });

  it('refuses nonsense with the way out', () => {
    const timers = new TimerQueue();
    expect(() => { timers.setTimer('x', 0, { everyMs: 0 }, nothing); }).toThrow('everyMs 0; give at least 1');
    expect(() => { timers.setAlert('x', 0, { inMs: Number.NaN }, nothing); }).toThrow('no valid time');
  });

  it('keeps the names of two owners apart', () => {
    const timers = new TimerQueue();
    const clock = new SimulatedClock(0);
    const a = new OwnedClock('a', timers, clock);
    const b = new OwnedClock('b', timers, clock);
    a.setAlert('x', { inMs: 1 }, nothing);
    b.setAlert('x', { inMs: 2 }, nothing);
    expect(b.cancel('x')).toBe(true);
    expect(fire(timers, 10_000)).toEqual(['a/x@1000']);
  });
});

describe('simulated clock', () => {
  it('never goes back', () => {
    const clock = new SimulatedClock(100);
    clock.advance(100);
    clock.advance(101);
    expect(clock.now()).toBe(101);
    expect(() => { clock.advance(100); }).toThrow('time goes forward');
  });
});
