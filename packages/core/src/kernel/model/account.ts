import { ArbError } from '../errors.ts';
import { CostBasis, type SignedFill } from '../ledger/cost-basis.ts';
import type { Ledger, LedgerAccount, LedgerAccountKind } from '../ledger/ledger.ts';
import type { Valuation } from '../ledger/valuation.ts';
import type { Decimal } from '../math/decimal.ts';
import { divideHalfEven, fromMoney, type Money, ONE, toMoney } from '../math/money.ts';
import type { InstrumentId, VenueId } from './ids.ts';
import type { Instrument } from './instrument.ts';
import { type MarginTier, MarginTable } from './margin-table.ts';
import { NO_PRICE } from './order.ts';
import { type Position, positionMutator } from './position.ts';

/** Whether the positions of an account share their collateral, or each stands on the margin set aside for it. */
export type MarginMode = 'cross' | 'isolated';

/** Margin tiers of an instrument as its venue publishes them; undefined where they are not known. */
export type MarginTierSource = (instrument: Instrument) => readonly MarginTier[] | undefined;

/** How an account works; all of it as the venue has it set for the account. */
export interface AccountSettings {
  readonly marginMode?: MarginMode;
  /** True where every currency held backs every position at its rate (unified accounts); false where a position is backed by its settlement currency alone. */
  readonly isPooled?: boolean;
  /** Leverage chosen for instruments without their own; 1 unless stated. */
  readonly leverage?: number;
}

/** What is known of one instrument within an account: the position over all strategies, and what its open orders could add. */
export class Holding {
  readonly instrument: Instrument;
  /** Base coin in one lot of a spot instrument, 1e-18 units. */
  readonly lotAmount: Money;
  /** The strategies' positions that make it up. */
  readonly positions: Position[] = [];
  /** Lots of open orders that may increase a position, by side; kept by the risk engine. */
  openBuyLots = 0;
  openSellLots = 0;
  /** Value of those orders at their own prices, by side, in the settlement currency and 1e-18 units; kept for spot only. */
  openBuyValue: Money = 0n;
  /** Price of the last order approved, in ticks: what open orders are margined at while there is neither mark nor market. */
  lastTick: number = NO_PRICE;
  /** Funding accrued and not yet paid. */
  accrued: Money = 0n;
  margin: MarginTable | undefined;
  leverage: number | undefined;
  #basis: CostBasis;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.lotAmount = toMoney(instrument.sizeIncrement.times(instrument.multiplier));
    this.#basis = new CostBasis(instrument);
  }

  /** Netted over all strategies, as the venue sees it. While one position is all there is, it is that position's own. */
  get basis(): CostBasis { return this.#basis; }

  /** Adds a position without fills. */
  join(position: Position): void {
    this.positions.push(position);
    if (this.positions.length === 1) this.#basis = positionMutator.basis(position);
    else if (this.positions.length === 2) this.#basis = this.#basis.copy();
  }

  /** Books a fill of one of the positions in both; returns what it realised in the position and over all. */
  fill(position: Position, fill: SignedFill): { readonly realised: Money; readonly booked: Money } {
    const realised = positionMutator.fill(position, fill);
    return { realised, booked: this.positions.length === 1 ? realised : this.#basis.fill(fill) };
  }

  /** Takes a fill of one of the positions back in both; returns the changes of what was realised. */
  bust(position: Position, fill: SignedFill): { readonly realised: Money; readonly booked: Money } {
    const realised = positionMutator.bust(position, fill);
    return { realised, booked: this.positions.length === 1 ? realised : this.#basis.bust(fill) };
  }

  get isSpot(): boolean { return this.instrument.kind === 'spot'; }

  /** The largest position, in lots without sign, that open orders and `more` signed lots could lead to. */
  worstLots(more = 0): number {
    const long = this.basis.lots + this.openBuyLots + (more > 0 ? more : 0);
    const short = this.basis.lots - this.openSellLots + (more < 0 ? more : 0);
    return long > -short ? long : -short;
  }

  /** Sum of the strategies' positions at the valuation price, so that account and strategies agree to the last 1e-18. */
  value(valuation: Valuation): Money {
    let sum = 0n;
    for (const position of this.positions) sum += valuation.value(this.instrument, position.lots);
    return sum;
  }

  /** Profit of the open position of a derivative. */
  unrealised(valuation: Valuation): Money {
    return this.value(valuation) - this.basis.cost;
  }
}

/** An account at a venue as strategies see it: shared by all of them, read only. Amounts are exact. */
export interface AccountView {
  readonly venue: VenueId;
  readonly name: string;
  /** Currencies held or owed, in the order they came. */
  readonly currencies: readonly string[];
  /** Cash in a currency: what was put in, realised and paid; without unrealised profit. */
  balance(currency: string): Decimal;
  /** What is free for new orders in a currency, unrealised losses and margin taken off. */
  available(currency: string): Decimal;
  /** Signed quantity held in an instrument over all strategies. */
  quantity(instrumentId: InstrumentId): Decimal | undefined;
  /** Everything at its value now, in the reporting currency. */
  readonly equity: Decimal;
  /** Maintenance margin over margin balance, 1 is liquidation; the worst pool of the account. 0 without positions. */
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

const UNMARGINED: MarginTable = new MarginTable([{ notionalFrom: '0', initialRate: '1', maintenanceRate: '0.5' }]);

/**
 * One account at one venue: cash in any currency, spot holdings, derivative positions netted over all strategies, and the margin they take.
 *
 * Cash is read from the ledger, positions from the strategies' own; nothing is held twice. Coins held as a spot position are valued at that instrument's price,
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

  /** @throws ArbError `ARB_BAD_LEVERAGE` */
  configure(settings: AccountSettings): void {
    this.marginMode = settings.marginMode ?? this.marginMode;
    this.isPooled = settings.isPooled ?? this.isPooled;
    if (settings.leverage !== undefined) this.leverage = checkedLeverage(settings.leverage, this.venue);
  }

  /** Sets the margin tiers of an instrument, lowest first, as its venue publishes them. @throws ArbError `ARB_BAD_MARGIN_TIERS` */
  setMarginTiers(instrument: Instrument, tiers: readonly MarginTier[]): void { this.holding(instrument).margin = new MarginTable(tiers); }

  /** Sets the leverage chosen for an instrument. @throws ArbError `ARB_BAD_LEVERAGE` */
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
      if (tiers !== undefined) holding.margin = new MarginTable(tiers);
      this.#holdings.set(instrument.id, holding);
      this.valuation.addInstrument(instrument);
      this.#onHolding();
    }
    return holding;
  }

  findHolding(id: InstrumentId): Holding | undefined { return this.#holdings.get(id); }
  /** In the order they were first used. */
  holdings(): IterableIterator<Holding> { return this.#holdings.values(); }

  get currencies(): readonly string[] { return [...this.#cash.keys()]; }
  balance(currency: string): Decimal { return fromMoney(this.balanceOf(currency)); }
  available(currency: string): Decimal { return fromMoney(this.availableOf(currency)); }
  get equity(): Decimal { return fromMoney(divideHalfEven(this.exactEquity(), ONE)); }

  quantity(instrumentId: InstrumentId): Decimal | undefined {
    const holding = this.#holdings.get(instrumentId);
    return holding?.instrument.lotsToDecimal(holding.basis.lots);
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
    if (!this.isPooled) return this.balanceOf(currency) + this.#profitIn(currency);
    let pooled = 0n;
    for (const held of this.#pool()) {
      const amount = this.balanceOf(held) + this.#profitIn(held);
      if (amount !== 0n) pooled += amount * this.valuation.requireRate(held);
    }
    return divideHalfEven(pooled, ONE);
  }

  /** Initial margin of positions and open orders that share a currency's collateral (pooled: of all, in the reporting currency). */
  initialMargin(currency: string): Money { return this.#sum(currency, (holding) => this.initialMarginOf(holding, holding.worstLots(), holding.lastTick)); }

  /** Maintenance margin, as {@link Account.initialMargin}. */
  maintenanceMargin(currency: string): Money { return this.#sum(currency, (holding) => this.maintenanceMarginOf(holding)); }

  /**
   * Initial margin of so many lots of an instrument, in its settlement currency: at its valuation price, or where it has none at `tick`.
   * @throws ArbError `ARB_NO_PRICE`
   */
  initialMarginOf(holding: Holding, lots: number, tick: number = NO_PRICE): Money {
    if (lots === 0 || holding.isSpot) return 0n;
    const { instrument } = holding;
    const notional = magnitude(tick !== NO_PRICE && !this.valuation.hasPrice(instrument) ? instrument.valueOf(tick, lots) : this.valuation.value(instrument, lots));
    return (holding.margin ?? UNMARGINED).initial(notional, holding.leverage ?? this.leverage);
  }

  /** Maintenance margin of the position in an instrument, in its settlement currency. */
  maintenanceMarginOf(holding: Holding): Money {
    if (holding.isSpot || holding.basis.lots === 0) return 0n;
    return (holding.margin ?? UNMARGINED).maintenance(magnitude(holding.value(this.valuation)));
  }

  /** What new orders may use in a currency: cash and profit less margin and what open spot orders hold. Of isolated positions the margin, not the profit, counts. */
  availableOf(currency: string): Money {
    const balance = this.isPooled ? this.marginBalance(currency) : this.balanceOf(currency) + this.#profitIn(currency);
    return balance - this.initialMargin(currency) - this.#spotReserved(currency);
  }

  get marginRatio(): number {
    let worst = 0;
    const pools = this.isPooled ? [''] : this.#pool();
    for (const currency of pools) {
      const maintenance = this.maintenanceMargin(currency);
      if (maintenance > 0n) worst = Math.max(worst, ratio(maintenance, this.marginBalance(currency)));
    }
    if (this.marginMode === 'isolated') {
      for (const holding of this.#holdings.values()) worst = Math.max(worst, this.#isolatedRatio(holding));
    }
    return worst;
  }

  liquidationDistance(instrumentId: InstrumentId): number | undefined {
    const holding = this.#holdings.get(instrumentId);
    if (holding === undefined || holding.isSpot || holding.basis.lots === 0) return undefined;
    const { instrument } = holding;
    const scale = this.isPooled ? Number(this.valuation.requireRate(instrument.settle)) / Number(ONE) : 1;
    const notional = Number(magnitude(holding.value(this.valuation))) * scale;
    const own = Number(this.maintenanceMarginOf(holding)) * scale;
    const rate = (holding.margin ?? UNMARGINED).maintenanceRateAt(magnitude(holding.value(this.valuation)));
    const deduction = rate * notional - own;
    const backing = this.marginMode === 'isolated'
      ? Number(this.#isolatedMargin(holding) + holding.unrealised(this.valuation))
      : Number(this.marginBalance(instrument.settle)) - (Number(this.maintenanceMargin(instrument.settle)) - own);
    const sign = holding.basis.lots > 0 ? 1 : -1;
    // The change x of the price at which backing + profit(x) = maintenance(x). Inverse positions are linear in 1/p, so there 1/(1 + x) is solved for.
    const change = instrument.isInverse
      ? notional * (rate + sign) / (backing + sign * notional + deduction) - 1
      : (rate * notional - deduction - backing) / (notional * (sign - rate));
    return Number.isFinite(change) && change > -1 && sign * change <= 0 ? change : undefined;
  }

  /** True while a position, or the account, has less than its maintenance margin. */
  get isLiquidatable(): boolean { return this.marginRatio >= 1; }

  #isolatedMargin(holding: Holding): Money {
    return (holding.margin ?? UNMARGINED).initial(magnitude(holding.basis.cost), holding.leverage ?? this.leverage);
  }

  #isolatedRatio(holding: Holding): number {
    const maintenance = this.maintenanceMarginOf(holding);
    return maintenance === 0n ? 0 : ratio(maintenance, this.#isolatedMargin(holding) + holding.unrealised(this.valuation) + holding.accrued);
  }

  /** Currencies that hold cash or settle a position. */
  #pool(): Set<string> {
    const currencies = new Set(this.#cash.keys());
    for (const { instrument } of this.#holdings.values()) currencies.add(instrument.settle);
    return currencies;
  }

  #profitIn(currency: string): Money {
    if (this.marginMode === 'isolated') return 0n;
    let profit = 0n;
    for (const holding of this.#holdings.values()) {
      if (holding.instrument.settle === currency && !holding.isSpot) profit += holding.unrealised(this.valuation) + holding.accrued;
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

function magnitude(amount: Money): Money { return amount < 0n ? -amount : amount; }

function ratio(maintenance: Money, balance: Money): number { return balance <= 0n ? Infinity : Number(maintenance) / Number(balance); }

function checkedLeverage(leverage: number, where: string): number {
  if (Number.isFinite(leverage) && leverage >= 1) return leverage;
  throw new ArbError('ARB_BAD_LEVERAGE', `${where}: leverage ${leverage} must be a number of at least 1`, { leverage });
}
