import type { ProfileMarginTier, VenueProfile } from './venue-profile.ts';

const FEES = { source: 'bybit.com/en/help-center "Trading Fee Structure", VIP 0 and VIP 1; taker 0.00055 also in the v5 position documentation', asOf: '2026-07' };

/** The deduction that makes the margin continuous at the steps (1,200 in the second tier) follows from the rates. */
const BTC_TIERS: readonly ProfileMarginTier[] = [
  { notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' },
  { notionalFrom: '2000000', initialRate: '0.0112', maintenanceRate: '0.0056' },
  { notionalFrom: '2600000', initialRate: '0.0125', maintenanceRate: '0.0063' },
  { notionalFrom: '3200000', initialRate: '0.0134', maintenanceRate: '0.0067' },
  { notionalFrom: '3800000', initialRate: '0.0143', maintenanceRate: '0.0071' },
  { notionalFrom: '4400000', initialRate: '0.0154', maintenanceRate: '0.0077' },
  { notionalFrom: '5000000', initialRate: '0.0182', maintenanceRate: '0.0091' },
  { notionalFrom: '5600000', initialRate: '0.02', maintenanceRate: '0.01' },
  { notionalFrom: '8500000', initialRate: '0.0223', maintenanceRate: '0.013' },
  { notionalFrom: '10000000', initialRate: '0.025', maintenanceRate: '0.015' },
  { notionalFrom: '14000000', initialRate: '0.0286', maintenanceRate: '0.016' },
  { notionalFrom: '20000000', initialRate: '0.0334', maintenanceRate: '0.02' },
  { notionalFrom: '28000000', initialRate: '0.04', maintenanceRate: '0.025' },
  { notionalFrom: '38000000', initialRate: '0.05', maintenanceRate: '0.029' },
  { notionalFrom: '50000000', initialRate: '0.0527', maintenanceRate: '0.03' },
  { notionalFrom: '55000000', initialRate: '0.0556', maintenanceRate: '0.035' },
  { notionalFrom: '60000000', initialRate: '0.0589', maintenanceRate: '0.036' },
  { notionalFrom: '65000000', initialRate: '0.0625', maintenanceRate: '0.038' },
  { notionalFrom: '70000000', initialRate: '0.0667', maintenanceRate: '0.04' },
  { notionalFrom: '75000000', initialRate: '0.0715', maintenanceRate: '0.045' },
];

/** Bybit: unified trading account, USDT linear perpetuals and spot. */
export const BYBIT: VenueProfile = {
  name: 'bybit',
  venue: 'BYBIT',
  settlementCurrency: 'USDT',
  fees: {
    spot: { ...FEES, tiers: [{ name: 'vip0', fromVolume: '0', maker: '0.001', taker: '0.001' }] },
    linear: { ...FEES, tiers: [{ name: 'vip0', fromVolume: '0', maker: '0.0002', taker: '0.00055' }, { name: 'vip1', fromVolume: '10000000', maker: '0.00018', taker: '0.0004' }] },
    inverse: { ...FEES, tiers: [{ name: 'vip0', fromVolume: '0', maker: '0.0002', taker: '0.00055' }] },
  },
  margin: [
    { class: 'linear', base: 'BTC', source: 'bybit.com announcement-info/margin-parameters, BTCUSDT, tiers 1 to 20; initial rate = 1 / maximum leverage, rounded up', asOf: '2026-07', tiers: BTC_TIERS },
    { class: 'linear', base: 'ETH', source: 'GET /v5/market/risk-limit, tier 1', asOf: '2026-07', tiers: [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '2000000', initialRate: '0.0133', maintenanceRate: '0.0075' }] },
    { class: 'linear', base: '*', source: 'assumed: cautious for assets without their own table', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.04', maintenanceRate: '0.02' }] },
    { class: 'inverse', base: '*', source: 'assumed: as linear', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }] },
  ],
  liquidationFeeRate: '0.0006',
  liquidationFeeFrom: { source: 'assumed: about the taker fee', asOf: '2026-11' },
  funding: {
    convention: 'lump-at-mark', usualIntervalHours: 8, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.00375', scales: 'interest', averaging: 'linear', publishes: 'per-interval',
    source: 'bybit.com help center "Introduction to Funding Rate"; cap of BTC, others in the instrument record', asOf: '2026-07',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET_IF_TOUCHED', 'LIMIT_IF_TOUCHED', 'TRAILING_STOP'], timeInForce: ['GTC', 'IOC', 'FOK'], postOnly: true, reduceOnly: true,
    amend: 'keeps-place-on-reduce', selfTrade: 'allow', priceBandPct: 5, maxOpenOrders: 500, source: 'bybit-exchange/docs v5 order; FIX amend-order: decreasing the quantity keeps the place, increasing loses it; self-trade prevention is off unless smpType is set; price band assumed 5 %', asOf: '2026-07',
  },
  largestOrders: [
    { source: 'bybit-exchange/docs v5/market/instrument.mdx: maxOrderQty of BTCUSDT (maxMktOrderQty 500 left out); maxLimitOrderQty of spot', asOf: '2026-11', sizes: { 'BTCUSDT-PERP.BYBIT': '1190', 'BTCUSDT.BYBIT': '83' } },
    { source: 'maxOrderQty of GET /v5/market/instruments-info, spot, in an earlier public capture', asOf: '2026-11', sizes: { 'ETHUSDT.BYBIT': '1878.2340843' } },
    { source: 'assumed: recalled from GET /v5/market/instruments-info', asOf: '2026-11', sizes: { 'ETHUSDT-PERP.BYBIT': '7240' } },
  ],
  latency: { feedMs: 8, entryMs: 15, responseMs: 8, source: 'assumed: a client in Singapore', asOf: '2026-11' },
  instrumentsFrom: { source: 'GET /v5/market/instruments-info: BTC linear 0.10 / 0.001, smallest value 5 USDT; grids of ETH and of spot assumed from recorded data', asOf: '2026-07' },
  instruments: [
    { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' },
    { id: 'ETHUSDT-PERP.BYBIT', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.01', minNotional: '5' },
    { id: 'BTCUSDT.BYBIT', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.000001', minNotional: '5' },
    { id: 'ETHUSDT.BYBIT', kind: 'spot', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.00001', minNotional: '5' },
  ],
};
