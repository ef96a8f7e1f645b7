import { Decimal } from '@arb/core';
import { sumAmounts } from './amounts.ts';
import type { LegFacts, RunFacts } from './run-facts.ts';
import type { LegReport } from './run-report.ts';
import { slippageOf } from './slippage.ts';

/** Sums one leg's fills and settlements. */
export function describeLeg(leg: LegFacts, facts: RunFacts): LegReport {
  const isOwn = (row: { readonly instrumentId: string; readonly strategyId: string; readonly pairId: string | null }): boolean =>
    row.instrumentId === leg.instrumentId && row.strategyId === leg.strategyId && row.pairId === leg.pairId;
  const fills = facts.fills.filter(isOwn);
  const payments = facts.fundingPayments.filter(isOwn);
  const amounts = payments.map((payment) => payment.amountUsd);
  const tradedUsd = sumAmounts(fills.map((fill) => fill.notionalUsd));
  const feesUsd = sumAmounts(fills.map((fill) => fill.feeUsd));
  const slippageUsd = sumAmounts(fills.map((fill) => slippageOf(fill)?.usd ?? '0'));
  const bps = (amount: string): number | null => (fills.length === 0 ? null : new Decimal(amount).div(tradedUsd).times(10_000).toNumber());
  return {
    strategyId: leg.strategyId,
    pairId: leg.pairId,
    role: leg.role,
    instrumentId: leg.instrumentId,
    venue: leg.venue,
    base: leg.base,
    quantityUnit: leg.quantityUnit,
    quote: leg.quote,
    quantityDecimals: leg.quantityDecimals,
    priceDecimals: leg.priceDecimals,
    fundingTerms: leg.fundingTerms,
    settlements: payments.length,
    fundingReceivedUsd: sumAmounts(amounts.filter((amount) => new Decimal(amount).gt(0))),
    fundingPaidUsd: sumAmounts(amounts.filter((amount) => new Decimal(amount).lt(0))),
    fundingAccruedUsd: leg.fundingAccruedUsd,
    averageAprPct: payments.length === 0 ? null : payments.reduce((sum, payment) => sum + payment.aprPct, 0) / payments.length,
    predictionErrorAprPct: leg.predictionErrorAprPct,
    predictionErrorNote: leg.predictionErrorNote,
    fills: fills.length,
    makerFills: fills.filter((fill) => fill.liquidity === 'maker').length,
    tradedUsd,
    feesUsd,
    slippageUsd,
    feesBps: bps(feesUsd),
    slippageBps: bps(slippageUsd),
  };
}
