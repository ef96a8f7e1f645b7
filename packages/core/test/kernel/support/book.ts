import type { BalanceChangeReport } from '../../../src/kernel/execution/execution-client.ts';
import type { PriceSource } from '../../../src/kernel/ledger/valuation.ts';
import { toMoney } from '../../../src/kernel/math/money.ts';
import { Instrument, type InstrumentSpec } from '../../../src/kernel/model/instrument.ts';
import type { FillReport } from '../../../src/kernel/model/order-events.ts';
import { NO_PRICE, Order, type OrderInit, orderMutator, type ScaledPrice } from '../../../src/kernel/model/order.ts';
import { type Portfolio } from '../../../src/kernel/portfolio/portfolio.ts';

/** A linear perpetual: 0.1 USDT per tick, 0.001 BTC per lot. */
export const LINEAR: Instrument = perpetual('BTCUSDT-PERP.BYBIT', {});
/** The same coin on another venue, settled in USDC. */
export const OTHER: Instrument = perpetual('BTC-USD-PERP.HYPERLIQUID', { quote: 'USDC', settle: 'USDC', priceIncrement: '1', sizeIncrement: '0.00001' });
/** An inverse perpetual: contracts of 100 USD, settled in BTC. */
export const INVERSE: Instrument = perpetual('BTCUSD_PERP.BINANCE', { quote: 'USD', settle: 'BTC', isInverse: true, sizeIncrement: '1', multiplier: '100' });
/** BTC against USDT for delivery at once. */
export const SPOT: Instrument = new Instrument({ id: 'BTCUSDT.BINANCE', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.00001' });

function perpetual(id: string, spec: Partial<InstrumentSpec>): Instrument {
  return new Instrument({ id, kind: 'perpetual', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', ...spec });
}

let orders = 0;
let fills = 0;

/** An order with what the test cares about; the market it was sent into is `arrival`. */
export function makeOrder(init: Partial<OrderInit> & { readonly instrument: Instrument }, arrival?: { readonly mid2?: number; readonly reference?: ScaledPrice | undefined }): Order {
  const order = new Order({
    sequence: ++orders, strategyId: 'a', side: 'buy', type: 'LIMIT', lots: 1, tick: 1, timeInForce: 'GTC', postOnly: false, reduceOnly: false, options: undefined, ...init,
  }, 'test');
  if (arrival !== undefined) orderMutator.sent(order, arrival.mid2 ?? NO_PRICE, arrival.reference);
  return order;
}

/** A fill report; without a fee unless stated. */
export function makeFill(fill: Partial<FillReport> & { readonly tick: number; readonly lots: number }): FillReport {
  return { fillId: `fill-${++fills}`, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'OWN', ...fill };
}

/** Trades signed lots of an instrument for a strategy. */
export function trade(portfolio: Portfolio, instrument: Instrument, fill: { readonly lots: number; readonly price: string; readonly fee?: string; readonly feeCurrency?: string; readonly strategyId?: string; readonly at?: number }): { order: Order; report: FillReport } {
  const tick = instrument.toTick(fill.price);
  const order = makeOrder({ instrument, side: fill.lots > 0 ? 'buy' : 'sell', lots: Math.abs(fill.lots), tick, strategyId: fill.strategyId ?? 'a' });
  const report = makeFill({ tick, lots: Math.abs(fill.lots), fee: toMoney(fill.fee ?? '0'), feeCurrency: fill.feeCurrency ?? instrument.settle });
  portfolio.applyFill(order, report, { tsEvent: fill.at ?? 0 });
  return { order, report };
}

/** A change of a balance. */
export function change(venue: string, kind: BalanceChangeReport['kind'], amount: string, currency = 'USDT'): BalanceChangeReport {
  return { venue, kind, amount: toMoney(amount), currency, tsEvent: 0 };
}

/** Mids and reference prices a test can set; nothing until it does. */
export class TestPrices implements PriceSource {
  readonly mids = new Map<Instrument, number>();
  readonly references = new Map<Instrument, ScaledPrice>();
  mid2(instrument: Instrument): number { return this.mids.get(instrument) ?? NO_PRICE; }
  reference(_strategyId: string, instrument: Instrument): ScaledPrice | undefined { return this.references.get(instrument); }
}
