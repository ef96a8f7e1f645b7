import { describe, expect, it } from 'vitest';
import { MAX_BUSTABLE_FILLS, type SignedFill } from '../../../src/kernel/ledger/cost-basis.ts';
import { positionValue } from '../../../src/kernel/ledger/position-value.ts';
import { formatMoney, type Money } from '../../../src/kernel/math/money.ts';
import type { Instrument } from '../../../src/kernel/model/instrument.ts';
import { Position, positionMutator } from '../../../src/kernel/model/position.ts';
import { INVERSE, LINEAR, SPOT } from '../support/book.ts';

let ids = 0;
function fillOf(instrument: Instrument, lots: number, price: string, at = ids): SignedFill {
  const tick = instrument.toTick(price);
  return { fillId: `f${++ids}`, tick, lots, value: positionValue(instrument, tick, lots), tsEvent: at };
}
const fill = (position: Position, lots: number, price: string, at?: number): string => formatMoney(positionMutator.fill(position, fillOf(position.instrument, lots, price, at)));
const state = (position: Position): (number | Money | undefined)[] => [position.lots, position.cost, position.realised, position.traded, position.openedAt, position.closedAt];

describe('position', () => {
  it('case 10.1: a linear buy of 2 at 100 sold at 101 realises 2', () => {
    const position = new Position('a', LINEAR);
    expect(fill(position, 2_000, '100')).toBe('0');
    expect([position.isLong, position.averageOpenPrice?.toFixed(), formatMoney(position.cost)]).toEqual([true, '100', '200']);
    expect(fill(position, -2_000, '101')).toBe('2');
    expect([position.isFlat, position.cost, position.averageOpenPrice]).toEqual([true, 0n, undefined]);
  });

  it('a partial close keeps the average price and moves its share of the cost', () => {
    const position = new Position('a', LINEAR);
    fill(position, 1_000, '100');
    fill(position, 3_000, '104');
    expect(position.averageOpenPrice?.toFixed()).toBe('103');
    expect(fill(position, -1_000, '110')).toBe('7');
    expect([position.averageOpenPrice?.toFixed(), position.quantity.toFixed()]).toEqual(['103', '3']);
  });

  it('a flip closes at the old average and opens at the new price', () => {
    const position = new Position('a', LINEAR);
    fill(position, 1_000, '100', 10);
    expect(fill(position, -3_000, '90', 20)).toBe('-10');
    expect([position.isShort, position.averageOpenPrice?.toFixed(), position.openedAt, position.closedAt]).toEqual([true, '90', 20, undefined]);
    expect(fill(position, 2_000, '80', 30)).toBe('20');
    expect([position.realisedPnl.toFixed(), position.openedAt, position.closedAt]).toEqual(['10', 20, 30]);
  });

  it('case 10.2: an inverse long gains coins as the price rises, c·q·(1/p₀ − 1/p₁)', () => {
    const position = new Position('a', INVERSE);
    fill(position, 10, '50000');                                           // 1,000 USD: 0.02 BTC
    expect(position.averageOpenPrice?.toFixed()).toBe('50000');
    expect(formatMoney(position.unrealisedAt(62_500n, 0))).toBe('0.004');  // 0.02 − 0.016
    expect(fill(position, -10, '40000')).toBe('-0.005');
  });

  it('the average open price of an inverse position is the harmonic mean', () => {
    const position = new Position('a', INVERSE);
    fill(position, 1, '20000');
    fill(position, 1, '60000');
    expect(position.averageOpenPrice?.toDecimalPlaces(9).toFixed()).toBe('30000');            // 2 / (1/20000 + 1/60000); the cost is rounded at 1e-18 BTC
  });

  it('counts spot like a linear contract, in the quote currency', () => {
    const position = new Position('a', SPOT);
    fill(position, 150_000, '60000');
    expect([position.quantity.toFixed(), formatMoney(position.cost)]).toEqual(['1.5', '90000']);
    expect(formatMoney(position.unrealisedAtTick(SPOT.toTick('60001')))).toBe('1.5');
  });

  it('a bust of any remembered fill leaves the position as if the fill had never been', () => {
    const fills = [fillOf(LINEAR, 7, '100'), fillOf(LINEAR, 3, '103.3'), fillOf(LINEAR, -6, '99.1'), fillOf(LINEAR, -9, '101.7'), fillOf(LINEAR, 4, '100.9')];
    for (const [taken, busted] of fills.entries()) {
      const position = new Position('a', LINEAR);
      let realised = 0n;
      for (const each of fills) realised += positionMutator.fill(position, each);
      realised += positionMutator.bust(position, busted);
      const never = new Position('a', LINEAR);
      for (const [index, each] of fills.entries()) if (index !== taken) positionMutator.fill(never, each);
      expect(state(position)).toEqual(state(never));
      expect(realised).toBe(never.realised);
      expect(position.fillCount).toBe(never.fillCount);
    }
  });

  it('a bust of a fill too old to be remembered is reversed at its price: lots and total profit exact', () => {
    const position = new Position('a', LINEAR);
    const old = fillOf(LINEAR, 5, '100');
    positionMutator.fill(position, old);
    for (let index = 0; index < MAX_BUSTABLE_FILLS; index++) fill(position, 1, `${100 + index}`);
    const traded = position.traded;
    positionMutator.bust(position, old);
    expect([position.lots, position.traded]).toEqual([MAX_BUSTABLE_FILLS, traded - old.value]);
    expect(position.traded + position.realised).toBe(position.cost);
  });

  it('knows what was held before a moment: fills stamped at it do not count', () => {
    const position = new Position('a', LINEAR);
    fill(position, 5, '100', 10);
    fill(position, 3, '100', 20);
    fill(position, -8, '100', 30);
    expect([9, 10, 11, 20, 21, 30, 31].map((at) => position.lotsAt(at))).toEqual([0, 0, 5, 5, 8, 8, 0]);
  });

  it('sums fees by currency, rebates negative, and funding', () => {
    const position = new Position('a', LINEAR);
    positionMutator.fee(position, 'USDT', 5n);
    positionMutator.fee(position, 'USDT', -7n);
    positionMutator.fee(position, 'BNB', 1n);
    positionMutator.funding(position, 9n);
    positionMutator.funding(position, -4n);
    expect([[...position.fees], position.funding]).toEqual([[['USDT', -2n], ['BNB', 1n]], 5n]);
  });
});
