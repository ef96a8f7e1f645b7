import { ArbError } from '../errors.ts';
import { type CarryDirection, carryDirection } from './carry-snapshot.ts';

/** When to enter and when to leave a pair. Percent are a year, simple. */
export interface CarryThresholds {
  /** Smallest differential to enter at; 4 unless stated. */
  readonly enterAprPct?: number;
  /** Differential at or below which a position is left; not above `enterAprPct`; half of it unless stated. */
  readonly exitAprPct?: number;
  /** Decisions in a row that must see the differential before an entry; 1 unless stated. */
  readonly confirmations?: number;
  /** A position is not left for its differential before this; 0 unless stated. */
  readonly minHoldHours?: number;
  /** Value per leg both books must take within the slippage limit; 10,000 unless stated. */
  readonly minDepthUsd?: number;
  /** Longest time until costs are back; no limit unless stated. */
  readonly maxBreakEvenHours?: number;
  /** Smallest change of a position worth its costs; 1,000 unless stated. */
  readonly minClipUsd?: number;
  /** `hysteresis` leaves at `exitAprPct`, `literal` as soon as entering would not be allowed; `hysteresis` unless stated. */
  readonly exitMode?: 'hysteresis' | 'literal';
}

/** What a decision looks at: two instruments a and b as known now. */
export interface CarrySituation {
  /** Annual rates of a and b; undefined until known. */
  readonly aAprPct: number | undefined;
  readonly bAprPct: number | undefined;
  /** Value both books take within the slippage limit; 0 without books. */
  readonly depthUsd: number;
  /** Hours until costs are back at the differential now; Infinity where it does not pay. */
  readonly breakEvenHours: number;
  readonly position: { readonly direction: CarryDirection; readonly notionalUsd: number; readonly heldHours: number };
  /** Value that sizing allows now. */
  readonly targetUsd: number;
  /** What the last decision returned, 0 at first. */
  readonly confirmations: number;
}

/** A decision with what it is made of. */
export interface CarrySignal {
  readonly action: 'ENTER' | 'EXIT' | 'ADD' | 'TRIM' | 'HOLD' | 'WAIT';
  readonly direction: CarryDirection;
  /** Differential in the direction of the signal, or of the position held. */
  readonly aprPct: number;
  readonly confirmations: number;
  readonly notionalUsd: number;
  /** Why, in words with numbers. */
  readonly reason: string;
}

/**
 * Fills in what is not stated.
 * @throws ArbError `ARB_BAD_THRESHOLDS` where the exit lies above the entry, or a value is out of range
 */
export function carryThresholds(given: CarryThresholds): Required<CarryThresholds> {
  const enterAprPct = given.enterAprPct ?? 4;
  const thresholds: Required<CarryThresholds> = {
    enterAprPct, exitAprPct: given.exitAprPct ?? enterAprPct / 2, confirmations: given.confirmations ?? 1, minHoldHours: given.minHoldHours ?? 0,
    minDepthUsd: given.minDepthUsd ?? 10_000, maxBreakEvenHours: given.maxBreakEvenHours ?? Infinity, minClipUsd: given.minClipUsd ?? 1_000, exitMode: given.exitMode ?? 'hysteresis',
  };
  if (!(thresholds.exitAprPct <= enterAprPct)) {
    throw new ArbError('ARB_BAD_THRESHOLDS', `exitAprPct ${thresholds.exitAprPct} is above enterAprPct ${enterAprPct}: the position would be left as soon as it is entered; lower exitAprPct`, { ...thresholds });
  }
  for (const key of ['confirmations', 'minHoldHours', 'minDepthUsd', 'maxBreakEvenHours', 'minClipUsd'] as const) {
    if (!(thresholds[key] >= 0)) throw new ArbError('ARB_BAD_THRESHOLDS', `${key} is ${thresholds[key]}; it must not be negative`, { ...thresholds });
  }
  return thresholds;
}

/** Decides from a situation alone: the same situation and thresholds always give the same signal. */
export function carrySignal(situation: CarrySituation, thresholds: Required<CarryThresholds>): CarrySignal {
  const { aAprPct, bAprPct, position } = situation;
  const isHolding = position.direction !== 'none';
  if (aAprPct === undefined || bAprPct === undefined) {
    return { action: isHolding ? 'HOLD' : 'WAIT', direction: position.direction, aprPct: NaN, confirmations: 0, notionalUsd: position.notionalUsd, reason: 'a rate is not known yet' };
  }
  return isHolding ? holding(situation, heldAprPct(position.direction, aAprPct, bAprPct), thresholds) : entering(situation, { aAprPct, bAprPct }, thresholds);
}

function heldAprPct(direction: CarryDirection, aAprPct: number, bAprPct: number): number {
  return direction === 'long-a-short-b' ? bAprPct - aAprPct : aAprPct - bAprPct;
}

function entering(situation: CarrySituation, rates: { readonly aAprPct: number; readonly bAprPct: number }, thresholds: Required<CarryThresholds>): CarrySignal {
  const direction = carryDirection(rates.aAprPct, rates.bAprPct, thresholds.enterAprPct);
  const aprPct = Math.abs(rates.bAprPct - rates.aAprPct);
  const wait = (confirmations: number, reason: string): CarrySignal => ({ action: 'WAIT', direction, aprPct, confirmations, notionalUsd: 0, reason });
  if (direction === 'none') return wait(0, `${aprPct.toFixed(2)} % a year is below ${thresholds.enterAprPct} %`);
  const confirmations = situation.confirmations + 1;
  if (confirmations < thresholds.confirmations) return wait(confirmations, `seen ${confirmations} of ${thresholds.confirmations} times`);
  if (situation.depthUsd < thresholds.minDepthUsd) return wait(confirmations, `both books take ${situation.depthUsd.toFixed(0)} USD, less than ${thresholds.minDepthUsd}`);
  if (situation.breakEvenHours > thresholds.maxBreakEvenHours) return wait(confirmations, `costs are back after ${situation.breakEvenHours.toFixed(1)} h, more than ${thresholds.maxBreakEvenHours}`);
  if (!(situation.targetUsd > 0)) return wait(confirmations, 'sizing allows nothing');
  return { action: 'ENTER', direction, aprPct, confirmations, notionalUsd: situation.targetUsd, reason: `${aprPct.toFixed(2)} % a year, ${direction}` };
}

function holding(situation: CarrySituation, aprPct: number, thresholds: Required<CarryThresholds>): CarrySignal {
  const { position, targetUsd } = situation;
  const base = { direction: position.direction, aprPct, confirmations: 0 } as const;
  const isBelow = thresholds.exitMode === 'literal' ? aprPct < thresholds.enterAprPct : aprPct <= thresholds.exitAprPct;
  if (isBelow && (thresholds.exitMode === 'literal' || position.heldHours >= thresholds.minHoldHours)) {
    const level = thresholds.exitMode === 'literal' ? `below the entry at ${thresholds.enterAprPct}` : `not above ${thresholds.exitAprPct}`;
    return { ...base, action: 'EXIT', notionalUsd: 0, reason: `${aprPct.toFixed(2)} % a year is ${level} %` };
  }
  if (isBelow) return { ...base, action: 'HOLD', notionalUsd: position.notionalUsd, reason: `held ${position.heldHours.toFixed(1)} h of at least ${thresholds.minHoldHours}` };
  const change = targetUsd - position.notionalUsd;
  const mayAdd = aprPct >= thresholds.enterAprPct;
  if (Math.abs(change) < thresholds.minClipUsd || (change > 0 && !mayAdd)) return { ...base, action: 'HOLD', notionalUsd: position.notionalUsd, reason: `${aprPct.toFixed(2)} % a year; size is right within ${thresholds.minClipUsd} USD or may not grow` };
  return { ...base, action: change > 0 ? 'ADD' : 'TRIM', notionalUsd: targetUsd, reason: `from ${position.notionalUsd.toFixed(0)} to ${targetUsd.toFixed(0)} USD a leg` };
}
