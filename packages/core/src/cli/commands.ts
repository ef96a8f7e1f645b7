import type { Command } from 'commander';
import { ArbError } from '../kernel/errors.ts';
import { registerInit } from './init.ts';
import { loadCommands } from './siblings.ts';

/** Which package brings which command; the summary shows in `arb --help` without loading it. */
const COMMANDS: readonly { readonly name: string; readonly from: string; readonly summary: string }[] = [
  { name: 'backtest', from: '@arb/backtest', summary: 'replay recorded data against a strategy' },
  { name: 'sweep', from: '@arb/backtest', summary: 'run again with other parameters, on several threads, and rank the results' },
  { name: 'check', from: '@arb/backtest', summary: 'say whether config, data and instruments fit together' },
  { name: 'config', from: '@arb/backtest', summary: 'show the effective config and where each value came from' },
  { name: 'data', from: '@arb/backtest', summary: 'list, describe, import, generate and check market data' },
  { name: 'report', from: '@arb/backtest', summary: 'show or compare runs' },
  { name: 'fuzz', from: '@arb/backtest', summary: 'random markets, latencies and faults, and what must hold in all of them' },
  { name: 'explain', from: '@arb/backtest', summary: 'why an order was sent, and what came of it' },
];

/**
 * Registers the commands of the siblings. Only the package of the command asked for is loaded, so that `--help` stays fast.
 *
 * @param args what the user typed after `arb`
 * @throws ArbError `ARB_USAGE_NOT_INSTALLED` where the command's package is not installed
 */
export async function registerCommands(program: Command, args: readonly string[]): Promise<void> {
  registerInit(program);
  const wanted = COMMANDS.find(({ name }) => name === args.find((arg) => !arg.startsWith('-')));
  if (wanted === undefined) {
    for (const { name, summary } of COMMANDS) program.command(name, { hidden: false }).summary(summary).allowUnknownOption().allowExcessArguments();
    return;
  }
  const module = await loadCommands(wanted.from);
  if (module === undefined) throw new ArbError('ARB_USAGE_NOT_INSTALLED', `arb ${wanted.name} needs ${wanted.from}; run: npm install ${wanted.from}`, {});
  await module.register(program, wanted.name);
}
