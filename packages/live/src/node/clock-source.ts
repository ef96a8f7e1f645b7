import type { UnixMicros } from '@arb/core';

/** Where a live clock's time comes from; injected, so that tests step it and drills run it faster. Every timeout, age and settlement reads it. */
export interface ClockSource {
  now(): UnixMicros;
  /** Calls back once, no earlier than that time. Returns what cancels it. */
  wakeAt(at: UnixMicros, wake: () => void): () => void;
}

/** Longest single wait of the host's timers; longer ones are renewed. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The machine's clock, never stepping back: after a correction backwards it stands still until it has caught up. */
export class WallClockSource implements ClockSource {
  #last: UnixMicros = 0;

  now(): UnixMicros {
    const now = Math.floor((performance.timeOrigin + performance.now()) * 1_000);
    if (now > this.#last) this.#last = now;
    return this.#last;
  }

  wakeAt(at: UnixMicros, wake: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const leftMs = (at - this.now()) / 1_000;
      if (leftMs <= 0) wake();
      else timer = setTimeout(arm, Math.min(Math.ceil(leftMs), MAX_TIMEOUT_MS));
    };
    timer = setTimeout(arm, Math.max(0, Math.min(Math.ceil((at - this.now()) / 1_000), MAX_TIMEOUT_MS)));
    return () => { clearTimeout(timer); };
  }
}

/** Time that runs faster than the wall's by a factor, from a chosen beginning: for drills. */
export class AcceleratedClockSource implements ClockSource {
  readonly #wall: ClockSource;
  readonly #factor: number;
  readonly #startAt: UnixMicros;
  readonly #wallStart: UnixMicros;

  constructor(factor: number, startAt: UnixMicros, wall: ClockSource = new WallClockSource()) {
    this.#wall = wall;
    this.#factor = factor;
    this.#startAt = startAt;
    this.#wallStart = wall.now();
  }

  now(): UnixMicros { return this.#startAt + Math.floor((this.#wall.now() - this.#wallStart) * this.#factor); }
  wakeAt(at: UnixMicros, wake: () => void): () => void { return this.#wall.wakeAt(this.#wallStart + Math.ceil((at - this.#startAt) / this.#factor), wake); }
}

/** Time that moves only when told: for tests. */
export class SteppedClockSource implements ClockSource {
  #now: UnixMicros;
  #waiting: { readonly at: UnixMicros; readonly order: number; readonly wake: () => void }[] = [];
  #order = 0;

  constructor(startAt: UnixMicros) { this.#now = startAt; }

  now(): UnixMicros { return this.#now; }

  wakeAt(at: UnixMicros, wake: () => void): () => void {
    const entry = { at, order: this.#order++, wake };
    this.#waiting.push(entry);
    return () => { this.#waiting = this.#waiting.filter((other) => other !== entry); };
  }

  /** Moves time and wakes everyone due on the way, in time order. */
  step(to: UnixMicros): void {
    for (;;) {
      const due = this.#waiting.filter(({ at }) => at <= to).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.wake();
    }
    this.#now = Math.max(this.#now, to);
  }
}
