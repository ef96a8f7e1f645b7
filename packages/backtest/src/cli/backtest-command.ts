import type { Command } from 'commander';
import type { ConfigFlags } from '../engine/effective-config.ts';

/** Flags of `arb backtest`, shared with `check` and `config print`. */
export interface BacktestFlags extends ConfigFlags {
  readonly json?: boolean;
  readonly journal?: boolean;
  readonly sample?: boolean;
  readonly verify?: true | string;
  readonly log?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

const BY_FLAGS_ALONE = `Without a config file every venue of the data has its profile and 100,000 of its settlement currency; where the strategy's
instruments (those of the data, if it names none) are settled in another currency or are spot, also 100,000 worth of that at its first price.`;

/** What `--param` takes: one value of a parameter, unless stated otherwise. */
const ONE_VALUE: readonly [flag: string, text: string] = ['--param <name=value>', "a strategy's parameter; repeat for more, id.name=value with several strategies"];

/** Adds the flags that say what is run. */
export function configOptions(command: Command, [param, text]: readonly [flag: string, text: string] = ONE_VALUE): Command {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return command
    .argument('[config]', 'config file, or a folder that holds one', '.')
    .option('--strategy <file#Class>', 'strategy to run, instead of those of the config')
    .option('--data <catalog>', 'folder of a catalog, or a dataset such as datasets/demo')
    .option('--from <time>', 'first time, ISO 8601').option('--to <time>', 'end, exclusive')
    .option(param, text, collect, [])
    .option('--balance <venue=amount:currency>', 'starting balance of a venue instead of the default; repeat for more currencies', collect, [])
    .option('--seed <number>', 'seed of every random stream').option('--out <folder>', 'where results go; runs/<time>-<dataset> unless given');
}

/** Registers `arb backtest`. Exit codes: 0 finished, 1 the run failed, 2 wrong use, 130 interrupted. */
export function registerBacktest(program: Command): void {
  const command = configOptions(program.command('backtest').summary('replay recorded data against a strategy')
    .description('Replays recorded data against strategies on simulated venues, prints where the result came from and writes a folder with tearsheet, tables and manifest.'));
  command.option('--sample', 'run the recorded sample that comes with the package')
    .option('--journal', 'keep the journal as a file beside its hash')
    .option('--verify [cuts]', 'prove there is no look-ahead: run again this often (3 unless stated) with the future cut off right behind a decision; the journal must be the same up to there')
    .option('--json', 'one JSON object instead of text')
    .addOption(command.createOption('--log <level>', 'log lines on standard error').choices(['debug', 'info', 'warn', 'error', 'silent']).default('warn'))
    .addHelpText('after', `\n${BY_FLAGS_ALONE}\n\nExamples:\n  $ npx arb backtest\n  $ npx arb backtest --sample\n  $ npx arb backtest --strategy ./my.ts#Mine --data data/ --from 2025-01-01 --param enterAprPct=6\n  $ npx arb backtest --strategy ./my.ts#Mine --data datasets/binance-20240808 --balance BINANCE=10000:USDT --balance BINANCE=0.5:BTC\n  $ npx arb backtest --verify\n  $ npx arb backtest --json > run.json`)
    .action(async (path: string, flags: BacktestFlags) => { await (await import('./backtest.ts')).backtest(path, flags); });
}
