import { counted } from '../../counted.ts';
import { formatDate, formatNumber, MISSING } from '../../report/page/format.ts';
import { html, type HtmlValue, type SafeHtml } from '../../report/page/html.ts';
import { OBJECTIVES, type SweepObjective } from '../objective.ts';
import type { SweepResult, SweepRun } from '../sweep-result.ts';
import { isPlainNumber } from '../sweep-table.ts';
import { figureText, pointText } from '../sweep-text.ts';

/** Rows a page holds; the files hold all. */
const MAX_ROWS = 1_000;
const MAX_FAILURES = 20;

interface Column {
  readonly label: string;
  readonly isText: boolean;
  readonly cell: (run: SweepRun) => HtmlValue;
  /** What the column is sorted by; null comes last. */
  readonly value: (run: SweepRun) => string | number | null;
  readonly tone?: (run: SweepRun) => string;
}

/** The table of all runs, sorted by what they were ranked by; every column sorts. */
export function runsSection(result: SweepResult): SafeHtml {
  const { runs, ranking, windows } = result;
  const places = new Map(ranking.map((run, i) => [run, i]));
  const sorted = windows !== null ? [...runs] : [...runs].sort((a, b) => (places.get(a.run) ?? Infinity) - (places.get(b.run) ?? Infinity) || a.run - b.run);
  const shown = sorted.slice(0, MAX_ROWS);
  const columns = columnsOf(result);
  const cut = sorted.length > shown.length ? ` The best ${formatNumber(MAX_ROWS, 0)} are shown.` : '';
  return html`<section id="runs"><div class="row one"><figure class="panel"><div class="ph"><h2>${windows === null ? 'All runs' : 'Tests'}</h2></div>
    <p class="sub">${counted(runs.length, windows === null ? 'run' : 'test')}, each with the journal hash that arb backtest gives with its parameters. A heading sorts.${cut}</p>
    <div class="scroll tbl" tabindex="0" role="region" aria-label="All runs"><table class="sortable"><thead><tr>${columns.map(({ label, isText }) =>
    html`<th scope="col"${isText ? '' : html` class="r"`} aria-sort="none"><button type="button">${label}</button></th>`)}</tr></thead><tbody>${shown.map((run) => row(run, columns))}</tbody></table></div>
    </figure></div></section>${failures(result)}`;
}

/** What failed and why, one line each. */
function failures({ runs, failures: count }: SweepResult): SafeHtml | '' {
  if (count === 0) return '';
  const failed = runs.filter(({ failure }) => failure !== null);
  const more = failed.length > MAX_FAILURES ? html`<dt></dt><dd>and ${failed.length - MAX_FAILURES} more in sweep.csv</dd>` : '';
  return html`<section class="again"><h2>${counted(count, 'run')} failed</h2><dl>${failed.slice(0, MAX_FAILURES).map((run) => html`<dt>${pointText(run.params)}</dt><dd>${run.failure}</dd>`)}${more}</dl></section>`;
}

function row(run: SweepRun, columns: readonly Column[]): SafeHtml {
  return html`<tr id="r${run.run}">${columns.map(({ isText, cell, value, tone }) => {
    const classes = [isText ? '' : 'r', tone?.(run) ?? ''].filter((name) => name !== '').join(' ');
    return html`<td${classes === '' ? '' : html` class="${classes}"`} data-v="${value(run) ?? ''}">${cell(run)}</td>`;
  })}</tr>`;
}

function columnsOf({ parameters, by, windows }: SweepResult): Column[] {
  return [
    { label: '#', isText: false, cell: ({ run }) => run, value: ({ run }) => run },
    ...(windows === null ? [] : [{ label: 'Tested from', isText: true, cell: ({ from }: SweepRun) => (from === null ? MISSING : formatDate(from / 1e6)), value: ({ from }: SweepRun) => from }]),
    ...parameters.map(({ name, values }): Column => ({ label: name, isText: !values.every(isPlainNumber), cell: ({ params }) => params[name] ?? MISSING, value: ({ params }) => params[name] ?? null })),
    { ...figureColumn(by), cell: (run) => (run.failure === null ? figureText(by, run[by]) : html`<span class="loss" title="${run.failure}">failed</span>`) },
    ...[...(Object.keys(OBJECTIVES) as SweepObjective[]).filter((figure) => figure !== by)].map(figureColumn),
    countColumn('Fees USD', ({ feesUsd }) => feesUsd, 2), countColumn('Slippage USD', ({ slippageUsd }) => slippageUsd, 2),
    countColumn('Fills', ({ fills }) => fills, 0), countColumn('Orders', ({ orders }) => orders, 0), countColumn('Seconds', ({ seconds }) => seconds, 2),
    { label: 'Journal', isText: true, cell: ({ journalHash }) => (journalHash === null ? MISSING : html`<code title="${journalHash}">${journalHash.slice(0, 10)}</code>`), value: ({ journalHash }) => journalHash },
  ];
}

function figureColumn(figure: SweepObjective): Column {
  const { label, unit, isLessBetter } = OBJECTIVES[figure];
  return {
    label: unit === '' ? label : `${label} ${unit}`, isText: false, cell: (run) => figureText(figure, run[figure]), value: (run) => run[figure],
    tone: (run) => (!isLessBetter && Number(run[figure]) < 0 ? 'loss' : ''),
  };
}

function countColumn(label: string, value: (run: SweepRun) => string | number | null, decimals: number): Column {
  return { label, isText: false, cell: (run) => formatNumber(numberOf(value(run)), decimals), value };
}

const numberOf = (value: string | number | null): number | null => (value === null ? null : Number(value));
