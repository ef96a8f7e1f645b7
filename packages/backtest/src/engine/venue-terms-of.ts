import { ArbError, Decimal, type Instrument, type LatencyConfig, VENUE_PROFILES, type VenueConfig, type VenueProfile } from '@arb/core';
import { marketClass, profileMargin, randomStream } from '@arb/core/internal';
import { ConstantLatency, type LatencyModel, LognormalLatency } from '../venue/latency-model.ts';
import { OPTIMISTIC, REALISTIC } from '../venue/matching-rules.ts';
import { QueueModel } from '../venue/queue-model.ts';
import type { VenueTerms } from '../venue/venue-terms.ts';

const MICROS_PER_MS = 1_000;

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
  const { config, profile, seed } = parts;
  const simulation = config.simulation;
  if (profile === undefined && config.fees === undefined) {
    throw new ArbError('ARB_BAD_CONFIG', `venues.${venue} has neither a profile nor fees; name a profile (${Object.keys(VENUE_PROFILES).join(', ')}) or state fees: { maker, taker }`, { venue });
  }
  if (simulation?.marginMode === 'isolated') {
    throw new ArbError('ARB_BAD_CONFIG', `venues.${venue}.simulation.marginMode is "isolated", which the simulated venue does not do yet; use "cross", or give each leg an account of its own`, { venue });
  }
  const rules = simulation?.fills === 'optimistic' ? OPTIMISTIC : REALISTIC;
  const latency = (name: keyof LatencyConfig): LatencyModel => latencyModel(simulation?.latency?.[name] ?? profile?.latency[name] ?? 0, randomStream(seed, `latency.${venue}.${name}`));
  const entry = latency('entryMs');
  return {
    venue,
    fees: (instrument) => feeTiers(instrument, config, profile),
    funding: config.funding ?? profile?.funding?.convention ?? 'none',
    ...(profile?.funding?.maxPauseSeconds === undefined ? {} : { fundingMaxPauseSeconds: profile.funding.maxPauseSeconds }),
    marginMode: simulation?.marginMode ?? 'cross',
    maxLeverage: simulation?.maxLeverage ?? DEFAULT_MAX_LEVERAGE,
    marginTiers: (instrument) => (profile === undefined ? [] : profileMargin(profile, instrument)?.tiers ?? []).map(({ notionalFrom, initialRate, maintenanceRate }) => ({
      fromNotional: Number(notionalFrom), initialRate: Number(initialRate), maintenanceRate: Number(maintenanceRate),
    })),
    liquidationFeeRate: profile?.liquidationFeeRate ?? '0',
    rules: { ...rules, selfTrade: profile?.orders.selfTrade ?? rules.selfTrade, keepsPriorityOnReduce: profile === undefined || profile.orders.amend === 'keeps-place-on-reduce' },
    queue: () => new QueueModel(simulation?.queueModel ?? 'risk-averse', simulation?.queueExponent ?? 3),
    entry: { submit: entry, modify: entry, cancel: entry },
    response: latency('responseMs'),
    reordersRequests: false,
    balances: (simulation?.balances ?? [`${DEFAULT_BALANCE} ${profile?.settlementCurrency ?? 'USDT'}`]).map(readBalance),
  };
}

/** How late strategies see what a venue stamped: the config, else recorded where the data says, else the profile. */
export function feedDelayOf(venue: string, parts: { readonly config: VenueConfig; readonly profile: VenueProfile | undefined; readonly seed: number }): { receivedAt(tsEvent: number, recorded: number): number } {
  const stated = parts.config.simulation?.latency?.feedMs;
  const model = latencyModel(stated ?? parts.profile?.latency.feedMs ?? 0, randomStream(parts.seed, `latency.${venue}.feedMs`));
  return { receivedAt: (tsEvent, recorded) => (stated === undefined && recorded > tsEvent ? recorded : tsEvent + model.sample(tsEvent)) };
}

function latencyModel(value: number | { readonly medianMs: number; readonly sigma: number }, random: ReturnType<typeof randomStream>): LatencyModel {
  if (typeof value === 'number') return new ConstantLatency(Math.round(value * MICROS_PER_MS));
  return new LognormalLatency({ medianMicros: value.medianMs * MICROS_PER_MS, sigma: value.sigma }, random);
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
  if (amount === undefined || currency === undefined || !/^\d+(\.\d+)?$/.test(amount)) throw new ArbError('ARB_BAD_CONFIG', `balance "${text}": write amount and currency, as in '50000 USDT'`, {});
  return { currency, amount: new Decimal(amount).toFixed() };
}
