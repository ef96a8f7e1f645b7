import { describe, expect, it } from 'vitest';
import { combineDigests, StreamHasher, type StreamDigest } from '../../src/datasets/stream-hasher.ts';
import { AssetGenerator } from '../../src/synth/asset-generator.ts';
import type { SynthRecipe } from '../../src/synth/recipe.ts';
import { DEMO_RECIPE } from '../../src/synth/recipes/demo.ts';
import { TICK_RECIPE } from '../../src/synth/recipes/tick.ts';
import { record } from './recorded-market.ts';

const HOUR_US = 3_600_000_000;
const nowhere = { sink: () => ({ append: () => {} }) };

function digestsOf(recipe: SynthRecipe, options: { readonly to: number; readonly sliceUs?: number; readonly isReversed?: boolean }): StreamDigest[] {
  const hasher = new StreamHasher(nowhere);
  for (const asset of options.isReversed ? recipe.assets.toReversed() : recipe.assets) {
    const generator = new AssetGenerator(recipe, asset, { range: { from: recipe.from, to: options.to }, sinks: hasher });
    for (let time = recipe.from; time < options.to;) time = generator.advance(time + (options.sliceUs ?? options.to));
  }
  return hasher.digests();
}

describe('REQ-D22 the generator is deterministic by seed', () => {
  const to = DEMO_RECIPE.from + 2 * HOUR_US;

  it.each([['demo', DEMO_RECIPE, 2 * HOUR_US, '211b9bb726674be15c86150dd4e22b508261f39ecf987a894dcf7e8569c47586'], ['tick', TICK_RECIPE, 60_000_000, 'c417dada70fbd56332d5e7c271f8d3173a4c157cdf587974c52766cf9931062f']] as const)('%s: golden sha256 of its first part, the same on every engine', (_, recipe, length, golden) => {
    expect(combineDigests(digestsOf(recipe, { to: recipe.from + length }))).toBe(golden);
  });

  it('the order of assets and the slices it is made in change nothing; another seed changes every stream', () => {
    const once = digestsOf(DEMO_RECIPE, { to });
    expect(digestsOf(DEMO_RECIPE, { to, sliceUs: 17_000_000, isReversed: true })).toEqual(once);
    const other = digestsOf({ ...DEMO_RECIPE, seed: DEMO_RECIPE.seed + 1 }, { to });
    for (const [index, { sha256 }] of other.entries()) expect(sha256).not.toBe(once[index]!.sha256);
  });

  it('a shorter period is the beginning of the longer; a later start shows the same market', () => {
    const id = 'ETH-USD-PERP.HYPERLIQUID';
    const long = record(DEMO_RECIPE, { to });
    const short = record(DEMO_RECIPE, { to: to - HOUR_US });
    expect(short.bookRows(id)).toEqual(long.bookRows(id).filter(({ tsInit }) => tsInit < to - HOUR_US));
    const late = record(DEMO_RECIPE, { from: to - HOUR_US, to });
    const marketOf = (rows: ReturnType<typeof late.bookRows>): unknown[] => rows.map(({ tsEvent, side, tick, lots }) => [tsEvent, side, tick, lots]);
    const lateRows = late.bookRows(id);
    const snapshotRows = lateRows.filter(({ tsEvent }) => tsEvent === to - HOUR_US).length;
    expect(snapshotRows).toBeGreaterThan(20);
    const tail = long.bookRows(id).filter(({ tsEvent }) => tsEvent >= to - HOUR_US);
    const common = Math.min(tail.length, lateRows.length - snapshotRows);
    expect(common).toBeGreaterThan(1_000);
    expect(marketOf(lateRows.slice(snapshotRows, snapshotRows + common))).toEqual(marketOf(tail.slice(0, common)));
  });
});
