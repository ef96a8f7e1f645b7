import { describe, expect, it } from 'vitest';
import { HedgedPair } from '../../../src/kernel/hedge/hedged-pair.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { BY, FakeHost, HL } from './fake-host.ts';

/** Contracts of 100 USD. */
const INVERSE = new Instrument({ id: 'BTCUSD-PERP.BINANCE', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'BTC', isInverse: true, priceIncrement: '0.1', sizeIncrement: '1', multiplier: '100' });

/** A pair of 0.166 BTC a leg. */
function hedged(host = new FakeHost()): FakeHost {
  host.pair.enter({ notionalUsd: '10000' });
  for (const order of host.open) host.fill(order);
  host.drain();
  expect(host.pair.state).toBe('HEDGED');
  return host;
}

describe('events that come together or late', () => {
  it('counts every fill of an order that is already closed when the first is told', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    for (const order of host.open) {
      host.fill(order, Math.floor(order.lots / 3));
      host.fill(order, Math.floor(order.lots / 3));
      host.fill(order);
    }
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect([host.pair.longQuantity.toFixed(), host.pair.shortQuantity.toFixed()]).toEqual(['0.166', '-0.166']);
    expect(host.orders).toHaveLength(2);
  });

  it('waits for a fill that is told after the end of its order before it decides', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    const [long, short] = host.open;
    host.fill(long!);
    host.change(short!, 'OrderExpired');
    host.fill(short!);                                                  // reported with, but after, the expiry
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(host.orders).toHaveLength(2);
  });

  it('REQ-A48 closes what a late fill leaves, also when the pair is flat', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    const [long, short] = host.open;
    host.change(long!, 'OrderRejected');
    host.change(short!, 'OrderExpired');
    host.drain();
    host.advance(1_000);
    for (const order of host.open) { host.change(order, 'OrderExpired'); host.drain(); }
    expect(host.pair.state).toBe('FLAT');
    host.fill(short!, 100);
    host.drain();
    expect(host.pair.state).toBe('EXITING');
    expect(host.open.map(({ side, lots, reduceOnly }) => [side, lots, reduceOnly])).toEqual([['buy', 100, true]]);
    host.fill(host.open[0]!);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
  });
});

describe('while cutting', () => {
  it('aims again at what both legs have, and builds nothing, where a second fill is taken back meanwhile', () => {
    const host = hedged();
    const short = host.orders[1]!;
    host.bust(short, 66);
    host.drain();
    expect(host.orders.at(-1)).toMatchObject({ instrument: HL, lots: 6_600, reduceOnly: true });
    host.bust(short, 50);
    host.fill(host.orders.at(-1)!);
    host.drain();
    expect(host.open.filter((order) => order !== short).map(({ instrument, lots, reduceOnly }) => [instrument, lots, reduceOnly])).toEqual([[HL, 5_000, true]]);
  });
});

describe('budget', () => {
  it('REQ-A48 cuts at once where another try could not be taken back in time', () => {
    const host = new FakeHost({ maxUnhedgedMs: 1_000, maxUnhedgedUsdSeconds: 1e9, maxRetries: 5 });
    host.pair.enter({ notionalUsd: '10000' });
    host.advance(10);
    host.fill(host.open[0]!);
    host.drain();
    host.advance(450);
    host.change(host.open[0]!, 'OrderExpired');
    host.drain();
    expect(host.open.map(({ instrument, side, reduceOnly }) => [instrument, side, reduceOnly])).toEqual([[HL, 'sell', true]]);
  });

  it('tries again while the budget has room for a try and its return', () => {
    const host = new FakeHost({ maxUnhedgedMs: 3_000, maxUnhedgedUsdSeconds: 1e9, maxRetries: 5 });
    host.pair.enter({ notionalUsd: '10000' });
    host.fill(host.open[0]!);
    host.drain();
    for (let tries = 0; tries < 2; tries++) {
      host.advance(450);
      expect(host.open.map(({ instrument }) => instrument)).toEqual([BY]);
      host.change(host.open[0]!, 'OrderExpired');
      host.drain();
    }
    host.advance(1_600);                                                // 2.5 s: no room for 2 × 0.45 s more
    for (const order of host.open) host.change(order, 'OrderExpired');
    host.drain();
    expect(host.orders.at(-1)).toMatchObject({ instrument: HL, side: 'sell' });
  });

  it('counts value × time, with the time between two fills at the value between them', () => {
    const host = new FakeHost({ maxUnhedgedUsdSeconds: 1e9 });
    host.pair.enter({ notionalUsd: '6000' });
    const [long, short] = host.open;
    host.fill(long!);
    host.drain();
    host.advance(1_000);
    host.fill(short!, 50);
    host.drain();
    host.advance(500);
    host.fill(short!);
    host.drain();
    const { unhedged } = host.pair;
    expect(unhedged).toMatchObject({ episodes: 1, seconds: 1.5, maxSeconds: 1.5 });
    expect(long!.lots).toBe(9_900);                                     // 0.099 BTC: 6,000 USD at 60,000.5 is short of 0.1
    const value = 0.099 * 60_000.5;
    expect(unhedged.usdSeconds).toBeCloseTo(value + (value - 0.05 * 60_000.5) * 0.5, 6);
    expect(host.pair.maxUnhedgedMs).toBe(1_500);
    expect(host.events.find(({ type }) => type === 'PairRehedged')!.episode!.usdSeconds).toBeCloseTo(unhedged.usdSeconds, 9);
  });

  it('halts where what is uncovered cannot be closed, says why, and goes on trying', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    host.fill(host.open[0]!);
    host.drain();
    host.book(HL.id, '', '', '1');
    host.change(host.open[0]!, 'OrderRejected');
    host.drain();
    for (let i = 0; i < 30; i++) host.advance(250);
    expect(host.pair.state).toBe('HALTED');
    expect(host.pair.haltReason).toContain('BTC-USD-PERP.HYPERLIQUID without a market');
    expect(host.types().filter((type) => type === 'PairRefused').length).toBeLessThan(4);
    host.book(HL.id, '60000', '60001', '5');
    host.advance(5_000);
    expect(host.open).toHaveLength(1);
    host.fill(host.open[0]!);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HALTED', netQuantity: '0' });
    host.pair.resume();
    expect(host.pair.state).toBe('FLAT');
  });
});

describe('one leg without a market', () => {
  it('refuses to enter and sends nothing', () => {
    const host = new FakeHost();
    host.book(BY.id, '', '60001', '5');
    expect(host.pair.enter({ notionalUsd: '10000' })).toBe(false);
    expect(host.orders).toEqual([]);
    expect(host.events.at(-1)!).toMatchObject({ type: 'PairRefused', reason: 'BTCUSDT-PERP.BYBIT has no two-sided market' });
  });

  it('does not leave one leg alone: the exit waits until both can trade', () => {
    const host = hedged();
    host.book(BY.id, '60000', '', '5');
    host.pair.exit();
    host.advance(10_000);
    expect(host.open).toEqual([]);
    expect(host.pair).toMatchObject({ state: 'EXITING', netQuantity: '0', maxUnhedgedMs: 0 });
    host.book(BY.id, '60000', '60001', '5');
    host.advance(5_000);
    expect(host.open).toHaveLength(2);
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair.state).toBe('FLAT');
  });

  it('what both legs have and is too small to keep is not closed on one of them while the other has no market', () => {
    const by = new Instrument({ ...BY.spec, minNotional: '100' });          // one lot is 60 USD
    const host = new FakeHost({}, [HL, by]);
    host.pair.enter({ notionalUsd: '6000' });
    const [long, short] = host.orders;
    host.fill(long!, 5_000);
    host.fill(short!, 1);
    for (const order of [long!, short!]) host.change(order, 'OrderExpired');
    host.book(by.id, '', '', '5');
    host.drain();
    const trade = (): void => { for (const order of host.open) host.fill(order); host.drain(); host.advance(1_000); };
    for (let i = 0; i < 8; i++) trade();
    expect([host.lots(HL), host.lots(by), host.pair.netQuantity]).toEqual([100, -1, '0']);
    host.book(by.id, '60000', '60001', '5');
    for (let i = 0; i < 8; i++) trade();
    expect([host.lots(HL), host.lots(by), host.pair.state, host.violations]).toEqual([0, 0, 'FLAT', []]);
  });

  it('a pair halted without a reason stays halted', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '6000' });
    host.pair.halt('');
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair.state).toBe('HALTED');
    host.pair.resume();
    expect(host.pair.state).toBe('HEDGED');
  });

  it('both legs or neither: a denied exit leaves the pair covered and tries again', () => {
    const host = hedged();
    host.denials = 3;
    host.pair.exit();
    host.advance(10_000);
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'FLAT', maxUnhedgedMs: 0 });
  });
});

describe('decisions at any time', () => {
  it('REQ-A06 leaves while still entering, once the orders are answered', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    host.fill(host.open[0]!);
    host.drain();
    expect(host.pair.exit({ reason: 'operator' })).toBe(true);
    expect(host.orders).toHaveLength(2);                                // nothing on top of what is in flight
    host.fill(host.open[0]!);
    host.drain();
    expect(host.open.map(({ reduceOnly }) => reduceOnly)).toEqual([true, true]);
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair.state).toBe('FLAT');
  });

  it('halting while orders are in flight sends nothing on top of them, and closes what they leave', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    host.fill(host.open[0]!);
    host.drain();
    host.pair.halt('operator');
    expect(host.orders).toHaveLength(2);
    host.change(host.open[0]!, 'OrderExpired');
    host.drain();
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HALTED', haltReason: 'operator', netQuantity: '0' });
    expect(host.lots(HL)).toBe(0);
  });

  it('REQ-A06 a halted pair can be left, and stays halted', () => {
    const host = hedged();
    host.pair.halt('operator');
    expect(host.pair.enter({ notionalUsd: '10000' })).toBe(false);
    expect(host.pair.exit()).toBe(true);
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HALTED', netQuantity: '0' });
    expect([host.lots(HL), host.lots(BY)]).toEqual([0, 0]);
    expect(host.pair.exit()).toBe(false);
  });

  it('refuses an entry too small to be sure of leaving again', () => {
    const host = new FakeHost({}, [HL, new Instrument({ ...BY.spec, minNotional: '5000' })]);
    expect(host.pair.enter({ notionalUsd: '6000' })).toBe(false);
    expect(host.events.at(-1)!.reason).toContain('too near the minimum of 5000');
    expect(host.pair.enter({ notionalUsd: '6400' })).toBe(true);
  });
});

describe('silence', () => {
  it('asks to cancel an order without an answer, then halts; reconciling with the venues ends it', () => {
    const host = new FakeHost();
    host.pair.enter({ notionalUsd: '10000' });
    const [long, short] = host.open;
    host.fill(long!);
    host.change(short!, 'OrderUnknown');
    host.drain();
    host.advance(5_000);
    expect(host.canceled).toEqual([short]);
    expect(host.orders).toHaveLength(2);                                // unknown is not sent again
    host.advance(5_000);
    expect(host.pair.state).toBe('HALTED');
    expect(host.pair.haltReason).toContain(`order ${short!.sequence}`);
    host.pair.resume();
    expect(host.pair.state).toBe('HALTED');
    host.pair.reconcile({ long: '0.166', short: '-0.1' });              // the venue had filled 0.1
    expect(host.orders.at(-1)).toMatchObject({ instrument: HL, side: 'sell', lots: 6_600, reduceOnly: true });
    host.fill(host.orders.at(-1)!);
    host.drain();
    host.pair.resume();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });
});

describe('restart', () => {
  function restart(host: FakeHost): FakeHost {
    const saved: unknown = JSON.parse(JSON.stringify(host.pair.saveState()));
    host.pair = new HedgedPair(host, host.pair.options);
    host.pair.restoreState(saved);
    return host;
  }

  it('keeps a hedged pair, its measures and its memory of orders', () => {
    const host = hedged();
    const { unhedged } = host.pair;
    restart(host);
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(host.pair.unhedged).toEqual(unhedged);
    host.bust(host.orders[1]!, 166);
    host.drain();
    expect(host.pair.state).toBe('ADJUSTING');
    for (const order of host.open.filter(({ reduceOnly }) => reduceOnly)) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
  });

  it('REQ-A48 acts on what arrives before any market does: what is uncovered is timed, and closed with the first quotes', () => {
    const host = hedged();
    const silent = (): void => { for (const { id } of [HL, BY]) host.book(id, '', '', '1'); };
    silent();
    restart(host);
    host.bust(host.orders[1]!, 100);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'ADJUSTING', isNeutralising: true });
    expect(host.orders).toHaveLength(2);
    host.advance(1_000);
    for (const { id } of [HL, BY]) host.book(id, '60000', '60001', '5');
    host.advance(250);
    for (const order of host.open.filter(({ reduceOnly }) => reduceOnly)) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(host.pair.unhedged.maxSeconds).toBe(1.25);
    expect(host.pair.unhedged.maxUsdSeconds).toBeCloseTo(7_500, -1);         // 0.1 BTC at the price saved
  });

  it('the same for a pair that never had a price and is told what it holds', () => {
    const host = new FakeHost();
    for (const { id } of [HL, BY]) host.book(id, '', '', '1');
    host.positions.set(HL.id, 10_000);
    host.pair.reconcile({ long: '0.1', short: '0' });
    expect(host.pair).toMatchObject({ state: 'EXITING', netQuantity: '0.1', isNeutralising: true });
    host.advance(3_000);
    for (const { id } of [HL, BY]) host.book(id, '60000', '60001', '5');
    host.advance(250);
    for (const order of host.open.filter(({ reduceOnly }) => reduceOnly)) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'FLAT', netQuantity: '0', unhedged: { episodes: 1, maxSeconds: 3.25 } });
    expect(JSON.stringify(host.pair.saveState())).not.toContain('null');
  });

  it('contracts of an inverse leg cannot be taken over before their price is known, and the pair says so', () => {
    const host = new FakeHost({}, [HL, INVERSE]);
    host.book(INVERSE.id, '', '', '1');
    expect(() => { host.pair.reconcile({ long: '0.1', short: '-60' }); }).toThrow(expect.objectContaining({ code: 'ARB_NO_PRICE', message: expect.stringContaining(INVERSE.id) }) as Error);
    expect(host.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    host.book(INVERSE.id, '60000', '60001', '500');
    host.pair.reconcile({ long: '0.1', short: '-60' });
    expect(host.pair.netQuantity).toBe('0');
  });

  it('waits for orders in flight, then brings the legs together instead of continuing', () => {
    const host = new FakeHost({ maxRetries: 5 });
    host.pair.enter({ notionalUsd: '10000' });
    host.fill(host.open[0]!);
    host.drain();
    restart(host);
    host.advance(300);
    expect(host.orders).toHaveLength(2);
    host.fill(host.open[0]!, 66);
    host.change(host.open[0]!, 'OrderExpired');
    host.drain();
    expect(host.orders.at(-1)).toMatchObject({ instrument: HL, side: 'sell', lots: 10_000, reduceOnly: true });
    host.fill(host.orders.at(-1)!);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    expect(host.pair.maxUnhedgedMs).toBe(300);                          // the episode went on through the restart
  });
});

describe('other pairs', () => {
  const HALF = 0.083;
  it('takes of a forced fill only what it holds', () => {
    const host = hedged();
    expect(host.pair.onForcedFill(BY.id, 1_000, 'ADL')).toBe(166);
    expect(host.open.map(({ side, lots, reduceOnly }) => [side, lots, reduceOnly])).toEqual([['sell', 16_600, true]]);
    expect(host.pair.onForcedFill(BY.id, 1_000, 'ADL')).toBe(0);
    expect(host.pair).toMatchObject({ state: 'HALTED', haltReason: 'ADL' });
  });

  it('a liquidation told in parts is answered part by part: nothing is sold twice', () => {
    const host = hedged();
    host.pair.onForcedFill(BY.id, 66, 'LIQUIDATION');
    host.pair.onForcedFill(BY.id, 100, 'LIQUIDATION');                  // while the order for the first part is under way
    expect(host.open.map(({ side, lots }) => [side, lots])).toEqual([['sell', 6_600]]);
    for (const part of [6_600, 10_000]) {
      expect(host.open.map(({ lots }) => lots)).toEqual([part]);
      host.fill(host.open[0]!);
      host.drain();
    }
    expect(host.pair).toMatchObject({ state: 'HALTED', netQuantity: '0' });
    expect(host.pair.longQuantity.toFixed()).toBe('0');
  });

  it('an inverse leg stays hedged while the price moves: its base is that of its fills', () => {
    const inverse = INVERSE;
    const host = new FakeHost({}, [HL, inverse]);
    host.book(inverse.id, '60000', '60001', '500');                     // contracts of 100 USD
    host.pair.enter({ notionalUsd: '10000' });
    for (const order of host.open) host.fill(order);
    host.drain();
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
    for (const { id } of [HL, inverse]) host.book(id, '90000', '90001', '5');
    expect(host.pair.netQuantity).toBe('0');
    host.pair.onForcedFill(inverse.id, 50, 'ADL');                      // half of the contracts: half of the other leg
    expect(HL.lotsToNumber(host.open[0]!.lots)).toBeCloseTo(HALF, 3);
  });

  it('a resize after the price has moved keeps an inverse leg as large as the other: what it holds counts at its own prices', () => {
    const inverse = new Instrument({ id: 'BTCUSD_PERP.BINANCE', kind: 'perpetual', base: 'BTC', quote: 'USD', settle: 'BTC', isInverse: true, priceIncrement: '0.1', sizeIncrement: '1', multiplier: '100' });
    const host = new FakeHost({ maxSlippageBps: 1 }, [HL, inverse]);
    const trade = (): void => { for (const order of host.open) host.fill(order); host.drain(); };
    const price = (bid: string, ask: string): void => { for (const { id } of [HL, inverse]) host.book(id, bid, ask, '5000'); };
    price('60000', '60001');
    host.pair.enter({ notionalUsd: '60000' });
    trade();
    price('30000', '30001');
    expect(host.pair.resize({ notionalUsd: '60000' })).toBe(true);      // from 1 BTC to 2, the inverse leg by 300 contracts
    trade();
    expect([host.pair.state, host.pair.netQuantity, host.lots(HL), host.lots(inverse)]).toEqual(['HEDGED', '0', 199_997, -900]);
    price('60000', '60001');
    host.pair.resize({ notionalUsd: '30000' });
    trade();
    expect([host.pair.state, host.pair.netQuantity, host.pair.isNeutralising]).toEqual(['HEDGED', '0', false]);
  });

  it('the last of a spot leg, worth the smallest order at the mid and less at the price it may be sold at, is dust: it is not sent and refused for ever', () => {
    const spot = new Instrument({ id: 'SOLUSDT.BINANCE', kind: 'spot', base: 'SOL', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.1', minNotional: '10' });
    const perpetual = new Instrument({ id: 'SOLUSDT-PERP.BYBIT', kind: 'perpetual', base: 'SOL', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '1' });
    const host = new FakeHost({}, [spot, perpetual]);
    for (const { id } of [spot, perpetual]) host.book(id, '100.00', '100.01', '500');
    host.pair.enter({ notionalUsd: '101' });
    const [long, short] = host.open;
    host.fill(short!);
    host.fill(long!, 9);
    host.change(long!, 'OrderExpired');
    host.drain();
    host.advance(0);
    host.fill(long!, 1);                                                // told late, as is one lot more than was wanted
    host.drain();
    for (const order of host.open) host.fill(order);
    host.drain();
    host.advance(60_000);
    expect(host.pair).toMatchObject({ state: 'HEDGED', netQuantity: '0' });
  });

  it('spot dust below the smallest order is reported, not chased', () => {
    const spot = new Instrument({ id: 'BTCUSDT.BINANCE', kind: 'spot', base: 'BTC', quote: 'USDT', settle: 'USDT', priceIncrement: '0.01', sizeIncrement: '0.00001', minNotional: '5' });
    const host = new FakeHost({}, [spot, HL]);
    host.pair.enter({ notionalUsd: '10000' });
    const [long, short] = host.open;
    host.fill(long!, 5);                                                // 3 USD
    host.change(long!, 'OrderExpired');
    host.change(short!, 'OrderRejected');
    host.drain();
    expect(host.open).toEqual([]);
    expect(host.pair).toMatchObject({ state: 'FLAT', netQuantity: '0' });
    expect(host.events.at(-1)!.reason).toContain('0.00005 BTCUSDT.BINANCE');
    host.pair.enter({ notionalUsd: '10000' });                          // the next entry takes it into account
    expect(host.open[0]!.lots + 5).toBe(host.open[1]!.lots);
  });
});
