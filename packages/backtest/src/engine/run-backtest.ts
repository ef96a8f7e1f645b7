import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type ArbConfig, ArbError, type StrategyClass, type StrategyEntry } from '@arb/core';
import type { LoggerFactory } from '@arb/core/internal';
import { Catalog } from '../catalog/catalog.ts';
import { datasetNameOf, ensureDataset } from '../datasets/ensure-dataset.ts';
import { BacktestEngine, type DataRange, type Progress } from './backtest-engine.ts';
import type { BacktestResult } from './backtest-result.ts';
import { checkInstruments, checkStrategyInput, instrumentsOf, type ParameterPlace } from './check-strategy-input.ts';
import { parseConfig } from './config-schema.ts';
import { applyParams, configEntries, type EffectiveConfig, FLAGS_ALONE, strategyIdOf } from './effective-config.ts';
import { venuesOfData, withBalances } from './flag-venues.ts';
import { loadStrategy } from './load-strategy.ts';
import { withRecordedLatency } from './read-recorded-latency.ts';

/** How a configured run is carried out. */
export interface RunBacktestOptions {
  /** Folder that paths of the config are relative to; the current one unless given. */
  readonly folder?: string;
  readonly params?: readonly string[];
  readonly onProgress?: (progress: Progress) => void;
  /** Progress of generating a dataset on first use, 0 to 1. */
  readonly onGenerate?: (fraction: number) => void;
  readonly signal?: AbortSignal;
  readonly loggers?: LoggerFactory;
  readonly journalFile?: string;
  readonly command?: string;
  /** As in `RunOptions`. */
  readonly verifyCuts?: number;
}

/** A configured run before it starts: engine, data and strategies, all checked. */
export interface PreparedRun {
  readonly engine: BacktestEngine;
  readonly catalog: Catalog;
  readonly strategies: readonly { readonly id: string; readonly Class: StrategyClass; readonly input: Readonly<Record<string, unknown>> }[];
  readonly effective: EffectiveConfig;
  /** Those of the config, else every venue of the data with its profile. */
  readonly venues: NonNullable<ArbConfig['venues']>;
}

/**
 * Runs a config as `arb backtest` does.
 *
 * @throws ArbError what the config, the data or the strategies get wrong
 * @example
 * const result = await runBacktest({ strategies: [{ use: './strategy.ts#Mine' }], data: { catalog: 'data' } });
 */
export async function runBacktest(config: ArbConfig, options: RunBacktestOptions = {}): Promise<BacktestResult> {
  const prepared = await prepareBacktest({ config: parseConfig(config, 'the config'), folder: options.folder ?? process.cwd(), where: 'the config', origins: new Map() }, options);
  return await runPrepared(prepared, options);
}

/** What all runs of one config have in common, loaded once. */
export interface OpenedBacktest {
  readonly effective: EffectiveConfig;
  readonly entries: readonly LoadedStrategy[];
  readonly catalog: Catalog;
}

/** A strategy of the config, with its class. */
export interface LoadedStrategy { readonly entry: StrategyEntry; readonly id: string; readonly Class: StrategyClass }

/** A run of an opened config: with these parameters, over this part of the data instead of the config's. */
export interface OpenedRunOptions extends RunBacktestOptions { readonly range?: DataRange | undefined }

/** Loads strategies and data of a config and builds its engine; nothing runs yet. */
export async function prepareBacktest(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<PreparedRun> {
  const entries = await loadStrategies(effective);
  checkedInputs({ effective, entries }, options.params ?? []);                   // what is wrong there is told before a dataset is generated
  return prepareOpened({ effective, entries, catalog: await openData(effective, options) }, options);
}

/** Loads strategies and data of a config, for any number of runs. */
export async function openBacktest(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<OpenedBacktest> {
  const entries = await loadStrategies(effective);
  applyParams(entries, options.params ?? []);
  return { effective, entries, catalog: await openData(effective, options) };
}

/** Builds the engine of one run. */
export function prepareOpened(opened: OpenedBacktest, options: OpenedRunOptions = {}): PreparedRun {
  const { effective, entries, catalog } = opened;
  const { config, folder } = effective;
  const { inputs, places } = checkedInputs(opened, options.params ?? []);
  entries.forEach(({ id, Class }, i) => { checkInstruments(Class, inputs.get(id)!, { place: places[i]!, catalog }); });
  const engine = new BacktestEngine({
    seed: config.seed ?? 1, ...(config.risk === undefined ? {} : { limits: config.risk }), ...(options.loggers === undefined ? {} : { loggers: options.loggers }),
    ...(options.journalFile === undefined ? {} : { journalFile: options.journalFile }),
  });
  const traded = entries.flatMap(({ id, Class }) => instrumentsOf(Class, inputs.get(id)!).map((named) => named.id));
  const venues = withBalances(config.venues ?? venuesOfData(catalog, traded), effective.balances ?? new Map());
  for (const [venue, settings] of Object.entries(venues)) {
    const { profile, fees, funding, simulation } = withRecordedLatency(settings, folder);
    engine.addVenue(venue, { ...simulation, ...(profile === undefined ? {} : { profile }), ...(fees === undefined ? {} : { fees }), ...(funding === undefined ? {} : { funding }) });
  }
  engine.addData(catalog, options.range ?? { ...(config.data?.from === undefined ? {} : { from: config.data.from }), ...(config.data?.to === undefined ? {} : { to: config.data.to }) });
  const strategies = entries.map(({ id, Class, entry }) => ({ id, Class, input: inputs.get(id)!, capitalUsd: entry.capitalUsd }));
  for (const { id, Class, input, capitalUsd } of strategies) engine.addStrategy(Class, input as never, { id, ...(capitalUsd === undefined ? {} : { capitalUsd }) });
  return { engine, catalog, strategies, effective, venues };
}

async function loadStrategies({ config, folder }: EffectiveConfig): Promise<LoadedStrategy[]> {
  return await Promise.all(config.strategies.map(async (entry) => ({ entry, id: strategyIdOf(entry), Class: await strategyClass(entry.use, folder) })));
}

/** Every strategy's input, validated, and how its parameters are named in messages. */
function checkedInputs({ effective: { where }, entries }: Omit<OpenedBacktest, 'catalog'>, params: readonly string[]): { readonly inputs: Map<string, Record<string, unknown>>; readonly places: readonly ParameterPlace[] } {
  const inputs = applyParams(entries, params);
  const places = entries.map(({ id }, i) => parameterPlace(id, { i, where, params }));
  entries.forEach(({ id, Class }, i) => { checkStrategyInput(Class, inputs.get(id)!, places[i]!); });
  return { inputs, places };
}

/** Runs what was prepared. */
export async function runPrepared(prepared: PreparedRun, options: RunBacktestOptions = {}): Promise<BacktestResult> {
  const inputs = new Map(prepared.strategies.map(({ id, input }) => [id, input]));
  return await prepared.engine.run({
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }), ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.command === undefined ? {} : { command: options.command }), ...(options.verifyCuts === undefined ? {} : { verifyCuts: options.verifyCuts }), configEntries: configEntries(prepared.effective, { inputs, venues: prepared.venues, params: options.params }),
  });
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

async function openData({ config, folder }: EffectiveConfig, options: RunBacktestOptions): Promise<Catalog> {
  const named = config.data?.catalog;
  if (named === undefined || named === '') throw new ArbError('ARB_USAGE_NO_DATA', 'no data: set data.catalog in the config or pass --data <catalog>', {});
  const path = isAbsolute(named) ? named : resolve(folder, named);
  const dataset = datasetNameOf(path, folder);
  if (dataset !== undefined) {
    const { path: generated } = await ensureDataset(dataset, { directory: folder, ...(options.onGenerate === undefined ? {} : { onProgress: options.onGenerate }), ...(options.signal === undefined ? {} : { signal: options.signal }) });
    return await Catalog.open(generated);
  }
  const inner = resolve(path, 'catalog');
  return await Catalog.open(!existsSync(resolve(path, 'catalog.json')) && existsSync(resolve(inner, 'catalog.json')) ? inner : path);
}
