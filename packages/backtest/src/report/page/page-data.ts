import type { Cell, LegPosition, RunReport, Table } from '../run-report.ts';
import { type EncodedSeries, encodeSeries, thinSeries } from '../series.ts';
import type { GroupView, LegView, PageView } from './page-view.ts';

/** Rows of one table inside the page; longer tables are cut, the page says so and the files beside it hold all. */
export const MAX_EMBEDDED_ROWS = 1_500;
/** Points of one curve inside the page: 14 days of minutes. */
export const MAX_CURVE_POINTS = 20_200;
/** Points of one pair's rates or exposure inside the page. */
export const MAX_RATE_POINTS = 4_100;
/** Steps of one position or funding curve inside the page. */
export const MAX_STEPS = 3_000;

/** A stepped curve: Unix seconds and values. */
export interface StepCurve {
  readonly t: readonly number[];
  readonly v: readonly number[];
}

/** A leg as the charts need it. */
export interface PageLeg {
  readonly instrumentId: string;
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly role: 'long' | 'short' | 'single';
  readonly label: string;
  readonly colour: string;
  readonly base: string;
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
  readonly longAprPct: EncodedSeries;
  readonly shortAprPct: EncodedSeries;
  readonly netExposureUsd: EncodedSeries;
  readonly toleranceUsd: number;
  readonly enterAprPct: number | null;
  readonly exitAprPct: number | null;
}

/** What `#arb-series` holds. */
export interface PageSeries {
  readonly encoding: string;
  readonly netPnlUsd: EncodedSeries;
  /** Coarser than the net result: it only moves at settlements. */
  readonly fundingUsd: EncodedSeries;
  readonly groups: readonly { readonly id: string; readonly pair: PagePair | null; readonly legs: readonly PageLeg[] }[];
  /** Curves that were thinned to fit, each bucket keeping its lowest and highest value. */
  readonly isThinned: boolean;
}

/** What `#arb-run` holds: the report without its series, long tables cut. */
export type PageRun = Omit<RunReport, 'series'>;

/** The report as the page embeds it. */
export function pageRun(report: RunReport): PageRun {
  const { series: _, ...run } = report;
  const { fills, orders, fundingPayments, daily, hedgeEpisodes } = report.tables;
  const usdSeconds = hedgeEpisodes.columns.indexOf('usdSeconds');
  const worstEpisodes = { ...hedgeEpisodes, rows: [...hedgeEpisodes.rows].sort((a, b) => Number(b[usdSeconds]) - Number(a[usdSeconds])) };
  const ts = hedgeEpisodes.columns.indexOf('ts');
  const cutEpisodes = cut(worstEpisodes);
  return { ...run, tables: { fills: shorten(cut(fills)), orders: cut(orders), fundingPayments: cut(fundingPayments), daily: cut(daily), hedgeEpisodes: { ...cutEpisodes, rows: [...cutEpisodes.rows].sort((a, b) => Number(a[ts]) - Number(b[ts])) } } };
}

function cut<Column extends string>(table: Table<Column>): Table<Column> {
  return table.rows.length <= MAX_EMBEDDED_ROWS ? table : { columns: table.columns, rows: table.rows.slice(0, MAX_EMBEDDED_ROWS) };
}

const AMOUNT_COLUMNS = new Set<string>(['notionalUsd', 'feeUsd', 'slippageUsd']);

/** Amounts of the page's table to 4 decimals: the exact ones are in report.json and the files. */
function shorten<Column extends string>(table: Table<Column>): Table<Column> {
  const amounts = table.columns.map((column) => AMOUNT_COLUMNS.has(column));
  const shorter = (cell: Cell): Cell => (typeof cell === 'string' ? cell.replace(/(\.\d{4})\d+$/, '$1') : cell);
  return { columns: table.columns, rows: table.rows.map((row) => row.map((cell, index) => (amounts[index] ? shorter(cell) : cell))) };
}

/** The curves of the page, small enough to embed. */
export function pageSeries(view: PageView): PageSeries {
  const { series } = view.report;
  return {
    encoding: 'integers, each the difference to the one before; value = running sum / scale; null = no data; times in Unix seconds',
    netPnlUsd: encodeSeries(thinSeries(series.netPnlUsd, MAX_CURVE_POINTS), 100), fundingUsd: encodeSeries(thinSeries(series.fundingUsd, MAX_RATE_POINTS), 100),
    groups: view.groups.map((group) => ({ id: group.id, pair: pagePair(group, view.report), legs: group.legs.map((leg) => pageLeg(leg, view.report)) })),
    isThinned: series.netPnlUsd.values.length > MAX_CURVE_POINTS,
  };
}

function pagePair(group: GroupView, report: RunReport): PagePair | null {
  const series = report.series.pairs.find((pair) => pair.pairId === group.id);
  if (group.pair === null || series === undefined) return null;
  const { pairId, toleranceUsd, enterAprPct, exitAprPct } = group.pair;
  return {
    pairId, toleranceUsd, enterAprPct, exitAprPct, longAprPct: encodeSeries(thinSeries(series.longAprPct, MAX_RATE_POINTS), 100),
    shortAprPct: encodeSeries(thinSeries(series.shortAprPct, MAX_RATE_POINTS), 100), netExposureUsd: encodeSeries(thinSeries(series.netExposureUsd, MAX_RATE_POINTS), 1),
  };
}

function pageLeg({ leg, label, colour }: LegView, report: RunReport): PageLeg {
  const { instrumentId, strategyId, pairId, role, base, quote, quantityDecimals, priceDecimals } = leg;
  const isOwn = (other: LegPosition): boolean => other.instrumentId === instrumentId && other.strategyId === strategyId && other.pairId === pairId;
  const position = report.series.positions.find(isOwn);
  return {
    instrumentId, strategyId, pairId, role, label, colour, base, quote, quantityDecimals, priceDecimals,
    position: position === undefined ? { t: [], v: [] } : stepCurve(position.ts, position.usd.map((usd) => Math.round(usd))), funding: fundingCurve(leg, report),
  };
}

function fundingCurve(leg: LegView['leg'], report: RunReport): StepCurve {
  const ts: number[] = [];
  const usd: number[] = [];
  let sum = 0;
  for (const row of report.tables.fundingPayments.rows) {
    if (row[3] !== leg.instrumentId || row[1] !== leg.strategyId || row[2] !== leg.pairId) continue;
    sum += Number(row[6]);
    ts.push(Number(row[0]));
    usd.push(Number(sum.toFixed(4)));
  }
  return stepCurve(ts, usd);
}

/** Keeps at most {@link MAX_STEPS} steps, evenly, the last among them. */
function stepCurve(ts: readonly number[], values: readonly number[]): StepCurve {
  const every = Math.ceil(ts.length / MAX_STEPS) || 1;
  const isKept = (_: number, index: number): boolean => index % every === 0 || index === ts.length - 1;
  return { t: ts.filter(isKept).map((stamp) => stamp / 1e6), v: values.filter(isKept) };
}
