import { ArbError } from '@arb/core';
import { z } from 'zod';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import type { Importer, ImportJob } from './importer.ts';
import { readLines } from './read-lines.ts';
import { BinanceRawParser, binanceSymbol } from './binance-raw-parser.ts';

/** Options of {@link binanceRaw}. */
export interface BinanceRawOptions {
  /** `BTCUSDT.BINANCE`, `BTCUSDT-PERP.BINANCE`, `BTCUSD-PERP.BINANCE`. */
  readonly instrument: string;
  /** The clock error of the recorder where it is known, µs (negative: it was behind); else the smallest that makes every latency positive. */
  readonly clockShiftUs?: number | undefined;
}

const options: z.ZodType<BinanceRawOptions> = z.strictObject({
  instrument: z.string().describe('instrument of the files, such as BTCUSDT-PERP.BINANCE'),
  clockShiftUs: z.coerce.number().int().optional().describe('clock error of the recorder in µs, negative when behind; computed unless given'),
});

const STAMP = /^(\d{16,20}) /;
const VENUE_TIME = /"T":(\d{13})\b/;
const EVENT_TIME = /"E":(\d{13})\b/;

/** Receive stamp of a line, whole µs: nanoseconds are floored. */
function receiveMicros(text: string): number {
  const match = STAMP.exec(text);
  if (match === null) throw new ArbError('ARB_BAD_ROW', 'the line does not begin with a receive time in ns and a space', {});
  return Number(match[1]!.slice(0, -3));
}

/** The venue's stamp of a line, µs: matching engine where given, else message; undefined where neither is. */
function venueMicros(text: string): number | undefined {
  const match = VENUE_TIME.exec(text) ?? EVENT_TIME.exec(text);
  return match === null ? undefined : Number(match[1]) * 1_000;
}

/**
 * The one clock error of a recording, µs: by how much its clock was behind at least (negative), or 0 where it never was. After subtracting it no
 * message was received before it was sent.
 */
export async function clockShiftOf(files: readonly string[]): Promise<number> {
  let behind = 0;
  for (const file of files) {
    await readLines(file, (text) => {
      const match = STAMP.exec(text);
      const venue = venueMicros(text);
      if (match === null || venue === undefined) return;           // reported when the line is read for good
      behind = Math.max(behind, venue - Number(match[1]!.slice(0, -3)));
    });
  }
  return behind === 0 ? 0 : -behind;
}

async function run(job: ImportJob<BinanceRawOptions>): Promise<void> {
  const { report } = job;
  const spec = instrumentSpec(job.options.instrument, job.instruments);
  const clockShiftUs = job.options.clockShiftUs ?? await clockShiftOf(job.files);
  report.clockShiftUs = clockShiftUs;
  if (clockShiftUs !== 0) report.note(`the recorder's clock was ${-clockShiftUs} µs behind the venue's: every receive time is moved by this one constant (kept as arb.clock-shift-us)`);
  const writer = await job.openWriter({ clockShiftUs });
  writer.addInstruments([spec], KNOWN_SINCE);
  let parser: BinanceRawParser | undefined;
  let last = -Infinity;
  for (const file of job.files) {
    await readLines(file, (text, line) => {
      report.read(file);
      report.attempt(file, line, () => {
        const tsInit = receiveMicros(text) - clockShiftUs;
        if (tsInit < last) throw new ArbError('ARB_BAD_ROW', `the line was received ${last - tsInit} µs before the one above it; put lines and files in the order of their receive time`, {});
        last = tsInit;
        parser ??= new BinanceRawParser({ spec, symbol: binanceSymbol(spec), writer, report });
        parser.message(tsInit, JSON.parse(text.slice(text.indexOf(' ') + 1)));
      });
    }, report);
  }
  if (parser === undefined) throw new ArbError('ARB_BAD_FILE', `${job.files.join(', ')}: no line of data`, { files: job.files });
  parser.end();
}

/** Raw WebSocket recordings of Binance: `<receive time, ns> <json>` per line. */
export const binanceRaw: Importer<BinanceRawOptions> = {
  name: 'binance-raw',
  summary: 'raw WebSocket recordings of Binance: depth updates, REST snapshot, book ticker, trades',
  description: [
    'Reads lines `<receive time, ns> <json>` of one instrument, plain or gzip; several files are one recording and follow each other in the order given.',
    'Writes books (from the REST snapshot on, updates chained by U/u/pu), quotes and trades.',
    'A recorder clock behind the venue is corrected by one constant, a broken chain of updates becomes a gap until the next snapshot.',
    'Spot book tickers carry no venue time: their event time is the receive time.',
  ].join('\n'),
  source: { name: 'binance raw recording', licence: 'exchange data; see the terms of whoever recorded it', isSynthetic: false },
  options,
  run,
};
