import { Instrument } from '@arb/core';
import { NO_TICK, OrderBook } from '@arb/core/internal';
import { type MarketChunk, ROW_ASK, ROW_BID, ROW_CLEAR, ROW_KIND_MASK, ROW_LAST } from '../../src/replay/market-chunk.ts';
import { SPEC } from '../venue/venue-rig.ts';

/** Messages, changes of the touch, a checksum over them, and the depth of five levels a side summed over messages. */
export function bookFigures({ rows, kind, tick, lots }: MarketChunk): readonly number[] {
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
    messages++;                                                                     // the tape may end within one: it changes the touch, and is not summed
    const isWhole = (flags & ROW_LAST) !== 0;
    if (isWhole) depth += five(bids) + five(asks);
    const touch = [book.bestBidTick, book.bestAskTick, bids.best === NO_TICK ? 0 : bids.lotsAt(bids.best), asks.best === NO_TICK ? 0 : asks.lotsAt(asks.best)];
    if (touch.every((value, i) => value === before[i])) continue;
    changes++;
    before = touch;
    if (isWhole) hash = (Math.imul(hash, 31) + touch[0]! + Math.imul(touch[1]!, 7) + touch[2]! + Math.imul(touch[3]! | 0, 3)) | 0;
  }
  return [messages, changes, hash, depth];
}
