import { rmSync } from 'node:fs';
import { Decimal, Strategy } from '@arb/core';
import { expect, it } from 'vitest';
import { BacktestEngine } from '../../src/index.ts';
import { renderTearsheet } from '../../src/report/tearsheet.ts';
import { smallCatalog, type SmallMarket } from './small-market.ts';

const VENUES = [['BINANCE', 'binance'], ['BYBIT', 'bybit'], ['OKX', 'okx']] as const;
const [A, B, C] = VENUES.map(([venue]) => `BTCUSDT-PERP.${venue}`) as [string, string, string];
const MARKETS: readonly SmallMarket[] = [A, B, C].map((id, i) => ({ id, kind: 'book', price: 60_000 + 10 * i, settle: 'USDT', rate: `0.000${i + 1}` }));

/** Holds two pairs with the same long leg from minute five on and closes them forty minutes after the hour. */
class Two extends Strategy {
  override onStart(): void {
    const pairs = [B, C].map((short) => this.hedgedPair({ long: A, short, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 50_000 }));
    this.subscribe.book([A, B, C]);
    this.clock.setAlert('enter', { inMs: 300_000 }, () => { for (const pair of pairs) pair.enter({ notionalUsd: '5000', reason: 'test' }); });
    this.clock.setAlert('exit', { inMs: 100 * 60_000 }, () => { for (const pair of pairs) pair.exit({ reason: 'test' }); });
  }
}

it('two pairs that share a leg: each trade and its part of the funding belong to the pair that made it', async () => {
  const catalog = await smallCatalog(MARKETS);
  const engine = new BacktestEngine();
  for (const [venue, profile] of VENUES) engine.addVenue(venue, { profile });
  const result = await engine.addData(catalog).addStrategy(Two, {}, { id: 'two' }).run();
  rmSync(catalog.path, { recursive: true, force: true });
  const { pairs, legs, trips, fundingPayments, warnings } = result.report;
  expect(pairs.map(({ unhedged }) => unhedged.maxSeconds < 1 && unhedged.overBudget === 0)).toEqual([true, true]);
  expect(legs.map(({ instrumentId, fills, settlements }) => [instrumentId, fills, settlements])).toEqual([[A, 2, 1], [B, 2, 1], [A, 2, 1], [C, 2, 1]]);
  expect(fundingPayments).toBe(4);
  expect(trips.reduce((sum, { netPnlUsd }) => sum.plus(netPnlUsd), new Decimal(0)).minus(result.netPnlUsd).abs().lt('1e-9')).toBe(true);
  expect(warnings.filter(({ level }) => level === 'bad')).toEqual([]);
  expect(renderTearsheet(result.report)).toContain(C);
});
