import type { Cell, LegPosition, RunReport, RunTables, SampledSeries, Table } from '../run-report.ts';
import { type EncodedSeries, encodeSeries, thinSeries } from '../series.ts';
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
  { rows: 250, curvePoints: 6_000, groupPoints: 2_400, groups: 8 },
  { rows: 100, curvePoints: 3_000, groupPoints: 1_200, groups: 4 },
];
/** A stepped curve: Unix seconds and values. */
export interface StepCurve {
  readonly t: readonly number[];
  readonly v: readonly number[];
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

const AMOUNT_COLUMNS = new Set(['notionalUsd', 'feeUsd', 'slippageUsd']);

/** Amounts of the page's table to 4 decimals: the exact ones are in report.json and the files. */
function shorten(table: Table): Table {
  const amounts = table.columns.map((column) => AMOUNT_COLUMNS.has(column));
  const shorter = (cell: Cell): Cell => (typeof cell === 'string' ? cell.replace(/(\.\d{4})\d+$/, '$1') : cell);
  return { columns: table.columns, rows: table.rows.map((row) => row.map((cell, index) => (amounts[index] ? shorter(cell) : cell))) };
}

/** The curves of the page, small enough to embed. */
export function pageSeries(view: PageView, detail: PageDetail): PageSeries {
  const { series } = view.report;
  const groups = view.groups.slice(0, detail.groups);
  const points = Math.floor(detail.groupPoints / Math.max(2, groups.length));
  return {
    encoding: 'integers, each the difference to the one before; value = running sum / scale; null = no data; times in Unix seconds',
    netPnlUsd: encodeSeries(thinSeries(series.netPnlUsd, detail.curvePoints), 100),
    fundingUsd: encodeSeries(thinSeries(series.fundingUsd, Math.floor(detail.groupPoints / 2)), 100),
    groups: groups.map((group) => ({
      id: group.id,
      pair: pagePair(group, view.report, points),
      legs: group.legs.map((leg) => pageLeg(leg, view.report, points)),
    })),
  };
}

function pagePair(group: GroupView, report: RunReport, points: number): PagePair | null {
  const series = report.series.pairs.find((pair) => pair.pairId === group.id);
  if (group.pair === null || series === undefined) return null;
  const { pairId, toleranceUsd, enterAprPct, exitAprPct } = group.pair;
  const encode = (curve: SampledSeries, scale: number): EncodedSeries => encodeSeries(thinSeries(curve, points), scale);
  return {
    pairId,
    toleranceUsd,
    enterAprPct,
    exitAprPct,
    longAprPct: encode(series.longAprPct, 100),
    shortAprPct: encode(series.shortAprPct, 100),
    netExposureUsd: encode(series.netExposureUsd, 1),
  };
}

function pageLeg({ leg, label, colour }: LegView, report: RunReport, points: number): PageLeg {
  const { instrumentId, strategyId, pairId, role, quantityUnit, quote, quantityDecimals, priceDecimals } = leg;
  const isOwn = (other: LegPosition): boolean => other.instrumentId === instrumentId && other.strategyId === strategyId && other.pairId === pairId;
  const position = report.series.positions.find(isOwn);
  return {
    index: report.legs.indexOf(leg),
    instrumentId,
    strategyId,
    pairId,
    role,
    label,
    colour,
    quantityUnit,
    quote,
    quantityDecimals,
    priceDecimals,
    position:
      position === undefined
        ? { t: [], v: [] }
        : stepCurve(
            position.ts,
            position.usd.map((usd) => Math.round(usd)),
            points,
          ),
    funding: fundingCurve(leg, report, points),
  };
}

function fundingCurve(leg: LegView['leg'], report: RunReport, points: number): StepCurve {
  const ts: number[] = [];
  const usd: number[] = [];
  let sum = 0;
  for (const row of report.tables.fundingPayments.rows) {
    if (row[3] !== leg.instrumentId || row[1] !== leg.strategyId || row[2] !== leg.pairId) continue;
    sum += Number(row[6]);
    ts.push(Number(row[0]));
    usd.push(Number(sum.toFixed(4)));
  }
  return stepCurve(ts, usd, points);
}

/** Keeps at most `points` steps, evenly, the last among them. A step to or from zero is always kept: there a position begins or ends. */
function stepCurve(ts: readonly number[], values: readonly number[], points: number): StepCurve {
  const every = Math.ceil(ts.length / points) || 1;
  const isKept = (_: number, index: number): boolean => index % every === 0 || index === ts.length - 1 || (values[index] === 0) !== (values[index - 1] === 0);
  return { t: ts.filter(isKept).map((stamp) => stamp / 1e6), v: values.filter(isKept) };
}
