/** Where a lane stands in the order of things at one timestamp; lower goes first. See docs/concepts/execution.md. */
export const LANE_EXCHANGE = 0;
export const LANE_SETTLEMENT = 1;
export const LANE_ARRIVAL = 2;
export const LANE_RESPONSE = 3;
export const LANE_LOCAL = 4;
export const LANE_TIMER = 5;
/** After everything else at a timestamp: what is recorded is the state when all has happened. */
export const LANE_OBSERVER = 7;
/** What strategies sent without latency leaves when all of them have been called. */
export const LANE_DEPARTURE = 6;

/** Where a lane says that its next event has moved. */
export interface LaneTimes {
  set(lane: number, at: number): void;
}

/** One source of events in time order: the loop asks every lane when its next event is due and lets the earliest act. */
export interface Lane {
  readonly laneClass: number;
  /** A lane that has something new to do when this one has acted; undefined for most. */
  readonly wakes?: Lane | undefined;
  /** For lanes others push into: from now on the lane reports every change of its next time itself. */
  attach?(times: LaneTimes, index: number): void;
  /** When the next event is due, µs; Infinity where there is none left. */
  nextAt(): number;
  /** Handles everything of this lane that is due at exactly this time and belongs to one event. Returns market-data rows consumed. */
  step(at: number): number;
}
