import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { type TableColumn, type TableRow, TableWriter, writeTable } from '../../src/catalog/table-writer.ts';
import { DAY, temporaryFolder } from './catalog-fixture.ts';
import { NO_PYTHON, python, readWithPython } from './python-readers.ts';

const folders: string[] = [];
const newFolder = (): string => { const folder = temporaryFolder(); folders.push(folder); return folder; };
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

const COLUMNS: readonly TableColumn[] = [
  { name: 'ts', type: 'time' }, { name: 'amount', type: 'decimal' }, { name: 'note', type: 'text', isOptional: true }, { name: 'sequence', type: 'integer' },
  { name: 'sharpe', type: 'number' }, { name: 'is_maker', type: 'boolean' },
];
/** Over two row groups; the largest exact integer, money of 36 digits, text that CSV must quote. */
const ROWS: readonly TableRow[] = Array.from({ length: 5000 }, (_, i) => ({
  ts: DAY + i, amount: i === 7 ? '-123456789012345678.123456789012345678' : `${i}.000000000000000001`, note: i % 3 === 0 ? undefined : i % 3 === 1 ? 'a "b", c\nü' : '',
  sequence: i === 9 ? Number.MAX_SAFE_INTEGER : i, sharpe: i % 4 === 0 ? Number.NaN : i / 3, is_maker: i % 2 === 0,
}));
const expected = ROWS.map((row) => ({ ...row, note: row['note'] ?? null, sharpe: Number.isNaN(row['sharpe']) ? null : row['sharpe'] }));

describe('REQ-D05 tables of a run, rows through parquetjs-lite', () => {
  it('hyparquet reads what was appended', async () => {
    const base = path.join(newFolder(), 'fills');
    await writeTable(base, { columns: COLUMNS, rows: ROWS });
    const bytes = fs.readFileSync(`${base}.parquet`);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const exact = { timestampFromMicroseconds: (micros: bigint) => micros } as never;
    const read = await parquetReadObjects({ file, parsers: exact });
    expect(read.map((row) => ({ ...row, ts: Number(row['ts']), sequence: Number(row['sequence']), note: row['note'] ?? null, sharpe: row['sharpe'] ?? null }))).toEqual(expected);
  });

  it.skipIf(python === undefined)(`pyarrow and DuckDB too${NO_PYTHON}`, { timeout: 120_000 }, async () => {
    const folder = newFolder();
    await writeTable(path.join(folder, 'fills'), { columns: COLUMNS, rows: ROWS });
    const { pyarrow, duckdb } = readWithPython(folder).get('fills.parquet')!;
    for (const { name } of COLUMNS) {
      const values = expected.map((row) => row[name as keyof typeof row]);
      expect(pyarrow[name], `pyarrow ${name}`).toEqual(values);
      expect(duckdb[name], `duckdb ${name}`).toEqual(values);
    }
  });

  it('the CSV says the same', async () => {
    const base = path.join(newFolder(), 'fills');
    await writeTable(base, { columns: COLUMNS, rows: ROWS.slice(0, 12) });
    const read = parse(fs.readFileSync(`${base}.csv`, 'utf8'), { columns: true }) as Record<string, string>[];
    expect(read[7]).toEqual({ ts: '2025-03-01T00:00:00.000007Z', amount: '-123456789012345678.123456789012345678', note: 'a "b", c\nü', sequence: '7', sharpe: '2.3333333333333335', is_maker: 'false' });
    expect(read[9]).toMatchObject({ note: '', sequence: '9007199254740991' });
    expect(read).toHaveLength(12);
  });

  it('the same rows give the same bytes, an empty table has its columns', async () => {
    const folder = newFolder();
    for (const name of ['a', 'b']) await writeTable(path.join(folder, name), { columns: COLUMNS, rows: ROWS });
    for (const extension of ['csv', 'parquet']) expect(fs.readFileSync(path.join(folder, `a.${extension}`)).equals(fs.readFileSync(path.join(folder, `b.${extension}`)))).toBe(true);
    await writeTable(path.join(folder, 'empty'), { columns: COLUMNS, rows: [] });
    expect(fs.readFileSync(path.join(folder, 'empty.csv'), 'utf8')).toBe('ts,amount,note,sequence,sharpe,is_maker\n');
    expect(fs.existsSync(path.join(folder, 'empty.parquet'))).toBe(true);
  });

  it.each([
    [{ amount: 1.5 }, /amount is 1.5; the column is of type decimal/], [{ amount: '1e5' }, /amount is "1e5"/], [{ sequence: 2 ** 53 }, /sequence is 9007199254740992/],
    [{ ts: 1.5 }, /ts is 1.5/], [{ is_maker: undefined }, /is_maker is empty; the column is not optional/], [{ other: 1 }, /other is 1; no such column; there are ts, amount/],
  ] as const)('refuses %o', async (change, text) => {
    const writer = await TableWriter.open(path.join(newFolder(), 'fills'), COLUMNS);
    await expect(writer.append({ ...ROWS[1]!, ...change })).rejects.toThrow(text);
    expect(writer.rows).toBe(0);
    await writer.close();
  });
});
