import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/engine/config-schema.ts';
import { ROOT } from '../cli/arb-process.ts';

const FILE = join(ROOT, 'packages/backtest/arb.config.schema.json');
const EXAMPLE = join(ROOT, 'examples/hl-bybit-funding');
const CONFIGS = [join(EXAMPLE, 'arb.config.json'), ...readdirSync(join(EXAMPLE, 'configs')).map((name) => join(EXAMPLE, 'configs', name)), join(ROOT, 'packages/backtest/sample/arb.config.json')];
const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

/** An implementation that is not zod, as in an editor. */
function validator(): ValidateFunction {
  return new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(read(FILE));
}

function problemsOf(config: unknown): string[] {
  const validate = validator();
  validate(config);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
}

describe('REQ-A10 the JSON Schema of a config, for editors', () => {
  it('the file is what the schema gives now; npm run api writes it', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  });

  it.each(CONFIGS.map((file) => [file.slice(ROOT.length + 1), file] as const))('%s names it and is valid by it', (_name, file) => {
    const config = read(file);
    expect(resolve(dirname(file), config['$schema'] as string)).toBe(FILE);
    expect(problemsOf(config)).toEqual([]);
  });

  it('a config made by arb init names the schema of the package installed', () => {
    const project = mkdtempSync(join(tmpdir(), 'arb-schema-'));
    try {
      symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
      const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'packages/core/dist/cli/main.js'), 'init'], { cwd: project, encoding: 'utf8' });
      expect(`${status} ${stderr}`).toBe('0 ');
      const config = read(join(project, 'arb.config.json'));
      const named = join(project, config['$schema'] as string);
      expect(existsSync(named)).toBe(true);
      expect(read(named)).toEqual(read(FILE));
      expect(problemsOf(config)).toEqual([]);
      const { exports, files } = read(join(ROOT, 'packages/backtest/package.json')) as { exports: Record<string, unknown>; files: readonly string[] };
      expect(exports['./arb.config.schema.json']).toBe('./arb.config.schema.json');
      expect(files).toContain('arb.config.schema.json');
    } finally { rmSync(project, { recursive: true, force: true }); }
  });

  it.each([
    ['an unknown key', (config: Record<string, unknown>) => ({ ...config, sead: 1 }), /"additionalProperty":"sead"/],
    ['an unknown key of a venue', (config: Record<string, unknown>) => ({ ...config, venues: { BYBIT: { profil: 'bybit' } } }), /^\/venues\/BYBIT .*"additionalProperty":"profil"/],
    ['a strategy that is no text', (config: Record<string, unknown>) => ({ ...config, strategies: [{ use: 5 }] }), /^\/strategies\/0\/use must be string/],
    ['a venue in lower case', (config: Record<string, unknown>) => ({ ...config, venues: { bybit: {} } }), /^\/venues .*pattern/],
    ['no strategies', ({ strategies: _, ...config }: Record<string, unknown>) => config, /"missingProperty":"strategies"/],
  ] as const)('%s is refused', (_name, change, problem) => {
    expect(problemsOf(change(read(CONFIGS[0]!))).join('\n')).toMatch(new RegExp(problem.source, 'm'));
  });

  it('what a strategy takes is its own affair', () => {
    const config = read(CONFIGS[0]!);
    expect(problemsOf({ ...config, strategies: [{ use: './mine.ts#Mine', config: { anything: [1, { at: 'all' }] } }] })).toEqual([]);
  });

  it('every key of the top and of a strategy, a venue, the data and the limits says what it is', () => {
    interface Node { readonly description?: string; readonly properties?: Readonly<Record<string, Node>>; readonly items?: Node; readonly additionalProperties?: Node }
    const { strategies, venues, data, risk, ...others } = (configJsonSchema() as Node).properties!;
    const simulation = venues!.additionalProperties!.properties!['simulation']!;
    const nodes = [strategies!.items!, venues!.additionalProperties!, data!, risk!, simulation].flatMap(({ properties }) => Object.entries(properties!));
    expect([...nodes, ...Object.entries({ ...others, strategies, venues, data, risk })].filter(([, node]) => node?.description === undefined).map(([name]) => name)).toEqual([]);
  });
});
