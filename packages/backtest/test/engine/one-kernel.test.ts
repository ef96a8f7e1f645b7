import { type Instrument, type Order, Strategy } from '@arb/core';
import { type ExecutionClient, HashJournal, Kernel, type KernelInputs } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import { LANE_TIMER, type Lane } from '../../src/replay/lane.ts';
import { SimulatedVenue } from '../../src/venue/simulated-venue.ts';
import { SPEC, TERMS } from '../venue/venue-rig.ts';

const AT = [1_000, 50_000, 100_000, 150_000];

/** Buys, amends, sells back and cancels what rests. */
class Trader extends Strategy {
  override onStart(): void {
    const id = SPEC.id;
    let resting: Order;
    this.clock.setAlert('take', { at: AT[0]! }, () => { this.submit(this.order.limit({ instrumentId: id, side: 'buy', quantity: 7, price: 102, timeInForce: 'IOC' })); });
    this.clock.setAlert('rest', { at: AT[1]! }, () => { this.submit(resting = this.order.limit({ instrumentId: id, side: 'sell', quantity: 7, price: 105 })); });
    this.clock.setAlert('amend', { at: AT[2]! }, () => { this.modify(resting, { price: 104 }); });
    this.clock.setAlert('end', { at: AT[3]! }, () => { this.cancel(resting); });
  }
}

/** One call of the door by which everything enters a kernel. */
type Entry = (inputs: KernelInputs) => void;

function kernelWith(client: (kernel: Kernel) => ExecutionClient): { readonly kernel: Kernel; readonly instrument: Instrument; readonly hash: () => string } {
  const journal = new HashJournal();
  const kernel = new Kernel({ run: 'r', startAt: 0, seed: 1, journal, forbidsAsync: true, limits: { priceBandPct: 1_000 } });
  const instrument = kernel.addInstrument(SPEC);
  kernel.addVenue(undefined, client(kernel));
  kernel.balanceChanged({ venue: 'TEST', currency: 'USD', amount: 10n ** 24n, kind: 'deposit', tsEvent: 0 });
  kernel.addStrategy(Trader, {}, { id: 't' });
  kernel.start();
  kernel.ready();
  return { kernel, instrument, hash: () => { kernel.journal.flush(); return journal.digest(); } };
}

const book: Entry = (inputs) => {
  const kernel = inputs as Kernel;
  const local = kernel.bookOf(kernel.cache.state(SPEC.id).instrument);
  local.setBid(100, 10);
  local.setAsk(101, 5);
  local.setAsk(102, 5);
  kernel.bookUpdated(local, kernel.now());
  kernel.drain();
};

/** Runs against the simulated venue and writes down everything that entered the kernel. */
function simulated(): { readonly entries: readonly Entry[]; readonly hash: string; readonly orders: string[] } {
  const entries: Entry[] = [];
  let venue: SimulatedVenue;
  const { kernel, instrument, hash } = kernelWith((inner) => {
    const door = new Proxy(inner, {
      get: (target, name) => (...args: unknown[]): unknown => {
        const call = (inputs: object, given: unknown[]): unknown => (inputs as Record<PropertyKey, (...rest: unknown[]) => unknown>)[name]!(...given);
        entries.push((inputs) => { call(inputs, args.map((arg) => ((arg as { id?: string } | undefined)?.id === undefined ? arg : (inputs as Kernel).cache.order((arg as Order).id) ?? arg))); });
        return call(target, args);
      },
    });
    return venue = new SimulatedVenue(TERMS, door, () => inner.now());
  });
  venue!.addInstrument(instrument).replace([[100, 10]], [[101, 5], [102, 5]]);
  const timers: Lane = { laneClass: LANE_TIMER, nextAt: () => kernel.nextTimerAt(), step: (at) => { const fire: Entry = (inputs) => { inputs.advance(at); inputs.fireTimers(); }; entries.push(fire); fire(kernel); return 0; } };
  entries.push(book);
  book(kernel);
  const lanes = [...venue!.lanes, timers];
  for (;;) {
    const next = lanes.reduce((first, lane) => (lane.nextAt() < first.nextAt() ? lane : first));
    if (next.nextAt() === Infinity) break;
    next.step(next.nextAt());
  }
  return { entries, hash: hash(), orders: [1, 2].map((n) => JSON.stringify(kernel.cache.order(`r-t-${n}`))) };
}

describe('REQ-D12 one kernel for backtest and live', () => {
  it('a venue elsewhere, whose reports come one by one from outside, gives the same orders and the same journal, to the hash', async () => {
    const { entries, hash, orders } = simulated();
    const sent: string[] = [];
    const remote = kernelWith(() => ({
      venue: 'TEST', submit: ({ id }) => { sent.push(`submit ${id}`); }, modify: ({ id }, { tick }) => { sent.push(`modify ${id} ${tick}`); }, cancel: ({ id }) => { sent.push(`cancel ${id}`); },
    }));
    for (const entry of entries) {
      await Promise.resolve();                                           // as from a socket
      entry(remote.kernel);
    }
    expect(sent).toEqual(['submit r-t-1', 'submit r-t-2', 'modify r-t-2 104', 'cancel r-t-2']);
    expect(orders.map((order) => (JSON.parse(order) as { status: string; filledQuantity: string }).status)).toEqual(['FILLED', 'CANCELED']);
    expect([1, 2].map((n) => JSON.stringify(remote.kernel.cache.order(`r-t-${n}`)))).toEqual(orders);
    expect(remote.hash()).toBe(hash);

    const lost = kernelWith(() => ({ venue: 'TEST', submit: () => {}, modify: () => {}, cancel: () => {} }));
    for (const entry of entries.slice(0, -4)) entry(lost.kernel);
    expect(lost.hash()).not.toBe(hash);                                  // the hash sees what is missing
  });
});
