import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ArbError, formatTime } from '@arb/core';
import { jsonLogger, packageRoot } from '@arb/core/internal';
import type { Progress } from '../engine/backtest-engine.ts';
import type { BacktestResult } from '../engine/backtest-result.ts';
import { type ConfigSource, withAllProblems } from '../engine/check-config.ts';
import { effectiveConfig, type EffectiveConfig, FLAGS_ALONE } from '../engine/effective-config.ts';
import { readConfig, validConfig } from '../engine/load-config.ts';
import { prepareBacktest, type RunBacktestOptions, runPrepared } from '../engine/run-backtest.ts';
import type { VerifiedCut } from '../engine/verify-run.ts';
import { writeRunOutputs } from '../report/run-outputs.ts';
import { renderTextSummary, runHeading } from '../report/text-summary.ts';
import type { BacktestFlags } from './backtest-command.ts';
import { counted } from '../counted.ts';
import { type CommandOutput, PROCESS_OUTPUT } from './data-output.ts';
import { ProgressView } from './progress-view.ts';
import { replaySpeed } from './replay-speed.ts';
import { outputFolder, RunFolder } from './run-folder.ts';

/** Runs with the future cut off where `--verify` names no number. */
const DEFAULT_CUTS = 3;
/** Each cut is a run of its own. */
const MAX_CUTS = 1_000;

/** Runs `arb backtest`. */
export async function backtest(path: string, flags: BacktestFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const effective = await resolveConfig(path, flags);
  const abort = new AbortController();
  const interrupt = (): void => { abort.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const view = new ReplayView(output, flags.json === true);
  let stage: RunFolder | undefined;
  try {
    const folder = new RunFolder(outputFolder(effective, flags));
    stage = folder;
    const options: RunBacktestOptions = {
      params: flags.param ?? [], signal: abort.signal, loggers: jsonLogger({ level: flags.log ?? 'warn' }), command: commandLine(path, flags),
      onProgress: (progress) => { view.replayed(progress); }, onGenerate: (fraction) => { view.generated(fraction); },
      ...(flags.journal === true ? { journalFile: folder.journalFile } : {}), ...(flags.verify === undefined ? {} : { verifyCuts: cutCount(flags.verify) }),
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

function resultText({ report, verified }: BacktestResult, parts: { readonly effective: EffectiveConfig; readonly folder: string; readonly speed: string }): string {
  const { strategies, legs, from, to, dataset, dataLabel } = report;
  const tearsheet = join(parts.folder, 'tearsheet.html');
  const assumed = parts.effective.config.venues !== undefined ? '' : `${report.venues.map(({ venue, facts }) => `assumed ${venue}: ${facts.map(([name, value]) => `${name} ${value}`).join('; ')}\n`).join('')}assumed seed: ${report.seed}\n\n`;
  return `${runHeading({ strategies, legs, from, to, dataset, dataLabel })}\n${parts.speed}\n${verified === undefined ? '' : `${verifiedText(verified)}\n`}\n${assumed}${renderTextSummary(report, { tearsheet: relative(process.cwd(), tearsheet) || tearsheet })}`;
}

/** @throws ArbError `ARB_USAGE_CUTS` */
function cutCount(verify: true | string): number {
  if (verify === true) return DEFAULT_CUTS;
  const cuts = Number(verify);
  if (!Number.isInteger(cuts) || cuts < 1 || cuts > MAX_CUTS) throw new ArbError('ARB_USAGE_CUTS', `--verify is ${verify}; give a whole number from 1 to ${MAX_CUTS}`, { verify });
  return cuts;
}

/** `verified: no look-ahead; …` */
function verifiedText(verified: readonly VerifiedCut[]): string {
  if (verified.length === 0) return 'not verified: interrupted before the first cut';
  return `verified: no look-ahead; the journal was the same with the future cut off at ${verified.map(({ at, records }) => `${formatTime(at)} (${counted(records, 'record')})`).join(', ')}`;
}

/** The config a command works with: the sample's, the file named or found, and flags over it. */
export async function resolveConfig(path: string, flags: BacktestFlags, { hasParamsPerRun = false }: Pick<ConfigSource, 'hasParamsPerRun'> = {}): Promise<EffectiveConfig> {
  const byFlagsAlone = flags.strategy !== undefined && path === '.' && !hasConfig(path);
  const read = flags.sample === true ? await readConfig(join(packageRoot(import.meta.url, '@arb/backtest'), 'sample')) : byFlagsAlone ? undefined : await readConfig(path);
  const source = { folder: read?.folder ?? process.cwd(), where: read?.file ?? FLAGS_ALONE, params: flags.param ?? [], hasParamsPerRun };
  const validate = (): EffectiveConfig => effectiveConfig(read === undefined ? undefined : validConfig(read), flags, process.env);
  return await withAllProblems(withFlags(read?.input, flags), source, validate);
}

/** What names strategies and data, whatever else is wrong. */
function withFlags(input: unknown, { strategy, data = process.env['ARB_DATA'] }: BacktestFlags): object {
  return { ...(input as object | undefined), ...(strategy === undefined ? {} : { strategies: [{ use: strategy }] }), ...(data === undefined ? {} : { data: { catalog: data } }) };
}

function hasConfig(path: string): boolean {
  return ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].some((extension) => existsSync(join(path, `arb.config.${extension}`)));
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
  return { ...summary, ...(result.verified === undefined ? {} : { verified: result.verified }), folder, tearsheet: join(folder, 'tearsheet.html') };
}

/** Shows how far a run is, and keeps what replaying came to. */
class ReplayView extends ProgressView {
  lastLine = '';

  replayed(progress: Progress): void {
    if (progress.verifying !== undefined) {
      this.show(`verifying, run ${progress.verifying}`, progress.fraction);
      return;
    }
    const speed = [counted(Math.round(progress.rows), 'row'), replaySpeed(progress.rowsPerSecond)].filter((part) => part !== undefined).join('   ');
    this.lastLine = `replayed ${speed}`;
    this.show('replaying', progress.fraction, speed);
  }
}
