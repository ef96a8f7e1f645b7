import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instrument, type InstrumentSpec } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import { predictionError } from '../../src/engine/prediction-error.ts';
import { Catalog, CatalogWriter } from '../../src/index.ts';
import { START } from './small-market.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const SPEC: InstrumentSpec = { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001' };
const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

/** Minutes after the start when it was known, the rate, the hour it settles, and whether it is settled. */
type Row = readonly [minute: number, rate: string, hour: number, isSettled?: true];

async function errorOf(rows: readonly Row[], intervalHours = 8): Promise<ReturnType<typeof predictionError>> {
  const path = mkdtempSync(join(tmpdir(), 'arb-prediction-'));
  folders.push(path);
  const writer = await CatalogWriter.open(path, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
  writer.addInstruments([SPEC], START);
  for (const [minute, rate, hour, isSettled] of rows) {
    const at = START + minute * MINUTE;
    writer.sink('funding', SPEC.id).add({ tsEvent: at, tsInit: at, rate, intervalUs: intervalHours * HOUR, status: isSettled === true ? 1 : 0, settlesAt: START + hour * HOUR });
  }
  writer.close();
  return predictionError(await Catalog.open(path), new Instrument(SPEC), { from: START, to: START + 48 * HOUR });
}

describe('prediction error of a leg', () => {
  it('compares what was settled with the last prediction an hour before', async () => {
    const rows: Row[] = [[0, '0.0003', 8], [420, '0.0002', 8], [421, '0.0009', 8], [480, '0.0001', 8, true], [500, '0.0001', 16], [960, '0.0004', 16, true]];
    expect((await errorOf(rows)).aprPct).toBeCloseTo((0.01 + 0.03) / 2 * 3 * 365, 9);           // off by 1 bp and 3 bp per 8 h
  });

  it('half the interval before, where that is shorter', async () => {
    const rows: Row[] = [[1, '0.00002', 1], [30, '0.00003', 1], [31, '0.00009', 1], [60, '0.00001', 1, true]];
    expect((await errorOf(rows, 1)).aprPct).toBeCloseTo(0.002 * 24 * 365, 9);
  });

  it.each([
    ['nothing was settled in the period', [[0, '0.0003', 8]]],
    ['the data has no predictions of what was settled', [[479, '0.0003', 8], [480, '0.0001', 8, true]]],
  ] as const)('says why there is none: %s', async (note, rows) => {
    expect(await errorOf(rows)).toEqual({ aprPct: null, note });
  });
});
