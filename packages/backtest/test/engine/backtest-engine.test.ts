import { rmSync } from 'node:fs';
import { Strategy } from '@arb/core';
import { instrumentId } from '@arb/core/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AddVenueOptions, BacktestEngine, type BacktestResult, type Catalog, type DataRange } from '../../src/index.ts';
import type { ChunkOf } from '../../src/catalog/chunks.ts';
import { renderTearsheet } from '../../src/report/tearsheet.ts';
import { renderTextSummary } from '../../src/report/text-summary.ts';
import { BTC, smallCatalog, type SmallMarket, START, Trader } from './small-market.ts';

const HOUR = 3_600_000_000;
const IDS = BTC.map(({ id }) => id);
const PROFILES: Readonly<Record<string, string>> = { BINANCE: 'binance', BYBIT: 'bybit', HYPERLIQUID: 'hyperliquid', OKX: 'okx', PARADEX: 'paradex' };
const folders: string[] = [];
let btc: Catalog;
const open = async (markets: readonly SmallMarket[]): Promise<Catalog> => {
  const catalog = await smallCatalog(markets);
  folders.push(catalog.path);
  return catalog;
};
beforeAll(async () => { btc = await open(BTC); });
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

function* spoiling(chunks: Iterable<unknown>, kind: string, spoil: (chunk: ChunkOf['quote']) => void): Generator<unknown> {
  for (const chunk of chunks) {
    if (kind === 'quote') spoil(chunk as ChunkOf['quote']);
    yield chunk;
  }
}

function engineOn(catalog: Catalog, options: { readonly seed?: number; readonly range?: DataRange; readonly venue?: AddVenueOptions } = {}): BacktestEngine {
  const engine = new BacktestEngine({ seed: options.seed ?? 1 });
  const venues = new Set(catalog.instruments().map(({ spec }) => spec.id.split('.')[1]!));
  for (const venue of venues) engine.addVenue(venue, { profile: PROFILES[venue]!, ...options.venue });
  return engine.addData(catalog, options.range);
}

const trade = async (catalog: Catalog, ids: readonly string[], options: Parameters<typeof engineOn>[1] = {}): Promise<BacktestResult> =>
  await engineOn(catalog, options).addStrategy(Trader, { ids: [...ids] }, { id: 'a' }).run();

describe('BacktestEngine', () => {
  it('REQ-D09 runs twice with the same hash, and a different seed or range is a different run', async () => {
    const latency = { entryMs: { medianMs: 20, sigma: 0.5 } };
    const engine = engineOn(btc, { venue: { latency } }).addStrategy(Trader, { ids: IDS }, { id: 'a' });
    const [first, second] = [await engine.run(), await engine.run()];
    expect(first.fills.length).toBe(12);
    expect(second.journalHash).toBe(first.journalHash);
    expect((await trade(btc, IDS, { seed: 2, venue: { latency } })).journalHash).not.toBe(first.journalHash);
    expect((await trade(btc, IDS, { range: { from: START + HOUR }, venue: { latency } })).journalHash).not.toBe(first.journalHash);
  });

  it('REQ-D09 engines that run interleaved in one process do not see each other', async () => {
    const alone = await trade(btc, IDS);
    const other = await engineOn(btc).addStrategy(Trader, { ids: [IDS[0]!], quantity: '0.020' }, { id: 'b' }).run();
    const [a, b, c] = await Promise.all([trade(btc, IDS), engineOn(btc).addStrategy(Trader, { ids: [IDS[0]!], quantity: '0.020' }, { id: 'b' }).run(), trade(btc, IDS)]);
    expect([a.journalHash, b.journalHash, c.journalHash]).toEqual([alone.journalHash, other.journalHash, alone.journalHash]);
  });

  it('begins anywhere in a file: what happens after the start does not depend on how much lies before it', async () => {
    const from = START + HOUR + 1_200_000_000;                            // an even number of its trades after the start: it buys first here too
    const late = await trade(btc, IDS, { range: { from } });
    expect(late.facts.from).toBe(from);
    expect(late.fills).toHaveLength(4);
    expect(Math.min(...late.fills.map(({ ts }) => ts))).toBeGreaterThan(from);
    const whole = await trade(btc, IDS);
    const prices = (result: BacktestResult): string[] => result.fills.filter(({ ts }) => ts > from).map(({ ts, instrumentId: id, price }) => `${ts} ${id} ${price}`);
    expect(prices(late)).toEqual(prices(whole));
  });

  it('time in position is never more than the run, wherever between two steps of its curve it ends', async () => {
    const result = await engineOn(btc, { range: { from: START + 1_190_000_000, to: START + 1_300_000_000 } }).addStrategy(Trader, { ids: [IDS[0]!] }, { id: 'a' }).run();
    const { ts } = result.report.series.positions[0]!;
    expect(ts.at(-1)).toBe(START + 1_300_000_000);
    expect(result.report.statistics.timeInPositionPct).toBeLessThan((100 * 95) / 110);                  // bought 15 s after its start
  });

  it('subscribing in mid-run opens that market from then on', async () => {
    const result = await engineOn(btc).addStrategy(Trader, { ids: [IDS[0]!], lateId: IDS[1]!, lateAfterMs: 1_800_000 }, { id: 'a' }).run();
    const late = result.fills.filter(({ instrumentId: id }) => id === IDS[1]);
    expect(late).toHaveLength(1);
    expect(late[0]!.ts).toBeGreaterThan(START + 1_860_000_000);
    expect((await engineOn(btc).addStrategy(Trader, { ids: [IDS[0]!], lateId: IDS[1]!, lateAfterMs: 1_800_000 }, { id: 'a' }).run()).journalHash).toBe(result.journalHash);
  });

  it('REQ-B12 a pair still open says what closing it would cost at the last books; predictions that came true have no error', async () => {
    const { report } = await engineOn(btc, { range: { to: START + 1.5 * HOUR } }).addStrategy(Holder, { legs: [IDS], notionalUsd: '600' }, { id: 'a' }).run();
    const [trip] = report.trips;
    // One tick of 0.1 from the mid and the taker fees of both, on 0.01 or so at about 60,000.
    const quantity = Number(report.tables.fills.rows[0]![report.tables.fills.columns.indexOf('quantity')]);
    expect(Number(trip!.closeCostUsd)).toBeCloseTo(-quantity * (0.2 + 60_005 * 0.00105), 2);
    expect([trip!.to, trip!.closeCostNote]).toEqual([null, null]);
    expect(report.legs.map(({ predictionErrorAprPct, predictionErrorNote }) => [predictionErrorAprPct, predictionErrorNote])).toEqual([[0, null], [0, null]]);
    expect(report.series.positions.every(({ usd, value }) => usd.every((amount, i) => Math.abs(amount - value[i]!) < 0.01))).toBe(true);
  });

  it('REQ-D15 REQ-B46 a venue chosen by its profile accrues by an index: paid with each change, the rest stated at the end, and the parts add up', async () => {
    const catalog = await open([{ id: 'BTC-USD-PERP.PARADEX', kind: 'quote', price: 60_000, settle: 'USDC', rate: '0.0001' }]);
    const { facts, report } = await trade(catalog, ['BTC-USD-PERP.PARADEX']);
    expect(facts.fills.map(({ side }) => side)).toEqual(['buy', 'sell', 'buy', 'sell', 'buy', 'sell']);
    const ats = facts.fundingPayments.map(({ ts }) => ts - START);
    expect(ats.map((at) => Math.round(at / 60_000_000))).toEqual([20, 60, 100]);                       // each sale ends twenty minutes of holding
    for (const { amountUsd } of facts.fundingPayments) expect(Number(amountUsd)).toBeCloseTo(-0.010 * 60_000 * 0.0001 / 3, 3);
    expect(report.attribution.residualUsd).toBe('0');
    const [leg] = report.legs;
    expect([leg!.fundingTerms, leg!.predictionErrorAprPct, leg!.predictionErrorNote]).toEqual(['1 h, continuous index', null, 'a continuous index has no settlements']);
    for (const { convention, quantity, currency, rate, price, amount, indexFrom, indexTo } of facts.fundingPayments) {
      expect([convention, quantity, currency, rate]).toEqual(['continuous-index', '0.01', 'USDC', '0.0001']);
      expect(Number(price)).toBeCloseTo(60_000, -3);
      expect(Number(amount)).toBeCloseTo(-0.01 * (Number(indexTo) - Number(indexFrom)), 15);
    }
    expect(report.venues[0]!.facts).toContainEqual(['Funding', 'continuous-index (profile paradex): accrues by a continuous index at oracle, paid when the position changes']);
    const open2 = await trade(catalog, ['BTC-USD-PERP.PARADEX'], { range: { to: START + HOUR - 60_000_000 } });
    expect(Number(open2.report.attribution.fundingAccruedUsd)).toBeCloseTo(-0.010 * 60_000 * 0.0001 * (19 * 60 - 5) / 3_600, 3);
    expect(open2.report.attribution.residualUsd).toBe('0');
  });

  it('REQ-D15 the venue\'s own index in the data rules: what is held across a row of it pays by that', async () => {
    const catalog = await open([{ id: 'BTC-USD-PERP.PARADEX', kind: 'quote', price: 60_000, settle: 'USDC', rate: '0.0001', indexPerHour: 7 }]);
    const { facts } = await trade(catalog, ['BTC-USD-PERP.PARADEX'], { range: { to: START + 1.5 * HOUR } });
    // 6 an hour by the rate, 7 by the index: from 0:40 to 1:00 it is 3 and not 2.
    expect(facts.fundingPayments.map(({ amountUsd }) => Number(amountUsd).toFixed(3))).toEqual(['-0.020', '-0.030']);
    expect(Number(facts.fundingPayments[1]!.indexTo)).toBeCloseTo(1_007, 1);
  });

  it('REQ-B66 feed latency is the recorded one, unless the config states another', async () => {
    Trader.delays.clear();
    await trade(btc, IDS);
    for (const [what, delays] of Trader.delays) expect([what, [...delays]]).toEqual([what, [1_234]]);
    expect(Trader.delays.size).toBe(4);
    Trader.delays.clear();
    await trade(btc, IDS, { venue: { latency: { feedMs: 40 } } });
    for (const [what, delays] of Trader.delays) expect([what, [...delays]]).toEqual([what, [40_000]]);
    expect(Trader.delays.size).toBe(4);
  });

  it.each([['book', 0], ['quote', 0], ['trade', 1], ['bar', 1]] as const)('REQ-D10 a market recorded as %ss only can be traded, and an assumed book is said to be one', async (kind, warnings) => {
    const result = await trade(await open([{ ...BTC[1]!, kind }]), [IDS[1]!]);
    expect(result.fills).toHaveLength(6);
    expect(result.report.attribution.residualUsd).toBe('0');
    expect(result.facts.warnings.filter(({ head }) => head.endsWith('has no order book'))).toHaveLength(warnings);
    if (warnings > 0) expect(result.facts.warnings[0]!.text).toContain(`holds ${kind}s only; its book is assumed: 2 bps wide`);
  });

  it('an order of a kind the venue does not take is denied UNSUPPORTED, with what it takes', async () => {
    const denied: string[] = [];
    class Wrong extends Strategy {
      override onStart(): void {
        this.subscribe.book('BTC-USD-PERP.HYPERLIQUID');
        this.clock.setAlert('send', { inMs: 60_000 }, () => {
          const common = { instrumentId: 'BTC-USD-PERP.HYPERLIQUID', side: 'buy', quantity: '0.010', price: '59000.0' } as const;
          for (const timeInForce of ['FOK', 'IOC'] as const) this.submit(this.order.limit({ ...common, timeInForce }));
        });
      }

      override onOrderDenied({ order }: Parameters<Strategy['onOrderDenied']>[0]): void { denied.push(`${order.denial!.code}: ${order.denial!.message}`); }
    }
    const result = await engineOn(await open([{ id: 'BTC-USD-PERP.HYPERLIQUID', kind: 'book', price: 60_000, settle: 'USDC', rate: '0.0001' }])).addStrategy(Wrong, {}).run();
    expect(denied).toEqual(['UNSUPPORTED: HYPERLIQUID does not take time in force FOK; it takes GTC, IOC']);
    expect(result.orders.map(({ status }) => status).sort()).toEqual(['DENIED', 'EXPIRED']);
  });

  it('a limit order on a market that was never subscribed opens its feed and fills', async () => {
    class Blind extends Strategy {
      override onStart(): void {
        this.clock.setAlert('send', { inMs: 60_000 }, () => { this.submit(this.order.limit({ instrumentId: IDS[0]!, side: 'buy', quantity: '0.010', price: '60500.0' })); });
      }
    }
    const result = await engineOn(btc).addStrategy(Blind, {}).run();
    expect(result.fills.map(({ instrumentId: id, quantity }) => [id, quantity])).toEqual([[IDS[0], '0.01']]);
    expect(result.facts.warnings.map(({ head }) => head)).toContain('1 position open at the end');
  });

  it('a spot leg still held is among what is open at the end', async () => {
    const SPOT = 'BTCUSDT.BINANCE';
    const catalog = await open([{ id: SPOT, kind: 'book', price: 60_000, settle: 'USDT', rate: '0', fundingHours: 0, contract: { kind: 'spot' } }, { id: IDS[0]!, kind: 'book', price: 60_000, settle: 'USDT', rate: '0.0001' }]);
    class CashAndCarry extends Strategy {
      override onStart(): void {
        this.subscribe.book([SPOT, IDS[0]!], () => undefined);
        this.clock.setAlert('send', { inMs: 60_000 }, () => {
          this.submit(this.order.market({ instrumentId: SPOT, side: 'buy', quantity: '0.010' }));
          this.submit(this.order.market({ instrumentId: IDS[0]!, side: 'sell', quantity: '0.010' }));
        });
      }
    }
    const result = await engineOn(catalog).addStrategy(CashAndCarry, {}).run();
    const open_ = result.facts.warnings.find(({ head }) => head.endsWith('open at the end'));
    expect(open_?.head).toBe('2 positions open at the end');
    expect(open_?.text).toMatch(new RegExp(`^(0\\.01 ${SPOT}, -0\\.01 ${IDS[0]!}|-0\\.01 ${IDS[0]!}, 0\\.01 ${SPOT}): valued at the last price`));
  });

  it('a strategy that faults makes a FAILED run, with the reason', async () => {
    class Throws extends Strategy {
      override onStart(): void {
        this.subscribe.book(IDS[0]!);
        this.clock.setAlert('throw', { inMs: 60_000 }, () => { throw new Error('no such rate'); });
      }
    }
    const { facts } = await engineOn(btc).addStrategy(Throws, {}).run();
    expect([facts.status, facts.statusReason]).toEqual(['FAILED', expect.stringContaining('no such rate')]);
  });

  it.each([['HALTED', 'TRADING_HALTED'], ['REDUCING', 'TRADING_REDUCING']] as const)('a run that begins %s takes no new risk', async (tradingState, code) => {
    const engine = new BacktestEngine({ limits: { tradingState } }).addVenue('BINANCE', { profile: 'binance' }).addVenue('BYBIT', { profile: 'bybit' }).addData(btc);
    const { orders, fills } = await engine.addStrategy(Trader, { ids: [...IDS] }, { id: 'a' }).run();
    expect(fills).toEqual([]);
    expect(orders.length).toBeGreaterThan(0);
    for (const { status, reason } of orders) expect([status, reason]).toEqual(['DENIED', expect.stringContaining(code === 'TRADING_HALTED' ? 'trading is HALTED' : 'trading is REDUCING')]);
    expect(() => new BacktestEngine({ limits: { tradingState: 'HALT' as 'HALTED' } }).addVenue('BYBIT', { profile: 'bybit' }).addData(btc).addStrategy(Trader, { ids: [] }).preflight()).toThrow(/risk\.tradingState is HALT; give one of ACTIVE, REDUCING, HALTED/);
  });

  it('orders that never left are a warning with the rule and its first message', async () => {
    const { facts } = await engineOn(btc).addStrategy(Trader, { ids: [IDS[0]!], quantity: '900' }, { id: 'a' }).run();
    expect(facts.warnings.find(({ head }) => head.includes('denied'))).toMatchObject({ level: 'bad', head: expect.stringMatching(/^\d+ orders denied: [A-Z_]+$/) });
  });

  it('REQ-A38 isolated margin: the same trades, each position on its own margin, said in the report', async () => {
    const cross = await trade(btc, IDS);
    const isolated = await trade(btc, IDS, { venue: { marginMode: 'isolated', maxLeverage: 5 } });
    expect(isolated.fills).toEqual(cross.fills);
    expect(isolated.report.attribution).toEqual(cross.report.attribution);
    expect(isolated.facts.venues.find(({ venue }) => venue === 'BYBIT')!.facts.find(([name]) => name === 'Margin')![1]).toMatch(/^isolated, positions opened at leverage 5; a liquidation costs no more than the margin set aside/);
    const one = await trade(btc, [IDS[0]!], { venue: { instruments: {} } });
    expect(one.facts.venues[0]!.facts.some(([name]) => name.startsWith('Margin of'))).toBe(false);
  });

  it('REQ-A22 an isolated liquidation costs the margin and not a cent more, and the fills say what the insurance fund paid', async () => {
    const crash = await open([{ ...BTC[0]!, crashAfterUs: 600_000_000 }]);
    const result = await trade(crash, [IDS[0]!], { venue: { balances: ['100000 USDT'], instruments: { [IDS[0]!]: { marginMode: 'isolated', leverage: 20 } } } });
    const [bought, forced] = result.fills.filter(({ ts }) => ts < START + 610_000_000);
    expect([forced!.side, forced!.orderId]).toEqual(['sell', 'LIQUIDATION']);
    const lost = Number(bought!.notionalUsd) - Number(forced!.notionalUsd) - Number(forced!.feeUsd);
    expect(lost).toBeCloseTo(Number(bought!.notionalUsd) / 20, 9);
    expect(result.report.attribution.residualUsd).toBe('0');
    expect(result.facts.venues[0]!.facts.find(([name]) => name === `Margin of ${IDS[0]!}`)![1]).toMatch(/^isolated, positions opened at leverage 20/);
  });

  it('refuses margin terms of an instrument that the venue does not have, with a near name', async () => {
    await expect(engineOn(btc, { venue: { instruments: { 'BTCUSD-PERP.BYBIT': { marginMode: 'isolated' } } } }).addStrategy(Trader, { ids: IDS }).run()).rejects.toMatchObject({ code: 'ARB_BAD_CONFIG', message: expect.stringMatching(/^venues\.\w+\.simulation\.instruments names BTCUSD-PERP\.BYBIT, which is not among the derivatives of \w+ in the data; did you mean/) });
  });

  it('a liquidation is in the fills, with its side and fee, and the parts still add up', async () => {
    const crash = await open([{ ...BTC[0]!, crashAfterUs: 600_000_000 }]);
    const result = await trade(crash, [IDS[0]!], { venue: { balances: ['100 USDT'], maxLeverage: 20 } });
    const forced = result.fills.filter(({ ts }) => ts > START + 600_000_000 && ts < START + 610_000_000);
    expect(forced.map(({ side, quantity, liquidity, strategyId }) => [side, quantity, liquidity, strategyId])).toEqual([['sell', '0.01', 'taker', 'a']]);
    expect(Number(forced[0]!.price)).toBeLessThan(49_000);                  // the book after the fall, not the one before it
    expect(Number(forced[0]!.feeUsd)).toBeLessThan(0);
    expect(result.report.attribution.residualUsd).toBe('0');
  });

  it('a liquidation is the first warning, with count, instrument, time and cost: in the summary, the text and the page', async () => {
    const crash = await open([{ ...BTC[0]!, crashAfterUs: 600_000_000 }]);
    const { report, fills } = await trade(crash, [IDS[0]!], { venue: { balances: ['100 USDT'], maxLeverage: 20 } });
    const forced = fills.find(({ orderId }) => orderId === 'LIQUIDATION')!;
    const cost = Number(forced.feeUsd).toFixed(2);
    expect(report.closedByVenues).toEqual({ count: 1, costUsd: forced.feeUsd });
    expect(report.warnings[0]).toMatchObject({ level: 'bad', head: `1 liquidation of ${IDS[0]!}` });
    expect(report.warnings[0]!.text).toMatch(new RegExp(`by force, without an order of ours\\. The first on 03-01 00:10:\\d\\d\\.\\d{3} UTC: sell 0\\.01 at ${forced.price}\\. It charged ${cost.replace('.', '\\.')} USD`));
    expect(renderTextSummary(report)).toContain(`Warning             1 liquidation of ${IDS[0]!}. The venue closed `);
    const page = renderTearsheet(report);
    expect(page).toContain('<span class="tag bad">Liquidated</span>');
    expect(/<p class="verdict">[\s\S]*?<\/p>/.exec(page)![0]).toMatch(/Liquidated once<\/b>: a venue closed positions by force and charged/);
  });

  it('the liquidation of a leg of a pair is said as that of any other position', async () => {
    const crash = await open([{ ...BTC[0]!, crashAfterUs: 600_000_000 }, { ...BTC[1]!, crashAfterUs: 600_000_000 }]);
    const { report } = await engineOn(crash, { venue: { balances: ['100 USDT'], maxLeverage: 20 } }).addStrategy(Holder, { legs: [IDS], notionalUsd: '600' }, { id: 'a' }).run();
    expect(report.warnings.filter(({ level, head }) => level === 'bad' && head === `1 liquidation of ${IDS[0]!}`)).toHaveLength(1);
    expect(report.closedByVenues.count).toBe(1);
  });

  it('the rates of a trip are those its entry and exit were decided on: as the strategy states them, else as known at that moment', async () => {
    const changing = await open([BTC[0]!, { ...BTC[1]!, laterRate: '0.0004' }]);
    const { report } = await engineOn(changing, { range: { from: START + 30_000_000 } }).addStrategy(InAndOut, { long: IDS[0]!, short: IDS[1]! }, { id: 'a' }).run();
    const { shortAprPct: { start, stepUs, values } } = report.series.pairs[0]!;
    // The rate rises on the hour, half a minute after a sample; the entry is ten seconds after it, so the sample before it has the old rate of 0.03 %.
    expect([report.trips.length, values[Math.floor((report.trips[0]!.from - start) / stepUs)]]).toEqual([1, expect.closeTo(0.03 * 8_760, 9)]);
    expect(report.trips[0]!.aprInPct).toBeCloseTo((0.04 - 0.01) * 8_760, 9);
    expect(report.trips[0]!.aprOutPct).toBe(4.25);
  });

  it('a period beyond the data is said, and one within it is not', async () => {
    const heads = async (range: DataRange): Promise<string[]> => (await trade(btc, IDS, { range })).facts.warnings.map(({ head }) => head);
    expect(await heads({ from: '2025-02-01', to: '2025-06-01' })).toContain('The period reaches beyond the data');
    expect(await heads({ from: START, to: START + HOUR })).not.toContain('The period reaches beyond the data');
  });

  it('a pair of which a leg has no funding rows is said to lack them', async () => {
    const half = await open([BTC[0]!, { ...BTC[1]!, fundingHours: 0 }]);
    const { facts } = await engineOn(half).addStrategy(Holder, { legs: [IDS], notionalUsd: '5000' }).run();
    expect(facts.warnings.filter(({ head }) => head.endsWith('lacks funding')).map(({ level, head }) => [level, head])).toEqual([['bad', `${IDS[1]} lacks funding`]]);
  });

  it('a run stopped by its signal says PARTIAL and how far it came', async () => {
    const abort = new AbortController();
    abort.abort();
    const result = await engineOn(btc).addStrategy(Trader, { ids: IDS }).run({ signal: abort.signal });
    expect([result.status, result.rows]).toEqual(['PARTIAL', 0]);
  });

  it.each([
    ['crossed', 'ARB_BOOK_CROSSED', (chunk: ChunkOf['quote']) => { chunk.bidTick[30] = chunk.askTick[30]!; }],
    ['of a negative size', 'ARB_ROW_NEGATIVE', (chunk: ChunkOf['quote']) => { chunk.askLots[30] = -1; }],
  ])('a quote %s, which our writer would have refused, stops the run with its place', async (_what, code, spoil) => {
    const spoilt = new Proxy(btc, {
      get: (target, name) => {
        if (name === 'readSync') return (query: Parameters<Catalog['readSync']>[0]) => spoiling(target.readSync(query), query.kind, spoil);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as (...args: never[]) => unknown).bind(target) : value;
      },
    });
    await expect(trade(spoilt, IDS)).rejects.toMatchObject({ code, message: expect.stringMatching(/BTCUSDT-PERP\.BYBIT, quote of 2025-03-01T00:05:00Z: .*arb data check/) });
  });

  it('says what is missing before it runs', async () => {
    await expect(new BacktestEngine().addStrategy(Trader, { ids: IDS }).run()).rejects.toMatchObject({ code: 'ARB_NO_DATA' });
    await expect(new BacktestEngine().addData(btc).run()).rejects.toMatchObject({ code: 'ARB_NO_STRATEGY' });
    await expect(new BacktestEngine().addVenue('BYBIT', { profile: 'bybit' }).addData(btc).addStrategy(Trader, { ids: IDS }).run()).rejects.toMatchObject({ code: 'ARB_NO_VENUE', message: expect.stringContaining('BINANCE is not in this run') });
    await expect(engineOn(btc, { range: { from: '2025-04-01' } }).addStrategy(Trader, { ids: IDS }).run()).rejects.toMatchObject({ code: 'ARB_BAD_RANGE' });
    await expect(new BacktestEngine().addVenue('BYBIT', {}).addVenue('BINANCE', {}).addData(btc).addStrategy(Trader, { ids: IDS }).run()).rejects.toMatchObject({ code: 'ARB_BAD_CONFIG', message: expect.stringMatching(/neither a profile nor fees/) });
  });
});

const Legs = z.strictObject({ legs: z.array(z.array(instrumentId())), notionalUsd: z.string() });

/** Enters ten seconds into the second hour without a word why, and leaves ten minutes later with a differential of its own in its reason. */
class InAndOut extends Strategy.with(z.strictObject({ long: instrumentId(), short: instrumentId() })) {
  private readonly pair = this.hedgedPair({ ...this.config, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 5_000 });

  override onStart(): void {
    this.subscribe.book([this.config.long, this.config.short]);
    this.subscribe.fundingRate([this.config.long, this.config.short]);
    this.clock.setAlert('in', { at: START + HOUR + 10_000_000 }, () => { this.pair.enter({ notionalUsd: '600' }); });
    this.clock.setAlert('out', { at: START + HOUR + 610_000_000 }, () => { this.pair.exit({ reason: { carry: { ...this.pair.carry(), aprPct: 4.25 } } }); });
  }
}

/** Holds every pair of legs from minute five on, and closes all ten minutes before the end. */
class Holder extends Strategy.with(Legs) {
  override onStart(): void {
    const pairs = this.config.legs.map(([long, short]) => this.hedgedPair({ long: long!, short: short!, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 5_000 }));
    this.subscribe.book(this.config.legs.flat());
    this.clock.setAlert('enter', { inMs: 300_000 }, () => { for (const pair of pairs) pair.enter({ notionalUsd: this.config.notionalUsd, reason: 'test' }); });
    this.clock.setAlert('exit', { inMs: 110 * 60_000 }, () => { for (const pair of pairs) pair.exit({ reason: 'test' }); });
  }
}

describe('REQ-B66 four venues, four assets, two strategies in one run', () => {
  const VENUES = [['BINANCE', 'book', 'USDT'], ['BYBIT', 'quote', 'USDT'], ['HYPERLIQUID', 'bar', 'USDC'], ['OKX', 'trade', 'USDT']] as const;
  const ASSETS = [['BTC', 60_000], ['ETH', 3_000], ['SOL', 150], ['XRP', 100]] as const;
  const markets: SmallMarket[] = ASSETS.flatMap(([asset, price], a) => VENUES.map(([venue, kind, settle], v): SmallMarket => ({ id: `${asset}-PERP.${venue}`, kind, price: price + v, settle, rate: `${a % 2 === 0 ? '' : '-'}0.000${v + 1}`, delayUs: 1_001 + 13 * v + a })));
  const holder = { legs: ASSETS.map(([asset]) => [`${asset}-PERP.BINANCE`, `${asset}-PERP.BYBIT`]), notionalUsd: '5000' };
  const trader = { ids: ASSETS.flatMap(([asset]) => [`${asset}-PERP.HYPERLIQUID`, `${asset}-PERP.OKX`, `${asset}-PERP.BYBIT`]), quantity: '0.020' };

  it('exact: every identity holds, times stay whole microseconds, and the hash is the same again', async () => {
    const catalog = await open(markets);
    const run = async (): Promise<BacktestResult> => await engineOn(catalog).addStrategy(Holder, holder, { id: 'holder' }).addStrategy(Trader, trader, { id: 'trader' }).run();
    Trader.delays.clear();
    const result = await run();
    expect(new Set(result.fills.map(({ instrumentId: id }) => id)).size).toBe(16);
    expect(new Set(result.fundingPayments.map(({ instrumentId: id }) => id)).size).toBe(16);
    expect(result.report.attribution.residualUsd).toBe('0');
    const byStrategy = result.facts.strategies.reduce((sum, { netPnlUsd }) => sum.plus(netPnlUsd), result.netPnlUsd.times(0));
    expect(byStrategy.eq(result.netPnlUsd)).toBe(true);
    expect(result.fills.every(({ ts }) => Number.isSafeInteger(ts))).toBe(true);
    expect(Trader.delays.get('SOL-PERP.OKX book')).toEqual(new Set([1_001 + 39 + 2]));
    const flat = new Map<string, number>();
    for (const { strategyId, instrumentId: id, side, quantity } of result.fills) if (strategyId === 'holder') flat.set(id, Math.round(((flat.get(id) ?? 0) + (side === 'buy' ? 1 : -1) * Number(quantity)) * 1e6) / 1e6);
    expect([...flat.values()].every((lots) => lots === 0)).toBe(true);
    expect((await run()).journalHash).toBe(result.journalHash);
  });
});
