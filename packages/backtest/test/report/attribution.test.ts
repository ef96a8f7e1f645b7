import { describe, expect, it } from 'vitest';
import { attribute, ATTRIBUTION_PARTS, roundedParts } from '../../src/report/attribution.ts';
import { sumAmounts } from '../../src/report/amounts.ts';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import { runFixture } from './fixtures/run-fixture.ts';
import { paymentOf } from './fixtures/small-facts.ts';

const FACTS = {
  fundingAccruedUsd: '0.25',
  basisUsd: '-3',
  directionalUsd: '0.5',
  feesUsd: '-2.125',
  slippageUsd: '-1',
  gasUsd: '-0.125',
  borrowUsd: '0',
  fxUsd: '0.01',
};

describe('attribution', () => {
  it('REQ-B46 splits funding into received, paid and accrued, and leaves no residual where the parts explain the account', () => {
    const parts = attribute('4.51', FACTS, [paymentOf(1, '12'), paymentOf(2, '-2'), paymentOf(3, '0')]);
    expect(parts).toMatchObject({ fundingReceivedUsd: '12', fundingPaidUsd: '-2', fundingAccruedUsd: '0.25', fundingUsd: '10.25', residualUsd: '0' });
    expect(sumAmounts(ATTRIBUTION_PARTS.map((part) => parts[part]))).toBe('4.51');
  });

  it('REQ-B46 what the parts do not explain is the residual, to the last digit', () => {
    expect(attribute('4.510000000000000001', FACTS, [paymentOf(1, '12'), paymentOf(2, '-2')]).residualUsd).toBe('0.000000000000000001');
  });

  it('REQ-B46 a payment that the ledger has and the list has not is a warning, not a rounding', () => {
    const facts = runFixture('gain');
    const ledger = { ...facts.attribution, fundingPaymentsUsd: sumAmounts(facts.fundingPayments.map((payment) => payment.amountUsd)) };
    expect(buildRunReport({ ...facts, attribution: ledger }).warnings.map((warning) => warning.level)).toEqual(['warn', 'warn']);
    const cut = buildRunReport({ ...facts, attribution: ledger, fundingPayments: facts.fundingPayments.slice(1) });
    expect(cut.warnings[0]).toMatchObject({ level: 'bad', head: 'Funding payments are missing from the list' });
  });

  it.each(['gain', 'losing'] as const)('REQ-B46 the cents of a %s run add up to its net result', (variant) => {
    const report = buildRunReport(runFixture(variant));
    const cents = Object.values(roundedParts(report.attribution, report.netPnlUsd));
    expect(Number(sumAmounts(cents))).toBe(Number(Number(report.netPnlUsd).toFixed(2)));
    expect(report.attribution.residualUsd).toBe('0');
  });

  it('REQ-B46 the round trips of a run add up to its net result', () => {
    const report = buildRunReport(runFixture('gain'));
    expect(report.trips).toHaveLength(3);
    expect(Number(sumAmounts(report.trips.map((trip) => trip.netPnlUsd)))).toBeCloseTo(Number(report.netPnlUsd), 9);
    expect(report.trips.map((trip) => Number(sumAmounts([trip.fundingUsd, trip.basisUsd, trip.feesUsd, trip.slippageUsd])))).toEqual(
      report.trips.map((trip) => expect.closeTo(Number(trip.netPnlUsd), 9)),
    );
  });
});
