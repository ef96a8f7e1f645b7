import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carrySignal, carryThresholds, type CarrySituation } from '../../../src/kernel/carry/carry-signal.ts';
import { carryDirection } from '../../../src/kernel/carry/carry-snapshot.ts';

const FLAT: CarrySituation = {
  aAprPct: 0, bAprPct: 4, depthUsd: 10_000, breakEvenHours: 100, position: { direction: 'none', notionalUsd: 0, heldHours: 0 }, targetUsd: 10_000, confirmations: 0,
};
const HELD: CarrySituation = { ...FLAT, position: { direction: 'long-a-short-b', notionalUsd: 10_000, heldHours: 100 } };

describe('thresholds', () => {
  it('REQ-B23 an exit above the entry is refused, naming both', () => {
    expect(() => carryThresholds({ enterAprPct: 4, exitAprPct: 5 })).toThrow('exitAprPct 5 is above enterAprPct 4');
    expect(() => carryThresholds({ enterAprPct: 4, exitAprPct: NaN })).toThrow('exitAprPct');
    expect(() => carryThresholds({ minHoldHours: -1 })).toThrow('minHoldHours is -1');
    expect(carryThresholds({ enterAprPct: 4, exitAprPct: 4 }).exitAprPct).toBe(4);
    expect(carryThresholds({})).toMatchObject({ enterAprPct: 4, exitAprPct: 2, minDepthUsd: 10_000 });
  });

  it.each([[3.99, 'WAIT'], [4, 'ENTER'], [-3.99, 'WAIT'], [-4, 'ENTER']])('REQ-B24 a differential of %d %% gives %s', (bAprPct, action) => {
    expect(carrySignal({ ...FLAT, bAprPct }, carryThresholds({})).action).toBe(action);
  });

  it.each([[9_999, 'WAIT'], [10_000, 'ENTER']])('REQ-B25 books that take %d USD give %s', (depthUsd, action) => {
    expect(carrySignal({ ...FLAT, depthUsd }, carryThresholds({})).action).toBe(action);
  });
});

describe('direction', () => {
  /** The sign of the differential decides, not the signs of the rates. */
  it.each([
    [5, 10, 'long-a-short-b'], [10, 5, 'long-b-short-a'], [-10, -5, 'long-a-short-b'], [5, -5, 'long-b-short-a'], [5, 8.9, 'none'],
  ] as const)('REQ-B26 rates of %d and %d %%: %s', (a, b, direction) => {
    expect(carryDirection(a, b, 4)).toBe(direction);
    expect(carrySignal({ ...FLAT, aAprPct: a, bAprPct: b }, carryThresholds({})).direction).toBe(direction);
  });
});

describe('decisions', () => {
  it('waits for as many confirmations in a row as asked', () => {
    const thresholds = carryThresholds({ confirmations: 3 });
    const first = carrySignal(FLAT, thresholds);
    const second = carrySignal({ ...FLAT, confirmations: first.confirmations }, thresholds);
    const third = carrySignal({ ...FLAT, confirmations: second.confirmations }, thresholds);
    expect([first, second, third].map(({ action }) => action)).toEqual(['WAIT', 'WAIT', 'ENTER']);
    expect(carrySignal({ ...FLAT, bAprPct: 1, confirmations: 2 }, thresholds).confirmations).toBe(0);
  });

  it('REQ-B27 enters with the size that sizing allows, or not at all', () => {
    expect(carrySignal({ ...FLAT, targetUsd: 7_500 }, carryThresholds({}))).toMatchObject({ action: 'ENTER', notionalUsd: 7_500 });
    expect(carrySignal({ ...FLAT, targetUsd: 0 }, carryThresholds({}))).toMatchObject({ action: 'WAIT', reason: 'sizing allows nothing' });
    expect(carrySignal({ ...FLAT, breakEvenHours: 121 }, carryThresholds({ maxBreakEvenHours: 120 })).action).toBe('WAIT');
  });

  it.each([[12_000, 'ADD'], [10_999, 'HOLD'], [9_001, 'HOLD'], [8_000, 'TRIM']])('REQ-B28 a position of 10,000 with a target of %d: %s', (targetUsd, action) => {
    expect(carrySignal({ ...HELD, targetUsd }, carryThresholds({})).action).toBe(action);
  });

  it('REQ-B28 does not add below the entry, but trims', () => {
    expect(carrySignal({ ...HELD, bAprPct: 3, targetUsd: 20_000 }, carryThresholds({})).action).toBe('HOLD');
    expect(carrySignal({ ...HELD, bAprPct: 3, targetUsd: 5_000 }, carryThresholds({})).action).toBe('TRIM');
  });

  it('REQ-B29 literal mode leaves below the entry at once, hysteresis at the exit and after the shortest hold', () => {
    const between = { ...HELD, bAprPct: 3 };
    expect(carrySignal(between, carryThresholds({ exitMode: 'literal' })).action).toBe('EXIT');
    expect(carrySignal(between, carryThresholds({})).action).toBe('HOLD');
    expect(carrySignal({ ...HELD, bAprPct: 2 }, carryThresholds({})).action).toBe('EXIT');
    expect(carrySignal({ ...HELD, bAprPct: 2 }, carryThresholds({ minHoldHours: 101 })).action).toBe('HOLD');
    expect(carrySignal({ ...HELD, bAprPct: -20 }, carryThresholds({})).action).toBe('EXIT');
  });

  it('REQ-A07 is a function of situation and thresholds alone', () => {
    const rate = fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { nil: undefined });
    fc.assert(fc.property(rate, rate, fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom('none', 'long-a-short-b', 'long-b-short-a' as const), fc.nat(50_000), fc.nat(50_000), (aAprPct, bAprPct, depthUsd, direction, notionalUsd, targetUsd) => {
      const situation: CarrySituation = { ...FLAT, aAprPct, bAprPct, depthUsd, targetUsd, position: { direction, notionalUsd, heldHours: 1 } };
      const before = JSON.stringify(situation);
      const signal = carrySignal(situation, carryThresholds({}));
      expect(carrySignal(structuredClone(situation), carryThresholds({}))).toEqual(signal);
      expect(JSON.stringify(situation)).toBe(before);
      expect(['ENTER', 'WAIT'].includes(signal.action)).toBe(direction === 'none');
    }));
  });
});
