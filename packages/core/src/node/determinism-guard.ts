import { ArbError } from '../kernel/errors.ts';
import { placeOf } from './place-of.ts';

/** What the guard traps, and what to use instead. */
const TRAPS: readonly { readonly name: string; readonly use: string }[] = [
  { name: 'Date.now', use: 'this.clock.now()' },
  { name: 'Math.random', use: 'this.random' },
  { name: 'performance.now', use: 'this.clock.now()' },
  { name: 'setTimeout', use: 'this.clock.setAlert' },
  { name: 'setInterval', use: 'this.clock.setTimer' },
  { name: 'setImmediate', use: 'this.clock.setAlert with inMs 0' },
  { name: 'queueMicrotask', use: 'this.bus.publish' },
  { name: 'fetch', use: 'an actor outside the run' },
  { name: 'crypto.getRandomValues', use: 'this.random' },
  { name: 'crypto.randomUUID', use: 'this.random' },
  { name: 'process.hrtime', use: 'this.clock.now()' },
];

interface Slot { readonly holder: Record<string, unknown>; readonly key: string; readonly original: PropertyDescriptor; readonly trap: PropertyDescriptor }

/** @param trapped the function in place of the real one: whoever called it is named */
function trap(name: string, use: string, trapped: (...args: never[]) => unknown): never {
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, trapped);
  throw new ArbError('ARB_NOT_DETERMINISTIC', `${name} was called inside a backtest${placeOf(at.stack)}; use ${use}, so that the same input gives the same run`, { name });
}

/**
 * Holds the language's sources of chance and wall time shut while a synchronous slice of a backtest runs. `new Date(0)` still works, `new Date()` does not.
 *
 * Enter and leave around synchronous work only: what other code does between slices is not touched. Costs about 10 µs per slice.
 */
export class DeterminismGuard {
  readonly #slots: readonly Slot[];
  readonly #realDate = Date;
  readonly #guardedDate: DateConstructor;

  constructor() {
    this.#slots = TRAPS.flatMap(({ name, use }) => makeSlot(name, use));
    const construct = (target: DateConstructor, args: [], newTarget: () => unknown): object => (args.length === 0 ? trap('new Date()', 'this.clock.now()', construct) : Reflect.construct(target, args, newTarget) as object);
    const apply = (): never => trap('Date()', 'this.clock.now()', apply);
    this.#guardedDate = new Proxy(this.#realDate, { construct, apply });
  }

  /** Runs a synchronous function under the guard. */
  run<Result>(work: () => Result): Result {
    for (const { holder, key, trap: trapped } of this.#slots) Object.defineProperty(holder, key, trapped);
    globalThis.Date = this.#guardedDate;
    try { return work(); } finally {
      globalThis.Date = this.#realDate;
      for (const { holder, key, original } of this.#slots) Object.defineProperty(holder, key, original);
    }
  }
}

function makeSlot(name: string, use: string): Slot[] {
  const parts = name.split('.');
  const key = parts.pop()!;
  let holder: object | undefined = parts.reduce<object | undefined>((object, part) => (object as Record<string, object | undefined> | undefined)?.[part], globalThis);
  while (holder !== undefined && holder !== null && Object.getOwnPropertyDescriptor(holder, key) === undefined) holder = Object.getPrototypeOf(holder) as object;
  const original = holder === undefined || holder === null ? undefined : Object.getOwnPropertyDescriptor(holder, key);
  if (original?.configurable !== true) return [];
  const value = (): never => trap(name, use, value);
  return [{
    holder: holder as Record<string, unknown>, key, original,
    trap: { configurable: true, enumerable: original.enumerable ?? false, writable: true, value },
  }];
}
