import type { RoundTrip } from './run-report.ts';

/** What a round trip costs and how long its entry differential needs to earn that. */
export interface BreakEven {
  /** Mean cost of the closed trips, bps of one leg. */
  readonly costBps: number;
  /** Mean differential they were entered at, APR %. */
  readonly aprPct: number;
  /** Days the one needs to earn the other; null where the differential is not positive. */
  readonly days: number | null;
}

/** The break-even of a run: mean cost over mean entry differential of its closed trips, open ones have paid half their cost; undefined where no entry differential is known. */
export function breakEvenOf(trips: readonly RoundTrip[]): BreakEven | undefined {
  const closed = trips.filter((trip) => trip.to !== null && trip.aprInPct !== null);
  if (closed.length === 0) return undefined;
  const mean = (read: (trip: RoundTrip) => number): number => closed.reduce((sum, trip) => sum + read(trip), 0) / closed.length;
  const [costBps, aprPct] = [mean((trip) => trip.costBps), mean((trip) => trip.aprInPct!)];
  return { costBps, aprPct, days: breakEvenDays(costBps, aprPct) };
}

/** Days a differential needs to earn a cost; null where it never does. */
export function breakEvenDays(costBps: number, aprPct: number | null): number | null {
  return aprPct !== null && aprPct > 0 ? (costBps / 100 / aprPct) * 365 : null;
}
