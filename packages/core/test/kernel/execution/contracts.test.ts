import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTopic } from '../../../src/kernel/bus/topic.ts';
import { ORDER_CHANGE_CODES, ORDER_TYPE_CODES, TIME_IN_FORCE_CODES } from '../../../src/kernel/execution/order-journal.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { Strategy } from '../../../src/kernel/strategy/strategy.ts';
import { BYBIT, Rig } from './rig.ts';

const LIMIT = { instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' } as const;

/** Every order event once, in a run of four orders. */
function everything(): { rig: Rig; heard: string[] } {
  const rig = new Rig({ limits: { maxOrderNotionalUsd: 10_000 } });
  const { runner, strategy } = rig.witness();
  const send = (quantity: string): Order => {
    const order = runner.order.limit({ ...LIMIT, quantity });
    runner.submit(order);
    return order;
  };
  send('5');
  const list = runner.order.oneTriggersOther(runner.order.limit(LIMIT), [runner.order.limit(LIMIT)]);
  runner.submit(list);
  const [a, b] = list.orders as [Order, Order];
  rig.report((kernel, at) => { kernel.accepted(a, at); kernel.unknown(a, at, 'timeout'); kernel.triggered(a, at); });
  const fill = rig.fill(a, 10);
  rig.report((kernel, at) => { kernel.fillBusted(a, at, fill); kernel.rejected(b, at, 'POST_ONLY_WOULD_CROSS', 'no'); });
  const c = send('0.010');
  rig.report((kernel, at) => {
    kernel.accepted(c, at);
    kernel.execution.modify(c, { tick: c.tick, lots: 11 });
    kernel.modifyRejected(c, at, 'NO', 'no');
    kernel.execution.modify(c, { tick: c.tick, lots: 12 });
    kernel.modified(c, at, { tick: c.tick, lots: 12 });
    kernel.execution.cancel(c);
    kernel.cancelRejected(c, at, 'LATE', 'no');
    kernel.canceled(c, at, 'venue');
  });
  const d = send('0.010');
  rig.report((kernel, at) => { kernel.expired(d, at, 'GTD'); });
  return { rig, heard: strategy.events.map(({ type }) => type) };
}

describe('contracts', () => {
  it('REQ-B41 every order event has its hook, its code in the journal, and is heard', () => {
    const { rig, heard } = everything();
    const types = Object.keys(ORDER_CHANGE_CODES).filter((name) => name.startsWith('Order'));
    expect([...new Set(heard)].sort()).toEqual([...types, 'OrderFilled', 'FillBusted'].sort());
    for (const type of new Set(heard)) expect(typeof (Strategy.prototype as unknown as Record<string, unknown>)[`on${type}`]).toBe('function');
    const codes = new Set(rig.records.filter(({ kind }) => kind === 'OrderChanged' || kind === 'OrderAmended').map(({ fields }) => fields['change']));
    expect(Object.values(ORDER_CHANGE_CODES).filter((code) => !codes.has(code))).toEqual([]);
  });

  it('REQ-B41 codes written to journals never change', () => {
    expect(ORDER_CHANGE_CODES).toEqual({
      OrderDenied: 1, OrderEmulated: 2, OrderReleased: 3, OrderSubmitted: 4, OrderAccepted: 5, OrderRejected: 6, OrderTriggered: 7, OrderModified: 8, OrderModifyRejected: 9,
      OrderCanceled: 10, OrderCancelRejected: 11, OrderExpired: 12, OrderUnknown: 13, CancelRequested: 14, ModifyRequested: 15,
    });
    expect(ORDER_TYPE_CODES).toEqual({ MARKET: 1, LIMIT: 2, STOP_MARKET: 3, STOP_LIMIT: 4, MARKET_IF_TOUCHED: 5, LIMIT_IF_TOUCHED: 6, TRAILING_STOP: 7 });
    expect(TIME_IN_FORCE_CODES).toEqual({ GTC: 1, IOC: 2, FOK: 3, GTD: 4 });
  });

  it('REQ-B41 REQ-B68 the journal tells an order\'s whole life back: what was asked, what was answered, what it cost', () => {
    const { rig } = everything();
    const life = rig.records.filter(({ fields }) => fields['strategy'] === 's' && fields['order'] === 2).map(({ kind, fields }) => [kind, fields['change'] ?? fields['lots'], fields['reason'] ?? '']);
    expect(life).toEqual([
      ['OrderCreated', 10, ''], ['OrderChanged', 4, ''], ['OrderChanged', 5, ''], ['OrderChanged', 13, 'timeout'], ['OrderChanged', 7, ''], ['Fill', 10, ''], ['Fill', 10, ''],
    ]);
    const [fill, bust] = rig.records.filter(({ kind, fields }) => kind === 'Fill' && fields['order'] === 2);
    expect([fill?.fields['bust'], bust?.fields['bust'], fill?.fields['fee'], fill?.fields['positionLots'], bust?.fields['positionLots']]).toEqual([0, 1, 10_000_000_000_000_000n, 10, 0]);
  });

  it('REQ-B17 REQ-B31 a signal is a topic with a schema: typed, validated when published, versioned, and JSON Schema for others', () => {
    const schema = z.strictObject({ version: z.literal(1), pair: z.string(), aprPct: z.number(), direction: z.enum(['enter', 'exit']) });
    const CarrySignal = defineTopic('signal.carry', schema);
    const rig = new Rig();
    const heard: unknown[] = [];
    rig.kernel.bus.subscribePattern('custom.signal.>', (message) => { heard.push(message); });
    rig.report((kernel) => { kernel.bus.publish(CarrySignal, { version: 1, pair: 'btc', aprPct: 12, direction: 'enter' }); });
    expect(heard).toEqual([{ version: 1, pair: 'btc', aprPct: 12, direction: 'enter' }]);
    expect(() => { rig.kernel.bus.publish(CarrySignal, { version: 2, pair: 'btc', aprPct: 12, direction: 'enter' } as never); }).toThrow(/custom\.signal\.carry/);
    expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object', required: ['version', 'pair', 'aprPct', 'direction'], additionalProperties: false });
  });
});
