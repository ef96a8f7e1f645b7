import type { Schedule } from './fault-schedule.ts';
import type { Violation } from './invariants.ts';

/** A failing schedule with what it does not need taken out. */
export interface Shrunk {
  readonly schedule: Schedule;
  /** Places of the faults left in the schedule as drawn. */
  readonly kept: readonly number[];
  readonly violation: Violation;
}

/** Most runs spent on one failure. */
const MAX_RUNS = 300;

/** Only these faults of a schedule, by their places. */
export function withFaults(schedule: Schedule, kept: readonly number[]): Schedule { return { ...schedule, faults: kept.map((place) => schedule.faults[place]!) }; }

/**
 * Takes faults out while the same invariant stays broken: halves first, then smaller parts, then single ones, until none can go.
 *
 * @param run what a schedule breaks; undefined where all holds
 */
export function shrink(schedule: Schedule, violation: Violation, run: (schedule: Schedule) => Violation | undefined): Shrunk {
  let kept = schedule.faults.map((_, place) => place);
  let found = violation;
  let runs = 0;
  for (let part = Math.ceil(kept.length / 2); part >= 1 && runs < MAX_RUNS;) {
    let hasShrunk = false;
    for (let from = 0; from < kept.length && runs < MAX_RUNS;) {
      const less = [...kept.slice(0, from), ...kept.slice(from + part)];
      runs++;
      const still = run(withFaults(schedule, less));
      if (still?.invariant === violation.invariant) {
        kept = less;
        found = still;
        hasShrunk = true;
      } else from += part;
    }
    if (part === 1 && !hasShrunk) break;
    part = part === 1 ? 1 : Math.ceil(part / 2);
  }
  return { schedule: withFaults(schedule, kept), kept, violation: found };
}
