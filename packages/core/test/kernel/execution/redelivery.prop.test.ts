import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { toMoney } from '../../../src/kernel/math/money.ts';
import type { FillReport } from '../../../src/kernel/model/order-events.ts';
import type { Order } from '../../../src/kernel/model/order.ts';
import { BYBIT, Rig, type Witness } from './rig.ts';

interface Step { readonly kind: number; readonly order: number; readonly size: number }
interface Report { readonly isRepeatable: boolean; readonly tell: (kernel: Kernel) => void }

/** A venue and a trader driven by numbers: the same numbers give the same commands and the same reports. */
class Schedule {
  readonly rig = new Rig();
  readonly strategy: Witness;
  readonly orders: Order[] = [];
  readonly told: Report[] = [];
  readonly #fills: { readonly order: Order; readonly report: FillReport }[] = [];
  readonly #runner: ReturnType<Rig['witness']>['runner'];
  readonly #times: number;
  #ids = 0;

  /** @param times how often each report is delivered */
  constructor(times: number) {
    this.#times = times;
    const { runner, strategy } = this.rig.witness();
    this.#runner = runner;
    this.strategy = strategy;
  }

  step({ kind, order: pick, size }: Step): void {
    this.rig.wait(1);
    const order = this.orders[pick % Math.max(1, this.orders.length)];
    if (kind <= 3 || order === undefined) { this.#send(size); return; }
    const { execution } = this.rig.kernel;
    if (kind === 4) { execution.cancel(order); this.rig.kernel.drain(); return; }
    if (kind === 5) { execution.modify(order, { tick: order.tick - size, lots: order.lots + size }); this.rig.kernel.drain(); return; }
    this.#venue(kind, order, size);
  }

  #send(size: number): void {
    const request = { instrumentId: BYBIT.id, side: size % 2 === 0 ? 'buy' as const : 'sell' as const, quantity: (size + 2) / 1_000 };
    const make = this.#runner.order;
    const order = make.limit({ ...request, price: 60_000 });
    if (size % 3 !== 0) { this.orders.push(order); this.#runner.submit(order); }
    else {
      const list = make.oneCancelsOther([order, make.stopMarket({ ...request, triggerPrice: 61_000 })]);
      this.orders.push(...list.orders);
      this.#runner.submit(list);
    }
    this.rig.kernel.drain();
  }

  #venue(kind: number, order: Order, size: number): void {
    const at = this.rig.kernel.now();
    const wasSent = order.status !== 'DENIED' && order.status !== 'REJECTED';
    if (!wasSent) return;
    const isAlive = order.isOpen;
    if (kind === 6) this.#tell((kernel) => { kernel.accepted(order, at, `v${order.sequence}`); });
    else if (kind <= 9 && order.leavesLots > 0) {
      const report: FillReport = { fillId: `x${++this.#ids}`, tick: 600_000 + size, lots: Math.min(order.leavesLots, size + 1), fee: toMoney('0.02'), feeCurrency: 'USDT', liquidity: 'maker', origin: 'OWN' };
      this.#fills.push({ order, report });
      this.#tell((kernel) => { kernel.filled(order, at, report); });
    } else if (kind === 10) {
      const last = this.#fills.pop();
      if (last !== undefined) this.#tell((kernel) => { kernel.fillBusted(last.order, at, last.report); });
    } else this.#ending(kind, order, { at, size, isAlive });
  }

  #ending(kind: number, order: Order, { at, size, isAlive }: { readonly at: number; readonly size: number; readonly isAlive: boolean }): void {
    if (kind === 11 && isAlive) this.#tell((kernel) => { kernel.canceled(order, at, 'user'); });
    else if (kind === 12 && isAlive) this.#tell((kernel) => { kernel.expired(order, at, 'end'); });
    else if (kind === 13 && order.isPendingModify) {
      const amendment = { tick: 600_000 - size, lots: order.filledLots + size + 1 };
      this.#tell((kernel) => { kernel.modified(order, at, amendment); });
    }
    else if (kind === 14) this.#tell((kernel) => { kernel.modifyRejected(order, at, 'NO', 'no'); }, false);
    else if (kind === 15) this.#tell((kernel) => { kernel.cancelRejected(order, at, 'NO', 'no'); }, false);
    else if (kind === 16 && order.status === 'SUBMITTED') this.#tell((kernel) => { kernel.rejected(order, at, 'NO', 'no'); });
    else if (kind === 17) this.#tell((kernel) => { kernel.unknown(order, at, 'timeout'); }, false);
    else if (kind === 18) this.#tell((kernel) => { kernel.triggered(order, at); });
    else if (kind === 19) this.#other(order, at, size);
  }

  #other(order: Order, at: number, size: number): void {
    const { instrument } = order;
    if (size % 3 === 0) this.#tell((kernel) => { kernel.fundingPaid('BYBIT', { instrument, convention: 'lump-at-mark', lots: 0, amount: toMoney('1'), rate: 1n, rateDecimals: 4, price: 60_000n, priceDecimals: 0, settlesAt: at, tsEvent: at }); });
    else if (size % 3 === 1) this.#tell((kernel) => { kernel.balanceChanged({ venue: 'BYBIT', currency: 'USDT', amount: toMoney('7'), kind: 'deposit', id: `d${at}`, tsEvent: at }); });
    else {
      this.#tell((kernel) => {
        kernel.forcedFill('BYBIT', { instrument, side: 'sell', tsEvent: at, fill: { fillId: `a${at}`, tick: 600_000, lots: 1, fee: 0n, feeCurrency: 'USDT', liquidity: 'taker', origin: 'ADL' } });
      });
    }
  }

  #tell(tell: (kernel: Kernel) => void, isRepeatable = true): void {
    this.told.push({ isRepeatable, tell });
    for (let i = 0; i < this.#times; i++) {
      tell(this.rig.kernel);
      this.rig.kernel.drain();
    }
  }

  get outcome(): unknown {
    return {
      state: this.rig.state, heard: this.strategy.heard, commands: this.rig.client.told, pnl: String(this.strategy.portfolio.pnlUsd), inFlight: this.rig.kernel.risk.inFlightCount,
      orders: this.orders.map(({ status, filledLots, lots, tick, isUnknown, isPendingCancel, isPendingModify, averageFillPrice, venueOrderId }) =>
        [status, filledLots, lots, tick, isUnknown, isPendingCancel, isPendingModify, String(averageFillPrice), venueOrderId]),
    };
  }
}

const steps = fc.array(fc.record({ kind: fc.integer({ min: 0, max: 19 }), order: fc.nat(20), size: fc.integer({ min: 0, max: 8 }) }), { maxLength: 60 });

describe('reports told twice', () => {
  it('REQ-A61 every report delivered twice changes nothing: cache, orders, positions, PnL, events, commands, journal', () => {
    fc.assert(fc.property(steps, (schedule) => {
      const once = new Schedule(1);
      const twice = new Schedule(2);
      for (const step of schedule) { once.step(step); twice.step(step); }
      expect(twice.outcome).toEqual(once.outcome);
      expect(twice.rig.hash).toBe(once.rig.hash);
    }), { numRuns: 300 });
  });

  it('REQ-A61 reports repeated much later, in any order, change nothing either', () => {
    fc.assert(fc.property(steps, fc.array(fc.nat(200), { maxLength: 40 }), (schedule, repeats) => {
      const run = new Schedule(1);
      for (const step of schedule) run.step(step);
      const before = run.outcome;
      const { hash } = run.rig;
      const repeatable = run.told.filter(({ isRepeatable }) => isRepeatable);
      if (repeatable.length === 0) return;
      for (const at of repeats) run.rig.report((kernel) => { repeatable[at % repeatable.length]!.tell(kernel); });
      expect(run.outcome).toEqual(before);
      expect(run.rig.hash).toBe(hash);
    }), { numRuns: 300 });
  });

  it('REQ-A61 positions are the sum of fills, and nothing is in flight that is not open', () => {
    fc.assert(fc.property(steps, (schedule) => {
      const run = new Schedule(1);
      for (const step of schedule) run.step(step);
      expect(run.rig.kernel.risk.inFlightCount).toBe(run.orders.filter(({ isOpen, status }) => isOpen && status !== 'EMULATED').length);
      expect(run.rig.kernel.cache.openOrders().size).toBe(run.orders.filter(({ isOpen }) => isOpen).length);
      for (const sum of run.rig.kernel.portfolio.ledger.trialBalance().values()) expect(sum).toBe(0n);
    }), { numRuns: 200 });
  });
});
