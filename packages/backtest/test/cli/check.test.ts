import { rmSync } from 'node:fs';
import { strategy } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import { type CheckFinding, checkRun } from '../../src/cli/check.ts';
import { prepareBacktest } from '../../src/engine/run-backtest.ts';
import type { Catalog } from '../../src/index.ts';
import { BTC, smallCatalog, Trader } from '../engine/small-market.ts';

const IDS = BTC.map(({ id }) => id) as [string, string];
const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

async function findingsOf({ path }: Catalog): Promise<CheckFinding[]> {
  folders.push(path);
  const config = { strategies: [strategy(Trader, { id: 'a', config: { ids: IDS } })], venues: { BINANCE: { profile: 'binance' }, BYBIT: { profile: 'bybit' } }, data: { catalog: path } };
  return checkRun(await prepareBacktest({ config, folder: path, where: 'the config', origins: new Map() } as never));
}

const warned = (findings: readonly CheckFinding[]): (readonly (string | boolean)[])[] => findings.filter(({ isWarning }) => isWarning === true).map(({ subject, isOk, text }) => [subject, isOk, text]);

describe('what arb check warns of', () => {
  it('a perpetual without funding rates, whether a pair trades it or not', async () => {
    expect(warned(await findingsOf(await smallCatalog([BTC[0]!, { ...BTC[1]!, fundingHours: 0 }])))).toEqual([[`funding ${IDS[1]}`, true, expect.stringContaining('the data has no rates: nothing would be paid')]]);
  });

  it('market data that ends before the run', async () => {
    const catalog = await smallCatalog(BTC, { files: 2 });
    rmSync(catalog.files('quote', IDS[1])[1]!.path);
    expect(warned(await findingsOf(catalog))).toEqual([[`data ${IDS[1]}`, true, expect.stringContaining('; ends 60 min before the run does: its book stands still from there on')]]);
  });

  it('nothing where all is there', async () => {
    expect(warned(await findingsOf(await smallCatalog(BTC)))).toEqual([]);
  });
});
