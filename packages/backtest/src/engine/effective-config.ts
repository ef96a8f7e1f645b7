import { ArbError, type ArbConfig, type StrategyClass, type StrategyEntry, VENUE_PROFILES, venueProfile } from '@arb/core';
import { nearest } from '@arb/core/internal';
import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { ConfigEntry } from '../report/run-report.ts';
import { parseConfig } from './config-schema.ts';
import { type LoadedConfig } from './load-config.ts';
import { DEFAULT_BALANCE, DEFAULT_MAX_LEVERAGE } from './venue-terms-of.ts';

/** What flags of a command may set; they go before environment and file. */
export interface ConfigFlags {
  readonly strategy?: string;
  readonly data?: string;
  readonly from?: string;
  readonly to?: string;
  readonly param?: readonly string[];
  readonly seed?: string;
  readonly out?: string;
}

/** A config with every value's origin. */
export interface EffectiveConfig {
  readonly config: ArbConfig;
  readonly folder: string;
  /** The file it came from, or `the flags`: for messages. */
  readonly where: string;
  readonly origins: ReadonlyMap<string, 'file' | 'flag' | 'environment'>;
}

const DEFAULTS = { seed: 1, out: 'runs' };

/** Puts flags over environment (`ARB_SEED`, `ARB_OUT`, `ARB_DATA`) over file. @throws ArbError `ARB_BAD_CONFIG` */
export function effectiveConfig(loaded: LoadedConfig | undefined, flags: ConfigFlags, environment: Readonly<Record<string, string | undefined>>): EffectiveConfig {
  const origins = new Map<string, 'file' | 'flag' | 'environment'>();
  const config = structuredCopy(loaded?.config) as { -readonly [Key in keyof ArbConfig]?: ArbConfig[Key] };
  for (const [path] of leaves(config)) origins.set(path, 'file');
  const set = (path: 'seed' | 'out' | 'data.catalog' | 'data.from' | 'data.to', value: string | undefined, origin: 'flag' | 'environment'): void => {
    if (value === undefined) return;
    if (path === 'seed') config.seed = wholeNumber('seed', value);
    else if (path === 'out') config.out = value;
    else config.data = { ...(config.data ?? { catalog: '' }), [path.slice(5)]: value };
    origins.set(path, origin);
  };
  set('seed', environment['ARB_SEED'], 'environment');
  set('out', environment['ARB_OUT'], 'environment');
  set('data.catalog', environment['ARB_DATA'], 'environment');
  set('seed', flags.seed, 'flag');
  set('out', flags.out, 'flag');
  set('data.catalog', flags.data, 'flag');
  set('data.from', flags.from, 'flag');
  set('data.to', flags.to, 'flag');
  if (flags.strategy !== undefined) {
    config.strategies = [{ use: flags.strategy }];
    origins.set('strategies[0].use', 'flag');
  }
  if (config.strategies === undefined) throw new ArbError('ARB_USAGE_NO_STRATEGY', 'no strategy: name a config file, or --strategy ./file.ts#Class and --data <catalog>', {});
  if (config.data === undefined && loaded === undefined) throw new ArbError('ARB_USAGE_NO_DATA', 'no data: pass --data <catalog>, or name a config file that does', {});
  const where = loaded?.file ?? 'the flags';
  return { config: parseConfig(config, where), folder: loaded?.folder ?? process.cwd(), where, origins };
}

/** Sets one `--param name=value` (or `id.name=value`) on its strategy, typed by the strategy's schema. @throws ArbError `ARB_USAGE_PARAM` with near names */
export function applyParams(entries: readonly { readonly entry: StrategyEntry; readonly id: string; readonly Class: StrategyClass }[], params: readonly string[]): Map<string, Record<string, unknown>> {
  const inputs = new Map(entries.map(({ id, entry }) => [id, { ...entry.config }]));
  for (const param of params) {
    const equals = param.indexOf('=');
    if (equals < 1) throw new ArbError('ARB_USAGE_PARAM', `--param ${param}: write name=value, as in --param enterAprPct=6`, {});
    const path = param.slice(0, equals);
    const value = param.slice(equals + 1);
    const named = entries.find(({ id }) => path.startsWith(`${id}.`));
    if (named === undefined && entries.length > 1) throw new ArbError('ARB_USAGE_PARAM', `--param ${path}: there are several strategies; write one of ${entries.map(({ id }) => `${id}.${path}`).join(', ')}`, {});
    const target = named ?? entries[0]!;
    const name = named === undefined ? path : path.slice(named.id.length + 1);
    const properties = schemaProperties(target.Class);
    const property = properties?.[name];
    if (properties !== undefined && property === undefined) {
      throw new ArbError('ARB_USAGE_PARAM', `--param ${name}: ${target.Class.name} has no such parameter; did you mean ${nearest(name, Object.keys(properties))[0] ?? Object.keys(properties).join(', ')}?`, {});
    }
    inputs.get(target.id)![name] = typed(value, property?.type);
  }
  return inputs;
}

/** One parameter of a strategy as its JSON Schema states it. */
export interface ParameterSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: { readonly format?: string };
}

/** Parameters of a strategy with their types and descriptions; undefined where its schema has no JSON Schema. */
export function schemaProperties(Class: StrategyClass): Readonly<Record<string, ParameterSchema>> | undefined {
  if (Class.configSchema === undefined) return {};
  try {
    const schema = z.toJSONSchema(Class.configSchema as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' }) as { readonly properties?: Readonly<Record<string, ParameterSchema>> };
    return schema.properties ?? {};
  } catch {
    return undefined;                                    // a schema of another library: its own validation decides
  }
}

/** Venues of a run by flags alone: every venue of the data, with its profile. @throws ArbError `ARB_BAD_CONFIG` where one has none */
export function venuesOfData(catalog: Catalog): NonNullable<ArbConfig['venues']> {
  const venues = [...new Set(catalog.instruments().map(({ spec }) => spec.id.slice(spec.id.lastIndexOf('.') + 1)))];
  return Object.fromEntries(venues.map((venue) => {
    const profile = Object.values(VENUE_PROFILES).find((known) => known.venue === venue);
    if (profile === undefined) throw new ArbError('ARB_BAD_CONFIG', `the data holds ${venue}, for which there is no profile; state its fees and funding in a config file`, { venue });
    const balances = [`${DEFAULT_BALANCE} ${profile.settlementCurrency}`];
    return [venue, { profile: profile.name, simulation: { balances, marginMode: 'cross' as const, maxLeverage: DEFAULT_MAX_LEVERAGE } }];
  }));
}

/** Every effective value with its origin, for `arb config print` and the report. */
export function configEntries(effective: EffectiveConfig, parts: { readonly inputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>; readonly venues: NonNullable<ArbConfig['venues']>; readonly params?: readonly string[] | undefined }): ConfigEntry[] {
  const { config, origins } = effective;
  const { inputs, venues, params = [] } = parts;
  const entries: ConfigEntry[] = [];
  const add = (key: string, value: unknown, source: string): void => { entries.push({ key, value: typeof value === 'string' ? value : JSON.stringify(value), source }); };
  const flagged = new Set(params.map((param) => param.slice(0, param.indexOf('='))));
  config.strategies.forEach((entry, i) => {
    const id = strategyIdOf(entry);
    add(`strategies[${i}].use`, typeof entry.use === 'string' ? entry.use : entry.use.name, origins.get(`strategies[${i}].use`) ?? 'file');
    add(`strategies[${i}].id`, id, entry.id === undefined ? 'default' : 'file');
    if (entry.capitalUsd !== undefined) add(`strategies[${i}].capitalUsd`, entry.capitalUsd, 'file');
    const stated = entry.config ?? {};
    for (const [name, value] of Object.entries(inputs.get(id) ?? {})) {
      const isFlag = flagged.has(name) || flagged.has(`${id}.${name}`);
      add(`strategies[${i}].config.${name}`, value, isFlag ? 'flag' : name in stated ? 'file' : 'default');
    }
  });
  for (const [path, value] of leaves({ venues, risk: config.risk ?? {} })) add(path, value, origins.get(path) ?? 'default');
  for (const [venue, settings] of Object.entries(venues)) for (const [key, value] of Object.entries(venueDefaults(settings))) add(`venues.${venue}.${key}`, value, 'default');
  for (const key of ['catalog', 'from', 'to'] as const) if (config.data?.[key] !== undefined) add(`data.${key}`, config.data[key], origins.get(`data.${key}`) ?? 'file');
  add('seed', config.seed ?? DEFAULTS.seed, origins.get('seed') ?? 'default');
  add('out', config.out ?? DEFAULTS.out, origins.get('out') ?? 'default');
  return entries;
}

/** What holds at a venue where its config says nothing, by the path within it. */
function venueDefaults({ profile: name, fees, funding, simulation = { balances: [] } }: NonNullable<ArbConfig['venues']>[string]): Record<string, unknown> {
  const profile = name === undefined ? undefined : venueProfile(name);
  const values: readonly (readonly [path: string, stated: unknown, fallback: unknown])[] = [
    ['fees', fees, profile === undefined ? undefined : `profile ${profile.name}`],
    ['funding', funding, profile?.funding?.convention ?? 'none'],
    ['simulation.balances', simulation.balances.length === 0 ? undefined : simulation.balances, [`${DEFAULT_BALANCE} ${profile?.settlementCurrency ?? 'USDT'}`]],
    ['simulation.marginMode', simulation.marginMode, 'cross'],
    ['simulation.maxLeverage', simulation.maxLeverage, DEFAULT_MAX_LEVERAGE],
    ['simulation.latency.feedMs', simulation.latency?.feedMs, `recorded, else ${profile?.latency.feedMs ?? 0}`],
    ['simulation.latency.entryMs', simulation.latency?.entryMs, profile?.latency.entryMs ?? 0],
    ['simulation.latency.responseMs', simulation.latency?.responseMs, profile?.latency.responseMs ?? 0],
    ['simulation.queueModel', simulation.queueModel, 'risk-averse'],
    ['simulation.fills', simulation.fills, 'realistic'],
  ];
  return Object.fromEntries(values.filter(([, stated, fallback]) => stated === undefined && fallback !== undefined).map(([path, , fallback]) => [path, fallback]));
}

/** Name of a strategy in its run. */
export function strategyIdOf(entry: StrategyEntry): string {
  return entry.id ?? (typeof entry.use === 'string' ? entry.use.slice(entry.use.lastIndexOf('#') + 1) : entry.use.name).toLowerCase();
}

function typed(value: string, type: string | undefined): unknown {
  if (type === 'string') return value;
  if (type === 'number' || type === 'integer') return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  try { return JSON.parse(value); } catch { return value; }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || text.trim() === '') throw new ArbError('ARB_USAGE_SEED', `${name} is "${text}"; give a whole number from 0`, {});
  return value;
}

function structuredCopy(config: ArbConfig | undefined): object {
  return config === undefined ? {} : { ...config };
}

/** All plain values with their paths: `venues.BYBIT.profile`. Lists count as values, except strategies. */
function leaves(value: unknown, path = ''): (readonly [path: string, value: unknown])[] {
  if (Array.isArray(value) && path === 'strategies') return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}
