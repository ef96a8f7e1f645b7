import { MARKOUT_HORIZONS_SECONDS } from '../markouts.ts';
import type { MarkoutLine } from '../run-report.ts';
import { formatNumber, formatSigned } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import { spread, widthOf } from './scale.ts';

const WIDTH = 384;
const HEIGHT = 232;
const LEFT = 58;
/** Room for the names at the line ends, and letters of one at most: it is cut beyond. */
const MIN_RIGHT = 84;
const MAX_NAME = 17;
const NAME_GAP = 14;
/** Names of the horizons on the axis. */
export const HORIZON_NAMES: readonly string[] = ['1 s', '10 s', '60 s', '5 min'];

/** A line of the chart with its name and paint. */
export interface MarkoutView {
  readonly line: MarkoutLine;
  readonly label: string;
  readonly colour: 'long' | 'short' | 'ink-2' | 'ink';
}

/** Mean markouts with their 95 % intervals, one line a leg and one for the pair. */
export function markoutChart(views: readonly MarkoutView[]): SafeHtml {
  const known = views.flatMap(({ line }) =>
    line.points
      .filter((point) => point.meanBps !== null)
      .map((point) => ({ low: point.meanBps! - (point.ci95Bps ?? 0), high: point.meanBps! + (point.ci95Bps ?? 0) })),
  );
  const high = Math.max(0.5, ...known.map((point) => point.high));
  const low = Math.min(-0.5, ...known.map((point) => point.low));
  const step = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => Math.ceil(high / size) - Math.floor(low / size) <= 5) ?? (high - low) / 4;
  const [bottom, top] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const names = views.map(({ label }) => (label.length > MAX_NAME ? `${label.slice(0, MAX_NAME - 1)}…` : label));
  const right = Math.max(MIN_RIGHT, NAME_GAP + 4 + Math.max(0, ...names.map((name) => widthOf(name, true))));
  const x = (horizon: number): number => round(LEFT + (horizon * (WIDTH - LEFT - right)) / (MARKOUT_HORIZONS_SECONDS.length - 1));
  const y = (bps: number): number => round(HEIGHT - 26 - ((bps - bottom) / (top - bottom)) * (HEIGHT - 26 - 10));
  const ticks: SafeHtml[] = [];
  for (let index = 0; bottom + index * step <= top + 1e-9; index += 1) {
    const bps = bottom + index * step;
    const isZero = Math.abs(bps) < 1e-9;
    ticks.push(
      html`<path class="${isZero ? 'z' : 'g'}" d="M40 ${y(bps)}H${round(WIDTH - right + 8)}"/><text x="32" y="${y(bps) + 4}" text-anchor="end">
        ${isZero ? '0' : formatSigned(bps, step < 1 ? (step < 0.5 ? 2 : 1) : 0)}</text>`,
    );
  }
  return html`<svg class="c" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Mean markout in basis points 1, 10, 60 and 300 seconds after the fill, per leg and for the pair.">
    ${ticks}${HORIZON_NAMES.map(
    (name, index) => html`<text x="${x(index)}" y="${HEIGHT - 8}" text-anchor="middle">${name}</text>`,
  )}${views.map((view, index) => drawLine(view, { x, y, shift: (index - (views.length - 1) / 2) * 5 }))}${endNames(views.map((view, index) => ({ ...view, label: names[index]! })), y, round(WIDTH - right + NAME_GAP))}</svg>`;
}

interface LineAxes {
  readonly x: (horizon: number) => number;
  readonly y: (bps: number) => number;
  readonly shift: number;
}

function drawLine({ line, label, colour }: MarkoutView, { x, y, shift }: LineAxes): SafeHtml {
  const points = line.points.map((point, index) => ({ ...point, index })).filter((point) => point.meanBps !== null);
  const className = colour === 'long' || colour === 'short' ? colour : 'net';
  const at = (index: number): number => round(x(index) + shift);
  const intervals = points
    .filter((point) => point.ci95Bps !== null)
    .map((point) => html`<path class="ci" d="M${at(point.index)} ${y(point.meanBps! - point.ci95Bps!)}V${y(point.meanBps! + point.ci95Bps!)}"/>`);
  const path = points.map((point) => `${at(point.index)} ${y(point.meanBps!)}`).join('L');
  const marks = points.map((point) => {
    const tip = `${label}, ${point.seconds} s after the fill | ${formatSigned(point.meanBps, 2)}${point.ci95Bps === null ? '' : ` ± ${formatNumber(point.ci95Bps, 2)}`} bps, n = ${point.n}`;
    return line.role === 'pair'
      ? html`<rect x="${round(at(point.index) - 3)}" y="${round(y(point.meanBps!) - 3)}" width="6" height="6" data-tip="${tip}"/>`
      : html`<circle cx="${at(point.index)}" cy="${y(point.meanBps!)}" r="3" data-tip="${tip}"/>`;
  });
  return html`<g class="${className}">${intervals}${path === '' ? '' : html`<path class="ln" d="M${path}"/>`}${marks}</g>`;
}

/** Beside the line ends, apart from each other and above the axis. */
function endNames(views: readonly MarkoutView[], y: (bps: number) => number, x: number): SafeHtml[] {
  const ends = views
    .flatMap(({ line, label, colour }) => {
      const last = line.points.filter((point) => point.meanBps !== null).at(-1);
      return last === undefined ? [] : [{ label, colour, y: y(last.meanBps!) }];
    })
    .sort((a, b) => a.y - b.y);
  const places = spread(ends.map((end) => end.y), { gap: 15, from: 8, to: HEIGHT - 26 });
  return ends.map(
    (end, index) => html`<text x="${x}" y="${round(places[index]! + 4)}" style="fill:var(--${end.colour});font-weight:550">${end.label}</text>`,
  );
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
