import path from 'node:path';
import { ArbError, MICROS_PER_HOUR, parseTime } from '@arb/core';
import { z } from 'zod';
import { counted } from '../../counted.ts';
import { nearestHour } from './archive-time.ts';
import { FundingStream } from './funding-stream.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { readCsv } from './read-csv.ts';

/** How the files of a venue are written: hours ahead of UTC, and the UTC hours on which it settles (the remainder of the hour by the interval). */
interface VenueFormat { readonly id: string; readonly aheadHours: number; readonly intervalHours: number; readonly firstHour: number }

const VENUES: Readonly<Record<string, VenueFormat>> = {
  binance: { id: 'BTCUSDT-PERP.BINANCE', aheadHours: 3, intervalHours: 8, firstHour: 0 },
  bybit: { id: 'BTCUSDT-PERP.BYBIT', aheadHours: 3, intervalHours: 8, firstHour: 0 },
  dydx: { id: 'BTC-USD-PERP.DYDX', aheadHours: 0, intervalHours: 1, firstHour: 0 },
  gate: { id: 'BTCUSDT-PERP.GATE', aheadHours: 0, intervalHours: 8, firstHour: 0 },
  htx: { id: 'BTCUSDT-PERP.HTX', aheadHours: 3, intervalHours: 8, firstHour: 0 },
  kucoin: { id: 'BTCUSDT-PERP.KUCOIN', aheadHours: 3, intervalHours: 8, firstHour: 4 },
  mexc: { id: 'BTCUSDT-PERP.MEXC', aheadHours: 3, intervalHours: 8, firstHour: 0 },
};

/** Share of settlements off the venue's hours above which the time zone is taken to be wrong; HTX had 5 of 3,284. */
const MAX_OFF_HOUR_SHARE = 0.01;
const FILE = /^BTC-USDT_([a-z]+)_.*\.csv(?:\.gz)?$/;

interface VenueFile { readonly file: string; readonly name: string; readonly venue: VenueFormat }

function describeFile(file: string): VenueFile {
  const name = FILE.exec(path.basename(file))?.[1] ?? '';
  const venue = VENUES[name];
  if (venue === undefined) {
    throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: the name tells the venue and must be BTC-USDT_<venue>_….csv[.gz] with one of ${Object.keys(VENUES).join(', ')}`, { file });
  }
  return { file, name, venue };
}

async function importFile({ file, name, venue }: VenueFile, job: ImportJob<object>, stream: FundingStream): Promise<void> {
  const { report } = job;
  let rows = 0;
  let offHours = 0;
  const onRow = ([symbol, date, rate]: readonly string[]): void => {
    if (symbol !== 'BTC-USDT') throw new ArbError('ARB_BAD_ROW', `symbol "${symbol}" instead of BTC-USDT`, {});
    const stamp = parseTime(date!) - venue.aheadHours * MICROS_PER_HOUR;
    rows++;
    if ((nearestHour(stamp) / MICROS_PER_HOUR - venue.firstHour) % venue.intervalHours !== 0) offHours++;
    stream.add({ stamp, rate: rate!, intervalHours: venue.intervalHours });
    if (venue.aheadHours !== 0) report.corrected(`stamps of ${name} in UTC+${venue.aheadHours}, moved to UTC`);
  };
  await readCsv(file, { format: { columns: ['Symbol', 'Date', 'Funding Rate'] }, report, onRow });
  if (offHours > rows * MAX_OFF_HOUR_SHARE) {
    throw new ArbError('ARB_BAD_FILE', `${file}: ${offHours} of ${counted(rows, 'settlement')} ${offHours === 1 ? 'is' : 'are'} off ${name}'s hours (every ${venue.intervalHours} h from ${venue.firstHour}:00 UTC) when read as UTC+${venue.aheadHours}; the file is in another time zone`, { file, offHours });
  }
}

async function run(job: ImportJob<object>): Promise<void> {
  const files = job.files.map(describeFile);
  const writer = await job.openWriter();
  writer.addInstruments(files.map(({ venue }) => instrumentSpec(venue.id, job.instruments)), KNOWN_SINCE);
  for (const file of files) await importFile(file, job, new FundingStream({ instrumentId: file.venue.id, writer, report: job.report }));
}

/** Funding of seven venues as CSV, written in two time zones. */
export const funding7Venues: Importer<object> = {
  name: 'funding-7venues',
  summary: 'BTC funding history of Binance, Bybit, dYdX v3, Gate, HTX, KuCoin, MEXC: BTC-USDT_<venue>_….csv',
  description: [
    'CSV Symbol, Date, Funding Rate (a fraction per 8 h, dYdX per 1 h).',
    'Dates of binance, bybit, htx, kucoin and mexc are UTC+3 and are moved to UTC, those of gate and dydx are UTC already; the settlement hours are the proof, a file off them is refused.',
  ].join('\n'),
  source: { name: 'historical-funding-rates-fetcher', licence: 'MIT (Copyright 2024 supervik)', url: 'https://github.com/supervik/historical-funding-rates-fetcher', isSynthetic: false },
  options: z.strictObject({}),
  run,
};
