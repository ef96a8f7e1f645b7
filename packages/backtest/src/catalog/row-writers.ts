import type { DataKind } from './chunks.ts';
import { parseScaled, rescale, type ScaledInteger } from './decimal-text.ts';
import type { FileSeries } from './file-series.ts';
import { barFault, DROP_REPEATED, DROP_ROW, parseRate, type RowRules } from './row-rules.ts';
import type { BarRow, FundingRow, GapRow, OpenInterestRow, PriceRow, QuoteRow, RowOf, TradeRow } from './rows.ts';
import { DATA_KINDS } from './schemas.ts';
import type { InstrumentGrids } from './step-grid.ts';

/** Kinds whose every row stands for itself. */
export type RowKind = Exclude<DataKind, 'book'>;

/** What a row writer works with. */
export interface RowContext {
  readonly rules: RowRules;
  readonly grids: InstrumentGrids;
  /** Throws `ARB_OFF_GRID` for a tick the venue's significant-figure rule does not allow. */
  readonly checkTick: (tick: number) => void;
}

/** Checks one row and puts it behind the columns of the series; throws before anything has changed. */
export type RowWriter<R> = (row: R, context: RowContext, series: FileSeries) => void;

/** Trade ids remembered to find repeated trades. */
const REMEMBERED_IDS = 65_536;

/** The writer of each kind; each has a memory of its own. */
export const ROW_WRITERS: { readonly [K in RowKind]: () => RowWriter<RowOf[K]> } = {
  trade: tradeWriter, quote: quoteWriter, bar: barWriter, price: priceWriter, funding: fundingWriter, open_interest: openInterestWriter, gap: () => gapWriter,
};

function putTimes(series: FileSeries, row: { readonly tsEvent: number; readonly tsInit: number }): void {
  series.buffers.reserve();
  series.buffers.number(0, row.tsEvent);
  series.buffers.number(1, row.tsInit);
}

function tradeWriter(): RowWriter<TradeRow> {
  const seen = new Set<string>();
  const ring: string[] = [];
  let next = 0;
  return (row, { rules, grids, checkTick }, series) => {
    rules.checkCode(row.side, 2, 'side');
    rules.checkSteps(row.tick, 'tick');
    rules.checkSteps(row.lots, 'lots');
    if (row.tick === 0 || row.lots === 0) rules.fail('ARB_ROW_NEGATIVE', `trade of ${row.lots} lots at tick ${row.tick}`, DROP_ROW);
    checkTick(row.tick);
    if (row.id !== '' && seen.has(row.id)) rules.fail('ARB_ROW_DUPLICATE', `trade ${row.id} is there already`, DROP_REPEATED);
    series.prepare(row);
    if (row.id !== '') {
      const forgotten = ring[next];
      if (forgotten !== undefined) seen.delete(forgotten);
      seen.add(row.id);
      ring[next] = row.id;
      next = (next + 1) % REMEMBERED_IDS;
    }
    putTimes(series, row);
    series.buffers.number(2, row.side);
    series.buffers.number(3, grids.price.toMantissa(row.tick));
    series.buffers.number(4, grids.size.toMantissa(row.lots));
    series.buffers.text(5, row.id);
  };
}

function quoteWriter(): RowWriter<QuoteRow> {
  let last = '';
  return (row, { rules, grids, checkTick }, series) => {
    for (const name of ['bidTick', 'bidLots', 'askTick', 'askLots'] as const) rules.checkSteps(row[name], name);
    if (row.bidLots > 0 && row.askLots > 0 && row.bidTick >= row.askTick) {
      rules.fail('ARB_BOOK_CROSSED', `bid ${grids.price.format(row.bidTick)} is not below ask ${grids.price.format(row.askTick)}`, 'drop the row and note a gap');
    }
    checkTick(row.bidTick);
    checkTick(row.askTick);
    const content = `${row.tsInit} ${row.tsEvent} ${row.bidTick} ${row.bidLots} ${row.askTick} ${row.askLots}`;
    if (content === last) rules.fail('ARB_ROW_DUPLICATE', 'the quote before it is the same', DROP_REPEATED);
    series.prepare(row);
    last = content;
    putTimes(series, row);
    series.buffers.number(2, grids.price.toMantissa(row.bidTick));
    series.buffers.number(3, grids.size.toMantissa(row.bidLots));
    series.buffers.number(4, grids.price.toMantissa(row.askTick));
    series.buffers.number(5, grids.size.toMantissa(row.askLots));
  };
}

/** Puts decimals of columns that share a scale, which grows to the most decimals seen. */
function putDecimals(series: FileSeries, columns: readonly number[], values: readonly ScaledInteger[]): void {
  values.forEach((value, i) => series.buffers.number(columns[i]!, Number(rescale(value, series.scales[columns[i]!]!))));
}

/** Raises the scale as values need it, and refuses one that would not be exact. */
function fitScale(at: { readonly series: FileSeries; readonly tsInit: number; readonly rules: RowRules }, columns: readonly number[], values: readonly ScaledInteger[]): void {
  const { series } = at;
  let scale = 0;
  for (const value of values) scale = Math.max(scale, value.scale);
  series.raiseScale(columns, scale, at.tsInit);
  for (const [i, value] of values.entries()) {
    const mantissa = rescale(value, series.scales[columns[i]!]!);
    if (!Number.isSafeInteger(Number(mantissa))) at.rules.fail('ARB_BAD_NUMBER', `${value.mantissa}e-${value.scale} has more than 2^53 steps at ${series.scales[columns[i]!]} decimals`, 'round it where it is made');
  }
}

const PRICE_COLUMNS = [2, 3, 4, 5] as const;

function barWriter(): RowWriter<BarRow> {
  const lastClose = new Map<number, number>();
  return (row, { rules }, series) => {
    rules.checkWhole(row.intervalUs, 1, 'intervalUs');
    rules.checkCode(row.priceKind, 3, 'priceKind');
    const prices = [row.open, row.high, row.low, row.close].map(parseScaled);
    const volume = parseScaled(row.volume);
    const [open, high, low, close] = prices.map((value) => rescale(value, 18)) as [bigint, bigint, bigint, bigint];
    rules.require(barFault({ open, high, low, close, volume: volume.mantissa }, (_, name) => row[name]));
    const series4 = row.intervalUs * 4 + row.priceKind;
    if ((lastClose.get(series4) ?? -1) >= row.tsEvent) rules.fail('ARB_ROW_DUPLICATE', `there is a bar of ${row.intervalUs} µs closing at ${row.tsEvent} already`, DROP_REPEATED);
    series.prepare(row);
    fitScale({ series, tsInit: row.tsInit, rules }, PRICE_COLUMNS, prices);
    fitScale({ series, tsInit: row.tsInit, rules }, [6], [volume]);
    lastClose.set(series4, row.tsEvent);
    putTimes(series, row);
    putDecimals(series, PRICE_COLUMNS, prices);
    putDecimals(series, [6], [volume]);
    series.buffers.number(7, row.intervalUs);
    series.buffers.number(8, row.priceKind);
  };
}

function priceWriter(): RowWriter<PriceRow> {
  const last: (PriceRow | undefined)[] = [];
  return (row, { rules }, series) => {
    rules.checkCode(row.priceKind, 2, 'priceKind');
    const value = parseScaled(row.value);
    if (value.mantissa <= 0n) rules.fail('ARB_ROW_NEGATIVE', `price ${row.value}`, DROP_ROW);
    const before = last[row.priceKind];
    if (before !== undefined && before.tsInit === row.tsInit && before.tsEvent === row.tsEvent) {
      rules.fail('ARB_ROW_DUPLICATE', `the price before it, ${before.value}, has the same times`, DROP_REPEATED);
    }
    series.prepare(row);
    fitScale({ series, tsInit: row.tsInit, rules }, [2], [value]);
    last[row.priceKind] = { tsEvent: row.tsEvent, tsInit: row.tsInit, value: row.value, priceKind: row.priceKind };
    putTimes(series, row);
    putDecimals(series, [2], [value]);
    series.buffers.number(3, row.priceKind);
  };
}

const INDEX_COLUMN = 6;

function fundingWriter(): RowWriter<FundingRow> {
  let lastSettlement = -1;
  let lastForecast = '';
  return (row, { rules }, series) => {
    rules.checkWhole(row.intervalUs, 1, 'intervalUs');
    rules.checkCode(row.status, 1, 'status');
    rules.checkTime(row.settlesAt, 'settlesAt');
    const rate = parseRate(row.rate);
    const index = row.index === undefined ? undefined : parseScaled(row.index);
    const forecast = `${row.tsInit} ${row.tsEvent} ${row.rate} ${row.settlesAt} ${row.index}`;
    if (row.status === 1 ? row.settlesAt <= lastSettlement : forecast === lastForecast) {
      rules.fail('ARB_ROW_DUPLICATE', row.status === 1 ? `there is a settlement at or after ${row.settlesAt} already` : 'the forecast before it is the same', DROP_REPEATED);
    }
    series.prepare(row);
    fitScale({ series, tsInit: row.tsInit, rules }, [2], [rate]);
    if (index !== undefined) {
      series.raiseScale([INDEX_COLUMN], index.scale, row.tsInit);
      const mantissa = rescale(index, series.scales[INDEX_COLUMN]!);
      if (BigInt.asIntN(64, mantissa) !== mantissa) rules.fail('ARB_BAD_NUMBER', `index ${row.index} has more than 18 digits`, 'round it where it is made');
    }
    if (row.status === 1) lastSettlement = row.settlesAt;
    else lastForecast = forecast;
    putTimes(series, row);
    putDecimals(series, [2], [rate]);
    series.buffers.number(3, row.intervalUs);
    series.buffers.number(4, row.status);
    series.buffers.number(5, row.settlesAt);
    series.buffers.optional(INDEX_COLUMN, index === undefined ? undefined : rescale(index, series.scales[INDEX_COLUMN]!));
  };
}

function openInterestWriter(): RowWriter<OpenInterestRow> {
  let lastEvent = -1;
  return (row, { rules }, series) => {
    const size = parseScaled(row.size);
    if (size.mantissa < 0n) rules.fail('ARB_ROW_NEGATIVE', `open interest ${row.size}`, DROP_ROW);
    if (row.tsEvent === lastEvent) rules.fail('ARB_ROW_DUPLICATE', 'the row before it has the same time', DROP_REPEATED);
    series.prepare(row);
    fitScale({ series, tsInit: row.tsInit, rules }, [2], [size]);
    lastEvent = row.tsEvent;
    putTimes(series, row);
    putDecimals(series, [2], [size]);
  };
}

function gapWriter(row: GapRow, { rules }: RowContext, series: FileSeries): void {
  if (!DATA_KINDS.includes(row.stream)) rules.fail('ARB_ROW_CODE', `stream is "${row.stream}"`, `write one of ${DATA_KINDS.join(', ')}`);
  rules.checkTime(row.from, 'from');
  rules.checkTime(row.to, 'to');
  rules.checkCode(row.reason, 4, 'reason');
  if (row.to <= row.from) rules.fail('ARB_ROW_ORDER', `gap from ${row.from} to ${row.to}`, 'write a gap that ends after it begins');
  series.prepare(row);
  putTimes(series, row);
  series.buffers.text(2, row.stream);
  series.buffers.number(3, row.from);
  series.buffers.number(4, row.to);
  series.buffers.number(5, row.reason);
}
