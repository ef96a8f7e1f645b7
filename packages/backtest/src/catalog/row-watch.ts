import { POW10_NUMBER } from '@arb/core';
import { type BarChunk, type BookChunk, type ChunkOf, type DataKind, type FundingChunk, FUNDING_STATUS, type OpenInterestChunk, type PriceChunk, type QuoteChunk, type TradeChunk } from './chunks.ts';
import { formatScaled } from './decimal-text.ts';
import { barFault, DROP_REPEATED, DROP_ROW, MAX_FUNDING_RATE, rateFault, type RowFault, timeText } from './row-rules.ts';
import type { InstrumentGrids } from './step-grid.ts';

/** Told of a row that breaks a rule. */
export type FaultFound = (row: number, fault: RowFault) => void;

/**
 * Looks at the rows of one stream as they are read: files of other tools hold what our writer refuses, and a run on them would look complete. The rules are those
 * of the writer that cost a comparison of numbers per row; repeated trade ids and the like are left to the data doctor. A row that is right allocates nothing.
 */
export type RowWatch<K extends DataKind> = (chunk: ChunkOf[K], found: FaultFound) => void;

const PRICE_NAMES = ['mark', 'index', 'oracle'] as const;

const negative = (what: string): RowFault => ({ code: 'ARB_ROW_NEGATIVE', what, wayOut: DROP_ROW });
const repeated = (what: string): RowFault => ({ code: 'ARB_ROW_DUPLICATE', what, wayOut: DROP_REPEATED });

/** The watch of each kind; each has a memory of its own. */
export const ROW_WATCHES: { readonly [K in DataKind]: (grids: InstrumentGrids) => RowWatch<K> } = {
  book: bookWatch, trade: tradeWatch, quote: quoteWatch, bar: barWatch, price: priceWatch, funding: fundingWatch, open_interest: () => watchOpenInterest, gap: () => () => undefined,
};

function bookWatch({ price, size }: InstrumentGrids): RowWatch<'book'> {
  return ({ rows, tick, lots }: BookChunk, found) => {
    for (let row = 0; row < rows; row++) {
      if (lots[row]! < 0) found(row, negative(`size ${size.format(lots[row]!)} at price ${price.format(tick[row]!)}`));
      else if (tick[row]! <= 0 && (tick[row]! < 0 || lots[row]! > 0)) found(row, negative(`level of ${size.format(lots[row]!)} at price ${price.format(tick[row]!)}`));
    }
  };
}

function tradeWatch({ price, size }: InstrumentGrids): RowWatch<'trade'> {
  return ({ rows, tick, lots }: TradeChunk, found) => {
    for (let row = 0; row < rows; row++) if (tick[row]! <= 0 || lots[row]! <= 0) found(row, negative(`trade of ${size.format(lots[row]!)} at price ${price.format(tick[row]!)}`));
  };
}

function quoteWatch({ price, size }: InstrumentGrids): RowWatch<'quote'> {
  return ({ rows, bidTick, bidLots, askTick, askLots }: QuoteChunk, found) => {
    for (let row = 0; row < rows; row++) {
      if (bidTick[row]! >= 0 && bidLots[row]! >= 0 && askTick[row]! >= 0 && askLots[row]! >= 0) continue;
      found(row, negative(`quote ${size.format(bidLots[row]!)} at ${price.format(bidTick[row]!)} / ${size.format(askLots[row]!)} at ${price.format(askTick[row]!)}`));
    }
  };
}

function barWatch(): RowWatch<'bar'> {
  const closes = new LastStamps();
  return (chunk: BarChunk, found) => {
    const { rows, open, high, low, close, volume, intervalUs, priceKind, tsEvent, priceScale, volumeScale } = chunk;
    for (let row = 0; row < rows; row++) {
      const fault = barFault({ open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]! }, (value, name) => formatScaled(value, name === 'volume' ? volumeScale : priceScale));
      if (fault !== undefined) found(row, fault);
      if (intervalUs[row]! < 1) found(row, negative(`interval_us ${intervalUs[row]!}`));
      if (closes.repeats(intervalUs[row]! * 4 + priceKind[row]!, tsEvent[row]!)) found(row, repeated(`there is a bar of ${intervalUs[row]!} µs closing at ${timeText(tsEvent[row]!)} already`));
    }
  };
}

function priceWatch(): RowWatch<'price'> {
  const seen = [new LastPrice(), new LastPrice(), new LastPrice()];
  return ({ rows, value, priceKind, tsEvent, tsInit, scale }: PriceChunk, found) => {
    for (let row = 0; row < rows; row++) {
      const kind = priceKind[row]!;
      if (value[row]! <= 0) found(row, negative(`${PRICE_NAMES[kind]!} price ${formatScaled(value[row]!, scale)}`));
      if (!seen[kind]!.repeats(tsEvent[row]!, tsInit[row]!)) continue;
      found(row, repeated(`there is a ${PRICE_NAMES[kind]!} price of ${timeText(tsEvent[row]!)}, known at ${timeText(tsInit[row]!)}, already`));
    }
  };
}

function fundingWatch(): RowWatch<'funding'> {
  const settled = new LastStamps();
  return ({ rows, rate, intervalUs, status, settlesAt, rateScale }: FundingChunk, found) => {
    const most = MAX_FUNDING_RATE * POW10_NUMBER[rateScale]!;
    for (let row = 0; row < rows; row++) {
      if (Math.abs(rate[row]!) > most) found(row, rateFault(formatScaled(rate[row]!, rateScale)));
      if (intervalUs[row]! < 1) found(row, negative(`interval_us ${intervalUs[row]!}`));
      if (status[row] !== FUNDING_STATUS.settled || !settled.repeats(0, settlesAt[row]!)) continue;
      found(row, repeated(`there is a settlement at or after ${timeText(settlesAt[row]!)} already`));
    }
  };
}

function watchOpenInterest({ rows, size, scale }: OpenInterestChunk, found: FaultFound): void {
  for (let row = 0; row < rows; row++) if (size[row]! < 0) found(row, negative(`open interest ${formatScaled(size[row]!, scale)}`));
}

/** The last time of each series of a stream; an instrument has a handful. */
class LastStamps {
  readonly #series: number[] = [];
  readonly #last: number[] = [];

  /** Takes the next time of a series; true where it is not after the one before. */
  repeats(series: number, time: number): boolean {
    const at = this.#series.indexOf(series);
    if (at < 0) {
      this.#series.push(series);
      this.#last.push(time);
      return false;
    }
    if (time <= this.#last[at]!) return true;
    this.#last[at] = time;
    return false;
  }
}

/** Both stamps of the last price of a kind. */
class LastPrice {
  #event = -1;
  #init = -1;

  /** Takes the next stamps; true where they are those of the price before. */
  repeats(tsEvent: number, tsInit: number): boolean {
    if (tsEvent === this.#event && tsInit === this.#init) return true;
    this.#event = tsEvent;
    this.#init = tsInit;
    return false;
  }
}
