// A sweep on two threads against the same sweep on one, over four days of the demo books, per CPU-second: what threads cost beyond the runs themselves. Each thread
// loads and compiles for itself, some 1.5 CPU-seconds, so short sweeps look worse. On two idle cores the wall-clock ratio (speedUp) is what cpuEfficiency promises;
// beside other work only the latter means anything. Not part of `npm run bench`: it takes minutes.
// Run: npm run build && node bench/sweep.bench.mjs [--runs 48] [--json]
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSweep } from '@arb/backtest';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '48' }, json: { type: 'boolean', default: false } } });
const file = fileURLToPath(new URL('../examples/hl-bybit-funding/arb.config.json', import.meta.url));
const config = JSON.parse(readFileSync(file, 'utf8'));
config.data.to = '2025-03-05';
const params = [`enterAprPct=${Array.from({ length: Math.ceil(Number(values.runs) / 4) }, (_, i) => 15 + i).join(',')}`, 'exitAprPct=1,2,3,4'];

/** One sweep, with the seconds it took by the clock and of all its threads together. */
async function measure(workers) {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const { runs } = await runSweep(config, { params, workers, folder: dirname(file) });
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - startedAt) / 1_000, cpu: (user + system) / 1e6, hashes: runs.map(({ journalHash }) => journalHash) };
}

await runSweep(config, { params: ['enterAprPct=20'], workers: 1, folder: dirname(file) });      // what this process alone would still have to compile
const one = await measure(1);
const two = await measure(2);
if (one.hashes.join() !== two.hashes.join()) throw new Error('two threads gave other journals than one');
const round = (value) => Number(value.toFixed(2));
const result = { node: process.version, runs: one.hashes.length, cpuEfficiency: round(one.cpu / two.cpu), speedUp: round(one.wall / two.wall), cpuSecondsPerRun: round(one.cpu / one.hashes.length), wallOne: round(one.wall), wallTwo: round(two.wall) };
console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(18)}${value}`).join('\n'));
