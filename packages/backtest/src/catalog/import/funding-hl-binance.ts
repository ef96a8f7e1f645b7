import path from 'node:path';
import { ArbError } from '@arb/core';
import { z } from 'zod';
import { stampMicros } from './archive-time.ts';
import { FundingStream } from './funding-stream.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { MAX_LINE_BYTES, readLines } from './read-lines.ts';

const VENUES: Readonly<Record<string, { readonly id: (coin: string) => string; readonly intervalHours: number }>> = {
  hl: { id: (coin) => `${coin}-USD-PERP.HYPERLIQUID`, intervalHours: 1 },
  binance: { id: (coin) => `${coin}USDT-PERP.BINANCE`, intervalHours: 8 },
};
const FILE = /^(hl|binance)_([A-Z0-9]+)_funding_rates\.json(?:\.gz)?$/;
const OBJECT = /\{[^{}]*\}/g;
/** What may stand between two objects. */
const BETWEEN = /^[\s,[\]]*$/;

interface FundingObject { readonly coin?: unknown; readonly funding_rate?: unknown; readonly time?: unknown }

/** Calls with every flat object of a JSON array, one at a time, however the array is broken into lines. */
async function readObjects(file: string, job: ImportJob<object>, onObject: (value: FundingObject) => void): Promise<void> {
  let rest = '';
  let lastLine = 0;
  await readLines(file, (text, line) => {
    rest += text;
    lastLine = line;
    let end = 0;
    for (const match of rest.matchAll(OBJECT)) {
      const between = rest.slice(end, match.index);
      if (!BETWEEN.test(between)) job.report.bad(file, line, `what stands between two objects is none: ${between.trim().slice(0, 60)}`);
      end = match.index + match[0].length;
      job.report.read(file);
      job.report.attempt(file, line, () => { onObject(JSON.parse(match[0]) as FundingObject); });
    }
    rest = rest.slice(end);
    if (rest.length > MAX_LINE_BYTES) throw new ArbError('ARB_BAD_FILE', `${file}:${line}: no object in ${MAX_LINE_BYTES} characters; this is not the format`, { file, line });
  }, job.report);
  if (!/^[\s,[]*\]?\s*$/.test(rest)) job.report.bad(file, lastLine, `the array ends within an object: ${rest.slice(0, 60)}`);
}

interface FundingFile { readonly file: string; readonly coin: string; readonly id: string; readonly intervalHours: number }

function describeFile(file: string): FundingFile {
  const match = FILE.exec(path.basename(file));
  if (match === null) throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: the name tells venue and coin and must be hl_ or binance_<COIN>_funding_rates.json[.gz]`, { file });
  const venue = VENUES[match[1]!]!;
  return { file, coin: match[2]!, id: venue.id(match[2]!), intervalHours: venue.intervalHours };
}

async function run(job: ImportJob<object>): Promise<void> {
  const files = job.files.map(describeFile);
  const writer = await job.openWriter();
  writer.addInstruments(files.map(({ id }) => instrumentSpec(id, job.instruments)), KNOWN_SINCE);
  for (const { file, coin, id, intervalHours } of files) {
    const stream = new FundingStream({ instrumentId: id, writer, report: job.report });
    await readObjects(file, job, (value) => {
      if (value.coin !== coin || typeof value.funding_rate !== 'string' || typeof value.time !== 'number') {
        throw new ArbError('ARB_BAD_ROW', `expected {coin: "${coin}", funding_rate: "<decimal>", time: <ms>}, found ${JSON.stringify(value)}`, {});
      }
      stream.add({ stamp: stampMicros(String(value.time)), rate: value.funding_rate, intervalHours });
    });
  }
}

/** Funding of Hyperliquid (hourly) and Binance (8 h) as JSON. */
export const fundingHlBinance: Importer<object> = {
  name: 'funding-hl-binance',
  summary: 'funding of Hyperliquid and Binance as JSON: hl_ and binance_<COIN>_funding_rates.json',
  description: 'JSON arrays of {coin, funding_rate, time (ms)}; rates are fractions per hour (Hyperliquid) or per 8 h (Binance). Stamps carry jitter and are matched to the whole hour, missing hours become gaps.',
  source: { name: 'funding-rate-efficient-frontier', licence: 'no licence stated; facts of the exchanges, not for redistribution', url: 'https://github.com/yuchengzhang966/funding-rate-efficient-frontier', isSynthetic: false },
  options: z.strictObject({}),
  run,
};
