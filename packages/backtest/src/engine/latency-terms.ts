import { ArbError, type Latency, type LatencyConfig, type RecordedLatencyConfig, type RecordedRequest, type VenueConfig, type VenueProfile } from '@arb/core';
import { randomStream } from '@arb/core/internal';
import { counted } from '../counted.ts';
import { ConstantLatency, type LatencyModel, LognormalLatency, MeasuredLatency, RecordedEntryLatency, RecordedResponseLatency } from '../venue/latency-model.ts';
import type { VenueTerms } from '../venue/venue-terms.ts';

const MICROS_PER_MS = 1_000;

/** Where the latencies of a venue come from: the config first, then its profile. */
export interface LatencySources {
  readonly config: VenueConfig;
  readonly profile: VenueProfile | undefined;
  readonly seed: number;
}

type AnyLatency = Latency | RecordedLatencyConfig;
type Ways = 'entry' | 'response';

/** The ways of requests and answers. Every model draws from a stream of its own; one stated for all kinds is one model. */
export function latencyTermsOf(venue: string, { config, profile, seed }: LatencySources): Pick<VenueTerms, 'entry' | 'response' | 'fillResponse' | 'reordersRequests'> {
  const stated = config.simulation?.latency;
  const model = (way: Ways, name: string, value: AnyLatency | undefined): LatencyModel => {
    const fallback = way === 'entry' ? profile?.latency.entryMs : profile?.latency.responseMs;
    return latencyModel(value ?? fallback ?? 0, { way, where: `venues.${venue}.simulation.latency.${name}`, stream: `latency.${venue}.${name}`, seed });
  };
  const { entryMs, responseMs } = stated ?? {};
  const entry = isSplit(entryMs, 'submit', 'modify', 'cancel')
    ? { submit: model('entry', 'entryMs.submit', entryMs.submit), modify: model('entry', 'entryMs.modify', entryMs.modify), cancel: model('entry', 'entryMs.cancel', entryMs.cancel) }
    : same(model('entry', 'entryMs', entryMs as AnyLatency | undefined));
  const response = isSplit(responseMs, 'orders', 'fills')
    ? { response: model('response', 'responseMs.orders', responseMs.orders), fillResponse: model('response', 'responseMs.fills', responseMs.fills) }
    : { response: model('response', 'responseMs', responseMs as AnyLatency | undefined) };
  return { entry, ...response, reordersRequests: stated?.reordersRequests ?? false };
}

/**
 * How late strategies see what a venue stamped: the config, else recorded where the data says, else the profile. Each stream draws for itself: which stream is read
 * ahead of another depends on how rows are divided into files and groups.
 */
export function feedDelayOf(venue: string, stream: string, { config, profile, seed }: LatencySources): { receivedAt(tsEvent: number, recorded: number): number } {
  const stated = config.simulation?.latency?.feedMs;
  const model = latencyModel(stated ?? profile?.latency.feedMs ?? 0, { way: 'entry', where: `venues.${venue}.simulation.latency.feedMs`, stream: `latency.${venue}.feedMs.${stream}`, seed });
  return { receivedAt: (tsEvent, recorded) => (stated === undefined && recorded > tsEvent ? recorded : tsEvent + model.sample(tsEvent)) };
}

/** A latency in words, for reports. */
export function latencyText(value: LatencyConfig['entryMs'] | LatencyConfig['responseMs']): string {
  if (value === undefined) return 'as in the profile';
  if (typeof value === 'number') return `${value} ms`;
  if ('medianMs' in value) return `lognormal, median ${value.medianMs} ms, sigma ${value.sigma}${bursts(value.persistence)}`;
  if ('samplesMs' in value) return `drawn from ${counted(value.samplesMs.length, 'measured value')}${bursts(value.persistence)}`;
  if ('recorded' in value) return `as recorded${value.offsetMs === undefined ? '' : `, ${value.offsetMs} ms further away`}`;
  return Object.entries(value).map(([kind, of]: [string, AnyLatency]) => `${kind} ${latencyText(of)}`).join(', ');
}

function bursts(persistence: number | undefined): string { return persistence === undefined ? '' : `, persistence ${persistence}`; }

function same(model: LatencyModel): VenueTerms['entry'] { return { submit: model, modify: model, cancel: model }; }

function isSplit<Kind extends string>(value: unknown, ...kinds: readonly Kind[]): value is Partial<Record<Kind, AnyLatency>> {
  return typeof value === 'object' && value !== null && kinds.some((kind) => kind in value);
}

function latencyModel(value: AnyLatency, made: { readonly way: Ways; readonly where: string; readonly stream: string; readonly seed: number }): LatencyModel {
  if (typeof value === 'number') return new ConstantLatency(Math.round(value * MICROS_PER_MS));
  const persistence = 'persistence' in value && value.persistence !== undefined ? { persistence: value.persistence } : {};
  if ('medianMs' in value) return new LognormalLatency({ medianMicros: value.medianMs * MICROS_PER_MS, sigma: value.sigma, ...persistence }, randomStream(made.seed, made.stream));
  if ('samplesMs' in value) return new MeasuredLatency({ samplesMicros: value.samplesMs.map((ms) => ms * MICROS_PER_MS), ...persistence }, randomStream(made.seed, made.stream));
  const requests = requestsOf(value, made.where);
  const offsetMicros = Math.round((value.offsetMs ?? 0) * MICROS_PER_MS);
  return made.way === 'entry' ? new RecordedEntryLatency(requests, offsetMicros) : new RecordedResponseLatency(requests, offsetMicros);
}

function requestsOf({ recorded }: RecordedLatencyConfig, where: string): readonly RecordedRequest[] {
  if (typeof recorded !== 'string') return recorded;
  throw new ArbError('ARB_BAD_LATENCY', `${where}.recorded names the file ${recorded}, which only a config file may do; give the requests themselves: [{ sentAt, exchangeAt, answeredAt }]`, {});
}
