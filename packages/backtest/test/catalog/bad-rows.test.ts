import fs from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import type { DataKind } from '../../src/catalog/chunks.ts';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import { DAY, newWriter, readAll, SECOND, temporaryFolder, writeUnchecked } from './catalog-fixture.ts';

const HOUR = 3_600 * SECOND;
const folders: string[] = [];
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

/** A catalog with one file of these rows, written by a tool that checks nothing: both times first, one second apart. */
async function catalogOf(kind: DataKind, rows: readonly (readonly number[])[], options: { readonly scale?: number; readonly groupRows?: number } = {}): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder();
  folders.push(folder);
  (await newWriter(folder)).close();
  return { folder, file: writeUnchecked(folder, kind, { rows, ...options }) };
}

const at = (second: number, ...cells: number[]): number[] => [DAY + second * SECOND, DAY + second * SECOND, ...cells];
const bar = (second: number, ...prices: number[]): number[] => at(second, ...prices, 60 * SECOND, 0);
const settlement = (hour: number, rate: number, { settlesAt = hour, status = 1, intervalUs = HOUR } = {}): number[] => at(hour * 3_600, rate, intervalUs, status, DAY + settlesAt * HOUR);
const SNAPSHOT = [at(0, 0, 50_000, 5_000, 6, 1), at(0, 1, 51_000, 5_000, 3, 1)];

/** Kind, what is wrong, the rows (the third is wrong), code and words of the error, code of the doctor's finding. Prices at 3 decimals. */
const CASES: readonly (readonly [DataKind, string, readonly (readonly number[])[], string, RegExp, string])[] = [
  ['book', 'a size below 0', [...SNAPSHOT, at(1, 0, 49_500, -1_000, 1, 2)], 'ARB_ROW_NEGATIVE', /size -1.000 at price 49.5/, 'IMPOSSIBLE'],
  ['book', 'a price below 0', [...SNAPSHOT, at(1, 0, -49_500, 1_000, 1, 2)], 'ARB_ROW_NEGATIVE', /level of 1.000 at price -49.5/, 'IMPOSSIBLE'],
  ['trade', 'a size of 0', [at(0, 0, 50_000, 1), at(1, 0, 50_000, 1), at(2, 0, 50_000, 0)], 'ARB_ROW_NEGATIVE', /trade of 0.000 at price 50.0/, 'IMPOSSIBLE'],
  ['trade', 'a price below 0', [at(0, 0, 50_000, 1), at(1, 0, 50_000, 1), at(2, 0, -50_000, 1)], 'ARB_ROW_NEGATIVE', /at price -50.0/, 'IMPOSSIBLE'],
  ['quote', 'a size below 0', [at(0, 50_000, 1, 51_000, 1), at(1, 50_000, 1, 51_000, 1), at(2, 50_000, 1, 51_000, -1)], 'ARB_ROW_NEGATIVE', /-0.001 at 51.0/, 'IMPOSSIBLE'],
  ['bar', 'a low of 0', [bar(60, 5, 6, 4, 5, 1), bar(120, 5, 6, 4, 5, 1), bar(180, 5, 6, 0, 5, 1)], 'ARB_ROW_NEGATIVE', /bar with low 0.000/, 'IMPOSSIBLE'],
  ['bar', 'a high below its low', [bar(60, 5, 6, 4, 5, 1), bar(120, 5, 6, 4, 5, 1), bar(180, 5, 4, 6, 5, 1)], 'ARB_BAR_RANGE', /contradict each other/, 'BAR_RANGE'],
  ['bar', 'a close that comes twice', [bar(60, 5, 6, 4, 5, 1), bar(120, 5, 6, 4, 5, 1), bar(120, 5, 6, 4, 6, 1)], 'ARB_ROW_DUPLICATE', /closing at 2025-03-01T00:02:00Z already/, 'DUPLICATE'],
  ['price', 'a mark below 0', [at(0, 50_000, 0), at(1, 50_000, 0), at(2, -50_000, 0)], 'ARB_ROW_NEGATIVE', /mark price -50.000/, 'IMPOSSIBLE'],
  ['price', 'an oracle price of 0', [at(0, 50_000, 0), at(1, 50_000, 1), at(2, 0, 2)], 'ARB_ROW_NEGATIVE', /oracle price 0.000/, 'IMPOSSIBLE'],
  ['price', 'two marks of one stamp', [at(0, 50_000, 0), at(1, 50_000, 0), at(1, 50_001, 0)], 'ARB_ROW_DUPLICATE', /there is a mark price of 2025-03-01T00:00:01Z/, 'DUPLICATE'],
  ['funding', 'a settlement that comes twice', [settlement(1, 1), settlement(2, 1), settlement(3, 1, { settlesAt: 2 })], 'ARB_ROW_DUPLICATE', /settlement at or after 2025-03-01T02:00:00Z already/, 'DUPLICATE'],
  ['funding', 'a rate of 500 %', [settlement(1, 1), settlement(2, 1), settlement(3, 5_000)], 'ARB_ROW_RATE', /funding rate 5.000 is beyond 100 % for one interval/, 'RATE_SIZE'],
  ['open_interest', 'a size below 0', [at(0, 5), at(1, 5), at(2, -5)], 'ARB_ROW_NEGATIVE', /open interest -0.005/, 'IMPOSSIBLE'],
];

describe('rows that our writer refuses, in files of other tools', () => {
  it.each(CASES)('%s with %s ends the read, naming file, row and the way out', async (kind, _what, rows, code, words) => {
    const { folder, file } = await catalogOf(kind, rows, { scale: 3 });
    const error = await readAll(folder, { kind }).catch((thrown: unknown) => thrown as Error & { code: string });
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
    expect((error as Error).message.startsWith(`${file} row 2: `)).toBe(true);
    expect((error as Error).message).toMatch(/or import the data again \(`arb data check` lists all\)$/);
    expect((error as Error).message).not.toContain('\n');
  });

  it.each(CASES)('the data doctor finds %s with %s, and goes on', async (kind, _what, rows, _code, _words, finding) => {
    const { folder } = await catalogOf(kind, rows, { scale: 3 });
    const report = await checkCatalog(await Catalog.open(folder));
    expect(report.isUsable).toBe(false);
    expect(report.findings.filter(({ severity }) => severity === 'error').map(({ code, count }) => [code, count])).toContainEqual([finding, 1]);
    expect(report.findings.map(({ code }) => code)).not.toContain('UNREADABLE');
  });

  it('rows before and after the range asked for are not looked at', async () => {
    const { folder } = await catalogOf('price', [at(0, -1, 0), at(1, 50, 0), at(2, -1, 0)]);
    const [chunk] = await readAll(folder, { kind: 'price', from: DAY + SECOND, to: DAY + 2 * SECOND });
    expect(chunk!.rows).toBe(1);
  });

  it('the row is counted through all row groups of a file', async () => {
    const rows = [at(0, 50, 0), at(1, 50, 0), at(2, 50, 0), at(3, -50, 0)];
    const { folder } = await catalogOf('price', rows, { groupRows: 3 });
    await expect(readAll(folder, { kind: 'price' })).rejects.toMatchObject({ message: expect.stringContaining(' row 3: ') });
  });
});
