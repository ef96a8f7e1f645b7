import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Strategy } from '@arb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTimes } from '../../src/engine/verify-run.ts';
import { BacktestEngine } from '../../src/index.ts';
import { BTC, smallCatalog, START, Trader } from './small-market.ts';

const [{ id: ID }] = BTC as [typeof BTC[number]];
const MINUTE = 60_000_000;

/** Knows from the run before how the price went on, as a strategy does that reads the whole file at its start. */
class Prophet extends Strategy {
  static readonly known: number[] = [];

  override onStart(): void {
    const known = [...Prophet.known];
    let minute = 0;
    this.subscribe.book(ID, () => undefined);
    this.clock.setTimer('look', { everyMs: 60_000 }, () => {
      const { mid } = this.cache.book(ID)!;
      if (known.length === 0) Prophet.known.push(mid);
      if ((known[minute + 1] ?? 0) > mid) this.submit(this.order.market({ instrumentId: ID, side: 'buy', quantity: '0.010' }));
      minute++;
    });
  }
}

async function engineWith(add: (engine: BacktestEngine) => void, journalFile?: string): Promise<BacktestEngine> {
  const engine = new BacktestEngine({ seed: 1, ...(journalFile === undefined ? {} : { journalFile }) });
  for (const venue of ['BINANCE', 'BYBIT']) engine.addVenue(venue, { profile: venue.toLowerCase() });
  engine.addData(await smallCatalog(BTC));
  add(engine);
  return engine;
}

describe('a run is verified with the future cut off', () => {
  it('the journal is the same up to every cut, and the result that of a run without verification', async () => {
    const engine = await engineWith((made) => { made.addStrategy(Trader, { ids: BTC.map(({ id }) => id) }); });
    const { verified, journalHash } = await engine.run({ verifyCuts: 5 });
    const plain = await engine.run();
    expect(verified).toHaveLength(5);
    const decided = plain.orders.map(({ ts }) => ts + 1);
    expect(verified!.every(({ at }) => decided.includes(at))).toBe(true);
    expect(verified!.every(({ records, journalBytes }, i) => records > (verified![i - 1]?.records ?? 0) && journalBytes > (verified![i - 1]?.journalBytes ?? 0))).toBe(true);
    expect([journalHash, plain.verified]).toEqual([plain.journalHash, undefined]);
  });

  it('what knows the future is found: the first record that differs is told, and no journal stays', async () => {
    const journalFile = join(mkdtempSync(join(tmpdir(), 'arb-verify-test-')), 'journal.bin');
    const engine = await engineWith((made) => { made.addStrategy(Prophet, {}); }, journalFile);
    await expect(engine.run({ verifyCuts: 1 })).rejects.toThrow(/^with the data cut off at 2025-03-01T00:59:55\.001234Z the run went another way before that time: the whole run recorded TimerFired at 2025-03-01T00:0\d:00Z .*the one without a future OrderCreated at .*subscriptions and history only$/);
    expect(existsSync(journalFile)).toBe(false);
  });

  it('an interrupted run is not verified', async () => {
    const engine = await engineWith((made) => { made.addStrategy(Trader, { ids: [ID] }); });
    const abort = new AbortController();
    abort.abort();
    expect((await engine.run({ verifyCuts: 2, signal: abort.signal })).verified).toBeUndefined();
  });

  it('an interruption between two cuts leaves those that were made', async () => {
    const engine = await engineWith((made) => { made.addStrategy(Trader, { ids: [ID] }); });
    const abort = new AbortController();
    const { verified, facts } = await engine.run({ verifyCuts: 3, signal: abort.signal, onProgress: ({ verifying }) => { if (verifying === 2) abort.abort(); } });
    expect([facts.status, verified!.length]).toEqual(['COMPLETE', 2]);
  });
});

describe('times to cut at', () => {
  it('right behind decisions, the first and the last among them', () => {
    expect(cutTimes({ from: START, to: START + 60 * MINUTE, decidedAt: [5, 1, 9, 9, 20, 30].map((minute) => START + minute * MINUTE) }, 3)).toEqual([1, 9, 30].map((minute) => START + minute * MINUTE + 1));
  });

  it('evenly where nothing was decided', () => {
    expect(cutTimes({ from: START, to: START + 40 * MINUTE, decidedAt: [] }, 3)).toEqual([10, 20, 30].map((minute) => START + minute * MINUTE));
  });

  it('ascending, distinct, inside the run, as many as asked for where there are so many decisions', () => {
    const times = fc.record({ decidedAt: fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 40 }), cuts: fc.integer({ min: 1, max: 12 }) });
    fc.assert(fc.property(times, ({ decidedAt, cuts }) => {
      const found = cutTimes({ from: 0, to: 1_000, decidedAt }, cuts);
      const decisions = new Set(decidedAt.map((at) => at + 1).filter((at) => at < 1_000)).size;
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      expect(found.every((at) => at > 0 && at < 1_000)).toBe(true);
      expect(found).toHaveLength(decisions === 0 ? cuts : Math.min(cuts, decisions));
    }));
  });
});
