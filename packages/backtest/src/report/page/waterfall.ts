import { type AttributionPart, roundedParts } from '../attribution.ts';
import { roundAmount } from '../amounts.ts';
import { breakEvenOf } from '../break-even.ts';
import type { RunReport } from '../run-report.ts';
import { formatDuration, formatNumber, formatPct, formatSigned, NNBSP } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf, definitions, toneOf } from './parts.ts';

/** Always shown, even at zero: a reader looks for them. Funding only where a pair was traded. */
const ALWAYS: readonly AttributionPart[] = ['basisUsd', 'feesUsd', 'slippageUsd'];
const ALWAYS_OF_PAIRS: readonly AttributionPart[] = ['fundingReceivedUsd', 'fundingPaidUsd', ...ALWAYS];

const NAMES: Readonly<Record<AttributionPart, string>> = {
  fundingReceivedUsd: 'Funding received',
  fundingPaidUsd: 'Funding paid',
  fundingAccruedUsd: 'Funding accrued',
  basisUsd: 'Basis',
  directionalUsd: 'Price direction',
  feesUsd: 'Fees',
  slippageUsd: 'Slippage',
  gasUsd: 'Gas',
  borrowUsd: 'Borrowing',
  fxUsd: 'Currency',
  residualUsd: 'Unexplained',
};

/** Where the result came from: parts from zero to the net result, rounded so that they add up. */
export function waterfallPanel(view: PageView): SafeHtml {
  const { report } = view;
  const parts = roundedParts(report.attribution, report.netPnlUsd);
  const always = view.hasPairs ? ALWAYS_OF_PAIRS : ALWAYS;
  const shown = (Object.keys(parts) as AttributionPart[])
    .filter((part) => always.includes(part) || Number(parts[part]) !== 0)
    .map((part) => ({ part, usd: Number(parts[part]) }));
  const net = Number(roundAmount(report.netPnlUsd, 2));
  return html`<div class="panel"><div class="ph"><h2>Where it came from</h2></div>
    <p class="sub">USD. The parts add up to the net result; unexplained ${formatSigned(Number(parts.residualUsd))}.</p>
    ${bars(shown, net, report)}${keyFigures(report)}</div>`;
}

function bars(parts: readonly { readonly part: AttributionPart; readonly usd: number }[], net: number, report: RunReport): SafeHtml {
  const ends: number[] = [];
  for (const { usd } of parts) ends.push((ends.at(-1) ?? 0) + usd);
  const low = Math.min(0, net, ...ends);
  const span = Math.max(0, net, ...ends) - low || 1;
  const at = (usd: number): number => Number((((usd - low) / span) * 100).toFixed(2));
  const width = (usd: number): number => Number(((Math.abs(usd) / span) * 100).toFixed(2));
  const rows = parts.map(({ part, usd }, index) => {
    const [from, to] = [ends[index - 1] ?? 0, ends[index]!];
    const bar = usd === 0 ? '' : html`<i class="${usd < 0 ? 'm' : 'p'}" style="left:${at(Math.min(from, to))}%;width:${width(usd)}%"></i>`;
    return html`<div class="wf-row" role="row"><div class="l" role="rowheader">${NAMES[part]}<small>${noteOf(part, report)}</small></div>
      <div class="wf-bar" aria-hidden="true"><u style="left:${at(0)}%"></u>${bar}<s style="left:${at(to)}%"></s></div><div class="a" role="cell">
      ${formatSigned(usd)}</div></div>`;
  });
  const total = html`<div class="wf-row total" role="row"><div class="l" role="rowheader">Net result</div><div class="wf-bar" aria-hidden="true">
    <u style="left:${at(0)}%"></u><i class="t" style="left:${at(Math.min(0, net))}%;width:${width(net)}%"></i></div>
    <div class="a ${toneOf(net)}" role="cell">${formatSigned(net)}</div></div>`;
  const longest = Math.max(...[...parts.map(({ usd }) => usd), net].map((usd) => formatSigned(usd).length));
  return html`<div class="wf" role="table" style="--amount:${longest}ch" aria-label="Parts of the net result in USD">${rows}${total}</div>`;
}

function noteOf(part: AttributionPart, report: RunReport): string {
  const amounts = report.tables.fundingPayments.rows.map((row) => Number(row[6]));
  const traded = report.legs.reduce((sum, leg) => sum + Number(leg.tradedUsd), 0);
  switch (part) {
    case 'fundingReceivedUsd':
      return countOf(amounts.filter((usd) => usd > 0).length, 'settlement');
    case 'fundingPaidUsd':
      return countOf(amounts.filter((usd) => usd < 0).length, 'settlement');
    case 'fundingAccruedUsd':
      return 'not yet settled';
    case 'basisUsd':
      return traded > 0 && report.pairs.length > 0 ? `${formatSigned((Number(report.attribution.basisUsd) / traded) * 20_000, 1)}${NNBSP}bps a round trip` : '';
    case 'directionalUsd':
      return 'net exposure × price';
    case 'feesUsd':
      return report.fills === 0 ? '' : `${countOf(report.fills, 'fill')}, ${formatNumber((report.makerFills / report.fills) * 100, 0)}${NNBSP}% maker`;
    case 'slippageUsd':
      return 'against arrival mid';
    case 'residualUsd':
      return 'should be zero';
    default:
      return '';
  }
}

function keyFigures(report: RunReport): SafeHtml {
  const { sharpe, bestDayUsd, worstDayUsd } = report.statistics;
  const breakEven = breakEvenOf(report.trips);
  const rows: (readonly [HtmlValue, HtmlValue])[] = [
    [
      html`Carry Sharpe <small>daily</small>`,
      sharpe === null
        ? html`<small>${report.status === 'COMPLETE' ? 'needs 5 full days' : 'not finished'}</small>`
        : html`${formatNumber(sharpe.value, 1)} <small>95${NNBSP}%: ${formatNumber(sharpe.value - sharpe.ci95, 1)} to ${formatNumber(sharpe.value + sharpe.ci95, 1)}
          </small>`,
    ],
  ];
  if (bestDayUsd !== null && worstDayUsd !== null && report.statistics.days > 1)
    rows.push(['Best and worst day', html`${formatSigned(Number(bestDayUsd))} <small>and</small> ${formatSigned(Number(worstDayUsd))}`]);
  if (breakEven !== undefined) {
    const { costBps, aprPct, days } = breakEven;
    const back = days === null ? `never paid back at ${formatPct(aprPct)}` : `paid back in ${formatDuration(days * 86_400)} at ${formatPct(aprPct)}`;
    rows.push(['Cost of a round trip', html`${formatNumber(costBps, 1)}${NNBSP}bps <small>${back}</small>`]);
  }
  return definitions(rows);
}
