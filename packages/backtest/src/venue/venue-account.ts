import { type Instrument, type Money, NO_TICK, type Order, type UnixMicros } from '@arb/core';
import { CostBasis, divideHalfEven, type FillReport, fromMoney, POW10, POW10_NUMBER, positionValue, toMoney } from '@arb/core/internal';
import type { MarkedPrice, Settlement } from './funding-settlement.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { MarginTier, VenueTerms } from './venue-terms.ts';

/** Why a venue refuses an order. */
export interface Refusal { readonly code: string; readonly reason: string }

interface Held {
  readonly basis: CostBasis;
  readonly engine: MatchingEngine;
  /** Quantity per lot in base (linear) or quote (inverse) units. */
  readonly lotQuantity: number;
  readonly tiers: readonly MarginTier[];
  mark: MarkedPrice | undefined;
  markNumber: number;
}

/** Money as a number, for judging margin; nothing is booked from it. */
const toNumber = (money: Money): number => Number(money) / 1e18;

/**
 * The account as its venue keeps it, in exchange time. Cash is exact; whether margin suffices is judged with numbers, since nothing is booked from it.
 */
export class VenueAccount {
  readonly #terms: VenueTerms;
  readonly #cash = new Map<string, Money>();
  readonly #held = new Map<Instrument, Held>();
  readonly #pools: string[] = [];                               // settlement currencies, in the order they came
  readonly #liquidationFee: { readonly mantissa: bigint; readonly scale: bigint };

  constructor(terms: VenueTerms) {
    this.#terms = terms;
    for (const { currency, amount } of terms.balances) this.#cash.set(currency, (this.#cash.get(currency) ?? 0n) + toMoney(amount));
    this.#liquidationFee = { mantissa: toMoney(terms.liquidationFeeRate), scale: POW10[18]! };
  }

  add(instrument: Instrument, engine: MatchingEngine): void {
    if (!this.#pools.includes(instrument.settle)) this.#pools.push(instrument.settle);
    this.#held.set(instrument, {
      basis: new CostBasis(instrument), engine, lotQuantity: instrument.lotsToNumber(1) * instrument.multiplier.toNumber(), tiers: this.#terms.marginTiers(instrument), mark: undefined, markNumber: NaN,
    });
  }

  /** Signed lots held. */
  lots(instrument: Instrument): number { return this.#held.get(instrument)?.basis.lots ?? 0; }

  /** Cash by currency, exact. */
  balances(): ReadonlyMap<string, Money> { return this.#cash; }

  /** Lots an order of this direction may still take off the position. */
  reducible(instrument: Instrument, sign: 1 | -1): number {
    const lots = this.lots(instrument);
    return sign === 1 ? Math.max(0, -lots) : Math.max(0, lots);
  }

  mark(instrument: Instrument, mark: MarkedPrice): void {
    const held = this.#held.get(instrument);
    if (held === undefined) return;
    held.mark = mark;
    held.markNumber = Number(mark.mantissa) / POW10_NUMBER[mark.decimals]!;
  }

  /** Signed lots held just before a time. */
  lotsAt(instrument: Instrument, at: UnixMicros): number { return this.#held.get(instrument)?.basis.lotsAt(at) ?? 0; }

  fill(instrument: Instrument, signedLots: number, { report, at }: { readonly report: FillReport; readonly at: UnixMicros }): void {
    const { basis } = this.#held.get(instrument)!;
    const value = positionValue(instrument, report.tick, signedLots);
    const realised = basis.fill({ fillId: report.fillId, tick: report.tick, lots: signedLots, value, tsEvent: at });
    if (instrument.kind === 'spot') {
      this.#add(instrument.base, toMoney(instrument.lotsToDecimal(signedLots).times(instrument.multiplier)));
      this.#add(instrument.quote, -value);
    } else this.#add(instrument.settle, realised);
    this.#add(report.feeCurrency, -report.fee);
  }

  funding(settlement: Settlement): void { this.#add(settlement.instrument.settle, settlement.amount); }

  /** Fee on top of the trading fee when the venue closes a position. */
  liquidationFee(instrument: Instrument, tick: number, lots: number): Money {
    return divideHalfEven(instrument.valueOf(tick, lots) * this.#liquidationFee.mantissa, this.#liquidationFee.scale);
  }

  /** Why the venue refuses an order; undefined where it takes it. */
  refuses(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    if (instrument.kind === 'spot') return this.#refusesSpot(order, tick, lots);
    const after = this.lots(instrument) + order.sign * lots;
    if (order.reduceOnly || Math.abs(after) <= Math.abs(this.lots(instrument))) return undefined;
    const price = this.#price(instrument, tick);
    const needed = this.#initialMargin(instrument, after, price);
    const equity = this.#equity(instrument.settle);
    const others = this.#marginOf(instrument.settle, (other) => (other === instrument ? 0 : this.#initialMargin(other, this.lots(other), this.#price(other, NO_TICK))));
    if (needed + others <= equity) return undefined;
    return { code: 'INSUFFICIENT_MARGIN', reason: `needs ${(needed + others).toFixed(2)} ${instrument.settle} of initial margin, equity is ${equity.toFixed(2)}` };
  }

  /** Currencies whose collateral has fallen below the maintenance margin of the positions it carries. */
  poolsBelowMaintenance(): readonly string[] {
    if (!this.#holdsDerivatives()) return [];
    return this.#pools.filter((currency) => {
      const margin = this.#marginOf(currency, (instrument) => this.#maintenance(instrument));
      return margin > 0 && this.#equity(currency) < margin;
    });
  }

  #holdsDerivatives(): boolean {
    for (const [{ kind }, { basis }] of this.#held) if (basis.lots !== 0 && kind !== 'spot') return true;
    return false;
  }

  #refusesSpot(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    const currency = order.sign === 1 ? instrument.quote : instrument.base;
    const needed = order.sign === 1 ? instrument.valueOf(tick, lots) : toMoney(instrument.lotsToDecimal(lots).times(instrument.multiplier));
    const held = this.#cash.get(currency) ?? 0n;
    return needed <= held ? undefined : { code: 'INSUFFICIENT_BALANCE', reason: `needs ${fromMoney(needed).toFixed()} ${currency}, has ${fromMoney(held).toFixed()}` };
  }

  #initialMargin(instrument: Instrument, lots: number, price: number): number {
    const notional = this.#notional(instrument, lots, price);
    const tier = this.#tier(instrument, this.#quoteNotional(instrument, lots, price));
    return notional * Math.max(tier?.initialRate ?? 0, 1 / this.#terms.maxLeverage);
  }

  #maintenance(instrument: Instrument): number {
    const lots = this.lots(instrument);
    const price = this.#price(instrument, NO_TICK);
    return this.#notional(instrument, lots, price) * (this.#tier(instrument, this.#quoteNotional(instrument, lots, price))?.maintenanceRate ?? 0.005);
  }

  #tier(instrument: Instrument, notional: number): { readonly initialRate: number; readonly maintenanceRate: number } | undefined {
    const { tiers } = this.#held.get(instrument)!;
    let i = tiers.length - 1;
    while (i > 0 && notional < tiers[i]!.fromNotional) i--;
    return tiers[i];
  }

  #marginOf(currency: string, of: (instrument: Instrument) => number): number {
    let sum = 0;
    for (const instrument of this.#held.keys()) if (instrument.settle === currency && instrument.kind !== 'spot') sum += of(instrument);
    return sum;
  }

  #equity(currency: string): number {
    let equity = toNumber(this.#cash.get(currency) ?? 0n);
    for (const [instrument, { basis }] of this.#held) {
      if (instrument.settle !== currency || instrument.kind === 'spot' || basis.lots === 0) continue;
      const now = this.#notional(instrument, basis.lots, this.#price(instrument, NO_TICK)) * Math.sign(basis.lots) * (instrument.isInverse ? -1 : 1);
      equity += now - toNumber(basis.cost);
    }
    return equity;
  }

  /** Value of a position in its settlement currency, without sign. */
  #notional(instrument: Instrument, lots: number, price: number): number {
    const quantity = Math.abs(lots) * this.#held.get(instrument)!.lotQuantity;
    return instrument.isInverse ? quantity / price : quantity * price;
  }

  #quoteNotional(instrument: Instrument, lots: number, price: number): number {
    const quantity = Math.abs(lots) * this.#held.get(instrument)!.lotQuantity;
    return instrument.isInverse ? quantity : quantity * price;
  }

  #price(instrument: Instrument, tick: number): number {
    const { mark, markNumber, engine } = this.#held.get(instrument)!;
    if (mark !== undefined) return markNumber;
    const bid = engine.book.bestBidTick;
    const ask = engine.book.bestAskTick;
    if (bid !== NO_TICK && ask !== NO_TICK) return instrument.tickToNumber((bid + ask) / 2);
    return tick === NO_TICK ? 0 : instrument.tickToNumber(tick);
  }

  #add(currency: string, amount: Money): void { this.#cash.set(currency, (this.#cash.get(currency) ?? 0n) + amount); }
}
