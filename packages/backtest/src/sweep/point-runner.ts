import type { Progress } from '../engine/backtest-engine.ts';
import type { Preflight } from '../engine/backtest-run.ts';
import type { EffectiveConfig } from '../engine/effective-config.ts';
import { openBacktest, type OpenedBacktest, prepareOpened, type RunBacktestOptions, runPrepared } from '../engine/run-backtest.ts';
import { paramsOf, type SweepPoint } from './parameter-space.ts';
import { failedOutcome, outcomeOf, type RunOutcome } from './run-outcome.ts';
import { heldBy, type SharedData } from './shared-data.ts';
import type { TimeRange } from './walk-forward.ts';

/** One run to make: its parameters, and the part of the data where it is not the config's. */
export interface SweepJob { readonly point: SweepPoint; readonly range?: TimeRange | undefined }

/** Runs points of one config in this thread; strategies and catalog are opened once. */
export class PointRunner {
  readonly opened: OpenedBacktest;
  readonly #held = new Map<string, SharedData>();

  private constructor(opened: OpenedBacktest) { this.opened = opened; }

  /** @throws ArbError what is wrong with the config as a whole: strategies, data, names of parameters */
  static async open(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<PointRunner> {
    return new PointRunner(await openBacktest(effective, options));
  }

  /** Reads of this data are answered from memory, until it is dropped. */
  hold(name: string, data: SharedData): void {
    this.#held.set(name, data);
    this.opened.catalog.hold(heldBy(this.#held.values()));
  }

  drop(name: string): void {
    this.#held.delete(name);
    this.opened.catalog.hold(heldBy(this.#held.values()));
  }

  /** What a point's strategies want to read; undefined where they do not start: their run tells why. */
  preflight({ point, range }: SweepJob): Preflight | undefined {
    try { return prepareOpened(this.opened, { params: paramsOf(point), range }).engine.preflight(); } catch { return undefined; }
  }

  /** Makes a run; what goes wrong with it is its outcome. Undefined where the signal stopped it. */
  async run({ point, range }: SweepJob, hooks: { readonly signal?: AbortSignal | undefined; readonly onProgress?: (progress: Progress) => void } = {}): Promise<RunOutcome | undefined> {
    const startedAt = performance.now();
    try {
      const options = { params: paramsOf(point), range, ...(hooks.signal === undefined ? {} : { signal: hooks.signal }), ...(hooks.onProgress === undefined ? {} : { onProgress: hooks.onProgress }) };
      const result = await runPrepared(prepareOpened(this.opened, options), options);
      return hooks.signal?.aborted === true && result.facts.replayedTo < result.facts.to ? undefined : outcomeOf(result, startedAt);
    } catch (error) {
      return failedOutcome(error, startedAt);
    }
  }
}
