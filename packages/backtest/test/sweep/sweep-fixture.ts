import { MICROS_PER_DAY } from '@arb/core';
import { rankedBy } from '../../src/sweep/objective.ts';
import { gridOf, parseAxes, type SweepPoint } from '../../src/sweep/parameter-space.ts';
import { failedOutcome, type RunOutcome } from '../../src/sweep/run-outcome.ts';
import { SWEEP_SCHEMA, type SweepResult, type SweepRun } from '../../src/sweep/sweep-result.ts';

/** What a page can be of. */
export type SweepFixture = 'map' | 'one' | 'many' | 'walk' | 'hostile';

const AXES: Readonly<Record<SweepFixture, readonly string[]>> = {
  map: ['enterAprPct=2,4,6,8', 'exitAprPct=0,1,2'], one: ['enterAprPct=1..20:1'], many: ['enterAprPct=1..30:1', 'exitAprPct=0,1', 'notionalUsd=10000,20000'], walk: ['enterAprPct=2,4'],
  hostile: ['<img src=x onerror=alert(1)>=1,2', 'venue="><script>alert(2)</script>,</table>'],
};

function outcome(net: number): RunOutcome {
  return {
    from: 0, to: 30 * MICROS_PER_DAY, netPnlUsd: net.toFixed(4), fundingUsd: '12.5', feesUsd: '-8.25', slippageUsd: '-1.5', returnPct: net / 1_000, sharpe: net / 40, maxDrawdownUsd: '-12.5', orders: 8, fills: 8, roundTrips: 2,
    maxUnhedgedSeconds: 0.4, rows: 1_000, journalHash: (Math.round(net * 100) >>> 0).toString(16).padStart(64, '0'), dataHash: '0'.repeat(64), dataLabel: 'synthetic', seconds: 0.5, failure: null,
  };
}

/** A sweep with results of both signs; in the map and the hostile one the last run failed. */
export function sweepFixture(kind: SweepFixture): SweepResult {
  const axes = parseAxes(AXES[kind]);
  const points: readonly SweepPoint[] = kind === 'walk' ? Array.from({ length: 4 }, (_, i) => ({ enterAprPct: i % 2 === 0 ? '2' : '4' })) : gridOf(axes);
  const hasFailure = kind === 'map' || kind === 'hostile';
  const runs = points.map((params, i): SweepRun => ({
    run: i + 1, params, ...(hasFailure && i === points.length - 1 ? failedOutcome(new Error('<b onclick="alert(3)">no</b>'), performance.now()) : outcome((i * 37 % 101) - 45.5)), ...(kind === 'walk' ? { from: (30 + i * 10) * MICROS_PER_DAY, to: (40 + i * 10) * MICROS_PER_DAY } : {}),
  }));
  return {
    schema: SWEEP_SCHEMA, kind: kind === 'walk' ? 'walk-forward' : 'grid', status: 'COMPLETE', by: 'netPnlUsd', parameters: axes.map(({ name, values }) => ({ name, values: values! })), planned: points.length, done: points.length, runs,
    ranking: rankedBy('netPnlUsd', runs).map((index) => runs[index]!.run),
    windows: kind === 'walk' ? points.map((chosen, i) => ({ trainFrom: i * 10 * MICROS_PER_DAY, trainTo: (30 + i * 10) * MICROS_PER_DAY, testFrom: (30 + i * 10) * MICROS_PER_DAY, testTo: (40 + i * 10) * MICROS_PER_DAY, chosen, trainValue: 10 - i * 7, trainRuns: 2, trainFailures: 0 })) : null,
    failures: hasFailure ? 1 : 0, strategies: [kind === 'hostile' ? '<script>alert(4)</script>' : 'FundingArbitrage btc'], dataset: 'demo', dataLabel: 'synthetic', seed: 1, workers: 2, sharedBytes: 1_234_567, notes: kind === 'hostile' ? ['<i>note</i>'] : [], seconds: 12,
  };
}
