import { ArbError } from '../errors.ts';
import type { DecimalInput } from '../math/decimal.ts';
import { Decimal } from '../math/decimal.ts';
import type { OrderSide } from '../model/order.ts';
import { NO_TICK } from './book-side.ts';
import type { OrderBook } from './order-book.ts';

/** How much to walk for: a quantity, or a value in quote currency. */
export type WalkSize = { readonly quantity: DecimalInput } | { readonly notional: DecimalInput };

/** What a walk may take at most. */
export interface WalkLimit {
  /** Stop before the level whose price is worse than the touch by more than this. */
  readonly maxSlippageBps?: number;
}

/** What it would cost to take liquidity now. Numbers are for signals. */
export interface DepthWalk {
  /** Mean price of what would fill; NaN where nothing would. */
  readonly averagePrice: number;
  /** Price of the last level touched, in ticks and as a number; NaN and {@link NO_TICK} where nothing would fill. */
  readonly worstPrice: number;
  readonly worstTick: number;
  readonly filledLots: number;
  readonly filledQuantity: number;
  readonly filledNotional: number;
  /** Mean price against the mid, in basis points; positive is a cost. */
  readonly slippageBps: number;
  /** True where everything asked for would fill. */
  readonly isFilled: boolean;
}

/**
 * Walks a book from its touch. Beyond the window of a window-limited feed nothing is known, so nothing is counted there.
 *
 * @param side what one would do: `buy` walks the asks
 */
export function walkDepth(book: OrderBook, side: OrderSide, size: WalkSize, limit: WalkLimit = {}): DepthWalk {
  const { instrument } = book;
  const levels = side === 'buy' ? book.asks : book.bids;
  const sign = side === 'buy' ? -1 : 1;                                // asks are stored at negated ticks
  const wanted = wantedOf(size);
  const touch = sign * levels.best;
  const worstAllowed = limit.maxSlippageBps === undefined ? Infinity : limit.maxSlippageBps / 10_000 * touch;
  let lots = 0;
  let tickLots = 0;
  let notional = 0;
  let worstTick = NO_TICK;
  let isFilled = false;
  for (let key = levels.best; key !== NO_TICK && !isFilled; key = levels.nextBelow(key)) {
    const tick = sign * key;
    if (Math.abs(tick - touch) > worstAllowed) break;
    const available = levels.lotsAt(key);
    const lotValue = instrument.quoteNotional(tick, 1);
    const left = wanted.lots === undefined ? Math.floor((wanted.notional! - notional) / lotValue + 1e-9) : wanted.lots(instrument) - lots;
    const take = Math.min(available, left);
    isFilled = take === left;
    if (take <= 0) break;
    lots += take;
    tickLots += take * tick;
    notional += take * lotValue;
    worstTick = tick;
  }
  if (lots === 0) return { averagePrice: NaN, worstPrice: NaN, worstTick: NO_TICK, filledLots: 0, filledQuantity: 0, filledNotional: 0, slippageBps: NaN, isFilled };
  const averagePrice = instrument.tickToNumber(tickLots / lots);
  const mid = book.bids.best === NO_TICK || book.asks.best === NO_TICK ? NaN : instrument.tickToNumber((book.bids.best - book.asks.best) / 2);
  return {
    averagePrice, worstPrice: instrument.tickToNumber(worstTick), worstTick, filledLots: lots, filledQuantity: instrument.lotsToNumber(lots), filledNotional: notional,
    slippageBps: (side === 'buy' ? averagePrice / mid - 1 : 1 - averagePrice / mid) * 10_000, isFilled,
  };
}

interface Wanted {
  readonly lots: ((instrument: OrderBook['instrument']) => number) | undefined;
  readonly notional: number | undefined;
}

function wantedOf(size: WalkSize): Wanted {
  if ('quantity' in size) {
    const { quantity } = size;
    return { lots: (instrument) => instrument.roundToLots(quantity, 'down'), notional: undefined };
  }
  const notional = new Decimal(size.notional).toNumber();
  if (!(notional > 0)) throw new ArbError('ARB_BAD_WALK', `walk for a notional of ${String(size.notional)}; give a positive amount`, {});
  return { lots: undefined, notional };
}
