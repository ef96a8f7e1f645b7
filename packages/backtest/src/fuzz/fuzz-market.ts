import type { Instrument } from '@arb/core';
import { NO_TICK, randomStream, type RandomStream } from '@arb/core/internal';
import type { BookShape } from './fault-schedule.ts';

/** One side of a book, best first. */
export type Levels = readonly (readonly [tick: number, lots: number])[];
/** A whole book. */
export interface Book { readonly bids: Levels; readonly asks: Levels }

/** Distance of levels from the mid in basis points. The last one holds more than any order of a run, so that a market without a fault can always be left. */
const LEVELS_BPS = [1, 4, 9] as const;
/** Value of the touch and of the level behind it, USD: less than many orders. */
const TOUCH_USD = [300, 6_000] as const;
const DEEP_USD = 400_000;
const STEP_BPS = 6;
const BASIS_BPS = 3;
const START_PRICES: Readonly<Record<string, number>> = { BTC: 60_000, ETH: 3_000 };

/** Random walks of a common price per asset and of each venue's distance from it; drawn in step, whatever else happens. */
export class FuzzMarket {
  readonly #random: RandomStream;
  readonly #prices = new Map<string, number>();
  readonly #grids = new Map<Instrument, Grid>();

  constructor(seed: number) { this.#random = randomStream(seed, 'fuzz.market'); }

  /** Price of an asset now. */
  price(base: string): number { return this.#prices.get(base) ?? START_PRICES[base] ?? 100; }

  move(base: string): void { this.jump(base, (this.#random.uniform() - 0.5) * 2 * STEP_BPS); }

  jump(base: string, bps: number): void { this.#prices.set(base, this.price(base) * (1 + bps / 10_000)); }

  /** The next book of an instrument, as a fault leaves it. */
  book(instrument: Instrument, shape?: BookShape): Book {
    const random = this.#random;
    const mid = this.price(instrument.base) * (1 + (random.uniform() - 0.5) * 2 * BASIS_BPS / 10_000);
    const grid = this.#gridOf(instrument, mid);
    const sizes = LEVELS_BPS.map((_, i) => (i === LEVELS_BPS.length - 1 ? DEEP_USD : TOUCH_USD[0] + random.uniform() * (TOUCH_USD[1] - TOUCH_USD[0])));
    const side = (sign: 1 | -1): Levels => LEVELS_BPS.map((bps, i) => [tickOf(instrument, grid, { price: mid * (1 + sign * bps / 10_000), sign }), Math.max(1, Math.round(sizes[i]! / (grid.unit * (instrument.isInverse ? 1 : mid))))] as const);
    return shaped({ bids: merged(side(-1)), asks: merged(side(1)) }, shape, instrument);
  }

  #gridOf(instrument: Instrument, mid: number): Grid {
    let grid = this.#grids.get(instrument);
    if (grid === undefined) {
      const { tickSize, lotSize, multiplier } = instrument;
      const tick = instrument.roundToTick(mid, 'down');
      grid = { tickSize, step: instrument.roundToTick((tick + 0.5) * tickSize, 'up') - tick, unit: lotSize * multiplier.toNumber() };
      this.#grids.set(instrument, grid);
    }
    return grid;
  }
}

/** Ticks of an instrument near its price, worked out once: exact rounding of every level would cost more than all the rest of a run. */
interface Grid { readonly tickSize: number; readonly step: number; readonly unit: number }

/** The nearest tick away from the mid. */
function tickOf(instrument: Instrument, { tickSize, step }: Grid, { price, sign }: { readonly price: number; readonly sign: 1 | -1 }): number {
  const steps = price / tickSize / step;
  const tick = step * (sign === 1 ? Math.ceil(steps) : Math.floor(steps));
  return instrument.isPriceTick(tick) ? tick : instrument.roundToTick(price, sign === 1 ? 'up' : 'down');
}

/** A book with what a fault does to it. */
function shaped({ bids, asks }: Book, shape: BookShape | undefined, instrument: Instrument): Book {
  const thin = (levels: Levels): Levels => levels.slice(0, 1).map(([tick]) => [tick, Math.max(1, instrument.minLots)]);
  switch (shape) {
    case undefined: return { bids, asks };
    case 'no-bids': return { bids: [], asks };
    case 'no-asks': return { bids, asks: [] };
    case 'empty': return { bids: [], asks: [] };
    case 'thin-bids': return { bids: thin(bids), asks };
    case 'thin-asks': return { bids, asks: thin(asks) };
    case 'crossed': return { bids: [[asks[0]![0], bids[0]![1]], ...bids], asks };
  }
}

/** Levels that rounding brought to one tick, as one. */
function merged(levels: Levels): Levels {
  const byTick = new Map<number, number>();
  for (const [tick, lots] of levels) if (tick !== NO_TICK) byTick.set(tick, (byTick.get(tick) ?? 0) + lots);
  return [...byTick];
}
