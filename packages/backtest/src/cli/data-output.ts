import { formatTime } from '@arb/core';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';

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

/** `1234567` as `1,234,567`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
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
  const bar = new SingleBar({ format: `${label} {bar} {percentage} %  {eta_formatted} left`, hideCursor: true, clearOnComplete: true, noTTYOutput: false }, Presets.rect);
  const start = performance.now();
  let isShown = false;
  try {
    return await work((fraction) => {
      if (!isShown && performance.now() - start > PROGRESS_AFTER_MS) { bar.start(1_000, 0); isShown = true; }
      if (isShown) bar.update(Math.floor(fraction * 1_000));
    });
  } finally { if (isShown) bar.stop(); }
}
