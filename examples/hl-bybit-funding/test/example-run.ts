import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BacktestResult, runBacktest } from '@arb/backtest';
import { type ArbConfig, Decimal } from '@arb/core';
import { FundingArbitrage } from '../src/funding-arbitrage.ts';

export const EXAMPLE: string = resolve(import.meta.dirname, '..');

/** Runs a shipped config as `arb backtest` does; `seed` and parameters may differ. */
export async function runExample(config: string, options: { readonly params?: readonly string[]; readonly to?: string } = {}): Promise<BacktestResult> {
  const file = join(EXAMPLE, config);
  const { $schema: _schema, ...parsed } = JSON.parse(readFileSync(file, 'utf8')) as ArbConfig & { readonly $schema?: string };
  const { params = [], to } = options;
  const strategies = parsed.strategies.map((entry) => ({ ...entry, use: FundingArbitrage }));
  return await runBacktest({ ...parsed, strategies, ...(to === undefined || parsed.data === undefined ? {} : { data: { ...parsed.data, to } }) }, { folder: resolve(file, '..'), params });
}

/** The figures that README states and `expected.json` pins. */
export function figuresOf(result: BacktestResult): Record<string, string | number> {
  const { netPnlUsd, attribution, fills, fundingPayments, orders, unhedged } = { ...result.report, fills: result.fills.length, orders: result.orders.length, fundingPayments: result.fundingPayments.length };
  return {
    netPnlUsd, fundingUsd: attribution.fundingUsd, feesUsd: attribution.feesUsd, basisUsd: attribution.basisUsd, slippageUsd: attribution.slippageUsd,
    orders, fills, fundingPayments, maxUnhedgedSeconds: unhedged.maxSeconds, rows: result.rows, journalHash: result.journalHash,
  };
}

/** How long, in seconds, the legs together were ever away from zero by more than a lot, from fill to fill; and what is left at the end, in lots. */
export function netOfLegs(result: BacktestResult): { readonly longestSeconds: number; readonly leftLots: number } {
  const tolerance = new Decimal(result.facts.pairs[0]!.toleranceQuantity);
  let net = new Decimal(0);
  let openSince: number | undefined;
  let longest = 0;
  for (const { ts, side, quantity, hedgeQuantity } of result.fills) {
    net = net.plus(new Decimal(hedgeQuantity ?? quantity).times(side === 'buy' ? 1 : -1));
    if (openSince !== undefined) longest = Math.max(longest, ts - openSince);
    if (net.abs().gt(tolerance)) openSince ??= ts;
    else openSince = undefined;
  }
  if (openSince !== undefined) longest = Infinity;
  return { longestSeconds: longest / 1e6, leftLots: net.div(tolerance).abs().toNumber() };
}
