/** Marks ArbError across copies of the package, so that `isArbError` works where `instanceof` cannot. */
const MARKER: unique symbol = Symbol.for('@arb/core/ArbError') as never;

/** What an error is about: names and values a reader needs, all JSON-friendly. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/**
 * Misuse or misconfiguration, thrown. Market outcomes (a rejected order, a stale book) are events, never errors.
 *
 * The message says what was received, where, and the way out; `code` is stable and begins with `ARB_`.
 */
export class ArbError extends Error {
  readonly code: string;
  readonly context: ErrorContext;

  constructor(code: string, message: string, context: ErrorContext = {}) {
    super(message);
    this.name = 'ArbError';
    this.code = code;
    this.context = context;
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/** True for an {@link ArbError} of any copy of this package. */
export function isArbError(error: unknown): error is ArbError {
  return typeof error === 'object' && error !== null && MARKER in error;
}

/** A bug of ours: something that can never happen happened. It stops the engine. */
export class InvariantError extends ArbError {
  constructor(message: string, context: ErrorContext = {}) {
    super('ARB_INVARIANT', `${message} (this is a bug in @arb; please report it with the journal)`, context);
    this.name = 'InvariantError';
  }
}

/**
 * Stops the engine when a condition that always holds does not.
 *
 * @throws InvariantError with the message and its context
 */
export function invariant(condition: boolean, message: string, context?: ErrorContext): asserts condition {
  if (!condition) throw new InvariantError(message, context);
}

/** Makes a `switch` over a union complete: a new member fails to compile here. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected value ${JSON.stringify(value)}`);
}
