import { describe, expect, it } from 'vitest';
import { roundTrips, type TripContext } from '../../src/report/round-trips.ts';
import type { FillFact } from '../../src/report/run-facts.ts';
import { at, fillOf, LONG, pairOf, paymentOf, SHORT } from './fixtures/small-facts.ts';

const short = { instrumentId: SHORT };
const DECISIONS = [{ ts: at(-1), action: 'enter', aprPct: 20 }, { ts: at(199), action: 'exit', aprPct: 4 }] as const;
const context = (more: Partial<TripContext> = {}): TripContext => ({
  pair: pairOf({ decisions: DECISIONS }),
  payments: [],
  legs: new Map(),
  firstNumber: 1,
  ...more,
});

const LINEAR = { settle: 'USDT', isInverse: false, multiplier: '1', finalRateUsd: '1' };

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

  it('the rates in and out are those the entry and the exit were decided on; where nobody decided there is none', () => {
    const aprs = (decisions: TripContext['pair']['decisions']): unknown => roundTrips([...ENTER, ...EXIT], context({ pair: pairOf({ decisions }) })).trips.map(({ aprInPct, aprOutPct }) => [aprInPct, aprOutPct]);
    const [enter, exit] = [{ ts: at(-60), action: 'enter', aprPct: 20.2 }, { ts: at(150), action: 'exit', aprPct: 0 }] as const;
    expect(aprs([enter, exit])).toEqual([[20.2, 0]]);
    expect(aprs([{ ...exit, ts: at(-3_600) }, { ...enter, ts: at(-7_200), aprPct: 9 }, enter, exit, { ...enter, ts: at(900) }, { ...exit, ts: at(901), aprPct: 7 }])).toEqual([[20.2, 0]]);
    expect(aprs([enter])).toEqual([[20.2, null]]);                                                     // a liquidation, a neutralised leg
    expect(aprs([{ ...enter, ts: at(-7_200) }, { ...exit, ts: at(-3_600) }, exit])).toEqual([[null, 0]]);
    expect(aprs([{ ...enter, aprPct: null }, exit])).toEqual([[null, 0]]);
  });

  it('an open trip is valued at the final mark and says what closing would cost', () => {
    const { trips } = roundTrips(
      ENTER,
      context({
        pair: pairOf({ closeCostUsd: '-1.2' }),
        legs: new Map([
          [LONG, { finalMarkUsd: '103', contract: LINEAR }],
          [SHORT, { finalMarkUsd: '102', contract: LINEAR }],
        ]),
      }),
    );
    // Short +202 −204 = −2, long −200 +206 = +6: price +4, fees −0.2.
    expect(trips).toMatchObject([{ to: null, netPnlUsd: '3.8', aprOutPct: null, closeCostUsd: '-1.2' }]);
  });

  it('contracts with a multiplier are held, and valued, in units of base', () => {
    const contracts = { ...short, notionalUsd: '1000', hedgeQuantity: '2', feeUsd: '0' };             // 200 contracts of 0.01 at 500
    const [sold, bought] = [fillOf(0, 'sell', '200', '500', contracts), fillOf(9, 'buy', '200', '500', contracts)];
    const at510 = roundTrips([sold], context({ legs: new Map([[SHORT, { finalMarkUsd: '510', contract: { ...LINEAR, multiplier: '0.01' } }]]) }));
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

  it('REQ-B46 an inverse leg earns in its coin, converted when the trip ends', () => {
    const inverse = (second: number, side: 'buy' | 'sell', quantity: string, price: number): FillFact => {
      const usd = Number(quantity) * 100;
      const coins = String(usd / price);
      return fillOf(second, side, quantity, String(price), { notionalUsd: String(usd), settleValue: coins, hedgeQuantity: coins, isInverse: true, feeUsd: '0' });
    };
    const contract = { settle: 'BTC', isInverse: true, multiplier: '100', finalRateUsd: '80000' };
    const hedge = { ...short, feeUsd: '0' };
    const entry = [inverse(0, 'buy', '200', 50_000), fillOf(1, 'sell', '0.4', '50000', hedge)];
    // 20,000 USD long at 50,000 owes 0.4 BTC; at 62,500 0.32: 0.08 BTC, 5,000 USD there. The short of 0.4 loses 5,000.
    const closed = roundTrips([...entry, inverse(200, 'sell', '200', 62_500), fillOf(201, 'buy', '0.4', '62500', hedge)], context()).trips;
    expect(closed).toMatchObject([{ to: at(201), netPnlUsd: '0', basisUsd: '0', notionalUsd: '20000' }]);
    // Half closed at 62,500, the rest held to 80,000: 0.04 + (0.2 − 0.125) = 0.115 BTC at 80,000 is 9,200; the short of 0.4 loses 12,000.
    const legs = new Map([[LONG, { finalMarkUsd: '80000', contract }], [SHORT, { finalMarkUsd: '80000', contract: LINEAR }]]);
    const open = roundTrips([...entry, inverse(200, 'sell', '100', 62_500)], context({ legs })).trips;
    expect(open).toMatchObject([{ to: null, netPnlUsd: '-2800' }]);
  });

  it('a contract of many coins ends flat in coins, and is worth its multiplier at the end', () => {
    const many = (second: number, side: 'buy' | 'sell', quantity: string): FillFact =>
      fillOf(second, side, quantity, '2', { notionalUsd: String(Number(quantity) * 2_000), settleValue: String(Number(quantity) * 2_000), hedgeQuantity: String(Number(quantity) * 1_000), feeUsd: '0' });
    const hedge = { ...short, feeUsd: '0' };
    const entry = [many(0, 'buy', '0.005'), fillOf(1, 'sell', '5', '2', hedge)];
    // 0.004 contracts left are 4 coins: no dust.
    expect(roundTrips([...entry, many(2, 'sell', '0.001'), fillOf(3, 'buy', '5', '2', hedge)], context()).trips[0]!.to).toBeNull();
    const legs = new Map([[LONG, { finalMarkUsd: '3', contract: { ...LINEAR, multiplier: '1000' } }], [SHORT, { finalMarkUsd: '3', contract: LINEAR }]]);
    expect(roundTrips(entry, context({ legs })).trips[0]!.netPnlUsd).toBe('0');
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
