import { describe, expect, it } from 'vitest';
import type { Trade } from '../../../src/kernel/model/market-data.ts';
import { Strategy, type StrategyClass } from '../../../src/kernel/strategy/strategy.ts';
import { BYBIT, Rig, SPARSE, START } from '../execution/rig.ts';

/** Trades by chance, so that a wrong stream of random numbers or a shared one shows. */
class Gambler extends Strategy {
  override onStart(): void {
    this.subscribe.trades([BYBIT.id, SPARSE.id]);
    this.clock.setTimer('tick', { everyMs: 250 }, () => {
      const id = this.random.uniform() < 0.5 ? BYBIT.id : SPARSE.id;
      this.submit(this.order.market({ instrumentId: id, side: this.random.uniform() < 0.5 ? 'buy' : 'sell', quantity: (1 + Math.floor(this.random.uniform() * 9)) / 100 }));
    });
  }
  override onTrade(trade: Trade): void { if (trade.tick % 7 === 0) this.cancelAll({ instrumentId: trade.instrumentId }); }
}

/** One run, a step at a time. */
function* run(seed: number): Generator<undefined, string> {
  const rig = new Rig({ seed });
  for (const id of ['a', 'b']) rig.add(Gambler, {}, id);
  rig.begin();
  for (let i = 0; i < 60; i++) {
    rig.wait(100 + (i % 7));
    for (const [venue, client] of rig.clients) {
      for (const { kind, order } of client.commands.splice(0)) {
        if (kind === 'submit') {
          rig.report((kernel, at) => { kernel.accepted(order, at, `${venue}-${order.id}`); });
          if (i % 3 !== 0) rig.fill(order, order.lots);
        } else if (order.isOpen) rig.report((kernel, at) => { kernel.canceled(order, at, 'user'); });
      }
    }
    const instrument = rig.instrument(i % 2 === 0 ? BYBIT.id : SPARSE.id);
    rig.report((kernel, at) => { kernel.trade(instrument, at, { tick: i * 10, lots: 1, aggressor: 'sell' }); });
    yield undefined;
  }
  rig.kernel.stop('end');
  return rig.hash;
}

function finish(steps: Generator<undefined, string>): string {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

describe('determinism', () => {
  it('REQ-D09 REQ-A62 the same inputs give the same journal, twice in one process and with several engines interleaved', () => {
    const expected = finish(run(1));
    expect(finish(run(1))).toBe(expected);
    const engines = [run(1), run(2), run(1)];
    const hashes: string[] = [];
    const alive = new Set(engines.keys());
    for (let turn = 0; alive.size > 0; turn++) {
      const at = [...alive][(turn * 7) % alive.size]!;
      const { done, value } = engines[at]!.next();
      if (done === true) { hashes[at] = value; alive.delete(at); }
    }
    expect([hashes[0], hashes[2]]).toEqual([expected, expected]);
    expect(hashes[1]).not.toBe(expected);
  });

  it('REQ-D09 a hundred runs give one hash', () => {
    expect(new Set(Array.from({ length: 100 }, () => finish(run(3)))).size).toBe(1);
  });

  it('REQ-B66 microseconds of many venues, assets and strategies arrive exactly as they were given', () => {
    const venues = ['BYBIT', 'OKX', 'BINANCE', 'HYPERLIQUID'];
    const specs = venues.flatMap((venue) => ['BTC', 'ETH', 'SOL', 'XRP'].map((base) => ({ ...BYBIT, id: `${base}USDT-PERP.${venue}`, base })));
    const rig = new Rig({}, specs);
    const heard: string[] = [];
    const listener = (name: string): StrategyClass => class extends Strategy {
      override onStart(): void { this.subscribe.trades(specs.map(({ id }) => id), ({ instrumentId, tsEvent, tsInit }) => { heard.push(`${name} ${instrumentId} ${tsEvent} ${tsInit}`); }); }
    };
    for (const name of ['one', 'two']) rig.add(listener(name), {}, name);
    rig.begin();
    const told = specs.map(({ id }, i) => {
      const tsInit = START + 1_000_003 * (i + 1);
      rig.kernel.advance(tsInit);
      rig.report((kernel) => { kernel.trade(rig.instrument(id), tsInit - 1_237, { tick: 600_000, lots: 1, aggressor: 'buy' }); });
      return `${id} ${tsInit - 1_237} ${tsInit}`;
    });
    expect(heard).toEqual(told.flatMap((line) => [`one ${line}`, `two ${line}`]));
  });
});
