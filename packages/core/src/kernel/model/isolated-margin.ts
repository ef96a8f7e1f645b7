import { divideHalfEven, type Money } from '../math/money.ts';

/** A position at one moment: signed lots and what was paid for them, in the settlement currency. */
export interface HeldPosition { readonly lots: number; readonly cost: Money }

/** Initial margin of signed lots that cost so much, in the settlement currency. */
export type InitialMargin = (lots: number, cost: Money) => Money;

/**
 * Cash set aside for one isolated position, in its settlement currency and 1e-18 units. It is a lien on the account's cash, not a movement of it: the ledger
 * books profit, fees and funding, this says how much of the cash may be lost with the position.
 *
 * Opening and adding set aside the initial margin at entry prices; reducing gives back the share of the lots closed, a flip all of it before the new side is
 * opened. Realised profit and trading fees go to the account; funding goes to the position while it is open, the way Binance keeps its isolated wallet.
 */
export class IsolatedMargin {
  #amount: Money = 0n;

  /** What is set aside; below zero where funding took more than was there, until the position is liquidated. */
  get amount(): Money { return this.#amount; }

  /** A fill, or a fill taken back, moved the position. */
  filled(before: HeldPosition, after: HeldPosition, initial: InitialMargin): void {
    const isSameSide = before.lots !== 0 && after.lots !== 0 && before.lots > 0 === after.lots > 0;
    if (after.lots === 0) this.#amount = 0n;
    else if (!isSameSide) this.#amount = initial(after.lots, after.cost);
    else if (Math.abs(after.lots) > Math.abs(before.lots)) this.#amount += initial(after.lots, after.cost) - initial(before.lots, before.cost);
    else this.#amount = divideHalfEven(this.#amount * BigInt(after.lots), BigInt(before.lots));
  }

  /** Funding was paid (negative) or received. Without an open position it is the account's alone. */
  funded(amount: Money, lots: number): void { if (lots !== 0) this.#amount += amount; }
}
