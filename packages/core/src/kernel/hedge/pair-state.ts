import { ArbError } from '../errors.ts';
import type { PairState } from './pair-event.ts';

/** Every change of a pair's state that may happen. HALTED can be reached from anywhere and is left by an operator only. */
export const PAIR_TRANSITIONS: Readonly<Record<PairState, readonly PairState[]>> = {
  FLAT: ['ENTERING', 'HALTED'],
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
