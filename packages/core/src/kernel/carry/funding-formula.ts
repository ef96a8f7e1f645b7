import { Decimal, type DecimalInput } from '../math/decimal.ts';
import type { ProfileFunding } from '../venues/venue-profile.ts';

/**
 * The rate a venue settles for an average premium, exactly: premium plus clamped interest, scaled to the interval, capped.
 *
 * Venues differ in what a shorter interval divides: the whole 8-hour rate (Hyperliquid, Binance), or the interest alone (Bybit).
 * @returns the rate of one interval as a fraction; a long pays it where positive
 * @example fundingRateFromPremium(venueProfile('hyperliquid').funding!, '0.0003', 1).toFixed() // => '0.0000125'
 */
export function fundingRateFromPremium(terms: ProfileFunding, averagePremium: DecimalInput, intervalHours: number): Decimal {
  const premium = new Decimal(averagePremium);
  const share = new Decimal(intervalHours).div(8);
  const interest = terms.scales === 'interest' ? share.times(terms.interestPer8h) : new Decimal(terms.interestPer8h);
  const sum = premium.plus(bounded(interest.minus(premium), terms.clamp));
  return bounded(terms.scales === 'interest' ? sum : sum.times(share), terms.cap);
}

/**
 * The rate expected at the end of a window that is partly over: what was seen so far, the rest at what is expected.
 *
 * @param seen average premium of the samples so far, with the venue's own weights
 * @param expected average premium expected for the rest
 * @param window fraction of the window that is over, 0 to 1, and its length
 */
export function expectedFundingRate(terms: ProfileFunding, seen: DecimalInput, expected: DecimalInput, window: { readonly elapsed: number; readonly intervalHours: number }): Decimal {
  const elapsed = new Decimal(window.elapsed);
  const weight = terms.averaging === 'equal' ? elapsed : elapsed.times(elapsed);
  const premium = weight.times(seen).plus(new Decimal(1).minus(weight).times(expected));
  return fundingRateFromPremium(terms, premium, window.intervalHours);
}

/** Average of premium samples in their order: all alike, or the i-th counting i times. @returns undefined without a sample */
export function averagePremium(samples: readonly DecimalInput[], averaging: ProfileFunding['averaging']): Decimal | undefined {
  if (samples.length === 0) return undefined;
  let sum = new Decimal(0);
  let weights = 0;
  for (const [i, sample] of samples.entries()) {
    const weight = averaging === 'equal' ? 1 : i + 1;
    sum = sum.plus(new Decimal(sample).times(weight));
    weights += weight;
  }
  return sum.div(weights);
}

function bounded(value: Decimal, bound: DecimalInput): Decimal {
  const limit = new Decimal(bound);
  return value.gt(limit) ? limit : value.lt(limit.neg()) ? limit.neg() : value;
}
