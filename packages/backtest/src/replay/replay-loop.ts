import { ArbError } from '@arb/core/internal';
import { LANE_EXCHANGE, LANE_LOCAL, LANE_OBSERVER, LANE_SETTLEMENT, LANE_TIMER, type Lane } from './lane.ts';
import { LaneSchedule } from './lane-schedule.ts';
import { ExchangeLane, LocalLane } from './market-lanes.ts';

/** Events at one timestamp, market data apart, after which strategies are answering each other without end. */
const MAX_EVENTS_PER_TIMESTAMP = 10_000;

/** What one slice of the loop did. */
export interface SliceResult {
  readonly rows: number;
  readonly isDone: boolean;
  /** Time of the last event, µs. */
  readonly at: number;
}

/**
 * Merges all lanes by time. At one timestamp the order is: exchange data, funding settlements, order arrivals, responses, local data, timers, departures,
 * observers; within a class the order in which lanes were added. What a strategy sends leaves when its hook has returned and arrives after its latency.
 */
export class ReplayLoop {
  #lanes: readonly Lane[] = [];
  #schedule = new LaneSchedule(1);
  // Lanes by what they are, at their index: each call below then sees one class, which is what makes it fast.
  #exchange: readonly (ExchangeLane | undefined)[] = [];
  #local: readonly (LocalLane | undefined)[] = [];
  #woken: Int32Array = new Int32Array(0);
  #polledAfterExchange: readonly number[] = [];
  #polledAfterUs: readonly number[] = [];
  readonly #until: number;
  #at = -Infinity;
  #countedAt = -Infinity;
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
   * Replays about this many rows, or as many other events, synchronously: a run of few rows and many timers is interrupted as often.
   * @throws ArbError `ARB_COMMAND_STORM` where events at one timestamp do not end
   */
  runSlice(maxRows: number): SliceResult {
    let rows = 0;
    let events = 0;
    while (events < maxRows) {
      const slice = this.#runUntilAdded(maxRows - events);
      rows += slice.rows;
      events += slice.events;
      if (slice.isDone && this.#added.length === 0) return { rows, isDone: true, at: this.#at };
    }
    return { rows, isDone: false, at: this.#at };
  }

  #runUntilAdded(maxRows: number): { readonly rows: number; readonly events: number; readonly isDone: boolean } {
    if (this.#added.length > 0) {
      const added = this.#added;
      this.#added = [];
      this.#setLanes([...this.#lanes, ...added]);
    }
    const schedule = this.#schedule;
    const exchange = this.#exchange;
    const local = this.#local;
    for (let i = 0; i < this.#lanes.length; i++) schedule.set(i, this.#lanes[i]!.nextAt());
    let rows = 0;
    let others = 0;
    while (rows + others < maxRows && this.#added.length === 0) {
      const first = schedule.first;
      const at = schedule.timeOf(first);
      if (at >= this.#until) return { rows, events: rows + others, isDone: true };
      this.#at = at;
      const exchangeLane = exchange[first];
      if (exchangeLane !== undefined) {
        rows += exchangeLane.step(at);
        schedule.set(first, exchangeLane.nextAt());
        continue;
      }
      others++;
      const localLane = local[first];
      if (localLane !== undefined) {
        localLane.step(at);
        schedule.set(first, localLane.nextAt());
        this.#poll(this.#polledAfterUs);
      } else rows += this.#stepOther(first, at);
    }
    return { rows, events: rows + others, isDone: false };
  }

  /** Everything that is not a market row: rare, so any lane will do. */
  #stepOther(index: number, at: number): number {
    const lane = this.#lanes[index]!;
    const isExchange = lane.laneClass === LANE_EXCHANGE;
    if (!isExchange && lane.laneClass !== LANE_LOCAL) this.#count(at);
    const rows = lane.step(at);
    this.#schedule.set(index, lane.nextAt());
    const woken = this.#woken[index]!;
    if (woken >= 0) this.#schedule.set(woken, this.#lanes[woken]!.nextAt());
    this.#poll(isExchange ? this.#polledAfterExchange : this.#polledAfterUs);
    return rows;
  }

  /** Asks lanes that do not report themselves. */
  #poll(lanes: readonly number[]): void {
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i]!;
      const at = this.#lanes[lane]!.nextAt();
      if (at !== this.#schedule.timeOf(lane)) this.#schedule.set(lane, at);
    }
  }

  #setLanes(lanes: readonly Lane[]): void {
    this.#lanes = inOrder(lanes);
    this.#schedule = new LaneSchedule(lanes.length);
    this.#exchange = this.#lanes.map((lane) => (lane instanceof ExchangeLane ? lane : undefined));
    this.#local = this.#lanes.map((lane) => (lane instanceof LocalLane ? lane : undefined));
    this.#woken = Int32Array.from(this.#lanes, ({ wakes }) => (wakes === undefined ? -1 : this.#lanes.indexOf(wakes)));
    this.#lanes.forEach((lane, i) => { lane.attach?.(this.#schedule, i); });
    const polled = (...classes: readonly number[]): number[] => this.#lanes.flatMap((lane, i) => (classes.includes(lane.laneClass) && lane.attach === undefined ? [i] : []));
    this.#polledAfterExchange = polled(LANE_SETTLEMENT);
    this.#polledAfterUs = polled(LANE_TIMER, LANE_OBSERVER);
  }

  #count(at: number): void {
    if (at !== this.#countedAt) { this.#countedAt = at; this.#eventsAtTimestamp = 0; return; }
    if (++this.#eventsAtTimestamp > MAX_EVENTS_PER_TIMESTAMP) {
      throw new ArbError('ARB_COMMAND_STORM', `more than ${MAX_EVENTS_PER_TIMESTAMP} events at one timestamp; ${this.#blame()} answers its own orders without end: give its venue a latency, or wait for a timer`, { at });
    }
  }
}

function inOrder(lanes: readonly Lane[]): Lane[] {
  return lanes.map((lane, i) => ({ lane, i })).sort((a, b) => a.lane.laneClass - b.lane.laneClass || a.i - b.i).map(({ lane }) => lane);
}
