import { formatTime } from '@arb/core';
import { counted, formatCount } from '../counted.ts';
import { formatNumber, formatSigned, MISSING } from '../report/page/format.ts';
import { plain, textTable } from '../report/text-table.ts';
import { OBJECTIVES, type SweepObjective } from './objective.ts';
import type { SweepPoint } from './parameter-space.ts';
import type { SweepResult, SweepRun } from './sweep-result.ts';

/** Runs shown in text; all are in the files. */
const SHOWN = 10;
const MAX_FAILURES_SHOWN = 3;

/** A figure as texts show it: signed where it is a result. */
export function figureText(by: SweepObjective, value: number | string | null): string {
  const { decimals, isLessBetter } = OBJECTIVES[by];
  return isLessBetter ? formatNumber(value === null ? null : Number(value), decimals) : formatSigned(value === null ? null : Number(value), decimals);
}

/** `enterAprPct=4 exitAprPct=1`. */
export function pointText(point: SweepPoint): string { return Object.entries(point).map(([name, value]) => `${name}=${value}`).join(' ') || 'nothing chosen'; }

/** What kind of sweep it was: `grid of 12 runs`. */
export function kindText({ kind, planned, runs, windows }: SweepResult): string {
  if (windows !== null) return `walk-forward over ${counted(windows.length, 'window')}, ${counted(planned, 'run')}`;
  return kind === 'random' ? counted(planned, 'random draw') : `grid of ${counted(Math.max(planned, runs.length), 'run')}`;
}

/** The best of many tries on one stretch of data looks better than it is. */
export function cautionText({ windows, done }: SweepResult): string | undefined {
  return windows !== null || done < 2 ? undefined : `The best of ${counted(done, 'run')} over the same data looks better than it is; --walk-forward judges a choice on data it has not seen.`;
}

/** Of the best run: how many others went exactly its way; empty where none did. */
export function twinsText({ runs, ranking }: SweepResult): string {
  const best = runs.find(({ run }) => run === ranking[0]);
  const twins = runs.filter(({ run, journalHash }) => run !== best?.run && journalHash === best?.journalHash).length;
  return twins === 0 || best === undefined ? '' : ` ${counted(twins, 'other run')} went exactly the same way: what differs between them never mattered.`;
}

/** How the work went: `12 runs in 8.1 s   1.5 runs/s   2 threads`. */
export function effortText({ done, seconds, workers, sharedBytes, status, planned }: SweepResult): string {
  const runs = status === 'PARTIAL' ? `${formatCount(done)} of ${counted(planned, 'run')}` : counted(done, 'run');
  const speed = done === 0 ? '' : `   ${formatNumber(done / Math.max(seconds, 1e-3), 1)} runs/s`;
  return `${runs} in ${formatNumber(seconds, 1)} s${speed}   ${counted(workers, 'thread')}   ${sharedBytes === 0 ? 'data read by each run' : `data decoded once, ${bytesText(sharedBytes)} shared`}`;
}

/** The summary that `arb sweep` prints, without the commands and places of files. */
export function renderSweepText(result: SweepResult): string {
  const { strategies, dataset, dataLabel, status, notes } = result;
  const data = dataLabel === null || dataLabel === 'real' ? dataset : `${dataset} (${dataLabel})`;
  const lines = [
    `${strategies.join(', ')}   ${data}   ${kindText(result)}`, effortText(result), ...(status === 'PARTIAL' ? ['PARTIAL sweep: interrupted before its end'] : []), ...notes, '',
    ...(result.windows === null ? rankingLines(result) : windowLines(result)), ...failureLines(result),
  ];
  return `${lines.map(plain).join('\n')}\n`;
}

function rankingLines(result: SweepResult): string[] {
  const { by, ranking, runs, parameters } = result;
  const byRun = new Map(runs.map((run) => [run.run, run]));
  const best = ranking.slice(0, SHOWN).map((place) => byRun.get(place)!);
  if (best.length === 0) return [`No run has the figure ${by}.`];
  const names = parameters.map(({ name }) => name);
  const head = [...names, ...figureHeads(by)];
  const rows = best.map((run) => [...names.map((name) => run.params[name] ?? MISSING), ...figureCells(by, run)]);
  const more = ranking.length > SHOWN ? [`… and ${formatCount(ranking.length - SHOWN)} more in sweep.csv`] : [];
  const caution = cautionText(result);
  return [
    ...textTable([head, ...rows], new Set(head.map((_, i) => i))), ...more, '',
    `Best by ${OBJECTIVES[by].words}: ${pointText(best[0]!.params)}   ${figureText(by, best[0]![by])} ${OBJECTIVES[by].unit}`.trimEnd(), ...(twinsText(result) === '' ? [] : [twinsText(result).trimStart()]), ...(caution === undefined ? [] : [caution]),
  ];
}

const FIGURES: readonly SweepObjective[] = ['netPnlUsd', 'fundingUsd', 'sharpe', 'maxDrawdownUsd', 'maxUnhedgedSeconds'];
const unitOf = (by: SweepObjective): string => (OBJECTIVES[by].unit === '' ? '' : ` ${OBJECTIVES[by].unit}`);
const figuresBy = (by: SweepObjective): SweepObjective[] => [by, ...FIGURES.filter((figure) => figure !== by)];
const figureHeads = (by: SweepObjective): string[] => [...figuresBy(by).map((figure) => `${OBJECTIVES[figure].label}${unitOf(figure)}`), 'Fills'];
const figureCells = (by: SweepObjective, run: SweepRun): string[] => [...figuresBy(by).map((figure) => figureText(figure, run[figure])), run.fills === null ? MISSING : formatNumber(run.fills, 0)];

function windowLines({ windows, runs, by }: SweepResult): string[] {
  const tested = new Map(runs.map((run) => [run.run, run]));
  const isNet = by === 'netPnlUsd';
  const head = ['trained', 'tested', 'until', 'chosen', 'in training', ...(isNet ? [] : ['in the test']), isNet ? 'in the test' : 'Net result USD', 'Fills'];
  const rows = windows!.map((window, i) => {
    const run = tested.get(i + 1);
    return [
      dayText(window.trainFrom), dayText(window.testFrom), dayText(window.testTo), window.chosen === null ? MISSING : pointText(window.chosen), figureText(by, window.trainValue),
      ...(isNet ? [] : [figureText(by, run?.[by] ?? null)]), figureText('netPnlUsd', run?.netPnlUsd ?? null), run?.fills === null || run === undefined ? MISSING : formatNumber(run.fills, 0),
    ];
  });
  const net = runs.reduce((sum, run) => sum + Number(run.failure === null ? run.netPnlUsd : 0), 0);
  return [...textTable([head, ...rows], new Set([4, 5, 6, 7])), '', `Chosen by ${OBJECTIVES[by].words} in training; net result of all ${counted(runs.length, 'test')}: ${formatSigned(net)} USD`];
}

function failureLines({ runs, failures }: SweepResult): string[] {
  if (failures === 0) return [];
  const failed = runs.filter(({ failure }) => failure !== null).slice(0, MAX_FAILURES_SHOWN);
  return ['', `${counted(failures, 'run')} failed${failures > failed.length ? `, the first ${failed.length}` : ''}:`, ...failed.map((run) => `  ${pointText(run.params)}: ${run.failure!}`)];
}

const dayText = (time: number): string => formatTime(time).replace(/T00:00:00Z$/, '');

/** Bytes as people say them, `12.4 MB`. */
export function bytesText(bytes: number): string { return bytes < 1e6 ? `${formatNumber(bytes / 1e3, 1)} kB` : `${formatNumber(bytes / 1e6, 1)} MB`; }
