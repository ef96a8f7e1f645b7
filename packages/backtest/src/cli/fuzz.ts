import { ArbError } from '@arb/core';
import { counted } from '../counted.ts';
import { prepareBacktest } from '../engine/run-backtest.ts';
import { fuzz, type FuzzFailure, type FuzzResult, scheduleOf } from '../fuzz/fuzz.ts';
import { faultText } from '../fuzz/fault-schedule.ts';
import { type FuzzPlan, planOf } from '../fuzz/fuzz-plan.ts';
import { runSchedule } from '../fuzz/run-schedule.ts';
import { withFaults } from '../fuzz/shrink.ts';
import { resolveConfig } from './backtest.ts';
import { type CommandOutput, formatJson, PROCESS_OUTPUT } from './data-output.ts';
import type { FuzzFlags } from './fuzz-command.ts';
import { ProgressBar } from './progress-bar.ts';

/** Progress is shown once it has taken this long. */
const PROGRESS_AFTER_MS = 2_000;

/** Runs `arb fuzz`. */
export async function runFuzz(config: string | undefined, flags: FuzzFlags, output: CommandOutput = PROCESS_OUTPUT): Promise<void> {
  const seeds = wholeNumber('--seeds', flags.seeds, 1);
  const seed = flags.seed === undefined ? undefined : wholeNumber('--seed', flags.seed, 0);
  const minutes = flags.minutes === undefined ? undefined : positive('--minutes', flags.minutes);
  if (flags.faults !== undefined && seed === undefined) throw new ArbError('ARB_USAGE_FUZZ', '--faults names places in the course of one seed; give it with --seed', {});
  const plan = config === undefined ? undefined : planOf(await prepareBacktest(await resolveConfig(config, {})));
  if (seed !== undefined) { runOne({ seed, config, plan, flags }, output); return; }
  const abort = new AbortController();
  const interrupt = (): void => { abort.abort(); };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const bar = new ProgressBar({ afterMs: PROGRESS_AFTER_MS });
  const isQuiet = flags.json === true;
  try {
    const result = await fuzz({
      seeds, minutes, plan, signal: abort.signal,
      onProgress: ({ schedules, failed, fraction, perSecond }) => { if (output.isInteractive && !isQuiet) bar.update('fuzzing', fraction, `${counted(schedules, 'schedule')}   ${failed} failed   ${perSecond.toFixed(0)}/s`); },
      onFailure: (failure) => { if (!isQuiet) { bar.end(); output.write(failureText(failure, config)); } },
    });
    bar.end();
    output.write(isQuiet ? formatJson(resultJson(result, config)) : resultText(result));
    if (result.failed > 0) output.setExitCode(1);
    else if (result.isInterrupted) output.setExitCode(130);
  } finally {
    bar.end();
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

/** One seed: its settings, what happened, what it broke. */
function runOne({ seed, config, plan, flags }: { readonly seed: number; readonly config: string | undefined; readonly plan: FuzzPlan | undefined; readonly flags: FuzzFlags }, output: CommandOutput): void {
  const drawn = scheduleOf(seed, plan);
  const kept = flags.faults === undefined ? undefined : places(flags.faults, drawn.faults.length);
  const schedule = kept === undefined ? drawn : withFaults(drawn, kept);
  const lines: string[] = [];
  const { violation, journalHash, events, fills } = runSchedule(schedule, { plan, tell: (line) => { lines.push(line); } });
  if (flags.json === true) output.write(formatJson({ schedule, violation: violation ?? null, events, fills, journalHash, command: commandOf(seed, config, kept) }));
  else {
    const { faults: _faults, ...settings } = schedule;
    output.write(`settings ${JSON.stringify(settings)}\n\n${lines.join('\n')}\n\n${counted(events, 'event')}, ${counted(fills, 'fill')}, journal sha256 ${journalHash}\n`);
    if (violation !== undefined) output.write(`${(violation.atMs / 1_000).toFixed(3)} s  ${violation.invariant}: ${violation.message}\n`);
    output.write(`1 schedule, ${violation === undefined ? '0 failed: clean' : '1 failed: FAILED'}\n`);
  }
  if (violation !== undefined) output.setExitCode(1);
}

function failureText({ seed, faults, schedule, kept, violation }: FuzzFailure, config: string | undefined): string {
  return `seed ${seed} FAILED at ${(violation.atMs / 1_000).toFixed(3)} s, ${violation.invariant}: ${violation.message}\n  ${schedule.faults.length} of ${counted(faults, 'fault')} are enough:\n${schedule.faults.map((fault) => `  ${faultText(fault)}\n`).join('')}  again: ${commandOf(seed, config, kept)}\n\n`;
}

/** `10,000 schedules, 0 failed: clean` */
function resultText({ schedules, failed, failures, events, fills, seconds, isInterrupted }: FuzzResult): string {
  const more = failed > failures.length ? `${failed - failures.length} more failed and were not shrunk\n` : '';
  const rate = seconds > 0 ? `, ${(schedules / seconds).toFixed(0)} schedules/s` : '';
  return `${more}${counted(events, 'event')}, ${counted(fills, 'fill')}${rate}\n${isInterrupted ? 'interrupted: ' : ''}${counted(schedules, 'schedule')}, ${failed} failed: ${failed === 0 ? 'clean' : 'FAILED'}\n`;
}

function resultJson({ failures, ...result }: FuzzResult, config: string | undefined): Record<string, unknown> {
  return { verdict: result.failed === 0 ? 'clean' : 'FAILED', ...result, failures: failures.map(({ kept, ...failure }) => ({ ...failure, kept, command: commandOf(failure.seed, config, kept) })) };
}

function commandOf(seed: number, config: string | undefined, kept: readonly number[] | undefined): string {
  return `npx arb fuzz${config === undefined ? '' : ` ${config}`} --seed ${seed}${kept === undefined ? '' : ` --faults ${kept.length === 0 ? 'none' : kept.join(',')}`}`;
}

/** @throws ArbError `ARB_USAGE_FUZZ` */
function places(text: string, count: number): number[] {
  if (text === 'none') return [];
  return text.split(',').map((part) => {
    const place = Number(part);
    if (part.trim() === '' || !Number.isInteger(place) || place < 0 || place >= count) throw new ArbError('ARB_USAGE_FUZZ', `--faults ${text}: "${part}" is no place in a course of ${counted(count, 'fault')}; give places from 0 to ${count - 1}, or none`, {});
    return place;
  });
}

/** @throws ArbError `ARB_USAGE_FUZZ` */
function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < least) throw new ArbError('ARB_USAGE_FUZZ', `${name} is ${text}; give a whole number from ${least}`, {});
  return number;
}

/** @throws ArbError `ARB_USAGE_FUZZ` */
function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) throw new ArbError('ARB_USAGE_FUZZ', `${name} is ${text}; give a positive number`, {});
  return number;
}
