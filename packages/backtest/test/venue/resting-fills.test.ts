import { describe, expect, it } from 'vitest';
import { OPTIMISTIC, REALISTIC } from '../../src/venue/matching-rules.ts';
import { ask, bid, type Message, message, soldAt, VenueRig, type RigOptions } from './venue-rig.ts';

/** Bid 100×100, 99×50; ask 101×80; own buy 10@100 sent at 2,000, at the venue at 4,000, acknowledged at 5,000. */
function resting(messages: readonly Message[], terms: RigOptions['terms'] = {}): VenueRig {
  return new VenueRig({ terms, acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]) } }).run([message(0, bid(100, 100), bid(99, 50), ask(101, 80)), ...messages]);
}

describe('§3 REQ-D14 resting fills', () => {
  it('§3.1 sell 103: filled 3 as maker, leaves 7, told a response later', () => {
    const rig = resting([message(20_000, soldAt(100, 103))]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '21000 OrderFilled 3@100']);
    expect(rig.order('own')).toMatchObject({ status: 'PARTIALLY_FILLED', leavesLots: 7 });
    expect(rig.book).toEqual({ position: 3, cash: '-300', fees: '-0.03' });
  });

  it('§3.2 sell 104 then 6: position 10, and the order is gone', () => {
    const rig = resting([message(20_000, soldAt(100, 104), bid(100, 0)), message(20_500, soldAt(100, 6))]);
    expect(rig.fills).toEqual(['4@100', '6@100']);
    expect(rig.book).toEqual({ position: 10, cash: '-1000', fees: '-0.1' });
    expect(rig.order('own').status).toBe('FILLED');
    expect(rig.engine.resting).toEqual([]);
  });

  it('§3.3 sell 104 then 7: the last lot is not used, an exact fill leaves no zombie', () => {
    const rig = resting([message(20_000, soldAt(100, 104)), message(20_500, soldAt(100, 7)), message(21_000, soldAt(100, 50))]);
    expect(rig.fills).toEqual(['4@100', '6@100']);
    expect(rig.book.position).toBe(10);
    expect(rig.engine.resting).toEqual([]);
  });

  it('§3.4 a trade through our price fills us wholly, at our price', () => {
    const rig = resting([message(20_000, soldAt(99, 1))], { rules: { ...REALISTIC, crossFill: 'full' } });
    expect(rig.fills).toEqual(['10@100']);
    expect(rig.book).toEqual({ position: 10, cash: '-1000', fees: '-0.1' });
  });

  it('§3.4 where a fill may not exceed what was seen, a trade through gives its own size', () => {
    const rig = resting([message(20_000, soldAt(99, 1))]);
    expect(rig.fills).toEqual(['1@100']);
  });

  it('§3.5 an ask at our price without a trade fills what it displays, or all where asked for', () => {
    const messages = [message(20_000, bid(100, 0)), message(20_100, ask(100, 3))];
    expect(resting(messages).fills).toEqual(['3@100']);
    expect(resting(messages).order('own').leavesLots).toBe(7);
    const full = resting(messages, { rules: { ...REALISTIC, crossFill: 'full' } });
    expect(full.fills).toEqual(['10@100']);
    expect(full.book.fees).toBe('-0.1');                                            // as a maker
  });

  it('§3.6 a level that vanishes leaves nobody ahead of us', () => {
    const rig = resting([message(20_000, bid(100, 0)), message(20_100, soldAt(100, 4))]);
    expect(rig.fills).toEqual(['4@100']);
    expect(rig.order('own').leavesLots).toBe(6);
  });

  it('§3.7 alone on an empty level: the first trade is ours', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 99]) } });
    rig.run([message(0, bid(100, 100), ask(101, 80)), message(20_000, soldAt(99, 4))]);
    expect(rig.fills).toEqual(['4@99']);
  });

  it('§3.8 optimistic fills must be asked for: then any trade at the price fills all', () => {
    const rig = resting([message(20_000, soldAt(100, 103))], { rules: OPTIMISTIC });
    expect(rig.fills).toEqual(['10@100']);
    expect(rig.book).toEqual({ position: 10, cash: '-1000', fees: '-0.1' });
  });
});
