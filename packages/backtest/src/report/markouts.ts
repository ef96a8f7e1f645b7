import type { HedgeEpisode } from './hedge-episodes.ts';
import type { FillFact, MidSeries } from './run-facts.ts';
import type { MarkoutPoint } from './run-report.ts';

/** Horizons of a markout, seconds after the fill. */
export const MARKOUT_HORIZONS_SECONDS: readonly [1, 10, 60, 300] = [1, 10, 60, 300];
/** A mid older than this at the horizon is no mid: the book was gone. */
export const MAX_MID_AGE_SECONDS = 30;

/** Markouts of one fill at the four horizons, bps; null where no mid is known. */
export type FillMarkouts = readonly [number | null, number | null, number | null, number | null];

/** The mid in force at a time: the last one at or before it, unless it is older than {@link MAX_MID_AGE_SECONDS} or the series had ended. */
export function midAt(mids: MidSeries, ts: number): number | null {
  const { length } = mids.ts;
  if (length === 0 || ts > mids.ts[length - 1]!) return null;
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (mids.ts[middle]! <= ts) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || ts - mids.ts[low - 1]! > MAX_MID_AGE_SECONDS * 1e6) return null;
  const mid = mids.mid[low - 1]!;
  return mid > 0 ? mid : null;
}

/** How far the mid moved in our favour after a fill, against the price paid: +bps after a buy when it rose. */
export function markoutsOf(fill: FillFact, mids: MidSeries): FillMarkouts {
  const price = Number(fill.price);
  const sign = fill.side === 'buy' ? 1 : -1;
  return MARKOUT_HORIZONS_SECONDS.map((seconds) => {
    const mid = midAt(mids, fill.ts + seconds * 1e6);
    return mid === null || price === 0 ? null : ((sign * (mid - price)) / price) * 10_000;
  }) as unknown as FillMarkouts;
}

/**
 * Markouts of a hedge: what all fills of an episode gained by each horizon, over the notional that was hedged (half of what was traded).
 * A move that both legs share cancels out; what is left is the cost of having waited.
 */
export function markoutsOfEpisode(episode: HedgeEpisode, markouts: ReadonlyMap<FillFact, FillMarkouts>): FillMarkouts {
  const traded = episode.fills.reduce((sum, fill) => sum + Number(fill.notionalUsd), 0);
  return MARKOUT_HORIZONS_SECONDS.map((_, horizon) => {
    let gain = 0;
    for (const fill of episode.fills) {
      const bps = markouts.get(fill)?.[horizon] ?? null;
      if (bps === null) return null;
      gain += bps * Number(fill.notionalUsd);
    }
    return traded === 0 ? null : gain / (traded / 2);
  }) as unknown as FillMarkouts;
}

/** Mean and 95 % interval (1.96 standard errors) of each horizon; null under two values. */
export function averageMarkouts(markouts: readonly FillMarkouts[]): MarkoutPoint[] {
  return MARKOUT_HORIZONS_SECONDS.map((seconds, horizon) => {
    const values = markouts.map((all) => all[horizon]!).filter((value) => value !== null);
    const n = values.length;
    const meanBps = n === 0 ? null : values.reduce((sum, value) => sum + value, 0) / n;
    if (n < 2 || meanBps === null) return { seconds, n, meanBps, ci95Bps: null };
    const variance = values.reduce((sum, value) => sum + (value - meanBps) * (value - meanBps), 0) / (n - 1);
    return { seconds, n, meanBps, ci95Bps: 1.96 * Math.sqrt(variance / n) };
  });
}
