import { ArbError, formatTime } from '@arb/core';
import path from 'node:path';
import { z } from 'zod';
import type { CatalogWriter } from '../catalog-writer.ts';
import { AGGRESSOR, F_CLEAR, F_LAST, F_SNAPSHOT, F_WINDOW, GAP_REASON } from '../chunks.ts';
import { gridsOf, type InstrumentGrids } from '../step-grid.ts';
import { secondsMicros, stampMicros } from './archive-time.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { readCsv } from './read-csv.ts';

/** Options of {@link hyperliquidCsv}. */
export interface HyperliquidCsvOptions {
  /** A silence of books or best prices longer than this becomes a gap; books come every 0.54 s, best prices about as often. */
  readonly gapSeconds: number;
}

const options: z.ZodType<HyperliquidCsvOptions> = z.strictObject({
  gapSeconds: z.coerce.number().positive().default(10).describe('silence of books or best prices that counts as a gap, s'),
});

/** Levels a side of Hyperliquid's l2Book feed. */
const LEVELS = 20;
/** Trade ids kept to recognise repeats: a reconnect replays a few seconds. */
export const MAX_REMEMBERED_TRADES = 100_000;

const LEVEL_COLUMNS = Array.from({ length: LEVELS }, (_, i) => [`bid_price_${i}`, `bid_size_${i}`, `ask_price_${i}`, `ask_size_${i}`]).flat();

interface Stream { readonly file: string; readonly id: string; readonly grids: InstrumentGrids; readonly writer: CatalogWriter; readonly job: ImportJob<HyperliquidCsvOptions> }

/** A reconnect repeats messages under their own stamp or id; anything else that steps back is a mistake of the file. @throws ArbError `ARB_BAD_ROW` */
function requireOrder(tsEvent: number, lastEvent: number): void {
  if (tsEvent < lastEvent) throw new ArbError('ARB_BAD_ROW', `venue time ${formatTime(tsEvent)} is before ${formatTime(lastEvent)} of the row before it; sort the file by exchange_timestamp`, {});
}

/** Receive and venue stamp of a row; a row received before it was sent is an error of the recorder. */
const stamps = (local: string, venue: string): { tsInit: number; tsEvent: number } => ({ tsInit: secondsMicros(local), tsEvent: stampMicros(venue) });

/** Makes a gap of every silence between two messages that is longer than the limit. */
function silenceWatch(stream: 'book' | 'quote', { id, job }: Pick<Stream, 'id' | 'job'>): (tsInit: number) => void {
  const limit = job.options.gapSeconds * 1_000_000;
  let last = 0;
  return (tsInit) => {
    if (last !== 0 && tsInit - last > limit) job.report.gap({ instrumentId: id, stream, from: last, to: tsInit, reason: GAP_REASON.disconnect });
    last = tsInit;
  };
}

async function importBooks({ file, id, grids, writer, job }: Stream): Promise<void> {
  const { report } = job;
  const book = writer.sink('book', id);
  const silence = silenceWatch('book', { id, job });
  let lastEvent = 0;
  const onRow = (cells: readonly string[]): void => {
    const { tsInit, tsEvent } = stamps(cells[0]!, cells[1]!);
    requireOrder(tsEvent, lastEvent);
    if (tsEvent === lastEvent) { report.corrected('repeated book stamps, dropped'); return; }
    const rows: { side: number; tick: number; lots: number }[] = [];
    for (let side = 0; side < 2; side++) {
      for (let level = 0; level < LEVELS; level++) {
        const at = 2 + level * 4 + side * 2;
        if (cells[at] === '') continue;                              // fewer levels than the window shows
        rows.push({ side, tick: grids.price.parse(cells[at]!), lots: grids.size.parse(cells[at + 1]!) });
      }
    }
    if (rows.length === 0) throw new ArbError('ARB_BAD_ROW', 'a book without a level', {});
    rows.forEach((row, i) => {
      const flags = F_SNAPSHOT | F_WINDOW | (i === 0 ? F_CLEAR : 0) | (i === rows.length - 1 ? F_LAST : 0);
      book.add({ tsEvent, tsInit, ...row, flags, sequence: 0 });
    });
    report.wrote('book', id, rows.length);
    silence(tsInit);
    lastEvent = tsEvent;
  };
  await readCsv(file, { format: { columns: ['timestamp', 'exchange_timestamp', ...LEVEL_COLUMNS] }, report, onRow });
}

async function importQuotes({ file, id, grids, writer, job }: Stream): Promise<void> {
  const { report } = job;
  const sink = writer.sink('quote', id);
  const silence = silenceWatch('quote', { id, job });
  const columns = ['timestamp', 'exchange_timestamp', 'side', 'price', 'size'];
  let open = { key: '', line: 0, tsInit: 0, tsEvent: 0, bidTick: 0, bidLots: 0, askTick: 0, askLots: 0 };
  const flush = (): void => {
    if (open.key === '') return;
    report.attempt(file, open.line, () => {
      sink.add(open);
      silence(open.tsInit);
      report.wrote('quote', id);
    });
  };
  const onRow = ([local, venue, side, price, size]: readonly string[], line: number): void => {
    const { tsInit, tsEvent } = stamps(local!, venue!);
    requireOrder(tsEvent, open.tsEvent);
    const key = `${local} ${venue}`;
    if (side !== 'bid' && side !== 'ask') throw new ArbError('ARB_BAD_ROW', `side "${side}" is neither bid nor ask`, {});
    const tick = grids.price.parse(price!);
    const lots = grids.size.parse(size!);
    if (key !== open.key) {
      flush();
      open = { key, line, tsInit, tsEvent, bidTick: 0, bidLots: 0, askTick: 0, askLots: 0 };
    }
    if (side === 'bid') open = { ...open, bidTick: tick, bidLots: lots };
    else open = { ...open, askTick: tick, askLots: lots };
  };
  await readCsv(file, { format: { columns }, report, onRow });
  flush();
}

async function importTrades({ file, id, grids, writer, job }: Stream): Promise<void> {
  const { report } = job;
  const sink = writer.sink('trade', id);
  const columns = ['timestamp', 'exchange_timestamp', 'side', 'price', 'size', 'trade_id'];
  const seen = new Set<string>();
  let lastEvent = 0;
  const onRow = ([local, venue, side, price, size, tradeId]: readonly string[]): void => {
    const { tsInit, tsEvent } = stamps(local!, venue!);
    if (side !== 'buy' && side !== 'sell') throw new ArbError('ARB_BAD_ROW', `side "${side}" is neither buy nor sell`, {});
    if (seen.has(tradeId!)) {
      report.corrected('repeated trade ids, dropped');
      report.note(`${path.basename(file)}: trade ${tradeId} of ${formatTime(tsEvent)} came twice`);
      return;
    }
    if (seen.size === MAX_REMEMBERED_TRADES) seen.clear();
    seen.add(tradeId!);
    requireOrder(tsEvent, lastEvent);
    lastEvent = tsEvent;
    sink.add({ tsEvent, tsInit, side: side === 'buy' ? AGGRESSOR.buy : AGGRESSOR.sell, tick: grids.price.parse(price!), lots: grids.size.parse(size!), id: tradeId! });
    report.wrote('trade', id);
  };
  await readCsv(file, { format: { columns }, report, onRow });
}

const FILE = /^(orderbooks|prices|trades)_([A-Za-z0-9]+)\.csv(?:\.gz)?$/;
const READERS: Readonly<Record<string, (stream: Stream) => Promise<void>>> = { orderbooks: importBooks, prices: importQuotes, trades: importTrades };

async function run(job: ImportJob<HyperliquidCsvOptions>): Promise<void> {
  const files = job.files.map((file) => {
    const match = FILE.exec(path.basename(file));
    if (match === null) throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: the name tells the kind and coin and must be orderbooks_, prices_ or trades_<COIN>.csv[.gz]`, { file });
    return { file, read: READERS[match[1]!]!, spec: instrumentSpec(`${match[2]}-USD-PERP.HYPERLIQUID`, job.instruments) };
  });
  const writer = await job.openWriter();
  writer.addInstruments([...new Map(files.map(({ spec }) => [spec.id, spec])).values()], KNOWN_SINCE);
  for (const { file, read, spec } of files) await read({ file, id: spec.id, grids: gridsOf(spec), writer, job });
}

/** CSV recordings of Hyperliquid: 20-level books, best prices, trades. */
export const hyperliquidCsv: Importer<HyperliquidCsvOptions> = {
  name: 'hyperliquid-csv',
  summary: 'CSV recordings of Hyperliquid: orderbooks_, prices_ and trades_<COIN>.csv',
  description: [
    'orderbooks_<COIN>.csv: 20 levels a side, each row a snapshot message flagged as a window (nothing is known beyond it).',
    'prices_<COIN>.csv: best bid and ask, the two rows of one stamp become one quote. trades_<COIN>.csv: trades; repeated ids are dropped and listed.',
    'Rows that a reconnect repeats with older stamps are dropped and counted, silences of books and best prices become gaps.',
  ].join('\n'),
  source: { name: 'hyperliquid csv recording', licence: 'exchange data; see the terms of whoever recorded it', isSynthetic: false },
  options,
  run,
};
