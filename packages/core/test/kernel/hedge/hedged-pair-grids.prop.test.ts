import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/kernel/math/decimal.ts';
import { Instrument } from '../../../src/kernel/model/instrument.ts';
import { FakeHost } from './fake-host.ts';

/** Grid and smallest orders of one leg. */
interface Grid { readonly sizeIncrement: string; readonly minLots: number; readonly minNotional: string; readonly multiplier: string; readonly isSpot: boolean }

const grids: fc.Arbitrary<Grid> = fc.record({
  sizeIncrement: fc.constantFrom('1', '0.1', '0.01', '0.001', '0.0003'), minLots: fc.constantFrom(1, 1, 3, 10), minNotional: fc.constantFrom('0', '5', '10', '100'), multiplier: fc.constantFrom('1', '1', '10', '0.01'), isSpot: fc.boolean(),
});
/** What happens: to one of the orders that are out, or what is decided. */
const steps = fc.array(fc.record({ kind: fc.nat(19), order: fc.nat(3), share: fc.double({ min: 0, max: 1, noNaN: true }), usd: fc.integer({ min: 20, max: 3_000 }) }), { maxLength: 25 });

function legOf(id: string, grid: Grid): Instrument {
  const { sizeIncrement, minLots, minNotional, multiplier, isSpot } = grid;
  return new Instrument({
    id, kind: isSpot ? 'spot' : 'perpetual', base: 'SOL', quote: 'USD', settle: 'USD', priceIncrement: '0.01', sizeIncrement, minSize: new Decimal(sizeIncrement).times(minLots).toFixed(), minNotional, ...(isSpot ? {} : { multiplier }),
  });
}

class Course {
  readonly host: FakeHost;
  readonly #legs: readonly [Instrument, Instrument];

  constructor(long: Grid, short: Grid) {
    this.#legs = [legOf('SOL-LONG.A', long), legOf('SOL-SHORT.B', { ...short, isSpot: false })];
    this.host = new FakeHost({ maxUnhedgedUsdSeconds: 1e9, maxRetries: 2 }, this.#legs);
    this.#calm();
  }

  step({ kind, order: index, share, usd }: { readonly kind: number; readonly order: number; readonly share: number; readonly usd: number }): void {
    const { host } = this;
    const { pair, open } = host;
    const order = open[index % Math.max(1, open.length)];
    if (kind <= 2) pair.enter({ notionalUsd: usd });
    else if (kind === 3) pair.exit();
    else if (kind === 4) pair.resize({ notionalUsd: usd });
    else if (kind === 5) host.restart();
    else if (kind <= 7) host.advance(share * 2_000);
    else if (kind === 8) this.#late(index, share);
    else if (order !== undefined && kind <= 15) host.fill(order, Math.max(1, Math.floor(order.leavesLots * share)));
    else if (order !== undefined) host.change(order, order.filledLots === 0 && kind === 16 ? 'OrderRejected' : 'OrderExpired');
    host.drain();
  }

  /** Venues that fill everything at once, until the pair rests; then out. */
  end(): void {
    this.#calm();
    this.#fill();
    expect(this.host.pair.netQuantity, this.#where()).toBe('0');
    expect(this.host.pair.state, this.#where()).toMatch(/FLAT|HEDGED/);
    expect(Math.abs(this.#netBase()), this.#where()).toBeLessThan(this.#tolerance());
    this.host.pair.exit();
    this.#fill();
    for (const leg of this.#legs) expect(Math.abs(this.host.lots(leg)), `${leg.id} ${this.#where()}`).toBeLessThan(this.#leastToClose(leg));
    expect(this.host.pair.state).toBe('FLAT');
    expect([this.host.pair.longQuantity.toNumber(), this.host.pair.shortQuantity.toNumber()]).toEqual(this.#legs.map((leg) => leg.lotsToNumber(this.host.lots(leg))));
    expect(this.host.violations).toEqual([]);
  }

  /** A fill of an order that was canceled, told after its end. */
  #late(index: number, share: number): void {
    const ended = this.host.orders.filter((order) => order.status === 'EXPIRED' && order.leavesLots > 0);
    const order = ended[index % Math.max(1, ended.length)];
    if (order !== undefined) this.host.fill(order, Math.max(1, Math.floor(order.leavesLots * share)));
  }

  #calm(): void { for (const { id } of this.#legs) this.host.book(id, '100.00', '100.01', '100000'); }

  #fill(): void {
    for (let i = 0; i < 100; i++) {
      for (const order of this.host.open) this.host.fill(order);
      this.host.drain();
      this.host.advance(250);
    }
  }

  #base(leg: Instrument): number { return leg.lotSize * leg.multiplier.toNumber(); }
  #netBase(): number { return this.#legs.reduce((sum, leg) => sum + this.host.lots(leg) * this.#base(leg), 0); }
  #leastToClose(leg: Instrument): number { return leg.kind === 'spot' ? Math.max(leg.minLots, Math.ceil(leg.minNotional.toNumber() / (this.#base(leg) * 99.5) - 1e-9)) : leg.minLots; }
  /** What no order can close: a lot of the coarser leg, or less than a venue takes. */
  #tolerance(): number { return Math.max(...this.#legs.map((leg) => this.#leastToClose(leg) * this.#base(leg))); }
  #where(): string { return `${JSON.stringify(this.host.pair)}\n${this.#legs.map((leg) => `${leg.id} ${this.host.lots(leg)} lots`).join(', ')}\n${this.host.events.slice(-8).map(({ type, reason }) => `${type} ${reason}`).join('\n')}`; }
}

describe('legs of any grid, smallest size and smallest value', () => {
  it('REQ-A48 come to rest covered as far as their venues take orders, and leave but for less than can be closed', () => {
    fc.assert(fc.property(grids, grids, steps, (long, short, course) => {
      const run = new Course(long, short);
      for (const step of course) run.step(step);
      run.end();
    }), { numRuns: 1_000, seed: 77 });
  });
});
