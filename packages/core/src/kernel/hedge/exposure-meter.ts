import { MICROS_PER_SECOND, type UnixMicros } from '../model/time.ts';
import type { UnhedgedEpisode } from './pair-event.ts';

/** How long and how far a pair stood uncovered, over its life. */
export interface UnhedgedTotals {
  readonly episodes: number;
  readonly seconds: number;
  readonly maxSeconds: number;
  readonly usdSeconds: number;
  readonly maxUsdSeconds: number;
}

/** Measures uncovered value over time. Fed at every change; between two changes the value is taken as constant. */
export class ExposureMeter {
  #from: UnixMicros | undefined;
  #last: UnixMicros = 0;
  #usd = 0;
  #peakUsd = 0;
  #usdSeconds = 0;
  #totals: UnhedgedTotals = { episodes: 0, seconds: 0, maxSeconds: 0, usdSeconds: 0, maxUsdSeconds: 0 };

  get isOpen(): boolean { return this.#from !== undefined; }
  get totals(): UnhedgedTotals { return this.#totals; }
  set totals(value: UnhedgedTotals) { this.#totals = value; }
  /** USD·s of the episode under way, up to a time. */
  usdSeconds(now: UnixMicros): number { return this.#from === undefined ? 0 : this.#usdSeconds + Math.abs(this.#usd) * (now - this.#last) / MICROS_PER_SECOND; }

  /**
   * The uncovered value is now this; 0 where the pair is hedged.
   * @returns the episode, where this ended one
   */
  set(usd: number, now: UnixMicros): UnhedgedEpisode | undefined {
    if (this.#from !== undefined) this.#usdSeconds += Math.abs(this.#usd) * (now - this.#last) / MICROS_PER_SECOND;
    else if (usd !== 0) this.#begin(now);
    this.#usd = usd;
    this.#last = now;
    if (Math.abs(usd) > Math.abs(this.#peakUsd)) this.#peakUsd = usd;
    return usd === 0 && this.#from !== undefined ? this.#end(now) : undefined;
  }

  #begin(now: UnixMicros): void {
    this.#from = now;
    this.#usdSeconds = 0;
    this.#peakUsd = 0;
  }

  #end(now: UnixMicros): UnhedgedEpisode {
    const episode: UnhedgedEpisode = { from: this.#from!, to: now, peakUsd: this.#peakUsd, usdSeconds: this.#usdSeconds };
    const seconds = (now - this.#from!) / MICROS_PER_SECOND;
    const { episodes, seconds: sum, maxSeconds, usdSeconds, maxUsdSeconds } = this.#totals;
    this.#totals = {
      episodes: episodes + 1, seconds: sum + seconds, maxSeconds: Math.max(maxSeconds, seconds),
      usdSeconds: usdSeconds + episode.usdSeconds, maxUsdSeconds: Math.max(maxUsdSeconds, episode.usdSeconds),
    };
    this.#from = undefined;
    this.#peakUsd = 0;
    return episode;
  }
}
