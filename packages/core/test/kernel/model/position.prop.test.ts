import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BUSTABLE_FILLS } from '../../../src/kernel/ledger/cost-basis.ts';
import { positionValue } from '../../../src/kernel/ledger/position-value.ts';
import { Position, positionMutator } from '../../../src/kernel/model/position.ts';
import { INVERSE, LINEAR, SPOT } from '../support/book.ts';

const fills = fc.array(fc.record({ lots: fc.integer({ min: -1_000, max: 1_000 }).filter((lots) => lots !== 0), tick: fc.integer({ min: 1, max: 10_000_000 }) }), { minLength: 1, maxLength: 40 });
const instrument = fc.constantFrom(LINEAR, INVERSE, SPOT);

describe('position, for any fills', () => {
  it('REQ-D06 value of all fills + realised = cost of what is open, and a flat position costs nothing', () => {
    fc.assert(fc.property(instrument, fills, (of, trades) => {
      const position = new Position('a', of);
      let lots = 0;
      let value = 0n;
      let realised = 0n;
      for (const [index, trade] of [...trades, undefined].entries()) {
        const { lots: size, tick } = trade ?? { lots: -lots, tick: 12_345 };           // at the end everything is closed
        if (size === 0) break;
        const fill = { fillId: `${index}`, tick, lots: size, value: positionValue(of, tick, size), tsEvent: index };
        realised += positionMutator.fill(position, fill);
        lots += size;
        value += fill.value;
        expect([position.lots, position.traded, position.realised]).toEqual([lots, value, realised]);
        expect(value + realised).toBe(position.cost);
        expect(position.cost === 0n || position.cost > 0n === (of.isInverse ? lots < 0 : lots > 0)).toBe(true);
      }
      expect(position.isFlat).toBe(true);
      expect(position.cost).toBe(0n);
      expect(realised).toBe(-value);
    }));
  });

  it('REQ-B46 any bust leaves exactly what the other fills alone would have made', () => {
    fc.assert(fc.property(instrument, fills, fc.nat(), (of, trades, which) => {
      const made = trades.map(({ lots, tick }, index) => ({ fillId: `${index}`, tick, lots, value: positionValue(of, tick, lots), tsEvent: index }));
      const taken = which % made.length;
      const position = new Position('a', of);
      for (const fill of made) positionMutator.fill(position, fill);
      positionMutator.bust(position, made[taken]!);
      const never = new Position('a', of);
      for (const fill of made) if (fill !== made[taken]) positionMutator.fill(never, fill);
      expect(made.length <= MAX_BUSTABLE_FILLS).toBe(true);
      expect([position.lots, position.cost, position.realised, position.openedAt, position.closedAt]).toEqual([never.lots, never.cost, never.realised, never.openedAt, never.closedAt]);
    }));
  });
});
