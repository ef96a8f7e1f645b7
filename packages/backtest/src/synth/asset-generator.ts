import type { UnixMicros } from '@arb/core';
import type { ChunkSinks } from './chunk-buffers.ts';
import { LatentMarket } from './latent-market.ts';
import type { AssetModel, SynthRecipe } from './recipe.ts';
import { VenueGenerator } from './venue-generator.ts';

const US_PER_SECOND = 1_000_000;

/** Which part of a recipe is written. */
export interface GeneratorRange {
  /** What comes before is made but not written: the same market seen from later on, with receive times of its own. */
  readonly from: UnixMicros;
  /** Exclusive, on the receive time. */
  readonly to: UnixMicros;
}

/**
 * Generates one asset on all its venues. Assets depend on the recipe and seed alone, so they may be made one after another or on several threads with
 * the same result; a shorter `to` gives a prefix of the longer.
 */
export class AssetGenerator {
  readonly #recipe: SynthRecipe;
  readonly #range: GeneratorRange;
  readonly #market: LatentMarket;
  readonly #venues: readonly VenueGenerator[];
  #time: UnixMicros;
  #isOpen = false;

  constructor(recipe: SynthRecipe, asset: AssetModel, options: { readonly range: GeneratorRange; readonly sinks: ChunkSinks }) {
    this.#recipe = recipe;
    this.#range = options.range;
    this.#market = new LatentMarket(recipe, asset);
    this.#venues = asset.venues.map((venue) => new VenueGenerator(recipe, venue, { sinks: options.sinks, market: this.#market, until: options.range.to }));
    this.#time = recipe.from;
  }

  /** Generates up to `until` (a whole second) and returns how far it got: the end of the range at most. */
  advance(until: UnixMicros): UnixMicros {
    const { stepUs } = this.#recipe;
    const end = Math.min(until, this.#range.to);
    while (this.#time < end) {
      if (this.#time % US_PER_SECOND === 0) this.#atSecond(this.#time);
      this.#market.step();
      for (const venue of this.#venues) venue.step(this.#time, this.#market);
      this.#time += stepUs;
    }
    if (this.#time >= this.#range.to) for (const venue of this.#venues) venue.flush();
    return this.#time;
  }

  #atSecond(time: UnixMicros): void {
    if (!this.#isOpen && time >= this.#range.from) {
      this.#isOpen = true;
      for (const venue of this.#venues) venue.open(time);
    }
    for (const venue of this.#venues) venue.atSecond(time, this.#market, this.#peerMid(venue));
  }

  /** Mean mid of the other venues; its own where it is alone. */
  #peerMid(venue: VenueGenerator): number {
    let sum = 0;
    let count = 0;
    for (const peer of this.#venues) {
      if (peer === venue) continue;
      sum += peer.mid;
      count++;
    }
    return count === 0 ? venue.mid : sum / count;
  }
}
