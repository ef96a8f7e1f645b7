import { ArbError } from '../errors.ts';

/** Where a strategy is in its life. FAULTED: a hook threw. HALTED: a rule stopped it; an operator resumes it. */
export type StrategyState = 'INITIALIZED' | 'WARMING_UP' | 'RUNNING' | 'STOPPED' | 'FAULTED' | 'HALTED';

const NEXT: Readonly<Record<StrategyState, readonly StrategyState[]>> = {
  INITIALIZED: ['WARMING_UP', 'RUNNING', 'STOPPED', 'FAULTED'],
  WARMING_UP: ['RUNNING', 'STOPPED', 'FAULTED', 'HALTED'],
  RUNNING: ['STOPPED', 'FAULTED', 'HALTED'],
  HALTED: ['RUNNING', 'STOPPED', 'FAULTED'],
  FAULTED: ['STOPPED'],
  STOPPED: [],
};

/**
 * Checks a change of state.
 * @throws ArbError `ARB_ILLEGAL_STRATEGY_STATE` naming both states and what is allowed
 */
export function nextStrategyState(from: StrategyState, to: StrategyState): StrategyState {
  if (NEXT[from].includes(to)) return to;
  throw new ArbError('ARB_ILLEGAL_STRATEGY_STATE', `a strategy that is ${from} cannot become ${to}; it can become: ${NEXT[from].join(', ') || 'nothing'}`, { from, to });
}
