import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArbError, Decimal, type OrderFilled, Strategy } from '@arb/core';
import { readJournal } from '@arb/core/internal';
import { instrumentId } from '@arb/core/zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BacktestResult, BacktestEngine } from '../../src/index.ts';
import { explainOrder } from '../../src/report/explain-order.ts';
import { readOrderStory } from '../../src/report/order-story.ts';
import { simulate } from '../../src/testing.ts';
import { BTC, smallCatalog } from '../engine/small-market.ts';

const [BINANCE, BYBIT] = BTC.map(({ id }) => id) as [string, string];

/** Enters and leaves a pair every twenty minutes. */
class InAndOut extends Strategy.with(z.strictObject({ long: instrumentId(), short: instrumentId() })) {
  readonly #pair = this.hedgedPair({ ...this.config, maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 5_000 });

  override onStart(): void {
    this.subscribe.book([this.config.long, this.config.short]);
    this.clock.setTimer('decide', { everyMs: 1_200_000, offsetMs: 60_000 }, () => {
      if (this.#pair.isFlat) this.#pair.enter({ notionalUsd: '6000', reason: { plan: 'in' } });
      else this.#pair.exit({ reason: { plan: 'out' } });
    });
  }
}

describe('REQ-A02 an order is explained from the journal alone', () => {
  let result: BacktestResult;
  let journal: Uint8Array;
  beforeAll(async () => {
    const journalFile = join(mkdtempSync(join(tmpdir(), 'arb-story-')), 'journal.bin');
    const engine = new BacktestEngine({ seed: 1, journalFile });
    for (const venue of ['BINANCE', 'BYBIT']) engine.addVenue(venue, { profile: venue.toLowerCase() });
    engine.addData(await smallCatalog(BTC)).addStrategy(InAndOut, { long: BINANCE, short: BYBIT }, { id: 'two' });
    result = await engine.run();
    journal = readFileSync(journalFile);
  });

  it('its story is that of the run: terms, fills, status, average price of every order', () => {
    expect(result.orders.length).toBeGreaterThan(8);
    for (const order of result.orders) {
      const { instrument, side, quantity, filledQuantity, averagePrice, status, price, type, createdAt } = readOrderStory(readJournal(journal), order.orderId);
      expect([instrument.id, side, quantity.toFixed(), filledQuantity.toFixed(), status, type, createdAt, price?.toFixed() ?? null]).toEqual([
        order.instrumentId, order.side, order.quantity, order.filledQuantity, order.status, order.type, order.ts, order.price,
      ]);
      if (order.averagePrice !== null) expect(averagePrice!.eq(order.averagePrice)).toBe(true);
    }
  });

  it('the money of all round trips is the net result of the run, exactly', () => {
    const trips = new Map(result.orders.map(({ orderId }) => { const { trip } = readOrderStory(readJournal(journal), orderId); return [trip!.from, trip!] as const; }));
    expect([...trips.values()].every(({ to }) => to !== undefined)).toBe(true);
    const net = [...trips.values()].flatMap(({ flows, fees, funding }) => [flows, fees, funding].map((part) => part.get('USDT') ?? new Decimal(0)));
    expect(Decimal.sum(...net).toFixed()).toBe(result.netPnlUsd.toFixed());
    expect(result.fundingPayments.length).toBeGreaterThan(0);
  });

  it('says why, what risk said and what came of it', () => {
    const exit = result.orders.find(({ ts }) => ts > result.orders[0]!.ts)!;
    expect(explainOrder(readOrderStory(readJournal(journal), exit.orderId))).toMatch(new RegExp(
      `^${exit.orderId}: sell \\S+ ${BINANCE} at \\S+ LIMIT IOC reduce-only, 2025-03-01\n  because +PairExiting: both legs to zero\n +plan out\n  risk +approved\n(  \\S+ +Order.*\n)+  ended +FILLED, .*\n  money +round trip from \\S+ to \\S+: .* USDT in all \\(prices .* USDT, fees -.* USDT, funding .*\\)$`,
    ));
  });

  it('an order that is not there is refused with those that are', () => {
    expect(() => readOrderStory(readJournal(journal), 'run-two-99')).toThrow(/^the journal has no order "run-two-99"; it has \d+ orders: run-two-1, run-two-2 … run-two-\d+; orders\.csv lists them$/);
    expect(() => readOrderStory([], 'run-two-99')).toThrow(ArbError);
  });
});

describe('REQ-A02 orders by hand', () => {
  /** Sends what risk denies and what rests, is changed, partly filled and canceled. */
  class ByHand extends Strategy.with(z.strictObject({ id: instrumentId() })) {
    override onReady(): void {
      const { id: instrumentId } = this.config;
      this.clock.setAlert('work', { inMs: 1_000 }, () => {
        this.submit(this.order.limit({ instrumentId, side: 'buy', quantity: '900', price: '60000.0' }));
        const rests = this.order.limit({ instrumentId, side: 'sell', quantity: '0.300', price: '60010.0', postOnly: true, reason: { edgeBps: 3.25, sawAt: this.clock.now(), book: { mid: 60000.05 } } });
        this.submit(rests);
        this.clock.setAlert('better', { inMs: 1_000 }, () => { this.modify(rests, { price: '60005.0', quantity: '0.200' }); });
        this.clock.setAlert('done', { inMs: 3_600_000 * 24 }, () => { this.cancel(rests); });
      });
    }
  }

  it('denials, amendments, partial fills, cancels and the reason given are told', () => {
    const sim = simulate(ByHand, { id: BYBIT });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '1.000' });
    sim.advance({ ms: 3_000 });
    sim.trade(BYBIT, { price: '60005.0', quantity: '0.050', side: 'buy' });
    sim.advance({ ms: 3_600_000 * 25 });
    expect(sim.explain(sim.kernel.cache.order('sim-test-1')!)).toMatchInlineSnapshot(`
      "sim-test-1: buy 900 BTCUSDT-PERP.BYBIT at 60000 LIMIT GTC, 2025-01-01
        because       sent by hand; the strategy gave no reason
        risk          INSUFFICIENT_MARGIN: BYBIT/main has 100000 USDT free, the order needs 18000014.999999999981999985. Deposit, send less, or reduce positions.
        00:00:01      OrderDenied INSUFFICIENT_MARGIN: BYBIT/main has 100000 USDT free, the order needs 18000014.999999999981999985. Deposit, send less, or reduce positions.
        ended         DENIED, 0 of 900 filled"
    `);
    expect(sim.explain(sim.orders[0]!)).toMatchInlineSnapshot(`
      "sim-test-2: sell 0.3 BTCUSDT-PERP.BYBIT at 60010 LIMIT GTC post-only, 2025-01-01
        because       sent by hand
                      edgeBps 3.25, sawAt 2025-01-01T00:00:01Z
                      book: mid 60000.05
        risk          approved
        00:00:01      OrderSubmitted
        00:00:01.023  OrderAccepted, at the venue 00:00:01.015
        00:00:02      ModifyRequested to 0.2 at 60005
        00:00:02.023  OrderModified to 0.2 at 60005, at the venue 00:00:02.015
        00:00:03.008  OrderFilled 0.05 at 60005 as maker, fee 0.60005 USDT, position -0.05, at the venue 00:00:03
        2025-01-02 00:00:01  CancelRequested
        2025-01-02 00:00:01.023  OrderCanceled: canceled, at the venue 2025-01-02 00:00:01.015
        ended         CANCELED, 0.05 of 0.2 filled at 60005 on average"
    `);
  });

  it('a fill taken back is told, and counts no longer', () => {
    class Buyer extends ByHand {
      fill: OrderFilled | undefined;

      override onReady(): void { this.clock.setAlert('buy', { inMs: 1_000 }, () => { this.submit(this.order.market({ instrumentId: this.config.id, side: 'buy', quantity: '0.100' })); }); }
      override onOrderFilled(fill: OrderFilled): void { this.fill = fill; }
    }
    const sim = simulate(Buyer, { id: BYBIT });
    sim.book(BYBIT, { bid: '60000.0', ask: '60000.1', size: '1.000' });
    sim.advance({ ms: 2_000 });
    const { order, report, tsEvent } = sim.strategy.fill!;
    sim.kernel.fillBusted(order, tsEvent, report);
    sim.kernel.drain();
    expect(sim.explain(order)).toMatch(/OrderFilled 0\.1 at 60000\.1 as taker.*position 0\.1, at the venue .*\n.*FillBusted 0\.1 at 60000\.1.*position 0,.*\n.*OrderCanceled: a fill was taken back.*\n  ended +CANCELED, 0 of 0\.1 filled$/);
  });
});
