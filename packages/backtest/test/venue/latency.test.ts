import { exp, log, randomStream } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import { ConstantLatency, type LatencyModel, LognormalLatency, MeasuredLatency, RecordedEntryLatency, RecordedResponseLatency } from '../../src/venue/latency-model.ts';
import { ask, bid, boughtAt, delayed, message, sameEntry, soldAt, VenueRig } from './venue-rig.ts';

const OPENING = message(0, bid(100, 100), bid(99, 50), ask(101, 80));

/** Latencies handed out one after another. */
function inTurn(...micros: readonly number[]): LatencyModel {
  let next = 0;
  return { sample: () => micros[next++]! };
}

describe('§5 REQ-D14 latency of orders', () => {
  it('§5.1 constant: sent 2000, at the venue 4000, told 5000', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [1, 100]) } }).run([OPENING]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted']);
    expect(rig.events[1]!.tsEvent).toBe(4_000);
  });

  it('§5.2 a request never overtakes the one before it', () => {
    const entry = { submit: inTurn(5_000, 100), modify: new ConstantLatency(0), cancel: new ConstantLatency(0) };
    const rig = new VenueRig({ terms: { entry }, acts: { 2_000: (desk) => desk.limit('A', 'buy', [1, 100]), 3_000: (desk) => desk.limit('B', 'buy', [2, 100]) } }).run([OPENING]);
    expect(rig.events.filter(({ type }) => type === 'OrderAccepted').map(({ order, tsEvent }) => [order.lots, tsEvent])).toEqual([[1, 7_000], [2, 7_000]]);
  });

  it('§5.2 where requests may overtake each other, they do', () => {
    const entry = { submit: inTurn(5_000, 100), modify: new ConstantLatency(0), cancel: new ConstantLatency(0) };
    const rig = new VenueRig({ terms: { entry, reordersRequests: true }, acts: { 2_000: (desk) => desk.limit('A', 'buy', [1, 100]), 3_000: (desk) => desk.limit('B', 'buy', [2, 100]) } }).run([OPENING]);
    expect(rig.events.filter(({ type }) => type === 'OrderAccepted').map(({ order, tsEvent }) => [order.lots, tsEvent])).toEqual([[2, 3_100], [1, 7_000]]);
  });

  const ROWS = [
    { sentAt: 1_000, exchangeAt: 1_100, answeredAt: 1_150 }, { sentAt: 2_000, exchangeAt: 2_300, answeredAt: 2_400 },
    { sentAt: 3_000, exchangeAt: 0, answeredAt: 3_500 }, { sentAt: 4_000, exchangeAt: 4_200, answeredAt: 4_300 },
  ];

  it('§5.3 recorded: interpolated by the time sent, lost where a neighbour was lost', () => {
    const entry = new RecordedEntryLatency(ROWS);
    const expected = [[500, 100], [1_000, 100], [1_250, 150], [1_500, 200], [1_999, 299], [2_000, -400], [2_500, -450], [3_000, -500], [3_500, -400], [4_000, 200], [9_000, 200]] as const;
    expect(expected.map(([at]) => entry.sample(at))).toEqual(expected.map(([, latency]) => latency));
    expect(expected.toReversed().map(([at]) => entry.sample(at))).toEqual(expected.toReversed().map(([, latency]) => latency));
  });

  it('§5.3 recorded: the way back by the time at the venue', () => {
    const response = new RecordedResponseLatency(ROWS.slice(0, 2));
    const expected = [[900, 50], [1_100, 50], [1_700, 75], [2_299, 99], [2_300, 100], [5_000, 100]] as const;
    expect(expected.map(([at]) => response.sample(at))).toEqual(expected.map(([, latency]) => latency));
  });

  it('§5.3 a lost request is a rejection after its time, and never reaches matching', () => {
    const entry = { submit: new RecordedEntryLatency(ROWS), modify: new ConstantLatency(0), cancel: new ConstantLatency(0) };
    const rig = new VenueRig({ terms: { entry }, acts: { 2_500: (desk) => desk.limit('own', 'buy', [1, 101]) } }).run([OPENING]);
    expect(rig.log).toEqual(['2500 OrderSubmitted', '2950 OrderRejected LOST']);
    expect(rig.book.position).toBe(0);
  });

  it('§5.3 a lost request holds up nobody behind it', () => {
    const entry = { submit: inTurn(-9_000, 100), modify: new ConstantLatency(0), cancel: new ConstantLatency(0) };
    const rig = new VenueRig({ terms: { entry }, acts: { 2_000: (desk) => desk.limit('lost', 'buy', [1, 100]), 3_000: (desk) => desk.limit('own', 'buy', [2, 100]) } }).run([OPENING]);
    expect(rig.log.slice(2)).toEqual(['4100 OrderAccepted', '11000 OrderRejected LOST']);
  });

  it('§5.3 a lost cancel or change leaves the order as it was, and says so', () => {
    const entry = { submit: new ConstantLatency(100), modify: inTurn(-700), cancel: inTurn(-900) };
    const rig = new VenueRig({
      terms: { entry }, acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]), 5_000: (desk) => desk.change('own', { quantity: 5 }), 8_000: (desk) => desk.end('own') },
    }).run([OPENING]);
    expect(rig.log.slice(2)).toEqual(['5700 OrderModifyRejected LOST', '8900 OrderCancelRejected LOST']);
    expect(rig.engine.resting.map(({ leaves }) => leaves)).toEqual([10]);
  });

  it('§5.4 a site 50 µs further away: each leg longer by 50', () => {
    expect(new RecordedEntryLatency(ROWS, 50).sample(1_000)).toBe(150);
    expect(new RecordedResponseLatency(ROWS.slice(0, 2), 50).sample(1_150)).toBe(100);
  });

  it('§5.3 recorded, from nearer: nothing arrives before it is sent, and what was lost stays lost', () => {
    const entry = new RecordedEntryLatency(ROWS, -250);
    expect([1_000, 1_999, 4_000, 2_000, 2_500, 3_000].map((at) => entry.sample(at))).toEqual([0, 49, 0, -1, -1, -1]);
    expect(new RecordedResponseLatency(ROWS.slice(0, 2), -75).sample(1_025)).toBe(0);
    expect(new RecordedEntryLatency([{ sentAt: 1_000, exchangeAt: 0, answeredAt: 1_000 }]).sample(1_000)).toBe(-1);
  });

  it('§5.5 feed latency: we act on the book we see, the venue on the one it has', () => {
    const rig = new VenueRig({ acts: { 7_999: (desk) => { seen.push(rig.bestBid); desk.limit('own', 'sell', [5, 100]); } } });
    const seen: number[] = [];
    rig.run([message(0, bid(100, 10), ask(101, 80)), delayed(5_000, 9_000, bid(100, 0), bid(99, 7))]);
    expect(seen).toEqual([100]);
    expect(rig.log).toEqual(['7999 OrderSubmitted', '10999 OrderAccepted']);
    expect([rig.book.position, rig.engine.resting.length, rig.engine.book.bestBidTick]).toEqual([0, 1, 99]);
  });

  it('§5.6 cancel race: the fill is told before the cancel is refused, and both are told', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [7, 100]), 7_900: (desk) => desk.end('own') } }).run([OPENING, message(9_000, soldAt(100, 107))]);
    expect(rig.log).toEqual(['2000 OrderSubmitted', '5000 OrderAccepted', '10000 OrderFilled 7@100', '10900 OrderCancelRejected ORDER_NOT_FOUND']);
    expect([rig.order('own').status, rig.book.position]).toEqual(['FILLED', 7]);
  });

  it('§5.6 one return channel: a quick refusal waits for the slow fill before it', () => {
    const response = inTurn(1_000, 5_000, 100);
    const rig = new VenueRig({ terms: { response }, acts: { 2_000: (desk) => desk.limit('own', 'buy', [7, 100]), 7_900: (desk) => desk.end('own') } }).run([OPENING, message(9_000, soldAt(100, 107))]);
    expect(rig.log.slice(2)).toEqual(['14000 OrderFilled 7@100', '14000 OrderCancelRejected ORDER_NOT_FOUND']);
  });

  it('§5.7 new, changed and canceled orders each have their own latency, fills another than acknowledgements', () => {
    const entry = { submit: new ConstantLatency(100), modify: new ConstantLatency(200), cancel: new ConstantLatency(400) };
    const rig = new VenueRig({
      terms: { entry, response: new ConstantLatency(10), fillResponse: new ConstantLatency(50) },
      acts: { 1_000: (desk) => desk.limit('own', 'buy', [10, 100]), 2_000: (desk) => desk.change('own', { quantity: 9 }), 4_000: (desk) => desk.end('own') },
    }).run([OPENING, message(3_000, soldAt(100, 102))]);
    expect(rig.log).toEqual(['1000 OrderSubmitted', '1110 OrderAccepted', '2210 OrderModified', '3050 OrderFilled 2@100', '4410 OrderCanceled']);
  });

  it('REQ-D14 no latency: sent in a hook, matched at the same time, once', () => {
    let sent = 0;
    const rig = new VenueRig({ terms: { entry: sameEntry(0), response: new ConstantLatency(0) }, onBook: (desk) => { if (sent++ === 0) desk.limit('own', 'buy', [5, 101]); } });
    rig.run([OPENING, message(10, boughtAt(101, 1))]);
    expect(rig.log).toEqual(['0 OrderSubmitted', '0 OrderAccepted', '0 OrderFilled 5@101']);
  });
});

describe('§5.7 REQ-D14 latency that varies', () => {
  const draw = (persistence: number, draws: number): number[] => {
    const model = new LognormalLatency({ medianMicros: 5_000, sigma: 0.7, persistence }, randomStream(42, 'latency'));
    return Array.from({ length: draws }, () => model.sample());
  };

  it('lognormal, median 5 ms, σ 0.7: mean within 1 % of exp(μ + σ²/2) over a million draws', () => {
    const draws = draw(0, 1_000_000);
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    expect(Math.abs(mean / (5_000 * exp(0.7 * 0.7 / 2)) - 1)).toBeLessThan(0.01);
    expect(Math.abs(draws.toSorted((a, b) => a - b)[500_000]! / 5_000 - 1)).toBeLessThan(0.01);
  });

  it.each([0.5, 0.9])('bursts: logs of successive latencies correlate by ρ = %d ± 0.01', (persistence) => {
    const logs = draw(persistence, 300_000).map((value) => log(Math.max(1, value)));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    let covariance = 0;
    let variance = 0;
    for (let i = 1; i < logs.length; i++) {
      covariance += (logs[i]! - mean) * (logs[i - 1]! - mean);
      variance += (logs[i]! - mean) * (logs[i]! - mean);
    }
    expect(Math.abs(covariance / variance - persistence)).toBeLessThan(0.01);
  });

  it('measured values drawn anew keep their distribution and come in bursts', () => {
    const logs = Array.from({ length: 999 }, (_, i) => Math.tan(Math.PI * ((i + 1) / 1_000 - 0.5)));       // any shape: here a very wide one
    const samplesMicros = logs.map((value) => 5_000 + Math.round(100 * Math.max(-40, Math.min(40, value))));
    const model = new MeasuredLatency({ samplesMicros, persistence: 0.8 }, randomStream(42, 'latency'));
    const draws = Array.from({ length: 300_000 }, () => model.sample());
    const known = new Set(samplesMicros);
    expect(draws.every((value) => known.has(value))).toBe(true);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(draws) / mean(samplesMicros) - 1)).toBeLessThan(0.01);
    const quartile = samplesMicros.toSorted((a, b) => a - b)[249]!;
    const share = draws.filter((value) => value <= quartile).length / draws.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
    const same = draws.slice(1).filter((value, i) => value > 5_000 === draws[i]! > 5_000).length / draws.length;
    expect(Math.abs(same - (0.5 + Math.asin(0.8) / Math.PI))).toBeLessThan(0.01);                          // both of two normals with correlation ρ on one side
  });

  it.each([{ samplesMicros: [] }, { samplesMicros: [1, -1] }, { samplesMicros: [1], persistence: 1 }])('refuses %o', (options) => {
    expect(() => new MeasuredLatency(options, randomStream(1, 'x'))).toThrow(/give at least one value from 0/);
  });

  it('the same seed gives the same latencies', () => {
    expect(draw(0.5, 1_000)).toEqual(draw(0.5, 1_000));
  });

  it.each([{ medianMicros: -1, sigma: 1 }, { medianMicros: 1, sigma: NaN }, { medianMicros: 1, sigma: 1, persistence: 1 }])('refuses %o', (options) => {
    expect(() => new LognormalLatency(options, randomStream(1, 'x'))).toThrow(/give a median and sigma from 0/);
  });
});
