import { exp, type RandomStream, randomStream } from '@arb/core/internal';
import type { AssetModel, SynthRecipe } from './recipe.ts';

/** Volatility by hour of the day, UTC, relative to its mean: quiet at night in Asia and Europe's gap, busy when New York opens. */
const HOURLY_SHAPE: readonly number[] = [
  1.02, 0.95, 0.88, 0.82, 0.78, 0.76, 0.80, 0.88, 0.95, 0.95, 0.92, 0.95, 1.10, 1.35, 1.48, 1.42, 1.28, 1.15, 1.08, 1.02, 0.98, 0.92, 0.92, 1.05,
];
const SECONDS_PER_YEAR = 31_557_600;
const SECONDS_PER_DAY = 86_400;
const LN2 = 0.6931471805599453;
/** Slow states (volatility, sentiment) move once in this many seconds. */
const SLOW_SECONDS = 10;

/** Two mean-reverting parts of the logarithm of volatility: hours and half a day. */
const VOLATILITY = { fastSd: 0.4, fastHalfLifeHours: 1, slowSd: 0.32, slowHalfLifeHours: 14 } as const;
/** News: volatility leaps by an exponential multiple and dies away. */
const BURSTS = { perDay: 2, meanMultiple: 3.5, halfLifeSeconds: 420 } as const;

/** A mean-reverting state with a given stationary standard deviation, moved in steps of fixed length. */
export class MeanReverting {
  value: number;
  readonly #phi: number;
  readonly #noise: number;

  /** Starts at a draw from its stationary distribution. */
  constructor(standardDeviation: number, halfLifeInSteps: number, random: RandomStream) {
    this.#phi = exp(-LN2 / halfLifeInSteps);
    this.#noise = standardDeviation * Math.sqrt(1 - this.#phi * this.#phi);
    this.value = random.normal(0, standardDeviation);
  }

  step(random: RandomStream): void {
    this.value = this.#phi * this.value + this.#noise * random.normal();
  }
}

/** What all assets share: the factor of returns, volatility and news. Every asset's generator makes its own copy from the same streams. */
class MarketFactor {
  factor = 0;
  volatility = 1;
  readonly #returns: RandomStream;
  readonly #slow: RandomStream;
  readonly #fastState: MeanReverting;
  readonly #slowState: MeanReverting;
  readonly #burstDecay: number;
  #burst = 0;

  constructor(seed: number) {
    this.#returns = randomStream(seed, 'synth.market.returns');
    this.#slow = randomStream(seed, 'synth.market.volatility');
    this.#fastState = new MeanReverting(VOLATILITY.fastSd, VOLATILITY.fastHalfLifeHours * 3_600 / SLOW_SECONDS, this.#slow);
    this.#slowState = new MeanReverting(VOLATILITY.slowSd, VOLATILITY.slowHalfLifeHours * 3_600 / SLOW_SECONDS, this.#slow);
    this.#burstDecay = exp(-LN2 * SLOW_SECONDS / BURSTS.halfLifeSeconds);
  }

  stepReturn(): void {
    this.factor = this.#returns.normal();
  }

  /** @param secondOfDay for the daily shape of activity */
  stepSlow(secondOfDay: number): void {
    this.#fastState.step(this.#slow);
    this.#slowState.step(this.#slow);
    this.#burst *= this.#burstDecay;
    if (this.#slow.uniform() < BURSTS.perDay * SLOW_SECONDS / SECONDS_PER_DAY) this.#burst += this.#slow.exponential(BURSTS.meanMultiple);
    const variance = VOLATILITY.fastSd * VOLATILITY.fastSd + VOLATILITY.slowSd * VOLATILITY.slowSd;
    const hour = secondOfDay / 3_600;
    const index = Math.floor(hour);
    const shape = HOURLY_SHAPE[index % 24]! + (HOURLY_SHAPE[(index + 1) % 24]! - HOURLY_SHAPE[index % 24]!) * (hour - index);
    // The exponent's mean is chosen so that the mean square is 1 before bursts.
    this.volatility = exp(this.#fastState.value + this.#slowState.value - variance) * shape * (1 + this.#burst);
  }
}

/** The unseen state of one asset: index price, volatility, sentiment. {@link LatentMarket.step} moves it by one step of the recipe. */
export class LatentMarket {
  /** Index price now. */
  price: number;
  /** Volatility over its long-run mean. */
  volatility = 1;
  /** Sentiment and premium jumps, basis points; venues load on them. */
  sentimentBps = 0;
  jumpBps = 0;
  readonly #market: MarketFactor;
  readonly #own: RandomStream;
  readonly #mood: RandomStream;
  readonly #slowMood: MeanReverting;
  readonly #fastMood: MeanReverting;
  readonly #asset: AssetModel;
  readonly #stepSd: number;
  readonly #ownWeight: number;
  readonly #jumpDecay: number;
  readonly #stepsPerSlow: number;
  #untilSlow = 0;
  #secondOfDay: number;

  constructor(recipe: SynthRecipe, asset: AssetModel) {
    this.#asset = asset;
    this.#market = new MarketFactor(recipe.seed);
    this.#own = randomStream(recipe.seed, `synth.${asset.base}.returns`);
    this.#mood = randomStream(recipe.seed, `synth.${asset.base}.sentiment`);
    const { sentiment } = asset;
    this.#slowMood = new MeanReverting(sentiment.slowSdBps, sentiment.slowHalfLifeHours * 3_600 / SLOW_SECONDS, this.#mood);
    this.#fastMood = new MeanReverting(sentiment.fastSdBps, sentiment.fastHalfLifeHours * 3_600 / SLOW_SECONDS, this.#mood);
    this.#jumpDecay = exp(-LN2 * SLOW_SECONDS / (asset.premiumJumps.halfLifeHours * 3_600));
    const stepSeconds = recipe.stepUs / 1_000_000;
    this.#stepSd = asset.annualVolatility * Math.sqrt(stepSeconds / SECONDS_PER_YEAR);
    this.#ownWeight = Math.sqrt(1 - asset.marketLoading * asset.marketLoading);
    this.#stepsPerSlow = SLOW_SECONDS / stepSeconds;
    this.#secondOfDay = recipe.from / 1_000_000 % SECONDS_PER_DAY;
    this.price = asset.startPrice;
  }

  step(): void {
    if (this.#untilSlow === 0) {
      this.#untilSlow = this.#stepsPerSlow;
      this.#stepSlow();
    }
    this.#untilSlow--;
    this.#market.stepReturn();
    const shock = this.#asset.marketLoading * this.#market.factor + this.#ownWeight * this.#own.normal();
    const move = this.#stepSd * this.volatility * shock;
    // e^move to third order: a move is at most a few hundredths.
    this.price *= 1 + move * (1 + move * (0.5 + move / 6)) - 0.5 * this.#stepSd * this.#stepSd * this.volatility * this.volatility;
  }

  #stepSlow(): void {
    this.#market.stepSlow(this.#secondOfDay);
    this.#secondOfDay = (this.#secondOfDay + SLOW_SECONDS) % SECONDS_PER_DAY;
    this.volatility = this.#market.volatility;
    this.#slowMood.step(this.#mood);
    this.#fastMood.step(this.#mood);
    this.sentimentBps = this.#slowMood.value + this.#fastMood.value;
    const { perDay, meanBps, upShare } = this.#asset.premiumJumps;
    this.jumpBps *= this.#jumpDecay;
    if (this.#mood.uniform() < perDay * SLOW_SECONDS / SECONDS_PER_DAY) {
      const size = this.#mood.exponential(meanBps);
      this.jumpBps += this.#mood.uniform() < upShare ? size : -size;
    }
  }
}
