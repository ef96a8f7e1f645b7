import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfEven, type Money, ONE } from '../../../src/kernel/math/money.ts';
import type { MarginMode } from '../../../src/kernel/model/holding.ts';
import type { Instrument } from '../../../src/kernel/model/instrument.ts';
import type { FillReport } from '../../../src/kernel/model/order-events.ts';
import { NO_PRICE, type Order } from '../../../src/kernel/model/order.ts';
import { Portfolio } from '../../../src/kernel/portfolio/portfolio.ts';
import { INVERSE, LINEAR, makeFill, makeOrder, OTHER, SPOT, TestPrices } from '../support/book.ts';

const INSTRUMENTS = [LINEAR, OTHER, INVERSE, SPOT] as const;
const STRATEGIES = ['a', 'b'] as const;
/** Dollars per coin, in cents, moved around by the steps. */
const price = fc.integer({ min: 1_000_000, max: 9_000_000 });

type Step =
  | { readonly type: 'fill'; readonly instrument: number; readonly strategy: number; readonly lots: number; readonly cents: number; readonly fee: bigint; readonly feeCurrency: string; readonly mid: number; readonly reference: number | undefined }
  | { readonly type: 'bust'; readonly which: number }
  | { readonly type: 'mark'; readonly instrument: number; readonly cents: number }
  | { readonly type: 'mid' | 'reference'; readonly instrument: number; readonly cents: number }
  | { readonly type: 'funding' | 'accrued'; readonly instrument: number; readonly amount: bigint }
  | { readonly type: 'rate'; readonly currency: string; readonly mantissa: bigint }
  | { readonly type: 'balance'; readonly kind: 'deposit' | 'withdrawal' | 'borrow' | 'gas' | 'liquidation-fee' | 'insurance' | 'fx'; readonly currency: string; readonly amount: bigint }
  | { readonly type: 'forced'; readonly instrument: number; readonly lots: number; readonly cents: number; readonly fee: bigint; readonly insurance: bigint };

const currency = fc.constantFrom('USDT', 'USDC', 'BTC', 'BNB');
const amount = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n });
const instrument = fc.integer({ min: 0, max: INSTRUMENTS.length - 1 });
const signedLots = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: -2_000, max: -1 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({
    type: fc.constant('fill' as const), instrument, strategy: fc.integer({ min: 0, max: 1 }), lots: signedLots, cents: price, fee: fc.bigInt({ min: -(10n ** 17n), max: 10n ** 19n }),
    feeCurrency: currency, mid: fc.oneof(price, fc.constant(NO_PRICE)), reference: fc.option(price, { nil: undefined }),
  }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('bust' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('mark' as const, 'mid' as const, 'reference' as const), instrument, cents: price }) as fc.Arbitrary<Step> },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('funding' as const, 'accrued' as const), instrument: fc.integer({ min: 0, max: 2 }), amount }) as fc.Arbitrary<Step> },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rate' as const), currency, mantissa: fc.bigInt({ min: 1n, max: 10n ** 12n }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('balance' as const), kind: fc.constantFrom('deposit' as const, 'withdrawal' as const, 'borrow' as const, 'gas' as const, 'liquidation-fee' as const, 'insurance' as const, 'fx' as const), currency, amount }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forced' as const), instrument: fc.integer({ min: 0, max: 2 }), lots: signedLots, cents: price, fee: fc.bigInt({ min: 0n, max: 10n ** 19n }), insurance: fc.bigInt({ min: 0n, max: 10n ** 20n }) }) },
);

class World {
  readonly prices = new TestPrices();
  readonly portfolio = new Portfolio({ prices: this.prices });
  readonly fills: { order: Order; report: FillReport }[] = [];
  now = 0;

  constructor(marginMode: MarginMode = 'cross') {
    for (const venue of new Set(INSTRUMENTS.map((each) => each.venue))) this.portfolio.account(venue).configure({ marginMode, leverage: 7 });
    this.portfolio.setRate('BNB', 600n, 0);
    for (const each of INSTRUMENTS) this.portfolio.setMark(each, 60_000n, 0);
  }

  tick(of: Instrument, cents: number): number { return Math.round(cents / 100 / of.tickSize); }

  run(action: Step): void {
    this.now += 1_000;
    const { portfolio } = this;
    const of = 'instrument' in action ? INSTRUMENTS[action.instrument]! : LINEAR;
    if (action.type === 'fill') {
      const { lots, cents, mid, reference } = action;
      const order = makeOrder({ instrument: of, strategyId: STRATEGIES[action.strategy]!, side: lots > 0 ? 'buy' : 'sell', lots: Math.abs(lots) }, {
        mid2: mid === NO_PRICE ? NO_PRICE : 2 * this.tick(of, mid) + 1, reference: reference === undefined ? undefined : { mantissa: BigInt(reference), decimals: 2 },
      });
      const report = makeFill({ tick: this.tick(of, cents), lots: Math.abs(lots), fee: action.fee, feeCurrency: action.feeCurrency });
      portfolio.applyFill(order, report, { tsEvent: this.now });
      this.fills.push({ order, report });
    } else if (action.type === 'bust') {
      const [fill] = this.fills.splice(action.which % Math.max(1, this.fills.length), 1);
      if (fill !== undefined) portfolio.bustFill(fill.order, fill.report, { tsEvent: this.now });
    } else if (action.type === 'mark') portfolio.setMark(of, BigInt(action.cents) * 1_000n + 7n, 5);
    else if (action.type === 'mid') this.prices.mids.set(of, 2 * this.tick(of, action.cents) + 1);
    else if (action.type === 'reference') this.prices.references.set(of, { mantissa: BigInt(action.cents) * 10n + 3n, decimals: 3 });
    else if (action.type === 'funding') {
      const lots = [...portfolio.legs()].filter(({ position }) => position.instrument === of).reduce((sum, { position }) => sum + position.lots, 0);
      portfolio.applyFunding(of.venue, { instrument: of, convention: 'lump-at-mark', lots, amount: action.amount, rate: 1n, rateDecimals: 4, price: 1n, priceDecimals: 0, settlesAt: this.now, tsEvent: this.now });
    } else if (action.type === 'accrued') portfolio.setAccruedFunding(of.venue, of, action.amount);
    else if (action.type === 'rate') portfolio.setRate(action.currency, action.mantissa, 7);
    else if (action.type === 'balance') portfolio.applyBalanceChange({ venue: 'BINANCE', currency: action.currency, amount: action.amount, kind: action.kind, tsEvent: this.now });
    else if (action.type === 'forced') portfolio.applyForcedFill(of.venue, { instrument: of, side: action.lots > 0 ? 'buy' : 'sell', tsEvent: this.now, fill: makeFill({ tick: this.tick(of, action.cents), lots: Math.abs(action.lots), fee: action.fee, feeCurrency: of.settle, origin: 'LIQUIDATION' }), insurance: action.insurance });
  }
}

/** Equity from first principles: cash in the ledger, each at its rate, and open positions at their value less their cost. */
function equityByHand({ portfolio }: World): bigint {
  const { valuation } = portfolio;
  let equity = 0n;
  for (const { kind, currency: held, balance } of portfolio.ledger.accounts()) if (kind === 'cash') equity += balance * (valuation.rate(held) ?? 0n);
  for (const { position } of portfolio.legs()) {
    const { instrument: of, lots } = position;
    if (of.kind === 'spot') equity += valuation.value(of, lots) * valuation.rate(of.quote)! - BigInt(lots) * 10n ** 13n * valuation.rate('BTC')!;
    else equity += valuation.value(of, lots) * valuation.rate(of.settle)!;
  }
  for (const account of portfolio.accounts()) for (const holding of account.holdings()) if (!holding.isSpot) equity += (holding.accrued - holding.basis.cost) * valuation.rate(holding.instrument.settle)!;
  return equity;
}

describe('portfolio, for any sequence of fills, busts, funding, marks, rates and balance changes', () => {
  it('REQ-B46 REQ-D06 holds the PnL identity with residual zero, the ledger in balance and equity = balances + unrealised after every step', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const world = new World();
      for (const action of steps) {
        world.run(action);
        expect(world.portfolio.residual()).toBe(0n);
        for (const [held, sum] of world.portfolio.ledger.trialBalance()) expect([held, sum]).toEqual([held, 0n]);
        expect(world.portfolio.equityMoney()).toBe(divideHalfEven(equityByHand(world), ONE));
      }
      const { total, ...components } = world.portfolio.attribution();
      expect(Object.values(components).reduce((sum: Money, part) => sum + part, 0n)).toBe(total);
    }), { numRuns: 300 });
  });

  it('REQ-A38 REQ-D06 isolated margin stands while its position does, and what is free and what is locked are the cash', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const world = new World('isolated');
      for (const action of steps) {
        world.run(action);
        for (const account of world.portfolio.accounts()) {
          for (const holding of account.holdings()) if (holding.basis.lots === 0 || holding.isSpot) expect(holding.isolated.amount).toBe(0n);
          for (const held of account.currencies) expect(account.available(held).plus(account.locked(held)).toFixed()).toBe(account.balance(held).toFixed());
        }
        expect(world.portfolio.residual()).toBe(0n);
      }
      const cross = new World();
      for (const action of steps) cross.run(action);
      expect(world.portfolio.equityMoney()).toBe(cross.portfolio.equityMoney());          // setting margin aside moves no money
    }), { numRuns: 200 });
  });

  it('REQ-B46 asking for a report in between changes nothing afterwards', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const quiet = new World();
      const watched = new World();
      for (const action of steps) {
        quiet.run(action);
        watched.run(action);
        watched.portfolio.attribution();
        watched.portfolio.strategy('a').attribution();
      }
      expect(watched.portfolio.attribution()).toEqual(quiet.portfolio.attribution());
    }), { numRuns: 100 });
  });

  it('the account holds what the strategies hold, and their attributions add up to that of the whole', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const live = new World();
      for (const action of steps) live.run(action);
      for (const account of live.portfolio.accounts()) {
        for (const holding of account.holdings()) {
          expect(holding.basis.lots).toBe(holding.positions.reduce((sum, position) => sum + position.lots, 0));
          expect(holding.basis.traded).toBe(holding.positions.reduce((sum, position) => sum + position.traded, 0n));
        }
      }
      const parts = [...live.portfolio.strategyIds, ...(live.portfolio.strategyIds.includes('UNALLOCATED') ? [] : ['UNALLOCATED'])].map((id) => live.portfolio.attributionOf(id).total);
      const difference = parts.reduce((sum, part) => sum + part, 0n) - live.portfolio.attribution().total;
      expect(difference >= -3n && difference <= 3n).toBe(true);                  // each part is rounded once, to 1e-18 dollars
    }), { numRuns: 100 });
  });
});
