import type { Command } from 'commander';
import type { ConfigFlags } from '../engine/effective-config.ts';
import { configOptions } from './backtest-command.ts';

/** Flags of `arb sweep`. */
export interface SweepFlags extends ConfigFlags {
  readonly random?: number;
  readonly walkForward?: string;
  readonly by?: string;
  readonly workers?: number;
  readonly shareMb?: number;
  readonly json?: boolean;
  readonly sample?: boolean;
}

/** As in `runSweep`, which is not loaded for a help text. */
const [MAX_RUNS, MAX_WORKERS, MAX_SHARE_MB] = [10_000, 256, 1_048_576];

/** Registers `arb sweep`. Exit codes: 0 finished, 1 every run failed, 2 wrong use, 130 interrupted. */
export function registerSweep(program: Command): void {
  const command = configOptions(program.command('sweep').summary('run again with other parameters, on several threads, and rank the results')
    .description('Replays the same data with every combination of parameters, or some drawn at random, on several threads over data that is decoded once. Every run gives the journal hash that arb backtest gives with its parameters.'),
  ['--param <name=values>', "values of a strategy's parameter: 2,4,6 or 0..4:0.5 (both ends included); repeat for more parameters, id.name=… with several strategies"]);
  command.option('--random <runs>', 'draw this many combinations with the seed; ranges then need no step', wholeNumber(1, MAX_RUNS))
    .option('--walk-forward <lengths>', 'train=90d,test=30d: choose on each training part, report the choice on the part right behind it')
    .option('--by <figure>', 'what is best: netPnlUsd (unless given), returnPct, sharpe, fundingUsd, maxDrawdownUsd, maxUnhedgedSeconds')
    .option('--workers <threads>', 'threads; as many as there are cores unless given', wholeNumber(1, MAX_WORKERS))
    .option('--share-mb <megabytes>', 'decoded data held in memory for all threads at most, 1024 unless given; 0: each run reads the files', wholeNumber(0, MAX_SHARE_MB))
    .option('--sample', 'sweep over the recorded sample that comes with the package')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nExamples:\n  $ npx arb sweep --param enterAprPct=2,4,6,8 --param exitAprPct=0,1,2\n  $ npx arb sweep --param enterAprPct=0..20 --param exitAprPct=0..5 --random 50 --by sharpe\n  $ npx arb sweep --param enterAprPct=2..10:2 --walk-forward train=90d,test=30d\n  $ npx arb sweep --param enterAprPct=2,4 --workers 8 --json > sweep.json')
    .action(async (path: string, flags: SweepFlags) => { await (await import('./sweep.ts')).sweep(path, flags); });
}

/** Reads a flag that is a whole number; anything else is wrong use. */
function wholeNumber(least: number, most: number): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (given.trim() === '' || !Number.isInteger(value) || value < least || value > most) throw new WrongArgument(`give a whole number from ${least} to ${most}`);
    return value;
  };
}

/** What the command-line parser takes for wrong use, by its code: its own class would have to be loaded for every help text. */
class WrongArgument extends Error {
  readonly code = 'commander.invalidArgument';
}
