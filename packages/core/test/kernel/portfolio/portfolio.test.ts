import { describe, expect, it } from 'vitest';
import type { FundingPaymentReport } from '../../../src/kernel/execution/execution-client.ts';
import type { PnlBreakdown } from '../../../src/kernel/ledger/attribution.ts';
import { formatMoney, toMoney } from '../../../src/kernel/math/money.ts';
import type { Instrument } from '../../../src/kernel/model/instrument.ts';
import type { OrderInit, ScaledPrice } from '../../../src/kernel/model/order.ts';
import { Portfolio, UNALLOCATED } from '../../../src/kernel/portfolio/portfolio.ts';
import { change, INVERSE, LINEAR, makeFill, makeOrder, OTHER, SPOT, TestPrices, trade } from '../support/book.ts';

/** Components that are not zero, as text. */
const shown = (breakdown: PnlBreakdown): Record<string, string> => Object.fromEntries(Object.entries(breakdown).filter(([, amount]) => amount !== 0n).map(([name, amount]) => [name, formatMoney(amount)]));
const whole = (price: string): ScaledPrice => ({ mantissa: BigInt(price), decimals: 0 });

function sentAt(instrument: Instrument, side: 'buy' | 'sell', lots: number, market: { readonly mid: string; readonly reference?: string; readonly strategyId?: string; readonly init?: Partial<OrderInit> }): ReturnType<typeof makeOrder> {
  return makeOrder({ instrument, side, lots, strategyId: market.strategyId ?? 'a', ...market.init }, { mid2: 2 * instrument.toTick(market.mid), reference: market.reference === undefined ? undefined : whole(market.reference) });
}

const settlement = (instrument: Instrument, lots: number, amount: string, settlesAt = 1_000): FundingPaymentReport =>
  ({ instrument, convention: 'lump-at-mark', lots, amount: toMoney(amount), rate: 1n, rateDecimals: 4, price: 60_000n, priceDecimals: 0, settlesAt, tsEvent: settlesAt });

describe('attribution', () => {
  it('REQ-B46 splits the profit of a hedged pair into direction, basis, slippage, funding and fees', () => {
    const prices = new TestPrices();
    const portfolio = new Portfolio({ prices });
    for (const leg of [LINEAR, OTHER]) prices.references.set(leg, whole('60500'));
    // Long 1 BTC at 60,001 where the mid was 60,000; short 1 BTC at 60,028 where the mid was 60,030; the index stood at 60,010.
    portfolio.applyFill(sentAt(OTHER, 'buy', 100_000, { mid: '60000', reference: '60010' }), makeFill({ tick: OTHER.toTick('60001'), lots: 100_000, fee: toMoney('27'), feeCurrency: 'USDC' }), { tsEvent: 0 });
    portfolio.applyFill(sentAt(LINEAR, 'sell', 1_000, { mid: '60030', reference: '60010' }), makeFill({ tick: LINEAR.toTick('60028'), lots: 1_000, fee: toMoney('-6') }), { tsEvent: 0 });
    portfolio.applyFunding('BYBIT', settlement(LINEAR, -1_000, '6.05'));
    portfolio.applyFunding('HYPERLIQUID', settlement(OTHER, 100_000, '-0.7'));
    portfolio.setMark(OTHER, 60_495n, 0);
    portfolio.setMark(LINEAR, 60_510n, 0);
    expect(shown(portfolio.attributionOf('a', OTHER.id))).toEqual({ directional: '490', basis: '5', slippage: '-1', fundingPaid: '-0.7', fees: '-27', total: '466.3' });
    expect(shown(portfolio.attributionOf('a', LINEAR.id))).toEqual({ directional: '-490', basis: '10', slippage: '-2', fundingPaid: '6.05', fees: '6', total: '-469.95' });
    expect(shown(portfolio.attribution())).toEqual({ basis: '15', slippage: '-3', fundingPaid: '5.35', fees: '-21', total: '-3.65' });
    expect(portfolio.equity.toFixed()).toBe('-3.65');
    expect(portfolio.residual()).toBe(0n);
  });

  it('REQ-B46 keeps funding paid and funding accrued apart; paying what accrued moves it from one to the other', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: -1_000, price: '60000' });
    portfolio.setAccruedFunding('BYBIT', LINEAR, toMoney('1.5'));
    expect(shown(portfolio.attribution())).toEqual({ fundingAccrued: '1.5', total: '1.5' });
    expect(portfolio.account('BYBIT').equity.toFixed()).toBe('1.5');
    portfolio.setAccruedFunding('BYBIT', LINEAR, 0n);
    portfolio.applyFunding('BYBIT', settlement(LINEAR, -1_000, '1.5'));
    expect(shown(portfolio.attribution())).toEqual({ fundingPaid: '1.5', total: '1.5' });
  });

  it('an inverse leg is counted in its coin and converted at the rate of each entry; what is held in coins is revalued as fx', () => {
    const portfolio = new Portfolio();
    portfolio.setRate('BTC', 50_000n, 0);
    portfolio.applyBalanceChange(change('BINANCE', 'deposit', '1', 'BTC'));
    portfolio.setMark(INVERSE, 50_000n, 0);
    trade(portfolio, INVERSE, { lots: 500, price: '50000', feeCurrency: 'BTC', fee: '0.0005' });      // long 50,000 USD: hedges nothing, gains 0.2 BTC at 62,500
    portfolio.setMark(INVERSE, 62_500n, 0);
    portfolio.setRate('BTC', 62_500n, 0);
    // coins: 1 − 0.0005 + (1 − 0.8) at 62,500
    expect(portfolio.equity.toFixed()).toBe('74968.75');
    expect(shown(portfolio.attributionOf('a'))).toEqual({ directional: '12500', fees: '-25', fx: '-6.25', total: '12468.75' });
    expect(shown(portfolio.attributionOf(UNALLOCATED))).toEqual({ fx: '12500', total: '12500' });
    expect(formatMoney(portfolio.transfersMoney())).toBe('50000');
    expect(portfolio.residual()).toBe(0n);
  });

  it('a pegged currency that slips shows as fx, from the moment its rate is set', () => {
    const portfolio = new Portfolio();
    portfolio.applyBalanceChange(change('BYBIT', 'deposit', '1000', 'USDC'));
    expect(shown(portfolio.attribution())).toEqual({});
    portfolio.setRate('USDC', 97n, 2);
    expect(shown(portfolio.attribution())).toEqual({ fx: '-30', total: '-30' });
    expect(portfolio.equity.toFixed()).toBe('970');
  });

  it('without a reference the mid stands for it: no basis at entry, all price profit is direction', () => {
    const portfolio = new Portfolio();
    portfolio.applyFill(sentAt(LINEAR, 'buy', 1_000, { mid: '60000' }), makeFill({ tick: LINEAR.toTick('60010'), lots: 1_000 }), { tsEvent: 0 });
    portfolio.setMark(LINEAR, 60_100n, 0);
    expect(shown(portfolio.attribution())).toEqual({ directional: '100', slippage: '-10', total: '90' });
  });

  it('the native breakdown of a leg is in its settlement currency and adds up', () => {
    const portfolio = new Portfolio();
    portfolio.setMark(INVERSE, 62_500n, 0);
    trade(portfolio, INVERSE, { lots: 500, price: '50000', feeCurrency: 'BTC', fee: '0.0005' });
    const [leg] = [...portfolio.legs('a')];
    expect(shown(leg!.attribution.native(portfolio.valuation))).toEqual({ directional: '0.2', fees: '-0.0005', total: '0.1995' });
  });

  it('gas, borrow, liquidation fees, insurance and conversions each have their component', () => {
    const portfolio = new Portfolio();
    for (const [kind, amount] of [['deposit', '100'], ['withdrawal', '-10'], ['gas', '-1'], ['borrow', '-2'], ['liquidation-fee', '-3'], ['insurance', '0.5'], ['fx', '-4']] as const) {
      portfolio.applyBalanceChange(change('BYBIT', kind, amount));
    }
    expect(shown(portfolio.attribution())).toEqual({ gas: '-1', borrow: '-2', fees: '-2.5', fx: '-4', total: '-9.5' });
    expect([portfolio.equity.toFixed(), formatMoney(portfolio.transfersMoney())]).toEqual(['80.5', '90']);
  });
});

describe('portfolio', () => {
  it('exchanges assets for spot, and books realised profit for derivatives', () => {
    const portfolio = new Portfolio();
    portfolio.applyBalanceChange(change('BINANCE', 'deposit', '100000'));
    trade(portfolio, SPOT, { lots: 100_000, price: '60000', feeCurrency: 'BTC', fee: '0.001' });
    trade(portfolio, LINEAR, { lots: -1_000, price: '60030', fee: '33' });
    trade(portfolio, LINEAR, { lots: 1_000, price: '60000', fee: '33' });
    const account = portfolio.account('BINANCE');
    expect([account.balance('USDT').toFixed(), account.balance('BTC').toFixed()]).toEqual(['40000', '0.999']);
    expect(portfolio.account('BYBIT').balance('USDT').toFixed()).toBe('-36');
    expect([...portfolio.ledger.accounts()].filter(({ kind }) => kind !== 'cash').map(({ name, balance }) => `${name} ${formatMoney(balance)}`)).toEqual([
      'BINANCE/main/USDT/external -100000', 'BINANCE/main/BTC/trade -1', 'BINANCE/main/USDT/trade 60000', 'BINANCE/main/BTC/fee 0.001', 'BYBIT/main/USDT/fee 66', 'BYBIT/main/USDT/margin-pnl -30',
    ]);
  });

  it('REQ-D06 a bust takes back lots, money, fee and attribution as if the fill had never been', () => {
    const run = (withBust: boolean): Portfolio => {
      const portfolio = new Portfolio();
      portfolio.setMark(LINEAR, 61_234_567n, 3);
      trade(portfolio, LINEAR, { lots: 1_500, price: '60000', fee: '3.3' });
      if (withBust) {
        const { order, report } = trade(portfolio, LINEAR, { lots: -700, price: '60100.1', fee: '2.2' });
        const result = portfolio.bustFill(order, report, { tsEvent: 9 });
        expect([result.positionLots, formatMoney(result.realised)]).toEqual([1_500, '-70.07']);
      }
      trade(portfolio, LINEAR, { lots: -400, price: '60200', fee: '1.1' });
      return portfolio;
    };
    const busted = run(true);
    const never = run(false);
    expect(busted.attribution()).toEqual(never.attribution());
    expect(busted.equityMoney()).toBe(never.equityMoney());
    const balances = (portfolio: Portfolio): string[] => [...portfolio.ledger.accounts()].map(({ name, balance }) => `${name} ${balance}`).sort();
    expect(balances(busted)).toEqual(balances(never));
    expect(busted.position('a', LINEAR.id)?.fees.get('USDT')).toBe(toMoney('4.4'));
  });

  it('keeps positions apart by strategy and nets them on the account, as the venue does', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: 1_000, price: '60000', strategyId: 'a' });
    trade(portfolio, LINEAR, { lots: -400, price: '60100', strategyId: 'b' });
    expect([portfolio.strategyLots('a', LINEAR.id), portfolio.strategyLots('b', LINEAR.id), portfolio.account('BYBIT').quantity(LINEAR.id)?.toFixed()]).toEqual([1_000, -400, '0.6']);
    expect(portfolio.account('BYBIT').balance('USDT').toFixed()).toBe('40');                         // the venue closed 0.4 of the long
    expect(portfolio.position('a', LINEAR.id)?.realisedPnl.toFixed()).toBe('0');
    portfolio.setMark(LINEAR, 60_100n, 0);
    expect([portfolio.strategy('a').pnlUsd.toFixed(), portfolio.strategy('b').pnlUsd.toFixed(), portfolio.equity.toFixed()]).toEqual(['100', '0', '100']);
  });

  it('with position ids a strategy can be long and short at once', () => {
    const portfolio = new Portfolio();
    for (const [positionId, side, lots] of [['long', 'buy', 500], ['short', 'sell', 200]] as const) {
      const order = makeOrder({ instrument: LINEAR, side, lots, options: { positionId } });
      portfolio.applyFill(order, makeFill({ tick: LINEAR.toTick('60000'), lots }), { tsEvent: 0 });
    }
    const own = portfolio.strategy('a');
    expect([own.position(LINEAR.id, 'long')?.lots, own.position(LINEAR.id, 'short')?.lots, own.positions.length, own.quantity(LINEAR.id).toFixed()]).toEqual([500, -200, 2, '0.3']);
  });

  it('shares a funding payment by the lots held at the settlement; the remainder goes to the largest', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: -200, price: '60000', strategyId: 'a', at: 10 });
    trade(portfolio, LINEAR, { lots: -100, price: '60000', strategyId: 'b', at: 20 });
    trade(portfolio, LINEAR, { lots: -900, price: '60000', strategyId: 'b', at: 1_000 });               // at the boundary: too late
    const shares = portfolio.applyFunding('BYBIT', settlement(LINEAR, -300, '0.000000000000000100'));
    expect(shares.map(({ strategyId, lots, money }) => [strategyId, lots, money])).toEqual([['a', -200, 67n], ['b', -100, 33n]]);
    expect(shares[0]?.amount.toFixed()).toBe('0.000000000000000067');
    expect(portfolio.account('BYBIT').balanceOf('USDT')).toBe(100n);
  });

  it('two strategies against each other share the net payment with their signs', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: 300, price: '60000', strategyId: 'a', at: 10 });
    trade(portfolio, LINEAR, { lots: -100, price: '60000', strategyId: 'b', at: 20 });
    const shares = portfolio.applyFunding('BYBIT', settlement(LINEAR, 200, '-2'));
    expect(shares.map(({ strategyId, amount }) => [strategyId, amount.toFixed()])).toEqual([['a', '-3'], ['b', '1']]);
  });

  it('funding on what no strategy holds is kept, unallocated', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: 300, price: '60000', at: 10 });
    const shares = portfolio.applyFunding('BYBIT', settlement(LINEAR, 400, '-4'));
    expect(shares.map(({ strategyId, amount }) => [strategyId, amount.toFixed()])).toEqual([['a', '-3'], [UNALLOCATED, '-1']]);
    expect(portfolio.residual()).toBe(0n);
  });

  it('shares a liquidation among the strategies on the side that is cut, fee included, exactly', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: 500, price: '60000', strategyId: 'a' });
    trade(portfolio, LINEAR, { lots: 250, price: '60000', strategyId: 'b' });
    trade(portfolio, LINEAR, { lots: -50, price: '60000', strategyId: 'c' });
    const parts = portfolio.applyForcedFill('BYBIT', { instrument: LINEAR, side: 'sell', tsEvent: 5, fill: makeFill({ tick: LINEAR.toTick('50000'), lots: 700, fee: 7n, origin: 'LIQUIDATION' }) });
    expect(parts.map(({ strategyId, lots, positionLots }) => [strategyId, lots, positionLots])).toEqual([['a', -467, 33], ['b', -233, 17]]);
    expect([...portfolio.legs()].map(({ position }) => [position.strategyId, position.fees.get('USDT')])).toEqual([['a', 5n], ['b', 2n], ['c', undefined]]);
    expect(portfolio.account('BYBIT').holding(LINEAR).basis.lots).toBe(0);
    expect(portfolio.residual()).toBe(0n);
  });

  it('of an inverse contract the parts of a liquidation come to what the venue booked for the whole, though each is rounded', () => {
    const cashAfter = (price: string, ...owners: readonly [string, string]): string => {
      const portfolio = new Portfolio();
      portfolio.applyBalanceChange(change('BINANCE', 'deposit', '1', 'BTC'));
      trade(portfolio, INVERSE, { lots: 7, price: '30001', strategyId: owners[0] });
      trade(portfolio, INVERSE, { lots: 4, price: '30001', strategyId: owners[1] });
      portfolio.applyForcedFill('BINANCE', { instrument: INVERSE, side: 'sell', tsEvent: 5, fill: makeFill({ tick: INVERSE.toTick(price), lots: 11, feeCurrency: 'BTC', origin: 'LIQUIDATION' }) });
      return portfolio.account('BINANCE').balance('BTC').toFixed();
    };
    for (const price of ['29982', '29991', '29994', '30000']) expect(cashAfter(price, 'a', 'b')).toBe(cashAfter(price, 'a', 'a'));
  });

  it('what a forced fill cuts beyond the strategies\' positions is unallocated', () => {
    const portfolio = new Portfolio();
    trade(portfolio, LINEAR, { lots: 500, price: '60000' });
    const parts = portfolio.applyForcedFill('BYBIT', { instrument: LINEAR, side: 'sell', tsEvent: 5, fill: makeFill({ tick: LINEAR.toTick('50000'), lots: 700, origin: 'EXTERNAL' }) });
    expect(parts.map(({ strategyId, lots, positionLots, realised }) => [strategyId, lots, positionLots, formatMoney(realised)])).toEqual([['a', -500, 0, '-5000'], [UNALLOCATED, -200, -200, '0']]);
    expect(portfolio.account('BYBIT').holding(LINEAR).basis.lots).toBe(-200);
  });

  it('says where the venue states another account than ours', () => {
    const portfolio = new Portfolio();
    portfolio.applyBalanceChange(change('BYBIT', 'deposit', '100'));
    trade(portfolio, LINEAR, { lots: 300, price: '60000' });
    const theirs = { tsEvent: 1, balances: [{ currency: 'USDT', total: toMoney('100') }], positions: [{ instrumentId: LINEAR.id, lots: 300 }] };
    expect(portfolio.compare('BYBIT', theirs)).toEqual([]);
    expect(portfolio.compare('BYBIT', { ...theirs, positions: [] })).toEqual([{ kind: 'position', subject: LINEAR.id, ours: '0.3', theirs: '0' }]);
    expect(portfolio.compare('BYBIT', { ...theirs, balances: [{ currency: 'USDT', total: toMoney('99.5') }, { currency: 'BTC', total: 1n }] })).toEqual([
      { kind: 'balance', subject: 'USDT', ours: '100', theirs: '99.5' }, { kind: 'balance', subject: 'BTC', ours: '0', theirs: '0.000000000000000001' },
    ]);
  });

  it('REQ-B36 sums exposure by asset, venue, account and strategy; an inverse long is long', () => {
    const portfolio = new Portfolio();
    for (const instrument of [LINEAR, INVERSE]) portfolio.setMark(instrument, 50_000n, 0);
    trade(portfolio, LINEAR, { lots: -1_000, price: '60000', strategyId: 'a' });
    trade(portfolio, INVERSE, { lots: 400, price: '60000', feeCurrency: 'BTC', strategyId: 'b' });
    const exposure = portfolio.exposure();
    expect([exposure.grossUsd.toFixed(), exposure.netUsd.toFixed()]).toEqual(['90000', '-10000']);
    expect(exposure.byAsset.get('BTC')?.netUsd.toFixed()).toBe('-10000');
    expect([...exposure.byVenue].map(([venue, { netUsd }]) => [venue, netUsd.toFixed()])).toEqual([['BYBIT', '-50000'], ['BINANCE', '40000']]);
    expect([...exposure.byAccount.keys()]).toEqual(['BYBIT/main', 'BINANCE/main']);
    expect(exposure.byStrategy.get('b')?.grossUsd.toFixed()).toBe('40000');
    expect(portfolio.strategy('a').exposure.netUsd.toFixed()).toBe('-50000');
  });

  it('values coins at the first instrument that prices them in dollars, and says what to do where nothing does', () => {
    const portfolio = new Portfolio();
    portfolio.applyBalanceChange(change('BINANCE', 'deposit', '2', 'BTC'));
    expect(() => portfolio.equity).toThrow('no rate of BTC in the reporting currency; add prices of a BTC-USD instrument to the data, or hold no BTC');
    portfolio.addInstrument(LINEAR);
    expect(() => portfolio.equity).toThrow(`no rate of BTC in the reporting currency; no price of ${LINEAR.id} has arrived: subscribe to one of them, or hold no BTC`);
    portfolio.setMark(LINEAR, 60_000n, 0);
    expect(portfolio.equity.toFixed()).toBe('120000');
    portfolio.setRate('BTC', 50_000n, 0);
    expect(portfolio.equity.toFixed()).toBe('100000');
    expect(() => { portfolio.setRate('BTC', 0n, 0); }).toThrow('give a positive mantissa and 0 to 18 decimals');
  });
});
