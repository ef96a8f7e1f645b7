import { describe, expect, it } from 'vitest';
import { TestClock } from '../src/testing.ts';

describe('test clock', () => {
  it('REQ-D10 fires on the way, each at its own time', () => {
    const clock = new TestClock(1_000_000);
    const seen: number[] = [];
    clock.setTimer('t', { everyMs: 500 }, () => { seen.push(clock.now()); });
    clock.setAlert('a', { inMs: 700 }, () => { seen.push(clock.now()); clock.cancel('t'); });
    expect(clock.advance({ ms: 2_000 })).toBe(2);
    expect(seen).toEqual([1_500_000, 1_700_000]);
    expect(clock.now()).toBe(3_000_000);
  });
});
