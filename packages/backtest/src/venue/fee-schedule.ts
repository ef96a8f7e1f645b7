import { Decimal, type Instrument, type Money } from '@arb/core';
import { divideHalfEven, POW10 } from '@arb/core/internal';

/** Fees of one tier as decimal fractions of the traded value; a negative maker fee is a rebate. */
export interface FeeTier {
  readonly maker: string;
  readonly taker: string;
  /** 30-day traded value in quote currency from which the tier holds. */
  readonly fromVolume: string;
}

interface Rate { readonly mantissa: bigint; readonly decimals: number }

interface Tier { readonly maker: Rate; readonly taker: Rate; readonly fromVolume: number }

const DAYS = 30;
const MICROS_PER_DAY = 86_400_000_000;

function readRate(text: string): Rate {
  const value = new Decimal(text);
  const decimals = value.decimalPlaces();
  return { mantissa: BigInt(value.times(POW10[decimals]!.toString()).toFixed(0)), decimals };
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
    this.#tiers = tiers.map(({ maker, taker, fromVolume }) => ({ maker: readRate(maker), taker: readRate(taker), fromVolume: new Decimal(fromVolume).toNumber() }));
    this.#tier = this.#tiers[0]!;
  }

  /** Fee of one fill in the settlement currency, rounded half to even at 1e-18; counts its volume afterwards. */
  charge(fill: { readonly instrument: Instrument; readonly tick: number; readonly lots: number; readonly isMaker: boolean; readonly at: number }): Money {
    const day = Math.floor(fill.at / MICROS_PER_DAY);
    if (day !== this.#day) this.#newDay(day);
    const { mantissa, decimals } = fill.isMaker ? this.#tier.maker : this.#tier.taker;
    const fee = mantissa === 0n ? 0n : divideHalfEven(fill.instrument.valueOf(fill.tick, fill.lots) * mantissa, POW10[decimals]!);
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
