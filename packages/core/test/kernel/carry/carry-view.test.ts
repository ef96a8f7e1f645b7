import { describe, expect, it } from 'vitest';
import { InstrumentState } from '../../../src/kernel/cache/instrument-state.ts';
import { quoteCarry } from '../../../src/kernel/carry/carry-quote.ts';
import { carryOf } from '../../../src/kernel/carry/carry-snapshot.ts';
import { CarryView } from '../../../src/kernel/carry/carry-view.ts';
import type { Cache } from '../../../src/kernel/cache/cache.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { venueProfile } from '../../../src/kernel/venues/venue-profile.ts';

const HL = new Instrument(venueProfile('hyperliquid').instruments[0]!);
const BY = new Instrument(venueProfile('bybit').instruments[0]!);
const SPOT = new Instrument(venueProfile('bybit').instruments.find(({ kind }) => kind === 'spot')!);

function rated(instrument: Instrument, rate: string, intervalHours: number, kind: 'predicted' | 'settled' = 'predicted'): InstrumentState {
  const state = new InstrumentState(instrument);
  const decimals = 10;
  state[kind] = { instrumentId: instrument.id, rate: BigInt(Math.round(Number(rate) * 1e10)), rateDecimals: decimals, rateNumber: Number(rate), intervalHours, kind, settlesAt: intervalHours * 3_600_000_000, tsEvent: 0, tsInit: 0 };
  return state;
}

function withBook(state: InstrumentState, bid: string, ask: string, size: string): InstrumentState {
  state.book.setBid(state.instrument.toTick(bid), state.instrument.toLots(size));
  state.book.setAsk(state.instrument.toTick(ask), state.instrument.toLots(size));
  state.hasBook = true;
  return state;
}

describe('differential', () => {
  /** Short leg's annual rate less the long leg's, whatever the intervals. */
  it.each([
    ['0.0000125', 1, '0.0001', 8, 0], ['0.0000125', 1, '0.0005', 8, 43.8], ['-0.0001', 1, '0.0005', 4, 87.6 + 109.5], ['0.0002', 8, '0.0001', 4, 0], ['0.0002', 8, '0.00005', 8, -16.425],
  ] as const)('REQ-B22 long at %s every %d h, short at %s every %d h: %d %% a year', (a, hoursA, b, hoursB, aprPct) => {
    const carry = carryOf(rated(HL, a, hoursA), rated(BY, b, hoursB))!;
    expect(carry.aprPct).toBeCloseTo(aprPct, 9);
    expect(carry.nextSettlementAt).toBe(Math.min(hoursA, hoursB) * 3_600_000_000);
  });

  it('is not there until both legs have a rate; spot never pays one', () => {
    expect(carryOf(rated(HL, '0.0001', 1), new InstrumentState(BY))).toBeUndefined();
    expect(carryOf(new InstrumentState(SPOT), rated(BY, '0.0001', 8))!.aprPct).toBeCloseTo(10.95, 9);
  });

  it('a forecast of a settlement that is past does not outlive it: the settled rate counts, with its own interval', () => {
    const long = rated(HL, '0', 1);
    const short = rated(BY, '0.001', 8);
    short.settled = { ...short.predicted!, kind: 'settled', rateNumber: 0.0001, intervalHours: 4, settlesAt: 12 * 3_600_000_000 };
    expect(carryOf(long, short)).toMatchObject({ kind: 'settled', nextSettlementAt: 3_600_000_000 });
    expect(carryOf(long, short)!.shortAprPct).toBeCloseTo(21.9, 9);
    short.predicted = { ...short.predicted!, settlesAt: 16 * 3_600_000_000 };
    expect(carryOf(long, short)!.shortAprPct).toBeCloseTo(109.5, 9);
  });

  it('counts settled rates where a leg has no forecast, and says so', () => {
    expect(carryOf(rated(HL, '0.0001', 1), rated(BY, '0.0001', 8, 'settled'))!.kind).toBe('settled');
    expect(carryOf(rated(HL, '0.0001', 1), rated(BY, '0.0001', 8))!.kind).toBe('predicted');
  });
});

describe('quote', () => {
  const books = (size = '5'): [InstrumentState, InstrumentState] => [withBook(rated(HL, '0', 1), '60000', '60006', size), withBook(rated(BY, '0.0001', 8), '60000', '60006', '5')];

  it('costs nothing it could not leave again: a side of the book too thin for the way out limits the size', () => {
    const [long, short] = books();
    long.book.clear();
    long.book.setBid(HL.toTick('60000'), HL.toLots('0.1'));
    long.book.setAsk(HL.toTick('60006'), HL.toLots('5'));
    const quote = quoteCarry({ long, short, carry: carryOf(long, short)!, longTakerFee: 0, shortTakerFee: 0 }, { notionalUsd: '60000' })!;
    expect([quote.notionalUsd.toFixed(), quote.limitedBy]).toEqual(['6000.6', 'depth-long']);
  });

  it('REQ-B28 adds fees and half spreads of both legs, in and out, and divides by the differential', () => {
    const [long, short] = books();
    const quote = quoteCarry({ long, short, carry: carryOf(long, short)!, longTakerFee: 0.00045, shortTakerFee: 0.00055 }, { notionalUsd: '10000' })!;
    expect(quote.feesBps).toBeCloseTo(20, 9);
    expect(quote.slippageBps).toBeCloseTo(4 * 3 / 60_003 * 10_000, 9);
    expect(quote.costBps).toBeCloseTo(quote.feesBps + quote.slippageBps, 12);
    expect(quote.breakEvenHours).toBeCloseTo(quote.costBps / 1095 * 8_760, 6);
    expect(quote.costUsd.toNumber()).toBeCloseTo(quote.costBps, 4);
    expect(quote).toMatchObject({ limitedBy: 'request' });
  });

  it('REQ-A45 offers what the thinner book takes, and names it', () => {
    const [long, short] = books('0.1');
    const quote = quoteCarry({ long, short, carry: carryOf(long, short)!, longTakerFee: 0, shortTakerFee: 0 }, { notionalUsd: '10000' })!;
    expect(quote).toMatchObject({ limitedBy: 'depth-long' });
    expect(quote.notionalUsd.toFixed()).toBe('6000.6');
  });

  it('is not there without two-sided books', () => {
    const [long] = books();
    const short = rated(BY, '0.0001', 8);
    expect(quoteCarry({ long, short, carry: carryOf(long, short)!, longTakerFee: 0, shortTakerFee: 0 }, { notionalUsd: '10000' })).toBeUndefined();
  });
});

it('REQ-B26 ranks every ordered pair that pays, best first, with the fees of each venue', () => {
  const states = new Map([withBook(rated(HL, '0.00005', 1), '60000', '60006', '5'), withBook(rated(BY, '0.0001', 8), '60000', '60006', '5'), withBook(new InstrumentState(SPOT), '60000', '60006', '5')].map((state) => [state.instrument.id, state]));
  const view = new CarryView({ state: (id: string) => states.get(id)! } as unknown as Cache, (venue) => venueProfile(venue));
  const ranked = view.rank([HL.id, BY.id, SPOT.id], { notionalUsd: '1000' });
  expect(ranked.map(({ carry }) => [carry.long, carry.short, Math.round(carry.aprPct * 100) / 100])).toEqual([[SPOT.id, HL.id, 43.8], [BY.id, HL.id, 32.85], [SPOT.id, BY.id, 10.95]]);
  expect(ranked[1]!.quote!.feesBps).toBeCloseTo(20, 9);
  expect(ranked[0]!.quote!.feesBps).toBeCloseTo(29, 9);
});
