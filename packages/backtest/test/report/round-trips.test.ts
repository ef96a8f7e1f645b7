import { describe, expect, it } from 'vitest';
import { roundTrips, type TripContext } from '../../src/report/round-trips.ts';
import { at, fillOf, LONG, pairOf, paymentOf, SHORT } from './fixtures/small-facts.ts';

const short = { instrumentId: SHORT };
const context = (more: Partial<TripContext> = {}): TripContext => ({
  pair: pairOf(),
  payments: [],
  finalMarkUsd: new Map(),
  firstNumber: 1,
  differentialAt: (ts) => (ts < at(100) ? 20 : 4),
  ...more,
});

const ENTER = [fillOf(0, 'sell', '2', '101', { ...short, arrivalMid: '101.5' }), fillOf(1, 'buy', '2', '100', { arrivalMid: '99.75' })];
const EXIT = [fillOf(200, 'buy', '2', '99', short), fillOf(201, 'sell', '2', '99.5')];

describe('round trips', () => {
  it('a closed trip: cash flows, funding and costs by hand', () => {
    const { trips, roles } = roundTrips([...ENTER, ...EXIT], context({ payments: [paymentOf(100, '1.5'), paymentOf(150, '-0.25', 'long')] }));
    // Short leg +202 −198 = +4, long leg −200 +199 = −1: price +3. Slippage −0.5·2 −0.25·2 = −1.5, so basis is +4.5. Fees 4 × −0.1.
    expect(trips).toMatchObject([
      {
        n: 1,
        from: at(0),
        to: at(201),
        notionalUsd: '202',
        fundingUsd: '1.25',
        slippageUsd: '-1.5',
        basisUsd: '4.5',
        feesUsd: '-0.4',
        netPnlUsd: '3.85',
        aprInPct: 20,
        aprOutPct: 4,
        closeCostUsd: null,
      },
    ]);
    // Costs 1.9 USD on 202: 94.06 bps; at 20 % a year that takes 17.2 days.
    expect(trips[0]!.costBps).toBeCloseTo((1.9 / 202) * 10_000, 9);
    expect(trips[0]!.breakEvenDays).toBeCloseTo((1.9 / 202 / 0.2) * 365, 9);
    expect([...roles.values()].map((role) => role.action)).toEqual(['enter', 'enter', 'exit', 'exit']);
  });

  it('an open trip is valued at the final mark and says what closing would cost', () => {
    const { trips } = roundTrips(
      ENTER,
      context({
        pair: pairOf({ closeCostUsd: '-1.2' }),
        finalMarkUsd: new Map([
          [LONG, '103'],
          [SHORT, '102'],
        ]),
      }),
    );
    // Short +202 −204 = −2, long −200 +206 = +6: price +4, fees −0.2.
    expect(trips).toMatchObject([{ to: null, netPnlUsd: '3.8', aprOutPct: null, closeCostUsd: '-1.2' }]);
  });

  it('contracts with a multiplier are held, and valued, in units of base', () => {
    const contracts = { ...short, notionalUsd: '1000', hedgeQuantity: '2', feeUsd: '0' };             // 200 contracts of 0.01 at 500
    const [sold, bought] = [fillOf(0, 'sell', '200', '500', contracts), fillOf(9, 'buy', '200', '500', contracts)];
    const at510 = roundTrips([sold], context({ finalMarkUsd: new Map([[SHORT, '510']]) }));
    expect(at510.trips).toMatchObject([{ to: null, netPnlUsd: '-20' }]);
    const many = { notionalUsd: '500', hedgeQuantity: '5000', feeUsd: '0' };                           // 5 contracts of 1,000 at 0.1, a lot being one contract
    const five = roundTrips([fillOf(0, 'buy', '5', '0.1', many), fillOf(9, 'sell', '5', '0.1', many)], context({ pair: pairOf({ toleranceQuantity: '1000' }) }));
    expect(five.trips).toHaveLength(1);
    expect(roundTrips([sold, bought], context()).trips).toMatchObject([{ to: at(9), netPnlUsd: '0' }]);
  });

  it('dust within a lot ends a trip, and the next trip takes it over: together they make the whole result', () => {
    const fills = [
      fillOf(0, 'sell', '1', '100', short),
      fillOf(1, 'buy', '1', '100'),
      fillOf(10, 'buy', '1', '100', short),
      fillOf(11, 'sell', '0.99', '110'),
      fillOf(20, 'sell', '1', '100', short),
      fillOf(21, 'buy', '0.99', '90'),
      fillOf(30, 'buy', '1', '100', short),
      fillOf(31, 'sell', '1', '90'),
    ].map((fill) => ({ ...fill, feeUsd: '0' }));
    const { trips } = roundTrips(fills, context());
    expect(trips.map((trip) => trip.to)).toEqual([at(11), at(31)]);
    // Trip 1: −100 + 108.9 + dust 0.01 × 110 = +10. Trip 2: dust −1.1, −89.1 + 90 = −0.2. All cash: −100 + 108.9 − 89.1 + 90 = +9.8.
    expect(trips.map((trip) => trip.netPnlUsd)).toEqual(['10', '-0.2']);
  });

  it('a settlement between the first fill and the moment we were told of it is not lost', () => {
    const { trips } = roundTrips([...ENTER, ...EXIT], context({ payments: [paymentOf(-1, '1.5')] }));
    expect(trips).toMatchObject([{ fundingUsd: '1.5' }]);
  });

  it('a settlement booked after the exit belongs to the trip that earned it', () => {
    const second = [
      fillOf(300, 'sell', '2', '100', short),
      fillOf(301, 'buy', '2', '100'),
      fillOf(400, 'buy', '2', '100', short),
      fillOf(401, 'sell', '2', '100'),
    ];
    const { trips } = roundTrips([...ENTER, ...EXIT, ...second], context({ payments: [paymentOf(250, '7'), paymentOf(350, '1')] }));
    expect(trips.map((trip) => trip.fundingUsd)).toEqual(['7', '1']);
  });
});
