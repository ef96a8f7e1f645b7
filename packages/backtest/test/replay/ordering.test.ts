import { describe, expect, it } from 'vitest';
import { LANE_ARRIVAL, LANE_DEPARTURE, LANE_EXCHANGE, LANE_LOCAL, LANE_OBSERVER, LANE_RESPONSE, LANE_SETTLEMENT, LANE_TIMER, type Lane } from '../../src/replay/lane.ts';
import { RecordStream } from '../../src/replay/record-lanes.ts';
import { ReplayLoop } from '../../src/replay/replay-loop.ts';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { ask, bid, boughtAt, clear, delayed, type Desk, message, sameEntry, soldAt, VenueRig } from '../venue/venue-rig.ts';

const T = 10_000;

/** A lane with one event at T that writes its name down. */
function once(laneClass: number, name: string, told: string[]): Lane {
  let at = T;
  return { laneClass, nextAt: () => at, step: () => { at = Infinity; told.push(name); return 0; } };
}

describe('§9.2 REQ-B66 REQ-D10 order of things at one timestamp', () => {
  it('§9.2 by class, within a class as they were added, whatever the order of the lanes', () => {
    const classes = [['exchange', LANE_EXCHANGE], ['settlement', LANE_SETTLEMENT], ['arrival', LANE_ARRIVAL], ['response', LANE_RESPONSE], ['local', LANE_LOCAL], ['timer', LANE_TIMER], ['departure', LANE_DEPARTURE], ['observer', LANE_OBSERVER]] as const;
    const told: string[] = [];
    const lanes = classes.flatMap(([name, laneClass]) => [once(laneClass, `${name} 1`, told), once(laneClass, `${name} 2`, told)]);
    new ReplayLoop([...lanes.filter((_, i) => i % 2 === 0).reverse(), ...lanes.filter((_, i) => i % 2 === 1)], Infinity, () => '').runSlice(100);
    expect(told).toEqual(classes.flatMap(([name]) => [`${name} 1`, `${name} 2`]));
  });

  it('§9.2 in a run: venue data, arrival, answer, our data, timer', () => {
    const told: string[] = [];
    const rig = new VenueRig({
      terms: { entry: sameEntry(4_000), response: new ConstantLatency(2_000) },
      acts: {
        4_000: (desk) => desk.limit('answered at T', 'buy', [1, 99]),
        6_000: (desk) => desk.limit('arrives at T', 'buy', [5, 101]),                 // meets the ask that appears at T
        [T]: (desk) => { told.push(`timer sees ${rig.bestAsk}, ${desk.named('answered at T').status}`); },
      },
      onBook: (desk) => { if (rig.kernel.now() === T) told.push(`book sees ${rig.bestAsk}, ${desk.named('answered at T').status}`); },
    });
    rig.run([message(0, bid(100, 10), ask(102, 10)), message(T, ask(101, 10))]);
    expect(told).toEqual(['book sees 101, ACCEPTED', 'timer sees 101, ACCEPTED']);
    expect(rig.fills).toEqual(['5@101']);
  });

  it('§9.3 an order that arrives when a trade happens is not filled by it', () => {
    const rig = new VenueRig({ acts: { 8_000: (desk) => desk.limit('own', 'buy', [10, 99]) } });
    rig.run([message(0, bid(100, 10), ask(101, 10)), message(T, soldAt(99, 50)), message(T + 1, soldAt(99, 4))]);
    expect(rig.fills).toEqual(['4@99']);
    expect(rig.events.find(({ type }) => type === 'OrderFilled')!.tsEvent).toBe(T + 1);
  });

  it('§9.4 without latency: sent in onBook at T, matched at T after all venue data of T, exactly once', () => {
    let sent = false;
    const rig = new VenueRig({
      terms: { entry: sameEntry(0), response: new ConstantLatency(0) },
      onBook: (desk) => { if (rig.kernel.now() === T && !sent) { sent = true; desk.limit('own', 'buy', [5, 102]); } },
    });
    rig.run([message(0, bid(100, 10), ask(101, 10)), message(T, ask(101, 3)), message(T, ask(101, 0)), message(T + 5, ask(103, 1))]);
    expect(rig.log).toEqual([`${T} OrderSubmitted`, `${T} OrderAccepted`]);
    expect(rig.engine.resting.map(({ tick }) => tick)).toEqual([102]);
  });

  it('§9.4 answers that cause commands without end stop the run and name the strategy', () => {
    const again = (desk: Desk): void => { desk.limit(`${desk.clock.now()}`, 'buy', [1, 101], { timeInForce: 'IOC' }); };
    const rig = new VenueRig({ terms: { entry: sameEntry(0), response: new ConstantLatency(0) }, acts: { 5: again } });
    const strategy = rig.kernel.runners[0]!.strategy as unknown as { onOrderClosed: () => void };
    let closed = 0;
    Object.getPrototypeOf(strategy).onOrderEvent = (event: { order: { isClosed: boolean } }): void => { if (event.order.isClosed && closed++ < 30_000) again(strategy as unknown as Desk); };
    expect(() => rig.run([message(0, bid(99, 1), ask(110, 1))])).toThrow(/desk.*without end/);
    expect(closed).toBeLessThan(10_001);
  });

  it('a record stamped before the one before it does not turn the time of its venue back', () => {
    const records = [{ tsEvent: 10, tsInit: 30 }, { tsEvent: 5, tsInit: 31 }, { tsEvent: 12, tsInit: 40 }];             // sorted by tsInit, as catalogs are
    const seen: number[] = [];
    const { lanes } = new RecordStream(records[Symbol.iterator](), { exchange: (_record, at) => { seen.push(at); }, local: (_record, at) => { seen.push(at); } });
    new ReplayLoop(lanes, Infinity, () => '').runSlice(100);
    expect(seen).toEqual([10, 10, 12, 30, 31, 40]);
  });

  it('a slice ends where there are many timers and hardly a row: an interrupt is seen', () => {
    let at = 0;
    const loop = new ReplayLoop([{ laneClass: LANE_TIMER, nextAt: () => at, step: () => { at++; return 0; } }], 100_000, () => '');
    expect(loop.runSlice(1_000)).toEqual({ rows: 0, isDone: false, at: 999 });
  });

  it('many market rows at one timestamp are no storm', () => {
    const rig = new VenueRig();
    rig.run(Array.from({ length: 20_000 }, (_, i) => message(7, bid(100, 1 + (i % 5)))));
    expect(rig.bestBid).toBe(100);
  });
});

describe('§7 REQ-D14 messages', () => {
  it('§7 a message is one thing: no half of it, and no empty book between a clear and its snapshot', () => {
    const seen: string[] = [];
    const rig = new VenueRig({ onBook: () => { seen.push(`${rig.bestBid}/${rig.bestAsk}`); } });
    rig.run([message(0, bid(100, 1), ask(101, 1)), message(10, clear, bid(98, 2), ask(99, 2)), message(20, bid(98, 0), bid(97, 1), ask(99, 0), ask(98, 1))]);
    expect(seen).toEqual(['100/101', '98/99', '97/98']);
  });

  it('§7 a snapshot is a change of levels: our place in the queue survives it', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]) } });
    rig.run([message(0, bid(100, 100), ask(101, 80)), message(8_000, soldAt(100, 60), bid(100, 40)), message(20_000, clear, bid(100, 90), ask(101, 80)), message(30_000, soldAt(100, 45))]);
    expect(rig.fills).toEqual(['5@100']);
  });

  it('§7 a level missing from a snapshot is empty: nobody is ahead of us any more', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]) } });
    rig.run([message(0, bid(100, 100), bid(98, 5), ask(101, 80)), message(20_000, clear, bid(98, 5), ask(101, 80))]);
    expect(rig.front).toBe(0);
  });

  it('strategies see trades only when they know of them', () => {
    const rig = new VenueRig();
    const seen: number[] = [];
    rig.kernel.cache.state('X-PERP.TEST').onTrade = [(trade) => { seen.push(trade.tsEvent, trade.tsInit, trade.tick); }];
    rig.run([message(0, bid(100, 1)), delayed(50, 90, boughtAt(101, 3))]);
    expect(seen).toEqual([50, 90, 101]);
  });
});

describe('REQ-D10 timers', () => {
  it('fire in time order, those due together as they were set, between the messages they lie between', () => {
    const told: string[] = [];
    const rig = new VenueRig({
      acts: { 1: (desk) => { for (const [name, at] of [['c', 40], ['a', 20], ['b', 20]] as const) desk.clock.setAlert(name, { at }, (dueAt) => { told.push(`${name}@${dueAt}`); }); } },
      onBook: () => { told.push(`book@${rig.kernel.now()}`); },
    });
    rig.run([message(0, bid(1, 1)), message(20, bid(2, 1)), message(30, bid(3, 1))]);
    expect(told).toEqual(['book@0', 'book@20', 'a@20', 'b@20', 'book@30', 'c@40']);
  });
});
