import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookSide, NO_TICK } from '../../../src/kernel/book/book-side.ts';

/** The plainest book side there is. */
class MapSide {
  readonly levels = new Map<number, number>();
  set(tick: number, lots: number): number {
    const before = this.levels.get(tick) ?? 0;
    if (lots > 0) this.levels.set(tick, lots);
    else this.levels.delete(tick);
    return before;
  }
  below(tick: number): number { return [...this.levels.keys()].filter((key) => key < tick).reduce((best, key) => Math.max(best, key), NO_TICK); }
}

// Prices that stay near, wander by thousands of ticks and jump across the ring in both directions, asks (negative ticks) included.
const tick = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -6_000, max: 6_000 }), fc.integer({ min: -900_000, max: 900_000 }));
const step = fc.record({ tick, lots: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.integer({ min: 1, max: 9 }), weight: 3 }) });

describe('§7 REQ-D14 book side', () => {
  it('says what a map of levels says, wherever the price runs', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const side = new BookSide();
      const map = new MapSide();
      for (const { tick: at, lots } of steps) {
        expect(side.set(at, lots)).toBe(map.set(at, lots));
        expect(side.best).toBe(map.below(Infinity));
        expect(side.lotsAt(at)).toBe(lots);
      }
      const walked: [number, number][] = [];
      for (let key = side.best; key !== NO_TICK; key = side.nextBelow(key)) walked.push([key, side.lotsAt(key)]);
      expect(walked).toEqual([...map.levels].sort(([a], [b]) => b - a));
      side.clear();
      expect([side.best, side.lotsAt(0)]).toEqual([NO_TICK, 0]);
    }), { numRuns: 300 });
  });
});
