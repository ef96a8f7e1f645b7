import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { monthConfig, ROOT, UserFolder } from './arb-process.ts';

const folder = new UserFolder();
afterAll(() => { folder.remove(); });

const strategy = (body: string): string => `import { Strategy } from '@arb/core';\nexport class Mine extends Strategy { ${body} }\n`;
folder.write('syntax.ts', 'export class Mine extends Strategy { onStart( { }');
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
    /strategies\[0\]\.config\.enterAprPc is not a parameter of FundingArbitrage; did you mean enterAprPct\?/, /config\.notionalUsd is "ten": .*write it as '10000'/, /config\.exitAprPct is "0": .*expected number/,
  ]],
  ['unknown instruments', monthConfig({ config: { long: 'BTCUST-PERP.BINANCE', short: 'BTCUSDT-PERP.BYBT' } }), 'ARB_UNKNOWN_INSTRUMENT', [/config\.long is "BTCUST-PERP\.BINANCE".*did you mean .*BTCUSDT-PERP\.BINANCE/, /config\.short.*did you mean BTCUSDT-PERP\.BYBIT/]],
  ['unknown profile', monthConfig({ top: { venues: { BYBIT: { profile: 'bybt' } } } }), 'ARB_UNKNOWN_PROFILE', [/"bybt"; did you mean bybit\?/]],
  ['a time range without data', monthConfig({ data: { from: '2020-01-01', to: '2020-02-01' } }), 'ARB_BAD_RANGE', [/holds data from 2023-01-01.* nothing between 2020-01-01.*choose a range inside/]],
  ['an empty range', monthConfig({ data: { from: '2023-03-01' } }), 'ARB_BAD_RANGE', [/"to" is exclusive/]],
  ['no such date', monthConfig({ data: { from: '2023-13-01' } }), 'ARB_BAD_CONFIG', [/data\.from is "2023-13-01"/]],
  ['no such catalog', monthConfig({ data: { catalog: 'nowhere' } }), 'ARB_NOT_A_CATALOG', [/nowhere is no catalog.*arb data import/]],
  ['no such strategy file', monthConfig({ use: './nowhere.ts#Mine' }), 'ARB_STRATEGY_FILE', [/no file .*nowhere\.ts; name an existing one/]],
  ['no such class', monthConfig({ use: `${join(ROOT, 'examples/hl-bybit-funding/src/funding-arbitrage.ts')}#FundingArbitrag` }), 'ARB_STRATEGY_FILE', [/did you mean #FundingArbitrage\?/]],
  ['a strategy that does not compile', monthConfig({ use: './syntax.ts#Mine' }), 'ARB_STRATEGY_FILE', [/syntax\.ts does not load: /]],
  ['a class that is no strategy', monthConfig({ use: './plain.ts#Mine' }), 'ARB_STRATEGY_FILE', [/exports no Strategy called Mine; .*extends Strategy/]],
  ['an async hook', monthConfig({ use: './async.ts#Mine' }), 'ARB_ASYNC_HOOK', [/btc: onStart returned a promise; hooks are synchronous/]],
  ['an async handler, found in mid-run', monthConfig({ use: './async-timer.ts#Mine' }), 'ARB_ASYNC_HOOK', [/timer tick returned a promise/]],
  ['the wall clock, found in mid-run', monthConfig({ use: './wall-clock.ts#Mine' }), 'ARB_NOT_DETERMINISTIC', [/Date\.now was called inside a backtest; use this\.clock\.now\(\)/]],
  ['text that is no JSON', '{ "strategies": ', 'ARB_BAD_CONFIG', [/JSON/]],
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
    expect(told[0]).toMatch(new RegExp(`^${code}: `));
    expect(told).toHaveLength(lines.length);
    lines.forEach((line, i) => { expect(told[i]).toMatch(line); });
    expectNoOutput(`out-${id}`);
  });

  it('a strategy whose onStart throws has no result: the last line names hook and place', async () => {
    const { code, stdout, stderr } = await folder.arb(['backtest', folder.write('no-start.json', monthConfig({ use: './no-start.ts#Mine' })), '--journal', '--log', 'silent', '--out', 'out-no-start']);
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
