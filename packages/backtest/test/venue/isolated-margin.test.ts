import { Instrument, type InstrumentSpec, type Order, Strategy } from '@arb/core';
import { formatMoney } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import { LANE_EXCHANGE, type Lane } from '../../src/replay/lane.ts';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { type SimulateOptions, simulate } from '../../src/testing.ts';
import { type Act, ask, bid, clear, type Message, message, type RigOptions, sameEntry, SPEC, VenueRig } from './venue-rig.ts';

const HOUR = 3_600_000_000;
const INVERSE: Partial<InstrumentSpec> = { quote: 'USD', settle: 'X', isInverse: true, multiplier: '100' };

/** 10x of a balance of 10,000, 1 % for liquidations, no other fees; 0.5 % of maintenance, 1 % from 250,000. */
const ISOLATED: RigOptions['terms'] = {
  entry: sameEntry(1), response: new ConstantLatency(1), fees: () => [{ maker: '0', taker: '0', fromVolume: '0' }], marginMode: 'isolated', maxLeverage: 10,
  balances: [{ currency: 'USD', amount: '10000' }], liquidationFeeRate: '0.01',
  marginTiers: () => [{ fromNotional: 0, initialRate: 0.01, maintenanceRate: 0.005 }, { fromNotional: 250_000, initialRate: 0.02, maintenanceRate: 0.01 }],
};
const COINS: RigOptions['terms'] = { ...ISOLATED, balances: [{ currency: 'X', amount: '10' }] };

const take = (side: 'buy' | 'sell', lots: number, price: number): Act => (desk) => desk.limit(`${side} ${desk.clock.now()}`, side, [lots, price], { timeInForce: 'IOC' });
/** A book that has nothing but these bids and an ask of 1,000 above them. */
const book = (at: number, ...bids: readonly (readonly [price: number, lots: number])[]): Message => message(at, clear, ...bids.map(([price, lots]) => bid(price, lots)), ask(bids[0]![0] + 1, 1_000));

function at(time: number, tell: (rig: VenueRig, time: number) => void): (rig: VenueRig) => Lane {
  let due = time;
  return (rig) => ({ laneClass: LANE_EXCHANGE, nextAt: () => due, step: (now) => { due = Infinity; rig.venue.at(now); tell(rig, now); return 0; } });
}

const mark = (time: number, price: number): ((rig: VenueRig) => Lane) => at(time, (rig, now) => { rig.venue.price(rig.instrument, 'mark', { mantissa: BigInt(price), decimals: 0, at: now }); });
const paid = (time: number, bps: bigint): ((rig: VenueRig) => Lane) => at(time, (rig) => { rig.venue.fundingRate(rig.instrument, { rate: bps, rateDecimals: 4, intervalMicros: 8 * HOUR, settlesAt: time, isSettled: true }); });

function run(options: RigOptions, messages: readonly Message[], lanes: readonly ((rig: VenueRig) => Lane)[] = []): VenueRig {
  const rig = new VenueRig({ sharesMarginTerms: true, ...options, terms: { ...ISOLATED, ...options.terms } });
  return rig.run(messages, HOUR, lanes.map((lane) => lane(rig)));
}

/** Lots, margin set aside and cash; the venue and the strategies' account say the same. */
function state(rig: VenueRig): [lots: number, margin: string, cash: string] {
  const { instrument, kernel, venue } = rig;
  const account = kernel.portfolio.account('TEST');
  const margin = venue.account.isolatedMargin(instrument)!;
  expect(formatMoney(margin)).toBe(account.isolatedMargin(instrument.id)!.toFixed());
  expect(rig.cash(instrument.settle).venue).toBe(rig.cash(instrument.settle).ours);
  expect(venue.account.lots(instrument)).toBe(account.holding(instrument).basis.lots);
  expect([...kernel.portfolio.ledger.trialBalance().values()].every((sum) => sum === 0n)).toBe(true);
  return [venue.account.lots(instrument), formatMoney(margin), formatMoney(rig.cash(instrument.settle).ours)];
}

const insurance = (rig: VenueRig): string => formatMoney(-rig.kernel.portfolio.account('TEST').counter(rig.instrument.settle, 'insurance').balance);

describe('REQ-A38 REQ-D14 isolated margin at the venue', () => {
  const steps: readonly (readonly [at: number, act: Act, after: readonly [number, string, string]])[] = [
    [10, take('buy', 10, 101), [10, '101', '10000']],                      // a tenth of 1,010
    [2_000, take('buy', 10, 121), [20, '222', '10000']],                   // and of 1,210
    [3_000, take('sell', 5, 120), [15, '166.5', '10045']],                 // three quarters of 222; 5 · (120 − 111)
    [4_000, take('sell', 25, 120), [-10, '120', '10180']],                 // 15 · 9, and a tenth of a short of 1,200
  ];

  it.each(['open', 'add', 'reduce', 'flip'].map((name, i) => [name, i + 1] as const))('%s', (_name, count) => {
    const done = steps.slice(0, count);
    const rig = run({ acts: Object.fromEntries(done.map(([time, act]) => [time, act])) }, [book(0, [100, 1_000]), book(1_000, [120, 1_000])]);
    expect(state(rig)).toEqual(done.at(-1)![2]);
  });

  it('an inverse position in its coin', () => {
    const acts = { 10: take('buy', 2, 50), 2_000: take('sell', 1, 80) };
    expect(state(run({ instrument: INVERSE, terms: COINS, acts }, [book(0, [49, 10]), book(1_000, [80, 10])]))).toEqual([1, '0.2', '10.75']);     // 0.4 by half; 2 − 1.25
  });

  it('REQ-D15 funding comes out of the margin', () => {
    expect(state(run({ acts: { 10: take('buy', 10, 101) }, terms: { funding: 'lump-at-mark' } }, [book(0, [100, 1_000])], [mark(1, 100), paid(5_000, 10n)]))).toEqual([10, '100', '9999']);
    expect(state(run({ acts: { 10: take('sell', 10, 100) }, terms: { funding: 'lump-at-mark' } }, [book(0, [100, 1_000])], [mark(1, 100), paid(5_000, 10n)]))).toEqual([-10, '101', '10001']);
  });

  it('a fee is paid from what is free', () => {
    expect(state(run({ acts: { 10: take('buy', 10, 101) }, terms: { fees: () => [{ maker: '0', taker: '0.001', fromVolume: '0' }] } }, [book(0, [100, 1_000])]))).toEqual([10, '101', '9998.99']);
  });
});

describe('REQ-B33 what an isolated position needs must be free', () => {
  it('our risk engine denies what cannot be carried, before it leaves', () => {
    const rig = run({ acts: { 10: take('buy', 991, 101), 20: take('buy', 990, 101) } }, [book(0, [100, 1_000])]);
    expect(rig.log.filter((line) => line.includes('Denied'))).toHaveLength(1);                             // 991 need 10,009.1
    expect(state(rig)).toEqual([990, '9999', '10000']);
  });

  it('the venue refuses what was let through, with both figures', () => {
    const rig = run({ sharesMarginTerms: false, acts: { 10: take('buy', 991, 101) } }, [book(0, [100, 1_000])]);
    expect(rig.log.at(-1)).toMatch(/OrderRejected INSUFFICIENT_MARGIN/);
    expect(rig.events.at(-1)).toMatchObject({ reason: 'needs 10009.1 USD of isolated margin at leverage 10, 10000.00 is free' });
  });

  it('the venue judges a flip by what the position gives back', () => {
    const sell = (lots: number): VenueRig => run({ sharesMarginTerms: false, acts: { 10: take('buy', 900, 101), 2_000: take('sell', lots, 98) } }, [book(0, [100, 1_000]), book(1_000, [98, 2_000])], [mark(1_500, 98)]);
    // 910 are free; 9,090 of margin less 900 · 3 come back: 7,300 carry 744 short at 98.
    expect(sell(900 + 745).log.at(-1)).toMatch(/INSUFFICIENT_MARGIN/);
    expect(sell(900 + 744).venue.account.lots(sell(1).instrument)).toBe(0);
  });

  it('the venue pays spot orders with what is not set aside', () => {
    const rig = run({ acts: { 10: take('buy', 900, 101) } }, [book(0, [100, 1_000])]);
    const spot = new Instrument({ ...SPEC, id: 'X-SPOT.TEST', kind: 'spot' });
    rig.venue.addInstrument(spot);
    const refused = (lots: number): string | undefined => rig.venue.account.refuses({ instrument: spot, sign: 1, reduceOnly: false } as Order, 10, lots)?.reason;
    expect([refused(91), refused(92)]).toEqual([undefined, 'needs 920 USD, has 910']);                     // 9,090 of 10,000 are set aside
  });

  it('reducing needs nothing', () => {
    const rig = run({ sharesMarginTerms: false, acts: { 10: take('buy', 990, 101), 20: take('sell', 5, 100) } }, [book(0, [100, 1_000])]);
    expect(rig.venue.account.lots(rig.instrument)).toBe(985);
  });
});

describe('REQ-A22 liquidation of an isolated position', () => {
  // Long 100 at 101 with 1,010 of margin: 1,010 + 100 · (p − 101) = 0.005 · 100 · p at p = 91.36.
  const LONG: RigOptions = { acts: { 10: take('buy', 100, 101) } };

  it('margin above maintenance is left alone, however little it is', () => {
    expect(state(run(LONG, [book(0, [100, 1_000]), book(1_000, [92, 1_000])], [mark(1, 101), mark(2_000, 92)]))).toEqual([100, '1010', '10000']);
  });

  it('closes at the book; what is left of the margin is free again', () => {
    const rig = run(LONG, [book(0, [100, 1_000]), book(1_000, [95, 1_000])], [mark(1, 101), mark(2_000, 91)]);
    expect(state(rig)).toEqual([0, '0', '9305']);                          // 100 · 6, and 1 % of 9,500
    expect(insurance(rig)).toBe('0');
  });

  it('costs no more than the margin: where the book or the fee goes beyond it, the insurance fund pays', () => {
    const rig = run(LONG, [book(0, [100, 1_000]), book(1_000, [91, 60], [90, 40])], [mark(1, 101), mark(2_000, 91)]);
    expect(state(rig)).toEqual([0, '0', '8990']);
    expect(insurance(rig)).toBe('120.6');                                  // 60 · 10 + 40 · 11, and 1 % of 9,060
    expect(rig.kernel.portfolio.residual()).toBe(0n);
    expect(formatMoney(rig.kernel.portfolio.attributionOf('desk').total)).toBe('-1010');
  });

  it('nor where the book gaps through bankruptcy', () => {
    const rig = run(LONG, [book(0, [100, 1_000]), book(1_000, [20, 1_000])], [mark(1, 101), mark(2_000, 20)]);
    expect(state(rig)).toEqual([0, '0', '8990']);
    expect(insurance(rig)).toBe('7110');                                   // 8,100 + 20 − 1,010
  });

  it('an inverse position loses its coins and no more', () => {
    // 0.4 + 200/50 − 200/p = 0.005 · 200/p at p = 201/4.4 = 45.68
    const acts = { 10: take('buy', 2, 50) };
    expect(state(run({ instrument: INVERSE, terms: COINS, acts }, [book(0, [49, 10])], [mark(1, 50), mark(2_000, 46)]))).toEqual([2, '0.4', '10']);
    const rig = run({ instrument: INVERSE, terms: COINS, acts }, [book(0, [49, 10]), book(1_000, [40, 10])], [mark(1, 50), mark(2_000, 45)]);
    expect(state(rig)).toEqual([0, '0', '9.6']);
    expect(insurance(rig)).toBe('0.65');                                   // 5 − 4 + 0.05 − 0.4
  });

  it('a short is liquidated on the way up', () => {
    // Short 100 at 100, 1,000 of margin: 1,000 + 100 · (100 − p) = 0.5 · p at p = 109.45
    const acts = { 10: take('sell', 100, 100) };
    expect(state(run({ acts }, [book(0, [100, 1_000])], [mark(1, 100), mark(2_000, 109)]))[0]).toBe(-100);
    expect(state(run({ acts }, [book(0, [100, 1_000]), book(1_000, [104, 1_000])], [mark(1, 100), mark(2_000, 110)]))).toEqual([0, '0', '9395']);   // 500 and 105
  });

  it('REQ-D15 funding that eats the margin liquidates at once', () => {
    // At 92 the position is worth 110 and needs 46; 1 % of 9,200 leaves 18.
    const rig = run({ ...LONG, terms: { funding: 'lump-at-mark' } }, [book(0, [100, 1_000]), book(1_000, [92, 1_000])], [mark(1, 101), mark(2_000, 92), paid(5_000, 100n)]);
    expect(state(rig)).toEqual([0, '0', '8990']);
    expect(insurance(rig)).toBe('74');                                     // 92 paid, 900 lost, 92 of fee, less 1,010
  });

  it('funding beyond the margin is not the account\'s either', () => {
    const rig = run({ ...LONG, terms: { funding: 'lump-at-mark' } }, [book(0, [100, 1_000])], [mark(1, 101), paid(5_000, 2_000n)]);
    expect(state(rig)).toEqual([0, '0', '8990']);                          // 2,020 paid, 100 lost, 100 of fee, less 1,010
    expect(insurance(rig)).toBe('1210');
  });

  it('orders that rest go first, and an empty side waits for the next mark', () => {
    const acts = { ...LONG.acts, 500: (desk: Parameters<Act>[0]): void => { desk.limit('rest', 'sell', [1, 500]); } };
    const rig = run({ acts }, [book(0, [100, 1_000]), message(1_000, clear, ask(120, 5)), book(3_000, [95, 1_000])], [mark(1, 101), mark(2_000, 91), mark(4_000, 91)]);
    expect(rig.order('rest').status).toBe('CANCELED');
    expect(state(rig)).toEqual([0, '0', '9305']);
  });

  it('without tiers it is taken as unleveraged, at the venue as in the account', () => {
    const rig = new VenueRig({ terms: { ...ISOLATED, marginTiers: () => [] }, acts: { 10: take('buy', 10, 101) } });
    rig.run([book(0, [100, 1_000])]);
    expect(formatMoney(rig.venue.account.isolatedMargin(rig.instrument)!)).toBe('1010');
  });
});

const BTC = 'BTCUSDT-PERP.BYBIT';
const ETH = 'ETHUSDT-PERP.BYBIT';

/** Buys and sells what the test says. */
class Hand extends Strategy {
  take(instrumentId: string, side: 'buy' | 'sell', quantity: string): void { this.submit(this.order.market({ instrumentId, side, quantity })); }
  buyAt(instrumentId: string, quantity: string, price: string): Order {
    const order = this.order.limit({ instrumentId, side: 'buy', quantity, price });
    this.submit(order);
    return order;
  }
}

/** Long 1 BTC at 50,000 and 10 ETH at 2,000, with 20,000 USDT at Bybit's fees, at 10x. */
function bothLong(margin: NonNullable<SimulateOptions['margin']>[string]): ReturnType<typeof simulate<typeof Hand>> {
  const sim = simulate(Hand, {}, { balances: { BYBIT: ['20000 USDT'] }, margin: { BYBIT: { maxLeverage: 10, ...margin } } });
  sim.book(BTC, { bid: '49999.9', ask: '50000', size: '100' });
  sim.book(ETH, { bid: '1999.99', ask: '2000', size: '1000' });
  sim.advance({ ms: 1 });
  sim.strategy.take(BTC, 'buy', '1');
  sim.strategy.take(ETH, 'buy', '10');
  sim.advance({ ms: 100 });
  return sim;
}

function fall(sim: ReturnType<typeof bothLong>, id: string, to: number): void {
  sim.book(id, { bid: String(to), ask: String(to + 1), size: '1000' });
  sim.price(id, 'mark', String(to));
  sim.advance({ ms: 100 });
}

describe('REQ-A38 cross and isolated side by side', () => {
  const held = (sim: ReturnType<typeof bothLong>): string[] => [BTC, ETH].map((id) => sim.kernel.portfolio.account('BYBIT').quantity(id)!.toFixed());
  const cash = (sim: ReturnType<typeof bothLong>): string => sim.kernel.portfolio.account('BYBIT').balance('USDT').toFixed();
  const MIXED = { instruments: { [BTC]: { marginMode: 'isolated' } } } as const;

  it('the isolated position is liquidated alone, and costs its margin', () => {
    const sim = bothLong(MIXED);
    expect([held(sim), cash(sim)]).toEqual([['1', '10'], '19961.5']);                                       // 0.055 % of 70,000
    fall(sim, BTC, 45_227);
    expect(held(sim)).toEqual(['1', '10']);
    fall(sim, BTC, 45_226);
    expect([held(sim), cash(sim)]).toEqual([['0', '10'], '15135.4901']);                                   // 4,774 lost, 0.115 % of 45,226: of 5,000, 173.9901 are left
    expect(sim.kernel.portfolio.residual()).toBe(0n);
  });

  it('a gap costs the isolated position its margin and the cross one nothing', () => {
    const sim = bothLong(MIXED);
    fall(sim, BTC, 30_000);
    expect([held(sim), cash(sim)]).toEqual([['0', '10'], '14961.5']);
    expect(sim.kernel.portfolio.account('BYBIT').available('USDT').toFixed()).toBe('12961.455');            // less 0.05 and 1,999.995 of the cross position at the mid
  });

  it('cross positions may lose all but what is set aside', () => {
    const sim = bothLong(MIXED);
    fall(sim, ETH, 508);
    expect(held(sim)).toEqual(['1', '10']);                                                                // 14,961.5 − 14,920 = 41.5, needed 25.4
    fall(sim, ETH, 506);
    expect(held(sim)).toEqual(['1', '0']);
    expect(sim.kernel.portfolio.account('BYBIT').isolatedMargin(BTC)!.toFixed()).toBe('5000');
  });

  it('all cross: the same fall takes what both share', () => {
    const sim = bothLong({});
    fall(sim, BTC, 45_226);
    expect(held(sim)).toEqual(['1', '10']);
    fall(sim, BTC, 30_000);
    expect(held(sim)).toEqual(['0', '0']);
  });

  it('all isolated, each at its own leverage', () => {
    const sim = bothLong({ marginMode: 'isolated', instruments: { [ETH]: { leverage: 5 } } });
    const account = sim.kernel.portfolio.account('BYBIT');
    expect([BTC, ETH].map((id) => account.isolatedMargin(id)!.toFixed())).toEqual(['5000', '4000']);
    expect([account.locked('USDT').toFixed(), account.available('USDT').toFixed()]).toEqual(['9000', '10961.5']);
  });

  it('coins bought at spot are paid with what is not set aside', () => {
    const SPOT = 'BTCUSDT.BYBIT';
    const sim = bothLong({ marginMode: 'isolated' });
    sim.book(SPOT, { bid: '49999.99', ask: '50000', size: '100' });
    expect(sim.strategy.buyAt(SPOT, '0.27', '50000')).toMatchObject({ status: 'DENIED', denial: { code: 'INSUFFICIENT_BALANCE' } });           // 13,500; 19,961.5 − 7,000 are free
  });
});
