import { invariant } from '../errors.ts';
import type { UnixMicros } from '../model/time.ts';

/** Time as the data says: it stands still until the next input moves it, and never goes back. */
export class SimulatedClock {
  #now: UnixMicros;

  constructor(start: UnixMicros) { this.#now = start; }

  now(): UnixMicros { return this.#now; }

  /** Moves to the `tsInit` of the next input. */
  advance(to: UnixMicros): void {
    invariant(to >= this.#now, 'time goes forward', { now: this.#now, to });
    this.#now = to;
  }
}
