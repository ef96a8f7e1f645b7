import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from '@arb/core';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { RunFolder } from '../../src/cli/run-folder.ts';
import { FUNDING_ARBITRAGE, monthConfig, ROOT, UserFolder } from './arb-process.ts';

const folder = new UserFolder();
afterAll(() => { folder.remove(); });
const hashIn = (text: string): string => /journal sha256 ([0-9a-f]{64})/.exec(text)![1]!;
const readJson = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('arb backtest', () => {
  it('REQ-D18 REQ-D09 --json is one object, and --journal keeps exactly the bytes that were hashed', async () => {
    const { code, stdout, stderr } = await folder.arb(['backtest', folder.write('month.json', monthConfig()), '--json', '--journal', '--out', 'out-json']);
    expect([code, stderr]).toEqual([0, '']);
    const run = JSON.parse(stdout) as Record<string, unknown>;
    expect(run).toMatchObject({ schema: 'arb.run/1', status: 'COMPLETE', rows: 553, journalHash: expect.stringMatching(/^[0-9a-f]{64}$/), seconds: expect.any(Number), netPnlUsd: expect.stringMatching(/^-?\d+\.\d+$/) });
    expect(run).toMatchObject({ attribution: { residualUsd: '0' }, fills: expect.any(Number), orders: expect.any(Number), fundingPayments: expect.any(Number), unhedged: { maxSeconds: expect.any(Number) } });
    const bytes = readFileSync(join(folder.path, 'out-json/journal.bin'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(run['journalHash']);
    const records = [...readJournal(bytes)];
    expect(records.filter(({ kind }) => kind === 'FundingPayment')).toHaveLength(run['fundingPayments'] as number);
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map(({ sequence }) => sequence).sort((a, b) => a - b));
    const { files } = readJson(join(folder.path, 'out-json/manifest.json')) as { files: { file: string; sha256: string }[] };
    expect(files.find(({ file }) => file === 'journal.bin')?.sha256).toBe(run['journalHash']);
  });

  it('--verify runs again with the future cut off and says where; as JSON with the count of records', async () => {
    const config = folder.write('verify.json', monthConfig());
    const text = await folder.arb(['backtest', config, '--verify', '--out', 'out-verify']);
    expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(/^verified: no look-ahead; the journal was the same with the future cut off at (2023-\S+Z \([\d,]+ records\)(, )?){3}$/m)]);
    const json = await folder.arb(['backtest', config, '--verify', '2', '--json', '--out', 'out-verify-json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ journalHash: hashIn(text.stdout), verified: [{ at: expect.any(Number), records: expect.any(Number) }, { journalBytes: expect.any(Number) }] });
    expect(existsSync(join(folder.path, 'out-verify/journal.bin'))).toBe(false);
    const wrong = await folder.arb(['backtest', config, '--verify', '0']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/give a whole number from 1 to 1000/)]);
  });

  it('a second run into the same folder is refused before it runs', async () => {
    const config = folder.write('again.json', monthConfig());
    expect((await folder.arb(['backtest', config, '--out', 'out-again'])).code).toBe(0);
    const second = await folder.arb(['backtest', config, '--out', 'out-again']);
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(/^ARB_OUTPUT_EXISTS: .*name another with --out/);
  });

  it('REQ-D18 the same run from JSON, YAML and TypeScript has the same hash', async () => {
    const config = monthConfig();
    const [name, Class] = FUNDING_ARBITRAGE.split('#') as [string, string];
    const { config: input } = (config['strategies'] as { config: object }[])[0]!;
    const files = [
      folder.write('same.json', config), folder.write('same.yaml', stringify(config)),
      folder.write('same.ts', `import { defineConfig, strategy } from '@arb/core';\nimport { ${Class} } from '${name}';\nexport default defineConfig({ ...${JSON.stringify({ ...config, strategies: [] })}, strategies: [strategy(${Class}, { id: 'btc', config: ${JSON.stringify(input)} })] } as never);\n`),
    ];
    const outputs = await Promise.all(files.map((file, i) => folder.arb(['backtest', file, '--out', `out-same-${i}`])));
    expect(outputs.map(({ code, stderr }) => [code, stderr])).toEqual([[0, ''], [0, ''], [0, '']]);
    expect(new Set(outputs.map(({ stdout }) => hashIn(stdout))).size).toBe(1);
    expect(outputs[0]!.stdout).toMatch(/^tearsheet out-same-0\/tearsheet\.html$/m);
  });

  it('REQ-A10 flags alone: every assumption of every venue of the data is stated', async () => {
    const { code, stdout } = await folder.arb(['backtest', '--strategy', FUNDING_ARBITRAGE, '--data', join(ROOT, 'datasets/xvenue-8h'), '--to', '2023-01-08', '--out', 'out-flags',
      '--param', 'long=BTCUSDT-PERP.BINANCE', '--param', 'short=BTCUSDT-PERP.BYBIT', '--param', 'enterAprPct=4']);
    expect(code).toBe(0);
    for (const venue of ['BINANCE', 'BYBIT', 'OKX']) {
      expect(stdout).toMatch(new RegExp(`^assumed ${venue}: Profile ${venue.toLowerCase()};.*Starting balances 100000 USDT; Margin cross, leverage at most 3; .*Latency of the feed as recorded, else \\d+ ms; Latency of requests \\d+ ms; Latency of answers \\d+ ms; Queue model risk-averse; Fills realistic$`, 'm'));
    }
    expect(stdout).toMatch(/^assumed seed: 1$/m);
  });

  it.each([
    ['a linear contract', 'BTCUSDT-PERP.BYBIT', '0.01', ['100000 USDT']], ['an inverse one of another coin', 'ETHUSD-PERP.BYBIT', '100', [/^100000 USDT$/, /^8\d ETH$/]],
  ] as const)('REQ-A10 flags alone, a strategy without config on %s: balances only in currencies of what it subscribes to', async (_what, id, quantity, balances) => {
    const name = `one-${id.toLowerCase()}`;
    folder.write(`${name}.ts`, `import { Strategy } from '@arb/core';
export class One extends Strategy {
  override onStart(): void {
    this.subscribe.markPrice('${id}');
    this.clock.setAlert('in', { inMs: 36_000_000 }, () => { this.submit(this.order.market({ instrumentId: '${id}', side: 'buy', quantity: '${quantity}' })); });
  }
}
`);
    const { code, stdout, stderr } = await folder.arb(['backtest', '--strategy', `./${name}.ts#One`, '--data', join(ROOT, 'datasets/xvenue-8h'), '--to', '2023-01-05', '--json', '--out', `out-${name}`]);
    expect([code, stderr.replaceAll(/^assumed .*\n/gm, '')]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'COMPLETE', fills: 1, attribution: { residualUsd: '0' } });
    const { config } = readJson(join(folder.path, `out-${name}/report.json`)) as { config: { key: string; value: string }[] };
    const given = (venue: string): string[] => JSON.parse(config.find(({ key }) => key === `venues.${venue}.simulation.balances`)!.value) as string[];
    expect(given('BYBIT')).toEqual(balances.map((balance) => (typeof balance === 'string' ? balance : expect.stringMatching(balance))));
    expect(given('BINANCE')).toEqual(['100000 USDT']);
  });

  describe('REQ-A10 flags alone on the recorded spot and COIN-M books', () => {
    folder.write('both.ts', `import { Strategy } from '@arb/core';
export class Both extends Strategy {
  override onStart(): void {
    this.subscribe.book(['BTCUSD-PERP.BINANCE', 'BTCUSDT.BINANCE']);
    this.clock.setAlert('trade', { inMs: 120_000 }, () => {
      this.submit(this.order.market({ instrumentId: 'BTCUSD-PERP.BINANCE', side: 'sell', quantity: '100' }));
      this.submit(this.order.market({ instrumentId: 'BTCUSDT.BINANCE', side: 'sell', quantity: '0.1' }));
      this.submit(this.order.market({ instrumentId: 'BTCUSDT.BINANCE', side: 'buy', quantity: '0.05' }));
    });
  }
}
`);
    const run = async (out: string, ...flags: readonly string[]): Promise<{ readonly report: Record<string, unknown>; readonly orders: string[] }> => {
      const { code, stdout, stderr } = await folder.arb(['backtest', '--strategy', './both.ts#Both', '--data', join(ROOT, 'datasets/binance-20240808'), '--to', '2024-08-08T23:58', '--out', out, '--json', ...flags]);
      expect([code, stderr]).toEqual([0, '']);
      const [header, ...rows] = readFileSync(join(folder.path, out, 'orders.csv'), 'utf8').trim().split('\n');
      const column = (name: string): number => header!.split(',').indexOf(name);
      return { report: JSON.parse(stdout) as Record<string, unknown>, orders: rows.map((row) => row.split(',')).map((cells) => `${cells[column('side')]!} ${cells[column('instrumentId')]!} ${cells[column('status')]!}`) };
    };
    const balancesOf = ({ venues }: Record<string, unknown>): string => (venues as { facts: [string, string][] }[])[0]!.facts.find(([name]) => name === 'Starting balances')![1];

    it('inverse contracts and spot can be sold: their currency is there, as much worth as the settlement currency', async () => {
      const { report, orders } = await run('out-both');
      expect(balancesOf(report)).toBe('100000 USDT, 1.6 BTC');
      expect(orders).toEqual(['sell BTCUSD-PERP.BINANCE FILLED', 'sell BTCUSDT.BINANCE FILLED', 'buy BTCUSDT.BINANCE FILLED']);
    });

    it('--balance says what there is instead, and what is too little is denied', async () => {
      const { report, orders } = await run('out-balance', '--balance', 'BINANCE=10000:USDT', '--balance', 'BINANCE=0.01:BTC');
      expect(balancesOf(report)).toBe('10000 USDT, 0.01 BTC');
      expect(orders).toEqual(['sell BTCUSD-PERP.BINANCE DENIED', 'sell BTCUSDT.BINANCE DENIED', 'buy BTCUSDT.BINANCE FILLED']);
    });

    it('--balance of no venue of the run, or written otherwise, is wrong use', async () => {
      const wrong = async (balance: string): Promise<string> => {
        const { code, stdout, stderr } = await folder.arb(['backtest', '--strategy', './both.ts#Both', '--data', join(ROOT, 'datasets/binance-20240808'), '--out', 'out-wrong-balance', '--balance', balance]);
        expect([code, stdout, existsSync(join(folder.path, 'out-wrong-balance'))]).toEqual([2, '', false]);
        return stderr;
      };
      expect(await wrong('BINANC=1:BTC')).toBe('ARB_USAGE_BALANCE: --balance BINANC: the run has no such venue; did you mean BINANCE?\n');
      expect(await wrong('10000 USDT')).toBe('ARB_USAGE_BALANCE: --balance 10000 USDT: write VENUE=amount:CURRENCY, as in --balance BINANCE=10000:USDT\n');
    });
  });

  it('Ctrl-C: exit code 130, a report marked PARTIAL, a journal that is closed and hashes to what is printed', async () => {
    const config = readJson(join(ROOT, 'examples/hl-bybit-funding/configs/binance-20240808.json')) as { strategies: { use: string }[]; data: { catalog: string } };
    config.strategies[0]!.use = FUNDING_ARBITRAGE;
    config.data.catalog = join(ROOT, 'datasets/binance-20240808');
    folder.write('slow.ts', `import { Strategy } from '@arb/core';
export class Slow extends Strategy {
  override onStart(): void { this.subscribe.book('BTCUSDT.BINANCE'); this.clock.setTimer('tick', { everyMs: 1_000 }, () => { for (let i = 0, x = 1; i < 2e6; i++) x = (x * 31) | 0; this.log.warn('tick'); }); }
}
`);
    const slow = { ...config, strategies: [{ use: './slow.ts#Slow', id: 'slow' }] };
    const { code, stdout } = await folder.arb(['backtest', folder.write('slow.json', slow), '--journal', '--out', 'out-partial'], { interruptWhen: (stderr) => stderr.includes('tick') });
    expect(code).toBe(130);
    expect(stdout).toMatch(/PARTIAL run: ended at \d+ % of the period/);
    const out = join(folder.path, 'out-partial');
    expect(readJson(join(out, 'manifest.json'))).toMatchObject({ status: 'PARTIAL', journalHash: hashIn(stdout) });
    expect(createHash('sha256').update(readFileSync(join(out, 'journal.bin'))).digest('hex')).toBe(hashIn(stdout));
    expect(readFileSync(join(out, 'tearsheet.html'), 'utf8')).toContain('PARTIAL');
    expect(readdirSync(folder.path).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('REQ-D20 a hook that throws in mid-run: the run ends, says FAULTED, and exits 1', async () => {
    folder.write('faulty.ts', "import { Strategy } from '@arb/core';\nexport class Mine extends Strategy { override onStart(): void { this.clock.setTimer('tick', { everyMs: 3_600_000 }, () => { throw new Error('boom'); }); } }\n");
    const { code, stdout, stderr } = await folder.arb(['backtest', folder.write('faulty.json', monthConfig({ use: './faulty.ts#Mine' })), '--out', 'out-faulty']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Warning +btc is FAULTED\. A hook threw: boom/);
    expect(stderr).toMatch(/"component":"btc","hook":"timer tick","error":"boom"/);
  });
});

describe('arb check and arb config print', () => {
  it('REQ-A10 check says what fits', async () => {
    const { code, stdout } = await folder.arb(['check', folder.write('fits.json', monthConfig()), '--json']);
    expect(code).toBe(0);
    const { isOk, findings } = JSON.parse(stdout) as { isOk: boolean; findings: { subject: string; isOk: boolean; text: string }[] };
    expect(isOk).toBe(true);
    expect(findings).toContainEqual({ subject: 'data BTCUSDT-PERP.BYBIT', isOk: true, text: expect.stringMatching(/^funding: 1,642 rows, 2023-01-01/) });
    expect(findings).toContainEqual({ subject: 'funding BTCUSDT-PERP.BYBIT', isOk: true, text: 'lump-at-mark (profile bybit): paid at each settlement, at mark' });
    expect(findings).toContainEqual({ subject: 'venue BYBIT', isOk: true, text: 'Margin: cross, leverage at most 3' });
    expect(existsSync(join(folder.path, 'runs'))).toBe(false);
  });

  it('check finds a warm-up that the data do not hold', async () => {
    folder.write('warm.ts', "import { Strategy } from '@arb/core';\nexport class Warm extends Strategy { override onStart(): void { this.subscribe.fundingRate('BTCUSDT-PERP.BYBIT', { history: { hours: 720 } }); } }\n");
    const { code, stdout } = await folder.arb(['check', folder.write('warm.json', monthConfig({ use: './warm.ts#Warm' }))]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NO +warm-up BTCUSDT-PERP\.BYBIT +720 h of funding, from 2022-12-02.*; the data begin at 2023-01-01.*: start later or ask for less$/m);
  });

  it('REQ-A10 config print shows every value and where it came from', async () => {
    const file = folder.write('print.json', monthConfig());
    const { stdout } = await folder.arb(['config', 'print', file, '--json', '--param', 'enterAprPct=6', '--seed', '7']);
    const entries = new Map((JSON.parse(stdout) as { key: string; value: string; source: string }[]).map(({ key, value, source }) => [key, [value, source]]));
    expect(entries.get('strategies[0].config.enterAprPct')).toEqual(['6', 'flag']);
    expect(entries.get('strategies[0].config.confirmations')).toEqual(['2', 'file']);
    expect(entries.get('strategies[0].config.maxSlippageBps')).toEqual(['8', 'default']);
    expect(entries.get('venues.BYBIT.simulation.marginMode')).toEqual(['cross', 'default']);
    expect(entries.get('venues.BYBIT.simulation.balances')).toEqual(['["50000 USDT"]', 'file']);
    expect(entries.get('seed')).toEqual(['7', 'flag']);
    expect(entries.get('out')).toEqual(['runs', 'default']);
  });
});

describe('the folder named with --out', () => {
  const filled = (path: string): string[] => {
    const out = new RunFolder(path);
    out.begin();
    mkdirSync(out.stage);
    for (const name of ['manifest.json', 'report.json']) writeFileSync(join(out.stage, name), '{}');
    out.finish();
    return readdirSync(path).sort();
  };

  it('may be a link to an empty folder, or a folder that must stay: it is filled', () => {
    const base = mkdtempSync(join(tmpdir(), 'arb-out-'));
    mkdirSync(join(base, 'real'));
    symlinkSync(join(base, 'real'), join(base, 'link'));
    const before = statSync(join(base, 'real')).ino;
    expect(filled(join(base, 'link'))).toEqual(['manifest.json', 'report.json']);
    expect(statSync(join(base, 'real')).ino).toBe(before);
    expect(filled(join(base, 'new'))).toEqual(['manifest.json', 'report.json']);
    writeFileSync(join(base, 'file'), '');
    expect(() => new RunFolder(join(base, 'file'))).toThrow(expect.objectContaining({ code: 'ARB_OUTPUT_EXISTS' }));
    expect(readdirSync(base).sort()).toEqual(['file', 'link', 'new', 'real']);
    rmSync(base, { recursive: true });
  });
});

describe('REQ-A02 arb explain', () => {
  it('tells an order of the newest run that kept its journal, or of the run named, as text or JSON', async () => {
    const own = new UserFolder();
    const config = own.write('month.json', monthConfig());
    expect((await own.arb(['explain', 'run-btc-1'])).stderr).toMatch(/^ARB_NO_JOURNAL: no run below runs\/ has kept its journal; run "arb backtest --journal"/);
    expect((await own.arb(['backtest', config, '--journal', '--out', 'runs/2025-01-01T00-00-00-a'])).code).toBe(0);
    expect((await own.arb(['backtest', config, '--out', 'runs/2026-01-01T00-00-00-b'])).code).toBe(0);
    const newest = await own.arb(['explain', 'run-btc-1']);
    expect(newest.stdout).toMatch(/^run-btc-1: .*\n  because +PairEntering: .*\n +carry: .*\n +quote: .*\n  risk +approved\n[^]*\n  ended +FILLED, .*\n  money .*\n\nfrom runs\/2025-01-01T00-00-00-a\/journal\.bin\n$/);
    const named = await own.arb(['explain', 'run-btc-1', '--run', 'runs/2025-01-01T00-00-00-a', '--json']);
    expect(JSON.parse(named.stdout)).toMatchObject({ orderId: 'run-btc-1', status: 'FILLED', because: { type: 'PairEntering' }, trip: { flows: {}, fees: {} } });
    expect((await own.arb(['explain', 'run-btc-1', '--run', 'runs/2026-01-01T00-00-00-b'])).stderr).toMatch(/^ARB_NO_JOURNAL: .*has no journal\.bin: the run kept only its hash; run it again with --journal$/m);
    expect((await own.arb(['explain', 'nope', '--run', 'runs/2025-01-01T00-00-00-a'])).stderr).toMatch(/^ARB_UNKNOWN_ORDER: the journal has no order "nope"; it has \d+ orders/);
    own.remove();
  });
});
