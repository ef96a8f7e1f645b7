// Makes datasets/binance-20240808/catalog from the raw recordings of github.com/nkaz001/hftbacktest (MIT).
//
//   npm run build && node scripts/datasets/binance-20240808.mjs <folder with the *.jsonl.gz files>
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseTime } from '@arb/core';
import { Catalog, CatalogWriter, clockShiftOf, runImport } from '@arb/backtest';
import { writeChecksums } from './checksums.mjs';

const from = process.argv[2] ?? '../shared/data/l2-binance-raw-20240808';
const dataset = 'datasets/binance-20240808';
const catalog = path.join(dataset, 'catalog');
const SPOT = 'BTCUSDT.BINANCE';
const PERP = 'BTCUSD-PERP.BINANCE';
const RECORDING = { name: 'hftbacktest recording', licence: 'MIT (Copyright nkaz001)', url: 'https://github.com/nkaz001/hftbacktest', isSynthetic: false };
const PUBLISHED = { name: 'Binance published funding', licence: 'public facts', url: 'https://www.binance.com/en/futures/funding-history/perpetual/funding-fee-history', isSynthetic: false };
const DERIVED = { name: 'mark = mid of best bid and ask (derived)', licence: 'MIT (Copyright nkaz001)', url: 'https://github.com/nkaz001/hftbacktest', isSynthetic: false };

const EIGHT_HOURS_US = 8 * 3_600_000_000;
/** Settled rates of BTCUSD_PERP around the recording. */
const FUNDING = [
  { settlesAt: parseTime('2024-08-08T16:00:00Z'), rate: '-0.00003213' },
  { settlesAt: parseTime('2024-08-09T00:00:00Z'), rate: '-0.00000414' },
];

async function importRecordings() {
  const files = { [SPOT]: ['spot_btcusdt_20240808', 'spot_btcusdt_20240809'], [PERP]: ['cm_btcusd_perp_20240808', 'cm_btcusd_perp_20240809'] };
  const paths = Object.fromEntries(Object.entries(files).map(([id, names]) => [id, names.map((name) => path.join(from, `${name}.jsonl.gz`))]));
  // One machine recorded both, so one clock error holds for both: the larger, or latencies would be negative in one of them.
  const clockShiftUs = Math.min(await clockShiftOf(paths[SPOT]), await clockShiftOf(paths[PERP]));
  for (const [instrument, list] of Object.entries(paths)) {
    const summary = await runImport({ format: 'binance-raw', files: list, to: catalog, options: { instrument, clockShiftUs }, source: RECORDING });
    console.log(JSON.stringify(summary, null, 2));
  }
}

async function addFunding() {
  const writer = await CatalogWriter.open(catalog, { source: PUBLISHED });
  const sink = writer.sink('funding', PERP);
  for (const { settlesAt, rate } of FUNDING) sink.add({ tsEvent: settlesAt, tsInit: settlesAt, rate, intervalUs: EIGHT_HOURS_US, status: 1, settlesAt });
  writer.close();
}

/** A mark a second: the mid of the last quote at or before it, known when the first quote after it came. */
async function addMarks() {
  const reader = await Catalog.open(catalog);
  const writer = await CatalogWriter.open(catalog, { source: DERIVED });
  const sink = writer.sink('price', PERP);
  let next = 0;
  let sum = 0;                                                       // bid + ask in ticks of 0.1: half of it in units of 0.05
  for await (const quotes of reader.read({ instrumentId: PERP, kind: 'quote' })) {
    for (let i = 0; i < quotes.rows; i++) {
      const tsEvent = quotes.tsEvent[i];
      if (next === 0) next = Math.ceil(tsEvent / 1_000_000) * 1_000_000;
      for (; tsEvent > next && sum > 0; next += 1_000_000) sink.add({ tsEvent: next, tsInit: quotes.tsInit[i], value: `${Math.floor(sum / 20)}.${String(sum % 20 * 5).padStart(2, '0')}`, priceKind: 0 });
      sum = quotes.bidTick[i] + quotes.askTick[i];
    }
  }
  writer.close();
  return sink.rows;
}

rmSync(catalog, { recursive: true, force: true });
await importRecordings();
await addFunding();
console.log(`${await addMarks()} marks`);
console.log(`${writeChecksums(dataset)} files`);
