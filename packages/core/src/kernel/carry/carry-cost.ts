import { exp } from '../math/exp.ts';
import { log } from '../math/log.ts';
import { HOURS_PER_YEAR } from './funding-math.ts';

/** What trading one leg costs, each way, in basis points of its value. */
export interface LegCost {
  readonly entryFeeBps: number;
  readonly exitFeeBps: number;
  /** Half spread and impact of each fill. */
  readonly entrySlippageBps: number;
  readonly exitSlippageBps: number;
}

/**
 * Cost of entering and leaving, in basis points of one leg's value: fees and slippage of both legs, both ways, and what comes once (gas, conversion of stablecoins, borrow).
 * @example
 * const leg = { entryFeeBps: 5, exitFeeBps: 5, entrySlippageBps: 1, exitSlippageBps: 1 };
 * roundTripCostBps([leg, leg]); // => 24
 */
export function roundTripCostBps(legs: readonly LegCost[], onceBps = 0): number {
  return legs.reduce((sum, leg) => sum + leg.entryFeeBps + leg.exitFeeBps + leg.entrySlippageBps + leg.exitSlippageBps, onceBps);
}

/** A differential that pulls back to its mean: half of the distance is gone after `halfLifeHours`. */
export interface RevertingCarry { readonly nowAprPct: number; readonly meanAprPct: number; readonly halfLifeHours: number }

/**
 * Carry expected over a holding time, in basis points of one leg's value.
 *
 * Source: E[C(H)] = (m·H + (d₀ − m)·(1 − e^(−kH))/k) / 8760 with k = ln 2 / half-life (Ornstein–Uhlenbeck).
 */
export function expectedCarryBps(carry: RevertingCarry, hours: number): number {
  const { nowAprPct, meanAprPct, halfLifeHours } = carry;
  const speed = log(2) / halfLifeHours;
  return (meanAprPct * hours + (nowAprPct - meanAprPct) * (1 - exp(-speed * hours)) / speed) / HOURS_PER_YEAR * 100;
}
