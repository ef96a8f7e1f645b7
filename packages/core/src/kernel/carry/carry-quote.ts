import type { InstrumentState } from '../cache/instrument-state.ts';
import { walkDepth } from '../book/depth-walk.ts';
import { Decimal, type DecimalInput } from '../math/decimal.ts';
import type { OrderSide } from '../model/order.ts';
import type { CarrySnapshot } from './carry-snapshot.ts';
import { breakEvenHours } from './funding-math.ts';

/** What limits the size of a quote. */
export type QuoteLimit = 'request' | 'depth-long' | 'depth-short';

/** What is asked of a quote. */
export interface QuoteRequest {
  /** Wanted value of one leg. */
  readonly notionalUsd: DecimalInput;
  /** How far from the touch a leg may walk; 50 unless stated. */
  readonly maxSlippageBps?: number;
}

/** Cost of entering and leaving a pair now, and when carry has paid it back. Costs are positive, in basis points of one leg's value. */
export interface CarryQuote {
  /** Value that fits into both books within the slippage limit, and that the other sides of the books could take back; what was asked for, or less. */
  readonly notionalUsd: Decimal;
  readonly limitedBy: QuoteLimit;
  /** Taker fees of both legs, in and out. */
  readonly feesBps: number;
  /** Depth walks of both legs against the mid, in and out. */
  readonly slippageBps: number;
  readonly costBps: number;
  readonly costUsd: Decimal;
  /** Hours of today's differential that pay the costs; Infinity where it does not pay. */
  readonly breakEvenHours: number;
  readonly aprPct: number;
}

/** Books, rates and fees a quote is made of. */
export interface QuoteInputs {
  readonly long: InstrumentState;
  readonly short: InstrumentState;
  readonly carry: CarrySnapshot;
  /** Taker fee of each leg as a fraction. */
  readonly longTakerFee: number;
  readonly shortTakerFee: number;
}

/**
 * Quotes a pair: walks both books in and out for a size both can take. Undefined without two-sided books or where not even one lot fits.
 */
export function quoteCarry(inputs: QuoteInputs, request: QuoteRequest): CarryQuote | undefined {
  const { long, short, carry } = inputs;
  if (!long.hasBook || !short.hasBook || !long.view.isTwoSided || !short.view.isTwoSided) return undefined;
  const wanted = new Decimal(request.notionalUsd).toNumber();
  const maxSlippageBps = request.maxSlippageBps ?? 50;
  const depthLong = available(long, 'buy', wanted, maxSlippageBps);
  const depthShort = available(short, 'sell', wanted, maxSlippageBps);
  const notional = Math.min(wanted, depthLong, depthShort);
  if (!(notional > 0)) return undefined;
  const walks = [walk(long, 'buy', notional), walk(short, 'sell', notional), walk(long, 'sell', notional), walk(short, 'buy', notional)];
  if (walks.some((bps) => Number.isNaN(bps))) return undefined;
  const feesBps = (inputs.longTakerFee + inputs.shortTakerFee) * 2 * 10_000;
  const slippageBps = walks.reduce((sum, bps) => sum + bps, 0);
  const costBps = feesBps + slippageBps;
  const notionalUsd = new Decimal(notional).toDecimalPlaces(2, Decimal.ROUND_DOWN);
  return {
    notionalUsd, limitedBy: notional === wanted ? 'request' : notional === depthLong ? 'depth-long' : 'depth-short', feesBps, slippageBps, costBps,
    costUsd: notionalUsd.times(costBps).div(10_000).toDecimalPlaces(6), breakEvenHours: breakEvenHours({ costBps, aprPct: carry.aprPct }), aprPct: carry.aprPct,
  };
}

/** Value one may take within the slippage limit and could give back now at whatever it costs, at most what is wanted. */
function available(state: InstrumentState, side: OrderSide, wanted: number, maxSlippageBps: number): number {
  const { book, instrument } = state;
  const walked = walkDepth(book, side, { notional: wanted }, { maxSlippageBps });
  const { filledLots } = walked.filledLots === 0 ? walked : walkDepth(book, side === 'buy' ? 'sell' : 'buy', { quantity: instrument.lotsToDecimal(walked.filledLots) });
  if (filledLots < walked.filledLots) return walkDepth(book, side, { quantity: instrument.lotsToDecimal(filledLots) }).filledNotional;
  return walked.isFilled ? wanted : walked.filledNotional;
}

function walk(state: InstrumentState, side: OrderSide, notional: number): number {
  return walkDepth(state.book, side, { notional }).slippageBps;
}
