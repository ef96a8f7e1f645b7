import { type Order, Strategy, type Trade } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { BacktestEngine } from '../../../../backtest/src/index.ts';
import { smallCatalog, START } from '../../../../backtest/test/engine/small-market.ts';

const ID = 'BTCUSDT-PERP.BYBIT';
const HOUR = 3_600_000_000;
const EVERY = 10_000_000;
const DELAY = 15_000_000;

describe('warm-up in a backtest', () => {
  it('REQ-D13 history comes first and flagged, with neither gap nor duplicate at the join; orders wait for onReady, which comes once', async () => {
    const trades: { tsEvent: number; isHistorical: boolean; now: number }[] = [];
    const orders: Order[] = [];
    let ready = 0;
    let before = 0;
    class Mine extends Strategy {
      override onStart(): void { this.subscribe.trades(ID, { history: { hours: 0.5 } }); }
      override onTrade({ tsEvent, isHistorical }: Trade): void {
        trades.push({ tsEvent, isHistorical, now: this.clock.now() });
        if (trades.length === 1) this.#send();
      }
      override onReady(): void {
        ready++;
        before = trades.length;
        this.#send();
      }
      #send(): void {
        const order = this.order.limit({ instrumentId: ID, side: 'buy', quantity: '0.010', price: '50000' });
        this.submit(order);
        orders.push(order);
      }
    }
    const catalog = await smallCatalog([{ id: ID, kind: 'trade', price: 60_000, settle: 'USDT', rate: '0.0001', delayUs: DELAY }]);
    const from = START + HOUR;
    const engine = new BacktestEngine();
    engine.addVenue('BYBIT', { profile: 'bybit', balances: ['50000 USDT'] }).addData(catalog, { from, to: from + HOUR / 2 }).addStrategy(Mine, {});
    await engine.run();

    const known = (at: number): number => at + DELAY;
    const expected = Array.from({ length: 720 }, (_, i) => START + i * EVERY).filter((at) => known(at) >= from - HOUR / 2 && known(at) < from + HOUR / 2);
    expect(trades.map(({ tsEvent }) => tsEvent)).toEqual(expected);
    expect(trades.every(({ tsEvent, isHistorical }) => isHistorical === known(tsEvent) < from)).toBe(true);
    expect(trades.filter(({ isHistorical }) => isHistorical).every(({ now }) => now === from)).toBe(true);
    expect(before).toBe(trades.filter(({ isHistorical }) => isHistorical).length);
    expect(before).toBe(180);
    expect([ready, ...orders.map(({ denial }) => denial?.code)]).toEqual([1, 'WARMING_UP', undefined]);
  });
});
