import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueueModel, type QueueModelName, type QueuePlace } from '../../src/venue/queue-model.ts';
import { type Act, ask, bid, type Message, message, type Row, soldAt, VenueRig } from './venue-rig.ts';

/** What happens to the bid level at 100 where we rest: it is shown with a size, or a seller trades into it. */
type Step = { readonly shows: number } | { readonly sells: number };

/** A feed that agrees with itself: a trade takes no more than is there, and the level then shows what it left. */
function levelRows(steps: readonly Step[], first: number): Row[][] {
  let shown = first;
  return steps.map((step) => {
    if ('shows' in step) { shown = step.shows; return [bid(100, shown)]; }
    const lots = Math.min(step.sells, shown);
    shown -= lots;
    return lots === 0 ? [bid(99, 7)] : [soldAt(100, lots), bid(100, shown)];
  });
}

const steps = fc.array(fc.oneof(fc.record({ shows: fc.integer({ min: 0, max: 200 }) }), fc.record({ sells: fc.integer({ min: 1, max: 120 }) })), { minLength: 1, maxLength: 40 });
const MODELS: readonly (readonly [QueueModelName, number])[] = [['risk-averse', 1], ['log', 1], ['log-2', 1], ['power', 1], ['power', 3], ['power-2', 2], ['power-2', 3], ['power-3', 2], ['power-3', 3]];

describe('§2.3 REQ-D14 conservation', () => {
  it('what one trade gives us is at most its own quantity, and over a run at most what traded at the price', () => {
    fc.assert(fc.property(
      steps, fc.integer({ min: 0, max: 150 }), fc.constantFrom(...MODELS), fc.array(fc.record({ at: fc.integer({ min: 1, max: 40 }), lots: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 6 }),
      (moves, first, [name, exponent], orders) => {
        const acts: Record<number, Act[]> = {};
        orders.forEach(({ at, lots }, i) => { (acts[at * 1_000] ??= []).push((desk) => desk.limit(`${i}`, 'buy', [lots, 100])); });
        const rows = levelRows(moves, first);
        const rig = new VenueRig({ terms: { queue: () => new QueueModel(name, exponent) }, acts });
        rig.run([message(0, bid(100, first), bid(99, 50), ask(105, 1)), ...rows.map((parts, i): Message => message(1_500 + 1_000 * i, ...parts))]);
        const traded = new Map(rows.flatMap((parts, i) => parts.filter(({ kind }) => kind === soldAt(1, 1).kind).map(({ lots }): [number, number] => [1_500 + 1_000 * i, lots])));
        const filled = new Map<number, number>();
        for (const event of rig.events) if (event.type === 'OrderFilled' && 'report' in event) filled.set(event.tsEvent, (filled.get(event.tsEvent) ?? 0) + event.report.lots);
        for (const [at, lots] of filled) expect(lots).toBeLessThanOrEqual(traded.get(at) ?? 0);
        expect(rig.book.position).toBe([...filled.values()].reduce((sum, lots) => sum + lots, 0));
        expect(rig.cash().venue).toBe(rig.cash().ours);
        expect(rig.kernel.portfolio.residual()).toBe(0n);
      },
    ), { numRuns: 150 });
  });
});

describe('§1.3 REQ-D14 bounds of queue models', () => {
  /** The most optimistic rule: every cancel was ahead of us. */
  function allAhead(place: QueuePlace, before: number, after: number): void {
    const shrunk = before - after - place.traded;
    place.traded = 0;
    place.front = Math.min(after, shrunk > 0 ? Math.max(0, place.front - shrunk) : place.front);
  }

  it('ahead of us until our first fill: every cancel counted ≤ any probability model ≤ none counted', () => {
    fc.assert(fc.property(steps, fc.integer({ min: 1, max: 150 }), fc.constantFrom(...MODELS.filter(([name]) => name !== 'risk-averse')), (moves, first, [name, exponent]) => {
      const model = new QueueModel(name, exponent);
      const averse = new QueueModel('risk-averse');
      const [low, middle, high] = [0, 1, 2].map(() => ({ front: first, traded: 0 })) as [QueuePlace, QueuePlace, QueuePlace];
      let shown = first;
      for (const [row, level] of levelRows(moves, first)) {
        const shows = level ?? row!;
        if (level !== undefined) for (const place of [low, middle, high]) { place.front -= row!.lots; place.traded += row!.lots; }
        if (low.front < 0 || shows.tick !== 100) { if (low.front < 0) return; continue; }
        allAhead(low, shown, shows.lots);
        model.levelChanged(middle, shown, shows.lots);
        averse.levelChanged(high, shown, shows.lots);
        shown = shows.lots;
        expect(low.front).toBeLessThanOrEqual(middle.front + 1e-9);
        expect(middle.front).toBeLessThanOrEqual(high.front + 1e-9);
      }
    }), { numRuns: 500 });
  });
});
