import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCompression } from '../../src/catalog/parquet/compression.ts';
import { ParquetReader } from '../../src/catalog/parquet/parquet-reader.ts';
import type { SweepResult } from '../../src/index.ts';
import { FUNDING_ARBITRAGE, monthConfig, ROOT, UserFolder } from './arb-process.ts';

const folder = new UserFolder();
afterAll(() => { folder.remove(); });
const GRID = ['--param', 'enterAprPct=2,8', '--param', 'exitAprPct=0,2'];
const hashIn = (text: string): string => /journal sha256 ([0-9a-f]{64})/.exec(text)![1]!;

async function sweep(...args: readonly string[]): Promise<SweepResult & { readonly again: string; readonly folder: string }> {
  const { code, stdout, stderr } = await folder.arb(['sweep', ...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as SweepResult & { again: string; folder: string };
}

function readParquet(file: string, column: string, kind: 'text' | 'number'): (string | number)[] {
  const reader = ParquetReader.open(file);
  try {
    if (kind === 'text') {
      const out: string[] = [];
      reader.readColumn(0, column, { kind: 'text', out, valid: new Uint8Array(reader.rows) });
      return out;
    }
    const out = new Float64Array(reader.rows);
    reader.readColumn(0, column, { kind: 'number', out, valid: new Uint8Array(reader.rows) });
    return [...out];
  } finally { reader.close(); }
}

describe('arb sweep', () => {
  it('REQ-A39 a grid over entry and exit: one thread or two, shared data or not, every run has the journal of arb backtest with its parameters', async () => {
    const config = folder.write('month.json', monthConfig());
    const one = await sweep(config, ...GRID, '--workers', '1', '--out', 'grid-1');
    const two = await sweep(config, ...GRID, '--workers', '2', '--out', 'grid-2');
    const unshared = await sweep(config, ...GRID, '--workers', '2', '--share-mb', '0', '--out', 'grid-3');
    const alone: string[] = [];
    for (const { params } of one.runs) {
      const { stdout } = await folder.arb(['backtest', config, '--out', `alone-${alone.length}`, ...Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`])]);
      alone.push(hashIn(stdout));
    }
    for (const { runs } of [one, two, unshared]) expect(runs.map(({ journalHash }) => journalHash)).toEqual(alone);
    expect(new Set(alone).size).toBe(3);                                            // with entry at 8 the exits never differ
    expect([one, two, unshared].map(({ workers, sharedBytes }) => [workers, sharedBytes > 0])).toEqual([[1, true], [2, true], [2, false]]);
    expect(two.ranking).toEqual(one.ranking);
    expect(one.again).toBe(`npx arb backtest ${config} --param enterAprPct=8 --param exitAprPct=0`);
  }, 120_000);

  it('the folder holds the table as Parquet and CSV, the page, all of it as JSON, and a manifest of them', async () => {
    const { runs, folder: out } = await sweep(folder.write('files.json', monthConfig()), ...GRID, '--param', 'notionalUsd=20000', '--workers', '2', '--out', 'files');
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'sweep.csv', 'sweep.html', 'sweep.json', 'sweep.parquet']);
    await loadCompression();
    expect(readParquet(join(out, 'sweep.parquet'), 'journalHash', 'text')).toEqual(runs.map(({ journalHash }) => journalHash));
    expect(readParquet(join(out, 'sweep.parquet'), 'enterAprPct', 'number')).toEqual([2, 2, 8, 8]);
    const [header, first] = readFileSync(join(out, 'sweep.csv'), 'utf8').split('\n') as [string, string];
    expect(header).toBe('run,enterAprPct,exitAprPct,notionalUsd,from,to,netPnlUsd,fundingUsd,feesUsd,slippageUsd,returnPct,sharpe,maxDrawdownUsd,orders,fills,roundTrips,maxUnhedgedSeconds,rows,journalHash,dataHash,dataLabel,seconds,failure');
    expect(first).toMatch(/^1,2,0,20000,2023-01-01T04:00:00Z,2023-02-01T00:00:00Z,-132\.24287886,/);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { files: { file: string }[] };
    expect(manifest).toMatchObject({ schema: 'arb.sweep-manifest/1', status: 'COMPLETE', planned: 4, done: 4, seed: 1, dataset: 'xvenue-8h', command: expect.stringMatching(/^npx arb sweep .*--param notionalUsd=20000$/) });
    expect(manifest.files.map(({ file }) => file)).toEqual(['sweep.html', 'sweep.parquet', 'sweep.csv', 'sweep.json']);
  });

  it('REQ-A39 a walk-forward: what is chosen in training is tested on the part behind it, and the last choice can be run alone', async () => {
    const config = folder.write('walk.json', monthConfig({ data: { to: '2023-04-01' } }));
    const { code, stdout } = await folder.arb(['sweep', config, '--param', 'enterAprPct=2,8', '--walk-forward', 'train=30d,test=20d', '--workers', '2', '--out', 'walk']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Chosen by net result in training; net result of all 2 tests: /m)]);
    const again = /^again +npx arb (backtest .*)$/m.exec(stdout)![1]!;
    const { runs, windows } = JSON.parse(readFileSync(join(folder.path, 'walk/sweep.json'), 'utf8')) as SweepResult;
    expect(runs.map(({ from, to }) => [from, to])).toEqual(windows!.map(({ testFrom, testTo }) => [testFrom, testTo]));
    const { stdout: alone } = await folder.arb([...again.split(' '), '--out', 'walk-alone']);
    expect(hashIn(alone)).toBe(runs.at(-1)!.journalHash);
  });

  it('a config whose strategy is a class is loaded again in each thread', async () => {
    const [file, Class] = FUNDING_ARBITRAGE.split('#') as [string, string];
    const config = monthConfig();
    const { config: input } = (config['strategies'] as { config: object }[])[0]!;
    const path = folder.write('own.ts', `import { defineConfig, strategy } from '@arb/core';\nimport { ${Class} } from '${file}';\nexport default defineConfig({ ...${JSON.stringify({ ...config, strategies: [] })}, strategies: [strategy(${Class}, { id: 'btc', config: ${JSON.stringify(input)} })] } as never);\n`);
    const own = await sweep(path, '--param', 'enterAprPct=2,8', '--workers', '2', '--out', 'own');
    expect([own.workers, own.notes]).toEqual([2, []]);
    const named = await sweep(folder.write('named.json', config), '--param', 'enterAprPct=2,8', '--workers', '1', '--out', 'named');
    expect(own.runs.map(({ journalHash }) => journalHash)).toEqual(named.runs.map(({ journalHash }) => journalHash));
  });

  it('a run that ends its thread is a row; the others go on in a new one', async () => {
    folder.write('deadly.ts', "import { Strategy } from '@arb/core';\nimport { z } from 'zod';\nexport class Deadly extends Strategy.with(z.strictObject({ n: z.number() })) { override onStart(): void { if (this.config.n === 2) process.exit(7); } }\n");
    const result = await sweep(folder.write('deadly.json', monthConfig({ use: './deadly.ts#Deadly', config: { n: 0 } })), '--param', 'n=1,2,3,4', '--workers', '2', '--share-mb', '0', '--out', 'deadly');
    expect(result.runs.map(({ failure }) => failure)).toEqual([null, 'ARB_SWEEP_WORKER: the thread of this run ended early (exit code 7); does the strategy end the process?', null, null]);
  });

  it('where every run fails the results say why, and the exit code is 1', async () => {
    const { code, stdout } = await folder.arb(['sweep', folder.write('bad.json', monthConfig()), '--param', 'enterAprPct=-1,-2', '--workers', '2', '--out', 'bad']);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^2 runs failed:\n {2}enterAprPct=-1: ARB_BAD_CONFIG: /m)]);
    expect(existsSync(join(folder.path, 'bad/sweep.html'))).toBe(true);
  });

  it('wrong use is exit code 2 with the way out, and leaves nothing', async () => {
    const config = folder.write('use.json', monthConfig());
    const wrong = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await folder.arb(['sweep', config, '--out', 'wrong', ...args]);
      expect([code, stdout, existsSync(join(folder.path, 'wrong'))]).toEqual([2, '', false]);
      return stderr;
    };
    expect(await wrong()).toMatch(/^ARB_USAGE_SWEEP: nothing to vary: write --param/);
    expect(await wrong('--param', 'enterAprPc=1,2')).toMatch(/^ARB_USAGE_PARAM: --param enterAprPc: .*did you mean enterAprPct\?/);
    expect(await wrong('--param', 'enterAprPct=1..5')).toMatch(/^ARB_USAGE_SWEEP: .*write from\.\.to:step, or draw from it with --random/);
    expect(await wrong('--param', 'enterAprPct=1,2', '--workers', 'many')).toMatch(/give a whole number from 1 to 256/);
  });

  it('mistakes of the config are told with misspelt parameters; a list of values is no mistake', async () => {
    const config = folder.write('mistaken.json', monthConfig({ top: { sed: 1 } }));
    const problems = async (param: string): Promise<string> => {
      const { code, stderr } = await folder.arb(['sweep', config, '--out', 'mistaken', '--param', param]);
      expect([code, existsSync(join(folder.path, 'mistaken'))]).toEqual([1, false]);
      return stderr;
    };
    expect(await problems('enterAprPct=2,4')).toMatch(/^ARB_BAD_CONFIG: [^\n]*sed[^\n]*\n$/);
    expect(await problems('enterAprPc=2,4')).toMatch(/^ARB_BAD_CONFIG: [^\n]*sed[^\n]*\n[^\n]*--param enterAprPc: [^\n]*\n$/);
  });

  it('Ctrl-C: exit code 130, the runs that had ended, marked PARTIAL', async () => {
    folder.write('slow.ts', `import { Strategy } from '@arb/core';
import { z } from 'zod';
export class Slow extends Strategy.with(z.strictObject({ n: z.number() })) {
  override onStart(): void { this.subscribe.book('BTCUSDT-PERP.BYBIT'); if (this.config.n > 2) this.clock.setTimer('tick', { everyMs: 3_600_000 }, () => { for (let i = 0, x = 1; i < 4e7; i++) x = (x * 31) | 0; }); }
}
`);
    const config = folder.write('slow.json', monthConfig({ use: './slow.ts#Slow', config: { n: 0 } }));
    const { code, stdout } = await folder.arb(['sweep', config, '--param', 'n=1..40:1', '--workers', '2', '--out', 'partial'], { interruptWhen: (stderr) => /[1-9] of 40 runs/.test(stderr) });
    expect([code, stdout]).toEqual([130, expect.stringMatching(/^PARTIAL sweep: interrupted before its end$/m)]);
    const out = join(folder.path, 'partial');
    const result = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8')) as SweepResult;
    expect([result.status, result.runs.length, result.runs.slice(0, 2).map(({ run, failure }) => [run, failure])]).toEqual(['PARTIAL', result.done, [[1, null], [2, null]]]);
    expect(result.done).toBeLessThan(40);
    expect(readFileSync(join(out, 'sweep.html'), 'utf8')).toContain(`Partial: ${result.done} of 40 runs`);
    expect(readdirSync(folder.path).filter((name) => name.includes('unfinished'))).toEqual([]);
  }, 60_000);

  it('random draws are the same for the same seed', async () => {
    const config = folder.write('random.json', monthConfig({ data: { to: '2023-01-08' } }));
    const draw = async (seed: string, out: string): Promise<SweepResult> => await sweep(config, '--param', 'enterAprPct=2..9', '--param', 'notionalUsd=10000,20000', '--random', '3', '--seed', seed, '--workers', '1', '--out', out);
    const [first, same, other] = [await draw('1', 'draw-1'), await draw('1', 'draw-2'), await draw('2', 'draw-3')];
    expect(first.runs.map(({ params, journalHash }) => [params, journalHash])).toEqual(same.runs.map(({ params, journalHash }) => [params, journalHash]));
    expect(first.runs.map(({ params }) => params)).not.toEqual(other.runs.map(({ params }) => params));
  }, 60_000);

  it('by flags alone, with paths relative to where it is typed', async () => {
    const result = await sweep('--strategy', FUNDING_ARBITRAGE, '--data', join(ROOT, 'datasets/xvenue-8h'), '--to', '2023-01-08', '--param', 'long=BTCUSDT-PERP.BINANCE,BTC-USDT-PERP.OKX', '--param', 'short=BTCUSDT-PERP.BYBIT', '--workers', '2', '--out', 'flags');
    expect(result.runs.map(({ params, failure }) => [params['long'], failure])).toEqual([['BTCUSDT-PERP.BINANCE', null], ['BTC-USDT-PERP.OKX', null]]);
  });
});
