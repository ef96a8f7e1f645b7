import type { UnixMicros } from '../model/time.ts';

/** When something is due: at a time, or after a while. */
export type AlertTime = { readonly at: UnixMicros } | { readonly inMs: number };

/** A repeating timer, aligned to the UTC epoch: it fires where `(now - offset) % every === 0`. */
export interface TimerOptions {
  readonly everyMs: number;
  readonly offsetMs?: number;
}

/** What happens when a timer fires. It gets the time it was due. */
export type TimerHandler = (dueAt: UnixMicros) => void;

/** The only source of time in the kernel; nothing else knows it. */
export interface Clock {
  /** The `tsInit` of the input being handled. */
  now(): UnixMicros;
  /** Fires once; a name set again replaces what it was. A time already past fires at once, after the current handler. */
  setAlert(name: string, time: AlertTime, handler: TimerHandler): void;
  /** Fires at every multiple of the interval after now; a name set again replaces what it was. */
  setTimer(name: string, options: TimerOptions, handler: TimerHandler): void;
  /** Removes an alert or timer; true where there was one. */
  cancel(name: string): boolean;
}
