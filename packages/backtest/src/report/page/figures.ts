import { sumAmounts } from '../amounts.ts';
import { ordersSent } from '../order-counts.ts';
import type { RunReport } from '../run-report.ts';
import { formatDuration, formatNumber, formatSigned, formatSignedPct, MISSING, NNBSP } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf, toneOf } from './parts.ts';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly note: HtmlValue;
  readonly tone?: string;
  readonly extra?: HtmlValue;
}

/** The six figures of the first screen, and the worst warning beneath them. */
export function figures(view: PageView): SafeHtml {
  return html`<dl class="kpis">${[...resultFigures(view), ...carryFigures(view.report), hedgeFigure(view)].map(
    (figure) =>
      html`<div class="kpi"><dt>${figure.label}</dt><dd><div class="v ${figure.tone ?? ''}">${
        figure.value
      }<span class="u">${figure.unit}</span></div><div class="s">${figure.note}</div>${figure.extra}</dd></div>`,
  )}</dl>${notice(view.report)}`;
}

function resultFigures({ report, netUsd, isComplete }: PageView): Figure[] {
  const { returnPct, aprPct, maxDrawdownUsd, maxDrawdownPct, drawdownRecoverySeconds } = report.statistics;
  const yearly =
    aprPct !== null ? `${formatSigned(aprPct, 1)}${NNBSP}% a year, simple` : isComplete ? 'no yearly rate under a day' : 'no yearly rate: not finished';
  const regained =
    drawdownRecoverySeconds === null ? ', not regained' : drawdownRecoverySeconds > 0 ? `, regained in ${formatDuration(drawdownRecoverySeconds)}` : '';
  return [
    { label: 'Net result', value: formatSigned(netUsd), unit: 'USD', note: isComplete ? 'all costs included' : 'up to the stop', tone: toneOf(netUsd) },
    { label: 'Return on capital', value: formatSigned(returnPct), unit: '%', note: yearly, tone: toneOf(returnPct) },
    { label: 'Max drawdown', value: formatSigned(Number(maxDrawdownUsd)), unit: 'USD', note: `${formatSignedPct(maxDrawdownPct)}${regained}` },
  ];
}

function carryFigures(report: RunReport): Figure[] {
  const { costToFundingPct, timeInPositionPct } = report.statistics;
  const { attribution } = report;
  const costs = -Number(sumAmounts([attribution.feesUsd, attribution.slippageUsd, attribution.gasUsd, attribution.borrowUsd]));
  const funding = Number(attribution.fundingUsd);
  return [
    {
      label: 'Cost ÷ funding',
      value: costToFundingPct === null ? MISSING : formatNumber(costToFundingPct, 0),
      unit: costToFundingPct === null ? '' : '%',
      note:
        costToFundingPct === null
          ? `funding ${formatSigned(funding)}, cost ${formatNumber(costs)}${NNBSP}USD`
          : `${formatNumber(costs)} of ${formatNumber(funding)}${NNBSP}USD`,
      tone: (costToFundingPct ?? 0) > 100 ? 'loss' : '',
    },
    {
      label: 'Time in position',
      value: formatNumber(timeInPositionPct, 0),
      unit: '%',
      note: report.pairs.length > 0 ? countOf(report.roundTrips, 'round trip') : countOf(report.fills, 'fill'),
    },
  ];
}

function hedgeFigure({ report, hasPairs }: PageView): Figure {
  const { unhedged, statistics } = report;
  const { budgetSeconds, budgetUsdSeconds, maxSeconds, maxUsdSeconds, worstPctOfBudget, overBudget } = unhedged;
  if (!hasPairs || budgetSeconds === null || budgetUsdSeconds === null || worstPctOfBudget === null) {
    return {
      label: 'Orders filled',
      value: formatNumber(statistics.fillRatePct, 0),
      unit: statistics.fillRatePct === null ? '' : '%',
      note: `of ${countOf(ordersSent(report), 'order')} sent`,
    };
  }
  const bySeconds = maxSeconds / budgetSeconds > maxUsdSeconds / budgetUsdSeconds;
  const width = Number(Math.min(100, worstPctOfBudget).toFixed(1));
  return {
    label: 'Worst unhedged',
    value: bySeconds ? formatNumber(maxSeconds, 1) : formatNumber(maxUsdSeconds, 0),
    unit: bySeconds ? 's' : 'USD·s',
    note: `${bySeconds ? `${formatNumber(maxUsdSeconds, 0)}${NNBSP}USD·s` : formatDuration(maxSeconds)}, ${formatNumber(worstPctOfBudget, 0)}${NNBSP}% of budget`,
    tone: overBudget > 0 ? 'loss' : '',
    extra: html`<div class="meter${overBudget > 0 ? ' over' : ''}" role="img" aria-label="${formatNumber(worstPctOfBudget, 0)} % of the budget">
      <i style="width:${width}%"></i></div>`,
  };
}

const MAX_HEADS_SHOWN = 3;

function notice({ warnings }: RunReport): SafeHtml | '' {
  if (warnings.length === 0) return '';
  const heads = warnings
    .slice(0, MAX_HEADS_SHOWN)
    .map((warning) => warning.head)
    .join('; ');
  const more = warnings.length > MAX_HEADS_SHOWN ? ` and ${warnings.length - MAX_HEADS_SHOWN} more` : '';
  return html`<p class="notice${warnings.some((warning) => warning.level === 'bad') ? ' bad' : ''}"><b>${countOf(warnings.length, 'warning')}</b>
    <span>${heads}${more}. <a href="#run">Details</a></span></p>`;
}
