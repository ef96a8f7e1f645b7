import type { FundingConvention } from '@arb/core';
import type { VenueSetup } from './backtest-run.ts';

/** What a convention does, for people. */
const WORDS: Readonly<Record<FundingConvention | 'none', string>> = {
  'lump-at-mark': 'paid at each settlement, at mark',
  'hourly-at-oracle': 'paid at each settlement, at oracle',
  'continuous-index': 'accrues by a continuous index at oracle, paid when the position changes',
  none: 'no funding is paid',
};

/** How a venue of a run charges funding: the config, else its profile. */
export function fundingConventionOf({ config, profile }: VenueSetup): FundingConvention | 'none' { return config.funding ?? profile?.funding?.convention ?? 'none'; }

/** The convention, where it comes from and what it does: `continuous-index (profile paradex): accrues …`. */
export function describeConvention(setup: VenueSetup): string {
  const convention = fundingConventionOf(setup);
  const from = setup.config.funding !== undefined ? 'stated' : setup.profile?.funding === undefined ? 'no profile' : `profile ${setup.profile.name}`;
  return `${convention} (${from}): ${WORDS[convention]}`;
}
