import { walkDepth } from '../book/depth-walk.ts';
import type { OrderBook } from '../book/order-book.ts';
import { commonLot } from './common-lot.ts';
import type { Instrument } from '../model/instrument.ts';
import type { OrderSide } from '../model/order.ts';

/** What can bound the size of a pair, in the order in which ties are decided. `lot-grid` and the minima turn a small size into none. */
export type SizeLimit = 'request' | 'capital' | 'margin-long' | 'margin-short' | 'depth-long' | 'depth-short' | 'cap' | 'lot-grid' | 'min-notional';

/** One leg as sizing sees it. */
export interface SizingLeg {
  readonly instrument: Instrument;
  /** Price to value a lot at. */
  readonly price: number;
  /** Free margin at the leg's venue. */
  readonly marginUsd: number;
  /** Value the book takes within the slippage limit; see {@link admissibleDepth}. */
  readonly depthUsd: number;
}

/** Everything that bounds a size. */
export interface SizingInputs {
  readonly requestUsd: number;
  /** Capital of the strategy for both legs together, and how often each leg's margin is levered. */
  readonly capitalUsd: number;
  readonly leverage: number;
  readonly long: SizingLeg;
  readonly short: SizingLeg;
  /** Caps per venue, asset or share of open interest: the smallest counts. */
  readonly capsUsd?: readonly number[];
}

/** A size both legs can trade, and what bound it. */
export interface PairSize {
  readonly longLots: number;
  readonly shortLots: number;
  /** Value of the long leg. */
  readonly notionalUsd: number;
  readonly limitedBy: SizeLimit;
  /** What each limit alone would have allowed, USD a leg. */
  readonly limitsUsd: Readonly<Record<'request' | 'capital' | 'margin-long' | 'margin-short' | 'depth-long' | 'depth-short' | 'cap', number>>;
}

/**
 * Size = min(request, capital · leverage / 2, margin of both venues · leverage, depth of both books, caps), on the grid both legs share.
 * Zero lots where that is less than one common lot or less than a venue's smallest order.
 */
export function sizePair(inputs: SizingInputs): PairSize {
  const { long, short, leverage } = inputs;
  const limitsUsd = {
    request: inputs.requestUsd, capital: inputs.capitalUsd * leverage / 2, 'margin-long': long.marginUsd * leverage, 'margin-short': short.marginUsd * leverage,
    'depth-long': long.depthUsd, 'depth-short': short.depthUsd, cap: Math.min(Infinity, ...(inputs.capsUsd ?? [])),
  };
  let limitedBy: SizeLimit = 'request';
  let allowed = Infinity;
  for (const [name, usd] of Object.entries(limitsUsd) as [keyof typeof limitsUsd, number][]) {
    if (usd >= allowed) continue;
    allowed = usd;
    limitedBy = name;
  }
  const lots = pairLots(long, short, Math.max(0, allowed));
  const none = (by: SizeLimit): PairSize => ({ longLots: 0, shortLots: 0, notionalUsd: 0, limitedBy: by, limitsUsd });
  if (lots === undefined) return none(allowed > 0 ? 'lot-grid' : limitedBy);
  if ([[long, lots.longLots], [short, lots.shortLots]].some(([leg, n]) => isBelowMinimum(leg as SizingLeg, n as number))) return none('min-notional');
  return { ...lots, notionalUsd: valueOf(long, lots.longLots), limitedBy, limitsUsd };
}

/**
 * Lots of both legs worth at most so much each and exactly the same amount; where a linear leg meets an inverse one, or the common step does not fit, the nearest.
 * Undefined where not even the smallest step fits.
 */
export function pairLots(long: Pick<SizingLeg, 'instrument' | 'price'>, short: Pick<SizingLeg, 'instrument' | 'price'>, notionalUsd: number): { readonly longLots: number; readonly shortLots: number } | undefined {
  const exact = commonLot(long.instrument, short.instrument);
  const longBase = basePerLot(long);
  const shortBase = basePerLot(short);
  if (exact !== undefined) {
    const steps = Math.floor(notionalUsd / (exact.aLots * longBase * long.price) + 1e-9);
    if (steps > 0) return { longLots: steps * exact.aLots, shortLots: steps * exact.bLots };
  }
  const isLongCoarse = longBase >= shortBase;
  const coarseBase = isLongCoarse ? longBase : shortBase;
  const fineBase = isLongCoarse ? shortBase : longBase;
  const coarseLots = Math.floor(notionalUsd / (coarseBase * (isLongCoarse ? long : short).price) + 1e-9);
  const fineLots = Math.round(coarseLots * coarseBase / fineBase + 1e-9);
  if (!(coarseLots > 0 && fineLots > 0)) return undefined;
  return isLongCoarse ? { longLots: coarseLots, shortLots: fineLots } : { longLots: fineLots, shortLots: coarseLots };
}

/** Value of all levels no further from the touch than the limit, in quote currency; 0 on an empty side. */
export function admissibleDepth(book: OrderBook, side: OrderSide, maxSlippageBps: number): number {
  return walkDepth(book, side, { notional: Infinity }, { maxSlippageBps }).filledNotional;
}

function basePerLot({ instrument, price }: Pick<SizingLeg, 'instrument' | 'price'>): number {
  const units = instrument.lotSize * instrument.multiplier.toNumber();
  return instrument.isInverse ? units / price : units;
}

function valueOf(leg: SizingLeg, lots: number): number { return lots * basePerLot(leg) * leg.price; }

function isBelowMinimum(leg: SizingLeg, lots: number): boolean {
  return lots < leg.instrument.minLots || leg.instrument.minNotional.gt(valueOf(leg, lots));
}
