import { describe, expect, it } from 'vitest';
import { OPTIMISTIC, REALISTIC } from '../../src/venue/matching-rules.ts';
import { type Act, ask, bid, type Message, message, type RigOptions, VenueRig } from './venue-rig.ts';

const OPENING: Message = message(0, bid(99, 40), ask(101, 50), ask(102, 60), ask(103, 70));

/** What one order did to asks 101×50, 102×60, 103×70. */
function taking(acts: Readonly<Record<number, Act | readonly Act[]>>, terms: RigOptions['terms'] = {}, more: readonly Message[] = []): VenueRig {
  return new VenueRig({ terms, acts }).run([OPENING, ...more]);
}

describe('§4 REQ-D14 REQ-B63 taking', () => {
  it('§4.1 GTC 80: every level is told, none is lost', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [80, 102]) });
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '5000 OrderFilled 50@101', '5000 OrderFilled 30@102']);
    expect(rig.book).toEqual({ position: 80, cash: '-8110', fees: '4.055' });
    expect(rig.order('own').status).toBe('FILLED');
  });

  it('§4.2 GTC 200: the residual rests at its limit, fills there or expires, by the rule of the venue', () => {
    const order: Act = (desk) => desk.limit('own', 'buy', [200, 102]);
    const rest = taking({ 2_000: order });
    expect(rest.fills).toEqual(['50@101', '60@102']);
    expect(rest.engine.resting.map(({ tick, leaves }) => [tick, leaves])).toEqual([[102, 90]]);
    const atLimit = taking({ 2_000: order }, { rules: { ...REALISTIC, residual: 'fill-at-limit' } });
    expect(atLimit.fills).toEqual(['50@101', '60@102', '90@102']);
    const expire = taking({ 2_000: order }, { rules: { ...REALISTIC, residual: 'expire' } });
    expect([expire.order('own').status, expire.order('own').filledLots]).toEqual(['EXPIRED', 110]);
  });

  it('§4.3 IOC 80: filled like the GTC', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [80, 102], { timeInForce: 'IOC' }) });
    expect(rig.fills).toEqual(['50@101', '30@102']);
    expect(rig.order('own').status).toBe('FILLED');
  });

  it('§4.4 IOC 200: 110 filled and booked, 90 expired', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [200, 102], { timeInForce: 'IOC' }) });
    expect([rig.order('own').status, rig.order('own').filledLots]).toEqual(['EXPIRED', 110]);
    expect(rig.book).toEqual({ position: 110, cash: '-11170', fees: '5.585' });
    expect(rig.engine.resting).toEqual([]);
  });

  it('§4.5 FOK 80: all of it', () => {
    expect(taking({ 2_000: (desk) => desk.limit('own', 'buy', [80, 102], { timeInForce: 'FOK' }) }).fills).toEqual(['50@101', '30@102']);
  });

  it('§4.6 FOK 200: none of it, for 110 is not 200', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [200, 102], { timeInForce: 'FOK' }) });
    expect([rig.order('own').status, rig.book.position]).toEqual(['EXPIRED', 0]);
  });

  it('§4.7 REQ-B64 post-only that would take is rejected, and no acknowledgement goes before', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [10, 101], { postOnly: true }) });
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderRejected POST_ONLY_WOULD_TAKE']);
    expect(rig.engine.resting).toEqual([]);
  });

  it('§4.7 post-only below the touch rests', () => {
    expect(taking({ 2_000: (desk) => desk.limit('own', 'buy', [10, 100], { postOnly: true }) }).order('own').status).toBe('ACCEPTED');
  });

  it('§4.8 optimistic: any size at the touch', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [200, 102]) }, { rules: OPTIMISTIC });
    expect(rig.book).toMatchObject({ position: 200, cash: '-20200' });
  });

  it('§4.9 what was taken is gone until the level is shown again', () => {
    const ioc = (name: string): Act => (desk) => desk.limit(name, 'buy', [name === 'first' ? 50 : 10, 101], { timeInForce: 'IOC' });
    const rig = taking({ 2_000: ioc('first'), 4_000: ioc('second'), 8_000: ioc('third') }, {}, [message(9_000, ask(101, 25))]);
    expect(['first', 'second', 'third'].map((name) => rig.order(name).filledLots)).toEqual([50, 0, 10]);
    const forgetful = taking({ 2_000: ioc('first'), 4_000: ioc('second') }, { rules: { ...REALISTIC, rememberConsumption: false } });
    expect(forgetful.order('second').filledLots).toBe(10);
  });

  it('§4.9 an update of another level does not bring back what was taken', () => {
    const ioc = (name: string): Act => (desk) => desk.limit(name, 'buy', [50, 101], { timeInForce: 'IOC' });
    const rig = taking({ 2_000: ioc('first'), 8_000: ioc('second') }, {}, [message(7_000, ask(102, 61), bid(99, 41))]);
    expect(rig.order('second').filledLots).toBe(0);
  });

  it('REQ-A46 REQ-A47 a market order leaves as an IOC limit capped at its slippage from the touch', () => {
    const rig = taking({ 2_000: (desk) => desk.send('own', desk.order.market({ instrumentId: 'X-PERP.TEST', side: 'buy', quantity: 200, maxSlippageBps: 100 })) });
    expect([rig.order('own').tick, rig.order('own').timeInForce]).toEqual([102, 'IOC']);
    expect(rig.fills).toEqual(['50@101', '60@102']);
    expect(rig.order('own').status).toBe('EXPIRED');
  });

  it('REQ-B12 the estimate a strategy walks is what a frozen book then gives', () => {
    let estimate: { averagePrice: number; worstTick: number } | undefined;
    const rig = taking({
      2_000: (desk) => {
        estimate = desk.cache.book('X-PERP.TEST')!.walk('buy', { quantity: 90 });
        desk.limit('own', 'buy', [90, 103], { timeInForce: 'IOC' });
      },
    });
    expect(rig.order('own').averageFillPrice!.toNumber()).toBeCloseTo(estimate!.averagePrice, 12);
    expect(rig.fills.at(-1)).toBe(`40@${estimate!.worstTick}`);
  });
});

describe('§4 REQ-B64 reduce-only', () => {
  const open: Act = (desk) => desk.limit('open', 'buy', [30, 101], { timeInForce: 'IOC' });

  it('never flips: an order larger than the position at the venue ends when the position is flat', () => {
    const rig = taking({
      2_000: open, 8_000: (desk) => desk.limit('out', 'sell', [30, 105], { reduceOnly: true }), 12_000: (desk) => desk.limit('other', 'sell', [20, 99], { timeInForce: 'IOC' }),
    }, {}, [message(30_000, bid(105, 80))]);
    expect(rig.venue.account.lots(rig.instrument)).toBe(0);
    expect(rig.book.position).toBe(0);
    expect([rig.order('out').filledLots, rig.order('out').status]).toEqual([10, 'CANCELED']);
  });

  it('is rejected where there is nothing to reduce by the time it arrives', () => {
    const rig = taking({
      2_000: open, 8_000: [(desk) => desk.limit('close', 'sell', [30, 99], { timeInForce: 'IOC' }), (desk) => desk.limit('late', 'sell', [30, 105], { reduceOnly: true })],
    });
    expect(rig.order('late').status).not.toBe('ACCEPTED');
    expect(rig.book.position).toBe(0);
  });
});

describe('§4 REQ-B63 good till date', () => {
  it('ends by itself at its time, and the end is told', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [10, 100], { expiresAt: 9_000 }) }, {}, [message(20_000, bid(98, 1))]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '10000 OrderExpired']);
  });

  it('that is over before it arrives never rests, and time does not run backwards', () => {
    const rig = taking({ 2_000: (desk) => desk.limit('own', 'buy', [10, 100], { expiresAt: 3_000 }) }, {}, [message(20_000, bid(98, 1))]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderExpired']);
    expect(rig.events.at(-1)!.tsEvent).toBe(4_000);
    expect(rig.engine.resting).toEqual([]);
  });
});

describe('§4 self-trade prevention', () => {
  const both: Readonly<Record<number, Act>> = { 2_000: (desk) => desk.limit('maker', 'sell', [10, 102]), 8_000: (desk) => desk.limit('taker', 'buy', [80, 102]) };

  it.each([
    ['cancel-maker', 'CANCELED', 80], ['cancel-taker', 'ACCEPTED', 50], ['cancel-both', 'CANCELED', 50], ['allow', 'ACCEPTED', 80],
  ] as const)('%s: the maker is %s, the taker gets %d', (selfTrade, maker, filled) => {
    const rig = taking(both, { rules: { ...REALISTIC, selfTrade } });
    expect(rig.order('maker').status).toBe(maker);
    expect(rig.order('taker').filledLots).toBe(filled);
  });

  it.each(['cancel-maker', 'cancel-taker', 'cancel-both'] as const)('%s: what a taker does not reach stays, and so does the taker', (selfTrade) => {
    const rig = taking({ 2_000: (desk) => desk.limit('maker', 'sell', [10, 102]), 8_000: (desk) => desk.limit('taker', 'buy', [50, 102], { timeInForce: 'IOC' }) }, { rules: { ...REALISTIC, selfTrade } });
    expect(rig.order('maker').status).toBe('ACCEPTED');
    expect(rig.order('taker').status).toBe('FILLED');
  });

  it.each([
    ['cancel-maker', 'CANCELED', 'ACCEPTED'], ['cancel-taker', 'ACCEPTED', 'CANCELED'], ['cancel-both', 'CANCELED', 'CANCELED'],
  ] as const)('%s, alone inside the spread: the maker is %s, what would meet it is %s', (selfTrade, maker, taker) => {
    const rig = taking({ 2_000: (desk) => desk.limit('maker', 'sell', [10, 100]), 8_000: (desk) => desk.limit('taker', 'buy', [5, 100]) }, { rules: { ...REALISTIC, selfTrade } });
    expect(rig.order('maker').status).toBe(maker);
    expect(rig.order('taker').status).toBe(taker);
  });
});
