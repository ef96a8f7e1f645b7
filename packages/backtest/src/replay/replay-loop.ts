import { ArbError } from '@arb/core/internal';
import { LANE_ARRIVAL, LANE_EXCHANGE, LANE_OBSERVER, LANE_RESPONSE, LANE_SETTLEMENT, LANE_TIMER, type Lane } from './lane.ts';

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
  #lanes: readonly Lane[] = [];
  #nextAt: Float64Array = new Float64Array(0);
  #woken: Int32Array = new Int32Array(0);
  #movedByExchange: readonly number[] = [];
  #movedByUs: readonly number[] = [];
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
    this.#setLanes(lanes);
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
      this.#setLanes([...this.#lanes, ...this.#added]);
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

  /**
   * Asks again those lanes whose next event may have moved: the one that acted and the one it wakes; after the venue's side answers and boundaries,
   * after ours requests, answers, timers and observers. Market lanes keep their own time.
   */
  #refresh(stepped: number): void {
    const lanes = this.#lanes;
    const nextAt = this.#nextAt;
    nextAt[stepped] = lanes[stepped]!.nextAt();
    const woken = this.#woken[stepped]!;
    if (woken >= 0) nextAt[woken] = lanes[woken]!.nextAt();
    const moved = lanes[stepped]!.laneClass === LANE_EXCHANGE ? this.#movedByExchange : this.#movedByUs;
    for (let i = 0; i < moved.length; i++) {
      const lane = moved[i]!;
      nextAt[lane] = lanes[lane]!.nextAt();
    }
  }

  #setLanes(lanes: readonly Lane[]): void {
    this.#lanes = inOrder(lanes);
    this.#nextAt = new Float64Array(lanes.length);
    this.#woken = Int32Array.from(this.#lanes, ({ wakes }) => (wakes === undefined ? -1 : this.#lanes.indexOf(wakes)));
    const ofClass = (...classes: readonly number[]): number[] => this.#lanes.flatMap(({ laneClass }, i) => (classes.includes(laneClass) ? [i] : []));
    this.#movedByExchange = ofClass(LANE_SETTLEMENT, LANE_RESPONSE);
    this.#movedByUs = ofClass(LANE_ARRIVAL, LANE_RESPONSE, LANE_TIMER, LANE_OBSERVER);
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
