import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ArbError } from '@arb/core';
import type { EffectiveConfig } from '../engine/effective-config.ts';
import type { PointRunner, SweepJob } from './point-runner.ts';
import { failedOutcome, type RunOutcome } from './run-outcome.ts';
import type { SharedData } from './shared-data.ts';
import type { WorkerMessage, WorkerRequest, WorkerSetup } from './sweep-worker.ts';

/** Something that makes one run after the other. */
export interface SweepLane {
  hold(name: string, data: SharedData): void;
  drop(name: string): void;
  /** Undefined where the run was stopped before its end. */
  run(job: SweepJob, onProgress: (fraction: number) => void): Promise<RunOutcome | undefined>;
  close(): Promise<void>;
}

/** Runs in this thread. */
export class LocalLane implements SweepLane {
  readonly #runner: PointRunner;
  readonly #signal: AbortSignal | undefined;

  constructor(runner: PointRunner, signal: AbortSignal | undefined) {
    this.#runner = runner;
    this.#signal = signal;
  }

  hold(name: string, data: SharedData): void { this.#runner.hold(name, data); }
  drop(name: string): void { this.#runner.drop(name); }

  async run(job: SweepJob, onProgress: (fraction: number) => void): Promise<RunOutcome | undefined> {
    return await this.#runner.run(job, { signal: this.#signal, onProgress: ({ fraction }) => { onProgress(fraction); } });
  }

  async close(): Promise<void> { await Promise.resolve(); }
}

/** Runs in a thread of its own. A thread that dies (out of memory, a strategy that ends the process) costs the run it was at; the next run has a new one. */
export class WorkerLane implements SweepLane {
  readonly #setup: WorkerSetup;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Map<string, SharedData>();
  #worker: Worker | undefined;

  constructor(setup: WorkerSetup, signal: AbortSignal | undefined) {
    this.#setup = setup;
    this.#signal = signal;
  }

  hold(name: string, data: SharedData): void {
    this.#held.set(name, data);
    if (this.#worker !== undefined) this.#tell({ type: 'hold', name, data });
  }

  drop(name: string): void {
    this.#held.delete(name);
    if (this.#worker !== undefined) this.#tell({ type: 'drop', name });
  }

  /** @throws ArbError what keeps a thread from beginning at all */
  async run(job: SweepJob, onProgress: (fraction: number) => void): Promise<RunOutcome | undefined> {
    if (this.#signal?.aborted === true) return undefined;
    const worker = this.#worker ??= this.#start();
    const startedAt = performance.now();
    return await new Promise<RunOutcome | undefined>((resolve, reject) => {
      const settle = (outcome: RunOutcome | undefined): void => { forget(); resolve(outcome); };
      const heard = (message: WorkerMessage): void => {
        if (message.type === 'progress') onProgress(message.fraction);
        else if (message.type === 'done') settle(message.outcome);
        else { forget(); reject(new ArbError(message.code, message.message, {})); }
      };
      const died = (error: unknown): void => { this.#worker = undefined; settle(failedOutcome(error, startedAt)); };
      const ended = (code: number): void => { died(new ArbError('ARB_SWEEP_WORKER', `the thread of this run ended early (exit code ${code}); does the strategy end the process?`)); };
      const stop = (): void => { this.#worker = undefined; settle(undefined); void worker.terminate(); };
      const forget = (): void => {
        worker.off('message', heard).off('error', died).off('exit', ended);
        this.#signal?.removeEventListener('abort', stop);
      };
      worker.on('message', heard).on('error', died).on('exit', ended);
      this.#signal?.addEventListener('abort', stop, { once: true });
      this.#tell({ type: 'run', job });
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    this.#worker = new Worker(WORKER_FILE, { workerData: this.#setup });
    for (const [name, data] of this.#held) this.#tell({ type: 'hold', name, data });
    return this.#worker;
  }

  #tell(request: WorkerRequest): void { this.#worker!.postMessage(request); }
}

const WORKER_FILE = fileURLToPath(new URL('./sweep-worker.js', import.meta.url));

/**
 * What a thread needs to make runs of a config; in words why it cannot: a class cannot be handed to a thread, and one in a config file is loaded there again.
 */
export function workerSetup(effective: EffectiveConfig): WorkerSetup | string {
  if (!existsSync(WORKER_FILE)) return 'this is @arb/backtest unbuilt, whose sources threads cannot load';
  const { config } = effective;
  const ownClasses = config.strategies.flatMap(({ use }, i) => (typeof use === 'string' ? [] : [i]));
  if (ownClasses.length > 0 && !existsSync(effective.where)) return 'a strategy is given as a class, which threads cannot be handed; give its file as "./file.ts#Class"';
  const strategies = config.strategies.map((entry) => (typeof entry.use === 'string' ? entry : { ...entry, use: '' }));
  return { effective: { ...effective, config: { ...config, strategies } }, ownClasses };
}
