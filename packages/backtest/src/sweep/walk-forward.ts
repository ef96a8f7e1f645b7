import { ArbError, formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, type UnixMicros } from '@arb/core';

/** A part of the data, [from, to), µs. */
export interface TimeRange { readonly from: UnixMicros; readonly to: UnixMicros }

/** What is chosen on one part of the data, and judged on the part right behind it. */
export interface WalkWindow { readonly train: TimeRange; readonly test: TimeRange }

/** Lengths of a window's parts, µs. */
export interface WalkForward { readonly train: number; readonly test: number }

/** Windows of one sweep at most. */
const MAX_WINDOWS = 1_000;
const UNITS: Readonly<Record<string, number>> = { h: MICROS_PER_HOUR, d: MICROS_PER_DAY, w: 7 * MICROS_PER_DAY };

/** Reads `train=90d,test=30d`. @throws ArbError `ARB_USAGE_SWEEP` */
export function parseWalkForward(text: string): WalkForward {
  const parts = new Map(text.split(',').map((part) => part.split('=') as [string, string | undefined]));
  const length = (name: string): number => {
    const [, count, unit] = /^(\d+)([hdw])$/.exec(parts.get(name) ?? '') ?? [];
    if (count === undefined || Number(count) === 0 || parts.size !== 2) {
      throw new ArbError('ARB_USAGE_SWEEP', `--walk-forward ${text}: write train=90d,test=30d; lengths are whole hours, days or weeks (h, d, w)`, {});
    }
    return Number(count) * UNITS[unit!]!;
  };
  return { train: length('train'), test: length('test') };
}

/**
 * Windows one after the other, each a test further on, so that the tests lie end to end; what is left behind the last whole test is not used.
 *
 * @throws ArbError `ARB_USAGE_SWEEP` where not even one fits
 */
export function windowsOf({ from, to }: TimeRange, { train, test }: WalkForward): WalkWindow[] {
  const count = Math.floor((to - from - train) / test);
  if (count < 1) throw new ArbError('ARB_USAGE_SWEEP', `--walk-forward needs ${hours(train + test)} of data for one window, ${formatTime(from)} to ${formatTime(to)} is ${hours(to - from)}; take shorter parts or more data`, {});
  if (count > MAX_WINDOWS) throw new ArbError('ARB_USAGE_SWEEP', `--walk-forward makes ${count} windows, more than ${MAX_WINDOWS}; take longer tests`, {});
  return Array.from({ length: count }, (_, i) => {
    const start = from + i * test;
    return { train: { from: start, to: start + train }, test: { from: start + train, to: start + train + test } };
  });
}

const hours = (micros: number): string => (micros < 3 * MICROS_PER_DAY ? `${Math.floor(micros / MICROS_PER_HOUR)} hours` : `${Math.floor(micros / MICROS_PER_DAY)} days`);
