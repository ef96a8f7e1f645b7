import { Instrument, parseTime } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CloseCollector, differenceBps } from '../../src/catalog/check/alignment-check.ts';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import type { ImportSummary } from '../../src/catalog/import/import-report.ts';
import { runImport } from '../../src/catalog/import/run-import.ts';
import { describeRecorded, recordedFiles, temporaryFolder } from './recorded.ts';

const HOUR = 3_600_000_000;

async function importAll(format: string, dataset: string, pattern?: RegExp): Promise<{ readonly catalog: Catalog; readonly summary: ImportSummary }> {
  const to = temporaryFolder();
  const summary = await runImport({ format, files: recordedFiles(dataset, pattern), to });
  return { catalog: await Catalog.open(to), summary };
}

/** Settled rates by settlement, as exact text. */
async function rates(catalog: Catalog, instrumentId: string): Promise<Map<number, number>> {
  const bySettlement = new Map<number, number>();
  for await (const rows of catalog.read({ instrumentId, kind: 'funding' })) for (let i = 0; i < rows.rows; i++) bySettlement.set(rows.settlesAt[i]!, Math.round(rows.rate[i]! / 10 ** rows.rateScale * 1e8));
  return bySettlement;
}

function compare(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): { readonly common: number; readonly equal: number } {
  const common = [...a].filter(([time]) => b.has(time));
  return { common: common.length, equal: common.filter(([time, rate]) => b.get(time) === rate).length };
}

async function closes(catalog: Catalog, instrumentId: string): Promise<ReadonlyMap<number, number>> {
  const collector = new CloseCollector(new Instrument(catalog.instrument(instrumentId)));
  for await (const chunk of catalog.read({ instrumentId, kind: 'bar' })) collector.chunk(chunk);
  return collector.closes.byTime;
}

describeRecorded('binance-vision-1h', 'archives against each other', () => {
  it('bars of Bybit and OKX differ from hourly prices by 98 bps and more as labelled, by 1 to 5 bps once moved by 4 h', async () => {
    const { catalog: vision } = await importAll('binance-vision', 'binance-vision-1h', /-1h-2024-0[1-7]\.zip$/);
    const { catalog: xvenue } = await importAll('xvenue-8h', 'xvenue-8h-ledger-2023-2024', /^all_exchanges/);
    for (const [ours, theirs] of [['BTCUSDT-PERP.BINANCE', ['BTCUSDT-PERP.BYBIT', 'BTC-USDT-PERP.OKX']], ['BTCUSDT.BINANCE', ['BTCUSDT.BYBIT', 'BTC-USDT.OKX']], ['ETHUSDT-PERP.BINANCE', ['ETHUSDT-PERP.BYBIT', 'ETH-USDT-PERP.OKX']]] as const) {
      const hourly = await closes(vision, ours);
      expect(differenceBps(await closes(xvenue, ours), hourly).sd).toBeLessThan(0.01);          // Binance's own were labelled right
      for (const other of theirs) {
        const corrected = differenceBps(await closes(xvenue, other), hourly);
        expect(corrected.bars).toBeGreaterThan(500);
        expect(corrected.sd).toBeGreaterThan(0.5);
        expect(corrected.sd).toBeLessThan(5);
        expect(differenceBps(await closes(xvenue, other), hourly, -4 * HOUR).sd).toBeGreaterThan(95);   // as the source labels them
      }
    }
  });

  it('REQ-D15 funding in three archives, two time zones and London time agree on every settlement in common', async () => {
    const { catalog: vision } = await importAll('binance-vision', 'binance-vision-1h', /fundingRate/);
    const { catalog: seven, summary } = await importAll('funding-7venues', 'funding-7venues-2020-2024');
    const { catalog: cex } = await importAll('funding-cex-btc', 'funding-cex-btc-2019-2026', /multi_exchange/);
    const { catalog: xvenue } = await importAll('xvenue-8h', 'xvenue-8h-ledger-2023-2024', /^all_exchanges/);
    const binance = await rates(vision, 'BTCUSDT-PERP.BINANCE');
    expect(compare(await rates(seven, 'BTCUSDT-PERP.BINANCE'), binance)).toEqual({ common: 2_190, equal: 2_190 });
    expect(compare(await rates(cex, 'BTCUSDT-PERP.BINANCE'), binance)).toEqual({ common: 4_383, equal: 4_383 });
    expect(compare(await rates(xvenue, 'BTCUSDT-PERP.BINANCE'), binance)).toEqual({ common: 1_642, equal: 1_642 });
    expect(compare(await rates(seven, 'BTCUSDT-PERP.BYBIT'), await rates(cex, 'BTCUSDT-PERP.BYBIT'))).toEqual({ common: 3_285, equal: 3_285 });
    expect(compare(await rates(xvenue, 'BTCUSDT-PERP.BYBIT'), await rates(cex, 'BTCUSDT-PERP.BYBIT'))).toEqual({ common: 1_642, equal: 1_642 });
    expect(summary.gaps.map(({ instrumentId, from, to }) => [instrumentId, from, to])).toEqual([
      ['BTCUSDT-PERP.GATE', parseTime('2020-12-01'), parseTime('2021-01-01')],
      ['BTCUSDT-PERP.HTX', parseTime('2021-02-19T16:00Z'), parseTime('2021-02-20T08:00Z')],
    ]);
    expect(summary.corrections.find(({ what }) => what.includes('bybit'))).toEqual({ what: 'stamps of bybit in UTC+3, moved to UTC', rows: 3_285 });
  });

  it('spot klines of ms and of µs, with and without header, are one stream without a hole', async () => {
    const { catalog, summary } = await importAll('binance-vision', 'binance-vision-1h', /BTCUSDT-1h-202[45]-(12|01)\.zip$/);
    const { streams, findings } = await checkCatalog(catalog, { instrumentIds: ['BTCUSDT.BINANCE'] });
    expect(summary.corrections.find(({ what }) => what.startsWith('klines with µs'))?.rows).toBe(2 * 744);      // January and December 2025
    expect(streams.map(({ kind, rows }) => [kind, rows])).toEqual([['bar', 4 * 744], ['gap', 2]]);
    expect(findings.map(({ code }) => code)).toEqual(['BAR_MISSING', 'GAPS']);                                  // only the months that were not asked for
  });
});

describeRecorded('funding-hl-binance-2024-2025', 'funding of Hyperliquid with holes and jitter', () => {
  it('REQ-D15 finds 24 holes of 220 h and one of 2 h: 70 % of the hours have a rate', async () => {
    const { catalog, summary } = await importAll('funding-hl-binance', 'funding-hl-binance-2024-2025', /funding_rates\.json/);
    const hours = summary.gaps.map(({ from, to }) => (to - from) / HOUR).sort((a, b) => a - b);
    expect(hours).toHaveLength(25);
    expect(hours[0]).toBeLessThan(3);
    expect(hours.slice(1).every((length) => length >= 219 && length <= 221)).toBe(true);
    const report = await checkCatalog(catalog);
    const stream = report.streams.find(({ instrumentId, kind }) => kind === 'funding' && instrumentId === 'BTC-USD-PERP.HYPERLIQUID')!;
    expect(stream.funding).toMatchObject({ settlements: 12_192, intervalHours: [1] });
    expect(stream.funding!.coverage).toBeCloseTo(0.697, 2);
    expect(report.findings.filter(({ instrumentId, kind }) => kind === 'funding' && instrumentId === stream.instrumentId).map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning COVERAGE', 'info STAMP_JITTER', 'info GAPS']);
    expect(report.findings.some(({ instrumentId }) => instrumentId === 'BTCUSDT-PERP.BINANCE')).toBe(false);    // 4,377 settlements, none missing
    expect(report.isUsable).toBe(true);
  });
});

describeRecorded('l2-hyperliquid-20250904', 'a recording of Hyperliquid', () => {
  it('keeps 20-level books as windows, drops and counts what a reconnect repeated, notes the hole of 18 s', async () => {
    const { catalog, summary } = await importAll('hyperliquid-csv', 'l2-hyperliquid-20250904');
    expect(summary.corrections).toEqual([{ what: 'repeated book stamps, dropped', rows: 6 }, { what: 'repeated trade ids, dropped', rows: 17 }]);
    expect(summary.notes.filter((note) => note.includes('came twice'))).toHaveLength(17);
    expect(summary.gaps.map(({ stream, from, to }) => [stream, Math.round((to - from) / 1e6)])).toEqual([['book', 18], ['book', 18], ['quote', 18], ['quote', 18]]);
    const report = await checkCatalog(catalog);
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(report.streams.find(({ kind }) => kind === 'book')!.time.stepMs.p50).toBeCloseTo(540, -2);
  });
});

describe('what the alignment of bars says', () => {
  it('is nothing where no time is in common', () => { expect(differenceBps(new Map([[1, 1]]), new Map([[2, 1]]))).toEqual({ bars: 0, mean: 0, sd: 0 }); });
});
