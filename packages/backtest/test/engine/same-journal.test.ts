import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error -- plain JavaScript: worker threads load it uncompiled
import { bundleSource } from '../../../../bench/support/source.mjs';
import { BTC, smallCatalog } from './small-market.ts';
import { tradingEngine } from './trading-engine.ts';

const HOURS = 5;

describe('§11 REQ-D14 REQ-D09 the same run, the same journal', () => {
  const home = mkdtempSync(join(tmpdir(), 'arb-same-'));
  const file = join(home, 'trading-engine.mjs');
  const bundle = pathToFileURL(file).href;
  const folders = [home];
  let whole: string;
  let divided: string;
  let expected: string;
  const catalogIn = async (files: number): Promise<string> => {
    const { path } = await smallCatalog(BTC, { hours: HOURS, files });
    folders.push(path);
    return path;
  };
  beforeAll(async () => {
    [whole, divided] = [await catalogIn(1), await catalogIn(4)];
    await (bundleSource as (entry: string, outfile: string) => Promise<void>)('../../packages/backtest/test/engine/trading-engine.ts', file);
    const result = await (await tradingEngine(whole)).run();
    expect(result.fills.length).toBeGreaterThan(20);
    expected = result.journalHash;
  });
  afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

  const onThread = async (folder: string): Promise<string> => await new Promise((resolve, reject) => {
    new Worker(new URL('engine-worker.mjs', import.meta.url), { workerData: { bundle, folder } }).on('message', resolve).on('error', reject);
  });

  // The engine has no reset(): each run() makes everything anew, so what others reset is here a second call.
  it('§11 again on the engine that has run before, on another engine beside it, and over four files instead of one', async () => {
    const engine = await tradingEngine(whole);
    const hashes = [(await engine.run()).journalHash, (await engine.run()).journalHash, (await engine.run()).journalHash];
    const besides = await Promise.all([engine.run(), (await tradingEngine(whole)).run(), (await tradingEngine(divided)).run()]);
    expect([...hashes, ...besides.map(({ journalHash }) => journalHash)]).toEqual(Array.from({ length: 6 }, () => expected));
  });

  it.each([1, 2, 4])('§11 on %i worker threads at once, each over the whole file or over four', { timeout: 120_000 }, async (threads) => {
    const hashes = await Promise.all(Array.from({ length: threads }, async (_, i) => await onThread(i % 2 === 0 ? whole : divided)));
    expect(hashes).toEqual(Array.from({ length: threads }, () => expected));
  });

  it('§11 after a run on the same engine that was stopped', async () => {
    const engine = await tradingEngine(whole);
    const stop = new AbortController();
    stop.abort();
    expect((await engine.run({ signal: stop.signal })).journalHash).not.toBe(expected);
    expect((await engine.run()).journalHash).toBe(expected);
  });
});
