import type { RunReport } from '../run-report.ts';
import { formatDuration, formatNumber, NNBSP, venueName } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageView } from './page-view.ts';
import { countOf, definitions, sourceTable } from './parts.ts';
import { daysOf } from './verdict.ts';

/** Warnings, how to run it again, hashes, config, venue assumptions and data. */
export function runSection({ report }: PageView): SafeHtml {
  return html`<section id="run" aria-label="Run"><div class="row"><div class="panel">${warningsList(report)}<div class="ph again">
    <h2>Run it again</h2></div><p class="sub">Same data, config and seed give the same journal hash, on any machine.</p><pre tabindex="0">
    ${report.command}</pre></div><div class="panel"><div class="ph"><h2>Identity</h2></div>${identity(report)}</div></div><div class="row three side">
    ${config(
    report,
  )}${venues(report)}${data(report)}</div></section>`;
}

function warningsList({ warnings }: RunReport): SafeHtml {
  if (warnings.length === 0) return html`<div class="ph"><h2>Warnings</h2></div><p class="sub">None.</p>`;
  return html`<div class="ph"><h2>Warnings</h2></div><ul class="warns">${warnings.map(({ level, head, text }) => html`<li>
    <span class="ic${level === 'bad' ? ' bad' : ''}" aria-hidden="true">${level === 'bad' ? '✕' : '!'}</span><span><b>${head}.</b> ${text}</span>
    </li>`)}</ul>`;
}

function identity(report: RunReport): SafeHtml {
  const hash = (value: string): SafeHtml => html`<code>${value.slice(0, 16)}</code>`;
  return definitions(
    [
      ['Journal sha256', hash(report.journalHash)],
      ['Config sha256', hash(report.configHash)],
      ['Data sha256', hash(report.dataHash)],
      ['Seed', String(report.seed)],
      ['Engine, core', `${report.engineVersion}, ${report.coreVersion}`],
      ['Node', report.nodeVersion],
      ['Replayed', `${countOf(report.rows, 'row')} in ${formatDuration(report.seconds)}`],
      ...strategyRows(report),
    ],
    'kv',
  );
}

function strategyRows(report: RunReport): (readonly [string, string])[] {
  if (report.strategies.length < 2) return [];
  return report.strategies.map((strategy) => [`${strategy.name} ${strategy.id}`, `${formatNumber(Number(strategy.netPnlUsd))}${NNBSP}USD`]);
}

function config(report: RunReport): SafeHtml {
  return html`<div class="panel"><div class="ph"><h2>Config</h2></div><p class="sub">Effective values and where each came from.</p>${sourceTable(
    ['Setting', 'Value', 'From'],
    report.config.map((entry) => [entry.key, entry.value, entry.source]),
  )}</div>`;
}

function venues(report: RunReport): SafeHtml {
  const lists = report.venues.map((venue) => html`<h3>${venueName(venue.venue)}</h3>${definitions(venue.facts, 'kv')}`);
  return html`<div class="panel"><div class="ph"><h2>Simulated venues</h2></div><p class="sub">Assumptions that move the result.</p>
    ${lists.length === 0 ? html`<div class="empty"><b>No venue was simulated.</b></div>` : lists}</div>`;
}

const MAX_STREAMS_SHOWN = 40;

function data(report: RunReport): SafeHtml {
  const rows = report.data
    .slice(0, MAX_STREAMS_SHOWN)
    .map(
      (stream) =>
        [
          html`${capital(stream.kind)} <span class="mut">${stream.instrumentId}</span>${stream.note === '' ? '' : html`<small>${stream.note}
            </small>`}`,
          formatNumber(stream.rows, 0),
          stream.gaps > 0 ? countOf(stream.gaps, 'gap') : '',
        ] as const,
    );
  return html`<div class="panel"><div class="ph"><h2>Data</h2></div><p class="sub">
    ${report.dataset}, ${report.dataLabel}, ${daysOf(report)}: rows and what to know of them.</p>${sourceTable(['Kind', 'Rows', 'Gaps'], rows)}
    </div>`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replace(/_/g, ' ');
}
