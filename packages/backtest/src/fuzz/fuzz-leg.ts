import type { Instrument } from '@arb/core';
import type { SimulatedVenue } from '../venue/simulated-venue.ts';
import type { MatchingEngine } from '../venue/matching-engine.ts';
import type { Book } from './fuzz-market.ts';
import type { BookShape } from './fault-schedule.ts';
import type { FaultyLatency } from './faulty-latency.ts';
import type { VenueLine } from './venue-line.ts';

/** One instrument of a run, what stands behind it, and what is wrong with it now. Times are µs of the run. */
export interface FuzzLeg {
  readonly instrument: Instrument;
  readonly engine: MatchingEngine;
  readonly site: FuzzSite;
  /** Base units of one lot, and the smallest order value, worked out once. */
  readonly unit: number;
  readonly minNotional: number;
  /** The shape of its book until a time. */
  shape: BookShape | undefined;
  shapeUntil: number;
  feedUntil: number;
  /** Books shown so far with their time, oldest first: what fills are measured against. */
  readonly shown: { readonly at: number; readonly book: Book }[];
}

/** One venue of a run. */
export interface FuzzSite {
  readonly venue: SimulatedVenue;
  readonly line: VenueLine;
  readonly latency: FaultyLatency;
  refusesUntil: number;
}
