import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToldIds } from '../../../src/kernel/model/told-ids.ts';

describe('executions an order has been told of', () => {
  test('each id is new once, however many there are and in whatever order they return', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 200 }), (ids) => {
      const told = new ToldIds();
      const known = new Set<string>();
      for (const id of ids) {
        expect(told.isTold(id)).toBe(known.has(id));
        known.add(id);
      }
    }));
  });
});
