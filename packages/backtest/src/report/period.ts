import { formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, type UnixMicros } from '@arb/core';

const MICROS_PER_MINUTE = MICROS_PER_HOUR / 60;

/** True where dates say a period well enough: it holds two days or more, or whole ones. */
export function isSaidByDates(from: number, to: number): boolean {
  return to - from >= 2 * MICROS_PER_DAY || (from % MICROS_PER_DAY === 0 && to % MICROS_PER_DAY === 0 && to > from);
}

/** `2025-03-01 → 2025-03-15`; of a short period with the times: `2024-08-08 14:00 → 15:00 UTC`. */
export function periodText(from: number, to: number): string {
  const [start, end] = [from, to].map((time) => formatTime(Math.floor(time) as UnixMicros));
  const [startDay, endDay] = [start!.slice(0, 10), end!.slice(0, 10)];
  if (isSaidByDates(from, to)) return `${startDay} → ${endDay}`;
  const isFine = to - from < MICROS_PER_HOUR && (from % MICROS_PER_MINUTE !== 0 || to % MICROS_PER_MINUTE !== 0);
  const clock = (time: string): string => time.slice(11, isFine ? 19 : 16);
  return `${startDay} ${clock(start!)} → ${startDay === endDay ? '' : `${endDay} `}${clock(end!)} UTC`;
}
