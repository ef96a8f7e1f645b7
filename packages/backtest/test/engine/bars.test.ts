import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTime, Strategy } from '@arb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BacktestEngine, Catalog, CatalogWriter } from '../../src/index.ts';
import { BTC, smallCatalog, START } from './small-market.ts';

const ID = 'BTCUSDT-PERP.BINANCE';
const HOUR = 3_600_000_000;
const path = mkdtempSync(join(tmpdir(), 'arb-bars-'));
let catalog: Catalog;

beforeAll(async () => {
  const writer = await CatalogWriter.open(path, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
  writer.addInstruments([{ id: ID, kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001' }], parseTime('2025-01-01'));
  const bars = writer.sink('bar', ID);
  for (const i of [1, 2, 3]) bars.add({ tsEvent: START + i * HOUR, tsInit: START + i * HOUR, open: '100', high: i === 2 ? '104' : '100', low: '100', close: '100', volume: '10', intervalUs: HOUR, priceKind: 0 });
  writer.close();
  catalog = await Catalog.open(path);
});
afterAll(() => { rmSync(path, { recursive: true }); });

/** Sends one order so many milliseconds after the close of the first bar; the second reaches 104. */
class Once extends Strategy.with(z.strictObject({ afterMs: z.number(), kind: z.enum(['limit', 'stop']) })) {
  override onStart(): void {
    this.subscribe.book(ID);
    this.clock.setAlert('send', { at: START + HOUR + this.config.afterMs * 1_000 }, () => {
      const order = { instrumentId: ID, quantity: '0.01' } as const;
      this.submit(this.config.kind === 'limit' ? this.order.limit({ ...order, side: 'sell', price: '103' }) : this.order.stopMarket({ ...order, side: 'buy', triggerPrice: '103' }));
    });
  }
}

const statusOf = async (config: { afterMs: number; kind: 'limit' | 'stop' }): Promise<string> => {
  const { orders } = await new BacktestEngine().addVenue('BINANCE', { profile: 'binance' }).addData(catalog, { from: START }).addStrategy(Once, config, { id: 'once' }).run();
  return orders[0]!.status;
};

describe('REQ-D14 a market made of bars', () => {
  it.each(['limit', 'stop'] as const)('a %s sent at the close before rests through the bar: its high reaches it', async (kind) => {
    expect(await statusOf({ afterMs: 1, kind })).toBe('FILLED');
  });

  it.each(['limit', 'stop'] as const)('a %s sent in the last second is not reached by a high that may lie an hour back', async (kind) => {
    expect(await statusOf({ afterMs: 3_599_000, kind })).toBe('ACCEPTED');
  });
});

/** A market of one hour's rows that falls from 100 to 60 at the second, with no mark to say so. */
async function fallen(kind: 'quote' | 'trade' | 'bar'): Promise<Catalog> {
  const folder = mkdtempSync(join(tmpdir(), 'arb-fallen-'));
  folders.push(folder);
  const writer = await CatalogWriter.open(folder, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
  writer.addInstruments([{ id: ID, kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001' }], parseTime('2025-01-01'));
  [1_000, 1_000, 600, 600].forEach((tick, i) => {
    const stamps = { tsEvent: START + (i + 1) * HOUR, tsInit: START + (i + 1) * HOUR };
    const price = (tick / 10).toFixed(1);
    if (kind === 'quote') writer.sink('quote', ID).add({ ...stamps, bidTick: tick - 1, bidLots: 500_000, askTick: tick + 1, askLots: 500_000 });
    else if (kind === 'trade') writer.sink('trade', ID).add({ ...stamps, side: 0, tick, lots: 5, id: String(i) });
    else writer.sink('bar', ID).add({ ...stamps, open: price, high: price, low: price, close: price, volume: '10', intervalUs: HOUR, priceKind: 0 });
  });
  writer.close();
  return await Catalog.open(folder);
}
const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true }); });

/** Buys 5 at the market, or waits with a stop at the mid. */
class Holder extends Strategy.with(z.strictObject({ kind: z.enum(['market', 'stop']) })) {
  override onStart(): void {
    this.subscribe.book(ID);
    this.clock.setAlert('send', { at: START + HOUR + 60_000_000 }, () => {
      const order = { instrumentId: ID, quantity: '5' } as const;
      this.submit(this.config.kind === 'market' ? this.order.market({ ...order, side: 'buy' }) : this.order.stopMarket({ ...order, side: 'sell', triggerPrice: '80', triggerSource: 'mid' }));
    });
  }
}

describe('a market without marks and without a book', () => {
  it.each(['quote', 'trade', 'bar'] as const)('REQ-D14 a position in one made of %ss is liquidated by its mid', async (kind) => {
    const { fills } = await new BacktestEngine().addVenue('BINANCE', { profile: 'binance', balances: ['200 USDT'] }).addData(await fallen(kind), { from: START }).addStrategy(Holder, { kind: 'market' }, { id: 'holder' }).run();
    expect(fills.map(({ side, orderId }) => (orderId === 'LIQUIDATION' ? `${side} by the venue` : side))).toEqual(['buy', 'sell by the venue']);
  });

  it.each(['quote', 'trade', 'bar'] as const)('a stop that watches the mid of one made of %ss fires', async (kind) => {
    const { orders } = await new BacktestEngine().addVenue('BINANCE', { profile: 'binance' }).addData(await fallen(kind), { from: START }).addStrategy(Holder, { kind: 'stop' }, { id: 'holder' }).run();
    expect(orders[0]!.status).toBe('FILLED');
  });
});

/** Sells at the market five seconds after a mark was told. */
class Seller extends Strategy {
  override onStart(): void {
    this.subscribe.book(ID);
    this.clock.setAlert('send', { at: START + 65_000_000 }, () => { this.submit(this.order.market({ instrumentId: ID, side: 'sell', quantity: '0.01' })); });
  }
}

describe('a market around marks', () => {
  it.each(['book', 'quote', 'trade'] as const)('is for instruments of bars: marks do not stand in the market of one that has a %s', async (kind) => {
    const data = await smallCatalog([{ ...BTC[0]!, kind }], { hours: 1 });
    const fillOf = async (bars: { readonly spreadBps: number; readonly depthUsd: number; readonly from?: 'mark' }): Promise<string[]> => {
      const { fills } = await new BacktestEngine().addVenue('BINANCE', { profile: 'binance', bars }).addData(data, { from: START }).addStrategy(Seller, {}, { id: 'seller' }).run();
      return fills.map(({ price }) => price);
    };
    const market = { spreadBps: kind === 'trade' ? 2 : 0, depthUsd: 250_000 };
    const fills = await fillOf(market);
    expect(fills).toHaveLength(1);
    expect(await fillOf({ ...market, from: 'mark' })).toEqual(fills);
  });
});
