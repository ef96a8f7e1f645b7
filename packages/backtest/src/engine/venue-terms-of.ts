import { ArbError, Decimal, type Instrument, VENUE_PROFILES, type VenueConfig, type VenueProfile } from '@arb/core';
import { marketClass, profileMargin } from '@arb/core/internal';
import { OPTIMISTIC, REALISTIC } from '../venue/matching-rules.ts';
import { QueueModel } from '../venue/queue-model.ts';
import type { VenueTerms } from '../venue/venue-terms.ts';
import { balanceProblem } from './balance-text.ts';
import { latencyTermsOf } from './latency-terms.ts';

/** Largest leverage where a run states none. */
export const DEFAULT_MAX_LEVERAGE = 3;
/** Starting balance where a run states none. */
export const DEFAULT_BALANCE = '100000';

/**
 * What a simulated venue is told: the config first, then its profile.
 *
 * @throws ArbError `ARB_BAD_CONFIG` where neither states fees
 */
export function venueTermsOf(venue: string, parts: { readonly config: VenueConfig; readonly profile: VenueProfile | undefined; readonly seed: number }): VenueTerms {
  const { config, profile } = parts;
  const simulation = config.simulation;
  if (profile === undefined && config.fees === undefined) {
    throw new ArbError('ARB_BAD_CONFIG', `venues.${venue} has neither a profile nor fees; name a profile (${Object.keys(VENUE_PROFILES).join(', ')}) or state fees: { maker, taker }`, { venue });
  }
  const rules = simulation?.fills === 'optimistic' ? OPTIMISTIC : REALISTIC;
  return {
    venue,
    fees: (instrument) => feeTiers(instrument, config, profile),
    funding: config.funding ?? profile?.funding?.convention ?? 'none',
    ...(profile?.funding?.maxPauseSeconds === undefined ? {} : { fundingMaxPauseSeconds: profile.funding.maxPauseSeconds }),
    marginMode: simulation?.marginMode ?? 'cross',
    maxLeverage: simulation?.maxLeverage ?? DEFAULT_MAX_LEVERAGE,
    instruments: simulation?.instruments ?? {},
    marginTiers: (instrument) => (profile === undefined ? [] : profileMargin(profile, instrument)?.tiers ?? []).map(({ notionalFrom, initialRate, maintenanceRate }) => ({
      fromNotional: Number(notionalFrom), initialRate: Number(initialRate), maintenanceRate: Number(maintenanceRate),
    })),
    liquidationFeeRate: profile?.liquidationFeeRate ?? '0',
    rules: { ...rules, selfTrade: profile?.orders.selfTrade ?? rules.selfTrade, keepsPriorityOnReduce: profile === undefined || profile.orders.amend === 'keeps-place-on-reduce' },
    queue: () => new QueueModel(simulation?.queueModel ?? 'risk-averse', simulation?.queueExponent ?? 3),
    ...(profile === undefined ? {} : { limits: profile.orders }),
    ...latencyTermsOf(venue, parts),
    balances: (simulation?.balances ?? [`${DEFAULT_BALANCE} ${profile?.settlementCurrency ?? 'USDT'}`]).map(readBalance),
  };
}

function feeTiers(instrument: Instrument, config: VenueConfig, profile: VenueProfile | undefined): VenueTerms['fees'] extends (instrument: Instrument) => infer Tiers ? Tiers : never {
  if (config.fees !== undefined) return [{ ...config.fees, fromVolume: '0' }];
  const fees = profile?.fees[marketClass(instrument)];
  if (fees === undefined) throw new ArbError('ARB_NO_FEES', `profile ${profile?.name ?? ''} states no fees for ${instrument.id} (${marketClass(instrument)}); state fees in the config of the venue`, {});
  const wanted = config.simulation?.feeTier;
  if (wanted === undefined) return fees.tiers;
  const tier = fees.tiers.find(({ name }) => name === wanted);
  if (tier === undefined) throw new ArbError('ARB_BAD_CONFIG', `venue ${instrument.venue} has no fee tier "${wanted}"; it has ${fees.tiers.map(({ name }) => name).join(', ')}`, {});
  return [{ ...tier, fromVolume: '0' }];
}

function readBalance(text: string): { readonly currency: string; readonly amount: string } {
  const [amount, currency] = text.trim().split(/\s+/);
  if (amount === undefined || currency === undefined || !/^\d+(\.\d+)?$/.test(amount)) throw new ArbError('ARB_BAD_CONFIG', `balance "${text}": ${balanceProblem(text)}`, {});
  return { currency, amount: new Decimal(amount).toFixed() };
}
