import { formatTime } from '@arb/core';
import Table from 'cli-table3';
import { ProgressBar } from './progress-bar.ts';

/** Where a command writes; tests give their own. */
export interface CommandOutput {
  /** Standard output. */
  write(text: string): void;
  /** A bar of progress may be drawn on standard error. */
  readonly isInteractive: boolean;
  /** Exit code of the process: 1 for a command that ran and found its object bad. */
  setExitCode(code: number): void;
}

/** The process's own output. */
export const PROCESS_OUTPUT: CommandOutput = {
  write: (text) => { process.stdout.write(text); },
  isInteractive: process.stderr.isTTY === true,
  setExitCode: (code) => { process.exitCode = code; },
};

const NO_LINES = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

/**
 * A plain table without lines.
 *
 * @param columns titles; those that begin with `>` are aligned to the right
 */
export function formatTable(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: columns.map((column) => column.replace(/^>/, '')), colAligns: columns.map((column) => column.startsWith('>') ? 'right' : 'left'),
    chars: NO_LINES, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString().split('\n').map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Bytes as `1.2 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** A time to the second, `2024-08-08 23:54:14`: shorter than ISO in tables. */
export function shortTime(time: number): string {
  return formatTime(Math.floor(time / 1_000_000) * 1_000_000).replace('T', ' ').replace('Z', '');
}

/** An object as one line of JSON. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Progress is shown once a command has taken this long. */
const PROGRESS_AFTER_MS = 2_000;

/** Runs `work` with a bar of progress on standard error, if it takes longer than two seconds and somebody looks. */
export async function withProgress<T>(output: CommandOutput, label: string, work: (update: (fraction: number) => void) => Promise<T>): Promise<T> {
  if (!output.isInteractive) return await work(() => {});
  const bar = new ProgressBar({ afterMs: PROGRESS_AFTER_MS });
  try { return await work((fraction) => { bar.update(label, fraction); }); } finally { bar.end(); }
}
