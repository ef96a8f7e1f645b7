import type { InstrumentSpec } from '@arb/core';
import { formatMoney } from '@arb/core/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANE_EXCHANGE, type Lane } from '../../src/replay/lane.ts';
import { ConstantLatency } from '../../src/venue/latency-model.ts';
import { type Act, ask, bid, clear, type Message, message, type RigOptions, sameEntry, VenueRig } from './venue-rig.ts';

const CONTRACTS: Readonly<Record<'linear' | 'inverse', Partial<InstrumentSpec>>> = { linear: {}, inverse: { quote: 'USD', settle: 'X', isInverse: true, multiplier: '100' } };

/** What happens next: the market moves, the venue marks, we trade, funding is paid. */
type Step =
  | { readonly type: 'book'; readonly price: number; readonly depth: number }
  | { readonly type: 'mark'; readonly price: number }
  | { readonly type: 'trade'; readonly lots: number; readonly of: string }
  | { readonly type: 'funding'; readonly bps: bigint };

const price = fc.integer({ min: 40, max: 400 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('book' as const), price, depth: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('mark' as const), price }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('trade' as const), lots: fc.integer({ min: -90, max: 90 }).filter((lots) => lots !== 0), of: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('funding' as const), bps: fc.bigInt({ min: -3_000n, max: 3_000n }) }) },
);

function rigOf(kind: keyof typeof CONTRACTS, maxLeverage: number, acts: RigOptions['acts']): VenueRig {
  return new VenueRig({
    instrument: CONTRACTS[kind], sharesMarginTerms: true, ...(acts === undefined ? {} : { acts }),
    terms: {
      entry: sameEntry(1), response: new ConstantLatency(3), fees: () => [{ maker: '-0.0001', taker: '0.0005', fromVolume: '0' }], marginMode: 'isolated', maxLeverage, liquidationFeeRate: '0.0125',
      funding: 'lump-at-mark', balances: [{ currency: kind === 'linear' ? 'USD' : 'X', amount: '1500' }],
      marginTiers: () => [{ fromNotional: 0, initialRate: 0.02, maintenanceRate: 0.01 }, { fromNotional: 5_000, initialRate: 0.05, maintenanceRate: 0.025 }],
    },
  });
}

/** Runs steps a millisecond apart. */
function play(kind: keyof typeof CONTRACTS, maxLeverage: number, steps: readonly Step[]): { rig: VenueRig; beyond: string[]; liquidations: number } {
  const at = (index: number): number => (index + 1) * 1_000;
  const acts: Record<number, Act> = {};
  const messages: Message[] = [message(0, bid(100, 500), ask(101, 500))];
  const tell: ((rig: VenueRig) => Lane)[] = [];
  const once = (time: number, what: (rig: VenueRig, now: number) => void): void => {
    let due = time;
    tell.push((rig) => ({ laneClass: LANE_EXCHANGE, nextAt: () => due, step: (now) => { due = Infinity; rig.venue.at(now); what(rig, now); return 0; } }));
  };
  once(1, (rig, now) => { rig.venue.price(rig.instrument, 'mark', { mantissa: 100n, decimals: 0, at: now }); });
  steps.forEach((each, i) => {
    if (each.type === 'book') messages.push(message(at(i), clear, bid(each.price, each.depth), bid(each.price - 7, each.depth), ask(each.price + 1, each.depth), ask(each.price + 9, each.depth)));
    else if (each.type === 'mark') once(at(i), (rig, now) => { rig.venue.price(rig.instrument, 'mark', { mantissa: BigInt(each.price), decimals: 0, at: now }); });
    else if (each.type === 'funding') once(at(i), (rig, now) => { rig.venue.fundingRate(rig.instrument, { rate: each.bps, rateDecimals: 4, intervalMicros: 500, settlesAt: now, isSettled: true }); });
    else acts[at(i)] = (desk) => { desk.limit(`${i}`, each.lots > 0 ? 'buy' : 'sell', [Math.abs(each.lots), each.lots > 0 ? 500 : 20], { timeInForce: 'IOC', positionId: each.of }); };
  });
  const rig = rigOf(kind, maxLeverage, acts);
  const { account } = rig.venue;
  const beyond: string[] = [];
  let liquidations = 0;
  const cover = account.cover.bind(account);
  account.cover = (instrument, before): bigint => {
    const paid = cover(instrument, before);
    const lost = before.cash - account.balances().get(instrument.settle)!;
    liquidations++;
    if (lost > before.margin || (paid > 0n && lost !== before.margin) || account.lots(instrument) !== 0) beyond.push(`lost ${formatMoney(lost)} of ${formatMoney(before.margin)}, ${formatMoney(paid)} paid`);
    return paid;
  };
  rig.run(messages, at(steps.length + 1), tell.map((lane) => lane(rig)));
  return { rig, beyond, liquidations };
}

const run = fc.record({ kind: fc.constantFrom('linear' as const, 'inverse' as const), leverage: fc.constantFrom(1, 3, 10, 50), steps: fc.array(step, { minLength: 1, maxLength: 40 }) });

describe('isolated margin, for any market and any trading', () => {
  it('REQ-A22 REQ-A38 a liquidation costs at most the margin set aside, and exactly it where the insurance fund paid', () => {
    let liquidations = 0;
    fc.assert(fc.property(run, ({ kind, leverage, steps }) => {
      const played = play(kind, leverage, steps);
      expect(played.beyond).toEqual([]);
      liquidations += played.liquidations;
    }), { numRuns: 150, seed: 7 });
    expect(liquidations).toBeGreaterThan(30);                    // or the property would say nothing
  });

  it('REQ-A38 REQ-B46 venue and account agree on cash, lots and margin to the last unit, the ledger balances, nothing is left over', () => {
    fc.assert(fc.property(run, ({ kind, leverage, steps }) => {
      const { rig } = play(kind, leverage, steps);
      const { instrument, kernel: { portfolio }, venue: { account } } = rig;
      const ours = portfolio.account('TEST');
      expect([rig.cash(instrument.settle).ours, ours.holding(instrument).basis.lots, ours.holding(instrument).isolated.amount]).toEqual([rig.cash(instrument.settle).venue, account.lots(instrument), account.isolatedMargin(instrument)]);
      for (const [currency, sum] of portfolio.ledger.trialBalance()) expect([currency, sum]).toEqual([currency, 0n]);
      portfolio.setRate('X', 100n, 0);
      expect(portfolio.residual()).toBe(0n);
      expect(ours.available(instrument.settle).plus(ours.locked(instrument.settle)).toFixed()).toBe(ours.balance(instrument.settle).toFixed());
    }), { numRuns: 150 });
  });

  it('REQ-D09 the same market and the same trading give the same journal', () => {
    fc.assert(fc.property(run, ({ kind, leverage, steps }) => {
      expect(play(kind, leverage, steps).rig.journalHash).toBe(play(kind, leverage, steps).rig.journalHash);
    }), { numRuns: 20 });
  });
});
