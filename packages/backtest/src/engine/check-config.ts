import { isAbsolute, resolve } from 'node:path';
import { type ArbConfig, ArbError, type StrategyClass, type StrategyEntry, venueProfile } from '@arb/core';
import { isArbError } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import { checkInstruments, checkStrategyInput, type ParameterPlace } from './check-strategy-input.ts';
import { STRATEGY_USE } from './config-schema.ts';
import { applyParams, FLAGS_ALONE, strategyIdOf } from './effective-config.ts';
import { loadStrategy } from './load-strategy.ts';
import { isDataThere, openData, type OpenDataOptions } from './open-data.ts';
import { Problems } from './problems.ts';

/** A config with what is needed to look at what it names. */
export interface ConfigSource extends OpenDataOptions {
  readonly folder: string;
  /** The file it came from, for messages. */
  readonly where: string;
  /** Values of `--param`. */
  readonly params: readonly string[];
  /** Each of many runs has values of its own, checked by {@link withParams}; of `params` only the names are looked at. */
  readonly hasParamsPerRun?: boolean;
}

/** A strategy of a config: its class, and its input with `--param` over it. */
export interface LoadedStrategy {
  readonly id: string;
  readonly Class: StrategyClass;
  readonly entry: StrategyEntry;
  /** Its place in the config. */
  readonly i: number;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Such a strategy with the way its parameters are named in messages. */
interface PlacedStrategy extends LoadedStrategy { readonly place: ParameterPlace }

/** The parts of a config that name something to be looked at; of a config with mistakes those without. */
interface ConfigParts {
  /** `i` is the place in the config. */
  readonly strategies: readonly { readonly entry: StrategyEntry; readonly i: number }[];
  readonly profiles: readonly string[];
  readonly catalog: string | undefined;
}

/**
 * Loads strategies and data of a valid config.
 *
 * @throws ArbError everything that is wrong with the strategies' files and parameters, the profiles, the data and the instruments named, a line for each problem
 */
export async function loadParts(config: ArbConfig, source: ConfigSource): Promise<{ readonly strategies: readonly LoadedStrategy[]; readonly catalog: Catalog }> {
  const problems = new Problems();
  const { strategies, catalog } = await lookAt(partsOf(config), source, problems);
  problems.throwAll();
  return { strategies, catalog: catalog! };
}

/**
 * Strategies that are loaded, with other values of `--param` over their config.
 *
 * @throws ArbError everything that is wrong with the parameters and the instruments they name
 */
export function withParams(loaded: readonly LoadedStrategy[], { where, params, catalog }: Pick<ConfigSource, 'where' | 'params'> & { readonly catalog: Catalog }): readonly LoadedStrategy[] {
  const problems = new Problems();
  const strategies = withInputs(loaded, applyParams(loaded, params), { where, params });
  checkInputs(strategies, problems);
  checkNamed(strategies, catalog, problems);
  problems.throwAll();
  return strategies;
}

/**
 * Does what reads and validates a config; where that finds mistakes, those of the strategies' own parameters are told with them: nobody corrects a config twice.
 *
 * @param input the config as it was written, flags over it
 */
export async function withAllProblems<T>(input: unknown, source: ConfigSource, validate: () => T): Promise<T> {
  try { return validate(); } catch (error) {
    if (!isArbError(error) || error.code !== 'ARB_BAD_CONFIG') throw error;
    const problems = new Problems([error]);
    await lookAt(partsOf(input), source, problems);
    problems.throwAll();
    throw error;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function partsOf(input: unknown): ConfigParts {
  const { strategies, venues, data } = isObject(input) ? input : {};
  const isNamed = (use: unknown): boolean => typeof use === 'function' || (typeof use === 'string' && STRATEGY_USE.test(use));
  return {
    strategies: (Array.isArray(strategies) ? strategies : []).flatMap((entry: unknown, i) => (isObject(entry) && isNamed(entry['use']) && (entry['config'] === undefined || isObject(entry['config'])) ? [{ entry: entry as unknown as StrategyEntry, i }] : [])),
    profiles: Object.values(isObject(venues) ? venues : {}).flatMap((venue) => (isObject(venue) && typeof venue['profile'] === 'string' ? [venue['profile']] : [])),
    catalog: isObject(data) && typeof data['catalog'] === 'string' ? data['catalog'] : undefined,
  };
}

async function lookAt(parts: ConfigParts, source: ConfigSource, problems: Problems): Promise<{ readonly strategies: readonly LoadedStrategy[]; readonly catalog: Catalog | undefined }> {
  const { folder, params, hasParamsPerRun = false } = source;
  const found = await Promise.all(parts.strategies.map(async ({ entry, i }) => {
    const Class = await problems.gather(() => strategyClass(entry.use, folder));
    return Class === undefined ? [] : [{ entry, i, id: strategyIdOf(entry), Class }];
  }));
  const entries = found.flat();
  const isWhole = entries.length === parts.strategies.length;                    // a parameter of a strategy that does not load would be blamed on another
  const inputs = isWhole && problems.isEmpty ? applyParams(entries, params) : problems.check(() => applyParams(entries, isWhole ? params : []));
  const strategies = withInputs(entries, inputs, source);
  if (!hasParamsPerRun) checkInputs(strategies, problems);
  for (const profile of parts.profiles) problems.check(() => venueProfile(profile));
  if (!problems.isEmpty && (parts.catalog === undefined || !isDataThere(parts.catalog, folder))) return { strategies, catalog: undefined };
  const catalog = await problems.gather(() => openData(parts.catalog, folder, source));
  if (catalog !== undefined && !hasParamsPerRun) checkNamed(strategies, catalog, problems);
  return { strategies, catalog };
}

function withInputs(entries: readonly Omit<LoadedStrategy, 'input'>[], inputs: ReadonlyMap<string, Readonly<Record<string, unknown>>> | undefined, { where, params }: Pick<ConfigSource, 'where' | 'params'>): PlacedStrategy[] {
  return entries.map(({ id, Class, entry, i }) => ({ id, Class, entry, i, input: inputs?.get(id) ?? { ...entry.config }, place: parameterPlace(id, { i, where, params }) }));
}

function checkInputs(strategies: readonly PlacedStrategy[], problems: Problems): void {
  for (const { Class, input, place } of strategies) problems.check(() => { checkStrategyInput(Class, input, place); });
}

function checkNamed(strategies: readonly PlacedStrategy[], catalog: Catalog, problems: Problems): void {
  for (const { Class, input, place } of strategies) problems.check(() => { checkInstruments(Class, input, { place, catalog }); });
}

/** A parameter set by `--param`, or in a run without a config, is named by that flag; all others by file and path. */
function parameterPlace(id: string, { i, where, params }: { readonly i: number; readonly where: string; readonly params: readonly string[] }): ParameterPlace {
  const flagged = new Map(params.map((param) => param.slice(0, param.indexOf('='))).map((name) => [name.startsWith(`${id}.`) ? name.slice(id.length + 1) : name, name]));
  return (name) => {
    const first = name?.split(/[.[]/)[0] ?? '';
    if (flagged.has(first)) return `--param ${flagged.get(first)!}`;
    if (where === FLAGS_ALONE) return name === undefined ? 'the flags' : `--param ${name}`;
    return `${where}: strategies[${i}].config${name === undefined ? '' : `.${name}`}`;
  };
}

async function strategyClass(use: string | StrategyClass, folder: string): Promise<StrategyClass> {
  if (typeof use !== 'string') return use;
  const hash = use.lastIndexOf('#');
  if (hash < 1) throw new ArbError('ARB_STRATEGY_FILE', `"${use}" names no class; write ./file.ts#Class`, { use });
  const file = use.slice(0, hash);
  return await loadStrategy(isAbsolute(file) ? file : resolve(folder, file), use.slice(hash + 1));
}
