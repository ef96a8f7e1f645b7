import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import { filesBelow } from './catalog-fixture.ts';

const SCRIPT = path.join(import.meta.dirname, 'fixtures', 'check_files.py');
const ROOT = path.join(import.meta.dirname, '../../../..');

/**
 * A Python with pyarrow and DuckDB, the second implementation that reads what we write: ARB_TEST_PYTHON, or `.venv` at the root of the repository
 * (`python3 -m venv .venv && .venv/bin/pip install pyarrow duckdb`), or `python3` where it has both.
 */
export const python: string | undefined = [process.env['ARB_TEST_PYTHON'], path.join(ROOT, '.venv/bin/python'), 'python3']
  .find((candidate) => candidate !== undefined && spawnSync(candidate, ['-c', 'import pyarrow, duckdb']).status === 0);

/** Part of a test's name, so that a skip says why. */
export const NO_PYTHON: string = python === undefined ? ' (skipped: no Python with pyarrow and duckdb; set ARB_TEST_PYTHON)' : '';

/** Values by column. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;

/** What both tools read from the Parquet files below a folder, by file. */
export function readWithPython(folder: string): Map<string, { readonly pyarrow: Columns; readonly duckdb: Columns }> {
  const names = [...filesBelow(folder).keys()].filter((name) => name.endsWith('.parquet'));
  const run = spawnSync(python!, [SCRIPT, ...names.map((name) => path.join(folder, name))], { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(run.stderr).toBe('');
  const result = JSON.parse(run.stdout) as Record<string, { pyarrow: Columns; duckdb: Columns }>;
  return new Map(names.map((name) => [name, result[path.join(folder, name)]!]));
}
