import { type ArbConfig, ArbError, Decimal, Instrument, type InstrumentSpec, VENUE_PROFILES, venueOf, type VenueProfile } from '@arb/core';
import { nearest, PEGGED_CURRENCIES } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import { DEFAULT_BALANCE, DEFAULT_MAX_LEVERAGE } from './venue-terms-of.ts';

type Venues = NonNullable<ArbConfig['venues']>;

/** Balances given by `--balance`, by venue: `['10000 USDT', '0.5 BTC']`. */
export type FlagBalances = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `--balance VENUE=10000:USDT`; several of one venue add up.
 *
 * @throws ArbError `ARB_USAGE_BALANCE`
 */
export function readBalances(flags: readonly string[]): FlagBalances {
  const balances = new Map<string, string[]>();
  for (const flag of flags) {
    const [, venue, amount, currency] = /^([A-Z][A-Z0-9_-]*)=(\d+(?:\.\d+)?):([A-Z0-9]+)$/.exec(flag) ?? [];
    if (venue === undefined) throw new ArbError('ARB_USAGE_BALANCE', `--balance ${flag}: ${/=-\d/.test(flag) ? 'a balance must be positive; ' : ''}write VENUE=amount:CURRENCY, as in --balance BINANCE=10000:USDT`, {});
    balances.set(venue, [...balances.get(venue) ?? [], `${amount} ${currency}`]);
  }
  return balances;
}

/**
 * Puts balances of flags over those of the venues.
 *
 * @throws ArbError `ARB_USAGE_BALANCE` for a venue that the run does not have
 */
export function withBalances(venues: Venues, balances: FlagBalances): Venues {
  const known = Object.keys(venues);
  for (const venue of balances.keys()) {
    if (!known.includes(venue)) throw new ArbError('ARB_USAGE_BALANCE', `--balance ${venue}: the run has no such venue; ${nearest(venue, known).length > 0 ? `did you mean ${nearest(venue, known)[0]!}?` : `it has ${known.join(', ')}`}`, { venue });
  }
  return Object.fromEntries(Object.entries(venues).map(([venue, settings]) => {
    const given = balances.get(venue);
    return [venue, given === undefined ? settings : { ...settings, simulation: { ...settings.simulation, balances: given } }];
  }));
}

/**
 * Venues of a run by flags alone: every venue of the data with its profile, and what its account needs to trade.
 *
 * @param traded ids of the instruments to be traded: balances are given in the currencies of these alone
 * @throws ArbError `ARB_BAD_CONFIG` where a venue has no profile
 */
export function venuesOfData(catalog: Catalog, traded: readonly string[]): Venues {
  const specs = [...new Map(catalog.instruments().map(({ spec }) => [spec.id, spec])).values()];
  return Object.fromEntries([...new Set(specs.map(({ id }) => venueOf(id)))].map((venue) => {
    const profile = Object.values(VENUE_PROFILES).find((known) => known.venue === venue);
    if (profile === undefined) throw new ArbError('ARB_BAD_CONFIG', `the data holds ${venue}, for which there is no profile; state its fees and funding in a config file`, { venue });
    const own = specs.filter(({ id }) => venueOf(id) === venue && traded.includes(id));
    return [venue, { profile: profile.name, simulation: { balances: defaultBalances(own, { profile, catalog }), marginMode: 'cross' as const, maxLeverage: DEFAULT_MAX_LEVERAGE } }];
  }));
}

/** 100,000 of the settlement currency, and as much worth of each other currency that contracts are settled in or spot is sold from; none of a currency whose worth in USD the data does not tell. */
function defaultBalances(specs: readonly InstrumentSpec[], { profile, catalog }: { readonly profile: VenueProfile; readonly catalog: Catalog }): string[] {
  const balances = [`${DEFAULT_BALANCE} ${profile.settlementCurrency}`];
  const others = new Set(specs.flatMap((spec) => (spec.kind === 'spot' ? [spec.base] : [spec.settle])).filter((currency) => currency !== profile.settlementCurrency));
  for (const currency of others) {
    const price = specs.filter(({ base, quote }) => base === currency && PEGGED_CURRENCIES.includes(quote)).map((spec) => firstPrice(catalog, spec)).find((found) => found !== undefined);
    if (price !== undefined) balances.push(`${new Decimal(DEFAULT_BALANCE).div(price).toSignificantDigits(2, Decimal.ROUND_DOWN).toFixed()} ${currency}`);
    else if (PEGGED_CURRENCIES.includes(currency)) balances.push(`${DEFAULT_BALANCE} ${currency}`);            // another dollar, such as USDC beside USDT
  }
  return balances;
}

/** The first price of an instrument that the data holds; undefined where it holds none. */
function firstPrice(catalog: Catalog, spec: InstrumentSpec): number | undefined {
  const instrument = new Instrument(spec);
  const instrumentId = spec.id;
  for (const chunk of catalog.readSync({ kind: 'quote', instrumentId })) if (chunk.rows > 0) return instrument.tickToNumber(chunk.bidTick[0]!);
  for (const chunk of catalog.readSync({ kind: 'bar', instrumentId })) if (chunk.rows > 0) return chunk.open[0]! / Number(`1e${chunk.priceScale}`);
  for (const chunk of catalog.readSync({ kind: 'trade', instrumentId })) if (chunk.rows > 0) return instrument.tickToNumber(chunk.tick[0]!);
  for (const chunk of catalog.readSync({ kind: 'book', instrumentId })) for (let i = 0; i < chunk.rows; i++) if (chunk.lots[i]! > 0) return instrument.tickToNumber(chunk.tick[i]!);
  return undefined;
}
