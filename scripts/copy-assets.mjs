// Copies what the packages carry from its one place of truth: the tested example becomes the template of `arb init` and, with its recorded data, the sample of `arb backtest --sample`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples/hl-bybit-funding');

/** The sample: a config, its strategy, and 18 months of recorded 8-hourly bars and funding. */
async function copySample() {
  const { transformSync } = await import('esbuild');              // only there once installed
  const sample = join(root, 'packages/backtest/sample');
  rmSync(sample, { recursive: true, force: true });
  mkdirSync(sample, { recursive: true });
  const source = readFileSync(join(example, 'src/funding-arbitrage.ts'), 'utf8');
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' });       // no Node loads TypeScript from node_modules
  writeFileSync(join(sample, 'funding-arbitrage.js'), code);
  cpSync(join(root, 'datasets/xvenue-8h/catalog'), join(sample, 'xvenue-8h'), { recursive: true });
  for (const file of ['LICENSE', 'README.md']) cpSync(join(root, 'datasets/xvenue-8h', file), join(sample, `xvenue-8h-${file}`));
  const config = JSON.parse(readFileSync(join(example, 'configs/xvenue-8h.json'), 'utf8'));
  config.strategies[0].use = './funding-arbitrage.js#FundingArbitrage';
  config.data.catalog = './xvenue-8h';
  config.$schema = '../arb.config.schema.json';
  writeFileSync(join(sample, 'arb.config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** The template of `arb init`: strategy, config on the generated demo data, test, lint rules. */
function copyTemplate() {
  const template = join(root, 'packages/core/template');
  rmSync(template, { recursive: true, force: true });
  cpSync(join(example, 'template'), template, { recursive: true });
  cpSync(join(example, 'src/funding-arbitrage.ts'), join(template, 'strategy.ts'));
  const test = readFileSync(join(example, 'test/funding-arbitrage.test.ts'), 'utf8').replaceAll('../src/funding-arbitrage.ts', './strategy.ts').replaceAll(/\bREQ-[A-Z]\d+ /g, '');       // our requirements are not theirs
  writeFileSync(join(template, 'strategy.test.ts'), test);
  const config = JSON.parse(readFileSync(join(example, 'arb.config.json'), 'utf8'));
  config.strategies[0].use = './strategy.ts#FundingArbitrage';
  config.strategies[0].config.notionalUsd = '9500';                             // within the limits that `arb init` adds, also at the touch and on the dearer venue
  config.data.catalog = 'datasets/demo';
  config.$schema = './node_modules/@arb/backtest/arb.config.schema.json';
  writeFileSync(join(template, 'arb.config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** Everything; called by the build. */
export async function copyAssets() {
  await copySample();
  copyTemplate();
}
