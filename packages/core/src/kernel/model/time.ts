import { ArbError } from '../errors.ts';
import type { Brand } from './brand.ts';

/** Integer microseconds since 1970-01-01T00:00:00Z, exact in a number until 2255. */
export type UnixMicros = Brand<number, 'UnixMicros'>;

/** Microseconds in a millisecond. */
export const MICROS_PER_MS = 1_000;
/** Microseconds in a second. */
export const MICROS_PER_SECOND = 1_000_000;
/** Microseconds in an hour. */
export const MICROS_PER_HOUR = 3_600_000_000;
/** Microseconds in a day. */
export const MICROS_PER_DAY = 86_400_000_000;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  return (year - 1970) * 365 + leapDays + DAYS_BEFORE_MONTH[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
}

/**
 * Reads an ISO 8601 date or date-time; without a zone it is UTC. Digits below a microsecond are floored.
 *
 * @throws ArbError `ARB_BAD_TIME` naming what was received and the accepted forms
 * @example parseTime('2025-03-01') // => 1740787200000000
 */
export function parseTime(text: string): UnixMicros {
  const match = ISO.exec(text.trim());
  const fail = (): never => {
    throw new ArbError('ARB_BAD_TIME', `"${text}" is not a time; write 2025-03-01, 2025-03-01T08:00 or 2025-03-01T08:00:00.123456Z`, { text });
  };
  if (!match) return fail();
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const monthLength = month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  if (month < 1 || month > 12 || day < 1 || day > monthLength || hour > 23 || minute > 59 || second > 59) return fail();
  const fraction = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  const zone = match[8];
  const offsetMinutes = zone === undefined || zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + (minute - offsetMinutes) * 60 + second;
  return seconds * MICROS_PER_SECOND + fraction;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/**
 * ISO 8601 in UTC with as many decimals as the value needs (none, 3 or 6).
 *
 * @example formatTime(1740787200000000) // => '2025-03-01T00:00:00Z'
 */
export function formatTime(time: UnixMicros): string {
  const days = Math.floor(time / MICROS_PER_DAY);
  const micros = time - days * MICROS_PER_DAY;
  const [year, month, day] = civilFromDays(days);
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const fraction = micros - seconds * MICROS_PER_SECOND;
  const decimals = fraction === 0 ? '' : fraction % 1_000 === 0 ? `.${pad(fraction / 1_000, 3)}` : `.${pad(fraction, 6)}`;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(Math.floor(seconds / 3_600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${decimals}Z`;
}

/** The UTC date of a time, `2025-03-01`. */
export function formatDate(time: UnixMicros): string {
  return formatTime(Math.floor(time / MICROS_PER_DAY) * MICROS_PER_DAY).slice(0, 10);
}

function civilFromDays(days: number): [year: number, month: number, day: number] {
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysSinceEpoch(year, 1, 1) > days) year--;
  while (daysSinceEpoch(year + 1, 1, 1) <= days) year++;
  let month = 12;
  while (daysSinceEpoch(year, month, 1) > days) month--;
  return [year, month, days - daysSinceEpoch(year, month, 1) + 1];
}
