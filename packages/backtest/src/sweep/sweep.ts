import { availableParallelism } from 'node:os';
import { type ArbConfig, ArbError, type UnixMicros } from '@arb/core';
import { withAllProblems } from '../engine/check-config.ts';
import { parseConfig } from '../engine/config-schema.ts';
import type { EffectiveConfig } from '../engine/effective-config.ts';
import { parseObjective, rankedBy, type SweepObjective } from './objective.ts';
import { drawPoints, gridOf, MAX_RUNS, type ParameterAxis, parseAxes, type SweepPoint } from './parameter-space.ts';
import { PointRunner, type SweepJob } from './point-runner.ts';
import { failedOutcome, type RunOutcome } from './run-outcome.ts';
import { Schedule } from './schedule.ts';
import { DEFAULT_MAX_SHARED_BYTES } from './shared-data.ts';
import { LocalLane, type SweepLane, WorkerLane, workerSetup } from './sweep-lane.ts';
import { SWEEP_SCHEMA, type SweepProgress, type SweepResult, type SweepRun, type SweepWindow } from './sweep-result.ts';
import { parseWalkForward, type WalkWindow, windowsOf } from './walk-forward.ts';

/** Threads at most: far above any machine's cores, a slip of the keyboard starts no thousand. */
const MAX_WORKERS = 256;

/** What a sweep varies, and how it is carried out. */
export interface SweepOptions {
  /** `enterAprPct=2,4,6`, `exitAprPct=0..4:0.5`; `id.name=…` with several strategies. */
  readonly params: readonly string[];
  /** Draw this many combinations with the config's seed, instead of taking all; ranges then need no step. */
  readonly random?: number;
  /** `train=90d,test=30d`: choose on each training part, report what was chosen on the part right behind it. */
  readonly walkForward?: string;
  /** What is best; `netPnlUsd` unless stated. */
  readonly by?: SweepObjective;
  /** Threads; as many as this process may use unless stated. */
  readonly workers?: number;
  /** Decoded data that may be held in memory for all threads, bytes; 1 GiB unless stated. Beyond it each run reads the files. */
  readonly maxSharedBytes?: number;
  /** Folder that paths of the config are relative to; the current one unless given. */
  readonly folder?: string;
  readonly onProgress?: (progress: SweepProgress) => void;
  /** Progress of generating a dataset on first use, 0 to 1. */
  readonly onGenerate?: (fraction: number) => void;
  /** Stops the sweep; the result says PARTIAL and holds the runs that ended. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a config again and again with different parameters, on several threads over data that is decoded once. Every run gives the journal hash that it gives alone.
 * A run that fails is one of the results.
 *
 * @throws ArbError what is wrong with the config as a whole or with the parameters' names; `ARB_USAGE_SWEEP` for what cannot be swept
 * @example
 * const { runs, ranking } = await runSweep({ strategies: [{ use: './strategy.ts#Mine' }], data: { catalog: 'data' } }, { params: ['enterAprPct=2,4,6'] });
 */
export async function runSweep(config: ArbConfig, options: SweepOptions): Promise<SweepResult> {
  const where = 'the config';
  const folder = options.folder ?? process.cwd();
  const parsed = await withAllProblems(config, { ...options, folder, where, hasParamsPerRun: true }, () => parseConfig(config, where));
  return await sweepConfig({ config: parsed, folder, where, origins: new Map() }, options);
}

/** {@link runSweep} of a config that was read with its flags. */
export async function sweepConfig(effective: EffectiveConfig, options: SweepOptions): Promise<SweepResult> {
  const startedAt = performance.now();
  const seed = effective.config.seed ?? 1;
  const by = parseObjective(options.by ?? 'netPnlUsd');
  const walk = options.walkForward === undefined ? undefined : parseWalkForward(options.walkForward);
  const axes = parseAxes(options.params);
  const points = pointsOf(axes, options.random, seed);
  const wanted = wholeNumber('--workers', options.workers ?? availableParallelism(), MAX_WORKERS);
  const { signal } = options;
  const runner = await PointRunner.open(effective, {
    params: options.params, ...(options.onGenerate === undefined ? {} : { onGenerate: options.onGenerate }), ...(signal === undefined ? {} : { signal }),
  });
  const windows = walk === undefined ? undefined : windowsOf(coveredRange(runner, points), walk);
  const planned = windows === undefined ? points.length : windows.length * (points.length + 1);
  if (planned > MAX_RUNS) throw new ArbError('ARB_USAGE_SWEEP', `the walk-forward has ${planned} runs (${windows!.length} windows of ${points.length} and a test), more than ${MAX_RUNS}; take longer tests or fewer combinations`, {});
  const { lanes, note } = lanesFor(runner, { effective, signal, count: Math.min(wanted, planned) });
  const schedule = new Schedule({ runner, lanes, maxSharedBytes: options.maxSharedBytes ?? DEFAULT_MAX_SHARED_BYTES, signal });
  const meter = new ProgressMeter(planned, startedAt, options.onProgress);
  try {
    const found = windows === undefined
      ? { runs: runsOf(points.map((point): SweepJob => ({ point })), await schedule.run(points.map((point) => ({ point })), meter.tell)), windows: null }
      : await walkForward(windows, { points, by, schedule, meter });
    return {
      schema: SWEEP_SCHEMA, kind: walk !== undefined ? 'walk-forward' : options.random !== undefined ? 'random' : 'grid', status: signal?.aborted === true && meter.done < planned ? 'PARTIAL' : 'COMPLETE', by,
      parameters: axes.map(({ name, values }) => ({ name, values: values ?? [...new Set(points.map((point) => point[name]!))] })), planned, done: meter.done, ...found,
      ranking: rankedBy(by, found.runs).map((index) => found.runs[index]!.run), failures: found.runs.filter(({ failure }) => failure !== null).length,
      strategies: runner.opened.strategies.map(({ Class, id }) => (Class.name.toLowerCase() === id ? Class.name : `${Class.name} ${id}`)), dataset: datasetOf(runner.opened.catalog.path),
      dataLabel: found.runs.find(({ dataLabel }) => dataLabel !== null)?.dataLabel ?? null, seed, workers: lanes.length,
      sharedBytes: schedule.sharing.bytes, notes: [...note, ...sharingNotes(schedule, options.maxSharedBytes ?? DEFAULT_MAX_SHARED_BYTES)], seconds: Number(((performance.now() - startedAt) / 1_000).toFixed(3)),
    };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

function pointsOf(axes: readonly ParameterAxis[], random: number | undefined, seed: number): SweepPoint[] {
  if (axes.length === 0) throw new ArbError('ARB_USAGE_SWEEP', 'nothing to vary: write --param name=value,value, as in --param enterAprPct=2,4,6', {});
  return random === undefined ? gridOf(axes) : drawPoints(axes, wholeNumber('--random', random, MAX_RUNS), seed);
}

function wholeNumber(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) throw new ArbError('ARB_USAGE_SWEEP', `${name} is ${value}; give a whole number from 1 to ${most}`, {});
  return value;
}

/** What the config's range comes to on the data: told by the first point whose strategies start. */
function coveredRange(runner: PointRunner, points: readonly SweepPoint[]): { readonly from: UnixMicros; readonly to: UnixMicros } {
  for (const point of points) {
    const preflight = runner.preflight({ point });
    if (preflight !== undefined) return preflight;
  }
  throw new ArbError('ARB_SWEEP_FAILED', 'with none of the parameters the strategies start; try one with arb backtest, which tells why', {});
}

/** One lane a thread; where there can be none, this thread and why. */
function lanesFor(runner: PointRunner, { effective, signal, count }: { readonly effective: EffectiveConfig; readonly signal: AbortSignal | undefined; readonly count: number }): { readonly lanes: SweepLane[]; readonly note: string[] } {
  const setup = count === 1 ? undefined : workerSetup(effective);
  if (setup === undefined) return { lanes: [new LocalLane(runner, signal)], note: [] };
  if (typeof setup === 'string') return { lanes: [new LocalLane(runner, signal)], note: [`one thread made all runs: ${setup}`] };
  return { lanes: Array.from({ length: count }, () => new WorkerLane(setup, signal)), note: [] };
}

function sharingNotes({ sharing }: Schedule, maxSharedBytes: number): string[] {
  if (sharing.unshared === 0) return [];
  return [maxSharedBytes === 0 ? 'data was not shared: each run read the files' : `decoded data would take more than ${Math.round(maxSharedBytes / 2 ** 20)} MiB, so runs read the files themselves; allow more with --share-mb`];
}

/** Runs that ended, with their place. */
function runsOf(jobs: readonly SweepJob[], outcomes: readonly (RunOutcome | undefined)[]): SweepRun[] {
  return jobs.flatMap(({ point, range }, i) => (outcomes[i] === undefined ? [] : [{ run: i + 1, params: point, ...outcomes[i], ...range }]));
}

interface WalkParts { readonly points: readonly SweepPoint[]; readonly by: SweepObjective; readonly schedule: Schedule; readonly meter: ProgressMeter }

/** All training runs, then the tests of what they chose. A window that was not trained to its end chooses nothing. */
async function walkForward(windows: readonly WalkWindow[], { points, by, schedule, meter }: WalkParts): Promise<{ readonly runs: SweepRun[]; readonly windows: SweepWindow[] }> {
  const jobs = windows.flatMap(({ train }) => points.map((point): SweepJob => ({ point, range: train })));
  const outcomes = await schedule.run(jobs, meter.tell);
  meter.settle();
  const chosen = windows.map(({ train, test }, i): SweepWindow => {
    const own = outcomes.slice(i * points.length, (i + 1) * points.length);
    const trained = own.filter((outcome) => outcome !== undefined);
    const best = trained.length === points.length ? rankedBy(by, trained)[0] : undefined;
    return {
      trainFrom: train.from, trainTo: train.to, testFrom: test.from, testTo: test.to, chosen: best === undefined ? null : points[best]!, trainValue: best === undefined ? null : Number(trained[best]![by]),
      trainRuns: trained.length, trainFailures: trained.filter(({ failure }) => failure !== null).length,
    };
  });
  const tests = windows.flatMap(({ test }, i): { readonly job: SweepJob; readonly i: number }[] => (chosen[i]!.chosen === null ? [] : [{ job: { point: chosen[i]!.chosen, range: test }, i }]));
  const tested = await schedule.run(tests.map(({ job }) => job), meter.tell);
  meter.settle();
  const outcomeOf = new Map(tests.map(({ i }, place) => [i, tested[place]]));
  const runs = windows.flatMap(({ test }, i): SweepRun[] => {
    const isTrained = chosen[i]!.trainRuns === points.length;
    const outcome = chosen[i]!.chosen !== null ? outcomeOf.get(i) : isTrained ? failedOutcome(new ArbError('ARB_SWEEP_NO_CHOICE', `no training run has the figure ${by}; choose another figure with --by, or longer training parts`, {}), performance.now()) : undefined;
    return outcome === undefined ? [] : [{ run: i + 1, params: chosen[i]!.chosen ?? {}, ...outcome, ...test }];
  });
  return { runs, windows: chosen };
}

/** Counts over all parts of a sweep. */
class ProgressMeter {
  readonly #planned: number;
  readonly #startedAt: number;
  readonly #onProgress: ((progress: SweepProgress) => void) | undefined;
  #before = 0;
  #done = 0;

  constructor(planned: number, startedAt: number, onProgress: ((progress: SweepProgress) => void) | undefined) {
    this.#planned = planned;
    this.#startedAt = startedAt;
    this.#onProgress = onProgress;
  }

  get done(): number { return this.#before + this.#done; }

  /** What is done from here on comes on top. */
  settle(): void {
    this.#before += this.#done;
    this.#done = 0;
  }

  readonly tell = (done: number, running: number): void => {
    this.#done = done;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const fraction = Math.min(1, (this.done + running) / this.#planned);
    this.#onProgress?.({ done: this.done, planned: this.#planned, fraction, runsPerSecond: this.done / seconds, secondsLeft: fraction > 0 ? seconds * (1 - fraction) / fraction : undefined });
  };
}

/** Name of a dataset as results show it. */
function datasetOf(path: string): string { return path.split(/[\\/]/).filter((part) => part !== '' && part !== 'catalog').at(-1) ?? path; }

