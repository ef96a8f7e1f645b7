import type { VenueProfile } from './venue-profile.ts';

const FEES = { source: 'binance.com/en/fee/schedule and /futureFee, regular user', asOf: '2026-08' };
const TIERS = { source: 'binance.com leverage and margin table; higher tiers left out', asOf: '2026-08' };

/** Binance: spot, USD-M and COIN-M futures. */
export const BINANCE: VenueProfile = {
  name: 'binance',
  venue: 'BINANCE',
  settlementCurrency: 'USDT',
  fees: {
    spot: { ...FEES, tiers: [{ name: 'regular', fromVolume: '0', maker: '0.001', taker: '0.001' }, { name: 'vip1', fromVolume: '1000000', maker: '0.0009', taker: '0.001' }] },
    linear: { ...FEES, tiers: [{ name: 'regular', fromVolume: '0', maker: '0.0002', taker: '0.0005' }, { name: 'vip1', fromVolume: '15000000', maker: '0.00016', taker: '0.0004' }] },
    inverse: { tiers: [{ name: 'regular', fromVolume: '0', maker: '0.0001', taker: '0.0005' }], source: 'ccxt 4.5.84 fee table of binancecoinm', asOf: '2026-11' },
  },
  margin: [
    { class: 'linear', base: 'BTC', ...TIERS, tiers: [{ notionalFrom: '0', initialRate: '0.008', maintenanceRate: '0.004' }, { notionalFrom: '300000', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '3000000', initialRate: '0.02', maintenanceRate: '0.01' }] },
    { class: 'linear', base: 'ETH', ...TIERS, tiers: [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '1000000', initialRate: '0.02', maintenanceRate: '0.01' }] },
    { class: 'linear', base: '*', source: 'assumed: cautious for assets without their own table', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.05', maintenanceRate: '0.025' }] },
    { class: 'inverse', base: 'BTC', ...TIERS, tiers: [{ notionalFrom: '0', initialRate: '0.008', maintenanceRate: '0.004' }, { notionalFrom: '500000', initialRate: '0.01', maintenanceRate: '0.005' }] },
    { class: 'inverse', base: '*', source: 'assumed: cautious for assets without their own table', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.05', maintenanceRate: '0.025' }] },
  ],
  liquidationFeeRate: '0.0125',
  liquidationFeeFrom: { source: 'assumed: liquidationFee of GET /fapi/v1/exchangeInfo, BTCUSDT', asOf: '2026-11' },
  funding: {
    convention: 'lump-at-mark', usualIntervalHours: 8, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.02', scales: 'rate', averaging: 'linear', publishes: 'per-interval',
    source: 'binance.com/en/support/faq "Introduction to Binance Futures Funding Rates"; SOLUSDT changed to 2 h and a 2 % cap in 2022-11', asOf: '2026-08',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET_IF_TOUCHED', 'LIMIT_IF_TOUCHED', 'TRAILING_STOP'], timeInForce: ['GTC', 'IOC', 'FOK', 'GTD'], postOnly: true, reduceOnly: true,
    amend: 'keeps-place-on-reduce', selfTrade: 'cancel-taker', priceBandPct: 5, maxOpenOrders: 200, source: 'developers.binance.com: USD-M order types and filters; spot order.amend.keepPriority (reducing keeps the place), futures assumed alike; price band assumed 5 %', asOf: '2026-08',
  },
  largestOrders: [
    { source: 'LOT_SIZE maxQty of GET /api/v3/exchangeInfo, in public captures', asOf: '2026-11', sizes: { 'BTCUSDT.BINANCE': '9000', 'ETHUSDT.BINANCE': '9000' } },
    { source: 'LOT_SIZE maxQty of GET /fapi/v1/exchangeInfo, in public captures; MARKET_LOT_SIZE 120 and 2000 left out', asOf: '2026-11', sizes: { 'BTCUSDT-PERP.BINANCE': '1000', 'ETHUSDT-PERP.BINANCE': '10000' } },
    { source: 'LOT_SIZE maxQty of GET /dapi/v1/exchangeInfo, BTCUSD_PERP, in public captures; MARKET_LOT_SIZE 60000 left out', asOf: '2026-11', sizes: { 'BTCUSD-PERP.BINANCE': '1000000' } },
    { source: 'assumed: as BTCUSD_PERP', asOf: '2026-11', sizes: { 'ETHUSD-PERP.BINANCE': '1000000' } },
  ],
  latency: { feedMs: 5, entryMs: 6, responseMs: 6, source: 'assumed: a client in the same region', asOf: '2026-11' },
  instrumentsFrom: { source: 'exchangeInfo filters as in the recorded captures: grids of BTC; smallest values and ETH grids assumed', asOf: '2026-11' },
  instruments: [
    { id: 'BTCUSDT.BINANCE', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.00001', minNotional: '5' },
    { id: 'ETHUSDT.BINANCE', kind: 'spot', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.0001', minNotional: '5' },
    { id: 'BTCUSDT-PERP.BINANCE', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '100' },
    { id: 'ETHUSDT-PERP.BINANCE', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.001', minNotional: '20' },
    { id: 'BTCUSD-PERP.BINANCE', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'BTC', isInverse: true, priceIncrement: '0.1', sizeIncrement: '1', multiplier: '100' },
    { id: 'ETHUSD-PERP.BINANCE', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'ETH', isInverse: true, priceIncrement: '0.01', sizeIncrement: '1', multiplier: '10' },
  ],
};
