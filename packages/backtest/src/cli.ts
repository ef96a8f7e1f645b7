import type { Command } from 'commander';
import { registerBacktest } from './cli/backtest.ts';
import { registerCheck } from './cli/check.ts';
import { registerData } from './cli/data.ts';
import { registerReport } from './cli/report.ts';

/** Adds the commands of this package to `arb`: backtest, check, config, data, report. The launcher of `@arb/core` calls it. */
export function register(program: Command): void {
  registerBacktest(program);
  registerCheck(program);
  registerData(program);
  registerReport(program);
}
