import { formatTime, type Instrument, MICROS_PER_SECOND, type Money, type UnixMicros } from '@arb/core';
import { ArbError, divideHalfEven, FundingIndex, INDEX_DECIMALS, POW10, type RateSample, toMoney } from '@arb/core/internal';
import type { MarkedPrice, Settlement } from './funding-settlement.ts';

/** How often a venue states what has accrued on an open position. */
export const STATEMENT_MICROS: UnixMicros = 60 * MICROS_PER_SECOND;

/**
 * Funding of one instrument by a continuous index. The position holds the index at which it was last changed; what has come since is owed, and is paid when the
 * position changes: by any fill, before the fill.
 *
 * What is owed is kept exactly and rounded half to even when it is paid; the remainder stays owed. So however a position is filled and closed, all payments
 * together differ from the exact sum by half a unit of 1e-18 at most.
 */
export class ContinuousFunding {
  readonly instrument: Instrument;
  readonly index: FundingIndex;
  /** Quantity of one lot times the multiplier, 1e-18 units. */
  readonly #unit: bigint;
  #entry = 0n;
  #enteredAt: UnixMicros = 0;
  #enteredRateTime = 0n;
  #owed = 0n;                                                    // up to #entry, 1e-54 units; positive: to be received
  #paidAt: UnixMicros = -1;
  #hasOracle = false;

  constructor(instrument: Instrument, maxPauseMicros: number) {
    this.instrument = instrument;
    this.index = new FundingIndex({ isInverse: instrument.isInverse, maxPauseMicros });
    this.#unit = toMoney(instrument.sizeIncrement.times(instrument.multiplier));
  }

  /**
   * A price has changed: the spot oracle counts; where the data has none, the index price does, which is the same thing by another name.
   *
   * @param lots held now
   * @throws ArbError `ARB_NO_FUNDING_PRICE`
   */
  price(kind: 'mark' | 'index' | 'oracle', price: MarkedPrice, lots: number): void {
    if (kind === 'oracle') this.#hasOracle = true;
    else if (kind === 'mark' || this.#hasOracle) return;
    this.#requirePrice(lots);
    this.index.price(price, price.at);
  }

  /**
   * A rate is in force from now on.
   *
   * @param lots held now
   * @returns the pause it ends where the venue accrued nothing in it
   * @throws ArbError `ARB_NO_FUNDING_PRICE` where something is held and neither a price nor the venue's index is known: funding is never skipped
   */
  rate(sample: RateSample, at: UnixMicros, lots: number): { readonly from: UnixMicros; readonly to: UnixMicros } | undefined {
    this.#requirePrice(lots);
    return this.index.rate(sample, at);
  }

  /** Funding accrued on so many lots and not yet paid, settlement currency, rounded half to even. @throws ArbError `ARB_NO_FUNDING_PRICE` */
  accrued(at: UnixMicros, lots: number): Money {
    this.#requirePrice(lots);
    return divideHalfEven(this.#owedAt(at, lots), POW10[INDEX_DECIMALS]!);
  }

  /**
   * The position is about to change: what has accrued on it is due, and it takes the index of now. At one stamp one payment at most; what comes of a second
   * change at it stays owed.
   *
   * @param lots held until now
   * @returns undefined where nothing is due
   * @throws ArbError `ARB_NO_FUNDING_PRICE`
   */
  realise(at: UnixMicros, lots: number): Settlement | undefined {
    const from = this.#entry;
    const amount = this.accrued(at, lots);
    const settlement = lots === 0 || amount === 0n || at === this.#paidAt ? undefined : this.#settlement(at, { lots, amount, from });
    this.#owed = this.#owedAt(at, lots);
    if (settlement !== undefined) {
      this.#owed -= amount * POW10[INDEX_DECIMALS]!;
      this.#paidAt = at;
    }
    this.#entry = this.index.at(at);
    this.#enteredAt = at;
    this.#enteredRateTime = this.index.rateTimeAt(at);
    return settlement;
  }

  #owedAt(at: UnixMicros, lots: number): bigint { return this.#owed - BigInt(lots) * this.#unit * (this.index.at(at) - this.#entry); }

  #settlement(at: UnixMicros, { lots, amount, from }: { readonly lots: number; readonly amount: Money; readonly from: bigint }): Settlement {
    const { lastPrice, offset } = this.index;
    const elapsed = BigInt(at - this.#enteredAt);
    const rate = elapsed === 0n ? 0n : divideHalfEven(this.index.rateTimeAt(at) - this.#enteredRateTime, elapsed);
    return {
      instrument: this.instrument, convention: 'continuous-index', lots, amount, rate, rateDecimals: 18, price: lastPrice?.mantissa ?? 0n, priceDecimals: lastPrice?.decimals ?? 0,
      settlesAt: at, index: { from: from + offset, to: this.index.at(at) + offset },
    };
  }

  #requirePrice(lots: number): void {
    if (lots === 0 || !this.index.lacksPrice) return;
    throw new ArbError('ARB_NO_FUNDING_PRICE', `${this.instrument.id}: funding accrues since ${formatTime(this.#enteredAt)} on an oracle price and the data has neither that nor an index price nor the venue's funding index; import one of them, or leave the instrument flat`, {});
  }
}
