import { describe, expect, it } from 'vitest';
import { RECENT_ORDERS } from '../../../src/kernel/cache/recent-orders.ts';
import { Cache, CacheView } from '../../../src/kernel/cache/cache.ts';
import { nearest } from '../../../src/kernel/cache/near-names.ts';
import { ArbError } from '../../../src/kernel/errors.ts';
import { type Order, orderMutator } from '../../../src/kernel/model/order.ts';
import { INVERSE, LINEAR, makeOrder, OTHER, SPOT } from '../support/book.ts';

function filled(...instruments: readonly (typeof LINEAR)[]): Cache {
  const cache = new Cache();
  for (const instrument of instruments) cache.addInstrument(instrument);
  return cache;
}
const close = (cache: Cache, order: Order): void => { orderMutator.apply(order, 'OrderCanceled'); cache.closed(order); };
const open = (cache: Cache, init: Partial<Parameters<typeof makeOrder>[0]> = {}): Order => {
  const order = makeOrder({ instrument: LINEAR, ...init });
  orderMutator.apply(order, 'OrderSubmitted');
  cache.opened(order);
  return order;
};

describe('cache', () => {
  it('REQ-D11 finds orders by id while they are open and after', () => {
    const cache = filled(LINEAR, OTHER);
    const orders = [open(cache, { strategyId: 'a', sequence: 1 }), open(cache, { strategyId: 'b-a', sequence: 1 }), open(cache, { strategyId: 'a', sequence: 11, instrument: OTHER })];
    expect(orders.map(({ id }) => cache.order(id))).toEqual(orders);
    close(cache, orders[0]!);
    expect(cache.order(orders[0]!.id)).toBe(orders[0]);
    for (const unknown of ['test-a-2', 'other-a-1', 'nothing', '', 'test-a-x']) expect(cache.order(unknown)).toBeUndefined();
    expect(new CacheView(cache).openOrders().map(({ id }) => id)).toEqual(['test-b-a-1', 'test-a-11']);
    expect(new CacheView(cache).openOrders({ instrumentId: OTHER.id, strategyId: 'a' })).toEqual([orders[2]]);
    expect(new CacheView(cache).openOrders({ side: 'sell' })).toEqual([]);
  });

  it('REQ-D11 finds instruments and the orders of one in constant time: fifty thousand orders elsewhere cost nothing', () => {
    const cache = filled(LINEAR, OTHER);
    for (let i = 0; i < 50_000; i++) open(cache, { sequence: 100_000 + i });
    const mine = open(cache, { instrument: OTHER });
    const view = new CacheView(cache);
    const started = performance.now();
    for (let i = 0; i < 5_000; i++) if (view.openOrders({ instrumentId: OTHER.id })[0] !== mine || view.instrument(OTHER.id) !== OTHER) throw new Error('wrong order');
    expect(performance.now() - started).toBeLessThan(1_000);        // a walk through all would visit 250 million orders
  });

  it('REQ-D11 finds an order by id in constant time, among fifty thousand open and a thousand closed ones', () => {
    const cache = filled(LINEAR);
    const orders = Array.from({ length: 50_000 }, (_, i) => open(cache, { sequence: 400_000 + i }));
    for (const order of orders.slice(-1_000)) close(cache, order);
    const wanted = [orders[48_999]!, orders[49_999]!];
    const started = performance.now();
    for (let i = 0; i < 20_000; i++) for (const order of wanted) if (cache.order(order.id) !== order) throw new Error('wrong order');
    expect(performance.now() - started).toBeLessThan(1_000);        // a walk through all would visit two billion orders
  });

  it('REQ-D11 an order closed, opened by a bust and closed again is remembered as one of the latest', () => {
    const cache = filled(LINEAR);
    const order = open(cache);
    orderMutator.fill(order, order.tick, order.lots);
    cache.closed(order);
    for (let i = 0; i < RECENT_ORDERS; i++) close(cache, open(cache, { sequence: order.sequence + 1 + i }));
    expect(cache.order(order.id)).toBeUndefined();
    orderMutator.bust(order, order.tick, order.lots);
    cache.opened(order);
    cache.closed(order);
    expect(cache.order(order.id)).toBe(order);
  });

  it('REQ-D11 keeps a bounded number of closed orders, the latest ones', () => {
    const cache = filled(LINEAR);
    const orders = Array.from({ length: 20_000 }, (_, i) => open(cache, { sequence: 200_000 + i }));
    for (const order of orders) close(cache, order);
    expect(cache.order(orders[0]!.id)).toBeUndefined();
    expect(cache.order(orders[19_999]!.id)).toBe(orders[19_999]);
    expect(cache.order(orders[19_001]!.id)).toBe(orders[19_001]);
  });

  it('REQ-D11 an order opened again by a bust stays, whoever leaves the list of closed ones', () => {
    const cache = filled(LINEAR);
    const order = open(cache);
    orderMutator.fill(order, order.tick, order.lots);
    cache.closed(order);
    orderMutator.bust(order, order.tick, order.lots);
    cache.opened(order);
    for (let i = 0; i < 20_000; i++) close(cache, open(cache, { sequence: 300_000 + i }));
    expect(cache.order(order.id)).toBe(order);
  });

  it('REQ-D11 an unknown instrument throws with near names, or is undefined where asked so', () => {
    const view = new CacheView(filled(LINEAR, OTHER));
    expect(view.findInstrument('NOPE.NOWHERE')).toBeUndefined();
    let thrown: unknown;
    try { view.instrument('BTCUSDT-PERP.BYBITT'); } catch (error) { thrown = error; }
    expect(thrown).toBeInstanceOf(ArbError);
    expect((thrown as ArbError).code).toBe('ARB_UNKNOWN_INSTRUMENT');
    expect((thrown as ArbError).message).toContain('did you mean BTCUSDT-PERP.BYBIT?');
    expect(() => new CacheView(new Cache()).instrument('A.B')).toThrow(/the data of this run has none/);
  });

  it('REQ-D11 lists instruments by kind, base, quote and venue, in the order they were added', () => {
    const view = new CacheView(filled(LINEAR, OTHER, INVERSE, SPOT));
    expect(view.instruments().map(({ id }) => id)).toEqual([LINEAR.id, OTHER.id, INVERSE.id, SPOT.id]);
    expect(view.instruments({ kind: 'perpetual', venue: 'BINANCE' })).toEqual([INVERSE]);
    expect(view.instruments({ quote: 'USDT', kind: 'spot' })).toEqual([SPOT]);
    expect(view.instruments({ base: 'ETH' })).toEqual([]);
  });

  it('near names: none where all are far, the nearest first', () => {
    expect(nearest('xyz', ['completely-different'])).toEqual([]);
    expect(nearest('BTCUSDT', ['BTCUSDC', 'BTCUSDT1', 'btcusdt', 'ETHUSDT', 'X'])).toEqual(['btcusdt', 'BTCUSDC', 'BTCUSDT1']);
    expect(nearest('enterAprPc', ['exitAprPct', 'enterAprPct', 'notionalUsd'])).toEqual(['enterAprPct']);
  });
});
