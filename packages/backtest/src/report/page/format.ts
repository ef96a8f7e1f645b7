/** Number and time formats of the tearsheet: one copy for the builder and the script in the page, so it uses nothing but the language. */

/** U+2212, as wide as a plus. */
export const MINUS = '\u2212';
/** Narrow no-break space before units. */
export const NNBSP = '\u202f';
/** Where there is no value; never 0. */
export const MISSING = '\u2013';

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `12345.6` as `12,345.60`; negative with U+2212, never `-0.00`; `–` where there is no value. */
export function formatNumber(value: number | null | undefined, decimals = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.') as [string, string | undefined];
  const isZero = !/[1-9]/.test(whole + (fraction ?? ''));
  return (value < 0 && !isZero ? MINUS : '') + group(whole) + (fraction === undefined ? '' : `.${fraction}`);
}

/** A result: always with its sign, `+186.20`, `−61.30`, `0.00`. */
export function formatSigned(value: number | null | undefined, decimals = 2): string {
  const text = formatNumber(value, decimals);
  return (value ?? 0) > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A share or rate, `4.8 %`. */
export const formatPct = (value: number | null | undefined, decimals = 1): string =>
  formatNumber(value, decimals) + (value === null || value === undefined ? '' : `${NNBSP}%`);
/** A return, `+0.18 %`. */
export const formatSignedPct = (value: number | null | undefined, decimals = 2): string =>
  formatSigned(value, decimals) + (value === null || value === undefined ? '' : `${NNBSP}%`);
/** An amount, `186.20 USD`. */
export const formatUsd = (value: number | null | undefined, decimals = 2): string => `${formatNumber(value, decimals)}${NNBSP}USD`;
/** A result, `+186.20 USD`. */
export const formatSignedUsd = (value: number | null | undefined, decimals = 2): string => `${formatSigned(value, decimals)}${NNBSP}USD`;

/** Seconds in two units: `0.31 s`, `4 min 12 s`, `2 d 7 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${formatNumber(seconds, seconds < 1 ? 2 : seconds < 10 ? 1 : 0)}${NNBSP}s`;
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  const [size, name] = units[first]!;
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[0]);
  return `${Math.floor(seconds / size)}${NNBSP}${name}${rest > 0 && next !== undefined ? ` ${rest}${NNBSP}${next[1]}` : ''}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const iso = (unixSeconds: number): string => new Date(Math.round(unixSeconds * 1e3)).toISOString();

/** `23:05`, UTC. */
export const formatHourMinute = (unixSeconds: number): string => iso(unixSeconds).slice(11, 16);
/** `6 Mar`, UTC. */
export const formatDayMonth = (unixSeconds: number): string =>
  `${Number(iso(unixSeconds).slice(8, 10))}\u00a0${MONTHS[Number(iso(unixSeconds).slice(5, 7)) - 1]!}`;
/** `6 Mar 2025`, UTC. */
export const formatDate = (unixSeconds: number): string => `${formatDayMonth(unixSeconds)}\u00a0${iso(unixSeconds).slice(0, 4)}`;
/** `Mar 2025`, UTC. */
export const formatMonth = (unixSeconds: number): string => `${MONTHS[Number(iso(unixSeconds).slice(5, 7)) - 1]!}\u00a0${iso(unixSeconds).slice(0, 4)}`;
/** `6 Mar, 23:05`, UTC. */
export const formatDayTime = (unixSeconds: number): string => `${formatDayMonth(unixSeconds)}, ${formatHourMinute(unixSeconds)}`;
/** `03-06 23:05:12.408`, UTC; with the year in front where a run spans several. */
export const formatStamp = (unixSeconds: number, hasYear = false): string => `${iso(unixSeconds).slice(hasYear ? 0 : 5, 10)} ${iso(unixSeconds).slice(11, 23)}`;
/** True where two times lie in different years. */
export const areYearsApart = (fromSeconds: number, toSeconds: number): boolean => iso(fromSeconds).slice(0, 4) !== iso(toSeconds).slice(0, 4);

/** `HYPERLIQUID` as `Hyperliquid`; names of up to three letters (OKX) stay as they are. */
export function venueName(venue: string): string {
  return venue.length <= 3 ? venue : venue.charAt(0).toUpperCase() + venue.slice(1).toLowerCase();
}

/** Text made safe for HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
