import { type ConfigInputOf, Decimal, defineConfig, defineTopic, type Order, type OrderEvent, type OrderFilled, Strategy, strategy } from '@arb/core';
import { decimal, instrumentId } from '@arb/core/zod';
import { z } from 'zod';

/** Compiled by the type check of the tests, never run: each line marked as an error must be one. */

const Config = z.strictObject({ long: instrumentId(), notionalUsd: decimal().prefault('10000'), enterAprPct: z.number().default(12) });
const Alarm = defineTopic('alarm', z.strictObject({ bps: z.number() }));

export class Typed extends Strategy.with(Config) {
  readonly state = this.saved({ count: 0, owed: new Decimal(0) });

  override onStart(): void {
    const apr: number = this.config.enterAprPct;
    const notional: Decimal = this.config.notionalUsd;
    const id: string = this.config.long;
    this.state.count = apr;
    this.state.owed = notional;
    // @ts-expect-error -- the config has no such field
    this.config.enterAprPc;
    // @ts-expect-error -- the config is read only for its owner
    this.config = {};
    // @ts-expect-error -- saved state keeps its types
    this.state.count = 'many';

    const order = this.order.limit({ instrumentId: id, side: 'buy', quantity: '1', price: new Decimal(1) });
    this.submit(order);
    // @ts-expect-error -- a limit order has a price
    this.order.limit({ instrumentId: id, side: 'buy', quantity: '1' });
    // @ts-expect-error -- sides are 'buy' and 'sell'
    this.order.market({ instrumentId: id, side: 'BUY', quantity: '1' });
    // @ts-expect-error -- a stop has a trigger
    this.order.stopMarket({ instrumentId: id, side: 'buy', quantity: '1' });
    // @ts-expect-error -- no such time in force
    this.order.limit({ instrumentId: id, side: 'buy', quantity: '1', price: '1', timeInForce: 'DAY' });
    // @ts-expect-error -- only orders are submitted
    this.submit('order');
    // @ts-expect-error -- submit returns nothing to wait for
    this.submit(order).then;

    this.bus.publish(Alarm, { bps: 1 });
    // @ts-expect-error -- the topic has another payload
    this.bus.publish(Alarm, { bps: '1' });
    this.subscribe.topic(Alarm, ({ bps }) => { const n: number = bps; this.state.count = n; });
    // @ts-expect-error -- every timer states its interval
    this.clock.setTimer('x', {}, () => undefined);
    // @ts-expect-error -- history is in hours
    this.subscribe.trades(id, { history: { days: 1 } });
  }

  override onOrderFilled(fill: OrderFilled): void {
    const quantity: Decimal = fill.lastQuantity;
    this.state.owed = quantity;
    // @ts-expect-error -- events are immutable
    fill.tsEvent = 1;
  }

  override onOrderEvent(event: OrderEvent): void {
    if (event.type === 'OrderRejected') this.log.warn(event.code);
    // @ts-expect-error -- only fills have a report
    event.report;
    if (event.type === 'OrderFilled') this.log.info(event.report.fillId);
  }
}

/** What strategies can do to an order: read it. */
export function readOnly(order: Order): void {
  // @ts-expect-error -- the status is the engine's
  order.status = 'FILLED';
  // @ts-expect-error -- and so are its fills
  order.filledQuantity = new Decimal(1);
  // @ts-expect-error -- and its price
  order.price = new Decimal(1);
  // @ts-expect-error -- and its side
  order.side = 'sell';
  // @ts-expect-error -- statuses are a closed set
  if (order.status === 'filled') return;
}

/** The input of a config: what has a default may be left out. */
export const input: ConfigInputOf<typeof Typed> = { long: 'BTC-USD-PERP.HYPERLIQUID' };
// @ts-expect-error -- long has no default
export const incomplete: ConfigInputOf<typeof Typed> = {};
// @ts-expect-error -- decimals are written as strings
export const rounded: ConfigInputOf<typeof Typed> = { long: 'A.B', notionalUsd: 1.5 };

export const run: ReturnType<typeof defineConfig> = defineConfig({
  strategies: [strategy(Typed, { id: 'btc', config: { long: 'A.B' } })],
  venues: { BYBIT: { profile: 'bybit', simulation: { balances: ['1 USDT'] } } },
});
// @ts-expect-error -- the strategy's own config is checked
strategy(Typed, { config: { long: 1 } });
// @ts-expect-error -- with the near name missed
strategy(Typed, { config: { long: 'A.B', enterAprPc: 1 } });
// @ts-expect-error -- a config is needed where the schema has required fields
strategy(Typed, { id: 'btc' });
// @ts-expect-error -- unknown keys are errors
defineConfig({ strategies: [], venue: {} });
// @ts-expect-error -- money is a string
defineConfig({ strategies: [{ use: Typed, capitalUsd: 50_000 }] });
// @ts-expect-error -- a strategy needs its class or where it is
defineConfig({ strategies: [{ id: 'x' }] });

/** A hook of another signature is no hook. */
export class WrongHook extends Strategy {
  // @ts-expect-error -- onBook receives a book
  override onBook(book: number): void { this.log.info(String(book)); }
  // @ts-expect-error -- there is no such hook
  override onFilled(): void { /* nothing */ }
}
