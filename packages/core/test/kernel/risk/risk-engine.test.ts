import { beforeEach, describe, expect, it } from 'vitest';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { NO_PRICE, type Order, orderMutator } from '../../../src/kernel/model/order.ts';
import { RISK_DENIALS } from '../../../src/kernel/risk/denial.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from '../../../src/kernel/risk/risk-limits.ts';
import { INVERSE, LINEAR, OTHER, SPOT } from '../support/book.ts';
import { BYBIT, Rig } from '../execution/rig.ts';
import { Desk } from '../support/desk.ts';

const ETH = new Instrument({ ...LINEAR.spec, id: 'ETHUSDT-PERP.BYBIT', base: 'ETH', priceIncrement: '0.01' });
const SOL = new Instrument({ ...LINEAR.spec, id: 'SOLUSDT-PERP.BYBIT', base: 'SOL', priceIncrement: '0.01' });
const XRP = new Instrument({ ...LINEAR.spec, id: 'XRPUSDT-PERP.BYBIT', base: 'XRP', priceIncrement: '0.01' });
const TEN_TIMES = [{ notionalFrom: '0', initialRate: '0.1', maintenanceRate: '0.05' }];

/** A desk with money everywhere and BTC at 60,000. */
function open(limits: RiskLimits = {}): Desk {
  return new Desk(limits).deposit('BYBIT', '1000000').deposit('HYPERLIQUID', '1000000', 'USDC').deposit('BINANCE', '1000000').deposit('BINANCE', '20', 'BTC')
    .market(LINEAR, '59999.9', '60000').market(OTHER, '59999', '60000').market(INVERSE, '59999.9', '60000').market(SPOT, '59999.99', '60000');
}

describe('venue rules', () => {
  const STRICT = new Instrument({ ...LINEAR.spec, id: 'BTCUSDT-PERP.OKX', minSize: '0.002', maxSize: '10', minNotional: '100', significantFigures: 5 });
  let desk: Desk;
  beforeEach(() => { desk = open().deposit('OKX', '10000000').market(STRICT, '59999', '60000'); });

  it.each([
    ['QUANTITY_PRECISION', 1.5, '60000'], ['QUANTITY_PRECISION', Number.NaN, '60000'], ['SIZE_BELOW_MIN', 1, '60000'], ['SIZE_ABOVE_MAX', 10_001, '60000'],
  ])('denies %s: %d lots at %s', (code, lots, price) => {
    expect(desk.send(desk.order(STRICT, lots, price))).toBe(code);
  });

  it('takes the smallest and the largest order', () => {
    expect([desk.send(desk.order(STRICT, 2, '60000')), desk.send(desk.order(STRICT, 10_000, '60000'))]).toEqual(['APPROVED', 'APPROVED']);
  });

  it('judges by the instrument the order was made for, as the venue may change its rules during a run', () => {
    expect(desk.send(desk.order(STRICT, 2, '60000'))).toBe('APPROVED');
    const changed = new Instrument({ ...STRICT.spec, minSize: '0.005' });
    expect([desk.send(desk.order(changed, 4, '60000')), desk.send(desk.order(changed, 5, '60000'))]).toEqual(['SIZE_BELOW_MIN', 'APPROVED']);
    expect(desk.portfolio.account('OKX').holding(STRICT).openBuyLots).toBe(7);
  });

  it('denies PRICE_PRECISION for a price with too many figures', () => {
    const order = desk.order(STRICT, 2, undefined, { tick: 599_991 });
    expect(desk.risk.check(order)).toMatchObject({ code: 'PRICE_PRECISION' });
    expect(desk.send(desk.order(STRICT, 2, undefined, { tick: 599_990 }))).toBe('APPROVED');
  });

  it('denies NOTIONAL_BELOW_MIN to the last cent, except for orders that only reduce', () => {
    desk.market(STRICT, '49000', '49999');
    expect(desk.risk.check(desk.order(STRICT, 2, '49999'))).toMatchObject({ code: 'NOTIONAL_BELOW_MIN', limit: '100', actual: '99.998' });
    expect(desk.send(desk.order(STRICT, 2, '50000'))).toBe('NOTIONAL_BELOW_MIN');       // it would trade at 49,999
    desk.market(STRICT, '49000', '50000');
    const least = desk.order(STRICT, 2, '50000');
    expect(desk.send(least)).toBe('APPROVED');
    desk.cancel(least);
    desk.hold(STRICT, -2, '50000').market(STRICT, '30000', '30001');
    expect(desk.send(desk.order(STRICT, 2, '30001', { reduceOnly: true }))).toBe('APPROVED');
  });

  it('denies PRICE_INSANE beyond the band on the side that crosses, and for prices that are not positive', () => {
    expect(desk.send(desk.order(LINEAR, 1, '66000'))).toBe('APPROVED');                  // 10 % over the ask
    expect(desk.risk.check(desk.order(LINEAR, 1, '66000.1'))).toMatchObject({ code: 'PRICE_INSANE', limit: '66000', actual: '66000.1' });
    expect(desk.send(desk.order(LINEAR, -1, '53999.9'))).toBe('PRICE_INSANE');
    expect(desk.send(desk.order(LINEAR, -1, '54000'))).toBe('APPROVED');
    expect(desk.send(desk.order(LINEAR, 1, '1'))).toBe('APPROVED');                      // far away but harmless
    expect(desk.send(desk.order(LINEAR, 1, undefined, { tick: 0 }))).toBe('PRICE_INSANE');
    desk.risk.setLimits({ priceBandPct: 1 });
    expect(desk.send(desk.order(LINEAR, 1, '60601'))).toBe('PRICE_INSANE');
  });

  it('denies NO_MARKET where nothing gives a price', () => {
    const unpriced = new Instrument({ ...LINEAR.spec, id: 'NEWUSDT-PERP.BYBIT', base: 'NEW' });
    expect(desk.send(desk.order(unpriced, 1, undefined))).toBe('NO_MARKET');
    expect(desk.send(desk.order(unpriced, 1, '50'))).toBe('APPROVED');
    expect(desk.send(desk.order(unpriced, 1, undefined, { type: 'STOP_MARKET', options: { triggerTick: 600 } }))).toBe('APPROVED');
  });
});

describe('limits of value', () => {
  it('REQ-B35 the default caps a new position at 10,000 dollars, to the cent', () => {
    const desk = open(DEFAULT_RISK_LIMITS).market(LINEAR, '9999.9', '10000');
    expect(desk.send(desk.order(LINEAR, 1_000, '10000'))).toBe('APPROVED');
    desk.market(SPOT, '10000', '10000.01');
    expect(desk.risk.check(desk.order(SPOT, 100_000, '10000.01'))).toMatchObject({ code: 'NOTIONAL_ABOVE_LIMIT', limit: '10000', actual: '10000.01' });
    expect(desk.send(desk.order(SPOT, 100_000, '10000'))).toBe('APPROVED');
    expect(desk.send(desk.order(SPOT, 100, '10000'))).toBe('POSITION_LIMIT');             // nor by a second order
  });

  it('judges an order that crosses at the touch, one that rests at its limit', () => {
    const desk = open({ maxOrderNotionalUsd: 60_000 });
    expect(desk.send(desk.order(LINEAR, 1_000, '60300'))).toBe('APPROVED');              // a capped market order: trades at 60,000
    expect(desk.send(desk.order(LINEAR, -1_000, '60001'))).toBe('NOTIONAL_ABOVE_LIMIT');
    expect(desk.send(desk.order(LINEAR, -1_000, '59999'))).toBe('APPROVED');
  });

  it('judges inverse contracts by their fixed value, and other quote currencies at their rate', () => {
    const desk = open({ maxOrderNotionalUsd: 10_000 });
    expect([desk.send(desk.order(INVERSE, 100, '60000')), desk.send(desk.order(INVERSE, 101, '60000'))]).toEqual(['APPROVED', 'NOTIONAL_ABOVE_LIMIT']);
    desk.portfolio.setRate('USDT', 101n, 2);
    desk.market(LINEAR, '9999.9', '10000');
    expect([desk.send(desk.order(LINEAR, 990, '10000')), desk.send(desk.order(LINEAR, 991, '10000'))]).toEqual(['APPROVED', 'NOTIONAL_ABOVE_LIMIT']);
    const cross = new Instrument({ id: 'ETHBTC.BINANCE', kind: 'spot', base: 'ETH', quote: 'BTC', settle: 'BTC', priceIncrement: '0.00001', sizeIncrement: '0.0001' });
    desk.market(cross, '0.04999', '0.05').portfolio.setRate('BTC', 50_000n, 0);          // 2,500 dollars a coin
    expect([desk.send(desk.order(cross, 40_000, '0.05')), desk.send(desk.order(cross, 40_001, '0.05'))]).toEqual(['APPROVED', 'NOTIONAL_ABOVE_LIMIT']);
  });

  it('REQ-A76 REQ-B34 a position limit counts what is held and what is in flight, filled or not', () => {
    const desk = open({ maxPositionNotionalUsd: 60_000 }).hold(LINEAR, 300, '60000');
    const first = desk.order(LINEAR, 400, '60000');
    expect(desk.send(first)).toBe('APPROVED');
    expect(desk.risk.check(desk.order(LINEAR, 301, '60000'))).toMatchObject({ code: 'POSITION_LIMIT', limit: '60000', actual: '60060' });
    desk.fill(first, 150);
    expect(desk.send(desk.order(LINEAR, 301, '60000'))).toBe('POSITION_LIMIT');
    desk.cancel(first);                                                                   // 250 lots are free again
    expect(desk.send(desk.order(LINEAR, 550, '60000'))).toBe('APPROVED');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('POSITION_LIMIT');
    expect(desk.send(desk.order(LINEAR, -1_450, '60000'))).toBe('APPROVED');              // through zero to −1
    expect(desk.send(desk.order(LINEAR, -1, '60000'))).toBe('POSITION_LIMIT');
  });

  it('REQ-B34 a bust of a closed order brings it back into flight', () => {
    const desk = open({ maxPositionNotionalUsd: 60_000 });
    const order = desk.order(LINEAR, 1_000, '60000');
    desk.send(order);
    desk.fill(order, 1_000);
    expect([order.isClosed, desk.risk.inFlightCount]).toEqual([true, 0]);
    desk.portfolio.bustFill(order, { fillId: 'x', tick: order.tick, lots: 1_000, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'OWN' }, { tsEvent: 0 });
    orderMutator.bust(order, order.tick, 1_000);
    desk.risk.changed(order);
    expect([desk.risk.inFlightCount, desk.send(desk.order(LINEAR, 1, '60000'))]).toEqual([1, 'POSITION_LIMIT']);
  });

  it('REQ-B34 REQ-B36 limits per asset, per venue and in all sum over instruments; the denial names the limit', () => {
    const asset = open({ maxAssetNotionalUsd: { BTC: 120_000 } });
    expect([asset.send(asset.order(LINEAR, 1_000, '60000')), asset.send(asset.order(OTHER, -100_000, '59999')), asset.send(asset.order(SPOT, 1_000, '60000'))]).toEqual(['APPROVED', 'APPROVED', 'POSITION_LIMIT']);
    expect(asset.risk.check(asset.order(SPOT, 1_000, '60000'))?.message).toContain('maxAssetNotionalUsd of BTC allows 120000.00');
    const venue = open({ maxVenueNotionalUsd: { BINANCE: 60_000 } });
    expect([venue.send(venue.order(SPOT, 50_000, '60000')), venue.send(venue.order(INVERSE, 301, '60000')), venue.send(venue.order(INVERSE, 300, '60000')), venue.send(venue.order(LINEAR, 5_000, '60000'))])
      .toEqual(['APPROVED', 'POSITION_LIMIT', 'APPROVED', 'APPROVED']);
    const gross = open({ maxGrossNotionalUsd: 100_000 });
    expect([gross.send(gross.order(LINEAR, 1_000, '60000')), gross.send(gross.order(OTHER, -70_000, '60000')), gross.risk.check(gross.order(OTHER, -70_000, '60000'))?.message]).toEqual([
      'APPROVED', 'POSITION_LIMIT', expect.stringContaining('maxGrossNotionalUsd allows 100000.00'),
    ]);
    const net = open({ maxAssetNetUsd: 60_001 }).hold(OTHER, -50_000, '59999');
    expect([net.send(net.order(LINEAR, 1_500, '60000')), net.send(net.order(LINEAR, 1, '60100')), net.send(net.order(OTHER, -51_000, '59999'))]).toEqual(['APPROVED', 'POSITION_LIMIT', 'POSITION_LIMIT']);
  });

  it('REQ-B34 REQ-B36 positions that came without an order of ours count, whenever they came; other assets do not', () => {
    const desk = open({ maxGrossNotionalUsd: 60_000, maxAssetNetUsd: 59_000 }).market(ETH, '2999.99', '3000');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
    desk.hold(ETH, 19_000, '3000');                                                         // 57,000 dollars, long
    expect([desk.send(desk.order(LINEAR, 50, '60000')), desk.send(desk.order(LINEAR, 40, '60000'))]).toEqual(['POSITION_LIMIT', 'APPROVED']);
  });

  it('an order that brings its strategy nearer to zero but the account away from it is no reduction', () => {
    const desk = open({ maxPositionNotionalUsd: 6_000 }).hold(LINEAR, 1_000, '60000', 'a').hold(LINEAR, -900, '60000', 'b');
    expect([desk.send(desk.order(LINEAR, -1_000, '60000')), desk.send(desk.order(LINEAR, -100, '60000'))]).toEqual(['POSITION_LIMIT', 'APPROVED']);
  });

  it('orders that are held here, waiting for their parent, are not in flight', () => {
    const desk = open();
    const held = desk.order(LINEAR, 100, '60000');
    orderMutator.apply(held, 'OrderEmulated');
    orderMutator.amend(held, held.tick, 200);
    desk.risk.changed(held);
    expect([desk.risk.inFlightCount, desk.portfolio.account('BYBIT').holding(LINEAR).openBuyLots]).toEqual([0, 0]);
  });

  it('sums exactly at the edge of a limit', () => {
    const desk = open({ maxGrossNotionalUsd: 120_000.1 }).market(OTHER, '60000', '60001').market(LINEAR, '60000', '60000.2').hold(LINEAR, -1_000, '60000');       // worth 60,000.1 at the mid
    expect(desk.risk.check(desk.order(OTHER, 100_000, '60000'))).toBeUndefined();
    const over = open({ maxGrossNotionalUsd: 120_000.099999999 }).market(OTHER, '60000', '60001').market(LINEAR, '60000', '60000.2').hold(LINEAR, -1_000, '60000');
    expect(over.send(over.order(OTHER, 100_000, '60000'))).toBe('POSITION_LIMIT');
  });

  it('REQ-B37 one strategy takes at most its share of all equity, stablecoins at their rate', () => {
    const desk = new Desk({ maxStrategySharePct: 80 }, { marginTiers: () => TEN_TIMES }).deposit('BYBIT', '50000').deposit('HYPERLIQUID', '50000', 'USDC').market(LINEAR, '9999.9', '10000').market(OTHER, '9999', '10000');
    for (const venue of ['BYBIT', 'HYPERLIQUID']) desk.portfolio.account(venue).configure({ leverage: 10 });
    expect([desk.send(desk.order(LINEAR, 4_000, '10000')), desk.send(desk.order(OTHER, -400_000, '10000', { strategyId: 'b' })), desk.send(desk.order(OTHER, -400_000, '10000'))]).toEqual(['APPROVED', 'APPROVED', 'APPROVED']);
    expect(desk.send(desk.order(LINEAR, 1, '10000'))).toBe('STRATEGY_SHARE');
    expect(desk.send(desk.order(LINEAR, 1, '10000', { strategyId: 'b' }))).toBe('APPROVED');
    const slipped = new Desk({ maxStrategySharePct: 80 }).deposit('BYBIT', '50000').deposit('HYPERLIQUID', '50000', 'USDC').market(LINEAR, '9999.9', '10000');
    slipped.portfolio.setRate('USDC', 5n, 1);
    expect(slipped.risk.check(slipped.order(LINEAR, 6_001, '10000'))).toMatchObject({ code: 'STRATEGY_SHARE', limit: '60000.00' });
  });

  it('REQ-B36 a venue takes at most its share of all equity, and at most so many times the equity there', () => {
    const share = open({ maxVenueSharePct: 10 });                                          // of 4,199,999
    expect([share.send(share.order(LINEAR, 6_999, '60000')), share.send(share.order(LINEAR, 1, '60000')), share.send(share.order(OTHER, 7_000, '60000'))]).toEqual(['APPROVED', 'VENUE_SHARE', 'APPROVED']);
    const leverage = open({ maxLeverage: 3 });
    leverage.portfolio.account('BYBIT').configure({ leverage: 10 });
    leverage.portfolio.account('BYBIT').setMarginTiers(LINEAR, [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }]);
    expect([leverage.send(leverage.order(LINEAR, 50_000, '60000')), leverage.send(leverage.order(LINEAR, 1, '60000'))]).toEqual(['APPROVED', 'LEVERAGE_LIMIT']);
  });

  it('stops for the day at a loss, counting open positions and costs, and begins anew at 00:00 UTC', () => {
    const desk = open({ maxDailyLossUsd: 500 });
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');                    // the day begins
    desk.hold(LINEAR, 1_000, '60000').market(LINEAR, '59500.5', '59500.6');
    desk.time = 2_000_000;
    expect(desk.send(desk.order(LINEAR, 1, '59500'))).toBe('APPROVED');
    desk.market(LINEAR, '59499', '59500');
    desk.time = 4_000_000;
    expect(desk.risk.check(desk.order(LINEAR, 1, '59500'))).toMatchObject({ code: 'DAILY_LOSS', limit: '500.00', actual: '500.50' });
    expect(desk.send(desk.order(LINEAR, -1_000, '59499', { reduceOnly: true }))).toBe('APPROVED');
    desk.portfolio.applyBalanceChange({ venue: 'BYBIT', currency: 'USDT', amount: -(10n ** 21n), kind: 'withdrawal', tsEvent: 0 });
    desk.time = 86_400_000_000;
    expect(desk.send(desk.order(LINEAR, 1, '59500'))).toBe('APPROVED');                    // a new day; the withdrawal is no loss
    desk.market(LINEAR, '58990', '58991');
    desk.time += 1_000_000;
    expect(desk.send(desk.order(LINEAR, 1, '58991'))).toBe('DAILY_LOSS');
  });

  it.each([{ maxAssetNetUsd: 1_000 }, { maxAssetNotionalUsd: 1_000 }, { maxGrossNotionalUsd: 1_000 }])('REQ-B34 what has no rate cannot pass %j, and does not let others pass', (limits) => {
    const euro = new Instrument({ ...LINEAR.spec, id: 'BTCEUR-PERP.KRAKEN', quote: 'EUR', settle: 'EUR' });
    const desk = open(limits).deposit('KRAKEN', '1000000', 'EUR').market(euro, '50000', '50000.1');
    expect(desk.risk.check(desk.order(euro, 1, '50000'))).toMatchObject({ code: 'NO_MARKET', message: expect.stringContaining('no rate of EUR') as string });
    expect(desk.send(desk.order(LINEAR, 100, '60000'))).toBe('POSITION_LIMIT');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
    desk.hold(euro, 1, '50000');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('NO_MARKET');
    desk.portfolio.setRate('EUR', 11n, 1);
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
  });

  it('the loss of a day counts from 00:00 UTC, also where no order was looked at until later', () => {
    const rig = new Rig({ limits: { maxDailyLossUsd: 500 } });
    const { runner } = rig.witness();
    const buy = (quantity: string): Order => {
      const order = runner.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity, price: '58000' });
      runner.submit(order);
      return order;
    };
    const held = buy('1');
    rig.fill(held, held.lots, { tick: 600_000 });
    rig.wait(25 * 3_600_000);                                                               // 01:00 of the next day
    rig.touch(BYBIT.id, [589_000, 589_001]);
    rig.wait(1_000);
    expect(buy('0.001').denial?.code).toBe('DAILY_LOSS');
    rig.wait(24 * 3_600_000);
    expect(buy('0.001').status).toBe('SUBMITTED');
  });

  it('denies RATE_EXCEEDED for one order too many within any second, per venue', () => {
    const desk = open({ maxOrdersPerSecond: 2 });
    const send = (at: number): string => { desk.time = at; return desk.send(desk.order(LINEAR, 1, '60000')); };
    expect([send(0), send(400_000), send(999_999), send(1_000_000), send(1_399_999), send(1_400_000)]).toEqual(['APPROVED', 'APPROVED', 'RATE_EXCEEDED', 'APPROVED', 'RATE_EXCEEDED', 'APPROVED']);
    expect(desk.send(desk.order(OTHER, 1, '60000'))).toBe('APPROVED');
  });

  it('REQ-B38 limits are replaced at once; bad ones are refused and change nothing', () => {
    const desk = open({ maxOrderNotionalUsd: 100 });
    expect(desk.send(desk.order(LINEAR, 2, '60000'))).toBe('NOTIONAL_ABOVE_LIMIT');
    expect(() => { desk.risk.setLimits({ maxOrderNotionalUsd: -1 }); }).toThrow('risk.maxOrderNotionalUsd is -1; give a positive number; leave it out for no limit');
    expect(() => { desk.risk.setLimits({ maxAssetNotionalUsd: { BTC: 0 } }); }).toThrow('risk.maxAssetNotionalUsd.BTC is 0');
    expect(() => { desk.risk.setLimits({ maxOrdersPerSecond: 1.5 }); }).toThrow('give an integer from 1 to 10000');
    expect(desk.risk.limits).toEqual({ maxOrderNotionalUsd: 100 });
    desk.risk.setLimits({ maxOrderNotionalUsd: 120 });
    expect(desk.send(desk.order(LINEAR, 2, '60000'))).toBe('APPROVED');
  });

  it('REQ-B38 replacing other limits does not forget the orders of the last second', () => {
    const desk = open({ maxOrdersPerSecond: 1 });
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
    desk.risk.setLimits({ maxOrdersPerSecond: 1, maxOrderNotionalUsd: 1_000 });
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('RATE_EXCEEDED');
  });
});

/** Perpetuals that share their collateral, unleveraged. */
const several = (): Desk => new Desk().market(LINEAR, '59999.9', '60000').market(ETH, '2999.99', '3000').market(SOL, '99.99', '100').market(XRP, '99.99', '100');

describe('margin and balances', () => {
  it('REQ-B33 approves both legs or neither: what the first would have taken is free again', () => {
    const desk = new Desk().deposit('BYBIT', '60000').deposit('HYPERLIQUID', '30000', 'USDC').market(LINEAR, '59999.9', '60000').market(OTHER, '59999', '60000');
    const legs = (): ReturnType<Desk['order']>[] => [desk.order(LINEAR, 1_000, '60000'), desk.order(OTHER, -100_000, '59999')];
    expect(desk.risk.checkAll(legs())).toMatchObject({ code: 'INSUFFICIENT_MARGIN', limit: '30000' });
    expect([desk.risk.inFlightCount, desk.portfolio.account('BYBIT').holding(LINEAR).openBuyLots]).toEqual([0, 0]);
    expect(desk.risk.checkAll(legs().reverse())).toMatchObject({ code: 'INSUFFICIENT_MARGIN' });
    desk.deposit('HYPERLIQUID', '30000', 'USDC');
    expect(desk.risk.checkAll(legs())).toBeUndefined();
    expect(desk.risk.inFlightCount).toBe(2);
    expect(desk.risk.checkAll(legs())).toMatchObject({ code: 'INSUFFICIENT_MARGIN' });
  });

  it('REQ-B33 a list is judged together: orders that fit one by one are refused as one', () => {
    const desk = open({ maxPositionNotionalUsd: 60_000 });
    const list = [desk.order(LINEAR, 600, '60000'), desk.order(LINEAR, 600, '60000')];
    expect(desk.risk.checkAll(list)).toMatchObject({ code: 'POSITION_LIMIT' });
    expect(desk.send(list[0]!)).toBe('APPROVED');
  });

  it('REQ-B33 a refused list leaves the order rate as it was', () => {
    const desk = open({ maxOrdersPerSecond: 2, maxPositionNotionalUsd: 60_000 });
    expect(desk.risk.checkAll([desk.order(LINEAR, 600, '60000'), desk.order(LINEAR, 600, '60000')])).toMatchObject({ code: 'POSITION_LIMIT' });
    expect([1, 2, 3].map(() => desk.send(desk.order(LINEAR, 1, '60000')))).toEqual(['APPROVED', 'APPROVED', 'RATE_EXCEEDED']);
  });

  it('margin of orders in flight, of positions and unrealised losses are not free', () => {
    const desk = new Desk().deposit('BYBIT', '60000').market(LINEAR, '59999.9', '60000');
    expect(desk.send(desk.order(LINEAR, 600, '60000'))).toBe('APPROVED');
    expect(desk.send(desk.order(LINEAR, 500, '60000'))).toBe('INSUFFICIENT_MARGIN');
    expect(desk.send(desk.order(LINEAR, 400, '60000'))).toBe('APPROVED');
    const held = new Desk().deposit('BYBIT', '60000').market(LINEAR, '59999.9', '60000').hold(LINEAR, 500, '60000');
    expect(held.send(held.order(LINEAR, 500, '60000'))).toBe('APPROVED');
    const losing = new Desk().deposit('BYBIT', '60000').hold(LINEAR, 500, '60000').market(LINEAR, '49999.9', '50000');      // 5,000 lost, 25,000 margin
    expect([losing.send(losing.order(LINEAR, 601, '50000')), losing.send(losing.order(LINEAR, 599, '50000'))]).toEqual(['INSUFFICIENT_MARGIN', 'APPROVED']);
  });

  it('leverage and tiers decide how much margin an order takes', () => {
    const desk = new Desk({}, { marginTiers: () => [{ notionalFrom: '0', initialRate: '0.05', maintenanceRate: '0.025' }, { notionalFrom: '300000', initialRate: '0.5', maintenanceRate: '0.25' }] })
      .deposit('BYBIT', '12000').market(LINEAR, '59999.9', '60000');
    desk.portfolio.account('BYBIT').configure({ leverage: 20 });
    expect([desk.send(desk.order(LINEAR, 4_000, '60000')), desk.send(desk.order(LINEAR, 1, '60000'))]).toEqual(['APPROVED', 'INSUFFICIENT_MARGIN']);
    desk.deposit('BYBIT', '5000');
    expect(desk.send(desk.order(LINEAR, 1_001, '60000'))).toBe('INSUFFICIENT_MARGIN');      // the next tier takes half of all
    expect(desk.send(desk.order(LINEAR, 999, '60000'))).toBe('APPROVED');
  });

  it('spot buys need the quote, sells the coin; open orders hold theirs', () => {
    const desk = new Desk().deposit('BINANCE', '60000').deposit('BINANCE', '0.5', 'BTC').market(SPOT, '59999.99', '60000');
    const buy = desk.order(SPOT, 60_000, '60000');
    expect([desk.send(buy), desk.send(desk.order(SPOT, 40_001, '60000')), desk.send(desk.order(SPOT, 40_000, '60000'))]).toEqual(['APPROVED', 'INSUFFICIENT_BALANCE', 'APPROVED']);
    expect([desk.send(desk.order(SPOT, -50_001, '60000')), desk.send(desk.order(SPOT, -50_000, '60000')), desk.send(desk.order(SPOT, -1, '60000'))]).toEqual(['INSUFFICIENT_BALANCE', 'APPROVED', 'INSUFFICIENT_BALANCE']);
    desk.fill(buy, 60_000);
    expect(desk.send(desk.order(SPOT, -60_000, '60000'))).toBe('APPROVED');
  });

  it('a figure remembered for a moment is not used once money has moved or time has passed', () => {
    const desk = new Desk().deposit('BYBIT', '600000').market(LINEAR, '59999.9', '60000');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
    desk.portfolio.applyBalanceChange({ venue: 'BYBIT', currency: 'USDT', amount: -599_000n * 10n ** 18n, kind: 'withdrawal', tsEvent: 0 });
    expect(desk.send(desk.order(LINEAR, 100, '60000'))).toBe('INSUFFICIENT_MARGIN');
    const later = several().deposit('BYBIT', '60000').hold(LINEAR, -100, '60000');
    expect(later.send(later.order(ETH, 1, '3000'))).toBe('APPROVED');
    later.market(LINEAR, '399999.9', '400000');                                             // 34,000 lost, 40,000 of margin
    later.time = 99_999;
    expect(later.send(later.order(ETH, 1, '3000'))).toBe('APPROVED');                       // the documented age
    later.time = 100_000;
    expect(later.send(later.order(ETH, 1, '3000'))).toBe('INSUFFICIENT_MARGIN');
  });

  it('a figure remembered for a moment shrinks with every order, also in other instruments', () => {
    const desk = several().deposit('BYBIT', '60000').market(LINEAR, '9999.9', '10000');
    const send = (instrument: Instrument, lots: number): string => desk.send(desk.order(instrument, lots, instrument === LINEAR ? '10000' : instrument === ETH ? '3000' : '100'));
    expect([send(LINEAR, 2_000), send(ETH, 6_000), send(SOL, 180_000), send(XRP, 180_000), send(XRP, 39_000)]).toEqual(['APPROVED', 'APPROVED', 'APPROVED', 'INSUFFICIENT_MARGIN', 'APPROVED']);
  });

  it('an amendment the venue has not agreed to frees nothing', () => {
    const desk = several().deposit('BYBIT', '60000').market(LINEAR, '9999.9', '10000');
    const order = desk.order(LINEAR, 3_000, '10000');
    expect(desk.send(order)).toBe('APPROVED');
    desk.time = 200_000;
    expect(desk.risk.checkAmendment(order, { tick: order.tick, lots: 600 })).toBeUndefined();
    expect([desk.send(desk.order(ETH, 9_000, '3000')), desk.send(desk.order(SOL, 130_000, '100')), desk.send(desk.order(SOL, 29_000, '100'))]).toEqual(['APPROVED', 'INSUFFICIENT_MARGIN', 'APPROVED']);
  });
});

describe('reduce-only and trading state', () => {
  it('denies REDUCE_ONLY_WOULD_INCREASE unless the order is against the strategy\'s own position and fits into it', () => {
    const desk = open().hold(LINEAR, 100, '60000', 'a').hold(LINEAR, -300, '60000', 'b');
    const reduce = (lots: number, strategyId = 'a'): string => desk.send(desk.order(LINEAR, lots, '60000', { reduceOnly: true, strategyId }));
    expect([reduce(10), reduce(-101), reduce(-60), reduce(-41), reduce(-40)]).toEqual(['REDUCE_ONLY_WOULD_INCREASE', 'REDUCE_ONLY_WOULD_INCREASE', 'APPROVED', 'REDUCE_ONLY_WOULD_INCREASE', 'APPROVED']);
    expect([reduce(-1, 'b'), reduce(300, 'b'), reduce(1, 'c')]).toEqual(['REDUCE_ONLY_WOULD_INCREASE', 'APPROVED', 'REDUCE_ONLY_WOULD_INCREASE']);
  });

  it('REQ-B64 a reduce-only order and a plain one on its side do not flip the strategy together', () => {
    const desk = open().hold(LINEAR, 10, '60000').hold(LINEAR, 10, '60000', 'b');           // of another strategy: the venue would let both through
    const plain = desk.order(LINEAR, -8, '61000');
    expect(desk.send(plain)).toBe('APPROVED');
    expect(desk.send(desk.order(LINEAR, -3, '60000', { reduceOnly: true }))).toBe('REDUCE_ONLY_WOULD_INCREASE');
    expect(desk.send(desk.order(LINEAR, -2, '60000', { reduceOnly: true }))).toBe('APPROVED');
  });

  it.each([true, false])('REQ-B34 a reduce-only order that fills first leaves no room for a plain one that flips; reduce-only sent first: %s', (isReduceOnlyFirst) => {
    const desk = open({ maxPositionNotionalUsd: 42_000, maxVenueNotionalUsd: 42_000 }).hold(LINEAR, 300, '60000');
    const orders = [desk.order(LINEAR, -300, '60000', { reduceOnly: true }), desk.order(LINEAR, -710, '60000')];
    if (!isReduceOnlyFirst) orders.reverse();
    expect(orders.map((order) => desk.send(order))).toEqual(['APPROVED', isReduceOnlyFirst ? 'POSITION_LIMIT' : 'REDUCE_ONLY_WOULD_INCREASE']);
  });

  it('exits that cancel or update each other may each be as large as the position', () => {
    const desk = open().hold(LINEAR, 100, '60000');
    const exit = (): string => desk.send(desk.order(LINEAR, -100, '61000', { reduceOnly: true, options: { contingency: 'OUO' } }));
    expect([exit(), exit()]).toEqual(['APPROVED', 'APPROVED']);
  });

  it('REDUCING lets only orders through that bring the position nearer to zero; HALTED none', () => {
    const desk = open().hold(LINEAR, 100, '60000');
    desk.risk.tradingState = 'REDUCING';
    expect([desk.send(desk.order(LINEAR, 1, '60000')), desk.send(desk.order(LINEAR, -101, '60000')), desk.send(desk.order(OTHER, -1_000, '60000'))]).toEqual(['TRADING_REDUCING', 'TRADING_REDUCING', 'TRADING_REDUCING']);
    expect([desk.send(desk.order(LINEAR, -60, '60000')), desk.send(desk.order(LINEAR, -41, '60000')), desk.send(desk.order(LINEAR, -40, '60000', { reduceOnly: true }))]).toEqual(['APPROVED', 'TRADING_REDUCING', 'APPROVED']);
    expect(desk.send(desk.order(LINEAR, -1, '60000'))).toBe('TRADING_REDUCING');           // the reduce-only order may take the rest
    desk.risk.tradingState = 'HALTED';
    expect(desk.send(desk.order(LINEAR, -1, '60000', { reduceOnly: true }))).toBe('TRADING_HALTED');
    desk.risk.tradingState = 'ACTIVE';
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
  });

  it('an order that reduces passes every limit and needs no margin, reduce-only or not', () => {
    const desk = new Desk({ maxOrderNotionalUsd: 100, maxPositionNotionalUsd: 100, maxGrossNotionalUsd: 100, maxDailyLossUsd: 1 }).hold(LINEAR, 1_000, '60000').market(LINEAR, '50000', '50000.1');
    expect([desk.send(desk.order(LINEAR, -400, '50000')), desk.send(desk.order(LINEAR, -600, '50000', { reduceOnly: true }))]).toEqual(['APPROVED', 'APPROVED']);
    expect(desk.send(desk.order(LINEAR, -601, '50000'))).toBe('NOTIONAL_ABOVE_LIMIT');
  });
});

describe('amendments', () => {
  it('judges the amended order in place of the old one, and counts it once it is amended', () => {
    const desk = open({ maxPositionNotionalUsd: 60_000 });
    const order = desk.order(LINEAR, 500, '60000');
    desk.send(order);
    expect(desk.risk.checkAmendment(order, { tick: order.tick, lots: 1_001 })).toMatchObject({ code: 'POSITION_LIMIT' });
    expect(desk.risk.checkAmendment(order, { tick: order.tick, lots: 1_000 })).toBeUndefined();
    expect(desk.send(desk.order(LINEAR, 501, '60000'))).toBe('POSITION_LIMIT');
    orderMutator.apply(order, 'OrderAccepted');
    orderMutator.amend(order, order.tick, 1_000);
    desk.risk.changed(order);
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('POSITION_LIMIT');
    orderMutator.amend(order, order.tick, 400);
    desk.risk.changed(order);
    expect(desk.send(desk.order(LINEAR, 600, '60000'))).toBe('APPROVED');
  });

  it('an insane price is refused in an amendment too', () => {
    const desk = open();
    const order = desk.order(LINEAR, 500, '60000');
    desk.send(order);
    expect(desk.risk.checkAmendment(order, { tick: LINEAR.toTick('70000'), lots: 500 })).toMatchObject({ code: 'PRICE_INSANE' });
    expect(desk.risk.inFlightCount).toBe(1);
  });
});

describe('denials', () => {
  it('every message ends in the way out of the table, and every code says what it means', () => {
    const desk = open({ maxOrderNotionalUsd: 1 });
    expect(desk.risk.check(desk.order(LINEAR, 1, '60000'))?.message).toBe(`the order in ${LINEAR.id} would be worth 60 USD, maxOrderNotionalUsd allows 1. ${RISK_DENIALS.NOTIONAL_ABOVE_LIMIT.wayOut}`);
    for (const [code, { meaning, wayOut }] of Object.entries(RISK_DENIALS)) expect([code, meaning.endsWith('.'), wayOut.endsWith('.')]).toEqual([code, true, true]);
  });

  it('a market order without a price cap is judged at the touch', () => {
    const desk = open({ maxOrderNotionalUsd: 60 });
    expect([desk.send(desk.order(LINEAR, 1, undefined, { tick: NO_PRICE })), desk.send(desk.order(LINEAR, 2, undefined, { tick: NO_PRICE }))]).toEqual(['APPROVED', 'NOTIONAL_ABOVE_LIMIT']);
  });
});

describe('maxMarketAgeMs', () => {
  it('denies STALE_MARKET where the market has stood still for longer, and says for how long; what reduces may leave', () => {
    const desk = open({ maxMarketAgeMs: 2_000 }).hold(LINEAR, 10, '60000');
    desk.time += 2_000_000;
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
    desk.time += 1_000;
    expect(desk.risk.check(desk.order(LINEAR, 1, '60000'))).toMatchObject({ code: 'STALE_MARKET', message: `the market of ${LINEAR.id} was last heard of 2001 ms ago, maxMarketAgeMs allows 2000. Wait for its feed; what only reduces may leave.`, limit: '2000', actual: '2001' });
    expect(desk.send(desk.order(LINEAR, -5, '59999'))).toBe('APPROVED');
    expect(desk.send(desk.order(LINEAR, -5, '59999', { reduceOnly: true }))).toBe('APPROVED');
    desk.market(LINEAR, '59999.9', '60000');
    expect(desk.send(desk.order(LINEAR, 1, '60000'))).toBe('APPROVED');
  });

  it('both legs or neither: the leg that is heard of does not leave alone', () => {
    const desk = open({ maxMarketAgeMs: 2_000 });
    desk.time += 60_000_000;
    desk.market(OTHER, '59999', '60000');
    const legs = [desk.order(OTHER, -1, '59999'), desk.order(LINEAR, 1, '60000')];
    expect(desk.risk.checkAll(legs)).toMatchObject({ code: 'STALE_MARKET' });
    expect(desk.risk.inFlightCount).toBe(0);
  });
});

describe('orders that only close what a pair holds, where others hold the opposite', () => {
  const closing = (desk: Desk): Order => desk.order(LINEAR, -2, '59999.9');

  it('pass REDUCING and the limits, though the account is flat in all; the same order of anyone else does not', () => {
    for (const [limits, code] of [[{ tradingState: 'REDUCING' }, 'TRADING_REDUCING'], [{ maxPositionNotionalUsd: 100 }, 'POSITION_LIMIT'], [{ maxOrderNotionalUsd: 100 }, 'NOTIONAL_ABOVE_LIMIT'], [{ maxMarketAgeMs: 1 }, 'STALE_MARKET']] as const) {
      const desk = open(limits);
      desk.time += 1_000_000;
      expect(desk.risk.check(closing(desk))).toMatchObject({ code });
      expect(desk.risk.checkAll([closing(desk)], true)).toBeUndefined();
      expect(desk.risk.inFlightCount).toBe(1);
    }
  });

  it('do not pass HALTED, the rules of the venue or its margin', () => {
    expect(open({ tradingState: 'HALTED' }).risk.checkAll([closing(open())], true)).toMatchObject({ code: 'TRADING_HALTED' });
    const poor = new Desk().deposit('BYBIT', '1').market(LINEAR, '59999.9', '60000');
    expect(poor.risk.checkAll([poor.order(LINEAR, -2, '59999.9')], true)).toMatchObject({ code: 'INSUFFICIENT_MARGIN' });
    expect(open().risk.checkAll([open().order(LINEAR, -2, '1.0')], true)).toMatchObject({ code: 'PRICE_INSANE' });
  });
});
