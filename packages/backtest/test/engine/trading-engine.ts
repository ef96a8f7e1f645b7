import { BacktestEngine, Catalog } from '../../src/index.ts';
import { BTC, Trader } from './small-market.ts';

/** An engine on the catalog of this folder that trades both markets, with latencies by chance so that every random stream is in the journal. */
export async function tradingEngine(folder: string): Promise<BacktestEngine> {
  const latency = { feedMs: { medianMs: 20, sigma: 0.8 }, entryMs: { medianMs: 20, sigma: 0.5 } };
  const engine = new BacktestEngine({ seed: 7 }).addData(await Catalog.open(folder));
  engine.addVenue('BINANCE', { profile: 'binance', latency }).addVenue('BYBIT', { profile: 'bybit', latency });
  return engine.addStrategy(Trader, { ids: BTC.map(({ id }) => id) }, { id: 'a' });
}
