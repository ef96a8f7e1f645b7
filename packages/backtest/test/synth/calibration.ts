import { AssetGenerator } from '../../src/synth/asset-generator.ts';
import type { SynthRecipe } from '../../src/synth/recipe.ts';
import { type Band, DEMO_BANDS } from './calibration-bands.ts';
import { MarketMeter } from './market-meter.ts';

/** A band with the value found. */
export interface BandResult extends Band {
  readonly value: number;
  readonly isInside: boolean;
}

const PAIRS: Readonly<Record<string, readonly [hyperliquid: string, bybit: string]>> = { 'BTC pair': ['BTC-USD-PERP.HYPERLIQUID', 'BTCUSDT-PERP.BYBIT'], 'ETH pair': ['ETH-USD-PERP.HYPERLIQUID', 'ETHUSDT-PERP.BYBIT'] };

/** Generates all of a recipe into a meter. */
export function meterOf(recipe: SynthRecipe): MarketMeter {
  const meter = new MarketMeter(recipe.assets.flatMap(({ venues }) => venues));
  for (const asset of recipe.assets) new AssetGenerator(recipe, asset, { range: recipe, sinks: meter }).advance(recipe.to);
  return meter;
}

/** Compares what a meter measured with the demo's bands. */
export function compareWithBands(meter: MarketMeter): BandResult[] {
  const measured = new Map<string, Readonly<Record<string, number>>>();
  for (const [pair, ids] of Object.entries(PAIRS)) {
    measured.set(pair, meter.measurePair(ids[0], ids[1]));
    for (const id of ids) measured.set(id, meter.measure(id));
  }
  measured.set('BTC and ETH', { 'hourly correlation': meter.correlationOf('BTCUSDT-PERP.BYBIT', 'ETHUSDT-PERP.BYBIT') });
  return DEMO_BANDS.map((each) => {
    const value = measured.get(each.instrument)![each.measure]!;
    return { ...each, value, isInside: value >= each.low && value <= each.high };
  });
}

/** The comparison as a Markdown table. */
export function bandTable(results: readonly BandResult[]): string {
  const rows = results.map(({ instrument, measure, value, low, high, recorded, isInside }) => `| ${instrument} | ${measure} | ${Number(value.toPrecision(3))} | ${low} to ${high}${isInside ? '' : ' **outside**'} | ${recorded} |`);
  return ['| instrument | measure | generated | band | recorded markets |', '|---|---|---|---|---|', ...rows].join('\n');
}
