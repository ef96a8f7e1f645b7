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

/** A run under way in a thread, and who waits for it. */
interface PendingRun {
  readonly startedAt: number;
  readonly onProgress: (fraction: number) => void;
  readonly resolve: (outcome: RunOutcome | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Runs in a thread of its own. A thread that dies (out of memory, a strategy that ends the process) costs the run it was at; the next run has a new one. */
export class WorkerLane implements SweepLane {
  readonly #setup: WorkerSetup;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Map<string, SharedData>();
  readonly #stop = (): void => {
    void this.close();
    this.#settle(undefined);
  };
  #worker: Worker | undefined;
  #pending: PendingRun | undefined;
  #unfit: ArbError | undefined;

  /** The thread begins to load at once, while data is decoded here. */
  constructor(setup: WorkerSetup, signal: AbortSignal | undefined) {
    this.#setup = setup;
    this.#signal = signal;
    this.#worker = this.#start();
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  hold(name: string, data: SharedData): void {
    this.#held.set(name, data);
    if (this.#worker !== undefined) tell(this.#worker, { type: 'hold', name, data });
  }

  drop(name: string): void {
    this.#held.delete(name);
    if (this.#worker !== undefined) tell(this.#worker, { type: 'drop', name });
  }

  /** @throws ArbError what keeps a thread from beginning at all */
  async run(job: SweepJob, onProgress: (fraction: number) => void): Promise<RunOutcome | undefined> {
    if (this.#signal?.aborted === true) return undefined;
    if (this.#unfit !== undefined) throw this.#unfit;
    const worker = this.#worker ??= this.#start();
    return await new Promise<RunOutcome | undefined>((resolve, reject) => {
      this.#pending = { startedAt: performance.now(), onProgress, resolve, reject };
      tell(worker, { type: 'run', job });
    });
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(WORKER_FILE, { workerData: this.#setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
    worker.on('message', (message: WorkerMessage) => { this.#heard(message); });
    worker.on('error', (error) => { this.#died(worker, error); });
    worker.on('exit', (code) => { this.#died(worker, new ArbError('ARB_SWEEP_WORKER', `the thread of this run ended early (exit code ${code}); does the strategy end the process?`)); });
    for (const [name, data] of this.#held) tell(worker, { type: 'hold', name, data });
    return worker;
  }

  #heard(message: WorkerMessage): void {
    if (message.type === 'progress') this.#pending?.onProgress(message.fraction);
    else if (message.type === 'done') this.#settle(message.outcome);
    else {
      this.#unfit = new ArbError(message.code, message.message, {});
      this.#pending?.reject(this.#unfit);
      this.#pending = undefined;
    }
  }

  /** Of a thread that was given up already nothing is wanted. */
  #died(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (this.#pending !== undefined) this.#settle(failedOutcome(error, this.#pending.startedAt));
  }

  #settle(outcome: RunOutcome | undefined): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(outcome);
  }
}

function tell(worker: Worker, request: WorkerRequest): void { worker.postMessage(request); }

/** Room for what a run makes and forgets: with more of it threads collect garbage less often, about 5 % of a sweep's CPU time. */
const YOUNG_GENERATION_MB = 64;
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
