import { type BookView, type Instrument, type InstrumentId, type Order, type OrderFilled, Strategy } from '@arb/core';
import { HashJournal, Kernel } from '@arb/core/internal';
import { LANE_TIMER, type Lane } from '../../packages/backtest/src/replay/lane.ts';
import type { MarketChunk } from '../../packages/backtest/src/replay/market-chunk.ts';
import { LocalMarket, MarketStream } from '../../packages/backtest/src/replay/market-lanes.ts';
import { ReplayLoop } from '../../packages/backtest/src/replay/replay-loop.ts';
import { ConstantLatency } from '../../packages/backtest/src/venue/latency-model.ts';
import { REALISTIC } from '../../packages/backtest/src/venue/matching-rules.ts';
import { QueueModel } from '../../packages/backtest/src/venue/queue-model.ts';
import { SimulatedVenue } from '../../packages/backtest/src/venue/simulated-venue.ts';
import type { VenueTerms } from '../../packages/backtest/src/venue/venue-terms.ts';

export { BookSide, OrderBook } from '@arb/core/internal';
export { Instrument } from '@arb/core';

const LOTS = 10;
const MAX_POSITION = 500;

/** A bid and an ask at the touch, sent again when the touch has moved: written against the API every strategy has. */
export class Quoter extends Strategy {
  readonly #quotes: (Order | undefined)[] = [undefined, undefined];
  readonly #touch = { bidTick: 0, askTick: 0, bidLots: 0, askLots: 0 };
  instrumentId: InstrumentId = '';
  position = 0;
  touches = 0;
  orders = 0;
  /** Quotes with every n-th change of the touch only. */
  everyTouch = 1;

  override onStart(): void {
    this.instrumentId = this.cache.instruments()[Number(this.id.split('-')[1])]!.id;
    this.subscribe.book(this.instrumentId);
  }

  override onBook(view: BookView): void {
    const { bestBidTick, bestAskTick, bestBidSize, bestAskSize } = view;
    const touch = this.#touch;
    if (bestBidTick === touch.bidTick && bestAskTick === touch.askTick && bestBidSize === touch.bidLots && bestAskSize === touch.askLots) return;
    touch.bidTick = bestBidTick;
    touch.askTick = bestAskTick;
    touch.bidLots = bestBidSize;
    touch.askLots = bestAskSize;
    if (++this.touches % this.everyTouch !== 0 || !view.isTwoSided) return;
    this.#quote(0, bestBidTick);
    this.#quote(1, bestAskTick);
  }

  #quote(side: 0 | 1, tick: number): void {
    const quote = this.#quotes[side];
    if (quote === undefined) {
      if (side === 0 ? this.position >= MAX_POSITION : this.position <= -MAX_POSITION) return;
      const order = this.order.limit({ instrumentId: this.instrumentId, side: side === 0 ? 'buy' : 'sell', quantity: LOTS, price: tick, postOnly: true });
      this.#quotes[side] = order;
      this.orders++;
      this.submit(order);
    } else if (quote.status !== 'SUBMITTED' && !quote.isPendingCancel && quote.tick !== tick && this.#isAcknowledged(quote)) this.cancel(quote);
  }

  #isAcknowledged(order: Order): boolean { return order.status === 'ACCEPTED' || order.status === 'PARTIALLY_FILLED'; }

  override onOrderFilled(event: OrderFilled): void { this.position += event.order.sign * event.report.lots; }

  override onOrderClosed(order: Order): void {
    if (this.#quotes[0] === order) this.#quotes[0] = undefined;
    else if (this.#quotes[1] === order) this.#quotes[1] = undefined;
  }
}

/** Watches the book and never trades. */
class Watcher extends Quoter {
  override onBook(view: BookView): void { this.position += view.bestBidTick; }
}

/** What a run came to. */
export interface RunFigures {
  readonly rows: number; readonly touches: number; readonly orders: number; readonly fills: number; readonly volume: number; readonly position: number; readonly cash: string; readonly journal: string; readonly cpuSeconds: number;
}

/** How a run is set up. */
export interface RunOptions {
  readonly mode: 'quote' | 'feed';
  readonly journal: boolean;
  readonly entryMicros?: number;
  /** Instruments are dealt to this many venues in turn; 1 unless stated. */
  readonly venues?: number;
  readonly everyTouch?: number;
}

const FREE = [{ maker: '0', taker: '0', fromVolume: '0' }];

function termsOf(venue: string, entryMicros: number): VenueTerms {
  const entry = new ConstantLatency(entryMicros);
  return {
    venue, fees: () => FREE, funding: 'none', marginMode: 'cross', maxLeverage: 100, marginTiers: () => [], liquidationFeeRate: '0',
    rules: { ...REALISTIC, crossFill: 'full', selfTrade: 'allow' }, queue: () => new QueueModel('power-3', 3), entry: { submit: entry, modify: entry, cancel: entry }, response: new ConstantLatency(1_000),
    reordersRequests: false, balances: [{ currency: 'USD', amount: '1000000000000' }],
  };
}

/** One strategy, one venue, one instrument over chunks of rows: entry 2 ms, response 1 ms, queue model power-3. */
export function quotingRun(chunks: readonly MarketChunk[], options: RunOptions): RunFigures { return marketsRun([chunks], options); }

/** One strategy for each of several instruments. Figures are summed over them. */
export function marketsRun(tapes: readonly Iterable<MarketChunk>[], options: RunOptions): RunFigures {
  const journal = new HashJournal();
  const kernel = new Kernel({ run: 'bench', startAt: 0, seed: 1, ...(options.journal ? { journal } : {}), limits: { priceBandPct: 1_000_000 }, forbidsAsync: true });
  const venues = Array.from({ length: options.venues ?? 1 }, (_, i) => new SimulatedVenue(termsOf(`BENCH${i}`, options.entryMicros ?? 2_000), kernel, () => kernel.now()));
  const lanes: Lane[] = [];
  for (const venue of venues) {
    kernel.addVenue(undefined, venue);
    kernel.portfolio.account(venue.venue).configure({ leverage: 100 });
    kernel.balanceChanged({ venue: venue.venue, currency: 'USD', amount: 10n ** 30n, kind: 'deposit', tsEvent: 0 });
    lanes.push(...venue.lanes);
  }
  const strategies = tapes.map((chunks, i) => {
    const venue = venues[i % venues.length]!;
    const instrument: Instrument = kernel.addInstrument({ id: `X${i}-PERP.${venue.venue}`, kind: 'perpetual', base: `X${i}`, quote: 'USD', settle: 'USD', priceIncrement: '1', sizeIncrement: '1' });
    const engine = venue.addInstrument(instrument);
    const market = { applyMessage: (chunk: MarketChunk, from: number, at: number): number => { venue.at(at); return engine.applyMessage(chunk, from); } };
    const stream = new MarketStream(chunks[Symbol.iterator](), market, new LocalMarket(kernel, instrument, () => false));
    lanes.push(stream.exchange, stream.local);
    const strategy = kernel.addStrategy(options.mode === 'quote' ? Quoter : Watcher, {}, { id: `quoter-${i}` }).strategy as Quoter;
    strategy.everyTouch = options.everyTouch ?? 1;
    return strategy;
  });
  lanes.push({ laneClass: LANE_TIMER, nextAt: () => kernel.nextTimerAt(), step: (at) => { kernel.advance(at); kernel.fireTimers(); return 0; } });
  kernel.start();
  kernel.ready();
  const loop = new ReplayLoop(lanes, Infinity, () => 'quoter');
  const start = process.cpuUsage();
  let rows = 0;
  for (let isDone = false; !isDone;) {
    const slice = loop.runSlice(100_000);
    rows += slice.rows;
    isDone = slice.isDone;
  }
  kernel.journal.flush();
  const used = process.cpuUsage(start);
  const positions = strategies.map(({ id, instrumentId }) => kernel.portfolio.position(id, instrumentId));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    rows, touches: sum(strategies.map(({ touches }) => touches)), orders: sum(strategies.map(({ orders }) => orders)), fills: sum(venues.map(({ fills }) => fills)),
    volume: sum(venues.map(({ volumeLots }) => volumeLots)), position: sum(positions.map((position) => position?.lots ?? 0)),
    cash: String(positions.reduce((total, position) => total - (position?.traded ?? 0n), 0n) / 10n ** 18n), journal: options.journal ? journal.digest() : '', cpuSeconds: (used.user + used.system) / 1e6,
  };
}
