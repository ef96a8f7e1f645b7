import { Decimal } from '@arb/core';
import { roundParts, sumAmounts } from './amounts.ts';
import type { AttributionFacts, FundingPaymentFact } from './run-facts.ts';
import type { Attribution } from './run-report.ts';

/**
 * Splits the result into its parts. What the parts leave open is the residual: it is computed from the account, never assumed to be zero.
 *
 * @param netPnlUsd change of equity over the run
 */
export function attribute(netPnlUsd: string, facts: AttributionFacts, payments: readonly FundingPaymentFact[]): Attribution {
  const amounts = payments.map((payment) => payment.amountUsd);
  const fundingReceivedUsd = sumAmounts(amounts.filter((amount) => new Decimal(amount).gt(0)));
  // Where the ledger states the total, what was received is subtracted from it: payments converted one by one round differently in the last place.
  const fundingPaidUsd =
    facts.fundingPaymentsUsd === undefined
      ? sumAmounts(amounts.filter((amount) => new Decimal(amount).lt(0)))
      : new Decimal(facts.fundingPaymentsUsd).minus(fundingReceivedUsd).toFixed();
  const fundingUsd = sumAmounts([fundingReceivedUsd, fundingPaidUsd, facts.fundingAccruedUsd]);
  const { basisUsd, directionalUsd, feesUsd, slippageUsd, gasUsd, borrowUsd, fxUsd } = facts;
  const explained = sumAmounts([fundingUsd, basisUsd, directionalUsd, feesUsd, slippageUsd, gasUsd, borrowUsd, fxUsd]);
  const residualUsd = new Decimal(netPnlUsd).minus(explained).toFixed();
  return {
    fundingReceivedUsd,
    fundingPaidUsd,
    fundingAccruedUsd: facts.fundingAccruedUsd,
    fundingUsd,
    basisUsd,
    directionalUsd,
    feesUsd,
    slippageUsd,
    gasUsd,
    borrowUsd,
    fxUsd,
    residualUsd,
  };
}

/** Name of a part of the result that stands on its own (the funding total is not a part: its three pieces are). */
export type AttributionPart = Exclude<keyof Attribution, 'fundingUsd'>;

/** The parts in reading order. */
export const ATTRIBUTION_PARTS: readonly AttributionPart[] = [
  'fundingReceivedUsd',
  'fundingPaidUsd',
  'fundingAccruedUsd',
  'basisUsd',
  'directionalUsd',
  'feesUsd',
  'slippageUsd',
  'gasUsd',
  'borrowUsd',
  'fxUsd',
  'residualUsd',
];

/** The parts rounded to cents so that they add up to the rounded net result. */
export function roundedParts(attribution: Attribution, netPnlUsd: string): Readonly<Record<AttributionPart, string>> {
  const rounded = roundParts(
    ATTRIBUTION_PARTS.map((part) => attribution[part]),
    netPnlUsd,
    2,
  );
  return Object.fromEntries(ATTRIBUTION_PARTS.map((part, index) => [part, rounded[index]!])) as Record<AttributionPart, string>;
}
