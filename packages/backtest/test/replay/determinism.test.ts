import { describe, expect, it } from 'vitest';
import { quotingRun } from '../../../../bench/support/quoting-run.ts';
// @ts-expect-error -- plain JavaScript: the tape is also made where nothing is compiled
import { chunksOf, makeTape } from '../../../../bench/support/tape.mjs';
import type { MarketChunk } from '../../src/replay/market-chunk.ts';
import { bookFigures } from './book-figures.ts';

const tapeOf = makeTape as (rows: number) => MarketChunk;
const cut = chunksOf as (tape: MarketChunk, size?: number) => MarketChunk[];

// Figures of the same feed and the same quoter in an independent engine; see the fidelity cases.
const FIGURES = [
  { rows: 100_000, book: [18_067, 12_381, 10_737_062, 13_410_490], run: { touches: 12_381, orders: 6_945, fills: 3_111, volume: 29_012, position: 440, cash: '-439967182' } },
  { rows: 1_000_000, book: [181_248, 125_462, 646_270_380, 134_228_695], run: { touches: 125_462, orders: 70_235, fills: 31_839, volume: 298_006, position: -148, cash: '148132742' } },
] as const;

describe('§11 REQ-D14 determinism', () => {
  it.each(FIGURES)('§11 $rows rows: book, orders, fills, position and cash to the last unit', ({ rows, book, run }) => {
    const tape = tapeOf(rows);
    expect(bookFigures(tape)).toEqual(book);
    expect(quotingRun(cut(tape), { mode: 'quote', journal: false })).toMatchObject({ rows, ...run });
  }, 120_000);

  it('§11 the same journal: whole or in chunks of any size, and again in the same process', () => {
    const tape = tapeOf(100_000);
    const hash = (chunks: readonly MarketChunk[]): string => quotingRun(chunks, { mode: 'quote', journal: true }).journal;
    const whole = hash([tape]);
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect([hash([tape]), hash(cut(tape, 1_000)), hash(cut(tape, 33_333)), hash(cut(tape, 1))]).toEqual([whole, whole, whole, whole]);
  }, 120_000);

  it('§11 more entry latency, fewer fills', () => {
    const tape = tapeOf(200_000);
    const fills = [1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 4_500].map((entryMicros) => quotingRun([tape], { mode: 'quote', journal: false, entryMicros }).fills);
    expect(fills).toEqual(fills.toSorted((a, b) => b - a));
    expect(new Set(fills).size).toBe(8);
  }, 120_000);
});
