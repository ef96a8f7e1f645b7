import type { SampledSeries } from './run-report.ts';

/** Samples of a curve; null is a gap. */
export type Samples = readonly (number | null)[];

/** Samples as integers over `scale`: as much of them as a page can show. */
export function scaled(values: Samples, scale: number): (number | null)[] {
  return values.map((value) => (value === null ? null : Math.round(value * scale)));
}

/** Fall from the running peak, not positive; gaps stay gaps. */
export function drawdown(values: Samples): (number | null)[] {
  let peak = 0;
  return values.map((value) => {
    if (value === null) return null;
    peak = Math.max(peak, value);
    return Math.min(0, value - peak);
  });
}

/** Indices at which any of these stepped curves has a new value, with the first and the last: what lies between two of them is known without it. */
export function changesOf(curves: readonly Samples[]): number[] {
  const count = Math.max(0, ...curves.map((values) => values.length));
  return indices(count).filter((index) => index === 0 || index === count - 1 || curves.some((values) => values[index] !== values[index - 1]));
}

/** Indices at which any of these curves has another value than just before or just after, with the first and the last: on the straight lines between them every sample has the value of both ends. */
export function cornersOf(curves: readonly Samples[]): number[] {
  const count = Math.max(0, ...curves.map((values) => values.length));
  const isCorner = (index: number): boolean => curves.some((values) => values[index] !== values[index - 1] || values[index] !== values[index + 1]);
  return indices(count).filter((index) => index === 0 || index === count - 1 || isCorner(index));
}

/**
 * Chooses at most `maxPoints` of the samples at `from` for curves that one chart draws at the same stamps: in each bucket the lowest and the highest of every curve, so that no peak
 * is smoothed away, the first and the last, and where there is room both ends of each gap. Samples are picked, never made: whatever is drawn was so at that time.
 *
 * @param maxPoints below 2 + 2 × curves that many are kept all the same
 */
export function thinned(curves: readonly Samples[], maxPoints: number, from: readonly number[]): readonly number[] {
  if (from.length <= maxPoints) return from;
  const ends = [from[0]!, from.at(-1)!];
  const gaps = from.filter((index, at) => at > 0 && curves.some((values) => ((values[index] ?? null) === null) !== ((values[from[at - 1]!] ?? null) === null)));
  const room = maxPoints - 2 - 2 * curves.length;
  const fixed = gaps.length <= room / 2 ? [...ends, ...gaps] : ends;
  const buckets = Math.max(1, Math.floor((maxPoints - fixed.length) / (2 * curves.length)));
  const size = Math.ceil(from.length / buckets);
  const kept = new Set(fixed);
  for (let at = 0; at < from.length; at += size) {
    const bucket = from.slice(at, at + size);
    for (const values of curves) for (const index of extremes(values, bucket)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Every index of a curve of `count` samples. */
export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Where a curve is lowest and where it is highest among these samples; nothing where none is known. */
function extremes(values: Samples, among: readonly number[]): number[] {
  const known = among.filter((index) => (values[index] ?? null) !== null);
  if (known.length === 0) return [];
  const further = (isFurther: (a: number, b: number) => boolean): number => known.reduce((best, index) => (isFurther(values[index]!, values[best]!) ? index : best));
  return [further((a, b) => a < b), further((a, b) => a > b)];
}

/** A series as integers, each the difference to the one before, over `scale`: a third of the size of plain numbers. */
export interface EncodedSeries {
  /** Unix seconds. */
  readonly start: number;
  /** Seconds from one sample to the next. */
  readonly step: number;
  readonly scale: number;
  /** Steps from the sample before (the first: from `start`) to each that is here; where absent every sample is. */
  readonly at?: readonly number[];
  /** Samples of the run, where some of them that say something are not here. */
  readonly of?: number;
  readonly d: readonly (number | null)[];
}

/** Which samples of a series are encoded, and whether others that say something are left out. */
export interface Kept {
  readonly indices: readonly number[];
  readonly isThinned: boolean;
}

/** Encodes samples that {@link scaled} made: value = running sum / scale; null is a gap. */
export function encodeSeries({ start, stepUs }: Pick<SampledSeries, 'start' | 'stepUs'>, values: Samples, scale: number, kept: Kept): EncodedSeries {
  const at = kept.indices.length === values.length ? undefined : kept.indices.map((index, order) => index - (kept.indices[order - 1] ?? 0));
  return {
    start: start / 1e6, step: stepUs / 1e6, scale, ...(at === undefined ? {} : { at }), ...(kept.isThinned ? { of: values.length } : {}),
    d: differences(kept.indices.map((index) => values[index] ?? null)),
  };
}

/** Each value less the one known before it; gaps stay gaps. */
export function differences(values: Samples): (number | null)[] {
  let previous = 0;
  return values.map((value) => {
    if (value === null) return null;
    const step = value - previous;
    previous = value;
    return step;
  });
}
