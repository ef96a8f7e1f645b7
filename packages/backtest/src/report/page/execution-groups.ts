import { sumAmounts } from '../amounts.ts';
import type { FillMarkouts } from '../markouts.ts';
import type { LegRole, RunReport } from '../run-report.ts';
import { venueName } from './format.ts';
import type { LegColour, LegView, PageView } from './page-view.ts';

/** A fill as the execution panels need it. */
export interface ExecutionFill {
  readonly slippageBps: number | null;
  readonly markouts: FillMarkouts;
}

/** Fills that are judged together: those of a leg, or of a venue where there are too many legs to draw. */
export interface ExecutionGroup {
  readonly label: string;
  readonly venue: string;
  readonly colour: LegColour;
  readonly role: LegRole;
  readonly fills: readonly ExecutionFill[];
  readonly makerFills: number;
  readonly tradedUsd: number;
  readonly feesUsd: number;
  readonly slippageUsd: number;
  /** Fees and slippage, added exactly. */
  readonly costUsd: number;
}

const MAX_GROUPS_DRAWN = 4;
const COLOURS: readonly LegColour[] = ['long', 'short', 'ink-2', 'ink'];

/** Legs one by one where there are at most four, else the four venues with most fills. */
export function executionGroups({ report, legs }: PageView): ExecutionGroup[] {
  if (legs.length <= MAX_GROUPS_DRAWN) return legs.map((view) => groupOf(report, [view], view));
  const venues = [...new Set(legs.map((view) => view.leg.venue))].map((venue) => legs.filter((view) => view.leg.venue === venue));
  const busiest = venues.sort((a, b) => countOf(b) - countOf(a)).slice(0, MAX_GROUPS_DRAWN);
  return busiest.map((views, index) => groupOf(report, views, { label: venueName(views[0]!.leg.venue), colour: COLOURS[index]! }));
}

const countOf = (views: readonly LegView[]): number => views.reduce((sum, view) => sum + view.leg.fills, 0);

function groupOf(report: RunReport, views: readonly LegView[], look: { readonly label: string; readonly colour: LegColour }): ExecutionGroup {
  const sum = (read: (view: LegView) => number): number => views.reduce((total, view) => total + read(view), 0);
  const amount = (...read: readonly ((view: LegView) => string)[]): number => Number(sumAmounts(views.flatMap((view) => read.map((of) => of(view)))));
  return {
    label: look.label,
    venue: views[0]!.leg.venue,
    colour: look.colour,
    role: views[0]!.leg.role,
    fills: fillsOf(report, views),
    makerFills: sum((view) => view.leg.makerFills),
    tradedUsd: amount((view) => view.leg.tradedUsd),
    feesUsd: amount((view) => view.leg.feesUsd),
    slippageUsd: amount((view) => view.leg.slippageUsd),
    costUsd: amount((view) => view.leg.feesUsd, (view) => view.leg.slippageUsd),
  };
}

function fillsOf(report: RunReport, views: readonly LegView[]): ExecutionFill[] {
  const { columns, rows } = report.tables.fills;
  const at = (name: (typeof columns)[number]): number => columns.indexOf(name);
  const keyOf = (instrumentId: unknown, strategyId: unknown, pairId: unknown): string => JSON.stringify([instrumentId, strategyId, pairId]);
  const wanted = new Set(views.map(({ leg }) => keyOf(leg.instrumentId, leg.strategyId, leg.pairId)));
  const [slippage, after1, after10, after60, after300] = [
    at('slippageBps'),
    at('markout1sBps'),
    at('markout10sBps'),
    at('markout60sBps'),
    at('markout300sBps'),
  ];
  return rows
    .filter((row) => wanted.has(keyOf(row[at('instrumentId')], row[at('strategyId')], row[at('pairId')])))
    .map((row) => ({
      slippageBps: row[slippage] as number | null,
      markouts: [row[after1], row[after10], row[after60], row[after300]] as unknown as FillMarkouts,
    }));
}
