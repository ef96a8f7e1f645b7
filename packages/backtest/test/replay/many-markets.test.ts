import { describe, expect, it } from 'vitest';
import { marketsRun, type RunFigures } from '../../../../bench/support/quoting-run.ts';
// @ts-expect-error -- plain JavaScript: the tape is also made where nothing is compiled
import { chunksOf, makeTape } from '../../../../bench/support/tape.mjs';
import type { MarketChunk } from '../../src/replay/market-chunk.ts';

const tapeOf = (seed: number): MarketChunk[] => (chunksOf as (tape: MarketChunk) => MarketChunk[])((makeTape as (rows: number, seed: number) => MarketChunk)(4_000, seed));
const OPTIONS = { mode: 'quote', journal: true } as const;

function sums(runs: readonly RunFigures[]): readonly number[] {
  return (['rows', 'touches', 'orders', 'fills', 'volume', 'position', 'cash'] as const).map((name) => runs.reduce((total, run) => total + Number(run[name]), 0));
}

describe('REQ-B66 many venues, instruments and strategies in one run', () => {
  const tapes = Array.from({ length: 16 }, (_, i) => tapeOf(42 + i));

  it('16 instruments on 4 venues, a strategy each: together they do what each does alone, to the last unit', () => {
    expect(sums([marketsRun(tapes, { ...OPTIONS, venues: 4 })])).toEqual(sums(tapes.map((tape) => marketsRun([tape], OPTIONS))));
  });

  it('the same journal again', () => {
    expect(marketsRun(tapes, { ...OPTIONS, venues: 4 }).journal).toBe(marketsRun(tapes, { ...OPTIONS, venues: 4 }).journal);
  });

  it('whole microseconds in, whole microseconds out: late stamps beyond 2^51 lose nothing', () => {
    const shift = 1_764_000_000_000_001;
    const moved = tapes[0]!.map((chunk) => ({ ...chunk, tsEvent: chunk.tsEvent.map((at) => at + shift), tsInit: chunk.tsInit.map((at) => at + shift) }));
    expect(sums([marketsRun([moved], OPTIONS)])).toEqual(sums([marketsRun([tapes[0]!], OPTIONS)]));
  });
});
