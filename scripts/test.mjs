/**
 * `npm test`: installs and builds what is missing, checks types, runs every test, and ends with one plain line
 * `N passed, N failed, N skipped` over all of it. `npm test -- packages/core/test/kernel` runs a part,
 * `npm test -- --node /path/to/node` the tests on another Node.
 */
import { delimiter, dirname } from 'node:path';
import { build, install, nativeTsc } from './lib/prepare.mjs';
import { NODE, run } from './lib/shell.mjs';
import { addCounts, countLine, runVitest } from './lib/vitest-run.mjs';

const filters = process.argv.slice(2);
const at = filters.indexOf('--node');
const [, otherNode] = at < 0 ? [] : filters.splice(at, 2);

await install();
await build({ types: false });

let counts = { passed: 0, failed: 0, skipped: 0 };
if (filters.length === 0 && otherNode === undefined) {
  for (const [title, args] of [['types of the packages', ['-b']], ['types of the tests', ['-p', 'tsconfig.test.json']]]) {
    const { code, output } = await run(NODE, [nativeTsc(), ...args], { quiet: true });
    process.stdout.write(code === 0 ? `✓ ${title}\n` : `✗ ${title}\n${output}`);
    counts = addCounts(counts, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  }
}
counts = addCounts(counts, await runVitest(filters, otherNode === undefined ? {} : { node: otherNode, env: { PATH: `${dirname(otherNode)}${delimiter}${process.env.PATH}` } }));

process.stdout.write(`\n${countLine(counts)}\n`);
process.exit(counts.failed > 0 ? 1 : 0);
