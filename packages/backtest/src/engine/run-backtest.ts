import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type ArbConfig, ArbError, type StrategyClass } from '@arb/core';
import type { LoggerFactory } from '@arb/core/internal';
import { Catalog } from '../catalog/catalog.ts';
import { datasetNameOf, ensureDataset } from '../datasets/ensure-dataset.ts';
import { BacktestEngine, type Progress } from './backtest-engine.ts';
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

/** Loads strategies and data of a config and builds its engine; nothing runs yet. */
export async function prepareBacktest(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<PreparedRun> {
  const { config, folder, where } = effective;
  const entries = await Promise.all(config.strategies.map(async (entry) => ({ entry, id: strategyIdOf(entry), Class: await strategyClass(entry.use, folder) })));
  const inputs = applyParams(entries, options.params ?? []);
  const places = entries.map(({ id }, i) => parameterPlace(id, { i, where, params: options.params ?? [] }));
  entries.forEach(({ id, Class }, i) => { checkStrategyInput(Class, inputs.get(id)!, places[i]!); });
  const catalog = await openData(config, folder, options);
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
  engine.addData(catalog, { ...(config.data?.from === undefined ? {} : { from: config.data.from }), ...(config.data?.to === undefined ? {} : { to: config.data.to }) });
  const strategies = entries.map(({ id, Class, entry }) => ({ id, Class, input: inputs.get(id)!, capitalUsd: entry.capitalUsd }));
  for (const { id, Class, input, capitalUsd } of strategies) engine.addStrategy(Class, input as never, { id, ...(capitalUsd === undefined ? {} : { capitalUsd }) });
  return { engine, catalog, strategies, effective, venues };
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

async function openData(config: ArbConfig, folder: string, options: RunBacktestOptions): Promise<Catalog> {
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
