import { ArbError, type InstrumentSpec } from '@arb/core';
import { counted } from '../../counted.ts';
import type { CatalogWriter, RowSink } from '../catalog-writer.ts';
import { AGGRESSOR, F_CLEAR, F_LAST, F_SNAPSHOT, GAP_REASON } from '../chunks.ts';
import { gridsOf, type InstrumentGrids } from '../step-grid.ts';
import { BinanceChain, type DepthUpdate } from './binance-chain.ts';
import type { ImportReport } from './import-report.ts';

type Levels = readonly (readonly [price: string, size: string])[];

interface DepthMessage extends DepthUpdate { readonly E: number; readonly T?: number; readonly s: string; readonly b: Levels; readonly a: Levels }
interface TickerMessage { readonly u: number; readonly E?: number; readonly T?: number; readonly s: string; readonly b: string; readonly B: string; readonly a: string; readonly A: string }
interface TradeMessage { readonly E: number; readonly T: number; readonly s: string; readonly t: number; readonly p: string; readonly q: string; readonly m: boolean; readonly X?: string }
interface SnapshotMessage { readonly lastUpdateId: number; readonly T?: number; readonly bids: Levels; readonly asks: Levels }

/** Said of updates that cannot be a book. */
const LEFT_OUT = 'depth updates without a snapshot to continue, left out';
/** Depth updates that may wait for the REST snapshot: 100 s of the fastest feed. */
export const MAX_WAITING_UPDATES = 10_000;

/** Binance's own name of an instrument: `BTCUSD-PERP.BINANCE` with its dollar contracts is `BTCUSD_PERP`. */
export function binanceSymbol(spec: InstrumentSpec): string {
  const symbol = spec.id.slice(0, spec.id.lastIndexOf('.'));
  return spec.isInverse === true ? symbol.replace(/-PERP$/, '_PERP') : symbol.replace(/-PERP$/, '');
}

/** Turns the messages of one recorded instrument into catalog rows. */
export class BinanceRawParser {
  readonly #id: string;
  readonly #symbol: string;
  readonly #grids: InstrumentGrids;
  readonly #report: ImportReport;
  readonly #book: RowSink<'book'>;
  readonly #quotes: RowSink<'quote'>;
  readonly #trades: RowSink<'trade'>;
  #chain: BinanceChain | undefined;
  /** Updates since the start or since a break: they wait for a snapshot. */
  #waiting: DepthMessage[] = [];
  #bookEvent = 0;
  #bookInit = 0;
  #lastTradeId = 0;
  #tradeInit = 0;
  #brokenSince: number | undefined;
  #lastInit = 0;

  constructor(options: { readonly spec: InstrumentSpec; readonly symbol: string; readonly writer: CatalogWriter; readonly report: ImportReport }) {
    const { spec, writer } = options;
    this.#id = spec.id;
    this.#symbol = options.symbol;
    this.#grids = gridsOf(spec);
    this.#report = options.report;
    this.#book = writer.sink('book', spec.id);
    this.#quotes = writer.sink('quote', spec.id);
    this.#trades = writer.sink('trade', spec.id);
  }

  /**
   * Takes one message.
   *
   * @param tsInit corrected receive time, µs
   * @throws ArbError where it is not what the venue sends
   */
  message(tsInit: number, json: unknown): void {
    this.#lastInit = tsInit;
    const envelope = json as { readonly stream?: string; readonly data?: { readonly s?: string }; readonly lastUpdateId?: number } | null;
    if (typeof envelope !== 'object' || envelope === null) throw new ArbError('ARB_BAD_ROW', 'the line holds no JSON object', {});
    if (envelope.lastUpdateId !== undefined) { this.#snapshot(tsInit, envelope as SnapshotMessage); return; }
    const { stream, data } = envelope;
    if (stream === undefined || data === undefined) throw new ArbError('ARB_BAD_ROW', 'neither a stream message nor a depth snapshot', {});
    if (data.s !== this.#symbol) throw new ArbError('ARB_BAD_ROW', `a message of ${String(data.s)} where ${this.#symbol} (${this.#id}) is imported`, {});
    const kind = stream.slice(stream.indexOf('@') + 1);
    if (kind.startsWith('depth')) this.#depth(tsInit, data as unknown as DepthMessage);
    else if (kind === 'bookTicker') this.#ticker(tsInit, data as unknown as TickerMessage);
    else if (kind === 'trade') this.#trade(tsInit, data as unknown as TradeMessage);
    else throw new ArbError('ARB_BAD_ROW', `stream ${stream} is not one of depth, bookTicker, trade`, {});
  }

  /** Closes what is open: a book that broke and got no snapshot any more is missing to the end. */
  end(): void {
    if (this.#brokenSince !== undefined) {
      this.#gap('book', this.#brokenSince, this.#lastInit);
      this.#report.corrected(LEFT_OUT, this.#waiting.length);
    }
    if (this.#chain === undefined && this.#brokenSince === undefined && this.#waiting.length > 0) {
      this.#report.note(`no depth snapshot in the recording: its ${counted(this.#waiting.length, 'depth update is not a book and was', 'depth updates are not a book and were')} left out`);
    }
  }

  #snapshot(tsInit: number, message: SnapshotMessage): void {
    const waiting = this.#waiting;
    const old = waiting.filter((update) => update.u <= message.lastUpdateId);
    // A spot snapshot has no stamp: it is as new as the last update that it holds.
    const stamp = message.T === undefined ? old.at(-1)?.E ?? waiting[0]?.E : message.T;
    this.#bookEvent = Math.max(this.#bookEvent, stamp === undefined ? tsInit : Math.min(tsInit, stamp * 1_000));
    try {
      this.#emit({ tsInit, sequence: message.lastUpdateId, bids: message.bids, asks: message.asks, flags: F_SNAPSHOT });
    } catch (error) {
      if (this.#chain !== undefined) this.#brokenSince = this.#bookInit;
      this.#chain = undefined;                                       // the recorder began anew and what it began with is not known
      throw error;
    }
    if (this.#brokenSince !== undefined) { this.#gap('book', this.#brokenSince, tsInit); this.#brokenSince = undefined; }
    this.#waiting = [];
    this.#chain = new BinanceChain(message.lastUpdateId);
    this.#report.corrected('depth updates older than the snapshot (u <= lastUpdateId), dropped', old.length);
    for (const update of waiting.slice(old.length)) this.#depth(tsInit, update);
  }

  #depth(tsInit: number, message: DepthMessage): void {
    if (this.#chain === undefined) {
      if (this.#waiting.length === MAX_WAITING_UPDATES) {
        this.#waiting.shift();
        this.#report.corrected(LEFT_OUT);
      }
      this.#waiting.push(message);
      return;
    }
    const verdict = this.#chain.next(message);
    if (verdict === 'old') { this.#report.corrected('depth updates that the book holds already, dropped'); return; }
    if (verdict === 'break') { this.#break(message); return; }
    const stamp = (message.T ?? message.E) * 1_000;
    if (stamp < this.#bookEvent) this.#report.corrected('depth updates stamped before their predecessor: event time raised to it');
    else this.#bookEvent = stamp;
    if (message.b?.length === 0 && message.a?.length === 0) return;
    try {
      this.#emit({ tsInit, sequence: message.u, bids: message.b, asks: message.a, flags: 0 });
    } catch (error) {
      this.#break(message);                                          // a book without this message is wrong until the next snapshot
      throw error;
    }
  }

  #break(message: DepthMessage): void {
    this.#chain = undefined;
    this.#brokenSince = this.#bookInit;
    this.#waiting = [message];
  }

  #emit(message: { readonly tsInit: number; readonly sequence: number; readonly bids: Levels; readonly asks: Levels; readonly flags: number }): void {
    const { price, size } = this.#grids;
    const rows: { side: number; tick: number; lots: number }[] = [];
    for (const side of [message.bids, message.asks]) {
      if (!Array.isArray(side) || !side.every(Array.isArray)) throw new ArbError('ARB_BAD_ROW', 'levels are not an array of [price, size]', {});
    }
    for (const [p, q] of message.bids) rows.push({ side: 0, tick: price.parse(p), lots: size.parse(q) });
    for (const [p, q] of message.asks) rows.push({ side: 1, tick: price.parse(p), lots: size.parse(q) });
    const last = rows.length - 1;
    rows.forEach((row, i) => {
      const first = i === 0 && message.flags === F_SNAPSHOT ? F_CLEAR : 0;
      this.#book.add({ tsEvent: this.#bookEvent, tsInit: message.tsInit, ...row, flags: message.flags | first | (i === last ? F_LAST : 0), sequence: message.sequence });
    });
    this.#bookInit = message.tsInit;
    this.#report.wrote('book', this.#id, rows.length);
  }

  #ticker(tsInit: number, message: TickerMessage): void {
    const stamp = message.T ?? message.E;
    const { price, size } = this.#grids;
    this.#quotes.add({
      tsEvent: stamp === undefined ? tsInit : stamp * 1_000, tsInit,
      bidTick: price.parse(message.b), bidLots: size.parse(message.B), askTick: price.parse(message.a), askLots: size.parse(message.A),
    });
    this.#report.wrote('quote', this.#id);
  }

  #trade(tsInit: number, message: TradeMessage): void {
    if (message.X !== undefined && message.X !== 'MARKET') { this.#report.corrected(`trades that are no market trades (${message.X}), dropped`); return; }
    if (message.t <= this.#lastTradeId) { this.#report.corrected('repeated trade ids, dropped'); return; }
    this.#trades.add({
      tsEvent: message.T * 1_000, tsInit, side: message.m ? AGGRESSOR.sell : AGGRESSOR.buy,
      tick: this.#grids.price.parse(message.p), lots: this.#grids.size.parse(message.q), id: String(message.t),
    });
    this.#report.wrote('trade', this.#id);
    if (this.#lastTradeId !== 0 && message.t !== this.#lastTradeId + 1) {
      this.#report.corrected('missing trade ids', message.t - this.#lastTradeId - 1);
      this.#gap('trade', this.#tradeInit, tsInit);
    }
    this.#lastTradeId = message.t;
    this.#tradeInit = tsInit;
  }

  #gap(stream: 'book' | 'trade', from: number, to: number): void {
    this.#report.gap({ instrumentId: this.#id, stream, from, to: Math.max(to, from + 1), reason: GAP_REASON.sequence });
  }
}
