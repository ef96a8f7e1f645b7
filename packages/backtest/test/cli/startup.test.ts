import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './arb-process.ts';

/** Files of ours and of packages that a command loads, as V8's coverage lists them. */
function loadedBy(...args: readonly string[]): string[] {
  const coverage = mkdtempSync(join(tmpdir(), 'arb-startup-'));
  try {
    execFileSync(process.execPath, [join(ROOT, 'packages/core/dist/cli/main.js'), ...args], { cwd: tmpdir(), env: { ...process.env, NODE_V8_COVERAGE: coverage }, stdio: 'pipe' });
    const scripts = readdirSync(coverage).flatMap((file) => (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: { url: string }[] }).result);
    return scripts.map(({ url }) => url).filter((url) => url.startsWith('file:')).map((url) => url.slice(url.lastIndexOf('/packages/') + 10));
  } finally { rmSync(coverage, { recursive: true, force: true }); }
}

describe('REQ-D18 start of the commands', () => {
  it.each([['backtest', /backtest-command/], ['sweep', /sweep-command/], ['fuzz', /fuzz-command/], ['check', /check-command/], ['config', /check-command/]] as const)('arb %s --help reads the launcher and the texts of that command, nothing else: neither engine nor any other package', (command, texts) => {
    const files = loadedBy(command, '--help');
    expect(files).toContain('core/dist/cli/main.js');
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
    expect(files.filter((file) => texts.test(file))).toHaveLength(1);
    expect(files.length, files.join(', ')).toBeLessThanOrEqual(5);
  });

  it('arb --help reads the launcher alone', () => { expect(loadedBy('--help')).toEqual(['core/dist/cli/main.js']); });
});
