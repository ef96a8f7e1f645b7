import { Decimal, type Instrument, type Money } from '@arb/core';
import { divideHalfEven, ONE, POW10, toMoney } from '@arb/core/internal';

/** What a fee is charged on: a fraction of the traded value, an amount per unit of quantity, or an amount per fill. Amounts are in the settlement currency. */
export type FeeBasis = 'value' | 'quantity' | 'fill';

/** Fees of one tier, by {@link FeeBasis} decimal fractions or amounts; a negative maker fee is a rebate. */
export interface FeeTier {
  readonly maker: string;
  readonly taker: string;
  /** 30-day traded value in quote currency from which the tier holds. */
  readonly fromVolume: string;
  /** The traded value unless stated. */
  readonly basis?: FeeBasis;
  /** Charged on top of either fee when buying or selling, on the same basis: stamp duties, transfer fees. */
  readonly buySurcharge?: string;
  readonly sellSurcharge?: string;
}

interface Rate { readonly mantissa: bigint; readonly decimals: number }

/** Rates at index `(isMaker ? 0 : 2) + (isBuy ? 0 : 1)`. */
interface Tier { readonly rates: readonly Rate[]; readonly basis: FeeBasis; readonly fromVolume: number }

const DAYS = 30;
const MICROS_PER_DAY = 86_400_000_000;

function readRate(fee: string, surcharge = '0'): Rate {
  const value = new Decimal(fee).plus(surcharge);
  const decimals = value.decimalPlaces();
  return { mantissa: BigInt(value.times(POW10[decimals]!.toString()).toFixed(0)), decimals };
}

function readTier({ maker, taker, fromVolume, basis, buySurcharge, sellSurcharge }: FeeTier): Tier {
  return {
    rates: [readRate(maker, buySurcharge), readRate(maker, sellSurcharge), readRate(taker, buySurcharge), readRate(taker, sellSurcharge)],
    basis: basis ?? 'value', fromVolume: new Decimal(fromVolume).toNumber(),
  };
}

/**
 * Maker and taker fees by 30-day volume. The tier switches after the fill that crosses its threshold: the next fill pays the new one.
 */
export class FeeSchedule {
  readonly #tiers: readonly Tier[];
  readonly #volumeByDay = new Map<number, number>();
  #tier: Tier;
  #day = -1;

  /** @param tiers from the smallest volume up */
  constructor(tiers: readonly FeeTier[]) {
    this.#tiers = tiers.map(readTier);
    this.#tier = this.#tiers[0]!;
  }

  /** Fee of one fill at the present tier, in the settlement currency, rounded half to even at 1e-18. */
  of(fill: { readonly instrument: Instrument; readonly tick: number; readonly lots: number; readonly isBuy: boolean; readonly isMaker: boolean }): Money {
    const { rates, basis } = this.#tier;
    const { mantissa, decimals } = rates[(fill.isMaker ? 0 : 2) + (fill.isBuy ? 0 : 1)]!;
    return mantissa === 0n ? 0n : divideHalfEven(chargedOn(basis, fill.instrument, fill) * mantissa, POW10[decimals]!);
  }

  /** {@link FeeSchedule.of} a fill that happens: counts its volume afterwards. */
  charge(fill: { readonly instrument: Instrument; readonly tick: number; readonly lots: number; readonly isBuy: boolean; readonly isMaker: boolean; readonly at: number }): Money {
    const day = Math.floor(fill.at / MICROS_PER_DAY);
    if (day !== this.#day) this.#newDay(day);
    const fee = this.of(fill);
    if (this.#tiers.length > 1) {
      this.#volumeByDay.set(day, (this.#volumeByDay.get(day) ?? 0) + fill.instrument.quoteNotional(fill.tick, fill.lots));
      this.#pickTier();
    }
    return fee;
  }

  #newDay(day: number): void {
    this.#day = day;
    for (const old of this.#volumeByDay.keys()) if (old <= day - DAYS) this.#volumeByDay.delete(old);
    this.#pickTier();
  }

  #pickTier(): void {
    let volume = 0;
    for (const traded of this.#volumeByDay.values()) volume += traded;
    this.#tier = this.#tiers.findLast(({ fromVolume }) => volume >= fromVolume) ?? this.#tiers[0]!;
  }
}

function chargedOn(basis: FeeBasis, instrument: Instrument, { tick, lots }: { readonly tick: number; readonly lots: number }): Money {
  if (basis === 'value') return instrument.valueOf(tick, lots);
  return basis === 'fill' ? ONE : toMoney(instrument.lotsToDecimal(lots).times(instrument.multiplier));
}
