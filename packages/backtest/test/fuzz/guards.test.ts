import { NO_TICK, orderMutator } from '@arb/core/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExecutionEngine } from '../../../core/src/kernel/execution/execution-engine.ts';
import { OrderFactory } from '../../../core/src/kernel/execution/order-factory.ts';
import { SeenIds } from '../../../core/src/kernel/execution/seen-ids.ts';
import { ExposureMeter } from '../../../core/src/kernel/hedge/exposure-meter.ts';
import { PairHost } from '../../../core/src/kernel/hedge/pair-host.ts';
import { InFlight } from '../../../core/src/kernel/risk/in-flight.ts';
import { RiskEngine } from '../../../core/src/kernel/risk/risk-engine.ts';
import { Portfolio } from '../../../core/src/kernel/portfolio/portfolio.ts';
import { Ledger } from '../../../core/src/kernel/ledger/ledger.ts';
import { drawSchedule } from '../../src/fuzz/fault-schedule.ts';
import type { InvariantName, Violation } from '../../src/fuzz/invariants.ts';
import { runSchedule } from '../../src/fuzz/run-schedule.ts';
import { MatchingEngine } from '../../src/venue/matching-engine.ts';

/** Seeds within which every missing guard must be noticed. */
const MAX_SEEDS = 200;

/** A guard, what its absence breaks first (one of these), and what takes it away. */
type Guard = readonly [name: string, breaks: readonly InvariantName[], remove: () => void];

const GUARDS: readonly Guard[] = [
  ['neutralisation: what takes back a leg that stands alone never leaves', ['hedge-budget'], () => {
    const { submit } = PairHost.prototype;
    vi.spyOn(PairHost.prototype, 'submit').mockImplementation(function (this: PairHost, legs) { return legs.length === 1 && legs[0]!.isReducing ? { orders: [], areSent: false } : submit.call(this, legs); });
  }],
  ['the hedge budget: time and value uncovered are never counted, no alarm is set', ['hedge-budget'], () => {
    vi.spyOn(ExposureMeter.prototype, 'elapsedMs').mockReturnValue(0);
    vi.spyOn(ExposureMeter.prototype, 'usdSeconds').mockReturnValue(0);
    const { alert } = PairHost.prototype;
    vi.spyOn(PairHost.prototype, 'alert').mockImplementation(function (this: PairHost, ...args) { if (!args[0].endsWith('/budget')) alert.apply(this, args); });
  }],
  ['further tries: a leg that found no market is not tried again', ['hedge-budget', 'comes-together'], () => {
    const { alert } = PairHost.prototype;
    vi.spyOn(PairHost.prototype, 'alert').mockImplementation(function (this: PairHost, ...args) { if (!args[0].endsWith('/retry')) alert.apply(this, args); });
  }],
  ['dedupe of fills', ['positions-agree', 'order-states', 'money-conserved', 'reducing-only', 'no-exception'], () => { vi.spyOn(orderMutator, 'isTold').mockReturnValue(false); }],
  ['dedupe of funding and forced fills', ['positions-agree', 'money-conserved', 'no-exception'], () => { vi.spyOn(SeenIds.prototype, 'isSeen').mockReturnValue(false); }],
  ['both or neither', ['both-or-neither'], () => {
    vi.spyOn(ExecutionEngine.prototype, 'submitTogether').mockImplementation(function (this: ExecutionEngine, orders) {
      for (const order of orders) this.submit(order);
      return orders.every(({ status }) => status !== 'DENIED');
    });
  }],
  ['counting what is in flight', ['risk-limits'], () => {
    vi.spyOn(InFlight.prototype, 'approve').mockReturnValue(undefined);
    vi.spyOn(InFlight.prototype, 'update').mockReturnValue(true);
  }],
  ['limits', ['risk-limits', 'reducing-only'], () => { vi.spyOn(RiskEngine.prototype, 'check').mockReturnValue(undefined); }],
  ['reduce-only', ['no-leg-turns-over'], () => {
    const { limit } = OrderFactory.prototype;
    vi.spyOn(OrderFactory.prototype, 'limit').mockImplementation(function (this: OrderFactory, request) { return limit.call(this, { ...request, reduceOnly: false }); });
  }],
  ['fees in the ledger', ['money-conserved'], () => {
    const { applyFill } = Portfolio.prototype;
    vi.spyOn(Portfolio.prototype, 'applyFill').mockImplementation(function (this: Portfolio, order, report, context) { return applyFill.call(this, order, { ...report, fee: report.fee + 1n }, context); });
  }],
  ['postings to the ledger', ['money-conserved', 'pnl-identity', 'no-exception'], () => { vi.spyOn(Ledger.prototype, 'post').mockReturnValue(undefined as never); }],
  ['remembering what was taken from a book', ['fills-within-volume'], () => {
    const { arrive } = MatchingEngine.prototype;
    vi.spyOn(MatchingEngine.prototype, 'arrive').mockImplementation(function (this: MatchingEngine, resting, ...rest) {
      const { book } = this;
      for (const [tick, lots] of resting.sign === 1 ? levels(book.asks, -1) : levels(book.bids, 1)) (resting.sign === 1 ? book.setAsk(tick, 2 * lots) : book.setBid(tick, 2 * lots));
      arrive.call(this, resting, ...rest);
    });
  }],
];

/** Ticks and lots of a side; asks are kept under negative keys. */
function levels(side: MatchingEngine['book']['bids'], sign: 1 | -1): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let key = side.best; key !== NO_TICK; key = side.nextBelow(key)) found.push([sign * key, side.lotsAt(key)]);
  return found;
}

function firstViolation(): (Violation & { readonly seed: number }) | undefined {
  for (let seed = 1; seed <= MAX_SEEDS; seed++) {
    const { violation } = runSchedule(drawSchedule(seed));
    if (violation !== undefined) return { ...violation, seed };
  }
  return undefined;
}

describe('REQ-A79 the fuzzer notices what is missing', () => {
  afterEach(() => { vi.restoreAllMocks(); });

  it.each(GUARDS)('without %s', (_name, breaks, remove) => {
    remove();
    const violation = firstViolation();
    expect(violation, `${MAX_SEEDS} schedules ran clean`).toBeDefined();
    expect(breaks, `seed ${violation!.seed}: ${violation!.message}`).toContain(violation!.invariant);
  });
});
