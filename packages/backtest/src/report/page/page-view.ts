import type { LegReport, PairReport, RunReport } from '../run-report.ts';
import { venueName } from './format.ts';

/** Colour token of a leg. */
export type LegColour = 'long' | 'short' | 'ink-2' | 'ink';

/** A leg as the page names and paints it. */
export interface LegView {
  readonly leg: LegReport;
  /** Short name: the venue where it tells the legs apart, at one venue the instrument without it, else both. */
  readonly label: string;
  readonly colour: LegColour;
}

/** Legs that are shown in one chart: those of a pair, or all that are traded without one. */
export interface GroupView {
  readonly id: string;
  readonly label: string;
  readonly pair: PairReport | null;
  readonly legs: readonly LegView[];
}

/** What every panel of the page needs. */
export interface PageView {
  readonly report: RunReport;
  readonly groups: readonly GroupView[];
  /** How many of the groups the charts offer. */
  readonly groupsOffered: number;
  readonly legs: readonly LegView[];
  readonly hasPairs: boolean;
  readonly hasFills: boolean;
  readonly isComplete: boolean;
  readonly netUsd: number;
}

const SINGLE_COLOURS: readonly LegColour[] = ['long', 'short', 'ink-2', 'ink'];

/** Arranges a report for the page. */
export function viewOf(report: RunReport, groupsOffered: number): PageView {
  const pairGroups = report.pairs.map((pair) => {
    const own = report.legs.filter((leg) => leg.pairId === pair.pairId && leg.strategyId === pair.strategyId);
    return { id: pair.pairId, label: pair.pairId, pair, legs: labelLegs(own, (leg) => (leg.role === 'short' ? 'short' : 'long')) };
  });
  const single = report.legs.filter((leg) => leg.pairId === null);
  const groups: GroupView[] = [
    ...pairGroups,
    ...(single.length === 0
      ? []
      : [{ id: '', label: 'Without a pair', pair: null, legs: labelLegs(single, (_, index) => SINGLE_COLOURS[Math.min(index, 3)]!) }]),
  ];
  return {
    report,
    groups,
    groupsOffered,
    legs: groups.flatMap((group) => group.legs),
    hasPairs: report.pairs.length > 0,
    hasFills: report.fills > 0,
    isComplete: report.status === 'COMPLETE',
    netUsd: Number(report.netPnlUsd),
  };
}

function labelLegs(legs: readonly LegReport[], colourOf: (leg: LegReport, index: number) => LegColour): LegView[] {
  const venues = new Set(legs.map((leg) => leg.venue)).size;
  const nameOf = (leg: LegReport): string =>
    venues === legs.length ? venueName(leg.venue) : venues === 1 ? leg.instrumentId.slice(0, leg.instrumentId.lastIndexOf('.')) : leg.instrumentId;
  return legs.map((leg, index) => ({ leg, label: nameOf(leg), colour: colourOf(leg, index) }));
}

/** The long and the short leg of a group; undefined where it is not a pair. */
export function pairLegs(group: GroupView): { readonly long: LegView; readonly short: LegView } | undefined {
  const long = group.legs.find((view) => view.leg.role === 'long');
  const short = group.legs.find((view) => view.leg.role === 'short');
  return group.pair === null || long === undefined || short === undefined ? undefined : { long, short };
}
