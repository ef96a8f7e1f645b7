import type { Instrument, Order, StrategyId, UnixMicros, VenueId } from '@arb/core';
import { type FillReport, type ForcedFillReport, type FundingPaymentReport, type Money, toMoney } from '@arb/core/internal';
import type { LineListener } from './venue-line.ts';

/** A fill as it was told. */
export interface ToldFill { readonly order: Order; readonly report: FillReport; readonly tsEvent: UnixMicros }

/**
 * A second bookkeeping, from what the venues told and nothing else: positions are sums of fills, cash is what was paid and received. It shares no code with ledger,
 * positions, cost basis or execution engine, so that one does not repeat the other's mistake.
 */
export class SecondBooks implements LineListener {
  /** Fills that can still be taken back. */
  readonly fills: ToldFill[] = [];
  /** Fills since somebody looked; forced ones without an order. */
  readonly news: { readonly instrument: Instrument; readonly sign: number; readonly report: FillReport; readonly tsEvent: UnixMicros; readonly order: Order | undefined }[] = [];
  /** Rises with every fill, share and bust. */
  changes = 0;
  hasBusted = false;
  /** The last order that reduces and was refused. */
  lastRefused: { readonly instrument: Instrument; readonly at: UnixMicros } | undefined;
  readonly #now: () => UnixMicros;
  readonly #lots = new Map<string, number>();
  readonly #cash = new Map<string, Money>();
  readonly #filled = new Map<Order, number>();

  constructor(now: () => UnixMicros) { this.#now = now; }

  /** Signed lots of an instrument, all told or one strategy's. */
  lots(instrument: Instrument, strategyId: StrategyId = ''): number { return this.#lots.get(`${strategyId} ${instrument.id}`) ?? 0; }
  /** Paid in, received and paid out in a currency at a venue; the price of what is still open counts as paid. */
  cash(venue: VenueId, currency: string): Money { return this.#cash.get(`${venue} ${currency}`) ?? 0n; }
  /** Lots filled of an order. */
  filledLots(order: Order): number { return this.#filled.get(order) ?? 0; }

  deposit(venue: VenueId, currency: string, amount: Money): void { this.#pay(venue, currency, amount); }

  filled(order: Order, tsEvent: UnixMicros, report: FillReport): void {
    this.fills.push({ order, report, tsEvent });
    this.news.push({ instrument: order.instrument, sign: order.sign, report, tsEvent, order });
    this.#fill(order, report, 1);
  }

  busted({ order, report }: ToldFill): void {
    this.hasBusted = true;
    this.#fill(order, report, -1);
  }

  fundingPaid(venue: VenueId, { instrument, amount }: FundingPaymentReport): void { this.#pay(venue, instrument.settle, amount); }

  forced(venue: VenueId, { instrument, side, fill, insurance = 0n, tsEvent }: ForcedFillReport): void {
    const sign = side === 'buy' ? 1 : -1;
    this.news.push({ instrument, sign, report: fill, tsEvent, order: undefined });
    this.#trade(instrument, sign * fill.lots, fill);
    this.#pay(venue, instrument.settle, insurance);
  }

  /** One strategy's part of a forced fill. */
  share(strategyId: StrategyId, instrument: Instrument, lots: number): void { this.#hold(strategyId, instrument, lots); }

  refused(order: Order): void { this.lastRefused = { instrument: order.instrument, at: this.#now() }; }

  #fill(order: Order, report: FillReport, times: 1 | -1): void {
    const lots = times * order.sign * report.lots;
    this.#filled.set(order, this.filledLots(order) + times * report.lots);
    this.#trade(order.instrument, lots, { ...report, fee: BigInt(times) * report.fee });
    this.#hold(order.strategyId, order.instrument, lots);
  }

  #trade(instrument: Instrument, lots: number, { tick, fee, feeCurrency }: FillReport): void {
    this.#hold('', instrument, lots);
    const units = instrument.lotsToDecimal(Math.abs(lots)).times(instrument.multiplier);
    const value = toMoney(units.times(instrument.tickToDecimal(tick))) * BigInt(Math.sign(lots));
    this.#pay(instrument.venue, instrument.kind === 'spot' ? instrument.quote : instrument.settle, -value);
    if (instrument.kind === 'spot') this.#pay(instrument.venue, instrument.base, toMoney(units) * BigInt(Math.sign(lots)));
    this.#pay(instrument.venue, feeCurrency, -fee);
  }

  #hold(strategyId: StrategyId, instrument: Instrument, lots: number): void {
    this.changes++;
    this.#lots.set(`${strategyId} ${instrument.id}`, this.lots(instrument, strategyId) + lots);
  }

  #pay(venue: VenueId, currency: string, amount: Money): void { this.#cash.set(`${venue} ${currency}`, this.cash(venue, currency) + amount); }
}
