import type { Command } from 'commander';
import { type BacktestFlags, configOptions } from './backtest-command.ts';

const JSON_FLAG = ['--json', 'one JSON object instead of text'] as const;

/** Registers `arb check`, `arb config print` and `arb config schema`. */
export function registerCheck(program: Command): void {
  configOptions(program.command('check').summary('say whether config, data and instruments fit together').description('Loads config, strategies and data as a run would, and says what fits and what does not, without running.'))
    .option(...JSON_FLAG).addHelpText('after', '\nExample:\n  $ npx arb check')
    .action(async (path: string, flags: BacktestFlags) => { await (await import('./check.ts')).check(path, flags); });
  const config = program.command('config').summary('show the effective config and where each value came from');
  configOptions(config.command('print').summary('every effective value with its origin'))
    .option(...JSON_FLAG).addHelpText('after', '\nExample:\n  $ npx arb config print --param enterAprPct=6')
    .action(async (path: string, flags: BacktestFlags) => { await (await import('./check.ts')).printConfig(path, flags); });
  config.command('schema').summary('the JSON Schema of a config, for editors')
    .description('Prints what the package carries as arb.config.schema.json: a config whose "$schema" names that file is completed and checked while it is typed.')
    .addHelpText('after', '\nExample:\n  $ npx arb config schema > arb.config.schema.json')
    .action(async () => { (await import('./check.ts')).printSchema(); });
}
