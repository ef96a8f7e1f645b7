import type { BookView } from '../book/book-view.ts';
import type { CacheView } from '../cache/cache.ts';
import type { Clock } from '../clock/clock.ts';
import type { RandomStream as Random } from '../math/random.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { StrategyId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { ActorHooks } from './hooks.ts';
import type { Indicator } from './indicator.ts';
import type { Logger } from './logger.ts';
import type { SavedOptions } from './saved-state.ts';
import type { InferInput, InferOutput, StandardSchema } from './standard-schema.ts';
import type { BusView, StrategyContext } from './strategy-context.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A class made by `Actor.with(schema)`: its `config` has the schema's type. */
export interface ConfiguredActor<Schema extends StandardSchema> {
  readonly configSchema: Schema;
  new (context: StrategyContext): Actor<InferOutput<Schema>>;
}

/** Config that a class takes as input, before defaults. */
export type ConfigInputOf<Class> = Class extends { readonly configSchema: infer Schema } ? (Schema extends StandardSchema ? InferInput<Schema> : never) : Record<string, never>;

/**
 * Something that listens and computes but never trades: a signal, a recorder, a calibrator. {@link Strategy} adds orders.
 *
 * It sees no venue, no wall clock and nothing to await. Override the hooks you need; declare `saved` and `indicator` in field initialisers.
 */
export class Actor<Config = Record<string, never>> implements ActorHooks {
  readonly #context: StrategyContext;
  /** The validated config with its defaults filled in. */
  readonly config: Config;

  /** Made by the kernel; subclasses need no constructor. */
  constructor(context: StrategyContext) {
    this.#context = context;
    this.config = context.config as Config;
  }

  /** An actor whose config is described by a schema (zod or any Standard Schema). */
  static with<Schema extends StandardSchema>(schema: Schema): ConfiguredActor<Schema> {
    return class extends Actor<InferOutput<Schema>> { static readonly configSchema: Schema = schema; };
  }

  /** Name in this run. */
  get id(): StrategyId { return this.#context.id; }
  /** Structured log; lines carry the name. */
  get log(): Logger { return this.#context.log; }
  /** The only source of time. */
  get clock(): Clock { return this.#started('clock').clock; }
  /** Seeded random numbers of this actor alone. */
  get random(): Random { return this.#started('random').random; }
  /** Instruments, books, prices, funding and orders as known now. */
  get cache(): CacheView { return this.#started('cache').cache; }
  /** Subscriptions to market data and topics. */
  get subscribe(): Subscriptions { return this.#started('subscribe').subscribe; }
  /** Own messages. */
  get bus(): BusView { return this.#started('bus').bus; }

  /** Declares state that survives a restart: JSON values and Decimals. */
  protected saved<State extends object>(initial: State, options?: SavedOptions<State>): State { return this.#context.saved(initial, options); }
  /** Declares an indicator, so that it is saved and restored. */
  protected indicator<T extends Indicator>(indicator: T): T { return this.#context.indicator(indicator); }

  onStart(): void { /* for subclasses */ }
  onReady(): void { /* for subclasses */ }
  onStop(): void { /* for subclasses */ }
  onBook(_book: BookView): void { /* for subclasses */ }
  onQuote(_quote: Quote): void { /* for subclasses */ }
  onTrade(_trade: Trade): void { /* for subclasses */ }
  onBar(_bar: Bar): void { /* for subclasses */ }
  onFundingRate(_rate: FundingRate): void { /* for subclasses */ }
  onMarkPrice(_price: PriceUpdate): void { /* for subclasses */ }
  onIndexPrice(_price: PriceUpdate): void { /* for subclasses */ }
  onOraclePrice(_price: PriceUpdate): void { /* for subclasses */ }
  onInstrument(_instrument: Instrument): void { /* for subclasses */ }
  onFeedStatus(_status: FeedStatus): void { /* for subclasses */ }

  #started(member: string): StrategyContext {
    this.#context.assertStarted(member);
    return this.#context;
  }
}
