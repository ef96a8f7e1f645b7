import { formatTime } from '@arb/core';
import type { Command } from 'commander';
import { configEntries, type EffectiveConfig, schemaProperties } from '../engine/effective-config.ts';
import { prepareBacktest, type PreparedRun } from '../engine/run-backtest.ts';
import { resolveConfig } from './backtest.ts';
import { type BacktestFlags, configOptions } from './backtest-command.ts';
import { type CommandOutput, formatCount, formatJson, formatTable, PROCESS_OUTPUT } from './data-output.ts';

/** One thing that was looked at. */
export interface CheckFinding { readonly subject: string; readonly isOk: boolean; readonly text: string }

/** Registers `arb check` and `arb config print`. */
export function registerCheck(program: Command, output: CommandOutput = PROCESS_OUTPUT): void {
  configOptions(program.command('check').summary('say whether config, data and instruments fit together').description('Loads config, strategies and data as a run would, and says what fits and what does not, without running.'))
    .option('--json', 'one JSON object instead of text').addHelpText('after', '\nExample:\n  $ npx arb check')
    .action(async (path: string, flags: BacktestFlags) => {
      const effective = await resolveConfig(path, flags);
      const findings = checkRun(await prepareBacktest(effective, { params: flags.param ?? [] }), effective);
      output.write(flags.json === true ? formatJson({ isOk: findings.every(({ isOk }) => isOk), findings }) : formatTable(['', 'what', 'found'], findings.map(({ subject, isOk, text }) => [isOk ? 'ok' : 'NO', subject, text])));
      if (!findings.every(({ isOk }) => isOk)) output.setExitCode(1);
    });
  const config = program.command('config').summary('show the effective config and where each value came from');
  configOptions(config.command('print').summary('every effective value with its origin'))
    .option('--json', 'one JSON object instead of text').addHelpText('after', '\nExample:\n  $ npx arb config print --param enterAprPct=6')
    .action(async (path: string, flags: BacktestFlags) => {
      const effective = await resolveConfig(path, flags);
      const prepared = await prepareBacktest(effective, { params: flags.param ?? [] });
      const inputs = new Map(prepared.strategies.map(({ id, Class, input }) => [id, withDefaults(Class, input)]));
      const entries = configEntries(effective, inputs, flags.param);
      output.write(flags.json === true ? formatJson(entries) : formatTable(['key', 'value', 'from'], entries.map(({ key, value, source }) => [key, value, source])));
    });
}

function withDefaults(Class: PreparedRun['strategies'][number]['Class'], input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const defaults = Object.fromEntries(Object.entries(schemaProperties(Class) ?? {}).filter(([, property]) => property.default !== undefined).map(([name, property]) => [name, property.default]));
  return { ...defaults, ...input };
}

/** Looks at everything a run needs. */
export function checkRun(prepared: PreparedRun, { config }: EffectiveConfig): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const known = new Map(prepared.catalog.instruments().map(({ spec }) => [spec.id, spec]));
  for (const { id, Class, input } of prepared.strategies) {
    findings.push({ subject: `strategy ${id}`, isOk: true, text: Class.name });
    for (const [name, value] of Object.entries(input)) {
      if (typeof value !== 'string' || !/^.+\.[A-Z][A-Z0-9_-]*$/.test(value)) continue;
      const isKnown = known.has(value);
      findings.push({ subject: `${id}.${name}`, isOk: isKnown, text: isKnown ? value : `${value} is not in ${prepared.catalog.path}; it has ${[...known.keys()].slice(0, 8).join(', ')}` });
      if (isKnown) findings.push(...coverage(prepared, value, config));
    }
  }
  return findings;
}

function coverage({ catalog }: PreparedRun, instrumentId: string, config: EffectiveConfig['config']): CheckFinding[] {
  const streams = catalog.describe().streams.filter((stream) => stream.instrumentId === instrumentId && stream.kind !== 'gap');
  const hasMarket = streams.some(({ kind }) => ['book', 'quote', 'trade', 'bar'].includes(kind));
  const venue = instrumentId.slice(instrumentId.lastIndexOf('.') + 1);
  const findings: CheckFinding[] = streams.map(({ kind, rows, from, to, gaps }) => ({ subject: `data ${instrumentId}`, isOk: true, text: `${kind}: ${formatCount(rows)} rows, ${formatTime(from)} to ${formatTime(to)}${gaps > 0 ? `, ${gaps} gaps` : ''}` }));
  if (!hasMarket) findings.push({ subject: `data ${instrumentId}`, isOk: false, text: 'no book, quotes, trades or bars' });
  if (config.venues !== undefined && config.venues[venue] === undefined) findings.push({ subject: `venue ${venue}`, isOk: false, text: `not in the config; it has ${Object.keys(config.venues).join(', ')}` });
  return findings;
}
