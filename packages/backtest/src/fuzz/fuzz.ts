import { drawSchedule, type Schedule } from './fault-schedule.ts';
import type { FuzzPlan } from './fuzz-plan.ts';
import { FuzzWorld } from './fuzz-world.ts';
import type { Outcome } from './run-schedule.ts';
import { runSchedule } from './run-schedule.ts';
import { shrink, type Shrunk } from './shrink.ts';

/** How long and against what. */
export interface FuzzOptions {
  /** How many schedules, of seeds from 1 on. */
  readonly seeds: number;
  readonly firstSeed?: number;
  /** Ends after this long, whatever is left. */
  readonly minutes?: number | undefined;
  readonly plan?: FuzzPlan | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FuzzProgress) => void;
  /** Told at once, before the rest goes on. */
  readonly onFailure?: (failure: FuzzFailure) => void;
}

/** Where it stands. */
export interface FuzzProgress { readonly schedules: number; readonly failed: number; readonly fraction: number; readonly perSecond: number }

/** One seed that broke something. */
export interface FuzzFailure extends Shrunk { readonly seed: number; readonly faults: number }

/** What a whole run came to. */
export interface FuzzResult {
  readonly schedules: number;
  readonly failures: readonly FuzzFailure[];
  /** Seeds that failed beyond those told one by one. */
  readonly failed: number;
  readonly events: number;
  readonly fills: number;
  readonly seconds: number;
  readonly isInterrupted: boolean;
}

/** Failures that are shrunk and told one by one; the rest are counted. */
const MAX_TOLD = 5;
/** The host gets a turn this often: for progress, and to be interrupted. */
const TURN_MS = 50;

/** The schedule of a seed for a plan: its faults name the plan's own legs and pairs. */
export function scheduleOf(seed: number, plan?: FuzzPlan): Schedule { return drawSchedule(seed, plan === undefined ? undefined : sizeOf(plan)); }

const sizes = new WeakMap<FuzzPlan, { readonly legs: number; readonly pairs: number; readonly strategies: number }>();

/** How many pairs a plan's strategies declare is known once they have started. */
function sizeOf(plan: FuzzPlan): { readonly legs: number; readonly pairs: number; readonly strategies: number } {
  let size = sizes.get(plan);
  if (size === undefined) {
    const world = new FuzzWorld(drawSchedule(1), plan);
    world.start();
    size = { legs: plan.instruments.length, pairs: world.pairs.length, strategies: plan.strategies.length };
    sizes.set(plan, size);
  }
  return size;
}

/** Runs schedule after schedule; what one breaks is shrunk to what it takes. */
export async function fuzz({ seeds, firstSeed = 1, minutes, plan, signal, onProgress, onFailure }: FuzzOptions): Promise<FuzzResult> {
  const startedAt = performance.now();
  const endsAt = minutes === undefined ? Infinity : startedAt + minutes * 60_000;
  const failures: FuzzFailure[] = [];
  let [schedules, failed, events, fills, turnAt] = [0, 0, 0, 0, startedAt];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const now = performance.now();
    if (now - turnAt >= TURN_MS) {
      turnAt = now;
      onProgress?.({ schedules, failed, fraction: Math.max(schedules / seeds, minutes === undefined ? 0 : (now - startedAt) / (minutes * 60_000)), perSecond: schedules / (now - startedAt) * 1_000 });
      await new Promise((turn) => { setImmediate(turn); });
    }
    if (signal?.aborted === true || now >= endsAt) break;
    const schedule = scheduleOf(seed, plan);
    const outcome: Outcome = runSchedule(schedule, { plan });
    schedules++;
    events += outcome.events;
    fills += outcome.fills;
    if (outcome.violation === undefined) continue;
    if (++failed > MAX_TOLD) continue;
    const failure: FuzzFailure = { seed, faults: schedule.faults.length, ...shrink(schedule, outcome.violation, (less) => runSchedule(less, { plan }).violation) };
    failures.push(failure);
    onFailure?.(failure);
  }
  return { schedules, failures, failed, events, fills, seconds: (performance.now() - startedAt) / 1_000, isInterrupted: signal?.aborted === true };
}
