import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ArbError } from '@arb/core';
import { RUN_SCHEMA, type RunReport } from './run-report.ts';

/**
 * Reads the report of a run from its folder, or from a `report.json`.
 *
 * @throws ArbError `ARB_BAD_REPORT` naming the path and what was found there
 */
export function readRunReport(path: string): RunReport {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'report.json') : path;
  if (!existsSync(file)) throw new ArbError('ARB_BAD_REPORT', `"${path}" is no run: there is no ${file}; give the folder that "arb backtest" wrote`, { path });
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ArbError('ARB_BAD_REPORT', `${file} is not JSON (${error instanceof Error ? error.message : String(error)}); run the backtest again`, { path });
  }
  const schema = typeof parsed === 'object' && parsed !== null && 'schema' in parsed ? parsed.schema : undefined;
  if (schema !== RUN_SCHEMA)
    throw new ArbError('ARB_BAD_REPORT', `${file} holds schema ${JSON.stringify(schema)}; this version reads "${RUN_SCHEMA}"`, { path, schema });
  return parsed as RunReport;
}
