import { F_CLEAR, F_LAST, FUNDING_STATUS, PRICE_KIND } from '../../src/catalog/chunks.ts';
import type { BookChunk, ChunkOf, DataKind, FundingChunk, PriceChunk, TradeChunk } from '../../src/catalog/chunks.ts';
import type { ChunkSink, ChunkSinks } from '../../src/synth/chunk-buffers.ts';
import type { VenueModel } from '../../src/synth/recipe.ts';
import { autocorrelation, correlation, kurtosis, mean, quantile, standardDeviation } from './statistics.ts';

const HOUR_US = 3_600_000_000;
const HOURS_PER_YEAR = 8_766;
/** Bins of the histogram of trades, per second. */
const SECOND_US = 1_000_000;

/** What the meter knows of one instrument. */
class InstrumentMeter {
  readonly lots: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  readonly spreadsBps: number[] = [];
  readonly touchUsd: number[] = [];
  readonly depthUsd: number[] = [];
  readonly levels: number[] = [];
  readonly intervalsS: number[] = [];
  readonly latenciesMs: number[] = [];
  readonly clusterUsd: number[] = [];
  /** Mid and reference price by hour, at its first instant. */
  readonly midAt: Map<number, number> = new Map();
  readonly referenceAt: Map<number, number> = new Map();
  readonly tenSecondReference: number[] = [];
  readonly settled: { readonly time: number; readonly rate: number }[] = [];
  readonly markBasisBps: number[] = [];
  bookRows = 0;
  messages = 0;
  crossed = 0;
  trades = 0;
  clusters = 0;
  mid = 0;
  #lastMessage = 0;
  #clusterAt = 0;
  #clusterValue = 0;
  #reference = 0;
  #referenceTime = 0;
  readonly #perSecond = new Map<number, number>();
  readonly #price: number;
  readonly #size: number;

  constructor(model: VenueModel) {
    this.#price = Number(model.spec.priceIncrement);
    this.#size = Number(model.spec.sizeIncrement);
  }

  book(chunk: BookChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      if (chunk.flags[row]! & F_CLEAR) for (const side of this.lots) side.clear();
      const side = this.lots[chunk.side[row]! as 0 | 1];
      if (chunk.lots[row] === 0) side.delete(chunk.tick[row]!);
      else side.set(chunk.tick[row]!, chunk.lots[row]!);
      this.bookRows++;
      if (chunk.flags[row]! & F_LAST) this.#endMessage(chunk.tsEvent[row]!, chunk.tsInit[row]!);
    }
  }

  #endMessage(tsEvent: number, tsInit: number): void {
    let bid = -Infinity;
    let ask = Infinity;
    for (const tick of this.lots[0].keys()) if (tick > bid) bid = tick;
    for (const tick of this.lots[1].keys()) if (tick < ask) ask = tick;
    if (bid >= ask) this.crossed++;
    const time = tsEvent;
    const hour = Math.floor(time / HOUR_US);
    if (this.messages > 0 && hour > Math.floor(this.#lastMessage / HOUR_US)) this.midAt.set(hour, this.mid);
    this.mid = (bid + ask) / 2 * this.#price;
    if (this.messages++ > 0) this.intervalsS.push((time - this.#lastMessage) / SECOND_US);
    this.#lastMessage = time;
    this.latenciesMs.push((tsInit - tsEvent) / 1_000);
    this.spreadsBps.push((ask - bid) * this.#price / this.mid * 1e4);
    if (this.messages % 20 !== 0) return;
    const usd = (lots: number): number => lots * this.#size * this.mid;
    this.touchUsd.push(usd(this.lots[0].get(bid)!));
    this.depthUsd.push(usd([...this.lots[0].values()].reduce((sum, lots) => sum + lots, 0)));
    this.levels.push(this.lots[0].size);
  }

  trade(chunk: TradeChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      this.trades++;
      const time = chunk.tsEvent[row]!;
      const second = Math.floor(time / SECOND_US);
      this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + 1);
      if (time !== this.#clusterAt) {
        if (this.#clusterValue > 0) this.clusterUsd.push(this.#clusterValue);
        this.#clusterAt = time;
        this.#clusterValue = 0;
        this.clusters++;
      }
      this.#clusterValue += chunk.lots[row]! * this.#size * chunk.tick[row]! * this.#price;
    }
  }

  price(chunk: PriceChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      const value = chunk.value[row]! / Number(`1e${chunk.scale}`);
      const time = chunk.tsEvent[row]!;
      if (chunk.priceKind[row] === PRICE_KIND.mark) {
        if (time === this.#referenceTime) this.markBasisBps.push((value / this.#reference - 1) * 1e4);
        continue;
      }
      this.#reference = value;
      this.#referenceTime = time;
      if (time % 10_000_000 === 0) this.tenSecondReference.push(value);
      if (time % HOUR_US === 0) this.referenceAt.set(time / HOUR_US, value);
    }
  }

  funding(chunk: FundingChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      if (chunk.status[row] !== FUNDING_STATUS.settled) continue;
      this.settled.push({ time: chunk.settlesAt[row]!, rate: chunk.rate[row]! / Number(`1e${chunk.rateScale}`) });
    }
  }

  /** Trades per second over the seconds from first to last. */
  tradesPerSecond(seconds: number, from: number): number[] {
    return Array.from({ length: seconds }, (_, second) => this.#perSecond.get(Math.floor(from / SECOND_US) + second) ?? 0);
  }
}

/** Annualised volatility, in per cent, of a series of prices taken `perYear` times a year. */
function volatilityPct(prices: readonly number[], perYear: number): number {
  return standardDeviation(returnsOf(prices)) * Math.sqrt(perYear) * 100;
}

function returnsOf(prices: readonly number[]): number[] {
  return prices.slice(1).map((price, index) => Math.log(price / prices[index]!));
}

/** Takes what a generator publishes and measures it. */
export class MarketMeter implements ChunkSinks {
  readonly #meters = new Map<string, InstrumentMeter>();
  readonly #models: ReadonlyMap<string, VenueModel>;

  constructor(models: readonly VenueModel[]) {
    this.#models = new Map(models.map((model) => [model.spec.id, model]));
  }

  sink<K extends DataKind>(kind: K, instrumentId: string): ChunkSink<K> {
    const meter = this.of(instrumentId);
    const methods = { book: (chunk: BookChunk) => meter.book(chunk), trade: (chunk: TradeChunk) => meter.trade(chunk), price: (chunk: PriceChunk) => meter.price(chunk), funding: (chunk: FundingChunk) => meter.funding(chunk) };
    return { append: methods[kind as keyof typeof methods] as (chunk: ChunkOf[K]) => void };
  }

  of(instrumentId: string): InstrumentMeter {
    let meter = this.#meters.get(instrumentId);
    if (!meter) this.#meters.set(instrumentId, meter = new InstrumentMeter(this.#models.get(instrumentId)!));
    return meter;
  }

  /** Everything measured of one instrument, by name. */
  measure(instrumentId: string): Readonly<Record<string, number>> {
    const meter = this.of(instrumentId);
    const { settled } = meter;
    const rates = settled.map(({ rate }) => rate);
    const intervalHours = settled.length > 1 ? (settled[1]!.time - settled[0]!.time) / HOUR_US : 1;
    const plateau = intervalHours === 1 ? 1.25e-5 : 1e-4;
    const basis = [...meter.midAt].filter(([hour]) => meter.referenceAt.has(hour)).map(([hour, mid]) => (mid / meter.referenceAt.get(hour)! - 1) * 1e4);
    const mids = [...meter.midAt.values()];
    const tenSeconds = returnsOf(meter.tenSecondReference).map((move) => move * 1e4);
    const hourly = returnsOf(mids);
    const quiet: number[] = [];
    for (let start = 0; start + 360 <= tenSeconds.length; start += 360) quiet.push(standardDeviation(tenSeconds.slice(start, start + 360)) / Math.sqrt(10));
    return {
      'spread p50 bps': quantile(meter.spreadsBps, 0.5), 'spread p95 bps': quantile(meter.spreadsBps, 0.95), 'spread p99 bps': quantile(meter.spreadsBps, 0.99),
      'touch p50 kUSD': quantile(meter.touchUsd, 0.5) / 1e3, 'depth p50 MUSD': quantile(meter.depthUsd, 0.5) / 1e6, 'levels p50': quantile(meter.levels, 0.5),
      'message interval p50 s': quantile(meter.intervalsS, 0.5), 'latency p50 ms': quantile(meter.latenciesMs, 0.5), 'latency p99 ms': quantile(meter.latenciesMs, 0.99),
      'trades per cluster': meter.trades / meter.clusters, 'cluster p50 USD': quantile(meter.clusterUsd, 0.5), 'cluster p99 kUSD': quantile(meter.clusterUsd, 0.99) / 1e3,
      'volatility % p.a.': volatilityPct(mids, HOURS_PER_YEAR), 'hourly kurtosis': kurtosis(hourly),
      '1 s sd quiet bps': quantile(quiet, 0.1), '1 s sd busy bps': quantile(quiet, 0.95),
      'basis mean bps': mean(basis), 'basis sd bps': standardDeviation(basis), 'basis ac 1 h': autocorrelation(basis, 1),
      'mark basis sd bps': standardDeviation(meter.markBasisBps),
      'funding mean APR %': mean(rates) / intervalHours * HOURS_PER_YEAR * 100, 'funding sd 1e-5': standardDeviation(rates) * 1e5,
      'funding negative %': share(rates, (rate) => rate < 0), 'funding plateau %': share(rates, (rate) => rate === plateau),
      'funding ac 1': autocorrelation(rates, 1), 'funding ac 8 h': autocorrelation(rates, 8 / intervalHours), 'funding ac 24 h': autocorrelation(rates, 24 / intervalHours),
      'funding max 1e-5': Math.max(...rates) * 1e5, 'funding min 1e-5': Math.min(...rates) * 1e5,
    };
  }

  /** Measures of two venues of one asset. */
  measurePair(hyperliquid: string, bybit: string): Readonly<Record<string, number>> {
    const differences = this.differences(hyperliquid, bybit);
    const other = this.of(bybit).midAt;
    const between = [...this.of(hyperliquid).midAt].filter(([hour]) => other.has(hour)).map(([hour, mid]) => (mid / other.get(hour)! - 1) * 1e4);
    return {
      'difference mean bps/8 h': mean(differences), 'difference sd bps/8 h': standardDeviation(differences), 'difference p95 bps/8 h': quantile(differences, 0.95), 'difference max bps/8 h': Math.max(...differences),
      'difference ac 8 h': autocorrelation(differences, 1), 'basis between venues sd bps': standardDeviation(between),
    };
  }

  /** Correlation of the hourly returns of two instruments. */
  correlationOf(a: string, b: string): number {
    return correlation(returnsOf([...this.of(a).midAt.values()]), returnsOf([...this.of(b).midAt.values()]));
  }

  /** Hyperliquid's rates summed over Bybit's intervals, minus Bybit's, bps per 8 h. */
  differences(hyperliquid: string, bybit: string): number[] {
    const hourly = this.of(hyperliquid).settled;
    return this.of(bybit).settled.map(({ time, rate }) => {
      const sum = hourly.filter((settled) => settled.time > time - 8 * HOUR_US && settled.time <= time).reduce((total, settled) => total + settled.rate, 0);
      return (sum - rate) * 1e4;
    });
  }
}

function share(values: readonly number[], test: (value: number) => boolean): number {
  return values.filter(test).length / values.length * 100;
}
