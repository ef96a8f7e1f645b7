import type { AccountReport, BalanceChangeReport, ForcedFillReport, FundingPaymentReport } from '../execution/execution-client.ts';
import { invariant } from '../errors.ts';
import type { SignedFill } from '../ledger/cost-basis.ts';
import { LegAttribution, type PnlBreakdown, roundComponents } from '../ledger/attribution.ts';
import { componentIndex, CurrencyStream, type PnlComponent, zeroComponents } from '../ledger/currency-stream.ts';
import { Ledger, type LedgerAccountKind, type Posting } from '../ledger/ledger.ts';
import { positionValue } from '../ledger/position-value.ts';
import { type PriceSource, Valuation } from '../ledger/valuation.ts';
import type { Decimal } from '../math/decimal.ts';
import { divideHalfEven, formatMoney, fromMoney, type Money, ONE } from '../math/money.ts';
import { Account, type MarginTierSource } from '../model/account.ts';
import type { Holding } from '../model/holding.ts';
import type { InstrumentId, PositionId, StrategyId, VenueId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { FillReport } from '../model/order-events.ts';
import { NO_PRICE, type Order, type ScaledPrice } from '../model/order.ts';
import { netPositionId, Position, positionMutator } from '../model/position.ts';
import type { UnixMicros } from '../model/time.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { FundingPayment } from './funding-payment.ts';
import { share } from './share.ts';
import { StrategyPortfolio } from './strategy-portfolio.ts';

/** Account orders go to unless they name another. */
export const DEFAULT_ACCOUNT = 'main';

/** Owner of what no strategy of the run did: external positions, deposits, costs of the account as a whole. */
export const UNALLOCATED: StrategyId = 'UNALLOCATED';

/** What a portfolio asks others for. */
export interface PortfolioOptions {
  /** Mids and reference prices, asked for when something is valued. Without it positions are valued at marks and fills alone. */
  readonly prices?: PriceSource;
  /** Margin tiers, asked for once per instrument; without them positions are taken as unleveraged. */
  readonly marginTiers?: MarginTierSource;
}

/** When a fill happened, and the market its order was sent into where it is not what the order remembers. */
export interface FillContext {
  readonly tsEvent: UnixMicros;
  /** Best bid plus best ask in ticks when the order was sent; the order's own unless stated. */
  readonly arrivalMid2?: number;
  /** Reference price of the pair when the order was sent; the order's own unless stated. */
  readonly reference?: ScaledPrice;
}

/** What a fill did to a position. */
export interface FillResult {
  readonly position: Position;
  /** Signed lots after it. */
  readonly positionLots: number;
  /** Profit it realised in the settlement currency; of a bust, the change. */
  readonly realised: Money;
}

/** One strategy's part of a forced fill. */
export interface ForcedFillShare extends FillResult {
  readonly strategyId: StrategyId;
  /** Signed lots of this part. */
  readonly lots: number;
}

/** Where the venue's view of an account and ours differ; amounts and quantities as decimal text. */
export interface AccountDifference {
  readonly kind: 'balance' | 'position';
  /** Currency or instrument id. */
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
}

/** One position with the account that holds it and where its profit comes from. */
export interface Leg {
  readonly position: Position;
  readonly account: Account;
  readonly holding: Holding;
  readonly attribution: LegAttribution;
}

interface LegFill { readonly fill: SignedFill; readonly report: FillReport; readonly mid2: number; readonly reference: ScaledPrice | undefined }

const COST_COMPONENT: Readonly<Record<Exclude<BalanceChangeReport['kind'], 'deposit' | 'withdrawal'>, PnlComponent>> = {
  borrow: 'borrow', gas: 'gas', 'liquidation-fee': 'fees', insurance: 'fees', fx: 'fx',
};

/**
 * The whole book: ledger, accounts, positions of every strategy and where profit came from. Every amount is booked once, in the ledger; the rest are views.
 *
 * At any moment equity = ledger balances + unrealised profit = transfers + the sum of all profit components, exactly (see {@link Portfolio.residual}).
 */
export class Portfolio {
  readonly ledger: Ledger = new Ledger();
  readonly valuation: Valuation;
  readonly #accounts = new Map<VenueId, Map<string, Account>>();
  readonly #legs = new Map<StrategyId, Map<InstrumentId, Leg[]>>();
  readonly #unallocated = new Map<string, CurrencyStream>();
  readonly #strategies = new Map<StrategyId, StrategyPortfolio>();
  readonly #marginTiers: MarginTierSource | undefined;
  readonly #floats = (currency: string): boolean => !this.valuation.isPegged(currency);
  #holdingCount = 0;

  constructor(options: PortfolioOptions = {}) {
    this.valuation = new Valuation(options.prices);
    this.#marginTiers = options.marginTiers;
  }

  /** A strategy's own book, made on first use. */
  strategy(id: StrategyId): StrategyPortfolio {
    let view = this.#strategies.get(id);
    if (view === undefined) {
      view = new StrategyPortfolio(id, this);
      this.#strategies.set(id, view);
    }
    return view;
  }

  /** Ids of strategies with positions or a book of their own, in the order they came. */
  get strategyIds(): readonly StrategyId[] { return [...new Set([...this.#strategies.keys(), ...this.#legs.keys()])]; }

  /** An account at a venue, made on first use. */
  account(venue: VenueId, name: string = DEFAULT_ACCOUNT): Account {
    let accounts = this.#accounts.get(venue);
    if (accounts === undefined) {
      accounts = new Map();
      this.#accounts.set(venue, accounts);
    }
    let account = accounts.get(name);
    if (account === undefined) {
      account = new Account({ venue, name }, { ledger: this.ledger, valuation: this.valuation, marginTiers: this.#marginTiers, onHolding: () => { this.#holdingCount++; } });
      accounts.set(name, account);
    }
    return account;
  }

  /** All accounts in the order they came. */
  * accounts(): Generator<Account> { for (const accounts of this.#accounts.values()) yield* accounts.values(); }

  /** Instruments held or ordered so far, counted per account: rises when one is new. */
  get holdingCount(): number { return this.#holdingCount; }

  /** Makes an instrument known, so that its price can say what its base coin is worth. Instruments held or ordered are known already. */
  addInstrument(instrument: Instrument): void { this.valuation.addInstrument(instrument); }

  /** Sets the mark of an instrument to `mantissa / 10^decimals`. Cheap enough for every mark update. */
  setMark(instrument: Instrument, mantissa: bigint, decimals: number): void { this.valuation.setMark(instrument, mantissa, decimals); }

  /**
   * Sets what a currency is worth in the reporting currency, `mantissa / 10^decimals`; what is held in it is revalued, and the difference is `fx`.
   * @throws ArbError `ARB_BAD_RATE`
   */
  setRate(currency: string, mantissa: bigint, decimals: number): void {
    const isDue = (other: string): boolean => other === currency;
    if (this.valuation.isPegged(currency)) {
      for (const { attribution } of this.legs()) attribution.sample(this.valuation, isDue);
      this.#unallocated.get(currency)?.sample(this.valuation.requireRate(currency));
    }
    this.valuation.setRate(currency, mantissa, decimals);
  }

  /** The position of a strategy in an instrument; undefined before its first fill. */
  position(strategyId: StrategyId, instrumentId: InstrumentId, positionId: PositionId = netPositionId(instrumentId)): Position | undefined {
    return this.#legs.get(strategyId)?.get(instrumentId)?.find(({ position }) => position.id === positionId)?.position;
  }

  /** Signed lots of a strategy in an instrument, over all its position ids. */
  strategyLots(strategyId: StrategyId, instrumentId: InstrumentId): number {
    const legs = this.#legs.get(strategyId)?.get(instrumentId);
    let lots = 0;
    if (legs !== undefined) for (const { position } of legs) lots += position.lots;
    return lots;
  }

  /** Every position with its account and attribution, by strategy in the order they came; those of one strategy where it is named. */
  * legs(strategyId?: StrategyId): Generator<Leg> {
    for (const [id, byInstrument] of this.#legs) {
      if (strategyId !== undefined && id !== strategyId) continue;
      for (const legs of byInstrument.values()) yield* legs;
    }
  }

  /** Books a fill: position, account and ledger together, or nothing where the entry would not balance. */
  applyFill(order: Order, report: FillReport, context: FillContext): FillResult {
    const leg = this.#leg(order.strategyId, order.instrument, order.options?.positionId, order.options?.account);
    return this.#fill(leg, this.#legFill(order, report, context));
  }

  /** Takes a fill back: lots, money and attribution return to what they would be had it never been. */
  bustFill(order: Order, report: FillReport, context: FillContext): FillResult {
    const leg = this.#leg(order.strategyId, order.instrument, order.options?.positionId, order.options?.account);
    const { fill, mid2, reference } = this.#legFill(order, report, context);
    const { position, account, holding, attribution } = leg;
    const { realised, booked } = account.bust(holding, position, fill);
    attribution.fill({ lots: -fill.lots, value: -fill.value, mid2, reference });
    attribution.add('fees', report.feeCurrency, report.fee);
    positionMutator.fee(position, report.feeCurrency, -report.fee);
    const trade = holding.isSpot ? { base: BigInt(-fill.lots) * holding.lotAmount, quote: fill.value } : { realised: booked };
    this.#post('BUST', leg, fill, this.#tradePostings(leg, trade, { currency: report.feeCurrency, amount: -report.fee }));
    this.#sample(attribution);
    return { position, positionLots: position.lots, realised };
  }

  /**
   * Books what a venue did to a position without an order of ours: liquidation, auto-deleveraging, delivery. Strategies share it by the lots they hold on the
   * side that is cut, and what an insurance fund paid the same way; what none of them holds goes to {@link UNALLOCATED}.
   */
  applyForcedFill(venue: VenueId, forced: ForcedFillReport, accountName: string = DEFAULT_ACCOUNT): ForcedFillShare[] {
    const { instrument, fill: report, insurance = 0n, tsEvent } = forced;
    const sign = forced.side === 'buy' ? 1 : -1;
    const holding = this.account(venue, accountName).holding(instrument);
    const reducible = holding.positions.filter(({ lots }) => lots * sign < 0).map((position) => ({ position, weight: Math.abs(position.lots) }));
    const heldLots = reducible.reduce((sum, { weight }) => sum + weight, 0);
    const shared = Math.min(report.lots, heldLots);
    const lots = share(BigInt(shared), reducible.map(({ weight }) => weight)).map(Number);
    const parts = reducible.map(({ position }, index) => ({ strategyId: position.strategyId, positionId: position.id, lots: lots[index]! }));
    if (shared < report.lots) parts.push({ strategyId: UNALLOCATED, positionId: netPositionId(instrument.id), lots: report.lots - shared });
    const used = parts.filter((part) => part.lots > 0);
    const fees = share(report.fee, used.map((part) => part.lots));
    const covered = share(insurance, used.map((part) => part.lots));
    let cut = 0;
    const valueSoFar = (): Money => positionValue(instrument, report.tick, cut * sign);
    return used.map((part, index) => {
      const leg = this.#leg(part.strategyId, instrument, part.positionId, accountName);
      const signed = part.lots * sign;
      const before = valueSoFar();
      cut += part.lots;
      const fillId = used.length === 1 ? report.fillId : `${report.fillId}/${part.strategyId}/${part.positionId}`;
      const fill: SignedFill = { fillId, tick: report.tick, lots: signed, value: valueSoFar() - before, tsEvent };      // all parts together are worth what the venue booked
      const result = this.#fill(leg, { fill, report: { ...report, fillId, lots: part.lots, fee: fees[index]! }, mid2: NO_PRICE, reference: undefined });
      if (covered[index] !== 0n) this.#cover(leg, fill, covered[index]!);
      return { ...result, strategyId: part.strategyId, lots: signed };
    });
  }

  /**
   * Books a funding settlement and shares it among the strategies by the lots each held when it happened (fills stamped before it count, later ones do not);
   * the remainder of the division goes to the largest. What no strategy explains goes to {@link UNALLOCATED}. A payment by a continuous index is for what had
   * accrued, so that ends with it.
   */
  applyFunding(venue: VenueId, payment: FundingPaymentReport, accountName: string = DEFAULT_ACCOUNT): FundingPayment[] {
    const { instrument, amount, settlesAt } = payment;
    const account = this.account(venue, accountName);
    if (payment.convention === 'continuous-index') this.setAccruedFunding(venue, instrument, 0n, accountName);
    const holders: { leg: Leg; lots: number }[] = [];
    let explained = 0;
    for (const leg of this.legs()) {
      if (leg.account !== account || leg.position.instrument.id !== instrument.id) continue;
      const lots = leg.position.lotsAt(settlesAt);
      if (lots === 0) continue;
      holders.push({ leg, lots });
      explained += lots;
    }
    if (explained !== payment.lots) holders.push({ leg: this.#leg(UNALLOCATED, instrument, undefined, accountName), lots: payment.lots - explained });
    if (holders.length === 0) holders.push({ leg: this.#leg(UNALLOCATED, instrument, undefined, accountName), lots: 0 });
    const amounts = share(amount, holders.map(({ lots }) => lots));
    if (amount !== 0n) {
      this.ledger.post({
        kind: 'FUNDING', tsEvent: payment.tsEvent, postings: transfer(account.cash(instrument.settle), account.counter(instrument.settle, 'funding'), amount),
        strategyId: holders.length === 1 ? holders[0]!.leg.position.strategyId : undefined, instrumentId: instrument.id, reference: `settlement ${settlesAt}`,
      });
      account.funded(account.holding(instrument), amount);
    }
    const rate = this.valuation.rateAtPrice(instrument, payment.price, payment.priceDecimals);
    return holders.map(({ leg, lots }, index) => {
      const money = amounts[index]!;
      positionMutator.funding(leg.position, money);
      leg.attribution.funded(money, rate);
      this.#sample(leg.attribution);
      return new FundingPayment(leg.position.strategyId, payment, { lots, money });
    });
  }

  /**
   * States funding that has accrued on a position and is not yet paid (venues with a continuous index), in place of the last statement; 0 once it has been paid.
   * It counts as equity and is shared like a payment, by the lots held now.
   */
  setAccruedFunding(venue: VenueId, instrument: Instrument, amount: Money, accountName: string = DEFAULT_ACCOUNT): void {     // eslint-disable-line max-params -- account last, as everywhere here
    const account = this.account(venue, accountName);
    const legs = [...this.legs()].filter((leg) => leg.account === account && leg.position.instrument.id === instrument.id);
    const holders = legs.filter(({ position }) => position.lots !== 0);
    if (holders.length === 0 && amount !== 0n) holders.push(this.#leg(UNALLOCATED, instrument, undefined, accountName));
    const amounts = share(amount, holders.map(({ position }) => position.lots));
    for (const leg of legs) leg.attribution.setAccrued(0n);
    holders.forEach((leg, index) => { leg.attribution.setAccrued(amounts[index]!); });
    for (const leg of new Set([...legs, ...holders])) this.#sample(leg.attribution);
    account.holding(instrument).accrued = amount;
  }

  /** Books a plain change of a balance. It concerns the account as a whole and is attributed to {@link UNALLOCATED}. */
  applyBalanceChange(change: BalanceChangeReport, accountName: string = DEFAULT_ACCOUNT): void {
    const { venue, currency, amount, kind } = change;
    const account = this.account(venue, accountName);
    const cash = account.cash(currency);
    if (amount === 0n) return;
    const isTransfer = kind === 'deposit' || kind === 'withdrawal';
    const counter: LedgerAccountKind = isTransfer ? 'external' : kind;
    this.ledger.post({
      kind: 'BALANCE_CHANGE', tsEvent: change.tsEvent, postings: transfer(cash, account.counter(currency, counter), amount),
      strategyId: undefined, instrumentId: undefined, reference: kind,
    });
    let stream = this.#unallocated.get(currency);
    if (stream === undefined) {
      stream = new CurrencyStream(currency);
      this.#unallocated.set(currency, stream);
    }
    stream.add(isTransfer ? 'transfers' : COST_COMPONENT[kind], amount);
    const rate = this.valuation.isPegged(currency) ? undefined : this.valuation.rate(currency);
    if (rate !== undefined) stream.sample(rate);
  }

  /** Compares a venue's statement of an account with ours; empty where they agree. Balances the venue does not name are taken as zero. */
  compare(venue: VenueId, report: AccountReport, accountName: string = DEFAULT_ACCOUNT): AccountDifference[] {
    const account = this.account(venue, accountName);
    const differences: AccountDifference[] = [];
    const stated = new Map(report.balances.map(({ currency, total }) => [currency, total]));
    for (const currency of new Set([...stated.keys(), ...account.currencies])) {
      const ours = account.balanceOf(currency);
      const theirs = stated.get(currency) ?? 0n;
      if (ours !== theirs) differences.push({ kind: 'balance', subject: currency, ours: formatMoney(ours), theirs: formatMoney(theirs) });
    }
    const positions = new Map(report.positions.map(({ instrumentId, lots }) => [instrumentId, lots]));
    for (const holding of account.holdings()) if (!holding.isSpot && !positions.has(holding.instrument.id)) positions.set(holding.instrument.id, 0);
    for (const [instrumentId, theirs] of positions) {
      const holding = account.findHolding(instrumentId);
      const ours = holding?.basis.lots ?? 0;
      const text = (lots: number): string => (holding === undefined ? `${lots} lots` : holding.instrument.lotsToDecimal(lots).toFixed());
      if (ours !== theirs) differences.push({ kind: 'position', subject: instrumentId, ours: text(ours), theirs: text(theirs) });
    }
    return differences;
  }

  /** Everything in every account, in the reporting currency. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  get equity(): Decimal { return fromMoney(this.equityMoney()); }

  /** {@link Portfolio.equity} in 1e-18 units, or that of one venue. */
  equityMoney(venue?: VenueId): Money {
    let equity = 0n;
    for (const account of this.accounts()) if (venue === undefined || account.venue === venue) equity += account.exactEquity();
    return divideHalfEven(equity, ONE);
  }

  /** Money put in less money taken out, each at the rate when it moved, in 1e-18 units of the reporting currency. */
  transfersMoney(): Money { return divideHalfEven(this.#exactComponents()[componentIndex('transfers')]!, ONE); }

  /** Where all profit came from, in 1e-18 units of the reporting currency; `total` is equity less transfers. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  attribution(): PnlBreakdown { return roundComponents(this.#exactComponents()); }

  /** Where the profit of one strategy, or of its positions in one instrument, came from. */
  attributionOf(strategyId: StrategyId, instrumentId?: InstrumentId): PnlBreakdown {
    const sums = zeroComponents();
    for (const { attribution } of this.legs(strategyId)) {
      if (instrumentId === undefined || attribution.instrument.id === instrumentId) attribution.addTo(sums, this.valuation);
    }
    if (strategyId === UNALLOCATED && instrumentId === undefined) this.#addUnallocated(sums);
    return roundComponents(sums);
  }

  /** Equity less transfers and all profit components, in 1e-36 units of the reporting currency. Always zero; anything else is a bug of ours. */
  residual(): bigint {
    let residual = 0n;
    for (const account of this.accounts()) residual += account.exactEquity();
    for (const component of this.#exactComponents()) residual -= component;
    return residual;
  }

  /** What is held, by account, venue, asset and strategy, in the reporting currency. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` */
  exposure(strategyId?: StrategyId): Exposure { return exposureOf(this.legs(strategyId), this.valuation); }

  #exactComponents(): bigint[] {
    const sums = zeroComponents();
    for (const { attribution } of this.legs()) attribution.addTo(sums, this.valuation);
    this.#addUnallocated(sums);
    return sums;
  }

  #addUnallocated(sums: bigint[]): void {
    for (const stream of this.#unallocated.values()) stream.addTo(sums, this.valuation.requireRate(stream.currency));
  }

  #leg(strategyId: StrategyId, instrument: Instrument, positionId: PositionId = netPositionId(instrument.id), accountName: string = DEFAULT_ACCOUNT): Leg {   // eslint-disable-line max-params -- the key of a leg
    let byInstrument = this.#legs.get(strategyId);
    if (byInstrument === undefined) {
      byInstrument = new Map();
      this.#legs.set(strategyId, byInstrument);
    }
    let legs = byInstrument.get(instrument.id);
    if (legs === undefined) {
      legs = [];
      byInstrument.set(instrument.id, legs);
    }
    const found = legs.find(({ position, account }) => position.id === positionId && account.name === accountName);
    if (found !== undefined) return found;
    const account = this.account(instrument.venue, accountName);
    const holding = account.holding(instrument);
    const position = new Position(strategyId, instrument, positionId);
    holding.join(position);
    const leg: Leg = { position, account, holding, attribution: new LegAttribution(strategyId, instrument) };
    legs.push(leg);
    return leg;
  }

  #legFill(order: Order, report: FillReport, context: FillContext): LegFill {
    const lots = order.sign * report.lots;
    return {
      report,
      fill: { fillId: report.fillId, tick: report.tick, lots, value: positionValue(order.instrument, report.tick, lots), tsEvent: context.tsEvent },
      mid2: context.arrivalMid2 ?? order.arrivalMid2,
      reference: context.reference ?? order.reference,
    };
  }

  #fill(leg: Leg, { fill, report, mid2, reference }: LegFill): FillResult {
    const { position, account, holding, attribution } = leg;
    this.valuation.traded(holding.instrument, fill.tick);
    const { realised, booked } = account.fill(holding, position, fill);
    attribution.fill({ lots: fill.lots, value: fill.value, mid2, reference });
    if (report.fee !== 0n) {
      attribution.add('fees', report.feeCurrency, -report.fee);
      positionMutator.fee(position, report.feeCurrency, report.fee);
    }
    const trade = holding.isSpot ? { base: BigInt(fill.lots) * holding.lotAmount, quote: -fill.value } : { realised: booked };
    this.#post('FILL', leg, fill, this.#tradePostings(leg, trade, { currency: report.feeCurrency, amount: report.fee }));
    this.#sample(attribution);
    return { position, positionLots: position.lots, realised };
  }

  /** Books what an insurance fund paid of the loss of a forced fill; it counts against the fees. */
  #cover({ position, account, attribution }: Leg, fill: SignedFill, amount: Money): void {
    const { strategyId, instrument: { id: instrumentId, settle } } = position;
    this.ledger.post({ kind: 'BALANCE_CHANGE', tsEvent: fill.tsEvent, postings: transfer(account.cash(settle), account.counter(settle, 'insurance'), amount), strategyId, instrumentId, reference: `insurance of ${fill.fillId}` });
    attribution.add('fees', settle, amount);
    positionMutator.fee(position, settle, -amount);
    this.#sample(attribution);
  }

  /** A derivative opened without a fee moves no money: then there is no entry. */
  #post(kind: 'FILL' | 'BUST', { position }: Leg, fill: SignedFill, postings: Posting[]): void {        // eslint-disable-line max-params -- the parts of one entry
    if (postings.length === 0) return;
    this.ledger.post({ kind, tsEvent: fill.tsEvent, postings, strategyId: position.strategyId, instrumentId: position.instrument.id, reference: fill.fillId });
  }

  /** Postings of a trade: the exchange of two assets (spot) or realised profit (derivatives), and the fee. Lines of zero are left out. */
  #tradePostings({ account, holding }: Leg, trade: { readonly base: Money; readonly quote: Money } | { readonly realised: Money }, fee: { readonly currency: string; readonly amount: Money }): Posting[] {
    const { instrument } = holding;
    const postings: Posting[] = [];
    if ('realised' in trade) move(postings, account, { currency: instrument.settle, kind: 'margin-pnl', amount: trade.realised });
    else {
      move(postings, account, { currency: instrument.base, kind: 'trade', amount: trade.base });
      move(postings, account, { currency: instrument.quote, kind: 'trade', amount: trade.quote });
    }
    move(postings, account, { currency: fee.currency, kind: 'fee', amount: -fee.amount });
    return postings;
  }

  /** Fixes conversions at today's rates where they float; a pegged rate is the same at every entry until someone sets another. */
  #sample(attribution: LegAttribution): void {
    attribution.sample(this.valuation, this.#floats);
  }
}

/** Adds the two lines that bring an amount into an account's cash; nothing for zero. */
function move(postings: Posting[], account: Account, { currency, kind, amount }: { readonly currency: string; readonly kind: LedgerAccountKind; readonly amount: Money }): void {
  if (amount === 0n) return;
  postings.push({ account: account.cash(currency), amount }, { account: account.counter(currency, kind), amount: -amount });
}

function transfer(cash: Posting['account'], counter: Posting['account'], amount: Money): Posting[] {
  invariant(cash.currency === counter.currency, 'a transfer is in one currency');
  return [{ account: cash, amount }, { account: counter, amount: -amount }];
}
