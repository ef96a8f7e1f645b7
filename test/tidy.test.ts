import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface SourceFile { readonly path: string; readonly lines: readonly string[] }

function filesOf(folders: readonly string[], pattern: RegExp): SourceFile[] {
  return folders.flatMap((folder) => (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => `${folder}/${file.replaceAll('\\', '/')}`))
    .filter((path) => pattern.test(path) && !/(^|\/)(node_modules|dist|runs|template|sample|fixtures|reference)\//.test(path))
    .sort()
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n') }));
}

const FOLDERS = ['packages', 'examples', 'bench', 'scripts', 'test', 'docs'];
const everything = filesOf(FOLDERS, /\.(ts|mts|mjs|md|json|css)$/);
const code = everything.filter(({ path }) => /\.(ts|mts|mjs)$/.test(path) && path !== 'test/tidy.test.ts' && !path.endsWith('/page-assets.ts'));
const sources = code.filter(({ path }) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.d.ts'));
const deterministic = sources.filter(({ path }) => /^packages\/(core\/src\/kernel|backtest\/src\/(venue|replay|synth))\//.test(path));

/** The part of a line that is code: not a comment, not the text of a plain string. */
function codeOf(line: string): string {
  if (/^\s*(\*|\/\*|\/\/)/.test(line)) return '';
  return line.replace(/'(?:\\.|[^'\\])*'/g, "''").replace(/\s\/\/.*$/, '');
}

interface Ban { readonly what: string; readonly use: string; readonly pattern: RegExp; readonly among: readonly SourceFile[]; readonly inCode?: boolean; readonly except?: RegExp }

const BANS: readonly Ban[] = [
  { what: 'a default export', use: 'a named export', pattern: /^export default/, among: sources },
  { what: 'TODO and FIXME', use: 'an issue, or do it now', pattern: /\b(TODO|FIXME|XXX)\b/, among: code },
  { what: 'as any', use: 'a type, or unknown and a check', pattern: /\bas any\b|<any>|: any\b/, among: code, inCode: true },
  { what: '@ts-ignore', use: '@ts-expect-error with a reason', pattern: /@ts-(ignore|nocheck)/, among: code },
  { what: '.skip( without a reason', use: 'a name that begins with "skipped: " and says why, or delete the test', pattern: /\b(it|test|describe)\.(skip|todo)\((?!['`]skipped: )/, among: code },
  { what: '.only(', use: 'the filter of the test runner', pattern: /\b(it|test|describe)\.only\(/, among: code },
  { what: 'a path of one machine', use: 'a path relative to the file', pattern: /(?<![.\w])\/(work|home|root|Users)\/\w/, among: everything },
  { what: 'a namespace or an enum', use: 'a module, a union of string literals', pattern: /^\s*(export )?(declare )?(const )?(enum|namespace) \w/, among: sources, inCode: true },
  { what: 'console', use: 'the logger, or process.stdout in a command', pattern: /\bconsole\.\w/, among: sources, inCode: true, except: /\/client\// },
  { what: 'Math.pow and its kin', use: 'kernel/math', pattern: /\bMath\.(pow|exp|expm1|log|log10|log1p|log2|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot|random)\b/, among: deterministic, inCode: true },
  { what: '**', use: 'POW10, powInt or multiplication', pattern: /[\w)\]]\s*\*\*=?\s*[\w(]/, among: deterministic, inCode: true, except: /never/ },
  { what: 'the wall clock', use: 'clock.now()', pattern: /\b(Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask|process|globalThis|Intl|WeakRef|FinalizationRegistry)\b[.(]/, among: deterministic, inCode: true },
  { what: 'node: modules', use: 'a port', pattern: /from 'node:/, among: deterministic },
  { what: 'text by the machine\'s language', use: 'toFixed, or < on strings', pattern: /\.(toLocale\w+|localeCompare)\(/, among: deterministic, inCode: true },
  { what: 'top-level await', use: 'a function: it breaks require() of the package', pattern: /^(const|let|export const) .*= await |^await /, among: sources, except: /-worker\.ts$/ },
  { what: 'Decimal of decimal.js itself', use: 'Decimal of @arb/core, which is configured', pattern: /from 'decimal\.js'/, among: code, except: /kernel\/math\/decimal\.ts$/ },
];

describe('REQ-B61 REQ-D01 rules of this repository', () => {
  it.each(BANS)('$what is banned, use $use', ({ pattern, among, inCode, except }) => {
    expect(among.length).toBeGreaterThan(0);
    const found = among.filter(({ path }) => except === undefined || !except.test(path))
      .flatMap(({ path, lines }) => lines.flatMap((line, index) => (pattern.test(inCode === true ? codeOf(line) : line) ? [`${path}:${index + 1} ${line.trim().slice(0, 120)}`] : [])));
    expect(found).toEqual([]);
  });

  it('bigint powers aside, the ban on ** sees what it should', () => {
    const ban = BANS.find(({ what }) => what === '**')!;
    expect(['x ** 2', 'a[0] **= b', 'f(2)**(n)'].every((line) => ban.pattern.test(codeOf(line)))).toBe(true);
    expect(['/** text ** 2', ' * x ** 2', "message('a ** b')"].some((line) => ban.pattern.test(codeOf(line)))).toBe(false);
  });

  it('files are kebab-case and none is a drawer for anything', () => {
    const names = code.map(({ path }) => path);
    expect(names.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mts|mjs)$/.test(basename(path).replace(/^\./, '')))).toEqual([]);
    expect(names.filter((path) => /(^|[/-])(utils?|helpers?|common|misc|shared)\.(ts|mts|mjs)$/.test(path))).toEqual([]);
  });

  it('no file of the packages is longer than 600 lines', () => {
    expect(code.filter(({ lines }) => lines.length > 601).map(({ path, lines }) => `${path}: ${lines.length} lines`)).toEqual([]);
  });

  it('every package: same version, ESM only, exact versions, the licence beside it', () => {
    const manifests = ['core', 'adapters', 'backtest', 'live'].map((name) => JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), 'utf8')) as Record<string, unknown>);
    expect(new Set(manifests.map(({ version }) => version)).size).toBe(1);
    for (const manifest of manifests) {
      expect(manifest).toMatchObject({ type: 'module', sideEffects: false, license: 'MIT', engines: { node: '>=20.19' } });
      const pins = [...Object.entries((manifest['dependencies'] ?? {}) as object), ...Object.entries((manifest['devDependencies'] ?? {}) as object)] as [string, string][];
      expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
      const doors = Object.values(manifest['exports'] as Record<string, unknown>).filter((door) => typeof door === 'object');
      for (const door of doors) expect(Object.keys(door as object)).toEqual(['arb-source', 'types', 'default']);
    }
  });
});
