/**
 * `npm run check`: everything that reads the code without running it, fast first. `npm run check -- lint graph` runs a part.
 * Ends with one plain line `N passed, N failed, N skipped`.
 */
import { join } from 'node:path';
import { build, install, nativeTsc } from './lib/prepare.mjs';
import { NODE, ROOT, run } from './lib/shell.mjs';
import { countLine } from './lib/vitest-run.mjs';

const bin = (path) => join(ROOT, 'node_modules', path);
const CHECKS = [
  { name: 'types', what: 'types of the packages', args: [nativeTsc, '-b'] },
  { name: 'test-types', what: 'types of tests, examples and tools', args: [nativeTsc, '-p', 'tsconfig.test.json'] },
  { name: 'client-types', what: 'types of the scripts in pages', args: [nativeTsc, '-p', 'packages/backtest/src/report/page/client/tsconfig.json'] },
  { name: 'unused', what: 'unused files, exports and dependencies (knip)', args: [bin('knip/bin/knip.js'), '--no-progress'] },
  { name: 'graph', what: 'who imports whom (dependency-cruiser)', args: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'packages/core/src', 'packages/adapters/src', 'packages/backtest/src', 'packages/live/src', 'examples', '--config', '.dependency-cruiser.mjs'] },
  { name: 'lint', what: 'eslint', args: [bin('eslint/bin/eslint.js'), '.', '--config', 'eslint.config.ts', '--max-warnings', '0'] },
  { name: 'api', what: 'public surface', args: ['scripts/api.mjs'] },
  { name: 'docs', what: 'every exported symbol is documented (typedoc)', args: ['scripts/docs-reference.mjs'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no check ${unknown.join(', ')}; there are ${CHECKS.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

await install();
await build({ types: false });
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { name, what, args: [tool, ...args] } of CHECKS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { code, output, seconds } = await run(NODE, [typeof tool === 'function' ? tool() : tool, ...args], { quiet: true });
  counts[code === 0 ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${what}   ${seconds.toFixed(1)} s\n${code === 0 ? '' : output}`);
}
process.stdout.write(`\n${countLine(counts)}\n`);
process.exit(counts.failed > 0 ? 1 : 0);
