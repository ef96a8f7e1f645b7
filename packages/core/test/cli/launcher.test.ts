import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CORE = fileURLToPath(new URL('../..', import.meta.url));
const { version: VERSION } = JSON.parse(readFileSync(join(CORE, 'package.json'), 'utf8')) as { version: string };
const root = realpathSync(mkdtempSync(join(tmpdir(), 'arb-launcher-')));
let projects = 0;

/** Writes a package into a project's node_modules. */
function install(project: string, name: string, files: Readonly<Record<string, string>>, manifest: object): string {
  const folder = join(project, 'node_modules', name);
  for (const [path, text] of Object.entries({ ...files, 'package.json': JSON.stringify({ name, type: 'module', ...manifest }) })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** An empty project with the launcher of this source tree installed in it. */
function project(): string {
  const folder = join(root, `p${++projects}`);
  const core = install(folder, '@arb/core', { 'index.js': '' }, { version: VERSION, exports: { '.': './index.js' } });
  mkdirSync(join(core, 'dist', 'cli'), { recursive: true });
  cpSync(join(root, 'main.js'), join(core, 'dist', 'cli', 'main.js'));
  const template = join(core, 'template');
  mkdirSync(template);
  for (const [name, text] of Object.entries({
    gitignore: 'runs/\n', 'strategy.ts': '// strategy\n', 'arb.config.json': '{ "strategies": [], "seed": 1 }\n',
    'package.json': JSON.stringify({ private: true, type: 'module', scripts: { test: 'vitest run' }, dependencies: { '@arb/core': '0.0.0', zod: '4.6.7' } }),
  })) writeFileSync(join(template, name), text);
  return folder;
}

function sibling(folder: string, version: string): string {
  return install(folder, '@arb/backtest', {
    'cli.js': "export function register(program) { program.command('backtest').action(() => { process.stdout.write('ran\\n'); }); }",
  }, { version, exports: { './cli': './cli.js' } });
}

function arb(folder: string, ...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'node_modules/@arb/core/dist/cli/main.js'), ...args], { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

beforeAll(async () => {
  await build({
    entryPoints: [join(CORE, 'src/cli/main.ts')], outfile: join(root, 'main.js'), bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent',
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
});
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

describe('arb launcher', () => {
  it('says which package a command needs and how to get it', () => {
    expect(arb(project(), 'backtest')).toEqual({ status: 2, out: '', err: 'ARB_USAGE_NOT_INSTALLED: arb backtest needs @arb/backtest; run: npm install @arb/backtest\n' });
  });

  it('runs a command of an installed package', () => {
    const folder = project();
    sibling(folder, VERSION);
    expect(arb(folder, 'backtest')).toEqual({ status: 0, out: 'ran\n', err: '' });
  });

  it('ends quietly when its reader has left', () => {
    const folder = project();
    const place = sibling(folder, VERSION);
    writeFileSync(join(place, 'cli.js'), "export function register(program) { program.command('backtest').action(() => { for (let i = 0; i < 20_000; i++) process.stdout.write(`line ${i}\\n`); }); }");
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', `"${process.execPath}" node_modules/@arb/core/dist/cli/main.js backtest | head -1`], { cwd: folder, encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, 'line 0\n', '']);
  });

  it('refuses a package of another version, naming both places', () => {
    const folder = project();
    const place = sibling(folder, '9.9.9');
    const { status, err } = arb(folder, 'backtest');
    expect(status).toBe(1);
    expect(err).toContain('ARB_VERSION_MISMATCH: @arb/backtest 9.9.9');
    expect(err).toContain(place);
    expect(err).toContain(`@arb/core ${VERSION}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('refuses two copies of @arb/core, naming both and the way out', () => {
    const folder = project();
    const inner = install(sibling(folder, VERSION), '@arb/core', { 'index.js': '' }, { version: VERSION, exports: { '.': './index.js' } });
    const { status, err } = arb(folder, 'backtest');
    expect([status, err]).toEqual([1, `ARB_TWO_CORES: two copies of @arb/core: ${inner} (used by @arb/backtest) and ${join(folder, 'node_modules/@arb/core')} (this command); run npm dedupe\n`]);
  });

  it('lists every command without loading any package', () => {
    const { status, out } = arb(project(), '--help');
    expect(status).toBe(0);
    for (const name of ['init', 'backtest', 'check', 'config', 'data', 'report']) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(arb(project(), '--version')).toMatchObject({ status: 0, out: `${VERSION}\n` });
  });

  it('an unknown command is wrong use: exit 2 with the near name', () => {
    const { status, err } = arb(project(), 'backtets');
    expect(status).toBe(2);
    expect(err).toContain('backtest');
  });
});

describe('arb init', () => {
  it('makes a project in a new folder, with versions pinned to this release', () => {
    const folder = project();
    const { status, out } = arb(folder, 'init', 'My Arb!');
    expect(status).toBe(0);
    expect(out).toContain('Next: npm install');
    expect(readdirSync(join(folder, 'My Arb!')).sort()).toEqual(['.gitignore', 'arb.config.json', 'package.json', 'strategy.ts']);
    expect(JSON.parse(readFileSync(join(folder, 'My Arb!', 'package.json'), 'utf8'))).toMatchObject({ name: 'my-arb', type: 'module', dependencies: { '@arb/core': VERSION, zod: '4.6.7' } });
  });

  it('where the packages came from tarballs, the new project takes them from there', () => {
    const folder = project();
    const packages = Object.fromEntries(['core', 'backtest', 'adapters', 'live'].map((name) => [`node_modules/@arb/${name}`, { version: VERSION, resolved: `file:../the%20packs/arb-${name}-${VERSION}.tgz` }]));
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: { ...packages, 'node_modules/zod': { resolved: 'https://registry.npmjs.org/zod/-/zod-4.6.7.tgz' } } }));
    const { status, out } = arb(folder, 'init', 'mine');
    expect([status, out.includes('npm run pack')]).toEqual([0, false]);
    expect((JSON.parse(readFileSync(join(folder, 'mine', 'package.json'), 'utf8')) as { dependencies: object }).dependencies).toEqual({
      ...Object.fromEntries(['core', 'backtest', 'adapters', 'live'].map((name) => [`@arb/${name}`, `file:../../the packs/arb-${name}-${VERSION}.tgz`])), zod: '4.6.7',
    });
  });

  it.each([[true, 'made'], [false, 'still to be made']])('from a clone, the new project refers to its packages (%s: %s), and what is to be done first is said', (isPacked) => {
    const clone = join(project(), 'clone');
    mkdirSync(join(clone, 'packages'), { recursive: true });
    cpSync(join(clone, '../node_modules/@arb/core'), join(clone, 'packages/core'), { recursive: true });
    for (const folder of ['scripts', 'dist-packages']) mkdirSync(join(clone, folder));
    writeFileSync(join(clone, 'scripts/pack.mjs'), '');
    if (isPacked) for (const name of ['core', 'backtest', 'adapters', 'live']) writeFileSync(join(clone, `dist-packages/arb-${name}-${VERSION}.tgz`), '');
    const { status, stdout } = spawnSync(process.execPath, [join(clone, 'packages/core/dist/cli/main.js'), 'init', '../mine'], { cwd: clone, encoding: 'utf8' });
    expect([status, stdout.includes(`First, in ${clone}: npm run pack`)]).toEqual([0, !isPacked]);
    expect(JSON.parse(readFileSync(join(clone, '../mine/package.json'), 'utf8'))).toMatchObject({ dependencies: { '@arb/core': `file:../clone/dist-packages/arb-core-${VERSION}.tgz`, '@arb/live': `file:../clone/dist-packages/arb-live-${VERSION}.tgz` } });
  });

  it('REQ-B35 REQ-B37 a new project begins with limits: 10,000 USD an order and a position, 80 % of all equity for a strategy', () => {
    const folder = project();
    arb(folder, 'init', 'new');
    expect(JSON.parse(readFileSync(join(folder, 'new', 'arb.config.json'), 'utf8'))).toEqual({
      strategies: [], risk: { maxOrderNotionalUsd: 10_000, maxPositionNotionalUsd: 10_000, maxStrategySharePct: 80, priceBandPct: 10 }, seed: 1,
    });
  });

  it('takes a folder where only npm and git have been, and keeps what package.json says', () => {
    const folder = project();
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'mine', license: 'MIT', dependencies: { left: '1.0.0' } }));
    mkdirSync(join(folder, '.git'));
    expect(arb(folder, 'init').status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'mine', license: 'MIT', type: 'module', scripts: { test: 'vitest run' }, dependencies: { left: '1.0.0', '@arb/core': VERSION } });
  });

  it('refuses a folder that holds something, and writes nothing there', () => {
    const folder = project();
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const { status, err } = arb(folder, 'init');
    expect([status, err]).toEqual([2, `ARB_USAGE_FOLDER: ${folder} holds notes.txt already; name a new or empty folder\n`]);
    expect(existsSync(join(folder, 'strategy.ts'))).toBe(false);
  });

  it('a path that is a file is wrong use, told in one line', () => {
    const folder = project();
    writeFileSync(join(folder, 'file'), '');
    const { status, err } = arb(folder, 'init', 'file');
    expect([status, err.trim().split('\n').length, err.startsWith('ARB_USAGE_FOLDER')]).toEqual([2, 1, true]);
  });

  it('a package.json that is no JSON is named, and nothing is written', () => {
    const folder = project();
    writeFileSync(join(folder, 'package.json'), '{ oops');
    const { status, err } = arb(folder, 'init');
    expect([status, err.startsWith('ARB_USAGE_FOLDER'), err.includes('package.json'), existsSync(join(folder, 'strategy.ts'))]).toEqual([2, true, true, false]);
  });
});
