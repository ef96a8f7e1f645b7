import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { copyChunk } from '../../src/catalog/chunks.ts';
import type { ImportSummary } from '../../src/catalog/import/import-report.ts';
import { runImport } from '../../src/catalog/import/run-import.ts';
import { temporaryFolder } from './recorded.ts';

/** Writes a file with a name that an importer knows. */
function file(name: string, content: string | Uint8Array): string {
  const target = path.join(temporaryFolder(), name);
  fs.writeFileSync(target, content);
  return target;
}

const T = 1_723_161_600_000;                                           // 2024-08-09T00:00Z, ms
const line = (recvMs: number, json: object): string => `${recvMs}000123 ${JSON.stringify(json)}\n`;
const depth = (at: number, ids: { U: number; u: number }, levels: { b?: string[][]; a?: string[][] } = {}): string =>
  line(at - 1_000, { stream: 'btcusdt@depth@100ms', data: { e: 'depthUpdate', E: at, s: 'BTCUSDT', ...ids, b: levels.b ?? [], a: levels.a ?? [] } });
const snapshot = (at: number, lastUpdateId: number): string => line(at - 1_000, { lastUpdateId, bids: [['100.00', '1.0'], ['99.00', '2.0']], asks: [['101.00', '1.0']] });
const trade = (at: number, t: number, p = '100.50'): string => line(at - 1_000, { stream: 'btcusdt@trade', data: { e: 'trade', E: at, s: 'BTCUSDT', t, p, q: '0.5', T: at, m: true } });

const importRaw = (text: string, options: { readonly skipBad?: boolean } = {}): { readonly to: string; readonly name: string; readonly done: ReturnType<typeof runImport> } => {
  const to = path.join(temporaryFolder(), 'catalog');
  const name = file('capture.jsonl', text);
  return { to, name, done: runImport({ format: 'binance-raw', files: [name], to, options: { instrument: 'BTCUSDT.BINANCE' }, ...options }) };
};

describe('binance-raw', () => {
  it('emits no book before the snapshot, drops what the snapshot holds, applies what waited for it', async () => {
    const { done, to } = importRaw(depth(T, { U: 1, u: 5 }) + depth(T + 100, { U: 6, u: 10 }, { b: [['98.00', '3.0']] }) + depth(T + 200, { U: 11, u: 12 }, { a: [['101.00', '0']] }) + snapshot(T + 250, 9) + depth(T + 300, { U: 13, u: 13 }, { a: [['102.00', '4.0']] }));
    const summary = await done;
    expect(summary.corrections).toEqual([{ what: 'depth updates older than the snapshot (u <= lastUpdateId), dropped', rows: 1 }]);
    expect(summary.written).toEqual([{ instrumentId: 'BTCUSDT.BINANCE', kind: 'book', rows: 6 }]);
    const [book] = await read(to);
    expect([...book!.sequence]).toEqual([9, 9, 9, 10, 12, 13]);
    expect(book!.tsInit[0]).toBe(book!.tsInit[3]);                      // what waited became known with the snapshot
    expect([...book!.lots]).toEqual([1e6, 2e6, 1e6, 3e6, 0, 4e6]);
  });

  it('a line out of order is a bad row of its own; updates told twice, and those that nothing follows, are counted', async () => {
    const rows = [snapshot(T, 9), depth(T + 100, { U: 10, u: 10 }, { b: [['98.00', '3.0']] }), depth(T + 200, { U: 11, u: 11 }, { b: [['97.00', '3.0']] }), depth(T + 300, { U: 12, u: 12 }, { b: [['96.00', '3.0']] })] as const;
    const swapped = importRaw(rows[0] + rows[2] + rows[1] + rows[3]);
    await expect(swapped.done).rejects.toThrow(`${swapped.name}:3: the line was received 100000 µs before the one above it`);
    const summary = await importRaw(rows[0] + rows[2] + rows[1] + rows[3], { skipBad: true }).done;
    expect(summary.skipped.map(({ line: at }) => at)).toEqual([3]);
    expect(summary.corrections).toEqual([{ what: 'depth updates without a snapshot to continue, left out', rows: 2 }]);
    expect((await importRaw(rows[0] + rows[1] + rows[1] + rows[2]).done).corrections).toEqual([{ what: 'depth updates that the book holds already, dropped', rows: 1 }]);
  });

  it('makes a gap of a broken chain and nothing of a book until the next snapshot', async () => {
    const { done } = importRaw(snapshot(T, 9) + depth(T + 100, { U: 10, u: 10 }, { b: [['98.00', '3.0']] }) + depth(T + 200, { U: 12, u: 12 }, { b: [['97.00', '3.0']] }) + depth(T + 300, { U: 13, u: 13 }, { b: [['96.00', '1.0']] }) + snapshot(T + 400, 13));
    const summary = await done;
    expect(summary.gaps).toMatchObject([{ instrumentId: 'BTCUSDT.BINANCE', stream: 'book', reason: 1 }]);
    expect(summary.gaps[0]!.to - summary.gaps[0]!.from).toBe(300_000);
    expect(summary.written.find(({ kind }) => kind === 'book')!.rows).toBe(3 + 1 + 3);
  });

  it('stops at a bad row with file, line and reason, and leaves nothing behind', async () => {
    for (const [bad, reason] of [
      ['1723161600000000000 {"stream":\n', 'JSON'], ['no stamp {}\n', 'receive time in ns'], [trade(T + 1, 2, '100.505'), '100.505 is not a multiple of 0.01'], [trade(T + 1, 2, '-1.00'), 'tick is -100'],
      [trade(T + 1, 2).replaceAll('BTCUSDT', 'ETHUSDT'), 'a message of ETHUSDT where BTCUSDT'], [line(T, { stream: 'btcusdt@kline_1m', data: { s: 'BTCUSDT' } }), 'stream btcusdt@kline_1m is not one of'],
    ] as const) {
      const { done, to, name } = importRaw(trade(T, 1) + bad + trade(T + 2, 3));
      const error = await done.catch((thrown: unknown) => thrown as Error & { code: string });
      expect(error).toMatchObject({ code: 'ARB_BAD_ROW' });
      expect((error as Error).message.startsWith(`${name}:2: `), (error as Error).message).toBe(true);
      expect((error as Error).message).toContain(reason);
      expect(fs.existsSync(to)).toBe(false);
    }
  });

  it('stops where it is interrupted, and leaves nothing behind', async () => {
    const to = path.join(temporaryFolder(), 'catalog');
    const name = file('capture.jsonl', Array.from({ length: 20_000 }, (_, i) => trade(T + i, i + 1)).join(''));
    const abort = new AbortController();
    const done = runImport({ format: 'binance-raw', files: [name], to, options: { instrument: 'BTCUSDT.BINANCE' }, signal: abort.signal, onProgress: (fraction) => { if (fraction > 0.5) abort.abort(); } });
    await expect(done).rejects.toMatchObject({ code: 'ARB_INTERRUPTED' });
    expect(fs.existsSync(to)).toBe(false);
  });

  it('with skipBad leaves bad rows out, lists each, and notes the trade ids that are missing', async () => {
    const { done, name } = importRaw(`${trade(T, 1)}garbage\n${trade(T + 1, 2, '1.234')}${trade(T + 2, 3)}${trade(T + 3, 3)}`, { skipBad: true });
    const summary = await done;
    expect(summary.skipped.map(({ file: from, line: at }) => [from, at])).toEqual([[name, 2], [name, 3]]);
    expect(summary.skippedRows).toBe(2);
    expect(summary.corrections).toEqual([{ what: 'missing trade ids', rows: 1 }, { what: 'repeated trade ids, dropped', rows: 1 }]);
    expect(summary.written).toEqual([{ instrumentId: 'BTCUSDT.BINANCE', kind: 'trade', rows: 2 }, { instrumentId: 'BTCUSDT.BINANCE', kind: 'gap', rows: 1 }]);
  });

  it('a skipped depth update breaks the book until the next snapshot', async () => {
    const summary = await importRaw(snapshot(T, 9) + depth(T + 100, { U: 10, u: 10 }, { b: [['98.005', '3.0']] }) + depth(T + 200, { U: 11, u: 11 }, { b: [['97.00', '3.0']] }), { skipBad: true }).done;
    expect(summary.written.find(({ kind }) => kind === 'book')!.rows).toBe(3);
    expect(summary.gaps).toHaveLength(1);
  });

  it('a skipped snapshot leaves the book broken: updates that follow it are not put on the book before', async () => {
    const bad = line(T - 700, { lastUpdateId: 20, bids: [['100.005', '1.0']], asks: [['101.00', '1.0']] });
    const { done, to } = importRaw(snapshot(T, 9) + depth(T + 100, { U: 10, u: 10 }, { b: [['98.00', '3.0']] }) + bad + depth(T + 400, { U: 21, u: 21 }, { b: [['97.00', '3.0']] }) + snapshot(T + 500, 21), { skipBad: true });
    const summary = await done;
    expect(summary.skipped.map(({ line: at }) => at)).toEqual([3]);
    expect(summary.gaps).toMatchObject([{ stream: 'book' }]);
    expect(summary.gaps[0]!.to - summary.gaps[0]!.from).toBe(400_000);
    expect([...(await read(to))[0]!.sequence]).toEqual([9, 9, 9, 10, 21, 21, 21]);
  });

  it.each([
    ['an update without levels', (at: number) => line(at, { stream: 'btcusdt@depth', data: { E: T, s: 'BTCUSDT', U: 10, u: 10 } })],
    ['a level that is null', (at: number) => line(at, { stream: 'btcusdt@depth', data: { E: T, s: 'BTCUSDT', U: 10, u: 10, b: [null], a: [] } })],
    ['a snapshot without bids', (at: number) => line(at, { lastUpdateId: 12, asks: [] })],
    ['a ticker without prices', (at: number) => line(at, { stream: 'btcusdt@bookTicker', data: { u: 1, s: 'BTCUSDT' } })],
    ['a ticker of numbers, which were taken for 0', (at: number) => line(at, { stream: 'btcusdt@bookTicker', data: { u: 1, s: 'BTCUSDT', b: 100, B: 1, a: 101, A: 1 } })],
  ])('%s is a bad row', async (_, bad) => {
    const text = snapshot(T, 9) + bad(T - 950) + trade(T + 100, 1);
    await expect(importRaw(text).done).rejects.toMatchObject({ code: 'ARB_BAD_ROW', message: expect.stringMatching(/capture\.jsonl:2: /) as string });
    expect((await importRaw(text, { skipBad: true }).done).skipped.map(({ line: at }) => at)).toEqual([2]);
  });

  it('takes the same catalog again only for later data', async () => {
    const { done, to } = importRaw(trade(T, 1) + trade(T + 5, 2));
    await done;
    const again = runImport({ format: 'binance-raw', files: [file('capture.jsonl', trade(T, 1) + trade(T + 5, 2))], to, options: { instrument: 'BTCUSDT.BINANCE' } });
    await expect(again).rejects.toThrow(`is in the catalog already (${path.join(to, 'trade/BTCUSDT.BINANCE/2024-08-09.parquet')}, `);
    await runImport({ format: 'binance-raw', files: [file('later.jsonl', trade(T + 1_000, 3))], to, options: { instrument: 'BTCUSDT.BINANCE' } });
    expect((await Catalog.open(to)).describe().streams).toMatchObject([{ kind: 'trade', rows: 3, files: 2 }]);
  });

  it('refuses a damaged gzip, an unknown instrument and unknown options before it writes', async () => {
    const cut = file('cut.gz', gzipSync(Buffer.from(trade(T, 1).repeat(100))).subarray(0, 60));
    const to = path.join(temporaryFolder(), 'catalog');
    await expect(runImport({ format: 'binance-raw', files: [cut], to, options: { instrument: 'BTCUSDT.BINANCE' } })).rejects.toMatchObject({ code: 'ARB_BAD_FILE' });
    await expect(runImport({ format: 'binance-raw', files: [cut], to, options: { instrument: 'DOGEUSDT.BINANCE' } })).rejects.toMatchObject({ code: 'ARB_USAGE_UNKNOWN_INSTRUMENT' });
    await expect(runImport({ format: 'binance-raw', files: [cut], to, options: { instrument: 'BTCUSDT.BINANCE', zone: 'UTC' } })).rejects.toThrow('zone');
    await expect(runImport({ format: 'csv', files: [cut], to })).rejects.toThrow('the formats are binance-raw');
    await expect(runImport({ format: 'binance-raw', files: ['/nowhere.gz'], to, options: { instrument: 'BTCUSDT.BINANCE' } })).rejects.toMatchObject({ code: 'ARB_USAGE_NO_FILE' });
  });
});

async function read(to: string): Promise<{ readonly sequence: Float64Array; readonly lots: Float64Array; readonly tsInit: Float64Array }[]> {
  const all = [];
  for await (const chunk of (await Catalog.open(to)).read({ instrumentId: 'BTCUSDT.BINANCE', kind: 'book' })) all.push(copyChunk(chunk));
  return all;
}

describe('funding archives', () => {
  const importCsv = async (name: string, text: string): Promise<unknown> => await runImport({ format: 'funding-7venues', files: [file(name, text)], to: path.join(temporaryFolder(), 'catalog') }).catch((error: unknown) => error);

  it('a file in another time zone than its venue writes is refused by its settlement hours', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `BTC-USDT,2021-01-${String(1 + Math.floor(i / 3)).padStart(2, '0')} ${['00', '08', '16'][i % 3]}:00:00,0.0001`).join('\n');
    expect(await importCsv('BTC-USDT_bybit_x.csv', `Symbol,Date,Funding Rate\n${rows}\n`)).toMatchObject({ code: 'ARB_BAD_FILE', message: expect.stringContaining('the file is in another time zone') as string });
    expect(await importCsv('BTC-USDT_gate_x.csv', `Symbol,Date,Funding Rate\n${rows}\n`)).toMatchObject({ rowsIn: 60, gaps: [] });
  });

  it.each([
    ['BTC-USDT_ftx_1.csv', 'Symbol,Date,Funding Rate\n', 'ARB_USAGE_FILE_NAME', 'binance, bybit, dydx'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Rate\n', 'ARB_BAD_FILE', 'column "Funding Rate" is missing'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-01-01 00:00:00\n', 'ARB_BAD_ROW', ':2: 2 cells instead of 3'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-02-30 00:00:00,0.1\n', 'ARB_BAD_ROW', '"2021-02-30 00:00:00" is not a time'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-02-03 00:20:00,0.1\n', 'ARB_BAD_ROW', 'not near a whole hour'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-02-03 00:00:00,abc\n', 'ARB_BAD_ROW', '"abc" is not a decimal number'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-02-03 08:00:00,0.1\nBTC-USDT,2021-02-03 00:00:00,0.1\n', 'ARB_BAD_ROW', ':3: funding of 2021-02-03T00:00:00Z follows'],
    ['BTC-USDT_gate_1.csv', 'Symbol,Date,Funding Rate\nBTC-USDT,2021-02-03 08:00:00,0.1\nBTC-USDT,2021-02-03 08:00:00,0.2\n', 'ARB_BAD_ROW', 'the same settlement with another rate'],
  ])('%s: names file, line and way out (%#)', async (name, text, code, message) => {
    expect(await importCsv(name, text)).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  it('JSON that ends within an object is a bad row', async () => {
    const cut = file('hl_BTC_funding_rates.json', '[{"coin":"BTC","funding_rate":"0.0001","time":1704067200151},{"coin":"BTC"');
    await expect(runImport({ format: 'funding-hl-binance', files: [cut], to: path.join(temporaryFolder(), 'c') })).rejects.toThrow('the array ends within an object');
  });

  it.each(['funding-cex-btc', 'xvenue-8h', 'funding-hl-binance'])('a funding rate beyond 100 %% for one interval is a bad row of %s', async (format) => {
    const [name, text] = {
      'funding-cex-btc': ['funding_multi_exchange.csv', 'ts,fr_binance,fr_bybit,fr_okx\n2025-01-01 00:00:00,0.0001,0.0001,0.0001\n2025-01-01 08:00:00,0.0001,0.0001,5\n'],
      'xvenue-8h': ['all_exchanges.csv', `time,exchange,crypto,pair,contract,open,high,low,close,volume,funding rate\n${['00:00:00,binance,BTC,BTCUSDT,perpetual,1,2,1,2,10,0.0001', '08:00:00,binance,BTC,BTCUSDT,perpetual,1,2,1,2,10,5'].map((row) => `2024-01-01 ${row}\n`).join('')}`],
      'funding-hl-binance': ['hl_BTC_funding_rates.json', '[{"coin":"BTC","funding_rate":"0.0001","time":1704067200151},\n{"coin":"BTC","funding_rate":"5","time":1704070800151}]'],
    }[format] as [string, string];
    const request = { format, files: [file(name, text)] };
    await expect(runImport({ ...request, to: path.join(temporaryFolder(), 'c') })).rejects.toMatchObject({ code: 'ARB_BAD_ROW', message: expect.stringMatching(/funding rate 5 is beyond 100 % for one interval; write it as a fraction.*nothing was imported; --skip-bad/) });
    const summary = await runImport({ ...request, to: path.join(temporaryFolder(), 'c'), skipBad: true });
    expect(summary).toMatchObject({ skippedRows: 1, skipped: [{ reason: expect.stringContaining('funding rate 5 is beyond') }] });
    expect(summary.written.filter(({ kind }) => kind === 'funding').map(({ rows }) => rows)).toEqual(format === 'funding-cex-btc' ? [1, 1, 1] : [1]);
  });

  it('a row with one bad cell is left out whole', async () => {
    const row = (hour: string, bybit: string): string => `2025-01-01 ${hour}:00:00,0.0001,${bybit},0.0001\n`;
    const cex = file('funding_multi_exchange.csv', `ts,fr_binance,fr_bybit,fr_okx\n${row('00', '0.0001')}${row('08', 'x')}${row('16', '0.0001')}`);
    const summary = await runImport({ format: 'funding-cex-btc', files: [cex], to: path.join(temporaryFolder(), 'c'), skipBad: true });
    expect(summary.written.filter(({ kind }) => kind === 'funding').map(({ rows }) => rows)).toEqual([2, 2, 2]);
    const bar = (hour: string, rate: string): string => `2024-01-01 ${hour}:00:00,binance,BTC,BTCUSDT,perpetual,1,2,1,2,10,${rate}\n`;
    const xvenue = file('all_exchanges.csv', `time,exchange,crypto,pair,contract,open,high,low,close,volume,funding rate\n${bar('00', '0.0001')}${bar('08', 'x')}${bar('16', '0.0001')}`);
    const bars = await runImport({ format: 'xvenue-8h', files: [xvenue], to: path.join(temporaryFolder(), 'c'), skipBad: true });
    expect([bars.skippedRows, ...bars.written.filter(({ kind }) => kind !== 'gap').map(({ kind, rows }) => `${kind} ${rows}`)]).toEqual([1, 'bar 2', 'funding 2', 'price 2']);
  });

  it('an import that fails leaves alone what another has written into the same catalog meanwhile', async () => {
    const to = path.join(temporaryFolder(), 'c');
    const rates = (coin: string, rows: number): string => JSON.stringify(Array.from({ length: rows }, (_, i) => ({ coin, funding_rate: '0.0001', time: T + i * 3_600_000 })));
    const [bad, good] = [file('hl_BTC_funding_rates.json', rates('BTC', 20_000).slice(0, -20)), file('hl_ETH_funding_rates.json', rates('ETH', 2))];
    const ends: string[] = [];
    const run = async (from: string): Promise<void> => { await runImport({ format: 'funding-hl-binance', files: [from], to }).finally(() => { ends.push(path.basename(from)); }); };
    const [failed, done] = await Promise.allSettled([run(bad), run(good)]);
    expect([failed.status, done.status, ends]).toEqual(['rejected', 'fulfilled', ['hl_ETH_funding_rates.json', 'hl_BTC_funding_rates.json']]);
    expect((await Catalog.open(to)).describe()).toMatchObject({ sources: [{ name: 'funding-rate-efficient-frontier' }], streams: [{ instrumentId: 'ETH-USD-PERP.HYPERLIQUID', rows: 2 }] });
    expect((await Catalog.open(to)).instruments().map(({ spec }) => spec.id)).toEqual(['ETH-USD-PERP.HYPERLIQUID']);
  });

  it('JSON with a damaged object between others is a bad row, not passed over', async () => {
    const cut = file('hl_BTC_funding_rates.json', '[{"coin":"BTC","funding_rate":"0.0001","time":1704067200151},{"coin":"BTC","fund,\n{"coin":"BTC","funding_rate":"0.0001","time":1704074400151}]');
    const request = { format: 'funding-hl-binance', files: [cut] };
    await expect(runImport({ ...request, to: path.join(temporaryFolder(), 'c') })).rejects.toMatchObject({ code: 'ARB_BAD_ROW', message: expect.stringContaining('{"coin":"BTC","fund') as string });
    expect(await runImport({ ...request, to: path.join(temporaryFolder(), 'c'), skipBad: true })).toMatchObject({ rowsIn: 2, skippedRows: 1 });
  });

  it('the same funding in two files is refused by name', async () => {
    const header = 'ts,fr_binance,fr_bybit,fr_okx\n';
    const files = [file('funding_multi_exchange.csv', header), file('funding_bybit_btc.csv', 'ts,fundingRate\n')];
    await expect(runImport({ format: 'funding-cex-btc', files, to: path.join(temporaryFolder(), 'c') })).rejects.toMatchObject({ code: 'ARB_USAGE_SAME_DATA' });
  });
});

describe('hyperliquid-csv', () => {
  const head = 'timestamp,exchange_timestamp,side,price,size,trade_id\n';
  const at = (seconds: number): string => `${1_756_944_000 + seconds + 0.2},${(1_756_944_000 + seconds) * 1_000}`;
  const trades = `${head}${at(1)},buy,111000.0,0.001,1\n${at(5)},buy,111000.0,0.001,2\n${at(5)},buy,111000.0,0.001,2\n${at(3)},sell,111000.0,0.001,3\n${at(6)},buy,111000.0,0.001,4\n`;
  const run = async (skipBad: boolean): Promise<ImportSummary> => await runImport({ format: 'hyperliquid-csv', files: [file('trades_BTC.csv', trades)], to: path.join(temporaryFolder(), 'c'), skipBad });

  it('a repeated id is a repeat; a row before its predecessor is a bad row with its place', async () => {
    await expect(run(false)).rejects.toMatchObject({ code: 'ARB_BAD_ROW', message: expect.stringMatching(/trades_BTC\.csv:5: venue time 2025-09-04T00:00:03Z is before 2025-09-04T00:00:05Z/) });
    const summary = await run(true);
    expect(summary.skipped.map(({ line: row }) => row)).toEqual([5]);
    expect(summary.corrections).toEqual([{ what: 'repeated trade ids, dropped', rows: 1 }]);
    expect(summary.written).toEqual([{ instrumentId: 'BTC-USD-PERP.HYPERLIQUID', kind: 'trade', rows: 3 }]);
  });
});

describe('hyperliquid-csv best prices', () => {
  const quote = (seconds: number, bid: string, ask: string): string => ['bid', 'ask'].map((side) => `${1_756_944_000 + seconds + 0.2},${(1_756_944_000 + seconds) * 1_000},${side},${side === 'bid' ? bid : ask},0.001\n`).join('');
  const run = async (text: string, skipBad: boolean): Promise<ImportSummary> =>
    await runImport({ format: 'hyperliquid-csv', files: [file('prices_BTC.csv', `timestamp,exchange_timestamp,side,price,size\n${text}`)], to: path.join(temporaryFolder(), 'c'), skipBad });

  it('a crossed quote is a bad row at its own line, and the quotes after it are kept', async () => {
    const text = quote(1, '100', '101') + quote(2, '102', '101') + quote(3, '100', '101') + quote(4, '103', '101');
    await expect(run(text, false)).rejects.toMatchObject({ code: 'ARB_BAD_ROW', message: expect.stringMatching(/^\S+prices_BTC\.csv:4: quote of .*bid 102/) as string });
    const summary = await run(text, true);
    expect(summary.skipped.map(({ line: row }) => row)).toEqual([4, 8]);
    expect(summary.written).toEqual([{ instrumentId: 'BTC-USD-PERP.HYPERLIQUID', kind: 'quote', rows: 2 }]);
  });
});

describe('binance-vision', () => {
  const zip = (name: string, csv: string): string => file(name, zipSync({ 'a.csv': strToU8(csv) }));
  const run = async (path_: string, options: object = { type: 'spot' }): Promise<unknown> => await runImport({ format: 'binance-vision', files: [path_], to: path.join(temporaryFolder(), 'c'), options: options as Record<string, unknown> }).catch((error: unknown) => error);

  it('reads ms and µs, and notes a missing bar as a gap', async () => {
    const bar = (stamp: string, close: string): string => `${stamp},1.0,2.0,0.5,1.5,10,${close},0,0,0,0,0\n`;
    const summary = await run(zip('BTCUSDT-1h-2025-01.zip', bar('1735686000000', '1735689599999') + bar('1735689600000000', '1735693199999999') + bar('1735696800000000', '1735700399999999')));
    expect(summary).toMatchObject({ rowsIn: 3, gaps: [{ stream: 'bar', from: 1_735_693_200_000_000, to: 1_735_696_800_000_000 }], corrections: [{ rows: 2 }] });
  });

  it.each([
    ['BTCUSDT-1h-2025-01.zip', undefined, {}, 'no folder tells which it is'],
    ['BTCUSDT.zip', undefined, {}, 'the name must be'],
    ['BTCUSDT-1h-2025-01.zip', '1735689600000,1,2,0.5,1.5,10,1735693100000000,0,0,0,0,0\n', { type: 'spot' }, 'does not lie on the grid'],
    ['BTCUSDT-1h-2025-01.zip', '17356896,1,2,0.5,1.5,10,1735693199999,0,0,0,0,0\n', { type: 'spot' }, 'is not a time stamp in s, ms, µs or ns'],
    ['BTCUSDT-1h-2025-01.zip', '1735689600000,1,0.9,0.5,1.5,10,1735693199999,0,0,0,0,0\n', { type: 'spot' }, ':1: '],
  ])('%s: bad input is named (%#)', async (name, csv, options, message) => {
    expect(await run(zip(name, csv ?? ''), options)).toMatchObject({ message: expect.stringContaining(message) as string });
  });

  const H = 3_600_000;
  const mark = (i: number, price: string, step = H): string => `${1_735_689_600_000 + i * step},${price},${price},${price},${price},0,${1_735_689_600_000 + (i + 1) * step - 1},0,0,0,0,0\n`;

  it('a mark bar that is bad is left out with its mark price', async () => {
    const bad = zip('BTCUSDT-1h-2025-01.zip', mark(0, '100') + mark(1, '0') + mark(2, '101'));
    const summary = await runImport({ format: 'binance-vision', files: [bad], to: path.join(temporaryFolder(), 'c'), options: { type: 'mark' }, skipBad: true });
    expect(summary.skipped.map(({ line: at }) => at)).toEqual([2]);
    expect(summary.written.filter(({ kind }) => kind !== 'gap')).toMatchObject([{ kind: 'bar', rows: 2 }, { kind: 'price', rows: 2 }]);
  });

  it('mark bars of two intervals open together: one mark price', async () => {
    const files = [zip('BTCUSDT-1h-2025-01.zip', mark(0, '100') + mark(1, '101')), zip('BTCUSDT-1d-2025-01.zip', mark(0, '100', 24 * H))];
    const summary = await runImport({ format: 'binance-vision', files, to: path.join(temporaryFolder(), 'c'), options: { type: 'mark' } });
    expect(summary.written).toMatchObject([{ kind: 'bar', rows: 3 }, { kind: 'price', rows: 2 }]);
  });

  it('a zip whose content does not have its checksum is refused', async () => {
    const bytes = zipSync({ 'a.csv': [strToU8('1735689600000,100,100,100,100,10,1735693199999,0,0,0,0,0\n'), { level: 0 }] });
    const at = Buffer.from(bytes).indexOf(',10,');
    bytes[at + 1] = 0x39;
    expect(await run(file('BTCUSDT-1h-2025-01.zip', bytes))).toMatchObject({ code: 'ARB_BAD_FILE', message: expect.stringContaining('checksum') as string });
  });

  it('a zip that is cut, holds two files or is none is refused', async () => {
    const whole = zipSync({ 'a.csv': strToU8('1735689600000,1,2,0.5,1.5,10,1735693199999,0,0,0,0,0\n'.repeat(200)) });
    for (const content of [whole.subarray(0, 80), zipSync({ a: strToU8('1'), b: strToU8('2') }), strToU8('no zip at all')]) {
      expect(await run(file('BTCUSDT-1h-2025-01.zip', content))).toMatchObject({ code: 'ARB_BAD_FILE' });
    }
  });
});
