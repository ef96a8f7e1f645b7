/**
 * `npm start`: from a fresh clone to the output of every shipped example, with no question asked.
 * Only Node's own modules: it runs before anything is installed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, install } from './lib/prepare.mjs';
import { NODE, ROOT, run } from './lib/shell.mjs';

const examples = JSON.parse(readFileSync(join(ROOT, 'scripts/examples.json'), 'utf8'));
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? examples : examples.filter(({ config }) => wanted.some((name) => config.includes(name)));
if (chosen.length === 0) {
  process.stderr.write(`no example fits ${wanted.join(', ')}; there are ${examples.map(({ config }) => config).join(', ')}\n`);
  process.exit(2);
}

await install();
await build({ types: false });

const failed = [];
for (const { title, folder, config } of chosen) {
  process.stdout.write(`\n── ${title}\n   cd ${folder} && npx arb backtest ${config}\n\n`);
  const { code } = await run(NODE, [join(ROOT, 'packages/core/dist/cli/main.js'), 'backtest', config], {
    cwd: join(ROOT, folder), rewrite: (line) => line.replace(/^tearsheet (?!\/)/, `tearsheet ${folder}/`),      // named from where npm start was typed
  });
  if (code === 130) process.exit(130);
  if (code !== 0) failed.push(`${folder} ${config} (exit ${code})`);
}
if (failed.length > 0) {
  process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
  process.exit(1);
}
