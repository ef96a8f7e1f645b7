import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ArbError, readJournal } from '@arb/core';
import type { Command } from 'commander';
import { explainOrder } from '../report/explain-order.ts';
import { readOrderStory } from '../report/order-story.ts';
import { type CommandOutput, formatJson, PROCESS_OUTPUT } from './data-output.ts';

const JOURNAL = 'journal.bin';

/** Registers `arb explain`. */
export function registerExplain(program: Command, output: CommandOutput = PROCESS_OUTPUT): void {
  program.command('explain').summary('why an order was sent, and what came of it')
    .description('Tells one order from its reason to its end, from the journal of a run: why, what risk said, what was sent, what came back, and what the round trip came to.')
    .argument('<orderId>', 'id as in orders.csv, such as run-btc-1')
    .option('--run <folder>', 'folder of a run or its journal; the newest run with a journal below runs/ unless given')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nThe run must have kept its journal: npx arb backtest --journal\n\nExamples:\n  $ npx arb explain run-btc-1\n  $ npx arb explain run-btc-1 --run runs/2025-11-22T07-10-31-demo')
    .action((orderId: string, { run, json }: { run?: string; json?: boolean }) => {
      const file = run === undefined ? newestJournal('runs') : journalOf(run);
      const story = readOrderStory(readJournal(readFileSync(file)), orderId);
      if (json === true) { output.write(formatJson({ ...story, instrument: story.instrument.id, trip: story.trip === undefined ? undefined : plainTrip(story.trip), journal: file })); return; }
      output.write(`${explainOrder(story)}\n${run === undefined ? `\nfrom ${relative(process.cwd(), file)}\n` : ''}`);
    });
}

function plainTrip({ from, to, ...money }: NonNullable<ReturnType<typeof readOrderStory>['trip']>): Record<string, unknown> {
  return { from, to, ...Object.fromEntries(Object.entries(money).map(([part, amounts]) => [part, Object.fromEntries(amounts)])) };
}

/** @throws ArbError `ARB_NO_JOURNAL` */
function journalOf(path: string): string {
  if (!existsSync(path)) throw new ArbError('ARB_NO_JOURNAL', `no run "${path}"; give the folder that "arb backtest --journal" wrote`, { path });
  if (!statSync(path).isDirectory()) return path;
  const file = join(path, JOURNAL);
  if (!existsSync(file)) throw new ArbError('ARB_NO_JOURNAL', `${path} has no ${JOURNAL}: the run kept only its hash; run it again with --journal`, { path });
  return file;
}

/** The last in the order of names, which begin with the time. @throws ArbError `ARB_NO_JOURNAL` */
function newestJournal(folder: string): string {
  const runs = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, JOURNAL))).sort() : [];
  const newest = runs.at(-1);
  if (newest === undefined) throw new ArbError('ARB_NO_JOURNAL', `no run below ${folder}/ has kept its journal; run "arb backtest --journal", or name a run with --run`, { folder });
  return join(folder, newest, JOURNAL);
}
