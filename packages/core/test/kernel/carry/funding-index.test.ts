import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FundingIndex, INDEX_DECIMALS, type RateSample } from '../../../src/kernel/carry/funding-index.ts';
import { Decimal } from '../../../src/kernel/math/decimal.ts';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const BP: RateSample = { rate: 1n, rateDecimals: 4, intervalMicros: 8 * HOUR };
/** An index as a decimal string. */
const shown = (index: bigint): string => new Decimal(index.toString()).div(`1e${INDEX_DECIMALS}`).toFixed();
const indexOf = (of: { readonly isInverse?: boolean; readonly maxPauseSeconds?: number } = {}): FundingIndex =>
  new FundingIndex({ isInverse: of.isInverse ?? false, maxPauseMicros: (of.maxPauseSeconds ?? Infinity) * SECOND });

describe('REQ-D15 a continuous funding index', () => {
  it('grows by rate × price × elapsed / interval, each with the rate and the price in force', () => {
    const index = indexOf();
    index.price({ mantissa: 60_000n, decimals: 0 }, 0);
    index.rate(BP, 0);
    expect(shown(index.at(HOUR))).toBe('0.75');                            // 0.0001 · 60,000 / 8
    index.price({ mantissa: 610_000n, decimals: 1 }, HOUR / 2);
    expect(shown(index.at(HOUR))).toBe('0.75625');                         // 0.375 and half an hour at 61,000
    index.rate({ ...BP, rate: -3n }, HOUR);
    expect(shown(index.at(2 * HOUR))).toBe('-1.53125');                    // less 3 · 0.7625
  });

  it('of an inverse contract grows in the coin: rate ÷ price', () => {
    const index = indexOf({ isInverse: true });
    index.price({ mantissa: 50_000n, decimals: 0 }, 0);
    index.rate(BP, 0);
    expect(shown(index.at(HOUR))).toBe('0.00000000025');
  });

  it('is rounded once a piece, half to even at 1e-36', () => {
    for (const [isInverse, expected] of [[false, '0.000208337152777777777777777777777778'], [true, '0.000000000000057869309433030764806349']] as const) {
      const index = indexOf({ isInverse });
      index.price({ mantissa: 600_011n, decimals: 1 }, 0);
      index.rate(BP, 0);
      expect(shown(index.at(SECOND))).toBe(expected);
    }
  });

  it('stands still until rate and price are known, and says which time it cannot count', () => {
    const index = indexOf();
    index.rate(BP, 0);
    expect([index.at(HOUR), index.lacksPrice]).toEqual([0n, true]);
    index.price({ mantissa: 60_000n, decimals: 0 }, HOUR);
    expect([shown(index.at(2 * HOUR)), index.lacksPrice]).toEqual(['0.75', false]);
  });

  it('is the venue\'s own where the data carries it; between two of those it is accrued', () => {
    const index = indexOf();
    index.rate({ ...BP, index: { mantissa: 123_456n, decimals: 2 } }, 0);
    expect([shown(index.at(HOUR)), shown(index.offset), index.lacksPrice]).toEqual(['0', '1234.56', false]);
    index.price({ mantissa: 60_000n, decimals: 0 }, HOUR);
    expect(shown(index.at(2 * HOUR))).toBe('0.75');
    index.rate({ ...BP, index: { mantissa: 12_354n, decimals: 1 } }, 2 * HOUR);
    expect(shown(index.at(2 * HOUR))).toBe('0.84');                         // 1,235.4
  });

  it('of a venue that tells its own only later goes on from what was accrued', () => {
    const index = indexOf();
    index.price({ mantissa: 60_000n, decimals: 0 }, 0);
    index.rate(BP, 0);
    index.rate({ ...BP, index: { mantissa: 123_456n, decimals: 2 } }, HOUR);
    expect([shown(index.at(HOUR)), shown(index.offset)]).toEqual(['0.75', '1233.81']);
    index.rate({ ...BP, index: { mantissa: 123_500n, decimals: 2 } }, 2 * HOUR);
    expect([shown(index.at(2 * HOUR)), shown(index.offset)]).toEqual(['1.19', '1233.81']);
  });

  it('REQ-D15 does not accrue in a pause of the venue\'s ticks and makes up for nothing', () => {
    const index = indexOf({ maxPauseSeconds: 30 });
    index.price({ mantissa: 28_800n, decimals: 0 }, 0);                    // 1 bp per 8 h is then 0.0001 a second
    for (let at = 0; at <= 10; at++) expect(index.rate(BP, at * SECOND)).toBeUndefined();
    expect(shown(index.at(40 * SECOND))).toBe('0.004');
    expect(shown(index.at(40 * SECOND + 1))).toBe('0.001');                // longer than 30 s: as at the last tick
    index.price({ mantissa: 99_999n, decimals: 0 }, 50 * SECOND);
    index.price({ mantissa: 28_800n, decimals: 0 }, 51 * SECOND);
    expect(index.rate(BP, 60 * SECOND)).toEqual({ from: 10 * SECOND, to: 60 * SECOND });
    expect(shown(index.at(61 * SECOND))).toBe('0.0011');
  });

  it('a recording sparser than the venue\'s ticks has no pauses: each sample holds until the next', () => {
    const index = indexOf({ maxPauseSeconds: 30 });
    index.price({ mantissa: 60_000n, decimals: 0 }, 0);
    for (let hour = 0; hour < 3; hour += 0.5) for (const late of [0, 0, 2 * SECOND]) expect(index.rate(BP, hour * HOUR + late)).toBeUndefined();       // a forecast and what was settled, seconds apart
    expect(shown(index.at(3 * HOUR))).toBe('2.25');
  });

  it('reading it changes nothing, however often', () => {
    const input = fc.record({ gap: fc.integer({ min: 0, max: 90 * SECOND }), rate: fc.option(fc.integer({ min: -10_000, max: 10_000 })), price: fc.integer({ min: 1, max: 10_000_000 }), reads: fc.integer({ min: 0, max: 3 }) });
    fc.assert(fc.property(fc.array(input, { maxLength: 40 }), fc.boolean(), (inputs, isInverse) => {
      const [read, unread] = [indexOf({ isInverse, maxPauseSeconds: 30 }), indexOf({ isInverse, maxPauseSeconds: 30 })];
      let at = 0;
      for (const { gap, rate, price, reads } of inputs) {
        for (let i = 1; i <= reads; i++) read.at(at + Math.floor(gap * i / 4));
        at += gap;
        for (const index of [read, unread]) {
          if (rate === null) index.price({ mantissa: BigInt(price), decimals: 2 }, at);
          else index.rate({ ...BP, rate: BigInt(rate), rateDecimals: 8 }, at);
        }
      }
      expect(read.at(at + SECOND)).toBe(unread.at(at + SECOND));
    }));
  });
});
