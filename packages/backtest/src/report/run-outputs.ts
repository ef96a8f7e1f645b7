import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArbError } from '@arb/core';
import { makeFolders } from '@arb/core/internal';
import { sha256OfFiles } from '../catalog/file-hash.ts';
import { loadCompression } from '../catalog/parquet/compression.ts';
import type { AccountColumn, BalanceColumn, RunReport, Table } from './run-report.ts';
import { writeCsv, writeParquet } from './table-files.ts';
import { renderTearsheet } from './tearsheet.ts';

/** Where the files of a run are. */
export interface RunOutputs {
  readonly folder: string;
  readonly tearsheet: string;
  /** Names within the folder, in order of writing. */
  readonly files: readonly string[];
}

/** Lists of a run that only its files hold: `report.json` holds what the page shows. */
export interface AccountTables {
  readonly accounts: Table<AccountColumn>;
  readonly balances: Table<BalanceColumn>;
}

/** What a run leaves beside its report. */
export interface RunOutputOptions {
  /** Without them their files are left out: a report that was read back has none. */
  readonly tables?: AccountTables;
  /** A journal kept beside the folder until now, moved in as `journal.bin`. */
  readonly journalFile?: string;
}

/** Schema of `manifest.json`. */
export const MANIFEST_SCHEMA = 'arb.run-manifest/1';

/**
 * Writes everything a run leaves behind: `tearsheet.html`, `report.json`, and fills, orders, funding payments, positions, accounts, balances, result, days
 * and hedge episodes as Parquet and CSV. `manifest.json` comes last, so a folder without one is unfinished; it states the status of the run, and so does every Parquet file.
 *
 * @param folder must not exist or be empty
 * @throws ArbError `ARB_OUTPUT_EXISTS`
 */
export async function writeRunOutputs(report: RunReport, folder: string, options: RunOutputOptions = {}): Promise<RunOutputs> {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ArbError('ARB_OUTPUT_EXISTS', `the folder "${folder}" is not empty; name another with --out, results are never written over`, { folder });
  }
  makeFolders(folder);
  await loadCompression();
  const files: string[] = [];
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    files.push(name);
  };
  write('tearsheet.html', renderTearsheet(report));
  write('report.json', `${JSON.stringify(report)}\n`);
  const metadata = new Map([
    ['arb.schema', report.schema],
    ['arb.status', report.status],
    ['arb.journalHash', report.journalHash],
  ]);
  for (const [name, table] of Object.entries({ ...outputTables(report), ...options.tables })) {
    writeParquet(join(folder, `${name}.parquet`), table, metadata);
    writeCsv(join(folder, `${name}.csv`), table);
    files.push(`${name}.parquet`, `${name}.csv`);
  }
  if (options.journalFile !== undefined) {
    renameSync(options.journalFile, join(folder, 'journal.bin'));
    files.push('journal.bin');
  }
  write('manifest.json', `${JSON.stringify(manifest(report, folder, files), null, 2)}\n`);
  return { folder, tearsheet: join(folder, 'tearsheet.html'), files };
}

/** The tables of a run by the name of their file. */
export function outputTables(report: RunReport): Readonly<Record<string, Table>> {
  const { fills, orders, fundingPayments, daily, hedgeEpisodes } = report.tables;
  return { fills, orders, 'funding-payments': fundingPayments, positions: positions(report), result: result(report), daily, 'hedge-episodes': hedgeEpisodes };
}

/** Signed, at mid: in USD, and as `value` in the settlement currency. */
function positions(report: RunReport): Table {
  const rows = report.series.positions.flatMap(({ instrumentId, strategyId, pairId, ts, usd, value, currency }) =>
    ts.map((stamp, index) => [stamp, strategyId, pairId, instrumentId, Number(usd[index]!.toFixed(2)), value[index]!, currency]),
  );
  return { columns: ['ts', 'strategyId', 'pairId', 'instrumentId', 'usd', 'value', 'currency'], rows };
}

/** Result and funding of the whole run, on the grid of its charts; the last stamp is that of its end, which lies between two steps. */
function result(report: RunReport): Table {
  const { netPnlUsd, fundingUsd } = report.series;
  const rounded = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : Number(value.toFixed(8)));
  return {
    columns: ['ts', 'netPnlUsd', 'fundingUsd'],
    rows: netPnlUsd.values.map((value, index) => [Math.min(netPnlUsd.start + index * netPnlUsd.stepUs, report.replayedTo), rounded(value), rounded(fundingUsd.values[index])]),
  };
}

/** What the manifest repeats of the report: enough to know the run and to repeat it. */
const IN_MANIFEST = [
  'name', 'status', 'statusReason', 'from', 'to', 'replayedTo', 'dataset', 'dataLabel', 'rows', 'seed', 'journalHash', 'configHash', 'dataHash',
  'engineVersion', 'coreVersion', 'nodeVersion', 'command',
] as const satisfies readonly (keyof RunReport)[];

function manifest(report: RunReport, folder: string, files: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    schema: MANIFEST_SCHEMA,
    ...Object.fromEntries(IN_MANIFEST.map((key) => [key, report[key]])),
    files: files.map((file) => ({ file, sha256: sha256OfFiles([join(folder, file)]) })),
  };
}
