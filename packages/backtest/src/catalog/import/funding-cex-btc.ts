import path from 'node:path';
import { ArbError, parseTime } from '@arb/core';
import { z } from 'zod';
import type { CatalogWriter } from '../catalog-writer.ts';
import { PRICE_KIND } from '../chunks.ts';
import { parseRate } from '../row-rules.ts';
import { FundingStream } from './funding-stream.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { type CsvRow, readCsv } from './read-csv.ts';

const BINANCE = 'BTCUSDT-PERP.BINANCE';
const BYBIT = 'BTCUSDT-PERP.BYBIT';
const OKX = 'BTC-USDT-PERP.OKX';
const INTERVAL_HOURS = 8;

/** Files by name: their columns and which instruments they hold. */
const FORMATS: Readonly<Record<string, { readonly columns: readonly string[]; readonly ids: readonly string[] }>> = {
  funding_multi_exchange: { columns: ['ts', 'fr_binance', 'fr_bybit', 'fr_okx'], ids: [BINANCE, BYBIT, OKX] },
  funding_btcusdt: { columns: ['fundingTime', 'fundingRate', 'markPrice', 'symbol'], ids: [BINANCE] },
  funding_bybit_btc: { columns: ['ts', 'fundingRate'], ids: [BYBIT] },
  funding_okx_btc: { columns: ['ts', 'fundingRate'], ids: [OKX] },
};

function rowReader(name: string, streams: readonly FundingStream[], addMark: (stamp: number, value: string) => void): CsvRow {
  if (name === 'funding_btcusdt') {
    return ([time, rate, mark, symbol]) => {
      if (symbol !== 'BTCUSDT') throw new ArbError('ARB_BAD_ROW', `symbol "${symbol}" instead of BTCUSDT`, {});
      const stamp = parseTime(time!);
      streams[0]!.add({ stamp, rate: rate!, intervalHours: INTERVAL_HOURS });
      if (mark !== '') addMark(stamp, mark!);
    };
  }
  return ([time, ...rates]) => {
    const stamp = parseTime(time!);
    for (const rate of rates) if (rate !== '') parseRate(rate);             // before anything is written: a bad row is left out whole
    rates.forEach((rate, i) => { if (rate !== '') streams[i]!.add({ stamp, rate, intervalHours: INTERVAL_HOURS }); });      // empty: not recorded
  };
}

interface CexFile { readonly file: string; readonly name: string; readonly columns: readonly string[]; readonly ids: readonly string[] }

function describeFile(file: string): CexFile {
  const name = path.basename(file).replace(/\.csv(\.gz)?$/, '');
  const format = FORMATS[name];
  if (format === undefined) throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: the name tells the format and must be one of ${Object.keys(FORMATS).join(', ')} with .csv or .csv.gz`, { file });
  return { file, name, ...format };
}

async function importFile({ file, name, columns, ids }: CexFile, job: ImportJob<object>, writer: CatalogWriter): Promise<void> {
  const { report } = job;
  const streams = ids.map((instrumentId) => new FundingStream({ instrumentId, writer, report }));
  const addMark = (stamp: number, value: string): void => {
    writer.sink('price', BINANCE).add({ tsEvent: stamp, tsInit: stamp, value, priceKind: PRICE_KIND.mark });
    report.wrote('price', BINANCE);
  };
  await readCsv(file, { format: { columns }, report, onRow: rowReader(name, streams, addMark) });
}

async function run(job: ImportJob<object>): Promise<void> {
  const files = job.files.map(describeFile);
  const taken = new Map<string, string>();
  for (const { file, ids } of files) {
    for (const id of ids) {
      const other = taken.get(id);
      if (other !== undefined) throw new ArbError('ARB_USAGE_SAME_DATA', `${other} and ${file} both hold the funding of ${id}; import one of them`, { id });
      taken.set(id, file);
    }
  }
  const writer = await job.openWriter({ yearlyFiles: true });
  writer.addInstruments([...taken.keys()].map((id) => instrumentSpec(id, job.instruments)), KNOWN_SINCE);
  for (const file of files) await importFile(file, job, writer);
}

/** BTC funding of three venues as CSV. */
export const fundingCexBtc: Importer<object> = {
  name: 'funding-cex-btc',
  summary: 'BTC funding of Binance, Bybit, OKX since 2019: funding_multi_exchange.csv, or funding_btcusdt / _bybit_btc / _okx_btc.csv',
  description: 'CSV in UTC, stamps with and without fractions of a second, rates as fractions per 8 h; an empty cell is a settlement that was not recorded. funding_btcusdt.csv also has the mark price of the settlement.',
  source: { name: 'btc-funding-arb', licence: 'no licence stated; facts of the exchanges, not for redistribution', url: 'https://github.com/twitter-bot-tech/btc-funding-arb', isSynthetic: false },
  options: z.strictObject({}),
  run,
};
