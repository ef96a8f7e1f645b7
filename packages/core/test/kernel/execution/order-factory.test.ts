import { describe, expect, it } from 'vitest';
import { ArbError } from '../../../src/kernel/errors.ts';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { BYBIT, Rig, SPARSE } from './rig.ts';

const base = { instrumentId: BYBIT.id, side: 'buy', quantity: '0.010' } as const;

function thrown(act: () => unknown): ArbError {
  try { act(); } catch (error) { if (error instanceof ArbError) return error; throw error; }
  throw new Error('nothing was thrown');
}

describe('order factory', () => {
  const rig = new Rig();
  const { runner } = rig.witness();
  const { order: make } = runner;

  it('REQ-B63 makes every order type with its fields', () => {
    const orders: Order[] = [
      make.market(base), make.limit({ ...base, price: '60000', postOnly: true }), make.stopMarket({ ...base, triggerPrice: '61000' }), make.stopLimit({ ...base, triggerPrice: '61000', price: '61010' }),
      make.marketIfTouched({ ...base, triggerPrice: '59000', triggerSource: 'mark' }), make.limitIfTouched({ ...base, triggerPrice: '59000', price: '59010' }), make.trailingStop({ ...base, side: 'sell', trailBy: '100' }),
    ];
    expect(orders.map(({ type, timeInForce, tick, triggerTick, postOnly, options }) => [type, timeInForce, tick > 0 ? tick : '-', triggerTick > 0 ? triggerTick : '-', postOnly, options?.triggerSource ?? '-', options?.trailTicks ?? '-', options?.maxSlippageBps ?? '-'])).toEqual([
      ['MARKET', 'IOC', '-', '-', false, '-', '-', 50],
      ['LIMIT', 'GTC', 600_000, '-', true, '-', '-', '-'],
      ['STOP_MARKET', 'GTC', '-', 610_000, false, 'last', '-', 50],
      ['STOP_LIMIT', 'GTC', 610_100, 610_000, false, 'last', '-', 50],
      ['MARKET_IF_TOUCHED', 'GTC', '-', 590_000, false, 'mark', '-', 50],
      ['LIMIT_IF_TOUCHED', 'GTC', 590_100, 590_000, false, 'last', '-', 50],
      ['TRAILING_STOP', 'GTC', '-', '-', false, 'last', 1_000, 50],
    ]);
    expect(orders.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `r-s-${n}`));
  });

  it('REQ-B63 takes every time in force; an end makes it GTD', () => {
    expect((['GTC', 'IOC', 'FOK', 'GTD'] as const).map((timeInForce) => make.limit({ ...base, price: '60000', timeInForce }).timeInForce)).toEqual(['GTC', 'IOC', 'FOK', 'GTD']);
    expect(make.limit({ ...base, price: '60000', expiresAt: 5 })).toMatchObject({ timeInForce: 'GTD', options: { expiresAt: 5 } });
  });

  it.each([['Decimal', new Decimal('59990.1')], ['string', '59990.1'], ['number on the grid', 59_990.1]] as const)('REQ-B63 takes a price as %s', (_name, price) => {
    expect(make.limit({ ...base, price }).tick).toBe(599_901);
  });

  it('REQ-B63 a number off the grid throws, naming the two nearest', () => {
    const price = thrown(() => make.limit({ ...base, price: 59_990.17 }));
    expect(price.code).toBe('ARB_OFF_GRID');
    expect(price.message).toContain('59990.17');
    expect(price.message).toContain('59990.1');
    expect(price.message).toContain('59990.2');
    const quantity = thrown(() => make.limit({ ...base, quantity: '0.0105', price: '60000' }));
    expect([quantity.code, quantity.message.includes('0.01'), quantity.message.includes('0.011')]).toEqual(['ARB_OFF_GRID', true, true]);
    expect(thrown(() => make.limit({ ...base, instrumentId: SPARSE.id, price: '30001.5' })).message).toMatch(/30001.*30002/);
  });

  it('REQ-B63 an off-grid price is named by the key it came under, with the nearest allowed', () => {
    const cases: readonly (readonly [key: string, act: () => unknown])[] = [
      ['price', () => make.limit({ ...base, price: '60000.05' })],
      ['triggerPrice', () => make.stopMarket({ ...base, triggerPrice: '60000.05' })],
      ['trailBy', () => make.trailingStop({ ...base, trailBy: '60000.05' })],
      ['takeProfit', () => make.bracket({ ...base, takeProfit: '60000.05', stopLoss: '59000' })],
      ['stopLoss', () => make.bracket({ ...base, takeProfit: '61000', stopLoss: '60000.05' })],
    ];
    for (const [key, act] of cases) {
      expect(thrown(act)).toMatchObject({ code: 'ARB_OFF_GRID', message: expect.stringContaining(`${BYBIT.id}: ${key} 60000.05 is not on the grid (step 0.1): the nearest allowed are 60000 and 60000.1`) as string });
    }
  });

  it('REQ-B63 a quantity that is not positive and a trail that is not positive are misuse', () => {
    expect(thrown(() => make.market({ ...base, quantity: '0' })).code).toBe('ARB_BAD_ORDER');
    expect(thrown(() => make.market({ ...base, quantity: '-0.01' })).code).toBe('ARB_BAD_ORDER');
    expect(thrown(() => make.trailingStop({ ...base, trailBy: '0' })).code).toBe('ARB_BAD_ORDER');
  });

  it.each([
    ['side', () => make.market({ ...base, side: 'bye' as never }), `${BYBIT.id}: side is "bye"; did you mean buy? it is one of buy, sell`],
    ['side', () => make.limit({ ...base, side: 'SELL' as never, price: '60000' }), `${BYBIT.id}: side is "SELL"; did you mean sell? it is one of buy, sell`],
    ['side', () => make.bracket({ ...base, side: undefined as never, takeProfit: '61000', stopLoss: '59000' }), `${BYBIT.id}: side is missing; it is one of buy, sell`],
    ['timeInForce', () => make.limit({ ...base, price: '60000', timeInForce: 'gtc' as never }), `${BYBIT.id}: timeInForce is "gtc"; did you mean GTC? it is one of GTC, IOC, FOK, GTD`],
    ['timeInForce', () => make.stopLimit({ ...base, price: '60000', triggerPrice: '60000', timeInForce: 5 as never }), `${BYBIT.id}: timeInForce is 5; it is one of GTC, IOC, FOK, GTD`],
    ['triggerSource', () => make.stopMarket({ ...base, triggerPrice: '60000', triggerSource: 'Mark' as never }), `${BYBIT.id}: triggerSource is "Mark"; did you mean mark? it is one of last, mark, index, mid`],
    ['triggerSource', () => make.trailingStop({ ...base, trailBy: '100', triggerSource: 'oracle' as never }), `${BYBIT.id}: triggerSource is "oracle"; it is one of last, mark, index, mid`],
  ])('REQ-B63 what only JavaScript can write for %s is refused, and takes no number', (_key, act, message) => {
    const before = make.sequence;
    expect(thrown(act)).toMatchObject({ code: 'ARB_BAD_ORDER', message });
    expect(make.sequence).toBe(before);
  });

  it('REQ-B63 an unknown instrument names what is near', () => {
    expect(thrown(() => make.market({ ...base, instrumentId: 'BTCUSDT-PERP.BYBITT' })).message).toContain('BTCUSDT-PERP.BYBIT');
  });
});

describe('market orders', () => {
  const capped = (rig: Rig, id: string, side: 'buy' | 'sell', maxSlippageBps?: number): Order => {
    const { runner } = rig.witness();
    const order = runner.order.market({ instrumentId: id, side, quantity: '0.010', ...(maxSlippageBps === undefined ? {} : { maxSlippageBps }) });
    runner.submit(order);
    return order;
  };

  it('REQ-A47 leave as an IOC limit at most 50 bps beyond the touch', () => {
    expect([capped(new Rig(), BYBIT.id, 'buy'), capped(new Rig(), BYBIT.id, 'sell')].map(({ status, timeInForce, price }) => [status, timeInForce, String(price)])).toEqual([
      ['SUBMITTED', 'IOC', '60300.1'], ['SUBMITTED', 'IOC', '59700'],
    ]);
    expect(String(capped(new Rig(), BYBIT.id, 'buy', 10).price)).toBe('60060.1');
    expect(String(capped(new Rig(), BYBIT.id, 'buy', 0).price)).toBe('60000.1');
  });

  it('REQ-A47 on a sparse grid the cap is on the grid and never beyond the slippage allowed', () => {
    for (let mid = 99_900; mid < 100_200; mid += 7) {              // around 1000.00, where the step grows from 0.01 to 0.1
      for (const side of ['buy', 'sell'] as const) {
        const rig = new Rig();
        const instrument = rig.instrument(SPARSE.id);
        const bid = instrument.roundToTick(mid / 100, 'down');
        const ask = instrument.roundToTick(mid / 100 + 0.1, 'up');
        rig.touch(SPARSE.id, [bid, ask]);
        const order = capped(rig, SPARSE.id, side, 10);
        expect(order.status).toBe('SUBMITTED');
        expect(instrument.isPriceTick(order.tick)).toBe(true);
        if (side === 'buy') expect(order.tick >= ask && order.tick <= ask * 1.001).toBe(true);
        else expect(order.tick <= bid && order.tick >= bid * 0.999).toBe(true);
      }
    }
  });

  it('REQ-A47 without a price to cap at nothing leaves', () => {
    const rig = new Rig();
    rig.kernel.bookOf(rig.instrument(BYBIT.id)).clear();
    const order = capped(rig, BYBIT.id, 'buy');
    expect([order.status, order.denial?.code, rig.client.told]).toEqual(['DENIED', 'NO_MARKET', []]);
  });
});
