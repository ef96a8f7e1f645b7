import { roundAmount } from './amounts.ts';
import { carrySection } from './page/carry.ts';
import { uplotScript } from './page/chart-library.ts';
import { executionSection } from './page/execution.ts';
import { figures } from './page/figures.ts';
import { formatSignedUsd } from './page/format.ts';
import { pageHead, periodOf, type SectionLink, topBar } from './page/header.ts';
import { hedgeSection } from './page/hedge.ts';
import { html, type SafeHtml, trusted } from './page/html.ts';
import { ordersFillsSection } from './page/orders-fills.ts';
import { PAGE_SCRIPT, PAGE_STYLES } from './page/page-assets.ts';
import { isThinned, PAGE_DETAILS, type PageDetail, pageRun, type PageSeries, pageSeries } from './page/page-data.ts';
import { type PageView, viewOf } from './page/page-view.ts';
import { resultSection } from './page/result.ts';
import { runSection } from './page/run-section.ts';
import { tokenRules } from './page/tokens.ts';
import type { RunReport } from './run-report.ts';

/** What a page may weigh, bytes. */
export const TEARSHEET_BUDGET_BYTES: number = 400 * 1024;

/** Nothing is loaded from anywhere: styles and scripts are in the page, pictures are drawn. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
/** Sets the chosen theme before the first paint. */
const EARLY_THEME = "try{var t=localStorage.getItem('arb-theme');if(t&&t!=='auto')document.documentElement.dataset.theme=t}catch(e){}";

/**
 * Renders a run as one self-contained HTML page: no network, light and dark, wide and narrow, print.
 *
 * The page shows a loss in the same place, size and decimals as a gain. Everything that comes from the run is escaped. Long curves and tables are
 * cut to keep the page below {@link TEARSHEET_BUDGET_BYTES}; it says so where it happens.
 *
 * @throws ArbError `ARB_CHART_LIBRARY` where the chart library is not installed
 */
export function renderTearsheet(report: RunReport): string {
  let page = '';
  for (const detail of PAGE_DETAILS) {
    page = renderPage(report, detail);
    if (Buffer.byteLength(page) <= TEARSHEET_BUDGET_BYTES) break;
  }
  return page;
}

function renderPage(report: RunReport, detail: PageDetail): string {
  const view = viewOf(report, detail.groups);
  const sections = [
    resultOf(view),
    ['carry', 'Carry', carrySection(view)],
    ['hedge', view.hasPairs ? 'Hedge' : 'Position', hedgeSection(view)],
    ['execution', 'Execution', executionSection(view)],
    ['fills', 'Fills', ordersFillsSection(view)],
    ['run', 'Run', runSection(view)],
  ] as const;
  const shown = sections.filter(([, , body]) => body !== '');
  const links = shown.map(([id, label]): SectionLink => [id, label]);
  const series = pageSeries(view, detail);
  const library = uplotScript();
  const styles = tokenRules();
  const title = `${formatSignedUsd(Number(roundAmount(report.netPnlUsd, 2)))} · ${report.strategies.map((strategy) => strategy.name).join(', ') || report.name} · ${periodOf(report)}`;
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <meta name="robots" content="noindex"><meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}"><title>${title}</title>
      <link rel="icon" href="data:,"><script>${trusted(EARLY_THEME)}</script><style>${trusted(styles.screen + PAGE_STYLES + styles.print)}</style>
      </head>
<body>${topBar(links)}<main class="wrap" id="top">
  ${pageHead(view)}${figures(view)}${shown.map(([, , body]) => body)}${footer(view, { series, chartVersion: library.version })}</main>
  <div id="live" class="sr" aria-live="polite"></div>
${data('arb-run', pageRun(report, detail))}
${data('arb-series', series)}
<script id="uplot">${trusted(library.source)}</script>
<script>${trusted(PAGE_SCRIPT)}</script></body></html>`.markup
  }\n`;
}

function resultOf(view: PageView): readonly ['result', 'Result', SafeHtml | ''] {
  return ['result', 'Result', view.hasFills ? resultSection(view) : ''];
}

const SIGNIFICANT_DIGITS = 9;
const shorter = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value;

/** JSON inside a script element: `<` is written as an escape, so that no string can end the element. Statistics have nine digits, amounts (strings) all of theirs. */
function data(id: string, value: unknown): SafeHtml {
  return html`<script type="application/json" id="${id}">${trusted(JSON.stringify(value, shorter).replace(/</g, '\\u003c'))}</script>`;
}

function footer({ report, groups, groupsOffered }: PageView, { series, chartVersion }: { readonly series: PageSeries; readonly chartVersion: string }): SafeHtml {
  const thinned = isThinned(series)
    ? html`<span>To keep this page small its curves are thinned: where a chart says so it has some of the samples, the lowest and the highest of every stretch among them, each at its own time. All are in result.parquet and report.json.</span>`
    : '';
  const further = groups.length > groupsOffered ? html`<span>Charts offer the first ${groupsOffered} of ${groups.length} pairs.</span>` : '';
  return html`<footer>${thinned}${further}
    <span>Written by arb ${report.engineVersion}. Machine-readable copy of this run: <code>#arb-run</code> and <code>#arb-series</code> in the source of this page.</span>
    <span>Charts: uPlot ${chartVersion}, MIT licence, © Leon Sorokin.</span></footer>`;
}
