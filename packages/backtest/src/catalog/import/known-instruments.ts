import { ArbError, type InstrumentSpec, parseTime, type UnixMicros, VENUE_PROFILES } from '@arb/core';

/** Since when a spec holds whose history is not known: before any recording. */
export const KNOWN_SINCE: UnixMicros = parseTime('2010-01-01');

/**
 * Contracts of the archives that no venue profile has, as the venues' exchange-info endpoints describe them (2024), and one whose recorded books are finer
 * than its orders. Others are given with `--spec <file>`.
 */
const SPECS: readonly InstrumentSpec[] = [
  { id: 'BTCUSDT.BINANCE', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.000001', minSize: '0.00001', minNotional: '5' },      // books keep orders of the finer step of before
  { id: 'BTCUSD-PERP.BYBIT', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'BTC', isInverse: true, priceIncrement: '0.5', sizeIncrement: '1' },
  { id: 'ETHUSD-PERP.BYBIT', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'ETH', isInverse: true, priceIncrement: '0.05', sizeIncrement: '1' },
  { id: 'BTC-USDT.OKX', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.00000001', minSize: '0.00001' },
  { id: 'ETH-USDT.OKX', kind: 'spot', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.000001', minSize: '0.0001' },
  { id: 'BTC-USDT-PERP.OKX', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.1', multiplier: '0.01' },
  { id: 'ETH-USDT-PERP.OKX', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.1', multiplier: '0.1' },
  { id: 'BTC-USD-PERP.OKX', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'BTC', isInverse: true, priceIncrement: '0.1', sizeIncrement: '1', multiplier: '100' },
  { id: 'ETH-USD-PERP.OKX', kind: 'perpetual', base: 'ETH', quote: 'USD', settle: 'ETH', isInverse: true, priceIncrement: '0.01', sizeIncrement: '1', multiplier: '10' },
  { id: 'BTC-USD-PERP.DYDX', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USDC', priceIncrement: '1', sizeIncrement: '0.0001', minSize: '0.001' },
  { id: 'BTCUSDT-PERP.GATE', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '1', multiplier: '0.0001' },
  { id: 'BTCUSDT-PERP.HTX', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '1', multiplier: '0.001' },
  { id: 'BTCUSDT-PERP.KUCOIN', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '1', multiplier: '0.001' },
  { id: 'BTCUSDT-PERP.MEXC', kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '1', multiplier: '0.0001' },
];

const BY_ID: ReadonlyMap<string, InstrumentSpec> = new Map([...Object.values(VENUE_PROFILES).flatMap(({ instruments }) => instruments), ...SPECS].map((spec) => [spec.id, spec]));

/**
 * The spec of an instrument: what the user gave, else what is known.
 *
 * @throws ArbError `ARB_USAGE_UNKNOWN_INSTRUMENT` with the known ids of the same venue
 */
export function instrumentSpec(id: string, given: ReadonlyMap<string, InstrumentSpec>): InstrumentSpec {
  const spec = given.get(id) ?? BY_ID.get(id);
  if (spec !== undefined) return spec;
  const venue = id.slice(id.lastIndexOf('.'));
  const near = [...BY_ID.keys()].filter((known) => known.endsWith(venue));
  const list = (near.length > 0 ? near : [...BY_ID.keys()]).join(', ');
  throw new ArbError('ARB_USAGE_UNKNOWN_INSTRUMENT', `the instrument ${id} is not known; give its spec with --spec <file.json>, or use one of ${list}`, { id });
}
