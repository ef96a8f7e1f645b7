import type { Cell, LegPosition, RunReport, RunTables, SampledSeries, Table } from '../run-report.ts';
import { changesOf, cornersOf, differences, drawdown, type EncodedSeries, encodeSeries, scaled, thinned } from '../series.ts';
import type { GroupView, LegView, PageView } from './page-view.ts';

/** How much of a run the page embeds. Longer tables are cut and longer curves thinned; the page says so and the files beside it hold all. */
export interface PageDetail {
  /** Rows of one table. */
  readonly rows: number;
  /** Points of the account curve. */
  readonly curvePoints: number;
  /** Points of rates, exposure, position and funding of all groups together. */
  readonly groupPoints: number;
  /** Groups of charts offered; the further pairs of a run are in its files. */
  readonly groups: number;
}

/** From most to least; the page takes the first that keeps it within its budget. 20,200 points are 14 days of minutes. */
export const PAGE_DETAILS: readonly PageDetail[] = [
  { rows: 1_500, curvePoints: 20_200, groupPoints: 8_200, groups: 12 },
  { rows: 600, curvePoints: 12_000, groupPoints: 4_800, groups: 12 },
  { rows: 250, curvePoints: 12_000, groupPoints: 4_800, groups: 12 },
  { rows: 250, curvePoints: 6_000, groupPoints: 2_400, groups: 8 },
  { rows: 100, curvePoints: 3_000, groupPoints: 1_200, groups: 4 },
];
/** A stepped curve: Unix seconds and values. */
export interface StepCurve {
  readonly t: readonly number[];
  readonly v: readonly number[];
  /** Stamps of the curves drawn with it in all, where some are left out. */
  readonly of?: number;
}

/** A leg as the charts need it. */
export interface PageLeg {
  /** Position in the legs of the run. */
  readonly index: number;
  readonly instrumentId: string;
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly role: 'long' | 'short' | 'single';
  readonly label: string;
  readonly colour: string;
  readonly quantityUnit: string;
  readonly quote: string;
  readonly quantityDecimals: number;
  readonly priceDecimals: number;
  readonly position: StepCurve;
  /** Cumulative funding, USD. */
  readonly funding: StepCurve;
}

/** A pair's rates, thresholds and exposure. */
export interface PagePair {
  readonly pairId: string;
  /** Short minus long, made before any sample was left out; held until the next. */
  readonly differentialAprPct: EncodedSeries;
  /** Rates of the legs at the stamps of the differential, encoded and scaled as it is. */
  readonly longAprPct: EncodedSeries['d'];
  readonly shortAprPct: EncodedSeries['d'];
  readonly netExposureUsd: EncodedSeries;
  readonly toleranceUsd: number;
  readonly enterAprPct: number | null;
  readonly exitAprPct: number | null;
}

/** What `#arb-series` holds. */
export interface PageSeries {
  readonly encoding: string;
  readonly netPnlUsd: EncodedSeries;
  /** Stands where it has a new value at a stamp of the net result, and is held until the next. */
  readonly fundingUsd: EncodedSeries;
  /** Fall of the net result from its peak at the stamps it has; absent where nothing is left out and it follows from them. */
  readonly drawdownUsd?: EncodedSeries['d'];
  readonly groups: readonly { readonly id: string; readonly pair: PagePair | null; readonly legs: readonly PageLeg[] }[];
}

/** What `#arb-run` holds: the report without its series; in its tables a `leg` (index into `legs`) stands for strategy, pair, instrument and venue. */
export type PageRun = Omit<RunReport, 'series' | 'tables'> & { readonly tables: Readonly<Record<keyof RunTables, Table>> };

/** The report as the page embeds it. */
export function pageRun(report: RunReport, detail: PageDetail): PageRun {
  const { series: _, tables, ...run } = report;
  const { fills, orders, fundingPayments, daily, hedgeEpisodes } = tables;
  const cut = (table: Table): Table => (table.rows.length <= detail.rows ? table : { columns: table.columns, rows: table.rows.slice(0, detail.rows) });
  const shorter = { pairs: run.pairs.slice(0, detail.groups), trips: run.trips.slice(0, detail.rows), markouts: run.markouts.slice(0, 3 * detail.groups) };
  return {
    ...run,
    ...shorter,
    tables: {
      fills: shorten(withLegs(cut(fills), report)),
      orders: withLegs(cut(orders), report),
      fundingPayments: withLegs(without(cut(fundingPayments), FILE_COLUMNS), report),
      daily: cut(daily),
      hedgeEpisodes: worstEpisodes(hedgeEpisodes, detail.rows),
    },
  };
}

/** What a funding payment was worked out from: for the files, no panel shows it. */
const FILE_COLUMNS: ReadonlySet<string> = new Set(['convention', 'quantity', 'rate', 'price', 'amount', 'currency', 'indexFrom', 'indexTo']);

function without(table: Table, columns: ReadonlySet<string>): Table {
  const isKept = table.columns.map((column) => !columns.has(column));
  return { columns: table.columns.filter((_, index) => isKept[index]), rows: table.rows.map((row) => row.filter((_, index) => isKept[index])) };
}

const LEG_COLUMNS = new Set(['strategyId', 'pairId', 'instrumentId', 'venue', 'role', 'fillId']);

/** Replaces the columns that name a leg by its index: a third of the size. */
function withLegs(table: Table, { legs }: RunReport): Table {
  const at = (name: string): number => table.columns.indexOf(name);
  const [strategy, pair, instrument] = [at('strategyId'), at('pairId'), at('instrumentId')];
  const kept = table.columns.map((column, index) => ({ column, index })).filter(({ column }) => !LEG_COLUMNS.has(column));
  const legOf = (row: readonly Cell[]): number =>
    legs.findIndex((leg) => leg.instrumentId === row[instrument] && leg.strategyId === row[strategy] && (pair === -1 || leg.pairId === row[pair]));
  return { columns: ['leg', ...kept.map(({ column }) => column)], rows: table.rows.map((row) => [legOf(row), ...kept.map(({ index }) => row[index] ?? null)]) };
}

/** The largest episodes and those over budget, in time order. */
function worstEpisodes(table: RunTables['hedgeEpisodes'], most: number): Table {
  const at = (name: (typeof table.columns)[number]): number => table.columns.indexOf(name);
  const byWeight = [...table.rows].sort(
    (a, b) => Number(b[at('isOverBudget')]) - Number(a[at('isOverBudget')]) || Number(b[at('usdSeconds')]) - Number(a[at('usdSeconds')]),
  );
  return { columns: table.columns, rows: byWeight.slice(0, most).sort((a, b) => Number(a[at('ts')]) - Number(b[at('ts')])) };
}

const SHORT_COLUMNS = new Set(['slippageUsd']);

/** Amounts that no column shows to 4 decimals: the exact ones are in report.json and the files. Those the table adds up are exact. */
function shorten(table: Table): Table {
  const amounts = table.columns.map((column) => SHORT_COLUMNS.has(column));
  const shorter = (cell: Cell): Cell => (typeof cell === 'string' ? cell.replace(/(\.\d{4})\d+$/, '$1') : cell);
  return { columns: table.columns, rows: table.rows.map((row) => row.map((cell, index) => (amounts[index] ? shorter(cell) : cell))) };
}

const MONEY_SCALE = 100;
const APR_SCALE = 100;

/** The curves of the page, small enough to embed. What is left out is left out: every value that is here is one of the run, at its own time. */
export function pageSeries(view: PageView, detail: PageDetail): PageSeries {
  const groups = view.groups.slice(0, detail.groups);
  const points = Math.floor(detail.groupPoints / Math.max(2, groups.length));
  return {
    encoding: 'd: integers, each the difference to the one before; value = running sum / scale; null = no data; at: steps since the sample before (absent: 1); times in Unix seconds',
    ...resultCurves(view.report, detail),
    groups: groups.map((group) => ({ id: group.id, pair: pagePair(group, view.report, points), legs: pageLegs(group, view.report, points) })),
  };
}

/** True where the page leaves out samples of a curve. */
export function isThinned({ netPnlUsd, groups }: PageSeries): boolean {
  return netPnlUsd.of !== undefined || groups.some(({ pair, legs }) => pair?.differentialAprPct.of !== undefined || pair?.netExposureUsd.of !== undefined || legs.some(({ position, funding }) => (position.of ?? funding.of) !== undefined));
}

/** Result, funding and drawdown of the run: one choice of samples for the three. */
function resultCurves({ series }: RunReport, detail: PageDetail): Pick<PageSeries, 'netPnlUsd' | 'fundingUsd' | 'drawdownUsd'> {
  const net = scaled(series.netPnlUsd.values, MONEY_SCALE);
  const funding = scaled(series.fundingUsd.values, MONEY_SCALE);
  const falls = drawdown(net);
  const corners = cornersOf([net, funding]);
  const kept = thinned([net, funding, falls], detail.curvePoints, corners);
  const changes = kept.filter((index, order) => order === 0 || order === kept.length - 1 || funding[index] !== funding[kept[order - 1]!]);
  const isCut = kept.length < corners.length;
  return {
    netPnlUsd: encodeSeries(series.netPnlUsd, net, MONEY_SCALE, { indices: kept, isThinned: isCut }),
    fundingUsd: encodeSeries(series.fundingUsd, funding, MONEY_SCALE, { indices: changes, isThinned: isCut }),
    ...(isCut ? { drawdownUsd: differences(kept.map((index) => falls[index]!)) } : {}),
  };
}

function pagePair(group: GroupView, report: RunReport, points: number): PagePair | null {
  const series = report.series.pairs.find((pair) => pair.pairId === group.id);
  if (group.pair === null || series === undefined) return null;
  const { pairId, toleranceUsd, enterAprPct, exitAprPct } = group.pair;
  const exposure = scaled(series.netExposureUsd.values, 1);
  const corners = cornersOf([exposure]);
  const drawn = thinned([exposure], points, corners);
  return {
    pairId, toleranceUsd, enterAprPct, exitAprPct,
    ...pageRates(series.longAprPct, series.shortAprPct, points),
    netExposureUsd: encodeSeries(series.netExposureUsd, exposure, 1, { indices: drawn, isThinned: drawn.length < corners.length }),
  };
}

/** Rates of both legs and their difference, at the same stamps: those at which one of them changed, of these as many as there is room for. */
function pageRates(long: SampledSeries, short: SampledSeries, points: number): Pick<PagePair, 'differentialAprPct' | 'longAprPct' | 'shortAprPct'> {
  const differential = short.values.map((value, index) => (value === null || (long.values[index] ?? null) === null ? null : value - long.values[index]!));
  const curves = [differential, long.values, short.values].map((values) => scaled(values, APR_SCALE));
  const changes = changesOf(curves);
  const kept = thinned(curves, points, changes);
  const [, longRates, shortRates] = curves.map((values) => differences(kept.map((index) => values[index] ?? null)));
  return {
    differentialAprPct: encodeSeries(short, curves[0]!, APR_SCALE, { indices: kept, isThinned: kept.length < changes.length }),
    longAprPct: longRates!, shortAprPct: shortRates!,
  };
}

function pageLegs({ legs }: GroupView, report: RunReport, points: number): PageLeg[] {
  const positions = thinSteps(legs.map(({ leg }) => positionCurve(leg, report)), points);
  const funding = thinSteps(legs.map(({ leg }) => fundingCurve(leg, report)), points);
  return legs.map((view, index) => pageLeg(view, report, { position: positions[index]!, funding: funding[index]! }));
}

function pageLeg({ leg, label, colour }: LegView, report: RunReport, curves: Pick<PageLeg, 'position' | 'funding'>): PageLeg {
  const { instrumentId, strategyId, pairId, role, quantityUnit, quote, quantityDecimals, priceDecimals } = leg;
  return { index: report.legs.indexOf(leg), instrumentId, strategyId, pairId, role, label, colour, quantityUnit, quote, quantityDecimals, priceDecimals, ...curves };
}

function positionCurve({ instrumentId, strategyId, pairId }: LegView['leg'], report: RunReport): StepCurve {
  const isOwn = (other: LegPosition): boolean => other.instrumentId === instrumentId && other.strategyId === strategyId && other.pairId === pairId;
  const position = report.series.positions.find(isOwn);
  return { t: position?.ts.map((stamp) => stamp / 1e6) ?? [], v: position?.usd.map((usd) => Math.round(usd)) ?? [] };
}

function fundingCurve(leg: LegView['leg'], report: RunReport): StepCurve {
  const t: number[] = [];
  const v: number[] = [];
  let sum = 0;
  for (const row of report.tables.fundingPayments.rows) {
    if (row[3] !== leg.instrumentId || row[1] !== leg.strategyId || row[2] !== leg.pairId) continue;
    sum += Number(row[6]);
    t.push(Number(row[0]) / 1e6);
    v.push(Number(sum.toFixed(4)));
  }
  return { t, v };
}

/** Leaves stamps out where all of these curves together have more than `points`: for all of them the same, each with the value it had there. Where a curve leaves or reaches zero a position begins or ends: as the ends of a gap. */
function thinSteps(curves: readonly StepCurve[], points: number): readonly StepCurve[] {
  const stamps = [...new Set(curves.flatMap(({ t }) => t))].sort((a, b) => a - b);
  if (stamps.length <= points) return curves;
  const held = curves.map((curve) => heldAt(curve, stamps));
  const steps = changesOf(held);
  const kept = thinned(held.map((values) => values.map((value) => (value === 0 ? null : value))), points, steps);
  return held.map((values) => {
    const changes = kept.filter((index, order) => order === 0 || values[index] !== values[kept[order - 1]!]);
    return { t: changes.map((index) => stamps[index]!), v: changes.map((index) => values[index]!), ...(kept.length < steps.length ? { of: stamps.length } : {}) };
  });
}

/** Values of a stepped curve at these stamps; zero before its first step. */
function heldAt({ t, v }: StepCurve, stamps: readonly number[]): number[] {
  let [next, value] = [0, 0];
  return stamps.map((stamp) => {
    while (next < t.length && t[next]! <= stamp) value = v[next++]!;
    return value;
  });
}
