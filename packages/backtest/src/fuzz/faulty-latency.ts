import { MICROS_PER_MS } from '@arb/core/internal';
import type { RandomStream } from '@arb/core/internal';
import type { LatencyModel } from '../venue/latency-model.ts';

/** Latency of one venue, uniform up to its usual, with bursts and requests that are lost. */
export class FaultyLatency {
  readonly submit: LatencyModel = { sample: (at) => this.#submit(at) };
  readonly other: LatencyModel = { sample: (at) => this.#usual(at) };
  readonly #random: RandomStream;
  readonly #usualMs: number;
  burstUntil = 0;
  burstMs = 0;
  /** So many next orders are lost, of which we learn after a while. */
  losses = 0;
  learntMs = 0;
  /** The last message delayed or lost by a fault has arrived, or is known to be lost, by then. */
  disturbedUntil = 0;

  constructor(random: RandomStream, usualMs: number) {
    this.#random = random;
    this.#usualMs = usualMs;
  }

  #submit(at: number): number {
    if (this.losses === 0) return this.#usual(at);
    this.losses--;
    const micros = Math.max(1, this.learntMs * MICROS_PER_MS);
    this.#disturbed(at + micros);
    return -micros;
  }

  #usual(at: number): number {
    const usual = Math.floor(this.#random.uniform() * this.#usualMs * MICROS_PER_MS);
    if (at >= this.burstUntil) return usual;
    const micros = this.burstMs * MICROS_PER_MS;
    this.#disturbed(at + micros);
    return micros;
  }

  #disturbed(until: number): void { if (until > this.disturbedUntil) this.disturbedUntil = until; }
}
