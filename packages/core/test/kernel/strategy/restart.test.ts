import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import type { Trade } from '../../../src/kernel/model/market-data.ts';
import { Strategy, type StrategyClass } from '../../../src/kernel/strategy/strategy.ts';
import { BYBIT, Rig, SPARSE, START } from '../execution/rig.ts';

/** A running mean, saved by itself. */
class Mean {
  value = 0;
  count = 0;
  get isReady(): boolean { return this.count >= 3; }
  update(value: number): void { this.count++; this.value += (value - this.value) / this.count; }
}

/** Decides from everything that must survive: saved state, an indicator, random numbers, the time. */
class Decider extends Strategy.with(z.strictObject({ everyMs: z.number() })) {
  readonly decisions: string[] = [];
  readonly mean = this.indicator(new Mean());
  readonly state = this.saved({ owed: new Decimal('0.001'), streak: 0 });

  override onStart(): void {
    this.subscribe.trades(BYBIT.id);
    this.clock.setTimer('decide', { everyMs: this.config.everyMs }, (at) => { this.#decide(at); });
  }

  override onTrade({ price, quantity }: Trade): void {
    this.mean.update(price);
    this.state.owed = this.state.owed.plus(quantity);
    this.state.streak = price > this.mean.value ? this.state.streak + 1 : 0;
  }

  #decide(at: number): void {
    const lots = 1 + Math.floor(this.random.uniform() * 5);
    const order = this.order.limit({ instrumentId: BYBIT.id, side: 'buy', quantity: lots / 1_000, price: 59_000 });
    if (this.mean.isReady) this.submit(order);
    this.decisions.push([at - START, order.id, order.status, this.mean.value.toFixed(6), String(this.state.owed), this.state.streak, this.random.normal()].join(' '));
  }
}

/** Market event number i. */
function feed(rig: Rig, i: number): void {
  rig.wait(700);
  const instrument = rig.instrument(BYBIT.id);
  rig.report((kernel, at) => { kernel.trade(instrument, at, { tick: 600_000 + ((i * 7919) % 101), lots: 1 + (i % 4), aggressor: 'buy' }); });
}

describe('restart', () => {
  it('REQ-A64 REQ-B68 REQ-D13 a strategy saved and restored mid-run decides the rest as if it had never stopped', () => {
    const whole = new Rig();
    const { strategy } = whole.add(Decider, { everyMs: 1_000 });
    whole.begin();
    for (let i = 0; i < 40; i++) feed(whole, i);
    for (const cut of [1, 7, 20, 39]) {
      const first = new Rig();
      const before = first.add(Decider, { everyMs: 1_000 });
      first.begin();
      for (let i = 0; i < cut; i++) feed(first, i);
      const stored = JSON.parse(JSON.stringify(first.kernel.save())) as ReturnType<typeof first.kernel.save>;
      const second = new Rig({ startAt: first.kernel.now() });
      const after = second.add(Decider, { everyMs: 1_000 });
      second.kernel.restore(stored);
      second.begin();
      for (let i = cut; i < 40; i++) feed(second, i);
      expect([...before.strategy.decisions, ...after.strategy.decisions]).toEqual(strategy.decisions);
    }
  });

  it('REQ-B68 a pair declared in a hook finds its saved state, whatever the order of declaration', () => {
    const other = { ...SPARSE, id: 'ETHUSDT-PERP.BYBIT', quote: 'USDT', settle: 'USDT' };
    const pairs = [[SPARSE.id, BYBIT.id], [other.id, BYBIT.id]] as const;
    const paired = (order: readonly number[]): StrategyClass => class extends Strategy {
      override onStart(): void { for (const i of order) this.hedgedPair({ long: pairs[i]![0], short: pairs[i]![1], maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1_000 }); }
    };
    const first = new Rig({}, [BYBIT, SPARSE, other]);
    first.add(paired([0, 1]));
    first.begin();
    const saved = first.kernel.save();
    const marked = { strategies: saved.strategies.map((strategy) => ({ ...strategy, pairs: strategy.pairs.map((pair) => ({ ...pair, state: { ...(pair.state as object), ...(pair.long === other.id ? { state: 'HALTED', haltReason: 'operator' } : {}) } })) })) };
    const second = new Rig({}, [BYBIT, SPARSE, other]);
    const { runner } = second.add(paired([1, 0]));
    second.kernel.restore(marked);
    second.begin();
    expect(runner.pairs.map(({ long, state }) => [long, state])).toEqual([[other.id, 'HALTED'], [SPARSE.id, 'FLAT']]);
  });

  it('a snapshot of a strategy the run does not have is refused', () => {
    const first = new Rig();
    first.add(Decider, { everyMs: 1_000 }, 'gone');
    expect(() => { new Rig().kernel.restore(first.kernel.save()); }).toThrow(/the snapshot holds strategy "gone"/);
  });
});

describe('timers', () => {
  it('align to the UTC epoch with their offset, and alerts keep microseconds', () => {
    const fired: string[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        this.clock.setTimer('minute', { everyMs: 60_000 }, (at) => { fired.push(`minute ${(at - START) / 1e6}`); });
        this.clock.setTimer('offset', { everyMs: 60_000, offsetMs: 15_000 }, (at) => { fired.push(`offset ${(at - START) / 1e6}`); });
        this.clock.setAlert('once', { at: START + 20_000_001 }, () => { fired.push(`once ${this.clock.now() - START}`); });
      }
    }
    const rig = new Rig({ startAt: START + 7_000_000 });
    rig.add(Mine);
    rig.begin();
    rig.wait(120_000);
    expect(fired).toEqual(['offset 15', 'once 20000001', 'minute 60', 'offset 75', 'minute 120']);
  });
});

describe('fundingSettlement', () => {
  const HOUR = 3_600_000_000;
  const predict = (rig: Rig, settlesAt: number, intervalHours: number): void => {
    rig.report((kernel, at) => { kernel.fundingRate({ instrumentId: BYBIT.id, rate: 1n, rateDecimals: 4, rateNumber: 0.0001, intervalHours, kind: 'predicted', settlesAt, tsEvent: at, tsInit: at }); });
  };

  it('follows the data when the interval changes, once for each settlement', () => {
    const fired: string[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        this.subscribe.fundingSettlement(BYBIT.id, { leadMs: 30_000 }, (settlesAt) => { fired.push(`${(settlesAt - START) / HOUR} h at ${(this.clock.now() - START) / 1e6} s`); });
      }
    }
    const rig = new Rig();
    rig.add(Mine);
    rig.begin();
    predict(rig, START + 8 * HOUR, 8);
    rig.wait(3_600_000);
    predict(rig, START + 4 * HOUR, 4);                     // the venue shortens its interval
    predict(rig, START + 4 * HOUR, 4);
    rig.wait(4 * 3_600_000);
    predict(rig, START + 8 * HOUR, 4);
    rig.wait(4 * 3_600_000);
    expect(fired).toEqual(['4 h at 14370 s', '8 h at 28770 s']);
  });

  it('two subscriptions of one instrument both fire; what was known before counts; what is past does not; the end ends it', () => {
    const fired: string[] = [];
    class Mine extends Strategy {
      override onStart(): void {
        for (const leadMs of [60_000, 30_000]) this.subscribe.fundingSettlement(BYBIT.id, { leadMs }, () => { fired.push(`${leadMs} ${(this.clock.now() - START) / 1e6}`); });
        const end = this.subscribe.fundingSettlement(BYBIT.id, { leadMs: 10_000 }, () => { fired.push('ended'); });
        end();
      }
    }
    const rig = new Rig();
    predict(rig, START + HOUR, 1);
    rig.add(Mine);
    rig.begin();
    predict(rig, START - HOUR, 1);
    rig.wait(3_600_000);
    expect(fired).toEqual(['60000 3540', '30000 3570']);
  });
});
