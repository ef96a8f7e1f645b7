import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { SavedState } from '../../../src/kernel/strategy/saved-state.ts';
import { nextStrategyState } from '../../../src/kernel/strategy/lifecycle.ts';

class Mean {
  sum = 0;
  count = 0;
  update(value: number): void { this.sum += value; this.count++; }
  get value(): number { return this.count === 0 ? Number.NaN : this.sum / this.count; }
  get isReady(): boolean { return this.count > 0; }
}

describe('saved state', () => {
  it('REQ-A64 REQ-B68 puts back JSON values, Decimals and indicators as they were', () => {
    const before = new SavedState();
    const state = before.declare({ owed: new Decimal('0.1'), at: [1, { deep: null }], not: Number.NaN }, {});
    const mean = before.indicator(new Mean());
    state.owed = state.owed.plus('0.2');
    mean.update(3);
    const snapshot = JSON.parse(JSON.stringify(before.save())) as ReturnType<SavedState['save']>;

    const after = new SavedState();
    const restored = after.declare({ owed: new Decimal(0), at: [] as unknown[], not: 0 }, {});
    const restoredMean = after.indicator(new Mean());
    after.restore(snapshot);
    expect(restored.owed.eq('0.3')).toBe(true);
    expect(restored.at).toEqual([1, { deep: null }]);
    expect(restored.not).toBeNaN();
    expect(restoredMean.value).toBe(3);
  });

  it('REQ-B68 puts back what became undefined, lists that became shorter, and rings of numbers, also through JSON', () => {
    class Ring {
      values = new Float64Array(3);
      last: number | undefined = 0;
      count = 0;
      update(value: number): void { this.values[this.count++ % this.values.length] = value; }
      get value(): number { return this.values.reduce((sum, value) => sum + value, 0); }
      get isReady(): boolean { return this.count >= this.values.length; }
    }
    const make = (): { saved: SavedState; state: { at: number | undefined; nested: { at: number | undefined } }; list: number[]; ring: Ring } => {
      const saved = new SavedState();
      return { saved, state: saved.declare<{ at: number | undefined; nested: { at: number | undefined } }>({ at: 1, nested: { at: 1 } }, {}), list: saved.declare([1, 2, 3], {}), ring: saved.indicator(new Ring()) };
    };
    const before = make();
    before.state.at = undefined;
    before.state.nested.at = undefined;
    before.list.length = 1;
    before.ring.last = undefined;
    for (const value of [1, 2, NaN]) before.ring.update(value);
    const after = make();
    after.saved.restore(JSON.parse(JSON.stringify(before.saved.save())) as ReturnType<SavedState['save']>);
    expect([after.state, after.list, after.ring.last]).toEqual([{ at: undefined, nested: { at: undefined } }, [1], undefined]);
    for (const ring of [before.ring, after.ring]) for (const value of [4, 5, 6]) ring.update(value);
    expect([after.ring.value, after.ring]).toEqual([15, before.ring]);
  });

  it('refuses to save an indicator whose field would be lost', () => {
    const saved = new SavedState();
    saved.indicator({ seen: new Map([[1, 2]]), value: 0, isReady: true, update: () => undefined });
    expect(() => saved.save()).toThrow(/indicator\[0\]\.seen is a Map/);
  });

  it('migrates an older version, and says what is missing without one', () => {
    const old = new SavedState();
    old.declare({ threshold: 3 }, {});
    const snapshot = old.save();
    const renamed = new SavedState();
    const state = renamed.declare({ enterAprPct: 0 }, { version: 2, migrate: (value) => ({ enterAprPct: (value as { threshold: number }).threshold }) });
    renamed.restore(snapshot);
    expect(state.enterAprPct).toBe(3);
    const stubborn = new SavedState();
    stubborn.declare({ enterAprPct: 0 }, { version: 2 });
    expect(() => { stubborn.restore(snapshot); }).toThrow('is of version 1, the strategy wants 2');
  });

  it('refuses what JSON cannot hold when it is declared, not when it is saved', () => {
    expect(() => new SavedState().declare({ when: new Map() }, {})).toThrow('saved.when is a Map');
  });

  it('refuses a snapshot of another shape', () => {
    expect(() => { new SavedState().restore({ states: [{ version: 1, value: {} }], indicators: [] }); }).toThrow('holds 1 saved objects');
  });
});

describe('strategy state', () => {
  it('REQ-A06 can halt and resume, and never comes back from STOPPED', () => {
    expect(nextStrategyState('RUNNING', 'HALTED')).toBe('HALTED');
    expect(nextStrategyState('HALTED', 'RUNNING')).toBe('RUNNING');
    expect(() => nextStrategyState('STOPPED', 'RUNNING')).toThrow('a strategy that is STOPPED cannot become RUNNING; it can become: nothing');
  });
});
