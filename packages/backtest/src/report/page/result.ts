import type { RunReport } from '../run-report.ts';
import { formatDayMonth, formatNumber, formatSigned } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { chartHost, type PlainTable, tableBeneath } from './parts.ts';
import { waterfallPanel } from './waterfall.ts';

const MAX_TRIP_BUTTONS = 7;
/** Days of the tables beneath the charts; all are in daily.csv. */
export const MAX_DAY_ROWS = 92;

/** Result over time and drawdown, beside where it came from. */
export function resultSection(view: PageView): SafeHtml {
  const { report } = view;
  const bands = view.hasPairs ? ' Grey bands: in position.' : '';
  const unreplayed = view.isComplete ? '' : ' Hatched: not replayed.';
  return html`<section id="result" aria-label="Result"><div class="row"><div><figure class="panel"><div class="ph stack"><h2>Result over time</h2>
    ${rangeButtons(report)}</div><p class="sub">USD since the start of the run, all costs included.${bands}${unreplayed}
    <span class="hint no-print"> Drag to zoom, all charts follow; double-click to reset.</span></p>${chartHost(
    'c-eq',
    `Net result over time, ending at ${formatSigned(view.netUsd)} USD.`,
  )}</figure><figure class="panel under">${chartHost(
    'c-dd',
    `Drawdown from peak, at worst ${formatNumber(Number(report.statistics.maxDrawdownUsd))} USD.`,
  )}${tableBeneath(`Daily figures as a table${report.tables.daily.rows.length > MAX_DAY_ROWS ? ` (the first ${MAX_DAY_ROWS} days; all are in daily.csv)` : ''}`, dailyRows(report))}
    </figure></div>${waterfallPanel(view)}</div></section>`;
}

function rangeButtons(report: RunReport): SafeHtml | '' {
  if (report.trips.length === 0) return '';
  const label = (n: number): string => (report.trips.length > 3 ? String(n) : `Trip ${n}`);
  return html`<div class="seg no-print" role="group" aria-label="Time range of all charts">
    <button type="button" data-range="all" aria-pressed="true">All</button>${report.trips
    .slice(0, MAX_TRIP_BUTTONS)
    .map((trip) => html`<button type="button" data-range="${trip.n}" aria-pressed="false">${label(trip.n)}</button>`)}</div>`;
}

function dailyRows(report: RunReport): PlainTable {
  const { rows } = report.tables.daily;
  const hasOther = rows.some((row) => Number(row[6]) !== 0);
  const amount = (cell: unknown): string => formatSigned(Number(cell));
  return {
    head: ['Day', 'Net', 'Funding', 'Prices', 'Fees', 'Slippage', ...(hasOther ? ['Other'] : []), 'Result so far'],
    rows: rows.slice(0, MAX_DAY_ROWS).map((row) => [dayOf(String(row[0])), ...row.slice(1, hasOther ? 7 : 6).map(amount), amount(row[7])]),
  };
}

/** `2025-03-06` as `6 Mar`. */
export function dayOf(isoDay: string): string {
  return formatDayMonth(Date.parse(`${isoDay}T00:00:00Z`) / 1e3);
}
