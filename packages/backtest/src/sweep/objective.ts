import { ArbError, Decimal } from '@arb/core';
import { nearest } from '@arb/core/internal';
import type { RunOutcome } from './run-outcome.ts';

/** What runs are ranked by. */
export type SweepObjective = 'netPnlUsd' | 'returnPct' | 'sharpe' | 'fundingUsd' | 'maxDrawdownUsd' | 'maxUnhedgedSeconds';

/** How an objective is read: in which unit, with how many decimals, and whether less is better. */
export interface ObjectiveTerms {
  readonly label: string;
  /** The label within a sentence. */
  readonly words: string;
  readonly unit: string;
  readonly decimals: number;
  readonly isLessBetter: boolean;
}

/** Every objective. A drawdown is not positive, so its largest is its smallest fall. */
export const OBJECTIVES: Readonly<Record<SweepObjective, ObjectiveTerms>> = {
  netPnlUsd: { label: 'Net result', words: 'net result', unit: 'USD', decimals: 2, isLessBetter: false },
  returnPct: { label: 'Return on capital', words: 'return on capital', unit: '%', decimals: 3, isLessBetter: false },
  sharpe: { label: 'Sharpe ratio', words: 'Sharpe ratio', unit: '', decimals: 2, isLessBetter: false },
  fundingUsd: { label: 'Funding', words: 'funding', unit: 'USD', decimals: 2, isLessBetter: false },
  maxDrawdownUsd: { label: 'Max drawdown', words: 'max drawdown', unit: 'USD', decimals: 2, isLessBetter: false },
  maxUnhedgedSeconds: { label: 'Longest unhedged', words: 'longest time unhedged', unit: 's', decimals: 2, isLessBetter: true },
};

/** @throws ArbError `ARB_USAGE_SWEEP` naming the objectives there are */
export function parseObjective(name: string): SweepObjective {
  if (Object.hasOwn(OBJECTIVES, name)) return name as SweepObjective;
  const known = Object.keys(OBJECTIVES);
  const near = nearest(name, known)[0] ?? known.find((one) => name !== '' && one.toLowerCase().startsWith(name.toLowerCase()));
  throw new ArbError('ARB_USAGE_SWEEP', `--by ${name}: there is no such figure; ${near === undefined ? `choose one of ${known.join(', ')}` : `did you mean ${near}?`}`, {});
}

/** Places of the outcomes from best to worst; of equals the first given comes first. Failed runs, and those without the figure, are left out. */
export function rankedBy(by: SweepObjective, outcomes: readonly RunOutcome[]): number[] {
  const ranked = outcomes.flatMap((outcome, index) => (outcome.failure === null && outcome[by] !== null ? [{ index, value: new Decimal(outcome[by]) }] : []));
  const sign = OBJECTIVES[by].isLessBetter ? 1 : -1;
  return ranked.sort((a, b) => sign * a.value.cmp(b.value) || a.index - b.index).map(({ index }) => index);
}
