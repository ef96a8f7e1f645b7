import type { RiskLimits } from './kernel/risk/risk-limits.ts';
import type { ConfigInputOf } from './kernel/strategy/actor.ts';
import type { StrategyClass } from './kernel/strategy/strategy.ts';

/** One strategy of a run: the class itself (in TypeScript) or where to find it (`./file.ts#Class`, in JSON and YAML). */
export interface StrategyEntry {
  /** `./funding-arbitrage.ts#FundingArbitrage`, or the class. */
  readonly use: string | StrategyClass;
  /** Name in the run; the class name in lower case unless stated. */
  readonly id?: string;
  /** Money set aside for it, in US dollars. */
  readonly capitalUsd?: string;
  /** Input of the strategy's own schema. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Lognormal latency, drawn from the run's seed. */
export interface LognormalLatencyConfig {
  readonly medianMs: number;
  /** Standard deviation of its logarithm. */
  readonly sigma: number;
  /** Correlation of the logarithms of one message and the next, from 0 (none unless stated) to below 1: slow moments come together. */
  readonly persistence?: number;
}

/** Latency drawn from measured values, from the run's seed. */
export interface MeasuredLatencyConfig {
  /** Measured one-way latencies; each is as likely as any other. */
  readonly samplesMs: readonly number[];
  /** How far the rank of one message decides that of the next, from 0 (not at all unless stated) to below 1. */
  readonly persistence?: number;
}

/** One request as it was recorded; times in µs since 1970. */
export interface RecordedRequest {
  readonly sentAt: number;
  /** When the venue had it; 0 where it never arrived. */
  readonly exchangeAt: number;
  /** When its answer was here; of a lost request, when we learned of it. */
  readonly answeredAt: number;
}

/** Latency as it was recorded, request by request; between two of them it is interpolated. */
export interface RecordedLatencyConfig {
  /** The requests in order of time; in a config file also the path of a CSV file with the columns `sent_at,exchange_at,answered_at`. */
  readonly recorded: string | readonly RecordedRequest[];
  /** Added to each way, for a trader further from the venue than the recorder was. */
  readonly offsetMs?: number;
}

/** A one-way latency: a constant in milliseconds, or one of the others. */
export type Latency = number | LognormalLatencyConfig | MeasuredLatencyConfig;

/** One-way latencies of a venue. What is not stated comes from its profile. */
export interface LatencyConfig {
  /** From the venue's stamp to us; as recorded in the data unless stated. */
  readonly feedMs?: Latency;
  /** From us to the venue; one for all requests or one for each kind. */
  readonly entryMs?: Latency | RecordedLatencyConfig | { readonly submit?: Latency | RecordedLatencyConfig; readonly modify?: Latency | RecordedLatencyConfig; readonly cancel?: Latency | RecordedLatencyConfig };
  /** From the venue's answer to us; one for all or another for fills. */
  readonly responseMs?: Latency | RecordedLatencyConfig | { readonly orders?: Latency | RecordedLatencyConfig; readonly fills?: Latency | RecordedLatencyConfig };
  /** True where requests may overtake each other on the way to the venue (plain REST); false unless stated. */
  readonly reordersRequests?: boolean;
}

/** How one instrument is margined where that is not how its account is. */
export interface InstrumentMarginConfig {
  readonly marginMode?: 'cross' | 'isolated';
  /** Largest leverage of new positions in it; isolated ones are opened at it. */
  readonly leverage?: number;
}

/** How a simulated account stands at the beginning, and how its venue behaves. */
export interface SimulationConfig {
  /** `['50000 USDT', '0.5 BTC']`. */
  readonly balances: readonly string[];
  /** Positions share the balance (`cross`, unless stated), or each has margin of its own and can lose no more by liquidation (`isolated`). */
  readonly marginMode?: 'cross' | 'isolated';
  /** Largest leverage of new positions; isolated ones are opened at it. 3 unless stated. */
  readonly maxLeverage?: number;
  /** Instruments of the venue with a margin mode or leverage of their own, by id. */
  readonly instruments?: Readonly<Record<string, InstrumentMarginConfig>>;
  /** Name of a fee tier of the profile; its lowest unless stated. */
  readonly feeTier?: string;
  readonly latency?: LatencyConfig;
  readonly queueModel?: 'risk-averse' | 'log' | 'log-2' | 'power' | 'power-2' | 'power-3';
  /** Exponent of the power queue models; 3 unless stated. */
  readonly queueExponent?: number;
  /** Optimistic fills must be asked for: every resting order at the touch fills with the first trade. */
  readonly fills?: 'realistic' | 'optimistic';
  /**
   * Where an instrument has no book: the spread and depth assumed around the close of its bars; `from: 'mark'` puts them around its mark prices instead,
   * for venues whose bars end at different times.
   */
  readonly bars?: { readonly spreadBps: number; readonly depthUsd: number; readonly from?: 'close' | 'mark' };
}

/** One venue of a run. */
export interface VenueConfig {
  /** Name of a profile: fees, tiers, funding convention, limits. Without one, fees and funding are yours to state. */
  readonly profile?: string;
  /** Fees where there is no profile, as fractions: `{ maker: '0.0002', taker: '0.00055' }`. */
  readonly fees?: { readonly maker: string; readonly taker: string };
  readonly funding?: 'lump-at-mark' | 'hourly-at-oracle' | 'continuous-index' | 'none';
  /** Live accounts; credentials are references into a keystore, never secrets. */
  readonly accounts?: Readonly<Record<string, { readonly credentials: string }>>;
  readonly simulation?: SimulationConfig;
}

/** What a run is: the one config of backtest, paper and live. Unknown keys are errors. */
export interface ArbConfig {
  /** Path of the JSON Schema, for completion in editors. */
  readonly $schema?: string;
  readonly strategies: readonly StrategyEntry[];
  readonly venues?: Readonly<Record<string, VenueConfig>>;
  readonly data?: {
    /** Folder of a catalog, or the name of a shipped dataset. */
    readonly catalog: string;
    /** ISO 8601, inclusive. */
    readonly from?: string;
    /** ISO 8601, exclusive. */
    readonly to?: string;
  };
  readonly risk?: RiskLimits;
  readonly seed?: number;
  /** Folder for results; `runs` unless stated. */
  readonly out?: string;
}

/** Gives a config its type; use it in `arb.config.ts`. */
export function defineConfig(config: ArbConfig): ArbConfig {
  return config;
}

/** One strategy entry with the class's own config type checked. */
export function strategy<Class extends StrategyClass>(Class: Class, options: { readonly id?: string; readonly capitalUsd?: string; readonly config: ConfigInputOf<Class> }): StrategyEntry {
  return { use: Class, ...options, config: options.config as Readonly<Record<string, unknown>> };
}
