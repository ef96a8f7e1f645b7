import { type RandomStream, randomStream } from '@arb/core/internal';
import { type LatentMarket, MeanReverting } from './latent-market.ts';
import type { SynthRecipe, VenueModel } from './recipe.ts';

/** Steps between moves of the venue's slow part, seconds. */
const SLOW_SECONDS = 10;
const BPS = 1e-4;

/** Where one venue's perpetual trades relative to the index: mean, share of the sentiment and its jumps, an own slow part and fast noise. */
export class VenuePremium {
  readonly #random: RandomStream;
  readonly #slow: MeanReverting;
  readonly #fast: MeanReverting;
  readonly #model: VenueModel['premium'];
  readonly #stepsPerSlow: number;
  #untilSlow = 0;

  constructor(recipe: SynthRecipe, venue: VenueModel) {
    this.#random = randomStream(recipe.seed, `synth.${venue.spec.id}.premium`);
    this.#model = venue.premium;
    const stepsPerSecond = 1_000_000 / recipe.stepUs;
    this.#stepsPerSlow = SLOW_SECONDS * stepsPerSecond;
    this.#slow = new MeanReverting(venue.premium.ownSdBps, venue.premium.ownHalfLifeHours * 3_600 / SLOW_SECONDS, this.#random);
    this.#fast = new MeanReverting(venue.premium.fastSdBps, venue.premium.fastHalfLifeSeconds * stepsPerSecond, this.#random);
  }

  /** The venue's mid over the index price, 1.0005 = 5 bps above; moves one step at each call. */
  step(market: LatentMarket): number {
    if (this.#untilSlow === 0) {
      this.#untilSlow = this.#stepsPerSlow;
      this.#slow.step(this.#random);
    }
    this.#untilSlow--;
    this.#fast.step(this.#random);
    const { meanBps, sentimentLoading, jumpLoading } = this.#model;
    return 1 + BPS * (meanBps + sentimentLoading * market.sentimentBps + jumpLoading * market.jumpBps + this.#slow.value + this.#fast.value);
  }
}
