import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BacktestResult, runBacktest } from '@arb/backtest';
import { simulate } from '@arb/backtest/testing';
import { type ArbConfig, Decimal } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { MakerTaker } from '../src/maker-taker.ts';

const EXAMPLE = resolve(import.meta.dirname, '..');
const HL = 'BTC-USD-PERP.HYPERLIQUID';
const BYBIT = 'BTCUSDT-PERP.BYBIT';

/** What both venues hold together, in BTC. */
const net = (sim: ReturnType<typeof quoting>): Decimal => sim.strategy.portfolio.quantity(HL).plus(sim.strategy.portfolio.quantity(BYBIT));
const hedges = (sim: ReturnType<typeof quoting>) => sim.orders.filter(({ instrumentId }) => instrumentId === BYBIT);

function quoting(options: { readonly maxPosition?: string } = {}) {
  const sim = simulate(MakerTaker, { maker: HL, hedge: BYBIT, ...options });
  sim.book(HL, { bid: '59900', ask: '60100', size: '1' });
  sim.advance({ ms: 1_000 });
  sim.book(BYBIT, { bids: [['60000.0', '5'], ['59999.0', '5']], asks: [['60000.1', '5'], ['60001.0', '5']] });
  sim.advance({ ms: 1_000 });
  return sim;
}

describe('maker-taker by hand', () => {
  it('quotes both sides at the touch, and an edge away from what the hedge would cost where that is further', () => {
    const sim = quoting();
    expect(sim.orders.map(({ side, price, postOnly, status }) => [side, price!.toFixed(), postOnly, status])).toEqual([['buy', '59900', true, 'ACCEPTED'], ['sell', '60100', true, 'ACCEPTED']]);
    sim.book(HL, { bid: '59990', ask: '60010', size: '1' });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '5' });
    sim.advance({ ms: 1_000 });
    expect(sim.orders.map(({ price }) => price!.toFixed())).toEqual(['59952', '60049']);    // 8 bps of 60,000 away
  });

  it('hedges every partial fill at once, and carries what is less than a lot of the hedge', () => {
    const sim = quoting();
    const sell = (quantity: string): void => {
      sim.trade(HL, { price: '59900', quantity, side: 'sell' });
      sim.advance({ ms: 1_000 });
    };
    sell('1.00000');                                                                    // those before us in the queue
    sell('0.01030');
    expect(hedges(sim).map(({ side, filledQuantity }) => [side, filledQuantity.toFixed()])).toEqual([['sell', '0.01']]);
    expect(net(sim).toFixed()).toBe('0.0003');
    sell('0.00090');
    expect(hedges(sim).map(({ filledQuantity }) => filledQuantity.toFixed())).toEqual(['0.01', '0.001']);
    expect(net(sim).toFixed()).toBe('0.0002');
  });

  it('a hedge that is rejected is sent again until it is done', () => {
    const sim = quoting();
    sim.venue('BYBIT').rejectNext({ code: 'BUSY' });
    sim.trade(HL, { price: '59900', quantity: '1.03', side: 'sell' });
    sim.advance({ ms: 2_000 });
    expect(hedges(sim).map(({ status }) => status)).toEqual(['REJECTED', 'FILLED']);
    expect(net(sim).abs().lt('0.001')).toBe(true);
  });

  it('a fill on its way while the quote is taken back is hedged like any other', () => {
    const sim = quoting({ maxPosition: '0.05' });
    sim.trade(HL, { price: '59900', quantity: '1.02', side: 'sell' });                  // 0.02 of 0.05: no room for another, so the quote is to go …
    sim.advance({ ms: 300 });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '5' });
    expect(sim.orders[0]!.isPendingCancel).toBe(true);
    sim.advance({ ms: 50 });
    sim.trade(HL, { price: '59900', quantity: '0.02', side: 'sell' });                  // … and is filled once more before the venue hears of it
    sim.advance({ ms: 5_000 });
    expect(sim.orders[0]!).toMatchObject({ status: 'CANCELED' });
    expect(sim.strategy.portfolio.quantity(HL).toFixed()).toBe('0.04');
    expect(net(sim).toFixed()).toBe('0');
  });
});

describe('maker-taker on a day of the synthetic market', () => {
  it('gives the figures README states, on every Node; both legs cancel out', async () => {
    const { $schema: _schema, ...config } = JSON.parse(readFileSync(join(EXAMPLE, 'arb.config.json'), 'utf8')) as ArbConfig & { readonly $schema?: string };
    const run = async (params: readonly string[]): Promise<BacktestResult> => await runBacktest({ ...config, strategies: config.strategies.map((entry) => ({ ...entry, use: MakerTaker })) }, { folder: EXAMPLE, params });
    const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
    const expected = JSON.parse(readFileSync(join(EXAMPLE, 'expected.json'), 'utf8')) as Record<string, unknown>;
    for (const edgeBps of ['8', '3']) {
      const { netPnlUsd, fills, journalHash } = await run([`edgeBps=${edgeBps}`]);
      expect({ netPnlUsd: netPnlUsd.toFixed(), fills: fills.length, journalHash }).toEqual(expected[edgeBps]);
      expect(readme).toContain(`${netPnlUsd.isNegative() ? '−' : '+'}${netPnlUsd.abs().toFixed(2)} USD | ${fills.length} |`);
      const left = fills.reduce((sum, { side, quantity }) => (side === 'buy' ? sum.plus(quantity) : sum.minus(quantity)), new Decimal(0));
      expect(left.abs().lt('0.001')).toBe(true);
    }
  }, 120_000);
});
