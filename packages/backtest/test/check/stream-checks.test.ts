import { parseTime } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { BarCheck } from '../../src/catalog/check/bar-check.ts';
import { BookCheck } from '../../src/catalog/check/book-check.ts';
import type { Finding } from '../../src/catalog/check/finding.ts';
import { FundingCheck } from '../../src/catalog/check/funding-check.ts';
import { LogHistogram } from '../../src/catalog/check/log-histogram.ts';
import { QuoteCheck } from '../../src/catalog/check/quote-check.ts';
import { TimeCheck } from '../../src/catalog/check/time-check.ts';
import { TradeCheck } from '../../src/catalog/check/trade-check.ts';
import { F_CLEAR, F_LAST, F_SNAPSHOT, type FundingChunk, type TradeChunk } from '../../src/catalog/chunks.ts';

// The writer refuses most of this: catalogs of other tools and damaged ones may hold it all the same, so the checks see the columns as they are.

const T = parseTime('2025-03-01');
const ID = 'BTC-USD-PERP.TESTEX';
const S = 1_000_000;
const HOUR = 3_600 * S;

const times = (event: readonly number[], init: readonly number[] = event): { rows: number; tsEvent: Float64Array; tsInit: Float64Array } => ({ rows: event.length, tsEvent: Float64Array.from(event), tsInit: Float64Array.from(init) });
/** One of something in the plural. */
const BAD_GRAMMAR = /^(?:all )?1 (?:bars|changes|holes|messages|quotes|rates|rows|settlements|silences|trade ids|trades)\b|^1 [\w ]+ (?:have|are|were)\b|\bof 1 \w+s\b|^1 of .* (?:have|leave|repeat) /;
const codes = (findings: readonly Finding[]): string[] => findings.map(({ severity, code, count, message }) => {
  expect(message).not.toMatch(BAD_GRAMMAR);
  return `${severity} ${code} ${count}`;
});
const every = (count: number, step: number): number[] => Array.from({ length: count }, (_, i) => T + i * step);

describe('times', () => {
  const check = (event: readonly number[], init?: readonly number[], gaps: { from: number; to: number }[] = []): TimeCheck => {
    const timeCheck = new TimeCheck({ instrumentId: ID, kind: 'trade', gaps });
    timeCheck.chunk(times(event, init));
    return timeCheck;
  };

  it('finds nothing in a stream in order, and measures its steps', () => {
    const timeCheck = check(every(1_000, S / 10), every(1_000, S / 10).map((time) => time + 5_000));
    expect(timeCheck.finish()).toEqual([]);
    expect(timeCheck.figures).toMatchObject({ messages: 1_000, stepMs: { max: 100 }, delayMs: { max: 5 } });
    expect(timeCheck.figures.stepMs.p50).toBeCloseTo(100, -1);
  });

  it('sessions appended out of order', () => { expect(codes(check([T, T + S, T - 60 * S, T - 59 * S]).finish())).toEqual(['error ORDER 1', 'error ORDER 1']); });
  it('a recorder whose clock is behind', () => {
    const [finding] = check([T, T + S], [T - 1.27 * S, T - 0.27 * S]).finish();
    expect(finding).toMatchObject({ severity: 'error', code: 'CLOCK_SKEW', count: 2 });
    expect(finding!.message).toContain('up to 1270 ms');
  });

  it('a disconnect that no gap row explains, and none where one does', () => {
    const event = [...every(500, S), ...every(500, S).map((time) => time + 750 * S)];
    expect(codes(check(event).finish())).toEqual(['warning SILENCE 1']);
    expect(check(event, undefined, [{ from: T + 499 * S, to: T + 750 * S }]).finish()).toEqual([]);
  });
});

describe('books', () => {
  const message = (levels: readonly (readonly [side: number, tick: number, lots: number])[], flags: number, sequence: number): object[] => levels.map(([side, tick, lots], i) => ({
    side, tick, lots, sequence, flags: (flags & ~F_CLEAR) | (i === 0 ? flags & F_CLEAR : 0) | (i === levels.length - 1 ? F_LAST : 0), at: T + sequence * S,
  }));
  const check = (rows: readonly object[]): string[] => {
    const column = (name: string): number[] => (rows as Record<string, number>[]).map((row) => row[name]!);
    const bookCheck = new BookCheck(ID);
    bookCheck.chunk({
      ...times(column('at')), side: Uint8Array.from(column('side')), tick: Int32Array.from(column('tick')), lots: Float64Array.from(column('lots')), flags: Uint8Array.from(column('flags')), sequence: Float64Array.from(column('sequence')),
    });
    return codes(bookCheck.finish());
  };
  const start = message([[0, 100, 5], [1, 101, 5]], F_SNAPSHOT | F_CLEAR, 1);

  it('is silent about a book that moves', () => { expect(check([...start, ...message([[1, 101, 0], [1, 102, 3], [0, 101, 2]], 0, 2)])).toEqual([]); });
  it('crossed, locked and one-sided books', () => {
    expect(check([...start, ...message([[0, 101, 1]], 0, 2), ...message([[0, 102, 1]], 0, 3), ...message([[0, 100, 0], [0, 101, 0], [0, 102, 0]], 0, 4)])).toEqual(['error CROSSED 1', 'warning LOCKED 1', 'warning ONE_SIDED 1']);
  });
  it('no snapshot at the start; snapshots that repeat', () => {
    expect(check(message([[0, 100, 5], [1, 101, 5]], 0, 1))).toEqual(['error NO_SNAPSHOT 1']);
    expect(check([...start, ...start])).toEqual(['warning DUPLICATE 1']);
  });
});

describe('trades', () => {
  const chunk = (count: number, side: (i: number) => number, id: (i: number) => string): TradeChunk => ({
    ...times(every(count, S)), side: Uint8Array.from({ length: count }, (_, i) => side(i)), tick: new Int32Array(count).fill(1), lots: new Float64Array(count).fill(1), id: Array.from({ length: count }, (_, i) => id(i)),
  });
  const check = (trades: TradeChunk): string[] => {
    const tradeCheck = new TradeCheck(ID);
    tradeCheck.chunk(trades);
    return codes(tradeCheck.finish());
  };

  it('one side on every trade', () => {
    expect(check(chunk(300, () => 1, String))).toEqual(['error CONSTANT_SIDE 300']);
    expect(check(chunk(300, (i) => i % 2, String))).toEqual([]);
    expect(check(chunk(300, () => 2, String))).toEqual([]);              // said to be unknown: honest
  });
  it('ids that repeat, ids that are missing, ids that mean nothing', () => {
    expect(check(chunk(300, (i) => i % 2, (i) => String(i === 200 ? 199 : i)))).toEqual(['error REPEATED_ID 1', 'warning MISSING_ID 1']);
    expect(check(chunk(300, (i) => i % 2, (i) => String(i < 100 ? i : i + 7)))).toEqual(['warning MISSING_ID 7']);
    expect(check(chunk(300, (i) => i % 2, (i) => String(i * 7919 % 1_009 * 1_000_003)))).toEqual([]);
  });
});

describe('quotes and bars', () => {
  it('crossed, locked and repeated quotes', () => {
    const quoteCheck = new QuoteCheck(ID);
    quoteCheck.chunk({ ...times([T, T, T + S, T + 2 * S]), bidTick: Int32Array.of(100, 100, 101, 102), bidLots: Float64Array.of(1, 1, 1, 1), askTick: Int32Array.of(101, 101, 101, 101), askLots: Float64Array.of(1, 1, 1, 1) });
    expect(codes(quoteCheck.finish())).toEqual(['error CROSSED 1', 'warning LOCKED 1', 'warning DUPLICATE 1']);
  });

  it('bars that are missing, off the hour, or contradict themselves', () => {
    const at = [T, T + HOUR, T + 4 * HOUR, T + 5.25 * HOUR];
    const of = (value: number): Float64Array => new Float64Array(4).fill(value);
    const barCheck = new BarCheck(ID);
    barCheck.chunk({ ...times(at), open: Float64Array.of(1, 1, 9, 1), high: of(2), low: of(1), close: of(1), volume: of(1), intervalUs: of(HOUR), priceKind: new Uint8Array(4), priceScale: 0, volumeScale: 0 });
    expect(codes(barCheck.finish())).toEqual(['error BAR_RANGE 1', 'warning OFF_HOUR 1', 'warning BAR_MISSING 2']);
  });
});

describe('funding', () => {
  const check = (rows: readonly { readonly at: number; readonly hours: number; readonly rate?: number; readonly late?: number }[]): FundingCheck => {
    const fundingCheck = new FundingCheck(ID);
    const chunk: FundingChunk = {
      ...times(rows.map(({ at, late = 0 }) => at + late)), rate: Float64Array.from(rows, ({ rate = 1 }) => rate), intervalUs: Float64Array.from(rows, ({ hours }) => hours * HOUR), status: new Uint8Array(rows.length).fill(1),
      settlesAt: Float64Array.from(rows, ({ at }) => at), index: new BigInt64Array(rows.length), hasIndex: new Uint8Array(rows.length), rateScale: 4, indexScale: 0,
    };
    fundingCheck.chunk(chunk);
    return fundingCheck;
  };

  it('REQ-D15 an interval that changes at run time is a fact, not a hole', () => {
    const solana = [0, 8, 16, 20, 24, 26, 28].map((hour, i) => ({ at: T + hour * HOUR, hours: [8, 8, 8, 4, 4, 2, 2][i]! }));
    const fundingCheck = check(solana);
    const [finding] = fundingCheck.finish();
    expect(finding).toMatchObject({ severity: 'info', code: 'INTERVAL_CHANGE', count: 2 });
    expect(finding!.message).toContain('8 h to 4 h at 2025-03-01T20:00:00Z, 4 h to 2 h at 2025-03-02T02:00:00Z');
    expect(fundingCheck.finish()).toHaveLength(1);
    expect(fundingCheck.figures).toEqual({ settlements: 7, coverage: 1, intervalHours: [2, 4, 8] });
  });

  it('holes of a downloader, late stamps, rates in percent, local time', () => {
    const hours = [...Array.from({ length: 500 }, (_, i) => i), ...Array.from({ length: 500 }, (_, i) => i + 720)];
    const fundingCheck = check(hours.map((hour) => ({ at: T + hour * HOUR, hours: 1, late: hour === 7 ? 111 * S : 0 })));
    expect(codes(fundingCheck.finish())).toEqual(['warning COVERAGE 1', 'info STAMP_JITTER 1']);
    expect(fundingCheck.figures.coverage).toBeCloseTo(0.82, 2);
    expect(codes(check([{ at: T, hours: 8, rate: 875 }, { at: T + 8 * HOUR, hours: 8 }, { at: T + 8 * HOUR, hours: 8 }, { at: T + 16.5 * HOUR, hours: 8 }]).finish())).toEqual(['warning COVERAGE 1', 'error RATE_SIZE 1', 'warning OFF_HOUR 1', 'error DUPLICATE 1']);
  });
});

describe('histogram', () => {
  it('gives quantiles to 5 %, exact for a constant', () => {
    const histogram = new LogHistogram();
    for (let i = 1; i <= 10_000; i++) histogram.add(i);
    expect(histogram.quantile(0.5) / 5_000).toBeCloseTo(1, 1);
    expect(histogram.quantile(0.99) / 9_900).toBeCloseTo(1, 1);
    const constant = new LogHistogram();
    for (let i = 0; i < 10; i++) constant.add(28_800_000_000);
    expect(constant.quantile(0.5)).toBe(28_800_000_000);
    expect(new LogHistogram().quantile(0.5)).toBe(0);
  });
});
