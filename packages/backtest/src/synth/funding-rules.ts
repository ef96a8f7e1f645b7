/** Interest of both venues, 0.01 % per eight hours. */
const INTEREST = 1e-4;
/** Both venues pull the premium towards the interest by at most this much. */
const CLAMP = 5e-4;

/** Scale of Hyperliquid's premium and rate: ten decimals, as the venue publishes them. */
export const HYPERLIQUID_RATE_DECIMALS = 10;
/** Scale of Bybit's rate: eight decimals. */
export const BYBIT_RATE_DECIMALS = 8;
/** Scale of a premium sample: integers of 1e-10. */
export const PREMIUM_SCALE = 10_000_000_000;

const clamp = (value: number, bound: number): number => (value > bound ? bound : value < -bound ? -bound : value);
const round = (value: number): number => Math.floor(value + 0.5);

/**
 * One premium sample, an integer of 1e-10: how far the impact prices lie outside the reference price,
 * `(max(impactBid − reference, 0) − max(reference − impactAsk, 0)) / reference`. Both venues define it so.
 *
 * @param impact prices at which the impact notional would be filled on average, in the unit of `reference`
 */
export function premiumSample(impact: { readonly bid: number; readonly ask: number }, reference: number): number {
  const above = impact.bid > reference ? impact.bid - reference : 0;
  const below = reference > impact.ask ? reference - impact.ask : 0;
  return round((above - below) / reference * PREMIUM_SCALE);
}

/**
 * Hyperliquid's hourly rate as an integer of 1e-10: `(P + clamp(0.0001 − P, ±0.0005)) / 8` with P the hour's mean premium, rounded to 1e-10 first.
 * Reproduces the venue's published BTC rates (12,192 of 12,192).
 *
 * @param sum of the hour's samples, integers of 1e-10
 * @param count of samples, at least 1
 * @param cap largest absolute rate, integer of 1e-10
 */
export function hyperliquidRate(sum: number, count: number, cap: number): number {
  const premium = round(sum / count);
  const interest = round(INTEREST * PREMIUM_SCALE);
  const eightHours = premium + clamp(interest - premium, round(CLAMP * PREMIUM_SCALE));
  return clamp(round(eightHours / 8), cap);
}

/**
 * Bybit's rate of one interval as an integer of 1e-8: `P + clamp(0.0001 − P, ±0.0005)` with P the mean of the minutes' premiums weighted 1, 2, 3 … n.
 *
 * @param weightedSum Σ weight × sample, samples integers of 1e-10
 * @param weights Σ weight, at least 1
 * @param cap largest absolute rate, integer of 1e-8
 */
export function bybitRate(weightedSum: number, weights: number, cap: number): number {
  const unitsPerRate = 100;                                             // 1e-10 in 1e-8
  const premium = round(weightedSum / weights / unitsPerRate);
  const interest = round(INTEREST * PREMIUM_SCALE / unitsPerRate);
  return clamp(premium + clamp(interest - premium, round(CLAMP * PREMIUM_SCALE / unitsPerRate)), cap);
}
