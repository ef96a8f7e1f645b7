import { describe, expect, it } from 'vitest';
import { formatMoney } from '../../../src/kernel/math/money.ts';
import { MarginTable } from '../../../src/kernel/model/margin-table.ts';
import { venueProfile, profileMargin } from '../../../src/kernel/venues/venue-profile.ts';
import { INVERSE, LINEAR, OTHER, SPOT } from '../support/book.ts';
import { Desk } from '../support/desk.ts';

/** 0.5 % from 0, 1 % from 250,000: the example of the simulator cases. */
const TIERS = [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '250000', initialRate: '0.02', maintenanceRate: '0.01' }];
const desk = (): Desk => {
  const made = new Desk({}, { marginTiers: () => TIERS });
  made.portfolio.account('BYBIT').configure({ leverage: 10 });
  return made;
};

describe('margin table', () => {
  it('takes the rate of the step for the whole notional, less a deduction that makes it continuous', () => {
    const table = new MarginTable(TIERS);
    const maintenance = (notional: bigint): string => formatMoney(table.maintenance(notional * 10n ** 18n));
    expect([maintenance(0n), maintenance(100_000n), maintenance(250_000n), maintenance(300_000n)]).toEqual(['0', '500', '1250', '1750']);
  });

  it('asks for the chosen leverage, and never less than the tier', () => {
    const table = new MarginTable(TIERS);
    const initial = (notional: bigint, leverage: number): string => formatMoney(table.initial(notional * 10n ** 18n, leverage));
    expect([initial(100_000n, 10), initial(100_000n, 100), initial(100_000n, 125), initial(300_000n, 125), initial(90n, 3)]).toEqual(['10000', '1000', '1000', '6000', '29.99999999999999997']);
  });

  it.each([
    [[]], [[{ notionalFrom: '1', initialRate: '0.1', maintenanceRate: '0.05' }]], [[{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.05' }]], [[{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0' }]],
    [[TIERS[0]!, { ...TIERS[1]!, notionalFrom: '0' }]], [[TIERS[0]!, { ...TIERS[1]!, maintenanceRate: '0.004' }]],
  ])('refuses tiers that are not sound: %j', (tiers) => {
    expect(() => new MarginTable(tiers)).toThrow(/margin/);
  });

  it('takes the tiers of every venue profile as they are', () => {
    const tiers = profileMargin(venueProfile('hyperliquid'), OTHER)!.tiers;
    expect(formatMoney(new MarginTable(tiers).maintenance(10_000n * 10n ** 18n))).toBe('125');
  });
});

describe('account', () => {
  it('cash, margin and what is free, in a cross account', () => {
    const { portfolio } = desk().deposit('BYBIT', '10000').hold(LINEAR, 1_000, '50000');
    const account = portfolio.account('BYBIT');
    portfolio.setMark(LINEAR, 49_500n, 0);
    expect([account.balance('USDT').toFixed(), account.equity.toFixed(), account.available('USDT').toFixed()]).toEqual(['10000', '9500', '4550']);
    expect([formatMoney(account.initialMargin('USDT')), formatMoney(account.maintenanceMargin('USDT')), account.currencies]).toEqual(['4950', '247.5', ['USDT']]);
    expect(account.marginRatio).toBeCloseTo(247.5 / 9500, 12);
  });

  it('case 10.6: long 5 at 50,000 with 1,000 is under water at 49,500', () => {
    const { portfolio } = desk().deposit('BYBIT', '1000').hold(LINEAR, 5_000, '50000');
    const account = portfolio.account('BYBIT');
    portfolio.setMark(LINEAR, 49_500n, 0);
    expect([account.equity.toFixed(), account.isLiquidatable, account.marginRatio]).toEqual(['-1500', true, Infinity]);
    portfolio.setMark(LINEAR, 50_500n, 0);                                                  // worth 252,500: the second tier
    expect([account.equity.toFixed(), formatMoney(account.maintenanceMargin('USDT')), account.isLiquidatable]).toEqual(['3500', '1275', false]);
  });

  it.each([['long', 1_000, -1], ['short', -1_000, 1]])('the liquidation distance of a %s is where equity meets maintenance', (_name, lots, sign) => {
    const { portfolio } = desk().deposit('BYBIT', '5000').hold(LINEAR, lots, '50000');
    const account = portfolio.account('BYBIT');
    portfolio.setMark(LINEAR, 50_000n, 0);
    const distance = account.liquidationDistance(LINEAR.id)!;
    expect(Math.sign(distance)).toBe(sign);
    const at = (factor: number): boolean => { portfolio.setMark(LINEAR, BigInt(Math.round(50_000 * (1 + distance * factor) * 1e6)), 6); return account.isLiquidatable; };
    expect([at(0.9999), at(1.0001)]).toEqual([false, true]);
  });

  it.each([['long', 500], ['short', -500]])('the liquidation distance of an inverse %s is exact too', (_name, lots) => {
    const made = new Desk({}, { marginTiers: () => TIERS }).deposit('BINANCE', '0.1', 'BTC');
    const account = made.portfolio.account('BINANCE');
    account.configure({ leverage: 10 });
    made.hold(INVERSE, lots, '50000').portfolio.setMark(INVERSE, 50_000n, 0);
    const distance = account.liquidationDistance(INVERSE.id)!;
    expect(distance * lots).toBeLessThan(0);
    const at = (factor: number): boolean => { made.portfolio.setMark(INVERSE, BigInt(Math.round(50_000 * (1 + distance * factor) * 1e6)), 6); return account.isLiquidatable; };
    expect([at(0.9999), at(1.0001)]).toEqual([false, true]);
  });

  it('has no liquidation distance without a position, for spot, or for a short fully covered by coins of a long', () => {
    const made = desk().deposit('BYBIT', '1000000').hold(LINEAR, 1_000, '50000').deposit('BINANCE', '100000').hold(SPOT, 100_000, '50000');
    expect(made.portfolio.account('BYBIT').liquidationDistance(OTHER.id)).toBeUndefined();
    expect(made.portfolio.account('BYBIT').liquidationDistance(LINEAR.id)).toBeUndefined();       // a fall of 100 % would not be enough
    expect(made.portfolio.account('BINANCE').liquidationDistance(SPOT.id)).toBeUndefined();
  });

  it('a pooled account backs positions with all it holds, at the rates now', () => {
    const made = desk().deposit('BYBIT', '1', 'BTC').deposit('BYBIT', '1000').hold(LINEAR, -2_000, '50000');
    const account = made.portfolio.account('BYBIT');
    made.portfolio.setMark(LINEAR, 50_000n, 0);
    expect(account.available('USDT').toFixed()).toBe('-9000');
    account.configure({ isPooled: true });
    expect([account.available('USDT').toFixed(), formatMoney(account.marginBalance('USDT'))]).toEqual(['41000', '51000']);
    made.portfolio.setMark(LINEAR, 60_000n, 0);
    expect(account.marginRatio).toBeCloseTo(600 / 41_000, 9);                                // 61,000 of collateral, 20,000 lost, maintenance of 120,000
  });

  it('positions with unknown tiers are taken as unleveraged', () => {
    const made = new Desk().deposit('BYBIT', '60000').hold(LINEAR, 1_000, '50000');
    made.portfolio.account('BYBIT').configure({ leverage: 10 });
    made.portfolio.setMark(LINEAR, 50_000n, 0);
    expect(formatMoney(made.portfolio.account('BYBIT').initialMargin('USDT'))).toBe('50000');
  });

  it('refuses a leverage below 1, where it is set for the account or for an instrument', () => {
    const account = desk().portfolio.account('BYBIT');
    expect(() => { account.configure({ leverage: 0.5 }); }).toThrow('BYBIT: leverage 0.5 must be a number of at least 1');
    expect(() => { account.setLeverage(LINEAR, Number.NaN); }).toThrow('leverage NaN');
    account.setLeverage(LINEAR, 5);
    expect(account.holding(LINEAR).leverage).toBe(5);
  });
});
