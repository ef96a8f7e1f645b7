import { join } from 'node:path';
import { ArbError } from '@arb/core';
import type { Command } from 'commander';
import { compareRuns, renderComparison } from '../report/compare.ts';
import { readRunReport } from '../report/read-run-report.ts';
import { renderTextSummary } from '../report/text-summary.ts';
import { type CommandOutput, formatJson, PROCESS_OUTPUT } from './data-output.ts';

/** Registers `arb report`. */
export function registerReport(program: Command, output: CommandOutput = PROCESS_OUTPUT): void {
  program.command('report').summary('show a run, or compare two')
    .argument('<runs...>', 'folders of runs').option('--compare', 'metric by metric, with the difference of their configs').option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nExamples:\n  $ npx arb report runs/A\n  $ npx arb report runs/A runs/B --compare')
    .action((runs: readonly string[], { compare, json }: { compare?: boolean; json?: boolean }) => {
      if (compare === true || runs.length === 2) {
        if (runs.length !== 2) throw new ArbError('ARB_USAGE_COMPARE', `--compare takes two runs, got ${runs.length}`, {});
        const comparison = compareRuns(readRunReport(runs[0]!), readRunReport(runs[1]!));
        output.write(json === true ? formatJson(comparison) : renderComparison(comparison));
        return;
      }
      for (const run of runs) {
        const report = readRunReport(run);
        output.write(json === true ? formatJson(report) : renderTextSummary(report, { tearsheet: join(run, 'tearsheet.html') }));
      }
    });
}
