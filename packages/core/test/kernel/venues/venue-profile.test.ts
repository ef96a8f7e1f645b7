import { describe, expect, it } from 'vitest';
import { fromMoney, toMoney } from '../../../src/kernel/math/money.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { MarginTable } from '../../../src/kernel/model/margin-table.ts';
import { withLargestOrder } from '../../../src/kernel/venues/largest-order.ts';
import { type MarketClass, marketClass, profileMargin, type Sourced, VENUE_PROFILES, type VenueProfile, venueProfile } from '../../../src/kernel/venues/venue-profile.ts';

const PROFILES = Object.entries(VENUE_PROFILES);

/** Everything in a profile that states figures, with the place where it stands. */
function statements(profile: VenueProfile): [string, Sourced][] {
  return [
    ...Object.entries(profile.fees).map(([market, fees]): [string, Sourced] => [`fees.${market}`, fees]),
    ...profile.margin.map((margin): [string, Sourced] => [`margin ${margin.class} ${margin.base}`, margin]),
    ...(profile.funding === undefined ? [] : [['funding', profile.funding] as [string, Sourced]]),
    ...profile.largestOrders.map((orders): [string, Sourced] => [`largest orders ${Object.keys(orders.sizes).join(' ')}`, orders]),
    ['orders', profile.orders], ['latency', profile.latency], ['liquidation fee', profile.liquidationFeeFrom], ['instruments', profile.instrumentsFrom],
  ];
}

describe.each(PROFILES)('venue profile %s', (name, profile) => {
  it('states a source and a month for every figure', () => {
    for (const [place, { source, asOf }] of statements(profile)) {
      expect(source.length, `${name} ${place}`).toBeGreaterThan(8);
      expect(asOf, `${name} ${place}`).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    }
    expect(profile.latency.source).toMatch(/^assumed/);                // no document states a client's latency
  });

  it('has fee tiers that begin at no volume and never become dearer', () => {
    for (const { tiers } of Object.values(profile.fees)) {
      expect(tiers[0]!.fromVolume).toBe('0');
      for (const [i, tier] of tiers.entries()) {
        expect(Math.abs(Number(tier.maker))).toBeLessThan(0.01);
        expect(Number(tier.taker)).toBeGreaterThanOrEqual(0);              // Paradex charges retail accounts nothing
        expect(Number(tier.maker)).toBeLessThanOrEqual(Number(tier.taker));
        const before = tiers[i - 1];
        if (before === undefined) continue;
        expect(Number(tier.fromVolume)).toBeGreaterThan(Number(before.fromVolume));
        expect(Number(tier.taker)).toBeLessThanOrEqual(Number(before.taker));
        expect(Number(tier.maker)).toBeLessThanOrEqual(Number(before.maker));
      }
    }
  });

  it('has margin tables that a margin engine accepts, and one for every derivative', () => {
    for (const margin of profile.margin) expect(() => new MarginTable(margin.tiers), `${name} ${margin.class} ${margin.base}`).not.toThrow();
    for (const spec of profile.instruments) {
      const instrument = new Instrument(spec);
      if (instrument.kind !== 'spot') expect(profileMargin(profile, instrument), spec.id).toBeDefined();
      expect(profile.fees[marketClass(instrument)], spec.id).toBeDefined();
    }
  });

  it('has instruments of BTC and ETH under its own name, on valid grids', () => {
    for (const spec of profile.instruments) {
      const instrument = new Instrument(spec);
      expect(instrument.venue).toBe(profile.venue);
      if (!instrument.isInverse && instrument.kind === 'perpetual') expect([profile.settlementCurrency, 'USDT', 'USDC']).toContain(instrument.settle);
    }
    for (const base of ['BTC', 'ETH']) expect(profile.instruments.some((spec) => spec.base === base && spec.kind === 'perpetual')).toBe(true);
  });

  it('states the largest order of an instrument once, and gives it to what states none itself', () => {
    const stated = profile.largestOrders.flatMap(({ sizes }) => Object.entries(sizes));
    expect(new Set(stated.map(([id]) => id)).size).toBe(stated.length);
    for (const [id, size] of stated) {
      const spec = profile.instruments.find((known) => known.id === id)!;
      const largest = withLargestOrder(new Instrument(spec), profile);
      expect(largest.lotsToDecimal(largest.maxLots).lte(size) && largest.lotsToDecimal(largest.maxLots + 1).gt(size), `${id} ${largest.maxLots}`).toBe(true);
      expect(withLargestOrder(new Instrument({ ...spec, maxSize: '3' }), profile).spec.maxSize).toBe('3');
    }
  });

  it('states what funding is made of', () => {
    const { funding } = profile;
    expect(funding).toBeDefined();
    for (const figure of [funding!.interestPer8h, funding!.clamp, funding!.cap]) expect(Number(figure)).toBeGreaterThan(0);
    expect(funding!.convention === 'hourly-at-oracle').toBe(funding!.usualIntervalHours === 1);
  });
});

describe('base fees', () => {
  /** In basis points; sources in the profiles. */
  const TABLE: readonly (readonly [string, MarketClass, number, number])[] = [
    ['binance', 'spot', 10, 10], ['binance', 'linear', 2, 5], ['binance', 'inverse', 1, 5],
    ['bybit', 'linear', 2, 5.5], ['hyperliquid', 'linear', 1.5, 4.5], ['okx', 'linear', 2, 5], ['paradex', 'linear', 0, 0],
  ];
  it.each(TABLE)('%s %s: maker %d, taker %d', (name, market, maker, taker) => {
    const tier = venueProfile(name).fees[market]!.tiers[0]!;
    expect([Number(tier.maker), Number(tier.taker)]).toEqual([Number(`${maker}e-4`), Number(`${taker}e-4`)]);
  });
});

it('Bybit BTC: the deductions that the venue publishes follow from the rates', () => {
  const table = new MarginTable(profileMargin(venueProfile('bybit'), { kind: 'perpetual', isInverse: false, base: 'BTC' })!.tiers);
  const published = [['2600000', '0.0056', '1200'], ['5000000', '0.0077', '8460'], ['10000000', '0.013', '46000'], ['28000000', '0.02', '160000'], ['80000000', '0.045', '1482000']] as const;
  for (const [notional, rate, deduction] of published) {
    const value = fromMoney(toMoney(notional)).minus('1');
    expect(fromMoney(table.maintenance(toMoney(value))).toFixed(), notional).toBe(value.times(rate).minus(deduction).toFixed());
  }
});

it('a largest order is rounded down to a coarser grid, and an instrument the profile does not know has none', () => {
  const bybit = venueProfile('bybit');
  const ether = bybit.instruments.find(({ id }) => id === 'ETHUSDT.BYBIT')!;
  expect(withLargestOrder(new Instrument({ ...ether, sizeIncrement: '0.01' }), bybit).spec.maxSize).toBe('1878.23');
  expect(withLargestOrder(new Instrument({ ...ether, id: 'SOLUSDT.BYBIT' }), bybit).maxLots).toBe(Number.MAX_SAFE_INTEGER);
  expect(withLargestOrder(new Instrument(ether), undefined).maxLots).toBe(Number.MAX_SAFE_INTEGER);
});

it('names the nearest profile where one is unknown', () => {
  expect(venueProfile('ByBit').venue).toBe('BYBIT');
  expect(() => venueProfile('hyperlquid')).toThrow('did you mean hyperliquid?');
  expect(() => venueProfile('xyz')).toThrow('binance, bybit, hyperliquid, okx, paradex');
});
