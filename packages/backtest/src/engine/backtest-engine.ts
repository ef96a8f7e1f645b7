import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArbError, type ConfigInputOf, Decimal, type RiskLimits, type SimulationConfig, type StrategyClass, type UnixMicros, type VenueConfig, venueProfile } from '@arb/core';
import { asTextWords, type KernelObserver, type LoggerFactory } from '@arb/core/internal';
import type { Catalog } from '../catalog/catalog.ts';
import type { BacktestResult } from './backtest-result.ts';
import { BacktestRun, type Preflight, type StrategySetup, type VenueSetup } from './backtest-run.ts';
import { checkFees } from './fee-text.ts';
import { verifyRun } from './verify-run.ts';

/** How a run is set up as a whole. */
export interface BacktestOptions {
  /** Seed of every random stream; 1 unless stated. */
  readonly seed?: number;
  /** Name of the run, first part of every client order id; `run` unless stated. */
  readonly name?: string;
  readonly limits?: RiskLimits;
  readonly loggers?: LoggerFactory;
  /** File that keeps the journal; its hash is always there. */
  readonly journalFile?: string;
  /** Hold wall clock, chance and timers shut inside the run; true unless stated. */
  readonly guardsDeterminism?: boolean;
  readonly observers?: readonly KernelObserver[];
}

/** How a venue is simulated. */
export interface AddVenueOptions extends Omit<SimulationConfig, 'balances'> {
  readonly profile?: string;
  readonly balances?: readonly string[];
  /** Fractions of the traded value as text, `'0.0002'` for 2 bps; a rebate is negative. */
  readonly fees?: { readonly maker: string; readonly taker: string };
  readonly funding?: VenueConfig['funding'];
}

/** Which part of the data is replayed, [from, to). */
export interface DataRange { readonly from?: string | UnixMicros; readonly to?: string | UnixMicros }

/** How far a run has come. */
export interface Progress {
  readonly fraction: number;
  readonly rows: number;
  readonly at: UnixMicros;
  readonly rowsPerSecond: number;
  /** Set while the run is verified: which of the runs with the future cut off this is, from 1. */
  readonly verifying?: number;
}

/** How a run is carried out. */
export interface RunOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run cleanly; the result says PARTIAL. */
  readonly signal?: AbortSignal;
  /** What the report shows as its command. */
  readonly command?: string;
  readonly configEntries?: readonly { readonly key: string; readonly value: string; readonly source: string }[];
  /** Prove that the run did not look ahead: run again this many times, with the future cut off right behind decisions; each must write the same journal up to there. */
  readonly verifyCuts?: number;
}

/**
 * Replays recorded data against strategies on simulated venues. Several engines may live in one process; each run makes everything anew.
 *
 * @example
 * const engine = new BacktestEngine({ seed: 1 });
 * engine.addVenue('BYBIT', { profile: 'bybit', balances: ['50000 USDT'] });
 */
export class BacktestEngine {
  readonly #options: BacktestOptions;
  readonly #venues = new Map<string, VenueSetup>();
  readonly #strategies: StrategySetup[] = [];
  #catalog: Catalog | undefined;
  #range: DataRange = {};

  constructor(options: BacktestOptions = {}) { this.#options = options; }

  /** Adds a venue. @throws ArbError `ARB_UNKNOWN_PROFILE`, `ARB_BAD_CONFIG` for fees that are no decimal fractions */
  addVenue(venue: string, options: AddVenueOptions): this {
    const { profile: name, fees, funding, balances, ...simulation } = options;
    if (fees !== undefined) checkFees(venue, fees);
    const profile = name === undefined ? undefined : venueProfile(name);
    this.#venues.set(venue, {
      profile,
      config: {
        ...(name === undefined ? {} : { profile: name }), ...(fees === undefined ? {} : { fees }), ...(funding === undefined ? {} : { funding }),
        simulation: { ...simulation, balances: balances ?? [`100000 ${profile?.settlementCurrency ?? 'USDT'}`] },
      },
    });
    return this;
  }

  /** Names the data; times are ISO 8601 or µs. */
  addData(catalog: Catalog, range: DataRange = {}): this {
    this.#catalog = catalog;
    this.#range = range;
    return this;
  }

  /** Adds a strategy: its class and the input of its config, checked when the run starts. @throws ArbError `ARB_BAD_CONFIG` for a capital that is not above 0 */
  addStrategy<Class extends StrategyClass>(Class: Class, config: ConfigInputOf<Class>, options: { readonly id?: string; readonly capitalUsd?: string } = {}): this {
    if (options.capitalUsd !== undefined) checkCapital(Class, options.capitalUsd);
    this.#strategies.push({ Class, config, id: options.id ?? Class.name.toLowerCase(), capitalUsd: options.capitalUsd });
    return this;
  }

  /**
   * Runs once, from the beginning; the engine can run again and gives the same hash.
   *
   * @throws ArbError what the set-up, the data or a strategy's contract gets wrong: one line, with the way out; `ARB_LOOK_AHEAD` where verification was asked for and failed
   */
  async run(options: RunOptions = {}): Promise<BacktestResult> {
    if (options.verifyCuts !== undefined) return await this.#runVerified(options, options.verifyCuts);
    return await this.#newRun(this.#options, this.#range).execute(options);
  }

  async #runVerified(options: RunOptions, cuts: number): Promise<BacktestResult> {
    const scratch = mkdtempSync(join(tmpdir(), 'arb-verify-'));
    const journalFile = this.#options.journalFile ?? join(scratch, 'whole.bin');
    try {
      const run = this.#newRun({ ...this.#options, journalFile }, this.#range);
      const result = await run.execute(options);
      const { facts } = result;
      if (facts.status === 'PARTIAL') return result;
      let verifying = 0;
      const verified = await verifyRun({ from: run.from, to: run.to, journal: readFileSync(journalFile), decidedAt: facts.orders.map(({ ts }) => ts) }, cuts, async (at) => {
        const file = join(scratch, `${++verifying}.bin`);
        const cut = this.#newRun({ ...withoutWatchers(this.#options), journalFile: file }, { from: run.from, to: at });
        const { status } = await cut.execute({ ...options, onProgress: (progress) => options.onProgress?.({ ...progress, verifying }) });
        return status === 'PARTIAL' ? undefined : readFileSync(file).subarray(0, cut.replayedJournalBytes);
      });
      return result.verifiedBy(verified);
    } catch (error) {
      rmSync(journalFile, { force: true });                                  // a run that fails leaves no journal behind
      throw error;
    } finally { rmSync(scratch, { recursive: true }); }
  }

  #newRun(options: BacktestOptions, range: DataRange): BacktestRun {
    return new BacktestRun({ options, venues: this.#venues, strategies: this.#strategies, catalog: this.#requireCatalog(), range });
  }

  /**
   * Starts the strategies without any data and says what they ask for: instruments and history.
   *
   * @internal
   * @throws ArbError as {@link run}
   */
  preflight(): Preflight {
    return this.#newRun(this.#options, this.#range).preflight();
  }

  #requireCatalog(): Catalog {
    if (this.#catalog === undefined) throw new ArbError('ARB_NO_DATA', 'no data; call addData(await Catalog.open(folder)) before run()', {});
    if (this.#strategies.length === 0) throw new ArbError('ARB_NO_STRATEGY', 'no strategy; call addStrategy(Class, config) before run()', {});
    return this.#catalog;
  }
}

/** @throws ArbError `ARB_BAD_CONFIG` where the capital is no decimal text above 0: results are a fraction of it */
function checkCapital({ name }: StrategyClass, capitalUsd: unknown): void {
  if (typeof capitalUsd === 'string' && /^\d+(\.\d+)?$/.test(capitalUsd) && new Decimal(capitalUsd).gt(0)) return;
  const words = typeof capitalUsd === 'string' ? "give more than 0, such as '10000'" : asTextWords(capitalUsd, '10000');
  throw new ArbError('ARB_BAD_CONFIG', `addStrategy(${name}): capitalUsd is ${JSON.stringify(capitalUsd)}: ${words}`, { capitalUsd });
}

/** What was logged and observed once is not logged and observed again. */
function withoutWatchers({ loggers: _loggers, observers: _observers, ...options }: BacktestOptions): BacktestOptions { return options; }
