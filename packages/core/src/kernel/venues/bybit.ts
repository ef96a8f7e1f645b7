import type { VenueProfile } from './venue-profile.ts';

const FEES = { source: 'bybit.com/en/help-center "Trading Fee Structure", VIP 0 and VIP 1; taker 0.00055 also in the v5 position documentation', asOf: '2026-07' };

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
    { class: 'linear', base: 'BTC', source: 'GET /v5/market/risk-limit: tier 1 IM 1 %, MM 0.5 %, 100x', asOf: '2026-07', tiers: [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '2000000', initialRate: '0.0111', maintenanceRate: '0.0056' }] },
    { class: 'linear', base: 'ETH', source: 'GET /v5/market/risk-limit, tier 1', asOf: '2026-07', tiers: [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '2000000', initialRate: '0.0133', maintenanceRate: '0.0075' }] },
    { class: 'linear', base: '*', source: 'assumed: cautious for assets without their own table', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.04', maintenanceRate: '0.02' }] },
    { class: 'inverse', base: '*', source: 'assumed: as linear', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }] },
  ],
  liquidationFeeRate: '0.0006',
  funding: {
    convention: 'lump-at-mark', usualIntervalHours: 8, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.00375', averaging: 'linear', publishes: 'per-interval',
    source: 'bybit.com help center "Introduction to Funding Rate"; cap of BTC, others in the instrument record', asOf: '2026-07',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'MARKET_IF_TOUCHED', 'LIMIT_IF_TOUCHED', 'TRAILING_STOP'], timeInForce: ['GTC', 'IOC', 'FOK'], postOnly: true, reduceOnly: true,
    amend: 'keeps-place-on-reduce', selfTrade: 'allow', priceBandPct: 5, maxOpenOrders: 500, source: 'bybit-exchange/docs v5 order; self-trade prevention is off unless smpType is set; price band assumed 5 %', asOf: '2026-07',
  },
  latency: { feedMs: 8, entryMs: 15, responseMs: 8, source: 'assumed: a client in Singapore', asOf: '2026-11' },
  instruments: [
    { id: 'BTCUSDT-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' },
    { id: 'ETHUSDT-PERP.BYBIT', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.01', minNotional: '5' },
    { id: 'BTCUSDT.BYBIT', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.000001', minNotional: '5' },
    { id: 'ETHUSDT.BYBIT', kind: 'spot', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.00001', minNotional: '5' },
  ],
};
