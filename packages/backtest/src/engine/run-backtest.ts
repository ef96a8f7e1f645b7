import type { ArbConfig, StrategyClass } from '@arb/core';
import type { LoggerFactory } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import { BacktestEngine, type BacktestOptions, type DataRange, type Progress } from './backtest-engine.ts';
import type { BacktestResult } from './backtest-result.ts';
import { type ConfigSource, type LoadedStrategy, loadParts, withAllProblems, withParams } from './check-config.ts';
import { instrumentsOf } from './check-strategy-input.ts';
import { parseConfig } from './config-schema.ts';
import { configEntries, type EffectiveConfig } from './effective-config.ts';
import { venuesOfData, withBalances } from './flag-venues.ts';
import { withRecordedLatency } from './read-recorded-latency.ts';

type Venues = NonNullable<ArbConfig['venues']>;

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
  readonly venues: Venues;
}

/**
 * Runs a config as `arb backtest` does.
 *
 * @throws ArbError what the config, the data or the strategies get wrong
 * @example
 * const result = await runBacktest({ strategies: [{ use: './strategy.ts#Mine' }], data: { catalog: 'data' } });
 */
export async function runBacktest(config: ArbConfig, options: RunBacktestOptions = {}): Promise<BacktestResult> {
  const where = 'the config';
  const folder = options.folder ?? process.cwd();
  const parsed = await withAllProblems(config, { ...options, folder, where, params: options.params ?? [] }, () => parseConfig(config, where));
  const prepared = await prepareBacktest({ config: parsed, folder, where, origins: new Map() }, options);
  return await runPrepared(prepared, options);
}

/** What all runs of one config have in common, loaded once. */
export interface OpenedBacktest {
  readonly effective: EffectiveConfig;
  readonly strategies: readonly LoadedStrategy[];
  readonly catalog: Catalog;
}

/** A run of an opened config: with these parameters, over this part of the data instead of the config's. */
export interface OpenedRunOptions extends RunBacktestOptions { readonly range?: DataRange | undefined }

/** Loads strategies and data of a config and builds its engine; nothing runs yet. @throws ArbError with every problem of strategies, parameters and data at once */
export async function prepareBacktest(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<PreparedRun> {
  return buildRun(await openParts(effective, options), options);
}

/** Loads strategies and data of a config, for any number of runs with parameters of their own. @throws ArbError with every problem of strategies, names of parameters and data at once */
export async function openBacktest(effective: EffectiveConfig, options: RunBacktestOptions = {}): Promise<OpenedBacktest> {
  return await openParts(effective, options, { hasParamsPerRun: true });
}

/** Builds the engine of one run. @throws ArbError with every problem of its parameters at once */
export function prepareOpened(opened: OpenedBacktest, options: OpenedRunOptions = {}): PreparedRun {
  const { effective: { where }, catalog } = opened;
  return buildRun({ ...opened, strategies: withParams(opened.strategies, { where, params: options.params ?? [], catalog }) }, options);
}

async function openParts(effective: EffectiveConfig, options: RunBacktestOptions, { hasParamsPerRun = false }: Pick<ConfigSource, 'hasParamsPerRun'> = {}): Promise<OpenedBacktest> {
  const { config, folder, where } = effective;
  return { effective, ...await loadParts(config, { ...options, folder, where, params: options.params ?? [], hasParamsPerRun }) };
}

function buildRun({ effective, strategies, catalog }: OpenedBacktest, options: OpenedRunOptions): PreparedRun {
  const { config, folder } = effective;
  const range = options.range ?? { ...(config.data?.from === undefined ? {} : { from: config.data.from }), ...(config.data?.to === undefined ? {} : { to: config.data.to }) };
  const engineOn = (venues: Venues, settings: BacktestOptions): BacktestEngine => {
    const engine = new BacktestEngine({ seed: config.seed ?? 1, ...(config.risk === undefined ? {} : { limits: config.risk }), ...settings });
    for (const [venue, stated] of Object.entries(venues)) {
      const { profile, fees, funding, simulation } = withRecordedLatency(stated, folder);
      engine.addVenue(venue, { ...simulation, ...(profile === undefined ? {} : { profile }), ...(fees === undefined ? {} : { fees }), ...(funding === undefined ? {} : { funding }) });
    }
    engine.addData(catalog, range);
    for (const { id, Class, input, entry: { capitalUsd } } of strategies) engine.addStrategy(Class, input as never, { id, ...(capitalUsd === undefined ? {} : { capitalUsd }) });
    return engine;
  };
  const venues = withBalances(config.venues ?? venuesOfData(catalog, tradedBy(strategies, () => engineOn(venuesOfData(catalog, []), {}))), effective.balances ?? new Map());
  const engine = engineOn(venues, { ...(options.loggers === undefined ? {} : { loggers: options.loggers }), ...(options.journalFile === undefined ? {} : { journalFile: options.journalFile }) });
  return { engine, catalog, strategies, effective, venues };
}

/** Instruments that the strategies' configs name; where one names none, also what the strategies ask for when they start. */
function tradedBy(strategies: readonly LoadedStrategy[], probe: () => BacktestEngine): string[] {
  const named = strategies.map(({ Class, input }) => instrumentsOf(Class, input).map(({ id }) => id));
  return [...named.flat(), ...(named.every((ids) => ids.length > 0) ? [] : probe().preflight().instrumentIds)];
}

/** Runs what was prepared. */
export async function runPrepared(prepared: PreparedRun, options: RunBacktestOptions = {}): Promise<BacktestResult> {
  const inputs = new Map(prepared.strategies.map(({ id, input }) => [id, input]));
  return await prepared.engine.run({
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }), ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.command === undefined ? {} : { command: options.command }), ...(options.verifyCuts === undefined ? {} : { verifyCuts: options.verifyCuts }), configEntries: configEntries(prepared.effective, { inputs, venues: prepared.venues, params: options.params }),
  });
}
