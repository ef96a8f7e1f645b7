import { ArbError } from '../errors.ts';
import { divideHalfEven, type Money, ONE } from '../math/money.ts';

/** One step of a venue's margin table. Rates and notionals are in 1e-18 units; notionals in the settlement currency. */
export interface MarginTier {
  /** Lowest position value the step applies to. */
  readonly notionalFrom: Money;
  /** Initial margin over notional at the highest leverage the venue gives here. */
  readonly initialRate: Money;
  /** Maintenance margin over notional. */
  readonly maintenanceRate: Money;
}

const RATE_PRECISION = 1_000_000_000;

/**
 * Margin of a position by its notional. The whole notional takes the rate of its step, less a deduction that makes the margin continuous at the steps:
 * the way Binance, Bybit (`mmDeduction`), OKX and Hyperliquid publish it.
 */
export class MarginTable {
  readonly #tiers: readonly (MarginTier & { readonly deduction: Money })[];

  /** @throws ArbError `ARB_BAD_MARGIN_TIERS` unless the tiers begin at 0, rise, and every maintenance rate is positive and not above its initial rate */
  constructor(tiers: readonly MarginTier[]) {
    let deduction = 0n;
    this.#tiers = tiers.map((tier, index) => {
      const lower = tiers[index - 1];
      const isSound = (lower === undefined ? tier.notionalFrom === 0n : tier.notionalFrom > lower.notionalFrom && tier.maintenanceRate >= lower.maintenanceRate)
        && tier.maintenanceRate > 0n && tier.maintenanceRate <= tier.initialRate;
      if (!isSound) throw new ArbError('ARB_BAD_MARGIN_TIERS', `margin tier ${index + 1}: tiers begin at notional 0, rise, and 0 < maintenance <= initial`, { tier: index + 1 });
      if (lower !== undefined) deduction += divideHalfEven(tier.notionalFrom * (tier.maintenanceRate - lower.maintenanceRate), ONE);
      return { ...tier, deduction };
    });
    if (tiers.length === 0) throw new ArbError('ARB_BAD_MARGIN_TIERS', 'a margin table needs at least one tier', {});
  }

  /** Initial margin of a notional at a chosen leverage; never less than the tier asks. */
  initial(notional: Money, leverage: number): Money {
    const tierRate = this.#tierOf(notional).initialRate;
    const chosen = divideHalfEven(ONE * BigInt(RATE_PRECISION), BigInt(Math.round(leverage * RATE_PRECISION)));
    return divideHalfEven(notional * (chosen > tierRate ? chosen : tierRate), ONE);
  }

  /** Maintenance margin of a notional. */
  maintenance(notional: Money): Money {
    const { maintenanceRate, deduction } = this.#tierOf(notional);
    return divideHalfEven(notional * maintenanceRate, ONE) - deduction;
  }

  /** Maintenance rate at a notional as a number. */
  maintenanceRateAt(notional: Money): number { return Number(this.#tierOf(notional).maintenanceRate) / Number(ONE); }

  #tierOf(notional: Money): MarginTier & { readonly deduction: Money } {
    return this.#tiers.findLast((tier) => tier.notionalFrom <= notional) ?? this.#tiers[0]!;
  }
}
