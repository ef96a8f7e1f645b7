// Reads a book of 2 M rows (one day, one instrument) into typed columns, against a plain loop that touches the same rows once.
// Run: npm run build && node bench/catalog.bench.mjs [--rows 2000000] [--json]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Catalog, CatalogWriter } from '@arb/backtest';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' }, json: { type: 'boolean', default: false } } });
const ROWS = Number(values.rows);
const ROUNDS = 15;
const DAY = 1_740_787_200_000_000;
const SPEC = { id: 'BTC-USD-PERP.BENCH', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USD', priceIncrement: '0.1', sizeIncrement: '0.001' };

/** A walk of quotes: about five levels a message, sizes of a few thousand distinct values, stamps in µs with jitter. */
function* messages() {
  let seed = 12345;
  const random = (below) => { seed = Math.imul(seed, 1664525) + 1013904223 | 0; return (seed >>> 8) % below; };
  let mid = 600_000;
  let tsEvent = DAY;
  let rows = 0;
  const step = Math.floor(85_000_000_000 / (ROWS / 5));
  const row = (side, tick, lots, flags) => ({ tsEvent, tsInit: tsEvent + 800 + random(700), side, tick, lots, flags, sequence: rows });
  let message = [];
  for (let d = 1; d <= 500; d++) message.push([0, mid - d, 1 + random(5000)], [1, mid + d, 1 + random(5000)]);
  let isFirst = true;
  while (rows < ROWS) {
    const head = row(0, 0, 0, 0);
    for (let i = 0; i < message.length; i++) {
      const [side, tick, lots] = message[i];
      yield { ...head, side, tick, lots, flags: (i === message.length - 1 ? 1 : 0) | (isFirst ? 2 | (i === 0 ? 4 : 0) : 0) };
      rows++;
    }
    isFirst = false;
    tsEvent += step - random(step >> 1);
    const up = random(3) - 1;
    message = [];
    if (up !== 0) { message.push(up > 0 ? [1, mid + 1, 0] : [0, mid - 1, 0]); mid += up; message.push(up > 0 ? [0, mid - 1, 1 + random(5000)] : [1, mid + 1, 1 + random(5000)]); }
    const count = 3 + random(3);
    for (let i = 0; i < count; i++) { const side = random(2); const d = 1 + random(40); message.push([side, side === 0 ? mid - d : mid + d, 1 + random(5000)]); }
  }
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
/** CPU seconds: what else the machine does counts less. */
const seconds = (run) => { const start = process.cpuUsage(); run(); const { user, system } = process.cpuUsage(start); return (user + system) / 1e6; };

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arb-bench-'));
try {
  const rows = [...messages()];
  const writer = await CatalogWriter.open(folder, { source: { name: 'bench', licence: 'MIT', isSynthetic: true } });
  writer.addInstruments([SPEC], DAY);
  const sink = writer.sink('book', SPEC.id);
  const writing = seconds(() => { for (const row of rows) sink.add(row); writer.close(); });
  const catalog = await Catalog.open(folder);
  const { bytes } = catalog.describe().streams[0];
  const columns = { tsInit: Float64Array.from(rows, (r) => r.tsInit), tick: Int32Array.from(rows, (r) => r.tick), lots: Float64Array.from(rows, (r) => r.lots), side: Uint8Array.from(rows, (r) => r.side) };

  const touch = (chunk) => { let sum = 0; for (let i = 0; i < chunk.rows; i++) sum += chunk.tick[i] + chunk.lots[i] + chunk.side[i] + ((chunk.tsInit[i] - DAY) | 0); return sum; };
  const read = () => { let sum = 0; for (const chunk of catalog.readSync({ instrumentId: SPEC.id, kind: 'book' })) sum += touch(chunk); return sum; };
  const plain = () => touch({ rows: rows.length, ...columns });
  if (read() !== plain()) throw new Error('the columns read differ from those written');
  const reading = [];
  const looping = [];
  const cold = seconds(read);
  for (let i = 0; i < ROUNDS; i++) { reading.push(seconds(read)); looping.push(seconds(plain)); }
  const [readS, loopS] = [median(reading), median(looping)];
  const rate = (s) => Number((rows.length / s / 1e6).toFixed(2));
  const result = {
    node: process.version, rows: rows.length, bytesPerRow: Number((bytes / rows.length).toFixed(2)), writeMrowsPerCpuS: rate(writing), readMrowsPerCpuS: rate(readS), coldReadMrowsPerCpuS: rate(cold),
    plainMrowsPerCpuS: rate(loopS), ratio: Number((loopS / readS).toFixed(2)),
  };
  console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(22)}${value}`).join('\n'));
} finally {
  fs.rmSync(folder, { recursive: true });
}
