import { exp, type RandomStream } from '@arb/core/internal';
import type { LatencyModel } from './recipe.ts';

/** When a venue's messages reach us: one connection, so nothing overtakes within a stream. */
export class FeedLatency {
  readonly #random: RandomStream;
  readonly #model: LatencyModel;
  #last = 0;

  constructor(random: RandomStream, model: LatencyModel) {
    this.#random = random;
    this.#model = model;
  }

  /**
   * The receive time of an event, µs: never before an earlier call's result.
   * @param tsEvent the venue's stamp
   */
  arrivalOf(tsEvent: number): number {
    const delayMs = this.#model.floorMs + this.#model.medianMs * exp(this.#model.sigma * this.#random.normal());
    const arrival = tsEvent + Math.floor(delayMs * 1_000);
    this.#last = arrival > this.#last ? arrival : this.#last;
    return this.#last;
  }
}
