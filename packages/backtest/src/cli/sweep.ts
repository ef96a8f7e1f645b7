import { join, relative } from 'node:path';
import { formatTime } from '@arb/core';
import { counted, formatCount } from '../counted.ts';
import { plain } from '../report/text-table.ts';
import type { SweepObjective } from '../sweep/objective.ts';
import { sweepConfig, type SweepOptions } from '../sweep/sweep.ts';
import { writeSweepOutputs } from '../sweep/sweep-outputs.ts';
import type { SweepProgress, SweepResult } from '../sweep/sweep-result.ts';
import { renderSweepText } from '../sweep/sweep-text.ts';
import { paramsOf } from '../sweep/parameter-space.ts';
import { resolveConfig } from './backtest.ts';
import { type CommandOutput, PROCESS_OUTPUT } from './data-output.ts';
import { ProgressView } from './progress-view.ts';
import { outputFolder, RunFolder } from './run-folder.ts';
import type { SweepFlags } from './sweep-command.ts';

/** Runs `arb sweep`. */
export async function sweep(path: string, flags: SweepFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const effective = await resolveConfig(path, flags, { hasParamsPerRun: true });
  const folder = new RunFolder(outputFolder(effective, flags, 'sweep-'));
  const abort = new AbortController();
  const interrupt = (): void => { abort.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const view = new SweepView(output, flags.json === true);
  try {
    const options: SweepOptions = {
      params: flags.param ?? [], signal: abort.signal, onProgress: (progress) => { view.swept(progress); }, onGenerate: (fraction) => { view.generated(fraction); },
      ...(flags.random === undefined ? {} : { random: flags.random }), ...(flags.walkForward === undefined ? {} : { walkForward: flags.walkForward }), ...(flags.by === undefined ? {} : { by: flags.by as SweepObjective }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }), ...(flags.shareMb === undefined ? {} : { maxSharedBytes: flags.shareMb * 2 ** 20 }),
    };
    folder.begin();                                                              // a place that cannot be written to is told before it costs anything
    const result = await sweepConfig(effective, options);
    view.end();
    if (result.done === 0) {
      folder.discard();
      tellNothing(output);
      return;
    }
    const commands = { sweep: sweepCommand(path, flags), again: againCommand(result, path, flags) };
    await writeSweepOutputs(result, folder.stage, commands);
    folder.finish();
    if (flags.json === true) output.write(`${JSON.stringify({ ...result, again: commands.again, folder: folder.path, page: join(folder.path, 'sweep.html') })}\n`);
    else output.write(`${renderSweepText(result)}\n${commands.again === null ? '' : `again     ${plain(commands.again)}\n`}sweep     ${relative(process.cwd(), join(folder.path, 'sweep.html'))}\n`);
    if (result.status === 'PARTIAL') output.setExitCode(130);
    else if (result.failures === result.runs.length) output.setExitCode(1);
  } catch (error) {
    folder.discard();
    if (!abort.signal.aborted) throw error;
    tellNothing(output);
  } finally {
    view.end();
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

function tellNothing(output: CommandOutput): void {
  output.setExitCode(130);
  process.stderr.write('interrupted before any run had ended; nothing was written\n');
}

/** Flags that say what is run, beside the parameters. */
const CONFIG_FLAGS = ['strategy', 'data', 'from', 'to', 'balance', 'seed', 'sample'] as const;

/** The line that makes the sweep again. */
function sweepCommand(path: string, flags: SweepFlags): string {
  const own: readonly (readonly [string, string | number | undefined])[] = [['--random', flags.random], ['--walk-forward', flags.walkForward], ['--by', flags.by]];
  return [...commandWords('sweep', path, flags, flags.param ?? []), ...own.flatMap(([flag, value]) => (value === undefined ? [] : [flag, quoted(String(value))]))].join(' ');
}

/** The line that makes the best run alone; with a walk-forward what was chosen last, over its test. Null without one. */
function againCommand(result: SweepResult, path: string, flags: SweepFlags): string | null {
  const byPlace = new Map(result.runs.map((run) => [run.run, run]));
  const run = result.windows === null ? byPlace.get(result.ranking[0] ?? 0) : result.runs.findLast(({ failure }) => failure === null);
  if (run === undefined) return null;
  const range = result.windows === null ? {} : { from: formatTime(run.from!), to: formatTime(run.to!) };
  return commandWords('backtest', path, { ...flags, ...range }, paramsOf(run.params)).join(' ');
}

function commandWords(command: string, path: string, flags: SweepFlags, params: readonly string[]): string[] {
  const words = ['npx arb', command, ...(path === '.' ? [] : [quoted(path)])];
  for (const name of CONFIG_FLAGS) {
    const value = flags[name];
    if (value === undefined || value === false) continue;
    if (value === true) words.push(`--${name}`);
    else for (const one of typeof value === 'string' ? [value] : value) words.push(`--${name}`, quoted(one));
  }
  return [...words, ...params.flatMap((param) => ['--param', quoted(param)])];
}

/** A word as a shell takes it. */
function quoted(word: string): string { return /^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`; }

/** Shows how far a sweep is. */
class SweepView extends ProgressView {
  readonly #timer: NodeJS.Timeout;
  #last: SweepProgress | undefined;

  constructor(output: CommandOutput, isQuiet: boolean) {
    super(output, isQuiet);
    this.#timer = setInterval(() => { if (this.#last !== undefined) this.#tell(this.#last); }, 1_000).unref();      // a long run is silent; who waits wants to see that it lives
  }

  swept(progress: SweepProgress): void {
    this.#last = progress;
    this.#tell(progress);
  }

  override end(): void {
    clearInterval(this.#timer);
    super.end();
  }

  #tell({ done, planned, fraction, runsPerSecond }: SweepProgress): void {
    const speed = done === 0 ? '' : `   ${runsPerSecond.toFixed(runsPerSecond < 10 ? 2 : 0)} runs/s`;
    this.show('sweeping', fraction, `${formatCount(done)} of ${counted(planned, 'run')}${speed}`);
  }
}
