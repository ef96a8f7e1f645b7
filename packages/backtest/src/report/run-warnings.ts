import { Decimal } from '@arb/core';
import { counted } from '../counted.ts';
import { roundAmount, sumAmounts } from './amounts.ts';
import type { DerivedFacts } from './build-run-report.ts';
import { formatDuration, formatNumber, formatStamp } from './page/format.ts';
import type { ForcedCloseFact, RunFacts } from './run-facts.ts';
import type { Attribution, RunWarning } from './run-report.ts';

/** The warnings of a run, worst first: what follows from its figures, then what the engine and the data said. */
export function runWarnings(facts: RunFacts, figures: { readonly derived: DerivedFacts; readonly attribution: Attribution }): RunWarning[] {
  const warnings = [
    ...unfinished(facts),
    ...closedByVenues(facts),
    ...brokenBudgets(facts, figures.derived),
    ...residual(figures.attribution),
    ...missingPayments(facts),
    ...missingMids(facts, figures.derived),
    ...facts.warnings,
  ];
  return warnings.sort((a, b) => Number(a.level === 'warn') - Number(b.level === 'warn'));
}

function unfinished(facts: RunFacts): RunWarning[] {
  if (facts.status === 'COMPLETE') return [];
  const head = facts.status === 'PARTIAL' ? 'Partial run' : 'Failed run';
  return [
    {
      level: 'bad',
      head: `${head}: the replay ended at ${formatStamp(facts.replayedTo / 1e6)} UTC`,
      text: `${facts.statusReason ?? 'No reason was given'}. Everything after that time is missing from every figure.`,
    },
  ];
}

const FORCES = { LIQUIDATION: ['liquidation', 'liquidations'], ADL: ['auto-deleveraging', 'auto-deleveragings'] } as const;

/** Positions that a venue took away, each instrument and kind once: a strategy that was liquidated did not choose that trade. */
function closedByVenues({ closedByVenues: closes }: RunFacts): RunWarning[] {
  const keyOf = ({ strategyId, instrumentId, origin }: ForcedCloseFact): string => `${strategyId} ${instrumentId} ${origin}`;
  return [...new Set(closes.map(keyOf))].map((key): RunWarning => {
    const own = closes.filter((close) => keyOf(close) === key);
    const { strategyId, instrumentId, origin, ts, side, quantity, price } = own[0]!;
    const [one, many] = FORCES[origin];
    const usd = (amounts: readonly string[]): string => roundAmount(sumAmounts(amounts), 2);
    const last = own.length === 1 ? '' : `, the last ${formatStamp(own.at(-1)!.ts / 1e6)} UTC`;
    return {
      level: 'bad',
      head: `${counted(own.length, one, many)} of ${instrumentId}`,
      text:
        `The venue closed ${usd(own.map(({ notionalUsd }) => notionalUsd))} USD of ${strategyId} by force, without an order of ours. The first on ${formatStamp(ts / 1e6)} UTC: ${side} ${quantity} at ${price}${last}. ` +
        `It charged ${usd(own.map(({ costUsd }) => costUsd))} USD, less what insurance paid; the loss of the position itself is in the price result.`,
    };
  });
}

function brokenBudgets(facts: RunFacts, derived: DerivedFacts): RunWarning[] {
  return facts.pairs.flatMap((pair) => {
    const over = derived.episodes.filter((episode) => episode.pairId === pair.pairId && episode.isOverBudget);
    const worst = over.reduce<(typeof over)[number] | undefined>(
      (found, episode) => (found === undefined || episode.usdSeconds > found.usdSeconds ? episode : found),
      undefined,
    );
    if (worst === undefined) return [];
    const times = over.length === 1 ? 'once' : `${over.length} times`;
    return [
      {
        level: 'bad' as const,
        head: `Hedge budget broken ${times}`,
        text:
          `Worst on ${formatStamp(worst.ts / 1e6)} UTC: after the fill of order ${worst.orderId} a leg stood alone for ${formatDuration(worst.seconds)}, ${formatNumber(worst.usdSeconds, 0)} USD·s. ` +
          `The budget of pair ${pair.pairId} is ${formatDuration(pair.budgetSeconds)} and ${formatNumber(pair.budgetUsdSeconds, 0)} USD·s.`,
      },
    ];
  });
}

function residual(attribution: Attribution): RunWarning[] {
  if (new Decimal(attribution.residualUsd).isZero()) return [];
  return [
    {
      level: 'bad',
      head: 'The parts do not add up',
      text: `The account changed by ${attribution.residualUsd} USD more than the parts explain. This is a bug in @arb; please report it with the journal.`,
    },
  ];
}

/** Payments in the table and in the ledger may differ in the last place of a conversion, no more. */
const PAYMENT_TOLERANCE_USD = '0.000001';

function missingPayments({ attribution, fundingPayments }: RunFacts): RunWarning[] {
  if (attribution.fundingPaymentsUsd === undefined) return [];
  const listed = sumAmounts(fundingPayments.map((payment) => payment.amountUsd));
  const missing = new Decimal(attribution.fundingPaymentsUsd).minus(listed);
  if (missing.abs().lte(PAYMENT_TOLERANCE_USD)) return [];
  return [
    {
      level: 'bad',
      head: 'Funding payments are missing from the list',
      text: `The account holds ${missing.toFixed()} USD of funding that no listed payment explains. This is a bug in @arb; please report it with the journal.`,
    },
  ];
}

function missingMids(facts: RunFacts, derived: DerivedFacts): RunWarning[] {
  if (facts.fills.length === 0) return [];
  const missing = facts.fills.filter((fill) => (derived.markouts.get(fill)?.[3] ?? null) === null).length;
  if (missing === 0) return [];
  return [
    {
      level: 'warn',
      head: `No mid 5 min after ${missing} of ${counted(facts.fills.length, 'fill')}`,
      text: 'Their markouts at that horizon are left out. Mids are missing where the book was silent, gapped, or the data ended.',
    },
  ];
}
