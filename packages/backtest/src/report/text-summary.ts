import { counted } from '../counted.ts';
import { roundAmount } from './amounts.ts';
import { type AttributionPart, roundedParts } from './attribution.ts';
import { formatDuration, formatNumber, formatPct, formatSigned, formatSignedPct } from './page/format.ts';
import { ordersDenied, ordersSent } from './order-counts.ts';
import { periodText } from './period.ts';
import type { DataLabel, RunReport, RunSummary } from './run-report.ts';
import { plain, textTable } from './text-table.ts';

/** What is known before a run begins. */
export interface RunHeading {
  readonly strategies: readonly { readonly name: string; readonly id: string }[];
  readonly legs: readonly { readonly role: string; readonly instrumentId: string }[];
  readonly from: number;
  readonly to: number;
  readonly dataset: string;
  readonly dataLabel: DataLabel;
}

const MAX_LEGS_NAMED = 4;

/** First line of a run: strategy, legs, period, data. */
export function runHeading(heading: RunHeading): string {
  const strategies = heading.strategies.map(({ name, id }) => `${name} ${id}`).join(', ');
  const legs =
    heading.legs.length <= MAX_LEGS_NAMED
      ? heading.legs.map(({ role, instrumentId }) => (role === 'single' ? instrumentId : `${role} ${instrumentId}`))
      : [`${heading.legs.length} instruments`];
  const period = periodText(heading.from, heading.to);
  return plain([strategies, ...legs, period, `${heading.dataset} (${heading.dataLabel})`].join('   '));
}

/**
 * The result as `arb backtest` prints it. A loss reads as plainly as a gain, an unfinished run says so first, and the parts add up to the cent.
 *
 * Its last lines begin exactly `tearsheet <path>` (where a page was written) and `journal sha256 <hash>`.
 */
export function renderTextSummary(report: RunReport, paths: { readonly tearsheet?: string } = {}): string {
  const lines = [
    ...statusLines(report),
    ...resultLines(report),
    ...hedgeLines(report),
    `${'Orders'.padEnd(18)}  ${orderWords(report)}`,
    ...report.warnings.filter((warning) => warning.level === 'bad').map((warning) => `Warning             ${warning.head}. ${warning.text}`),
    ...report.warnings.filter((warning) => warning.level === 'warn').map((warning) => `Note                ${warning.head}. ${warning.text}`),
    '',
    ...(paths.tearsheet === undefined ? [] : [`tearsheet ${paths.tearsheet}`]),
    `journal sha256 ${report.journalHash}   engine ${report.engineVersion}   seed ${report.seed}`,
  ];
  return `${lines.map(plain).join('\n')}\n`;
}

function statusLines(report: RunSummary): string[] {
  if (report.status === 'COMPLETE') return [];
  const share = report.to === report.from ? 0 : Math.floor(((report.replayedTo - report.from) / (report.to - report.from)) * 100);
  return [
    `${report.status === 'PARTIAL' ? 'PARTIAL run' : 'FAILED run'}: ended at ${formatNumber(share, 0)} % of the period, ${report.statusReason ?? 'no reason was given'}. Every figure stops there.`,
    '',
  ];
}

const ALWAYS = new Set<AttributionPart>(['basisUsd', 'feesUsd', 'slippageUsd']);
const NAMES: Readonly<Partial<Record<AttributionPart, string>>> = {
  basisUsd: 'basis',
  directionalUsd: 'price direction',
  feesUsd: 'fees',
  slippageUsd: 'slippage',
  gasUsd: 'gas',
  borrowUsd: 'borrowing',
  fxUsd: 'currency',
  residualUsd: 'unexplained',
};

function resultLines(report: RunReport): string[] {
  const parts = roundedParts(report.attribution, report.netPnlUsd);
  const { returnPct, aprPct } = report.statistics;
  const yearly = aprPct === null ? '' : `   ${formatSignedPct(aprPct, 1)} a year on capital`;
  const funding = Number(parts.fundingReceivedUsd) + Number(parts.fundingPaidUsd) + Number(parts.fundingAccruedUsd);
  const accrued = Number(parts.fundingAccruedUsd) === 0 ? '' : `, ${formatSigned(Number(parts.fundingAccruedUsd))} not yet settled`;
  const others = (Object.keys(NAMES) as AttributionPart[]).filter((part) => ALWAYS.has(part) || Number(parts[part]) !== 0);
  const rows = [
    ['Net result', formatSigned(Number(roundAmount(report.netPnlUsd, 2))), `USD   ${formatSignedPct(returnPct)}${yearly}`],
    ['  funding', formatSigned(funding), `      ${counted(report.fundingPayments, 'settlement')}${accrued}`],
    ...others.map((part) => [`  ${NAMES[part]!}`, formatSigned(Number(parts[part])), `      ${noteOf(part, report)}`]),
  ];
  return textTable(
    rows.map(([label, amount, note]) => [label!.padEnd(18), amount!, note!]),
    new Set([1]),
  );
}

function noteOf(part: AttributionPart, report: RunReport): string {
  if (part === 'feesUsd' && report.fills > 0) {
    const maker =
      report.makerFills === 0
        ? 'all taker'
        : report.makerFills === report.fills
          ? 'all maker'
          : `${formatNumber((report.makerFills / report.fills) * 100, 0)} % maker`;
    return `${counted(report.fills, 'fill')}, ${maker}`;
  }
  if (part === 'slippageUsd') return 'against arrival mid';
  if (part === 'basisUsd' && report.roundTrips > 0) return counted(report.roundTrips, 'round trip');
  return part === 'residualUsd' ? 'should be zero: please report this run' : '';
}

function hedgeLines({ unhedged }: RunSummary): string[] {
  const { budgetSeconds, budgetUsdSeconds } = unhedged;
  if (budgetSeconds === null || budgetUsdSeconds === null) return [];
  const over = unhedged.overBudget === 0 ? '' : `   BROKEN ${unhedged.overBudget === 1 ? 'once' : `${unhedged.overBudget} times`}`;
  return [
    `${'Hedge'.padEnd(18)}  unhedged ${formatDuration(unhedged.seconds)} in all, ${formatDuration(unhedged.maxSeconds)} at most (budget ${formatDuration(budgetSeconds)}), ${formatNumber(unhedged.maxUsdSeconds, 0)} USD·s (budget ${formatNumber(budgetUsdSeconds, 0)})${over}`,
  ];
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  PARTIALLY_FILLED: 'filled in part',
  EXPIRED: 'expired (IOC remainder)',
  DENIED: 'denied by risk limits, never sent',
  ACCEPTED: 'still open',
};

function orderWords(report: RunSummary): string {
  const { fillRatePct } = report.statistics;
  const ofStatus = ([status, orders]: readonly [string, number]): string => `${formatNumber(orders, 0)} ${STATUS_WORDS[status] ?? status.toLowerCase()}`;
  const byStatus = Object.entries(report.ordersByStatus).filter(([status]) => status !== 'DENIED').map(ofStatus);
  const denied = ordersDenied(report) === 0 ? [] : [ofStatus(['DENIED', ordersDenied(report)])];
  return [`${formatNumber(ordersSent(report), 0)} sent`, ...byStatus, ...denied].join(', ') + (fillRatePct === null ? '' : `   ${formatPct(fillRatePct, 0)} with a fill`);
}
