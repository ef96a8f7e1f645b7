import { Decimal } from '@arb/core';
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

  /** Differential of the two legs when both pay every 8 hours: rate × 3 × 365. */
  function withAprPct(aprPct: number, config: { readonly maxBreakEvenHours?: number; readonly notionalUsd?: string } = {}) {
    const sim = simulate(FundingArbitrage, { long: HL, short: BYBIT, enterAprPct: 4, maxBreakEvenHours: 100_000, ...config });
    sim.book(HL, { bid: '60000', ask: '60001', size: '5' });
    sim.book(BYBIT, { bid: '60010.0', ask: '60010.1', size: '5' });
    sim.fundingRate(HL, { ratePct: '0', intervalHours: 8 });
    sim.fundingRate(BYBIT, { ratePct: new Decimal(aprPct).div(1_095).toFixed(12), intervalHours: 8 });
    return sim;
  }

  it('REQ-A07 REQ-B24 a differential of 3.99 % a year is no signal, 4.00 % is one', () => {
    const [below, at] = [withAprPct(3.99), withAprPct(4.0001)];
    below.advance({ ms: 600_000 });
    at.advance({ ms: 600_000 });
    expect(below.orders).toEqual([]);
    expect(at.pairs[0]).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });

  it('REQ-B23 entry and exit have thresholds of their own, and exit may not lie above entry', () => {
    expect(() => simulate(FundingArbitrage, { long: HL, short: BYBIT, enterAprPct: 4, exitAprPct: 5 })).toThrow('exitAprPct: must not be above enterAprPct');
    const sim = withAprPct(10);
    sim.advance({ ms: 200_000 });
    sim.fundingRate(BYBIT, { ratePct: '0.0022', intervalHours: 8 });          // 2.4 % a year: below entry, above exit
    sim.advance({ ms: 120_000 });
    expect(sim.pairs[0]!.state).toBe('HEDGED');
    sim.fundingRate(BYBIT, { ratePct: '0.0018', intervalHours: 8 });          // 1.97 %
    sim.advance({ ms: 120_000 });
    expect(sim.pairs[0]!.state).toBe('FLAT');
  });

  it('REQ-B27 a signal without a position is sized once, by what the books hold', () => {
    const sim = withAprPct(10, { notionalUsd: '1000000' });
    sim.book(BYBIT, { bid: '60010.0', ask: '60010.1', size: '2' });
    sim.advance({ ms: 600_000 });
    expect(sim.pairEvents.filter(({ type }) => type === 'PairEntering')).toHaveLength(1);
    expect(sim.orders).toHaveLength(2);
    expect(new Set(sim.orders.map(({ quantity }) => quantity.toFixed()))).toEqual(new Set(['2']));
  });

  it('does not enter again once it was told to leave', () => {
    const sim = simulate(FundingArbitrage, { long: HL, short: BYBIT, exitAt: '2025-01-01T00:05:00Z' });
    sim.book(HL, { bid: '60000', ask: '60001', size: '5' });
    sim.book(BYBIT, { bid: '60010.0', ask: '60010.1', size: '5' });
    sim.fundingRate(HL, { ratePct: '-0.01', intervalHours: 1 });
    sim.fundingRate(BYBIT, { ratePct: '0.05', intervalHours: 8 });
    sim.advance({ ms: 3_600_000 });
    expect(sim.pairs[0]).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    expect(sim.orders).toHaveLength(4);
  });

  it('REQ-A07 the same market gives the same decisions, to the hash', () => {
    const hash = (): string => {
      const sim = withAprPct(10);
      sim.advance({ ms: 600_000 });
      return sim.journalHash;
    };
    expect(hash()).toBe(hash());
  });
});
