import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { MICROS_PER_DAY } from '@arb/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { F_CLEAR, F_LAST, F_SNAPSHOT, F_WARM_UP } from '../../src/catalog/chunks.ts';
import type { BookRow } from '../../src/catalog/rows.ts';
import { bookRows, DAY, filesBelow, message, newWriter, readAll, SECOND, SPEC, temporaryFolder } from './catalog-fixture.ts';

const folders: string[] = [];
let folder: string;
beforeEach(() => { folder = temporaryFolder(); folders.push(folder); });
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

const snapshot = message(DAY + SECOND, [[0, 99, 5], [0, 98, 7], [1, 101, 4], [1, 103, 9]], { isSnapshot: true });
const secondDay = DAY + MICROS_PER_DAY;

async function writeBook(rows: readonly BookRow[], into = folder): Promise<void> {
  const writer = await newWriter(into);
  const sink = writer.sink('book', SPEC.id);
  for (const row of rows) sink.add(row);
  writer.close();
}

/** Snapshot on the first day, two changes, one on the next day. */
const stream = [
  ...snapshot, ...message(DAY + 2 * SECOND, [[0, 100, 1], [1, 101, 0]]), ...message(DAY + 3 * SECOND, [[0, 100, 2]]),
  ...message(secondDay + SECOND, [[1, 102, 6]]), ...message(secondDay + 2 * SECOND, [[0, 100, 0]]),
];

describe('REQ-D14 order book history', () => {
  it('reads back what was written, whatever the division into files', async () => {
    await writeBook(stream);
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(stream);
    expect([...filesBelow(folder).keys()]).toContain(`book/${SPEC.id}/2025-03-02.parquet`);
  });

  it('begins the file of a new day with the book as it stood', async () => {
    await writeBook(stream);
    fs.rmSync(path.join(folder, 'book', SPEC.id, '2025-03-01.parquet'));
    const rows = bookRows(await readAll(folder, { kind: 'book' }));
    expect(rows.slice(0, 4).map(({ tsInit, side, tick, lots, flags }) => [tsInit, side, tick, lots, flags])).toEqual([
      [secondDay, 0, 100, 2, F_SNAPSHOT | F_CLEAR | F_WARM_UP], [secondDay, 0, 99, 5, F_SNAPSHOT | F_WARM_UP], [secondDay, 0, 98, 7, F_SNAPSHOT | F_WARM_UP],
      [secondDay, 1, 103, 9, F_SNAPSHOT | F_LAST | F_WARM_UP],
    ]);
    expect(rows.slice(4)).toEqual(stream.slice(-2));
  });

  it('starts anywhere from the last snapshot, its rows marked as warm-up', async () => {
    await writeBook(stream);
    const rows = bookRows(await readAll(folder, { kind: 'book', from: DAY + 3 * SECOND }));
    expect(rows.filter((row) => (row.flags & F_WARM_UP) === 0)).toEqual(stream.slice(6));
    expect(rows.filter((row) => (row.flags & F_WARM_UP) !== 0).map((row) => ({ ...row, flags: row.flags & ~F_WARM_UP }))).toEqual(stream.slice(0, 6));
    const fromMidnight = bookRows(await readAll(folder, { kind: 'book', from: secondDay, to: secondDay + 2 * SECOND }));
    expect(fromMidnight.filter((row) => (row.flags & F_WARM_UP) === 0)).toEqual(stream.slice(7, 8));
    expect(fromMidnight).toHaveLength(5);
  });

  it('an appended session takes over the book and adds a file, touching none', async () => {
    await writeBook(stream.slice(0, 6));
    const before = filesBelow(folder);
    await writeBook(stream.slice(6));
    const after = filesBelow(folder);
    for (const [name, bytes] of before) expect(after.get(name)?.equals(bytes), name).toBe(true);
    expect([...after.keys()]).toContain(`book/${SPEC.id}/2025-03-01.1.parquet`);
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(stream);
  });

  it('refuses to write what is there already', async () => {
    await writeBook(stream);
    await expect(writeBook(stream)).rejects.toMatchObject({ code: 'ARB_CATALOG_OVERLAP' });
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(stream);
  });

  it('a later session may not repeat a message of the one before it', async () => {
    await writeBook([...message(DAY + SECOND, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true, sequence: 10 }), ...message(DAY + 2 * SECOND, [[0, 98, 5]], { sequence: 12 })]);
    await expect(writeBook(message(DAY + 3 * SECOND, [[0, 98, 5]], { sequence: 12 }))).rejects.toMatchObject({ code: 'ARB_ROW_DUPLICATE' });
    await writeBook(message(DAY + 3 * SECOND, [[0, 98, 6]], { sequence: 13 }));
  });

  it('imports an earlier day after a later one', async () => {
    await writeBook([...message(secondDay + SECOND, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true })]);
    await writeBook(snapshot);
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toHaveLength(6);
  });

  it('the same rows give the same bytes', async () => {
    const other = temporaryFolder();
    folders.push(other);
    await writeBook(stream);
    await writeBook(stream, other);
    expect(filesBelow(other)).toEqual(filesBelow(folder));
  });

  it('the same rows give the same bytes on every version of Node', async () => {
    const rows: BookRow[] = [...snapshot];
    for (let i = 0; i < 14_000; i++) rows.push(...message(DAY + (2 + i) * SECOND, [[0, 100, i * 7919 % 10_007], [0, 98, i + 2], [0, 97, 0], [1, 101, i % 13 + 1], [1, 103, i + 1]], { sequence: i }));
    await writeBook(rows);
    const hash = createHash('sha256');
    for (const [name, bytes] of filesBelow(folder)) hash.update(`${name} ${bytes.length}\n`).update(bytes);
    expect(hash.digest('hex')).toBe('4b29732e217941486da0bfc224f584e52a1ef53a940fea330df197fa1478ebd2');
  });

  it('the hash of the data a run uses changes with the data and not with other days', async () => {
    await writeBook(stream);
    const query = { instrumentIds: [SPEC.id], kinds: ['book'] as const, from: DAY, to: secondDay };
    const before = (await Catalog.open(folder)).dataHash(query);
    fs.rmSync(path.join(folder, 'book', SPEC.id, '2025-03-02.parquet'));
    expect((await Catalog.open(folder)).dataHash(query)).toBe(before);
    fs.rmSync(path.join(folder, 'book'), { recursive: true });
    await writeBook(message(DAY + SECOND, [[0, 99, 6], [1, 101, 4]], { isSnapshot: true }));
    expect((await Catalog.open(folder)).dataHash(query)).not.toBe(before);
  });

  it('an unfinished file is no data', async () => {
    await writeBook(stream.slice(0, 6));
    const file = path.join(folder, 'book', SPEC.id, '2025-03-01.parquet');
    const half = fs.readFileSync(file).subarray(0, 100);
    fs.writeFileSync(path.join(folder, 'book', SPEC.id, '.2025-03-02.parquet.tmp'), half);
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(stream.slice(0, 6));
    const writer = await newWriter(folder);
    writer.sink('book', SPEC.id).add(stream[6]!);
    writer.abort();
    expect(bookRows(await readAll(folder, { kind: 'book' }))).toEqual(stream.slice(0, 6));
  });

  it('a message is never split between chunks, nor a chunk bigger than a row group', async () => {
    const rows: BookRow[] = [...snapshot];
    for (let i = 0; i < 30_000; i++) rows.push(...message(DAY + (2 + i) * 1000 * 1000, [[0, 100, i + 1], [0, 98, i + 2], [0, 97, 0], [1, 101, i + 1], [1, 103, i + 1]]));
    await writeBook(rows);
    const chunks = await readAll(folder, { kind: 'book' });
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk.flags[chunk.rows - 1]! & F_LAST).toBe(F_LAST);
    expect(Math.max(...chunks.map((chunk) => chunk.rows))).toBeLessThan(65_536 + 5);
    expect(bookRows(chunks)).toEqual(rows);
  });
});

describe('checks on writing a book', () => {
  const cases: readonly (readonly [code: string, rows: readonly BookRow[]])[] = [
    ['ARB_BOOK_NO_SNAPSHOT', message(DAY, [[0, 99, 5]])],
    ['ARB_ROW_ORDER', [...snapshot, ...message(DAY, [[0, 99, 5]])]],
    ['ARB_ROW_ORDER', [...snapshot, { ...snapshot[0]!, tsEvent: DAY, tsInit: DAY + 5 * SECOND, flags: 1 }]],
    ['ARB_BOOK_CROSSED', [...snapshot, ...message(DAY + 2 * SECOND, [[0, 101, 5]])]],
    ['ARB_BOOK_CROSSED', [...snapshot, ...message(DAY + 2 * SECOND, [[0, 102, 5]])]],
    ['ARB_OFF_GRID', [...snapshot, ...message(DAY + 2 * SECOND, [[0, 99.5, 5]])]],
    ['ARB_ROW_NEGATIVE', [...snapshot, ...message(DAY + 2 * SECOND, [[0, 99, -5]])]],
    ['ARB_ROW_NEGATIVE', [...snapshot, ...message(DAY + 2 * SECOND, [[0, -99, 5]])]],
    ['ARB_ROW_SIDE', [...snapshot, ...message(DAY + 2 * SECOND, [[2, 99, 5]])]],
    ['ARB_ROW_CODE', [...snapshot, { ...message(DAY + 2 * SECOND, [[0, 99, 5]])[0]!, flags: 17 }]],
    ['ARB_ROW_TIME', message(1_740_787_200_000, [[0, 99, 5]], { isSnapshot: true })],
    ['ARB_ROW_TIME', message(DAY * 1000, [[0, 99, 5]], { isSnapshot: true })],
    ['ARB_ROW_CLOCK', [{ ...snapshot[0]!, tsInit: snapshot[0]!.tsEvent - 1 }]],
    ['ARB_ROW_DUPLICATE', message(DAY, [[0, 99, 5], [0, 99, 6], [1, 101, 1]], { isSnapshot: true })],
    ['ARB_ROW_DUPLICATE', [...snapshot.map((row) => ({ ...row, sequence: 7 })), ...message(DAY + 2 * SECOND, [[0, 99, 5]], { sequence: 7 })]],
    ['ARB_MESSAGE_OPEN', [...snapshot, { ...message(DAY + 2 * SECOND, [[0, 99, 5]])[0]!, flags: 0 }, ...message(DAY + 3 * SECOND, [[0, 98, 5]])]],
  ];

  it.each(cases)('%s', async (code, rows) => {
    const writer = await newWriter(folder);
    const sink = writer.sink('book', SPEC.id);
    expect(() => rows.forEach((row) => sink.add(row))).toThrow(expect.objectContaining({ code }) as Error);
    writer.abort();
  });

  it('takes a wrong message back as a whole and goes on', async () => {
    const writer = await newWriter(folder);
    const sink = writer.sink('book', SPEC.id);
    for (const row of snapshot) sink.add(row);
    const wrong = message(DAY + 2 * SECOND, [[0, 98, 0], [0, 99, 1], [0, 102, 5]]);
    expect(() => wrong.forEach((row) => sink.add(row))).toThrow(/bid 51.0 is not below ask 50.5/);
    const wrongSnapshot = message(DAY + 2 * SECOND, [[0, 120, 1], [1, 110, 1]], { isSnapshot: true });
    expect(() => wrongSnapshot.forEach((row) => sink.add(row))).toThrow(/ARB_BOOK_CROSSED|not below/);
    for (const row of message(DAY + 3 * SECOND, [[0, 100, 1]])) sink.add(row);
    for (const row of message(secondDay, [[0, 100, 2]])) sink.add(row);
    expect(sink.rows).toBe(6);
    writer.close();
    fs.rmSync(path.join(folder, 'book', SPEC.id, '2025-03-01.parquet'));
    const opening = bookRows(await readAll(folder, { kind: 'book' })).filter((row) => (row.flags & F_WARM_UP) !== 0);
    expect(opening.map((row) => [row.side, row.tick, row.lots])).toEqual([[0, 100, 1], [0, 99, 5], [0, 98, 7], [1, 101, 4], [1, 103, 9]]);
  });

  it('a last message without an end leaves no file', async () => {
    const writer = await newWriter(folder);
    const sink = writer.sink('book', SPEC.id);
    for (const row of snapshot) sink.add({ ...row, flags: row.flags & ~F_LAST });
    expect(() => writer.close()).toThrow(expect.objectContaining({ code: 'ARB_MESSAGE_OPEN' }) as Error);
    expect([...filesBelow(folder).keys()].filter((name) => name.startsWith('book'))).toEqual([]);
  });
});
