import { readFileSync } from 'node:fs';
import { ArbError, formatTime, Instrument, type InstrumentSpec } from '@arb/core';
import type { ImportSummary } from '../catalog/import/import-report.ts';
import { importerOf, IMPORTERS } from '../catalog/import/importers.ts';
import { counted, formatCount } from '../counted.ts';
import { formatTable } from './data-output.ts';

/** Rows, gaps and bad rows that the summary for people lists; `--json` has all. */
const MAX_LISTED = 10;

/** Reasons of gap rows by their code. */
const REASONS = ['disconnect', 'broken sequence', 'stale', 'recorder', 'missing in the source'];

/**
 * Specs of a file given with `--spec`: one object or an array.
 *
 * @throws ArbError `ARB_USAGE_SPEC` naming file and field
 */
export function readSpecs(file: string): readonly InstrumentSpec[] {
  const fail = (reason: string): never => { throw new ArbError('ARB_USAGE_SPEC', `${file}: ${reason}; write {"id": "BTCUSDT.BINANCE", "kind": "spot", "base": "BTC", "quote": "USDT", "settle": "USDT", "priceIncrement": "0.01", "sizeIncrement": "0.00001"}`, { file }); };
  let value: unknown;
  try { value = JSON.parse(readFileSync(file, 'utf8')); } catch (error) { fail((error as Error).message); }
  const specs = (Array.isArray(value) ? value : [value]) as InstrumentSpec[];
  for (const spec of specs) {
    const missing = (['id', 'kind', 'base', 'quote', 'settle', 'priceIncrement', 'sizeIncrement'] as const).filter((field) => typeof spec?.[field] !== 'string');
    if (missing.length > 0) fail(`${missing.join(', ')} must be text`);
    new Instrument(spec);
  }
  return specs;
}

/**
 * `--option key=value` pairs as an object.
 *
 * @throws ArbError `ARB_USAGE_OPTIONS`
 */
export function parseOptions(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new ArbError('ARB_USAGE_OPTIONS', `--option ${pair}: write key=value`, {});
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

/** What an importer reads and corrects, for `arb data import <format> --describe`. */
export function formatImporter(name: string): string {
  const importer = importerOf(name);
  return `${importer.name}: ${importer.summary}\n\n${importer.description}\n\nSource: ${importer.source.name} (${importer.source.licence})${importer.source.url === undefined ? '' : ` ${importer.source.url}`}\n`;
}

/** The formats with a line each, for help. */
export function formatImporters(): string {
  const width = Math.max(...IMPORTERS.map(({ name }) => name.length));
  return IMPORTERS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
}

/** What an import did, for people. */
export function formatImport(summary: ImportSummary): string {
  const { written, corrections, gaps, skipped, skippedRows, notes } = summary;
  const more = (count: number): string => count > MAX_LISTED ? `  … and ${formatCount(count - MAX_LISTED)} more (--json has all)\n` : '';
  const rows = written.reduce((sum, stream) => sum + stream.rows, 0);
  const lines = summary.rowsIn === rows ? '' : ` (${counted(summary.rowsIn, 'line')} read)`;                    // a line may hold a whole message of a book, or a price and a rate
  const parts = [`${summary.importer}: ${counted(rows, 'row')} of ${counted(summary.files.length, 'file')} into ${summary.catalog}${lines}\n\n`];
  parts.push(formatTable(['instrument', 'kind', '>rows'], written.map(({ instrumentId, kind, rows }) => [instrumentId, kind, formatCount(rows)])));
  if (summary.clockShiftUs !== 0) parts.push(`\nclock shift  ${-summary.clockShiftUs} µs added to every receive time\n`);
  if (corrections.length > 0) parts.push('\ncorrected\n', ...corrections.map(({ what, rows }) => `  ${formatCount(rows).padStart(9)}  ${what}\n`));
  if (gaps.length > 0) {
    parts.push(`\ngaps  ${gaps.length}\n`, ...gaps.slice(0, MAX_LISTED).map((gap) => `  ${gap.instrumentId} ${gap.stream}  ${formatTime(gap.from)} to ${formatTime(gap.to)}  ${REASONS[gap.reason]}\n`), more(gaps.length));
  }
  if (skippedRows > 0) parts.push(`\nskipped  ${counted(skippedRows, 'bad row')}\n`, ...skipped.slice(0, MAX_LISTED).map(({ file, line, reason }) => `  ${file}:${line}: ${reason}\n`), more(skippedRows));
  if (notes.length > 0) parts.push('\nnotes\n', ...notes.slice(0, MAX_LISTED).map((note) => `  ${note}\n`), more(notes.length));
  return parts.join('');
}
