import { ordersDenied, ordersSent } from '../order-counts.ts';
import { isSaidByDates } from '../period.ts';
import type { RunReport } from '../run-report.ts';
import { formatDate, formatDayMonth, formatDuration, formatHourMinute, formatNumber, NNBSP, venueName } from './format.ts';
import { html, type SafeHtml, trusted } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf } from './parts.ts';
import { caveat, daysOf, verdict } from './verdict.ts';

const ICONS: readonly (readonly [theme: string, label: string, path: string])[] = [
  ['auto', 'As the system', '<path d="M2 3.5h12v7.5H2zM6 14h4M8 11v3"/>'],
  ['light', 'Light', '<circle cx="8" cy="8" r="3"/><path d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3"/>'],
  ['dark', 'Dark', '<path d="M13.5 9.6A6 6 0 1 1 6.4 2.5a4.8 4.8 0 0 0 7.1 7.1z"/>'],
];

/** A section of the page as the bar at the top names it. */
export type SectionLink = readonly [id: string, label: string];

/** The bar at the top: sections and theme. */
export function topBar(sections: readonly SectionLink[]): SafeHtml {
  const themes = ICONS.map(
    ([theme, label, path]) =>
      html`<button type="button" role="radio" data-t="${theme}" aria-checked="${theme === 'auto' ? 'true' : 'false'}" aria-label="${label}" title="${label}">
        <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        ${trusted(path)}</svg></button>`,
  );
  return html`<a class="skip" href="#${sections[0]?.[0] ?? 'top'}">Skip to the result</a><header class="bar no-print"><div class="wrap">
    <a class="brand" href="#top">@arb</a><nav aria-label="Sections"><ul>${sections.map(
    ([id, label]) => html`<li><a href="#${id}">${label}</a></li>`,
  )}</ul></nav><div class="theme" role="radiogroup" aria-label="Colour theme">${themes}</div></div></header>`;
}

/** Tags, name, verdict and the facts of the run. */
export function pageHead(view: PageView): SafeHtml {
  const { report } = view;
  const title =
    report.strategies
      .map((strategy) => strategy.name)
      .filter((name, index, all) => all.indexOf(name) === index)
      .join(' + ') || report.name;
  return html`<div class="head"><div class="head-grid"><div><p class="eyebrow">${tags(report)}<span>Backtest tearsheet</span></p><h1>${title}</h1>
    <p class="pair">${instruments(view)}</p><p class="verdict">${verdict(
    view,
  )}</p><p class="caveat">${caveat(report)}</p></div>${facts(view)}</div></div>`;
}

function tags(report: RunReport): SafeHtml[] {
  const label = {
    synthetic: html`<span class="tag syn">Synthetic data</span>`,
    mixed: html`<span class="tag syn">Partly synthetic data</span>`,
    real: html`<span class="tag">Real data</span>`,
  }[report.dataLabel];
  const status = {
    COMPLETE: html`<span class="tag">Finished</span>`,
    PARTIAL: html`<span class="tag bad">Partial: stopped at ${formatNumber(replayedPct(report), 0)}${NNBSP}%</span>`,
    FAILED: html`<span class="tag bad">Failed at ${formatNumber(replayedPct(report), 0)}${NNBSP}%</span>`,
  }[report.status];
  const forced = report.closedByVenues.count > 0 ? [html`<span class="tag bad">Liquidated</span>`] : [];
  return [label, status, ...forced, ...(report.unhedged.overBudget > 0 ? [html`<span class="tag bad">Hedge budget broken</span>`] : [])];
}

function replayedPct(report: RunReport): number {
  return report.to === report.from ? 0 : Math.floor(((report.replayedTo - report.from) / (report.to - report.from)) * 100);
}

const MAX_INSTRUMENTS_SHOWN = 6;

function instruments(view: PageView): SafeHtml[] {
  const words = { long: 'Long ', short: 'Short ', single: '' };
  const different = [...new Map(view.legs.map((leg) => [`${leg.leg.role} ${leg.leg.instrumentId}`, leg])).values()];
  const shown = different
    .slice(0, MAX_INSTRUMENTS_SHOWN)
    .map(({ leg, colour }) => html`<span><i class="key k-${colour}"></i>${words[leg.role]}${leg.instrumentId}</span>`);
  return different.length > MAX_INSTRUMENTS_SHOWN ? [...shown, html`<span>and ${different.length - MAX_INSTRUMENTS_SHOWN} more</span>`] : shown;
}

/** `1 → 15 Mar 2025 UTC`; of a short period with the times: `8 Aug 2024, 14:00 → 15:00 UTC`. */
export function periodOf(report: RunReport): string {
  const [from, to] = [report.from / 1e6, report.to / 1e6];
  if (!isSaidByDates(report.from, report.to)) {
    const end = formatDate(from) === formatDate(to) ? formatHourMinute(to) : `${formatDate(to)}, ${formatHourMinute(to)}`;
    return `${formatDate(from)}, ${formatHourMinute(from)} → ${end} UTC`;
  }
  return `${formatDate(from).slice(-4) === formatDate(to).slice(-4) ? formatDayMonth(from) : formatDate(from)} → ${formatDate(to)} UTC`;
}

/** Rows in words: `4.8 M rows`. */
export function rowsOf(rows: number): string {
  return rows >= 1e6 ? `${formatNumber(rows / 1e6, 1)}${NNBSP}M rows` : countOf(rows, 'row');
}

function facts({ report }: PageView): SafeHtml {
  const venues = [...new Set(report.venues.map((venue) => venueName(venue.venue)))];
  const rows: readonly (readonly [string, SafeHtml | string])[] = [
    ['Period', `${periodOf(report)}, ${daysOf(report)}`],
    ['Data', `${report.dataset}, ${report.dataLabel}, ${rowsOf(report.rows)}`],
    ['Capital', `${formatNumber(Number(report.capitalUsd), 0)}${NNBSP}USD${venues.length > 0 ? `, ${countOf(venues.length, 'venue')}` : ''}`],
    ['Orders', `${formatNumber(ordersSent(report), 0)} sent, ${countOf(report.fills, 'fill')}${ordersDenied(report) === 0 ? '' : `, ${formatNumber(ordersDenied(report), 0)} denied`}`],
    ['Seed', String(report.seed)],
    ['Engine', `${report.engineVersion}, replayed in ${formatDuration(report.seconds)}`],
    [
      'Journal',
      html`<code>${report.journalHash.slice(0, 12)}</code>
        <button type="button" class="copy" data-copy="${report.journalHash}" aria-label="Copy the journal's sha256">copy</button>`,
    ],
  ];
  return html`<dl class="facts">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}
