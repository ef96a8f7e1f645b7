import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTopic } from '../../../src/kernel/bus/topic.ts';
import { type ArbError, isArbError } from '../../../src/kernel/errors.ts';
import type { BookView } from '../../../src/kernel/book/book-view.ts';
import { toMoney } from '../../../src/kernel/math/money.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { Strategy, type StrategyClass } from '../../../src/kernel/strategy/strategy.ts';
import { BYBIT, Rig, SPARSE, START, Witness } from '../execution/rig.ts';

const LIMIT = { instrumentId: BYBIT.id, side: 'buy', quantity: '0.010', price: '59990' } as const;

function thrown(act: () => unknown): ArbError {
  try { act(); } catch (error) { if (isArbError(error)) return error as ArbError; throw error; }
  throw new Error('nothing was thrown');
}

describe('hooks', () => {
  it('submit returns with the status decided, and hooks run after the current one', () => {
    const lines: string[] = [];
    class Mine extends Strategy {
      override onReady(): void {
        for (const quantity of ['0.010', '5']) {
          const order = this.order.limit({ ...LIMIT, quantity });
          this.submit(order);
          lines.push(`after submit ${order.status} ${order.denial?.code ?? ''}`);
        }
        const list = this.order.oneTriggersOther(this.order.limit(LIMIT), [this.order.limit(LIMIT)]);
        this.submit(list);
        lines.push(`after list ${list.orders.map(({ status }) => status).join(' ')}`);
      }
      override onOrderSubmitted(): void { lines.push('onOrderSubmitted'); }
      override onOrderDenied(): void { lines.push('onOrderDenied'); }
    }
    const rig = new Rig({ limits: { maxOrderNotionalUsd: 10_000 } });
    rig.add(Mine);
    rig.begin();
    expect(lines).toEqual(['after submit SUBMITTED ', 'after submit DENIED NOTIONAL_ABOVE_LIMIT', 'after list SUBMITTED EMULATED', 'onOrderSubmitted', 'onOrderDenied', 'onOrderSubmitted']);
  });

  it('REQ-D20 REQ-A22 a hook that throws makes its strategy FAULTED, names the hook, and leaves others alone', () => {
    const states: string[] = [];
    const logged: { message: string; fields: unknown }[] = [];
    const log = { debug: (): void => undefined, info: (): void => undefined, warn: (): void => undefined, error: (message: string, fields?: unknown): void => { logged.push({ message, fields }); } };
    const rig = new Rig({ observers: [{ strategyState: (id, state, reason) => { states.push(`${id} ${state} ${reason}`); } }], loggers: { child: () => log } });
    let books = 0;
    class Bad extends Strategy {
      override onStart(): void { this.subscribe.book(BYBIT.id); }
      override onBook(): void { throw new Error('boom'); }
    }
    class Good extends Strategy {
      override onStart(): void { this.subscribe.book(BYBIT.id); }
      override onBook(): void { books++; }
    }
    const bad = rig.add(Bad, {}, 'bad');
    const good = rig.add(Good, {}, 'good');
    rig.begin();
    rig.touch(BYBIT.id, [600_000, 600_002]);
    rig.touch(BYBIT.id, [600_000, 600_003]);
    expect([bad.runner.state, bad.runner.faultError?.message, good.runner.state, books]).toEqual(['FAULTED', 'boom', 'RUNNING', 2]);
    expect(states.filter((line) => line.startsWith('bad FAULTED'))).toEqual(['bad FAULTED onBook: boom']);
    expect(logged).toMatchObject([{ fields: { hook: 'onBook', error: 'boom', stack: expect.stringContaining('strategy-life.test.ts') as string } }]);
    expect(rig.records.some(({ kind, fields }) => kind === 'StrategyState' && JSON.stringify(fields).includes('FAULTED'))).toBe(true);
  });

  it('REQ-D20 a fault cancels resting entries, keeps reducing orders and refuses new risk', () => {
    class Mine extends Strategy {
      override onOrderAccepted(): void { throw new Error('boom'); }
    }
    const rig = new Rig();
    const { runner } = rig.add(Mine);
    rig.begin();
    const opening = runner.order.limit({ ...LIMIT, price: '60000.1' });
    runner.submit(opening);
    rig.fill(opening, 10);
    const entry = runner.order.limit(LIMIT);
    const exit = runner.order.limit({ ...LIMIT, side: 'sell', price: '61000', reduceOnly: true });
    runner.submit(entry);
    runner.submit(exit);
    rig.report((kernel, at) => { kernel.accepted(entry, at); });
    expect([runner.state, entry.isPendingCancel, exit.isPendingCancel]).toEqual(['FAULTED', true, false]);
    const late = runner.order.limit(LIMIT);
    runner.submit(late);
    expect([late.status, late.denial?.code]).toEqual(['DENIED', 'TRADING_HALTED']);
  });

  it('a halted strategy may not enlarge or reprice an order that could open, only shrink it', () => {
    const rig = new Rig();
    const { runner } = rig.witness();
    const order = runner.order.limit(LIMIT);
    runner.submit(order);
    rig.report((kernel, at) => { kernel.accepted(order, at); });
    runner.halt('operator');
    for (const change of [{ quantity: '5' }, { price: '60000' }]) {
      runner.modify(order, change);
      expect(order.isPendingModify).toBe(false);
    }
    runner.modify(order, { quantity: '0.005' });
    expect(rig.client.told).toEqual(['submit 1', 'modify 1 599900@5']);
  });

  it('REQ-D20 a faulted strategy\'s pair goes on being hedged', () => {
    const btc = { ...SPARSE, id: 'BTC-USD-PERP.HYPERLIQUID', base: 'BTC', significantFigures: 6 };
    class Paired extends Strategy {
      readonly pair = this.hedgedPair({ long: btc.id, short: BYBIT.id, maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1_000 });
      override onReady(): void { this.pair.enter({ notionalUsd: '6000' }); }
      override onOrderSubmitted(): void { throw new Error('boom'); }
    }
    const rig = new Rig({}, [BYBIT, btc]);
    rig.touch(btc.id, [6_000_000, 6_000_100]);
    const { runner, strategy } = rig.add(Paired);
    rig.begin();
    const orders = [...rig.clients.values()].flatMap(({ commands }) => commands.map(({ order }) => order));
    expect([runner.state, orders.length]).toEqual(['FAULTED', 2]);
    const [short, long] = ['BYBIT', 'HYPERLIQUID'].map((venue) => orders.find(({ instrument }) => instrument.venue === venue)!) as [Order, Order];
    rig.fill(short, short.lots);
    rig.report((kernel, at) => { kernel.rejected(long, at, 'INSUFFICIENT_MARGIN', 'no'); });
    rig.wait(2_000);
    const sent = [...rig.clients.values()].flatMap(({ commands }) => commands).length;
    expect(sent).toBeGreaterThan(2);
    expect(strategy.pair.state).not.toBe('FLAT');
  });

  it('REQ-D20 a hook that returns a promise stops a backtest with ARB_ASYNC_HOOK', () => {
    class Mine extends Strategy {
      override onBook = (async (_book: BookView): Promise<void> => { await Promise.resolve(); }) as unknown as (book: BookView) => void;
      override onStart(): void { this.subscribe.book(BYBIT.id); }
    }
    const rig = new Rig();
    rig.add(Mine);
    rig.begin();
    const error = thrown(() => { rig.touch(BYBIT.id, [600_000, 600_002]); });
    expect([error.code, error.message.includes('onBook')]).toEqual(['ARB_ASYNC_HOOK', true]);
  });

  it('REQ-D20 what an endpoint or a reply throws is the fault of its owner', () => {
    class Server extends Strategy {
      override onStart(): void {
        this.bus.register('double', (n: number) => n * 2);
        this.bus.register('broken', () => { throw new Error('server'); });
      }
    }
    const replies: number[] = [];
    class Client extends Strategy {
      override onReady(): void {
        this.bus.request<number, number>('double', 21, (n) => { replies.push(n); });
        this.bus.request<number, number>('broken', 1, (n) => { replies.push(n); });
      }
    }
    const rig = new Rig();
    const server = rig.add(Server, {}, 'server');
    const client = rig.add(Client, {}, 'client');
    rig.begin();
    expect([replies, server.runner.state, server.runner.faultError?.message, client.runner.state]).toEqual([[42], 'FAULTED', 'server', 'RUNNING']);
  });

  it('own topics are checked by their schema and reach other strategies after the current hook', () => {
    const Alarm = defineTopic('basis-alarm', z.strictObject({ bps: z.number() }));
    const heard: number[] = [];
    class Sender extends Strategy {
      override onReady(): void { this.bus.publish(Alarm, { bps: 12 }); }
      override onStop(): void { this.bus.publish(Alarm, { bps: 'x' } as unknown as { bps: number }); }
    }
    class Receiver extends Strategy { override onStart(): void { this.subscribe.topic(Alarm, ({ bps }) => { heard.push(bps); }); } }
    const rig = new Rig();
    const sender = rig.add(Sender, {}, 'sender');
    rig.add(Receiver, {}, 'receiver');
    rig.begin();
    expect(heard).toEqual([12]);
    rig.kernel.stop('test');
    expect((sender.runner.faultError as ArbError).code).toBe('ARB_BAD_MESSAGE');
  });
});

describe('before onStart', () => {
  it.each(['clock', 'random', 'cache', 'subscribe', 'bus', 'order', 'portfolio', 'carry'] as const)('this.%s throws ARB_NOT_STARTED and says where it belongs', (member) => {
    class Mine extends Strategy { readonly early = this[member]; }
    const error = thrown(() => new Rig().add(Mine));
    expect(error.code).toBe('ARB_NOT_STARTED');
    expect(error.message).toContain(`this.${member}`);
    expect(error.message).toContain('onStart');
  });

  it.each(['account', 'submit', 'modify', 'cancel', 'cancelAll'] as const)('this.%s() throws ARB_NOT_STARTED', (member) => {
    class Mine extends Strategy {
      constructor(...context: ConstructorParameters<typeof Strategy>) {
        super(...context);
        (this[member] as (argument: never) => void)('BYBIT' as never);
      }
    }
    expect(thrown(() => new Rig().add(Mine)).code).toBe('ARB_NOT_STARTED');
  });

  it('fields may declare hedgedPair, saved and indicator, and read config, id, log and pairs', () => {
    class Mine extends Strategy.with(z.strictObject({ long: z.string(), short: z.string() })) {
      readonly pair = this.hedgedPair({ long: this.config.long, short: this.config.short, maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1 });
      readonly state = this.saved({ n: 0 });
      readonly mean = this.indicator({ value: 0, isReady: false, update(value: number): void { this.value = value; } });
      readonly name = this.id;
    }
    const { strategy } = new Rig().add(Mine, { long: SPARSE.id, short: BYBIT.id });
    expect([strategy.name, strategy.pairs.length, strategy.pair.long]).toEqual(['s', 1, SPARSE.id]);
  });

  it('every problem of a config is told at once with its path', () => {
    class Mine extends Strategy.with(z.strictObject({ a: z.number(), b: z.string() })) {}
    const error = thrown(() => new Rig().add(Mine, { a: 'x', c: 1 }, 'btc'));
    expect(error.code).toBe('ARB_BAD_CONFIG');
    expect(error.message).toMatch(/btc\.a:[^]*btc\.b:/);
    expect(error.message).toContain('"c"');
    expect(thrown(() => new Rig().add(Witness, { x: 1 })).message).toContain('takes no config');
  });
});

describe('warm-up', () => {
  it('orders are denied WARMING_UP until ready, and onReady comes once', () => {
    let ready = 0;
    const orders: Order[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        this.subscribe.trades(BYBIT.id, { history: { hours: 1 } });
        const order = this.order.limit(LIMIT);
        this.submit(order);
        orders.push(order);
      }
      override onReady(): void { ready++; }
    }
    const rig = new Rig();
    rig.add(Mine);
    expect(rig.kernel.start()).toEqual([{ instrumentId: BYBIT.id, kind: 'trade', historyHours: 1 }]);
    expect([orders[0]!.status, orders[0]!.denial?.code]).toEqual(['DENIED', 'WARMING_UP']);
    rig.kernel.ready();
    rig.kernel.ready();
    expect(ready).toBe(1);
  });

  it('one stream wanted twice is delivered once, and only to those who asked for its past', () => {
    const heard: string[] = [];
    const listener = (name: string, hours?: number): StrategyClass => class extends Strategy {
      override onStart(): void { this.subscribe.trades(BYBIT.id, hours === undefined ? {} : { history: { hours } }, ({ isHistorical }) => { heard.push(`${name} ${isHistorical}`); }); }
    };
    const rig = new Rig();
    rig.add(listener('long', 24), {}, 'a');
    rig.add(listener('short', 1), {}, 'b');
    rig.add(listener('none'), {}, 'c');
    expect(rig.kernel.start()).toEqual([{ instrumentId: BYBIT.id, kind: 'trade', historyHours: 24 }]);
    const trade = { tick: 600_000, lots: 1, aggressor: 'buy' } as const;
    rig.kernel.data.isHistorical = true;
    rig.report((kernel, at) => { kernel.data.trade(rig.instrument(BYBIT.id), at - 1, trade); });
    rig.kernel.ready();
    rig.report((kernel, at) => { kernel.trade(rig.instrument(BYBIT.id), at, trade); });
    expect(heard).toEqual(['long true', 'short true', 'long false', 'short false', 'none false']);
  });

  it('history asked for after warm-up is refused instead of never coming', () => {
    class Mine extends Strategy { override onReady(): void { this.subscribe.trades(BYBIT.id, { history: { hours: 1 } }); } }
    const rig = new Rig();
    const { runner } = rig.add(Mine);
    rig.begin();
    expect((runner.faultError as ArbError).code).toBe('ARB_LATE_HISTORY');
  });
});

describe('pairs in the kernel', () => {
  const fillAll = (rig: Rig): void => { rig.kernel.drain(); for (const order of [...rig.kernel.cache.openOrders()]) rig.fill(order, order.leavesLots); };

  it('REQ-A06 a pair leaves also where another pair of the strategy holds the opposite of its leg', () => {
    const [a, b, c] = [BYBIT, { ...BYBIT, id: 'BTCUSDT-PERP.OKX' }, { ...BYBIT, id: 'BTCUSDT-PERP.BINANCE' }] as const;
    class Two extends Strategy {
      readonly one = this.hedgedPair({ long: a.id, short: b.id, maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1_000 });
      readonly two = this.hedgedPair({ long: c.id, short: a.id, maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1_000 });
    }
    const rig = new Rig({}, [a, b, c]);
    for (const venue of ['OKX', 'BINANCE']) rig.kernel.balanceChanged({ venue, currency: 'USDT', amount: toMoney('1000000'), kind: 'deposit', tsEvent: START });
    for (const { id } of [a, b, c]) rig.touch(id, [600_000, 600_001]);
    const { strategy } = rig.add(Two);
    rig.begin();
    for (const pair of [strategy.one, strategy.two]) {
      pair.enter({ notionalUsd: '6000' });
      fillAll(rig);
    }
    expect([strategy.one.state, strategy.two.state]).toEqual(['HEDGED', 'HEDGED']);
    strategy.one.exit();
    rig.kernel.drain();
    expect([...rig.kernel.cache.openOrders()].map(({ instrumentId, reduceOnly }) => [instrumentId, reduceOnly])).toEqual([[a.id, false], [b.id, true]]);
    fillAll(rig);
    strategy.two.exit();
    fillAll(rig);
    expect([strategy.one.state, strategy.two.state]).toEqual(['FLAT', 'FLAT']);
    expect([...rig.kernel.portfolio.legs()].map(({ position }) => position.lots)).toEqual([0, 0, 0]);
  });

  it.each(['HALTED', 'FAULTED'])('REQ-A48 a spot leg that stands alone is sold though its strategy is %s: spot knows no reduce-only', (state) => {
    const spot = { id: 'BTCUSDT.BYBIT', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.1', sizeIncrement: '0.001', minNotional: '5' } as const;
    class Carry extends Strategy {
      readonly pair = this.hedgedPair({ long: spot.id, short: BYBIT.id, maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1_000 });
      override onReady(): void { this.pair.enter({ notionalUsd: '6000' }); }
    }
    const rig = new Rig({}, [BYBIT, spot]);
    rig.touch(spot.id, [600_000, 600_001]);
    const { runner, strategy } = rig.add(Carry);
    rig.begin();
    const [long, short] = rig.client.commands.map(({ order }) => order) as [Order, Order];
    if (state === 'HALTED') runner.halt('operator');
    else runner.fault('onBook', new Error('boom'));
    rig.fill(long, long.lots);
    rig.report((kernel, at) => { kernel.rejected(short, at, 'X', 'no'); });
    fillAll(rig);
    expect([runner.state, strategy.pair.state, rig.kernel.portfolio.strategyLots('s', spot.id)]).toEqual([state, 'FLAT', 0]);
  });
});
