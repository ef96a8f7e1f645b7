import { MICROS_PER_MS } from '@arb/core/internal';
import type { BookShape } from './fault-schedule.ts';
import type { FuzzLeg } from './fuzz-leg.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import type { Invariant } from './invariants.ts';

/** What the pair's own pauses between tries, and the tick of the market here, may add to the budget. */
const PAUSES_MS = 750;
/** A pair that could not act for long looks again only every five seconds. */
const AFTER_OBSTACLE_MS = 5_500;

/** One asset, and since when nothing hindered it from being covered. */
interface Exposure { readonly base: string; readonly legs: readonly FuzzLeg[]; uncoveredUsd: number; clearMs: number; clearUsdSeconds: number; wasHindered: boolean }

/**
 * What the venues hold against each other, measured there and not where the pair looks. Only time counts in which it could have been covered: both venues
 * answer, the feeds are live, and the leg that holds too much can be closed. That the other leg cannot be completed is no excuse.
 */
export class HedgeBudget implements Invariant {
  readonly name = 'hedge-budget';
  readonly #world: FuzzWorld;
  readonly #exposures: readonly Exposure[];
  #last: number;

  constructor(world: FuzzWorld) {
    this.#world = world;
    this.#last = world.now;
    this.#exposures = [...new Set(world.legs.map(({ instrument }) => instrument.base))].map((base) => ({
      base, legs: world.legs.filter(({ instrument }) => instrument.base === base), uncoveredUsd: 0, clearMs: 0, clearUsdSeconds: 0, wasHindered: false,
    }));
  }

  look(): string | undefined {
    const now = this.#world.now;
    const elapsedMs = (now - this.#last) / MICROS_PER_MS;
    this.#last = now;
    for (const exposure of this.#exposures) {
      const wrong = this.#lookAt(exposure, elapsedMs);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #lookAt(exposure: Exposure, elapsedMs: number): string | undefined {
    if (exposure.uncoveredUsd !== 0) {
      exposure.clearMs += elapsedMs;
      exposure.clearUsdSeconds += Math.abs(exposure.uncoveredUsd) * elapsedMs / 1_000;
    }
    exposure.uncoveredUsd = this.#uncoveredUsd(exposure.legs);
    if (exposure.uncoveredUsd === 0) {
      exposure.wasHindered = false;
      this.#reset(exposure);
      return undefined;
    }
    if (this.#isHindered(exposure)) {
      exposure.wasHindered = true;
      this.#reset(exposure);
      return undefined;
    }
    return this.#verdict(exposure);
  }

  #verdict({ base, uncoveredUsd, clearMs, clearUsdSeconds, wasHindered }: Exposure): string | undefined {
    const options = this.#world.pairs.map((pair) => pair.options);
    if (options.length === 0) return undefined;
    const slackMs = PAUSES_MS + 4 * this.#world.schedule.latencyMs + (wasHindered ? AFTER_OBSTACLE_MS : 0);
    const maxMs = Math.max(...options.map(({ maxUnhedgedMs }) => maxUnhedgedMs)) + slackMs;
    if (clearMs > maxMs) return `${uncoveredUsd.toFixed(2)} USD of ${base} uncovered at the venues for ${clearMs.toFixed(0)} ms in which nothing hindered, ${maxMs} with all allowances`;
    const maxUsdSeconds = Math.max(...options.map(({ maxUnhedgedUsdSeconds }) => maxUnhedgedUsdSeconds)) + Math.abs(uncoveredUsd) * slackMs / 1_000;
    return clearUsdSeconds > maxUsdSeconds ? `${clearUsdSeconds.toFixed(0)} USD·s of ${base} uncovered at the venues while nothing hindered, ${maxUsdSeconds.toFixed(0)} with all allowances` : undefined;
  }

  #reset(exposure: Exposure): void {
    exposure.clearMs = 0;
    exposure.clearUsdSeconds = 0;
  }

  /** Net value of the legs; 0 where it is too little to be traded away: a lot of the coarser leg, or the venue's smallest order, for each pair. */
  #uncoveredUsd(legs: readonly FuzzLeg[]): number {
    let net = 0;
    let coarsest = 0;
    const price = this.#world.market.price(legs[0]!.instrument.base);
    for (const { instrument, unit, minNotional, site: { venue } } of legs) {
      net += venue.account.lots(instrument) * unit;
      coarsest = Math.max(coarsest, unit * Math.max(1, instrument.minLots), 1.05 * minNotional / price);
    }
    return Math.abs(net) <= coarsest * Math.max(1, this.#world.pairs.length) + 1e-12 ? 0 : net * price;
  }

  #isHindered({ legs, uncoveredUsd }: Exposure): boolean {
    const { now, books, pairs } = this.#world;
    const isShared = pairs.length > 1;                                        // what several pairs hold against each other does not show at the venues
    const sign = Math.sign(uncoveredUsd);
    const closing: readonly BookShape[] = sign > 0 ? ['no-bids', 'thin-bids', 'empty'] : ['no-asks', 'thin-asks', 'empty'];
    for (const { instrument, site: { line, latency, venue, refusesUntil }, shape, shapeUntil, feedUntil } of legs) {
      if (line.isHolding || line.silentUntil > now || latency.disturbedUntil >= now || latency.burstUntil > now || feedUntil > now) return true;
      if (!isShared && Math.sign(venue.account.lots(instrument)) !== sign) continue;
      if (refusesUntil > now || (shapeUntil > now && shape !== undefined && closing.includes(shape))) return true;
      if (books.lastRefused?.instrument === instrument && books.lastRefused.at === now) return true;
    }
    return false;
  }
}
