import type { DataLabel } from '../report/run-report.ts';
import type { SweepObjective } from './objective.ts';
import type { SweepPoint } from './parameter-space.ts';
import type { RunOutcome } from './run-outcome.ts';

/** Name and version of the schema. */
export const SWEEP_SCHEMA = 'arb.sweep/1';

/** One run of a sweep: its parameters and what it came to. */
export interface SweepRun extends RunOutcome {
  /** Its place, from 1. */
  readonly run: number;
  readonly params: SweepPoint;
}

/** What one window of a walk-forward chose on its training part; its test is the run of the same place. */
export interface SweepWindow {
  readonly trainFrom: number;
  readonly trainTo: number;
  readonly testFrom: number;
  readonly testTo: number;
  /** Parameters of the best training run; null where none had the figure. */
  readonly chosen: SweepPoint | null;
  /** The figure of the best training run. */
  readonly trainValue: number | null;
  readonly trainRuns: number;
  readonly trainFailures: number;
}

/** A parameter and the values it had, in their order. */
export interface SweptParameter { readonly name: string; readonly values: readonly string[] }

/** What a sweep came to; plain JSON. */
export interface SweepResult {
  readonly schema: typeof SWEEP_SCHEMA;
  readonly kind: 'grid' | 'random' | 'walk-forward';
  /** PARTIAL: stopped before its end; `runs` holds those that ended. */
  readonly status: 'COMPLETE' | 'PARTIAL';
  readonly by: SweepObjective;
  readonly parameters: readonly SweptParameter[];
  /** Runs there were to be; with a walk-forward those on training parts count as well. */
  readonly planned: number;
  readonly done: number;
  /** In the order of the parameters, whichever ended first; with a walk-forward the tests, in time. */
  readonly runs: readonly SweepRun[];
  /** Places in `runs`, from 1, best first; failed runs and those without the figure are left out. */
  readonly ranking: readonly number[];
  /** With a walk-forward only. */
  readonly windows: readonly SweepWindow[] | null;
  readonly failures: number;
  readonly strategies: readonly string[];
  readonly dataset: string;
  readonly dataLabel: DataLabel | null;
  readonly seed: number;
  /** Threads that made the runs; 1 is the calling one. */
  readonly workers: number;
  /** Largest amount of decoded data held for all threads, bytes; 0 where each run read the files. */
  readonly sharedBytes: number;
  /** What a reader should know: why there was one thread only, why data was not shared. */
  readonly notes: readonly string[];
  /** Wall-clock seconds of everything. */
  readonly seconds: number;
}

/** How far a sweep has come. */
export interface SweepProgress {
  readonly done: number;
  readonly planned: number;
  /** 0 to 1, runs under way counted by their part. */
  readonly fraction: number;
  readonly runsPerSecond: number;
  /** Undefined until a first part is done. */
  readonly secondsLeft: number | undefined;
}
