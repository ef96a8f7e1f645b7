import { formatNumber, MISSING } from '../../report/page/format.ts';
import { html, type HtmlValue, type SafeHtml } from '../../report/page/html.ts';
import { panel, plainTable } from '../../report/page/parts.ts';
import { percentile } from '../../report/statistics.ts';
import { OBJECTIVES, type SweepObjective } from '../objective.ts';
import type { SweepResult, SweepRun, SweptParameter } from '../sweep-result.ts';
import { isPlainNumber } from '../sweep-table.ts';
import { figureText } from '../sweep-text.ts';
import { signedBar } from './signed-bar.ts';

/** Values of a parameter that a map shows by rows and columns. */
const MAX_MAP_VALUES = 40;
/** Values of a parameter that have a row each; more are drawn as points. */
const MAX_LISTED_VALUES = 24;
/** Strongest shade of a cell, percent: text must stay easy to read on it. */
const MAX_SHADE = 50;

/** How the figure depends on the parameters: a map of two, bars of one, a panel for each of more. */
export function parameterSection(result: SweepResult): SafeHtml | '' {
  const varied = result.parameters.filter(({ values }) => values.length > 1);
  if (varied.length === 0 || result.windows !== null) return '';
  const isMap = varied.length === 2 && result.kind === 'grid' && varied.every(({ values }) => values.length <= MAX_MAP_VALUES);
  const panels = isMap ? [heatmap(result, varied[1]!, varied[0]!)] : varied.map((parameter) => parameterPanel(result, parameter, varied.length === 1));
  return html`<section id="parameters"><div class="row ${isMap || varied.length === 1 ? 'one' : 'two'}">${panels}</div></section>`;
}

function labelOf(by: SweepObjective): string { return `${OBJECTIVES[by].label}${OBJECTIVES[by].unit === '' ? '' : `, ${OBJECTIVES[by].unit}`}`; }

const figureOf = (run: SweepRun | undefined, by: SweepObjective): number | null => (run === undefined || run.failure !== null || run[by] === null ? null : Number(run[by]));

/** Rows are the first parameter, columns the second. */
function heatmap(result: SweepResult, across: SweptParameter, down: SweptParameter): SafeHtml {
  const { runs, by, ranking } = result;
  const byPoint = new Map(runs.map((run) => [JSON.stringify([run.params[down.name], run.params[across.name]]), run]));
  const most = Math.max(0, ...runs.map((run) => Math.abs(figureOf(run, by) ?? 0)));
  const cell = (run: SweepRun | undefined): SafeHtml => {
    if (run === undefined) return html`<td class="none" title="not run">${MISSING}</td>`;
    const value = figureOf(run, by);
    if (value === null) return html`<td class="none"><a href="#r${run.run}" title="${run.failure ?? 'no value'}">${run.failure === null ? MISSING : 'failed'}</a></td>`;
    const isBest = run.run === ranking[0];
    return html`<td${isBest ? html` class="best"` : ''} style="background:${shade(value, most, by)}"><a href="#r${run.run}" title="${`${down.name} ${run.params[down.name]!}, ${across.name} ${run.params[across.name]!}: ${figureText(by, value)} ${OBJECTIVES[by].unit}${isBest ? ', the best' : ''}`}">${figureText(by, value)}</a></td>`;
  };
  const body = down.values.map((row) => html`<tr><th scope="row">${row}</th>${across.values.map((column) => cell(byPoint.get(JSON.stringify([row, column]))))}</tr>`);
  return panel({ title: `${labelOf(by)} by ${down.name} and ${across.name}`, subtitle: 'The best run is framed. A neighbourhood of good cells says more than one good cell.' }, html`<div class="scroll" tabindex="0" role="region" aria-label="Map of results"><table class="heat">
    <thead><tr><td class="corner"></td><th scope="colgroup" colspan="${across.values.length}">${across.name}</th></tr><tr><th scope="col">${down.name}</th>${across.values.map((value) => html`<th scope="col">${value}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>`);
}

function shade(value: number, most: number, by: SweepObjective): string {
  const part = most === 0 ? 0 : Math.abs(value) / most * MAX_SHADE;
  const colour = OBJECTIVES[by].isLessBetter || value < 0 ? 'loss' : 'gain';
  return `color-mix(in srgb,var(--${colour}) ${part.toFixed(0)}%,var(--bg))`;
}

/** What each value of a parameter came to, over all values of the others. */
function parameterPanel(result: SweepResult, parameter: SweptParameter, isOnly: boolean): SafeHtml {
  const { runs, by } = result;
  const { name } = parameter;
  const known = runs.flatMap((run) => { const figure = figureOf(run, by); return figure === null ? [] : [{ run, figure }]; });
  if (parameter.values.length > MAX_LISTED_VALUES && parameter.values.every(isPlainNumber)) return scatter(parameter, known, by);
  const groups = parameter.values.map((value) => ({ value, figures: known.filter(({ run }) => run.params[name] === value).map(({ figure }) => figure) }));
  const sign = OBJECTIVES[by].isLessBetter ? 1 : -1;
  const medians = groups.map(({ figures }) => percentile(figures, 0.5));
  const most = Math.max(0, ...medians.map((median) => Math.abs(median ?? 0)));
  const text = (figure: number | null | undefined): string => figureText(by, figure ?? null);
  const rows = groups.map(({ value, figures }, i): HtmlValue[] => {
    const sorted = [...figures].sort((a, b) => sign * (a - b));
    const figuresShown = isOnly ? [text(sorted[0])] : [text(sorted[0]), text(medians[i]), text(sorted.at(-1)), formatNumber(figures.length, 0)];
    return [value, ...figuresShown, signedBar(medians[i] ?? 0, most)];
  });
  const head = isOnly ? [name, labelOf(by), ''] : [name, 'Best', 'Median', 'Worst', 'Runs', ''];
  return panel({ title: `${labelOf(by)} by ${name}`, subtitle: isOnly ? 'One run a value.' : 'Over all values of the other parameters; bars show the median.' }, html`<div class="scroll" tabindex="0" role="region" aria-label="By ${name}">${plainTable({ head, rows, className: isOnly ? 'byvalue only' : 'byvalue' })}</div>`);
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [520, 240, 64, 12, 12, 30];

/** One point a run: a parameter drawn from a range has as many values as runs. */
function scatter({ name, values }: SweptParameter, known: readonly { readonly run: SweepRun; readonly figure: number }[], by: SweepObjective): SafeHtml {
  const xs = values.map(Number);
  const ys = known.map(({ figure }) => figure);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const x = (value: number): string => (LEFT + (x1 === x0 ? 0.5 : (value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number): string => (TOP + (y1 === y0 ? 0.5 : (y1 - value) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const ticks = [...new Set([y0, 0, y1])];
  const points = known.map(({ run, figure }) => html`<a href="#r${run.run}"><circle class="${figure < 0 ? 'dot o' : 'dot w'}" cx="${x(Number(run.params[name]))}" cy="${y(figure)}" r="3"><title>${`${name} ${run.params[name]!}: ${figureText(by, figure)} ${OBJECTIVES[by].unit}`}</title></circle></a>`);
  return panel({ title: `${labelOf(by)} by ${name}`, subtitle: 'One point a run; what else it had differs from point to point.' }, html`<svg class="c" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${labelOf(by)} by ${name}, one point a run; the table below has the figures">
    ${ticks.map((tick) => html`<line class="${tick === 0 ? 'z' : 'g'}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"></line><text x="${LEFT - 8}" y="${y(tick)}" dy="4" text-anchor="end">${figureText(by, tick)}</text>`)}
    <text x="${LEFT}" y="${HEIGHT - 8}">${formatNumber(x0, 2)}</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${formatNumber(x1, 2)}</text><text class="i" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${name}</text>${points}</svg>`);
}
