import { averageMarkouts, MARKOUT_HORIZONS_SECONDS } from '../markouts.ts';
import { executionGroups, type ExecutionGroup } from './execution-groups.ts';
import { formatNumber, formatPct, formatSigned, MISSING, venueName } from './format.ts';
import { html, type HtmlValue, type SafeHtml } from './html.ts';
import { HORIZON_NAMES, markoutChart, type MarkoutView } from './markout-chart.ts';
import type { PageView } from './page-view.ts';
import { emptyPanel, plainTable, type PlainTable, tableBeneath } from './parts.ts';
import { slippageChart } from './slippage-chart.ts';

/** Markouts, slippage and what trading cost; nothing without fills. */
export function executionSection(view: PageView): SafeHtml | '' {
  if (!view.hasFills) return '';
  const groups = executionGroups(view);
  return html`<section id="execution" aria-label="Execution"><div class="row three">
    ${markoutPanel(view, groups)}${slippagePanel(groups)}${costPanel(groups)}</div></section>`;
}

function markoutPanel(view: PageView, groups: readonly ExecutionGroup[]): SafeHtml {
  const views = markoutViews(view, groups);
  const total = view.report.fills;
  const atLongest = view.report.markouts.filter((line) => line.role !== 'pair').reduce((sum, line) => sum + (line.points.at(-1)?.n ?? 0), 0);
  if (views.every(({ line }) => line.points.every((point) => point.n === 0))) {
    return emptyPanel(
      'Fill markouts',
      'Markouts need book mids after each fill.',
      `Known for 0 of ${total} fills. Replay a catalog with books or quotes; "arb data ls" shows what it holds.`,
    );
  }
  const missing = atLongest < total ? html`<p class="plot-note">5 min is known for ${atLongest} of ${total} fills.</p>` : '';
  return html`<figure class="panel"><div class="ph"><h2>Fill markouts</h2></div>
    <p class="sub">bps after the fill, mean and 95 % interval. Above zero, the price moved our way.</p>
    ${markoutChart(views)}${missing}${tableBeneath('Markouts as a table', markoutTable(views))}</figure>`;
}

function markoutViews({ report }: PageView, groups: readonly ExecutionGroup[]): MarkoutView[] {
  const lines = groups.map(({ label, colour, fills, role }): MarkoutView => ({
    label,
    colour,
    line: { pairId: null, instrumentId: null, role, points: averageMarkouts(fills.map((fill) => fill.markouts)) },
  }));
  const pairs = report.markouts.filter((line) => line.role === 'pair');
  return pairs.length === 1 ? [...lines, { line: pairs[0]!, label: 'Pair', colour: 'ink' }] : lines;
}

function markoutTable(views: readonly MarkoutView[]): PlainTable {
  return {
    head: ['bps', ...HORIZON_NAMES],
    rows: views.map(({ line, label }) => [
      `${label} (n ${line.points[0]?.n ?? 0})`,
      ...MARKOUT_HORIZONS_SECONDS.map((_, index) => {
        const point = line.points[index];
        if (point === undefined || point.meanBps === null) return MISSING;
        return html`${formatSigned(point.meanBps, 2)}${point.ci95Bps === null ? '' : html`<small>± ${formatNumber(point.ci95Bps, 2)}</small>`}`;
      }),
    ]),
  };
}

function slippagePanel(groups: readonly ExecutionGroup[]): SafeHtml {
  const chart = slippageChart(groups.map(({ label, colour, fills }) => ({ label, colour, bps: fills.flatMap((fill) => fill.slippageBps ?? []) })));
  if (chart === null)
    return emptyPanel(
      'Slippage of each fill',
      'No fill has an arrival mid.',
      'Slippage is measured against the mid when the order was sent; the data holds no books or quotes for these instruments.',
    );
  return html`<figure class="panel"><div class="ph"><h2>Slippage of each fill</h2></div>
    <p class="sub">bps against arrival mid, number of fills. Right of zero is better than mid.</p>${chart}</figure>`;
}

function costPanel(groups: readonly ExecutionGroup[]): SafeHtml {
  const row = (name: string, value: (group: ExecutionGroup) => HtmlValue): HtmlValue[] => [name, ...groups.map(value)];
  const bps = (usd: number, group: ExecutionGroup): number | null => (group.tradedUsd === 0 ? null : (usd / group.tradedUsd) * 10_000);
  const table = plainTable({
    head: [groups.some(({ venue, label }) => label !== venueName(venue)) ? 'Costs by leg' : 'Costs by venue', ...groups.map((group) => html`<i class="key k-${group.colour}"></i>${group.label}`)],
    className: 'wr',
    rows: [
      row('Fills', ({ fills }) => formatNumber(fills.length, 0)),
      row('Traded, USD', ({ tradedUsd }) => formatNumber(tradedUsd, 0)),
      row('Maker share', ({ fills, makerFills }) => (fills.length === 0 ? MISSING : formatPct((makerFills / fills.length) * 100, 0))),
      row('Fees, bps', (group) => formatSigned(bps(group.feesUsd, group), 2)),
      row('Slippage, bps', (group) => formatSigned(bps(group.slippageUsd, group), 2)),
      row('Fees, USD', ({ feesUsd }) => formatSigned(feesUsd)),
      row('Slippage, USD', ({ slippageUsd }) => formatSigned(slippageUsd)),
    ],
    foot: row('Cost, USD', ({ costUsd }) => formatSigned(costUsd)),
  });
  return html`<div class="panel"><div class="ph"><h2>What trading cost</h2></div><p class="sub">Signs as in the account: a cost is negative.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Costs">${table}</div></div>`;
}
