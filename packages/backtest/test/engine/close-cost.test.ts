import { Instrument, type InstrumentSpec, type Position } from '@arb/core';
import { OrderBook, toMoney } from '@arb/core/internal';
import { describe, expect, it } from 'vitest';
import type { BacktestRun } from '../../src/engine/backtest-run.ts';
import { closeCost } from '../../src/engine/close-cost.ts';
import { FeeSchedule } from '../../src/venue/fee-schedule.ts';

const LINEAR: InstrumentSpec = { id: 'X-PERP.LINEAR', kind: 'perpetual', base: 'X', quote: 'USD', settle: 'USD', priceIncrement: '1', sizeIncrement: '1' };
const INVERSE: InstrumentSpec = { id: 'X-PERP.INVERSE', kind: 'perpetual', base: 'X', quote: 'USD', settle: 'X', isInverse: true, multiplier: '100', priceIncrement: '1', sizeIncrement: '1' };

type Side = readonly (readonly [tick: number, lots: number])[];
interface Leg { readonly spec: InstrumentSpec; readonly lots: number; readonly bids: Side; readonly asks: Side }

/** A run that ended with these legs and books; takers pay 10 bps, a coin is worth 50 USD. */
function costOf(...legs: readonly Leg[]): ReturnType<typeof closeCost> {
  const known = legs.map(({ spec, lots, bids, asks }) => {
    const instrument = new Instrument(spec);
    const book = new OrderBook(instrument);
    for (const [tick, size] of bids) book.setBid(tick, size);
    for (const [tick, size] of asks) book.setAsk(tick, size);
    return { id: spec.id, book, position: { instrument, lots, isFlat: lots === 0 } as Position };
  });
  const fees = new FeeSchedule([{ maker: '0', taker: '0.001', fromVolume: '0' }]);
  const run = {
    kernel: {
      bookOf: (instrument: Instrument) => known.find(({ id }) => id === instrument.id)!.book,
      portfolio: { position: (_strategy: string, id: string) => known.find((leg) => leg.id === id)?.position, valuation: { rate: (currency: string) => toMoney(currency === 'X' ? '50' : '1') } },
    },
    venue: () => ({ takerFee: (instrument: Instrument, fill: { tick: number; lots: number; isBuy: boolean }) => fees.of({ ...fill, instrument, isMaker: false }) }),
  } as unknown as BacktestRun;
  return closeCost(run, { id: 's' } as never, { long: legs[0]!.spec.id, short: legs[1]?.spec.id ?? '-' } as never);
}

describe('REQ-B12 what closing an open pair would cost', () => {
  it('walks both books from their mids and adds the taker fees', () => {
    const long: Leg = { spec: LINEAR, lots: 5, bids: [[99, 3], [97, 9]], asks: [[101, 9]] };
    const short: Leg = { spec: { ...LINEAR, id: 'Y-PERP.LINEAR' }, lots: -4, bids: [[99, 9]], asks: [[101, 4]] };
    // Sold 3 at 99 and 2 at 97 against 100: −9; 491 · 0.001. Bought 4 at 101: −4; 404 · 0.001.
    expect(costOf(long, short)).toEqual({ usd: '-13.895', note: null });
  });

  it('counts an inverse leg in its coin', () => {
    // Sold 2 contracts of 100 at 40 against 50: 200/40 − 200/50 = 1 coin, and 5 · 0.001 in fees; a coin is 50 USD.
    expect(costOf({ spec: INVERSE, lots: 2, bids: [[40, 5]], asks: [[60, 5]] })).toEqual({ usd: '-50.25', note: null });
  });

  it('is not known, and says why, where the last book does not take it', () => {
    expect(costOf({ spec: LINEAR, lots: 5, bids: [[99, 3]], asks: [[101, 9]] })).toEqual({ usd: null, note: 'X-PERP.LINEAR: the last book takes 3 of 5' });
    expect(costOf({ spec: LINEAR, lots: 5, bids: [], asks: [[101, 9]] })).toEqual({ usd: null, note: 'X-PERP.LINEAR: the last book is not two-sided' });
  });

  it('is nothing where nothing is held', () => {
    expect(costOf({ spec: LINEAR, lots: 0, bids: [], asks: [] })).toEqual({ usd: null, note: null });
  });
});
