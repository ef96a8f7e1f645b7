import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArbConfig, isArbError, type LatencyConfig, type VenueConfig } from '@arb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latencyTermsOf, latencyText } from '../../src/engine/latency-terms.ts';
import { parseConfig } from '../../src/engine/config-schema.ts';
import { withRecordedLatency } from '../../src/engine/read-recorded-latency.ts';
import { type Catalog, runBacktest } from '../../src/index.ts';
import { BTC, smallCatalog, START, Trader } from './small-market.ts';

const venueOf = (latency: LatencyConfig): VenueConfig => ({ profile: 'bybit', simulation: { balances: ['1 USDT'], latency } });
const termsOf = (latency: LatencyConfig, seed = 1): ReturnType<typeof latencyTermsOf> => latencyTermsOf('BYBIT', { config: venueOf(latency), profile: undefined, seed });
const folder = mkdtempSync(join(tmpdir(), 'arb-latency-'));
const csv = (name: string, ...lines: readonly string[]): string => {
  writeFileSync(join(folder, name), [...lines, ''].join('\n'));
  return name;
};
let catalog: Catalog;
beforeAll(async () => { catalog = await smallCatalog(BTC); });
afterAll(() => { for (const path of [folder, catalog.path]) rmSync(path, { recursive: true, force: true }); });

describe('REQ-D14 latency of a venue as its config states it', () => {
  it('one for all requests, or one for each kind', () => {
    const { entry, response, fillResponse, reordersRequests } = termsOf({ entryMs: { submit: 4, modify: 6, cancel: 2 }, responseMs: { orders: 1, fills: 9 }, reordersRequests: true });
    expect([entry.submit.sample(0), entry.modify.sample(0), entry.cancel.sample(0), response.sample(0), fillResponse?.sample(0), reordersRequests]).toEqual([4_000, 6_000, 2_000, 1_000, 9_000, true]);
    const all = termsOf({ entryMs: 4, responseMs: 1 });
    expect([all.entry.submit === all.entry.cancel, all.entry.modify.sample(0), all.fillResponse, all.reordersRequests]).toEqual([true, 4_000, undefined, false]);
  });

  it('a kind that is not stated has what the profile says', () => {
    const { entry } = latencyTermsOf('BYBIT', { config: venueOf({ entryMs: { cancel: 2 } }), profile: { latency: { feedMs: 1, entryMs: 15, responseMs: 8 } } as never, seed: 1 });
    expect([entry.submit.sample(0), entry.cancel.sample(0)]).toEqual([15_000, 2_000]);
  });

  it('recorded: requests and answers each take their own way, interpolated, lost ones are lost', () => {
    const recorded = [{ sentAt: 1_000, exchangeAt: 1_100, answeredAt: 1_150 }, { sentAt: 2_000, exchangeAt: 2_300, answeredAt: 2_400 }, { sentAt: 3_000, exchangeAt: 0, answeredAt: 3_500 }];
    const { entry, response } = termsOf({ entryMs: { recorded }, responseMs: { recorded } });
    expect([entry.submit.sample(1_500), entry.cancel.sample(2_500), response.sample(1_100), response.sample(1_700)]).toEqual([200, -450, 50, 75]);
    const further = termsOf({ entryMs: { recorded, offsetMs: 0.05 } });
    expect(further.entry.submit.sample(1_000)).toBe(150);
  });

  it('the seed decides what is drawn, and kinds draw apart', () => {
    const draw = (seed: number): number[][] => {
      const { entry } = termsOf({ entryMs: { submit: { samplesMs: [1, 2, 3, 4, 5, 6] }, modify: { samplesMs: [1, 2, 3, 4, 5, 6] }, cancel: { medianMs: 3, sigma: 0.5, persistence: 0.9 } } }, seed);
      return [entry.submit, entry.modify, entry.cancel].map((model) => Array.from({ length: 50 }, () => model.sample(0)));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)[0]).not.toEqual(draw(1)[1]);
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('says in words what was assumed', () => {
    expect([15, { medianMs: 15, sigma: 0.3, persistence: 0.5 }, { samplesMs: [1, 2] }, { recorded: 'a.csv', offsetMs: 1 }, { submit: 1, cancel: 2 }].map((value) => latencyText(value)))
      .toEqual(['15 ms', 'lognormal, median 15 ms, sigma 0.3, persistence 0.5', 'drawn from 2 measured values', 'as recorded, 1 ms further away', 'submit 1 ms, cancel 2 ms']);
  });
});

describe('REQ-D14 recorded latency in a file', () => {
  const runWith = async (latency: LatencyConfig): Promise<{ journalHash: string; configHash: string }> => {
    const config: ArbConfig = {
      strategies: [{ use: Trader, id: 'a', config: { ids: BTC.map(({ id }) => id) } }], data: { catalog: catalog.path },
      venues: Object.fromEntries(BTC.map(({ id }) => [id.split('.')[1]!, { profile: id.endsWith('BYBIT') ? 'bybit' : 'binance', simulation: { balances: ['100000 USDT'], latency } }])),
    };
    const { journalHash, configHash } = (await runBacktest(config, { folder })).report;
    return { journalHash, configHash };
  };
  const rows = (entry: number): string[] => ['sent_at,exchange_at,answered_at', ...[0, 86_400_000_000].map((after) => `${START + after},${START + after + entry},${START + after + 2 * entry}`)];

  it('what is in the file decides the run, and is part of its config hash', async () => {
    const slow = await runWith({ entryMs: { recorded: csv('slow.csv', ...rows(40_000)) } });
    const fast = await runWith({ entryMs: { recorded: csv('fast.csv', ...rows(1_000)) } });
    expect(await runWith({ entryMs: { recorded: csv('slow.csv', ...rows(40_000)) } })).toEqual(slow);
    expect(await runWith({ entryMs: { recorded: csv('slow.csv', ...rows(1_000)) } })).toEqual(fast);
    expect([slow.journalHash === fast.journalHash, slow.configHash === fast.configHash]).toEqual([false, false]);
  });

  it.each([
    ['no file', 'nowhere.csv', [], /no file .*nowhere\.csv of recorded latency; check the path/],
    ['other columns', 'columns.csv', ['a,b'], /columns\.csv:1: the columns are a, b; they must hold sent_at, exchange_at, answered_at/],
    ['an answer before its request', 'order.csv', ['sent_at,exchange_at,answered_at', '10,20,30', '40,50,45'], /order\.csv:3: 40,50,45 is no request/],
    ['a cell that is no number', 'text.csv', ['sent_at,exchange_at,answered_at', '10,soon,30'], /text\.csv:2: 10,soon,30 is no request/],
    ['a cell missing', 'short.csv', ['sent_at,exchange_at,answered_at', '10,20'], /short\.csv:2: 10,20, is no request/],
    ['requests out of order', 'unsorted.csv', ['sent_at,exchange_at,answered_at', '10,20,30', '5,20,30'], /unsorted\.csv:3: sent_at 5 is before the line above; sort the file/],
  ])('%s: one line with file and line', (_what, name, lines, message) => {
    if (lines.length > 0) csv(name, ...lines);
    try {
      withRecordedLatency(venueOf({ responseMs: { fills: { recorded: name } } }), folder);
      expect.unreachable();
    } catch (error) {
      expect(isArbError(error) && error.code).toBe('ARB_BAD_LATENCY');
      expect((error as Error).message).toMatch(message);
    }
  });

  it('where an engine is built by hand the requests are given, not a file', () => {
    expect(() => termsOf({ entryMs: { recorded: 'requests.csv' } })).toThrow(/venues\.BYBIT\.simulation\.latency\.entryMs\.recorded names the file requests\.csv, which only a config file may do/);
  });

  it.each([
    [{ entryMs: { submit: '5ms' } }, /latency\.entryMs is .*: write milliseconds as a number/],
    [{ responseMs: { samplesMs: [] } }, /latency\.responseMs is .*: write milliseconds as a number/],
    [{ feedMs: { recorded: 'a.csv' } }, /latency\.feedMs is .*: write milliseconds as a number/],
    [{ entryMs: { medianMs: 5, sigma: 0.2, persistence: 1 } }, /latency\.entryMs is /],
  ])('the config refuses %o', (latency, message) => {
    expect(() => parseConfig({ strategies: [{ use: './a.ts#A' }], venues: { BYBIT: { simulation: { balances: ['1 USDT'], latency } } } }, 'f')).toThrow(message);
  });
});
