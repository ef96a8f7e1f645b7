import type { Command } from 'commander';

/**
 * Adds the commands of this package to `arb`: backtest, check, config, data, explain, fuzz, report, sweep. The launcher of `@arb/core` calls it.
 *
 * Only what the command asked for needs is loaded, so that help texts are there at once.
 * @param wanted the command typed; all are added without one
 */
export async function register(program: Command, wanted?: string): Promise<void> {
  const isWanted = (...names: readonly string[]): boolean => wanted === undefined || names.includes(wanted);
  if (isWanted('backtest')) (await import('./cli/backtest-command.ts')).registerBacktest(program);
  if (isWanted('check', 'config')) (await import('./cli/check-command.ts')).registerCheck(program);
  if (isWanted('data')) (await import('./cli/data.ts')).registerData(program);
  if (isWanted('explain')) (await import('./cli/explain.ts')).registerExplain(program);
  if (isWanted('fuzz')) (await import('./cli/fuzz-command.ts')).registerFuzz(program);
  if (isWanted('report')) (await import('./cli/report.ts')).registerReport(program);
  if (isWanted('sweep')) (await import('./cli/sweep-command.ts')).registerSweep(program);
}
