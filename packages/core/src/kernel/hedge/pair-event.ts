import type { InstrumentId } from '../model/ids.ts';
import type { UnixMicros } from '../model/time.ts';
import type { LegFailure } from './leg-failure.ts';

/** Where a pair is in its life. */
export type PairState = 'FLAT' | 'ENTERING' | 'HEDGED' | 'ADJUSTING' | 'EXITING' | 'HALTED';

/** Names of pair events. */
export type PairEventType = 'PairEntering' | 'PairHedged' | 'PairAdjusting' | 'PairExiting' | 'PairFlat' | 'PairHalted' | 'PairRefused' | 'PairCompleting' | 'PairNeutralising' | 'PairUnhedged' | 'PairRehedged';

/** Something happened to a pair. `PairUnhedged` and `PairRehedged` begin and end an episode in which one leg stood without the other. */
export interface PairEvent {
  readonly type: PairEventType;
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  readonly state: PairState;
  /** Why, in words with numbers. */
  readonly reason: string;
  /** What the strategy gave as its reason, kept for the journal. */
  readonly decision: unknown;
  /** Signed quantities held, as decimal text. */
  readonly longQuantity: string;
  readonly shortQuantity: string;
  /** `PairRehedged`: how long the episode lasted and how large it was. */
  readonly episode: UnhedgedEpisode | undefined;
  /** `PairCompleting`, `PairNeutralising`: what was weighed where one leg filled and the other did not; undefined where there was nothing to choose. */
  readonly legFailure: LegFailure | undefined;
  readonly at: UnixMicros;
}

/** One stretch of time in which a fill waited for its hedge. */
export interface UnhedgedEpisode {
  readonly from: UnixMicros;
  readonly to: UnixMicros;
  /** Largest uncovered value, USD, signed: positive is long. */
  readonly peakUsd: number;
  /** Integral of uncovered value over time. */
  readonly usdSeconds: number;
}
