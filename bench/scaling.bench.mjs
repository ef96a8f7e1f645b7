// How the engine grows: two venues, 32 instruments, ten times the orders on the same tape, memory over a long run, allocation per row.
// Run: node --expose-gc bench/scaling.bench.mjs [--rows 1000000] [--reps 3] [--json]
import { parseArgs } from 'node:util';
import { importSource } from './support/source.mjs';
import { chunksOf, makeTape } from './support/tape.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, reps: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } } });
const rows = Number(values.rows);
const reps = Number(values.reps);
const { marketsRun, quotingRun } = await importSource('quoting-run.ts');
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const tapes = (count, each) => Array.from({ length: count }, (_, i) => chunksOf(makeTape(each, 42 + i)));
const times = (run) => Array.from({ length: reps }, run);

const one = tapes(1, rows)[0];
for (let i = 0; i < 3; i++) quotingRun(one.slice(0, 3), { mode: 'quote', journal: false });

const ofMany = (count, venues) => {
  const many = tapes(count, Math.floor(rows / count));
  marketsRun(many, { mode: 'quote', journal: false, venues });
  const runs = times(() => marketsRun(many, { mode: 'quote', journal: false, venues }));
  return { MrowsPerCpuS: Number((runs[0].rows / median(runs.map(({ cpuSeconds }) => cpuSeconds)) / 1e6).toFixed(2)), orders: runs[0].orders };
};
const single = ofMany(1, 1);
const twoVenues = ofMany(2, 2);
const manyInstruments = ofMany(32, 2);

// Time for orders only: what the feed alone costs is taken off, so that a constant part cannot hide growth.
const cost = (options) => {
  const runs = times(() => quotingRun(one, { journal: false, mode: 'quote', ...options }));
  return { orders: runs[0].orders, seconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)) };
};
const feed = cost({ mode: 'feed' });
const few = cost({ everyTouch: 16 });
const all = cost({});
const growth = (all.seconds - feed.seconds) / Math.max(1e-9, few.seconds - feed.seconds) / (all.orders / few.orders);

// Heap: grown by the rows of one run without a collection in between.
const collect = globalThis.gc ?? (() => undefined);
const used = () => process.memoryUsage().heapUsed;
for (let i = 0; i < 2; i++) quotingRun(one, { mode: 'feed', journal: false });           // compiled code is heap too
const grownBy = (chunks) => {
  collect();
  const before = used();
  const { rows: seen } = quotingRun(chunks, { mode: 'feed', journal: false });
  return { bytes: used() - before, seen };
};
const half = grownBy(one.slice(0, one.length >> 1));             // what a run needs to begin with is in both
const whole = grownBy(one);
const bytesPerRow = Math.max(0, whole.bytes - half.bytes) / (whole.seen - half.seen);
/** The tape ten times over, as a file ten times as long is read; what is held is measured within the run, each time the tape has been seen once more: after it all would be free. */
const TIMES = 10;
const held = [];
function* repeated() {
  let shift = 0;
  for (let i = 0; i < TIMES; i++) {
    for (const chunk of one) yield { ...chunk, tsEvent: chunk.tsEvent.map((at) => at + shift), tsInit: chunk.tsInit.map((at) => at + shift) };
    shift += one.at(-1).tsInit.at(-1) + 1;
    collect();
    collect();                                                   // buffers that the first one freed are swept beside it
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    held.push(heapUsed + arrayBuffers);
  }
}
const long = marketsRun([repeated()], { mode: 'quote', journal: false });

const result = {
  node: process.version, rows, oneVenue: single.MrowsPerCpuS, twoVenues: twoVenues.MrowsPerCpuS, instruments32: manyInstruments.MrowsPerCpuS,
  timePerOrderGrowth: Number(growth.toFixed(2)), fewOrders: few.orders, allOrders: all.orders, bytesPerRow: Number(bytesPerRow.toFixed(2)),
  heldGrowthMB: Number(((held.at(-1) - held[0]) / 1e6).toFixed(1)), heldMB: held.map((bytes) => Number((bytes / 1e6).toFixed(1))).join(' '), ordersOfLongRun: long.orders,
};
console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(20)}${value}`).join('\n'));
