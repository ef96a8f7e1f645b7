import { expect, it } from 'vitest';
import { BacktestEngine } from '../../src/index.ts';
import { BTC, smallCatalog, Trader } from './small-market.ts';

it('maxMarketAgeMs in a run: books and quotes of every ten seconds are 5 s old, less their delay, when the strategy trades', async () => {
  const catalog = await smallCatalog(BTC);
  const run = async (maxMarketAgeMs: number): Promise<readonly string[]> => {
    const engine = new BacktestEngine({ limits: { maxMarketAgeMs } });
    for (const venue of ['BINANCE', 'BYBIT']) engine.addVenue(venue, { profile: venue.toLowerCase() });
    engine.addData(catalog).addStrategy(Trader, { ids: BTC.map(({ id }) => id) });
    return (await engine.run()).orders.map(({ status, reason }) => (status === 'DENIED' ? reason.replace(/ ms ago.*/, '') : status));
  };
  expect(new Set(await run(5_000))).toEqual(new Set(['FILLED']));
  expect(new Set(await run(4_998))).toEqual(new Set(BTC.map(({ id }) => `STALE_MARKET: the market of ${id} was last heard of 4999`)));
});
