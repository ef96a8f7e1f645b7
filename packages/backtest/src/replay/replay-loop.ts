import { ArbError } from '@arb/core/internal';
import type { Lane } from './lane.ts';

/** Events at one timestamp after which strategies are answering each other without end. */
const MAX_EVENTS_PER_TIMESTAMP = 10_000;

/** What one slice of the loop did. */
export interface SliceResult {
  readonly rows: number;
  readonly isDone: boolean;
  /** Time of the last event, µs. */
  readonly at: number;
}

/**
 * Merges all lanes by time. At one timestamp the order is: exchange data, funding settlements, order arrivals, responses, local data, timers; within a class
 * the order in which lanes were added. What a strategy sends leaves when its hook has returned and arrives after its latency.
 */
export class ReplayLoop {
  #lanes: readonly Lane[];
  #nextAt: Float64Array;
  readonly #until: number;
  #at = -Infinity;
  #eventsAtTimestamp = 0;
  readonly #blame: () => string;
  #added: Lane[] = [];

  /**
   * @param lanes in any order; sorted by class here
   * @param until nothing at or after this time is replayed, µs
   * @param blame names who answers without end
   */
  constructor(lanes: readonly Lane[], until: number, blame: () => string) {
    this.#lanes = inOrder(lanes);
    this.#nextAt = new Float64Array(this.#lanes.length);
    this.#until = until;
    this.#blame = blame;
  }

  /** Adds lanes in mid-run: a strategy wants another instrument. They join behind those of their class. */
  add(lanes: readonly Lane[]): void {
    this.#added.push(...lanes);
  }

  /**
   * Replays about this many rows, synchronously.
   * @throws ArbError `ARB_COMMAND_STORM` where events at one timestamp do not end
   */
  runSlice(maxRows: number): SliceResult {
    let rows = 0;
    while (rows < maxRows) {
      const slice = this.#runUntilAdded(maxRows - rows);
      rows += slice.rows;
      if (slice.isDone && this.#added.length === 0) return { rows, isDone: true, at: this.#at };
    }
    return { rows, isDone: false, at: this.#at };
  }

  #runUntilAdded(maxRows: number): { readonly rows: number; readonly isDone: boolean } {
    if (this.#added.length > 0) {
      this.#lanes = inOrder([...this.#lanes, ...this.#added]);
      this.#nextAt = new Float64Array(this.#lanes.length);
      this.#added = [];
    }
    const lanes = this.#lanes;
    const nextAt = this.#nextAt;
    const count = lanes.length;
    let rows = 0;
    for (let i = 0; i < count; i++) nextAt[i] = lanes[i]!.nextAt();
    while (rows < maxRows && this.#added.length === 0) {
      let first = 0;
      let at = nextAt[0]!;
      for (let i = 1; i < count; i++) {
        const time = nextAt[i]!;
        if (time < at) { at = time; first = i; }
      }
      if (at >= this.#until) return { rows, isDone: true };
      this.#count(at);
      rows += lanes[first]!.step(at);
      this.#refresh(first);
    }
    return { rows, isDone: false };
  }

  /** Anything may have set a timer or sent an order; only market lanes keep their own time. */
  #refresh(stepped: number): void {
    const lanes = this.#lanes;
    const nextAt = this.#nextAt;
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i]!;
      if (i === stepped || (lane.laneClass !== 0 && lane.laneClass !== 4)) nextAt[i] = lane.nextAt();
    }
  }

  #count(at: number): void {
    if (at !== this.#at) { this.#at = at; this.#eventsAtTimestamp = 0; return; }
    if (++this.#eventsAtTimestamp > MAX_EVENTS_PER_TIMESTAMP) {
      throw new ArbError('ARB_COMMAND_STORM', `more than ${MAX_EVENTS_PER_TIMESTAMP} events at one timestamp; ${this.#blame()} answers its own orders without end: give its venue a latency, or wait for a timer`, { at });
    }
  }
}

function inOrder(lanes: readonly Lane[]): Lane[] {
  return lanes.map((lane, i) => ({ lane, i })).sort((a, b) => a.lane.laneClass - b.lane.laneClass || a.i - b.i).map(({ lane }) => lane);
}
