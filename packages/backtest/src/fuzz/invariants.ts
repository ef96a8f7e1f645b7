import type { InstrumentId, Order, OrderEvent } from '@arb/core';
import { formatMoney } from '@arb/core/internal';
import type { FuzzLeg } from './fuzz-leg.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import { HedgeBudget } from './hedge-budget.ts';
import { OrderLives } from './order-lives.ts';
import { SentOrders } from './sent-orders.ts';
import { VolumeShown } from './volume-shown.ts';

/** Everything that is watched, by name. */
export type InvariantName =
  | 'hedge-budget' | 'money-conserved' | 'pnl-identity' | 'order-states' | 'fills-within-volume' | 'risk-limits' | 'reducing-only' | 'both-or-neither' | 'positions-agree' | 'no-leg-turns-over'
  | 'comes-together' | 'no-exception';

/** What was broken, in words with numbers. */
export interface Violation { readonly invariant: InvariantName; readonly message: string; readonly atMs: number }

/** One thing that must always be so. Each looks at what the venues did and told, never at what it checks. */
export interface Invariant {
  readonly name: InvariantName;
  /** After every event. @returns what is wrong */
  look?(): string | undefined;
  /** An order leaves. */
  sent?(order: Order): string | undefined;
  /** An order event reached the strategies. */
  event?(event: OrderEvent): string | undefined;
}

/** All of them over one world; the first one broken counts. */
export class Invariants {
  violation: Violation | undefined;
  readonly #world: FuzzWorld;
  readonly #all: readonly Invariant[];

  constructor(world: FuzzWorld) {
    this.#world = world;
    this.#all = [
      new PositionsAgree(world), new MoneyConserved(world), new PnlIdentity(world), new OrderLives(world), new VolumeShown(world), ...new SentOrders(world).invariants, new NoLegTurnsOver(world), new HedgeBudget(world),
    ];
    world.watcher = { sent: (order) => { this.#ask((one) => one.sent?.(order)); }, event: (event) => { this.#ask((one) => one.event?.(event)); } };
  }

  /** @returns false where something is broken */
  look(): boolean {
    this.#ask((one) => one.look?.());
    return this.violation === undefined;
  }

  broken(invariant: InvariantName, message: string): void { this.violation ??= { invariant, message, atMs: (this.#world.now - this.#world.startAt) / 1_000 }; }

  #ask(question: (one: Invariant) => string | undefined): void {
    if (this.violation !== undefined) return;
    for (const one of this.#all) {
      const wrong = question(one);
      if (wrong === undefined) continue;
      this.broken(one.name, wrong);
      return;
    }
  }
}

/** Pairs are asked what they hold when a fill was told, and else every so many events. */
const PAIRS_EVERY = 16;

/** What accounts, strategies and pairs hold is what the venues told, each fill once. */
class PositionsAgree implements Invariant {
  readonly name = 'positions-agree';
  readonly #world: FuzzWorld;
  #changes = -1;
  #looks = 0;
  constructor(world: FuzzWorld) { this.#world = world; }

  look(): string | undefined {
    const { kernel, legs, books, runners } = this.#world;
    const isDue = books.changes !== this.#changes || ++this.#looks % PAIRS_EVERY === 0;      // asking a pair for quantities costs more than the rest together
    this.#changes = books.changes;
    for (const { instrument } of legs) {
      const told = books.lots(instrument);
      const { lots } = kernel.portfolio.account(instrument.venue).holding(instrument).basis;
      if (lots !== told) return `${instrument.id}: the venue told of ${told} lots in all, the account holds ${lots}`;
      for (const { id, pairs } of runners) {
        const own = books.lots(instrument, id);
        const booked = kernel.portfolio.strategyLots(id, instrument.id);
        if (booked !== own) return `${instrument.id}: fills of ${id} sum to ${own} lots, its position is ${booked}`;
        if (!isDue) continue;
        const trading = pairs.filter((pair) => pair.trades(instrument.id));
        if (trading.length === 0) continue;
        const held = trading.reduce((sum, pair) => sum + instrument.toLots(pair.long === instrument.id ? pair.longQuantity : pair.shortQuantity), 0);
        if (held !== own) return `${instrument.id}: fills of ${id} sum to ${own} lots, its pairs take themselves to hold ${held}`;
      }
    }
    return undefined;
  }
}

/** Cash is what was paid in, received and paid out, to the last 1e-18; what open positions cost is not yet realised. */
class MoneyConserved implements Invariant {
  readonly name = 'money-conserved';
  readonly #world: FuzzWorld;
  readonly #currencies: readonly (readonly [venue: string, currency: string])[];

  constructor(world: FuzzWorld) {
    this.#world = world;
    const keys = world.legs.flatMap(({ instrument: { venue, quote, base, settle, kind } }) => (kind === 'spot' ? [`${venue} ${quote}`, `${venue} ${base}`] : [`${venue} ${settle}`]));
    this.#currencies = [...new Set(keys)].map((key) => key.split(' ') as [string, string]);
  }

  look(): string | undefined {
    const { kernel: { portfolio }, legs, books } = this.#world;
    for (const [venue, currency] of this.#currencies) {
      const ours = portfolio.ledger.account(venue, 'main', currency, 'cash').balance;
      let told = books.cash(venue, currency);
      for (const { instrument } of legs) {
        if (instrument.venue === venue && instrument.kind !== 'spot' && instrument.settle === currency) told += portfolio.account(venue).holding(instrument).basis.cost;
      }
      if (ours !== told) return `${currency} at ${venue}: fills, fees and funding come to ${formatMoney(told)}, the ledger says ${formatMoney(ours)}`;
    }
    return undefined;
  }
}

/** All profit is explained: price, basis, funding, fees and the rest sum to it without a remainder. Asked when something was booked. */
class PnlIdentity implements Invariant {
  readonly name = 'pnl-identity';
  readonly #world: FuzzWorld;
  #entries = -1;
  constructor(world: FuzzWorld) { this.#world = world; }

  look(): string | undefined {
    const { portfolio } = this.#world.kernel;
    if (portfolio.ledger.entryCount === this.#entries) return undefined;
    this.#entries = portfolio.ledger.entryCount;
    const residual = portfolio.residual();
    return residual === 0n ? undefined : `the residual of the profit identity is ${formatMoney(residual)}`;
  }
}

/** The long leg is never short at its venue, nor the short one long. Told only of perpetuals that one pair holds alone, as long as no fill was taken back: reduce-only guards those. */
class NoLegTurnsOver implements Invariant {
  readonly name = 'no-leg-turns-over';
  readonly #world: FuzzWorld;
  #legs: readonly { readonly leg: FuzzLeg; readonly isLong: boolean }[] | undefined;
  constructor(world: FuzzWorld) { this.#world = world; }

  look(): string | undefined {
    if (this.#world.books.hasBusted) return undefined;
    for (const { leg: { instrument, site }, isLong } of this.#legs ??= this.#alone()) {
      const lots = site.venue.account.lots(instrument);
      if (isLong ? lots < 0 : lots > 0) return `the ${isLong ? 'long' : 'short'} leg ${instrument.id} is ${lots} lots at its venue`;
    }
    return undefined;
  }

  #alone(): { readonly leg: FuzzLeg; readonly isLong: boolean }[] {
    const { legs, pairs } = this.#world;
    const trading = (id: InstrumentId): number => pairs.filter((pair) => pair.trades(id)).length;
    return legs.filter(({ instrument }) => instrument.kind !== 'spot' && trading(instrument.id) === 1).map((leg) => ({ leg, isLong: pairs.some((pair) => pair.long === leg.instrument.id) }));
  }
}
