import { ONE } from '../math/money.ts';
import type { VenueId } from '../model/ids.ts';
import { MICROS_PER_DAY, type UnixMicros } from '../model/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';

/** How old figures of equity may be in a check. They move with every mark and take a walk over all positions. */
export const EQUITY_MAX_AGE_MICROS = 1_000_000;

/** Equity by venue and the loss of the day in dollars, worked out at most once a second of the run's clock, or when money has moved. */
export class EquityWatch {
  readonly #portfolio: Portfolio;
  readonly #venues = new Map<VenueId, number>();
  #total = 0;
  #profit = 0;
  #at: UnixMicros = -Infinity;
  #entries = -1;
  #day = -1;
  #profitAtDayStart = 0;

  constructor(portfolio: Portfolio) {
    this.#portfolio = portfolio;
  }

  /** Brings the figures up to date. @throws ArbError `ARB_NO_RATE`, `ARB_NO_PRICE` where something held cannot be valued */
  update(now: UnixMicros): void {
    const { entryCount } = this.#portfolio.ledger;
    if (now - this.#at < EQUITY_MAX_AGE_MICROS && entryCount === this.#entries && Math.floor(now / MICROS_PER_DAY) === this.#day) return;
    let total = 0n;
    this.#venues.clear();
    for (const account of this.#portfolio.accounts()) {
      const equity = account.exactEquity();
      total += equity;
      this.#venues.set(account.venue, (this.#venues.get(account.venue) ?? 0) + Number(equity) / 1e36);
    }
    this.#total = Number(total) / 1e36;
    this.#profit = Number(total - this.#portfolio.transfersMoney() * ONE) / 1e36;
    this.#at = now;
    this.#entries = entryCount;
    const day = Math.floor(now / MICROS_PER_DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#profitAtDayStart = this.#profit;
    }
  }

  /** Equity of all accounts. */
  get total(): number { return this.#total; }
  /** Equity at one venue. */
  at(venue: VenueId): number { return this.#venues.get(venue) ?? 0; }
  /** Loss since the UTC day began (where nobody said it began: since the first look of it), positive where money was lost; transfers are none. */
  get dailyLoss(): number { return this.#profitAtDayStart - this.#profit; }
}
