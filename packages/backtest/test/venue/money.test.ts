import type { InstrumentSpec } from '@arb/core';
import { formatMoney, POW10, toMoney } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { type Act, ask, bid, boughtAt, deep, type Message, message, type RigOptions, sameEntry, soldAt, take, tellAt, type TERMS, type Told, VenueRig } from './venue-rig.ts';

const HOUR = 3_600_000_000;
const INVERSE: Partial<InstrumentSpec> = { quote: 'USD', settle: 'X', isInverse: true, multiplier: '100' };
const AT_ONCE: RigOptions['terms'] = { entry: sameEntry(1), response: new ConstantLatency(1) };
const FREE: RigOptions['terms'] = { fees: () => [{ maker: '0', taker: '0', fromVolume: '0' }] };

const mark = (time: number, price: number): Told => tellAt(time, (rig, now) => { rig.venue.price(rig.instrument, 'mark', { mantissa: BigInt(price), decimals: 0, at: now }); });
/** A rate known at `knownAt` for the settlement at `settlesAt`; in 1e-4. */
function rate(knownAt: number, of: { readonly settlesAt: number; readonly bps: bigint; readonly hours?: number; readonly isSettled?: boolean }): Told {
  return tellAt(knownAt, (rig) => { rig.venue.fundingRate(rig.instrument, { rate: of.bps, rateDecimals: 4, intervalMicros: (of.hours ?? 8) * HOUR, settlesAt: of.settlesAt, isSettled: of.isSettled ?? false }); });
}

/** A run with funding; what was paid, as `settlement hour amount`. */
function funded(options: RigOptions, messages: readonly Message[], lanes: readonly Told[]): { rig: VenueRig; paid: string[]; told: string[] } {
  const rig = new VenueRig({ ...options, terms: { ...AT_ONCE, ...FREE, funding: 'lump-at-mark', ...options.terms } });
  const paid: string[] = [];
  const told: string[] = [];
  rig.kernel.cache.state(rig.instrument.id).onFeed = [({ state, stream, reason, gap }) => { told.push(`${stream} ${state} ${gap!.from / HOUR}h ${reason}`); }];
  const { applyFunding } = rig.kernel.portfolio;
  rig.kernel.portfolio.applyFunding = function (...args: Parameters<typeof applyFunding>): ReturnType<typeof applyFunding> {
    paid.push(`${args[1].settlesAt / HOUR}h ${formatMoney(args[1].amount)}`);
    return applyFunding.apply(rig.kernel.portfolio, args);
  };
  rig.run(messages, 8 * 24 * HOUR, lanes.map((lane) => lane(rig)));          // boundaries follow each other without end
  return { rig, paid, told };
}

describe('§10.1 REQ-D14 linear contracts', () => {
  it('§10.1 bought 2 at 100, sold 2 at 101, maker −1 bp: balance +2 and the rebate of 0.0402', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('in', 'buy', [2, 100]), 20_000: (desk) => desk.limit('out', 'sell', [2, 101]) } });
    rig.run([message(0, bid(99, 1), ask(102, 1)), message(10_000, soldAt(100, 2)), message(30_000, boughtAt(101, 2))]);
    expect(rig.fills).toEqual(['2@100', '2@101']);
    expect(rig.book).toEqual({ position: 0, cash: '2', fees: '-0.0402' });
    expect(formatMoney(rig.cash().ours - toMoney('1000000000'))).toBe('2.0402');
  });

  it('§10.7 venue and ledger agree to the last unit', () => {
    const rig = new VenueRig({ acts: { 2_000: take('buy', 7, 101), 20_000: take('sell', 3, 100), 40_000: take('sell', 9, 100) } });
    rig.run([deep(100), deep(100, 30_000)]);
    const { venue, ours } = rig.cash();
    expect(venue).toBe(ours);
    expect(rig.kernel.portfolio.residual()).toBe(0n);
    expect([...rig.kernel.portfolio.ledger.trialBalance().values()].every((sum) => sum === 0n)).toBe(true);
  });
});

describe('§10.2 REQ-D14 inverse contracts', () => {
  const terms: RigOptions['terms'] = { ...AT_ONCE, ...FREE, balances: [{ currency: 'X', amount: '1000' }] };

  it('§10.2 profit in the coin: contract · quantity · (1/entry − 1/exit)', () => {
    const rig = new VenueRig({ instrument: INVERSE, terms, acts: { 10: take('buy', 2, 50), 2_000: take('sell', 2, 80) } });
    rig.run([message(0, bid(49, 10), ask(50, 10)), message(1_000, ask(50, 0), bid(80, 10), ask(81, 10))]);
    expect(rig.fills).toEqual(['2@50', '2@80']);
    expect(formatMoney(rig.cash('X').ours - toMoney('1000'))).toBe('1.5');             // 200/50 − 200/80
    expect(rig.cash('X').venue).toBe(rig.cash('X').ours);
  });

  it('§10.2 REQ-D15 funding in the coin: −position · contract / mark · rate', () => {
    const { paid } = funded({ instrument: INVERSE, terms: { ...terms, funding: 'lump-at-mark' }, acts: { 10: take('buy', 2, 50) } }, [message(0, bid(49, 10), ask(50, 10))], [
      rate(1, { settlesAt: 8 * HOUR, bps: 10n }), mark(2, 40), rate(8 * HOUR + 5, { settlesAt: 8 * HOUR, bps: 10n, isSettled: true }),
    ]);
    expect(paid).toEqual(['8h -0.005']);                                            // 200/40 = 5 coins at 0.001
  });
});

describe('§10.3 REQ-D14 fees', () => {
  const fees = (...tiers: ReturnType<typeof TERMS.fees>): RigOptions['terms'] => ({ ...AT_ONCE, fees: () => tiers });
  const acts = { 10: take('buy', 10, 101), 20: take('sell', 4, 100) };

  it('by value', () => {
    expect(new VenueRig({ terms: fees({ maker: '0', taker: '0.0005', fromVolume: '0' }), acts }).run([deep(100)]).book.fees).toBe('0.705');       // 1,010 and 400
  });

  it('by quantity', () => {
    expect(new VenueRig({ terms: fees({ maker: '0', taker: '0.25', fromVolume: '0', basis: 'quantity' }), acts }).run([deep(100)]).book.fees).toBe('3.5');
  });

  it('flat per fill', () => {
    expect(new VenueRig({ terms: fees({ maker: '0', taker: '1.5', fromVolume: '0', basis: 'fill' }), acts }).run([deep(100)]).book.fees).toBe('3');
  });

  it('with a surcharge of the seller, and of the buyer', () => {
    expect(new VenueRig({ terms: fees({ maker: '0', taker: '0.0005', fromVolume: '0', sellSurcharge: '0.001' }), acts }).run([deep(100)]).book.fees).toBe('1.105');
    expect(new VenueRig({ terms: fees({ maker: '0', taker: '0.0005', fromVolume: '0', buySurcharge: '0.001' }), acts }).run([deep(100)]).book.fees).toBe('1.715');
  });

  it('makers and takers pay their own', () => {
    const rig = new VenueRig({ terms: fees({ maker: '-0.0002', taker: '0.0005', fromVolume: '0' }), acts: { 10: (desk) => desk.limit('own', 'buy', [5, 99]) } });
    rig.run([deep(100), message(100, soldAt(99, 5))]);
    expect(rig.book.fees).toBe('-0.099');
  });

  const TIERED = fees({ maker: '0', taker: '0.001', fromVolume: '0' }, { maker: '0', taker: '0.0005', fromVolume: '1500' });

  it('a tier begins with the fill after the one that crosses its volume', () => {
    const rig = new VenueRig({ terms: TIERED, acts: { 10: take('buy', 10, 101), 20: take('buy', 10, 101), 30: take('buy', 10, 101) } });
    rig.run([deep(100)]);
    const charged = rig.events.flatMap((event) => (event.type === 'OrderFilled' && 'report' in event ? [formatMoney(event.report.fee)] : []));
    expect(charged).toEqual(['1.01', '1.01', '0.505']);
  });

  it('volume is the account\'s: what one instrument trades counts for another on the same table', () => {
    const other = 'Y-PERP.TEST';
    const buy: Act = (desk) => desk.send('other', desk.order.limit({ instrumentId: other, side: 'buy', quantity: 10, price: 101, timeInForce: 'IOC' }));
    const rig = new VenueRig({ terms: TIERED, acts: { 10: take('buy', 20, 101), 20: buy } });
    const instrument = rig.kernel.addInstrument({ ...rig.instrument.spec, id: other, base: 'Y' });
    rig.kernel.portfolio.account('TEST').setMarginTiers(instrument, [{ notionalFrom: '0', initialRate: '0.0001', maintenanceRate: '0.00005' }]);
    const book = rig.kernel.bookOf(instrument);
    const engine = rig.venue.addInstrument(instrument);
    engine.replace([[100, 1_000]], [[101, 1_000]]);
    book.setBid(100, 1_000);
    book.setAsk(101, 1_000);
    rig.kernel.bookUpdated(book, 0);
    rig.run([deep(100)]);
    const charged = rig.events.flatMap((event) => (event.type === 'OrderFilled' && 'report' in event ? [formatMoney(event.report.fee)] : []));
    expect(charged).toEqual(['2.02', '0.505']);
  });

  it('volume counts for thirty days', () => {
    const DAY = 24 * HOUR;
    const rig = new VenueRig({ terms: TIERED, acts: { 10: take('buy', 20, 101), [29 * DAY]: take('sell', 1, 100), [30 * DAY]: take('sell', 1, 100) } });
    rig.run([deep(100)]);
    const charged = rig.events.flatMap((event) => (event.type === 'OrderFilled' && 'report' in event ? [formatMoney(event.report.fee)] : []));
    expect(charged).toEqual(['2.02', '0.05', '0.1']);
  });
});

describe('§10.4 REQ-D15 funding', () => {
  it.each([
    ['a long pays a positive rate', 'buy', 2, 50_000, 1n, 'settles 8h -10'],
    ['a short pays a negative rate', 'sell', 3, 2_000, -2n, 'settles 8h -1.2'],
    ['a short receives a positive rate', 'sell', 1, 60_000, 1n, 'settles 8h 6'],
  ] as const)('§10.4 %s', (_name, side, lots, price, bps, expected) => {
    const { paid } = funded({ acts: { 10: take(side, lots, side === 'buy' ? price + 1 : price) } }, [deep(price)], [
      rate(1, { settlesAt: 8 * HOUR, bps }), mark(2, price), rate(8 * HOUR + 1_000, { settlesAt: 8 * HOUR, bps, isSettled: true }),
    ]);
    expect(paid.map((line) => `settles ${line}`)).toEqual([expected]);
  });

  it('§10.4 short 1 at 60,000, 1 bp every 8 h for 7 days: 21 settlements, +126', () => {
    const { rig, paid } = funded({ acts: { 10: take('sell', 1, 60_000) } }, [deep(60_000)], [
      mark(2, 60_000), ...Array.from({ length: 21 }, (_, i) => [rate(1 + 8 * HOUR * i, { settlesAt: 8 * HOUR * (i + 1), bps: 1n }), rate(8 * HOUR * (i + 1) + 59_000, { settlesAt: 8 * HOUR * (i + 1), bps: 1n, isSettled: true })]).flat(),
    ]);
    expect(paid).toHaveLength(21);
    expect(formatMoney(rig.cash().ours - toMoney('1000000000'))).toBe('126');
    expect(rig.cash().venue).toBe(rig.cash().ours);
  });
});

describe('§10.5 REQ-D15 when funding is settled', () => {
  const settled = (hour: number, knownAt = hour * HOUR): Told => rate(knownAt, { settlesAt: hour * HOUR, bps: 1n, isSettled: true });
  const LONG = { 10: take('buy', 1, 101) };

  it.each([6, 12])('§10.5 rows every %d h: still three settlements a day, each once', (hours) => {
    const rows = Array.from({ length: 24 / hours + 1 }, (_, i) => deep(100, i * hours * HOUR));
    const { paid } = funded({ acts: LONG }, rows, [mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), settled(8), settled(16), settled(24), settled(24, 24 * HOUR + 7)]);
    expect(paid).toEqual(['8h -0.01', '16h -0.01', '24h -0.01']);
  });

  it('§10.5 fills before the boundary count, fills at it and after do not, however late the rate is known', () => {
    const entry = sameEntry(1);
    const { paid } = funded({ terms: { entry }, acts: { ...LONG, [8 * HOUR - 2]: take('buy', 4, 101), [8 * HOUR - 1]: take('buy', 30, 101), [8 * HOUR + 5]: take('buy', 100, 101) } }, [deep(100)], [
      mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), settled(8, 8 * HOUR + 111_000_000),
    ]);
    expect(paid).toEqual(['8h -0.05']);
  });

  it('§10.5 a resting order that a trade fills at the very boundary does not count', () => {
    const { paid } = funded({ acts: { ...LONG, 20: (desk) => desk.limit('maker', 'buy', [5, 99]) } }, [deep(100), message(8 * HOUR, soldAt(98, 5))], [
      mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), settled(8, 8 * HOUR + 5),
    ]);
    expect(paid).toEqual(['8h -0.01']);
  });

  it('§10.5 the mark at the boundary counts, one after it does not', () => {
    const { paid } = funded({ acts: LONG }, [deep(100)], [
      mark(2, 100), mark(8 * HOUR, 200), mark(8 * HOUR + 1, 900), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), settled(8, 8 * HOUR + 59_000),
    ]);
    expect(paid).toEqual(['8h -0.02']);
  });

  it('§10.5 data without predictions: the first settlement is paid too, with position and mark as they were', () => {
    const { paid } = funded({ acts: { ...LONG, [8 * HOUR + 5]: take('buy', 100, 101) } }, [deep(100)], [mark(2, 100), mark(8 * HOUR + 100, 900), settled(8, 8 * HOUR + 1_000), settled(16)]);
    expect(paid).toEqual(['8h -0.01', '16h -9.09']);
  });

  it('§10.5 data without predictions: the first settlement takes the mark of its boundary, however many came until its rate was known', () => {
    const later = Array.from({ length: 3_000 }, (_, i) => mark(8 * HOUR + 1 + i, 900 + i));
    const { paid } = funded({ acts: LONG }, [deep(100)], [mark(2, 300), mark(8 * HOUR, 100), ...later, settled(8, 8 * HOUR + 5_000)]);
    expect(paid).toEqual(['8h -0.01']);
  });

  it('§10.5 a prediction of the period after next does not move the mark of the next', () => {
    const { paid } = funded({ acts: LONG }, [deep(100)], [
      mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), rate(3, { settlesAt: 16 * HOUR, bps: 1n }), mark(8 * HOUR + 1, 200), mark(8 * HOUR + 2, 300), settled(8, 8 * HOUR + 5),
    ]);
    expect(paid).toEqual(['8h -0.01']);
  });

  it('§10.5 a rate whose stamp is a little off belongs to its boundary, one that is far off to none before it', () => {
    const { paid } = funded({ acts: LONG }, [deep(100)], [mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), rate(8 * HOUR + 9_000, { settlesAt: 8 * HOUR + 4_000, bps: 3n, isSettled: true })]);
    expect(paid).toEqual(['8h -0.03']);
  });

  it('§10.5 an interval that changes is followed', () => {
    const { paid } = funded({ acts: LONG }, [deep(100)], [
      mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), rate(3 * HOUR, { settlesAt: 4 * HOUR, bps: 1n, hours: 4 }),
      rate(4 * HOUR + 9, { settlesAt: 4 * HOUR, bps: 1n, hours: 4, isSettled: true }), rate(5 * HOUR, { settlesAt: 8 * HOUR, bps: 1n, hours: 4 }), rate(8 * HOUR + 9, { settlesAt: 8 * HOUR, bps: 2n, hours: 4, isSettled: true }),
    ]);
    expect(paid).toEqual(['4h -0.01', '8h -0.02']);
  });

  it('§10.5 a payment whose price is not known stops the run: it is never skipped', () => {
    expect(() => funded({ acts: LONG, terms: { funding: 'hourly-at-oracle' } }, [deep(100)], [rate(1, { settlesAt: 8 * HOUR, bps: 1n }), settled(8)])).toThrow(/needs an? oracle price and the data has none/);
  });

  it('§10.5 a rate that never comes is told: nothing was booked, and that is said', () => {
    const { paid, told } = funded({ acts: LONG }, [deep(100)], [mark(2, 100), rate(1, { settlesAt: 8 * HOUR, bps: 1n }), rate(9 * HOUR, { settlesAt: 16 * HOUR, bps: 1n }), settled(16)]);
    expect(paid).toEqual(['16h -0.01']);
    expect(told[0]).toBe('funding BROKEN 8h no settled rate for the funding of 1970-01-01T08:00:00Z: nothing was booked for it');
  });

  it('REQ-D15 Hyperliquid: hourly at the oracle price', () => {
    const oracle = tellAt(3, (rig, now) => { rig.venue.price(rig.instrument, 'oracle', { mantissa: 1005n, decimals: 1, at: now }); });
    const { paid } = funded({ acts: LONG, terms: { funding: 'hourly-at-oracle' } }, [deep(100)], [
      oracle, mark(4, 500), rate(1, { settlesAt: HOUR, bps: 1n, hours: 1 }), rate(HOUR + 59_000, { settlesAt: HOUR, bps: 2n, hours: 1, isSettled: true }),
    ]);
    expect(paid).toEqual(['1h -0.0201']);
  });
});

describe('§10.6 REQ-D14 liquidation', () => {
  const margin: RigOptions['terms'] = {
    ...AT_ONCE, ...FREE, maxLeverage: 1_000, balances: [{ currency: 'USD', amount: '1000' }], liquidationFeeRate: '0.01',
    marginTiers: () => [{ fromNotional: 0, initialRate: 0.001, maintenanceRate: 0.005 }, { fromNotional: 250_000, initialRate: 0.001, maintenanceRate: 0.01 }],
  };
  const OPEN = { 10: take('buy', 5, 50_000) };
  const book = [message(0, bid(49_000, 3), bid(48_900, 9), ask(50_000, 9))];

  it('§10.6 long 5 at 50,000 with equity 1,000; mark 49,500: closed at what the book pays', () => {
    const rig = new VenueRig({ terms: margin, acts: OPEN });
    rig.run(book, Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_500)(rig)]);
    expect(rig.venue.account.lots(rig.instrument)).toBe(0);
    expect(rig.book.position).toBe(0);
    // 3 at 49,000 and 2 at 48,900 lose 5,200; 1 % of 244,800 is the fee of the liquidation.
    expect(formatMoney(rig.cash().ours)).toBe('-6648');
    expect(rig.cash().venue).toBe(rig.cash().ours);
  });

  it('§10.6 equity that covers the maintenance margin is left alone', () => {
    const rig = new VenueRig({ terms: { ...margin, balances: [{ currency: 'USD', amount: '3738' }] }, acts: OPEN });
    rig.run(book, Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_500)(rig)]);           // 3,738 − 2,500 = 1,238, needed 0.5 % of 247,500 = 1,237.5
    expect(rig.venue.account.lots(rig.instrument)).toBe(5);
  });

  it.each([['4227', 6], ['4226', 0]])('§10.6 in the second tier the margin is one hundredth less 1,250, so that it does not jump at the step: equity %s before the fall leaves %d lots', (amount, lots) => {
    const rig = new VenueRig({ terms: { ...margin, balances: [{ currency: 'USD', amount }] }, acts: { 10: take('buy', 6, 50_000) } });
    rig.run(book, Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_583)(rig)]);            // 6 lose 417 each: 2,502; 1 % of 297,498 less 1,250 is 1,724.98
    expect(rig.venue.account.lots(rig.instrument)).toBe(lots);
  });

  it('§10.6 what we have taken is not there for the liquidation either, nor what the liquidation has taken for us', () => {
    const rig = new VenueRig({ terms: margin, acts: { ...OPEN, 500: take('sell', 2, 49_000), 1_100: take('sell', 3, 49_000) } });
    rig.run(book, Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_500)(rig)]);
    // 2 at 49,000 by us; then 1 at 49,000 and 2 at 48,900 lose 5,200 with them, 1 % of 146,800 is the fee; then nothing is left at 49,000.
    expect(formatMoney(rig.cash().ours)).toBe('-5668');
    expect(rig.book.position).toBe(0);
  });

  it.each([[900_000, 5], [1_000_100, 0]])('§10.6 a venue whose data has no marks judges by its mid, once a second: with the fall at %d µs it leaves %d lots', (at, lots) => {
    const rig = new VenueRig({ terms: { ...margin, balances: [{ currency: 'USD', amount: '10000' }] }, acts: OPEN });
    rig.run([message(0, bid(49_000, 3), bid(48_900, 9), ask(50_000, 9)), message(100, bid(48_000, 1)), message(at, bid(49_000, 0), bid(48_900, 0), bid(40_000, 9), ask(50_000, 0), ask(40_001, 9))]);
    expect(rig.venue.account.lots(rig.instrument)).toBe(lots);
  });

  it('§10.6 resting orders go first', () => {
    const rig = new VenueRig({ terms: margin, acts: { ...OPEN, 500: (desk) => desk.limit('rest', 'sell', [1, 51_000]) } });
    rig.run(book, Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_500)(rig)]);
    expect(rig.order('rest').status).toBe('CANCELED');
  });

  it('§10.6 an order that waits for its trigger ends too: it would open a position on what is gone', () => {
    const stop: Act = (desk) => desk.send('stop', desk.order.stopMarket({ instrumentId: desk.cache.instruments()[0]!.id, side: 'sell', quantity: 5, triggerPrice: 48_500 }));
    const rig = new VenueRig({ terms: margin, acts: { ...OPEN, 500: stop } });
    rig.run([...book, message(2_000, soldAt(48_400, 1))], Infinity, [mark(1, 50_000)(rig), mark(1_000, 49_500)(rig)]);
    expect(rig.order('stop').status).toBe('CANCELED');
    expect(rig.venue.account.lots(rig.instrument)).toBe(0);
  });

  it('an order the account cannot carry is refused by the venue, with both figures', () => {
    const rig = new VenueRig({ terms: { ...margin, maxLeverage: 10 }, acts: OPEN });
    rig.run(book);
    expect(rig.log.at(-1)).toMatch(/OrderRejected INSUFFICIENT_MARGIN/);
  });
});

describe('§10.7 exactness', () => {
  it('Σ fills · price is the cash, in integers', () => {
    const rig = new VenueRig({ instrument: { priceIncrement: '0.1', sizeIncrement: '0.001' }, terms: FREE, acts: { 2_000: (desk) => desk.limit('own', 'buy', [0.777, 100.3], { timeInForce: 'IOC' }) } });
    rig.run([message(0, bid(1_000, 5), ask(1_001, 333), ask(1_002, 111), ask(1_003, 999))]);
    const sum = rig.events.reduce((total, event) => (event.type === 'OrderFilled' && 'report' in event ? total + BigInt(event.report.lots) * BigInt(event.report.tick) : total), 0n);
    expect(rig.kernel.portfolio.position('desk', rig.instrument.id)!.traded).toBe(sum * POW10[14]!);
  });
});
