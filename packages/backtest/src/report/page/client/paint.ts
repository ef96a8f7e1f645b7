import type uPlot from 'uplot';
import { spread } from '../scale.ts';
import { canvasFont, END, run, token, TO } from './dom.ts';

/** Device pixels per CSS pixel of a plot; 3 on paper. */
export const pixelRatioOf = (plot: uPlot): number => (plot as uPlot & { arbPixelRatio?: number }).arbPixelRatio ?? devicePixelRatio;

/** Grey bands where the pair was in position, hatching where nothing was replayed. */
export function paintBands(plot: uPlot, pairId: string | null): void {
  const { ctx, bbox } = plot;
  const span = (from: number, to: number): [number, number] => [
    Math.max(bbox.left, plot.valToPos(from, 'x', true)),
    Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true)),
  ];
  ctx.save();
  ctx.fillStyle = token('in-market');
  let painted = -Infinity;
  for (const [from, to] of tripIntervals(pairId)) {
    const [left, right] = span(Math.max(from, painted), to);
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    painted = Math.max(painted, to);
  }
  ctx.restore();
  paintUnreplayed(plot, span(END, TO));
}

/** When a pair, or any pair, was in position; by start. */
function tripIntervals(pairId: string | null): [number, number][] {
  return run.trips
    .filter((trip) => pairId === null || trip.pairId === pairId)
    .map((trip): [number, number] => [trip.from / 1e6, trip.to === null ? END : trip.to / 1e6])
    .sort((a, b) => a[0] - b[0]);
}

function paintUnreplayed(plot: uPlot, [left, right]: readonly [number, number]): void {
  if (END >= TO || right <= left) return;
  const { ctx, bbox } = plot;
  const step = 7 * pixelRatioOf(plot);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = token('line-strong');
  ctx.lineWidth = pixelRatioOf(plot);
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** A horizontal line at a value. */
export function paintLine(plot: uPlot, value: number, style: { readonly color: string; readonly isDashed?: boolean }): void {
  const { ctx, bbox } = plot;
  const ratio = pixelRatioOf(plot);
  const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
  if (y < bbox.top - 1 || y > bbox.top + bbox.height + 1) return;
  ctx.save();
  ctx.strokeStyle = token(style.color);
  ctx.lineWidth = ratio;
  ctx.setLineDash(style.isDashed ? [4 * ratio, 3 * ratio] : []);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** A name at the end of a line. */
export interface EndLabel {
  readonly value: number | null;
  readonly text: string;
  readonly color: string;
  readonly isBold?: boolean;
}

/** Below this width, CSS px, the legend names the lines. */
export const NARROW_PX = 500;
const LABEL_GAP_PX = 13;
const LABEL_INDENT_PX = 8;
const MIN_GUTTER_PX = 78;
const MAX_GUTTER_PX = 150;
let gutterPx = MIN_GUTTER_PX;

/** Room at the right of every time chart for names at line ends: all charts have the same, since they share one time axis. */
export const labelGutter = (): number => gutterPx;

/** Makes room for the widest of these names. */
export function reserveGutter(texts: readonly string[]): void {
  const ctx = document.createElement('canvas').getContext('2d')!;
  ctx.font = canvasFont(11, '600');
  const widest = Math.max(0, ...texts.map((text) => ctx.measureText(text).width));
  gutterPx = Math.min(MAX_GUTTER_PX, Math.max(MIN_GUTTER_PX, Math.ceil(widest) + LABEL_INDENT_PX + 2));
}

/** A text, cut with an ellipsis where it is too wide. */
function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let length = text.length - 1;
  while (length > 0 && ctx.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}

/** Names at the line ends, kept apart and within the chart. */
export function paintEndLabels(plot: uPlot, labels: readonly EndLabel[]): void {
  if (plot.width < NARROW_PX) return;
  const { ctx, bbox } = plot;
  const ratio = pixelRatioOf(plot);
  const inside = (value: number): number => Math.max(bbox.top + 5 * ratio, Math.min(bbox.top + bbox.height - 5 * ratio, plot.valToPos(value, 'y', true)));
  const placed = labels
    .filter((label) => label.value !== null)
    .map((label) => ({ ...label, y: inside(label.value!) }))
    .sort((a, b) => a.y - b.y);
  const places = spread(
    placed.map((label) => label.y),
    { gap: LABEL_GAP_PX * ratio, from: bbox.top + 5 * ratio, to: bbox.top + bbox.height - 1 * ratio },
  );
  const left = bbox.left + bbox.width + LABEL_INDENT_PX * ratio;
  ctx.save();
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  placed.forEach((label, index) => {
    ctx.font = canvasFont(11 * ratio, label.isBold ? '600' : '');
    ctx.fillStyle = token(label.color);
    ctx.fillText(fitted(ctx, label.text, ctx.canvas.width - left), left, places[index]!);
  });
  ctx.restore();
}

/** Area tint: gain above zero, loss below. */
export function gainLossFill(plot: uPlot): CanvasGradient | string {
  const { ctx, bbox } = plot;
  const zero = plot.valToPos(0, 'y', true);
  if (!Number.isFinite(zero) || bbox.height === 0) return 'transparent';
  const share = Math.min(1, Math.max(0, (zero - bbox.top) / bbox.height));
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
  gradient.addColorStop(0, token('gain-fill'));
  gradient.addColorStop(share, token('gain-fill-0'));
  gradient.addColorStop(share, token('loss-fill-0'));
  gradient.addColorStop(1, token('loss-fill'));
  return gradient;
}

/** The value of a series at the right edge of the view; null where it is hidden. */
export function lastInView(plot: uPlot, seriesIndex: number): number | null {
  if (plot.series[seriesIndex]!.show === false) return null;
  const stamps = plot.data[0];
  const edge = plot.scales['x']!.max!;
  const values = plot.data[seriesIndex]!;
  let index = stamps.length - 1;
  while (index > 0 && (stamps[index]! > edge || values[index] === null)) index -= 1;
  return values[index] ?? null;
}
