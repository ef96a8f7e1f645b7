import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMoney } from '../../../src/kernel/math/money.ts';
import type { MarginMode } from '../../../src/kernel/model/holding.ts';
import { type Order, orderMutator } from '../../../src/kernel/model/order.ts';
import { LINEAR, makeFill, OTHER } from '../support/book.ts';
import { Desk } from '../support/desk.ts';

/** Prices stay where they are, so that a limit can only be broken by an approval. */
const PRICE = 10_000;
const TIERS = [{ notionalFrom: '0', initialRate: '0.02', maintenanceRate: '0.01' }];
const LIMITS = { maxPositionNotionalUsd: 7_777.7, maxAssetNotionalUsd: 12_345.6, maxVenueNotionalUsd: { BYBIT: 7_000 }, maxGrossNotionalUsd: 12_000, maxStrategySharePct: 90 };

const step = fc.record({
  type: fc.constantFrom('order' as const, 'order' as const, 'order' as const, 'pair' as const, 'fill' as const, 'fill' as const, 'cancel' as const, 'bust' as const, 'modify' as const),
  size: fc.integer({ min: -900, max: 900 }).filter((size) => size !== 0), which: fc.nat(), strategy: fc.constantFrom('a', 'b'), isOther: fc.boolean(), isReduceOnly: fc.boolean(),
});

class Race {
  readonly desk = new Desk(LIMITS, { marginTiers: () => TIERS }).market(LINEAR, '9999.9', `${PRICE}`).market(OTHER, '9999', `${PRICE}`).deposit('BYBIT', '900').deposit('HYPERLIQUID', '15000', 'USDC');
  readonly open: Order[] = [];
  readonly filled: { order: Order; lots: number; fillId: string }[] = [];
  fills = 0;

  constructor(marginMode: MarginMode = 'cross', leverage = 10) { for (const venue of ['BYBIT', 'HYPERLIQUID']) this.desk.portfolio.account(venue).configure({ marginMode, leverage }); }

  order({ size, strategy, isOther, isReduceOnly }: { size: number; strategy: string; isOther: boolean; isReduceOnly: boolean }): Order {
    return this.desk.order(isOther ? OTHER : LINEAR, isOther ? size * 100 : size, `${PRICE}`, { strategyId: strategy, reduceOnly: isReduceOnly });
  }

  run(action: { type: string; size: number; which: number; strategy: string; isOther: boolean; isReduceOnly: boolean }): void {
    const { desk } = this;
    desk.time += 50_000;
    const order = this.open[action.which % Math.max(1, this.open.length)];
    if (action.type === 'order') {
      const made = this.order(action);
      if (desk.send(made) === 'APPROVED') this.open.push(made);
    } else if (action.type === 'pair') {
      const legs = [this.order({ ...action, isOther: true }), this.order({ ...action, isOther: false, size: -action.size })];
      const before = desk.risk.inFlightCount;
      if (desk.risk.checkAll(legs) !== undefined) expect(desk.risk.inFlightCount).toBe(before);
      else for (const leg of legs) { orderMutator.apply(leg, 'OrderSubmitted'); desk.risk.changed(leg); this.open.push(leg); }
    } else if (action.type === 'bust') {
      const fill = this.filled.splice(action.which % Math.max(1, this.filled.length), 1)[0];
      if (fill === undefined) return;
      const { order: of, lots, fillId } = fill;
      if (!of.isClosed) return;
      orderMutator.bust(of, of.tick, lots);
      desk.portfolio.bustFill(of, makeFill({ fillId, tick: of.tick, lots, feeCurrency: of.instrument.settle }), { tsEvent: desk.time });
      desk.risk.changed(of);
      if (of.isOpen) this.open.push(of);
    } else if (order === undefined) return;
    else if (action.type === 'cancel') {
      desk.cancel(order);
      this.open.splice(this.open.indexOf(order), 1);
    } else if (action.type === 'modify') {
      const lots = order.filledLots + Math.abs(action.size) * (order.instrument === OTHER ? 100 : 1);
      if (desk.risk.checkAmendment(order, { tick: order.tick, lots }) !== undefined || order.status === 'SUBMITTED') return;
      orderMutator.amend(order, order.tick, lots);
      desk.risk.changed(order);
    } else this.fill(order, Math.min(order.leavesLots, Math.abs(action.size) * (order.instrument === OTHER ? 100 : 1)));
  }

  fill(order: Order, lots: number): void {
    const fillId = `race-${++this.fills}`;
    orderMutator.fill(order, order.tick, lots);
    this.desk.portfolio.applyFill(order, makeFill({ fillId, tick: order.tick, lots, feeCurrency: order.instrument.settle }), { tsEvent: this.desk.time });
    this.desk.risk.changed(order);
    if (order.isClosed) {
      this.desk.risk.changed(order);
      this.open.splice(this.open.indexOf(order), 1);
    }
    this.filled.push({ order, lots, fillId });
  }

  /** Dollars, in 1e-18, of the worst position in each instrument, worked out from the orders themselves. */
  worst(): { linear: bigint; other: bigint } {
    const of = (instrument: typeof LINEAR, perLot: bigint): bigint => {
      let long = this.desk.portfolio.account(instrument.venue).holding(instrument).basis.lots;
      let short = long;
      for (const order of this.open) {
        if (order.instrument !== instrument || order.reduceOnly) continue;
        if (order.sign > 0) long += order.leavesLots;
        else short -= order.leavesLots;
      }
      return BigInt(Math.max(long, -short)) * perLot * BigInt(PRICE);
    };
    return { linear: of(LINEAR, 10n ** 15n), other: of(OTHER, 10n ** 13n) };
  }
}

describe('risk engine, in a race of many orders', () => {
  it('REQ-B34 no sequence of orders, pairs, fills, cancels and amendments takes the worst case over a limit', () => {
    fc.assert(fc.property(fc.array(step.filter(({ type }) => type !== 'bust'), { minLength: 1, maxLength: 80 }), (steps) => {
      const race = new Race();
      for (const action of steps) {
        race.run(action);
        const { linear, other } = race.worst();
        expect(linear <= toMoney('7000')).toBe(true);
        expect(other <= toMoney('7777.7')).toBe(true);
        expect(linear + other <= toMoney('12000')).toBe(true);
      }
    }), { numRuns: 300 });
  });

  it('REQ-B34 what counts as in flight is always what the open orders have left, busts included', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
      const race = new Race();
      for (const action of steps) {
        race.run(action);
        for (const instrument of [LINEAR, OTHER]) {
          const holding = race.desk.portfolio.account(instrument.venue).holding(instrument);
          const left = (sign: number): number => race.open.filter((order) => order.instrument === instrument && order.sign === sign && !order.reduceOnly).reduce((sum, order) => sum + order.leavesLots, 0);
          expect([holding.openBuyLots, holding.openSellLots]).toEqual([left(1), left(-1)]);
        }
        expect(race.desk.risk.inFlightCount).toBe(race.open.length);
      }
    }), { numRuns: 200 });
  });

  it('REQ-B33 free margin never goes below zero by an approval', () => {
    fc.assert(fc.property(fc.array(step.filter(({ type }) => type !== 'bust'), { minLength: 1, maxLength: 80 }), (steps) => {
      const race = new Race();
      for (const action of steps) {
        race.run(action);
        const account = race.desk.portfolio.account('BYBIT');
        // Positions are margined at the mid, 0.05 below what the orders are judged at.
        if (account.initialMargin('USDT') > 0n) expect(account.availableOf('USDT') >= -(10n ** 17n) * 20n).toBe(true);
      }
    }), { numRuns: 200 });
  });

  it('REQ-B33 REQ-A38 nor where positions are isolated, which set aside what they were approved for', () => {
    fc.assert(fc.property(fc.array(step.filter(({ type }) => type !== 'bust').map((action) => ({ ...action, strategy: 'a' })), { minLength: 1, maxLength: 80 }), (steps) => {
      const race = new Race('isolated', 3);                                  // 900 carry 2,700: margin binds before any other limit
      const account = race.desk.portfolio.account('BYBIT');
      for (const action of steps) {
        race.run(action);
        expect(account.availableOf('USDT') >= -(10n ** 17n) * 20n).toBe(true);
        expect(account.holding(LINEAR).basis.lots === 0).toBe(account.holding(LINEAR).isolated.amount === 0n);
      }
    }), { numRuns: 200 });
  });
});
