import fs from 'node:fs';
import { MICROS_PER_DAY } from '@arb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { F_CLEAR, F_WARM_UP } from '../../src/catalog/chunks.ts';
import type { BookRow } from '../../src/catalog/rows.ts';
import { bookRows, DAY, message, newWriter, readAll, SPEC, temporaryFolder } from './catalog-fixture.ts';

type Level = readonly [side: number, tick: number, lots: number];

const side = fc.constantFrom(0, 1);
/** Bids below tick 50, asks above: such a book is never crossed. */
const level: fc.Arbitrary<Level> = fc.tuple(side, fc.integer({ min: 1, max: 40 }), fc.nat(9)).map(([s, distance, lots]) => [s, s === 0 ? 50 - distance : 50 + distance, lots]);
const step = fc.record({
  /** Time since the message before: often none, sometimes over midnight. */
  wait: fc.oneof(fc.constant(0), fc.nat(1_000_000), fc.nat(MICROS_PER_DAY)),
  levels: fc.array(level, { minLength: 1, maxLength: 6 }),
  isSnapshot: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  /** A new writer goes on from here. */
  isNewSession: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function toMessages(steps: readonly Step[]): BookRow[][] {
  let at = DAY;
  return steps.map(({ wait, levels, isSnapshot }, i) => {
    at += wait;
    const asSnapshot = isSnapshot || i === 0;
    const own = asSnapshot ? [...new Map(levels.map(([s, tick, lots]) => [tick, [s, tick, lots + 1] as const])).values()] : levels;
    return message(at, own, { isSnapshot: asSnapshot });
  });
}

function bookAfter(rows: readonly BookRow[]): readonly (readonly [string, number])[] {
  const levels = new Map<string, number>();
  for (const row of rows) {
    if ((row.flags & F_CLEAR) !== 0) levels.clear();
    if (row.lots === 0) levels.delete(`${row.side} ${row.tick}`);
    else levels.set(`${row.side} ${row.tick}`, row.lots);
  }
  return [...levels].sort(([a], [b]) => a < b ? -1 : 1);
}

describe('REQ-D14 any book, written in any sessions, read from anywhere', () => {
  it('gives the events from there on, after a book that is the one that was', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.nat(30), async (steps, start) => {
      const folder = temporaryFolder();
      try {
        const messages = toMessages(steps);
        let writer = await newWriter(folder);
        for (const [i, rows] of messages.entries()) {
          if (steps[i]!.isNewSession) { writer.close(); writer = await newWriter(folder); }
          for (const row of rows) writer.sink('book', SPEC.id).add(row);
        }
        writer.close();
        const all = messages.flat();
        expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(all);
        const from = messages[start % messages.length]![0]!.tsInit + (start % 3) - 1;
        const read = bookRows(await readAll(folder, { kind: 'book', from }));
        expect(read.filter((row) => (row.flags & F_WARM_UP) === 0)).toEqual(all.filter((row) => row.tsInit >= from));
        const [warmUp, before] = [read.filter((row) => (row.flags & F_WARM_UP) !== 0), all.filter((row) => row.tsInit < from)];
        // Where the first event replaces the whole book, what was before does not matter and is not read.
        const isReplaced = read.length > 0 && (read[0]!.flags & (F_CLEAR | F_WARM_UP)) === F_CLEAR;
        if (read.length > 0 && !isReplaced) expect(bookAfter(warmUp)).toEqual(bookAfter(before));
        expect(read.findIndex((row) => (row.flags & F_WARM_UP) === 0)).toBe(warmUp.length === read.length ? -1 : warmUp.length);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    }), { numRuns: 60 });
  });
});
