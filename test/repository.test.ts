import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
interface Manifest { readonly name: string; readonly version: string; readonly license: string; readonly type: string; readonly engines: { readonly node: string }; readonly exports: Readonly<Record<string, unknown>>; readonly scripts?: Readonly<Record<string, string>>; readonly dependencies?: Readonly<Record<string, string>>; readonly peerDependencies?: Readonly<Record<string, string>> }
const manifest = (path: string): Manifest => JSON.parse(read(join(path, 'package.json'))) as Manifest;
const PACKAGES = ['core', 'adapters', 'backtest', 'live'].map((name) => `packages/${name}`);

describe('repository', () => {
  it('REQ-D02 has the folders of the card', () => {
    for (const path of [...PACKAGES, 'examples', 'datasets', 'docs', 'package.json', 'README.md']) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('REQ-D01 publishes four ESM packages of one version under MIT, each with its licence, doors and engines', () => {
    const manifests = PACKAGES.map(manifest);
    expect(manifests.map(({ name }) => name)).toEqual(['@arb/core', '@arb/adapters', '@arb/backtest', '@arb/live']);
    expect(new Set(manifests.map(({ version }) => version)).size).toBe(1);
    for (const [i, { license, type, engines, exports }] of manifests.entries()) {
      expect({ license, type, node: engines.node }).toEqual({ license: 'MIT', type: 'module', node: '>=20.19' });
      expect(existsSync(join(ROOT, PACKAGES[i]!, 'LICENSE'))).toBe(true);
      expect(Object.keys(exports)).toContain('.');
    }
  });

  it('REQ-D07 REQ-D08 is built with what the card names: commander, tsup, vitest', () => {
    expect(manifest('packages/core').dependencies).toHaveProperty('commander');
    const root = JSON.parse(read('package.json')) as { readonly devDependencies: Readonly<Record<string, string>>; readonly scripts: Readonly<Record<string, string>> };
    expect(root.devDependencies).toMatchObject({ tsup: expect.stringMatching(/^\d/) as string, vitest: expect.stringMatching(/^\d/) as string });
    for (const path of PACKAGES) expect(existsSync(join(ROOT, path, 'tsup.config.ts')), path).toBe(true);
  });

  it('pins every dependency exactly, peers of zod and siblings apart', () => {
    for (const path of ['.', ...PACKAGES]) {
      const { dependencies = {} } = manifest(path);
      for (const [name, range] of Object.entries(dependencies)) expect(range, `${path}: ${name}`).toMatch(/^\d+\.\d+\.\d+/);
    }
  });

  it('REQ-B62 REQ-D23 draws its components where they are: every folder the architecture page names exists, and every kernel folder is named', () => {
    const page = read('docs/concepts/architecture.md');
    const rows = [...page.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell]) => folders(cell!));
    expect(rows.length).toBeGreaterThan(20);
    for (const folder of rows) expect(existsSync(join(ROOT, 'packages', folder)), folder).toBe(true);
    const kernel = readdirSync(join(ROOT, 'packages/core/src/kernel')).filter((name) => statSync(join(ROOT, 'packages/core/src/kernel', name)).isDirectory());
    for (const name of kernel) expect(page, `docs/concepts/architecture.md names kernel/${name}`).toContain(name);
    for (const component of ['MessageBus', 'Cache', 'Clock', 'DataEngine', 'ExecutionEngine', 'RiskEngine', 'Portfolio', 'Kernel', 'Strategy', 'Actor']) expect(page, component).toContain(component);
  });

  it('REQ-D23 README and getting started use only commands that are there: scripts of this clone, packages that were packed in it', () => {
    const scripts = (JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
    for (const page of ['README.md', 'docs/getting-started.md']) {
      const text = read(page);
      const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
      expect(named, page).toContain('pack');
      for (const name of named) expect(scripts, `${page}: npm run ${name}`).toHaveProperty(name);
      expect(text.match(/^\$ .*(npx @arb\/|npm install @arb\/).*$/m), `${page}: nothing is published yet`).toBeNull();
    }
    expect(read('README.md').split('## Status')[1]).toMatch(/^\s*Nothing is published yet/);
  });

  it('what arb init copies speaks of no requirement of ours', () => {
    const template = join(ROOT, 'packages/core/template');
    expect(existsSync(join(template, 'strategy.test.ts')), 'npm run build makes the template').toBe(true);
    for (const name of readdirSync(template)) expect(read(join('packages/core/template', name)), name).not.toMatch(/\bREQ-/);
  });

  it('REQ-D23 has no dead link between its pages', () => {
    const pages = ['README.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md') && !name.startsWith('reference')).map((name) => join('docs', name)), ...readdirSync(join(ROOT, 'examples')).map((name) => join('examples', name, 'README.md'))];
    for (const page of pages) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) expect(existsSync(join(ROOT, page, '..', target!)), `${page} → ${target!}`).toBe(true);
    }
  });

  it('REQ-A16 keeps the first strategy under 300 lines', () => {
    expect(read('examples/hl-bybit-funding/src/funding-arbitrage.ts').split('\n').length).toBeLessThan(300);
  });
});

/** `core/src/kernel/bus`, `clock`, `cache` names three folders of one parent. */
function folders(cell: string): string[] {
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
  const parent = names[0]!.slice(0, names[0]!.lastIndexOf('/'));
  return names.map((name) => (name.includes('/') ? name : `${parent}/${name}`));
}
