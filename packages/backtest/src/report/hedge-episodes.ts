import { Decimal } from '@arb/core';
import type { FillFact, PairFacts } from './run-facts.ts';
import type { UnhedgedSummary } from './run-report.ts';
import { largestOf } from './statistics.ts';

/** A stretch of time in which the legs of a pair did not cancel out. */
export interface HedgeEpisode {
  readonly pairId: string;
  /** When the first fill left the pair unhedged, µs. */
  readonly ts: number;
  readonly seconds: number;
  /** Net exposure at its largest, signed. */
  readonly usd: number;
  /** Integral of the absolute exposure over time. */
  readonly usdSeconds: number;
  readonly isOverBudget: boolean;
  /** Order whose fill opened the episode. */
  readonly orderId: string;
  /** Fills from the opening one to the one that closed it. */
  readonly fills: readonly FillFact[];
}

/**
 * Finds the unhedged episodes of a pair: from the fill that brings the net quantity beyond the tolerance to the one that brings it back.
 *
 * Exposure is valued at the price of the latest fill. An episode still open at the end of the replay ends there.
 *
 * @param fills fills of this pair in time order
 * @param endTs end of the replay, µs
 */
export function hedgeEpisodes(pair: PairFacts, fills: readonly FillFact[], endTs: number): HedgeEpisode[] {
  const tolerance = new Decimal(pair.toleranceQuantity);
  const episodes: HedgeEpisode[] = [];
  let net = new Decimal(0);
  let open: OpenEpisode | undefined;
  for (const fill of fills) {
    open?.advance(fill.ts);
    net = fill.side === 'buy' ? net.plus(fill.hedgeQuantity ?? fill.quantity) : net.minus(fill.hedgeQuantity ?? fill.quantity);
    const isUnhedged = net.abs().gt(tolerance);
    if (isUnhedged) open ??= new OpenEpisode(fill.ts);
    if (open === undefined) continue;
    open.add(fill, isUnhedged ? net.times(new Decimal(fill.notionalUsd).div(fill.hedgeQuantity ?? fill.quantity)).toNumber() : 0);
    if (!isUnhedged) {
      episodes.push(open.close(pair));
      open = undefined;
    }
  }
  if (open !== undefined) {
    open.advance(endTs);
    episodes.push(open.close(pair));
  }
  return episodes;
}

class OpenEpisode {
  readonly #startTs: number;
  readonly #fills: FillFact[] = [];
  #lastTs: number;
  #usd = 0;
  #largestUsd = 0;
  #usdSeconds = 0;

  constructor(startTs: number) {
    this.#startTs = startTs;
    this.#lastTs = startTs;
  }

  advance(ts: number): void {
    this.#usdSeconds += (Math.abs(this.#usd) * (ts - this.#lastTs)) / 1e6;
    this.#lastTs = ts;
  }

  add(fill: FillFact, usd: number): void {
    this.#fills.push(fill);
    this.#usd = usd;
    if (Math.abs(usd) > Math.abs(this.#largestUsd)) this.#largestUsd = usd;
  }

  close(pair: PairFacts): HedgeEpisode {
    const seconds = (this.#lastTs - this.#startTs) / 1e6;
    const usdSeconds = this.#usdSeconds;
    return {
      pairId: pair.pairId,
      ts: this.#startTs,
      seconds,
      usd: this.#largestUsd,
      usdSeconds,
      isOverBudget: seconds > pair.budgetSeconds || usdSeconds > pair.budgetUsdSeconds,
      orderId: this.#fills[0]!.orderId,
      fills: this.#fills,
    };
  }
}

/** Summary of one pair's episodes against its budget. */
export function summariseEpisodes(
  episodes: readonly HedgeEpisode[],
  budget: { readonly budgetSeconds: number; readonly budgetUsdSeconds: number },
): UnhedgedSummary {
  const maxSeconds = largestOf(
    episodes.map((episode) => episode.seconds),
    0,
  );
  const maxUsdSeconds = largestOf(
    episodes.map((episode) => episode.usdSeconds),
    0,
  );
  return {
    seconds: episodes.reduce((sum, episode) => sum + episode.seconds, 0),
    maxSeconds,
    usdSeconds: episodes.reduce((sum, episode) => sum + episode.usdSeconds, 0),
    maxUsdSeconds,
    episodes: episodes.length,
    overBudget: episodes.filter((episode) => episode.isOverBudget).length,
    budgetSeconds: budget.budgetSeconds,
    budgetUsdSeconds: budget.budgetUsdSeconds,
    worstPctOfBudget: Math.max(maxSeconds / budget.budgetSeconds, maxUsdSeconds / budget.budgetUsdSeconds) * 100,
  };
}

/** Summary over several pairs; the budget shown is that of the pair nearest to breaking its own. */
export function combineUnhedged(pairs: readonly UnhedgedSummary[]): UnhedgedSummary {
  const none: UnhedgedSummary = {
    seconds: 0,
    maxSeconds: 0,
    usdSeconds: 0,
    maxUsdSeconds: 0,
    episodes: 0,
    overBudget: 0,
    budgetSeconds: null,
    budgetUsdSeconds: null,
    worstPctOfBudget: null,
  };
  return pairs.reduce((all, pair) => {
    const isWorse = (pair.worstPctOfBudget ?? -1) > (all.worstPctOfBudget ?? -1);
    return {
      seconds: all.seconds + pair.seconds,
      maxSeconds: Math.max(all.maxSeconds, pair.maxSeconds),
      usdSeconds: all.usdSeconds + pair.usdSeconds,
      maxUsdSeconds: Math.max(all.maxUsdSeconds, pair.maxUsdSeconds),
      episodes: all.episodes + pair.episodes,
      overBudget: all.overBudget + pair.overBudget,
      budgetSeconds: isWorse ? pair.budgetSeconds : all.budgetSeconds,
      budgetUsdSeconds: isWorse ? pair.budgetUsdSeconds : all.budgetUsdSeconds,
      worstPctOfBudget: isWorse ? pair.worstPctOfBudget : all.worstPctOfBudget,
    };
  }, none);
}
