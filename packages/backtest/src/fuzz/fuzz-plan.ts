import { ArbError, type HedgedPairOptions, type InstrumentId, type InstrumentSpec, type RiskLimits, type StrategyClass, VENUE_PROFILES, type VenueConfig, type VenueId, venueOf } from '@arb/core';
import { instrumentsOf } from '../engine/check-strategy-input.ts';
import type { PreparedRun } from '../engine/run-backtest.ts';
import type { Schedule } from './fault-schedule.ts';
import { FUZZED_PAIR } from './pair-strategy.ts';

/** What a schedule is run against. */
export interface FuzzPlan {
  readonly strategies: readonly { readonly id: string; readonly Class: StrategyClass; readonly input: unknown; readonly capitalUsd?: string }[];
  readonly instruments: readonly InstrumentSpec[];
  readonly venues: Readonly<Record<VenueId, VenueConfig>>;
  readonly limits: RiskLimits;
}

/** Legs of a run without a config, one market of them by seed: perpetuals against each other either way round, and spot against a perpetual. */
export const DEFAULT_LEGS: readonly (readonly [long: InstrumentId, short: InstrumentId])[] = [
  ['BTC-USD-PERP.HYPERLIQUID', 'BTCUSDT-PERP.BYBIT'], ['BTCUSDT-PERP.BYBIT', 'BTC-USD-PERP.HYPERLIQUID'], ['ETH-USD-PERP.HYPERLIQUID', 'ETHUSDT-PERP.BYBIT'], ['BTCUSDT.BINANCE', 'BTCUSDT-PERP.BYBIT'],
];

/** Pairs that the schedule itself enters and leaves. */
export function defaultPlan({ market, pairs, limits, balances }: Schedule): FuzzPlan {
  const [long, short] = DEFAULT_LEGS[market]!;
  const isSpot = [long, short].some((id) => !id.includes('PERP'));
  const instruments = [long, short].map(specOf);
  const venues = Object.fromEntries(instruments.map(({ id, settle }, i) => [venueOf(id as InstrumentId), { profile: profileOf(id).name, simulation: { balances: [`${balances[i]!} ${settle}`, ...(isSpot && !id.includes('PERP') ? ['1 BTC'] : [])] } }]));
  const strategies = pairs.map(({ options, isOpposite }, i) => {
    const input: HedgedPairOptions = { ...options, ...(isOpposite && !isSpot ? { long: short, short: long } : { long, short }) };
    return { id: `pair${i + 1}`, Class: FUZZED_PAIR, input };
  });
  return { strategies, instruments, venues, limits };
}

/**
 * The strategies, venues and limits of a config; its data is only asked which instruments there are.
 * @throws ArbError `ARB_USAGE_FUZZ` where the strategies name no instrument
 */
export function planOf({ strategies, catalog, venues, effective }: PreparedRun): FuzzPlan {
  const ids = [...new Set(strategies.flatMap(({ Class, input }) => instrumentsOf(Class, input).map(({ id }) => id)))];
  const specs = catalog.instruments().map(({ spec }) => spec);
  const instruments = ids.map((id) => specs.findLast((spec) => spec.id === id)).filter((spec) => spec !== undefined);
  if (instruments.length === 0) throw new ArbError('ARB_USAGE_FUZZ', 'the strategies of the config name no instrument in their parameters, so the fuzzer has no market to make; name the legs by instrumentId() parameters', {});
  return { strategies, instruments, venues, limits: effective.config.risk ?? {} };
}

function profileOf(id: string): NonNullable<(typeof VENUE_PROFILES)[string]> { return Object.values(VENUE_PROFILES).find(({ venue }) => venue === venueOf(id as InstrumentId))!; }
function specOf(id: string): InstrumentSpec { return profileOf(id).instruments.find((spec) => spec.id === id)!; }
