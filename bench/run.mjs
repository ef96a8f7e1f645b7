// All benchmarks, each in a process of its own, against their goals. Figures are per CPU-second; what counts is the ratio to the plain loops of the same run.
// Run: npm run bench [-- --rows 1000000] [--json] [--check]        --check exits with 1 where a goal is missed
// With PREFIX, ROWS and MODE in the environment: one line {MrowsPerCpuS, mode, orders} for a tape on disk.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } } });
const at = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Runs one benchmark; its figures. */
function bench(script, env = {}, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', at(script), '--json', ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${script}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

if (process.env.PREFIX !== undefined) {
  const { status } = spawnSync(process.execPath, [at('pipeline.bench.mjs')], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const rows = ['--rows', values.rows];
const book = bench('book.bench.mjs', {}, ...rows);
const quote = bench('pipeline.bench.mjs', {}, ...rows);
const feed = bench('pipeline.bench.mjs', { MODE: 'feed' }, ...rows);
const scaling = bench('scaling.bench.mjs', {}, ...rows);
const isBuilt = existsSync(at('../packages/core/dist/cli/main.js'));
const catalog = isBuilt ? bench('catalog.bench.mjs', {}, ...rows) : undefined;
const startup = isBuilt ? bench('startup.bench.mjs') : undefined;

const atLeast = (value, goal) => ({ value, goal: `≥ ${goal}`, isMet: value >= goal });
const atMost = (value, goal) => ({ value, goal: `≤ ${goal}`, isMet: value <= goal });
const table = {
  'book, ratio to the plain ring': atLeast(book.ratio, 0.85),
  'quoting through the public API, ratio to the plain loop': atLeast(quote.ratio, 0.75),
  'the same with the journal hashed': atLeast(quote.ratioWithJournal, 0.4),
  'feed only, ratio to the plain loop': atLeast(feed.ratio, 0.75),
  'two venues, ratio to one': atLeast(Number((scaling.twoVenues / scaling.oneVenue).toFixed(2)), 0.8),
  '32 instruments, ratio to one': atLeast(Number((scaling.instruments32 / scaling.oneVenue).toFixed(2)), 0.5),
  'time per order, many orders to few': atMost(scaling.timePerOrderGrowth, 1.1),
  'heap grown per row of feed, bytes': atMost(scaling.bytesPerRow, 1),
  'memory held more after ten times the feed, MB': atMost(scaling.heldGrowthMB, 8),
  ...(catalog === undefined ? {} : { 'catalog to columns, ratio to two venues quoting': atLeast(Number((catalog.readMrowsPerCpuS / scaling.twoVenues).toFixed(2)), 1) }),
  ...(startup === undefined ? {} : { 'arb backtest --help, ms': atMost(startup.helpMs, 150) }),
};
if (values.json) console.log(JSON.stringify({ table, book, quote, feed, scaling, catalog, startup }));
else {
  for (const [name, { value, goal, isMet }] of Object.entries(table)) console.log(`${name.padEnd(60)}${String(value).padStart(8)}  ${goal.padEnd(8)}${isMet ? '' : 'missed'}`);
  console.log(`\n${quote.MrowsPerCpuS} M rows per CPU-second quoting (${quote.orders} orders, ${quote.fills} fills), ${feed.MrowsPerCpuS} feed only, ${book.bookMupdatesPerCpuS} M book updates; plain loops ${quote.plain}, ${feed.plain}, ${book.plainMupdatesPerCpuS}; Node ${process.version}.`);
}
if (values.check && Object.values(table).some(({ isMet }) => !isMet)) process.exit(1);
