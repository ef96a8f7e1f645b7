import type { Order } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { ask, bid, boughtAt, type Desk, message, type Row, soldAt, VenueRig } from './venue-rig.ts';

const id = 'X-PERP.TEST';

/** A conditional order sent at 2,000 into 100×50 / 102×50 with one trade at 101 before; rows follow every 10 ms. */
function waiting(make: (desk: Desk) => Order, ...rows: readonly Row[]): VenueRig {
  return new VenueRig({ acts: { 2_000: (desk) => desk.send('own', make(desk)) } })
    .run([message(0, bid(100, 50), ask(102, 50), boughtAt(101, 1)), ...rows.map((row, i) => message(20_000 + 10_000 * i, row))]);
}

describe('REQ-B63 REQ-A47 conditional orders', () => {
  it('a stop to buy fires when the price has risen, as an IOC limit with a cap', () => {
    const rig = waiting((desk) => desk.order.stopMarket({ instrumentId: id, side: 'buy', quantity: 10, triggerPrice: 105 }), boughtAt(104, 1), boughtAt(105, 1));
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '31000 OrderTriggered', '31000 OrderFilled 10@102']);
  });

  it('a stop to sell fires when the price has fallen', () => {
    const rig = waiting((desk) => desk.order.stopMarket({ instrumentId: id, side: 'sell', quantity: 10, triggerPrice: 99 }), soldAt(100, 1), soldAt(99, 1));
    expect(rig.log.slice(2)).toEqual(['31000 OrderTriggered', '31000 OrderFilled 10@100']);
  });

  it('a touch order to buy fires when the price has fallen to it', () => {
    const rig = waiting((desk) => desk.order.marketIfTouched({ instrumentId: id, side: 'buy', quantity: 10, triggerPrice: 100 }), soldAt(101, 1), soldAt(100, 1));
    expect(rig.log.slice(2)).toEqual(['31000 OrderTriggered', '31000 OrderFilled 10@102']);
  });

  it('a stop limit rests at its limit once fired, and the trade that fired it does not fill it', () => {
    const rig = waiting((desk) => desk.order.stopLimit({ instrumentId: id, side: 'sell', quantity: 10, triggerPrice: 99, price: 103 }), soldAt(99, 1));
    expect(rig.log.slice(2)).toEqual(['21000 OrderTriggered']);
    expect(rig.engine.resting.map(({ tick }) => tick)).toEqual([103]);
  });

  it('a trailing stop follows a better price and never steps back', () => {
    const rig = waiting((desk) => desk.order.trailingStop({ instrumentId: id, side: 'sell', quantity: 10, trailBy: 3 }), boughtAt(106, 1), boughtAt(104, 1), soldAt(103, 1));
    expect(rig.log.slice(2)).toEqual(['41000 OrderTriggered', '41000 OrderFilled 10@100']);
  });

  it('watches the mid where told to', () => {
    const rig = waiting((desk) => desk.order.stopMarket({ instrumentId: id, side: 'buy', quantity: 10, triggerPrice: 103, triggerSource: 'mid' }), boughtAt(110, 1), bid(101, 10), ask(102, 0), ask(105, 9));
    expect(rig.log.slice(2)).toEqual(['51000 OrderTriggered', '51000 OrderFilled 9@105', '51000 OrderExpired']);         // half a percent beyond 105 is no tick more
  });

  it('whose price has been reached already fires on arrival', () => {
    const rig = waiting((desk) => desk.order.stopMarket({ instrumentId: id, side: 'buy', quantity: 10, triggerPrice: 101 }));
    expect(rig.log.slice(1)).toEqual(['5000 OrderAccepted', '5000 OrderTriggered', '5000 OrderFilled 10@102']);
  });

  it('can be canceled and changed while it waits', () => {
    const rig = new VenueRig({
      acts: {
        2_000: (desk) => desk.send('own', desk.order.stopMarket({ instrumentId: id, side: 'buy', quantity: 10, triggerPrice: 105 })),
        8_000: (desk) => desk.change('own', { quantity: 4 }), 14_000: (desk) => desk.end('own'),
      },
    }).run([message(0, bid(100, 50), ask(102, 50), boughtAt(101, 1)), message(40_000, boughtAt(106, 1))]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '11000 OrderModified', '17000 OrderCanceled']);
    expect(rig.order('own').lots).toBe(4);
  });
});
