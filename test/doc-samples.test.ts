import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spawnSync } from 'node:child_process';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as core from '@arb/core';
import { allSamples, asModule, type Sample, samplesOf, statesResults } from './support/doc-samples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'test/.samples');
const samples = allSamples(root);
const typed = samples.filter(({ language, mark }) => language === 'ts' && mark !== 'no-check');
const run = typed.filter(statesResults);
const transcripts = samples.filter(({ language, mark }) => language === 'console' && mark === 'run');

const fileOf = (sample: Sample): string => join(folder, `${sample.place.replace(/[^a-z0-9]+/gi, '-')}.ts`);


/** Exports of the file a docstring stands in, and of `@arb/core`, as far as the sample names them. */
function importsFor({ besides, code }: Sample): string {
  if (besides === undefined) return '';
  const isUsed = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(import .*|const|let|class|function) ${name}\\b|import \\{[^}]*\\b${name}\\b`).test(code);
  const own = [...readFileSync(join(root, besides), 'utf8').matchAll(/^export (?:abstract )?(?:const|function|async function|class) (\w+)/gm)].map(([, name]) => name!).filter(isUsed);
  const shared = Object.keys(core).filter((name) => !own.includes(name) && isUsed(name));
  return `${own.length === 0 ? '' : `import { ${own.join(', ')} } from '../../${besides}';\n`}${shared.length === 0 ? '' : `import { ${shared.join(', ')} } from '@arb/core';\n`}`;
}

let problems: ReadonlyMap<string, readonly string[]> = new Map();

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const sample of typed) writeFileSync(fileOf(sample), asModule(sample, importsFor(sample)));
  problems = typeErrors(typed.map(fileOf));
}, 120_000);

afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** Type errors by file, against the sources. */
function typeErrors(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } };
  const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson({ ...base.compilerOptions, ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false, incremental: false, tsBuildInfoFile: undefined }, root);
  const program = ts.createProgram([...files], options);
  const found = new Map<string, string[]>();
  for (const file of files) {
    const source = program.getSourceFile(file)!;
    const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    found.set(file, all.map(({ start, messageText }) => `${source.text.slice(0, start ?? 0).split('\n').length}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`));
  }
  return found;
}

describe('REQ-D23 REQ-D24 samples in README, docs and docstrings', () => {
  it('are found', () => {
    expect(typed.length).toBeGreaterThan(3);
    expect(samplesOf('x.md', '```ts\nconst a = 1;\n```\n\n * ```ts run\n * a; // => 1\n * ```\n')).toEqual([
      { place: 'x.md:1', language: 'ts', mark: '', code: 'const a = 1;' }, { place: 'x.md:5', language: 'ts', mark: 'run', code: 'a; // => 1' },
    ]);
  });

  it.each(typed.map((sample) => [sample.place, sample] as const))('%s has no type error', (_, sample) => {
    expect(problems.get(fileOf(sample))).toEqual([]);
  });

  it.each(run.map((sample) => [sample.place, sample] as const))('%s gives the results it states', async (_, sample) => {
    const { checks } = await import(/* @vite-ignore */ pathToFileURL(fileOf(sample)).href) as { checks: [string, unknown, unknown][] };
    expect(checks.length).toBeGreaterThan(0);
    for (const [place, actual, expected] of checks) expect(typeof expected === 'string' ? String(actual) : actual, place).toEqual(expected);
  });

  it.each(transcripts.map((sample) => [sample.place, sample] as const))('%s: its commands succeed', (_, sample) => {
    for (const [, command] of sample.code.matchAll(/^\$ npx arb (.*?)(?:\s+#.*)?$/gm)) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'packages/core/dist/cli/main.js'), ...command!.split(/\s+/)], { cwd: root, encoding: 'utf8' });
      expect(`${command!}: exit ${status} ${status === 0 ? '' : stdout + stderr}`).toBe(`${command!}: exit 0 `);
    }
  }, 120_000);
});
