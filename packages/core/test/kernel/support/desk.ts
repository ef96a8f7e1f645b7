import { toMoney } from '../../../src/kernel/math/money.ts';
import type { Instrument } from '../../../src/kernel/model/instrument.ts';
import { NO_PRICE, type Order, type OrderInit, orderMutator } from '../../../src/kernel/model/order.ts';
import { Portfolio, type PortfolioOptions } from '../../../src/kernel/portfolio/portfolio.ts';
import type { RiskContext, Touch } from '../../../src/kernel/risk/risk-context.ts';
import { RiskEngine } from '../../../src/kernel/risk/risk-engine.ts';
import type { RiskLimits } from '../../../src/kernel/risk/risk-limits.ts';
import { makeFill, makeOrder } from './book.ts';

interface Market extends Touch { bidTick: number | undefined; askTick: number | undefined; marketAt: number | undefined }

/** A risk engine over a real portfolio, with markets and a clock the test sets: what the kernel does around it, in a few lines. */
export class Desk implements RiskContext {
  readonly portfolio: Portfolio;
  readonly risk: RiskEngine;
  readonly #markets = new Map<Instrument, Market>();
  time = 0;

  constructor(limits: RiskLimits = {}, options: PortfolioOptions = {}) {
    this.portfolio = new Portfolio({
      prices: {
        mid2: (instrument) => {
          const { bidTick, askTick } = this.touch(instrument);
          return bidTick === undefined || askTick === undefined ? NO_PRICE : bidTick + askTick;
        },
        reference: () => undefined,
      },
      ...options,
    });
    this.risk = new RiskEngine(this, limits);
  }

  now(): number { return this.time; }

  touch(instrument: Instrument): Market {
    let market = this.#markets.get(instrument);
    if (market === undefined) {
      market = { bidTick: undefined, askTick: undefined, marketAt: undefined };
      this.#markets.set(instrument, market);
    }
    return market;
  }

  /** Sets the touch of an instrument. */
  market(instrument: Instrument, bid: string, ask: string): this {
    const market = this.touch(instrument);
    market.bidTick = instrument.toTick(bid);
    market.askTick = instrument.toTick(ask);
    market.marketAt = this.time;
    return this;
  }

  deposit(venue: string, amount: string, currency = 'USDT'): this {
    this.portfolio.applyBalanceChange({ venue, currency, amount: toMoney(amount), kind: 'deposit', tsEvent: this.time });
    return this;
  }

  /** An order at a price; a sell for negative lots. */
  order(instrument: Instrument, lots: number, price: string | undefined, init: Partial<OrderInit> = {}): Order {
    return makeOrder({ instrument, side: lots > 0 ? 'buy' : 'sell', lots: Math.abs(lots), tick: price === undefined ? NO_PRICE : instrument.toTick(price), ...init });
  }

  /** Sends an order that the engine approves; says the code of the denial where it does not. */
  send(order: Order): string {
    const denial = this.risk.check(order);
    if (denial !== undefined) return denial.code;
    orderMutator.apply(order, 'OrderSubmitted');
    this.risk.changed(order);
    return 'APPROVED';
  }

  fill(order: Order, lots: number, tick: number = order.tick): void {
    orderMutator.fill(order, tick, lots);
    this.portfolio.applyFill(order, makeFill({ tick, lots, feeCurrency: order.instrument.settle }), { tsEvent: this.time });
    this.risk.changed(order);
    if (order.isClosed) this.risk.changed(order);
  }

  cancel(order: Order): void {
    orderMutator.apply(order, 'OrderCanceled');
    this.risk.changed(order);
  }

  /** A position, as if it had always been there. */
  hold(instrument: Instrument, lots: number, price: string, strategyId = 'a'): this {
    const order = this.order(instrument, lots, price, { strategyId });
    this.portfolio.applyFill(order, makeFill({ tick: order.tick, lots: Math.abs(lots), feeCurrency: instrument.settle }), { tsEvent: this.time });
    return this;
  }
}
