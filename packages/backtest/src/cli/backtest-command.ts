import { type Command, Option } from 'commander';
import type { ConfigFlags } from '../engine/effective-config.ts';

/** Flags of `arb backtest`, shared with `check` and `config print`. */
export interface BacktestFlags extends ConfigFlags {
  readonly json?: boolean;
  readonly journal?: boolean;
  readonly sample?: boolean;
  readonly log?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Adds the flags that say what is run. */
export function configOptions(command: Command): Command {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return command
    .argument('[config]', 'config file, or a folder that holds one', '.')
    .option('--strategy <file#Class>', 'strategy to run, instead of those of the config')
    .option('--data <catalog>', 'folder of a catalog, or a dataset such as datasets/demo')
    .option('--from <time>', 'first time, ISO 8601').option('--to <time>', 'end, exclusive')
    .option('--param <name=value>', "a strategy's parameter; repeat for more, id.name=value with several strategies", collect, [])
    .option('--seed <number>', 'seed of every random stream').option('--out <folder>', 'where results go; runs/<time>-<dataset> unless given');
}

/** Registers `arb backtest`. Exit codes: 0 finished, 1 the run failed, 2 wrong use, 130 interrupted. */
export function registerBacktest(program: Command): void {
  configOptions(program.command('backtest').summary('replay recorded data against a strategy')
    .description('Replays recorded data against strategies on simulated venues, prints where the result came from and writes a folder with tearsheet, tables and manifest.'))
    .option('--sample', 'run the recorded sample that comes with the package')
    .option('--journal', 'keep the journal as a file beside its hash')
    .option('--json', 'one JSON object instead of text')
    .addOption(new Option('--log <level>', 'log lines on standard error').choices(['debug', 'info', 'warn', 'error', 'silent']).default('warn'))
    .addHelpText('after', '\nExamples:\n  $ npx arb backtest\n  $ npx arb backtest --sample\n  $ npx arb backtest --strategy ./my.ts#Mine --data data/ --from 2025-01-01 --param enterAprPct=6\n  $ npx arb backtest --json > run.json')
    .action(async (path: string, flags: BacktestFlags) => { await (await import('./backtest.ts')).backtest(path, flags); });
}
