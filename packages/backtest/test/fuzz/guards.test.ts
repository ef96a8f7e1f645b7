import { orderMutator } from '@arb/core/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExposureMeter } from '../../../core/src/kernel/hedge/exposure-meter.ts';
import { PairHost } from '../../../core/src/kernel/hedge/pair-host.ts';
import { ExecutionEngine } from '../../../core/src/kernel/execution/execution-engine.ts';
import { OrderFactory } from '../../../core/src/kernel/execution/order-factory.ts';
import { SeenIds } from '../../../core/src/kernel/execution/seen-ids.ts';
import { InFlight } from '../../../core/src/kernel/risk/in-flight.ts';
import { RiskSlot } from '../../../core/src/kernel/risk/risk-slot.ts';
import { RiskEngine } from '../../../core/src/kernel/risk/risk-engine.ts';
import { drawSchedule } from '../../src/fuzz/fault-schedule.ts';
import type { Violation } from '../../src/fuzz/invariants.ts';
import { runSchedule } from '../../src/fuzz/run-schedule.ts';

/** Seeds within which every missing guard must be noticed. */
const MAX_SEEDS = 300;

function firstViolation(): Violation & { readonly seed: number } | undefined {
  for (let seed = 1; seed <= MAX_SEEDS; seed++) {
    const { violation } = runSchedule(drawSchedule(seed));
    if (violation !== undefined) return { ...violation, seed };
  }
  return undefined;
}

describe('the fuzzer notices what is missing', () => {
  afterEach(() => { vi.restoreAllMocks(); });

  it.each<readonly [string, readonly string[], () => void]>([
    ['neutralisation: orders that take back one leg alone never leave', ['hedge-budget', 'comes-together'], () => {
      const { submit } = PairHost.prototype;
      vi.spyOn(PairHost.prototype, 'submit').mockImplementation(function (this: PairHost, legs) { return legs.length === 1 && legs[0]!.isReducing ? { orders: [], areSent: false } : submit.call(this, legs); });
    }],
    ['the hedge budget: a pair takes no time to have passed', ['hedge-budget'], () => {
      vi.spyOn(ExposureMeter.prototype, 'elapsedMs').mockReturnValue(0);
      vi.spyOn(ExposureMeter.prototype, 'usdSeconds').mockReturnValue(0);
      const { alert } = PairHost.prototype;
      vi.spyOn(PairHost.prototype, 'alert').mockImplementation(function (this: PairHost, name, inMs, handler) { if (!name.endsWith('/budget')) alert.call(this, name, inMs, handler); });
    }],
    ['dedupe of fills', ['positions-agree', 'order-states', 'money-conserved', 'reducing-only', 'no-exception'], () => { vi.spyOn(orderMutator, 'isTold').mockReturnValue(false); }],
    ['dedupe of funding and forced fills', ['positions-agree', 'money-conserved', 'no-exception'], () => { vi.spyOn(SeenIds.prototype, 'isSeen').mockReturnValue(false); }],
    ['both or neither', ['both-or-neither', 'positions-agree'], () => {
      vi.spyOn(ExecutionEngine.prototype, 'submitTogether').mockImplementation(function (this: ExecutionEngine, orders) {
        for (const order of orders) this.submit(order);
        return orders.every(({ status }) => status !== 'DENIED');
      });
    }],
    ['counting what is in flight', ['risk-limits'], () => { vi.spyOn(RiskSlot.prototype, 'add').mockReturnValue(undefined); vi.spyOn(InFlight.prototype, 'approve').mockReturnValue(undefined); vi.spyOn(InFlight.prototype, 'update').mockReturnValue(true); }],
    ['limits', ['risk-limits'], () => { vi.spyOn(RiskEngine.prototype, 'check').mockReturnValue(undefined); }],
    ['reduce-only', ['no-leg-turns-over', 'positions-agree', 'comes-together'], () => {
      const { limit } = OrderFactory.prototype;
      vi.spyOn(OrderFactory.prototype, 'limit').mockImplementation(function (this: OrderFactory, terms) { return limit.call(this, { ...terms, reduceOnly: false }); });
    }],
  ])('without %s', (_name, expected, remove) => {
    remove();
    const violation = firstViolation();
    console.log(_name, violation?.seed, violation?.invariant, violation?.message);
    expect(violation).toBeDefined();
    expect(expected).toContain(violation!.invariant);
  });
});
