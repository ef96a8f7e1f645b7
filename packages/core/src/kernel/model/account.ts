import { ArbError } from '../errors.ts';
import type { SignedFill } from '../ledger/cost-basis.ts';
import type { Ledger, LedgerAccount, LedgerAccountKind } from '../ledger/ledger.ts';
import type { Valuation } from '../ledger/valuation.ts';
import type { Decimal } from '../math/decimal.ts';
import { divideHalfEven, fromMoney, type Money, ONE } from '../math/money.ts';
import { Holding, type MarginMode, type RealisedProfit } from './holding.ts';
import type { InstrumentId, VenueId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import { magnitude } from './instrument-margin.ts';
import type { HeldPosition } from './isolated-margin.ts';
import { type MarginTier, MarginTable } from './margin-table.ts';
import { NO_PRICE } from './order.ts';
import type { Position } from './position.ts';

/** Margin tiers of an instrument as its venue publishes them; undefined where they are not known. */
export type MarginTierSource = (instrument: Instrument) => readonly MarginTier[] | undefined;

/** How an account works; all of it as the venue has it set for the account. */
export interface AccountSettings {
  /** How positions without a mode of their own are backed; cross unless stated. */
  readonly marginMode?: MarginMode;
  /** True where every currency held backs every position at its rate (unified accounts); false where a position is backed by its settlement currency alone. */
  readonly isPooled?: boolean;
  /** Leverage chosen for instruments without their own; 1 unless stated. */
  readonly leverage?: number;
}

/** An account at a venue as strategies see it: shared by all of them, read only. Amounts are exact. */
export interface AccountView {
  readonly venue: VenueId;
  readonly name: string;
  /** Currencies held or owed, in the order they came. */
  readonly currencies: readonly string[];
  /** Cash in a currency: what was put in, realised and paid; without unrealised profit. */
  balance(currency: string): Decimal;
  /** What is free for new orders in a currency, unrealised losses of cross positions and all margin taken off. */
  available(currency: string): Decimal;
  /** What positions and open orders hold of a currency: initial margin of cross positions, margin set aside for isolated ones, coins of open spot orders. */
  locked(currency: string): Decimal;
  /** Margin set aside for an isolated position, in its settlement currency: at most this is lost with it by liquidation. Undefined where it is cross, or spot. */
  isolatedMargin(instrumentId: InstrumentId): Decimal | undefined;
  /** Signed quantity held in an instrument over all strategies. */
  quantity(instrumentId: InstrumentId): Decimal | undefined;
  /** Everything at its value now, in the reporting currency. */
  readonly equity: Decimal;
  /** Maintenance margin over margin balance, 1 is liquidation; the worst of the account's pools and isolated positions. 0 without positions. */
  readonly marginRatio: number;
  /** Relative price change of an instrument at which its position would be liquidated, all else unchanged: −0.12 is a fall of 12 %. Undefined where none is near. */
  liquidationDistance(instrumentId: InstrumentId): number | undefined;
}

/** What an account shares with the portfolio it belongs to. */
export interface AccountBooks {
  readonly ledger: Ledger;
  readonly valuation: Valuation;
  readonly marginTiers: MarginTierSource | undefined;
  /** Called when an instrument is first held or ordered. */
  readonly onHolding: () => void;
}

/**
 * One account at one venue: cash in any currency, spot holdings, derivative positions netted over all strategies, and the margin they take.
 *
 * Cash is read from the ledger, positions from the strategies' own; nothing is held twice. Margin of isolated positions is part of the cash, set aside. Coins held as a spot position are valued at that instrument's price,
 * all other coins at their rate. Instruments whose margin tiers are not known are taken as unleveraged.
 */
export class Account implements AccountView {
  readonly venue: VenueId;
  readonly name: string;
  marginMode: MarginMode = 'cross';
  isPooled = false;
  leverage = 1;
  /** What things are worth, shared by all accounts of a portfolio. */
  readonly valuation: Valuation;
  readonly #ledger: Ledger;
  readonly #marginTiers: MarginTierSource | undefined;
  readonly #onHolding: () => void;
  readonly #cash = new Map<string, LedgerAccount>();
  readonly #counters = new Map<LedgerAccountKind, Map<string, LedgerAccount>>();
  readonly #holdings = new Map<InstrumentId, Holding>();

  constructor(key: { readonly venue: VenueId; readonly name: string }, books: AccountBooks) {
    this.venue = key.venue;
    this.name = key.name;
    this.#ledger = books.ledger;
    this.valuation = books.valuation;
    this.#marginTiers = books.marginTiers;
    this.#onHolding = books.onHolding;
  }

  /** @throws ArbError `ARB_BAD_LEVERAGE`; `ARB_MARGIN_MODE` where a position open now would change its margin mode, and nothing changes */
  configure(settings: AccountSettings): void {
    const { marginMode = this.marginMode } = settings;
    if (marginMode !== this.marginMode) for (const holding of this.#holdings.values()) if (holding.marginMode === undefined) requireFlat(holding);
    this.marginMode = marginMode;
    this.isPooled = settings.isPooled ?? this.isPooled;
    if (settings.leverage !== undefined) this.leverage = checkedLeverage(settings.leverage, this.venue);
  }

  /** Sets the margin tiers of an instrument, lowest first, as its venue publishes them. @throws ArbError `ARB_BAD_MARGIN_TIERS` */
  setMarginTiers(instrument: Instrument, tiers: readonly MarginTier[]): void { this.holding(instrument).margin.table = new MarginTable(tiers); }

  /** Sets the margin mode of one instrument, whatever the account's. @throws ArbError `ARB_MARGIN_MODE` while a position in it is open */
  setMarginMode(instrument: Instrument, mode: MarginMode): void {
    const holding = this.holding(instrument);
    if ((holding.marginMode ?? this.marginMode) !== mode) requireFlat(holding);
    holding.marginMode = mode;
  }

  /** Sets the leverage chosen for an instrument; margin set aside before stays as it is. @throws ArbError `ARB_BAD_LEVERAGE` */
  setLeverage(instrument: Instrument, leverage: number): void { this.holding(instrument).leverage = checkedLeverage(leverage, instrument.id); }

  /** The ledger's cash account of a currency, made on first use. */
  cash(currency: string): LedgerAccount {
    let cash = this.#cash.get(currency);
    if (cash === undefined) {
      cash = this.#ledger.account(this.venue, this.name, currency, 'cash');
      this.#cash.set(currency, cash);
    }
    return cash;
  }

  /** The ledger's account that money of this kind comes from or goes to, made on first use. */
  counter(currency: string, kind: LedgerAccountKind): LedgerAccount {
    let byCurrency = this.#counters.get(kind);
    if (byCurrency === undefined) {
      byCurrency = new Map();
      this.#counters.set(kind, byCurrency);
    }
    let counter = byCurrency.get(currency);
    if (counter === undefined) {
      counter = this.#ledger.account(this.venue, this.name, currency, kind);
      byCurrency.set(currency, counter);
    }
    return counter;
  }

  /** State of an instrument within the account, made on first use. */
  holding(instrument: Instrument): Holding {
    let holding = this.#holdings.get(instrument.id);
    if (holding === undefined) {
      holding = new Holding(instrument);
      const tiers = holding.isSpot ? undefined : this.#marginTiers?.(instrument);
      if (tiers !== undefined) holding.margin.table = new MarginTable(tiers);
      this.#holdings.set(instrument.id, holding);
      this.valuation.addInstrument(instrument);
      this.#onHolding();
    }
    return holding;
  }

  /** Books a fill of one of a holding's positions, as {@link Holding.fill}, and the margin it moves. */
  fill(holding: Holding, position: Position, fill: SignedFill): RealisedProfit {
    const { lots, cost } = holding.basis;
    const profit = holding.fill(position, fill);
    if (this.isIsolated(holding)) this.#moveMargin(holding, { lots, cost });
    return profit;
  }

  /** Takes such a fill back, as {@link Holding.bust}; the margin moves as by a fill the other way. */
  bust(holding: Holding, position: Position, fill: SignedFill): RealisedProfit {
    const { lots, cost } = holding.basis;
    const profit = holding.bust(position, fill);
    if (this.isIsolated(holding)) this.#moveMargin(holding, { lots, cost });
    return profit;
  }

  /** Funding was paid on the position of a holding. */
  funded(holding: Holding, amount: Money): void { if (this.isIsolated(holding)) holding.isolated.funded(amount, holding.basis.lots); }

  /** True where the position stands on its own margin. */
  isIsolated(holding: Holding): boolean { return (holding.marginMode ?? this.marginMode) === 'isolated' && !holding.isSpot; }

  findHolding(id: InstrumentId): Holding | undefined { return this.#holdings.get(id); }
  /** In the order they were first used. */
  holdings(): IterableIterator<Holding> { return this.#holdings.values(); }

  get currencies(): readonly string[] { return [...this.#cash.keys()]; }
  balance(currency: string): Decimal { return fromMoney(this.balanceOf(currency)); }
  available(currency: string): Decimal { return fromMoney(this.availableOf(currency)); }
  locked(currency: string): Decimal { return fromMoney(this.marginBalance(currency) - this.availableOf(currency) + this.#setAside(currency)); }
  get equity(): Decimal { return fromMoney(divideHalfEven(this.exactEquity(), ONE)); }

  quantity(instrumentId: InstrumentId): Decimal | undefined {
    const holding = this.#holdings.get(instrumentId);
    return holding?.instrument.lotsToDecimal(holding.basis.lots);
  }

  isolatedMargin(instrumentId: InstrumentId): Decimal | undefined {
    const holding = this.#holdings.get(instrumentId);
    return holding === undefined || !this.isIsolated(holding) ? undefined : fromMoney(holding.isolated.amount);
  }

  /** Cash in a currency, 1e-18 units. */
  balanceOf(currency: string): Money { return this.#cash.get(currency)?.balance ?? 0n; }

  /**
   * Everything in the account at its value now, in the reporting currency and 1e-36 units, exactly.
   * @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` where something held cannot be valued
   */
  exactEquity(): bigint {
    let equity = 0n;
    for (const { currency, balance } of this.#cash.values()) if (balance !== 0n) equity += balance * this.valuation.requireRate(currency);
    for (const holding of this.#holdings.values()) {
      const { instrument } = holding;
      if (!holding.isSpot) {
        const profit = holding.unrealised(this.valuation) + holding.accrued;
        if (profit !== 0n) equity += profit * this.valuation.requireRate(instrument.settle);
      } else if (holding.basis.lots !== 0) {
        equity += holding.value(this.valuation) * this.valuation.requireRate(instrument.quote) - BigInt(holding.basis.lots) * holding.lotAmount * this.valuation.requireRate(instrument.base);
      }
    }
    return equity;
  }

  /**
   * Cash and unrealised profit that back positions settled in a currency, in that currency; for a pooled account all collateral in the reporting currency.
   * Isolated margin is not in it.
   */
  marginBalance(currency: string): Money {
    if (!this.isPooled) return this.balanceOf(currency) + this.#profitIn(currency) - this.#isolatedIn(currency);
    let pooled = 0n;
    for (const held of this.#pool()) {
      const amount = this.balanceOf(held) + this.#profitIn(held) - this.#isolatedIn(held);
      if (amount !== 0n) pooled += amount * this.valuation.requireRate(held);
    }
    return divideHalfEven(pooled, ONE);
  }

  /** Initial margin of cross positions and open orders that share a currency's collateral (pooled: of all, in the reporting currency). */
  initialMargin(currency: string): Money {
    return this.#sum(currency, (holding) => (this.isIsolated(holding) ? 0n : this.initialMarginOf(holding, holding.worstLots(), holding.lastTick)));
  }

  /** Maintenance margin of cross positions, as {@link Account.initialMargin}. */
  maintenanceMargin(currency: string): Money { return this.#sum(currency, (holding) => (this.isIsolated(holding) ? 0n : this.maintenanceMarginOf(holding))); }

  /**
   * Initial margin of so many lots of an instrument, in its settlement currency: at its valuation price, or where it has none at `tick`.
   * @throws ArbError `ARB_NO_PRICE`
   */
  initialMarginOf(holding: Holding, lots: number, tick: number = NO_PRICE): Money {
    if (lots === 0 || holding.isSpot) return 0n;
    const { instrument } = holding;
    const value = tick !== NO_PRICE && !this.valuation.hasPrice(instrument) ? instrument.valueOf(tick, lots) : this.valuation.value(instrument, lots);
    return this.#initial(holding, lots, value);
  }

  /**
   * What an order of so many signed lots needs beyond what positions and open orders hold already, in the settlement currency. An isolated position sets margin
   * aside at the price it trades at, so there the dearer of `tick` and valuation price counts.
   * @throws ArbError `ARB_NO_PRICE`
   */
  marginNeeded(holding: Holding, signedLots: number, tick: number): Money {
    if (this.isIsolated(holding)) {
      const dearest = (lots: number): Money => this.#dearest(holding, lots, tick);
      return notBelowZero(isolatedReserve(holding, { more: signedLots, initial: dearest, valuation: this.valuation }) - isolatedReserve(holding, { more: 0, initial: dearest, valuation: this.valuation }));
    }
    return notBelowZero(this.initialMarginOf(holding, holding.worstLots(signedLots), tick) - this.initialMarginOf(holding, holding.worstLots(), tick));
  }

  /** Maintenance margin of the position in an instrument, in its settlement currency. */
  maintenanceMarginOf(holding: Holding): Money {
    const { lots } = holding.basis;
    return holding.isSpot || lots === 0 ? 0n : holding.margin.maintenance(lots, holding.value(this.valuation));
  }

  /** What new orders may use in a currency: cash and cross profit less margin and what open orders hold. Of isolated positions the margin counts, not the profit. */
  availableOf(currency: string): Money {
    return this.marginBalance(currency) - this.initialMargin(currency) - this.#isolatedOrders(currency) - this.#spotReserved(currency);
  }

  get marginRatio(): number {
    let worst = 0;
    const pools = this.isPooled ? [''] : this.#pool();
    for (const currency of pools) {
      const maintenance = this.maintenanceMargin(currency);
      if (maintenance > 0n) worst = Math.max(worst, ratio(maintenance, this.marginBalance(currency)));
    }
    for (const holding of this.#holdings.values()) if (this.isIsolated(holding)) worst = Math.max(worst, this.#isolatedRatio(holding));
    return worst;
  }

  liquidationDistance(instrumentId: InstrumentId): number | undefined {
    const holding = this.#holdings.get(instrumentId);
    if (holding === undefined || holding.isSpot || holding.basis.lots === 0) return undefined;
    const { instrument, basis: { lots } } = holding;
    const isIsolated = this.isIsolated(holding);
    const scale = this.isPooled && !isIsolated ? Number(this.valuation.requireRate(instrument.settle)) / Number(ONE) : 1;
    const value = holding.value(this.valuation);
    const notional = Number(magnitude(value)) * scale;
    const own = Number(this.maintenanceMarginOf(holding)) * scale;
    // The deduction of a tier is an amount of quote currency: fixed for linear contracts, a fixed part of the coins for inverse ones.
    const rate = instrument.isInverse ? own / notional : holding.margin.maintenanceRate(lots, value);
    const deduction = rate * notional - own;
    const backing = isIsolated
      ? Number(holding.isolated.amount + holding.unrealised(this.valuation) + holding.accrued)
      : Number(this.marginBalance(instrument.settle)) - (Number(this.maintenanceMargin(instrument.settle)) - own);
    const sign = lots > 0 ? 1 : -1;
    // The change x of the price at which backing + profit(x) = maintenance(x). Inverse positions are linear in 1/p, so there 1/(1 + x) is solved for.
    const change = instrument.isInverse
      ? notional * (rate + sign) / (backing + sign * notional + deduction) - 1
      : (rate * notional - deduction - backing) / (notional * (sign - rate));
    return Number.isFinite(change) && change > -1 && sign * change <= 0 ? change : undefined;
  }

  /** True while a position, or the account, has less than its maintenance margin. */
  get isLiquidatable(): boolean { return this.marginRatio >= 1; }

  #initial(holding: Holding, lots: number, value: Money): Money { return holding.margin.initial(lots, value, holding.leverage ?? this.leverage); }

  #moveMargin(holding: Holding, before: HeldPosition): void {
    holding.isolated.filled(before, holding.basis, (lots, cost) => this.#initial(holding, lots, cost));
  }

  /** Initial margin of lots at the dearer of a tick and the valuation price. */
  #dearest(holding: Holding, lots: number, tick: number): Money {
    const atTick = tick === NO_PRICE || lots === 0 ? 0n : this.#initial(holding, lots, holding.instrument.valueOf(tick, lots));
    const valued = this.initialMarginOf(holding, lots, tick);
    return atTick > valued ? atTick : valued;
  }

  #isolatedRatio(holding: Holding): number {
    const maintenance = this.maintenanceMarginOf(holding);
    return maintenance === 0n ? 0 : ratio(maintenance, holding.isolated.amount + holding.unrealised(this.valuation) + holding.accrued);
  }

  /** Margin set aside for isolated positions settled in a currency. */
  #isolatedIn(currency: string): Money {
    let sum = 0n;
    for (const holding of this.#holdings.values()) if (holding.instrument.settle === currency && this.isIsolated(holding)) sum += holding.isolated.amount;
    return sum;
  }

  /** The same over the collateral of {@link Account.initialMargin}. */
  #setAside(currency: string): Money { return this.#sum(currency, (holding) => (this.isIsolated(holding) ? holding.isolated.amount : 0n)); }

  /** Margin that open orders may add to isolated positions. */
  #isolatedOrders(currency: string): Money {
    return this.#sum(currency, (holding) => {
      if (!this.isIsolated(holding)) return 0n;
      return isolatedReserve(holding, { more: 0, initial: (lots) => this.initialMarginOf(holding, lots, holding.lastTick), valuation: this.valuation });
    });
  }

  /** Currencies that hold cash or settle a position. */
  #pool(): Set<string> {
    const currencies = new Set(this.#cash.keys());
    for (const { instrument } of this.#holdings.values()) currencies.add(instrument.settle);
    return currencies;
  }

  #profitIn(currency: string): Money {
    let profit = 0n;
    for (const holding of this.#holdings.values()) {
      if (holding.instrument.settle === currency && !holding.isSpot && !this.isIsolated(holding)) profit += holding.unrealised(this.valuation) + holding.accrued;
    }
    return profit;
  }

  #sum(currency: string, of: (holding: Holding) => Money): Money {
    let sum = 0n;
    let pooled = 0n;
    for (const holding of this.#holdings.values()) {
      const { settle } = holding.instrument;
      if (!this.isPooled && settle !== currency) continue;
      const amount = of(holding);
      if (amount === 0n) continue;
      sum += amount;
      if (this.isPooled) pooled += amount * this.valuation.requireRate(settle);
    }
    return this.isPooled ? divideHalfEven(pooled, ONE) : sum;
  }

  #spotReserved(currency: string): Money {
    let reserved = 0n;
    for (const { instrument, isSpot, lotAmount, openBuyValue, openSellLots } of this.#holdings.values()) {
      if (!isSpot) continue;
      const held = instrument.quote === currency || this.isPooled ? openBuyValue * this.#rateIfPooled(instrument.quote) : 0n;
      const base = openSellLots > 0 && (instrument.base === currency || this.isPooled) ? BigInt(openSellLots) * lotAmount * this.#rateIfPooled(instrument.base) : 0n;
      reserved += held + base;
    }
    return divideHalfEven(reserved, ONE);
  }

  #rateIfPooled(currency: string): Money { return this.isPooled ? this.valuation.requireRate(currency) : ONE; }
}

function notBelowZero(amount: Money): Money { return amount > 0n ? amount : 0n; }

/**
 * Cash that open orders and `more` signed lots could take for an isolated position: by adding to it, or by a flip, which first gets back what the position is
 * worth.
 */
function isolatedReserve(holding: Holding, { more, initial, valuation }: { readonly more: number; readonly initial: (lots: number) => Money; readonly valuation: Valuation }): Money {
  const { basis: { lots }, isolated, openBuyLots, openSellLots } = holding;
  const buying = openBuyLots + Math.max(0, more);
  const selling = openSellLots + Math.max(0, -more);
  const [adding, cutting] = lots >= 0 ? [buying, selling] : [selling, buying];
  const held = Math.abs(lots);
  const added = initial(held + adding) - initial(held);
  if (cutting <= held) return added;
  const flipped = initial(cutting - held) - (lots === 0 ? 0n : isolated.amount + holding.unrealised(valuation) + holding.accrued);
  return added > flipped ? added : flipped;
}

/** Margin cannot change hands under an open position, at no venue. */
function requireFlat({ instrument, basis, isSpot }: Holding): void {
  if (isSpot || basis.lots === 0) return;
  throw new ArbError('ARB_MARGIN_MODE', `${instrument.id}: the margin mode cannot change while ${basis.lots} lots are open; set it before the first fill, or close the position`, { id: instrument.id });
}

function ratio(maintenance: Money, balance: Money): number { return balance <= 0n ? Infinity : Number(maintenance) / Number(balance); }

function checkedLeverage(leverage: number, where: string): number {
  if (Number.isFinite(leverage) && leverage >= 1) return leverage;
  throw new ArbError('ARB_BAD_LEVERAGE', `${where}: leverage ${leverage} must be a number of at least 1`, { leverage });
}
