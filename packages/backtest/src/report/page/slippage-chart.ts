import { countBins, type Histogram, histogramGrid } from '../slippage.ts';
import { formatSigned } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { LegColour } from './page-view.ts';
import { niceStep } from './scale.ts';

const WIDTH = 384;
const ROW_HEIGHT = 104;

/** Slippage of the fills of one leg or venue, bps. */
export interface SlippageView {
  readonly label: string;
  readonly colour: LegColour;
  readonly bps: readonly number[];
}

/** One histogram a leg on one common axis; right of zero is better than the mid. Null where no fill has an arrival mid. */
export function slippageChart(legs: readonly SlippageView[]): SafeHtml | null {
  const grid = histogramGrid(legs.flatMap((leg) => leg.bps));
  if (grid === null) return null;
  const end = grid.start + grid.bins * grid.binWidth;
  const x = (bps: number): number => round(8 + ((bps - grid.start) / (end - grid.start)) * (WIDTH - 16));
  const histograms = legs.map((leg) => countBins(leg.bps, grid));
  const highest = Math.max(1, ...histograms.flatMap((histogram) => histogram.counts));
  const bottom = legs.length * ROW_HEIGHT;
  const step = niceStep(end - grid.start, 6);
  const ticks: SafeHtml[] = [];
  for (let bps = Math.ceil(grid.start / step) * step; bps <= end + 1e-9; bps += step) {
    const isZero = Math.abs(bps) < 1e-9;
    ticks.push(
      html`<text x="${Math.max(14, Math.min(WIDTH - 14, x(bps)))}" y="${bottom + 16}" text-anchor="middle">
        ${isZero ? '0' : formatSigned(bps, step < 0.5 ? 2 : step < 1 || step % 1 !== 0 ? 1 : 0)}</text>`,
    );
  }
  const means = legs.map(({ label, bps }) => `${label} mean ${formatSigned(meanOf(bps), 2)}`).join(', ');
  return html`<svg class="c" viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-label="Slippage of each fill in basis points: ${means}.">
    <path class="g" d="M${x(0)} 4V${bottom - 2}"/>${legs.map(
    (leg, index) => drawRow(leg, { histogram: histograms[index]!, x, top: 4 + index * ROW_HEIGHT, highest }),
  )}${ticks}</svg>`;
}

interface RowFrame {
  readonly histogram: Histogram;
  readonly x: (bps: number) => number;
  readonly top: number;
  readonly highest: number;
}

function drawRow({ label, colour, bps }: SlippageView, { histogram, x, top, highest }: RowFrame): SafeHtml {
  const { start, binWidth, counts } = histogram;
  const bars = counts.map((count, index) => {
    if (count === 0) return '';
    const height = round((count / highest) * 66);
    const from = start + index * binWidth;
    const decimals = binWidth < 0.1 ? 2 : binWidth < 1 ? 2 : 1;
    const tip = `${label}, ${formatSigned(from, decimals)} to ${formatSigned(from + binWidth, decimals)} bps | ${count} of ${bps.length} fills`;
    return html`<rect class="${colour === 'short' ? 'short' : colour === 'long' ? 'long' : 'net'}" x="${round(x(from) + 0.75)}" y="${round(top + 88 - height)}" width="${Math.max(1, round(x(from + binWidth) - x(from) - 1.5))}" height="${height}" data-tip="${tip}"/>`;
  });
  const mean = meanOf(bps);
  const marker = bps.length === 0 ? '' : html`<path d="M${x(mean)} ${top + 88}v6" style="stroke:var(--ink)" stroke-width="2"/>`;
  return html`<text class="s" x="8" y="${top + 9}" style="fill:var(--${colour})">${label}<tspan class="i" dx="8">
    ${bps.length === 0 ? 'no data' : `mean ${formatSigned(mean, 2)} bps`}</tspan></text>${bars}<path class="z" d="M8 ${top + 88.5}H${WIDTH - 8}"/>
    ${marker}`;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
