import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CostBasis } from '../../../src/kernel/ledger/cost-basis.ts';
import { positionValue } from '../../../src/kernel/ledger/position-value.ts';
import { Holding } from '../../../src/kernel/model/holding.ts';
import { Position } from '../../../src/kernel/model/position.ts';
import { INVERSE, LINEAR, SPOT } from '../support/book.ts';

const instrument = fc.constantFrom(LINEAR, INVERSE, SPOT);
const trades = fc.array(fc.record({
  lots: fc.integer({ min: -1_000, max: 1_000 }).filter((lots) => lots !== 0), tick: fc.integer({ min: 1, max: 10_000_000 }), owner: fc.integer({ min: 0, max: 3 }), isBusted: fc.boolean(),
}), { maxLength: 60 });

describe('what an account holds of an instrument', () => {
  it('REQ-D06 is netted over any number of strategies, whenever each of them joins, busts included', () => {
    fc.assert(fc.property(instrument, trades, (of, all) => {
      const holding = new Holding(of);
      const positions: Position[] = [];
      const alone = new CostBasis(of);
      const own = new Map<Position, CostBasis>();
      all.forEach(({ lots, tick, owner, isBusted }, index) => {
        const joined = positions[owner % (positions.length + 1)];
        const position = joined ?? new Position(`s${positions.length}`, of);
        if (joined === undefined) {
          positions.push(position);
          holding.join(position);
          own.set(position, new CostBasis(of));
        }
        const fill = { fillId: `${index}`, tick, lots, value: positionValue(of, tick, lots), tsEvent: index };
        expect(holding.fill(position, fill)).toEqual({ realised: own.get(position)!.fill(fill), booked: alone.fill(fill) });
        if (isBusted) expect(holding.bust(position, fill)).toEqual({ realised: own.get(position)!.bust(fill), booked: alone.bust(fill) });
        expect([holding.basis.lots, holding.basis.cost, holding.basis.realised, holding.basis.traded, holding.basis.openedAt]).toEqual([alone.lots, alone.cost, alone.realised, alone.traded, alone.openedAt]);
      });
      for (const [position, basis] of own) expect([position.lots, position.cost, position.realised]).toEqual([basis.lots, basis.cost, basis.realised]);
    }));
  });
});
