import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InstrumentSpec, parseTime, Strategy, type UnixMicros } from '@arb/core';
import { instrumentId } from '@arb/core/zod';
import { z } from 'zod';
import { Catalog, CatalogWriter } from '../../src/index.ts';

export const START: UnixMicros = parseTime('2025-03-01');
const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

/** What a market's prices are recorded as. */
export type MarketKind = 'book' | 'quote' | 'trade' | 'bar';

/** A market of the test: who, how recorded, where its price starts. */
export interface SmallMarket {
  readonly id: string;
  readonly kind: MarketKind;
  readonly price: number;
  readonly settle: string;
  /** Rate of one hour. */
  readonly rate: string;
  /** The rate that is predicted from the second hour on; as before unless stated. */
  readonly laterRate?: string;
  /** Delay of the recorded rows, µs. */
  readonly delayUs?: number;
  /** When its price falls by a fifth, µs after the start. */
  readonly crashAfterUs?: number;
  /** Hours of funding rows; all unless stated. */
  readonly fundingHours?: number;
  /** The venue's own funding index rises by this every hour; no index unless stated. */
  readonly indexPerHour?: number;
  /** What its contract has otherwise: a spot market, an inverse one. */
  readonly contract?: Partial<InstrumentSpec>;
}

export function spec({ id, settle, contract }: SmallMarket): InstrumentSpec {
  return { id, kind: 'perpetual', base: id.slice(0, 3), quote: settle === 'USDC' ? 'USD' : settle, settle, priceIncrement: '0.1', sizeIncrement: '0.001', ...contract };
}

/**
 * Two hours of a row every ten seconds, with mark and oracle prices, predicted and settled hourly funding. Prices walk by a fixed recurrence: no chance in it.
 * With `files` the same rows stand in so many files of each stream, one after the other.
 */
export async function smallCatalog(markets: readonly SmallMarket[], options: { readonly hours?: number; readonly files?: number } = {}): Promise<Catalog> {
  const path = mkdtempSync(join(tmpdir(), 'arb-engine-'));
  const { hours = 2, files = 1 } = options;
  const end = START + hours * HOUR;
  for (let file = 0; file < files; file++) {
    const writer = await CatalogWriter.open(path, { source: { name: 'test', licence: 'MIT', isSynthetic: true } });
    if (file === 0) writer.addInstruments(markets.map(spec), parseTime('2025-01-01'));
    const [from, to] = [file, file + 1].map((part) => START + Math.floor(hours * 360 * part / files) * 10 * SECOND);
    markets.forEach((market, index) => { writeMarket(writer, market, { index, end, isWritten: (at) => at >= from! && at < to! }); });
    writer.close();
  }
  return await Catalog.open(path);
}

function writeMarket(writer: CatalogWriter, market: SmallMarket, { index, end, isWritten }: { readonly index: number; readonly end: number; readonly isWritten: (at: number) => boolean }): void {
  const { id, kind, rate, laterRate = rate, delayUs = 1_234, crashAfterUs, fundingHours = Infinity, indexPerHour } = market;
  let tick = Math.round(market.price * 10);
  let state = index + 7;
  for (let at = START; at < end; at += 10 * SECOND) {
    state = (state * 48_271) % 2_147_483_647;
    tick += (state % 21) - 10;
    if (at - START === crashAfterUs) tick = Math.round(tick * 0.8);
    if (!isWritten(at)) continue;
    const stamps = { tsEvent: at, tsInit: at + delayUs };
    const price = (tick / 10).toFixed(1);
    if (kind === 'quote') writer.sink('quote', id).add({ ...stamps, bidTick: tick - 1, bidLots: 500_000, askTick: tick + 1, askLots: 500_000 });
    else if (kind === 'trade') writer.sink('trade', id).add({ ...stamps, side: state % 2, tick, lots: 5, id: String(at) });
    else if (kind === 'bar') writer.sink('bar', id).add({ ...stamps, open: price, high: price, low: price, close: price, volume: '10', intervalUs: 10 * SECOND, priceKind: 0 });
    else {
      const row = { ...stamps, sequence: 0 };
      [[0, tick - 1], [0, tick - 2], [1, tick + 1], [1, tick + 2]].forEach(([side, level], i) => {
        writer.sink('book', id).add({ ...row, side: side!, tick: level!, lots: 500_000, flags: (i === 0 ? 4 : 0) | (i === 3 ? 1 : 0) | 2 });
      });
    }
    if (at % (60 * SECOND) === 0) for (const priceKind of [0, 2]) writer.sink('price', id).add({ ...stamps, value: price, priceKind });
    if (at % HOUR !== 0 || at - START >= fundingHours * HOUR) continue;
    const funding = indexPerHour === undefined ? {} : { index: (1_000 + (at - START) / HOUR * indexPerHour).toFixed(4) };
    if (at > START) writer.sink('funding', id).add({ ...stamps, ...funding, rate: at > START + HOUR ? laterRate : rate, intervalUs: HOUR, status: 1, settlesAt: at });
    writer.sink('funding', id).add({ ...stamps, ...funding, rate: at > START ? laterRate : rate, intervalUs: HOUR, status: 0, settlesAt: at + HOUR });
  }
}

export const BTC: readonly SmallMarket[] = [
  { id: 'BTCUSDT-PERP.BINANCE', kind: 'book', price: 60_000, settle: 'USDT', rate: '0.0001' },
  { id: 'BTCUSDT-PERP.BYBIT', kind: 'quote', price: 60_010, settle: 'USDT', rate: '0.0003' },
];

const Config = z.strictObject({
  ids: z.array(instrumentId()),
  /** Subscribed to and traded from this long after the start on. */
  lateId: instrumentId().optional(),
  lateAfterMs: z.number().default(0),
  quantity: z.string().default('0.010'),
});

/** Every twenty minutes buys or sells each of its markets at market, in turn: it holds a position over the full hour. */
export class Trader extends Strategy.with(Config) {
  /** Delay of what it saw, µs, by instrument and kind. */
  static readonly delays: Map<string, Set<number>> = new Map();

  override onStart(): void {
    const { ids, lateId, lateAfterMs } = this.config;
    this.subscribe.book(ids, (book) => { this.#note(`${book.instrumentId} book`, this.clock.now() - book.tsEvent); });
    this.subscribe.markPrice(ids, ({ instrumentId: id, tsEvent, tsInit }) => { this.#note(`${id} mark`, tsInit - tsEvent); });
    let sign = 1;
    this.clock.setTimer('trade', { everyMs: 1_200_000, offsetMs: 5_000 }, () => {
      for (const id of ids) this.#trade(id, sign);
      sign = -sign;
    });
    if (lateId === undefined) return;
    this.clock.setAlert('late', { inMs: lateAfterMs }, () => {
      this.subscribe.book(lateId, () => undefined);
      this.clock.setAlert('trade late', { inMs: 60_000 }, () => { this.#trade(lateId, 1); });
    });
  }

  #trade(instrumentId: string, sign: number): void {
    this.submit(this.order.market({ instrumentId, side: sign > 0 ? 'buy' : 'sell', quantity: this.config.quantity }));
  }

  #note(what: string, delay: number): void {
    const seen = Trader.delays.get(what);
    if (seen === undefined) Trader.delays.set(what, new Set([delay]));
    else seen.add(delay);
  }
}
