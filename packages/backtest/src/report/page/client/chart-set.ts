import type uPlot from 'uplot';
import type { RoundTrip } from '../../run-report.ts';
import { escapeHtml, formatDuration, formatNumber, formatPct, formatSigned, formatSignedUsd, NNBSP } from '../format.ts';
import type { PageLeg, StepCurve } from '../page-data.ts';
import { niceStep } from '../scale.ts';
import { charts } from './board.ts';
import { drawdown, type EncodedSeries } from '../../series.ts';
import { decode, heldAt, mergeSteps, shareOf, stampsOf } from './curves.ts';
import { canvasFont, END, find, FROM, run, series, token } from './dom.ts';
import { type EndLabel, gainLossFill, lastInView, NARROW_PX, paintEndLabels, paintLine, pixelRatioOf, reserveGutter } from './paint.ts';
import { type ChartLine, type ChartOptions, TimeChart } from './time-chart.ts';

type Group = (typeof series.groups)[number];

/** Decimals that a tick needs to be told exactly, at most three. */
const decimalsOf = (step: number): number => [0, 1, 2].find((decimals) => Math.abs((step * 10 ** decimals) % 1) < 1e-6 || Math.abs((step * 10 ** decimals) % 1) > 1 - 1e-6) ?? 3;
const usdAxis = (value: number, step?: number): string =>
  step === undefined ? looseUsd(value) : value === 0 ? '0' : formatSigned(value, decimalsOf(step));
const looseUsd = (value: number): string => (value === 0 ? '0' : formatSigned(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 && value % 1 !== 0 ? 1 : 0));
const thousandsAxis = (value: number, step = value): string =>
  value === 0 ? '0' : step < 100 ? formatSigned(value, decimalsOf(step)) : `${formatSigned(value / 1_000, decimalsOf(step / 1_000))}k`;
const usd = (value: number): string => formatSignedUsd(value);
const wholeUsd = (value: number): string => formatSignedUsd(value, 0);

const tripsOf = (group: Group): readonly RoundTrip[] => run.trips.filter((trip) => trip.pairId === group.pair?.pairId);

function whereabouts(stamp: number, pairId: string | null): string {
  const trip = run.trips.find(
    (candidate) =>
      (pairId === null || candidate.pairId === pairId) && stamp >= candidate.from / 1e6 && stamp <= (candidate.to === null ? END : candidate.to / 1e6),
  );
  if (run.pairs.length === 0) return '';
  return `<span class="ev">${trip === undefined ? 'flat' : `in position, round trip ${trip.n}`}</span>`;
}

function add(options: ChartOptions): void {
  if (document.getElementById(options.id) !== null && options.stamps.length > 0) charts.push(new TimeChart(options));
}

/** Every name that stands at a line end, whichever pair is shown. */
function endTexts(): string[] {
  return [...series.groups.flatMap((group) => [...group.legs.map((leg) => leg.label), ...(group.pair === null ? [] : thresholdsOf(group.pair).map(({ text }) => text))]), 'together'];
}

/** The charts of the whole run: they stay. */
export function drawResultCharts(): void {
  reserveGutter(endTexts());
  const stamps = stampsOf(series.netPnlUsd);
  const net = decode(series.netPnlUsd);
  const falls = series.drawdownUsd === undefined ? drawdown(net) : decode({ d: series.drawdownUsd, scale: series.netPnlUsd.scale });
  const looks = looksOf(series.netPnlUsd);
  const note = (stamp: number): string => whereabouts(stamp, null);
  const hasFunding = run.fundingPayments > 0;
  add({
    id: 'c-eq',
    heightPx: 232,
    phoneHeightPx: 200,
    hasNoTimeAxis: true,
    pairId: null,
    stamps,
    ...looks,
    values: hasFunding ? [net, heldAt(series.fundingUsd, stamps)] : [net],
    formatAxis: usdAxis,
    note,
    lines: [
      { label: 'Net result', color: 'ink', width: 1.25, fill: gainLossFill, format: usd },
      ...(hasFunding ? [{ label: 'Funding before costs', color: 'ink-3', width: 1, format: usd, isThin: true, isStepped: true }] : []),
    ],
    under: (plot) => paintLine(plot, 0, { color: 'line-strong' }),
    over: (plot) =>
      paintEndLabels(plot, [
        { value: lastInView(plot, 1), text: 'net', color: 'ink', isBold: true },
        ...(hasFunding ? [{ value: lastInView(plot, 2), text: 'funding', color: 'ink-3' }] : []),
      ]),
  });
  const deepest = Math.min(0, ...falls.filter((value) => value !== null));
  add({
    id: 'c-dd',
    heightPx: 104,
    phoneHeightPx: 96,
    tickSpacePx: 30,
    pairId: null,
    stamps,
    ...looks,
    values: [falls],
    formatAxis: usdAxis,
    range: (low) => [Math.min(low, -0.1) * 1.12, 0],
    lines: [{ label: 'Drawdown from peak', color: 'loss', width: 1, fill: () => token('loss-fill'), format: usd }],
    over: (plot) => paintEndLabels(plot, [{ value: deepest, text: `max ${formatNumber(deepest, Math.abs(deepest) < 10 ? 2 : 0)}`, color: 'loss' }]),
  });
}

/** The charts of one pair, or of the instruments traded without one. */
export function drawGroupCharts(group: Group): void {
  if (group.pair !== null) drawDifferential(group);
  drawFunding(group);
  drawPositions(group);
  if (group.pair !== null) drawExposure(group);
}

/** Samples that are not here because nothing changed are known; of a thinned curve only what is here is. */
function looksOf({ d, of, step }: EncodedSeries): Pick<ChartOptions, 'share' | 'sampledEvery'> {
  return of === undefined ? { sampledEvery: step } : { share: shareOf(d.length, of) };
}

function drawDifferential(group: Group): void {
  const pair = group.pair!;
  const { scale } = pair.differentialAprPct;
  const differential = decode(pair.differentialAprPct);
  const [long, short] = [pair.longAprPct, pair.shortAprPct].map((d) => decode({ d, scale })) as [(number | null)[], (number | null)[]];
  const trips = tripsOf(group);
  const { enterAprPct: enter } = pair;
  const apr = (value: number): string => formatPct(value);
  const thresholds = thresholdsOf(pair);
  add({
    id: 'c-df',
    heightPx: 268,
    phoneHeightPx: 230,
    pairId: pair.pairId,
    stamps: stampsOf(pair.differentialAprPct),
    ...looksOf(pair.differentialAprPct),
    values: [differential, long, short],
    formatAxis: (value, step = 1) => formatNumber(value, decimalsOf(step)),
    lines: [
      { label: 'Differential', color: 'ink', width: 1.25, isStepped: true, format: apr },
      { label: labelOf(group, 'long'), color: 'long', width: 1, isHidden: true, isStepped: true, format: apr },
      { label: labelOf(group, 'short'), color: 'short', width: 1, isHidden: true, isStepped: true, format: apr },
    ],
    range: (low, high) => {
      const [bottom, top] = [Math.min(0, low), Math.max(high, (enter ?? 0) * 1.15)];
      const room = (top - bottom) * 0.09 || 1;
      return [bottom - room * 0.6, top + room];
    },
    under: (plot) => {
      paintLine(plot, 0, { color: 'line-strong' });
      for (const line of thresholds) paintLine(plot, line.value, { color: 'ink-3', isDashed: true });
    },
    over: (plot) => {
      paintEndLabels(plot, thresholds);
      paintDecisions(plot, trips);
    },
    note: (stamp, plot) => decisionNear(stamp, trips, plot) ?? whereabouts(stamp, pair.pairId),
  });
}

function thresholdsOf({ enterAprPct: enter, exitAprPct: exit }: NonNullable<Group['pair']>): (EndLabel & { readonly value: number })[] {
  return [
    ...(enter === null ? [] : [{ value: enter, text: `enter ≥ ${enter}${NNBSP}%`, color: 'ink-2' }]),
    ...(exit === null ? [] : [{ value: exit, text: `exit ≤ ${exit}${NNBSP}%`, color: 'ink-2' }]),
  ];
}

const labelOf = (group: Group, role: PageLeg['role']): string => group.legs.find((leg) => leg.role === role)?.label ?? role;

function decisionNear(stamp: number, trips: readonly RoundTrip[], plot: uPlot): string | undefined {
  const reach = (plot.scales['x']!.max! - plot.scales['x']!.min!) / 400;
  for (const trip of trips) {
    if (Math.abs(trip.from / 1e6 - stamp) < reach) return `<span class="ev">▲ entered ${trip.n} at ${formatPct(trip.aprInPct)}</span>`;
    if (trip.to !== null && Math.abs(trip.to / 1e6 - stamp) < reach) return `<span class="ev">▼ left ${trip.n} at ${formatPct(trip.aprOutPct)}</span>`;
  }
  return undefined;
}

const MANY_TRIPS = 20;

/** ▲ where a trip was entered, ▼ where it was left, its number above. */
function paintDecisions(plot: uPlot, trips: readonly RoundTrip[]): void {
  const { ctx, bbox } = plot;
  const ratio = pixelRatioOf(plot);
  ctx.save();
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const trip of trips) {
    const [from, to] = [trip.from / 1e6, trip.to === null ? END : trip.to / 1e6];
    const sizePx = trips.length > MANY_TRIPS ? 3.5 : 5.5;
    if (trip.aprInPct !== null) paintTriangle(plot, { stamp: from, value: trip.aprInPct, isUp: true, sizePx });
    if (trip.to !== null && trip.aprOutPct !== null) paintTriangle(plot, { stamp: to, value: trip.aprOutPct, isUp: false, sizePx });
    const [left, right] = [Math.max(bbox.left, plot.valToPos(from, 'x', true)), Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true))];
    if (right - left <= 20 * ratio) continue;
    ctx.font = canvasFont(11 * ratio, '600');
    ctx.fillStyle = token('ink-3');
    ctx.fillText(plot.width < NARROW_PX || right - left < 90 * ratio ? String(trip.n) : `Trip ${trip.n}`, (left + right) / 2, bbox.top + 9 * ratio);
  }
  ctx.restore();
}

function paintTriangle(
  plot: uPlot,
  { stamp, value, isUp, sizePx }: { readonly stamp: number; readonly value: number; readonly isUp: boolean; readonly sizePx: number },
): void {
  const { ctx, bbox } = plot;
  const ratio = pixelRatioOf(plot);
  const [x, y, size] = [plot.valToPos(stamp, 'x', true), plot.valToPos(value, 'y', true), sizePx * ratio];
  if (x < bbox.left - size || x > bbox.left + bbox.width + size) return;
  const tip = isUp ? -size : size;
  ctx.beginPath();
  ctx.moveTo(x, y + tip);
  ctx.lineTo(x + size, y - tip * 0.8);
  ctx.lineTo(x - size, y - tip * 0.8);
  ctx.closePath();
  ctx.lineWidth = 3.5 * ratio;
  ctx.strokeStyle = token('bg');
  ctx.stroke();
  ctx.fillStyle = isUp ? token('ink') : token('bg');
  ctx.lineWidth = 1.5 * ratio;
  ctx.strokeStyle = token('ink');
  ctx.fill();
  ctx.stroke();
}

function drawFunding(group: Group): void {
  const legs = group.pair === null ? group.legs : [...group.legs].reverse();
  if (legs.every((leg) => leg.funding.t.length === 0)) return;
  const { t, values } = mergeSteps(
    legs.map((leg) => leg.funding),
    FROM,
    END,
  );
  const hasSum = legs.length > 1;
  const sum = t.map((_, index) => values.reduce((total, leg) => total + leg[index]!, 0));
  const names = { long: 'Long leg, ', short: 'Short leg, ', single: '' };
  const lines: ChartLine[] = legs.map((leg) => ({ label: names[leg.role] + leg.label, color: leg.colour, isStepped: true, format: usd }));
  add({
    id: 'c-fu',
    heightPx: 208,
    phoneHeightPx: 190,
    pairId: group.pair?.pairId ?? null,
    stamps: t,
    ...stepTimes(legs.map((leg) => leg.funding), t),
    values: hasSum ? [...values, sum] : values,
    formatAxis: usdAxis,
    lines: hasSum ? [...lines, { label: 'Together', color: 'ink', isStepped: true, format: usd }] : lines,
    under: (plot) => paintLine(plot, 0, { color: 'line-strong' }),
    over: (plot) =>
      paintEndLabels(plot, [
        ...legs.map((leg, index): EndLabel => ({ value: lastInView(plot, index + 1), text: leg.label, color: leg.colour })),
        ...(hasSum ? [{ value: lastInView(plot, legs.length + 1), text: 'together', color: 'ink', isBold: true }] : []),
      ]),
    note: (stamp) => whereabouts(stamp, group.pair?.pairId ?? null),
  });
}

/** Steps that are all here hold until the next one, to the second; of thinned ones only what is here is known. */
function stepTimes(curves: readonly StepCurve[], stamps: readonly number[]): Pick<ChartOptions, 'share' | 'sampledEvery'> {
  const of = curves.find((curve) => curve.of !== undefined)?.of;
  return of === undefined ? { sampledEvery: 1 } : { share: shareOf(stamps.length, of) };
}

function drawPositions(group: Group): void {
  const { t, values } = mergeSteps(
    group.legs.map((leg) => leg.position),
    FROM,
    END,
  );
  const reach = Math.max(1, ...values.flat().map(Math.abs)) * 1.12;
  const names = { long: 'Long', short: 'Short', single: '' };
  add({
    id: 'c-po',
    heightPx: 196,
    phoneHeightPx: 176,
    hasNoTimeAxis: group.pair !== null,
    hasNoBands: true,
    pairId: group.pair?.pairId ?? null,
    stamps: t,
    ...stepTimes(group.legs.map((leg) => leg.position), t),
    values,
    formatAxis: thousandsAxis,
    range: () => [-reach, reach],
    lines: group.legs.map((leg) => ({
      label: names[leg.role] || leg.label,
      color: leg.colour,
      isStepped: true,
      width: 1.25,
      format: wholeUsd,
      ...(leg.colour === 'long' || leg.colour === 'short' ? { fill: () => token(`${leg.colour}-fill`) } : {}),
    })),
    under: (plot) => paintLine(plot, 0, { color: 'line-strong' }),
    over: (plot) => {
      if (group.pair !== null)
        paintEndLabels(plot, [
          { value: reach / 2, text: 'long', color: 'long' },
          { value: -reach / 2, text: 'short', color: 'short' },
        ]);
    },
  });
}

interface Wait {
  readonly stamp: number;
  readonly seconds: number;
  readonly usdSeconds: number;
  readonly isOverBudget: boolean;
}

function waitsOf(pairId: string): Wait[] {
  const { columns, rows } = run.tables.hedgeEpisodes;
  const at = (name: string): number => columns.indexOf(name);
  return rows
    .filter((row) => row[at('pairId')] === pairId)
    .map((row) => ({
      stamp: Number(row[at('ts')]) / 1e6,
      seconds: Number(row[at('seconds')]),
      usdSeconds: Number(row[at('usdSeconds')]),
      isOverBudget: row[at('isOverBudget')] === true,
    }));
}

function drawExposure(group: Group): void {
  const pair = group.pair!;
  const tolerance = pair.toleranceUsd || 1;
  const waits = waitsOf(pair.pairId);
  const exposure = decode(pair.netExposureUsd);
  const reach = Math.max(tolerance, ...exposure.filter((value) => value !== null).map(Math.abs));
  const mark = reach > 2.5 * tolerance ? niceStep(reach, 1) / 2 : tolerance;
  add({
    id: 'c-ne',
    heightPx: 150,
    phoneHeightPx: 140,
    tickSpacePx: 24,
    hasNoBands: true,
    pairId: pair.pairId,
    stamps: stampsOf(pair.netExposureUsd),
    ...looksOf(pair.netExposureUsd),
    values: [exposure],
    formatAxis: usdAxis,
    range: () => [-reach * 1.9, reach * 1.45],
    ticks: () => [-mark, 0, mark],
    lines: [{ label: 'Net exposure', color: 'ink', width: 1, format: wholeUsd, missing: 'flat' }],
    under: (plot) => {
      const { ctx, bbox } = plot;
      const [top, bottom] = [plot.valToPos(tolerance, 'y', true), plot.valToPos(-tolerance, 'y', true)];
      ctx.save();
      ctx.fillStyle = token('band');
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
      ctx.restore();
      paintLine(plot, 0, { color: 'line-strong' });
    },
    over: (plot) => {
      paintWaits(plot, waits);
      paintEndLabels(plot, [
        { value: tolerance, text: '1 lot', color: 'ink-3' },
        { value: -reach * 1.8, text: 'fills', color: 'ink-3' },
      ]);
    },
    note: (stamp, plot) => waitsNear(stamp, waits, plot) ?? whereabouts(stamp, pair.pairId),
  });
}

/** One tick at the foot for each fill that waited for its hedge. */
function paintWaits(plot: uPlot, waits: readonly Wait[]): void {
  const { ctx, bbox } = plot;
  const ratio = pixelRatioOf(plot);
  const foot = bbox.top + bbox.height;
  ctx.save();
  for (const wait of waits) {
    const x = Math.round(plot.valToPos(wait.stamp, 'x', true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = token(wait.isOverBudget ? 'loss' : 'ink-2');
    ctx.lineWidth = (wait.isOverBudget ? 2 : 1) * ratio;
    ctx.beginPath();
    ctx.moveTo(x, foot);
    ctx.lineTo(x, foot - (wait.isOverBudget ? 20 : 11) * ratio);
    ctx.stroke();
  }
  ctx.restore();
}

function waitsNear(stamp: number, waits: readonly Wait[], plot: uPlot): string | undefined {
  const reach = (plot.scales['x']!.max! - plot.scales['x']!.min!) / 120;
  const near = waits.filter((wait) => Math.abs(wait.stamp - stamp) < reach);
  if (near.length === 0) return undefined;
  const worst = near.reduce((found, wait) => (wait.usdSeconds > found.usdSeconds ? wait : found));
  return `<span class="ev">${near.length} fill${near.length > 1 ? 's' : ''} waited, at most ${escapeHtml(formatDuration(worst.seconds))}, ${formatNumber(worst.usdSeconds, 0)}${NNBSP}USD·s</span>`;
}

/** Draws everything, and the group the reader chooses. */
export function startCharts(): void {
  drawResultCharts();
  const kept = charts.length;
  const first = series.groups[0];
  if (first !== undefined) drawGroupCharts(first);
  const select = document.querySelector<HTMLSelectElement>('#group');
  if (select === null) return;
  select.onchange = () => {
    for (const chart of charts.splice(kept)) chart.destroy();
    drawGroupCharts(series.groups[Number(select.value)]!);
    for (const chart of charts.slice(kept)) {
      const { min, max } = charts[0]?.plot.scales['x'] ?? {};
      if (min !== undefined && max !== undefined) chart.plot.setScale('x', { min, max });
    }
    find('#live').textContent = `Charts show ${select.selectedOptions[0]?.textContent ?? ''}`;
  };
}
