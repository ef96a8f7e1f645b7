import { parseTime, type UnixMicros } from '@arb/core';

/**
 * A time as users write it, ISO text or µs, in µs.
 * @throws ArbError `ARB_BAD_TIME`
 */
export function microsOf(time: string | UnixMicros): UnixMicros {
  return typeof time === 'string' ? parseTime(time) : time;
}
