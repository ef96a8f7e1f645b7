import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Figures { readonly table: Readonly<Record<string, { readonly value: number; readonly goal: string }>>; readonly quote: { readonly orders: number; readonly fills: number } }

describe('npm run bench', () => {
  it('runs, agrees with its plain loops, and every figure it prints is on the page about speed with its goal', { timeout: 180_000 }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['bench/run.mjs', '--json', '--rows', '20000'], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const { table, quote } = JSON.parse(stdout) as Figures;
    const page = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
    for (const [name, { value, goal }] of Object.entries(table)) {
      expect(Number.isFinite(value), name).toBe(true);
      expect(page.split('\n').filter((line) => line.startsWith(`| ${name} |`) && line.includes(`| ${goal} |`)), name).toHaveLength(1);
    }
    expect(Object.keys(table).length).toBeGreaterThanOrEqual(10);
    expect(quote.orders).toBeGreaterThan(quote.fills);
  });
});
