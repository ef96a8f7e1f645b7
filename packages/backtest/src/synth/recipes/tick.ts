import { parseTime } from '@arb/core';
import type { SynthRecipe } from '../recipe.ts';

/**
 * One hour of BTC around a settlement of both venues, as dense as Binance's USD-M feed on Bybit and as Hyperliquid's own best-price feed on Hyperliquid
 * (denser than the book that venue publishes): for queue positions, market making and speed, not for weeks of funding.
 */
export const TICK_RECIPE: SynthRecipe = {
  name: 'tick', version: 1, seed: 1, from: parseTime('2025-03-05T15:30'), to: parseTime('2025-03-05T16:30'), stepUs: 50_000,
  assets: [{
    base: 'BTC', startPrice: 88_000, annualVolatility: 0.42, marketLoading: 0.95,
    sentiment: { slowSdBps: 3, slowHalfLifeHours: 120, fastSdBps: 1.5, fastHalfLifeHours: 9 },
    premiumJumps: { perDay: 0.6, meanBps: 5.5, upShare: 0.65, halfLifeHours: 12 },
    venues: [
      {
        spec: { id: 'BTC-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '0.1', sizeIncrement: '0.00001', minNotional: '10', significantFigures: 5 },
        gridTicks: 10, messages: { quiet: 0.2, perVolatility: 0.13 },
        book: {
          minLevels: 16, maxLevels: 20, spacingBps: 0.13, touchUsd: 800_000, touchSigma: 0.8, levelUsd: 70_000, levelUsdPerBps: 70_000, levelSigma: 0.7,
          refreshesPerMessage: 5, touchRefresh: 0.5, isWindow: true, spread: { oneStep: 0.96, twoSteps: 0.03, wideSteps: 1.5 },
        },
        trades: { clustersPerSecond: 1.1, branching: 0.78, decaySeconds: 2, tradesPerCluster: 2.9, usdMu: 6.5, usdSigma: 2.6, maxUsd: 400_000 },
        latency: { floorMs: 120, medianMs: 260, sigma: 0.45 },
        premium: { meanBps: 1.5, sentimentLoading: 1, ownSdBps: 2, ownHalfLifeHours: 24, jumpLoading: 1, fastSdBps: 0.5, fastHalfLifeSeconds: 1.5 },
        funding: { rule: 'hyperliquid', impactUsd: 20_000, cap: 400_000_000 },
        reference: { decimals: 1, everySeconds: 5 },
      },
      {
        spec: { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' },
        gridTicks: 1, messages: { quiet: 0.8, perVolatility: 0.15 },
        book: {
          minLevels: 45, maxLevels: 60, spacingBps: 0.12, touchUsd: 185_000, touchSigma: 1, levelUsd: 8_000, levelUsdPerBps: 6_000, levelSigma: 1,
          refreshesPerMessage: 24, touchRefresh: 0.7, isWindow: false, spread: { oneStep: 0.975, twoSteps: 0.015, wideSteps: 10 },
        },
        trades: { clustersPerSecond: 15.3, branching: 0.78, decaySeconds: 2, tradesPerCluster: 4.1, usdMu: 7.7, usdSigma: 2.1, maxUsd: 400_000 },
        latency: { floorMs: 6, medianMs: 9, sigma: 0.7 },
        premium: { meanBps: -4, sentimentLoading: 0.3, ownSdBps: 0.8, ownHalfLifeHours: 36, jumpLoading: 0.4, fastSdBps: 0.5, fastHalfLifeSeconds: 1.2 },
        funding: { rule: 'bybit', impactUsd: 20_000, cap: 375_000 },
        reference: { decimals: 2, everySeconds: 10 },
      },
    ],
  }],
};
