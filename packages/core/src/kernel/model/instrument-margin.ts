import { type Money, toMoney } from '../math/money.ts';
import type { Instrument } from './instrument.ts';
import { type MarginTable, UNMARGINED } from './margin-table.ts';

/** What positions in one instrument must put up. Values are signed as positions are, in the settlement currency; margins are amounts in it. */
export class InstrumentMargin {
  /** Tiers of the venue; unleveraged until they are known. */
  table: MarginTable = UNMARGINED;
  readonly #isInverse: boolean;
  /** Quote currency in one lot of an inverse contract, 1e-18 units. */
  readonly #quotePerLot: Money;

  constructor(instrument: Instrument) {
    this.#isInverse = instrument.isInverse;
    this.#quotePerLot = instrument.isInverse ? toMoney(instrument.sizeIncrement.times(instrument.multiplier)) : 0n;
  }

  /** Initial margin of lots of a value at a leverage, or what their tier asks where that is more. */
  initial(lots: number, value: Money, leverage: number): Money {
    const notional = magnitude(value);
    return this.table.initial(notional, leverage, this.#size(lots, notional));
  }

  /** Maintenance margin of lots of a value. */
  maintenance(lots: number, value: Money): Money {
    const notional = magnitude(value);
    return this.table.maintenance(notional, this.#size(lots, notional));
  }

  /** Maintenance rate of the tier that lots of a value fall into, before its deduction. */
  maintenanceRate(lots: number, value: Money): number { return this.table.maintenanceRateAt(this.#size(lots, magnitude(value))); }

  /** Position value in quote currency, which decides the tier: an inverse contract counts itself in it, whatever its price. */
  #size(lots: number, notional: Money): Money { return this.#isInverse ? BigInt(Math.abs(lots)) * this.#quotePerLot : notional; }
}

/** An amount without its sign. */
export function magnitude(amount: Money): Money { return amount < 0n ? -amount : amount; }
