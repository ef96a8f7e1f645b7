import fs from 'node:fs';
import { MICROS_PER_HOUR } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_PYTHON, python, readWithPython } from './python-readers.ts';
import { DAY, message, newWriter, SECOND, SPEC, temporaryFolder } from './catalog-fixture.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((each) => fs.rmSync(each, { recursive: true })));

type Row = Readonly<Record<string, unknown>>;

/** Rows as columns, the way the script prints them. */
function columnsOf(rows: readonly Row[]): Record<string, unknown[]> {
  return Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name])]));
}

describe.skipIf(python === undefined)(`REQ-D05 pyarrow and DuckDB read the same${NO_PYTHON}`, { timeout: 120_000 }, () => {
  it('books, over row groups and days', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const rows = message(DAY + SECOND, [[0, 99, 5], [1, 101, 4]], { isSnapshot: true });
    for (let i = 1; i < 70_000; i++) rows.push(...message(DAY + SECOND * (i + 1), [[i & 1, i & 1 ? 102 + i % 11 : 90 + i % 9, i * 7919 % 100_003]], { sequence: i }));
    const writer = await newWriter(folder);
    for (const row of rows) writer.sink('book', SPEC.id).add(row);
    writer.close();
    const expected = rows.map((row) => ({
      ts_event: row.tsEvent, ts_init: row.tsInit, side: row.side, price: (row.tick / 2).toFixed(1), size: (row.lots / 1000).toFixed(3), flags: row.flags, sequence: row.sequence,
    }));
    const read = readWithPython(folder).get(`book/${SPEC.id}/2025-03-01.parquet`)!;
    const columns = Object.entries(columnsOf(expected));
    for (const tool of ['pyarrow', 'duckdb'] as const) {
      for (const [name, values] of columns) expect(JSON.stringify(read[tool][name]) === JSON.stringify(values), `${tool} ${name}`).toBe(true);
    }
  });

  it('all other kinds and the instruments', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const writer = await newWriter(folder, [{ ...SPEC, minNotional: '10' }]);
    const at = { tsEvent: DAY, tsInit: DAY + 7 };
    writer.sink('trade', SPEC.id).add({ ...at, side: 1, tick: 101, lots: 2_000_001, id: 'ü-1' });
    writer.sink('quote', SPEC.id).add({ ...at, bidTick: 99, bidLots: 1, askTick: 101, askLots: 2 });
    writer.sink('bar', SPEC.id).add({ ...at, open: '50.05', high: '51', low: '49.123', close: '50', volume: '12.5', intervalUs: 60_000_000, priceKind: 0 });
    writer.sink('price', SPEC.id).add({ ...at, value: '50123.456789', priceKind: 2 });
    const funding = { ...at, rate: '-0.0000125', intervalUs: MICROS_PER_HOUR, status: 0, settlesAt: DAY + MICROS_PER_HOUR };
    writer.sink('funding', SPEC.id).add(funding);
    writer.sink('funding', SPEC.id).add({ ...funding, rate: '0.0003', index: '-1234.56789012345678' });
    writer.sink('open_interest', SPEC.id).add({ ...at, size: '1000000.125' });
    writer.sink('gap', SPEC.id).add({ ...at, stream: 'book', from: DAY - 5, to: DAY, reason: 1 });
    writer.close();
    const times = { ts_event: DAY, ts_init: DAY + 7 };
    const fundingRow = { ...times, interval_us: MICROS_PER_HOUR, status: 0, settles_at: DAY + MICROS_PER_HOUR };
    const expected = new Map<string, readonly Row[]>([
      [`bar/${SPEC.id}/2025.parquet`, [{ ...times, open: '50.050', high: '51.000', low: '49.123', close: '50.000', volume: '12.5', interval_us: 60_000_000, price_kind: 0 }]],
      [`funding/${SPEC.id}/2025.parquet`, [{ ...fundingRow, rate: '-0.0000125', index: null }, { ...fundingRow, rate: '0.0003000', index: '-1234.56789012345678' }]],
      [`gap/${SPEC.id}/2025.parquet`, [{ ...times, stream: 'book', from: DAY - 5, to: DAY, reason: 1 }]],
      ['instruments/2025-01-01.parquet', [{
        ts_event: 1_735_689_600_000_000, ts_init: 1_735_689_600_000_000, id: SPEC.id, venue: 'TESTEX', symbol: 'BTC-USD-PERP', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'USD', inverse: 0,
        price_increment: '0.5', significant_figures: null, size_increment: '0.001', multiplier: '1', min_size: null, max_size: null, min_notional: '10', expiry: null, valid_from: 1_735_689_600_000_000,
      }]],
      [`open_interest/${SPEC.id}/2025.parquet`, [{ ...times, size: '1000000.125' }]],
      [`price/${SPEC.id}/2025-03-01.parquet`, [{ ...times, value: '50123.456789', kind: 2 }]],
      [`quote/${SPEC.id}/2025-03-01.parquet`, [{ ...times, bid_price: '49.5', bid_size: '0.001', ask_price: '50.5', ask_size: '0.002' }]],
      [`trade/${SPEC.id}/2025-03-01.parquet`, [{ ...times, side: 1, price: '50.5', size: '2000.001', id: 'ü-1' }]],
    ]);
    for (const [name, read] of readWithPython(folder)) {
      expect(read.pyarrow, `pyarrow ${name}`).toEqual(columnsOf(expected.get(name)!));
      expect(read.duckdb, `duckdb ${name}`).toEqual(columnsOf(expected.get(name)!));
    }
  });
});
