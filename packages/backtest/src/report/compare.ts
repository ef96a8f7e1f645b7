import { roundAmount } from './amounts.ts';
import { formatNumber, formatSigned, MISSING } from './page/format.ts';
import type { RunReport } from './run-report.ts';
import { plain, textTable } from './text-table.ts';

/** One metric of two runs. */
export interface MetricComparison {
  /** Name as in the report, `statistics.aprPct`. */
  readonly metric: string;
  readonly label: string;
  readonly unit: string;
  readonly first: number | null;
  readonly second: number | null;
  /** Second minus first; null where either is missing. */
  readonly change: number | null;
}

/** One setting that differs; null where a run does not have it. */
export interface ConfigDifference {
  readonly key: string;
  readonly first: string | null;
  readonly second: string | null;
}

/** Two runs side by side. */
export interface RunComparison {
  readonly first: string;
  readonly second: string;
  /** Same journal: every decision and every event was the same. */
  readonly isSameJournal: boolean;
  readonly isSameData: boolean;
  readonly metrics: readonly MetricComparison[];
  readonly config: readonly ConfigDifference[];
  /** Differences that make the runs hard to compare, in words. */
  readonly cautions: readonly string[];
}

type Metric = readonly [metric: string, label: string, unit: string, decimals: number, read: (report: RunReport) => string | number | null];

const METRICS: readonly Metric[] = [
  ['netPnlUsd', 'Net result', 'USD', 2, (run) => run.netPnlUsd],
  ['statistics.returnPct', 'Return', '%', 3, (run) => run.statistics.returnPct],
  ['statistics.aprPct', 'APR, simple', '%', 2, (run) => run.statistics.aprPct],
  ['statistics.sharpe.value', 'Sharpe, daily', '', 2, (run) => run.statistics.sharpe?.value ?? null],
  ['statistics.maxDrawdownUsd', 'Max drawdown', 'USD', 2, (run) => run.statistics.maxDrawdownUsd],
  ['attribution.fundingReceivedUsd', 'Funding received', 'USD', 2, (run) => run.attribution.fundingReceivedUsd],
  ['attribution.fundingPaidUsd', 'Funding paid', 'USD', 2, (run) => run.attribution.fundingPaidUsd],
  ['attribution.fundingAccruedUsd', 'Funding accrued', 'USD', 2, (run) => run.attribution.fundingAccruedUsd],
  ['attribution.basisUsd', 'Basis', 'USD', 2, (run) => run.attribution.basisUsd],
  ['attribution.directionalUsd', 'Price direction', 'USD', 2, (run) => run.attribution.directionalUsd],
  ['attribution.feesUsd', 'Fees', 'USD', 2, (run) => run.attribution.feesUsd],
  ['attribution.slippageUsd', 'Slippage', 'USD', 2, (run) => run.attribution.slippageUsd],
  ['attribution.gasUsd', 'Gas', 'USD', 2, (run) => run.attribution.gasUsd],
  ['attribution.borrowUsd', 'Borrowing', 'USD', 2, (run) => run.attribution.borrowUsd],
  ['attribution.fxUsd', 'Currency', 'USD', 2, (run) => run.attribution.fxUsd],
  ['attribution.residualUsd', 'Unexplained', 'USD', 2, (run) => run.attribution.residualUsd],
  ['statistics.costToFundingPct', 'Cost ÷ funding', '%', 1, (run) => run.statistics.costToFundingPct],
  ['statistics.timeInPositionPct', 'Time in position', '%', 1, (run) => run.statistics.timeInPositionPct],
  ['roundTrips', 'Round trips', '', 0, (run) => run.roundTrips],
  ['orders', 'Orders', '', 0, (run) => run.orders],
  ['fills', 'Fills', '', 0, (run) => run.fills],
  ['makerFills', 'Maker fills', '', 0, (run) => run.makerFills],
  ['statistics.fillRatePct', 'Orders with a fill', '%', 1, (run) => run.statistics.fillRatePct],
  ['unhedged.seconds', 'Unhedged in all', 's', 2, (run) => run.unhedged.seconds],
  ['unhedged.maxSeconds', 'Unhedged at most', 's', 2, (run) => run.unhedged.maxSeconds],
  ['unhedged.maxUsdSeconds', 'Unhedged at most', 'USD·s', 0, (run) => run.unhedged.maxUsdSeconds],
  ['unhedged.overBudget', 'Hedge budget broken', 'times', 0, (run) => run.unhedged.overBudget],
  ['rows', 'Rows replayed', '', 0, (run) => run.rows],
];

const ALWAYS_SHOWN = new Set(['netPnlUsd', 'statistics.returnPct', 'statistics.aprPct', 'statistics.sharpe.value']);

/** Puts two runs side by side, metric by metric, with every setting that differs. */
export function compareRuns(first: RunReport, second: RunReport): RunComparison {
  const metrics = METRICS.map(([metric, label, unit, , read]): MetricComparison => {
    const [a, b] = [toNumber(read(first)), toNumber(read(second))];
    return { metric, label, unit, first: a, second: b, change: a === null || b === null ? null : b - a };
  });
  return {
    first: first.name,
    second: second.name,
    isSameJournal: first.journalHash === second.journalHash,
    isSameData: first.dataHash === second.dataHash,
    metrics,
    config: configDifferences(first, second),
    cautions: cautionsOf(first, second),
  };
}

function toNumber(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}

function configDifferences(first: RunReport, second: RunReport): ConfigDifference[] {
  const entries = (report: RunReport): Map<string, string> =>
    new Map([...report.config.map((entry) => [entry.key, entry.value] as const), ['seed', String(report.seed)]]);
  const [a, b] = [entries(first), entries(second)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => ({ key, first: a.get(key) ?? null, second: b.get(key) ?? null }));
}

function cautionsOf(first: RunReport, second: RunReport): string[] {
  const period = (report: RunReport): string => `${report.from} ${report.to}`;
  return [
    ...(first.dataHash === second.dataHash ? [] : ['The data differ: what changed may be the market.']),
    ...(period(first) === period(second) ? [] : ['The periods differ: amounts cover different times.']),
    ...(first.capitalUsd === second.capitalUsd ? [] : [`Capital differs: ${roundAmount(first.capitalUsd, 0)} and ${roundAmount(second.capitalUsd, 0)} USD.`]),
    ...[first, second].flatMap((report) =>
      report.status === 'COMPLETE' ? [] : [`${report.name} is ${report.status}: ${report.statusReason ?? 'no reason was given'}.`],
    ),
    ...(first.engineVersion === second.engineVersion ? [] : [`Engine ${first.engineVersion} and ${second.engineVersion}.`]),
  ];
}

/** The comparison as `arb report A B --compare` prints it. */
export function renderComparison(comparison: RunComparison): string {
  const decimalsOf = new Map(METRICS.map(([metric, , , decimals]) => [metric, decimals]));
  const shown = comparison.metrics.filter((row) => ALWAYS_SHOWN.has(row.metric) || (row.first ?? 0) !== 0 || (row.second ?? 0) !== 0);
  const rows = shown.map((row) => {
    const decimals = decimalsOf.get(row.metric)!;
    const isMoney = row.unit === 'USD' || row.metric.startsWith('statistics.returnPct') || row.metric === 'statistics.aprPct';
    const cell = (value: number | null): string => (isMoney ? formatSigned(value, decimals) : formatNumber(value, decimals));
    return [
      row.label,
      cell(row.first),
      cell(row.second),
      row.change === null ? MISSING : row.change === 0 ? '=' : formatSigned(row.change, decimals),
      row.unit,
    ];
  });
  const metrics = textTable([['', comparison.first, comparison.second, 'change', ''], ...rows], new Set([1, 2, 3]));
  const config =
    comparison.config.length === 0
      ? ['Config: no difference.']
      : [
          'Config',
          ...textTable(
            comparison.config.map(({ key, first, second }) => [`  ${key}`, first ?? MISSING, '→', second ?? MISSING]),
            new Set(),
          ),
        ];
  const journal = comparison.isSameJournal ? ['Same journal: every decision and event was the same.'] : [];
  return `${[...metrics, '', ...config, ...journal, ...comparison.cautions.map((caution) => `Caution: ${caution}`)].map(plain).join('\n')}\n`;
}
