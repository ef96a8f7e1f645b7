import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageEncoder } from '../../../src/catalog/parquet/column-encoder.ts';
import { loadCompression, unzstd } from '../../../src/catalog/parquet/compression.ts';
import { ParquetReader } from '../../../src/catalog/parquet/parquet-reader.ts';
import { type ColumnSpec, ParquetWriter } from '../../../src/catalog/parquet/parquet-writer.ts';

let directory: string;
beforeAll(async () => { await loadCompression(); directory = fs.mkdtempSync(path.join(os.tmpdir(), 'arb-parquet-')); });
afterAll(() => fs.rmSync(directory, { recursive: true }));

const SPECS: readonly ColumnSpec[] = [
  { name: 'grows', type: 'int64', encoding: 'delta' },
  { name: 'repeats', type: 'int64', encoding: 'dictionary' },
  { name: 'small', type: 'int32', encoding: 'dictionary' },
  { name: 'wild', type: 'int32', encoding: 'delta' },
  { name: 'perhaps', type: 'int64', isOptional: true },
  { name: 'exact', type: 'int64' },
  { name: 'text', type: 'text' },
];

interface Row { grows: number; repeats: number; small: number; wild: number; perhaps: number | undefined; exact: bigint; text: string }

const safe = fc.integer({ min: -9_007_199_254_740_991, max: 9_007_199_254_740_991 });
const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  grows: fc.oneof(fc.nat(1000), safe), repeats: fc.oneof(fc.constantFrom(1, 2, 3), safe), small: fc.nat(5), wild: fc.integer(),
  perhaps: fc.option(safe, { nil: undefined }), exact: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), text: fc.string({ unit: 'grapheme', maxLength: 30 }),
});
const groupsArbitrary = fc.array(fc.array(rowArbitrary, { minLength: 1, maxLength: 400, size: 'max' }), { minLength: 1, maxLength: 3 });

function write(file: string, groups: readonly (readonly Row[])[]): void {
  fs.rmSync(file, { force: true });                                   // what is there is never replaced
  const writer = new ParquetWriter(file, `${file}.tmp`, new PageEncoder());
  for (const rows of groups) {
    writer.writeGroup(SPECS, [
      { values: Float64Array.from(rows, (row) => row.grows) }, { values: Float64Array.from(rows, (row) => row.repeats) }, { values: Uint8Array.from(rows, (row) => row.small) },
      { values: Int32Array.from(rows, (row) => row.wild) },
      { values: Float64Array.from(rows, (row) => row.perhaps ?? 0), valid: Uint8Array.from(rows, (row) => row.perhaps === undefined ? 0 : 1) },
      { values: BigInt64Array.from(rows, (row) => row.exact) }, { values: rows.map((row) => row.text) },
    ], rows.length);
  }
  writer.close(SPECS, new Map([['written-by', 'round trip']]));
}

function readOwn(file: string): Row[] {
  const reader = ParquetReader.open(file);
  const rows: Row[] = [];
  for (let group = 0; group < reader.groups; group++) {
    const count = reader.groupRows(group);
    const [grows, repeats, perhaps] = [new Float64Array(count + 3), new Float64Array(count), new Float64Array(count)];
    const [small, wild, valid, exact] = [new Uint8Array(count), new Int32Array(count), new Uint8Array(count), new BigInt64Array(count)];
    const text: string[] = [];
    reader.readColumn(group, 'grows', { kind: 'number', out: grows }, 3);
    reader.readColumn(group, 'repeats', { kind: 'number', out: repeats });
    reader.readColumn(group, 'small', { kind: 'number', out: small });
    reader.readColumn(group, 'wild', { kind: 'number', out: wild });
    reader.readColumn(group, 'perhaps', { kind: 'number', out: perhaps, valid });
    reader.readColumn(group, 'exact', { kind: 'bigint', out: exact });
    reader.readColumn(group, 'text', { kind: 'text', out: text });
    for (let i = 0; i < count; i++) {
      rows.push({ grows: grows[i + 3]!, repeats: repeats[i]!, small: small[i]!, wild: wild[i]!, perhaps: valid[i] === 1 ? perhaps[i]! : undefined, exact: exact[i]!, text: text[i]! });
    }
  }
  reader.close();
  return rows;
}

async function readWithHyparquet(file: string): Promise<Row[]> {
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file: buffer, compressors: { ZSTD: (page: Uint8Array, size: number) => unzstd(page, size) } });
  return rows.map((row) => ({
    grows: Number(row['grows']), repeats: Number(row['repeats']), small: Number(row['small']), wild: Number(row['wild']),
    perhaps: row['perhaps'] === undefined || row['perhaps'] === null ? undefined : Number(row['perhaps']), exact: row['exact'] as bigint, text: row['text'] as string,
  }));
}

describe('REQ-D05 what is written is what is read', () => {
  it('by our reader and by hyparquet, for any values, groups and nulls', async () => {
    await fc.assert(fc.asyncProperty(groupsArbitrary, async (groups) => {
      const file = path.join(directory, 'any.parquet');
      write(file, groups);
      expect(readOwn(file)).toEqual(groups.flat());
      expect(await readWithHyparquet(file)).toEqual(groups.flat());
    }), { numRuns: 60 });
  });

  it('the same values give the same bytes', () => {
    const groups = fc.sample(groupsArbitrary, { numRuns: 1, seed: 7 })[0]!;
    const [first, second] = [path.join(directory, 'first.parquet'), path.join(directory, 'second.parquet')];
    write(first, groups);
    write(second, groups);
    expect(fs.readFileSync(first).equals(fs.readFileSync(second))).toBe(true);
  });

  it('a file has its name only once it is complete', () => {
    const file = path.join(directory, 'unfinished.parquet');
    const writer = new ParquetWriter(file, `${file}.tmp`, new PageEncoder());
    writer.writeGroup([{ name: 'a', type: 'int64' }], [{ values: Float64Array.of(1, 2) }], 2);
    expect(fs.existsSync(file)).toBe(false);
    writer.abort();
    expect(fs.existsSync(`${file}.tmp`)).toBe(false);
  });
});
