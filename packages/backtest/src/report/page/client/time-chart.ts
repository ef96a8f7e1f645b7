import type uPlot from 'uplot';
import { escapeHtml, formatDayMonth, formatDayTime, formatHourMinute, formatMonth } from '../format.ts';
import { charts, followRange, zoom } from './board.ts';
import { canvasFont, END, find, findAll, FROM, isSmall, say, TO, token } from './dom.ts';
import { labelGutter, NARROW_PX, paintBands } from './paint.ts';

/** The class uPlot as the inlined library defines it; paper has its own instance. */
export type PlotClass = typeof uPlot;
const screenPlots = (): PlotClass => (globalThis as unknown as { uPlot: PlotClass }).uPlot;

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  /** Colour token. */
  readonly color: string;
  readonly format: (value: number) => string;
  /** What a gap means; `no data` unless stated. */
  readonly missing?: string;
  readonly width?: number;
  readonly isStepped?: boolean;
  readonly isHidden?: boolean;
  readonly isThin?: boolean;
  readonly fill?: (plot: uPlot) => CanvasGradient | string;
}

/** What a time chart draws. */
export interface ChartOptions {
  readonly id: string;
  readonly heightPx: number;
  readonly phoneHeightPx: number;
  readonly stamps: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  /** How many samples are drawn where that is not all. */
  readonly share?: string | undefined;
  /** Seconds between two looks at values that held from each stamp to the next: at every look between them the value is known. Absent: it is known at the stamps only. */
  readonly sampledEvery?: number;
  readonly lines: readonly ChartLine[];
  /** `step`: from one tick to the next; undefined where the chart has ticks of its own. */
  readonly formatAxis: (value: number, step?: number) => string;
  readonly range?: (low: number, high: number) => [number, number];
  readonly ticks?: () => number[];
  readonly tickSpacePx?: number;
  /** The chart above shares its time axis with this one. */
  readonly hasNoTimeAxis?: boolean;
  readonly hasNoBands?: boolean;
  readonly pairId: string | null;
  readonly under?: (plot: uPlot) => void;
  readonly over?: (plot: uPlot) => void;
  /** What happened at a time, for the tooltip: escaped markup. */
  readonly note?: (stamp: number, plot: uPlot) => string;
}

const HOUR = 3_600;
const DAY = 86_400;
const TICK_STEPS = [1, 5, 15, 60, 300, 900, 1_800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60];
const MIN_TICK_PX = 92;
/** Shorter than any time that is shown, seconds. */
const MOMENT = 1e-3;

/** Round times from seconds to fortnights, then months. */
function timeTicks(widthPx: number, min: number, max: number): number[] {
  const most = Math.max(2, widthPx / MIN_TICK_PX);
  const step = TICK_STEPS.find((seconds) => (max - min) / seconds <= most);
  if (step === undefined) return monthTicks(most, min, max);
  const origin = Math.floor(FROM / DAY) * DAY;
  const ticks: number[] = [];
  for (let stamp = origin + Math.ceil((min - origin) / step) * step; stamp <= max; stamp += step) ticks.push(stamp);
  return ticks;
}

function monthTicks(most: number, min: number, max: number): number[] {
  const months = MONTH_STEPS.find((count) => (max - min) / (count * 30 * DAY) <= most) ?? 120;
  const ticks: number[] = [];
  const first = new Date(min * 1e3).getUTCFullYear() * 12;
  for (let month = first; ; month += months) {
    const stamp = Date.UTC(Math.floor(month / 12), month % 12, 1) / 1e3;
    if (stamp > max) return ticks;
    if (stamp >= min) ticks.push(stamp);
  }
}

function timeLabels(ticks: readonly number[]): string[] {
  const isMonths = ticks.length > 1 && ticks[1]! - ticks[0]! > 27 * DAY;
  return ticks.map((stamp, index) =>
    isMonths ? formatMonth(stamp) : stamp % DAY === 0 ? formatDayMonth(stamp) : index === 0 ? formatDayTime(stamp) : formatHourMinute(stamp),
  );
}

const textOf = (line: ChartLine, value: number | null | undefined): string =>
  value === null || value === undefined ? (line.missing ?? 'no data') : line.format(value);

/** A chart over time: legend values are its readout, a tooltip repeats them at the pointer, the keyboard reaches all of it. */
export class TimeChart {
  readonly plot: uPlot;
  readonly #options: ChartOptions;
  readonly #host: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #tip: HTMLElement;
  readonly #resize: ResizeObserver;
  readonly #abort = new AbortController();
  #isPointed = false;
  /** What the keyboard points at: two stamps may share a pixel. */
  #keyed: number | undefined;

  constructor(options: ChartOptions) {
    this.#options = options;
    this.#host = find(`#${options.id}`);
    this.#legend = find('.legend', this.#host.parentElement!);
    this.plot = this.#draw(screenPlots(), { width: this.#host.clientWidth, height: this.#height(), isPaper: false });
    this.#tip = document.createElement('div');
    this.#tip.className = 'tip';
    this.plot.over.append(this.#tip);
    this.#fillLegend();
    this.#listen();
    this.#resize = new ResizeObserver(() => {
      const width = this.#host.clientWidth;
      if (width > 0 && (width !== this.plot.width || this.#height() !== this.plot.height)) this.plot.setSize({ width, height: this.#height() });
    });
    this.#resize.observe(this.#host);
    this.readOut(null);
  }

  /** Removes the chart from the page. */
  destroy(): void {
    this.#abort.abort();
    this.#resize.disconnect();
    this.plot.destroy();
    this.#legend.replaceChildren();
  }

  /** Draws the chart once more for paper. */
  print(plots: PlotClass, width: number): uPlot {
    return this.#draw(plots, { width, height: this.#options.heightPx * 0.86, isPaper: true });
  }

  /** Shows the values at an index in the legend; null: those at the end of the view. */
  readOut(index: number | null): void {
    const { stamps, values, lines } = this.#options;
    const last = this.#lastInView();
    const shown = index ?? last;
    findAll('.lg', this.#legend).forEach((button, line) => {
      const value = values[line]![shown];
      find('b', button).textContent = textOf(lines[line]!, value);
    });
    const time = formatDayTime(index === null ? stamps[shown]! : this.#timeOf(index));
    find('.at', this.#legend).textContent =
      index === null ? ((this.plot.scales['x']!.max ?? TO) >= TO ? 'end of run' : 'end of view') : time + (isSmall() ? '' : ' UTC');
  }

  /** Last stamp at or before the cursor, within half a pixel; null without a cursor and before the first. */
  #indexAtCursor(closest: number | null | undefined = this.plot.cursor.idx): number | null {
    const { left = -1 } = this.plot.cursor;
    if (left < 0 || closest === null || closest === undefined) return null;
    if (this.#keyed !== undefined) return this.#keyed;
    const { stamps } = this.#options;
    const edge = this.plot.posToVal(left + 0.5, 'x');
    let index = closest;
    while (index >= 0 && stamps[index]! > edge) index -= 1;
    return index < 0 ? null : index;
  }

  /** When what is shown at an index is known to hold: its stamp, or the last look before the cursor. */
  #timeOf(index: number): number {
    const { stamps, sampledEvery } = this.#options;
    const stamp = stamps[index]!;
    if (sampledEvery === undefined || this.#keyed !== undefined) return stamp;
    const cursor = Math.min(this.plot.posToVal(this.plot.cursor.left ?? 0, 'x'), END, (stamps[index + 1] ?? Infinity) - MOMENT);
    return stamp + Math.max(0, Math.floor((cursor - stamp) / sampledEvery) * sampledEvery);
  }

  #height(): number {
    return isSmall() ? this.#options.phoneHeightPx : this.#options.heightPx;
  }

  #lastInView(): number {
    const { stamps } = this.#options;
    const edge = this.plot.scales['x']!.max ?? TO;
    let index = stamps.length - 1;
    while (index > 0 && stamps[index]! > edge) index -= 1;
    return index;
  }

  #draw(plots: PlotClass, size: { readonly width: number; readonly height: number; readonly isPaper: boolean }): uPlot {
    const { stamps, values } = this.#options;
    return new plots(this.#plotOptions(plots, size), [stamps, ...values] as unknown as uPlot.AlignedData, this.#host);
  }

  #plotOptions(plots: PlotClass, { width, height, isPaper }: { readonly width: number; readonly height: number; readonly isPaper: boolean }): uPlot.Options {
    const { lines, range, hasNoTimeAxis, hasNoBands, pairId, under, over } = this.#options;
    const ratio = isPaper ? 3 : devicePixelRatio || 1;
    const pointColour = (_: uPlot, line: number): string => token(lines[line - 1]!.color);
    const padded = (low: number, high: number): [number, number] => {
      const room = (high - low) * 0.07 || 1;
      return [low - room, high + room];
    };
    return {
      width,
      height,
      class: isPaper ? 'only-print' : 'scr',
      padding: [8, width < NARROW_PX ? 28 : labelGutter(), hasNoTimeAxis ? 4 : 0, 0],
      legend: { show: false },
      cursor: {
        ...(isPaper ? {} : { sync: { key: 'arb', setSeries: false, scales: ['x', null] as [string, null] } }),
        drag: { x: true, y: false, dist: 6 },
        y: false,
        dataIdx: (plot: uPlot, _: number, closest: number) => (charts.some((chart) => chart.plot === plot) ? this.#indexAtCursor(closest) : closest) as number,
        points: { size: 7, width: 0, fill: pointColour, stroke: pointColour },
      },
      scales: { x: { time: false, min: FROM, max: TO }, y: { range: (_, low, high) => (range ?? padded)(low ?? 0, high ?? 0) } },
      axes: this.#axes(width, ratio),
      series: [
        {},
        ...lines.map((line): uPlot.Series => ({
          label: line.label,
          stroke: () => token(line.color),
          width: line.width ?? 1.5,
          points: { show: false },
          show: line.isHidden !== true,
          spanGaps: false,
          ...(line.fill === undefined ? {} : { fill: line.fill, fillTo: 0 }),
          ...(line.isStepped ? { paths: plots.paths.stepped!({ align: 1 }) } : {}),
        })),
      ],
      hooks: {
        drawClear: [
          (plot) => {
            (plot as uPlot & { arbPixelRatio?: number }).arbPixelRatio = ratio;
            if (!hasNoBands) paintBands(plot, pairId);
          },
        ],
        drawAxes: [(plot) => under?.(plot)],
        draw: [(plot) => over?.(plot)],
        setCursor: isPaper ? [] : [(plot) => this.#onCursor(plot)],
        setScale: isPaper
          ? []
          : [
              (_, key) => {
                if (key === 'x' && charts.includes(this)) followRange(this);
              },
            ],
      },
    };
  }

  #axes(width: number, ratio: number): uPlot.Axis[] {
    const { hasNoTimeAxis, tickSpacePx, ticks, formatAxis } = this.#options;
    const time: uPlot.Axis = {
      size: hasNoTimeAxis ? 4 : 26,
      gap: 6,
      font: canvasFont(11),
      stroke: () => token('ink-3'),
      grid: { show: false },
      ticks: { show: !hasNoTimeAxis, size: 4, width: 1, stroke: () => token('line-strong') },
      splits: (plot) => timeTicks(plot.bbox.width / ratio, plot.scales['x']!.min!, plot.scales['x']!.max!),
      values: (_, splits) => (hasNoTimeAxis ? splits.map(() => '') : timeLabels(splits)),
    };
    const value: uPlot.Axis = {
      size: width < NARROW_PX ? 46 : 58,
      gap: 8,
      font: canvasFont(11),
      stroke: () => token('ink-3'),
      space: tickSpacePx ?? 38,
      grid: { width: 1, stroke: () => token('grid') },
      ticks: { show: false },
      values: (_, splits) => splits.map((split) => (ticks === undefined && splits.length > 1 ? formatAxis(split, splits[1]! - splits[0]!) : formatAxis(split))),
      ...(ticks === undefined ? {} : { splits: ticks }),
    };
    return [time, value];
  }

  /** Every line shows what was true at the cursor or last before it, never what came next. */
  #onCursor(plot: uPlot): void {
    if (!charts.includes(this)) return;
    const index = this.#indexAtCursor(plot.cursor.idx);
    this.readOut(index);
    this.#showTip(index);
  }

  #showTip(index: number | null): void {
    const { stamps, values, lines, note } = this.#options;
    if (!this.#isPointed || index === null) {
      this.#tip.classList.remove('on');
      return;
    }
    const stamp = stamps[index]!;
    const rows = lines.map((line, at) => {
      if (!this.plot.series[at + 1]!.show) return '';
      const value = values[at]![index];
      return `<div><span><i class="key" style="background:var(--${line.color})"></i>${escapeHtml(line.label)}</span><b>${escapeHtml(textOf(line, value))}</b></div>`;
    });
    this.#tip.innerHTML = `<span class="t">${formatDayTime(this.#timeOf(index))} UTC</span>${rows.join('')}${note?.(stamp, this.plot) ?? ''}`;
    const x = this.plot.valToPos(stamp, 'x');
    const width = this.#tip.offsetWidth;
    const room = this.plot.over.clientWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(room - width, x + 14 + width > room ? x - width - 14 : x + 14))}px`;
    this.#tip.classList.add('on');
  }

  #fillLegend(): void {
    const { lines, share } = this.#options;
    this.#legend.innerHTML =
      lines
        .map(
          (line, index) =>
            `<button type="button" class="lg" aria-pressed="${line.isHidden !== true}" data-i="${index + 1}"><i class="${line.isThin ? 'th' : ''}" style="color:var(--${line.color})"></i>${escapeHtml(line.label)} <b></b></button>`,
        )
        .join('') + `${share === undefined ? '' : `<span class="share">${share}</span>`}<span class="at"></span>`;
    for (const button of findAll<HTMLButtonElement>('.lg', this.#legend)) {
      button.onclick = () => {
        const index = Number(button.dataset['i']);
        const isShown = !this.plot.series[index]!.show;
        this.plot.setSeries(index, { show: isShown });
        button.setAttribute('aria-pressed', String(isShown));
      };
    }
  }

  #listen(): void {
    const { over } = this.plot;
    const { signal } = this.#abort;
    over.addEventListener('pointerenter', () => {
      this.#isPointed = true;
    });
    over.addEventListener('pointerleave', () => {
      this.#leave();
    });
    over.addEventListener('pointermove', () => {
      this.#keyed = undefined;
    });
    const touch = (event: PointerEvent): void => {
      if (event.pointerType === 'mouse') return;
      this.#isPointed = true;
      const box = over.getBoundingClientRect();
      this.#point({ left: event.clientX - box.left, top: event.clientY - box.top });
    };
    over.addEventListener('pointerdown', touch);
    over.addEventListener('pointermove', touch);
    this.#host.tabIndex = 0;
    this.#host.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.#host.addEventListener(
      'blur',
      () => {
        this.#leave();
      },
      { signal },
    );
  }

  /** Moves the cursor and, with the last argument that the types leave out, tells the other charts. */
  #point(at: { readonly left: number; readonly top: number }): void {
    (this.plot.setCursor as (cursor: { left: number; top: number }, fireHook: boolean, isPublished: boolean) => void)(at, true, true);
  }

  #leave(): void {
    this.#isPointed = false;
    this.#keyed = undefined;
    this.#tip.classList.remove('on');
  }

  /** Arrows move the cursor (Shift: ten times as far), + and − zoom around it, Escape resets. */
  #onKey(event: KeyboardEvent): void {
    const { stamps, values, lines } = this.#options;
    const { min, max } = this.plot.scales['x'] as { min: number; max: number };
    const stride = Math.max(1, Math.round((stamps.length * (max - min)) / (TO - FROM) / 200)) * (event.shiftKey ? 10 : 1);
    const at = this.#indexAtCursor() ?? this.#lastInView();
    const target = { ArrowLeft: at - stride, ArrowRight: at + stride, Home: 0, End: stamps.length - 1 }[event.key];
    if (event.key === 'Escape') zoom(FROM, TO);
    else if (event.key === '+' || event.key === '-') {
      const half = ((max - min) * (event.key === '+' ? 0.5 : 2)) / 2;
      zoom(Math.max(FROM, stamps[at]! - half), Math.min(TO, stamps[at]! + half));
    } else if (target === undefined) return;
    else {
      const index = Math.max(0, Math.min(stamps.length - 1, target));
      this.#isPointed = true;
      this.#keyed = index;
      this.#point({ left: this.plot.valToPos(stamps[index]!, 'x'), top: 20 });
      const words = lines.map((line, lineIndex) => `${line.label} ${textOf(line, values[lineIndex]![index])}`);
      say(`${formatDayTime(stamps[index]!)} UTC. ${words.join(', ')}`);
    }
    event.preventDefault();
  }
}
