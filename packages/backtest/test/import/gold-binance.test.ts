import path from 'node:path';
import { Instrument } from '@arb/core';
import { OrderBook } from '@arb/core/internal';
import { expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { F_CLEAR, F_LAST, F_WARM_UP } from '../../src/catalog/chunks.ts';
import { checkCatalog } from '../../src/catalog/check/check-catalog.ts';
import type { ImportSummary } from '../../src/catalog/import/import-report.ts';
import { readLines } from '../../src/catalog/import/read-lines.ts';
import { runImport } from '../../src/catalog/import/run-import.ts';
import { gridsOf } from '../../src/catalog/step-grid.ts';
import { describeRecorded, recordedFiles, temporaryFolder } from './recorded.ts';

const DATASET = 'l2-binance-raw-20240808';
const CASES = [
  { id: 'BTCUSDT-PERP.BINANCE', files: /^usdm_/, comparisons: 629, trades: 21_313, behindUs: 1_272_403 },
  { id: 'BTCUSD-PERP.BINANCE', files: /^cm_/, comparisons: 1_885, trades: 5_235, behindUs: 1_269_492 },
  { id: 'BTCUSDT.BINANCE', files: /^spot_/, comparisons: 1_072, trades: 19_904, behindUs: 1_276_160 },
];

type Best = readonly [bidTick: number, bidLots: number, askTick: number, askLots: number];

/** Best prices of every bookTicker message by its update id: an account of the book of its own, straight from the recording. */
async function tickers(files: readonly string[], instrument: Instrument): Promise<Map<number, Best>> {
  const { price, size } = gridsOf(instrument.spec);
  const best = new Map<number, Best>();
  for (const file of files) {
    await readLines(file, (text) => {
      if (!text.includes('@bookTicker"')) return;
      const { data } = JSON.parse(text.slice(text.indexOf(' ') + 1)) as { data: { u: number; b: string; B: string; a: string; A: string } };
      best.set(data.u, [price.parse(data.b), size.parse(data.B), price.parse(data.a), size.parse(data.A)]);
    });
  }
  return best;
}

async function importCase({ id, files }: (typeof CASES)[number]): Promise<{ readonly catalog: Catalog; readonly summary: ImportSummary; readonly paths: readonly string[] }> {
  const paths = recordedFiles(DATASET).filter((file) => files.test(path.basename(file)));
  const to = temporaryFolder();
  const summary = await runImport({ format: 'binance-raw', files: paths, to, options: { instrument: id } });
  return { catalog: await Catalog.open(to), summary, paths };
}

describeRecorded(DATASET, 'recordings of Binance, through the catalog and our book', () => {
  it.each(CASES)('REQ-B66 $id: the book equals the best prices at every equal update id, and is never crossed', async (testCase) => {
    const { catalog, summary, paths } = await importCase(testCase);
    const instrument = new Instrument(catalog.instrument(testCase.id));
    const expected = await tickers(paths, instrument);
    const book = new OrderBook(instrument);
    const plain = [new Map<number, number>(), new Map<number, number>()] as const;          // the same rows without our book
    let comparisons = 0;
    let lastInit = 0;
    for await (const rows of catalog.read({ instrumentId: testCase.id, kind: 'book' })) {
      for (let i = 0; i < rows.rows; i++) {
        if ((rows.flags[i]! & F_CLEAR) !== 0) { book.clear(); plain[0].clear(); plain[1].clear(); }
        plain[rows.side[i] as 0 | 1].set(rows.tick[i]!, rows.lots[i]!);
        if (rows.side[i] === 0) book.setBid(rows.tick[i]!, rows.lots[i]!);
        else book.setAsk(rows.tick[i]!, rows.lots[i]!);
        if (rows.tsInit[i]! < lastInit) expect.fail(`row ${i} steps back`);
        lastInit = rows.tsInit[i]!;
        if ((rows.flags[i]! & F_LAST) === 0 || (rows.flags[i]! & F_WARM_UP) !== 0) continue;
        if (book.bestBidTick >= book.bestAskTick) expect.fail(`crossed after ${rows.sequence[i]}`);
        const best = expected.get(rows.sequence[i]!);
        if (best === undefined) continue;
        comparisons++;
        expect([book.bestBidTick, book.bids.lotsAt(book.bestBidTick), book.bestAskTick, book.asks.lotsAt(-book.bestAskTick)]).toEqual(best);
      }
    }
    expect(comparisons).toBe(testCase.comparisons);
    for (const side of [0, 1] as const) {                               // what our book purged within a message, the message deleted itself
      const levels = [...plain[side]].filter(([, lots]) => lots > 0);
      expect(levels.every(([tick, lots]) => (side === 0 ? book.bids.lotsAt(tick) : book.asks.lotsAt(-tick)) === lots)).toBe(true);
      expect(levels.length).toBeGreaterThan(1_000);
    }
    expect((await checkCatalog(catalog, { kinds: ['book'] })).findings).toEqual([]);
    expect(summary.gaps).toEqual([]);                                  // no break in the chain of updates, no trade id missing
  });

  it.each(CASES)('REQ-B66 $id: every trade is there, in whole µs, after one clock shift that leaves no latency below zero', async (testCase) => {
    const { catalog, summary } = await importCase(testCase);
    expect(summary.clockShiftUs).toBe(-testCase.behindUs);
    expect(summary.skippedRows).toBe(0);
    expect(catalog.files('trade', testCase.id)[0]!.metadata.get('arb.clock-shift-us')).toBe(String(-testCase.behindUs));
    let trades = 0;
    let previous: bigint | undefined;
    for (const kind of ['trade', 'quote', 'book'] as const) {
      for await (const rows of catalog.read({ instrumentId: testCase.id, kind, withIds: true })) {
        for (let i = 0; i < rows.rows; i++) {
          if (!(rows.tsInit[i]! >= rows.tsEvent[i]! && Number.isSafeInteger(rows.tsInit[i]) && Number.isSafeInteger(rows.tsEvent[i]))) expect.fail(`${kind} row ${i}: ${rows.tsEvent[i]} ${rows.tsInit[i]}`);
        }
        if (!('id' in rows)) continue;
        for (const text of rows.id!) {
          const id = BigInt(text);
          if (previous !== undefined && id !== previous + 1n) expect.fail(`trade ${id} follows ${previous}`);
          previous = id;
          trades++;
        }
      }
    }
    expect(trades).toBe(testCase.trades);
  });
});
