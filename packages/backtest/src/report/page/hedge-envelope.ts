import type { RunReport } from '../run-report.ts';
import { formatDayTime, formatDuration, formatNumber } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import { niceCeiling, niceTicks, widthOf } from './scale.ts';

const WIDTH = 384;
const HEIGHT = 250;
const MIN_LEFT = 44;
const LABEL_GAP = 8;
const TOP = 22;
const RIGHT = 8;
const BOTTOM = 30;
/** Dots of the chart: those over budget and the largest. */
export const MAX_EPISODE_DOTS = 150;

/** Unhedged episodes as dots of seconds and USD, with the budget as the curve they must stay under. */
export function hedgeEnvelope(report: RunReport): SafeHtml {
  const { budgetSeconds, budgetUsdSeconds, maxSeconds } = report.unhedged;
  if (budgetSeconds === null || budgetUsdSeconds === null)
    return html`<div class="empty"><b>No budget is set.</b>State maxUnhedgedMs and maxUnhedgedUsdSeconds where the pair is declared.</div>`;
  const episodes = [...report.tables.hedgeEpisodes.rows].sort((a, b) => Number(b[5]) - Number(a[5]) || Number(b[4]) - Number(a[4])).slice(0, MAX_EPISODE_DOTS);
  const largestUsd = Math.max(1, ...episodes.map((row) => Math.abs(Number(row[3]))));
  const maxX = Math.max(budgetSeconds * 1.2, maxSeconds * 1.1);
  const maxY = niceCeiling(Math.max(largestUsd * 1.15, (budgetUsdSeconds / budgetSeconds) * 1.5));
  const usdTicks = niceTicks(maxY, 4);
  const left = Math.max(MIN_LEFT, LABEL_GAP + 2 + Math.max(...usdTicks.map((usd) => widthOf(formatNumber(usd, 0)))));
  const x = (seconds: number): number => round(left + (seconds / maxX) * (WIDTH - left - RIGHT));
  const y = (usd: number): number => round(HEIGHT - BOTTOM - (usd / maxY) * (HEIGHT - TOP - BOTTOM));
  const curve = budgetCurve(budgetSeconds, budgetUsdSeconds, { x, y, maxY });
  const longest = episodes.reduce<(typeof episodes)[number] | undefined>(
    (found, row) => (found === undefined || Number(row[2]) > Number(found[2]) ? row : found),
    undefined,
  );
  const labelUsd = maxY * 0.86;
  const budget = `budget: ${formatNumber(budgetUsdSeconds, 0)} USD·s, ${formatNumber(budgetSeconds, 0)} s`;
  const label = `${report.unhedged.episodes} unhedged episodes by duration and size; ${report.unhedged.overBudget} outside the budget of ${formatNumber(budgetUsdSeconds, 0)} USD seconds and ${formatNumber(budgetSeconds, 0)} seconds.`;
  const xTicks = niceTicks(maxX, 4);
  return html`<svg class="c" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}"><defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <path d="M0 0V6" style="stroke:var(--hatch)" stroke-width="2"/></pattern></defs><text x="${left - LABEL_GAP}" y="11" text-anchor="end">USD</text>
    ${usdTicks.map(
    (usd) =>
      html`<path class="${usd > 0 ? 'g' : 'z'}" d="M${left} ${y(usd)}H${WIDTH - RIGHT}"/><text x="${left - LABEL_GAP}" y="${y(usd) + 4}" text-anchor="end">
        ${formatNumber(usd, 0)}</text>`,
  )}<path class="out" d="${curve}H${WIDTH - RIGHT}V${y(maxY)}Z"/><path class="bl" d="${curve}"/>${xTicks.map(
    (seconds, index) => html`<text x="${x(seconds)}" y="${HEIGHT - 12}" text-anchor="middle">${seconds}${index === xTicks.length - 1 ? ' s' : ''}
      </text>`,
  )}
    <text class="i" x="${round(Math.min(WIDTH - widthOf(budget), x(budgetUsdSeconds / labelUsd) + 10))}" y="${y(labelUsd)}">${budget}</text>
    ${episodes.map(
    (row) => dot(row, { x, y, isLongest: row === longest }),
  )}${longest === undefined ? '' : longestLabel(longest, { x, y, left, taken: y(labelUsd) })}</svg>`;
}

/** Beneath its dot; beside it where it would leave the chart, and beneath again where the budget is named at that height. */
function longestLabel(row: RunReport['tables']['hedgeEpisodes']['rows'][number], { x, y, left, taken }: Axes & { readonly left: number; readonly taken: number }): SafeHtml {
  const [at, height] = [x(Number(row[2])), y(Math.abs(Number(row[3])))];
  const text = `longest ${formatDuration(Number(row[2]))}`;
  const half = widthOf(text, true) / 2;
  const isLeft = at < left + half;
  const beside = Math.abs(height - taken) < 14 ? height + 18 : height + 4;
  return html`<text class="s" x="${isLeft ? at + 9 : round(Math.min(WIDTH - half, at))}" y="${isLeft ? beside : Math.min(HEIGHT - BOTTOM - 5, height + 18)}" text-anchor="${isLeft ? 'start' : 'middle'}">
    ${text}</text>`;
}

interface Axes {
  readonly x: (seconds: number) => number;
  readonly y: (usd: number) => number;
}

function budgetCurve(budgetSeconds: number, budgetUsdSeconds: number, { x, y, maxY }: Axes & { readonly maxY: number }): string {
  const points: string[] = [];
  const first = Math.min(budgetUsdSeconds / maxY, budgetSeconds);
  for (let step = 0; step <= 60; step += 1) {
    const seconds = first + ((budgetSeconds - first) * step) / 60;
    points.push(`${x(seconds)} ${y(Math.min(maxY, budgetUsdSeconds / seconds))}`);
  }
  return `M${points.join('L')}L${x(budgetSeconds)} ${y(0)}`;
}

function dot(row: RunReport['tables']['hedgeEpisodes']['rows'][number], { x, y, isLongest }: Axes & { readonly isLongest: boolean }): SafeHtml {
  const [ts, seconds, usd, usdSeconds] = [Number(row[0]), Number(row[2]), Math.abs(Number(row[3])), Number(row[4])];
  const className = row[5] === true ? ' o' : isLongest ? ' w' : '';
  const tip = `${formatDayTime(ts / 1e6)} UTC | ${formatNumber(usd, 0)} USD for ${formatDuration(seconds)} | ${formatNumber(usdSeconds, 0)} USD·s, order ${String(row[7])}`;
  return html`<circle class="dot${className}" cx="${x(seconds)}" cy="${y(usd)}" r="${className === '' ? 2.75 : 4}" data-tip="${tip}"/>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
