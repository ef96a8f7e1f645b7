import { describe, expect, it } from 'vitest';
import { QueueModel, type QueueModelName } from '../../src/venue/queue-model.ts';
import { ask, bid, message, VenueRig } from './venue-rig.ts';

type Model = readonly [name: QueueModelName, exponent: number];

describe('§1.1 REQ-D14 probability that a cancel was behind us', () => {
  const TABLE: readonly (readonly [front: number, back: number, log: number, log2: number, power: number, power2: number, power3: number])[] = [
    [0, 100, 1, 1, 1, 1, 1],
    [25, 75, 0.5706720812, 0.9383792524, 0.9642857143, 0.421875, 0.984375],
    [50, 50, 0.5, 0.8519443032, 0.5, 0.125, 0.875],
    [75, 25, 0.4293279188, 0.7059613126, 0.0357142857, 0.015625, 0.578125],
    [100, 0, 0, 0, 0, 0, 0],
    [0, 0, 1, 1, 1, 1, 1],                                                          // 0/0 in every formula: nothing is known
  ];
  for (const [front, back, ...expected] of TABLE) {
    it(`front ${front}, back ${back}`, () => {
      const models: readonly Model[] = [['log', 1], ['log-2', 1], ['power', 3], ['power-2', 3], ['power-3', 3]];
      models.forEach(([name, exponent], i) => { expect(new QueueModel(name, exponent).probabilityBehind(front, back)).toBeCloseTo(expected[i]!, 10); });
    });
  }

  it('§1.1 an empty level leaves nothing ahead of us, whatever the model', () => {
    for (const name of ['log', 'log-2', 'power', 'power-2', 'power-3'] as const) {
      const place = { front: 0, traded: 0 };
      new QueueModel(name).levelChanged(place, 0, 0);
      expect(place.front).toBe(0);
    }
  });
});

describe('§1.2 REQ-D14 one order through one level', () => {
  // Quantity ahead of us after each step; a number with an exclamation mark is what a trade filled of us, after which nothing is ahead.
  const STEPS = ['D140', 'D120', 'T30', 'D90', 'D40', 'T36', 'D4', 'T7'] as const;
  const TABLE: readonly (readonly [Model, ...(number | string)[]])[] = [
    [['risk-averse', 1], 100, 100, 70, 70, 40, 4, 4, '3!'],
    [['log', 1], 100, 88.91753904818377, 58.91753904818377, 58.91753904818377, 31.85221453599594, '4!', 0, '7!'],
    [['log-2', 1], 100, 95.00809151773386, 65.00809151773386, 65.00809151773386, 40, 4, 4, '3!'],
    [['power', 1], 100, 85.71428571428571, 55.71428571428571, 55.71428571428571, 24.76190476190476, '11!', 0, '7!'],
    [['power-2', 1], 100, 85.71428571428571, 55.71428571428571, 55.71428571428571, 24.76190476190476, '11!', 0, '7!'],
    [['power-3', 1], 100, 85.71428571428571, 55.71428571428571, 55.71428571428571, 24.76190476190476, '11!', 0, '7!'],
    [['power', 2], 100, 82.75862068965517, 52.758620689655174, 52.758620689655174, 19.386796209285656, '17!', 0, '7!'],
    [['power-2', 2], 100, 81.63265306122449, 51.63265306122449, 51.63265306122449, 10.719401895300827, '25!', 0, '7!'],
    [['power-3', 2], 100, 89.79591836734694, 59.79591836734694, 59.79591836734694, 37.72461063034436, 1.7246106303443582, 1.7246106303443582, '5!'],
    [['power', 3], 100, 81.203007518797, 51.203007518796994, 51.203007518796994, 16.360252171944992, '20!', 0, '7!'],
    [['power-2', 3], 100, 80.466472303207, 50.466472303207, 50.466472303207, 4.704259889699948, '31!', 0, '7!'],
    [['power-3', 3], 100, 92.71137026239067, 62.71137026239067, 62.71137026239067, 40, 4, 4, '3!'],
  ];

  for (const [[name, exponent], ...expected] of TABLE) {
    it(`${name}, n = ${exponent}`, () => {
      const rig = new VenueRig({ terms: { queue: () => new QueueModel(name, exponent) }, acts: { 2_000: (desk) => desk.limit('own', 'buy', [1_000, 100]) } });
      rig.run([message(0, bid(100, 100), ask(101, 80))]);
      expect(rig.front).toBe(100);
      STEPS.forEach((step, i) => {
        const before = rig.engine.resting[0]!.leaves;
        const size = Number(step.slice(1));
        rig.venue.at(10_000 + i);
        if (step.startsWith('D')) rig.engine.bidLevel(100, size);
        else rig.engine.trade(-1, 100, size);
        const wanted = expected[i]!;
        if (typeof wanted === 'string') {
          expect(before - rig.engine.resting[0]!.leaves, step).toBe(Number.parseInt(wanted, 10));
          expect(rig.front, step).toBe(0);
        } else expect(rig.front, step).toBeCloseTo(wanted, 11);
      });
    });
  }
});

describe('§1.2 REQ-D14 rounding', () => {
  it('§1.2 four tenths of a lot beyond the queue do not fill', () => {
    const rig = new VenueRig({ terms: { queue: () => new QueueModel('log') }, acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 100]) } });
    rig.run([message(0, bid(100, 100), ask(101, 80))]);
    rig.engine.resting[0]!.front = 4.6;
    rig.venue.at(10_000);
    rig.engine.trade(-1, 100, 5);
    expect(rig.engine.resting[0]!.leaves).toBe(10);
  });

  it('refuses an exponent it cannot raise to without rounding', () => {
    expect(() => new QueueModel('power', 1.5)).toThrow(/whole number from 1/);
  });
});
