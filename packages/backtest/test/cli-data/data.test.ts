import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isArbError } from '@arb/core';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerData } from '../../src/cli/data.ts';
import { temporaryFolder } from '../import/recorded.ts';

const BINANCE = fileURLToPath(new URL('../../../../datasets/binance-20240808/catalog', import.meta.url));
const XVENUE = fileURLToPath(new URL('../../../../datasets/xvenue-8h/catalog', import.meta.url));

interface Outcome { readonly text: string; readonly exitCode: number; readonly error: string }

/** Runs `arb data …` as the launcher does: an error of wrong use is exit code 2, any other 1. */
async function arb(...args: readonly string[]): Promise<Outcome> {
  let text = '';
  let exitCode = 0;
  const program = new Command('arb').exitOverride().configureOutput({ writeOut: (part) => { text += part; }, writeErr: (part) => { text += part; } });
  registerData(program, { write: (part) => { text += part; }, isInteractive: false, setExitCode: (code) => { exitCode = code; } });
  const inherit = (command: Command): void => { for (const child of command.commands) { child.exitOverride().configureOutput(program.configureOutput()); inherit(child); } };
  inherit(program);
  try {
    await program.parseAsync(['node', 'arb', 'data', ...args]);
    return { text, exitCode, error: '' };
  } catch (error) {
    if (error instanceof CommanderError) return { text, exitCode: error.exitCode === 0 ? 0 : 2, error: error.message };
    if (!isArbError(error)) throw error;
    return { text, exitCode: error.code.startsWith('ARB_USAGE') ? 2 : 1, error: error.message };
  }
}

const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await arb(...args, '--json')).text) as unknown;

describe('arb data', () => {
  it('ls: rows, range, size and gaps of every stream', async () => {
    const { text, exitCode } = await arb('ls', BINANCE);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^instrument +kind +rows +from +to \(UTC\) +size +gaps/);
    expect(text).toMatch(/BTCUSDT\.BINANCE +trade +19,904 +2024-08-08 23:54:15 +2024-08-09 00:05:05 +\d+\.\d kB/);
    expect(await json('ls', BINANCE)).toMatchObject({ streams: expect.arrayContaining([expect.objectContaining({ instrumentId: 'BTCUSD-PERP.BINANCE', kind: 'funding', rows: 2, from: '2024-08-08T16:00:00Z', to: '2024-08-09T00:00:00Z', isSynthetic: false })]) as unknown });
  });

  it('describe: licences, grids and the clock shift', async () => {
    const { text } = await arb('describe', BINANCE, 'BTCUSD-PERP.BINANCE');
    expect(text).toContain('mark = mid of best bid and ask (derived)');
    expect(text).toMatch(/BTCUSD-PERP\.BINANCE +perpetual, inverse +BTC\/USD +BTC +0\.1 +1 +100/);
    expect(text).toContain('the recorder was 1276.16 ms behind');
    expect(text).not.toContain('BTCUSDT.BINANCE');
  });

  it('head: rows as exact decimals', async () => {
    expect(await json('head', BINANCE, 'BTCUSD-PERP.BINANCE', 'funding')).toEqual([
      { tsInit: '2024-08-08T16:00:00Z', tsEvent: '2024-08-08T16:00:00Z', rate: '-0.00003213', interval: '8 h', status: 'settled', settlesAt: '2024-08-08T16:00:00Z', index: '' },
      { tsInit: '2024-08-09T00:00:00Z', tsEvent: '2024-08-09T00:00:00Z', rate: '-0.00000414', interval: '8 h', status: 'settled', settlesAt: '2024-08-09T00:00:00Z', index: '' },
    ]);
    expect(await json('head', BINANCE, 'BTCUSDT.BINANCE', 'book', '-n', '1', '--from', '2024-08-09T00:00:01Z')).toMatchObject([{ tsInit: expect.stringMatching(/^2024-08-09T00:00:01/) as string, flags: expect.not.stringContaining('snapshot') as string }]);
    for (const kind of ['trade', 'quote', 'price']) expect((await arb('head', BINANCE, 'BTCUSD-PERP.BINANCE', kind, '-n', '2')).text.trim().split('\n')).toHaveLength(3);
    expect((await arb('head', XVENUE, 'BTC-USDT-PERP.OKX', 'bar', '-n', '1')).text).toMatch(/2023-01-01T04:00:00Z +2023-01-01T04:00:00Z +16571\.9 +16576\.4 +16470\.1 +16538\.1 +7214\.94 +8 h +trade/);
  });

  it('says one of what there is one of', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'one.jsonl');
    const line = (at: number, id: number): string => `${at}000000 ${JSON.stringify({ stream: 'btcusdt@trade', data: { e: 'trade', E: at, T: at, s: 'BTCUSDT', t: id, p: '60000.00', q: '0.10000', X: 'MARKET', m: false } })}\n`;
    fs.writeFileSync(file, `${line(1_723_161_600_000, 1)}no JSON\n`);
    const { text, error } = await arb('import', 'binance-raw', file, '--instrument', 'BTCUSDT.BINANCE', '--to', path.join(folder, 'data'), '--skip-bad');
    expect(error).toBe('');
    expect(text).toMatch(/^binance-raw: \d rows? of 1 file into /);
    expect(text).toContain('\nskipped  1 bad row\n');
    expect((await arb('ls', path.join(folder, 'data'))).text).toMatch(/\n1 stream, 1 row, \d/);
  });

  it.skipIf(!fs.existsSync('/proc/self'))('an import into a place where nothing can be made is refused at once', async () => {
    const file = path.join(temporaryFolder(), 'one.jsonl');
    fs.writeFileSync(file, `1723161600000000000 ${JSON.stringify({ stream: 'btcusdt@trade', data: { e: 'trade', E: 1_723_161_600_000, T: 1_723_161_600_000, s: 'BTCUSDT', t: 1, p: '60000.00', q: '0.10000', X: 'MARKET', m: false } })}\n`);
    for (const to of ['/proc/arb/data', `${file}/data`]) {
      expect(await arb('import', 'binance-raw', file, '--instrument', 'BTCUSDT.BINANCE', '--to', to)).toMatchObject({ exitCode: 1, error: expect.stringMatching(/^cannot write to .*; name another place$/) as string });
    }
  }, 5_000);

  it('check: exit code 0 for good data, with figures', async () => {
    const { text, exitCode } = await arb('check', BINANCE, '--instrument', 'BTCUSD-PERP.BINANCE');
    expect(exitCode).toBe(0);
    expect(text).toContain('usable; nothing found');
    expect(await json('check', BINANCE, '--kind', 'quote')).toMatchObject({ isUsable: true, findings: [], streams: [{ kind: 'quote', rows: 48_355 }, { kind: 'quote', rows: 73_174 }] });
  });

  it('REQ-D22 generate: a synthetic set, labelled as such, that the data doctor accepts', async () => {
    const to = path.join(temporaryFolder(), 'catalog');
    const { text, exitCode } = await arb('generate', 'tick', '--to', to, '--until', '2025-03-05T15:30:10Z');
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^tick 2025-03-05T15:30:00Z to 2025-03-05T15:30:10Z, seed 1 \(synthetic\)\nsha256 [0-9a-f]{64}\n/);
    expect(await json('check', to)).toMatchObject({ isUsable: true, findings: [] });
    expect(await arb('generate', 'moon', '--to', to)).toMatchObject({ exitCode: 1, error: expect.stringContaining('there are demo, tick') as string });
    expect(await arb('generate', 'tick', '--to', to, '--seed', '1.5')).toMatchObject({ exitCode: 2, error: '--seed is "1.5"; write a whole number' });
  });

  it('import, then check that finds an error: exit code 1', async () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 300 }, (_, i) => `${1_757_015_216 + i}.5,4275.1,0.0028,sell,${i},${(1_757_015_216 + i) * 1_000}`);
    const file = path.join(folder, 'trades_ETH.csv');
    fs.writeFileSync(file, `timestamp,price,size,side,trade_id,exchange_timestamp\n${rows.join('\n')}\n${rows.at(-1)}\n`);
    const imported = await arb('import', 'hyperliquid-csv', file, '--to', path.join(folder, 'catalog'));
    expect(imported).toMatchObject({ exitCode: 0, text: expect.stringMatching(/: 300 rows of 1 file into .* \(301 lines read\)\n\ninstrument +kind +rows\nETH-USD-PERP\.HYPERLIQUID +trade +300\n\ncorrected\n +1 {2}repeated trade ids, dropped/) as string });
    const checked = await arb('check', path.join(folder, 'catalog'));
    expect(checked.exitCode).toBe(1);
    expect(checked.text).toMatch(/error {4}CONSTANT_SIDE +ETH-USD-PERP\.HYPERLIQUID trade: all 300 trades have a taker who sells/);
    expect(checked.text).toContain('not usable as it is; 1 error');
  });

  it('import with a spec, options and a source of one\'s own; bad rows stop it or are listed', async () => {
    const folder = temporaryFolder();
    const spec = path.join(folder, 'spec.json');
    fs.writeFileSync(spec, JSON.stringify({ id: 'WLFI-USD-PERP.HYPERLIQUID', kind: 'perpetual', base: 'WLFI', quote: 'USD', settle: 'USDC', priceIncrement: '0.00001', sizeIncrement: '1' }));
    const file = path.join(folder, 'trades_WLFI.csv');
    fs.writeFileSync(file, 'timestamp,price,size,side,trade_id,exchange_timestamp\n1757015216.5,0.18231,28,sell,1,1757015216000\n1757015217.5,0.182315,28,buy,2,1757015217000\n');
    const base = ['import', 'hyperliquid-csv', file, '--to', path.join(folder, 'catalog'), '--spec', spec, '--source', 'mine', '--licence', 'MIT', '--option', 'gapSeconds=5'];
    expect(await arb(...base)).toMatchObject({ exitCode: 1, error: expect.stringContaining(`${file}:3: WLFI-USD-PERP.HYPERLIQUID: price 0.182315 is not a multiple of 0.00001`) as string });
    expect(JSON.parse((await arb(...base, '--skip-bad', '--json')).text)).toMatchObject({ skippedRows: 1, skipped: [{ file, line: 3 }], written: [{ rows: 1 }] });
    expect(await json('describe', path.join(folder, 'catalog'))).toMatchObject({ sources: [{ name: 'mine', licence: 'MIT' }] });
  });

  it.each([
    [['ls', '/nowhere'], 1, 'is no catalog'],
    [['head', BINANCE, 'BTCUSDT.BINANCE', 'candles'], 2, 'is no kind of data; there are book, trade'],
    [['head', BINANCE, 'BTCUSDT.BINANCE', 'funding'], 2, 'has no funding of BTCUSDT.BINANCE; it has book, trade, quote'],
    [['head', BINANCE, 'BTCUSDT.BINANCE', 'trade', '-n', 'ten'], 2, 'write a whole number from 1'],
    [['import', 'binance-raw', 'x.gz'], 2, 'say where to with --to'],
    [['import', 'binance-raw', 'x.gz', '--to', '/tmp/never'], 2, 'instrument'],
    [['import', 'parquet', 'x.gz', '--to', '/tmp/never'], 2, 'the formats are binance-raw'],
    [['import', 'xvenue-8h', 'x.gz', '--to', '/tmp/never', '--source', 'me'], 2, '--source and --licence go together'],
    [['import', 'xvenue-8h', 'x.gz', '--to', '/tmp/never', '--option', 'novalue'], 2, 'write key=value'],
    [['import'], 2, "missing required argument 'format'"],
    [['check', BINANCE, '--kind', 'gap'], 2, 'holds nothing of what was asked for'],
    [['check', BINANCE, '--fast'], 2, "unknown option '--fast'"],
  ])('%j: exit code %i and the way out', async (args, exitCode, message) => {
    const outcome = await arb(...args);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.error).toContain(message);
  });

  it('every command has help with an example', async () => {
    for (const command of ['ls', 'describe', 'head', 'import', 'generate', 'check']) expect((await arb(command, '--help')).text).toMatch(/Examples?:\n {2}\$ npx arb data /);
    expect((await arb('import', 'binance-vision', '--describe')).text).toContain('Binance terms of use');
  });
});
