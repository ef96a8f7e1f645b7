import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced sample, with where it stands. */
export interface Sample {
  /** `docs/getting-started.md:28` */
  readonly place: string;
  readonly language: string;
  /** What follows the language: `run`, `no-check` … */
  readonly mark: string;
  /** The source file whose docstring it stands in: it may use that file's exports and those of `@arb/core` without importing them. */
  readonly besides?: string;
  readonly code: string;
}

const FENCE = /^([ \t*]*)```(\w+)?[ \t]*(.*)$/;

/** Fenced samples of a text; the margin of a docstring (` * `) is taken off. */
export function samplesOf(path: string, text: string): Sample[] {
  const samples: Sample[] = [];
  let open: { margin: string; language: string; mark: string; start: number; lines: string[] } | undefined;
  text.split('\n').forEach((line, index) => {
    const fence = FENCE.exec(line);
    if (open === undefined) {
      if (fence?.[2] !== undefined) open = { margin: fence[1]!.trimEnd(), language: fence[2], mark: fence[3]!.trim(), start: index + 1, lines: [] };
    } else if (fence !== null && fence[2] === undefined) {
      samples.push({ place: `${path}:${open.start}`, language: open.language, mark: open.mark, code: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(open.margin.endsWith('*') ? line.replace(/^\s*\* ?/, '') : line);
  });
  return samples;
}

/** Examples of docstrings that are written without a fence: from `@example` to the next tag. */
export function bareExamplesOf(path: string, text: string): Sample[] {
  const samples: Sample[] = [];
  for (const [block] of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const start = text.indexOf(block);
    const lines = block.split('\n').map((line) => line.replace(/\s*\*\/\s*$/, '').replace(/^\s*\/?\*+ ?/, ''));
    lines.forEach((line, index) => {
      if (!line.startsWith('@example')) return;
      const next = lines.findIndex((each, at) => at > index && /^@\w/.test(each));
      const code = [line.slice('@example'.length), ...lines.slice(index + 1, next < 0 ? undefined : next)].join('\n').replace(/\n+$/, '');
      if (!code.includes('```')) samples.push({ place: `${path}:${text.slice(0, start).split('\n').length + index}`, language: 'ts', mark: '', code, besides: path });
    });
  }
  return samples;
}

/** Samples of README.md, docs and the docstrings of the packages. */
export function allSamples(root: string): Sample[] {
  const list = (folder: string, pattern: RegExp): string[] => (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`).filter((path) => pattern.test(path) && !/\/(reference|node_modules|dist|client)\//.test(path)).sort();
  const files = ['README.md', ...list('docs', /\.md$/), ...list('examples', /README\.md$/), ...['core', 'adapters', 'backtest', 'live'].flatMap((name) => list(`packages/${name}/src`, /\.ts$/))];
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return path.endsWith('.ts') ? [...samplesOf(path, text).map((sample) => ({ ...sample, besides: path })), ...bareExamplesOf(path, text)] : samplesOf(path, text);
  });
}

const RESULT = /^(\s*)(.+?);?\s*\/\/ => (.+)$/;

/** Whether a sample states results, and is therefore run. */
export function statesResults({ code }: Sample): boolean {
  return code.split('\n').some((line) => RESULT.test(line));
}

/** A sample as a module; one that states results exports `checks`: place, what it gave, what it says (an expression too). */
export function asModule(sample: Sample, imports: string): string {
  const first = Number(sample.place.split(':')[1]);
  const path = sample.place.split(':')[0]!;
  const lines = sample.code.split('\n').map((line, index) => {
    const found = RESULT.exec(line);
    if (found === null) return line;
    const [, indent, expression, expected] = found as unknown as [string, string, string, string];
    const named = /^(?:const|let) (\w+)[^=]*= /.exec(expression);
    const check = `${indent}checks.push([${JSON.stringify(`${path}:${first + index}`)}, ${named?.[1] ?? expression}, ${expected.trim()}]);`;
    return named === null ? check : `${indent}${expression}; ${check}`;
  });
  return `${imports}export const checks: [string, unknown, unknown][] = [];\n${lines.join('\n')}\n`;
}
