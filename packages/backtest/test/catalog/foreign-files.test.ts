import fs from 'node:fs';
import path from 'node:path';
import { parseTime } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { DataKind } from '../../src/catalog/chunks.ts';
import { escapeId } from '../../src/catalog/paths.ts';
import { bookRows, newWriter, readAll, SPEC, temporaryFolder } from './catalog-fixture.ts';
import { DAY, EXPECTED_BOOK, ROWS } from './fixtures/expected-rows.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const folders: string[] = [];
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

/** A catalog whose only file of a kind is a fixture. */
async function catalogWith(kind: DataKind, fixture: string): Promise<string> {
  const folder = temporaryFolder();
  folders.push(folder);
  (await newWriter(folder)).close();
  const target = path.join(folder, kind, escapeId(SPEC.id));
  fs.mkdirSync(target, { recursive: true });
  fs.copyFileSync(path.join(FIXTURES, `${fixture}.parquet`), path.join(target, kind === 'funding' ? '2025.parquet' : '2025-03-01.parquet'));
  return folder;
}

describe('REQ-D05 files of other tools with the same schema are read', () => {
  it.each([
    'pyarrow-default', 'pyarrow-required-zstd-v2', 'pyarrow-plain-gzip', 'pyarrow-plain-none-small-pages', 'pyarrow-delta-snappy-v2', 'pyarrow-dictionary-1.0-checksums',
    'duckdb-v1-snappy', 'duckdb-v1-zstd', 'duckdb-v2-snappy', 'duckdb-v2-zstd',
  ])('%s', async (fixture) => {
    expect(bookRows(await readAll(await catalogWith('book', fixture), { kind: 'book' }))).toEqual(EXPECTED_BOOK);
  });

  it('row groups that end within a message: it goes whole into the next chunk', async () => {
    const chunks = await readAll(await catalogWith('book', 'pyarrow-plain-none-small-pages'), { kind: 'book' });
    expect(chunks.map((chunk) => chunk.rows)).toEqual([70, 70, 70, 70, 20]);
    const folder = await catalogWith('book', 'pyarrow-plain-none-small-pages');
    const from = DAY + 20 * 1_000_003 + 250;
    const tail = bookRows(await readAll(folder, { kind: 'book', from })).filter((row) => row.tsInit >= from);
    expect(tail).toEqual(EXPECTED_BOOK.slice(100));
  });

  it.each(['pyarrow-trades', 'pyarrow-trades-length-encoded'])('%s: text columns', async (fixture) => {
    const [chunk] = await readAll(await catalogWith('trade', fixture), { kind: 'trade', withIds: true, onFault: () => undefined });          // its first trade is of size 0
    expect(chunk!.id).toEqual(Array.from({ length: ROWS }, (_, i) => `trade-${i}`));
    expect(Array.from(chunk!.tick)).toEqual(EXPECTED_BOOK.map(({ tick }) => tick));
  });

  it('REQ-D15 funding with a null index', async () => {
    const [chunk] = await readAll(await catalogWith('funding', 'pyarrow-funding'), { kind: 'funding' });
    expect(Array.from(chunk!.rate)).toEqual([125, -1000]);
    expect([chunk!.rateScale, chunk!.indexScale]).toEqual([7, 14]);
    expect(Array.from(chunk!.hasIndex)).toEqual([0, 1]);
    expect(chunk!.index[1]).toBe(-123_456_789_012_345_678n);
  });
});

describe('columns of another integer or unit', () => {
  it('an unsigned interval of 32 bits beyond 2^31 is read as it is', async () => {
    const [chunk] = await readAll(await catalogWith('funding', 'pyarrow-funding-unsigned'), { kind: 'funding' });
    expect(Array.from(chunk!.intervalUs)).toEqual([3_600_000_000, 3_600_000_000]);
  });

  it.each([
    ['pyarrow-funding-milliseconds', /2025\.parquet: column settles_at is not TIMESTAMP\(MICROS, UTC\)/],
    ['pyarrow-funding-decimal-interval', /2025\.parquet: column interval_us is not INT64/],
  ])('%s is refused, not taken for microseconds', async (fixture, text) => {
    await expect(readAll(await catalogWith('funding', fixture), { kind: 'funding' })).rejects.toMatchObject({ code: 'ARB_CATALOG_SCHEMA', message: expect.stringMatching(text) as string });
  });
});

describe('files that cannot be read exactly are refused with place and way out', () => {
  it.each([
    ['pyarrow-brotli', 'ARB_PARQUET_UNSUPPORTED', /column flags at byte \d+: compression BROTLI is not read; rewrite it/],
    ['pyarrow-null-price', 'ARB_PARQUET_NULL', /column price row 123 .*may not have nulls/],
    ['pyarrow-large-sequence', 'ARB_PARQUET_RANGE', /column sequence row 200 .*1152921504606846976 is beyond 2\^53/],
    ['pyarrow-off-grid', 'ARB_OFF_GRID', /column price row 123 .*price 100\.3 is not a multiple of 0\.5/],
    ['pyarrow-float-price', 'ARB_CATALOG_SCHEMA', /column price is DOUBLE, not DECIMAL\(18, s\)/],
    ['pyarrow-nanoseconds', 'ARB_CATALOG_SCHEMA', /ts_init as TIMESTAMP\(MICROS, UTC\)/],
  ])('%s', async (fixture, code, text) => {
    const error = await readAll(await catalogWith('book', fixture), { kind: 'book', from: parseTime('2025-01-01') }).then(() => undefined, (thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code });
    expect(error!.message).toMatch(text);
    expect(error!.message).toContain('2025-03-01.parquet');
  });
});
