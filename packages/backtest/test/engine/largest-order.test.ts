import { join } from 'node:path';
import { type Order, Strategy, VENUE_PROFILES } from '@arb/core';
import { instrumentId } from '@arb/core/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BacktestEngine, Catalog } from '../../src/index.ts';
import { simulate } from '../../src/testing.ts';

const DATASETS = join(import.meta.dirname, '../../../../datasets');
const SIZES: ReadonlyMap<string, string> = new Map(Object.values(VENUE_PROFILES).flatMap(({ largestOrders }) => largestOrders.flatMap(({ sizes }) => Object.entries(sizes))));

/** Sends the largest order of its profile and one of a lot more, and keeps what became of them. */
class Large extends Strategy.with(z.strictObject({ id: instrumentId() })) {
  static sent: Order[] = [];

  override onStart(): void {
    const { id } = this.config;
    Large.sent = [];
    this.subscribe.book(id);
    this.clock.setAlert('send', { inMs: 20_000 }, () => {
      const instrument = this.cache.instrument(id);
      const most = instrument.roundQuantity(SIZES.get(id)!, 'down');
      for (const quantity of [most, most.plus(instrument.sizeIncrement)]) {
        const order = this.order.limit({ instrumentId: id, side: 'buy', quantity, price: instrument.roundPrice(this.cache.book(id)!.bestBid), timeInForce: 'IOC' });
        Large.sent.push(order);
        this.submit(order);
      }
    });
  }
}

describe('the largest order of a venue', () => {
  it.each(['BTCUSDT.BINANCE', 'BTCUSD-PERP.BINANCE'])('on shipped data an order of %s above it is denied SIZE_ABOVE_MAX, and one of it is not', async (id) => {
    const catalog = await Catalog.open(join(DATASETS, 'binance-20240808/catalog'));
    expect(catalog.instruments().filter(({ spec }) => spec.maxSize !== undefined)).toEqual([]);                                // the profile's own figure is what binds
    const engine = new BacktestEngine({ limits: { maxOrderNotionalUsd: 10_000_000_000 } }).addVenue('BINANCE', { profile: 'binance', balances: ['1000000000 USDT', '100000 BTC'] });
    const { orders } = await engine.addData(catalog, { to: '2024-08-08T23:55:00Z' }).addStrategy(Large, { id }, { capitalUsd: '100000000000' }).run();
    const [most, more] = Large.sent;
    expect(most!.denial?.code).not.toBe('SIZE_ABOVE_MAX');
    expect(more!.denial).toMatchObject({ code: 'SIZE_ABOVE_MAX', limit: SIZES.get(id), actual: more!.instrument.lotsToDecimal(more!.lots).toFixed() });
    expect(orders.filter(({ reason }) => reason?.includes('above the largest order of') === true)).toHaveLength(1);
  });

  it.each(['BTCUSDT-PERP.BYBIT', 'BTC-USDT-PERP.OKX'])('in a test of a strategy %s has it too', (id) => {
    const sim = simulate(Large, { id });
    sim.book(id, { bid: '60000.0', ask: '60000.1', size: '5' });
    sim.advance({ ms: 30_000 });
    const [most, more] = Large.sent.map(({ denial }) => denial?.code);
    expect([most === 'SIZE_ABOVE_MAX', more]).toEqual([false, 'SIZE_ABOVE_MAX']);
  });
});
