import fs from 'node:fs';
import path from 'node:path';
import { isArbError, MICROS_PER_DAY } from '@arb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { type BookRow } from '../../src/catalog/rows.ts';
import { bookRows, DAY, message, newWriter, SPEC, temporaryFolder } from './catalog-fixture.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
/** Longer than any of these reads may take: a few thousand rows. */
const HANG_MS = 2_000;
let folder: string;
let file: string;
let good: Buffer;
const folders: string[] = [];

beforeAll(async () => {
  folder = temporaryFolder();
  folders.push(folder);
  const rows: BookRow[] = message(DAY, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true });
  for (let i = 1; i < 800; i++) rows.push(...message(DAY + i * 1_000_003, [[0, 90 + i % 9, i * 37 % 1009], [1, 102 + i % 11, i % 13]], { sequence: i }));
  const writer = await newWriter(folder);
  for (const row of rows) writer.sink('book', SPEC.id).add(row);
  writer.close();
  file = path.join(folder, 'book', SPEC.id, '2025-03-01.parquet');
  good = fs.readFileSync(file);
});
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

interface Outcome { readonly rows: BookRow[] | undefined; readonly error: unknown; readonly ms: number }

/** Reads the catalog with these bytes in place of its file. */
async function readWith(bytes: Uint8Array): Promise<Outcome> {
  fs.writeFileSync(file, bytes);
  const start = performance.now();
  try {
    const catalog = await Catalog.open(folder);
    const chunks = [];
    for (const chunk of catalog.readSync({ instrumentId: SPEC.id, kind: 'book' })) chunks.push(...bookRows([chunk]));
    return { rows: chunks, error: undefined, ms: performance.now() - start };
  } catch (error) {
    return { rows: undefined, error, ms: performance.now() - start };
  }
}

/** A small generator, so that a failing case can be found again by its number. */
function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => { state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0; return (state >>> 0) % below; };
}

describe('a damaged file never hangs and never gives other rows', () => {
  it('cut off anywhere', async () => {
    for (let length = 0; length < good.length; length += 1 + Math.floor(length / 97)) {
      const { error, ms } = await readWith(good.subarray(0, length));
      expect(isArbError(error), `cut at ${length}: ${String(error)}`).toBe(true);
      expect((error as Error).message, `cut at ${length}`).toContain('2025-03-01.parquet');
      expect(ms).toBeLessThan(HANG_MS);
    }
  });

  it('one byte changed anywhere in its pages is found by their checksums', async () => {
    const { rows: expected } = await readWith(good);
    const footer = good.readUInt32LE(good.length - 8) + 8;
    const random = randomInts(1);
    for (let i = 0; i < 250; i++) {
      const bytes = Buffer.from(good);
      const at = 4 + random(good.length - footer - 4);
      bytes[at]! ^= 1 << random(8);
      const { rows, error, ms } = await readWith(bytes);
      expect(ms).toBeLessThan(HANG_MS);
      if (rows === undefined) expect(isArbError(error), `byte ${at}: ${String(error)}`).toBe(true);
      else expect(rows, `byte ${at}`).toEqual(expected);
    }
  });

  it('a footer changed: an error, or as many rows as there were', async () => {
    const { rows: expected } = await readWith(good);
    const footer = good.readUInt32LE(good.length - 8) + 8;
    const random = randomInts(2);
    for (let i = 0; i < 600; i++) {
      const bytes = Buffer.from(good);
      for (let k = 0; k <= i % 3; k++) bytes[good.length - footer + random(footer)] = random(256);
      const { rows, error, ms } = await readWith(bytes);
      expect(ms).toBeLessThan(HANG_MS);
      if (rows === undefined) expect(isArbError(error), `case ${i}: ${(error as Error).stack}`).toBe(true);
      else expect(rows.length, `case ${i}`).toBe(expected!.length);
    }
  });

  it.each(['pyarrow-default', 'pyarrow-delta-snappy-v2', 'pyarrow-plain-gzip', 'duckdb-v2-zstd'])('bytes of %s changed: without checksums values may differ, row counts may not', async (name) => {
    const foreign = fs.readFileSync(path.join(FIXTURES, `${name}.parquet`));
    const random = randomInts(3);
    for (let i = 0; i < 250; i++) {
      const bytes = Buffer.from(foreign);
      for (let k = 0; k <= i % 4; k++) bytes[random(foreign.length)] = random(256);
      const { rows, error, ms } = await readWith(bytes);
      expect(ms).toBeLessThan(HANG_MS);
      if (rows === undefined) expect(isArbError(error), `case ${i}: ${(error as Error).stack}`).toBe(true);
      else expect(rows.length, `case ${i}`).toBe(300);
    }
  });

  it('other files under its name', async () => {
    for (const bytes of [Buffer.from(''), Buffer.from('PAR1'), Buffer.from('PAR1PAR1'), Buffer.from('{"not":"parquet"}'), Buffer.alloc(4096), Buffer.from('PAR1\0\0\0\0\0\0\0\0PAR1')]) {
      const { error } = await readWith(bytes);
      expect(isArbError(error), String(error)).toBe(true);
    }
  });
});

describe('memory', () => {
  it('reading a stream ten times as long takes no more', async () => {
    const memory = temporaryFolder();
    folders.push(memory);
    const writer = await newWriter(memory);
    const sink = writer.sink('book', SPEC.id);
    for (const row of message(DAY, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true })) sink.add(row);
    const row = { tsEvent: 0, tsInit: 0, side: 0, tick: 0, lots: 0, flags: 1, sequence: 0 };
    for (let i = 1; i < 700_000; i++) {
      row.tsEvent = row.tsInit = DAY + i * 100_000;
      row.side = i & 1;
      row.tick = row.side === 0 ? 90 + i % 9 : 102 + i % 11;
      row.lots = i * 37 % 5003;
      sink.add(row);
    }
    writer.close();
    const catalog = await Catalog.open(memory);
    const peak = (to: number): { rows: number; bytes: number } => {
      let [rows, bytes] = [0, 0];
      for (const chunk of catalog.readSync({ instrumentId: SPEC.id, kind: 'book', to })) {
        rows += chunk.rows;
        bytes = Math.max(bytes, process.memoryUsage().arrayBuffers);
      }
      return { rows, bytes };
    };
    peak(Infinity);
    const small = peak(DAY + 70_000 * 100_000);
    const large = peak(DAY + MICROS_PER_DAY);
    expect(large.rows).toBeGreaterThan(9 * small.rows);
    expect(large.bytes - small.bytes).toBeLessThan(16 * 1024 * 1024);
  });
});
