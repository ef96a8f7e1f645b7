import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bybitRate, hyperliquidRate, premiumSample } from '../../src/synth/funding-rules.ts';
import { DEMO_RECIPE } from '../../src/synth/recipes/demo.ts';
import { FUNDING_STATUS, PRICE_KIND } from '../../src/catalog/chunks.ts';
import { F_LAST, RebuiltBook, record, type RecordedMarket } from './recorded-market.ts';

const HOUR_US = 3_600_000_000;
const RECORDED = new URL('../../../../../shared/data/funding-hl-binance-2024-2025/hl_BTC_funding_rates.json.gz', import.meta.url);

describe('funding rules', () => {
  it('premium is 0 between the impact prices, else their distance from the reference, in 1e-10', () => {
    expect(premiumSample({ bid: 99_990, ask: 100_010 }, 100_000)).toBe(0);
    expect(premiumSample({ bid: 100_050, ask: 100_060 }, 100_000)).toBe(5_000_000);
    expect(premiumSample({ bid: 99_940, ask: 99_950 }, 100_000)).toBe(-5_000_000);
  });

  it('Hyperliquid: the plateau between -4 and 6 bps, the premium less 5 bps beyond, an eighth of it an hour, capped', () => {
    const rate = (premiumBps: number): number => hyperliquidRate(premiumBps * 1_000_000 * 3, 3, 400_000_000) / 1e10;
    expect([-4, 0, 1, 6].map(rate)).toEqual([1.25e-5, 1.25e-5, 1.25e-5, 1.25e-5]);
    expect(rate(14)).toBe(9e-4 / 8);
    expect(rate(-13)).toBe(-8e-4 / 8);
    expect(hyperliquidRate(40_000_000_000, 1, 400_000_000)).toBe(400_000_000);
    expect(hyperliquidRate(-40_000_000_000, 1, 400_000_000)).toBe(-400_000_000);
  });

  it('Bybit: the same clamp on the weighted mean, eight decimals, capped', () => {
    expect(bybitRate(5 * 6, 6, 375_000)).toBe(10_000);
    // Minutes 1 and 2 of 1 and 10 bps weigh 1 and 2: 7 bps, of which 5 are clamped away.
    expect(bybitRate(1_000_000 + 2 * 10_000_000, 3, 375_000)).toBe(20_000);
    expect(bybitRate(-12_000_000, 1, 375_000)).toBe(-70_000);
    expect(bybitRate(900_000_000, 1, 375_000)).toBe(375_000);
  });

  it.skipIf(!existsSync(RECORDED))('gold: reproduces 12,192 published Hyperliquid BTC rates from their published premiums (recorded data beside the repository)', () => {
    const published = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString('utf8')) as { readonly funding_rate: string; readonly premium: string }[];
    let ties = 0;
    for (const { funding_rate: rate, premium } of published) {
      const units = Math.round(Number(premium) * 1e10);
      const difference = hyperliquidRate(units, 1, 400_000_000) - Math.round(Number(rate) * 1e10);
      if (difference === 0) continue;
      // The premium is published rounded: where an eighth of it ends in a half, the last digit of the rate cannot be known.
      expect(difference).toBe(1);
      const clamped = units + Math.max(-5_000_000, Math.min(5_000_000, 1_000_000 - units));
      expect(Math.abs(clamped % 8)).toBe(4);
      ties++;
    }
    expect(published).toHaveLength(12_192);
    expect(ties).toBeLessThan(400);
  });
});

interface Reference { readonly time: number; readonly value: number }

/** Premium samples recomputed from nothing but published rows: the rebuilt book and the index or oracle price. */
function samplesFromRows(market: RecordedMarket, instrumentId: string, options: { readonly unitsPerTick: number; readonly notionalTickLots: number; readonly everyUs: number }): Map<number, number> {
  const references: Reference[] = [];
  for (const chunk of market.chunks('price', instrumentId)) {
    for (let row = 0; row < chunk.rows; row++) {
      if (chunk.priceKind[row] !== PRICE_KIND.mark && chunk.tsEvent[row]! % options.everyUs === 0) references.push({ time: chunk.tsEvent[row]!, value: chunk.value[row]! / Number(`1e${chunk.scale}`) });
    }
  }
  const samples = new Map<number, number>();
  const book = new RebuiltBook();
  const rows = market.bookRows(instrumentId);
  let next = 0;
  for (const { time, value } of references) {
    while (next < rows.length && rows[next]!.tsEvent <= time) book.apply(rows[next++]!);
    expect(rows[next - 1]!.flags & F_LAST).toBe(F_LAST);
    const impact = { bid: book.impactTick(0, options.notionalTickLots) * options.unitsPerTick, ask: book.impactTick(1, options.notionalTickLots) * options.unitsPerTick };
    samples.set(time, premiumSample(impact, value));
  }
  return samples;
}

describe('REQ-D22 funding rows follow from the published book and reference prices by the venue\'s formula', () => {
  const to = DEMO_RECIPE.from + 9 * HOUR_US;
  // A seed whose first hours leave the plateau, where every premium would give the same rate.
  const recipe = { ...DEMO_RECIPE, seed: 94, assets: [DEMO_RECIPE.assets[0]!] };
  const market = record(recipe, { to });
  const settledOf = (id: string): { readonly settlesAt: number; readonly rate: number; readonly tsEvent: number }[] => market.chunks('funding', id).flatMap((chunk) =>
    Array.from({ length: chunk.rows }, (_, row) => row).filter((row) => chunk.status[row] === FUNDING_STATUS.settled).map((row) => ({ settlesAt: chunk.settlesAt[row]!, rate: chunk.rate[row]!, tsEvent: chunk.tsEvent[row]! })));

  it('Hyperliquid, every hour', () => {
    const id = 'BTC-USD-PERP.HYPERLIQUID';
    const samples = samplesFromRows(market, id, { unitsPerTick: 0.1, notionalTickLots: 20_000 / 0.1 / 0.00001, everyUs: 5_000_000 });
    const settled = settledOf(id);
    expect(settled.map(({ settlesAt }) => (settlesAt - DEMO_RECIPE.from) / HOUR_US)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { settlesAt, rate, tsEvent } of settled) {
      const window = [...samples].filter(([time]) => time >= settlesAt - HOUR_US && time < settlesAt);
      expect(window).toHaveLength(720);
      expect(hyperliquidRate(window.reduce((sum, [, sample]) => sum + sample, 0), 720, 400_000_000)).toBe(rate);
      expect(tsEvent).toBeGreaterThan(settlesAt);
    }
    expect(new Set(settled.map(({ rate }) => rate)).size).toBeGreaterThan(1);
  });

  it('Bybit, every eight hours', () => {
    const id = 'BTCUSDT-PERP.BYBIT';
    const samples = samplesFromRows(market, id, { unitsPerTick: 0.1, notionalTickLots: 20_000 / 0.1 / 0.001, everyUs: 60_000_000 });
    const [settled] = settledOf(id);
    expect(settled?.settlesAt).toBe(DEMO_RECIPE.from + 8 * HOUR_US);
    const window = [...samples].filter(([time]) => time < settled!.settlesAt).map(([, sample]) => sample);
    expect(window).toHaveLength(480);
    const weights = 480 * 481 / 2;
    expect(bybitRate(window.reduce((sum, sample, minute) => sum + (minute + 1) * sample, 0), weights, 375_000)).toBe(settled!.rate);
  });

  it('forecasts come every minute, name their settlement and end at the settled rate\'s neighbourhood', () => {
    for (const id of ['BTC-USD-PERP.HYPERLIQUID', 'BTCUSDT-PERP.BYBIT']) {
      const [chunk] = market.chunks('funding', id);
      const predicted = Array.from({ length: chunk!.rows }, (_, row) => row).filter((row) => chunk!.status[row] === FUNDING_STATUS.predicted);
      expect(predicted).toHaveLength(9 * 60);
      for (const row of predicted) {
        expect(chunk!.settlesAt[row]).toBeGreaterThan(chunk!.tsEvent[row]! - 60_000_000);
        expect(chunk!.settlesAt[row]! - chunk!.tsEvent[row]!).toBeLessThanOrEqual(chunk!.intervalUs[row]!);
      }
    }
  });
});
