import type { VenueProfile } from './venue-profile.ts';

/** OKX: USDT swaps and spot. */
export const OKX: VenueProfile = {
  name: 'okx',
  venue: 'OKX',
  settlementCurrency: 'USDT',
  fees: {
    spot: { tiers: [{ name: 'regular', fromVolume: '0', maker: '0.0008', taker: '0.001' }], source: 'okx.com/fees, regular user', asOf: '2026-08' },
    linear: { tiers: [{ name: 'regular', fromVolume: '0', maker: '0.0002', taker: '0.0005' }], source: 'okx.com/fees, regular user', asOf: '2026-08' },
    inverse: { tiers: [{ name: 'regular', fromVolume: '0', maker: '0.0002', taker: '0.0005' }], source: 'okx.com/fees, regular user', asOf: '2026-08' },
  },
  margin: [
    { class: 'linear', base: '*', source: 'assumed: BTC and ETH tier 1 are 1 % and 0.4 %', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }] },
    { class: 'inverse', base: '*', source: 'assumed: as linear', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }] },
  ],
  liquidationFeeRate: '0.0005',
  liquidationFeeFrom: { source: 'assumed: the taker fee', asOf: '2026-11' },
  funding: {
    convention: 'lump-at-mark', usualIntervalHours: 8, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.015', scales: 'rate', averaging: 'linear', publishes: 'per-interval',
    source: 'okx.com/help funding fee mechanism; cap differs by instrument; scaling of intervals other than 8 h assumed', asOf: '2026-08',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT', 'TRAILING_STOP'], timeInForce: ['GTC', 'IOC', 'FOK'], postOnly: true, reduceOnly: true, amend: 'keeps-place-on-reduce', selfTrade: 'cancel-maker',
    priceBandPct: 5, maxOpenOrders: 500, source: 'okx.com/docs-v5 trade; price band assumed 5 %', asOf: '2026-08',
  },
  largestOrders: [
    { source: 'maxLmtSz of GET /api/v5/public/instruments, in public captures, contracts; maxLmtAmt of 20,000,000 USD and maxMktSz left out', asOf: '2026-11', sizes: { 'BTC-USDT-PERP.OKX': '100000000', 'ETH-USDT-PERP.OKX': '100000000' } },
  ],
  latency: { feedMs: 8, entryMs: 10, responseMs: 8, source: 'assumed: a client in Hong Kong', asOf: '2026-11' },
  instrumentsFrom: { source: 'assumed: contract values and grids of GET /api/v5/public/instruments, recalled', asOf: '2026-11' },
  instruments: [
    { id: 'BTC-USDT-PERP.OKX', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.01', multiplier: '0.01', minSize: '0.01' },
    { id: 'ETH-USDT-PERP.OKX', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.01', multiplier: '0.1', minSize: '0.01' },
  ],
};
