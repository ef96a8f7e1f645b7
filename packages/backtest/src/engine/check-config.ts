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
}

/** A strategy of a config: its class, and its input with `--param` over it. */
export interface LoadedStrategy { readonly id: string; readonly Class: StrategyClass; readonly entry: StrategyEntry; readonly input: Readonly<Record<string, unknown>> }

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
  const { folder, where, params } = source;
  const found = await Promise.all(parts.strategies.map(async ({ entry, i }) => {
    const Class = await problems.gather(() => strategyClass(entry.use, folder));
    return Class === undefined ? [] : [{ entry, i, id: strategyIdOf(entry), Class }];
  }));
  const entries = found.flat();
  const isWhole = entries.length === parts.strategies.length;                    // a parameter of a strategy that does not load would be blamed on another
  const inputs = isWhole && problems.isEmpty ? applyParams(entries, params) : await problems.gather(() => applyParams(entries, isWhole ? params : []));
  const strategies = entries.map(({ i, ...entry }) => ({ ...entry, input: inputs?.get(entry.id) ?? { ...entry.entry.config }, place: parameterPlace(entry.id, { i, where, params }) }));
  for (const { Class, input, place } of strategies) await problems.gather(() => { checkStrategyInput(Class, input, place); });
  for (const profile of parts.profiles) await problems.gather(() => venueProfile(profile));
  if (!problems.isEmpty && (parts.catalog === undefined || !isDataThere(parts.catalog, folder))) return { strategies, catalog: undefined };
  const catalog = await problems.gather(() => openData(parts.catalog, folder, source));
  if (catalog !== undefined) for (const { Class, input, place } of strategies) await problems.gather(() => { checkInstruments(Class, input, { place, catalog }); });
  return { strategies, catalog };
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
