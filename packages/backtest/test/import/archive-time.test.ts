import { parseTime } from '@arb/core';
import { describe, expect, it } from 'vitest';
import { londonMicros, nearestHour, secondsMicros, stampMicros } from '../../src/catalog/import/archive-time.ts';
import { BinanceChain } from '../../src/catalog/import/binance-chain.ts';

describe('times of archives', () => {
  it('REQ-B66 tells the unit of a stamp by its digits and floors below a µs', () => {
    expect(['1740787200', '1740787200123', '1740787200123456', '1740787200123456789'].map(stampMicros)).toEqual([1_740_787_200_000_000, 1_740_787_200_123_000, 1_740_787_200_123_456, 1_740_787_200_123_456]);
    expect(['1757015217.1651921', '1757015217.5', '1757015217'].map(secondsMicros)).toEqual([1_757_015_217_165_192, 1_757_015_217_500_000, 1_757_015_217_000_000]);
    for (const bad of ['', '12', '17407872001', '1740787200.5x', '-1740787200', '1e12']) expect(() => stampMicros(bad)).toThrow(/stamp/);
    expect(() => secondsMicros('1757015217.')).toThrow('is not a time in seconds');
  });

  it('reads London time over both changes of the clock', () => {
    expect([
      ['2023-03-26 00:00:00', '2023-03-26T00:00Z'], ['2023-03-26 09:00:00', '2023-03-26T08:00Z'], ['2023-10-29 01:00:00', '2023-10-29T00:00Z'], ['2023-10-29 08:00:00', '2023-10-29T08:00Z'],
      ['2024-03-31 00:00:00', '2024-03-31T00:00Z'], ['2024-07-01 01:00:00', '2024-07-01T00:00Z'], ['2024-01-01 00:00:00', '2024-01-01T00:00Z'],
    ].map(([local, utc]) => londonMicros(local!) - parseTime(utc!))).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(() => londonMicros('2024-03-31 01:30:00')).toThrow('does not exist in London');
  });

  it('agrees with the time zone database hour by hour over ten years', () => {
    const zone = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    let differing = 0;
    for (let utc = Date.UTC(2020, 0, 1); utc < Date.UTC(2030, 0, 1); utc += 3_600_000) {
      const part = Object.fromEntries(zone.formatToParts(utc).map(({ type, value }) => [type, value]));
      const back = londonMicros(`${part['year']}-${part['month']}-${part['day']} ${part['hour']}:${part['minute']}:${part['second']}`) / 1_000;
      if (back !== utc) differing++;
    }
    expect(differing).toBe(10);                                          // the second of the two hours of the same name, once a year
  });

  it('matches a jittered settlement to its hour', () => {
    const hour = parseTime('2024-01-01T05:00Z');
    expect([hour + 59_000, hour + 111_000_000, hour - 1_000].map(nearestHour)).toEqual([hour, hour, hour]);
  });
});

describe('chain of depth updates', () => {
  it('spot: the first spans the snapshot, then U follows u', () => {
    const chain = new BinanceChain(100);
    expect([{ U: 90, u: 100 }, { U: 95, u: 103 }, { U: 104, u: 104 }, { U: 104, u: 104 }, { U: 106, u: 107 }].map((update) => chain.next(update))).toEqual(['old', 'apply', 'apply', 'old', 'break']);
    expect(new BinanceChain(100).next({ U: 102, u: 103 })).toBe('break');
  });

  it('futures: pu is the u before, ids have holes', () => {
    const chain = new BinanceChain(100);
    expect([{ U: 99, u: 120, pu: 80 }, { U: 130, u: 150, pu: 120 }, { U: 160, u: 170, pu: 155 }].map((update) => chain.next(update))).toEqual(['apply', 'apply', 'break']);
  });
});
