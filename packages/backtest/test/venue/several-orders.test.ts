import { describe, expect, it } from 'vitest';
import { ask, bid, type Message, message, soldAt, VenueRig } from './venue-rig.ts';

const OPENING: Message = message(0, bid(100, 100), bid(99, 50), ask(101, 80));

describe('§2 REQ-D14 several own orders on one level', () => {
  it('§2.1 one trade fills no more than its excess over the public queue, first come first served', () => {
    const rig = new VenueRig({ acts: { 2_000: ['1', '2', '3', '4'].map((name) => (desk) => desk.limit(name, 'buy', [10, 100])) } });
    rig.run([OPENING, message(20_000, soldAt(100, 105))]);
    expect(['1', '2', '3', '4'].map((name) => rig.order(name).filledLots)).toEqual([5, 0, 0, 0]);
    expect(rig.book.position).toBe(5);
    expect(rig.engine.resting.map(({ front }) => Math.max(0, front))).toEqual([0, 0, 0, 0]);
  });

  it('§2.2 public quantity that joined between two own orders is ahead of the second only', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('A', 'buy', [10, 100]), 8_000: (desk) => desk.limit('B', 'buy', [10, 100]) } });
    rig.run([OPENING, message(5_000, bid(100, 120)), message(20_000, soldAt(100, 125))]);
    expect([rig.order('A').filledLots, rig.order('B').filledLots]).toEqual([10, 0]);
    expect(rig.front).toBe(5);
  });

  it('§2.2 what follows fills B after five more', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('A', 'buy', [10, 100]), 8_000: (desk) => desk.limit('B', 'buy', [10, 100]) } });
    rig.run([OPENING, message(5_000, bid(100, 120)), message(20_000, soldAt(100, 125)), message(30_000, soldAt(100, 8))]);
    expect(rig.order('B').filledLots).toBe(3);
  });

  it('a better price of ours trades before a worse one, whatever came first', () => {
    const rig = new VenueRig({ acts: { 2_000: [(desk) => desk.limit('low', 'buy', [5, 99]), (desk) => desk.limit('high', 'buy', [5, 100])] } });
    rig.run([OPENING, message(20_000, soldAt(100, 105)), message(30_000, soldAt(99, 52))]);
    expect(rig.fills).toEqual(['5@100', '2@99']);
  });

  it.each([
    ['a trade through both', message(20_000, soldAt(97, 5))], ['an ask shown at the worse', message(20_000, bid(100, 0), bid(99, 0), ask(99, 5))],
  ])('the better price of ours is met first by %s', (_what, event) => {
    const rig = new VenueRig({ acts: { 2_000: [(desk) => desk.limit('low', 'buy', [5, 99]), (desk) => desk.limit('high', 'buy', [5, 100])] } });
    rig.run([OPENING, event]);
    expect(rig.fills).toEqual(['5@100']);
  });
});
