import { describe, expect, it } from 'vitest';
import type { Order } from '../../../src/kernel/model/order.ts';
import type { OrderList } from '../../../src/kernel/execution/order-factory.ts';
import { BYBIT, Rig } from './rig.ts';
import type { StrategyRunner } from '../../../src/kernel/strategy/strategy-runner.ts';

interface Bracket { readonly rig: Rig; readonly runner: StrategyRunner; readonly entry: Order; readonly profit: Order; readonly stop: Order }

function bracket(limits = {}): Bracket {
  const rig = new Rig({ limits });
  const { runner } = rig.witness();
  const list = runner.order.bracket({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990', takeProfit: '61000', stopLoss: '59000' });
  runner.submit(list);
  rig.kernel.drain();
  const [entry, profit, stop] = list.orders as [Order, Order, Order];
  return { rig, runner, entry, profit, stop };
}

const accept = (rig: Rig, ...orders: Order[]): void => { for (const order of orders) rig.report((kernel, at) => { kernel.accepted(order, at); }); };
const statuses = (...orders: Order[]): string[] => orders.map(({ status }) => status);
const close = (rig: Rig, runner: StrategyRunner, quantity: string): Order => {
  const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity, price: '60000.1' });
  runner.submit(order);
  rig.fill(order, order.lots);
  return order;
};

describe('REQ-B65 bracket', () => {
  it('holds both exits until the entry fills, then sends them reduce-only', () => {
    const { rig, entry, profit, stop } = bracket();
    expect(statuses(entry, profit, stop)).toEqual(['SUBMITTED', 'EMULATED', 'EMULATED']);
    expect(rig.client.told).toEqual(['submit 1']);
    accept(rig, entry);
    rig.fill(entry, 10);
    expect(statuses(entry, profit, stop)).toEqual(['FILLED', 'SUBMITTED', 'SUBMITTED']);
    expect([profit, stop].map(({ side, reduceOnly, lots }) => [side, reduceOnly, lots])).toEqual([['sell', true, 10], ['sell', true, 10]]);
  });

  it('sizes the exits to what has filled, also where fills come faster than answers', () => {
    const { rig, entry, profit, stop } = bracket();
    accept(rig, entry);
    rig.fill(entry, 3);
    expect([profit.lots, stop.lots]).toEqual([3, 3]);
    accept(rig, profit, stop);
    rig.fill(entry, 3);
    rig.fill(entry, 4);                                   // the change to 6 is still under way
    expect(rig.client.told).toEqual(['submit 1', 'submit 2', 'submit 3', 'modify 2 610000@6', `modify 3 ${stop.tick}@6`]);
    for (const exit of [profit, stop]) rig.report((kernel, at) => { kernel.modified(exit, at, { tick: exit.tick, lots: 6 }); });
    for (const exit of [profit, stop]) rig.report((kernel, at) => { kernel.modified(exit, at + 1, { tick: exit.tick, lots: 10 }); });
    expect([profit.lots, stop.lots]).toEqual([10, 10]);
    expect(rig.client.told.slice(5)).toEqual(['modify 2 610000@10', `modify 3 ${stop.tick}@10`]);
  });

  it('a refused change of an exit is not asked for again and again', () => {
    const { rig, entry, profit } = bracket();
    accept(rig, entry);
    rig.fill(entry, 3);
    accept(rig, profit);
    rig.fill(entry, 3);
    for (let i = 0; i < 3; i++) rig.report((kernel, at) => { kernel.modifyRejected(profit, at, 'NO', 'no'); });
    expect(rig.client.told.filter((line) => line.startsWith('modify 2'))).toEqual(['modify 2 610000@6']);
  });

  it('REQ-B64 a partial fill of one exit reduces the other, whatever the entry fills meanwhile', () => {
    const { rig, entry, profit, stop } = bracket();
    accept(rig, entry);
    rig.fill(entry, 5);
    accept(rig, profit, stop);
    rig.fill(profit, 2);
    expect(rig.client.told.at(-1)).toBe(`modify 3 ${stop.tick}@3`);
    rig.report((kernel, at) => { kernel.modified(stop, at, { tick: stop.tick, lots: 3 }); });
    rig.fill(entry, 5);
    for (const exit of [profit, stop]) rig.report((kernel, at) => { kernel.modified(exit, at + 1, { tick: exit.tick, lots: exit === profit ? 10 : 8 }); });
    expect([profit.leavesLots, stop.leavesLots]).toEqual([8, 8]);
    expect([...rig.kernel.portfolio.legs('s')].map(({ position }) => position.lots)).toEqual([8]);
  });

  it('a full fill of one exit cancels the other', () => {
    const { rig, entry, profit, stop } = bracket();
    rig.fill(entry, 10);
    accept(rig, profit, stop);
    rig.fill(profit, 10);
    expect(rig.client.told.at(-1)).toBe('cancel 3');
    rig.report((kernel, at) => { kernel.canceled(stop, at, 'oco'); });
    expect(rig.kernel.cache.openOrders().size).toBe(0);
    expect(rig.kernel.risk.inFlightCount).toBe(0);
  });

  it('canceling an entry without fills ends its exits, which never left', () => {
    const { rig, runner, entry, profit, stop } = bracket();
    accept(rig, entry);
    runner.cancel(entry);
    rig.report((kernel, at) => { kernel.canceled(entry, at, 'user'); });
    expect(statuses(entry, profit, stop)).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    expect(rig.client.told).toEqual(['submit 1', 'cancel 1']);
    expect(rig.kernel.cache.openOrders().size).toBe(0);
  });

  it('canceling a partly filled entry keeps exits for what filled', () => {
    const { rig, runner, entry, profit, stop } = bracket();
    accept(rig, entry);
    rig.fill(entry, 4);
    runner.cancel(entry);
    rig.report((kernel, at) => { kernel.canceled(entry, at, 'user'); });
    expect([entry.status, profit.status, profit.lots, stop.lots]).toEqual(['CANCELED', 'SUBMITTED', 4, 4]);
  });

  it('exits that close all that filled end the rest of the entry: more fills would be without exits', () => {
    const { rig, entry, profit, stop } = bracket();
    accept(rig, entry);
    rig.fill(entry, 4);
    accept(rig, profit, stop);
    rig.fill(profit, 4);
    expect(rig.client.told.at(-1)).toBe('cancel 1');                          // the other exit stays until it has ended
    rig.report((kernel, at) => { kernel.canceled(entry, at, 'user'); });
    expect(rig.client.told.slice(-2)).toEqual(['cancel 1', 'cancel 3']);
    rig.report((kernel, at) => { kernel.canceled(stop, at, 'ouo'); });
    expect([statuses(entry, profit, stop), rig.kernel.cache.openOrders().size, rig.kernel.risk.inFlightCount]).toEqual([['CANCELED', 'FILLED', 'CANCELED'], 0, 0]);
  });

  it.each([['take-profit', 1], ['stop', 2]] as const)('what the entry fills after the %s has closed all before has the other exit', (_name, which) => {
    const { rig, entry, profit, stop } = bracket();
    const [filled, other] = which === 1 ? [profit, stop] : [stop, profit];
    accept(rig, entry);
    rig.fill(entry, 4);
    accept(rig, profit, stop);
    rig.fill(filled, 1);
    rig.report((kernel, at) => { kernel.modified(other, at, { tick: other.tick, lots: 3 }); });
    rig.fill(filled, 3);
    rig.fill(entry, 2);                                                       // while its cancel is under way
    rig.report((kernel, at) => { kernel.modified(other, at + 1, { tick: other.tick, lots: 2 }); });
    rig.report((kernel, at) => { kernel.canceled(entry, at, 'user'); });
    expect([other.isOpen, other.isPendingCancel, other.leavesLots, rig.kernel.portfolio.strategyLots('s', BYBIT.id)]).toEqual([true, false, 2, 2]);
    rig.fill(other, 2);
    expect([rig.kernel.cache.openOrders().size, rig.kernel.risk.inFlightCount, rig.kernel.portfolio.strategyLots('s', BYBIT.id)]).toEqual([0, 0, 0]);
  });

  it('a denied entry denies its exits with the same code', () => {
    const { rig, entry, profit, stop } = bracket({ maxOrderNotionalUsd: 100 });
    expect(statuses(entry, profit, stop)).toEqual(['DENIED', 'DENIED', 'DENIED']);
    expect(profit.denial).toMatchObject({ code: 'NOTIONAL_ABOVE_LIMIT', message: expect.stringContaining('r-s-1, to which it is linked, was denied') as string });
    expect([rig.client.told, rig.kernel.cache.openOrders().size]).toEqual([[], 0]);
  });

  it('where an exit is denied on release, its sibling ends too and the rest of the entry is canceled', () => {
    const { rig, entry, profit, stop } = bracket();
    accept(rig, entry);
    rig.kernel.risk.tradingState = 'HALTED';
    rig.fill(entry, 4);
    expect([profit.status, profit.denial?.code, stop.isClosed]).toEqual(['DENIED', 'TRADING_HALTED', true]);
    expect(rig.client.told).toEqual(['submit 1', 'cancel 1']);
    expect(rig.kernel.risk.inFlightCount).toBe(1);
  });

  it('a market entry works the same', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const { orders: [entry, profit] } = runner.order.bracket({ instrumentId: BYBIT.id, side: 'sell', quantity: '0.010', takeProfit: '59000', stopLoss: '61000' }) as OrderList & { orders: [Order, Order] };
    runner.submit({ orders: [entry, profit] });
    expect([entry.type, entry.timeInForce, profit.side]).toEqual(['MARKET', 'IOC', 'buy']);
    rig.fill(entry, 10);
    expect(profit.status).toBe('SUBMITTED');
  });
});

describe('REQ-B65 lists', () => {
  it('OCO: the first fill cancels the others, a partial one too', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    close(rig, runner, '0.010');
    const up = runner.order.limit({ instrumentId: BYBIT.id, side: 'sell', quantity: '0.010', price: '61000' });
    const down = runner.order.stopMarket({ instrumentId: BYBIT.id, side: 'sell', quantity: '0.010', triggerPrice: '59000' });
    const list = runner.order.oneCancelsOther([up, down]);
    runner.submit(list);
    const [first, second] = list.orders as [Order, Order];
    accept(rig, first, second);
    rig.fill(first, 1);
    expect(rig.client.told.at(-1)).toBe(`cancel ${second.sequence}`);
    rig.report((kernel, at) => { kernel.canceled(second, at, 'oco'); });
    expect([first.status, second.status]).toEqual(['PARTIALLY_FILLED', 'CANCELED']);
  });

  it('OCO: the end of one without a fill ends the other; a fill of the other during that still counts', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const list = runner.order.oneCancelsOther(['59000', '58000'].map((price) => runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price })));
    runner.submit(list);
    const [first, second] = list.orders as [Order, Order];
    accept(rig, first, second);
    rig.report((kernel, at) => { kernel.expired(first, at, 'GTD'); });
    expect(second.isPendingCancel).toBe(true);
    rig.fill(second, 10);
    expect(statuses(first, second)).toEqual(['EXPIRED', 'FILLED']);
    expect(rig.kernel.cache.openOrders().size).toBe(0);
  });

  it('OCO: where one is denied the others do not leave, and those that left are canceled', () => {
    const rig = new Rig({ limits: { maxOrderNotionalUsd: 650 } });
    const { runner } = rig.witness();
    const order = (quantity: string): Order => runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity, price: '59990' });
    const list = runner.order.oneCancelsOther([order('0.010'), order('0.020'), order('0.010')]);
    runner.submit(list);
    rig.kernel.drain();
    expect(list.orders.map(({ status, isPendingCancel }) => [status, isPendingCancel])).toEqual([['SUBMITTED', true], ['DENIED', false], ['DENIED', false]]);
  });

  it('OUO: fills of one come off the other', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const list = runner.order.oneUpdatesOther(['59000', '58000'].map((price) => runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price })));
    runner.submit(list);
    const [first, second] = list.orders as [Order, Order];
    accept(rig, first, second);
    rig.fill(first, 3);
    rig.fill(first, 3);                                    // faster than the answer
    rig.report((kernel, at) => { kernel.modified(second, at, { tick: second.tick, lots: 7 }); });
    expect(rig.client.told.slice(2)).toEqual([`modify ${second.sequence} 580000@7`, `modify ${second.sequence} 580000@4`]);
    rig.report((kernel, at) => { kernel.modified(second, at + 1, { tick: second.tick, lots: 4 }); });
    rig.fill(first, 4);
    expect(second.isPendingCancel).toBe(true);
  });

  it('OTO: children of any kind wait for their parent; linking after submitting is misuse', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const limit = (price: string): Order => runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price });
    const list = runner.order.oneTriggersOther(limit('59990'), [limit('59000'), limit('58000')]);
    runner.submit(list);
    const [parent, a, b] = list.orders as [Order, Order, Order];
    expect(statuses(parent, a, b)).toEqual(['SUBMITTED', 'EMULATED', 'EMULATED']);
    rig.fill(parent, 10);
    expect(statuses(parent, a, b)).toEqual(['FILLED', 'SUBMITTED', 'SUBMITTED']);
    expect(() => runner.order.oneCancelsOther([parent, a])).toThrow(/link orders before they are submitted/);
  });
});
