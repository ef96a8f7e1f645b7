import { simulate } from '@arb/backtest/testing';
import { describe, expect, it } from 'vitest';
import { FundingArbitrage } from '../src/funding-arbitrage.ts';

const HL = 'BTC-USD-PERP.HYPERLIQUID';
const BYBIT = 'BTCUSDT-PERP.BYBIT';

function market() {
  const sim = simulate(FundingArbitrage, { long: HL, short: BYBIT });
  sim.book(HL, { bid: '60000', ask: '60001', size: '5' });
  sim.book(BYBIT, { bid: '60010.0', ask: '60010.1', size: '5' });
  sim.fundingRate(HL, { ratePct: '-0.01', intervalHours: 1 });
  sim.fundingRate(BYBIT, { ratePct: '0.05', intervalHours: 8 });
  return sim;
}

describe('FundingArbitrage', () => {
  it('enters both legs after three confirmations, and leaves when the differential is gone', () => {
    const sim = market();
    sim.advance({ ms: 181_000 });
    expect(sim.pairs[0]).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    sim.fundingRate(HL, { ratePct: '0.01', intervalHours: 1 });
    sim.fundingRate(BYBIT, { ratePct: '0.01', intervalHours: 8 });
    sim.advance({ ms: 60_000 });
    expect(sim.pairs[0]).toMatchObject({ state: 'FLAT', netQuantity: '0' });
  });

  it('closes the long leg when the short leg is rejected', () => {
    const sim = market();
    sim.venue('BYBIT').rejectNext({ code: 'INSUFFICIENT_MARGIN' });
    sim.advance({ ms: 240_000 });                        // three confirmations, entry, rejection, neutralisation
    expect(sim.pairs[0]).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    expect(sim.pairs[0]?.maxUnhedgedMs).toBeLessThan(3_000);
    expect(sim.explain(sim.orders[1]!)).toContain('INSUFFICIENT_MARGIN');
  });

  it('does not enter where the costs take too long to come back', () => {
    const sim = simulate(FundingArbitrage, { long: HL, short: BYBIT, enterAprPct: 1, exitAprPct: 0 });
    sim.book(HL, { bid: '60000', ask: '60001', size: '5' });
    sim.book(BYBIT, { bid: '60010.0', ask: '60010.1', size: '5' });
    sim.fundingRate(HL, { ratePct: '0.00125', intervalHours: 1 });
    sim.fundingRate(BYBIT, { ratePct: '0.0125', intervalHours: 8 });
    sim.advance({ ms: 600_000 });
    expect(sim.orders).toEqual([]);
  });
});
