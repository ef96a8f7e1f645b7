import type { Lane, LaneTimes } from '../replay/lane.ts';

/** A lane that others push into: it reports its next time itself, so nobody has to ask. */
export class PushedLane implements Lane {
  readonly laneClass: number;
  readonly #nextAt: () => number;
  readonly #step: (at: number) => void;
  #times: LaneTimes | undefined;
  #index = 0;
  #at = Infinity;

  constructor(laneClass: number, nextAt: () => number, step: (at: number) => void) {
    this.laneClass = laneClass;
    this.#nextAt = nextAt;
    this.#step = step;
  }

  attach(times: LaneTimes, index: number): void {
    this.#times = times;
    this.#index = index;
    this.#at = Infinity;
    this.moved();
  }

  /** The next time may have changed. */
  moved(): void {
    const at = this.#nextAt();
    if (at === this.#at || this.#times === undefined) return;
    this.#at = at;
    this.#times.set(this.#index, at);
  }

  nextAt(): number { return this.#at = this.#nextAt(); }

  step(at: number): number {
    this.#step(at);
    return 0;
  }
}
