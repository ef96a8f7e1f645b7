import type { FundingRate } from '../model/funding-rate.ts';

/** Hours in a year of 365 days; annual figures here are simple unless they say compounded. */
export const HOURS_PER_YEAR = 8_760;

/** A rate as a fraction per hour. */
export function ratePerHour(rate: Pick<FundingRate, 'rateNumber' | 'intervalHours'>): number {
  return rate.rateNumber / rate.intervalHours;
}

/**
 * A rate in percent a year, simple.
 * @example aprPct({ rateNumber: 0.0001, intervalHours: 8 }).toFixed(2) // => '10.95'
 */
export function aprPct(rate: Pick<FundingRate, 'rateNumber' | 'intervalHours'>): number {
  return rate.rateNumber * 100 * HOURS_PER_YEAR / rate.intervalHours;
}

/** A rate in percent a year, compounded every hour; by repeated multiplication, since `**` differs between engines. */
export function apyPct(rate: Pick<FundingRate, 'rateNumber' | 'intervalHours'>): number {
  const factor = 1 + ratePerHour(rate);
  let result = 1;
  for (let hour = 0; hour < HOURS_PER_YEAR; hour++) result *= factor;
  return (result - 1) * 100;
}

/**
 * Hours until costs have come back at a yearly differential; Infinity where it does not pay.
 *
 * Source: H* = K · 8760 / d.
 * @example Math.round(breakEvenHours({ costBps: 24, aprPct: 4 }) / 24 * 10) / 10 // => 21.9
 */
export function breakEvenHours(of: { readonly costBps: number; readonly aprPct: number }): number {
  return of.aprPct > 0 ? of.costBps / 10_000 * HOURS_PER_YEAR / (of.aprPct / 100) : Infinity;
}
