import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDate, formatTime, MICROS_PER_DAY, parseTime } from '../../../src/kernel/model/time.ts';

const micros = fc.integer({ min: 0, max: 8_000_000_000_000_000 });           // until 2223

describe('time', () => {
  it('is read as it is written, to the microsecond', () => {
    fc.assert(fc.property(micros, (time) => { expect(parseTime(formatTime(time))).toBe(time); }));
  });

  it('agrees with the calendar of the platform', () => {
    fc.assert(fc.property(micros, (time) => {
      const iso = new Date(Math.floor(time / 1_000)).toISOString();
      expect(formatTime(time).slice(0, 19)).toBe(iso.slice(0, 19));
      expect(parseTime(iso)).toBe(Math.floor(time / 1_000) * 1_000);
      expect(formatDate(time)).toBe(iso.slice(0, 10));
      expect(parseTime(iso.slice(0, 10))).toBe(Math.floor(time / MICROS_PER_DAY) * MICROS_PER_DAY);
    }));
  });

  it('writes as many decimals as needed', () => {
    expect([1_740_787_200_000_000, 1_740_787_200_250_000, 1_740_787_200_000_001].map(formatTime)).toEqual(['2025-03-01T00:00:00Z', '2025-03-01T00:00:00.250Z', '2025-03-01T00:00:00.000001Z']);
  });

  it('takes zones, floors below a microsecond, and knows leap days', () => {
    expect(parseTime('2025-03-01T01:30+01:30')).toBe(parseTime('2025-03-01'));
    expect(parseTime('2025-02-28T22:00-02:00')).toBe(parseTime('2025-03-01'));
    expect(parseTime('2025-03-01 00:00:00.123456999')).toBe(1_740_787_200_123_456);
    expect(parseTime('2024-02-29') - parseTime('2024-02-28')).toBe(MICROS_PER_DAY);
    expect(parseTime('2000-02-29')).toBeGreaterThan(0);
  });

  it.each(['', 'today', '2025-13-01', '2025-02-29', '1900-02-29', '2025-04-31', '2025-03-01T24:00', '2025-03-01T00:60', '2025-03-01T00:00:60', '2025-3-1', '2025-03-01T00', '1740787200'])('refuses "%s" and shows how to write one', (text) => {
    expect(() => parseTime(text)).toThrow(`"${text}" is not a time; write 2025-03-01, 2025-03-01T08:00 or 2025-03-01T08:00:00.123456Z`);
  });
});
