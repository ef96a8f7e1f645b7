import { ArbError } from '../errors.ts';
import type { PairState } from './pair-event.ts';

/**
 * Every change of a pair's state that may happen. HALTED can be reached from anywhere and is left by an operator only. A flat pair becomes EXITING and a hedged one
 * ADJUSTING by themselves when the venue reports a fill late or takes one back: what it left is closed at once.
 */
export const PAIR_TRANSITIONS: Readonly<Record<PairState, readonly PairState[]>> = {
  FLAT: ['ENTERING', 'EXITING', 'HALTED'],
  ENTERING: ['HEDGED', 'FLAT', 'EXITING', 'HALTED'],
  HEDGED: ['ADJUSTING', 'EXITING', 'HALTED'],
  ADJUSTING: ['HEDGED', 'FLAT', 'EXITING', 'HALTED'],
  EXITING: ['FLAT', 'HEDGED', 'HALTED'],
  HALTED: ['FLAT', 'HEDGED'],
};

/**
 * Checks a change of state.
 * @throws ArbError `ARB_ILLEGAL_PAIR_STATE`
 */
export function nextPairState(from: PairState, to: PairState): PairState {
  if (PAIR_TRANSITIONS[from].includes(to)) return to;
  throw new ArbError('ARB_ILLEGAL_PAIR_STATE', `a pair that is ${from} cannot become ${to}; it can become: ${PAIR_TRANSITIONS[from].join(', ')}`, { from, to });
}
