import { exp, type RandomStream } from '@arb/core/internal';
import { AGGRESSOR } from '../catalog/chunks.ts';
import type { TradeBuffer } from './chunk-buffers.ts';
import type { FeedLatency } from './feed-latency.ts';
import type { BookGrid, SynthBook } from './synth-book.ts';
import type { TradeModel } from './recipe.ts';

/** Fills of one cluster at most. */
const MAX_FILLS = 24;
/** Chance that a taker trades in the direction the price is about to move. */
const WITH_THE_MOVE = 0.78;

/** When and where a step's trades happen. */
export interface TradeMoment {
  readonly tsEvent: number;
  /** −1, 0 or 1: where the mid goes in this step. */
  readonly direction: number;
}

/** Takers of one instrument: clusters that excite each other, executed against the generator's book. */
export class TradeFlow {
  /** Price of the last trade in grid steps; 0 before the first. */
  lastPrice = 0;
  readonly #model: TradeModel;
  readonly #grid: BookGrid;
  readonly #random: RandomStream;
  readonly #decay: number;
  readonly #base: number;
  readonly #kick: number;
  readonly #trade = { tsEvent: 0, tsInit: 0, side: 0, tick: 0, lots: 0 };
  /** Mean number of clusters of the next step caused by earlier ones. */
  #excitement = 0;

  constructor(model: TradeModel, grid: BookGrid, context: { readonly random: RandomStream; readonly stepSeconds: number }) {
    this.#model = model;
    this.#grid = grid;
    this.#random = context.random;
    this.#decay = exp(-context.stepSeconds / model.decaySeconds);
    this.#base = model.clustersPerSecond * context.stepSeconds * (1 - model.branching);
    // A cluster's children over all later steps: kick × (1 + decay + decay² …) = branching.
    this.#kick = model.branching * (1 - this.#decay);
  }

  /** How many clusters the next step has; call once a step. */
  draw(volatility: number): number {
    const clusters = this.#random.poisson(this.#base * volatility + this.#excitement);
    this.#excitement = this.#excitement * this.#decay + this.#kick * clusters;
    return clusters;
  }

  /** Executes one cluster; a buffer of `undefined` records nothing (before the range asked for). */
  execute(book: SynthBook, moment: TradeMoment, out: { readonly trades: TradeBuffer; readonly latency: FeedLatency; readonly isOpen: boolean }): void {
    const random = this.#random;
    const model = this.#model;
    const isBuy = random.coarse() < (moment.direction === 0 ? 0.5 : moment.direction > 0 ? WITH_THE_MOVE : 1 - WITH_THE_MOVE);
    const side = isBuy ? 1 : 0;
    const usd = exp(model.usdMu + model.usdSigma * random.normal());
    const price = book.priceAt(side, 0) * this.#grid.stepPrice;
    let left = Math.floor((usd < model.maxUsd ? usd : model.maxUsd) / price * this.#grid.lotsPerUnit);
    if (left < 1) left = 1;
    // Makers at the touch: a geometric number of parts, the last takes the rest.
    const stop = 1 / model.tradesPerCluster;
    const tsInit = out.latency.arrivalOf(moment.tsEvent);
    const trade = this.#trade;
    trade.tsEvent = moment.tsEvent;
    trade.tsInit = tsInit;
    trade.side = isBuy ? AGGRESSOR.buy : AGGRESSOR.sell;
    for (let fill = 0; fill < MAX_FILLS && left > 0; fill++) {
      const levels = side === 0 ? book.bidLevels : book.askLevels;
      if (levels < 3) return;                                           // a taker does not empty the market
      const isLast = random.coarse() < stop;
      const part = isLast ? left : Math.max(1, Math.floor(left * random.coarse()));
      this.lastPrice = book.priceAt(side, 0);
      trade.tick = this.lastPrice * this.#grid.gridTicks;
      trade.lots = book.take(side, 0, part);
      left -= trade.lots;
      if (out.isOpen) out.trades.add(trade);
    }
  }
}
