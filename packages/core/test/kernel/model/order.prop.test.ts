import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { NO_PRICE, orderMutator } from '../../../src/kernel/model/order.ts';
import { LINEAR, makeOrder } from '../support/book.ts';

const fills = fc.array(fc.record({ tick: fc.integer({ min: 1, max: 2_000_000_000 }), lots: fc.integer({ min: 1, max: 1_000_000_000 }) }), { minLength: 1, maxLength: 12 });

describe('order', () => {
  it('REQ-D06 filled, left and average are exact for any fills, also beyond 2^53', () => {
    fc.assert(fc.property(fills, (parts) => {
      const total = parts.reduce((sum, { lots }) => sum + lots, 0);
      const order = makeOrder({ instrument: LINEAR, lots: total });
      orderMutator.apply(order, 'OrderSubmitted');
      let filled = 0;
      let value = 0n;
      for (const { tick, lots } of parts) {
        orderMutator.fill(order, tick, lots);
        filled += lots;
        value += BigInt(tick) * BigInt(lots);
        expect([order.filledLots, order.leavesLots, order.status]).toEqual([filled, total - filled, filled === total ? 'FILLED' : 'PARTIALLY_FILLED']);
        expect(order.averageFillPrice?.eq(new Decimal(value.toString()).div(filled).times('0.1'))).toBe(true);
      }
      expect([order.isOpen, order.isClosed]).toEqual([false, true]);
    }));
  });

  it('REQ-B08 busts take fills back in any order; with all of them gone it is as if none had been', () => {
    fc.assert(fc.property(fills, fc.infiniteStream(fc.nat()), (parts, picks) => {
      const order = makeOrder({ instrument: LINEAR, lots: parts.reduce((sum, { lots }) => sum + lots, 0) });
      orderMutator.apply(order, 'OrderSubmitted');
      for (const { tick, lots } of parts) orderMutator.fill(order, tick, lots);
      const left = [...parts];
      while (left.length > 0) {
        const [taken] = left.splice(picks.next().value! % left.length, 1);
        orderMutator.bust(order, taken!.tick, taken!.lots);
        const rest = left.reduce((sum, { lots }) => sum + lots, 0);
        expect([order.filledLots, order.status]).toEqual([rest, rest === 0 ? 'ACCEPTED' : 'PARTIALLY_FILLED']);
        if (rest > 0) expect(order.averageFillPrice?.eq(new Decimal(left.reduce((sum, { tick, lots }) => sum + BigInt(tick) * BigInt(lots), 0n).toString()).div(rest).times('0.1'))).toBe(true);
      }
      expect([order.averageFillPrice, order.isOpen]).toEqual([undefined, true]);
      expect(() => { orderMutator.bust(order, 1, 1); }).toThrow('a bust of 1 lots exceeds the 0 filled');
    }));
  });

  it('derives its id from run, strategy and sequence, so that a restart derives it again', () => {
    const [first, again] = [0, 1].map(() => makeOrder({ instrument: LINEAR, sequence: 7, strategyId: 'btc' }));
    expect([first!.id, again!.id]).toEqual(['test-btc-7', 'test-btc-7']);
  });

  it('shows prices and quantities as Decimals, undefined where it has none', () => {
    const order = makeOrder({ instrument: LINEAR, lots: 1_500, tick: 600_001, side: 'sell' });
    expect([order.price?.toFixed(), order.quantity.toFixed(), order.triggerPrice, order.sign, order.instrumentId]).toEqual(['60000.1', '1.5', undefined, -1, LINEAR.id]);
    expect(makeOrder({ instrument: LINEAR, tick: NO_PRICE }).price).toBeUndefined();
    expect(makeOrder({ instrument: LINEAR, options: { triggerTick: 5 } }).triggerPrice?.toFixed()).toBe('0.5');
  });

  it('a denial ends the order before it leaves and stays with it', () => {
    const order = makeOrder({ instrument: LINEAR });
    orderMutator.deny(order, { code: 'RATE_EXCEEDED', message: 'too fast' });
    expect([order.status, order.isClosed, order.denial?.code]).toEqual(['DENIED', true, 'RATE_EXCEEDED']);
  });

  it('pending and unknown are flags beside the status, so a fill during a cancel is an ordinary transition', () => {
    const order = makeOrder({ instrument: LINEAR, lots: 2 });
    orderMutator.apply(order, 'OrderSubmitted');
    orderMutator.flags(order, { pendingCancel: true, unknown: true });
    orderMutator.fill(order, 600_000, 1);
    expect([order.status, order.isPendingCancel, order.isPendingModify, order.isUnknown]).toEqual(['PARTIALLY_FILLED', true, false, true]);
    orderMutator.flags(order, { pendingModify: true, unknown: false });
    orderMutator.amend(order, 600_010, 5);
    expect([order.isPendingModify, order.isUnknown, order.leavesLots, order.tick]).toEqual([false, false, 4, 600_010]);
  });
});
