import type { InstrumentState } from '../cache/instrument-state.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { UnixMicros } from '../model/time.ts';
import { aprPct } from './funding-math.ts';

/** What holding one leg long and one short earns now. Numbers for signals; positive `aprPct` is received. */
export interface CarrySnapshot {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  /** Short leg's rate less the long leg's, % a year, simple; each annualised by its own interval. */
  readonly aprPct: number;
  readonly longAprPct: number;
  readonly shortAprPct: number;
  /** `predicted` where both legs have a forecast of their next settlement, else the last settled rates count. */
  readonly kind: 'predicted' | 'settled';
  /** The earlier of the two next settlements; undefined where none is announced. */
  readonly nextSettlementAt: UnixMicros | undefined;
}

/** Which way round a differential pays. */
export type CarryDirection = 'long-a-short-b' | 'long-b-short-a' | 'none';

/**
 * The carry of two instruments as known now; undefined until both have a rate. An instrument that never has one (spot) counts as zero.
 */
export function carryOf(long: InstrumentState, short: InstrumentState): CarrySnapshot | undefined {
  const longRate = rateOf(long);
  const shortRate = rateOf(short);
  if (longRate === undefined || shortRate === undefined) return undefined;
  const longAprPct = longRate === 'none' ? 0 : aprPct(longRate);
  const shortAprPct = shortRate === 'none' ? 0 : aprPct(shortRate);
  const rates = [longRate, shortRate].filter((rate) => rate !== 'none');
  const due = rates.filter(({ kind }) => kind === 'predicted').map(({ settlesAt }) => settlesAt);
  return {
    long: long.instrument.id, short: short.instrument.id, aprPct: shortAprPct - longAprPct, longAprPct, shortAprPct,
    kind: rates.every(({ kind }) => kind === 'predicted') ? 'predicted' : 'settled',
    nextSettlementAt: due.length === 0 ? undefined : Math.min(...due),
  };
}

/**
 * Which instrument to hold long: the one whose holders pay less. The four cases of signs give the same rule.
 *
 * @param minAprPct smaller differentials pay for nothing
 */
export function carryDirection(aAprPct: number, bAprPct: number, minAprPct: number): CarryDirection {
  const differential = bAprPct - aAprPct;
  if (differential >= minAprPct) return 'long-a-short-b';
  return -differential >= minAprPct ? 'long-b-short-a' : 'none';
}

function rateOf(state: InstrumentState): FundingRate | 'none' | undefined {
  if (state.instrument.kind !== 'perpetual') return 'none';
  const { predicted, settled } = state;
  // A forecast of a settlement that has come true says nothing any more; the interval may have changed since.
  return predicted !== undefined && settled !== undefined && settled.settlesAt >= predicted.settlesAt ? settled : predicted ?? settled;
}
