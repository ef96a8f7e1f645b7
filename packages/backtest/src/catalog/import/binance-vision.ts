import path from 'node:path';
import { ArbError } from '@arb/core';
import { z } from 'zod';
import type { CatalogWriter } from '../catalog-writer.ts';
import { BAR_PRICE, PRICE_KIND } from '../chunks.ts';
import { stampMicros } from './archive-time.ts';
import { BarGaps } from './bar-gaps.ts';
import { FundingStream } from './funding-stream.ts';
import type { Importer, ImportJob } from './importer.ts';
import { instrumentSpec, KNOWN_SINCE } from './known-instruments.ts';
import { CsvReader, type CsvRow } from './read-csv.ts';
import { readZipLines } from './read-zip.ts';

type VisionType = 'funding' | 'futures' | 'mark' | 'premium' | 'spot';

/** Options of {@link binanceVision}. */
export interface BinanceVisionOptions {
  /** What the files hold, where neither their names nor their folders tell. */
  readonly type?: VisionType | undefined;
}

const options: z.ZodType<BinanceVisionOptions> = z.strictObject({
  type: z.enum(['funding', 'futures', 'mark', 'premium', 'spot']).optional().describe('what the files hold, where neither names nor folders tell'),
});

const FILE = /^([A-Z0-9]+?)(?:_PERP)?-(fundingRate|\d+[mhd])-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/;
const FOLDERS: readonly (readonly [RegExp, VisionType])[] = [
  [/fundingRate|funding_rate/i, 'funding'], [/mark_?price/i, 'mark'], [/premium_?index/i, 'premium'], [/(^|\/)spot(_|\/)/i, 'spot'], [/(^|\/)futures(_|\/)/i, 'futures'],
];
const KLINES = ['open_time', 'open', 'high', 'low', 'close', 'volume', 'close_time'];
const FUNDING = ['calc_time', 'funding_interval_hours', 'last_funding_rate'];
const UNIT_US: Readonly<Record<string, number>> = { m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 };

/** One archive file and what its name says. */
interface VisionFile { readonly path: string; readonly type: VisionType; readonly id: string; readonly interval: string; readonly date: string }

function describeFile(file: string, given: VisionType | undefined): VisionFile {
  const match = FILE.exec(path.basename(file));
  if (match === null) throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: the name must be <SYMBOL>-fundingRate-<date>.zip or <SYMBOL>-<interval>-<date>.zip as data.binance.vision gives it`, { file });
  const type = given ?? (match[2] === 'fundingRate' ? 'funding' : FOLDERS.find(([folder]) => folder.test(path.resolve(file)))?.[1]);
  if (type === undefined) {
    throw new ArbError('ARB_USAGE_FILE_NAME', `${file}: futures, mark, premium and spot klines have the same names and no folder tells which it is; say it with --option type=spot (or futures, mark, premium)`, { file });
  }
  return { path: file, type, id: `${match[1]!}${type === 'spot' ? '' : '-PERP'}.BINANCE`, interval: match[2]!, date: match[3]! };
}

interface Bar {
  readonly tsEvent: number; readonly open: string; readonly high: string; readonly low: string; readonly close: string; readonly volume: string; readonly priceKind: number; readonly intervalUs: number;
  readonly file: string; readonly line: number;
}

/** The rows of one instrument, month by month: trade and mark bars of a month are sorted into one stream, so memory is a month. */
class VisionInstrument {
  readonly id: string;
  readonly funding: FundingStream;
  readonly #writer: CatalogWriter;
  readonly #job: ImportJob<BinanceVisionOptions>;
  readonly #gaps: BarGaps;
  #bars: Bar[] = [];
  /** Opens of the mark bars written, by time. */
  readonly #marks = new Map<number, string>();

  constructor(id: string, writer: CatalogWriter, job: ImportJob<BinanceVisionOptions>) {
    this.id = id;
    this.#writer = writer;
    this.#job = job;
    this.funding = new FundingStream({ instrumentId: id, writer, report: job.report });
    this.#gaps = new BarGaps(id, job.report);
  }

  kline(file: VisionFile, line: number, [openTime, open, high, low, close, volume, closeTime]: readonly string[]): void {
    const intervalUs = Number(file.interval.slice(0, -1)) * UNIT_US[file.interval.at(-1)!]!;
    const opensAt = stampMicros(openTime!);
    const closes = stampMicros(closeTime!);
    const unit = openTime!.length === 16 ? 1 : 1_000;
    if (opensAt % intervalUs !== 0 || closes !== opensAt + intervalUs - unit) {
      throw new ArbError('ARB_BAD_ROW', `a bar of ${file.interval} from ${openTime} to ${closeTime} does not lie on the grid of its interval`, {});
    }
    if (unit === 1) this.#job.report.corrected('klines with µs stamps (spot from 2025-01-01 on), read by their digits');
    const priceKind = file.type === 'mark' ? BAR_PRICE.mark : BAR_PRICE.trade;
    this.#bars.push({ tsEvent: opensAt + intervalUs, open: open!, high: high!, low: low!, close: close!, volume: volume!, priceKind, intervalUs, file: file.path, line });
  }

  /** Writes what has been collected of a month. */
  flush(): void {
    const { report } = this.#job;
    this.#bars.sort((a, b) => a.tsEvent - b.tsEvent || a.priceKind - b.priceKind);
    for (const bar of this.#bars) {
      report.attempt(bar.file, bar.line, () => {
        this.#writer.sink('bar', this.id).add({ ...bar, tsInit: bar.tsEvent });
        this.#gaps.add(`${bar.priceKind} ${bar.intervalUs}`, bar.tsEvent, bar.intervalUs);
        report.wrote('bar', this.id);
        // Bars of several intervals open together and say the same.
        if (bar.priceKind === BAR_PRICE.mark) this.#marks.set(bar.tsEvent - bar.intervalUs, bar.open);
      });
    }
    for (const [time, value] of [...this.#marks].sort(([a], [b]) => a - b)) {
      this.#writer.sink('price', this.id).add({ tsEvent: time, tsInit: time, value, priceKind: PRICE_KIND.mark });
      report.wrote('price', this.id);
    }
    this.#bars = [];
    this.#marks.clear();
  }
}

function readFile(file: VisionFile, instrument: VisionInstrument, job: ImportJob<BinanceVisionOptions>): void {
  const { report } = job;
  const onRow: CsvRow = file.type === 'funding'
    ? ([time, interval, rate]) => {
      if (!/^\d+$/.test(interval!)) throw new ArbError('ARB_BAD_ROW', `funding interval "${interval}" is not a number of hours`, {});
      instrument.funding.add({ stamp: stampMicros(time!), rate: rate!, intervalHours: Number(interval) });
    }
    : file.type === 'premium'
      ? () => { report.corrected('premium index klines: a catalog has no kind for them, read but not written'); }
      : (cells, line) => { instrument.kline(file, line, cells); };
  const format = file.type === 'funding' ? { columns: FUNDING } : { columns: KLINES, isHeaderOptional: true };
  const reader = new CsvReader(file.path, { format, report, onRow });
  readZipLines(file.path, (text, line) => { reader.line(text, line); }, report);
}

async function run(job: ImportJob<BinanceVisionOptions>): Promise<void> {
  const files = job.files.map((file) => describeFile(file, job.options.type))
    .sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : a.date < b.date ? -1 : a.date > b.date ? 1 : a.type < b.type ? -1 : 1);
  const writer = await job.openWriter({ yearlyFiles: true });
  writer.addInstruments([...new Set(files.map(({ id }) => id))].map((id) => instrumentSpec(id, job.instruments)), KNOWN_SINCE);
  let instrument: VisionInstrument | undefined;
  let period = '';
  for (const file of files) {
    if (instrument?.id !== file.id || period !== file.date) instrument?.flush();
    if (instrument?.id !== file.id) instrument = new VisionInstrument(file.id, writer, job);
    period = file.date;
    readFile(file, instrument, job);
  }
  instrument?.flush();
  if (files.some(({ type }) => type === 'mark')) job.report.note('mark prices (kind price) are the opens of the mark klines, at the opening time');
}

/** Zips of data.binance.vision: funding and klines. */
export const binanceVision: Importer<BinanceVisionOptions> = {
  name: 'binance-vision',
  summary: 'zips of data.binance.vision: fundingRate, and klines of spot, futures and mark price',
  description: [
    'Reads <SYMBOL>-fundingRate-<month>.zip and <SYMBOL>-<interval>-<date>.zip; folders named as in the archive tell spot, futures, mark and premium klines apart, else --option type=….',
    'Headers may be missing; stamps are ms, or µs in spot files from 2025-01-01 on (told by their digits). Mark klines also give mark prices (kind price) at the opening of each bar.',
    'Premium index klines are read and checked but not written.',
  ].join('\n'),
  source: { name: 'data.binance.vision', licence: 'Binance terms of use; not for redistribution', url: 'https://data.binance.vision', isSynthetic: false },
  options,
  run,
};
