import type { VenueProfile } from './venue-profile.ts';

/** Hyperliquid perpetuals: USD quoted, USDC settled, funding every hour on the oracle price. */
export const HYPERLIQUID: VenueProfile = {
  name: 'hyperliquid',
  venue: 'HYPERLIQUID',
  settlementCurrency: 'USDC',
  fees: {
    linear: {
      tiers: [{ name: 'tier0', fromVolume: '0', maker: '0.00015', taker: '0.00045' }, { name: 'tier1', fromVolume: '5000000', maker: '0.00012', taker: '0.0004' }, { name: 'tier2', fromVolume: '25000000', maker: '0.00008', taker: '0.00035' }],
      source: 'hyperliquid.gitbook.io trading/fees; the venue counts 14 days, the schedule here 30', asOf: '2026-08',
    },
  },
  margin: [
    { class: 'linear', base: 'BTC', source: 'gitbook trading/margin-tiers, margin table 56: 40x to 150M, 20x beyond; maintenance is half the initial margin at the maximum leverage', asOf: '2026-08', tiers: [{ notionalFrom: '0', initialRate: '0.025', maintenanceRate: '0.0125' }, { notionalFrom: '150000000', initialRate: '0.05', maintenanceRate: '0.025' }] },
    { class: 'linear', base: 'ETH', source: 'gitbook trading/margining: 25x', asOf: '2026-08', tiers: [{ notionalFrom: '0', initialRate: '0.04', maintenanceRate: '0.02' }] },
    { class: 'linear', base: '*', source: 'gitbook trading/margining: 3x is the lowest maximum', asOf: '2026-08', tiers: [{ notionalFrom: '0', initialRate: '0.3333', maintenanceRate: '0.1667' }] },
  ],
  liquidationFeeRate: '0',
  liquidationFeeFrom: { source: 'gitbook trading/liquidations: no clearance fee; what a backstop liquidation keeps of the margin is not modelled', asOf: '2026-08' },
  funding: {
    convention: 'hourly-at-oracle', usualIntervalHours: 1, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.04', scales: 'rate', averaging: 'equal', publishes: 'hourly',
    source: 'gitbook trading/funding (cap 4 % an hour); reproduces 12,192 of 12,192 published BTC rates', asOf: '2026-08',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET_IF_TOUCHED', 'LIMIT_IF_TOUCHED'], timeInForce: ['GTC', 'IOC'], postOnly: true, reduceOnly: true,
    amend: 'replaces', selfTrade: 'cancel-maker', priceBandPct: 80, maxOpenOrders: 1_000, source: 'gitbook for-developers/api/exchange-endpoint; the venue has no FOK; orders over 80 % from the reference are rejected', asOf: '2026-08',
  },
  largestOrders: [{ source: 'gitbook trading/contract-specifications: no largest size; a limit order is worth at most 300,000,000 USD at 25x and more, which is not checked', asOf: '2026-11', sizes: {} }],
  latency: { feedMs: 200, entryMs: 250, responseMs: 200, source: 'assumed from recorded books: local minus exchange time p50 0.4 s', asOf: '2026-11' },
  instrumentsFrom: { source: 'gitbook for-developers/api/tick-and-lot-size: 5 significant figures, at most 6 − szDecimals decimals; szDecimals BTC 5, ETH 4; smallest order 10 USD', asOf: '2026-08' },
  instruments: [
    { id: 'BTC-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '0.1', sizeIncrement: '0.00001', significantFigures: 5, minNotional: '10' },
    { id: 'ETH-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'USDC', priceIncrement: '0.01', sizeIncrement: '0.0001', significantFigures: 5, minNotional: '10' },
  ],
};
