import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTime, Strategy } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import { BacktestEngine, Catalog, CatalogWriter } from '../../src/index.ts';
import { BTC, spec, START } from './small-market.ts';

const MARKET = BTC[0]!;
const ROWS = 720;
const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

/** The same quotes and trades in so many files. */
async function divided(files: number): Promise<Catalog> {
  const path = mkdtempSync(join(tmpdir(), 'arb-divided-'));
  folders.push(path);
  for (let file = 0; file < files; file++) {
    const writer = await CatalogWriter.open(path, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
    if (file === 0) writer.addInstruments([spec(MARKET)], parseTime('2025-01-01'));
    for (let i = Math.floor(ROWS * file / files); i < Math.floor(ROWS * (file + 1) / files); i++) {
      const stamps = { tsEvent: START + i * 10_000_000, tsInit: START + i * 10_000_000 };
      const tick = 600_000 + i * 7 % 13;
      writer.sink('quote', MARKET.id).add({ ...stamps, bidTick: tick - 1, bidLots: 500_000, askTick: tick + 1, askLots: 500_000 });
      if (i % 2 === 0) writer.sink('trade', MARKET.id).add({ ...stamps, side: 0, tick, lots: 5, id: String(i) });
    }
    writer.close();
  }
  return await Catalog.open(path);
}

/** Trades at every fiftieth quote, so that when it sees one is in the journal. */
class Quick extends Strategy {
  #seen = 0;
  override onStart(): void {
    this.subscribe.book(MARKET.id);
    this.subscribe.trades(MARKET.id);
  }

  override onBook(): void {
    if (++this.#seen % 50 === 0) this.submit(this.order.market({ instrumentId: MARKET.id, side: this.#seen % 100 === 0 ? 'sell' : 'buy', quantity: '0.01' }));
  }
}

describe('REQ-D09 rows divided into files in another way', () => {
  it('give the same journal, also with a feed latency by chance', async () => {
    const hash = async (files: number): Promise<string> => {
      const engine = new BacktestEngine().addVenue('BINANCE', { profile: 'binance', latency: { feedMs: { medianMs: 20, sigma: 0.8 } } });
      const result = await engine.addData(await divided(files)).addStrategy(Quick, {}, { id: 'quick' }).run();
      expect(result.fills).toHaveLength(14);
      return result.journalHash;
    };
    expect(await hash(3)).toBe(await hash(1));
  });
});
