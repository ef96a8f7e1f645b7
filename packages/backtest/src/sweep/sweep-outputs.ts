import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@arb/core/internal';
import { sha256OfFiles } from '../catalog/file-hash.ts';
import { loadCompression } from '../catalog/parquet/compression.ts';
import { writeCsv, writeParquet } from '../report/table-files.ts';
import { renderSweepPage } from './page/sweep-page.ts';
import type { SweepResult } from './sweep-result.ts';
import { sweepTable } from './sweep-table.ts';

/** Commands that repeat a sweep, and its best run alone. */
export interface SweepCommands { readonly sweep: string; readonly again: string | null }

/** Schema of `manifest.json`. */
export const SWEEP_MANIFEST_SCHEMA = 'arb.sweep-manifest/1';

/** Writes `sweep.html`, `sweep.parquet`, `sweep.csv`, `sweep.json`, and `manifest.json` last. @param folder an empty one, or one that is not there */
export async function writeSweepOutputs(result: SweepResult, folder: string, commands: SweepCommands): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await loadCompression();
  const { table, kinds } = sweepTable(result);
  writeFileSync(join(folder, 'sweep.html'), renderSweepPage(result, commands));
  writeParquet(join(folder, 'sweep.parquet'), table, new Map([['arb.schema', result.schema], ['arb.status', result.status]]), kinds);
  writeCsv(join(folder, 'sweep.csv'), table, kinds);
  writeFileSync(join(folder, 'sweep.json'), `${JSON.stringify(result)}\n`);
  const files = ['sweep.html', 'sweep.parquet', 'sweep.csv', 'sweep.json'].map((file) => ({ file, sha256: sha256OfFiles([join(folder, file)]) }));
  const { runs: _runs, ranking: _ranking, windows: _windows, schema: _schema, ...stamp } = result;
  const manifest = { schema: SWEEP_MANIFEST_SCHEMA, ...stamp, engineVersion: VERSION, coreVersion: VERSION, nodeVersion: process.version, command: commands.sweep, files };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
