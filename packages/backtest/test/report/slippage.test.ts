import { describe, expect, it } from 'vitest';
import { countBins, histogramGrid, MAX_HISTOGRAM_BINS, slippageOf } from '../../src/report/slippage.ts';
import { fillOf } from './fixtures/small-facts.ts';

describe('slippage', () => {
  it('REQ-A21 is size × (mid − price) for a buy and the opposite for a sell', () => {
    expect(slippageOf(fillOf(0, 'buy', '3', '100.5', { arrivalMid: '100' }))).toEqual({ usd: '-1.5', bps: -50 });
    expect(slippageOf(fillOf(0, 'sell', '3', '100.5', { arrivalMid: '100' }))).toEqual({ usd: '1.5', bps: 50 });
    expect(slippageOf(fillOf(0, 'buy', '3', '100', { arrivalMid: null }))).toBeNull();
  });

  it('REQ-A21 of an inverse contract is worth what its coins are: contracts × (1 ÷ price − 1 ÷ mid)', () => {
    const fill = { notionalUsd: '1000', settleValue: '0.02', isInverse: true } as const;            // 10 contracts of 100 USD at 50,000; the coin is worth 50,000
    expect(slippageOf(fillOf(0, 'buy', '10', '50000', { ...fill, arrivalMid: '40000' }))!.usd).toBe('-250');      // 0.02 − 0.025 coins
    expect(slippageOf(fillOf(0, 'sell', '10', '50000', { ...fill, arrivalMid: '40000' }))!.usd).toBe('250');
  });

  it('counts on a round grid that holds zero, every value once', () => {
    const values = [-3.1, -1.2, -1.1, 0, 0.4];
    const grid = histogramGrid(values)!;
    expect(grid).toEqual({ start: -3.25, binWidth: 0.25, bins: 15 });
    expect(countBins(values, grid).counts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1]);
    expect(histogramGrid([])).toBeNull();
  });

  it('never needs more than its bins, however far a fill slipped', () => {
    expect(histogramGrid([-1e7, 5])!.bins).toBeLessThanOrEqual(MAX_HISTOGRAM_BINS);
  });
});
