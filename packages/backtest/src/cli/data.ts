import type { Command } from 'commander';
import { ArbError } from '@arb/core';
import { Catalog } from '../catalog/catalog.ts';
import { checkCatalog } from '../catalog/check/check-catalog.ts';
import { runImport } from '../catalog/import/run-import.ts';
import type { DataKind } from '../catalog/chunks.ts';
import { DATASET_NAMES, datasetEntry, type DatasetName } from '../datasets/dataset-catalogue.ts';
import { datasetFolder } from '../datasets/ensure-dataset.ts';
import { generateDataset } from '../datasets/generate-dataset.ts';
import { checkJson, formatCheck } from './data-check.ts';
import { DEFAULT_HEAD_ROWS, formatHead, headData } from './data-head.ts';
import { formatImport, formatImporter, formatImporters, parseOptions, readSpecs } from './data-import.ts';
import { describeData, formatDataList, formatDescription, listData } from './data-list.ts';
import { type CommandOutput, formatJson, PROCESS_OUTPUT, withProgress } from './data-output.ts';

const JSON_FLAG = ['--json', 'one JSON object instead of text'] as const;
const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Registers `arb data` and its commands. Exit codes: 0 done, 1 failed or data not usable, 2 wrong use. */
export function registerData(program: Command, output: CommandOutput = PROCESS_OUTPUT): void {
  const data = program.command('data').summary('list, describe, import, generate and check market data')
    .description('Market data lives in catalogs: folders of Parquet files that any tool can read.');
  registerLooking(data, output);
  registerImport(data, output);
  registerGenerate(data, output);
  registerCheck(data, output);
}

function registerLooking(data: Command, output: CommandOutput): void {
  data.command('ls').summary('instruments and kinds of a catalog with rows, range, size, gaps')
    .argument('[catalog]', 'folder of the catalog', '.').option(...JSON_FLAG)
    .addHelpText('after', '\nExample:\n  $ npx arb data ls datasets/xvenue-8h/catalog')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const list = await listData(path);
      output.write(json === true ? formatJson(list) : formatDataList(list));
    });
  data.command('describe').summary('sources and licences, instruments and their grids, files')
    .argument('<catalog>', 'folder of the catalog').argument('[instrument]', 'only this one').option(...JSON_FLAG)
    .addHelpText('after', '\nExample:\n  $ npx arb data describe datasets/binance-20240808/catalog BTCUSD-PERP.BINANCE')
    .action(async (path: string, instrument: string | undefined, { json }: { json?: boolean }) => {
      const description = await describeData(path, instrument);
      output.write(json === true ? formatJson(description) : formatDescription(description));
    });
  data.command('head').summary('the first rows of a stream')
    .argument('<catalog>', 'folder of the catalog').argument('<instrument>', 'such as BTCUSDT.BINANCE').argument('<kind>', 'book, trade, quote, bar, price, funding, open_interest or gap')
    .option('-n, --rows <count>', 'how many', String(DEFAULT_HEAD_ROWS)).option('--from <time>', 'the first at or after this time').option(...JSON_FLAG)
    .addHelpText('after', '\nExample:\n  $ npx arb data head datasets/binance-20240808/catalog BTCUSD-PERP.BINANCE funding')
    .action(async (path: string, instrument: string, kind: string, options: { rows: string; from?: string; json?: boolean }) => {
      const rows = await headData(path, instrument, { kind, rows: Number(options.rows), from: options.from });
      output.write(options.json === true ? formatJson(rows) : formatHead(rows));
    });
}

interface ImportFlags {
  readonly to?: string; readonly instrument?: string; readonly spec?: string; readonly option: readonly string[]; readonly skipBad?: boolean; readonly source?: string; readonly licence?: string;
  readonly describe?: boolean; readonly json?: boolean;
}

function registerImport(data: Command, output: CommandOutput): void {
  data.command('import').summary('read recordings and archives into a catalog')
    .description(`Reads files of one format into a catalog, all of them or nothing. A bad row stops the import with file, line and reason.\n\nFormats:\n${formatImporters()}`)
    .argument('<format>', 'one of those above').argument('[files...]', 'files, plain or compressed')
    .option('--to <catalog>', 'folder of the catalog; made where there is none')
    .option('--instrument <id>', 'instrument of the files, for formats that do not name it: BTCUSDT.BINANCE')
    .option('--spec <file>', 'JSON with the specs of instruments that are not known')
    .option('--option <key=value>', 'an option of the format; may be repeated', collect, [])
    .option('--source <name>', 'where the data comes from, instead of what the format says').option('--licence <text>', 'its licence; with --source')
    .option('--skip-bad', 'leave bad rows out and list them').option('--describe', 'say what the format reads and corrects').option(...JSON_FLAG)
    .addHelpText('after', '\nExamples:\n  $ npx arb data import binance-raw captures/*.gz --instrument BTCUSDT.BINANCE --to data/\n  $ npx arb data import binance-vision --describe')
    .action(async (format: string, files: readonly string[], flags: ImportFlags) => {
      if (flags.describe === true) { output.write(formatImporter(format)); return; }
      if (flags.to === undefined) throw new ArbError('ARB_USAGE_TO', 'say where to with --to <catalog>', {});
      if ((flags.source === undefined) !== (flags.licence === undefined)) throw new ArbError('ARB_USAGE_SOURCE', '--source and --licence go together: data without a licence is nobody\'s to use', {});
      const { to } = flags;
      const summary = await interruptible((signal) => withProgress(output, 'importing', (onProgress) => runImport({
        format, files, to, onProgress, signal, skipBad: flags.skipBad ?? false,
        options: { ...parseOptions(flags.option), ...(flags.instrument === undefined ? {} : { instrument: flags.instrument }) },
        ...(flags.spec === undefined ? {} : { instruments: readSpecs(flags.spec) }),
        ...(flags.source === undefined ? {} : { source: { name: flags.source, licence: flags.licence!, isSynthetic: false } }),
      })));
      output.write(flags.json === true ? formatJson(summary) : formatImport(summary));
    });
}

/** Ctrl-C ends the work where it can take back what it has done. */
async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const abort = new AbortController();
  const interrupt = (): void => { abort.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try { return await work(abort.signal); } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

function registerGenerate(data: Command, output: CommandOutput): void {
  const names = DATASET_NAMES.map((name) => `  ${name.padEnd(6)}  ${datasetEntry(name).summary}\n`).join('');
  data.command('generate').summary('make a synthetic data set: the same rows on every machine')
    .description(`Makes a data set by its recipe and seed; it is labelled synthetic in every report.\n\nData sets:\n${names}`)
    .argument('<name>', 'one of those above').option('--to <catalog>', 'folder of the catalog; datasets/<name>/catalog unless said')
    .option('--seed <number>', 'another market of the same kind').option('--from <time>', 'begin').option('--until <time>', 'end, exclusive').option('--replace', 'put it in place of the generated set that is there').option(...JSON_FLAG)
    .addHelpText('after', '\nExamples:\n  $ npx arb data generate demo\n  $ npx arb data generate tick --to tick-7 --seed 7')
    .action(async (name: string, options: { to?: string; seed?: string; from?: string; until?: string; replace?: boolean; json?: boolean }) => {
      datasetEntry(name);
      const out = options.to ?? datasetFolder(name);
      const seed = options.seed === undefined ? undefined : wholeNumber(options.seed, '--seed');
      const info = await withProgress(output, 'generating', (onProgress) => generateDataset(name as DatasetName, { out, seed, from: options.from, to: options.until, isReplacing: options.replace, onProgress }));
      output.write(options.json === true ? formatJson({ path: out, ...info }) : `${info.name} ${info.from} to ${info.to}, seed ${info.seed} (synthetic)\nsha256 ${info.sha256}\n\n${formatDataList(await listData(out))}`);
    });
}

function wholeNumber(text: string, flag: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw new ArbError('ARB_USAGE_NUMBER', `${flag} is "${text}"; write a whole number`, { flag, text });
  return value;
}

function registerCheck(data: Command, output: CommandOutput): void {
  data.command('check').summary('the data doctor: order, gaps, crossed books, clocks, intervals, times of venues')
    .description('Reads every row once and reports what is wrong with the data; nothing is changed. Exit code 1 where a finding is an error.')
    .argument('<catalog>', 'folder of the catalog').option('--instrument <id>', 'only this one; may be repeated', collect, []).option('--kind <kind>', 'only this kind; may be repeated', collect, []).option(...JSON_FLAG)
    .addHelpText('after', '\nExample:\n  $ npx arb data check datasets/binance-20240808/catalog')
    .action(async (path: string, options: { instrument: readonly string[]; kind: readonly string[]; json?: boolean }) => {
      const catalog = await Catalog.open(path);
      const report = await withProgress(output, 'checking', (onProgress) => checkCatalog(catalog, {
        onProgress, ...(options.instrument.length === 0 ? {} : { instrumentIds: options.instrument }), ...(options.kind.length === 0 ? {} : { kinds: options.kind as readonly DataKind[] }),
      }));
      output.write(options.json === true ? formatJson(checkJson(report)) : formatCheck(report));
      if (!report.isUsable) output.setExitCode(1);
    });
}
