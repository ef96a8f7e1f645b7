import { type Instrument, type Money, type Position } from '@arb/core';
import { divideHalfEven, formatMoney, NO_TICK, ONE, type OrderBook, positionValue, positionValueAtMid, type StrategyRunner } from '@arb/core/internal';
import type { BacktestRun } from './backtest-run.ts';

/** What closing a pair would cost, or why nobody can say; both null where nothing is held. */
export interface CloseCost {
  /** Negative, in USD. */
  readonly usd: string | null;
  readonly note: string | null;
}

/** Lots at a price, the touch first. */
type Level = readonly [tick: number, lots: number];

/**
 * What closing both legs of a pair at the last books would cost: against the mid, level by level, and the venues' taker fees.
 *
 * It is no part of the result: a position still open is valued at its mark.
 */
export function closeCost(run: BacktestRun, runner: StrategyRunner, pair: StrategyRunner['pairs'][number]): CloseCost {
  let total: Money = 0n;
  let isHeld = false;
  for (const id of [pair.long, pair.short]) {
    const position = run.kernel.portfolio.position(runner.id, id);
    if (position === undefined || position.isFlat) continue;
    isHeld = true;
    const cost = legCost(run, position);
    if (typeof cost === 'string') return { usd: null, note: `${id}: ${cost}` };
    total += cost;
  }
  return { usd: isHeld ? formatMoney(total) : null, note: null };
}

/** Cost of one leg in USD and 1e-18 units, or why it is unknown. */
function legCost(run: BacktestRun, { instrument, lots }: Position): Money | string {
  const book = run.kernel.bookOf(instrument);
  const { bestBidTick, bestAskTick } = book;
  if (bestBidTick === NO_TICK || bestAskTick === NO_TICK) return 'the last book is not two-sided';
  const side = lots > 0 ? 'sell' : 'buy';
  const levels = walk(book, side, Math.abs(lots));
  const found = levels.reduce((sum, [, part]) => sum + part, 0);
  if (found < Math.abs(lots)) return `the last book takes ${instrument.lotsToDecimal(found).toFixed()} of ${instrument.lotsToDecimal(Math.abs(lots)).toFixed()}`;
  const rate = run.kernel.portfolio.valuation.rate(instrument.settle);
  if (rate === undefined) return `no rate of ${instrument.settle} is known`;
  const sign = side === 'buy' ? 1 : -1;
  const traded = levels.reduce((sum, [tick, part]) => sum + positionValue(instrument, tick, sign * part), 0n);
  const fees = levels.reduce((sum, [tick, part]) => sum + takerFee(run, instrument, { tick, lots: part, isBuy: side === 'buy' }), 0n);
  const slippage = positionValueAtMid(instrument, bestBidTick + bestAskTick, sign * Math.abs(lots)) - traded;
  return divideHalfEven((slippage - fees) * rate, ONE);
}

/** The levels that so many lots would take. */
function walk(book: OrderBook, side: 'buy' | 'sell', wanted: number): Level[] {
  const levels = side === 'buy' ? book.asks : book.bids;
  const sign = side === 'buy' ? -1 : 1;                                  // asks are stored at negated ticks
  const taken: Level[] = [];
  let left = wanted;
  for (let key = levels.best; key !== NO_TICK && left > 0; key = levels.nextBelow(key)) {
    const lots = Math.min(left, levels.lotsAt(key));
    taken.push([sign * key, lots]);
    left -= lots;
  }
  return taken;
}

function takerFee(run: BacktestRun, instrument: Instrument, fill: { readonly tick: number; readonly lots: number; readonly isBuy: boolean }): Money {
  return run.venue(instrument.venue)?.takerFee(instrument, fill) ?? 0n;
}
