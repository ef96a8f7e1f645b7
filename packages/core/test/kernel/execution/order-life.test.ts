import { describe, expect, it } from 'vitest';
import { isArbError } from '../../../src/kernel/errors.ts';
import { toMoney } from '../../../src/kernel/math/money.ts';
import { topics } from '../../../src/kernel/bus/topic.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { failureReport } from '../support/failure-report.ts';
import { BYBIT, Rig, START, type Witness } from './rig.ts';

function sent(rig: Rig): { order: Order; strategy: Witness } {
  const { runner, strategy } = rig.witness();
  const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' });
  runner.submit(order);
  rig.kernel.drain();
  return { order, strategy };
}

describe('an order in a report', () => {
  it('REQ-B61 shows its state in JSON and where an assertion fails, although its fields are private', () => {
    const { order } = sent(new Rig());
    expect(JSON.parse(JSON.stringify(order))).toEqual({
      id: 'r-s-1', instrumentId: BYBIT.id, side: 'buy', type: 'LIMIT', timeInForce: 'GTC', status: 'SUBMITTED', quantity: '0.01', filledQuantity: '0', price: '59990', reduceOnly: false, postOnly: false,
    });
    expect(failureReport(order, { status: 'FILLED' })).toContain('+   "status": "SUBMITTED"');
  });
});

describe('order life cycle', () => {
  it('REQ-B08 REQ-B04 goes from SUBMITTED over ACCEPTED and PARTIALLY_FILLED to FILLED, with the venue id', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    expect(order.status).toBe('SUBMITTED');
    rig.report((kernel, at) => { kernel.accepted(order, at, 'v1'); });
    expect([order.status, order.venueOrderId]).toEqual(['ACCEPTED', 'v1']);
    rig.fill(order, 4);
    expect([order.status, String(order.filledQuantity), String(order.leavesQuantity)]).toEqual(['PARTIALLY_FILLED', '0.004', '0.006']);
    rig.fill(order, 6);
    expect(strategy.heard).toEqual([
      'OrderSubmitted 1 SUBMITTED', 'OrderAccepted 1 ACCEPTED', 'OrderFilled 1 PARTIALLY_FILLED', 'position opened', 'OrderFilled 1 FILLED', 'closed 1 FILLED', 'position changed',
    ]);
    expect(rig.kernel.cache.openOrders().size).toBe(0);
    expect(rig.kernel.risk.inFlightCount).toBe(0);
  });

  it('REQ-B04 an acknowledgement after the fills is heard once and changes no status', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    rig.fill(order, 4);
    for (let i = 0; i < 3; i++) rig.report((kernel, at) => { kernel.accepted(order, at, 'v1'); });
    expect(order.status).toBe('PARTIALLY_FILLED');
    rig.fill(order, 6);
    rig.report((kernel, at) => { kernel.accepted(order, at, 'v1'); });
    expect(order.status).toBe('FILLED');
    expect(strategy.heard.filter((line) => line.startsWith('OrderAccepted'))).toEqual(['OrderAccepted 1 PARTIALLY_FILLED']);
  });

  it('REQ-B04 an acknowledgement after the last fill is heard once', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    rig.fill(order, 10);
    for (let i = 0; i < 2; i++) rig.report((kernel, at) => { kernel.accepted(order, at, 'v1'); });
    expect(strategy.heard.filter((line) => line.startsWith('OrderAccepted'))).toEqual(['OrderAccepted 1 FILLED']);
  });

  it('REQ-B05 a rejection carries its code and reason, ends the order and frees what risk held', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    expect(rig.kernel.risk.inFlightCount).toBe(1);
    rig.report((kernel, at) => { kernel.rejected(order, at, 'POST_ONLY_WOULD_CROSS', 'would take'); });
    expect(strategy.events.at(-1)).toMatchObject({ type: 'OrderRejected', code: 'POST_ONLY_WOULD_CROSS', reason: 'would take' });
    expect([order.status, order.isClosed, rig.kernel.risk.inFlightCount]).toEqual(['REJECTED', true, 0]);
  });

  it('REQ-B08 a fill told after a rejection is booked, and can be taken back', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel, at) => { kernel.rejected(order, at, 'TIMEOUT', 'no answer'); });
    rig.fill(order, 4);
    expect([order.status, order.filledLots, rig.kernel.portfolio.strategyLots('s', BYBIT.id), rig.kernel.risk.inFlightCount]).toEqual(['REJECTED', 4, 4, 0]);
    const last = rig.fill(order, 6);
    expect([order.status, rig.kernel.portfolio.strategyLots('s', BYBIT.id), rig.kernel.risk.inFlightCount]).toEqual(['FILLED', 10, 0]);
    rig.report((kernel, at) => { kernel.fillBusted(order, at, last); });
    expect([order.isClosed, rig.kernel.portfolio.strategyLots('s', BYBIT.id), rig.kernel.risk.inFlightCount, rig.kernel.cache.openOrders().size]).toEqual([true, 4, 0, 0]);
  });

  it('REQ-B08 a fill while a cancel is under way counts, and the cancel ends the rest', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); kernel.execution.cancel(order); });
    expect(order.isPendingCancel).toBe(true);
    rig.fill(order, 4);
    expect([order.status, order.isPendingCancel]).toEqual(['PARTIALLY_FILLED', true]);
    rig.report((kernel, at) => { kernel.canceled(order, at, 'user'); });
    expect([order.status, order.filledLots, order.isPendingCancel]).toEqual(['CANCELED', 4, false]);
    rig.fill(order, 2);                                     // traded before the cancel, told after it
    expect([order.status, order.filledLots]).toEqual(['CANCELED', 6]);
    expect([...rig.kernel.portfolio.legs('s')].map(({ position }) => position.lots)).toEqual([6]);
  });

  it('REQ-B08 cancel is asked for once; a refused cancel leaves the order as it was', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); kernel.execution.cancel(order); kernel.execution.cancel(order); });
    expect(rig.client.told).toEqual(['submit 1', 'cancel 1']);
    for (let i = 0; i < 2; i++) rig.report((kernel, at) => { kernel.cancelRejected(order, at, 'TOO_LATE', 'matching'); });
    expect([order.status, order.isPendingCancel]).toEqual(['ACCEPTED', false]);
    expect(strategy.heard.filter((line) => line.startsWith('OrderCancelRejected'))).toHaveLength(1);
  });

  it('REQ-B08 an unknown outcome is a flag that any later report resolves, never a second order', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    for (let i = 0; i < 2; i++) rig.report((kernel, at) => { kernel.unknown(order, at, 'timeout'); });
    expect([order.status, order.isUnknown]).toEqual(['SUBMITTED', true]);
    expect(strategy.heard.filter((line) => line.startsWith('OrderUnknown'))).toHaveLength(1);
    rig.report((kernel, at) => { kernel.accepted(order, at); });
    expect([order.status, order.isUnknown]).toEqual(['ACCEPTED', false]);
    expect(rig.client.told).toEqual(['submit 1']);
  });

  it('REQ-B08 a busted fill returns position, order and ledger to what they were', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); });
    const before = rig.state;
    const report = rig.fill(order, 10);
    expect(order.status).toBe('FILLED');
    for (let i = 0; i < 2; i++) rig.report((kernel, at) => { kernel.fillBusted(order, at, report); });
    expect([order.status, order.filledLots, order.isOpen]).toEqual(['ACCEPTED', 0, true]);
    const after = rig.state as { legs: unknown; ledger: [string, string][] };
    expect(after).toMatchObject({ open: (before as { open: string[] }).open, legs: [['s', BYBIT.id, 0]] });
    expect(after.ledger.filter(([, balance]) => balance !== '0')).toEqual((before as { ledger: [string, string][] }).ledger);
    expect(strategy.heard.filter((line) => line.startsWith('FillBusted'))).toHaveLength(1);
    expect(rig.kernel.cache.order(order.id)).toBe(order);
    expect(rig.records.filter(({ kind }) => kind === 'Posting').length).toBeGreaterThan(0);
  });

  it('REQ-B08 a change of the order is a flag until the venue answers; a late acknowledgement before it is implied', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel) => { kernel.execution.modify(order, { tick: 599_800, lots: 12 }); kernel.execution.modify(order, { tick: 1, lots: 1 }); });
    expect(rig.client.told).toEqual(['submit 1', 'modify 1 599800@12']);
    rig.report((kernel, at) => { kernel.modified(order, at, { tick: 599_800, lots: 12 }); });
    expect([order.status, order.tick, order.lots, order.isPendingModify]).toEqual(['ACCEPTED', 599_800, 12, false]);
    rig.report((kernel, at) => { kernel.accepted(order, at); });
    expect(order.status).toBe('ACCEPTED');
  });

  it('REQ-A61 an older report of a change cannot undo a newer one', () => {
    const rig = new Rig();
    const { order, strategy } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); kernel.modified(order, at + 1, { tick: 599_800, lots: 12 }); kernel.modified(order, at + 2, { tick: 599_700, lots: 14 }); });
    rig.report((kernel, at) => { kernel.modified(order, at + 1, { tick: 599_800, lots: 12 }); kernel.modified(order, at + 2, { tick: 599_700, lots: 14 }); });
    expect([order.tick, order.lots]).toEqual([599_700, 14]);
    expect(strategy.heard.filter((line) => line.startsWith('OrderModified'))).toHaveLength(2);
  });

  it.each([[[10], 5], [[10, 5], 0], [[12], 3], [[10, 3], 2]])('REQ-B08 fills of %j lots that overtake the report of a change from 10 to 15 leave %d', (parts, left) => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); kernel.execution.modify(order, { tick: order.tick, lots: 15 }); });
    for (const lots of parts) rig.fill(order, lots);
    expect(order.status).toBe('FILLED');
    rig.report((kernel, at) => { kernel.modified(order, at, { tick: order.tick, lots: 15 }); });
    rig.report((kernel, at) => { kernel.modified(order, at, { tick: order.tick, lots: 15 }); });
    expect([order.status, order.leavesLots, order.isPendingModify]).toEqual([left === 0 ? 'FILLED' : 'PARTIALLY_FILLED', left, false]);
    expect([rig.kernel.risk.inFlightCount, rig.kernel.cache.openOrders().size]).toEqual(left === 0 ? [0, 0] : [1, 1]);
    if (left > 0) rig.fill(order, left);
    expect([order.status, rig.kernel.portfolio.strategyLots('s', BYBIT.id), rig.kernel.risk.inFlightCount]).toEqual(['FILLED', 15, 0]);
  });

  it('REQ-B08 a change refused by risk never reaches the venue', () => {
    const rig = new Rig({ limits: { maxOrderNotionalUsd: 1_000 } });
    const { order, strategy } = sent(rig);
    rig.report((kernel) => { kernel.execution.modify(order, { tick: order.tick, lots: 1_000 }); });
    expect(rig.client.told).toEqual(['submit 1']);
    expect(strategy.events.at(-1)).toMatchObject({ type: 'OrderModifyRejected', code: 'NOTIONAL_ABOVE_LIMIT' });
    expect(order.isPendingModify).toBe(false);
  });

  it('REQ-B34 a change that waits for its answer counts: a new order cannot exceed a limit together with it', () => {
    const rig = new Rig({ limits: { maxPositionNotionalUsd: 1_000 } });
    const { runner } = rig.witness();
    const buy = (quantity: string): Order => {
      const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity, price: '50000' });
      runner.submit(order);
      return order;
    };
    const order = buy('0.008');
    rig.report((kernel, at) => { kernel.accepted(order, at); });
    runner.modify(order, { quantity: '0.016' });
    expect(buy('0.008').denial?.code).toBe('POSITION_LIMIT');
    rig.fill(order, 3);
    expect(buy('0.005').denial?.code).toBe('POSITION_LIMIT');
    rig.report((kernel, at) => { kernel.modifyRejected(order, at, 'X', 'no'); });
    const second = buy('0.008');
    expect([order.leavesLots, second.status]).toEqual([5, 'SUBMITTED']);
    rig.report((kernel, at) => { kernel.accepted(second, at); });
    runner.modify(second, { quantity: '0.012' });
    rig.report((kernel, at) => { kernel.modified(second, at, { tick: second.tick, lots: 4 }); });      // the venue took less
    expect(buy('0.008').status).toBe('SUBMITTED');
    expect(buy('0.001').denial?.code).toBe('POSITION_LIMIT');
  });

  it('REQ-B08 a quantity that is not positive is misuse, named with the way out', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    expect(() => { rig.kernel.execution.modify(order, { tick: order.tick, lots: 0 }); }).toThrow(/r-s-1: a quantity of 0 is not positive; cancel the order instead/);
  });

  it('REQ-B08 a forced fill moves the position once, though told twice', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.fill(order, 10);
    const { instrument } = order;
    const forced = { instrument, side: 'sell' as const, tsEvent: START, fill: { fillId: 'liq-1', tick: 590_000, lots: 10, fee: toMoney('1'), feeCurrency: 'USDT', liquidity: 'taker' as const, origin: 'LIQUIDATION' as const } };
    rig.report((kernel) => { kernel.forcedFill('BYBIT', forced); });
    const once = rig.state;
    rig.report((kernel) => { kernel.forcedFill('BYBIT', forced); });
    expect(rig.state).toEqual(once);
    expect([...rig.kernel.portfolio.legs('s')].map(({ position }) => position.lots)).toEqual([0]);
  });

  it('REQ-B10 three listeners hear every update once and in the same order', () => {
    const seen: string[] = [];
    const rig = new Rig({ observers: [{ fill: (event) => { seen.push(`${event.type} ${event.report.fillId}`); } }] });
    const bus: string[] = [];
    rig.kernel.bus.subscribe(topics.orders('s'), (event) => { if (event.type === 'OrderFilled') bus.push(`${event.type} ${event.report.fillId}`); });
    const { order, strategy } = sent(rig);
    for (const lots of [1, 2, 3, 4]) rig.fill(order, lots);
    const own = strategy.events.flatMap((event) => (event.type === 'OrderFilled' ? [`${event.type} ${event.report.fillId}`] : []));
    expect(own).toEqual(['OrderFilled f1', 'OrderFilled f2', 'OrderFilled f3', 'OrderFilled f4']);
    expect(bus).toEqual(own);
    expect(seen).toEqual(own);
  });

  it('REQ-B33 sends both legs or neither', () => {
    const rig = new Rig({ limits: { maxPositionNotionalUsd: 700 } });
    const { runner, strategy } = rig.witness();
    const leg = (quantity: string): Order => runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity, price: '60000' });
    const refused = [leg('0.005'), leg('0.020')];
    expect(runner.submitTogether(refused)).toBe(false);
    rig.kernel.drain();
    expect(refused.map(({ status, denial }) => [status, denial?.code])).toEqual([['DENIED', 'POSITION_LIMIT'], ['DENIED', 'POSITION_LIMIT']]);
    expect(rig.client.told).toEqual([]);
    expect(rig.kernel.risk.inFlightCount).toBe(0);
    expect(strategy.heard).toEqual(['OrderDenied 1 DENIED', 'closed 1 DENIED', 'OrderDenied 2 DENIED', 'closed 2 DENIED']);
    const approved = [leg('0.005'), leg('0.005')];
    expect(runner.submitTogether(approved)).toBe(true);
    expect(rig.client.told).toEqual(['submit 3', 'submit 4']);
  });

  it('a list with an order that left already sends none of it', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const first = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' });
    runner.submit(first);
    const fresh = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' });
    let thrown: unknown;
    try { runner.submitTogether([fresh, first]); } catch (error) { thrown = error; }
    expect(isArbError(thrown) && thrown.code).toBe('ARB_BAD_ORDER');
    expect([fresh.status, rig.client.told]).toEqual(['INITIALIZED', ['submit 1']]);
    expect(rig.records.filter(({ kind }) => kind === 'OrderCreated')).toHaveLength(1);
  });
});

describe('REQ-B08 busts of orders that had ended', () => {
  it('a canceled order whose late fill is taken back stays canceled', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel, at) => { kernel.canceled(order, at, 'user'); });
    const report = rig.fill(order, 10);
    expect(order.status).toBe('FILLED');
    rig.report((kernel, at) => { kernel.fillBusted(order, at, report); });
    expect([order.status, rig.kernel.cache.openOrders().size, rig.kernel.risk.inFlightCount]).toEqual(['CANCELED', 0, 0]);
  });

  it.each(['IOC', 'FOK'] as const)('an %s order does not come to life again: it left the book when it met it, and would count as in flight for ever', (timeInForce) => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990', timeInForce });
    runner.submit(order);
    const report = rig.fill(order, 10);
    rig.report((kernel, at) => { kernel.fillBusted(order, at, report); });
    expect([order.status, order.filledLots, rig.kernel.cache.openOrders().size, rig.kernel.risk.inFlightCount]).toEqual(['CANCELED', 0, 0, 0]);
  });

  it('an IOC order of which a fill was taken back while the next was on its way ends with that', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990', timeInForce: 'IOC' });
    runner.submit(order);
    const first = rig.fill(order, 4);
    rig.report((kernel, at) => { kernel.fillBusted(order, at, first); });
    expect(order.isOpen).toBe(true);
    rig.fill(order, 6);
    expect([order.status, order.filledLots, rig.kernel.cache.openOrders().size, rig.kernel.risk.inFlightCount]).toEqual(['CANCELED', 6, 0, 0]);
  });

  it('a triggered order is triggered again', () => {
    const rig = new Rig();
    const { order } = sent(rig);
    rig.report((kernel, at) => { kernel.accepted(order, at); kernel.triggered(order, at); });
    const report = rig.fill(order, 10);
    rig.report((kernel, at) => { kernel.fillBusted(order, at, report); });
    expect([order.status, order.isOpen]).toEqual(['TRIGGERED', true]);
  });
});
