import { ArbError } from '../errors.ts';
import { MICROS_PER_MS, type UnixMicros } from '../model/time.ts';
import type { AlertTime, Clock, TimerHandler, TimerOptions } from './clock.ts';

interface Timer {
  readonly name: string;
  readonly order: number;
  readonly everyMicros: number;                // 0 for an alert
  readonly handler: TimerHandler;
  dueAt: UnixMicros;
  isCanceled: boolean;
}

/** Timers alive at once in one kernel. */
const MAX_TIMERS = 100_000;

/**
 * Alerts and timers in time order, those due together in the order they were set. Shared by every clock; only where `now` comes from differs.
 */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  readonly #byName = new Map<string, Timer>();
  #created = 0;

  /** When the earliest is due; Infinity when there is none. */
  nextAt(): UnixMicros {
    while (this.#heap.length > 0 && this.#heap[0]!.isCanceled) this.#pop();
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!.dueAt;
  }

  setAlert(name: string, now: UnixMicros, time: AlertTime, handler: TimerHandler): void {
    const at = 'at' in time ? time.at : now + Math.round(time.inMs * MICROS_PER_MS);
    if (!Number.isFinite(at)) throw new ArbError('ARB_BAD_TIMER', `alert "${name}" has no valid time: ${JSON.stringify(time)}; give { at } in µs or { inMs }`, { name });
    this.#add({ name, order: this.#created++, everyMicros: 0, handler, dueAt: at < now ? now : at, isCanceled: false });
  }

  setTimer(name: string, now: UnixMicros, options: TimerOptions, handler: TimerHandler): void {
    const every = options.everyMs * MICROS_PER_MS;
    if (!(every >= MICROS_PER_MS) || !Number.isInteger(every)) throw new ArbError('ARB_BAD_TIMER', `timer "${name}" has everyMs ${options.everyMs}; give at least 1, in whole µs`, { name });
    const offset = Math.round((options.offsetMs ?? 0) * MICROS_PER_MS);
    const dueAt = (Math.floor((now - offset) / every) + 1) * every + offset;
    this.#add({ name, order: this.#created++, everyMicros: every, handler, dueAt, isCanceled: false });
  }

  cancel(name: string): boolean {
    const timer = this.#byName.get(name);
    if (timer === undefined) return false;
    timer.isCanceled = true;
    return this.#byName.delete(name);
  }

  /** Takes the next timer due at or before `now`; a repeating one is set again first. */
  takeDue(now: UnixMicros): { readonly name: string; readonly dueAt: UnixMicros; readonly handler: TimerHandler } | undefined {
    if (this.nextAt() > now) return undefined;
    const timer = this.#pop();
    if (timer.everyMicros === 0) this.#byName.delete(timer.name);
    else {
      const again: Timer = { ...timer, order: this.#created++, dueAt: timer.dueAt + timer.everyMicros };
      this.#byName.set(timer.name, again);
      this.#push(again);
    }
    return timer;
  }

  #add(timer: Timer): void {
    this.cancel(timer.name);
    if (this.#byName.size >= MAX_TIMERS) throw new ArbError('ARB_TOO_MANY_TIMERS', `${MAX_TIMERS} timers are set; "${timer.name}" is one too many: reuse names or cancel what is done`, {});
    this.#byName.set(timer.name, timer);
    this.#push(timer);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (let child = 1; child < heap.length; child = at * 2 + 1) {
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
        if (!isBefore(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}

/** A clock of one owner: its timer names are its own. */
export class OwnedClock implements Clock {
  readonly #owner: string;
  readonly #timers: TimerQueue;
  readonly #source: { readonly now: () => UnixMicros };

  constructor(owner: string, timers: TimerQueue, source: { readonly now: () => UnixMicros }) {
    this.#owner = owner;
    this.#timers = timers;
    this.#source = source;
  }

  now(): UnixMicros { return this.#source.now(); }
  setAlert(name: string, time: AlertTime, handler: TimerHandler): void { this.#timers.setAlert(`${this.#owner}/${name}`, this.now(), time, handler); }
  setTimer(name: string, options: TimerOptions, handler: TimerHandler): void { this.#timers.setTimer(`${this.#owner}/${name}`, this.now(), options, handler); }
  cancel(name: string): boolean { return this.#timers.cancel(`${this.#owner}/${name}`); }
}
