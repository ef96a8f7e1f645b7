import { describe, expect, it } from 'vitest';
import { OrderBook } from '../../../src/kernel/book/order-book.ts';
import { admissibleDepth, pairLots, sizePair, type SizingInputs } from '../../../src/kernel/carry/sizing.ts';
import { commonLot } from '../../../src/kernel/carry/common-lot.ts';
import { Instrument, type InstrumentSpec } from '../../../src/kernel/model/instrument.ts';

const make = (id: string, spec: Partial<InstrumentSpec> = {}): Instrument => new Instrument({ id, kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', ...spec });
const A = make('BTC-USD-PERP.HYPERLIQUID', { sizeIncrement: '0.00001', minNotional: '10' });
const B = make('BTCUSDT-PERP.BYBIT', { minNotional: '5' });
const AMPLE: SizingInputs = {
  requestUsd: 60_000, capitalUsd: 1e9, leverage: 2, capsUsd: [1e9],
  long: { instrument: A, price: 60_000, marginUsd: 1e9, depthUsd: 1e9 }, short: { instrument: B, price: 60_000, marginUsd: 1e9, depthUsd: 1e9 },
};

describe('pair size', () => {
  it.each([
    ['request', {}, 60_000],
    ['capital', { capitalUsd: 30_000 }, 30_000],
    ['margin-long', { long: { ...AMPLE.long, marginUsd: 12_000 } }, 24_000],
    ['margin-short', { short: { ...AMPLE.short, marginUsd: 9_000 } }, 18_000],
    ['depth-long', { long: { ...AMPLE.long, depthUsd: 6_030 } }, 6_000],
    ['depth-short', { short: { ...AMPLE.short, depthUsd: 12_000 } }, 12_000],
    ['cap', { capsUsd: [50_000, 3_000] }, 3_000],
    ['lot-grid', { requestUsd: 59 }, 0],
    ['min-notional', { requestUsd: 60, long: { ...AMPLE.long, instrument: make('BTC-USD-PERP.HYPERLIQUID', { minNotional: '100' }) } }, 0],
    ['margin-short', { short: { ...AMPLE.short, marginUsd: 0 } }, 0],
  ] as const)('REQ-A08 REQ-B30 bound by %s', (limitedBy, change, notionalUsd) => {
    const size = sizePair({ ...AMPLE, ...change });
    expect(size.limitedBy).toBe(limitedBy);
    expect(size.notionalUsd).toBeCloseTo(notionalUsd, 6);
    expect(size.longLots * 1e-5).toBeCloseTo(size.shortLots * 1e-3, 12);
  });
});

describe('common lot', () => {
  it.each([
    ['0.00001', '1', '0.001', '1', 100, 1], ['0.002', '1', '0.003', '1', 3, 2], ['1', '1', '1', '1000', 1000, 1], ['0.01', '0.01', '0.001', '1', 10, 1], ['0.1', '1', '0.1', '1', 1, 1],
  ])('REQ-A08 lots of %s × %s against %s × %s', (sizeA, multiplierA, sizeB, multiplierB, aLots, bLots) => {
    expect(commonLot(make('X-PERP.A', { sizeIncrement: sizeA, multiplier: multiplierA }), make('X-PERP.B', { sizeIncrement: sizeB, multiplier: multiplierB }))).toEqual({ aLots, bLots });
  });

  it('does not exist between a linear and an inverse contract: the nearest lots at the price are taken', () => {
    const inverse = make('BTCUSD-PERP.BINANCE', { quote: 'USD', settle: 'BTC', isInverse: true, sizeIncrement: '1', multiplier: '100' });
    expect(commonLot(A, inverse)).toBeUndefined();
    expect(pairLots({ instrument: A, price: 60_000 }, { instrument: inverse, price: 60_000 }, 6_000)).toEqual({ longLots: 10_000, shortLots: 60 });
  });
});

describe('depth within a slippage limit', () => {
  const book = new OrderBook(B);
  for (const [price, lots] of [['60000', 100], ['60010', 200], ['60030', 300], ['60060.1', 400]] as const) book.setAsk(B.toTick(price), lots);
  book.setBid(B.toTick('59990'), 50);

  it.each([[0, 100], [1.7, 300], [5, 600], [10.01, 600], [10.02, 1_000], [500, 1_000]])('REQ-A45 REQ-B25 %d bps admit exactly %d lots', (maxSlippageBps, lots) => {
    const levels = [[60_000, 100], [60_010, 200], [60_030, 300], [60_060.1, 400]] as const;
    let [left, usd] = [lots as number, 0];
    for (const [price, size] of levels) { const take = Math.min(size, left); usd += take * price / 1_000; left -= take; }
    expect(admissibleDepth(book, 'buy', maxSlippageBps)).toBeCloseTo(usd, 6);
  });

  it('REQ-A45 is nothing on an empty side', () => { expect(admissibleDepth(new OrderBook(B), 'buy', 50)).toBe(0); });
});
