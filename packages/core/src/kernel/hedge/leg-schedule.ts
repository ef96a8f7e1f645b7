import { admissibleDepth } from '../carry/sizing.ts';
import type { PairLeg } from './pair-leg.ts';

/** Both legs together, or one and then, for what it filled, the other. */
export type PairStyle = 'simultaneous' | 'sequential';

/** How the way to a target is divided. */
export interface ScheduleOptions {
  /** How the legs leave; `simultaneous` unless stated. */
  readonly style?: PairStyle;
  /** Sequential: the leg that goes first; the one with the thinner book unless stated. */
  readonly firstLeg?: 'thin' | 'long' | 'short';
  /** Largest value of one leg that leaves at once, USD; the next clip leaves when the last is hedged and `clipEveryMs` have passed. All at once unless stated. */
  readonly clipUsd?: number;
  /** Pause between clips; 1,000 unless stated. */
  readonly clipEveryMs?: number;
}

/** Signed lots both legs send next. */
export type LegLots = readonly [long: number, short: number];

/**
 * What leaves next on the way to both targets: all that is missing or an even clip of it, on both legs or on one. Where one leg is ahead of the other, only what
 * brings the other level with it.
 */
export class LegSchedule {
  readonly #legs: readonly [PairLeg, PairLeg];
  readonly #options: ScheduleOptions;

  constructor(legs: readonly [PairLeg, PairLeg], options: ScheduleOptions) {
    this.#legs = legs;
    this.#options = options;
  }

  get isSequential(): boolean { return this.#options.style === 'sequential'; }
  get isClipped(): boolean { return this.#options.clipUsd !== undefined; }
  get pauseMs(): number { return this.#options.clipEveryMs ?? 1_000; }

  /** @param isCovered false while one leg is ahead of the other by more than can stay */
  next(isCovered: boolean): LegLots {
    const missing: LegLots = [lacking(this.#legs[0]), lacking(this.#legs[1])];
    if (!this.isSequential && !this.isClipped) return missing;
    if (!isCovered) return this.#level(missing) ?? missing;
    const clip = this.#clip(missing);
    if (!this.isSequential || clip.includes(0)) return clip;
    return this.#isLongFirst(clip) ? [clip[0], 0] : [0, clip[1]];
  }

  /** Why the clips on the way to both targets would be too small for a venue; undefined where they are not. */
  refusal(): string | undefined {
    if (!this.isClipped) return undefined;
    const clip = this.#clip([this.#legs[0].missingLots, this.#legs[1].missingLots]);
    const refusal = this.#legs.map((leg, i) => (clip[i] === 0 ? undefined : leg.tooSmall(Math.abs(clip[i]!)))).find((reason) => reason !== undefined);
    return refusal === undefined ? undefined : `a clip is too small: ${refusal}; raise clipUsd`;
  }

  /** The leg that is behind moves until both match; undefined where neither can. */
  #level(missing: LegLots): LegLots | undefined {
    const [long, short] = this.#legs;
    const net = long.base + short.base;
    const i = this.#legs.findIndex((_, index) => missing[index]! * net < 0);
    if (i < 0) return undefined;
    const leg = this.#legs[i]!;
    const perLot = Math.abs(leg.isReducing(missing[i]!) ? leg.heldBasePerLot : leg.basePerLot);
    const lots = Math.sign(missing[i]!) * Math.min(Math.abs(missing[i]!), Math.max(1, Math.round(Math.abs(net) / perLot)));
    return i === 0 ? [lots, 0] : [0, lots];
  }

  /** An even share of what is missing, so that no clip is a remainder too small to be sent; the leg with the finer lots follows the coarser one. */
  #clip(missing: LegLots): LegLots {
    const { clipUsd } = this.#options;
    const present = missing.filter((lots) => lots !== 0).map(Math.abs);
    if (clipUsd === undefined || present.length === 0) return missing;
    const parts = Math.min(...present, Math.max(...this.#legs.map((leg, i) => Math.ceil(Math.abs(missing[i]!) * leg.basePerLot * leg.price / clipUsd - 1e-9))));
    if (!(parts > 1)) return missing;
    const [coarse, fine] = this.#legs[0].basePerLot >= this.#legs[1].basePerLot ? [0, 1] as const : [1, 0] as const;
    if (missing[coarse] === 0 || missing[fine] === 0) return [Math.trunc(missing[0] / parts), Math.trunc(missing[1] / parts)];
    const coarseLots = Math.max(1, Math.round(Math.abs(missing[coarse]) / parts));
    const share = coarseLots / Math.abs(missing[coarse]);
    const fineLots = Math.min(Math.abs(missing[fine]), Math.max(1, Math.round(Math.abs(missing[fine]) * share)));
    const lots = (i: 0 | 1): number => Math.sign(missing[i]) * (i === coarse ? coarseLots : fineLots);
    return [lots(0), lots(1)];
  }

  #isLongFirst(clip: LegLots): boolean {
    const { firstLeg = 'thin' } = this.#options;
    if (firstLeg !== 'thin') return firstLeg === 'long';
    const [long, short] = this.#legs.map((leg, i) => depthOf(leg, clip[i]!)) as [number, number];
    return long <= short;
  }
}

function lacking(leg: PairLeg): number { return leg.isAtTarget ? 0 : leg.missingLots; }

/** Value the book takes within the slippage limit; Infinity where only its top is known. */
function depthOf(leg: PairLeg, signedLots: number): number {
  return leg.state.hasBook ? admissibleDepth(leg.state.book, signedLots > 0 ? 'buy' : 'sell', leg.maxSlippageBps) : Infinity;
}
