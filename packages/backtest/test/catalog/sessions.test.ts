import fs from 'node:fs';
import path from 'node:path';
import { MICROS_PER_DAY, Strategy, type Trade } from '@arb/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import { FileSeries } from '../../src/catalog/file-series.ts';
import { PageEncoder } from '../../src/catalog/parquet/column-encoder.ts';
import type { BookRow, TradeRow } from '../../src/catalog/rows.ts';
import { BacktestEngine, Catalog, CatalogWriter } from '../../src/index.ts';
import { bookRows, DAY, filesBelow, message, newWriter, readAll, SECOND, SOURCE, SPEC, temporaryFolder } from './catalog-fixture.ts';

const folders: string[] = [];
let folder: string;
beforeEach(() => { folder = temporaryFolder(); folders.push(folder); });
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

/** A trade that happened at one second of the day and was known at another. */
const trade = (happened: number, known: number, id = `${happened} ${known}`): TradeRow => ({ tsEvent: DAY + happened * SECOND, tsInit: DAY + known * SECOND, side: 0, tick: 120_000, lots: 5, id });
const snapshotAt = (happened: number, known: number): BookRow[] => message(DAY, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true }).map((row) => ({ ...row, tsEvent: DAY + happened * SECOND, tsInit: DAY + known * SECOND }));
const deltaAt = (happened: number, known: number): BookRow[] => snapshotAt(happened, known).slice(0, 1).map((row) => ({ ...row, flags: 1, lots: happened + 1 }));

async function session(rows: readonly TradeRow[], into = folder, yearlyFiles = false): Promise<void> {
  const writer = await CatalogWriter.open(into, { source: SOURCE, yearlyFiles });
  writer.addInstruments([SPEC], DAY);
  try { for (const row of rows) writer.sink('trade', SPEC.id).add(row); } finally { writer.close(); }
}

async function bookSession(rows: readonly BookRow[], into = folder): Promise<void> {
  const writer = await newWriter(into);
  try { for (const row of rows) writer.sink('book', SPEC.id).add(row); } finally { writer.close(); }
}

/** Files of sessions that knew nothing of each other, as another tool or two recorders would leave them: each written alone, then put together in order. */
async function together(sessions: readonly ((into: string) => Promise<void>)[]): Promise<void> {
  for (const [part, write] of sessions.entries()) {
    const alone = part === 0 ? folder : temporaryFolder();
    if (part > 0) folders.push(alone);
    await write(alone);
    for (const name of filesBelow(alone).keys()) {
      if (part === 0 || name.startsWith('instruments') || name === 'catalog.json') continue;
      fs.copyFileSync(path.join(alone, name), path.join(folder, name.replace('.parquet', `.${part}.parquet`)));
    }
  }
}

/** Times that a strategy sees in a run over the catalog, seconds of the day. */
async function replayed(): Promise<number[]> {
  const seen: number[] = [];
  class Watching extends Strategy {
    override onStart(): void { this.subscribe.trades(SPEC.id); }
    override onTrade({ tsEvent }: Trade): void { seen.push((tsEvent - DAY) / SECOND); }
  }
  await new BacktestEngine().addVenue('TESTEX', { fees: { maker: '0', taker: '0' }, balances: ['1000 USD'] }).addData(await Catalog.open(folder)).addStrategy(Watching, {}).run();
  return seen;
}

describe('a session that is written after another', () => {
  it('may not begin with an event from before the end of the other, though it became known later: the file is named', async () => {
    await session([trade(1, 1), trade(9, 10)]);
    await expect(session([trade(8, 11)])).rejects.toMatchObject({ code: 'ARB_ROW_ORDER', message: expect.stringMatching(/trade of BTC-USD-PERP\.TESTEX.*00:00:08.* 2025-03-01\.parquet.*00:00:09/s) });
    expect(await readAll(folder, { kind: 'trade' })).toHaveLength(1);
    await session([trade(9, 11), trade(10, 12)]);
    expect(await replayed()).toEqual([1, 9, 9, 10]);
  });

  it('a row that is refused does not keep those after it out', async () => {
    await session([trade(1, 1), trade(9, 10)]);
    const writer = await newWriter(folder);
    const sink = writer.sink('trade', SPEC.id);
    for (let i = 0; i < 3; i++) expect(() => { sink.add(trade(8, 11 + i)); }).toThrow(expect.objectContaining({ code: 'ARB_ROW_ORDER' }) as Error);
    sink.add(trade(10, 15));
    writer.close();
    expect(sink.rows).toBe(1);
    expect(await replayed()).toEqual([1, 9, 10]);
  });

  it('before it in time may not reach into its events', async () => {
    await session([trade(50, 60)]);
    await expect(session([trade(10, 11), trade(50, 51), trade(52, 53)])).rejects.toMatchObject({ code: 'ARB_ROW_ORDER', message: expect.stringMatching(/00:00:52.* 2025-03-01\.parquet.*00:00:50/s) });
    expect(await replayed()).toEqual([10, 50, 50]);
  });

  it('the same for books, which begin with a snapshot of their own; what it takes over from the session before is no event', async () => {
    await bookSession([...snapshotAt(1, 1), ...deltaAt(9, 10)]);
    await expect(bookSession(snapshotAt(8, 11))).rejects.toMatchObject({ code: 'ARB_ROW_ORDER' });
    await expect(bookSession(deltaAt(8, 11))).rejects.toMatchObject({ code: 'ARB_ROW_ORDER' });
    await bookSession(deltaAt(86_400 * 2 + 1, 86_400 * 2 + 2));                   // the day after next: its file opens with the book as it stood, stamped as that was
    await bookSession(snapshotAt(86_401, 86_402));
    const rows = bookRows(await readAll(folder, { kind: 'book' }));
    expect(rows.filter(({ flags }) => (flags & 16) === 0).map(({ tsEvent }) => (tsEvent - DAY) / SECOND)).toEqual([1, 1, 9, 86_401, 86_401, 172_801]);
  });

  it('of many days is compared with what lies around each of its files', async () => {
    const day = MICROS_PER_DAY / SECOND;
    await session([trade(day + 5, day + 20)]);
    await session([trade(1, 1), trade(day - 1, day - 1)]);
    await expect(session([trade(2 * day, 2 * day + 1), trade(2 * day - 1, 2 * day + 2)])).rejects.toMatchObject({ code: 'ARB_ROW_ORDER' });
    expect(await replayed()).toEqual([1, day - 1, day + 5, 2 * day]);
  });
});

describe('files that were not written after one another', () => {
  it('a run over times that lie over each other is refused, both files named; a range that needs one of them only is not', async () => {
    await together([(into) => session([trade(1, 1), trade(10, 10)], into), (into) => session([trade(5, 5), trade(15, 15)], into)]);
    await expect(replayed()).rejects.toMatchObject({ code: 'ARB_ROW_ORDER', message: expect.stringMatching(/2025-03-01\.1\.parquet .*00:00:05.*\/2025-03-01\.parquet .*00:00:10.*delete/s) });
    expect(await readAll(folder, { kind: 'trade', from: DAY + 11 * SECOND })).toHaveLength(1);
    expect((await checkCatalog(await Catalog.open(folder))).findings).toMatchObject([{ severity: 'error', code: 'ORDER' }]);
  });

  it('a run whose events step back from one file to the next is refused, both files named', async () => {
    await together([(into) => session([trade(1, 1), trade(9, 10)], into), (into) => session([trade(8, 11)], into)]);
    await expect(replayed()).rejects.toMatchObject({ code: 'ARB_ROW_ORDER', message: expect.stringMatching(/2025-03-01\.1\.parquet .*00:00:08.*\/2025-03-01\.parquet .*00:00:09/s) });
    expect((await checkCatalog(await Catalog.open(folder))).findings).toMatchObject([{ severity: 'error', code: 'ORDER' }]);
  });

  it('a file of another tool whose events step back is refused at the row', async () => {
    await session([trade(1, 1)]);
    const series = new FileSeries({ root: folder, kind: 'trade', instrumentId: SPEC.id, encoder: new PageEncoder(), metadata: new Map(), isYearly: false, onFile: () => {} }, [0, 0, 0, 1, 3, 0]);
    for (const { tsEvent, tsInit } of [trade(2, 3), trade(4, 5), trade(3, 6)]) {
      series.prepare({ tsEvent, tsInit });
      series.buffers.reserve();
      for (const [column, value] of [tsEvent, tsInit, 0, 600_000, 5].entries()) series.buffers.number(column, value);
      series.buffers.text(5, '');
      series.accept(tsInit);
    }
    series.finish();
    expect(await readAll(folder, { kind: 'trade', to: DAY + 2 * SECOND })).toHaveLength(1);
    await expect(replayed()).rejects.toMatchObject({ code: 'ARB_ROW_ORDER', message: expect.stringMatching(/2025-03-01\.1\.parquet row group 0 row 2: ts_event .*00:00:03.* steps back from .*00:00:04/) });
  });

  it('the same for books', async () => {
    await together([(into) => bookSession([...snapshotAt(1, 1), ...deltaAt(9, 10)], into), (into) => bookSession(snapshotAt(8, 11), into)]);
    await expect(readAll(folder, { kind: 'book' })).rejects.toMatchObject({ code: 'ARB_ROW_ORDER' });
  });

  it('a file of a day and one of a year, written at the same time by two that did not see each other', async () => {
    const daily = await CatalogWriter.open(folder, { source: SOURCE });
    daily.addInstruments([SPEC], DAY);
    daily.sink('trade', SPEC.id).add(trade(5, 5));
    await session([trade(1, 1), trade(10, 10)], folder, true);
    expect(() => { daily.close(); }).toThrow(expect.objectContaining({ code: 'ARB_CATALOG_OVERLAP' }) as Error);
    expect(await replayed()).toEqual([1, 10]);
  });
});
