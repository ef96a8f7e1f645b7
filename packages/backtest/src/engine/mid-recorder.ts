import type { UnixMicros } from '@arb/core';

const MICROS_PER_SECOND = 1_000_000;
/** When mids are wanted after a fill, s: at it, and at the horizons of the markouts. */
const HORIZONS: readonly number[] = [0, 1, 10, 60, 300];

/** Mids of one instrument, at the times somebody asked for. */
export interface RecordedMids { readonly ts: number[]; readonly mid: number[] }

/** Records the mid of an instrument at fixed times after each of its fills; nothing is kept of the rest of the run. */
export class MidRecorder {
  readonly byInstrument: Map<string, RecordedMids> = new Map();
  readonly #midOf: (instrumentId: string) => number;
  /** Times wanted, ascending; several horizons are one queue each, so that each stays sorted by itself. */
  readonly #queues: { readonly at: UnixMicros; readonly instrumentId: string }[][] = HORIZONS.map(() => []);
  readonly #heads: number[] = HORIZONS.map(() => 0);

  constructor(midOf: (instrumentId: string) => number) { this.#midOf = midOf; }

  /** A fill happened. */
  watch(instrumentId: string, at: UnixMicros): void {
    HORIZONS.forEach((seconds, i) => { this.#queues[i]!.push({ at: at + seconds * MICROS_PER_SECOND, instrumentId }); });
  }

  nextAt(): UnixMicros {
    let next = Infinity;
    for (let i = 0; i < this.#queues.length; i++) {
      const head = this.#queues[i]![this.#heads[i]!];
      if (head !== undefined && head.at < next) next = head.at;
    }
    return next;
  }

  /** Takes every mid that is due. */
  record(at: UnixMicros): void {
    for (let i = 0; i < this.#queues.length; i++) {
      for (let head = this.#queues[i]![this.#heads[i]!]; head !== undefined && head.at <= at; head = this.#queues[i]![this.#heads[i]!]) {
        this.#heads[i]!++;
        this.#add(head.instrumentId, head.at);
      }
    }
  }

  #add(instrumentId: string, at: UnixMicros): void {
    const mid = this.#midOf(instrumentId);
    if (Number.isNaN(mid)) return;
    let recorded = this.byInstrument.get(instrumentId);
    if (recorded === undefined) {
      recorded = { ts: [], mid: [] };
      this.byInstrument.set(instrumentId, recorded);
    }
    if (recorded.ts.at(-1) === at) return;
    recorded.ts.push(at);
    recorded.mid.push(mid);
  }
}
