import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FUNDING_ARBITRAGE, monthConfig, ROOT, UserFolder } from './arb-process.ts';

const folder = new UserFolder();
afterAll(() => { folder.remove(); });

const strategy = (body: string): string => `import { Strategy } from '@arb/core';\nexport class Mine extends Strategy { ${body} }\n`;
folder.write('syntax.ts', 'export class Mine extends Strategy { onStart( { }');
folder.write('throws.ts', "import { Strategy } from '@arb/core';\nexport class Mine extends Nope {}\nexport { Strategy };\n");
folder.write('lost.ts', strategy("override onStart(): void { this.subscribe.trades('NOPE.BYBIT'); }"));
folder.write('plain.ts', 'export class Mine { }');
folder.write('async.ts', strategy('override async onStart(): Promise<void> { await Promise.resolve(); }'));
folder.write('async-timer.ts', strategy("override onStart(): void { this.clock.setTimer('tick', { everyMs: 3_600_000 }, (async () => { await Promise.resolve(); }) as () => void); }"));
folder.write('wall-clock.ts', strategy("override onStart(): void { this.clock.setTimer('tick', { everyMs: 3_600_000 }, () => { Date.now(); }); }"));
folder.write('no-start.ts', strategy("override onStart(): void { throw new TypeError('boom'); }"));

/** Name, config, code of the error, what each line must say. */
const CASES: readonly (readonly [name: string, config: unknown, code: string, lines: readonly RegExp[]])[] = [
  ['unknown keys, wrong units and types, all at once', monthConfig({ top: { sede: 1 }, simulation: { latency: { entryMs: '15ms' }, maxLevrage: 2 } }), 'ARB_BAD_CONFIG', [
    /venues\.BINANCE\.simulation\.latency\.entryMs is "15ms": write milliseconds as a number/, /venues\.BINANCE\.simulation\.maxLevrage is not a key; did you mean maxLeverage\?/,
    /venues\.BYBIT\.simulation\.latency\.entryMs is "15ms"/, /venues\.BYBIT\.simulation\.maxLevrage/, /sede is not a key; did you mean seed\?/,
  ]],
  ['unknown and wrong parameters of the strategy', monthConfig({ config: { enterAprPc: 1, notionalUsd: 'ten', exitAprPct: '0' } }), 'ARB_BAD_CONFIG', [
    /strategies\[0\]\.config\.enterAprPc is not a parameter of FundingArbitrage; did you mean enterAprPct\?/, /config\.notionalUsd is "ten": .*write it as '10000'/, /config\.exitAprPct is "0": give a number, without quotes$/,
  ]],
  ['unknown instruments', monthConfig({ config: { long: 'BTCUST-PERP.BINANCE', short: 'BTCUSDT-PERP.BYBT' } }), 'ARB_UNKNOWN_INSTRUMENT', [/config\.long is "BTCUST-PERP\.BINANCE".*did you mean .*BTCUSDT-PERP\.BINANCE/, /config\.short.*did you mean BTCUSDT-PERP\.BYBIT/]],
  ['unknown profile', monthConfig({ top: { venues: { BYBIT: { profile: 'bybt' } } } }), 'ARB_UNKNOWN_PROFILE', [/"bybt"; did you mean bybit\?/]],
  ['a time range without data', monthConfig({ data: { from: '2020-01-01', to: '2020-02-01' } }), 'ARB_BAD_RANGE', [/holds data from 2023-01-01.* nothing between 2020-01-01.*choose a range inside/]],
  ['an empty range', monthConfig({ data: { from: '2023-03-01' } }), 'ARB_BAD_RANGE', [/"to" is exclusive/]],
  ['no such date', monthConfig({ data: { from: '2023-13-01' } }), 'ARB_BAD_CONFIG', [/data\.from is "2023-13-01"/]],
  ['no such catalog', monthConfig({ data: { catalog: 'nowhere' } }), 'ARB_NOT_A_CATALOG', [/nowhere is no catalog.*arb data import/]],
  ['no such strategy file', monthConfig({ use: './nowhere.ts#Mine' }), 'ARB_STRATEGY_FILE', [/no file .*nowhere\.ts; name an existing one/]],
  ['no such class', monthConfig({ use: `${join(ROOT, 'examples/hl-bybit-funding/src/funding-arbitrage.ts')}#FundingArbitrag` }), 'ARB_STRATEGY_FILE', [/did you mean #FundingArbitrage\?/]],
  ['a strategy that does not compile', monthConfig({ use: './syntax.ts#Mine' }), 'ARB_STRATEGY_FILE', [/syntax\.ts does not load: .* \(syntax\.ts:1:\d+\); correct it there$/]],
  ['a class that is no strategy', monthConfig({ use: './plain.ts#Mine' }), 'ARB_STRATEGY_FILE', [/exports no Strategy called Mine; .*extends Strategy/]],
  ['an async hook', monthConfig({ use: './async.ts#Mine' }), 'ARB_ASYNC_HOOK', [/btc: onStart returned a promise; hooks are synchronous/]],
  ['an async handler, found in mid-run', monthConfig({ use: './async-timer.ts#Mine' }), 'ARB_ASYNC_HOOK', [/timer tick returned a promise/]],
  ['the wall clock, found in mid-run', monthConfig({ use: './wall-clock.ts#Mine' }), 'ARB_NOT_DETERMINISTIC', [/^ARB_NOT_DETERMINISTIC: btc, timer tick: Date\.now was called inside a backtest \(wall-clock\.ts:\d+\); use this\.clock\.now\(\), so that the same input gives the same run$/]],
  ['text that is no JSON', '{ "strategies": ', 'ARB_BAD_CONFIG', [/text-that-is-no-\.json is not valid JSON: .*; correct it there$/]],
  ['values of every wrong kind, in our words', monthConfig({ top: { seed: 1.5, out: 5, risk: { maxOrderNotionalUsd: '12000', maxVenueSharePct: 800, maxDailyLos: 3 }, venues: { BYBIT: { funding: 'hourly', simulation: { balances: [], queueModel: 'logg', bars: 3 } } } } }), 'ARB_BAD_CONFIG', [
    /venues\.BYBIT\.funding is "hourly": it is one of lump-at-mark, hourly-at-oracle, continuous-index, none$/, /balances is \[\]: give at least 1 entry$/, /queueModel is "logg": did you mean log\? it is one of risk-averse, log, /,
    /simulation\.bars is 3: give an object: \{ … \}$/, /risk\.maxOrderNotionalUsd is "12000": give a number, without quotes$/, /risk\.maxVenueSharePct is 800: give at most 100$/, /risk\.maxDailyLos is not a key; did you mean maxDailyLossUsd\?$/,
    /seed is 1\.5: give a whole number$/, /out is 5: give text$/,
  ]],
  ['fees in a wrong unit, amounts that are not positive, numbers where text is wanted', monthConfig({ config: { notionalUsd: '-10000' }, top: { venues: { BYBIT: { fees: { maker: '2bps', taker: '5' }, simulation: { balances: ['-50000 USDT'] } }, BINANCE: { fees: { maker: 0.0002, taker: '0.0005' } } } } }), 'ARB_BAD_CONFIG', [
    /venues\.BYBIT\.fees\.maker is "2bps": write a decimal fraction as text, such as "0\.0002" for 2 bps$/, /venues\.BYBIT\.fees\.taker is "5": 500 % of the traded value is a wrong unit; give the fraction, "0\.0002" for 2 bps$/,
    /venues\.BYBIT\.simulation\.balances\[0\] is "-50000 USDT": a balance must be positive: '50000 USDT'$/, /venues\.BINANCE\.fees\.maker is 0\.0002: write it as text: "0\.0002"$/, /strategies\[0\]\.config\.notionalUsd is "-10000": "-10000" is not above 0; give a positive decimal such as '10000'$/,
  ]],
  ['a parameter as a number where decimal text is wanted', monthConfig({ config: { notionalUsd: 10000 } }), 'ARB_BAD_CONFIG', [/strategies\[0\]\.config\.notionalUsd is 10000: write it as text: "10000"$/]],
  ['a reversed range', monthConfig({ data: { from: '2023-02-01', to: '2023-01-01' } }), 'ARB_BAD_RANGE', [/^ARB_BAD_RANGE: from 2023-02-01T00:00:00Z is not before to 2023-01-01T00:00:00Z; "to" is exclusive$/]],
  ['a balance in a currency nothing values', monthConfig({ simulation: { balances: ['50000 USDT', '5 USTD'] } }), 'ARB_NO_RATE', [/BINANCE: the balance in USTD cannot be valued: .*did you mean USD or USDC or USDT\?/]],
  ['a config that is a list', [1, 2], 'ARB_BAD_CONFIG', [/the config is \[1,2\]: give an object: \{ … \}$/]],
  ['a parameter that is missing', monthConfig({ config: { long: undefined } }), 'ARB_BAD_CONFIG', [/strategies\[0\]\.config\.long is missing: give an instrument id such as BTC-USD-PERP\.HYPERLIQUID \(the leg that is bought\)$/]],
  ['mistakes of the config, of two strategies and of what they name, all at once', {
    ...monthConfig({ top: { sede: 1 } }), venues: { BINANCE: { profile: 'binanc' }, BYBIT: { profil: 'bybit' } },
    strategies: [
      { ...(monthConfig({ config: { enterAprPc: 1, long: 'BTCUST-PERP.BINANCE' } })['strategies'] as object[])[0], capitalUsd: 5 },
      { use: FUNDING_ARBITRAGE, id: 'second', config: { long: 'BTCUSDT-PERP.BINANCE', short: 'BTCUSDT-PERP.BYBIT', notionalUsd: 'ten' } }, { use: './nowhere.ts#Mine' },
    ],
  }, 'ARB_BAD_CONFIG', [
    /strategies\[0\]\.capitalUsd is 5: write it as text: "5"$/, /venues\.BYBIT\.profil is not a key; did you mean profile\?/, /: sede is not a key; did you mean seed\?/,
    /no file .*nowhere\.ts/, /strategies\[0\]\.config\.enterAprPc is not a parameter of FundingArbitrage/, /strategies\[1\]\.config\.notionalUsd is "ten"/, /no venue profile "binanc"; did you mean binance\?/, /strategies\[0\]\.config\.long is "BTCUST-PERP\.BINANCE".*did you mean .*BTCUSDT-PERP\.BINANCE/,
  ]],
  ['parameters of two strategies', { ...monthConfig(), strategies: ['a', 'b'].map((id) => ({ use: FUNDING_ARBITRAGE, id, config: { long: 'BTCUSDT-PERP.BINANCE', short: 'BTCUSDT-PERP.BYBIT', exitAprPct: id } })) }, 'ARB_BAD_CONFIG', [/strategies\[0\]\.config\.exitAprPct is "a"/, /strategies\[1\]\.config\.exitAprPct is "b"/]],
  ['a strategy file that throws', monthConfig({ use: './throws.ts#Mine' }), 'ARB_STRATEGY_FILE', [/throws\.ts does not load: Nope is not defined \(throws\.ts:2\); correct it there$/]],
  ['an instrument that onStart does not find', monthConfig({ use: './lost.ts#Mine' }), 'ARB_UNKNOWN_INSTRUMENT', [/btc, onStart: unknown instrument "NOPE\.BYBIT"; the data of this run has .*BTCUSD-PERP\.BINANCE/]],
];

/** Nothing in the folder may look like a result. */
function expectNoOutput(out: string): void {
  expect(readdirSync(folder.path).filter((name) => name.startsWith(out))).toEqual([]);
}

describe('REQ-A10 bad input: one line for each problem, with the place and the way out; exit code 1; nothing that looks like a result', () => {
  it.concurrent.each(CASES)('%s', async (name, config, code, lines) => {
    const id = name.replaceAll(/[^a-z]+/g, '-');
    const { code: exit, stdout, stderr } = await folder.arb(['backtest', folder.write(`${id}.json`, config), '--journal', '--out', `out-${id}`]);
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    const told = stderr.trimEnd().split('\n');
    expect(told).toHaveLength(lines.length);
    for (const line of told) expect(line).toMatch(new RegExp(`^${code}: `));
    expect(stderr).not.toMatch(/Invalid input|Too (big|small):|Invalid option|ZodError|\n {4}at /);
    lines.forEach((line, i) => { expect(told[i]).toMatch(line); });
    expectNoOutput(`out-${id}`);
  });

  it.each([
    ['a time', ['--strategy', FUNDING_ARBITRAGE, '--data', join(ROOT, 'datasets/xvenue-8h'), '--from', 'yesterday'], 'ARB_BAD_CONFIG', [/^--from is "yesterday": .* is not a time; write 2025-03-01/, /^--param long is missing/, /^--param short is missing/]],
    ['a strategy without class', ['--strategy', './plain.ts', '--data', join(ROOT, 'datasets/xvenue-8h')], 'ARB_BAD_CONFIG', [/^--strategy is "\.\/plain\.ts": write \.\/file\.ts#Class$/]],
    ['parameters that are missing', ['--strategy', FUNDING_ARBITRAGE, '--data', join(ROOT, 'datasets/xvenue-8h')], 'ARB_BAD_CONFIG', [/^--param long is missing: give an instrument id/, /^--param short is missing: give an instrument id/]],
    ['a range without data', ['--strategy', FUNDING_ARBITRAGE, '--data', join(ROOT, 'datasets/xvenue-8h'), '--param', 'long=BTCUSDT-PERP.BINANCE', '--param', 'short=BTCUSDT-PERP.BYBIT', '--from', '2030-01-01'], 'ARB_BAD_RANGE', [/xvenue-8h.* holds data from 2023-01-01.* nothing from 2030-01-01.*; choose a range inside$/]],
    ['a folder as config', ['folder.json'], 'ARB_BAD_CONFIG', [/folder\.json is a folder; name a file/]],
    ['a place for results under a file', ['{config}', '--out', 'plain.ts/x'], 'ARB_OUTPUT_FOLDER', [/cannot write to .*plain\.ts: .*; choose a writable folder with --out/]],
  ] as const)('by flags, %s: the flag is named', async (_name, args, code, lines) => {
    mkdirSync(join(folder.path, 'folder.json'), { recursive: true });
    const config = folder.write('flags.json', monthConfig());
    const before = readdirSync(folder.path);
    const { code: exit, stdout, stderr } = await folder.arb(['backtest', ...args.map((arg) => (arg === '{config}' ? config : arg))]);
    expect([exit, stdout]).toEqual([1, '']);
    const told = stderr.trimEnd().split('\n');
    expect(told).toHaveLength(lines.length);
    lines.forEach((line, i) => { expect(told[i]!.startsWith(`${code}: `), told[i]).toBe(true); expect(told[i]!.slice(code.length + 2)).toMatch(line); });
    expect(readdirSync(folder.path).filter((name) => !before.includes(name) && /^(runs|plain)/.test(name))).toEqual([]);
  });

  it('a strategy whose onStart throws has no result: the last line names hook and place', async () => {
    const { code, stdout, stderr } = await folder.arb(['backtest', folder.write('no-start.json', monthConfig({ use: './no-start.ts#Mine' })), '--journal', '--out', 'out-no-start']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ARB_STRATEGY_START: btc: onStart threw TypeError: boom \(no-start\.ts:\d+\); .*\n$/);
    expectNoOutput('out-no-start');
  });
});

describe('REQ-D05 data that cannot be read exactly stops the run', () => {
  const damage = (name: string, how: (file: string) => void): unknown => {
    const catalog = join(folder.path, name);
    cpSync(join(ROOT, 'datasets/xvenue-8h/catalog'), catalog, { recursive: true });
    how(join(catalog, 'price/BTCUSDT-PERP.BYBIT/2023.parquet'));
    return monthConfig({ data: { catalog } });
  };

  it.each([
    ['truncated', (file: string) => { truncateSync(file, Math.floor(readFileSync(file).length / 2)); }],
    ['one byte changed', (file: string) => { const bytes = readFileSync(file); bytes[40] = bytes[40]! ^ 0xff; writeFileSync(file, bytes); }],
    ['not Parquet at all', (file: string) => { writeFileSync(file, 'ts,price\n1,2\n'.repeat(20)); }],
    ['of another schema', (file: string) => { copyFileSync(join(ROOT, 'datasets/xvenue-8h/catalog/funding/BTCUSDT-PERP.BYBIT/2023.parquet'), file); }],
  ])('%s', async (name, how) => {
    const id = `data-${name.replaceAll(' ', '-')}`;
    const { code, stdout, stderr } = await folder.arb(['backtest', folder.write(`${id}.json`, damage(id, how)), '--journal', '--out', `out-${id}`]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ARB_[A-Z_]+: .*2023\.parquet.*; .*\n$/);
    expectNoOutput(`out-${id}`);
  });
});

describe('an import that fails: one line with the place and the way out, and nothing left behind', () => {
  const good = (name: string): string => folder.write(name, '1723161600000000000 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161600001,"s":"BTCUSDT","t":1,"p":"100.50","q":"0.5","T":1723161600001,"m":true}}\n');
  const importRaw = async (files: readonly string[], to: string, rest: readonly string[] = ['--instrument', 'BTCUSDT.BINANCE']): ReturnType<UserFolder['arb']> => await folder.arb(['data', 'import', 'binance-raw', ...files, '--to', to, ...rest]);
  const bad = folder.write('bad.jsonl', 'garbage\n');
  folder.write('empty.jsonl', '');
  folder.write('all_exchanges.csv', '');
  mkdirSync(join(folder.path, 'recordings'));

  it.concurrent.each([
    ['a bad row', ['binance-raw', good('good-1.jsonl'), bad, '--instrument', 'BTCUSDT.BINANCE'], 1, /^ARB_BAD_ROW: .*bad\.jsonl:1: .*nothing was imported/],
    ['no row at all', ['binance-raw', 'empty.jsonl', '--instrument', 'BTCUSDT.BINANCE'], 1, /^ARB_BAD_FILE: .*empty\.jsonl: no line of data/],
    ['no row of a table', ['xvenue-8h', 'all_exchanges.csv'], 1, /^ARB_BAD_FILE: all_exchanges\.csv: no row of xvenue-8h data in it; nothing was imported/],
    ['a missing file', ['binance-raw', 'nowhere.gz', '--instrument', 'BTCUSDT.BINANCE'], 2, /^ARB_USAGE_NO_FILE: no file nowhere\.gz; name an existing one/],
    ['a folder', ['binance-raw', 'recordings', '--instrument', 'BTCUSDT.BINANCE'], 2, /^ARB_USAGE_NO_FILE: recordings is a folder; name the files in it/],
    ['no instrument', ['binance-raw', bad], 2, /^ARB_USAGE_OPTIONS: binance-raw does not name its instrument; add --instrument <id>/],
    ['an unknown instrument', ['binance-raw', bad, '--instrument', 'BTCUST.BINANCE'], 2, /^ARB_USAGE_UNKNOWN_INSTRUMENT: .*BTCUST\.BINANCE is not known; give its spec with --spec/],
    ['an unknown option', ['binance-raw', bad, '--instrument', 'BTCUSDT.BINANCE', '--option', 'clockShift=5'], 2, /^ARB_USAGE_OPTIONS: --option clockShift is not known; binance-raw takes clockShiftUs/],
  ] as const)('%s', async (name, args, exit, line) => {
    const to = `catalog-${name.replaceAll(' ', '-')}`;
    const { code, stdout, stderr } = await folder.arb(['data', 'import', ...args, '--to', join(to, 'deep')]);
    expect(stderr).toMatch(line);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([exit, '', 1]);
    expect(existsSync(join(folder.path, to))).toBe(false);
  });

  it('leaves a catalog that was there as it was, and a file in the way untouched', async () => {
    expect((await importRaw([good('good-2.jsonl')], 'kept')).code).toBe(0);
    const before = readdirSync(join(folder.path, 'kept'), { recursive: true }).sort();
    expect((await importRaw([bad], 'kept')).code).toBe(1);
    expect(readdirSync(join(folder.path, 'kept'), { recursive: true }).sort()).toEqual(before);
    const inTheWay = await importRaw([bad], 'plain.ts');
    expect([inTheWay.code, inTheWay.stderr]).toEqual([2, 'ARB_USAGE_TO: --to plain.ts is a file; name the folder of a catalog, or a new one\n']);
    const underFile = await importRaw([good('good-3.jsonl')], 'plain.ts/x');
    expect([underFile.code, underFile.stderr]).toEqual([1, `ARB_OUTPUT_FOLDER: cannot write to plain.ts/x: ${join(realpathSync(folder.path), 'plain.ts')} is a file; name another place\n`]);
  });
});

describe('wrong use', () => {
  it.concurrent.each([
    ['an unknown flag', ['backtest', '--nope'], /unknown option '--nope'/],
    ['an unknown command', ['backtst'], /Did you mean backtest\?/],
    ['a strategy without data', ['backtest', '--strategy', './plain.ts#Mine'], /^ARB_USAGE_NO_DATA: no data: pass --data/],
    ['an unknown parameter', ['backtest', '{config}', '--param', 'enterAprPc=1'], /^ARB_USAGE_PARAM: --param enterAprPc: .*did you mean enterAprPct\?/],
    ['a parameter without value', ['backtest', '{config}', '--param', 'enterAprPct'], /^ARB_USAGE_PARAM: .*write name=value/],
    ['a seed that is no number', ['backtest', '{config}', '--seed', 'x'], /^ARB_USAGE_SEED: seed is "x"/],
  ])('%s: exit code 2', async (name, args, text) => {
    const config = folder.write(`use-${name.replaceAll(' ', '-')}.json`, monthConfig());
    const { code, stderr } = await folder.arb(args.map((arg) => (arg === '{config}' ? config : arg)));
    expect(stderr).toMatch(text);
    expect(code).toBe(2);
    expect(existsSync(join(folder.path, 'runs'))).toBe(false);
  });
});
