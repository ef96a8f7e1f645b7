import { MARKOUT_HORIZONS_SECONDS } from '../markouts.ts';
import type { RunReport } from '../run-report.ts';
import { formatNumber, formatPct, formatSigned, MISSING } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import { HORIZON_NAMES, markoutChart, type MarkoutView } from './markout-chart.ts';
import type { LegView, PageView } from './page-view.ts';
import { emptyPanel, plainTable, type PlainTable, tableBeneath } from './parts.ts';
import { slippageChart } from './slippage-chart.ts';

/** Legs drawn in the charts of this section; further ones are in the tables of the run's folder. */
const MAX_LEGS_DRAWN = 4;

/** Markouts, slippage and what trading cost; nothing without fills. */
export function executionSection(view: PageView): SafeHtml | '' {
  if (!view.hasFills) return '';
  return html`<section id="execution" aria-label="Execution"><div class="row three">${markoutPanel(view)}${slippagePanel(view)}${costPanel(view)}</div></section>`;
}

function markoutPanel(view: PageView): SafeHtml {
  const views = markoutViews(view);
  const total = view.report.fills;
  const atLongest = view.report.markouts.filter((line) => line.role !== 'pair').reduce((sum, line) => sum + (line.points.at(-1)?.n ?? 0), 0);
  if (views.every(({ line }) => line.points.every((point) => point.n === 0))) {
    return emptyPanel('Fill markouts', 'Markouts need book mids after each fill.', `Known for 0 of ${total} fills. Replay a catalog with books or quotes; "arb data ls" shows what it holds.`);
  }
  const missing = atLongest < total ? html`<p class="plot-note">5 min is known for ${atLongest} of ${total} fills.</p>` : '';
  return html`<figure class="panel"><div class="ph"><h2>Fill markouts</h2></div><p class="sub">bps after the fill, mean and 95 % interval. Above zero, the price moved our way.</p>${markoutChart(views)}${missing}${tableBeneath('Markouts as a table', markoutTable(views))}</figure>`;
}

function markoutViews({ report, legs }: PageView): MarkoutView[] {
  const ofLegs = legs.slice(0, MAX_LEGS_DRAWN).flatMap(({ leg, label, colour }): MarkoutView[] => {
    const line = report.markouts.find((candidate) => candidate.instrumentId === leg.instrumentId && candidate.pairId === leg.pairId);
    return line === undefined ? [] : [{ line, label, colour }];
  });
  const pairs = report.markouts.filter((line) => line.role === 'pair');
  return pairs.length === 1 ? [...ofLegs, { line: pairs[0]!, label: 'Pair', colour: 'ink' }] : ofLegs;
}

function markoutTable(views: readonly MarkoutView[]): PlainTable {
  return {
    head: ['bps', ...HORIZON_NAMES],
    rows: views.map(({ line, label }) => [`${label} (n ${line.points[0]?.n ?? 0})`, ...MARKOUT_HORIZONS_SECONDS.map((_, index) => {
      const point = line.points[index];
      if (point === undefined || point.meanBps === null) return MISSING;
      return `${formatSigned(point.meanBps, 2)}${point.ci95Bps === null ? '' : ` ± ${formatNumber(point.ci95Bps, 2)}`}`;
    })]),
  };
}

function slippagePanel({ report, legs }: PageView): SafeHtml {
  const chart = slippageChart(legs.slice(0, MAX_LEGS_DRAWN).map((view) => ({ view, bps: slippagesOf(report, view) })));
  if (chart === null) return emptyPanel('Slippage of each fill', 'No fill has an arrival mid.', 'Slippage is measured against the mid when the order was sent; the data holds no books or quotes for these instruments.');
  return html`<figure class="panel"><div class="ph"><h2>Slippage of each fill</h2></div><p class="sub">bps against arrival mid, number of fills. Right of zero is better than mid.</p>${chart}</figure>`;
}

function slippagesOf(report: RunReport, { leg }: LegView): number[] {
  const { columns, rows } = report.tables.fills;
  const [instrument, strategy, pair, slippage] = [columns.indexOf('instrumentId'), columns.indexOf('strategyId'), columns.indexOf('pairId'), columns.indexOf('slippageBps')];
  return rows.filter((row) => row[instrument] === leg.instrumentId && row[strategy] === leg.strategyId && row[pair] === leg.pairId && row[slippage] !== null).map((row) => Number(row[slippage]));
}

function costPanel({ legs }: PageView): SafeHtml {
  const shown = legs.slice(0, MAX_LEGS_DRAWN);
  const row = (name: string, value: (view: LegView) => HtmlValue): HtmlValue[] => [name, ...shown.map(value)];
  const table = plainTable({
    head: ['Costs by leg', ...shown.map((view) => html`<i class="key k-${view.colour}"></i>${view.label}`)], className: 'wr',
    rows: [
      row('Fills', ({ leg }) => formatNumber(leg.fills, 0)),
      row('Traded, USD', ({ leg }) => formatNumber(Number(leg.tradedUsd), 0)),
      row('Maker share', ({ leg }) => (leg.fills === 0 ? MISSING : formatPct(leg.makerFills / leg.fills * 100, 0))),
      row('Fees, bps', ({ leg }) => formatSigned(leg.feesBps, 2)),
      row('Slippage, bps', ({ leg }) => formatSigned(leg.slippageBps, 2)),
      row('Fees, USD', ({ leg }) => formatSigned(Number(leg.feesUsd))),
      row('Slippage, USD', ({ leg }) => formatSigned(Number(leg.slippageUsd))),
    ],
    foot: row('Cost, USD', ({ leg }) => formatSigned(Number(leg.feesUsd) + Number(leg.slippageUsd))),
  });
  return html`<div class="panel"><div class="ph"><h2>What trading cost</h2></div><p class="sub">Signs as in the account: a cost is negative.</p><div class="scroll">${table}</div></div>`;
}
