// How long the command takes to say what it can do, beside an empty Node process. Needs a build.
// Run: npm run build && node bench/startup.bench.mjs [--reps 15] [--json]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { reps: { type: 'string', default: '15' }, json: { type: 'boolean', default: false } } });
const main = fileURLToPath(new URL('../packages/core/dist/cli/main.js', import.meta.url));
if (!existsSync(main)) throw new Error('packages/core/dist is missing; run: npm run build');
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const milliseconds = (...args) => {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr.trim()}`);
  return performance.now() - start;
};
const bare = [];
const help = [];
for (let i = 0; i < Number(values.reps); i++) {
  bare.push(milliseconds('-e', '0'));
  help.push(milliseconds(main, 'backtest', '--help'));
}
const result = { node: process.version, helpMs: Math.round(median(help)), bareNodeMs: Math.round(median(bare)), ownMs: Math.round(median(help) - median(bare)) };
console.log(values.json ? JSON.stringify(result) : Object.entries(result).map(([name, value]) => `${name.padEnd(12)}${value}`).join('\n'));
