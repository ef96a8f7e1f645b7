import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestResult } from '@arb/backtest';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLE, figuresOf, netOfLegs, runExample } from './example-run.ts';

const EXPECTED = join(EXAMPLE, 'expected.json');
const README = join(EXAMPLE, 'README.md');
/** `UPDATE_EXPECTED=1 npx vitest run examples` writes it and the figures in README anew, after a change that is meant to move results. */
const isUpdating = process.env['UPDATE_EXPECTED'] === '1';

/** As README writes money: `−2,145.97`. */
function inCents(text: string): string {
  return `${Number(text) < 0 ? '−' : '+'}${Math.abs(Number(text)).toFixed(2).replaceAll(/\B(?=(\d{3})+\.)/g, ',')}`;
}

describe.each(['arb.config.json', 'configs/xvenue-8h.json', 'configs/binance-20240808.json'])('%s', (config) => {
  let result: BacktestResult;
  beforeAll(async () => { result = await runExample(config); }, 120_000);

  it('REQ-D09 REQ-D18 gives the figures and the journal hash of expected.json, on every Node', () => {
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, unknown>;
    if (isUpdating) writeFileSync(EXPECTED, `${JSON.stringify({ ...expected, [config]: figuresOf(result) }, null, 2)}\n`);
    else expect(figuresOf(result)).toEqual(expected[config]);
  });

  it('REQ-D09 the parts of the result add up to the last unit', () => {
    expect(result.status).toBe('COMPLETE');
    expect(result.report.attribution.residualUsd).toBe('0');
  });

  it('REQ-A01 the legs cancel out but for moments of hedging, which stay within the budget', () => {
    const { longestSeconds, leftLots } = netOfLegs(result);
    expect(longestSeconds).toBeLessThanOrEqual(result.facts.pairs[0]!.budgetSeconds);
    expect(leftLots).toBeLessThanOrEqual(1);
    expect(result.report.unhedged.overBudget).toBe(0);
  });

  it('REQ-A16 opens and closes the pair', () => {
    expect(result.report.roundTrips).toBeGreaterThan(0);
    expect(result.orders.every(({ status }) => ['FILLED', 'EXPIRED', 'CANCELED'].includes(status))).toBe(true);
  });
});

describe('REQ-A38 a spot leg against a perpetual', () => {
  it('receives no funding, and pays none', async () => {
    const result = await runExample('configs/binance-20240808.json');
    expect(result.fills.filter(({ instrumentId }) => instrumentId === 'BTCUSDT.BINANCE')).toHaveLength(2);
    expect(result.fundingPayments.map(({ instrumentId }) => instrumentId)).toEqual(['BTCUSD-PERP.BINANCE']);
  });
});

describe('REQ-A16 REQ-A19 the example', () => {
  it('is under 300 lines, and its default config is Hyperliquid against Bybit', () => {
    expect(readFileSync(join(EXAMPLE, 'src/funding-arbitrage.ts'), 'utf8').split('\n').length).toBeLessThan(300);
    const { strategies } = JSON.parse(readFileSync(join(EXAMPLE, 'arb.config.json'), 'utf8')) as { strategies: { config: { long: string; short: string } }[] };
    expect([strategies[0]!.config.long, strategies[0]!.config.short].map((id) => id.split('.')[1]).sort()).toEqual(['BYBIT', 'HYPERLIQUID']);
  });

  it('README states the figures of expected.json', () => {
    let readme = readFileSync(README, 'utf8');
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, { netPnlUsd: string; fundingUsd: string; feesUsd: string }>;
    for (const [config, { netPnlUsd, fundingUsd, feesUsd }] of Object.entries(expected)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`npx arb backtest${config === 'arb.config.json' ? '' : ` ${config}`}\``))!;
      const cells = [netPnlUsd, fundingUsd, feesUsd].map(inCents);
      if (isUpdating) readme = readme.replace(row, row.split(' | ').toSpliced(1, 3, ...cells).join(' | '));
      else expect(row.split(' | ').slice(1, 4)).toEqual(cells);
    }
    if (isUpdating) writeFileSync(README, readme);
  });
});
