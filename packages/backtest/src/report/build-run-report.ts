import { Decimal, MICROS_PER_DAY } from '@arb/core';
import { roundAmount, sumAmounts } from './amounts.ts';
import { attribute } from './attribution.ts';
import { combineUnhedged, hedgeEpisodes, type HedgeEpisode, summariseEpisodes } from './hedge-episodes.ts';
import { describeLeg } from './leg-report.ts';
import { averageMarkouts, type FillMarkouts, markoutsOf, markoutsOfEpisode } from './markouts.ts';
import { ordersDenied, ordersSent } from './order-counts.ts';
import { type FillRole, roundTrips } from './round-trips.ts';
import type { FillFact, LegFacts, PairFacts, RunFacts } from './run-facts.ts';
import {
  type Attribution,
  type ForcedCloses,
  type MarkoutLine,
  type PairReport,
  type RoundTrip,
  RUN_SCHEMA,
  type RunReport,
  type RunStatistics,
  type RunTables,
} from './run-report.ts';
import { runWarnings } from './run-warnings.ts';
import { coveredSeconds, dailyResults, isTooShortToJudge, maxDrawdown, percentile, sharpeRatio, yearlyRatePct } from './statistics.ts';
import { dailyTable, episodesTable, fillsTable, fundingTable, ordersTable } from './tables.ts';

/** Everything derived from the fills of one run, keyed by the facts themselves. */
export interface DerivedFacts {
  readonly episodes: readonly HedgeEpisode[];
  readonly trips: readonly RoundTrip[];
  readonly roles: ReadonlyMap<FillFact, FillRole>;
  readonly markouts: ReadonlyMap<FillFact, FillMarkouts>;
}

/**
 * Turns what a run knows into what it reports. Pure: the same facts give the same report, to the last digit.
 *
 * Figures that would mislead are left out: a run that is not COMPLETE has no yearly rate and no Sharpe ratio.
 */
export function buildRunReport(facts: RunFacts): RunReport {
  const derived = derive(facts);
  const pairs = facts.pairs.map((pair) =>
    describePair(
      pair,
      derived.episodes.filter((episode) => episode.pairId === pair.pairId),
    ),
  );
  const attribution = attribute(facts.netPnlUsd, facts.attribution, facts.fundingPayments);
  const unhedged = combineUnhedged(pairs.map((pair) => pair.unhedged));
  const statistics = describeStatistics(facts, derived, attribution);
  const ordersByStatus = countByStatus(facts);
  const { name, status, statusReason, strategies, from, to, replayedTo, dataset, dataLabel, rows, seconds, journalHash, configHash, dataHash, seed } = facts;
  return {
    schema: RUN_SCHEMA,
    name,
    status,
    statusReason,
    strategies,
    from,
    to,
    replayedTo,
    dataset,
    dataLabel,
    rows,
    seconds,
    journalHash,
    configHash,
    dataHash,
    seed,
    engineVersion: facts.engineVersion,
    coreVersion: facts.coreVersion,
    nodeVersion: facts.nodeVersion,
    capitalUsd: facts.capitalUsd,
    netPnlUsd: facts.netPnlUsd,
    attribution,
    statistics,
    orders: facts.orders.length,
    fills: facts.fills.length,
    makerFills: facts.fills.filter((fill) => fill.liquidity === 'maker').length,
    fundingPayments: facts.fundingPayments.length,
    roundTrips: derived.trips.length,
    ordersByStatus,
    ordersSent: ordersSent({ orders: facts.orders.length, ordersByStatus }),
    ordersDenied: ordersDenied({ ordersByStatus }),
    unhedged,
    closedByVenues: summariseForced(facts.closedByVenues),
    warnings: runWarnings(facts, { derived, attribution }),
    command: facts.command,
    config: facts.config,
    venues: facts.venues,
    data: facts.data,
    legs: facts.legs.map((leg) => describeLeg(leg, facts)),
    pairs,
    trips: derived.trips,
    markouts: markoutLines(facts, derived),
    tables: describeTables(facts, derived),
    series: {
      netPnlUsd: { start: facts.curve.start, stepUs: facts.curve.stepUs, values: facts.curve.netPnlUsd },
      fundingUsd: { start: facts.curve.start, stepUs: facts.curve.stepUs, values: facts.curve.fundingUsd },
      pairs: facts.pairs.map(({ pairId, longAprPct, shortAprPct, netExposureUsd }) => ({ pairId, longAprPct, shortAprPct, netExposureUsd })),
      positions: facts.legs.map(({ instrumentId, strategyId, pairId, position, contract }) => ({ instrumentId, strategyId, pairId, ...position, currency: contract.settle })),
    },
  };
}

function derive(facts: RunFacts): DerivedFacts {
  const legs = new Map(facts.legs.map((leg) => [leg.instrumentId, leg]));
  const roles = new Map<FillFact, FillRole>();
  const trips: RoundTrip[] = [];
  const episodes: HedgeEpisode[] = [];
  for (const pair of facts.pairs) {
    const fills = facts.fills.filter((fill) => fill.pairId === pair.pairId && fill.strategyId === pair.strategyId);
    const payments = facts.fundingPayments.filter((payment) => payment.pairId === pair.pairId && payment.strategyId === pair.strategyId);
    const found = roundTrips(fills, { pair, payments, legs, firstNumber: trips.length + 1 });
    trips.push(...found.trips);
    for (const [fill, role] of found.roles) roles.set(fill, role);
    episodes.push(...hedgeEpisodes(pair, fills, facts.replayedTo));
  }
  const mids = new Map(facts.legs.map((leg) => [leg.instrumentId, leg.mids]));
  const markouts = new Map<FillFact, FillMarkouts>();
  for (const fill of facts.fills) {
    const series = mids.get(fill.instrumentId);
    if (series !== undefined) markouts.set(fill, markoutsOf(fill, series));
  }
  return { episodes, trips, roles, markouts };
}

function summariseForced(closes: RunFacts['closedByVenues']): ForcedCloses {
  return { count: closes.length, costUsd: sumAmounts(closes.map(({ costUsd }) => costUsd)) };
}

function describePair(pair: PairFacts, episodes: readonly HedgeEpisode[]): PairReport {
  const waits = episodes.map((episode) => episode.seconds);
  const deltas = pair.netExposureUsd.values.filter((value) => value !== null && value !== 0).map((value) => Math.abs(value!));
  return {
    pairId: pair.pairId,
    strategyId: pair.strategyId,
    longInstrumentId: pair.longInstrumentId,
    shortInstrumentId: pair.shortInstrumentId,
    enterAprPct: pair.enterAprPct,
    exitAprPct: pair.exitAprPct,
    unhedged: summariseEpisodes(episodes, pair),
    toleranceUsd: pair.toleranceUsd,
    skewP50Seconds: percentile(waits, 0.5),
    skewP95Seconds: percentile(waits, 0.95),
    deltaP50Usd: percentile(deltas, 0.5),
    deltaP99Usd: percentile(deltas, 0.99),
    forcedCloses: pair.forcedCloses,
  };
}

function markoutLines(facts: RunFacts, derived: DerivedFacts): MarkoutLine[] {
  const ofLeg = (leg: LegFacts): MarkoutLine => {
    const own = facts.fills.filter((fill) => fill.instrumentId === leg.instrumentId && fill.strategyId === leg.strategyId && fill.pairId === leg.pairId);
    return { pairId: leg.pairId, instrumentId: leg.instrumentId, role: leg.role, points: averageMarkouts(own.map((fill) => derived.markouts.get(fill)!)) };
  };
  const ofPair = (pair: PairFacts): MarkoutLine => {
    const episodes = derived.episodes.filter((episode) => episode.pairId === pair.pairId);
    return {
      pairId: pair.pairId,
      instrumentId: null,
      role: 'pair',
      points: averageMarkouts(episodes.map((episode) => markoutsOfEpisode(episode, derived.markouts))),
    };
  };
  return [...facts.legs.map(ofLeg), ...facts.pairs.map(ofPair)];
}

function describeTables(facts: RunFacts, derived: DerivedFacts): RunTables {
  const tripOf = new Map([...derived.roles].map(([fill, role]) => [`${fill.orderId}@${fill.ts}`, role.trip]));
  return {
    fills: fillsTable(facts.fills, derived),
    orders: ordersTable(facts.orders),
    fundingPayments: fundingTable(facts.fundingPayments),
    daily: dailyTable(dailyResults(facts.curve)),
    hedgeEpisodes: episodesTable(derived.episodes, (episode) => tripOf.get(`${episode.orderId}@${episode.ts}`) ?? null),
  };
}

function countByStatus(facts: RunFacts): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const order of facts.orders) counts[order.status] = (counts[order.status] ?? 0) + 1;
  return counts;
}

function describeStatistics(facts: RunFacts, derived: DerivedFacts, attribution: Attribution): RunStatistics {
  const capital = Number(facts.capitalUsd);
  const days = (facts.replayedTo - facts.from) / MICROS_PER_DAY;
  const isComplete = facts.status === 'COMPLETE';
  const returnPct = capital === 0 ? 0 : (Number(facts.netPnlUsd) / capital) * 100;
  const drawdown = maxDrawdown(facts.curve.netPnlUsd, facts.curve.stepUs / 1e6);
  const daily = dailyResults(facts.curve);
  const fullDays = daily.filter((day) => day.coverage > 0.99).map((day) => day.netPnlUsd);
  const costs = -Number(sumAmounts([attribution.feesUsd, attribution.slippageUsd, attribution.gasUsd, attribution.borrowUsd]));
  const funding = Number(attribution.fundingUsd);
  const sent = facts.orders.filter((order) => order.status !== 'DENIED');
  const span = (facts.replayedTo - facts.from) / 1e6;
  const held =
    facts.pairs.length > 0
      ? derived.trips.map((trip) => [trip.from, trip.to ?? facts.replayedTo] as const)
      : facts.legs.flatMap((leg) => heldIntervals(leg, facts.replayedTo));
  return {
    days,
    returnPct,
    aprPct: isComplete ? yearlyRatePct(returnPct, days) : null,
    maxDrawdownUsd: roundAmount(String(drawdown.usd), 2),
    maxDrawdownPct: capital === 0 ? 0 : (drawdown.usd / capital) * 100,
    drawdownRecoverySeconds: drawdown.recoverySeconds,
    sharpe: isComplete && capital !== 0 ? sharpeRatio(fullDays.map((usd) => usd / capital)) : null,
    bestDayUsd: daily.length === 0 ? null : roundAmount(String(Math.max(...daily.map((day) => day.netPnlUsd))), 2),
    worstDayUsd: daily.length === 0 ? null : roundAmount(String(Math.min(...daily.map((day) => day.netPnlUsd))), 2),
    costToFundingPct: funding > 0 ? (costs / funding) * 100 : null,
    timeInPositionPct: span === 0 ? 0 : (coveredSeconds(held) / span) * 100,
    fillRatePct: sent.length === 0 ? null : (sent.filter((order) => new Decimal(order.filledQuantity).gt(0)).length / sent.length) * 100,
    isTooShortToJudge: isTooShortToJudge(derived.trips.length, days),
  };
}

function heldIntervals(leg: LegFacts, endTs: number): (readonly [number, number])[] {
  const { ts, usd } = leg.position;
  return ts.flatMap((from, index) => (usd[index] === 0 ? [] : [[from, ts[index + 1] ?? endTs] as const]));
}
