import { describe, expect, it } from 'vitest';
import { formatMoney, toMoney } from '../../../src/kernel/math/money.ts';
import type { Account } from '../../../src/kernel/model/account.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { MarginTable } from '../../../src/kernel/model/margin-table.ts';
import { change, INVERSE, LINEAR, makeFill, SPOT, trade } from '../support/book.ts';
import { Desk } from '../support/desk.ts';

/** 0.5 % from 0, 1 % from 250,000. */
const TIERS = [{ notionalFrom: '0', initialRate: '0.01', maintenanceRate: '0.005' }, { notionalFrom: '250000', initialRate: '0.02', maintenanceRate: '0.01' }];

/** An account with isolated margin at 10x: 1,000 lots of LINEAR are 1 BTC, a lot of INVERSE is 100 USD. */
function isolated(venue = 'BYBIT', amount = '100000', currency = 'USDT'): { desk: Desk; account: Account } {
  const desk = new Desk({}, { marginTiers: () => TIERS });
  const account = desk.portfolio.account(venue);
  account.configure({ marginMode: 'isolated', leverage: 10 });
  desk.deposit(venue, amount, currency);
  return { desk, account };
}

const margin = (account: Account, instrument: Instrument = LINEAR): string => account.isolatedMargin(instrument.id)!.toFixed();
const money = (account: Account, currency = 'USDT'): string[] => [account.balance(currency), account.locked(currency), account.available(currency)].map((amount) => amount.toFixed());

function funding(desk: Desk, instrument: Instrument, amount: string, lots: number): void {
  desk.portfolio.applyFunding(instrument.venue, { instrument, convention: 'lump-at-mark', lots, amount: toMoney(amount), rate: 0n, rateDecimals: 0, price: 1n, priceDecimals: 0, settlesAt: desk.time + 1, tsEvent: desk.time + 1 });
}

describe('REQ-A38 isolated margin of a linear position', () => {
  it('opening sets aside the initial margin at the entry price; a mark moves none of it', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000');
    expect([margin(account), ...money(account)]).toEqual(['5000', '100000', '5000', '95000']);
    desk.portfolio.setMark(LINEAR, 52_000n, 0);
    expect([margin(account), ...money(account)]).toEqual(['5000', '100000', '5000', '95000']);              // a profit of 2,000 is the position's until it is realised
    expect(account.equity.toFixed()).toBe('102000');
  });

  it('adding sets aside margin for what is added, at the price it was added at', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000').hold(LINEAR, 500, '40000');
    expect(margin(account)).toBe('7000');                                                                  // 5,000 + a tenth of 20,000
  });

  it('adding into a tier that allows less leverage brings the whole position to it', () => {
    const { desk, account } = isolated('BYBIT', '1000000');
    account.setLeverage(LINEAR, 100);
    desk.hold(LINEAR, 4_000, '50000');
    expect(margin(account)).toBe('2000');                                                                  // 1 % of 200,000
    desk.hold(LINEAR, 2_000, '50000');
    expect(margin(account)).toBe('6000');                                                                  // 2 % of 300,000
  });

  it('reducing gives back the share of what is closed, and realises into the account', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000').hold(LINEAR, -250, '48000');
    expect([margin(account), ...money(account)]).toEqual(['3750', '99500', '3750', '95750']);               // lost a quarter of 2,000
    desk.hold(LINEAR, -750, '50000');
    expect([margin(account), ...money(account)]).toEqual(['0', '99500', '0', '99500']);
  });

  it('a flip gives everything back and sets aside margin for the new side', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000').hold(LINEAR, -1_500, '52000');
    expect([margin(account), ...money(account)]).toEqual(['2600', '102000', '2600', '99400']);              // a tenth of 26,000
  });

  it('funding goes to the margin of an open position, and to the account without one', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000');
    funding(desk, LINEAR, '-12.5', 1_000);
    expect([margin(account), ...money(account)]).toEqual(['4987.5', '99987.5', '4987.5', '95000']);
    funding(desk, LINEAR, '20', 1_000);
    expect(margin(account)).toBe('5007.5');
    desk.hold(LINEAR, -500, '50000');
    expect(margin(account)).toBe('2503.75');
    desk.hold(LINEAR, -500, '50000');
    funding(desk, LINEAR, '-7.5', 1_000);                                                                  // for a boundary at which it was open
    expect(money(account)).toEqual(['100000', '0', '100000']);
  });

  it('a fee is paid by the account, not by the margin', () => {
    const { desk, account } = isolated();
    trade(desk.portfolio, LINEAR, { lots: 1_000, price: '50000', fee: '27.5' });
    expect([margin(account), ...money(account)]).toEqual(['5000', '99972.5', '5000', '94972.5']);
  });

  it('a fill taken back gives its margin back', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000');
    const { order, report } = trade(desk.portfolio, LINEAR, { lots: 1_000, price: '60000' });
    expect(margin(account)).toBe('11000');
    desk.portfolio.bustFill(order, report, { tsEvent: 0 });
    expect(margin(account)).toBe('5500');                                                                  // half of what both had set aside
  });

  it('is liquidatable where margin and profit are down to maintenance, at the distance that was told', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000').portfolio.setMark(LINEAR, 50_000n, 0);
    // 5,000 + (p − 50,000) = 0.005 · p at p = 45,000 / 0.995
    expect(account.liquidationDistance(LINEAR.id)).toBeCloseTo(45_000 / 0.995 / 50_000 - 1, 12);
    desk.portfolio.setMark(LINEAR, 45_227n, 0);
    expect(account.isLiquidatable).toBe(false);
    expect(account.marginRatio).toBeCloseTo(226.135 / 227, 12);
    desk.portfolio.setMark(LINEAR, 45_226n, 0);
    expect(account.isLiquidatable).toBe(true);
  });
});

describe('REQ-A38 isolated margin of an inverse position', () => {
  it('is set aside, reduced and liquidated in the coin', () => {
    const { desk, account } = isolated('BINANCE', '1', 'BTC');
    desk.hold(INVERSE, 500, '50000').portfolio.setMark(INVERSE, 50_000n, 0);
    expect([margin(account, INVERSE), ...money(account, 'BTC')]).toEqual(['0.1', '1', '0.1', '0.9']);       // 50,000 USD are 1 BTC
    funding(desk, INVERSE, '-0.001', 500);
    desk.hold(INVERSE, -250, '40000');
    expect([margin(account, INVERSE), ...money(account, 'BTC')]).toEqual(['0.0495', '0.874', '0.0495', '0.8245']);     // 25,000 · (1/50,000 − 1/40,000) = −0.125
    // 0.0495 + 0.5 − 25,000/p = 0.005 · 25,000/p at p = 25,125 / 0.5495
    const at = (usd: number): boolean => { desk.portfolio.setMark(INVERSE, BigInt(usd), 0); return account.isLiquidatable; };
    expect([at(45_724), at(45_723)]).toEqual([false, true]);
  });

  it('a tier begins at an amount of quote currency, whatever the coin costs, and its deduction is a share of the coins', () => {
    const { desk, account } = isolated('BINANCE', '100', 'BTC');
    desk.hold(INVERSE, 3_000, '50000').portfolio.setMark(INVERSE, 30_000n, 0);
    expect(formatMoney(account.maintenanceMarginOf(account.holding(INVERSE)))).toBe('0.058333333333333333');   // 10 BTC at 1 %, less 1,250 of 300,000 USD
    expect(formatMoney(new MarginTable(TIERS).maintenance(toMoney('10'), toMoney('300000')))).toBe('0.058333333333333333');
  });

  it.each([['long', 3_000], ['short', -3_000]])('the liquidation distance of a %s in a higher tier is exact', (_name, lots) => {
    const { desk, account } = isolated('BINANCE', '100', 'BTC');
    desk.hold(INVERSE, lots, '50000').portfolio.setMark(INVERSE, 50_000n, 0);
    const distance = account.liquidationDistance(INVERSE.id)!;
    const at = (factor: number): boolean => { desk.portfolio.setMark(INVERSE, BigInt(Math.round(50_000 * (1 + distance * factor) * 1e6)), 6); return account.isLiquidatable; };
    expect([at(0.9999), at(1.0001)]).toEqual([false, true]);
  });
});

describe('REQ-A38 cross and isolated side by side', () => {
  const ETH = new Instrument({ id: 'ETHUSDT-PERP.BYBIT', kind: 'perpetual', base: 'ETH', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.01' });

  it('neither lends to the other: an isolated position may lose its margin, the cross ones all the rest', () => {
    const { desk, account } = isolated('BYBIT', '20000');
    account.configure({ marginMode: 'cross' });
    account.setMarginMode(LINEAR, 'isolated');
    desk.hold(LINEAR, 1_000, '50000').hold(ETH, 1_000, '2000').portfolio.setMark(LINEAR, 50_000n, 0);
    desk.portfolio.setMark(ETH, 1_900n, 0);
    expect(money(account)).toEqual(['20000', '6900', '12100']);                                            // 15,000 − 1,000 back the cross position of 19,000
    expect(account.marginRatio).toBeCloseTo(Math.max(95 / 14_000, 250 / 5_000), 12);
    desk.portfolio.setMark(LINEAR, 40_000n, 0);
    expect([account.marginRatio, account.available('USDT').toFixed()]).toEqual([Infinity, '12100']);
    desk.portfolio.setMark(LINEAR, 50_000n, 0);
    desk.portfolio.setMark(ETH, 501n, 0);
    expect(account.isLiquidatable).toBe(true);                                                             // 15,000 − 14,990 are less than 0.5 % of 5,010
    desk.portfolio.setMark(ETH, 503n, 0);
    expect(account.isLiquidatable).toBe(false);                                                            // 30 are more than 25.15
    desk.portfolio.setMark(LINEAR, 45_000n, 0);
    expect(account.isLiquidatable).toBe(true);
    expect([account.isolatedMargin(LINEAR.id)!.toFixed(), account.isolatedMargin(ETH.id), account.isolatedMargin(SPOT.id)]).toEqual(['5000', undefined, undefined]);
  });
});

describe('REQ-B33 what isolated positions leave free', () => {
  it('an order needs its margin at the dearer of its price and the mark', () => {
    const { desk, account } = isolated('BYBIT', '5000');
    desk.market(LINEAR, '49999.9', '50000.1').portfolio.setMark(LINEAR, 50_000n, 0);
    expect(desk.send(desk.order(LINEAR, 1_000, '50100'))).toBe('INSUFFICIENT_MARGIN');
    expect(desk.send(desk.order(LINEAR, 1_000, '50000'))).toBe('APPROVED');
    expect([account.locked('USDT').toFixed(), account.available('USDT').toFixed()]).toEqual(['5000', '0']);     // the open order holds it
    expect(desk.risk.check(desk.order(LINEAR, 1, '50000'))).toMatchObject({ code: 'INSUFFICIENT_MARGIN', limit: '0', actual: '5' });
  });

  it('an unrealised profit is not free, an unrealised loss takes nothing', () => {
    const { desk, account } = isolated('BYBIT', '10000');
    desk.market(LINEAR, '49999.9', '50000.1').hold(LINEAR, 1_000, '50000');
    for (const mark of [46_000n, 60_000n]) {
      desk.portfolio.setMark(LINEAR, mark, 0);
      expect(account.available('USDT').toFixed()).toBe('5000');
    }
  });

  it('a flip is judged by what the position gives back', () => {
    const { desk } = isolated('BYBIT', '10000');
    desk.market(LINEAR, '46999.9', '47000.1').hold(LINEAR, 1_000, '50000').portfolio.setMark(LINEAR, 47_000n, 0);
    // 5,000 free and 2,000 left of the margin: 7,000 carry 1,489 short lots at 47,000.
    expect(desk.send(desk.order(LINEAR, -2_490, '47000'))).toBe('INSUFFICIENT_MARGIN');
    expect(desk.send(desk.order(LINEAR, -2_489, '47000'))).toBe('APPROVED');
    expect(desk.portfolio.account('BYBIT').available('USDT').toFixed()).toBe('1.7');                        // 7,000 − 6,998.3

    const smaller = isolated('BYBIT', '5100').desk;                                                         // a flip into less than was held needs margin too
    smaller.market(LINEAR, '45499.9', '45500.1').hold(LINEAR, 1_000, '50000').portfolio.setMark(LINEAR, 45_500n, 0);
    expect(smaller.send(smaller.order(LINEAR, -1_132, '45500'))).toBe('INSUFFICIENT_MARGIN');               // 600 carry 131 at 4.55
    expect(smaller.send(smaller.order(LINEAR, -1_131, '45500'))).toBe('APPROVED');
  });

  it('an order that crosses is judged at its limit, as its venue judges it', () => {
    const { desk } = isolated('BYBIT', '10000');
    desk.market(LINEAR, '49999.9', '50000.0').portfolio.setMark(LINEAR, 50_000n, 0);
    expect(desk.send(desk.order(LINEAR, 1_961, '51000'))).toBe('INSUFFICIENT_MARGIN');                      // a tenth of 100,011
    expect(desk.send(desk.order(LINEAR, 1_960, '51000'))).toBe('APPROVED');
    const inverse = isolated('BINANCE', '0.1', 'BTC').desk;
    inverse.market(INVERSE, '50000.0', '50000.1').portfolio.setMark(INVERSE, 50_000n, 0);
    expect(inverse.send(inverse.order(INVERSE, -481, '48000'))).toBe('INSUFFICIENT_MARGIN');                // 48,100 USD are more than a BTC at 48,000
    expect(inverse.send(inverse.order(INVERSE, -480, '48000'))).toBe('APPROVED');
  });

  it('coins that are bought across the spread are paid for at the limit, as at the venue', () => {
    const desk = new Desk();
    desk.deposit('BINANCE', '10000').market(SPOT, '49999', '50000');
    expect(desk.send(desk.order(SPOT, 20_000, '51000'))).toBe('INSUFFICIENT_BALANCE');                      // 0.2 at 51,000
    expect(desk.send(desk.order(SPOT, 19_607, '51000'))).toBe('APPROVED');
  });

  it('funding that has accrued is paid before a flip: it is no margin for the new side', () => {
    const { desk } = isolated('BYBIT', '10000');
    desk.market(LINEAR, '46999.9', '47000.1').hold(LINEAR, 1_000, '50000').portfolio.setMark(LINEAR, 47_000n, 0);
    desk.portfolio.setAccruedFunding('BYBIT', LINEAR, toMoney('-470'));
    expect(desk.send(desk.order(LINEAR, -2_390, '47000'))).toBe('INSUFFICIENT_MARGIN');                     // 7,000 − 470 carry 1,389
    expect(desk.send(desk.order(LINEAR, -2_389, '47000'))).toBe('APPROVED');
  });

  it('coins bought at spot are paid with what is free', () => {
    const desk = new Desk({}, { marginTiers: () => TIERS });
    const perpetual = INVERSE;
    const account = desk.portfolio.account('BINANCE');
    account.configure({ marginMode: 'isolated', leverage: 10 });
    desk.deposit('BINANCE', '1', 'BTC').hold(perpetual, 500, '50000').market(SPOT, '49999', '50001');
    expect(desk.send(desk.order(SPOT, -90_001, '50000'))).toBe('INSUFFICIENT_BALANCE');                     // 0.1 of 1 BTC is set aside
    expect(desk.send(desk.order(SPOT, -90_000, '50000'))).toBe('APPROVED');
  });

  it('in a pooled account it leaves the common collateral, at the rate now', () => {
    const { desk, account } = isolated('BINANCE', '1', 'BTC');
    account.configure({ isPooled: true });
    desk.portfolio.setRate('BTC', 50_000n, 0);
    desk.hold(INVERSE, 500, '50000');
    expect([account.available('USDT').toFixed(), account.locked('USDT').toFixed()]).toEqual(['45000', '5000']);
  });

  it('the mode cannot change under an open position, of the account or of the instrument', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 1_000, '50000');
    expect(() => { account.configure({ marginMode: 'cross' }); }).toThrow('BTCUSDT-PERP.BYBIT: the margin mode cannot change while 1000 lots are open; set it before the first fill');
    expect(() => { account.setMarginMode(LINEAR, 'cross'); }).toThrow(/the margin mode cannot change/);
    expect(account.marginMode).toBe('isolated');
    account.setMarginMode(LINEAR, 'isolated');
    account.configure({ marginMode: 'cross' });                                                            // the position has a mode of its own now
    expect(account.isolatedMargin(LINEAR.id)!.toFixed()).toBe('5000');
  });
});

describe('REQ-A22 a liquidation beyond the margin', () => {
  it('what the insurance fund paid is booked, shared by strategy, and counts against the fees', () => {
    const { desk, account } = isolated();
    desk.hold(LINEAR, 750, '50000', 'a').hold(LINEAR, 250, '50000', 'b');
    const shares = desk.portfolio.applyForcedFill('BYBIT', {
      instrument: LINEAR, side: 'sell', fill: makeFill({ tick: LINEAR.toTick('44000'), lots: 1_000, fee: toMoney('44'), origin: 'LIQUIDATION' }), insurance: toMoney('1044'), tsEvent: 5,
    });
    expect(shares.map(({ strategyId, lots }) => [strategyId, lots])).toEqual([['a', -750], ['b', -250]]);
    expect([margin(account), ...money(account)]).toEqual(['0', '95000', '0', '95000']);                     // the 5,000 set aside, and no more
    expect(formatMoney(desk.portfolio.attributionOf('a').total)).toBe('-3750');
    expect(formatMoney(desk.portfolio.attributionOf('b').fees)).toBe('250');
    expect(formatMoney(account.counter('USDT', 'insurance').balance)).toBe('-1044');
    expect([desk.portfolio.residual(), desk.portfolio.ledger.trialBalance().get('USDT')]).toEqual([0n, 0n]);
    desk.portfolio.applyBalanceChange(change('BYBIT', 'withdrawal', '-95000'));
    expect(account.equity.toFixed()).toBe('0');
  });
});
