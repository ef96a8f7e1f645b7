import { type ArbConfig, formatTime, Strategy } from '@arb/core';
import { z } from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { runBacktest, runSweep, type SweepProgress } from '../../src/index.ts';
import { paramsOf } from '../../src/sweep/parameter-space.ts';
import { BTC, smallCatalog } from '../engine/small-market.ts';

const [{ id: ID }] = BTC as [typeof BTC[number]];

/** Buys after some minutes and sells after some more; asked to, it refuses, falls over in mid-run, or never trades. */
class Timed extends Strategy.with(z.strictObject({ buyAfterMinutes: z.number().positive().default(5), holdMinutes: z.number().default(20), quantity: z.string().default('0.010'), mode: z.enum(['trade', 'fault', 'idle']).default('trade') })) {
  override onStart(): void {
    const { buyAfterMinutes, holdMinutes, quantity, mode } = this.config;
    this.subscribe.book(ID, () => undefined);
    if (mode === 'idle') return;
    this.clock.setAlert('buy', { inMs: buyAfterMinutes * 60_000 }, () => {
      if (mode === 'fault') throw new Error('boom');
      this.submit(this.order.market({ instrumentId: ID, side: 'buy', quantity }));
    });
    this.clock.setAlert('sell', { inMs: (buyAfterMinutes + holdMinutes) * 60_000 }, () => { this.submit(this.order.market({ instrumentId: ID, side: 'sell', quantity })); });
  }
}

let config: ArbConfig;
beforeAll(async () => {
  const { path } = await smallCatalog(BTC, { hours: 4 });
  config = { strategies: [{ use: Timed, id: 'timed' }], venues: { BINANCE: { profile: 'binance' } }, data: { catalog: path }, seed: 3 };
});

describe('a sweep', () => {
  it('has one run for each combination in the order of the grid, each with the journal of that run alone, shared or not', async () => {
    const params = ['buyAfterMinutes=3,7', 'holdMinutes=10..30:10'];
    const shared = await runSweep(config, { params });
    const unshared = await runSweep(config, { params, maxSharedBytes: 0 });
    expect(shared.runs.map(({ run, params: point }) => [run, ...paramsOf(point)])).toEqual([3, 7].flatMap((buy, i) => [10, 20, 30].map((hold, j) => [i * 3 + j + 1, `buyAfterMinutes=${buy}`, `holdMinutes=${hold}`])));
    const alone = [];
    for (const { params: point } of shared.runs) alone.push(await runBacktest(config, { params: paramsOf(point) }));
    expect(new Set(alone.map(({ journalHash }) => journalHash)).size).toBe(6);
    for (const { runs } of [shared, unshared]) {
      expect(runs.map(({ journalHash, netPnlUsd, dataHash }) => [journalHash, netPnlUsd, dataHash])).toEqual(alone.map(({ journalHash, report }) => [journalHash, report.netPnlUsd, report.dataHash]));
    }
    expect([shared.sharedBytes > 0, shared.done, shared.status, shared.failures, shared.dataLabel]).toEqual([true, 6, 'COMPLETE', 0, 'synthetic']);
    expect([unshared.sharedBytes, unshared.notes.at(-1)]).toEqual([0, 'data was not shared: each run read the files']);
    const nets = shared.ranking.map((place) => Number(shared.runs[place - 1]!.netPnlUsd));
    expect(nets).toEqual([...nets].sort((a, b) => b - a));
  });

  it('a run that cannot be is a row with its reason; it is never the best, and keeps the others from nothing', async () => {
    const result = await runSweep(config, { params: ['buyAfterMinutes=-1,5', 'mode=fault,trade,idle', 'quantity=0.010'] });
    expect(result.runs.map(({ failure, netPnlUsd, journalHash }) => [failure, netPnlUsd !== null, journalHash !== null])).toEqual([
      ...Array.from({ length: 3 }, () => [expect.stringMatching(/^ARB_BAD_CONFIG: --param buyAfterMinutes is -1: /), false, false]),
      ['timed is FAULTED: boom', true, true], [null, true, true], [null, true, true],
    ]);
    expect([result.failures, [...result.ranking].sort(), result.sharedBytes > 0]).toEqual([4, [5, 6], true]);
  });

  it('all that is wrong with a run is told in its row, of whichever strategy', async () => {
    const two = { ...config, strategies: ['timed', 'other'].map((id) => ({ use: Timed, id })) };
    const { runs } = await runSweep(two, { params: ['timed.buyAfterMinutes=-1', 'timed.mode=trade,never', 'other.mode=trade,never'] });
    const early = '--param timed.buyAfterMinutes is -1: ';
    expect(runs.map(({ failure }) => failure)).toEqual([
      expect.stringMatching(new RegExp(`^ARB_BAD_CONFIG: ${early}[^;]*$`)), ...[`${early}.*; --param other.mode is "never": `, `${early}.*; --param timed.mode is "never": `, `${early}.*; --param timed.mode is "never": .*; --param other.mode is "never": `].map((text) => expect.stringMatching(text)),
    ]);
  });

  it('is stopped by a signal: the runs that had ended are there, and it says PARTIAL', async () => {
    const abort = new AbortController();
    const seen: SweepProgress[] = [];
    const result = await runSweep(config, { params: ['holdMinutes=1..20:1'], signal: abort.signal, onProgress: (progress) => { seen.push(progress); if (progress.done === 3) abort.abort(); } });
    expect([result.status, result.done, result.planned, result.runs.map(({ run }) => run)]).toEqual(['PARTIAL', 3, 20, [1, 2, 3]]);
    expect(seen.map(({ fraction }) => fraction)).toEqual([...seen.map(({ fraction }) => fraction)].sort((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ done: 3, planned: 20, runsPerSecond: expect.any(Number), secondsLeft: expect.any(Number) });
  });

  it('a walk-forward chooses on each training part and runs its choice on the part behind it, as a run over that part alone does', async () => {
    const result = await runSweep(config, { params: ['buyAfterMinutes=3,11', 'holdMinutes=10,20'], walkForward: 'train=2h,test=1h' });
    expect([result.kind, result.planned, result.done, result.windows!.length, result.runs.length]).toEqual(['walk-forward', 5, 5, 1, 1]);
    const [window] = result.windows!;
    const over = (from: number, to: number): ArbConfig => ({ ...config, data: { ...config.data!, from: formatTime(from), to: formatTime(to) } });
    const trained = await runSweep(over(window!.trainFrom, window!.trainTo), { params: ['buyAfterMinutes=3,11', 'holdMinutes=10,20'] });
    expect([window!.chosen, window!.trainValue]).toEqual([trained.runs[trained.ranking[0]! - 1]!.params, Number(trained.runs[trained.ranking[0]! - 1]!.netPnlUsd)]);
    const tested = await runBacktest(over(window!.testFrom, window!.testTo), { params: paramsOf(window!.chosen!) });
    expect(result.runs[0]).toMatchObject({ params: window!.chosen, from: window!.testFrom, to: window!.testTo, journalHash: tested.journalHash, netPnlUsd: tested.report.netPnlUsd, failure: null });
  });

  it('a figure that no training run has chooses nothing, and says so', async () => {
    const result = await runSweep(config, { params: ['holdMinutes=10,20'], walkForward: 'train=2h,test=1h', by: 'sharpe' });
    expect([result.windows![0]!.chosen, result.runs[0]!.failure]).toEqual([null, expect.stringMatching(/^ARB_SWEEP_NO_CHOICE: no training run has the figure sharpe; /)]);
  });

  it('what is wrong with all of it is told before anything runs', async () => {
    const sweep = async (change: object, params = ['holdMinutes=10,20']): Promise<unknown> => await runSweep(config, { params, ...change });
    await expect(sweep({}, [])).rejects.toThrow('nothing to vary: write --param name=value,value');
    await expect(sweep({}, ['holdMinuts=1,2'])).rejects.toThrow('--param holdMinuts: Timed has no such parameter; did you mean holdMinutes?');
    await expect(sweep({ by: 'netPnl' })).rejects.toThrow('--by netPnl: there is no such figure; did you mean netPnlUsd?');
    await expect(sweep({ workers: 0 })).rejects.toThrow('--workers is 0; give a whole number from 1 to 256');
    await expect(runSweep({ ...config, sed: 1 } as never, { params: ['holdMinuts=1,2'] })).rejects.toThrow(/sed.*\n.*holdMinuts: Timed has no such parameter/);
    await expect(runSweep({ ...config, sed: 1 } as never, { params: ['holdMinutes=10,20'] })).rejects.toThrow(/^[^\n]*sed[^\n]*$/);      // what a list of values says is no value is not told
    await expect(sweep({ walkForward: 'train=3h,test=2h' })).rejects.toThrow('needs 5 hours of data for one window');
  });
});
