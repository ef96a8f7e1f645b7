import { ArbError, MICROS_PER_DAY, MICROS_PER_HOUR, parseTime } from '@arb/core';

const DIGITS = /^\d{10,19}$/;

/**
 * An integer stamp of unknown unit in µs: seconds, ms, µs or ns by its number of digits (times between 2001 and 2286); digits below a µs are floored.
 *
 * @throws ArbError `ARB_BAD_ROW`
 * @example stampMicros('1740787200000') // => 1740787200000000
 */
export function stampMicros(text: string): number {
  if (!DIGITS.test(text)) throw new ArbError('ARB_BAD_ROW', `"${text}" is not a time stamp in s, ms, µs or ns`, { text });
  const digits = text.length;
  if (digits === 10) return Number(text) * 1_000_000;
  if (digits === 13) return Number(text) * 1_000;
  if (digits === 16) return Number(text);
  if (digits === 19) return Number(text.slice(0, -3));
  throw new ArbError('ARB_BAD_ROW', `"${text}" has ${digits} digits; a stamp has 10 (s), 13 (ms), 16 (µs) or 19 (ns)`, { text });
}

/**
 * Seconds with decimals in µs, exactly: `1757015217.1651921` is floored below a µs.
 *
 * @throws ArbError `ARB_BAD_ROW`
 */
export function secondsMicros(text: string): number {
  const match = /^(\d{9,10})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) throw new ArbError('ARB_BAD_ROW', `"${text}" is not a time in seconds`, { text });
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
}

/** The whole hour nearest to a jittered settlement stamp, µs. */
export function nearestHour(time: number): number {
  return Math.round(time / MICROS_PER_HOUR) * MICROS_PER_HOUR;
}

/** The last Sunday of a month of a year, at 01:00 UTC: when summer time begins or ends in Europe since 1996. */
function lastSunday(year: number, month: '03' | '10'): number {
  const last = parseTime(`${year}-${month}-31`);
  const weekday = (Math.floor(last / MICROS_PER_DAY) + 4) % 7;          // 1970-01-01 was a Thursday
  return last - weekday * MICROS_PER_DAY + MICROS_PER_HOUR;
}

/**
 * Local time of London in UTC, µs: one hour earlier in summer. The hour that happens twice in October is taken the first time, in summer time; the hour that
 * does not exist in March is refused.
 *
 * @throws ArbError `ARB_BAD_TIME`
 * @example londonMicros('2024-07-01 01:00:00') // => parseTime('2024-07-01T00:00:00Z')
 */
export function londonMicros(text: string): number {
  const local = parseTime(text);
  const year = Number(text.slice(0, 4));
  const begin = lastSunday(year, '03');
  const end = lastSunday(year, '10');
  if (local >= begin && local < begin + MICROS_PER_HOUR) throw new ArbError('ARB_BAD_TIME', `"${text}" does not exist in London: the clocks went forward`, { text });
  return local >= begin && local < end + MICROS_PER_HOUR ? local - MICROS_PER_HOUR : local;
}
