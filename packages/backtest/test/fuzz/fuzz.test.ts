import { describe, expect, it, vi } from 'vitest';
import { ExecutionEngine } from '../../../core/src/kernel/execution/execution-engine.ts';
import { drawSchedule, type Schedule } from '../../src/fuzz/fault-schedule.ts';
import { fuzz } from '../../src/fuzz/fuzz.ts';
import { runSchedule } from '../../src/fuzz/run-schedule.ts';
import { shrink, withFaults } from '../../src/fuzz/shrink.ts';

/** Each leg submitted for itself: what the fuzzer finds first is `both-or-neither`. */
function submitApart(): () => void {
  const spy = vi.spyOn(ExecutionEngine.prototype, 'submitTogether').mockImplementation(function (this: ExecutionEngine, orders) {
    for (const order of orders) this.submit(order);
    return orders.every(({ status }) => status !== 'DENIED');
  });
  return () => { spy.mockRestore(); };
}

describe('REQ-A79 random courses', () => {
  it('a bounded number of them is clean', async () => {
    const { failures, schedules, fills } = await fuzz({ seeds: 40, firstSeed: 20_001 });
    expect(failures.map(({ seed, violation }) => [seed, violation])).toEqual([]);
    expect(schedules).toBe(40);
    expect(fills).toBeGreaterThan(100);
  });

  it('one seed is one schedule and one journal, also through JSON', () => {
    for (const seed of [1, 7, 15]) {
      const schedule = drawSchedule(seed);
      expect(drawSchedule(seed)).toEqual(schedule);
      const again = JSON.parse(JSON.stringify(schedule)) as Schedule;
      expect(runSchedule(again).journalHash).toBe(runSchedule(schedule).journalHash);
    }
    expect(runSchedule(drawSchedule(1)).journalHash).not.toBe(runSchedule(drawSchedule(2)).journalHash);
  });

  it('every kind of fault is drawn', () => {
    const kinds = new Set(Array.from({ length: 200 }, (_, seed) => drawSchedule(seed)).flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual([
      'book', 'bust', 'duplicate', 'enter', 'exit', 'feed-gap', 'force', 'funding', 'halt', 'jump', 'late-fill', 'latency', 'lose', 'reducing', 'refuse', 'reject', 'resize', 'restart', 'resume', 'silence', 'throw',
    ]);
  });
});

describe('what a failure comes with', () => {
  it('a schedule shrunk to the faults it takes, which fails in the same way by itself', async () => {
    const restore = submitApart();
    try {
      let firstSeed = 1;
      while (runSchedule(drawSchedule(firstSeed)).violation === undefined) firstSeed++;
      const told: number[] = [];
      const { failures, failed } = await fuzz({ seeds: 1, firstSeed, onFailure: ({ seed }) => { told.push(seed); } });
      expect(failed).toBe(1);
      const [{ seed, kept, schedule, violation, faults }] = failures as [(typeof failures)[number]];
      expect([told[0], violation.invariant]).toEqual([seed, 'both-or-neither']);
      expect(kept.length).toBeLessThan(faults);
      expect(schedule.faults).toEqual(withFaults(drawSchedule(seed), kept).faults);
      expect(runSchedule(schedule).violation).toEqual(violation);
    } finally { restore(); }
  });

  it('shrinking keeps exactly the faults that matter, together', () => {
    const schedule = { ...drawSchedule(3), faults: Array.from({ length: 20 }, (_, i) => ({ atMs: 100 * i, kind: 'bust' as const, pick: i })) };
    const violation = { invariant: 'pnl-identity' as const, message: '', atMs: 0 };
    const { kept } = shrink(schedule, violation, ({ faults }) => (faults.some(({ atMs }) => atMs === 300) && faults.some(({ atMs }) => atMs === 1_700) ? violation : undefined));
    expect(kept).toEqual([3, 17]);
  });

  it('it ends when it is interrupted, and with its minutes', async () => {
    const abort = new AbortController();
    const { schedules, isInterrupted } = await fuzz({ seeds: 1_000_000, signal: abort.signal, onProgress: () => { abort.abort(); } });
    expect([isInterrupted, schedules > 0, schedules < 1_000]).toEqual([true, true, true]);
    expect((await fuzz({ seeds: 1_000_000, minutes: 0.005 })).seconds).toBeLessThan(5);
  });
});

describe('what the fuzzer found', () => {
  const plain: Schedule = {
    seed: 1, market: 0, latencyMs: 5, limits: {}, balances: ['100000', '100000'], faults: [],
    pairs: [{ isOpposite: false, options: { maxUnhedgedMs: 5_000, maxUnhedgedUsdSeconds: 1e9, maxSlippageBps: 50, maxTotalSlippageBps: 200, maxRetries: 500, legFailure: 'complete' } }],
  };

  it('REQ-A79 a fill taken back hundreds of orders later still finds its pair', () => {
    const lines: string[] = [];
    const { violation } = runSchedule({ ...plain, faults: [
      { atMs: 500, kind: 'enter', pair: 0, notionalUsd: 3_000 }, { atMs: 500, kind: 'book', leg: 0, shape: 'thin-asks', forMs: 9_000 }, { atMs: 3_900, kind: 'bust', pick: 0 },
    ] }, { tell: (line) => { lines.push(line); } });
    expect(lines.filter((line) => line.includes('leaves')).length).toBeGreaterThan(256);
    expect(violation).toBeUndefined();
  });

  it('REQ-A79 a fill taken back while the run may only reduce is closed: the order it belonged to does not stand in the way', () => {
    const { violation } = runSchedule({ ...plain, faults: [
      { atMs: 500, kind: 'enter', pair: 0, notionalUsd: 3_000 }, { atMs: 3_000, kind: 'exit', pair: 0 }, { atMs: 5_000, kind: 'reducing', forMs: 9_000 }, { atMs: 6_000, kind: 'bust', pick: 3 },
    ] });
    expect(violation).toBeUndefined();
  });

  it('REQ-A79 what a fill taken back leaves in a halted pair that has left is closed, also where it is less than a lot of the other leg', () => {
    const { options } = plain.pairs[0]!;
    const { violation } = runSchedule({
      ...plain, seed: 2_770, latencyMs: 14, pairs: [{ isOpposite: false, options: { ...options, maxSlippageBps: 20, maxTotalSlippageBps: 60, maxRetries: 0, legFailure: 'cheaper', clipUsd: 2_110, clipEveryMs: 246 } }],
      faults: [
        { atMs: 517, kind: 'enter', pair: 0, notionalUsd: 7_326 }, { atMs: 549, kind: 'book', leg: 1, shape: 'no-bids', forMs: 1_010 }, { atMs: 3_012, kind: 'book', leg: 1, shape: 'thin-bids', forMs: 5_848 },
        { atMs: 5_301, kind: 'bust', pick: 19 }, { atMs: 15_906, kind: 'exit', pair: 0 }, { atMs: 19_238, kind: 'halt', pair: 0 }, { atMs: 19_758, kind: 'bust', pick: 4 },
      ],
    });
    expect(violation).toBeUndefined();
  });
});
