import { ArbError, formatTime, MICROS_PER_HOUR, parseTime } from '@arb/core';
import { z } from 'zod';
import { PRICE_KIND } from '../chunks.ts';
import type { CatalogWriter } from '../catalog-writer.ts';
import { parseScaled } from '../decimal-text.ts';
import { parseRate } from '../row-rules.ts';
import { londonMicros } from './archive-time.ts';
import { BarGaps } from './bar-gaps.ts';
import { FundingStream } from './funding-stream.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { readCsv } from './read-csv.ts';

const INTERVAL_US = 8 * MICROS_PER_HOUR;
const COLUMNS = ['time', 'exchange', 'pair', 'contract', 'open', 'high', 'low', 'close', 'volume', 'funding rate'];

/** By how many hours the bars of a venue are labelled late; the funding is not. */
const LATE_HOURS: Readonly<Record<string, number>> = { binance: 0, bybit: 4, okx: 4 };

/** `BTCUSDT` and its like on a venue. */
function idOf(exchange: string, pair: string): string {
  const match = /^(BTC|ETH)(\/USDT|USDT|USDCM)$/.exec(pair);
  if (match === null) throw new ArbError('ARB_BAD_ROW', `pair "${pair}" is not one of BTC/USDT, BTCUSDT, BTCUSDCM (or ETH)`, {});
  const quote = match[2] === 'USDCM' ? 'USD' : 'USDT';
  const symbol = exchange === 'okx' ? `${match[1]}-${quote}` : `${match[1]}${quote}`;
  return `${symbol}${match[2] === '/USDT' ? '' : '-PERP'}.${exchange.toUpperCase()}`;
}

/** What is open while the file is read. */
interface State {
  readonly job: ImportJob<object>;
  readonly writer: CatalogWriter;
  readonly marks: CatalogWriter;
  readonly funding: Map<string, FundingStream>;
  readonly gaps: Map<string, BarGaps>;
  /** Opens of Binance's bars of the row's time, by pair. */
  readonly opens: Map<string, string>;
  time: number;
}

function open(state: State, id: string, isPerp: boolean): void {
  if (state.gaps.has(id)) return;
  const { writer, job } = state;
  state.gaps.set(id, new BarGaps(id, job.report));
  if (isPerp) state.funding.set(id, new FundingStream({ instrumentId: id, writer, report: job.report }));
}

function addRow(state: State, cells: readonly string[]): void {
  const [local, exchange, pair, contract, o, h, l, c, volume, rate] = cells as [string, string, string, string, string, string, string, string, string, string];
  const { report } = state.job;
  const late = LATE_HOURS[exchange];
  if (late === undefined) throw new ArbError('ARB_BAD_ROW', `exchange "${exchange}" is not binance, bybit or okx`, {});
  const isPerp = contract === 'perpetual';
  if (!isPerp && contract !== 'spot') throw new ArbError('ARB_BAD_ROW', `contract "${contract}" is neither spot nor perpetual`, {});
  const id = idOf(exchange, pair);
  const time = londonMicros(local);
  if (time % INTERVAL_US !== 0) throw new ArbError('ARB_BAD_ROW', `${local} in London is ${formatTime(time)}: off 00:00, 08:00, 16:00 UTC`, {});
  open(state, id, isPerp);
  const mark = isPerp ? markOf(state, { pair, time, open: o, isOwn: exchange === 'binance' }) : '';
  if (isPerp) parseRate(rate);                                          // before anything is written: a bad row is left out whole
  const closesAt = time - late * MICROS_PER_HOUR + INTERVAL_US;
  state.writer.sink('bar', id).add({ tsEvent: closesAt, tsInit: closesAt, open: o, high: h, low: l, close: c, volume, intervalUs: INTERVAL_US, priceKind: 0 });
  report.wrote('bar', id);
  state.gaps.get(id)!.add(0, closesAt, INTERVAL_US);
  if (time !== parseTime(local)) report.corrected('times in British summer time, moved to UTC');
  if (late > 0) report.corrected(`bars of ${exchange} labelled ${late} h late, moved back (their funding is labelled right)`);
  if (!isPerp) return;
  state.funding.get(id)!.add({ stamp: time, rate, intervalHours: 8 });
  state.marks.sink('price', id).add({ tsEvent: time, tsInit: time, value: mark, priceKind: PRICE_KIND.mark });
  report.wrote('price', id);
}

/** The price that the funding of this time is charged at: the bars of Bybit and OKX do not begin then, Binance's do. */
function markOf(state: State, row: { readonly pair: string; readonly time: number; readonly open: string; readonly isOwn: boolean }): string {
  if (row.time !== state.time) { state.opens.clear(); state.time = row.time; }
  parseScaled(row.open);
  if (row.isOwn) state.opens.set(row.pair, row.open);
  const value = state.opens.get(row.pair);
  if (value === undefined) throw new ArbError('ARB_BAD_ROW', `no Binance row of ${row.pair} at ${formatTime(row.time)} before this one: its open is the mark price of this settlement`, {});
  return value;
}

async function run(job: ImportJob<object>): Promise<void> {
  const { report } = job;
  const writer = await job.openWriter();
  const ids = Object.keys(LATE_HOURS).flatMap((exchange) => ['BTC', 'ETH'].flatMap((coin) => [`${coin}/USDT`, `${coin}USDT`, `${coin}USDCM`].map((pair) => idOf(exchange, pair))));
  writer.addInstruments(ids.map((id) => instrumentSpec(id, job.instruments)), KNOWN_SINCE);
  const marks = await job.openWriter({ yearlyFiles: true, source: xvenue8hMarks });
  const state: State = { job, writer, marks, funding: new Map(), gaps: new Map(), opens: new Map(), time: 0 };
  for (const file of job.files) await readCsv(file, { format: { columns: COLUMNS }, report, onRow: (cells) => { addRow(state, cells); } });
  report.note('bars of Bybit and OKX end at 04:00, 12:00, 20:00 UTC, those of Binance at 00:00, 08:00, 16:00: compare a Bybit bar with an OKX bar, not with a Binance one of the same row');
  report.note('mark prices are derived: the open of Binance\'s bar of the same contract at the settlement (venues agree within some basis points)');
}

/** Label of the derived mark prices. */
const xvenue8hMarks = {
  name: 'xvenue-8h, mark derived from Binance opens', licence: 'MIT (Copyright 2024 Anees)', url: 'https://github.com/AHA-HH/optimising-funding-rate-arbitrage', isSynthetic: false,
};

/** Bars and funding of Binance, Bybit and OKX every 8 h, in London time. */
export const xvenue8h: Importer<object> = {
  name: 'xvenue-8h',
  summary: '8-hourly bars and funding of Binance, Bybit, OKX (spot and perpetuals of BTC and ETH): all_exchanges.csv',
  description: [
    'CSV time, exchange, crypto, pair, contract, OHLC, volume, funding rate; time is London local time and is moved to UTC.',
    'Bars of Bybit and OKX are labelled 4 h late and are moved back; the funding of a row is right. Each perpetual gets a mark price per settlement: the open of Binance\'s bar, labelled as derived.',
  ].join('\n'),
  source: { name: 'xvenue-8h', licence: 'MIT (Copyright 2024 Anees)', url: 'https://github.com/AHA-HH/optimising-funding-rate-arbitrage', isSynthetic: false },
  options: z.strictObject({}),
  run,
};
