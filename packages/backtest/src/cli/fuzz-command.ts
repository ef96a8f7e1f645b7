import type { Command } from 'commander';

/** Flags of `arb fuzz`. */
export interface FuzzFlags {
  readonly seeds: string;
  readonly seed?: string;
  readonly faults?: string;
  readonly minutes?: string;
  readonly json?: boolean;
}

/** Registers `arb fuzz`. Exit codes: 0 clean, 1 something was broken, 2 wrong use, 130 interrupted. */
export function registerFuzz(program: Command): void {
  program.command('fuzz').summary('random markets, latencies and faults, and what must hold in all of them')
    .description('Runs strategies through random courses of markets, latencies and faults on simulated venues, each from one seed, and checks after every event what must always hold. A course that breaks something is shrunk and comes with the command that repeats it.')
    .argument('[config]', 'config file, or a folder that holds one: its strategies, venues and limits are tried; without it pairs of the shipped profiles')
    .option('--seeds <number>', 'how many courses, of seeds from 1 on', '1000')
    .option('--seed <number>', 'only the course of this seed, and print it')
    .option('--faults <places>', 'with --seed: only these faults of it, by their places, as 0,3,7')
    .option('--minutes <number>', 'end after this long, whatever is left')
    .option('--json', 'one JSON object instead of text')
    .addHelpText('after', '\nThe last line is the count and the verdict; the exit code is 0 only where it is clean.\n\nExamples:\n  $ npx arb fuzz\n  $ npx arb fuzz arb.config.ts --seeds 10000 --minutes 30\n  $ npx arb fuzz --seed 42')
    .action(async (config: string | undefined, flags: FuzzFlags) => { await (await import('./fuzz.ts')).runFuzz(config, flags); });
}
