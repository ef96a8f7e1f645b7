import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BacktestResult, Catalog, CatalogWriter, runBacktest, runImport } from '@arb/backtest';
import { Decimal, formatTime, parseTime, venueProfile } from '@arb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FundingArbitrage } from '../src/funding-arbitrage.ts';

const DATA = resolve(import.meta.dirname, '../../../../shared/data');
const isThere = existsSync(join(DATA, 'funding-hl-binance-2024-2025')) && existsSync(join(DATA, 'binance-vision-1h'));
const HL = 'BTC-USD-PERP.HYPERLIQUID';
const BINANCE = 'BTCUSDT-PERP.BINANCE';
const HOUR = 3_600_000_000;

const filesIn = (folder: string, pattern: RegExp): string[] => readdirSync(join(DATA, folder), { recursive: true, encoding: 'utf8' }).filter((name) => pattern.test(name)).map((name) => join(DATA, folder, name)).sort();

/** Funding of both venues as recorded; prices of Binance stand for both, labelled so: no hourly prices of Hyperliquid were recorded for these years. */
async function makeCatalog(path: string): Promise<Catalog> {
  await runImport({ format: 'binance-vision', files: filesIn('binance-vision-1h', /(futures|mark_price)_klines\/BTCUSDT\/.*\.zip$/), to: path, skipBad: false });
  await runImport({ format: 'funding-hl-binance', files: filesIn('funding-hl-binance-2024-2025', /BTC_funding_rates\.json\.gz$/), to: path, skipBad: false });
  const binance = await Catalog.open(path);
  const writer = await CatalogWriter.open(path, { source: { name: 'price proxy: mark prices of Binance', licence: 'not for redistribution', isSynthetic: false }, yearlyFiles: true });
  writer.addInstruments(venueProfile('hyperliquid').instruments.filter(({ id }) => id === HL), parseTime('2010-01-01'));
  for (const chunk of binance.readSync({ instrumentId: BINANCE, kind: 'bar' })) writer.sink('bar', HL).append(chunk);
  for (const chunk of binance.readSync({ instrumentId: BINANCE, kind: 'price' })) {
    for (let i = 0; i < chunk.rows; i++) {
      const value = new Decimal(chunk.value[i]!).div(new Decimal(10).pow(chunk.scale)).toFixed();
      for (const priceKind of [0, 2]) writer.sink('price', HL).add({ tsEvent: chunk.tsEvent[i]!, tsInit: chunk.tsInit[i]!, value, priceKind });
    }
  }
  writer.close();
  return await Catalog.open(path);
}

/** Stretches of hourly funding without a hole, in both venues. */
function stretches(catalog: Catalog): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  let begin = 0;
  let last = 0;
  for (const chunk of catalog.readSync({ instrumentId: HL, kind: 'funding' })) {
    for (let i = 0; i < chunk.rows; i++) {
      if (chunk.status[i] !== 1) continue;
      const at = chunk.settlesAt[i]!;
      if (at - last > HOUR && last !== 0) found.push({ from: begin, to: last });
      if (at - last > HOUR) begin = at;
      last = at;
    }
  }
  return [...found, { from: begin, to: last }];
}

describe.skipIf(!isThere)(isThere ? 'Hyperliquid against Binance, BTC, 2024 and 2025' : 'skipped: the recordings of Hyperliquid and Binance 2024-25 are not beside the project', () => {
  let path = '';
  const runs: BacktestResult[] = [];

  beforeAll(async () => {
    path = mkdtempSync(join(tmpdir(), 'arb-hl-binance-'));
    const catalog = await makeCatalog(path);
    for (const { from, to } of stretches(catalog)) {
      if (to - from < 100 * HOUR) continue;
      const market = { bars: { spreadBps: 1, depthUsd: 500_000, from: 'mark' as const } };
      runs.push(await runBacktest({
        strategies: [{
          use: FundingArbitrage, id: 'btc', capitalUsd: '100000',
          config: {
            long: BINANCE, short: HL, notionalUsd: '20000', enterAprPct: 8, exitAprPct: 0, confirmations: 3, decideEveryMs: 3_600_000, decideOffsetMs: 120_000, maxBreakEvenHours: 200,
            minHoldHours: 120, exitAt: formatTime(to - HOUR),
          },
        }],
        venues: { BINANCE: { profile: 'binance', simulation: { balances: ['50000 USDT'], ...market } }, HYPERLIQUID: { profile: 'hyperliquid', simulation: { balances: ['50000 USDC'], ...market } } },
        data: { catalog: path, from: formatTime(from), to: formatTime(to + HOUR / 2) },
      }));
    }
  }, 300_000);
  afterAll(() => { if (path !== '') rmSync(path, { recursive: true, force: true }); });

  it('REQ-A16 holds the pair on real funding, and is flat over every hole', () => {
    expect(runs.length).toBeGreaterThan(20);
    for (const run of runs) {
      expect(run.report.attribution.residualUsd).toBe('0');
      const net = new Map<string, Decimal>();
      for (const { instrumentId, side, quantity } of run.fills) net.set(instrumentId, (net.get(instrumentId) ?? new Decimal(0)).plus(new Decimal(quantity).times(side === 'buy' ? 1 : -1)));
      expect([...net.values()].every((left) => left.isZero())).toBe(true);
    }
    const funded = new Set(runs.flatMap(({ fundingPayments }) => fundingPayments.map(({ instrumentId }) => instrumentId)));
    expect([...funded].sort()).toEqual([HL, BINANCE].sort());
  });

  it('shows what README says', () => {
    const sum = (pick: (run: BacktestResult) => string): number => runs.reduce((total, run) => total + Number(pick(run)), 0);
    const figures = [sum(({ report }) => report.netPnlUsd), sum(({ report }) => report.attribution.fundingUsd), sum(({ report }) => report.attribution.feesUsd)].map((value) => Math.round(value));
    expect(figures).toEqual([-842, 2333, -2853]);
    expect(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')).toContain('−842 | +2,333 | −2,853');
  });

  it('says in its warnings and its data that prices are a proxy', () => {
    const run = runs[0]!;
    expect(run.facts.warnings.some(({ head }) => head === `${HL} has no order book`)).toBe(true);
    expect(run.facts.data.find(({ instrumentId, kind }) => instrumentId === HL && kind === 'price')?.note).toContain('price proxy');
  });
});
