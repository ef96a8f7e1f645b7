import { Decimal } from '@arb/core';
import type { VenueAssumptions } from '../report/run-report.ts';
import type { VenueSetup } from './backtest-run.ts';
import { describeConvention } from './funding-terms.ts';
import { DEFAULT_MAX_LEVERAGE } from './venue-terms-of.ts';

const bps = (fraction: string): string => new Decimal(fraction).times(10_000).toFixed();
const ms = (value: number | { readonly medianMs: number; readonly sigma: number } | undefined, fallback: number | undefined): string => {
  const latency = value ?? fallback;
  return latency === undefined ? 'recorded' : typeof latency === 'number' ? `${latency} ms` : `lognormal, median ${latency.medianMs} ms, sigma ${latency.sigma}`;
};

/** What a run assumed of a venue, in words for the report. */
export function venueAssumptions(venue: string, setup: VenueSetup): VenueAssumptions {
  const { config, profile } = setup;
  const { simulation } = config;
  const facts: (readonly [string, string])[] = [['Profile', profile === undefined ? 'none: fees and funding as stated' : profile.name]];
  if (config.fees !== undefined) facts.push(['Fees, maker / taker', `${bps(config.fees.maker)} / ${bps(config.fees.taker)} bps, stated`]);
  else for (const [name, fees] of Object.entries(profile?.fees ?? {})) facts.push([`Fees ${name}, maker / taker`, `${bps(fees.tiers[0]!.maker)} / ${bps(fees.tiers[0]!.taker)} bps (${fees.source}, ${fees.asOf})`]);
  facts.push(
    ['Starting balances', (simulation?.balances ?? []).join(', ')],
    ['Margin', `${simulation?.marginMode ?? 'cross'}, leverage at most ${simulation?.maxLeverage ?? DEFAULT_MAX_LEVERAGE}`],
    ['Funding', describeConvention(setup)],
    ['Latency feed / entry / response', `${simulation?.latency?.feedMs === undefined ? `recorded, else ${ms(undefined, profile?.latency.feedMs)}` : ms(simulation.latency.feedMs, undefined)} / ${ms(simulation?.latency?.entryMs, profile?.latency.entryMs)} / ${ms(simulation?.latency?.responseMs, profile?.latency.responseMs)}`],
    ['Queue model', `${simulation?.queueModel ?? 'risk-averse'}${simulation?.queueModel?.startsWith('power') === true ? `, exponent ${simulation.queueExponent ?? 3}` : ''}`],
    ['Fills', simulation?.fills === 'optimistic' ? 'OPTIMISTIC: an upper bound' : 'realistic'],
  );
  if (simulation?.bars !== undefined) facts.push([simulation.bars.from === 'mark' ? 'Market around marks' : 'Market around bar closes', `spread ${simulation.bars.spreadBps} bps, depth ${simulation.bars.depthUsd} USD a side`]);
  return { venue, facts };
}
