import { type Instrument, type Money, type Order, type UnixMicros } from '@arb/core';
import { CostBasis, divideHalfEven, type FillReport, formatMoney, fromMoney, POW10, POW10_NUMBER, positionValue, toMoney } from '@arb/core/internal';
import type { MarkedPrice, Settlement } from './funding-settlement.ts';
import { IsolatedPosition } from './isolated-position.ts';
import { MarginPool, PooledPosition } from './margin-pool.ts';
import type { MatchingEngine } from './matching-engine.ts';
import { marginTermsOf, type VenueTerms } from './venue-terms.ts';

/** Why a venue refuses an order. */
export interface Refusal { readonly code: string; readonly reason: string }

const NONE: readonly Instrument[] = [];

interface Held {
  readonly basis: CostBasis;
  /** What the margin of a derivative comes from: none for spot, which takes no margin. */
  readonly pool: MarginPool | undefined;
  /** Its position in the pool where it is cross, beside it where it is isolated. */
  readonly cross: PooledPosition | undefined;
  readonly isolated: IsolatedPosition | undefined;
}

/**
 * The account as its venue keeps it, in exchange time. Cash and isolated margin are exact; whether cross margin suffices is judged with numbers, since nothing is
 * booked from it.
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
    const basis = new CostBasis(instrument);
    if (instrument.kind === 'spot') { this.#held.set(instrument, { basis, pool: undefined, cross: undefined, isolated: undefined }); return; }
    const pool = this.#poolOf(instrument.settle);
    const { marginMode, leverage } = marginTermsOf(this.#terms, instrument);
    const terms = { tiers: this.#terms.marginTiers(instrument), leverage };
    if (marginMode === 'isolated') {
      const isolated = new IsolatedPosition(basis, engine, terms);
      pool.isolated.push(isolated);
      this.#held.set(instrument, { basis, pool, cross: undefined, isolated });
    } else {
      const cross = new PooledPosition(instrument, engine, terms);
      pool.positions.push(cross);
      this.#held.set(instrument, { basis, pool, cross, isolated: undefined });
    }
  }

  /** Signed lots held. */
  lots(instrument: Instrument): number { return this.#held.get(instrument)?.basis.lots ?? 0; }

  /** Cash set aside for an isolated position, exact; undefined where it is cross, or spot. */
  isolatedMargin(instrument: Instrument): Money | undefined { return this.#held.get(instrument)?.isolated?.margin; }

  /** Cash by currency, exact; margin that is set aside is part of it. */
  balances(): ReadonlyMap<string, Money> { return this.#cash; }

  /** Lots an order of this direction may still take off the position. */
  reducible(instrument: Instrument, sign: 1 | -1): number {
    const lots = this.lots(instrument);
    return sign === 1 ? Math.max(0, -lots) : Math.max(0, lots);
  }

  mark(instrument: Instrument, mark: MarkedPrice): void {
    const held = this.#held.get(instrument);
    if (held?.isolated !== undefined) held.isolated.mark = mark;
    else if (held?.cross !== undefined) held.cross.mark = Number(mark.mantissa) / POW10_NUMBER[mark.decimals]!;
  }

  /** Signed lots held just before a time. */
  lotsAt(instrument: Instrument, at: UnixMicros): number { return this.#held.get(instrument)?.basis.lotsAt(at) ?? 0; }

  fill(instrument: Instrument, signedLots: number, { report, at }: { readonly report: FillReport; readonly at: UnixMicros }): void {
    const { basis, pool, cross, isolated } = this.#held.get(instrument)!;
    const { lots, cost } = basis;
    const value = positionValue(instrument, report.tick, signedLots);
    const realised = basis.fill({ fillId: report.fillId, tick: report.tick, lots: signedLots, value, tsEvent: at });
    isolated?.filled(lots, cost);
    if (cross !== undefined) {
      cross.lots = basis.lots;
      cross.cost = Number(basis.cost) / 1e18;
    }
    if (pool === undefined) {
      this.#add(instrument.base, toMoney(instrument.lotsToDecimal(signedLots).times(instrument.multiplier)));
      this.#add(instrument.quote, -value);
    } else if (realised !== 0n || isolated !== undefined) this.#add(instrument.settle, realised);
    if (report.fee !== 0n) this.#add(report.feeCurrency, -report.fee);
  }

  funding({ instrument, amount }: Settlement): void {
    this.#held.get(instrument)?.isolated?.funded(amount);
    this.#add(instrument.settle, amount);
  }

  /**
   * The liquidation of an isolated position is over: its insurance fund pays what it cost beyond the margin that was set aside.
   *
   * @param before cash and margin when it began
   * @returns what was paid in, in the settlement currency
   */
  cover(instrument: Instrument, before: { readonly cash: Money; readonly margin: Money }): Money {
    const lost = before.cash - this.#cashOf(instrument.settle);
    const beyond = lost - before.margin;
    if (beyond <= 0n) return 0n;
    this.#add(instrument.settle, beyond);
    return beyond;
  }

  /** States the funding accrued on a position and not yet paid; it backs the position like its profit. */
  accrue(instrument: Instrument, amount: Money): void {
    const held = this.#held.get(instrument);
    if (held?.isolated !== undefined) held.isolated.accrued = amount;
    else if (held?.cross !== undefined) held.cross.accrued = Number(amount) / 1e18;
  }

  /** Fee on top of the trading fee when the venue closes a position. */
  liquidationFee(instrument: Instrument, tick: number, lots: number): Money {
    return divideHalfEven(instrument.valueOf(tick, lots) * this.#liquidationFee.mantissa, this.#liquidationFee.scale);
  }

  /** Why the venue refuses an order; undefined where it takes it. */
  refuses(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    const { basis, pool, cross, isolated } = this.#held.get(instrument)!;
    if (pool === undefined) return this.#refusesSpot(order, tick, lots);
    const after = basis.lots + order.sign * lots;
    if (order.reduceOnly) return undefined;
    if (isolated !== undefined) return this.#refusesIsolated(order, { isolated, pool }, [tick, lots]);
    if (Math.abs(after) <= Math.abs(basis.lots)) return undefined;
    const needed = cross!.initialMargin(after, cross!.price(tick)) + pool.marginBeside(cross);
    const equity = pool.equity();
    if (needed <= equity) return undefined;
    return { code: 'INSUFFICIENT_MARGIN', reason: `needs ${needed.toFixed(2)} ${instrument.settle} of initial margin, equity is ${equity.toFixed(2)}` };
  }

  /** What to liquidate: all that takes cross margin of a currency, held or not, where its collateral has fallen below the maintenance margin, and each isolated position by itself. */
  belowMaintenance(): readonly Instrument[] {
    let below: Instrument[] | undefined;
    for (const pool of this.#pools.values()) if (pool.isBelowMaintenance()) for (const { instrument } of pool.positions) (below ??= []).push(instrument);
    for (const [instrument, { isolated }] of this.#held) if (isolated?.isLiquidatable() === true) (below ??= []).push(instrument);
    return below ?? NONE;
  }

  #poolOf(currency: string): MarginPool {
    let pool = this.#pools.get(currency);
    if (pool === undefined) {
      pool = new MarginPool(currency);
      pool.balance(this.#cashOf(currency));
      this.#pools.set(currency, pool);
    }
    return pool;
  }

  #refusesIsolated({ instrument, sign }: Order, { isolated, pool }: { readonly isolated: IsolatedPosition; readonly pool: MarginPool }, [tick, lots]: readonly [number, number]): Refusal | undefined {
    const needed = isolated.needed(sign * lots, tick);
    if (needed <= 0n) return undefined;
    const free = pool.equity() - pool.marginBeside();
    if (Number(needed) / 1e18 <= free) return undefined;
    const { leverage } = marginTermsOf(this.#terms, instrument);
    return { code: 'INSUFFICIENT_MARGIN', reason: `needs ${formatMoney(needed)} ${instrument.settle} of isolated margin at leverage ${leverage}, ${free.toFixed(2)} is free` };
  }

  #refusesSpot(order: Order, tick: number, lots: number): Refusal | undefined {
    const { instrument } = order;
    const currency = order.sign === 1 ? instrument.quote : instrument.base;
    const needed = order.sign === 1 ? instrument.valueOf(tick, lots) : toMoney(instrument.lotsToDecimal(lots).times(instrument.multiplier));
    let held = this.#cashOf(currency);
    for (const { margin } of this.#pools.get(currency)?.isolated ?? []) held -= margin;
    return needed <= held ? undefined : { code: 'INSUFFICIENT_BALANCE', reason: `needs ${fromMoney(needed).toFixed()} ${currency}, has ${fromMoney(held).toFixed()}` };
  }

  #add(currency: string, amount: Money): void {
    const cash = this.#cashOf(currency) + amount;
    this.#cash.set(currency, cash);
    this.#pools.get(currency)?.balance(cash);
  }

  #cashOf(currency: string): Money { return this.#cash.get(currency) ?? 0n; }
}
