import { describe, expect, it } from 'vitest';
import { ROW_WINDOW } from '../../src/replay/market-chunk.ts';
import { ask, bid, clear, type Message, message, type Row, soldAt, VenueRig } from '../venue/venue-rig.ts';

const windowed = (row: Row): Row => ({ ...row, kind: row.kind | ROW_WINDOW });
/** A feed that shows only the best levels: each message is all of them. */
const shown = (at: number, ...rows: readonly Row[]): Message => message(at, ...[clear, ...rows].map(windowed));

describe('REQ-D14 feeds that show a window of levels', () => {
  it('outside the window nothing is known: an order there is not first in an empty level', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 97]) } });
    rig.run([shown(0, bid(100, 5), bid(99, 5), ask(101, 5)), message(8_000, soldAt(97, 6))]);
    expect(rig.fills).toEqual([]);
  });

  it('its place is known from when the window reaches it', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 97]) } });
    rig.run([shown(0, bid(100, 5), bid(99, 5), ask(101, 5)), shown(8_000, bid(98, 5), bid(97, 20), ask(101, 5)), message(9_000, soldAt(97, 24))]);
    expect(rig.fills).toEqual(['4@97']);
  });

  it('a level that leaves the window keeps our place', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 99]) } });
    rig.run([shown(0, bid(100, 5), bid(99, 30), ask(104, 5)), shown(8_000, bid(102, 5), bid(101, 5), ask(104, 5)), message(9_000, soldAt(99, 31))]);
    expect(rig.fills).toEqual(['1@99']);
  });

  it('an empty level inside the window is empty', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [10, 99]) } });
    rig.run([shown(0, bid(100, 5), bid(98, 30), ask(104, 5)), message(9_000, soldAt(99, 4))]);
    expect(rig.fills).toEqual(['4@99']);
  });

  it('taking ends where the window ends', () => {
    const rig = new VenueRig({ acts: { 2_000: (desk) => desk.limit('own', 'buy', [30, 110], { timeInForce: 'IOC' }) } });
    rig.run([shown(0, bid(100, 5), ask(101, 5), ask(103, 6))]);
    expect(rig.fills).toEqual(['5@101', '6@103']);
    expect(rig.order('own').status).toBe('EXPIRED');
  });
});
