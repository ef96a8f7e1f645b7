import { type Instrument, type Money, type Order, type UnixMicros } from '@arb/core';
import { CostBasis, divideHalfEven, type FillReport, fromMoney, POW10, POW10_NUMBER, positionValue, toMoney } from '@arb/core/internal';
import type { MarkedPrice, Settlement } from './funding-settlement.ts';
import { MarginPool, PooledPosition } from './margin-pool.ts';
import type { MatchingEngine } from './matching-engine.ts';
import type { VenueTerms } from './venue-terms.ts';

/** Why a venue refuses an order. */
export interface Refusal { readonly code: string; readonly reason: string }

const NONE: readonly string[] = [];

interface Held {
  readonly basis: CostBasis;
  /** Undefined for spot, which takes no margin. */
  readonly position: PooledPosition | undefined;
  readonly pool: MarginPool | undefined;
}

/**
 * The account as its venue keeps it, in exchange time. Cash is exact; whether margin suffices is judged with numbers, since nothing is booked from it.
 */
export class VenueAccount {
  readonly #terms: VenueTerms;
  readonly #cash = new Map<string, Money>();
  readonly #held = new Map<Instrument, Held>();
  readonly #pools = new Map<string, MarginPool>();
  readonly #liquidationFee: { readonly mantissa: bigint; readonly scale: bigint };

  constructor(terms: VenueTerms) {
    this.#terms = terms;
    for (const { currency, amount } of terms.balances) this.#cash.set(currency, (this.#cash.get(currency) ?? 0n) + toMoney(amount));
    this.#liquidationFee = { mantissa: toMoney(terms.liquidationFeeRate), scale: POW10[18]! };
  }

  add(instrument: Instrument, engine: MatchingEngine): void {
    if (instrument.kind === 'spot') { this.#held.set(instrument, { basis: new CostBasis(instrument), position: undefined, pool: undefined }); return; }
    let pool = this.#pools.get(instrument.settle);
    if (pool === undefined) {
      pool = new MarginPool(instrument.settle);
      pool.balance(this.#cash.get(instrument.settle) ?? 0n);
      this.#pools.set(instrument.settle, pool);
    }
    const position = new PooledPosition(instrument, engine, this.#terms.marginTiers(instrument));
    pool.positions.push(position);
    this.#held.set(instrument, { basis: new CostBasis(instrument), position, pool });
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
    const position = this.#held.get(instrument)?.position;
    if (position !== undefined) position.mark = Number(mark.mantissa) / POW10_NUMBER[mark.decimals]!;
  }

  /** Signed lots held just before a time. */
  lotsAt(instrument: Instrument, at: UnixMicros): number { return this.#held.get(instrument)?.basis.lotsAt(at) ?? 0; }

  fill(instrument: Instrument, signedLots: number, { report, at }: { readonly report: FillReport; readonly at: UnixMicros }): void {
    const { basis, position } = this.#held.get(instrument)!;
    const value = positionValue(instrument, report.tick, signedLots);
    const realised = basis.fill({ fillId: report.fillId, tick: report.tick, lots: signedLots, value, tsEvent: at });
    if (position === undefined) {
      this.#add(instrument.base, toMoney(instrument.lotsToDecimal(signedLots).times(instrument.multiplier)));
      this.#add(instrument.quote, -value);
    } else {
      position.lots = basis.lots;
      position.cost = Number(basis.cost) / 1e18;
      if (realised !== 0n) this.#add(instrument.settle, realised);
    }
    if (report.fee !== 0n) this.#add(report.feeCurrency, -report.fee);
  }

  funding(settlement: Settlement): void { this.#add(settlement.instrument.settle, settlement.amount); }

  /** States the funding accrued on a position and not yet paid; it backs the position like its profit. */
  accrue(instrument: Instrument, amount: Money): void {
    const position = this.#held.get(instrument)?.position;
    if (position !== undefined) position.accrued = Number(amount) / 1e18;
  }

  /** Fee on top of the trading fee when the venue closes a position. */
  liquidationFee(instrument: Instrument, tick: number, lots: number): Money {
    return divideHalfEven(instrument.valueOf(tick, lots) * this.#liquidationFee.mantissa, this.#liquidationFee.scale);
  }

  /** Why the venue refuses an order; undefined where it takes it. */
  refuses(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    const { position, pool } = this.#held.get(instrument)!;
    if (position === undefined || pool === undefined) return this.#refusesSpot(order, tick, lots);
    const after = position.lots + order.sign * lots;
    if (order.reduceOnly || Math.abs(after) <= Math.abs(position.lots)) return undefined;
    const { maxLeverage } = this.#terms;
    const needed = position.initialMargin(after, position.price(tick), maxLeverage) + pool.marginBeside(position, maxLeverage);
    const equity = pool.equity();
    if (needed <= equity) return undefined;
    return { code: 'INSUFFICIENT_MARGIN', reason: `needs ${needed.toFixed(2)} ${instrument.settle} of initial margin, equity is ${equity.toFixed(2)}` };
  }

  /** Currencies whose collateral has fallen below the maintenance margin of the positions it carries. */
  poolsBelowMaintenance(): readonly string[] {
    let below: string[] | undefined;
    for (const pool of this.#pools.values()) if (pool.isBelowMaintenance()) (below ??= []).push(pool.currency);
    return below ?? NONE;
  }

  #refusesSpot(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    const currency = order.sign === 1 ? instrument.quote : instrument.base;
    const needed = order.sign === 1 ? instrument.valueOf(tick, lots) : toMoney(instrument.lotsToDecimal(lots).times(instrument.multiplier));
    const held = this.#cash.get(currency) ?? 0n;
    return needed <= held ? undefined : { code: 'INSUFFICIENT_BALANCE', reason: `needs ${fromMoney(needed).toFixed()} ${currency}, has ${fromMoney(held).toFixed()}` };
  }

  #add(currency: string, amount: Money): void {
    const cash = (this.#cash.get(currency) ?? 0n) + amount;
    this.#cash.set(currency, cash);
    this.#pools.get(currency)?.balance(cash);
  }
}
