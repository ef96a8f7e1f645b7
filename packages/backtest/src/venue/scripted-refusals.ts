import type { UnixMicros } from '@arb/core';
import type { EndReason } from './matching-engine.ts';

/** A refusal as a scenario states it. */
export interface Rejection { readonly code: string; readonly reason?: string }

/** Orders a venue refuses because a test or a fault scenario says so. */
export class ScriptedRefusals {
  readonly #next: EndReason[] = [];
  #until: UnixMicros = -Infinity;
  #why: EndReason | undefined;

  /** Refuses one order more. */
  add(rejection: Rejection): void { this.#next.push(wordsOf(rejection)); }

  /** Refuses every order that arrives before a time, as a venue in maintenance does. */
  refuseUntil(until: UnixMicros, rejection: Rejection): void {
    this.#until = until;
    this.#why = wordsOf(rejection);
  }

  /** Takes orders again. */
  clear(): void {
    this.#next.length = 0;
    this.#until = -Infinity;
  }

  /** Why the order that arrives now is refused; undefined where it is not. */
  take(at: UnixMicros): EndReason | undefined { return this.#next.shift() ?? (at < this.#until ? this.#why : undefined); }
}

function wordsOf({ code, reason }: Rejection): EndReason { return { code, reason: reason ?? 'as the scenario says' }; }
