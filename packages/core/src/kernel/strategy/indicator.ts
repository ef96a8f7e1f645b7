import type { UnixMicros } from '../model/time.ts';

/** Anything that is fed values and has one: moving averages, funding forecasts, your own. Its public JSON-able fields are saved and restored by themselves. */
export interface Indicator {
  /** Takes the next value and the time it belongs to. */
  update(value: number, at: UnixMicros): void;
  /** NaN until there is one. */
  readonly value: number;
  /** True once enough values have been seen. */
  readonly isReady: boolean;
}
