import { describe, expect, it } from 'vitest';
import { countBins, histogramGrid, MAX_HISTOGRAM_BINS, slippageOf } from '../../src/report/slippage.ts';
import { fillOf } from './fixtures/small-facts.ts';

describe('slippage', () => {
  it('REQ-A21 is size × (mid − price) for a buy and the opposite for a sell', () => {
    expect(slippageOf(fillOf(0, 'buy', '3', '100.5', { arrivalMid: '100' }))).toEqual({ usd: '-1.5', bps: -50 });
    expect(slippageOf(fillOf(0, 'sell', '3', '100.5', { arrivalMid: '100' }))).toEqual({ usd: '1.5', bps: 50 });
    expect(slippageOf(fillOf(0, 'buy', '3', '100', { arrivalMid: null }))).toBeNull();
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
