import type { SampledSeries } from './run-report.ts';

/** The sample in force at a time (the last one at or before it); null in a gap and outside the series. */
export function seriesValueAt(series: SampledSeries, ts: number): number | null {
  const index = Math.floor((ts - series.start) / series.stepUs);
  return index < 0 || index >= series.values.length ? null : series.values[index]!;
}

/**
 * Thins a series to at most `maxPoints` (3 or more): each bucket keeps its lowest and its highest value in their order, so that no peak is smoothed away. The last value stays the
 * last; where it is neither of its bucket's two it follows them as a point of its own, less than a bucket after its time. A series short enough is returned as it is.
 */
export function thinSeries(series: SampledSeries, maxPoints: number): SampledSeries {
  const { start, stepUs, values } = series;
  if (values.length <= maxPoints) return series;
  const buckets = Math.max(1, Math.floor((maxPoints - 1) / 2));
  const half = Math.ceil(values.length / (2 * buckets));
  const thinned: (number | null)[] = [];
  for (let from = 0; from < values.length; from += 2 * half) thinned.push(...extremes(values.slice(from, from + 2 * half)));
  const last = values[values.length - 1]!;
  if (thinned[thinned.length - 1] !== last) thinned.push(last);
  return { start, stepUs: stepUs * half, values: thinned };
}

/** The lowest and the highest known value in their order; two gaps where none is known. */
function extremes(bucket: readonly (number | null)[]): readonly [number | null, number | null] {
  const known = bucket.filter((value) => value !== null);
  if (known.length === 0) return [null, null];
  const low = Math.min(...known);
  const high = Math.max(...known);
  return bucket.indexOf(low) <= bucket.indexOf(high) ? [low, high] : [high, low];
}

/** A series as integers, each the difference to the one before, over `scale`: a third of the size of plain numbers. */
export interface EncodedSeries {
  /** Unix seconds. */
  readonly start: number;
  /** Seconds. */
  readonly step: number;
  readonly scale: number;
  readonly d: readonly (number | null)[];
}

/** Encodes a series for the page: value = running sum / scale; null is a gap. */
export function encodeSeries(series: SampledSeries, scale: number): EncodedSeries {
  let previous = 0;
  const d = series.values.map((value) => {
    if (value === null) return null;
    const scaled = Math.round(value * scale);
    const step = scaled - previous;
    previous = scaled;
    return step;
  });
  return { start: series.start / 1e6, step: series.stepUs / 1e6, scale, d };
}
