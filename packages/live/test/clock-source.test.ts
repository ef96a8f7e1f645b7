import { describe, expect, it } from 'vitest';
import { AcceleratedClockSource, SteppedClockSource, WallClockSource } from '../src/index.ts';

describe('clock sources', () => {
  it('REQ-D10 stepped: wakes in time order, and not what was canceled', () => {
    const clock = new SteppedClockSource(100);
    const seen: string[] = [];
    clock.wakeAt(300, () => { seen.push(`c ${clock.now()}`); });
    clock.wakeAt(200, () => { seen.push(`a ${clock.now()}`); clock.wakeAt(250, () => { seen.push(`b ${clock.now()}`); }); });
    clock.wakeAt(220, () => { seen.push('never'); })();
    clock.step(260);
    expect(seen).toEqual(['a 200', 'b 250']);
    expect(clock.now()).toBe(260);
    clock.step(400);
    expect(seen.at(-1)).toBe('c 300');
  });

  it('wall: never steps back, and wakes no earlier than asked', async () => {
    const clock = new WallClockSource();
    const before = clock.now();
    expect(Math.abs(before / 1_000 - Date.now())).toBeLessThan(2_000);
    const at = before + 20_000;
    await new Promise<void>((resolve) => { clock.wakeAt(at, resolve); });
    expect(clock.now()).toBeGreaterThanOrEqual(at);
  });

  it('accelerated: a thousand times faster, on a stepped wall', () => {
    const wall = new SteppedClockSource(0);
    const clock = new AcceleratedClockSource(1_000, 5_000_000, wall);
    let woken = -1;
    clock.wakeAt(6_000_000, () => { woken = clock.now(); });
    wall.step(999);
    expect(woken).toBe(-1);
    wall.step(1_000);
    expect(woken).toBe(6_000_000);
  });
});
