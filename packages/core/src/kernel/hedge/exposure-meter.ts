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

/** A meter as saved; an episode that was under way goes on, so that time between save and restore counts. */
export interface SavedMeter {
  readonly totals: UnhedgedTotals;
  readonly open: { readonly from: UnixMicros; readonly last: UnixMicros; readonly usd: number; readonly peakUsd: number; readonly usdSeconds: number } | undefined;
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

  /** Milliseconds the episode under way has lasted, up to a time; 0 without one. */
  elapsedMs(now: UnixMicros): number { return this.#from === undefined ? 0 : (now - this.#from) / 1_000; }
  /** USD·s of the episode under way, up to a time. */
  usdSeconds(now: UnixMicros): number { return this.#from === undefined ? 0 : this.#usdSeconds + Math.abs(this.#usd) * (now - this.#last) / MICROS_PER_SECOND; }

  /**
   * The uncovered value is now this.
   * @param isUncovered false where the pair is hedged; something may be uncovered and without a known value
   * @returns the episode, where this ended one
   */
  set(usd: number, now: UnixMicros, isUncovered: boolean): UnhedgedEpisode | undefined {
    if (this.#from !== undefined) this.#usdSeconds += Math.abs(this.#usd) * (now - this.#last) / MICROS_PER_SECOND;
    else if (isUncovered) this.#begin(now);
    this.#usd = usd;
    this.#last = now;
    if (Math.abs(usd) > Math.abs(this.#peakUsd)) this.#peakUsd = usd;
    return !isUncovered && this.#from !== undefined ? this.#end(now) : undefined;
  }

  save(): SavedMeter {
    return { totals: this.#totals, open: this.#from === undefined ? undefined : { from: this.#from, last: this.#last, usd: this.#usd, peakUsd: this.#peakUsd, usdSeconds: this.#usdSeconds } };
  }

  restore(saved: SavedMeter): void {
    this.#totals = saved.totals;
    this.#from = saved.open?.from;
    this.#last = saved.open?.last ?? 0;
    this.#usd = saved.open?.usd ?? 0;
    this.#peakUsd = saved.open?.peakUsd ?? 0;
    this.#usdSeconds = saved.open?.usdSeconds ?? 0;
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
