import { Instrument } from '@arb/core';
import { NO_TICK, OrderBook } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import { quotingRun } from '../../../../bench/support/quoting-run.ts';
// @ts-expect-error -- plain JavaScript: the tape is also made where nothing is compiled
import { chunksOf, makeTape } from '../../../../bench/support/tape.mjs';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_CLEAR, ROW_KIND_MASK, ROW_LAST } from '../../src/replay/market-chunk.ts';
import { SPEC } from '../venue/venue-rig.ts';

const tapeOf = makeTape as (rows: number) => MarketChunk;
const cut = chunksOf as (tape: MarketChunk, size?: number) => MarketChunk[];

/** Messages, changes of the touch, a checksum over them, and the depth of five levels a side summed over messages. */
function bookFigures({ rows, kind, tick, lots }: MarketChunk): readonly number[] {
  const book = new OrderBook(new Instrument(SPEC));
  const { bids, asks } = book;
  const five = (side: typeof bids): number => {
    let sum = 0;
    let key = side.best;
    for (let i = 0; i < 5 && key !== NO_TICK; i++, key = side.nextBelow(key)) sum += side.lotsAt(key);
    return sum;
  };
  let [messages, changes, hash, depth] = [0, 0, 0, 0];
  let before = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const flags = kind[row]!;
    const what = flags & ROW_KIND_MASK;
    if (what === ROW_BID) book.setBid(tick[row]!, lots[row]!);
    else if (what === ROW_ASK) book.setAsk(tick[row]!, lots[row]!);
    else if (what === ROW_CLEAR) book.clear();
    if ((flags & ROW_LAST) === 0 && row < rows - 1) continue;
    messages++;                                                                     // the tape may end within one
    if ((flags & ROW_LAST) === 0) continue;
    depth += five(bids) + five(asks);
    const touch = [book.bestBidTick, book.bestAskTick, bids.best === NO_TICK ? 0 : bids.lotsAt(bids.best), asks.best === NO_TICK ? 0 : asks.lotsAt(asks.best)];
    if (touch.every((value, i) => value === before[i])) continue;
    changes++;
    before = touch;
    hash = (Math.imul(hash, 31) + touch[0]! + Math.imul(touch[1]!, 7) + touch[2]! + Math.imul(touch[3]! | 0, 3)) | 0;
  }
  return [messages, changes, hash, depth];
}

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
