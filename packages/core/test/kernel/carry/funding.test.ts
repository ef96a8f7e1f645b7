import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectedCarryBps, type LegCost, roundTripCostBps } from '../../../src/kernel/carry/carry-cost.ts';
import { averagePremium, expectedFundingRate, fundingRateFromPremium } from '../../../src/kernel/carry/funding-formula.ts';
import { apyPct, aprPct, breakEvenHours, ratePerHour } from '../../../src/kernel/carry/funding-math.ts';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { BINANCE } from '../../../src/kernel/venues/binance.ts';
import { BYBIT } from '../../../src/kernel/venues/bybit.ts';
import { HYPERLIQUID } from '../../../src/kernel/venues/hyperliquid.ts';

const [HL, BY, BN] = [HYPERLIQUID.funding!, BYBIT.funding!, BINANCE.funding!];

describe('annual rates', () => {
  it.each([
    [0.0001, 8, 10.95, 11.57193074], [0.0000125, 1, 10.95, 11.57193074], [0.0001, 4, 21.9, 24.48278690], [0.0001, 1, 87.6, 140.11702026], [-0.0001, 8, -10.95, -10.37184490],
  ])('REQ-B22 a rate of %d every %d h is %d %% a year, simple', (rateNumber, intervalHours, apr, apy) => {
    expect(aprPct({ rateNumber, intervalHours })).toBeCloseTo(apr, 10);
    expect(apyPct({ rateNumber, intervalHours })).toBeCloseTo(apy, 7);
    expect(ratePerHour({ rateNumber, intervalHours }) * 8_760 * 100).toBeCloseTo(apr, 10);
  });
});

describe('rate from premium', () => {
  it('REQ-B22 is pinned at the interest inside the dead band, and moves one to one outside', () => {
    for (const [premium, rate] of [['0', '0.0001'], ['-0.0004', '0.0001'], ['0.0006', '0.0001'], ['0.0007', '0.0002'], ['-0.0005', '0'], ['-0.001', '-0.0005']] as const) {
      for (const terms of [BY, BN]) expect(fundingRateFromPremium(terms, premium, 8).toFixed(), premium).toBe(rate);
      expect(fundingRateFromPremium(HL, premium, 1).toFixed(), premium).toBe(new Decimal(rate).div(8).toFixed());
    }
  });

  it('scales a shorter interval as the venue does', () => {
    expect(fundingRateFromPremium(BN, '0', 4).toFixed()).toBe('0.00005');
    expect(fundingRateFromPremium(BY, '0', 4).toFixed()).toBe('0.00005');
    expect(fundingRateFromPremium(BN, '0.001', 4).toFixed()).toBe('0.00025');
    expect(fundingRateFromPremium(BY, '0.001', 4).toFixed()).toBe('0.0005');
  });

  it('caps one settlement', () => {
    expect(fundingRateFromPremium(BY, '0.02', 8).toFixed()).toBe('0.00375');
    expect(fundingRateFromPremium(BY, '-0.02', 8).toFixed()).toBe('-0.00375');
    expect(fundingRateFromPremium(HL, '0.9', 1).toFixed()).toBe('0.04');
  });

  it('averages alike or with weights 1 to n, and expects the rest of a window accordingly', () => {
    expect(averagePremium(['0.0001', '0.0002', '0.0006'], 'equal')!.toFixed(4)).toBe('0.0003');
    expect(averagePremium(['0.0001', '0.0002', '0.0006'], 'linear')!.toFixed()).toBe(new Decimal('0.0023').div(6).toFixed());
    expect(averagePremium([], 'linear')).toBeUndefined();
    // half of the window over: equal weights have seen a half, linear ones a quarter
    expect(expectedFundingRate(HL, '0.0026', '0.001', { elapsed: 0.5, intervalHours: 1 }).toFixed()).toBe(new Decimal('0.0013').div(8).toFixed());
    expect(expectedFundingRate(BY, '0.0026', '0.001', { elapsed: 0.5, intervalHours: 8 }).toFixed()).toBe('0.0009');
    expect(expectedFundingRate(BY, '0.0026', '0.001', { elapsed: 1, intervalHours: 8 }).toFixed()).toBe('0.0021');
  });

  it('linear weights agree with an average of two halves', () => {
    const [first, second] = [Array.from({ length: 240 }, () => '0.001'), Array.from({ length: 240 }, () => '0.003')];
    const whole = averagePremium([...first, ...second], 'linear')!;
    const share = new Decimal(240 * 241).div(480 * 481);                // Σ 1…240 over Σ 1…480, near s² = 1/4
    expect(whole.minus(share.times('0.001').plus(new Decimal(1).minus(share).times('0.003'))).abs().toNumber()).toBeLessThan(1e-40);
    expect(share.minus('0.25').abs().toNumber()).toBeLessThan(0.001);
  });
});

const archive = fileURLToPath(new URL('../../../../../../shared/data/funding-hl-binance-2024-2025/hl_BTC_funding_rates.json.gz', import.meta.url));
describe.skipIf(!existsSync(archive))(`recorded rates${existsSync(archive) ? '' : ' (skipped: hl_BTC_funding_rates.json.gz is not here)'}`, () => {
  it('REQ-B22 reproduces every published Hyperliquid rate to its ten decimals', () => {
    const rows = JSON.parse(gunzipSync(readFileSync(archive)).toString()) as { funding_rate: string; premium: string }[];
    expect(rows.length).toBe(12_192);
    const wrong = rows.filter(({ funding_rate: rate, premium }) => fundingRateFromPremium(HL, premium, 1).minus(rate).abs().gt('5e-11'));
    expect(wrong).toEqual([]);
  });
});

describe('costs', () => {
  const leg = (feeBps: number): LegCost => ({ entryFeeBps: feeBps, exitFeeBps: feeBps, entrySlippageBps: 1, exitSlippageBps: 1 });
  /** Route, its cost, and the days until it is back at 4, 8, 15, 30 and 60 % a year. */
  it.each([
    ['HL taker + Bybit taker', 4.5, 5.5, 24, [21.9, 11, 5.8, 2.9, 1.5]],
    ['HL taker + Bybit maker', 4.5, 2, 17, [15.5, 7.8, 4.1, 2.1, 1]],
    ['HL taker + Paradex Pro taker', 4.5, 4.5, 22, [20.1, 10, 5.4, 2.7, 1.3]],
    ['HL taker + Paradex Pro maker', 4.5, 0.3, 13.6, [12.4, 6.2, 3.3, 1.7, 0.8]],
    ['HL taker + no fee', 4.5, 0, 13, [11.9, 5.9, 3.2, 1.6, 0.8]],
  ] as const)('REQ-B28 %s', (_route, a, b, cost, days) => {
    const costBps = roundTripCostBps([leg(a), leg(b)]);
    expect(costBps).toBeCloseTo(cost, 10);
    for (const [i, aprPct] of [4, 8, 15, 30, 60].entries()) expect(Math.abs(breakEvenHours({ costBps, aprPct }) / 24 - days[i]!)).toBeLessThan(0.0501);
    expect(breakEvenHours({ costBps, aprPct: -1 })).toBe(Infinity);
  });

  it('expects a reverting differential to earn between its present value and its mean', () => {
    const carry = { nowAprPct: 20, meanAprPct: 4, halfLifeHours: 12 };
    expect(expectedCarryBps(carry, 1e-6) / 1e-6).toBeCloseTo(20 / 8_760 * 100, 6);
    // ∫ over one half-life: 4·12 + 16·(1 − ½)/(ln 2 / 12)
    expect(expectedCarryBps(carry, 12)).toBeCloseTo((48 + 8 * 12 / 0.6931471805599453) / 87.6, 10);
    expect(expectedCarryBps({ ...carry, nowAprPct: 4 }, 8_760)).toBeCloseTo(400, 8);
  });
});
