import { describe, expect, it } from 'vitest';
import type { ReadQuery } from '../../src/catalog/catalog.ts';
import { copyChunk, type DataKind } from '../../src/catalog/chunks.ts';
import { BacktestEngine, Catalog } from '../../src/index.ts';
import { heldBy, queriesOf, shareStreams } from '../../src/sweep/shared-data.ts';
import { BTC, smallCatalog, type SmallMarket, START, Trader } from '../engine/small-market.ts';

const MARKETS: readonly SmallMarket[] = [...BTC, { id: 'ETHUSDT-PERP.BINANCE', kind: 'trade', price: 3_000, settle: 'USDT', rate: '0.0001', indexPerHour: 0.5 }, { id: 'ETHUSDT-PERP.BYBIT', kind: 'bar', price: 3_000, settle: 'USDT', rate: '0.0001' }];
const IDS = MARKETS.map(({ id }) => id);
const RANGE = { from: START + 600_000_000, to: START + 6_000_000_000 };

function engineOn(catalog: Catalog): BacktestEngine {
  const engine = new BacktestEngine({ seed: 1 });
  for (const venue of ['BINANCE', 'BYBIT']) engine.addVenue(venue, { profile: venue.toLowerCase() });
  return engine.addData(catalog, RANGE).addStrategy(Trader, { ids: IDS });
}

describe('data decoded once for all threads', () => {
  it('holds, in shared memory, exactly what a read gives, of every kind', async () => {
    const catalog = await smallCatalog(MARKETS);
    const queries = queriesOf(catalog, [engineOn(catalog).preflight()]);
    expect(new Set(queries.map(({ kind }) => kind))).toEqual(new Set(['book', 'quote', 'trade', 'bar', 'price', 'funding']));
    const shared = shareStreams(catalog, queries, 1e9)!;
    expect(shared.streams).toHaveLength(queries.length);
    queries.forEach((query, i) => {
      const { chunks } = shared.streams[i]!;
      expect(chunks).toEqual([...catalog.readSync(query)].map(copyChunk));
      for (const chunk of chunks) for (const column of Object.values(chunk)) if (ArrayBuffer.isView(column)) expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
    });
    expect(structuredClone(shared).streams[0]!.chunks[0]!.tsInit.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('a run reads nothing else: every query is held, and its journal is that of a run over the files', async () => {
    const catalog = await smallCatalog(MARKETS);
    const plain = await engineOn(catalog).run();
    const held = heldBy([shareStreams(catalog, queriesOf(catalog, [engineOn(catalog).preflight()]), 1e9)!]);
    const missed: ReadQuery<DataKind>[] = [];
    let hits = 0;
    const second = await Catalog.open(catalog.path);
    second.hold((query) => {
      const chunks = held(query);
      if (chunks === undefined) missed.push(query);
      else hits++;
      return chunks;
    });
    const engine = engineOn(second);
    for (let i = 0; i < 2; i++) expect(await engine.run()).toMatchObject({ journalHash: plain.journalHash, facts: { dataHash: plain.facts.dataHash } });      // the first leaves the chunks as they were
    expect([missed, hits > 10]).toEqual([[], true]);
  });

  it('another range goes to the files, and above the limit nothing is held', async () => {
    const catalog = await smallCatalog(BTC);
    const query: ReadQuery<DataKind> = { instrumentId: BTC[0]!.id, kind: 'book', from: RANGE.from, to: RANGE.to };
    const shared = shareStreams(catalog, [query], 1e9)!;
    const held = heldBy([shared]);
    expect([held(query)?.length, held({ ...query, to: RANGE.to + 1 }), held({ ...query, kind: 'quote' })]).toEqual([1, undefined, undefined]);
    expect([shareStreams(catalog, [query], shared.bytes)?.bytes, shareStreams(catalog, [query], shared.bytes - 1)]).toEqual([shared.bytes, undefined]);
  });
});
