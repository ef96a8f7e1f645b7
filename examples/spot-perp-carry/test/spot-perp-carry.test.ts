import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BacktestResult, runBacktest } from '@arb/backtest';
import { simulate } from '@arb/backtest/testing';
import { type ArbConfig, Decimal, formatTime } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { SpotPerpCarry } from '../src/spot-perp-carry.ts';

const EXAMPLE = resolve(import.meta.dirname, '..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(EXAMPLE, file), 'utf8'));
const SPOT = 'BTCUSDT.BYBIT';
const PERPETUAL = 'BTCUSDT-PERP.BYBIT';

const README = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
/** As README writes it: `−525.93 USD`. */
const inCents = ({ netPnlUsd }: BacktestResult): string => `${netPnlUsd.isNegative() ? '−' : '+'}${netPnlUsd.abs().toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')} USD`;

async function run(params: readonly string[] = []): Promise<BacktestResult> {
  const { $schema: _schema, ...config } = readJson('arb.config.json') as ArbConfig & { readonly $schema?: string };
  return await runBacktest({ ...config, strategies: config.strategies.map((entry) => ({ ...entry, use: SpotPerpCarry })) }, { folder: EXAMPLE, params });
}

const figures = ({ report, fills, fundingPayments, journalHash }: BacktestResult): Record<string, unknown> => ({
  netPnlUsd: report.netPnlUsd, fundingUsd: report.attribution.fundingUsd, feesUsd: report.attribution.feesUsd, basisUsd: report.attribution.basisUsd, fills: fills.length,
  fundingPayments: fundingPayments.length, journalHash,
});

describe('spot-perp-carry on 18 months of recorded bars and funding', () => {
  it('gives the figures README states, on every Node; what it earned is funding', async () => {
    const result = await run();
    expect(figures(result)).toEqual(readJson('expected.json'));
    expect(result.attribution.residualUsd).toBe('0');
    expect(README).toContain(inCents(result));
    expect(readFileSync(join(EXAMPLE, '../../README.md'), 'utf8')).toContain(`\n${inCents(result).slice(1)} in 18 months`);
    expect(result.facts.pairs[0]!.forcedCloses).toBe(0);
  });

  it('without taking the gain of the coin the short is liquidated', async () => {
    const result = await run(['maxDriftPct=1000']);
    expect(README).toContain(inCents(result));
    const [forced] = result.fills.filter(({ orderId }) => orderId === 'LIQUIDATION');
    const entry = result.fills.findLast(({ ts, side, instrumentId }) => ts < forced!.ts && side === 'sell' && instrumentId === PERPETUAL)!;
    expect(README).toContain(`liquidated** on ${formatTime(forced!.ts).slice(0, 10)}`);
    expect(README).toContain(`${new Decimal(forced!.price).div(entry.price).toFixed(1)} times that of the entry`);
    expect(result.facts.pairs[0]!.forcedCloses).toBeGreaterThan(0);
    expect(result.fundingPayments.length).toBeLessThan((readJson('expected.json') as { readonly fundingPayments: number }).fundingPayments);
  });

  it('the same rule deciding by the last day turns it into a loss: fees of many round trips', async () => {
    const result = await run(['lookbackSettlements=3', 'exitAprPct=7.9']);
    expect(result.netPnlUsd.isNegative()).toBe(true);
    expect(README).toContain(inCents(result));
    expect(Number(result.attribution.fundingUsd)).toBeGreaterThan(2_500);
  });
});

describe('spot-perp-carry by hand', () => {
  const settle = (sim: ReturnType<typeof start>, ratePct: string, price = '60000'): void => {
    sim.advance({ ms: 8 * 3_600_000 });
    for (const id of [SPOT, PERPETUAL]) sim.book(id, { bid: `${price}.0`, ask: `${price}.1`, size: '5' });
    sim.price(PERPETUAL, 'mark', price);
    sim.fundingRate(PERPETUAL, { ratePct, intervalHours: 8, kind: 'settled' });
    sim.advance({ ms: 1_000 });
  };
  const start = () => {
    const sim = simulate(SpotPerpCarry, { spot: SPOT, perpetual: PERPETUAL, lookbackSettlements: 3 }, { balances: { BYBIT: ['50000 USDT'] } });
    for (const id of [SPOT, PERPETUAL]) sim.book(id, { bid: '60000.0', ask: '60000.1', size: '5' });
    return sim;
  };

  it('enters when the mean of the lookback pays, and leaves when it does not', () => {
    const sim = start();
    settle(sim, '0.01');
    settle(sim, '0.01');
    expect(sim.orders).toHaveLength(0);                                  // two of three settlements
    settle(sim, '0.01');
    expect(sim.pairs[0]!.toJSON()).toMatchObject({ state: 'HEDGED', longQuantity: '0.333', shortQuantity: '-0.333' });
    settle(sim, '-0.01');
    expect(sim.pairs[0]!.isHedged).toBe(true);                          // the mean still pays
    settle(sim, '-0.03');
    expect(sim.pairs[0]!.toJSON()).toMatchObject({ state: 'FLAT', longQuantity: '0', shortQuantity: '0' });
    expect(sim.explain(sim.orders.at(-1)!)).toContain('meanAprPct -10.95');
  });

  it('brings both legs back to their value when the price has run', () => {
    const sim = start();
    for (let i = 0; i < 3; i++) settle(sim, '0.01');
    settle(sim, '0.01', '90000');
    expect(sim.pairs[0]!.toJSON()).toMatchObject({ state: 'HEDGED', longQuantity: '0.222', shortQuantity: '-0.222' });
  });
});
