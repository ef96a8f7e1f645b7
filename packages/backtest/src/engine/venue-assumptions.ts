import { Decimal, type SimulationConfig } from '@arb/core';
import type { VenueAssumptions } from '../report/run-report.ts';
import type { VenueSetup } from './backtest-run.ts';
import { describeConvention } from './funding-terms.ts';
import { latencyText } from './latency-terms.ts';
import { DEFAULT_MAX_LEVERAGE } from './venue-terms-of.ts';

const bps = (fraction: string): string => new Decimal(fraction).times(10_000).toFixed();

function marginText(mode: 'cross' | 'isolated' = 'cross', leverage: number = DEFAULT_MAX_LEVERAGE): string {
  return mode === 'cross' ? `cross, leverage at most ${leverage}` : `isolated, positions opened at leverage ${leverage}; a liquidation costs no more than the margin set aside, the insurance fund pays the rest`;
}

/** How positions at a venue are margined, in words: as a rule, and each instrument that is an exception. */
export function marginFacts(simulation: SimulationConfig | undefined): (readonly [what: string, text: string])[] {
  const own = Object.entries(simulation?.instruments ?? {});
  return [
    ['Margin', marginText(simulation?.marginMode, simulation?.maxLeverage)],
    ...own.map(([id, { marginMode, leverage }]) => [`Margin of ${id}`, marginText(marginMode ?? simulation?.marginMode, leverage ?? simulation?.maxLeverage)] as const),
  ];
}

/** What a run assumed of a venue, in words for the report. */
export function venueAssumptions(venue: string, setup: VenueSetup): VenueAssumptions {
  const { config, profile } = setup;
  const { simulation } = config;
  const latency = simulation?.latency;
  const facts: (readonly [string, string])[] = [['Profile', profile === undefined ? 'none: fees and funding as stated' : profile.name]];
  if (config.fees !== undefined) facts.push(['Fees, maker / taker', `${bps(config.fees.maker)} / ${bps(config.fees.taker)} bps, stated`]);
  else for (const [name, fees] of Object.entries(profile?.fees ?? {})) facts.push([`Fees ${name}, maker / taker`, `${bps(fees.tiers[0]!.maker)} / ${bps(fees.tiers[0]!.taker)} bps (${fees.source}, ${fees.asOf})`]);
  facts.push(
    ['Starting balances', (simulation?.balances ?? []).join(', ')],
    ...marginFacts(simulation),
    ['Funding', describeConvention(setup)],
    ['Latency of the feed', latency?.feedMs === undefined ? `as recorded, else ${profile?.latency.feedMs ?? 0} ms` : latencyText(latency.feedMs)],
    ['Latency of requests', `${latencyText(latency?.entryMs ?? profile?.latency.entryMs ?? 0)}${latency?.reordersRequests === true ? ', may overtake each other' : ''}`],
    ['Latency of answers', latencyText(latency?.responseMs ?? profile?.latency.responseMs ?? 0)],
    ['Queue model', `${simulation?.queueModel ?? 'risk-averse'}${simulation?.queueModel?.startsWith('power') === true ? `, exponent ${simulation.queueExponent ?? 3}` : ''}`],
    ['Fills', simulation?.fills === 'optimistic' ? 'OPTIMISTIC: an upper bound' : 'realistic'],
  );
  if (simulation?.bars !== undefined) facts.push([simulation.bars.from === 'mark' ? 'Market around marks' : 'Market around bar closes', `spread ${simulation.bars.spreadBps} bps, depth ${simulation.bars.depthUsd} USD a side`]);
  return { venue, facts };
}
