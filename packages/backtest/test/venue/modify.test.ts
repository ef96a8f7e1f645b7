import { describe, expect, it } from 'vitest';
import { REALISTIC } from '../../src/venue/matching-rules.ts';
import { ask, bid, type Message, message, type RigOptions, soldAt, VenueRig } from './venue-rig.ts';

/** Queue of 100 ahead, own 10 behind it, 40 more join behind us, then we change the order, then a trade. */
function changing(to: { readonly price?: number; readonly quantity?: number }, trade: Message, terms: RigOptions['terms'] = {}): VenueRig {
  return new VenueRig({ terms, acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]), 10_000: (desk) => desk.change('own', to) } })
    .run([message(0, bid(100, 100), bid(99, 50), ask(101, 80)), message(8_000, bid(100, 140)), trade]);
}

const soldOf = (lots: number): Message => message(20_000, soldAt(100, lots));

describe('§6 REQ-D14 changing an order', () => {
  it('§6.1 less of it keeps its place', () => {
    expect(changing({ quantity: 5 }, soldOf(101)).fills).toEqual(['1@100']);
    expect(changing({ quantity: 5 }, soldOf(120)).fills).toEqual(['5@100']);
  });

  it('§6.2 the same quantity keeps its place', () => {
    expect(changing({ quantity: 10 }, soldOf(101)).fills).toEqual(['1@100']);
    expect(changing({ quantity: 10 }, soldOf(120)).fills).toEqual(['10@100']);
  });

  it('§6.3 more of it goes to the back of the queue, with all 15 to fill', () => {
    const rig = changing({ quantity: 15 }, soldOf(101));
    expect(rig.fills).toEqual([]);
    expect(rig.engine.resting.map(({ front, leaves }) => [front, leaves])).toEqual([[39, 15]]);
    expect(rig.order('own').leavesLots).toBe(15);
  });

  it('§6.3 more of it than the account can carry is refused like a new order', () => {
    const rig = changing({ quantity: 500 }, soldOf(1_000), { balances: [{ currency: 'USD', amount: '1500' }], maxLeverage: 1 });
    expect(rig.log.at(-2)).toMatch(/OrderModifyRejected INSUFFICIENT_MARGIN/);
    expect(rig.fills).toEqual(['10@100']);
  });

  it('§6.4 another price is another queue', () => {
    const rig = changing({ price: 99 }, soldOf(101));
    expect(rig.fills).toEqual([]);
    expect(rig.engine.resting.map(({ tick, front }) => [tick, front])).toEqual([[99, 50]]);
  });

  it('§6.5 a venue where any change loses its place', () => {
    expect(changing({ quantity: 5 }, soldOf(120), { rules: { ...REALISTIC, keepsPriorityOnReduce: false } }).fills).toEqual([]);
  });

  it('§6.6 a price that crosses takes', () => {
    const rig = changing({ price: 101 }, message(20_000, ask(101, 80)));
    expect(rig.fills).toEqual(['10@101']);
    expect(rig.log.slice(2)).toEqual(['13000 OrderModified', '13000 OrderFilled 10@101']);
  });

  it('§6.7 an order that filled meanwhile cannot be changed, and what filled stays', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]), 10_000: (desk) => desk.change('own', { quantity: 5 }) } })
      .run([message(0, bid(100, 100), ask(101, 80)), message(11_000, soldAt(100, 110))]);
    expect(rig.log.slice(2)).toEqual(['12000 OrderFilled 10@100', '13000 OrderModifyRejected ORDER_NOT_FOUND']);
  });

  it('§6.8 quantity is of the whole order: a change to no more than what filled is refused', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]), 20_000: (desk) => desk.change('own', { quantity: 6 }), 30_000: (desk) => desk.change('own', { quantity: 3 }) } })
      .run([message(0, bid(100, 100), ask(101, 80)), message(11_000, soldAt(100, 104))]);
    expect(rig.log.slice(2)).toEqual(['12000 OrderFilled 4@100', '23000 OrderModified', '33000 OrderModifyRejected QUANTITY_BELOW_FILLED']);
    expect(rig.engine.resting.map(({ leaves }) => leaves)).toEqual([2]);
  });
});
