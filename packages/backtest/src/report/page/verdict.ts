import { roundAmount, sumAmounts } from '../amounts.ts';
import { ordersDenied, ordersSent } from '../order-counts.ts';
import type { RunReport, UnhedgedSummary } from '../run-report.ts';
import { formatDayTime, formatDuration, formatNumber, formatPct, formatSignedPct, formatSignedUsd, formatUsd, NNBSP } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf } from './parts.ts';

/** The result in one or two sentences; a loss as plainly as a gain. */
export function verdict(view: PageView): SafeHtml {
  const { report } = view;
  if (report.status !== 'COMPLETE') return unfinished(view);
  if (!view.hasFills) return noTrades(view);
  const gained = view.netUsd >= 0 ? gainSentence(view) : lossSentence(view);
  return html`${gained} ${forcedSentence(report)}${view.hasPairs ? hedgeSentence(report.unhedged) : ''}`;
}

/** What the figures may not be taken for. */
export function caveat(report: RunReport): string {
  const label = {
    synthetic: 'Synthetic data: this shows what the strategy and the engine do, not what the market pays.',
    mixed: 'Partly synthetic data: this is not what the market pays.',
    real: 'Recorded markets, simulated fills: our own orders did not move these markets.',
  }[report.dataLabel];
  const isShort = report.statistics.isTooShortToJudge && report.fills > 0;
  const trips = report.pairs.length > 0 ? `${countOf(report.roundTrips, 'round trip')} in ${daysOf(report)}` : daysOf(report);
  return isShort
    ? `${label} ${trips} ${report.pairs.length > 0 && report.roundTrips === 1 ? 'is' : 'are'} too few to judge an edge (a judgement needs about 30 round trips or 90 days).`
    : label;
}

/** `14 days`, or hours and minutes below one. */
export function daysOf(report: RunReport): string {
  const { days } = report.statistics;
  return days < 1 ? formatDuration(days * 86_400) : countOf(Number(days.toFixed(1)), 'day');
}

function gainSentence({ report, netUsd }: PageView): SafeHtml {
  const { attribution, statistics } = report;
  const funding = Number(attribution.fundingUsd);
  const what = netUsd === 0 ? 'Neither gained nor lost' : html`Made <b>${formatSignedUsd(netUsd)}</b>`;
  const share = statistics.costToFundingPct;
  const source =
    share === null
      ? `${largestPart(report, 1)}`
      : `Funding earned ${formatSignedUsd(funding)}; fees and slippage took back ${formatNumber(share, 0)}${NNBSP}% of it.`;
  return html`${what} in ${daysOf(report)}, <b>${formatSignedPct(statistics.returnPct)}
    </b> on ${formatNumber(Number(report.capitalUsd), 0)}${NNBSP}USD. ${source}`;
}

function lossSentence({ report, netUsd }: PageView): SafeHtml {
  const { attribution, statistics } = report;
  const funding = Number(attribution.fundingUsd);
  const costs = -Number(sumAmounts([attribution.feesUsd, attribution.slippageUsd]));
  const early = report.trips.filter((trip) => trip.to !== null && trip.breakEvenDays !== null && (trip.to - trip.from) / 86_400e6 < trip.breakEvenDays).length;
  const isCostFirst = costs >= -Math.min(Number(attribution.basisUsd), Number(attribution.directionalUsd)) && costs > 0;
  const tooEarly = early > 0 ? `: ${early} of ${countOf(report.trips.length, 'round trip')} ended before they could pay back their own cost.` : '.';
  const cause: HtmlValue =
    report.pairs.length > 0 && isCostFirst && funding > 0
      ? `Funding earned only ${formatSignedUsd(funding)} against ${formatUsd(costs)} of fees and slippage${tooEarly}`
      : largestPart(report, -1);
  return html`Lost <b class="loss">${formatSignedUsd(netUsd)}</b> in ${daysOf(report)}, <b class="loss">${formatSignedPct(statistics.returnPct)}
    </b> on ${formatNumber(Number(report.capitalUsd), 0)}${NNBSP}USD. ${cause}`;
}

/** Names the part that did most in one direction. */
function largestPart(report: RunReport, sign: 1 | -1): string {
  const { fundingUsd, basisUsd, directionalUsd, feesUsd, slippageUsd, gasUsd, borrowUsd, fxUsd } = report.attribution;
  const parts = [
    ['funding', fundingUsd],
    ['basis', basisUsd],
    ['price direction', directionalUsd],
    ['fees', feesUsd],
    ['slippage', slippageUsd],
    ['gas', gasUsd],
    ['borrowing', borrowUsd],
    ['currency', fxUsd],
  ] as const;
  const [name, amount] = parts.reduce((best, part) => (Number(part[1]) * sign > Number(best[1]) * sign ? part : best));
  return Number(amount) * sign > 0 ? `The largest part was ${name}: ${formatSignedUsd(Number(amount))}.` : '';
}

function forcedSentence({ closedByVenues: { count, costUsd } }: RunReport): SafeHtml | '' {
  if (count === 0) return '';
  return html`<b class="loss">Liquidated ${count === 1 ? 'once' : `${formatNumber(count, 0)} times`}</b>: a venue closed positions by force and charged ${formatSignedUsd(Number(roundAmount(costUsd, 2)))} for it. `;
}

function hedgeSentence(unhedged: UnhedgedSummary): SafeHtml {
  const { budgetSeconds, budgetUsdSeconds, maxSeconds, maxUsdSeconds, overBudget } = unhedged;
  if (unhedged.episodes === 0) return html`No leg ever stood alone.`;
  const budget = `${formatNumber(budgetSeconds, 0)}${NNBSP}s and ${formatNumber(budgetUsdSeconds, 0)}${NNBSP}USD·s`;
  if (overBudget === 0)
    return html`At worst a leg stood alone for ${formatDuration(maxSeconds)} or ${formatNumber(maxUsdSeconds, 0)}${NNBSP}USD·s, inside the budget of ${budget}.`;
  const times = overBudget === 1 ? 'once' : `${overBudget} times`;
  return html`The hedge budget was broken ${times}: a leg stood alone for <b class="loss">${formatDuration(maxSeconds)}</b> or <b class="loss">
    ${formatNumber(maxUsdSeconds, 0)}${NNBSP}USD·s</b> (budget ${budget}).`;
}

function unfinished({ report, netUsd }: PageView): SafeHtml {
  const at = formatDayTime(report.replayedTo / 1e6);
  const open = report.trips.find((trip) => trip.to === null);
  const position =
    open === undefined
      ? ''
      : open.closeCostUsd === null
        ? ', with a position still open'
        : html`, with a position still open: closing it at the last book would cost <b>${formatSignedUsd(Number(open.closeCostUsd))}</b>`;
  const head = report.status === 'PARTIAL' ? `Stopped at ${at}` : `Failed at ${at}`;
  return html`${head}: ${(report.statusReason ?? 'no reason was given').replace(/\.$/, '')}. Up to then <b${netUsd < 0 ? html` class="loss"` : ''}>
    ${formatSignedUsd(netUsd)}</b>${position}. ${forcedSentence(report)}`;
}

function noTrades({ report }: PageView): SafeHtml {
  const denied = ordersDenied(report) === 0 ? '' : ` ${countOf(ordersDenied(report), 'order was', 'orders were')} denied by our own risk limits.`;
  const sent = `${ordersSent(report) === 0 ? 'No order was sent.' : `${countOf(ordersSent(report), 'order')} sent, none was filled.`}${denied}`;
  const pair = report.pairs[0];
  const peak = pair === undefined ? undefined : differentialPeaks(report, pair.pairId, 1)[0];
  if (pair === undefined || peak === undefined) return html`${sent}`;
  const entry = pair.enterAprPct === null ? '' : html`; entry needs <b>${formatPct(pair.enterAprPct)}</b>`;
  return html`${sent} The differential reached <b>${formatPct(peak.aprPct)}</b> at most (${formatDayTime(peak.ts / 1e6)})${entry}.`;
}

/** The highest points of a pair's differential, at least six hours apart, highest first. */
export function differentialPeaks(report: RunReport, pairId: string, count: number): { readonly ts: number; readonly aprPct: number }[] {
  const series = report.series.pairs.find((pair) => pair.pairId === pairId);
  if (series === undefined) return [];
  const { start, stepUs, values } = series.shortAprPct;
  const points = values
    .flatMap((short, index) => {
      const long = series.longAprPct.values[index] ?? null;
      return short === null || long === null ? [] : [{ ts: start + index * stepUs, aprPct: short - long }];
    })
    .sort((a, b) => b.aprPct - a.aprPct);
  const peaks: { readonly ts: number; readonly aprPct: number }[] = [];
  for (const point of points) {
    if (peaks.length === count) break;
    if (peaks.every((peak) => Math.abs(peak.ts - point.ts) >= 6 * 3_600e6)) peaks.push(point);
  }
  return peaks;
}
