import { divideHalfEven, type Money, POW10 } from '../math/money.ts';
import type { Instrument } from '../model/instrument.ts';
import type { ScaledPrice } from '../model/order.ts';

/** A funding settlement: what is held, the price the convention takes, the rate of the interval. */
export interface FundingTerms {
  /** Signed lots held at the settlement. */
  readonly lots: number;
  /** Mark, oracle or index, by the venue's convention. */
  readonly price: ScaledPrice;
  /** The rate is `rate / 10^rateDecimals`; where it is positive, longs pay. */
  readonly rate: bigint;
  readonly rateDecimals: number;
}

/**
 * What a settlement pays the holder, negative where he pays, in the settlement currency: `−q·price·rate`, for inverse contracts `−c·q/price·rate`.
 * Rounded half to even at 1e-18: once for linear contracts whose value is exact, at the value and at the rate for others.
 */
export function fundingAmount(instrument: Instrument, { lots, price, rate, rateDecimals }: FundingTerms): Money {
  return -divideHalfEven(instrument.valueAt(price.mantissa, price.decimals, lots) * rate, POW10[rateDecimals]!);
}
