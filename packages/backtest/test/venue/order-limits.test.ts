import { describe, expect, it } from 'vitest';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { ask, bid, type Desk, message, sameEntry, VenueRig } from './venue-rig.ts';

const TERMS = { entry: sameEntry(1), response: new ConstantLatency(1), limits: { priceBandPct: 5, maxOpenOrders: 2 } };
const OPENING = message(0, bid(1_000, 50), ask(1_002, 50));
const sent = (acts: Record<number, (desk: Desk) => void>): VenueRig => new VenueRig({ terms: TERMS, acts }).run([OPENING]);

describe('REQ-D14 what a venue takes of orders', () => {
  it.each([
    ['buy', 1_051, 'OrderFilled 1@1002'], ['buy', 1_052, 'OrderRejected PRICE_BAND'], ['sell', 951, 'OrderFilled 1@1000'], ['sell', 950, 'OrderRejected PRICE_BAND'],
    ['buy', 10, 'OrderAccepted'], ['sell', 9_000, 'OrderAccepted'],
  ] as const)('5 %% beyond the mid of 1001 and no further: a %s at %d', (side, tick, outcome) => {
    expect(sent({ 10: (desk) => desk.limit('own', side, [1, tick]) }).log.at(-1)).toBe(`12 ${outcome}`);
  });

  it('a price moved beyond the band is refused, the order stays as it was', () => {
    const rig = sent({ 10: (desk) => desk.limit('own', 'buy', [1, 990]), 20: (desk) => desk.change('own', { price: 1_060 }) });
    expect(rig.log.at(-1)).toBe('22 OrderModifyRejected PRICE_BAND');
    expect([rig.order('own').status, rig.order('own').tick]).toEqual(['ACCEPTED', 990]);
  });

  it('one order too many is refused, and taken once another has gone', () => {
    const rig = sent({
      10: (desk) => desk.limit('a', 'buy', [1, 990]), 20: (desk) => desk.limit('b', 'buy', [1, 991]), 30: (desk) => desk.limit('c', 'buy', [1, 992]),
      40: (desk) => desk.end('a'), 50: (desk) => desk.limit('d', 'buy', [1, 993]),
    });
    expect(['a', 'b', 'c', 'd'].map((name) => rig.order(name).status)).toEqual(['CANCELED', 'ACCEPTED', 'REJECTED', 'ACCEPTED']);
    expect(rig.log).toContain('32 OrderRejected TOO_MANY_ORDERS');
  });
});
