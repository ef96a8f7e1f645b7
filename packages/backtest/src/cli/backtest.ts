import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { formatTime } from '@arb/core';
import { jsonLogger, packageRoot } from '@arb/core/internal';
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../engine/backtest-engine.ts';
import type { BacktestResult } from '../engine/backtest-result.ts';
import { effectiveConfig, type EffectiveConfig } from '../engine/effective-config.ts';
import { loadConfig } from '../engine/load-config.ts';
import { prepareBacktest, type RunBacktestOptions, runPrepared } from '../engine/run-backtest.ts';
import { writeRunOutputs } from '../report/run-outputs.ts';
import { renderTextSummary, runHeading } from '../report/text-summary.ts';
import type { BacktestFlags } from './backtest-command.ts';
import { type CommandOutput, formatCount, PROCESS_OUTPUT } from './data-output.ts';
import { RunFolder } from './run-folder.ts';

/** Runs `arb backtest`. */
export async function backtest(path: string, flags: BacktestFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const effective = await resolveConfig(path, flags);
  const abort = new AbortController();
  const interrupt = (): void => { abort.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const view = new ProgressView(output, flags.json === true);
  let stage: RunFolder | undefined;
  try {
    const folder = new RunFolder(outputFolder(effective, flags));
    stage = folder;
    const options: RunBacktestOptions = {
      params: flags.param ?? [], signal: abort.signal, loggers: jsonLogger({ level: flags.log ?? 'warn' }), command: commandLine(path, flags),
      onProgress: (progress) => { view.replayed(progress); }, onGenerate: (fraction) => { view.generated(fraction); },
      ...(flags.journal === true ? { journalFile: folder.journalFile } : {}),
    };
    const prepared = await prepareBacktest(effective, options);
    folder.begin();
    const result = await runPrepared(prepared, options);
    view.end();
    await writeRunOutputs(result.report, folder.stage, { tables: { accounts: result.accounts, balances: result.balances }, ...(flags.journal === true ? { journalFile: folder.journalFile } : {}) });
    folder.finish();
    if (flags.json === true) output.write(`${JSON.stringify(summaryJson(result, folder.path))}\n`);
    else output.write(resultText(result, { effective, folder: folder.path, speed: view.lastLine }));
    if (abort.signal.aborted) output.setExitCode(130);
    else if (result.facts.warnings.some(({ head }) => head.endsWith('FAULTED'))) output.setExitCode(1);
  } catch (error) {
    stage?.discard();
    if (!abort.signal.aborted) throw error;
    output.setExitCode(130);
    process.stderr.write('interrupted before the run began; nothing was written\n');
  } finally {
    view.end();
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

function resultText({ report }: BacktestResult, parts: { readonly effective: EffectiveConfig; readonly folder: string; readonly speed: string }): string {
  const { strategies, legs, from, to, dataset, dataLabel } = report;
  const tearsheet = join(parts.folder, 'tearsheet.html');
  const assumed = parts.effective.config.venues !== undefined ? '' : `${report.venues.map(({ venue, facts }) => `assumed ${venue}: ${facts.map(([name, value]) => `${name} ${value}`).join('; ')}\n`).join('')}assumed seed: ${report.seed}\n\n`;
  return `${runHeading({ strategies, legs, from, to, dataset, dataLabel })}\n${parts.speed}\n\n${assumed}${renderTextSummary(report, { tearsheet: relative(process.cwd(), tearsheet) || tearsheet })}`;
}

/** The config a command works with: the sample's, the file named or found, and flags over it. */
export async function resolveConfig(path: string, flags: BacktestFlags): Promise<EffectiveConfig> {
  if (flags.sample === true) return effectiveConfig(await loadConfig(join(packageRoot(import.meta.url, '@arb/backtest'), 'sample')), flags, process.env);
  const byFlagsAlone = flags.strategy !== undefined && path === '.';
  const loaded = byFlagsAlone && !hasConfig(path) ? undefined : await loadConfig(path);
  return effectiveConfig(loaded, flags, process.env);
}

function hasConfig(path: string): boolean {
  return ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].some((extension) => existsSync(join(path, `arb.config.${extension}`)));
}

/** `runs/2025-11-22T07-10-31-demo`; the time is the host's, nothing of the run depends on it. */
function outputFolder(effective: EffectiveConfig, flags: BacktestFlags): string {
  if (flags.out !== undefined) return resolve(flags.out);
  const dataset = (effective.config.data?.catalog ?? 'data').split(/[\\/]/).filter((part) => part !== '' && part !== 'catalog' && part !== '.').at(-1) ?? 'data';
  const stamp = formatTime(Date.now() * 1_000).slice(0, 19).replaceAll(':', '-');
  const base = resolve(process.cwd(), effective.config.out ?? 'runs', `${stamp}-${dataset}`);
  let folder = base;
  for (let n = 2; existsSync(folder); n++) folder = `${base}-${n}`;
  return folder;
}

function commandLine(path: string, flags: BacktestFlags): string {
  const words = ['npx arb backtest', ...(path === '.' ? [] : [path])];
  for (const [name, value] of Object.entries(flags)) {
    if (['out', 'json', 'log', 'journal'].includes(name) || value === undefined || value === false) continue;
    for (const one of Array.isArray(value) ? value : [value]) words.push(one === true ? `--${name}` : `--${name} ${String(one)}`);
  }
  return words.join(' ');
}

/** What `--json` prints: the summary of the report, and where the files are. */
function summaryJson(result: BacktestResult, folder: string): Record<string, unknown> {
  const { tables: _tables, series: _series, trips: _trips, markouts: _markouts, config: _config, ...summary } = result.report;
  return { ...summary, folder, tearsheet: join(folder, 'tearsheet.html') };
}

/** A bar on a terminal; plain lines every ten seconds otherwise; nothing beside JSON. */
class ProgressView {
  lastLine = '';
  readonly #output: CommandOutput;
  readonly #isQuiet: boolean;
  readonly #startedAt = performance.now();
  #bar: SingleBar | undefined;
  #nextLineAt = 10_000;

  constructor(output: CommandOutput, isQuiet: boolean) {
    this.#output = output;
    this.#isQuiet = isQuiet;
  }

  replayed(progress: Progress): void {
    const speed = `${formatCount(Math.round(progress.rows))} rows   ${(progress.rowsPerSecond / 1e6).toFixed(1)} M rows/s`;
    this.lastLine = `replayed ${speed}`;
    this.#show('replaying', progress.fraction, speed);
  }

  generated(fraction: number): void { this.#show('generating data (once)', fraction, ''); }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show(label: string, fraction: number, detail: string): void {
    const elapsed = performance.now() - this.#startedAt;
    if (this.#isQuiet) return;
    if (this.#output.isInteractive) {
      if (elapsed < 500) return;
      if (this.#bar === undefined) {
        this.#bar = new SingleBar({ format: '{label} {bar} {percentage} %   {detail}   {eta_formatted} left', hideCursor: true, clearOnComplete: true }, Presets.rect);
        this.#bar.start(1_000, 0, { label, detail });
      }
      this.#bar.update(Math.floor(fraction * 1_000), { label, detail });
    } else if (elapsed > this.#nextLineAt) {
      this.#nextLineAt = elapsed + 10_000;
      process.stderr.write(`${label} ${Math.floor(fraction * 100)} % ${detail}\n`);
    }
  }
}

