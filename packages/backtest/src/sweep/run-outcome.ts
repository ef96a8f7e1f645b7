import { isArbError } from '@arb/core';
import type { BacktestResult } from '../engine/backtest-result.ts';
import type { DataLabel } from '../report/run-report.ts';

/** What one run of a sweep came to: plain values, so that threads can hand them over. Money is a decimal string, costs negative, as in `arb.run/1`. */
export interface RunOutcome {
  /** Part of the data it ran over, µs, `to` exclusive. */
  readonly from: number | null;
  readonly to: number | null;
  readonly netPnlUsd: string | null;
  readonly fundingUsd: string | null;
  readonly feesUsd: string | null;
  readonly slippageUsd: string | null;
  readonly returnPct: number | null;
  /** Of daily results; null below 5 days. */
  readonly sharpe: number | null;
  /** Not positive. */
  readonly maxDrawdownUsd: string | null;
  readonly orders: number | null;
  readonly fills: number | null;
  readonly roundTrips: number | null;
  readonly maxUnhedgedSeconds: number | null;
  /** Rows of market data replayed. */
  readonly rows: number | null;
  /** The hash that `arb backtest` with these parameters gives. */
  readonly journalHash: string | null;
  readonly dataLabel: DataLabel | null;
  readonly dataHash: string | null;
  /** Wall-clock seconds, by far the most of them replay. */
  readonly seconds: number;
  /** Why the run failed, one line; null where it did not. A run that failed before its end has no figures. */
  readonly failure: string | null;
}

/** The outcome of a run that ended; `startedAt` is when it began to be prepared. */
export function outcomeOf({ report }: BacktestResult, startedAt: number): RunOutcome {
  const { attribution, statistics, unhedged, status, statusReason } = report;
  return {
    from: report.from, to: report.to, netPnlUsd: report.netPnlUsd, fundingUsd: attribution.fundingUsd, feesUsd: attribution.feesUsd, slippageUsd: attribution.slippageUsd, returnPct: statistics.returnPct,
    sharpe: statistics.sharpe?.value ?? null, maxDrawdownUsd: statistics.maxDrawdownUsd, orders: report.orders, fills: report.fills, roundTrips: report.roundTrips,
    maxUnhedgedSeconds: unhedged.maxSeconds, rows: report.rows, journalHash: report.journalHash, dataHash: report.dataHash, dataLabel: report.dataLabel, seconds: secondsSince(startedAt),
    failure: status === 'COMPLETE' ? null : statusReason ?? status,
  };
}

/** The outcome of a run that could not be carried out. */
export function failedOutcome(error: unknown, startedAt: number): RunOutcome {
  return {
    from: null, to: null, netPnlUsd: null, fundingUsd: null, feesUsd: null, slippageUsd: null, returnPct: null, sharpe: null, maxDrawdownUsd: null, orders: null, fills: null, roundTrips: null,
    maxUnhedgedSeconds: null, rows: null, journalHash: null, dataHash: null, dataLabel: null, seconds: secondsSince(startedAt), failure: failureText(error),
  };
}

function failureText(error: unknown): string {
  const text = isArbError(error) ? `${error.code}: ${error.message}` : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s*\n\s*/g, '; ');
}

function secondsSince(startedAt: number): number { return Number(((performance.now() - startedAt) / 1_000).toFixed(6)); }
