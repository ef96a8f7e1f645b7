import { parentPort, workerData } from 'node:worker_threads';
import { isArbError } from '@arb/core';
import type { EffectiveConfig } from '../engine/effective-config.ts';
import { readConfig, validConfig } from '../engine/load-config.ts';
import { PointRunner, type SweepJob } from './point-runner.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { SharedData } from './shared-data.ts';

/** What a thread is started with: the config, where classes in it are left to be taken from its file again. */
export interface WorkerSetup {
  readonly effective: EffectiveConfig;
  /** Places of strategies that are classes of the config file itself. */
  readonly ownClasses: readonly number[];
}

/** What a thread is told. */
export type WorkerRequest = { readonly type: 'run'; readonly job: SweepJob } | { readonly type: 'hold'; readonly name: string; readonly data: SharedData } | { readonly type: 'drop'; readonly name: string };

/** What a thread says: how far its run is, what it came to, or that it cannot begin. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'done'; readonly outcome: RunOutcome }
  | { readonly type: 'unfit'; readonly code: string; readonly message: string };

/** Between two words on progress, ms: they are for eyes. */
const PROGRESS_EVERY_MS = 200;

const port = parentPort!;
const send = (message: WorkerMessage): void => { port.postMessage(message); };
// Requests that arrive meanwhile wait in the port until somebody listens.
const runner = await openRunner(workerData as WorkerSetup).catch((error: unknown) => {
  send({ type: 'unfit', code: isArbError(error) ? error.code : 'ARB_SWEEP_WORKER', message: error instanceof Error ? error.message : String(error) });
});
if (runner !== undefined) port.on('message', (request: WorkerRequest) => { void answer(runner, request); });

async function answer(to: PointRunner, request: WorkerRequest): Promise<void> {
  if (request.type === 'hold') { to.hold(request.name, request.data); return; }
  if (request.type === 'drop') { to.drop(request.name); return; }
  let toldAt = performance.now();
  const outcome = await to.run(request.job, {
    onProgress: ({ fraction }) => {
      if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = performance.now();
      send({ type: 'progress', fraction });
    },
  });
  send({ type: 'done', outcome: outcome! });                                       // without a signal every run ends
}

async function openRunner({ effective, ownClasses }: WorkerSetup): Promise<PointRunner> {
  if (ownClasses.length === 0) return await PointRunner.open(effective);
  const own = validConfig(await readConfig(effective.where)).config.strategies;
  const strategies = effective.config.strategies.map((entry, i) => (ownClasses.includes(i) ? { ...entry, use: own[i]!.use } : entry));
  return await PointRunner.open({ ...effective, config: { ...effective.config, strategies } });
}
