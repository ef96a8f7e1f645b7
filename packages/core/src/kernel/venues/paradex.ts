import type { VenueProfile } from './venue-profile.ts';

/** Paradex perpetuals as a retail account sees them: no fees, a speed bump on takers, funding by a continuous index on the spot oracle. */
export const PARADEX: VenueProfile = {
  name: 'paradex',
  venue: 'PARADEX',
  settlementCurrency: 'USDC',
  fees: {
    linear: {
      tiers: [{ name: 'retail', fromVolume: '0', maker: '0', taker: '0' }],
      source: 'paradex-docs@9b82a75a trading-fees.mdx, trader-profiles.mdx: retail (interactive) accounts, 30 orders a minute and 1,000 a day; Pro pays maker 0.003 %, taker 0.045 %: state it as fees of the venue', asOf: '2026-08',
    },
  },
  margin: [
    { class: 'linear', base: 'BTC', source: 'paradex-docs@9b82a75a: initial margin 2 % (50x), maintenance half of it', asOf: '2026-08', tiers: [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }] },
    { class: 'linear', base: 'HYPE', source: 'paradex-docs@9b82a75a: initial margin 5 %, maintenance half of it', asOf: '2026-08', tiers: [{ notionalFrom: '0', initialRate: '0.05', maintenanceRate: '0.025' }] },
    { class: 'linear', base: '*', source: 'assumed: as HYPE', asOf: '2026-11', tiers: [{ notionalFrom: '0', initialRate: '0.05', maintenanceRate: '0.025' }] },
  ],
  liquidationFeeRate: '0.007',
  liquidationFeeFrom: { source: 'paradex-docs@9b82a75a: 70 % of the maintenance margin of the share cut; BTC\'s 1 %, assumed for all; the cut in steps of 20 % is not modelled', asOf: '2026-08' },
  funding: {
    convention: 'continuous-index', usualIntervalHours: 8, interestPer8h: '0.0001', clamp: '0.0005', cap: '0.02', scales: 'rate', averaging: 'equal', publishes: 'per-interval', maxPauseSeconds: 30,
    source: 'paradex-docs@9b82a75a funding-mechanism.mdx: index ticks every second, on the spot oracle, frozen over gaps beyond 30 s, realised on any fill; cap of BTC, ETH and SOL, 5 % of others. Its smoothing (half-life 30 min) is in the data\'s rates; averaging assumed equal', asOf: '2026-08',
  },
  orders: {
    types: ['MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT'], timeInForce: ['GTC', 'IOC'], postOnly: true, reduceOnly: true,
    amend: 'loses-place', selfTrade: 'cancel-taker', priceBandPct: 5, maxOpenOrders: 100,
    source: 'paradex-docs@9b82a75a: bands 5 % on BTC, ETH, SOL and 20 % on HYPE, EXPIRE_TAKER by default, 100 open orders a market; that an amended order loses its place is assumed', asOf: '2026-08',
  },
  largestOrders: [{ source: 'docs.paradex.trade trading/orders/placing-orders: every market has a maximum order size; its pages show the figures only live (max_order_size of GET /v1/markets), so none is kept', asOf: '2026-11', sizes: {} }],
  latency: { feedMs: 100, entryMs: 350, responseMs: 50, source: 'assumed: 50 ms each way to the venue, books every 100 ms, and the 300 ms speed bump of retail accounts on every order', asOf: '2026-11' },
  instrumentsFrom: { source: 'paradex-docs@9b82a75a, pages of the markets: price and size steps; smallest order 10 USD', asOf: '2026-08' },
  instruments: [
    { id: 'BTC-USD-PERP.PARADEX', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '0.1', sizeIncrement: '0.00001', minNotional: '10' },
    { id: 'ETH-USD-PERP.PARADEX', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'USDC', priceIncrement: '0.01', sizeIncrement: '0.0001', minNotional: '10' },
    { id: 'SOL-USD-PERP.PARADEX', kind: 'perpetual', base: 'SOL', quote: 'USD', settle: 'USDC', priceIncrement: '0.001', sizeIncrement: '0.01', minNotional: '10' },
    { id: 'HYPE-USD-PERP.PARADEX', kind: 'perpetual', base: 'HYPE', quote: 'USD', settle: 'USDC', priceIncrement: '0.001', sizeIncrement: '0.01', minNotional: '10' },
  ],
};
