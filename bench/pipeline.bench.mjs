// One strategy quoting both sides of one instrument through the public API: strategy, risk, ledger and simulated venue, against the plain loop without any of them.
// Run: node bench/pipeline.bench.mjs [--rows 1000000] [--reps 5] [--json]
// With PREFIX, ROWS and MODE (quote | feed) in the environment it reads a tape from files and prints one JSON line {MrowsPerCpuS, mode, orders}.
import { parseArgs } from 'node:util';
import { plainPipeline } from './plain/pipeline.mjs';
import { importSource } from './support/source.mjs';
import { chunksOf, makeTape, readTape } from './support/tape.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: process.env.ROWS ?? '1000000' }, reps: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } } });
const rows = Number(values.rows);
const mode = process.env.MODE === 'feed' ? 'feed' : 'quote';
const { quotingRun } = await importSource('quoting-run.ts');
const tape = process.env.PREFIX === undefined ? makeTape(rows) : readTape(process.env.PREFIX, rows);
const chunks = chunksOf(tape);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const rate = (seconds) => Number((tape.rows / seconds / 1e6).toFixed(2));

const warm = chunksOf({ ...tape, rows: Math.min(tape.rows, 500_000) });
for (let i = 0; i < 3; i++) quotingRun(warm, { mode, journal: false });

if (process.env.PREFIX !== undefined) {
  const runs = Array.from({ length: Number(values.reps) }, () => quotingRun(chunks, { mode, journal: false }));
  console.log(JSON.stringify({ MrowsPerCpuS: rate(Math.min(...runs.map(({ cpuSeconds }) => cpuSeconds))), mode, orders: runs[0].orders }));
} else {
  for (let i = 0; i < 2; i++) plainPipeline(warm.length > 0 ? { ...tape, rows: Math.min(tape.rows, 500_000) } : tape, mode);
  const ours = [];
  const journaled = [];
  const plain = [];
  let figures;
  let expected;
  for (let i = 0; i < Number(values.reps); i++) {                // turn about: what the machine does meanwhile hits all alike
    expected = plainPipeline(tape, mode);
    plain.push(expected.cpuSeconds);
    figures = quotingRun(chunks, { mode, journal: false });
    ours.push(figures.cpuSeconds);
    journaled.push(quotingRun(chunks, { mode, journal: true }).cpuSeconds);
  }
  for (const name of mode === 'quote' ? ['orders', 'fills', 'volume', 'position', 'cash'] : []) {
    if (String(expected[name]) !== String(figures[name])) throw new Error(`${name}: ${figures[name]}, the plain loop has ${expected[name]}`);
  }
  const result = {
    node: process.version, mode, rows: tape.rows, MrowsPerCpuS: rate(median(ours)), withJournal: rate(median(journaled)), plain: rate(median(plain)),
    ratio: Number((median(plain) / median(ours)).toFixed(2)), ratioWithJournal: Number((median(plain) / median(journaled)).toFixed(2)),
    orders: figures.orders, fills: figures.fills, volume: figures.volume, position: figures.position, cash: figures.cash,
  };
  console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(18)}${value}`).join('\n'));
}
