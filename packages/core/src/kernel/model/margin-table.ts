import { ArbError } from '../errors.ts';
import { divideHalfEven, type Money, ONE, toMoney } from '../math/money.ts';

/** One step of a venue's margin table, in decimal text as profiles have it; a profile's tiers can be given as they are. */
export interface MarginTier {
  /** Lowest position value the step applies to, in the quote currency: of an inverse contract that is the number of contracts times what one is worth. */
  readonly notionalFrom: string;
  /** Initial margin over notional at the highest leverage the venue gives here: `0.01` is 100x. */
  readonly initialRate: string;
  /** Maintenance margin over notional. */
  readonly maintenanceRate: string;
}

interface Step { readonly notionalFrom: Money; readonly initialRate: Money; readonly maintenanceRate: Money; readonly deduction: Money }

const RATE_PRECISION = 1_000_000_000;

/**
 * Margin of a position by its notional. The whole notional takes the rate of its step, less a deduction that makes the margin continuous at the steps:
 * the way Binance, Bybit (`mmDeduction`), OKX and Hyperliquid publish it.
 */
export class MarginTable {
  readonly #steps: readonly Step[];
  #leverage = 1;
  #leverageRate: Money = ONE;

  /** @throws ArbError `ARB_BAD_MARGIN_TIERS` unless the tiers begin at 0, rise, and every maintenance rate is positive and not above its initial rate */
  constructor(tiers: readonly MarginTier[]) {
    if (tiers.length === 0) throw new ArbError('ARB_BAD_MARGIN_TIERS', 'a margin table needs at least one tier', {});
    const steps: Step[] = [];
    for (const [index, tier] of tiers.entries()) {
      const notionalFrom = toMoney(tier.notionalFrom);
      const initialRate = toMoney(tier.initialRate);
      const maintenanceRate = toMoney(tier.maintenanceRate);
      const lower = steps[index - 1];
      const isAbove = lower === undefined ? notionalFrom === 0n : notionalFrom > lower.notionalFrom && maintenanceRate >= lower.maintenanceRate;
      if (!isAbove || maintenanceRate <= 0n || maintenanceRate > initialRate) {
        throw new ArbError('ARB_BAD_MARGIN_TIERS', `margin tier ${index + 1} (from ${tier.notionalFrom}, ${tier.initialRate}, ${tier.maintenanceRate}): tiers begin at 0, rise, and 0 < maintenance <= initial`, { tier: index + 1 });
      }
      const deduction = lower === undefined ? 0n : lower.deduction + divideHalfEven(notionalFrom * (maintenanceRate - lower.maintenanceRate), ONE);
      steps.push({ notionalFrom, initialRate, maintenanceRate, deduction });
    }
    this.#steps = steps;
  }

  /**
   * Initial margin of a notional at a chosen leverage; never less than the tier asks.
   *
   * @param notional position value in the settlement currency, without sign
   * @param size the same in the quote currency, which decides the tier: another amount for inverse contracts alone
   */
  initial(notional: Money, leverage: number, size: Money = notional): Money {
    const tierRate = this.#stepOf(size).initialRate;
    const chosen = this.#rateOf(leverage);
    return divideHalfEven(notional * (chosen > tierRate ? chosen : tierRate), ONE);
  }

  /** Maintenance margin of a notional; parameters as {@link MarginTable.initial}. */
  maintenance(notional: Money, size: Money = notional): Money {
    const { maintenanceRate, deduction } = this.#stepOf(size);
    const margin = divideHalfEven(notional * maintenanceRate, ONE);
    if (deduction === 0n) return margin;
    return margin - (size === notional ? deduction : divideHalfEven(deduction * notional, size));
  }

  /** Maintenance rate at a size as a number. */
  maintenanceRateAt(size: Money): number { return Number(this.#stepOf(size).maintenanceRate) / Number(ONE); }

  /** One over the leverage; an account rarely changes it, so the last answer is kept. */
  #rateOf(leverage: number): Money {
    if (leverage !== this.#leverage) {
      this.#leverage = leverage;
      this.#leverageRate = divideHalfEven(ONE * BigInt(RATE_PRECISION), BigInt(Math.round(leverage * RATE_PRECISION)));
    }
    return this.#leverageRate;
  }

  #stepOf(size: Money): Step {
    return this.#steps.findLast((step) => step.notionalFrom <= size) ?? this.#steps[0]!;
  }
}

/** Margin of instruments whose tiers are not known: they are taken as unleveraged. */
export const UNMARGINED: MarginTable = new MarginTable([{ notionalFrom: '0', initialRate: '1', maintenanceRate: '0.5' }]);
