import { Decimal } from '@arb/core';
import type { FillFact } from './run-facts.ts';
import { largestOf, smallestOf } from './statistics.ts';

/** What a fill cost against the mid when its order was sent; positive is better than the mid. */
export interface FillSlippage {
  readonly usd: string;
  readonly bps: number;
}

/** Slippage of one fill against its arrival mid: size × (mid − price), signed by side (inverse: contracts × (1 ÷ price − 1 ÷ mid)); null without a mid. */
export function slippageOf(fill: FillFact): FillSlippage | null {
  if (fill.arrivalMid === null) return null;
  const price = new Decimal(fill.price);
  const mid = new Decimal(fill.arrivalMid);
  if (price.isZero() || mid.isZero()) return null;
  const better = fill.side === 'buy' ? mid.minus(price) : price.minus(mid);
  return { usd: better.times(fill.notionalUsd).div(fill.isInverse ? mid : price).toDecimalPlaces(18).toFixed(), bps: better.div(mid).times(10_000).toNumber() };
}

/** Counts of values on a regular grid. */
export interface Histogram {
  readonly start: number;
  readonly binWidth: number;
  readonly counts: readonly number[];
}

/** Most bins a histogram may have. */
export const MAX_HISTOGRAM_BINS = 24;

const BIN_WIDTHS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500] as const;

/** The grid that holds all values (and zero) in at most {@link MAX_HISTOGRAM_BINS} bins of a round width; null without values. */
export function histogramGrid(values: readonly number[]): { readonly start: number; readonly binWidth: number; readonly bins: number } | null {
  if (values.length === 0) return null;
  const low = smallestOf(values, 0);
  const high = largestOf(values, 0);
  const binWidth =
    BIN_WIDTHS.find((width) => Math.floor(high / width) - Math.floor(low / width) + 1 <= MAX_HISTOGRAM_BINS) ?? (high - low) / (MAX_HISTOGRAM_BINS - 1);
  const first = Math.floor(low / binWidth);
  return { start: first * binWidth, binWidth, bins: Math.min(MAX_HISTOGRAM_BINS, Math.floor(high / binWidth) - first + 1) };
}

/** Counts values on a grid; what lies outside falls into the outermost bin. */
export function countBins(values: readonly number[], grid: { readonly start: number; readonly binWidth: number; readonly bins: number }): Histogram {
  const counts = new Array<number>(grid.bins).fill(0);
  for (const value of values) {
    const bin = Math.max(0, Math.min(grid.bins - 1, Math.floor((value - grid.start) / grid.binWidth)));
    counts[bin] = counts[bin]! + 1;
  }
  return { start: grid.start, binWidth: grid.binWidth, counts };
}
