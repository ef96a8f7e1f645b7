import type { BookView } from '../book/book-view.ts';
import type { Unsubscribe } from '../bus/message-bus.ts';
import type { Topic } from '../bus/topic.ts';
import type { DataHandler, InstrumentState } from '../cache/instrument-state.ts';
import type { DataKind } from '../data/data-client.ts';
import { MICROS_PER_MS, type UnixMicros } from '../model/time.ts';
import type { FundingRate } from '../model/funding-rate.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { Bar, FeedStatus, PriceUpdate, Quote, Trade } from '../model/market-data.ts';
import type { HookName } from './hooks.ts';
import type { RunnerServices, StrategyRunner } from './strategy-runner.ts';
import type { InstrumentIds, Subscribe, SubscribeOptions, Subscriptions } from './subscriptions.ts';

type Listener = 'onBook' | 'onQuote' | 'onTrade' | 'onBar' | 'onMark' | 'onIndex' | 'onOracle' | 'onFunding' | 'onFeed' | 'onInstrument';

/** One kind of subscription: which list of the instrument's state, which stream of the venue, which hook. */
interface Stream { readonly listener: Listener; readonly kind: DataKind | undefined; readonly hook: HookName }

/**
 * The subscriptions of one strategy.
 * @internal
 */
export class RunnerSubscriptions implements Subscriptions {
  readonly book: Subscribe<BookView> = this.#of({ listener: 'onBook', kind: 'book', hook: 'onBook' });
  readonly quotes: Subscribe<Quote> = this.#of({ listener: 'onQuote', kind: 'quote', hook: 'onQuote' });
  readonly trades: Subscribe<Trade> = this.#of({ listener: 'onTrade', kind: 'trade', hook: 'onTrade' });
  readonly bars: Subscribe<Bar> = this.#of({ listener: 'onBar', kind: 'bar', hook: 'onBar' });
  readonly markPrice: Subscribe<PriceUpdate> = this.#of({ listener: 'onMark', kind: 'mark', hook: 'onMarkPrice' });
  readonly indexPrice: Subscribe<PriceUpdate> = this.#of({ listener: 'onIndex', kind: 'index', hook: 'onIndexPrice' });
  readonly oraclePrice: Subscribe<PriceUpdate> = this.#of({ listener: 'onOracle', kind: 'oracle', hook: 'onOraclePrice' });
  readonly fundingRate: Subscribe<FundingRate> = this.#of({ listener: 'onFunding', kind: 'funding', hook: 'onFundingRate' });
  readonly feedStatus: Subscribe<FeedStatus> = this.#of({ listener: 'onFeed', kind: undefined, hook: 'onFeedStatus' });
  readonly instrument: Subscribe<Instrument> = this.#of({ listener: 'onInstrument', kind: 'instrument', hook: 'onInstrument' });
  readonly #runner: StrategyRunner;
  readonly #services: RunnerServices;
  #settlements = 0;

  constructor(runner: StrategyRunner, services: RunnerServices) {
    this.#runner = runner;
    this.#services = services;
  }

  fundingSettlement(ids: InstrumentIds, options: { readonly leadMs: number }, handler: (settlesAt: UnixMicros, id: InstrumentId) => void): Unsubscribe {
    const { clock } = this.#runner;
    const announced = new Map<InstrumentId, UnixMicros>();
    const subscription = ++this.#settlements;
    const alert = (id: InstrumentId): string => `settlement/${id}/${subscription}`;
    const announce = ({ instrumentId, kind, settlesAt }: FundingRate): void => {
      if (kind !== 'predicted' || settlesAt <= clock.now() || announced.get(instrumentId) === settlesAt) return;
      announced.set(instrumentId, settlesAt);
      clock.setAlert(alert(instrumentId), { at: settlesAt - options.leadMs * MICROS_PER_MS }, () => { handler(settlesAt, instrumentId); });
    };
    const end = this.fundingRate(ids, announce);
    for (const id of typeof ids === 'string' ? [ids] : ids) {
      const known = this.#services.cache.state(id).predicted;
      if (known !== undefined) announce(known);
    }
    return () => {
      end();
      for (const id of announced.keys()) clock.cancel(alert(id));
    };
  }

  topic<Payload>(topic: Topic<Payload>, handler: (message: Payload) => void): Unsubscribe {
    return this.#services.bus.subscribe(topic, (message) => { this.#runner.callWith(`topic ${topic.name}` as HookName, handler, message); });
  }

  pattern(pattern: string, handler: (message: unknown) => void): Unsubscribe {
    return this.#services.bus.subscribePattern(pattern, (message) => { this.#runner.callWith(`topic ${pattern}` as HookName, handler, message); });
  }

  #of<Data>(stream: Stream): Subscribe<Data> {
    return (ids: InstrumentIds, second?: SubscribeOptions | ((data: Data) => void), third?: (data: Data) => void): Unsubscribe => {
      const options = typeof second === 'object' ? second : {};
      const handler = typeof second === 'function' ? second : third;
      const ends = (typeof ids === 'string' ? [ids] : ids).map((id) => this.#one(stream, id, options, handler));
      return () => { for (const end of ends) end(); };
    };
  }

  #one<Data>(stream: Stream, id: InstrumentId, options: SubscribeOptions, handler: ((data: Data) => void) | undefined): Unsubscribe {
    const state = this.#services.cache.state(id);
    const runner = this.#runner;
    const strategy = runner.strategy as unknown as Record<string, (data: Data) => unknown>;
    const target = handler ?? ((data: Data): unknown => strategy[stream.hook]!(data));
    const { data: engine } = this.#services;
    const live = (data: Data): void => { runner.callWith(stream.hook, target, data); };
    const listen = stream.listener === 'onBook' || options.history !== undefined ? live : (data: Data): void => { if (!engine.isHistorical) live(data); };      // past that only others asked for
    add(state, stream.listener, listen as DataHandler<never>);
    const request = stream.kind === undefined ? undefined : {
      instrumentId: id, kind: stream.kind,
      ...(options.depth === undefined ? {} : { depth: options.depth }), ...(options.history === undefined ? {} : { historyHours: options.history.hours }),
    };
    if (request !== undefined) this.#services.data.request(request);
    return () => {
      remove(state, stream.listener, listen as DataHandler<never>);
      if (request !== undefined) this.#services.data.release(request);
    };
  }
}

function add(state: InstrumentState, listener: Listener, handler: DataHandler<never>): void {
  (state[listener] as readonly DataHandler<never>[]) = [...(state[listener] as readonly DataHandler<never>[]), handler];
}

function remove(state: InstrumentState, listener: Listener, handler: DataHandler<never>): void {
  (state[listener] as readonly DataHandler<never>[]) = (state[listener] as readonly DataHandler<never>[]).filter((other) => other !== handler);
}
