#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { registerCommands } from './commands.ts';
import { errorLines, exitCodeOf } from './error-lines.ts';
import { VERSION } from '../node/version.ts';

/** Exit codes: 0 finished, 1 the run failed, 2 wrong use, 130 interrupted. */
async function main(): Promise<void> {
  const program = new Command('arb');
  program
    .description('Funding and spread arbitrage: the same strategy in backtest, on paper and live.')
    .version(VERSION, '-v, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for the options)')
    .exitOverride()
    .addHelpText('after', '\nFirst steps:\n  $ npx arb init my-arb && cd my-arb\n  $ npx arb backtest --sample');
  await registerCommands(program, process.argv.slice(2));
  await program.parseAsync(process.argv);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);                     // a reader such as head has left: nothing more to say
  throw error;
});

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.stderr.write(`${errorLines(error).join('\n')}\n`);
  process.exitCode = exitCodeOf(error);
});
