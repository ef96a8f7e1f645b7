import type { Catalog } from '../catalog/catalog.ts';
import type { PointRunner, SweepJob } from './point-runner.ts';
import type { RunOutcome } from './run-outcome.ts';
import { queriesOf, shareStreams, type SharedData } from './shared-data.ts';
import type { SweepLane } from './sweep-lane.ts';
import type { TimeRange } from './walk-forward.ts';

/** Starts of strategies that are looked at to know what a part of the data is read for. */
const MAX_PREFLIGHTS = 64;

/** What sharing came to. */
export interface SharingSummary {
  /** Largest amount held at once, bytes. */
  readonly bytes: number;
  /** Parts of the data that were too large to hold: their runs read the files themselves. */
  readonly unshared: number;
}

/** Told after each step of any run. */
export type ScheduleProgress = (done: number, running: number) => void;

/** Makes runs on several lanes. A part of the data is decoded when the first run over it begins and forgotten when the last has ended. */
export class Schedule {
  readonly #runner: PointRunner;
  readonly #lanes: readonly SweepLane[];
  readonly #maxSharedBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #live = new Map<string, { readonly bytes: number; left: number }>();
  #bytes = 0;
  #most = 0;
  #unshared = 0;

  constructor(parts: { readonly runner: PointRunner; readonly lanes: readonly SweepLane[]; readonly maxSharedBytes: number; readonly signal: AbortSignal | undefined }) {
    this.#runner = parts.runner;
    this.#lanes = parts.lanes;
    this.#maxSharedBytes = parts.maxSharedBytes;
    this.#signal = parts.signal;
  }

  get sharing(): SharingSummary { return { bytes: this.#most, unshared: this.#unshared }; }

  /** Outcomes in the order of the jobs, whichever lane ended first; undefined for what the signal kept from ending. */
  async run(jobs: readonly SweepJob[], onProgress: ScheduleProgress): Promise<(RunOutcome | undefined)[]> {
    const outcomes = new Array<RunOutcome | undefined>(jobs.length).fill(undefined);
    const fractions = this.#lanes.map(() => 0);
    let [next, done] = [0, 0];
    const tell = (): void => { onProgress(done, fractions.reduce((sum, fraction) => sum + fraction, 0)); };
    await Promise.all(this.#lanes.map(async (lane, i) => {
      while (next < jobs.length && this.#signal?.aborted !== true) {
        const index = next++;
        const job = jobs[index]!;
        this.#begin(job, jobs);
        try { outcomes[index] = await lane.run(job, (fraction) => { fractions[i] = fraction; tell(); }); } catch (error) {
          next = jobs.length;                                                    // no lane begins another run
          throw error;
        }
        this.#end(job);
        fractions[i] = 0;
        if (outcomes[index] !== undefined) done++;
        tell();
      }
    }));
    return outcomes;
  }

  #begin(job: SweepJob, jobs: readonly SweepJob[]): void {
    const name = nameOf(job.range);
    if (this.#live.has(name)) return;
    const own = jobs.filter(({ range }) => nameOf(range) === name);
    const data = this.#share(own);
    this.#live.set(name, { bytes: data?.bytes ?? 0, left: own.length });
    if (data === undefined) { this.#unshared++; return; }
    this.#bytes += data.bytes;
    this.#most = Math.max(this.#most, this.#bytes);
    for (const lane of this.#lanes) lane.hold(name, data);
  }

  #end(job: SweepJob): void {
    const name = nameOf(job.range);
    const live = this.#live.get(name)!;
    live.left--;
    if (live.left > 0) return;
    this.#live.delete(name);
    this.#bytes -= live.bytes;
    for (const lane of this.#lanes) lane.drop(name);
  }

  #share(jobs: readonly SweepJob[]): SharedData | undefined {
    if (this.#maxSharedBytes <= this.#bytes) return undefined;
    const catalog: Catalog = this.#runner.opened.catalog;
    const preflights = startsOf(jobs).flatMap((group) => firstOf(group, (job) => this.#runner.preflight(job)) ?? []);
    return shareStreams(catalog, queriesOf(catalog, preflights), this.#maxSharedBytes - this.#bytes);
  }
}

const nameOf = (range: TimeRange | undefined): string => (range === undefined ? '' : `${range.from} ${range.to}`);

/** Jobs that differ in numbers only start alike: an instrument is no number. */
function startsOf(jobs: readonly SweepJob[]): SweepJob[][] {
  const groups = new Map<string, SweepJob[]>();
  for (const job of jobs) {
    const key = JSON.stringify(Object.values(job.point).filter((value) => Number.isNaN(Number(value))));
    const group = groups.get(key);
    if (group !== undefined) group.push(job);
    else if (groups.size < MAX_PREFLIGHTS) groups.set(key, [job]);
  }
  return [...groups.values()];
}

/** The first that works out of those tried: a value that a strategy refuses must not keep the others from sharing. */
function firstOf<Item, Result>(items: readonly Item[], attempt: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items.slice(0, MAX_PREFLIGHTS)) {
    const result = attempt(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
