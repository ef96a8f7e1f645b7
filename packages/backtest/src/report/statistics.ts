import { MICROS_PER_DAY } from '@arb/core';
import type { EquityCurve } from './run-facts.ts';
import type { Estimate } from './run-report.ts';

/** Days of a year in every yearly figure: carry never sleeps. */
export const DAYS_PER_YEAR = 365;
/** Daily results a Sharpe ratio needs. */
export const MIN_DAYS_FOR_SHARPE = 5;
/** Round trips, or days, from which a run can be judged. */
export const MIN_TRIPS_TO_JUDGE = 30;
/** See {@link MIN_TRIPS_TO_JUDGE}. */
export const MIN_DAYS_TO_JUDGE = 90;

/** The deepest fall of a curve from an earlier peak. */
export interface Drawdown {
  /** Not positive. */
  readonly usd: number;
  /** Seconds from the deepest point until the peak was reached again; null where it never was, 0 without a fall. */
  readonly recoverySeconds: number | null;
}

/** Deepest fall from a running peak; the start of the run (0) counts as a peak, gaps are skipped. */
export function maxDrawdown(values: readonly (number | null)[], stepSeconds: number): Drawdown {
  let peak = 0;
  let deepest = { usd: 0, index: 0, peak: 0 };
  values.forEach((value, index) => {
    if (value === null) return;
    if (value > peak) peak = value;
    if (value - peak < deepest.usd) deepest = { usd: value - peak, index, peak };
  });
  if (deepest.usd === 0) return { usd: 0, recoverySeconds: 0 };
  const recovered = values.findIndex((value, index) => index > deepest.index && value !== null && value >= deepest.peak);
  return { usd: deepest.usd, recoverySeconds: recovered === -1 ? null : (recovered - deepest.index) * stepSeconds };
}

/** Sums of one UTC day, USD. */
export interface DailyResult {
  /** Start of the day, µs. */
  readonly ts: number;
  readonly netPnlUsd: number;
  readonly fundingUsd: number;
  /** Basis and direction together. */
  readonly priceUsd: number;
  readonly feesUsd: number;
  readonly slippageUsd: number;
  /** What the parts named leave: gas, borrow, fx. */
  readonly otherUsd: number;
  /** Cumulative at the end of the day. */
  readonly resultUsd: number;
  /** Part of the day the run covered, 0 to 1. */
  readonly coverage: number;
}

/** Cuts cumulative curves into UTC days; the first begins with nothing, each other one with the value at its first instant; a gap holds the last value known. */
export function dailyResults(curve: EquityCurve): DailyResult[] {
  const count = curve.netPnlUsd.length;
  if (count === 0) return [];
  const lastTs = curve.start + (count - 1) * curve.stepUs;
  const at = (values: readonly (number | null)[], ts: number): number => {
    for (let index = Math.min(count - 1, Math.floor((ts - curve.start) / curve.stepUs)); index >= 0; index -= 1) {
      const value = values[index];
      if (value !== null && value !== undefined) return value;
    }
    return 0;
  };
  const days: DailyResult[] = [];
  for (let ts = Math.floor(curve.start / MICROS_PER_DAY) * MICROS_PER_DAY; ts < lastTs; ts += MICROS_PER_DAY) {
    const from = Math.max(ts, curve.start);
    const to = Math.min(ts + MICROS_PER_DAY, lastTs);
    const change = (values: readonly (number | null)[]): number => at(values, to) - (from === curve.start ? 0 : at(values, from));
    const [netPnlUsd, fundingUsd, priceUsd, feesUsd, slippageUsd] = [
      change(curve.netPnlUsd),
      change(curve.fundingUsd),
      change(curve.priceUsd),
      change(curve.feesUsd),
      change(curve.slippageUsd),
    ];
    days.push({
      ts,
      netPnlUsd,
      fundingUsd,
      priceUsd,
      feesUsd,
      slippageUsd,
      otherUsd: netPnlUsd - fundingUsd - priceUsd - feesUsd - slippageUsd,
      resultUsd: at(curve.netPnlUsd, to),
      coverage: (to - from) / MICROS_PER_DAY,
    });
  }
  return days;
}

/** Days that differ by less than this share of their mean are equal: what is left is the rounding of sums. */
const SAME_DAY = 1e-9;

/**
 * Sharpe ratio of daily returns: mean / standard deviation × √365, no risk-free rate. The interval is Lo's (2002) for independent returns,
 * ± 1.96 √((1 + s²/2)/n) × √365 with s the daily ratio.
 *
 * @returns null below {@link MIN_DAYS_FOR_SHARPE} days or where every day is equal
 */
export function sharpeRatio(dailyReturns: readonly number[]): Estimate | null {
  const n = dailyReturns.length;
  if (n < MIN_DAYS_FOR_SHARPE) return null;
  const mean = dailyReturns.reduce((sum, value) => sum + value, 0) / n;
  const variance = dailyReturns.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1);
  const deviation = Math.sqrt(variance);
  if (deviation <= Math.abs(mean) * SAME_DAY) return null;
  const daily = mean / deviation;
  const scale = Math.sqrt(DAYS_PER_YEAR);
  return { value: daily * scale, ci95: 1.96 * Math.sqrt((1 + (daily * daily) / 2) / n) * scale, n };
}

/** A return of some days as a simple yearly rate; null below one day. */
export function yearlyRatePct(returnPct: number, days: number): number | null {
  return days < 1 ? null : (returnPct / days) * DAYS_PER_YEAR;
}

/** True while neither the round trips nor the days are enough to judge an edge. */
export function isTooShortToJudge(roundTrips: number, days: number): boolean {
  return roundTrips < MIN_TRIPS_TO_JUDGE && days < MIN_DAYS_TO_JUDGE;
}

/** Seconds covered by the union of intervals, µs in. */
export function coveredSeconds(intervals: readonly (readonly [from: number, to: number])[]): number {
  let end = -Infinity;
  let covered = 0;
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(from, end);
    if (to > start) covered += to - start;
    end = Math.max(end, to);
  }
  return covered / 1e6;
}

/** The value below which a share of the values lies (nearest rank); null without values. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Smallest of some values and `floor`; no spread, so that a million of them do no harm. */
export function smallestOf(values: Iterable<number>, floor: number): number {
  let smallest = floor;
  for (const value of values) if (value < smallest) smallest = value;
  return smallest;
}

/** Largest of some values and `floor`. */
export function largestOf(values: Iterable<number>, floor: number): number {
  let largest = floor;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}
