import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenIds } from '../../../src/kernel/execution/seen-ids.ts';

describe('seen ids', () => {
  it('REQ-A61 an id is new once, as long as fewer than the limit came after it', () => {
    fc.assert(fc.property(fc.array(fc.nat(30), { maxLength: 200 }), (ids) => {
      const seen = new SeenIds(10);
      const latest: number[] = [];
      for (const id of ids) {
        const isKnown = seen.isSeen(String(id));
        if (latest.slice(-10).includes(id)) expect(isKnown).toBe(true);
        if (!latest.includes(id)) expect(isKnown).toBe(false);
        if (!isKnown) latest.push(id);
      }
    }));
  });

  it('forgets what lies far back, so that its memory is bounded', () => {
    const seen = new SeenIds(10);
    for (let i = 0; i < 100; i++) seen.isSeen(`id ${i}`);
    expect([seen.isSeen('id 99'), seen.isSeen('id 85'), seen.isSeen('id 5')]).toEqual([true, true, false]);
  });
});
