import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFigures, RunOptions } from '../../../../bench/support/quoting-run.ts';
// @ts-expect-error -- plain JavaScript: worker threads load it uncompiled
import { bundleSource } from '../../../../bench/support/source.mjs';
// @ts-expect-error -- plain JavaScript: worker threads load it uncompiled
import { sweep } from '../../../../bench/support/sweep.mjs';
// @ts-expect-error -- plain JavaScript: the tape is also made where nothing is compiled
import { chunksOf, makeTape } from '../../../../bench/support/tape.mjs';
import type { MarketChunk } from '../../src/replay/market-chunk.ts';
import { bookFigures } from './book-figures.ts';

type Sweep = (settings: readonly RunOptions[], how: { readonly bundle: string; readonly chunks: readonly MarketChunk[]; readonly threads: number }) => Promise<readonly RunFigures[]>;
const sweepOver = sweep as Sweep;
const tapeOf = makeTape as (rows: number, seed: number, Memory: SharedArrayBufferConstructor) => MarketChunk;
const cut = chunksOf as (tape: MarketChunk) => MarketChunk[];

const ROWS = 12_000_000;
/** A minute and a half of two cores: once is enough, since shorter tapes of the same feed, here and in determinism.test.ts, are compared on every Node. */
const isLongNode = process.versions.node.startsWith('20.');
const TIMEOUT_MS = 600_000;                                        // three quarters of a minute on two free cores
/** Fills by entry latency, µs, of the same feed and quoter in an independent engine; see the fidelity cases. */
const FILLS_BY_ENTRY = new Map([[1_000, 396_562], [1_500, 389_570], [2_000, 381_924], [2_500, 374_002], [3_000, 366_778], [3_500, 359_350], [4_000, 352_259], [4_500, 345_252]]);

describe('§11 REQ-D14 three hours of feed on worker threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arb-sweep-'));
  const file = join(folder, 'quoting-run.mjs');
  const bundle = pathToFileURL(file).href;
  beforeAll(async () => { await (bundleSource as (entry: string, outfile: string) => Promise<void>)('quoting-run.ts', file); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  it.skipIf(!isLongNode)('§11 12,000,000 rows (on Node 20 alone, the 1,000,000 of other tests on every Node): book, orders, fills, position and cash to the last unit, and the fills of every entry latency from 1 to 4.5 ms', { timeout: TIMEOUT_MS }, async () => {
    const tape = tapeOf(ROWS, 42, SharedArrayBuffer);
    expect(bookFigures(tape)).toEqual([2_175_259, 1_503_085, 1_243_748_492, 1_615_991_059]);
    const entries = [...FILLS_BY_ENTRY.keys()];
    const runs = await sweepOver(entries.map((entryMicros) => ({ mode: 'quote', journal: false, entryMicros })), { bundle, chunks: cut(tape), threads: 2 });
    expect(runs.map(({ fills }) => fills)).toEqual([...FILLS_BY_ENTRY.values()]);
    expect(runs[entries.indexOf(2_000)]).toMatchObject({ rows: ROWS, touches: 1_503_085, orders: 840_155, fills: 381_924, volume: 3_575_714, position: -66, cash: '66773836' });
  });

  it('§11 a sweep gives the same figures and the same journals on 1, 2 and 4 worker threads', { timeout: TIMEOUT_MS }, async () => {
    const chunks = cut(tapeOf(100_000, 42, SharedArrayBuffer));
    const settings: readonly RunOptions[] = [...FILLS_BY_ENTRY.keys()].map((entryMicros) => ({ mode: 'quote', journal: true, entryMicros }));
    const on = async (threads: number): Promise<readonly object[]> => (await sweepOver(settings, { bundle, chunks, threads })).map((figures) => ({ ...figures, cpuSeconds: 0 }));
    const alone = await on(1);
    expect(new Set(alone.map((figures) => (figures as RunFigures).journal)).size).toBe(settings.length);
    expect(await on(2)).toEqual(alone);
    expect(await on(4)).toEqual(alone);
  });
});
