import { Decimal, formatTime, type Order, type OrderEvent, Strategy } from '@arb/core';
import { instrumentId } from '@arb/core/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate, type Simulation } from '../../src/testing.ts';

const BYBIT = 'BTCUSDT-PERP.BYBIT';

/** Buys at once what it is told to, at a limit. */
class Buyer extends Strategy.with(z.strictObject({ id: instrumentId(), price: z.string() })) {
  override onReady(): void {
    this.clock.setAlert('buy', { inMs: 1_000 }, () => { this.submit(this.order.limit({ instrumentId: this.config.id, side: 'buy', quantity: '0.500', price: this.config.price })); });
  }
}

function market(price: string): ReturnType<typeof simulate<typeof Buyer>> {
  const sim = simulate(Buyer, { id: BYBIT, price });
  sim.book(BYBIT, { bids: [['60000.0', '1.000']], asks: [['60000.1', '0.200'], ['60000.2', '1.000']] });
  return sim;
}

describe('REQ-B61 the test kit', () => {
  it('an order takes the book level by level after its latency, and is explained in words', () => {
    const sim = market('60000.2');
    sim.advance({ ms: 1_014 });
    expect(sim.orders[0]).toMatchObject({ status: 'SUBMITTED' });                 // 15 ms to the venue
    sim.advance({ ms: 100 });
    expect(sim.orders[0]).toMatchObject({ status: 'FILLED' });
    expect(sim.orders[0]!.averageFillPrice!.toFixed()).toBe('60000.16');
    expect(sim.explain(sim.orders[0]!)).toMatchInlineSnapshot(`
      "sim-test-1: buy 0.5 BTCUSDT-PERP.BYBIT at 60000.2 LIMIT GTC, 2025-01-01
        because       sent by hand; the strategy gave no reason
        risk          approved
        00:00:01      OrderSubmitted
        00:00:01.023  OrderAccepted, at the venue 00:00:01.015
        00:00:01.023  OrderFilled 0.2 at 60000.1 as taker, fee 6.600011 USDT, position 0.2, at the venue 00:00:01.015
        00:00:01.023  OrderFilled 0.3 at 60000.2 as taker, fee 9.900033 USDT, position 0.5, at the venue 00:00:01.015
        ended         FILLED, 0.5 of 0.5 filled at 60000.16 on average"
    `);
  });

  it('a resting order waits for trades at its price', () => {
    const sim = market('60000.0');
    sim.advance({ ms: 2_000 });
    expect(sim.orders[0]!.status).toBe('ACCEPTED');
    sim.trade(BYBIT, { price: '60000.0', quantity: '1.000', side: 'sell' });         // those before us in the queue
    sim.advance({ ms: 100 });
    expect(sim.orders[0]!.filledQuantity.toFixed()).toBe('0');
    sim.trade(BYBIT, { price: '60000.0', quantity: '0.300', side: 'sell' });
    sim.advance({ ms: 100 });
    expect(sim.orders[0]!).toMatchObject({ status: 'PARTIALLY_FILLED' });
    expect(sim.orders[0]!.filledQuantity.toFixed()).toBe('0.3');
  });

  it('rejectNext refuses one order only, funding is paid on the position, and the hash is the same again', () => {
    const story = (): string => {
      const sim = market('60000.2');
      sim.advance({ ms: 2_000 });
      sim.price(BYBIT, 'mark', '60000');
      sim.advance({ ms: 8 * 3_600_000 - 2_000 });
      sim.fundingRate(BYBIT, { ratePct: '0.01', intervalHours: 8, kind: 'settled' });
      sim.advance({ ms: 1_000 });
      return `${sim.pnlUsd.toFixed(2)} ${sim.journalHash}`;
    };
    expect(story()).toBe(story());
    const sim = market('60000.2');
    sim.venue('BYBIT').rejectNext({ code: 'INSUFFICIENT_MARGIN' });
    sim.advance({ ms: 2_000 });
    expect(sim.orders[0]!.status).toBe('REJECTED');
  });

  it('says what it does not know', () => {
    expect(() => market('1').venue('OKX')).toThrow(/no venue OKX in this scenario; it has BYBIT/);
    expect(() => { market('1').book('X-PERP.NOWHERE', { bid: '1', ask: '2', size: '1' }); }).toThrow(/no profile knows X-PERP\.NOWHERE; pass its specification/);
  });
});

describe('what a test does itself, outside any hook', () => {
  /** Buys when it is told to, and notes what it hears and when. */
  class Told extends Strategy.with(z.strictObject({ id: instrumentId() })) {
    readonly heard: string[] = [];
    buy(quantity: string): Order {
      const order = this.order.limit({ instrumentId: this.config.id, side: 'buy', quantity, price: '60000.1' });
      this.submit(order);
      this.heard.push('sent');
      return order;
    }
    override onOrderEvent({ type }: OrderEvent): void { this.heard.push(`${type} ${formatTime(this.clock.now()).slice(17, -1)}`); }
  }

  function told(): ReturnType<typeof simulate<typeof Told>> {
    const sim = simulate(Told, { id: BYBIT });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '5' });
    sim.advance({ ms: 1_000 });
    return sim;
  }

  it.each<[what: string, act: (sim: ReturnType<typeof market>) => void, message: RegExp]>([
    ['a crossed book', (sim) => { sim.book(BYBIT, { bid: '70000', ask: '60000', size: '1' }); }, /^book of BTCUSDT-PERP\.BYBIT: the bid is 70000; it must not be above the ask, 60000$/],
    ['a book crossed below its first levels', (sim) => { sim.book(BYBIT, { bids: [['59999', '1'], ['60001', '1']], asks: [['60002', '1'], ['60000', '1']] }); }, /the bid is 60001; .*the ask, 60000$/],
    ['a negative size', (sim) => { sim.book(BYBIT, { bids: [['59999', '1']], asks: [['60000', '1'], ['60001', '-1']] }); }, /^book of BTCUSDT-PERP\.BYBIT, asks\[1\]: the size is "-1"; sizes are not negative$/],
    ['a price of 0 in the book', (sim) => { sim.book(BYBIT, { bid: 0, ask: '60000', size: '1' }); }, /bids\[0\]: the price is 0; prices are more than 0$/],
    ['a negative price of a trade', (sim) => { sim.trade(BYBIT, { price: '-60000', quantity: '1', side: 'buy' }); }, /^trade of BTCUSDT-PERP\.BYBIT: the price is "-60000"; prices are more than 0$/],
    ['a negative quantity of a trade', (sim) => { sim.trade(BYBIT, { price: '60000', quantity: '-1', side: 'buy' }); }, /the quantity is "-1"; it is more than 0; the side says the direction$/],
    ['a side of a trade', (sim) => { sim.trade(BYBIT, { price: '60000', quantity: '1', side: 'bye' as never }); }, /the side is "bye"; it is one of buy, sell$/],
    ['a negative mark', (sim) => { sim.price(BYBIT, 'mark', -5); }, /^mark price of BTCUSDT-PERP\.BYBIT is -5; prices are more than 0$/],
    ['a mark of 0', (sim) => { sim.price(BYBIT, 'mark', new Decimal(0)); }, /is 0; prices are more than 0$/],
    ['a mark that is no number', (sim) => { sim.price(BYBIT, 'index', 'abc'); }, /^index price of BTCUSDT-PERP\.BYBIT is "abc"; give a decimal such as '60000\.5'$/],
    ['a kind of price', (sim) => { sim.price(BYBIT, 'last' as never, '1'); }, /the kind is "last"; it is one of mark, index, oracle$/],
    ['an interval of 0', (sim) => { sim.fundingRate(BYBIT, { ratePct: '0.01', intervalHours: 0 }); }, /^funding rate of BTCUSDT-PERP\.BYBIT: intervalHours is 0; give hours above 0, such as 8$/],
    ['an interval that is no number', (sim) => { sim.fundingRate(BYBIT, { ratePct: '0.01', intervalHours: NaN }); }, /intervalHours is NaN; /],
    ['a rate that is no number', (sim) => { sim.fundingRate(BYBIT, { ratePct: 'abc', intervalHours: 8 }); }, /ratePct is "abc"; give a decimal such as '0\.01'$/],
    ['a rate without end', (sim) => { sim.fundingRate(BYBIT, { ratePct: Infinity, intervalHours: 8 }); }, /ratePct is Infinity; /],
    ['time that goes back', (sim) => { sim.advance({ ms: -5 }); }, /^advance: ms is -5; give milliseconds of 0 or more; time does not go back$/],
  ])('REQ-B61 %s is refused in words, and nothing has happened', (_what, act, message) => {
    const [sim, untouched] = [market('60000.0'), market('60000.0')];
    expect(() => { act(sim); }).toThrow(expect.objectContaining({ code: 'ARB_BAD_SCENARIO', message: expect.stringMatching(message) }));
    expect(sim.journalHash).toBe(untouched.journalHash);
  });

  it('REQ-B61 a denial reaches the strategy after the call that caused it and before the test looks', () => {
    const sim = told();
    const order = sim.strategy.buy('100.000');                                    // 6 million on 100,000
    expect(order.status).toBe('DENIED');
    expect(sim.strategy.heard).toEqual(['sent', 'OrderDenied 01']);
    const other = told();
    expect(other.explain(other.strategy.buy('100.000'))).toContain('OrderDenied INSUFFICIENT_MARGIN');
  });

  it.each<readonly [string, (sim: ReturnType<typeof told>) => void]>([
    ['time passes', (sim) => { sim.advance({ ms: 5_000 }); }],
    ['the book moves', (sim) => { sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '4' }); }],
    ['someone trades', (sim) => { sim.trade(BYBIT, { price: '60000.1', quantity: '1', side: 'buy' }); }],
    ['a rate comes', (sim) => { sim.fundingRate(BYBIT, { ratePct: '0.01', intervalHours: 8 }); }],
    ['the mark moves', (sim) => { sim.price(BYBIT, 'mark', '60000'); }],
  ])('and at the time it was caused, where the test keeps hold of the strategy: %s', (_name, drive) => {
    const sim = told();
    const { strategy } = sim;
    strategy.buy('100.000');
    drive(sim);
    expect(strategy.heard).toEqual(['sent', 'OrderDenied 01']);
  });

  it('a hook that looks at its own scenario is not called into', () => {
    const seen: string[][] = [];
    class Looking extends Told {
      override onReady(): void {
        this.clock.setAlert('look', { inMs: 10 }, () => { this.buy('100.000'); seen.push([...sim.strategy.heard]); });
      }
    }
    const sim: ReturnType<typeof simulate<typeof Looking>> = simulate(Looking, { id: BYBIT });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '5' });
    sim.advance({ ms: 1_000 });
    expect([seen, sim.strategy.heard]).toEqual([[['sent']], ['sent', 'OrderDenied 00.010']]);
  });
});

describe('strategies against each other on one account', () => {
  class Carry extends Strategy.with(z.strictObject({ long: instrumentId(), short: instrumentId() })) {
    readonly pair = this.hedgedPair({ ...this.config, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 50_000 });
  }

  it('REQ-A06 a pair leaves where the venue nets its leg with that of another strategy, so that nothing is left to reduce', () => {
    const hl = 'BTC-USD-PERP.HYPERLIQUID';
    const sim = simulate(Carry, { long: hl, short: BYBIT });
    for (const id of [hl, BYBIT]) sim.book(id, { bid: '60000', ask: '60001', size: '50' });
    const { strategy: other } = sim.kernel.addStrategy(Carry, { long: BYBIT, short: hl }, { id: 'other' });
    sim.advance({ ms: 1 });
    const pairs = [sim.strategy.pair, (other as Carry).pair];
    for (const pair of pairs) {
      pair.enter({ notionalUsd: '6000' });
      sim.advance({ ms: 2_000 });
    }
    expect(pairs.map(({ state }) => state)).toEqual(['HEDGED', 'HEDGED']);
    for (const pair of pairs) {
      pair.exit();
      sim.advance({ ms: 2_000 });
    }
    expect(pairs.map(({ state }) => state)).toEqual(['FLAT', 'FLAT']);
    expect([...sim.kernel.portfolio.legs()].map(({ position }) => position.lots)).toEqual([0, 0, 0, 0]);
  });

  it('REQ-A06 what is left of a leg and worth less than its venue takes, where nothing can be reduced, is reported as dust and counted at the next entry; alone it is closed', () => {
    const hl = 'BTC-USD-PERP.HYPERLIQUID';
    const course = (hasOther: boolean): Simulation<typeof Carry> => {
      const sim = simulate(Carry, { long: hl, short: BYBIT });
      for (const id of [hl, BYBIT]) sim.book(id, { bid: '60000', ask: '60001', size: '50' });
      const other = sim.kernel.addStrategy(Carry, { long: BYBIT, short: hl }, { id: 'other' }).strategy as Carry;
      sim.advance({ ms: 1 });
      for (const { pair } of hasOther ? [sim.strategy, other] : [sim.strategy]) {
        pair.enter({ notionalUsd: '6000' });
        sim.advance({ ms: 2_000 });
      }
      sim.book(hl, { bids: [['60000', '0.0989'], ['50000', '5']], asks: [['60001', '50']] });      // all but 0.0001 BTC, 6 USD
      sim.strategy.pair.exit();
      sim.advance({ ms: 450 });
      sim.book(hl, { bid: '60000', ask: '60001', size: '50' });
      sim.advance({ ms: 10_000 });
      return sim;
    };
    expect(course(false).pairs[0]).toMatchObject({ state: 'FLAT', longQuantity: new Decimal(0) });
    const sim = course(true);
    expect(sim.pairs[0]).toMatchObject({ state: 'FLAT', longQuantity: new Decimal('0.0001'), netQuantity: '0' });
    expect(sim.pairEvents.at(-1)!.reason).toBe(`flat but for less than can be closed: 0.0001 ${hl}`);
    sim.strategy.pair.enter({ notionalUsd: '6000' });
    sim.advance({ ms: 2_000 });
    expect(sim.pairs[0]).toMatchObject({ state: 'HEDGED', longQuantity: new Decimal('0.099'), shortQuantity: new Decimal('-0.099') });
  });
});
