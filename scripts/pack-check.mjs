/**
 * What npm would publish, used as a stranger uses it: packed, linted as a package, installed into an empty folder outside this clone,
 * every door imported, required and type-checked there, then `arb init`, whose project installs as it is, `arb backtest --sample`, the template's own test and lint. Ends with `N passed, N failed, N skipped`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, nativeTsc } from './lib/prepare.mjs';
import { packArguments, tarballOf } from './lib/pack.mjs';
import { doorName, PACKAGES } from './lib/packages.mjs';
import { NODE, NPM, ROOT, run } from './lib/shell.mjs';
import { countLine } from './lib/vitest-run.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };
const isKept = process.argv.includes('--keep');

await install();
await build({ types: false });
const place = mkdtempSync(join(tmpdir(), 'arb-pack-'));
const tarballs = {};
try {
  await pack();
  await useAsStranger();
} finally {
  if (isKept) process.stdout.write(`kept ${place}\n`);
  else rmSync(place, { recursive: true, force: true });
}
process.stdout.write(`\n${countLine(counts)}\n`);
process.exit(counts.failed > 0 ? 1 : 0);

/** One step: its output is shown where it fails, or where `expect` is not in it. */
async function step(what, command, args, { cwd = place, expect = [], env = {} } = {}) {
  const { code, output, seconds } = await run(command, args, { cwd, quiet: true, env });
  const missing = expect.filter((pattern) => !pattern.test(output));
  const isGood = code === 0 && missing.length === 0;
  counts[isGood ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${isGood ? '✓' : '✗'} ${what}   ${seconds.toFixed(1)} s\n`);
  if (!isGood) process.stdout.write(`  $ ${command} ${args.join(' ')}\n  exit ${code}${missing.length > 0 ? `, not in the output: ${missing.join(' ')}` : ''}\n${output.slice(-4_000)}\n`);
  return isGood;
}

async function pack() {
  await step('declarations', NODE, [nativeTsc(), '-b'], { cwd: ROOT });
  for (const { name, folder } of PACKAGES) {
    await step(`${name}: publint`, NODE, [join(ROOT, 'node_modules/publint/src/cli.js'), folder, '--strict'], { cwd: ROOT });
    await step(`${name}: npm pack`, NPM, packArguments(place), { cwd: join(ROOT, folder) });
    const tarball = tarballOf(name, place);
    if (tarball === undefined) continue;
    tarballs[name] = tarball;
    await step(`${name}: are the types wrong`, NODE, [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), tarballs[name], '--profile', 'esm-only', '--no-emoji']);
  }
}

async function useAsStranger() {
  const project = join(place, 'stranger');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'packages/core/template/package.json'), 'utf8'));
  const libraries = Object.entries(dependencies).filter(([name]) => !name.startsWith('@arb/')).map(([name, version]) => `${name}@${version}`);
  if (!await step('install the tarballs in an empty folder', NPM, ['install', '--no-audit', '--no-fund', ...Object.values(tarballs), ...libraries], { cwd: project })) return;

  const doors = PACKAGES.flatMap(({ name, doors }) => doors.map((door) => doorName(name, door)));
  writeFileSync(join(project, 'doors.mjs'), `const doors = ${JSON.stringify(doors)};\nfor (const door of doors) { const found = Object.keys(await import(door)); console.log(door, found.length); }\n`);
  await step(`import of ${doors.length} doors`, NODE, ['doors.mjs'], { cwd: project, expect: doors.map((door) => new RegExp(`^${door} \\d+$`, 'm')) });
  writeFileSync(join(project, 'doors.cjs'), `const { Strategy } = require('@arb/core');\nfor (const door of ${JSON.stringify(doors)}) require(door);\nimport('@arb/core').then((core) => { console.log('one copy', core.Strategy === Strategy && Strategy !== undefined); });\n`);
  await step('require of every door, the same classes', NODE, ['--no-warnings', 'doors.cjs'], { cwd: project, expect: [/one copy true/] });

  writeFileSync(join(project, 'types.ts'), `${doors.map((door, index) => `import * as door${index} from '${door}';`).join('\n')}\nimport { Strategy, type PairEvent } from '@arb/core';\nexport class Mine extends Strategy { override onPairEvent(event: PairEvent): void { this.log.info(event.type); } }\nexport const doors = [${doors.map((_, index) => `door${index}`).join(', ')}];\n`);
  for (const [title, module, file] of [['nodenext', 'nodenext', 'types.ts'], ['bundler', 'esnext', 'types.ts']]) {
    const resolution = module === 'nodenext' ? 'nodenext' : 'bundler';
    await step(`types of every door (${title})`, NODE, [join(ROOT, 'node_modules/typescript/bin/tsc6'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', module, '--moduleResolution', resolution, file], { cwd: project });
  }
  await runTheCommand(project);
}

async function runTheCommand(project) {
  const arb = (what, args, options) => step(what, 'npx', ['--no-install', 'arb', ...args], { cwd: project, ...options });
  const results = [/^tearsheet \S+/m, /^journal sha256 [0-9a-f]{64}/m];
  await arb('arb --version', ['--version'], { expect: [/^\d+\.\d+\.\d+/m] });
  await arb('arb backtest --sample', ['backtest', '--sample'], { expect: results });
  if (!await arb('arb init my-arb', ['init', 'my-arb'])) return;

  const made = join(project, 'my-arb');
  if (!await step('npm install in the new project', NPM, ['install', '--no-audit', '--no-fund'], { cwd: made })) return;
  const inside = (what, args, expect = []) => step(`new project: ${what}`, 'npx', ['--no-install', ...args], { cwd: made, expect });
  await inside('arb backtest', ['arb', 'backtest'], results);
  await inside('its own test', ['vitest', 'run'], [/Tests\s+.*\d+ passed/]);
  await inside('its lint rules', ['eslint', '.']);
  await inside('its types', ['tsc6', '--noEmit', '-p', '.']);
}
