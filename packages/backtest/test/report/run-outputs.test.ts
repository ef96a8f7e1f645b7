import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal } from '@arb/core';
import { toMoney } from '@arb/core/internal';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decompressPage, loadCompression } from '../../src/catalog/parquet/compression.ts';
import { accountsTable, balancesTable } from '../../src/report/account-tables.ts';
import { buildRunReport } from '../../src/report/build-run-report.ts';
import { readRunReport } from '../../src/report/read-run-report.ts';
import { writeRunOutputs } from '../../src/report/run-outputs.ts';
import type { Cell } from '../../src/report/run-report.ts';
import { writeCsv, writeParquet } from '../../src/report/table-files.ts';
import { NO_PYTHON, python, readWithPython } from '../catalog/python-readers.ts';
import { stoppedAt } from './fixtures/fixture-variants.ts';
import { runFixture } from './fixtures/run-fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'arb-outputs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const REPORT = buildRunReport(runFixture('gain'));
const bytesOf = (path: string): ArrayBuffer => {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

/** Reads a file with an independent reader. */
async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  await loadCompression();
  return await parquetReadObjects({ file: bytesOf(path), compressors: { ZSTD: (input, length) => decompressPage('ZSTD', input, length) } });
}

describe('the folder of a run', () => {
  it('REQ-A67 holds page, report, tables twice, and a manifest with the hash of each', async () => {
    const folder = join(root, 'whole');
    const outputs = await writeRunOutputs(REPORT, folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { status: string; files: { file: string; sha256: string }[] };
    expect(manifest).toMatchObject({ schema: 'arb.run-manifest/1', status: 'COMPLETE', journalHash: REPORT.journalHash });
    expect([...manifest.files.map((entry) => entry.file), 'manifest.json']).toEqual(outputs.files);
    for (const name of ['fills', 'orders', 'positions', 'funding-payments', 'result', 'hedge-episodes', 'daily'])
      expect(outputs.files).toEqual(expect.arrayContaining([`${name}.parquet`, `${name}.csv`]));
    for (const { file, sha256 } of manifest.files)
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ).toBe(sha256);
    expect(readRunReport(folder)).toEqual(JSON.parse(JSON.stringify(REPORT)));
  });

  it('Parquet and CSV hold the same rows, readable by others', async () => {
    const folder = join(root, 'rows');
    await writeRunOutputs(REPORT, folder);
    const rows = await rowsOf(join(folder, 'fills.parquet'));
    expect(rows).toHaveLength(REPORT.fills);
    const columns = REPORT.tables.fills.columns;
    const first = REPORT.tables.fills.rows[0]!;
    const cell = (name: (typeof columns)[number]): unknown => first[columns.indexOf(name)];
    expect(rows[0]).toMatchObject({ orderId: cell('orderId'), price: Number(cell('price')), feeUsd: expect.closeTo(Number(cell('feeUsd')), 9), trip: 1 });
    expect((rows[0]!['ts'] as Date).getTime() * 1e3).toBe(cell('ts'));
    const csv = readFileSync(join(folder, 'fills.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(REPORT.fills + 1);
    expect(csv[0]).toBe(columns.join(','));
    expect(csv[1]).toMatch(/^2025-03-02T\d\d:\d\d:\d\d\.\d{3}Z,/);
  });

  it('REQ-B46 funding payments carry what they were worked out from: rate, price, signed quantity, convention', async () => {
    const folder = join(root, 'funding');
    await writeRunOutputs(REPORT, folder);
    const rows = await rowsOf(join(folder, 'funding-payments.parquet'));
    expect(rows).toHaveLength(REPORT.fundingPayments);
    for (const row of rows) {
      const { instrumentId, convention, currency, quantity, rate, price, amount, indexFrom, indexTo } = row;
      expect([convention, currency]).toEqual(instrumentId === 'BTCUSDT-PERP.BYBIT' ? ['lump-at-mark', 'USDT'] : ['hourly-at-oracle', 'USDC']);
      expect(-Number(quantity) * Number(price) * Number(rate)).toBeCloseTo(Number(amount), 4);
      expect([indexFrom, indexTo]).toEqual([null, null]);
    }
    expect(readFileSync(join(folder, 'funding-payments.csv'), 'utf8').split('\n')[0]).toBe(
      'ts,strategyId,pairId,instrumentId,role,aprPct,amountUsd,convention,quantity,multiplier,rate,price,amount,currency,indexFrom,indexTo',
    );
    expect(readFileSync(join(folder, 'tearsheet.html'), 'utf8')).not.toContain('hourly-at-oracle');
  });

  it('positions are told in USD and in the settlement currency', async () => {
    const folder = join(root, 'positions');
    await writeRunOutputs(REPORT, folder);
    const held = (await rowsOf(join(folder, 'positions.parquet'))).filter(({ usd }) => usd !== 0);
    expect(new Set(held.map(({ currency }) => currency))).toEqual(new Set(['USDC', 'USDT']));
    for (const { usd, value } of held) expect(value).toBeCloseTo(Number(usd), 2);
  });

  it('accounts and balances are written beside the report where a run has them, with every digit a coin needs', async () => {
    const folder = join(root, 'accounts');
    const money = (amount: string): bigint => toMoney(amount);
    const ts = REPORT.from;
    const point = { ts, venue: 'OKX', account: 'main', initialMargin: 0n, maintenanceMargin: 0n, locked: 0n, accrued: 0n, unrealised: money('-0.0000000001') };
    const usd = { equityUsd: money('90000'), balanceUsd: money('90000'), unrealisedUsd: 0n, accruedUsd: 0n, initialMarginUsd: 0n, maintenanceMarginUsd: money('1'), lockedUsd: 0n, freeUsd: money('90000') };
    const { files } = await writeRunOutputs(REPORT, folder, {
      tables: {
        accounts: accountsTable([{ ts, venue: 'OKX', account: 'main', ...usd, marginRatio: 0.0123456789 }, { ts, venue: 'BYBIT', account: 'main', ...usd, marginRatio: Infinity }]),
        balances: balancesTable([{ ...point, currency: 'BTC', total: money('1.5000000001'), free: null, totalUsd: null }]),
      },
    });
    expect(files).toEqual(expect.arrayContaining(['accounts.parquet', 'accounts.csv', 'balances.parquet', 'balances.csv']));
    expect((await rowsOf(join(folder, 'accounts.parquet'))).map(({ equityUsd, marginRatio }) => [equityUsd, marginRatio])).toEqual([[90_000, 0.012346], [90_000, null]]);
    expect((await rowsOf(join(folder, 'balances.parquet')))[0]).toMatchObject({ currency: 'BTC', total: 1.500_000_000_1, unrealised: -1e-10, free: null });
    expect(readFileSync(join(folder, 'balances.csv'), 'utf8').split('\n')[1]).toMatch(/,OKX,main,BTC,1\.5000000001,-0\.0000000001,0,0,0,0,,$/);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).not.toContain('equityUsd');
  });

  it('the result ends when the run ends, not at the step after it', async () => {
    const folder = join(root, 'result');
    const report = buildRunReport(stoppedAt(runFixture('gain'), 0.5));
    const replayedTo = report.replayedTo - 1;
    await writeRunOutputs({ ...report, replayedTo }, folder);
    const rows = await rowsOf(join(folder, 'result.parquet'));
    expect((rows.at(-1)!['ts'] as Date).getTime()).toBe(Math.floor(replayedTo / 1e3));
  });

  it('a partial run is marked as such in the manifest, the report, the page and every Parquet file', async () => {
    const folder = join(root, 'partial');
    await writeRunOutputs(buildRunReport(stoppedAt(runFixture('gain'), 0.5)), folder);
    expect(readRunReport(folder).status).toBe('PARTIAL');
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toContain('"status": "PARTIAL"');
    expect(readFileSync(join(folder, 'tearsheet.html'), 'utf8')).toContain('Partial: stopped at');
    const { key_value_metadata: metadata } = await parquetMetadataAsync(bytesOf(join(folder, 'fills.parquet')));
    expect(metadata).toContainEqual({ key: 'arb.status', value: 'PARTIAL' });
  });

  it('a run without trades has tables without rows', async () => {
    const folder = join(root, 'idle');
    await writeRunOutputs(buildRunReport(runFixture('idle')), folder);
    expect(await rowsOf(join(folder, 'fills.parquet'))).toEqual([]);
    expect(readFileSync(join(folder, 'fills.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  it('never writes over results, and says the way out', async () => {
    const folder = join(root, 'taken');
    await writeRunOutputs(REPORT, folder);
    await expect(writeRunOutputs(REPORT, folder)).rejects.toMatchObject({ code: 'ARB_OUTPUT_EXISTS', message: expect.stringContaining('--out') as string });
  });

  it('an amount beyond the digits of its column is refused, not cut', async () => {
    await loadCompression();
    const write = (column: string, amount: string): void => { writeParquet(join(root, 'big.parquet'), { columns: [column], rows: [[amount]] }, new Map()); };
    expect(() => { write('feeUsd', '9999999999999999999'); }).toThrowError(/feeUsd 9999999999999999999 has more than 18 digits/);
    expect(() => { write('price', '9'.repeat(39)); }).toThrowError(/price 9{39} has more than 38 digits/);
  });

  it('amounts in a currency of their own, prices, quantities and rates keep 18 decimals in both files, as DECIMAL(38, 18)', async () => {
    await loadCompression();
    const cells = ['-0.000021668123456789', '12345678901234567890.123456789012345678', '-9999999999999999999.999999999999999999', '0', null];
    const table = { columns: ['amount'], rows: cells.map((cell) => [cell]) };
    writeParquet(join(root, 'wide.parquet'), table, new Map());
    writeCsv(join(root, 'wide.csv'), table);
    expect(readFileSync(join(root, 'wide.csv'), 'utf8')).toBe(['amount', ...cells.map((cell) => cell ?? ''), ''].join('\n'));
    const { schema } = await parquetMetadataAsync(bytesOf(join(root, 'wide.parquet')));
    expect(schema[1]).toMatchObject({ name: 'amount', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, precision: 38, scale: 18 });
    const read = (await rowsOf(join(root, 'wide.parquet'))).map(({ amount }) => amount as number | null);         // doubles: the tools below read every digit
    read.forEach((amount, row) => { expect(amount === null ? null : amount / Number(cells[row] === '0' ? 1 : cells[row])).toEqual(cells[row] === null ? null : expect.closeTo(cells[row] === '0' ? 0 : 1, 12)); });
  });

  it.skipIf(python === undefined)(`pyarrow and DuckDB read them to the last digit${NO_PYTHON}`, { timeout: 120_000 }, async () => {
    await loadCompression();
    const folder = mkdtempSync(join(root, 'wide-'));
    const cells = ['-0.000021668123456789', '12345678901234567890.123456789012345678', '-9999999999999999999.999999999999999999', '18446744073.709551616', '-9.223372036854775809'];
    writeParquet(join(folder, 'wide.parquet'), { columns: ['amount'], rows: cells.map((cell) => [cell]) }, new Map());
    const { pyarrow, duckdb } = readWithPython(folder).get('wide.parquet')!;
    const plain = (values: readonly unknown[] | undefined): string[] => values!.map((value) => new Decimal(String(value)).toFixed());
    expect([plain(pyarrow['amount']), plain(duckdb['amount'])]).toEqual([cells, cells].map((column) => column.map((cell) => new Decimal(cell).toFixed())));
  });

  it('a coin of a tiny price keeps it in every table', async () => {
    const rows = [['0.00001234567891', '0.000012345678', '100.000000001', '0.0000000000001', '0.0001']];
    writeCsv(join(root, 'tiny.csv'), { columns: ['price', 'averagePrice', 'quantity', 'rate', 'multiplier'], rows });
    expect(readFileSync(join(root, 'tiny.csv'), 'utf8').split('\n')[1]).toBe(rows[0]!.join(','));
  });

  it('a leg that stands alone for days, or ten billion coins of a tiny price, do not cost the run its results', async () => {
    const folder = join(root, 'large');
    const { fills, hedgeEpisodes } = REPORT.tables;
    const changed = <T extends { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] }>(table: T, column: string, value: Cell): T =>
      ({ ...table, rows: table.rows.map((row, index) => (index === 0 ? row.map((cell, at) => (table.columns[at] === column ? value : cell)) : row)) });
    await writeRunOutputs({ ...REPORT, tables: { ...REPORT.tables, fills: changed(fills, 'quantity', '20000000000.5'), hedgeEpisodes: changed(hedgeEpisodes, 'usdSeconds', 17_280_000_000.25) } }, folder);
    expect((await rowsOf(join(folder, 'hedge-episodes.parquet')))[0]).toMatchObject({ usdSeconds: 17_280_000_000.25 });
    expect((await rowsOf(join(folder, 'fills.parquet')))[0]).toMatchObject({ quantity: 20_000_000_000.5 });
  });

  it('CSV and Parquet hold the same amounts, plainly written', async () => {
    await loadCompression();
    const table = { columns: ['feeUsd', 'netPnlUsd', 'rate'], rows: [['-0.123456789012', 1e-7, '0.0000125'], ['-0.000000001', -1e-9, null]] };
    writeParquet(join(root, 'equal.parquet'), table, new Map());
    writeCsv(join(root, 'equal.csv'), table);
    expect(readFileSync(join(root, 'equal.csv'), 'utf8')).toBe('feeUsd,netPnlUsd,rate\n-0.12345679,0.0000001,0.0000125\n0,0,\n');
    expect(await rowsOf(join(root, 'equal.parquet'))).toMatchObject([{ feeUsd: -0.12345679, netPnlUsd: 1e-7, rate: 0.0000125 }, { feeUsd: 0, netPnlUsd: 0, rate: null }]);
  });
});

describe('amounts in files', () => {
  it('are rounded half to even, whatever they were written as', async () => {
    await loadCompression();
    const amount = fc.tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 20 })).map(([digits, decimals]) => new Decimal(digits.toString()).div(new Decimal(10).pow(decimals)));
    const cell = fc.oneof(amount.map((value) => value.toFixed()), amount.map((value) => value.toNumber()), amount.map((value) => value.toExponential()));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), fc.constantFrom('feeUsd', 'amount', 'slippageBps'), (cells, column) => {
        writeCsv(join(root, 'random.csv'), { columns: [column], rows: cells.map((value) => [value]) });
        const [decimals, digits] = { feeUsd: [8, 18], amount: [18, 38], slippageBps: [3, 18] }[column] as [number, number];
        const whole = Math.max(...cells.map((value) => new Decimal(String(value)).abs().toDecimalPlaces(0, Decimal.ROUND_UP).toFixed(0).length));
        const expected = cells.map((value) => new Decimal(String(value)).toDecimalPlaces(Math.min(decimals, digits - whole), Decimal.ROUND_HALF_EVEN));
        expect(readFileSync(join(root, 'random.csv'), 'utf8')).toBe([column, ...expected.map((value) => (value.isZero() ? '0' : value.toFixed())), ''].join('\n'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading a run', () => {
  it.each([
    ['nothing', undefined, /there is no .*; give the folder/],
    ['text', 'hello', /is not JSON/],
    ['another schema', '{"schema":"arb.run/9"}', /holds schema "arb\.run\/9"; this version reads "arb\.run\/1"/],
    ['null', 'null', /holds schema undefined/],
  ])('%s is refused with the place and the way out', (name, text, message) => {
    const path = join(root, `${name}.json`);
    if (text !== undefined) writeFileSync(path, text);
    expect(() => readRunReport(path)).toThrowError(message);
  });
});
