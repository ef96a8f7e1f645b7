import { parseTime } from '@arb/core';
import type { AssetModel, BookModel, FundingModel, LatencyModel, SynthRecipe, VenueModel } from '../recipe.ts';

// Where a figure comes from: `datasets/demo/README.md`, section Calibration. Sizes of levels are the measured depth gathered onto fewer, wider-spaced levels.

const HYPERLIQUID_LATENCY: LatencyModel = { floorMs: 120, medianMs: 260, sigma: 0.45 };
const BYBIT_LATENCY: LatencyModel = { floorMs: 6, medianMs: 9, sigma: 0.7 };
const HYPERLIQUID_FUNDING: FundingModel = { rule: 'hyperliquid', impactUsd: 20_000, cap: 400_000_000 };
const BYBIT_FUNDING: FundingModel = { rule: 'bybit', impactUsd: 20_000, cap: 375_000 };

const book = (model: Partial<BookModel> & Pick<BookModel, 'touchUsd' | 'levelUsd' | 'levelUsdPerBps' | 'spread' | 'spacingBps'>): BookModel => ({
  minLevels: 10, maxLevels: 20, touchSigma: 0.8, levelSigma: 0.7, refreshesPerMessage: 0.15, touchRefresh: 0.1, isWindow: true, ...model,
});

const hyperliquid = (model: Pick<VenueModel, 'spec' | 'book' | 'premium' | 'reference'>): VenueModel => ({
  ...model, gridTicks: 10, messages: { quiet: 0.16, perVolatility: 0.22 }, latency: HYPERLIQUID_LATENCY, funding: HYPERLIQUID_FUNDING,
  trades: { clustersPerSecond: 0.08, branching: 0.7, decaySeconds: 20, tradesPerCluster: 2.9, usdMu: 6.5, usdSigma: 2.6, maxUsd: 400_000 },
});

const bybit = (model: Pick<VenueModel, 'spec' | 'book' | 'premium' | 'reference'>): VenueModel => ({
  ...model, gridTicks: 1, messages: { quiet: 0.16, perVolatility: 0.22 }, latency: BYBIT_LATENCY, funding: BYBIT_FUNDING,
  trades: { clustersPerSecond: 0.1, branching: 0.7, decaySeconds: 20, tradesPerCluster: 4.6, usdMu: 7.4, usdSigma: 2.1, maxUsd: 400_000 },
});

const BTC: AssetModel = {
  base: 'BTC', startPrice: 85_000, annualVolatility: 0.42, marketLoading: 0.95,
  sentiment: { slowSdBps: 3, slowHalfLifeHours: 120, fastSdBps: 1.5, fastHalfLifeHours: 9 },
  premiumJumps: { perDay: 0.6, meanBps: 5.5, upShare: 0.65, halfLifeHours: 12 },
  venues: [
    hyperliquid({
      spec: { id: 'BTC-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '0.1', sizeIncrement: '0.00001', minNotional: '10', significantFigures: 5 },
      book: book({ touchUsd: 800_000, levelUsd: 150_000, levelUsdPerBps: 9_000, spacingBps: 2, spread: { oneStep: 0.93, twoSteps: 0.045, wideSteps: 2.5 } }),
      premium: { meanBps: 1.5, sentimentLoading: 1, ownSdBps: 2, ownHalfLifeHours: 24, jumpLoading: 1, fastSdBps: 0.5, fastHalfLifeSeconds: 1.5 },
      reference: { decimals: 1, everySeconds: 5 },
    }),
    bybit({
      spec: { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' },
      book: book({ touchUsd: 185_000, levelUsd: 120_000, levelUsdPerBps: 12_000, spacingBps: 1.8, spread: { oneStep: 0.93, twoSteps: 0.04, wideSteps: 14 } }),
      premium: { meanBps: -4, sentimentLoading: 0.3, ownSdBps: 0.8, ownHalfLifeHours: 36, jumpLoading: 0.4, fastSdBps: 0.5, fastHalfLifeSeconds: 1.2 },
      reference: { decimals: 2, everySeconds: 10 },
    }),
  ],
};

const ETH: AssetModel = {
  base: 'ETH', startPrice: 2_200, annualVolatility: 0.58, marketLoading: 0.9,
  sentiment: { slowSdBps: 3, slowHalfLifeHours: 120, fastSdBps: 1.6, fastHalfLifeHours: 9 },
  premiumJumps: { perDay: 0.6, meanBps: 5.5, upShare: 0.6, halfLifeHours: 12 },
  venues: [
    hyperliquid({
      spec: { id: 'ETH-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'USDC', priceIncrement: '0.01', sizeIncrement: '0.0001', minNotional: '10', significantFigures: 5 },
      book: book({ touchUsd: 330_000, levelUsd: 130_000, levelUsdPerBps: 14_000, spacingBps: 2.6, spread: { oneStep: 0.94, twoSteps: 0.04, wideSteps: 0.8 } }),
      premium: { meanBps: 0.6, sentimentLoading: 1, ownSdBps: 2, ownHalfLifeHours: 24, jumpLoading: 1, fastSdBps: 0.5, fastHalfLifeSeconds: 1.5 },
      reference: { decimals: 2, everySeconds: 5 },
    }),
    bybit({
      spec: { id: 'ETHUSDT-PERP.BYBIT', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.01', minNotional: '5' },
      book: book({ touchUsd: 120_000, levelUsd: 90_000, levelUsdPerBps: 9_000, spacingBps: 2.4, spread: { oneStep: 0.92, twoSteps: 0.05, wideSteps: 5 } }),
      premium: { meanBps: -3.9, sentimentLoading: 0.3, ownSdBps: 0.7, ownHalfLifeHours: 36, jumpLoading: 0.4, fastSdBps: 0.6, fastHalfLifeSeconds: 1.2 },
      reference: { decimals: 2, everySeconds: 10 },
    }),
  ],
};

/**
 * Two weeks of BTC and ETH perpetuals on Hyperliquid and Bybit at a pace of seconds: what `npm start` and the examples run on. The seed is the first whose two
 * weeks lie in every band of the calibration. The bands ask for a few clear episodes of funding, so BTC's differential is busier than in an average fortnight;
 * no strategy was run to choose it.
 */
export const DEMO_RECIPE: SynthRecipe = {
  name: 'demo', version: 1, seed: 59, from: parseTime('2025-03-01'), to: parseTime('2025-03-15'), stepUs: 1_000_000, assets: [BTC, ETH],
};
