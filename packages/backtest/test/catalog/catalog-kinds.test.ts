import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MICROS_PER_HOUR, parseTime } from '@arb/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogWriter } from '../../src/catalog/catalog-writer.ts';
import { rowReader } from '../../src/catalog/chunk-rows.ts';
import type { DataKind } from '../../src/catalog/chunks.ts';
import type { RowOf } from '../../src/catalog/rows.ts';
import { DAY, filesBelow, newWriter, readAll, SECOND, SOURCE, SPEC, temporaryFolder } from './catalog-fixture.ts';

const folders: string[] = [];
let folder: string;
beforeEach(() => { folder = temporaryFolder(); folders.push(folder); });
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

const HOUR = MICROS_PER_HOUR;
const at = (time: number): { tsEvent: number; tsInit: number } => ({ tsEvent: time, tsInit: time + 10 });

const ROWS: { readonly [K in DataKind]?: readonly RowOf[K][] } = {
  trade: [{ ...at(DAY), side: 0, tick: 100, lots: 5, id: 'a-1' }, { ...at(DAY), side: 1, tick: 99, lots: 1, id: 'ü2' }, { ...at(DAY + SECOND), side: 2, tick: 99, lots: 2_000_000, id: '' }],
  quote: [{ ...at(DAY), bidTick: 99, bidLots: 5, askTick: 101, askLots: 1 }, { ...at(DAY + 1), bidTick: 0, bidLots: 0, askTick: 101, askLots: 1 }],
  bar: [
    { ...at(DAY), open: '50.05', high: '51', low: '49.123', close: '50', volume: '12.5', intervalUs: 60 * SECOND, priceKind: 0 },
    { ...at(DAY), open: '50', high: '50.12345678', low: '50', close: '50', volume: '0', intervalUs: 60 * SECOND, priceKind: 1 },
  ],
  price: [{ ...at(DAY), value: '50123.456', priceKind: 0 }, { ...at(DAY), value: '50123.4', priceKind: 1 }, { ...at(DAY + SECOND), value: '50124', priceKind: 2 }],
  funding: [
    { ...at(DAY), rate: '0.0000125', intervalUs: HOUR, status: 0, settlesAt: DAY + HOUR, index: undefined },
    { ...at(DAY + HOUR), rate: '-0.00017', intervalUs: HOUR, status: 1, settlesAt: DAY + HOUR, index: '-1234.56789012345678' },
    { ...at(DAY + 9 * HOUR), rate: '0', intervalUs: 8 * HOUR, status: 1, settlesAt: DAY + 9 * HOUR, index: '2' },
  ],
  open_interest: [{ ...at(DAY), size: '1000000.125' }, { ...at(DAY + HOUR), size: '0' }],
  gap: [{ ...at(DAY + HOUR), stream: 'book', from: DAY, to: DAY + HOUR, reason: 1 }, { ...at(DAY + 2 * HOUR), stream: 'trade', from: DAY, to: DAY + HOUR, reason: 4 }],
};
const KINDS = Object.keys(ROWS) as Exclude<DataKind, 'book'>[];

async function write<K extends DataKind>(kind: K, rows: readonly RowOf[K][], into = folder): Promise<void> {
  const writer = await newWriter(into);
  for (const row of rows) writer.sink(kind, SPEC.id).add(row);
  writer.close();
}

/** Rows as read, decimals without their trailing zeros. */
async function readRows<K extends DataKind>(kind: K, options: { readonly from?: number; readonly to?: number; readonly folder?: string } = {}): Promise<RowOf[K][]> {
  const chunks = await readAll<K>(options.folder ?? folder, { kind, withIds: true, ...options });
  const plain = (value: unknown): unknown => typeof value === 'string' && /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value;
  return chunks.flatMap((chunk) => Array.from({ length: chunk.rows }, (_, i) => {
    const row = rowReader(kind, chunk)(i);
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])) as unknown as RowOf[K];
  }));
}

describe('REQ-D05 REQ-D15 every kind reads back what was written', () => {
  it.each(KINDS)('%s', async (kind) => {
    await write(kind, ROWS[kind]!);
    expect(await readRows(kind)).toEqual(ROWS[kind]);
  });

  it.each(KINDS)('%s, copied by chunks into another catalog', async (kind) => {
    await write(kind, ROWS[kind]!);
    const other = temporaryFolder();
    folders.push(other);
    const writer = await newWriter(other);
    for (const chunk of await readAll(folder, { kind, withIds: true })) writer.sink(kind, SPEC.id).append(chunk as never);
    writer.close();
    expect(await readRows(kind, { folder: other })).toEqual(ROWS[kind]);
  });

  it('[from, to) on tsInit', async () => {
    await write('trade', ROWS.trade!);
    expect(await readRows('trade', { from: DAY + 10, to: DAY + SECOND + 10 })).toEqual(ROWS.trade!.slice(0, 2));
    expect(await readRows('trade', { from: DAY + 11 })).toEqual(ROWS.trade!.slice(2));
    expect(await readRows('trade', { from: DAY + 11, to: DAY + 12 })).toEqual([]);
    expect(await readRows('trade', { from: DAY + 2 * SECOND })).toEqual([]);
  });

  it('few rows share a file of a year, many have one a day', async () => {
    await write('funding', [ROWS.funding![0]!, { ...ROWS.funding![0]!, ...at(parseTime('2025-12-31')) }, { ...ROWS.funding![0]!, ...at(parseTime('2026-01-01')) }]);
    await write('price', [ROWS.price![0]!, { ...ROWS.price![0]!, ...at(parseTime('2025-12-31')) }]);
    const names = [...filesBelow(folder).keys()].filter((name) => !name.startsWith('instruments'));
    expect(names).toEqual(['catalog.json', `funding/${SPEC.id}/2025.parquet`, `funding/${SPEC.id}/2026.parquet`, `price/${SPEC.id}/2025-03-01.parquet`, `price/${SPEC.id}/2025-12-31.parquet`]);
  });

  it('a value with more decimals than those already on the disk begins a new file, exactly', async () => {
    const rows = Array.from({ length: 65_536 }, (_, i) => ({ ...at(DAY + i), value: `${50_000 + i}`, priceKind: 0 }));
    const fine = { ...at(DAY + SECOND), value: '0.000000123456789', priceKind: 0 };
    await write('price', [...rows, fine]);
    const chunks = await readAll(folder, { kind: 'price' });
    expect(chunks.map(({ rows: count, scale }) => [count, scale])).toEqual([[65_536, 0], [1, 15]]);
    expect(chunks[1]!.value[0]).toBe(123_456_789);
  });

  it('REQ-B66 microseconds survive as integers to the end of the range', async () => {
    const late = parseTime('2099-12-31T23:59:59.999999');
    await write('price', [{ tsEvent: late - 1, tsInit: late, value: '1', priceKind: 0 }]);
    const [chunk] = await readAll(folder, { kind: 'price' });
    expect([chunk!.tsEvent[0], chunk!.tsInit[0]]).toEqual([late - 1, late]);
  });
});

describe('checks on writing', () => {
  const trade = ROWS.trade![0]!;
  const bar = ROWS.bar![0]!;
  const funding = ROWS.funding![1]!;
  const cases: readonly (readonly [code: string, kind: DataKind, rows: readonly RowOf[DataKind][]])[] = [
    ['ARB_ROW_DUPLICATE', 'trade', [trade, trade]],
    ['ARB_ROW_SIDE', 'trade', [{ ...trade, side: 3 }]],
    ['ARB_ROW_NEGATIVE', 'trade', [{ ...trade, lots: 0 }]],
    ['ARB_OFF_GRID', 'trade', [{ ...trade, tick: 100.5 }]],
    ['ARB_BOOK_CROSSED', 'quote', [{ ...at(DAY), bidTick: 101, bidLots: 5, askTick: 101, askLots: 1 }]],
    ['ARB_ROW_DUPLICATE', 'quote', [ROWS.quote![0]!, ROWS.quote![0]!]],
    ['ARB_BAR_RANGE', 'bar', [{ ...bar, high: '50.04' }]],
    ['ARB_ROW_NEGATIVE', 'bar', [{ ...bar, volume: '-1' }]],
    ['ARB_ROW_DUPLICATE', 'bar', [bar, { ...bar, open: '50' }]],
    ['ARB_BAD_NUMBER', 'price', [{ ...at(DAY), value: 'NaN', priceKind: 0 }]],
    ['ARB_BAD_NUMBER', 'price', [{ ...at(DAY), value: '1.2345678901234567890', priceKind: 0 }]],
    ['ARB_ROW_NEGATIVE', 'price', [{ ...at(DAY), value: '-1', priceKind: 0 }]],
    ['ARB_ROW_DUPLICATE', 'price', [ROWS.price![0]!, ROWS.price![0]!]],
    ['ARB_ROW_DUPLICATE', 'funding', [funding, { ...funding, ...at(DAY + 2 * HOUR) }]],
    ['ARB_ROW_DUPLICATE', 'price', [{ ...at(DAY), value: '50', priceKind: 0 }, { ...at(DAY), value: '51', priceKind: 0 }]],
    ['ARB_ROW_RATE', 'funding', [{ ...funding, rate: '5' }]],
    ['ARB_ROW_RATE', 'funding', [{ ...funding, rate: '-1.0001' }]],
    ['ARB_ROW_NEGATIVE', 'funding', [{ ...funding, intervalUs: 0 }]],
    ['ARB_ROW_CODE', 'funding', [{ ...funding, status: 2 }]],
    ['ARB_ROW_TIME', 'funding', [{ ...funding, settlesAt: 0 }]],
    ['ARB_ROW_NEGATIVE', 'open_interest', [{ ...at(DAY), size: '-1' }]],
    ['ARB_ROW_ORDER', 'gap', [{ ...ROWS.gap![0]!, to: DAY }]],
    ['ARB_ROW_ORDER', 'trade', [{ ...trade, ...at(DAY + SECOND) }, { ...trade, id: 'b' }]],
  ];
  it.each(cases)('%s of %s', async (code, kind, rows) => {
    const writer = await newWriter(folder);
    const sink = writer.sink(kind, SPEC.id);
    expect(() => rows.forEach((row) => sink.add(row as never))).toThrow(expect.objectContaining({ code }) as Error);
    expect(sink.rows).toBe(rows.length - 1);
    writer.close();
    expect((await readRows(kind)).length).toBe(rows.length - 1);
  });
});

describe('two writers at work in one catalog', () => {
  it('do not touch what the other has written', async () => {
    const [trade] = ROWS.trade!;
    const [first, second] = [await newWriter(folder), await newWriter(folder)];
    first.sink('trade', SPEC.id).add(trade!);
    second.sink('trade', SPEC.id).add({ ...trade!, ...at(DAY + SECOND), id: 'b' });
    first.close();
    expect(() => second.close()).toThrow(expect.objectContaining({ code: 'ARB_FILE_EXISTS' }));
    expect(await readRows('trade')).toEqual([trade]);
    expect([...filesBelow(folder).keys()].filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a second import', () => {
  it.each(KINDS)('%s: may not repeat a row, not even the one at the time at which the first ended', async (kind) => {
    const last = ROWS[kind]!.at(-1)!;
    await write(kind, ROWS[kind]!);
    await expect(write(kind, [last])).rejects.toMatchObject({ code: 'ARB_CATALOG_OVERLAP' });
    expect(await readRows(kind)).toEqual(ROWS[kind]);
  });

  it('may go on at the very time at which the first ended', async () => {
    const last = ROWS.trade!.at(-1)!;
    await write('trade', ROWS.trade!);
    await write('trade', [{ ...last, id: 'other' }]);
    expect(await readRows('trade')).toHaveLength(ROWS.trade!.length + 1);
  });

  it('may not repeat a settlement under another stamp', async () => {
    await write('funding', ROWS.funding!);
    const last = ROWS.funding!.at(-1)!;
    await expect(write('funding', [{ ...last, tsEvent: last.tsEvent + SECOND, tsInit: last.tsInit + SECOND }])).rejects.toMatchObject({ code: 'ARB_CATALOG_OVERLAP' });
  });

  it('notes its holes between those of the first', async () => {
    const gap = (from: number): RowOf['gap'] => ({ tsEvent: DAY + (from + 1) * HOUR, tsInit: DAY + (from + 1) * HOUR, stream: 'funding', from: DAY + from * HOUR, to: DAY + (from + 1) * HOUR, reason: 4 });
    await write('gap', [gap(0), gap(9)]);
    await write('gap', [gap(3), gap(12)]);
    await write('gap', [gap(5)]);
    expect((await readRows('gap')).map(({ from }) => (from - DAY) / HOUR)).toEqual([0, 3, 5, 9, 12]);
    expect((await readRows('gap', { from: DAY + 4 * HOUR, to: DAY + 10 * HOUR })).map(({ from }) => (from - DAY) / HOUR)).toEqual([3, 5]);
  });
});

describe('the catalog as a whole', () => {
  it('a record corrected for the same time replaces the one before it, also past ten corrections, and is written once', async () => {
    const writer = await newWriter(folder);
    for (let i = 1; i <= 12; i++) writer.addInstruments([{ ...SPEC, priceIncrement: `0.${i}` }], parseTime('2025-01-01'));
    writer.addInstruments([{ ...SPEC, priceIncrement: '0.12' }], parseTime('2025-01-01'));
    writer.close();
    const catalog = await Catalog.open(folder);
    expect([catalog.instrument(SPEC.id).priceIncrement, catalog.instruments().length]).toEqual(['0.12', 13]);
  });

  it('knows its instruments by time, each written once', async () => {
    const finer = { ...SPEC, priceIncrement: '0.1', significantFigures: 5, minNotional: '10', expiry: '2025-06-27T08:00:00Z' };
    const writer = await newWriter(folder);
    writer.addInstruments([SPEC], parseTime('2025-02-01'));
    writer.addInstruments([finer], parseTime('2025-03-01'));
    writer.close();
    const catalog = await Catalog.open(folder);
    expect(catalog.instruments().map(({ validFrom }) => validFrom)).toEqual([parseTime('2025-01-01'), parseTime('2025-03-01')]);
    expect(catalog.instrument(SPEC.id, parseTime('2025-02-28'))).toMatchObject(SPEC);
    expect(catalog.instrument(SPEC.id)).toMatchObject(finer);
    expect(() => catalog.instrument('ETH.NOWHERE')).toThrow(/ETH.NOWHERE is not in .* it has BTC-USD-PERP.TESTEX/);
  });

  it('describes what it holds', async () => {
    await write('trade', ROWS.trade!);
    await write('gap', ROWS.gap!);
    const catalog = await Catalog.open(folder);
    expect(catalog.kinds(SPEC.id)).toEqual(['trade', 'gap']);
    const { streams, sources } = catalog.describe();
    expect(sources).toEqual([SOURCE]);
    expect(streams[0]).toMatchObject({ kind: 'trade', instrumentId: SPEC.id, rows: 3, files: 1, from: DAY + 10, to: DAY + SECOND + 10, gaps: 1, isSynthetic: true, sources: ['test'] });
    expect(streams[1]).toMatchObject({ kind: 'gap', rows: 2 });
  });

  it('takes any instrument id as a folder', async () => {
    const odd = { ...SPEC, id: '.x/ü:y%../%2F.TESTEX' };
    const writer = await newWriter(folder, [odd]);
    writer.sink('open_interest', odd.id).add({ ...at(DAY), size: '1' });
    writer.close();
    expect((await Catalog.open(folder)).describe().streams.map(({ instrumentId }) => instrumentId)).toEqual([odd.id]);
  });

  it('opens the folder of a data set, whose catalog lies inside', async () => {
    const dataset = fileURLToPath(new URL('../../../../datasets/xvenue-8h', import.meta.url));
    expect((await Catalog.open(dataset)).path).toBe(path.join(dataset, 'catalog'));
  });

  it('says what is wrong with a folder that is none, and with a source renamed', async () => {
    await expect(Catalog.open(folder)).rejects.toMatchObject({ code: 'ARB_NOT_A_CATALOG' });
    await write('trade', ROWS.trade!);
    await expect(CatalogWriter.open(folder, { source: { ...SOURCE, licence: 'other' } })).rejects.toMatchObject({ code: 'ARB_CATALOG_SOURCE' });
    const writer = await newWriter(folder);
    expect(() => writer.sink('trade', 'ETH.NOWHERE')).toThrow(expect.objectContaining({ code: 'ARB_UNKNOWN_INSTRUMENT' }) as Error);
  });

  it('refuses prices that left the grid of the instrument', async () => {
    await write('trade', ROWS.trade!);
    const writer = await newWriter(folder, []);
    writer.addInstruments([{ ...SPEC, priceIncrement: '1' }], parseTime('2025-02-01'));
    await expect(readAll(folder, { kind: 'trade' })).rejects.toThrow(/price row 1.*price 49.5 is not a multiple of 1/);
  });
});
