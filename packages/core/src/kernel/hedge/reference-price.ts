import type { InstrumentState } from '../cache/instrument-state.ts';
import { POW10 } from '../math/money.ts';
import type { ScaledPrice } from '../model/order.ts';

/** Index of the first leg that has one, else the exact mean of both mids; undefined while a leg has no two-sided market. */
export function pairReferencePrice(long: InstrumentState, short: InstrumentState): ScaledPrice | undefined {
  const index = long.index ?? short.index;
  if (index !== undefined) return { mantissa: index.mantissa, decimals: index.decimals };
  const a = mid2(long);
  const b = mid2(short);
  if (a === undefined || b === undefined) return undefined;
  const decimals = Math.max(a.decimals, b.decimals);
  const sum = a.mantissa * POW10[decimals - a.decimals]! + b.mantissa * POW10[decimals - b.decimals]!;
  return { mantissa: sum * 25n, decimals: decimals + 2 };      // a quarter of both doubled mids, without a remainder
}

/** Best bid plus best ask as a scaled price. */
function mid2({ instrument, bidTick, askTick }: InstrumentState): ScaledPrice | undefined {
  if (bidTick === undefined || askTick === undefined) return undefined;
  return { mantissa: BigInt(bidTick + askTick) * instrument.priceMantissa, decimals: instrument.priceDecimals };
}
