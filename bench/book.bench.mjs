// The book of the packages against the same ring written as a plain loop: updates per second, the touch read after every message.
// Run: node bench/book.bench.mjs [--rows 1000000] [--reps 5] [--json]
import { parseArgs } from 'node:util';
import { PlainSide } from './plain/book.mjs';
import { importSource } from './support/source.mjs';
import { makeTape } from './support/tape.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, reps: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } } });
const { BookSide, Instrument, OrderBook } = await importSource('quoting-run.ts');
const tape = makeTape(Number(values.rows));
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** The plain loop: two sides, no book around them. */
function plain({ rows, kind, tick, lots }) {
  const bids = new PlainSide();
  const asks = new PlainSide();
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const flags = kind[i];
    const what = flags & 7;
    if (what === 0) bids.set(tick[i], lots[i]);
    else if (what === 1) asks.set(-tick[i], lots[i]);
    else if (what === 4) { bids.clear(); asks.clear(); }
    if ((flags & 128) !== 0) sum = (sum + bids.best - asks.best) | 0;
  }
  return sum;
}

/** Ours, side by side: what the class costs. */
function sides({ rows, kind, tick, lots }) {
  const bids = new BookSide();
  const asks = new BookSide();
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const flags = kind[i];
    const what = flags & 7;
    if (what === 0) bids.set(tick[i], lots[i]);
    else if (what === 1) asks.set(-tick[i], lots[i]);
    else if (what === 4) { bids.clear(); asks.clear(); }
    if ((flags & 128) !== 0) sum = (sum + bids.best - asks.best) | 0;
  }
  return sum;
}

/** Ours whole: crossed levels purged, unknown deletes counted. */
function book({ rows, kind, tick, lots }) {
  const both = new OrderBook(new Instrument({ id: 'X-PERP.BENCH', kind: 'perpetual', base: 'X', quote: 'USD', settle: 'USD', priceIncrement: '1', sizeIncrement: '1' }));
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const flags = kind[i];
    const what = flags & 7;
    if (what === 0) both.setBid(tick[i], lots[i]);
    else if (what === 1) both.setAsk(tick[i], lots[i]);
    else if (what === 4) both.clear();
    if ((flags & 128) !== 0) sum = (sum + both.bids.best - both.asks.best) | 0;
  }
  return sum;
}

const timed = (run) => {
  const start = process.cpuUsage();
  const sum = run(tape);
  const used = process.cpuUsage(start);
  return { sum, seconds: (used.user + used.system) / 1e6 };
};
const contenders = { plain, sides, book };
for (let i = 0; i < 3; i++) for (const run of Object.values(contenders)) run(tape);
const seconds = { plain: [], sides: [], book: [] };
const sums = new Set();
for (let i = 0; i < Number(values.reps); i++) {
  for (const [name, run] of Object.entries(contenders)) {
    const result = timed(run);
    seconds[name].push(result.seconds);
    sums.add(result.sum);
  }
}
if (sums.size !== 1) throw new Error(`the books disagree: ${[...sums].join(', ')}`);
const rate = (name) => Number((tape.rows / median(seconds[name]) / 1e6).toFixed(1));
const ratio = (name) => Number((median(seconds.plain) / median(seconds[name])).toFixed(2));
const result = { node: process.version, rows: tape.rows, plainMupdatesPerCpuS: rate('plain'), sideMupdatesPerCpuS: rate('sides'), bookMupdatesPerCpuS: rate('book'), sideRatio: ratio('sides'), ratio: ratio('book') };
console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(22)}${value}`).join('\n'));
