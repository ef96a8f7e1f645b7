import { describe, expect, it } from 'vitest';
import { NO_TICK } from '../../../src/kernel/book/book-side.ts';
import { OrderBook } from '../../../src/kernel/book/order-book.ts';
import { LINEAR } from '../support/book.ts';

function opening(): OrderBook {
  const book = new OrderBook(LINEAR);
  for (const [tick, lots] of [[100, 5], [99, 7], [97, 9]] as const) book.setBid(tick, lots);
  for (const [tick, lots] of [[101, 4], [102, 6], [105, 8]] as const) book.setAsk(tick, lots);
  return book;
}

/** Best bid and ask as `price×lots`. */
function touch(book: OrderBook): string {
  const bid = book.bestBidTick === NO_TICK ? '–' : `${book.bestBidTick}×${book.bids.lotsAt(book.bids.best)}`;
  const ask = book.bestAskTick === NO_TICK ? '–' : `${book.bestAskTick}×${book.asks.lotsAt(book.asks.best)}`;
  return `${bid} / ${ask}`;
}

describe('§7 REQ-D14 book maintenance', () => {
  it('§7 the whole table: crossed levels are purged and never come back as ghosts', () => {
    const book = opening();
    expect(touch(book)).toBe('100×5 / 101×4');
    book.setBid(100, 0);
    expect(touch(book)).toBe('99×7 / 101×4');
    book.setBid(102, 3);
    expect([touch(book), book.purgedLevels]).toEqual(['102×3 / 105×8', 2]);
    book.setBid(102, 0);
    expect(touch(book)).toBe('99×7 / 105×8');
    book.setAsk(99, 2);
    expect([touch(book), book.purgedLevels]).toEqual(['97×9 / 99×2', 3]);
    book.setAsk(99, 0);
    expect(touch(book)).toBe('97×9 / 105×8');
    book.setBid(98, 0);                                                             // clearing bids from 98 up takes nothing that is not there
    expect(touch(book)).toBe('97×9 / 105×8');
    book.clear();
    expect(touch(book)).toBe('– / –');
  });

  it('§7 the same level twice changes nothing', () => {
    const book = opening();
    expect(book.setBid(100, 5)).toBe(5);
    expect([touch(book), book.purgedLevels, book.unknownDeletes]).toEqual(['100×5 / 101×4', 0, 0]);
  });

  it('§7 deleting a level that is not there changes nothing and is counted', () => {
    const book = opening();
    book.setBid(98, 0);
    book.setAsk(103, 0);
    expect([touch(book), book.unknownDeletes]).toEqual(['100×5 / 101×4', 2]);
  });

  it('§7 a bid at the ask crosses it too', () => {
    const book = opening();
    book.setBid(101, 1);
    expect(touch(book)).toBe('101×1 / 102×6');
  });
});
