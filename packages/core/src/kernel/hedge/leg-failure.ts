import type { PairLeg } from './pair-leg.ts';

/**
 * What is done where one leg filled and the other did not: `complete` prices the other again (`maxRetries` times) and then cuts the first back to it, `unwind` takes
 * the first back at once, `cheaper` does what costs less by both books. A venue that refused the other leg, or a budget nearly spent, always means taking back.
 */
export type LegFailurePolicy = 'cheaper' | 'complete' | 'unwind';

/** Both ways out of one leg that stands without the other, priced by the books when it was chosen. */
export interface LegFailure {
  readonly choice: 'complete' | 'unwind';
  /** Cost of trading what the other leg lacks, and of taking back what stands alone: spread, depth and taker fee. Undefined where the book does not hold it. */
  readonly completeUsd: number | undefined;
  readonly unwindUsd: number | undefined;
}

/**
 * Prices both ways out of a leg that filled without the other.
 * @param excess the leg that holds more than the other covers, and how many lots
 */
export function weighLegFailure(excess: { readonly leg: PairLeg; readonly lots: number }, other: PairLeg, policy: LegFailurePolicy = 'cheaper'): LegFailure {
  const otherLots = Math.min(Math.abs(other.missingLots), Math.max(1, Math.round(excess.lots * Math.abs(excess.leg.heldBasePerLot) / other.basePerLot)));
  const completeUsd = other.costUsd(Math.sign(other.missingLots) * otherLots);
  const unwindUsd = excess.leg.costUsd(-Math.sign(excess.leg.lots) * excess.lots);
  const isCheaper = completeUsd !== undefined && (unwindUsd === undefined || completeUsd <= unwindUsd);
  return { choice: policy === 'complete' || (policy === 'cheaper' && isCheaper) ? 'complete' : 'unwind', completeUsd, unwindUsd };
}

/** `completing the leg that lacks costs 5.06 USD, taking back the other costs 5.81 USD`. */
export function legFailureText({ completeUsd, unwindUsd }: LegFailure): string {
  const cost = (usd: number | undefined): string => (usd === undefined ? 'is more than the book holds' : `costs ${usd.toFixed(2)} USD`);
  return `completing the leg that lacks ${cost(completeUsd)}, taking back the other ${cost(unwindUsd)}`;
}
