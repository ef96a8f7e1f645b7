import { Instrument, type InstrumentSpec } from '@arb/core';
import { divideHalfEven, formatMoney, type FundingPaymentReport, INDEX_DECIMALS, POW10, toMoney } from '@arb/core/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContinuousFunding } from '../../src/venue/continuous-funding.ts';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { type Act, bid, deep, type Message, message, type RigOptions, sameEntry, SPEC, take, tellAt, type Told, VenueRig } from './venue-rig.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const INVERSE: Partial<InstrumentSpec> = { quote: 'USD', settle: 'X', isInverse: true, multiplier: '100' };
const TERMS: NonNullable<RigOptions['terms']> = {
  entry: sameEntry(1), response: new ConstantLatency(1), fees: () => [{ maker: '0', taker: '0', fromVolume: '0' }], funding: 'continuous-index',
  balances: [{ currency: 'USD', amount: '1000000000' }, { currency: 'X', amount: '1000000000' }],
};

const price = (time: number, kind: 'mark' | 'index' | 'oracle', mantissa: bigint, decimals = 1): Told => tellAt(time, (rig, at) => { rig.venue.price(rig.instrument, kind, { mantissa, decimals, at }); });

interface Rate { readonly rate: bigint; readonly hours?: number; readonly settlesAt?: number; readonly isSettled?: boolean; readonly index?: bigint }
/** A rate at 7 decimals; an index at 4. */
const rate = (time: number, of: Rate): Told => tellAt(time, (rig) => {
  rig.venue.fundingRate(rig.instrument, {
    rate: of.rate, rateDecimals: 7, intervalMicros: (of.hours ?? 8) * HOUR, settlesAt: of.settlesAt ?? time, isSettled: of.isSettled ?? true,
    index: of.index === undefined ? undefined : { mantissa: of.index, decimals: 4 },
  });
});

interface Scenario { readonly isInverse?: boolean; readonly acts: Readonly<Record<number, Act>>; readonly told: readonly Told[]; readonly until: number; readonly terms?: RigOptions['terms']; readonly messages?: readonly Message[] }

/** Runs a scenario; every payment that was booked, as `µs amount`, and its report. */
function run({ isInverse = false, acts, told, until, terms, messages = [deep(60_000)] }: Scenario): { readonly rig: VenueRig; readonly paid: string[]; readonly reports: FundingPaymentReport[]; readonly feed: string[] } {
  const rig = new VenueRig({ acts, terms: { ...TERMS, ...terms }, ...(isInverse ? { instrument: INVERSE } : {}) });
  const reports: FundingPaymentReport[] = [];
  const feed: string[] = [];
  rig.kernel.cache.state(rig.instrument.id).onFeed = [({ state, stream, reason }) => { feed.push(`${stream} ${state} ${reason}`); }];
  const { applyFunding } = rig.kernel.portfolio;
  rig.kernel.portfolio.applyFunding = function (...args: Parameters<typeof applyFunding>): ReturnType<typeof applyFunding> {
    reports.push(args[1]);
    return applyFunding.apply(rig.kernel.portfolio, args);
  };
  rig.kernel.portfolio.setRate('X', 60_000n, 0);
  rig.run(messages, until, told.map((lane) => lane(rig)));
  return { rig, paid: reports.map(({ settlesAt, amount }) => `${settlesAt} ${formatMoney(amount)}`), reports, feed };
}

/** Long from 11 µs to 11 µs + `held`. */
const holding = (lots: number, held: number): Record<number, Act> => ({ 10: take('buy', lots, 60_001), [10 + held]: take('sell', lots, 60_000) });
/** A rate announced at once and settled at its boundary. */
const lump = (hours: number, of: bigint): Told[] => [rate(1, { rate: 0n, hours, settlesAt: hours * HOUR, isSettled: false }), rate(hours * HOUR + 59_000, { rate: of, hours, settlesAt: hours * HOUR })];
const parts = ({ kernel }: VenueRig): { readonly paid: string; readonly accrued: string } => {
  const { fundingPaid, fundingAccrued } = kernel.portfolio.attribution();
  return { paid: formatMoney(fundingPaid), accrued: formatMoney(fundingAccrued) };
};

describe('REQ-D15 one position, three conventions, to the last unit', () => {
  it.each([
    ['3 · 60,007.3 · 0.0001234', 'linear', 'lump-at-mark', lump(8, 1_234n), '-22.21470246'],
    ['3 · 60,001.1 · 0.0000154', 'linear', 'hourly-at-oracle', lump(1, 154n), '-2.77205082'],
    ['3 · 60,001.1 · 0.0001234 · (1 h + 1 µs) / 8 h', 'linear', 'continuous-index', [rate(1, { rate: 1_234n })], '-2.77655090327126414'],
    ['200 / 60,007.3 · 0.0001234', 'inverse', 'lump-at-mark', lump(8, 1_234n), '-0.000000411283293866'],
    ['200 / 60,001.1 · 0.0000154', 'inverse', 'hourly-at-oracle', lump(1, 154n), '-0.000000051332392239'],
    ['200 / 60,001.1 · 0.0001234 · (1 h + 1 µs) / 8 h', 'inverse', 'continuous-index', [rate(1, { rate: 1_234n })], '-0.000000051415724059'],
  ] as const)('%s: %s, %s', (_formula, kind, funding, rates, expected) => {
    const isInverse = kind === 'inverse';
    const lots = isInverse ? 2 : 3;
    const { rig, reports } = run({
      isInverse, acts: funding === 'continuous-index' ? holding(lots, HOUR + 1) : { 10: take('buy', lots, 60_001) }, until: 9 * HOUR, terms: { funding },
      told: [...rates, price(2, 'oracle', 600_011n), price(3, 'mark', 600_073n)],
    });
    expect(reports.map(({ amount, convention, lots: held }) => [formatMoney(amount), convention, held])).toEqual([[expected, funding, lots]]);
    const { venue, ours } = rig.cash(isInverse ? 'X' : 'USD');
    expect(venue).toBe(ours);
    expect(rig.kernel.portfolio.residual()).toBe(0n);
  });
});

describe('REQ-D15 REQ-B46 funding by a continuous index', () => {
  const FLAT_RATE = [rate(1, { rate: 1_000n }), price(2, 'oracle', 60_000n, 0)];              // 1 bp per 8 h: 0.75 an hour for each unit

  it('accrues in equity and attribution minute by minute, and becomes cash when the position is closed', () => {
    const steps = (until: number): ReturnType<typeof parts> => parts(run({ acts: holding(1, 2 * HOUR - 11), told: FLAT_RATE, until }).rig);
    expect(steps(10 * MINUTE)).toEqual({ paid: '0', accrued: '-0.112499997708333333' });      // as stated at the ninth minute, held since 11 µs
    expect(steps(HOUR + 5)).toEqual({ paid: '0', accrued: '-0.749999997708333333' });
    expect(steps(3 * HOUR)).toEqual({ paid: '-1.499999997708333333', accrued: '0' });
  });

  it('any fill pays what had accrued: adding to it, reducing it, turning it', () => {
    const acts = { 10: take('buy', 1, 60_001), [HOUR + 10]: take('buy', 1, 60_001), [2 * HOUR + 10]: take('sell', 1, 60_000), [3 * HOUR + 10]: take('sell', 3, 60_000), [4 * HOUR + 10]: take('buy', 2, 60_001) };
    const { rig, paid, reports } = run({ acts, told: FLAT_RATE, until: 5 * HOUR });
    expect(paid).toEqual([`${HOUR + 11} -0.75`, `${2 * HOUR + 11} -1.5`, `${3 * HOUR + 11} -0.75`, `${4 * HOUR + 11} 1.5`]);
    expect(reports.map(({ lots }) => lots)).toEqual([1, 2, 1, -2]);
    expect(rig.kernel.portfolio.position('desk', rig.instrument.id)!.funding).toBe(toMoney('-1.5'));
    expect(rig.kernel.portfolio.residual()).toBe(0n);
  });

  it('a payment tells the mean rate, the price and the index at both ends', () => {
    const told = [...FLAT_RATE, rate(HOUR + 11, { rate: 3_000n }), price(HOUR + 11, 'oracle', 62_000n, 0)];
    const { reports } = run({ acts: holding(1, 2 * HOUR), told, until: 3 * HOUR });
    const { rate: mean, rateDecimals, price: at, priceDecimals, index } = reports[0]!;
    expect([mean, rateDecimals, at, priceDecimals]).toEqual([200_000_000_000_000n, 18, 62_000n, 0]);        // an hour of 1 bp, an hour of 3 bp
    expect(formatMoney(divideHalfEven(index!.to - index!.from, POW10[18]!))).toBe('3.075');
  });

  it('closing in parts of one order at one stamp pays once', () => {
    const messages = [deep(60_000), message(2 * HOUR - 5, bid(60_000, 2), bid(59_999, 5))];
    const { paid } = run({ acts: { 10: take('buy', 5, 60_001), [2 * HOUR]: take('sell', 5, 59_000) }, told: FLAT_RATE, until: 3 * HOUR, messages });
    expect(paid).toEqual([`${2 * HOUR + 1} -7.499999989583333333`]);
  });

  it('what the index moves between two fills at one stamp is not lost: it stays owed, and the next change pays it', () => {
    const funding = new ContinuousFunding(new Instrument(SPEC), Infinity);
    funding.rate({ rate: 0n, rateDecimals: 4, intervalMicros: 8 * HOUR, index: { mantissa: 0n, decimals: 0 } }, 0, 0);
    const to = (value: bigint, at: number, lots: number): void => { funding.rate({ rate: 0n, rateDecimals: 4, intervalMicros: 8 * HOUR, index: { mantissa: value, decimals: 0 } }, at, lots); };
    const paid = (at: number, lots: number): string | undefined => { const settlement = funding.realise(at, lots); return settlement === undefined ? undefined : formatMoney(settlement.amount); };
    expect(paid(1, 0)).toBeUndefined();
    to(5n, 10, 2);
    expect(paid(10, 2)).toBe('-10');
    to(6n, 10, 3);
    expect(paid(10, 3)).toBeUndefined();
    expect(formatMoney(funding.accrued(10, 4))).toBe('-3');
    expect(paid(11, 4)).toBe('-3');
  });

  it('what was stated as accrued and has gone back to nothing is taken back when the position is closed, and at the end of the run', () => {
    const told = [rate(1, { rate: 0n, index: 1_000_0000n }), rate(30 * SECOND, { rate: 0n, index: 1_001_0000n }), rate(90 * SECOND, { rate: 0n, index: 1_000_0000n })];
    const closed = run({ acts: holding(3, 100 * SECOND), told, until: HOUR });
    expect([closed.paid, parts(closed.rig)]).toEqual([[], { paid: '0', accrued: '0' }]);
    const open = run({ acts: { 10: take('buy', 3, 60_001) }, told, until: 100 * SECOND });
    open.rig.venue.stateAccrued(100 * SECOND);
    expect(parts(open.rig)).toEqual({ paid: '0', accrued: '0' });
  });

  it('§8 REQ-D15 the venue\'s own index is taken where the data carries it, without any price', () => {
    const told = [rate(1, { rate: 1_000n, index: 10_000_000n }), rate(HOUR, { rate: 1_000n, index: 10_012_345n })];
    const { paid } = run({ acts: holding(2, 2 * HOUR), told, until: 3 * HOUR });
    expect(paid).toEqual([`${2 * HOUR + 11} -2.469`]);                                        // 2 · 1.2345
  });

  it('REQ-D15 what is held before the first row pays for what comes after it, not for the index of years', () => {
    const { paid, reports } = run({ acts: holding(2, 2 * HOUR), told: [rate(MINUTE, { rate: 1_000n, index: 10_000_000n }), rate(HOUR, { rate: 1_000n, index: 10_012_345n })], until: 3 * HOUR });
    expect(paid).toEqual([`${2 * HOUR + 11} -2.469`]);
    expect(Object.values(reports[0]!.index!).map((index) => formatMoney(index / POW10[18]!))).toEqual(['1000', '1001.2345']);
  });

  it('the index price stands for the oracle where the data has none, and the mark never does', () => {
    expect(run({ acts: holding(1, HOUR), told: [rate(1, { rate: 1_000n }), price(2, 'index', 60_000n, 0), price(3, 'mark', 90_000n, 0)], until: 2 * HOUR }).paid).toEqual([`${HOUR + 11} -0.75`]);
    expect(run({ acts: holding(1, HOUR), told: [...FLAT_RATE, price(3, 'index', 90_000n, 0)], until: 2 * HOUR }).paid).toEqual([`${HOUR + 11} -0.75`]);
  });

  it('funding whose price is not known stops the run: it is never skipped', () => {
    expect(() => run({ acts: holding(1, HOUR), told: [rate(1, { rate: 1_000n }), price(3, 'mark', 90_000n, 0)], until: 2 * HOUR })).toThrow(/X-PERP.TEST: funding accrues since .* on an oracle price and the data has neither/);
  });

  it('REQ-D15 a pause of the index beyond 30 s accrues nothing, and is told', () => {
    const ticks = Array.from({ length: 11 }, (_, i) => rate(60 * SECOND + i * SECOND, { rate: 1_000n }));
    const told = [rate(1, { rate: 1_000n }), price(2, 'oracle', 28_800n, 0), ...ticks, rate(200 * SECOND, { rate: 1_000n }), rate(201 * SECOND, { rate: 1_000n })];
    const { paid, feed } = run({ acts: { [59 * SECOND - 1]: take('buy', 1, 60_001), [201 * SECOND - 1]: take('sell', 1, 60_000) }, told, until: 300 * SECOND, terms: { fundingMaxPauseSeconds: 30 } });
    expect(paid).toEqual([`${201 * SECOND} -0.0012`]);                                        // 59 s to 70 s and 200 s to 201 s at 0.0001 a second
    expect(feed).toEqual(['funding STALE the funding index paused for 130 s: nothing accrued']);
  });

  it('what has accrued backs the position: a funding debt alone brings liquidation', () => {
    const margin: RigOptions['terms'] = { balances: [{ currency: 'USD', amount: '400' }], maxLeverage: 1_000, marginTiers: () => [{ fromNotional: 0, initialRate: 0.001, maintenanceRate: 0.005 }] };
    const told = [rate(1, { rate: 100_000n }), price(2, 'oracle', 60_000n, 0), price(3, 'mark', 60_001n, 0), price(2 * HOUR, 'mark', 60_001n, 0)];
    const { rig } = run({ acts: { 10: take('buy', 1, 60_001) }, told, until: 3 * HOUR, terms: margin });
    expect(rig.venue.account.lots(rig.instrument)).toBe(0);                                   // 1 % per 8 h: 150 of 400 in two hours, 300 are needed
  });

  it('an isolated position pays out of its own margin, as the account has it, and stands on what has accrued', () => {
    const isolated: RigOptions['terms'] = { marginMode: 'isolated', maxLeverage: 10, marginTiers: () => [{ fromNotional: 0, initialRate: 0.01, maintenanceRate: 0.005 }] };
    const MARKS = [price(3, 'mark', 60_001n, 0), price(2 * HOUR, 'mark', 60_001n, 0)];
    const kept = run({ acts: { 10: take('buy', 2, 60_001), [HOUR + 10]: take('sell', 1, 60_000) }, told: [...FLAT_RATE, ...MARKS], until: 3 * HOUR, terms: isolated });
    expect(kept.paid).toEqual([`${HOUR + 11} -1.5`]);
    expect(kept.rig.kernel.portfolio.account('TEST').balanceOf('USD')).toBe(kept.rig.cash().venue);
    expect(kept.rig.kernel.portfolio.residual()).toBe(0n);
    // 6,000 set aside at leverage 10, 300 are needed: 40 % per 8 h takes 6,000 in two hours.
    const ruined = run({ acts: { 10: take('buy', 1, 60_001) }, told: [rate(1, { rate: 4_000_000n }), price(2, 'oracle', 60_000n, 0), ...MARKS], until: 3 * HOUR, terms: isolated });
    expect(ruined.rig.venue.account.lots(ruined.rig.instrument)).toBe(0);
    expect(ruined.rig.cash().ours).toBe(ruined.rig.cash().venue);
  });

  it('the same run gives the same journal, and an open position is stated to the end', () => {
    const once = (): { readonly hash: string; readonly accrued: string } => {
      const { rig } = run({ acts: { 10: take('buy', 1, 60_001) }, told: FLAT_RATE, until: HOUR + 5 * SECOND });
      rig.venue.stateAccrued(HOUR + 11);
      return { hash: rig.journalHash, accrued: parts(rig).accrued };
    };
    expect(once()).toEqual(once());
    expect(once().accrued).toBe('-0.75');
  });

  it('an inverse leg accrues and pays in its coin; the claim is worth its coins at the rate now, and nothing is left of it once paid', () => {
    const { rig } = run({ isInverse: true, acts: holding(2, 2 * HOUR), told: [rate(1, { rate: 1_000n }), price(2, 'oracle', 50_000n, 0), tellAt(HOUR, ({ kernel }) => { kernel.portfolio.setRate('X', 50_000n, 0); })], until: 3 * HOUR });
    expect(parts(rig)).toEqual({ paid: '-0.005', accrued: '0' });                             // 200 / 50,000 · 0.0001 · 2 h / 8 h = 0.0000001 coins at 50,000
    expect(rig.kernel.portfolio.residual()).toBe(0n);
  });
});

describe('REQ-D15 REQ-B46 however a position is filled, funding by an index comes to the same', () => {
  const step = fc.record({ gap: fc.integer({ min: 1, max: 5_000 * SECOND }), lots: fc.integer({ min: -20, max: 20 }), rate: fc.integer({ min: -50_000, max: 50_000 }), price: fc.integer({ min: 1_000_000, max: 9_000_000 }) });
  const specs: readonly InstrumentSpec[] = [{ ...SPEC, sizeIncrement: '0.00001' }, { ...SPEC, ...INVERSE }];

  it('the sum of all payments is the exact sum rounded once, to half a unit', () => {
    fc.assert(fc.property(fc.constantFrom(...specs), fc.array(step, { minLength: 1, maxLength: 60 }), (spec, steps) => {
      const instrument = new Instrument(spec);
      const funding = new ContinuousFunding(instrument, Infinity);
      const unit = toMoney(instrument.sizeIncrement.times(instrument.multiplier));
      let [at, held, paid, exact, index] = [0, 0, 0n, 0n, 0n];
      for (const { gap, lots, rate: next, price: oracle } of steps) {
        at += gap;
        exact -= BigInt(held) * unit * (funding.index.at(at) - index);
        index = funding.index.at(at);
        if (lots === 0) {
          funding.price('oracle', { mantissa: BigInt(oracle), decimals: 2, at }, held);
          funding.rate({ rate: BigInt(next), rateDecimals: 8, intervalMicros: 8 * HOUR }, at, held);
        } else {
          paid += funding.realise(at, held)?.amount ?? 0n;
          held += lots;
        }
        const owed = exact - paid * POW10[INDEX_DECIMALS]!;
        expect(funding.accrued(at, held)).toBe(divideHalfEven(owed, POW10[INDEX_DECIMALS]!));
        if (lots !== 0) expect(2n * (owed < 0n ? -owed : owed) <= POW10[INDEX_DECIMALS]!).toBe(true);
      }
    }));
  });

  it('one position filled at once or in many pieces at the same price ends with the same money, to one unit a piece', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), fc.boolean(), (pieces, isInverse) => {
      const told = [rate(1, { rate: 1_234n }), price(2, 'oracle', 600_011n)];
      const lots = pieces.reduce((sum, piece) => sum + piece, 0);
      const gap = Math.floor(HOUR / pieces.length);
      const many: Record<number, Act> = { 10: take('buy', lots, 60_001) };
      pieces.forEach((piece, i) => { many[10 + (i + 1) * gap] = take('sell', piece, 60_000); });
      const { rig } = run({ isInverse, acts: many, told, until: 2 * HOUR });
      // by hand: what was held in each stretch times the index it moved
      let left = lots;
      let exact = 0n;
      const numerator = (of: number): bigint => isInverse ? BigInt(of) * 100n * 10n * 1_234n * BigInt(gap) * 10n ** 18n : BigInt(of) * 600_011n * 1_234n * BigInt(gap) * 10n ** 18n;
      for (const piece of pieces) { exact -= numerator(left); left -= piece; }
      const divisor = BigInt(8 * HOUR) * 10n ** 7n * (isInverse ? 600_011n : 10n);
      const money = rig.kernel.portfolio.position('desk', rig.instrument.id)!.funding;
      const off = money * divisor - exact;
      expect((off < 0n ? -off : off) <= divisor).toBe(true);
      expect(rig.kernel.portfolio.residual()).toBe(0n);
      const { venue, ours } = rig.cash(isInverse ? 'X' : 'USD');
      expect(venue).toBe(ours);
    }), { numRuns: 30 });
  });
});
