import type { Money } from '../math/money.ts';
import type { Instrument } from '../model/instrument.ts';

/**
 * What signed lots are worth at a price on the grid, in the settlement currency, so that profit is always value now minus value paid:
 * `+q·p` for spot and linear contracts, `−c·q/p` for inverse ones (a long of those owes coins, fewer as the price rises).
 *
 * Exact for linear, rounded once half to even at 1e-18 for inverse contracts. Odd in `lots`: the opposite trade is worth exactly the opposite.
 */
export function positionValue(instrument: Instrument, tick: number, lots: number): Money {
  const value = instrument.valueOf(tick, lots);
  return instrument.isInverse ? -value : value;
}

/** {@link positionValue} at a price that need not be on the grid: `price / 10^decimals`. Rounded once half to even. */
export function positionValueAt(instrument: Instrument, price: bigint, decimals: number, lots: number): Money {
  const value = instrument.valueAt(price, decimals, lots);
  return instrument.isInverse ? -value : value;
}

/** {@link positionValue} at a mid price given as best bid plus best ask in ticks, so at `mid2 / 2`. Rounded once half to even. */
export function positionValueAtMid(instrument: Instrument, mid2: number, lots: number): Money {
  const value = instrument.valueAtMid(mid2, lots);
  return instrument.isInverse ? -value : value;
}
