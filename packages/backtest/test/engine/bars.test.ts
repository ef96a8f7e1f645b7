import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTime, Strategy } from '@arb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BacktestEngine, Catalog, CatalogWriter } from '../../src/index.ts';
import { START } from './small-market.ts';

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
