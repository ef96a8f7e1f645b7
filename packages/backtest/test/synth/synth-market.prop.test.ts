import fc from 'fast-check';
import { Instrument } from '@arb/core';
import { describe, expect, it } from 'vitest';
import type { SynthRecipe } from '../../src/synth/recipe.ts';
import { DEMO_RECIPE } from '../../src/synth/recipes/demo.ts';
import { TICK_RECIPE } from '../../src/synth/recipes/tick.ts';
import { F_LAST, F_SNAPSHOT, F_WINDOW, RebuiltBook, record, type RecordedMarket } from './recorded-market.ts';

const SECOND_US = 1_000_000;

/** Everything a book stream must be, checked row by row; the first breach as a sentence. */
function breachOfBook(market: RecordedMarket, venue: SynthRecipe['assets'][number]['venues'][number], to: number): string | undefined {
  const instrument = new Instrument(venue.spec);
  const book = new RebuiltBook();
  let [lastEvent, lastInit, sequence] = [0, 0, 0];
  const rows = market.bookRows(venue.spec.id);
  if (rows.length === 0 || (rows[0]!.flags & F_SNAPSHOT) === 0) return 'does not begin with a snapshot';
  for (const [index, row] of rows.entries()) {
    const at = `row ${index}: `;
    const breach = book.apply(row);
    if (breach !== undefined) return at + breach;
    if (!instrument.isPriceTick(row.tick) || row.tick <= 0) return `${at}tick ${row.tick} is off the grid`;
    if (((row.flags & F_WINDOW) !== 0) !== venue.book.isWindow) return `${at}window flag`;
    if (row.tsEvent < lastEvent || row.tsInit < lastInit || row.tsInit < row.tsEvent || row.tsInit >= to) return `${at}times ${row.tsEvent} ${row.tsInit}`;
    const isFirst = index === 0 || (rows[index - 1]!.flags & F_LAST) !== 0;
    if (row.sequence !== sequence + (isFirst ? 1 : 0)) return `${at}sequence ${row.sequence}`;
    if (!isFirst && row.tsEvent !== lastEvent) return `${at}two stamps in one message`;
    [lastEvent, lastInit, sequence] = [row.tsEvent, row.tsInit, row.sequence];
    if ((row.flags & F_LAST) === 0) continue;
    if (book.bid >= book.ask) return `${at}crossed ${book.bid} ${book.ask}`;
    for (const side of [0, 1] as const) if (book.levels(side) > venue.book.maxLevels || book.levels(side) < 2) return `${at}${book.levels(side)} levels`;
  }
  return (rows.at(-1)!.flags & F_LAST) === 0 ? 'ends inside a message' : undefined;
}

function breachOfTrades(market: RecordedMarket, venue: SynthRecipe['assets'][number]['venues'][number]): string | undefined {
  const instrument = new Instrument(venue.spec);
  let [lastEvent, lastInit, count] = [0, 0, 0];
  for (const chunk of market.chunks('trade', venue.spec.id)) {
    for (let row = 0; row < chunk.rows; row++) {
      const [tsEvent, tsInit, lots] = [chunk.tsEvent[row]!, chunk.tsInit[row]!, chunk.lots[row]!];
      if (tsEvent < lastEvent || tsInit < lastInit || tsInit < tsEvent) return `trade ${count}: times ${tsEvent} ${tsInit}`;
      if (!Number.isInteger(lots) || lots <= 0 || !instrument.isPriceTick(chunk.tick[row]!)) return `trade ${count}: ${lots} lots at ${chunk.tick[row]}`;
      if (chunk.id![row] !== String(++count)) return `trade ${count}: id ${chunk.id![row]}`;
      [lastEvent, lastInit] = [tsEvent, tsInit];
    }
  }
  return count === 0 ? 'no trades' : undefined;
}

describe('synthetic market, any seed', () => {
  it.each([['demo', DEMO_RECIPE, 1_800, 12], ['tick', TICK_RECIPE, 300, 6]] as const)('REQ-D22 %s: books never cross, stay on the grid, in order and complete; trades too', (_, recipe, seconds, numRuns) => {
    fc.assert(fc.property(fc.nat({ max: 1_000_000 }), (seed) => {
      const to = recipe.from + seconds * SECOND_US;
      const market = record({ ...recipe, seed }, { to });
      for (const { venues } of recipe.assets) {
        for (const venue of venues) {
          expect(breachOfBook(market, venue, to), venue.spec.id).toBeUndefined();
          expect(breachOfTrades(market, venue), venue.spec.id).toBeUndefined();
        }
      }
    }), { numRuns });
  });
});
