import type { Ledger, LedgerEntry } from '../ledger/ledger.ts';
import { formatMoney, type Money, ONE } from '../math/money.ts';
import type { Account } from '../model/account.ts';
import { NO_PRICE } from '../model/order.ts';
import type { UnixMicros } from '../model/time.ts';
import { deny, type RiskDenial } from './denial.ts';
import type { RiskSlot } from './risk-slot.ts';
import type { RiskedOrder } from './venue-rules.ts';

/** How old the figure of what is free may be, unless money moved meanwhile. */
const MAX_AGE_MICROS = 100_000;
/** The remembered figure serves only orders that take at most one part in this many of it; closer calls are worked out exactly. Covers a mark that is not the mid. */
const HEADROOM = 2;

interface Free { amount: number; at: UnixMicros; entries: number }

/**
 * Whether an account can carry an order: free margin for derivatives, free coins for spot. What is free is worked out exactly and remembered for a moment, so
 * that an order small against it costs a few comparisons; orders approved since are taken off.
 */
export class MarginCheck {
  readonly #ledger: Ledger;
  readonly #free = new Map<Account, Map<string, Free>>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.observe((entry) => { if (entry.kind === 'FILL') this.#filled(entry); });
  }

  /**
   * @param tick price the order is judged at
   * @param now time of the check
   */
  verdict(order: RiskedOrder, slot: RiskSlot, at: { readonly tick: number; readonly now: UnixMicros }): RiskDenial | undefined {
    const { instrument, account, holding } = slot;
    const isSpotSell = holding.isSpot && order.sign < 0;
    const currency = holding.isSpot ? (isSpotSell ? instrument.base : instrument.quote) : instrument.settle;
    const free = this.#freeOf(account, currency);
    const isFresh = at.now - free.at < MAX_AGE_MICROS && free.entries === this.#ledger.entryCount;
    if (isFresh && !account.isPooled) {
      const bound = this.#needBound(order, slot, at.tick);
      if (bound * HEADROOM <= free.amount) {
        free.amount -= bound;
        return undefined;
      }
    }
    const available = account.availableOf(currency);
    const need = this.#need(order, slot, at.tick);
    if (need > available) {
      free.at = -Infinity;
      return this.#denial(slot, currency, need, available);
    }
    free.amount = Number(available - need) / 1e18;
    free.at = at.now;
    free.entries = this.#ledger.entryCount;
    return undefined;
  }

  /**
   * A fill only moves what its order was counted for already. What it took from cash is taken off the remembered figures; what it gave is left out, since it may be
   * profit that was counted before it was realised. Every other entry makes the figures worthless: they are worked out anew.
   */
  #filled({ sequence, postings }: LedgerEntry): void {
    for (const [account, currencies] of this.#free) {
      for (const [currency, free] of currencies) {
        if (free.entries !== sequence - 1) continue;
        free.entries = sequence;
        for (const { account: { kind, venue, account: name, currency: of }, amount } of postings) {
          if (kind === 'cash' && amount < 0n && of === currency && venue === account.venue && name === account.name) free.amount += Number(amount) / 1e18;
        }
      }
    }
  }

  /** Forgets what is remembered: it was worked out for something that may not come about. */
  reset(): void { for (const currencies of this.#free.values()) for (const free of currencies.values()) free.at = -Infinity; }

  /** Never less than {@link MarginCheck.#need}: margin is at most the whole value of the largest position, whatever tier it falls into. */
  #needBound(order: RiskedOrder, slot: RiskSlot, tick: number): number {
    const { holding } = slot;
    if (holding.isSpot && order.sign < 0) return order.leavesLots * slot.lotAmountNumber;
    const lots = holding.isSpot ? order.leavesLots : holding.worstLots(order.sign * order.leavesLots);
    const mid = slot.priceTicks();
    const limit = order.tick === NO_PRICE ? tick : order.tick;
    return slot.isInverse ? slot.coins(lots, Math.min(tick, mid, limit)) : Math.max(tick, mid, limit) * lots * slot.quotePerUnitNumber;
  }

  /** What the order needs beyond what is already held for positions and orders: exact, in the currency it takes it from (pooled: the reporting currency). */
  #need(order: RiskedOrder, slot: RiskSlot, tick: number): Money {
    const { instrument, account, holding } = slot;
    const lots = order.leavesLots;
    const { valuation } = account;
    const pooled = (amount: Money, currency: string): Money => (account.isPooled ? amount * valuation.requireRate(currency) / ONE : amount);
    // Venues judge spot and isolated orders at their limit, whatever they can expect.
    const limit = order.tick === NO_PRICE ? tick : order.tick;
    if (holding.isSpot) return order.sign < 0 ? pooled(BigInt(lots) * holding.lotAmount, instrument.base) : pooled(instrument.valueOf(Math.max(tick, limit), lots), instrument.quote);
    let needed = account.marginNeeded(holding, order.sign * lots, tick);
    if (limit !== tick && account.isIsolated(holding)) {
      const atLimit = account.marginNeeded(holding, order.sign * lots, limit);
      if (atLimit > needed) needed = atLimit;
    }
    return needed === 0n ? 0n : pooled(needed, instrument.settle);
  }

  #denial(slot: RiskSlot, currency: string, need: Money, available: Money): RiskDenial {       // eslint-disable-line max-params -- need and available are told apart by their names at the one call
    const what = slot.account.isPooled ? 'of collateral' : currency;
    return deny(slot.holding.isSpot ? 'INSUFFICIENT_BALANCE' : 'INSUFFICIENT_MARGIN',
      `${slot.account.venue}/${slot.account.name} has ${formatMoney(available)} ${what} free, the order needs ${formatMoney(need)}`,
      { limit: formatMoney(available), actual: formatMoney(need) });
  }

  #freeOf(account: Account, currency: string): Free {
    let currencies = this.#free.get(account);
    if (currencies === undefined) {
      currencies = new Map();
      this.#free.set(account, currencies);
    }
    let free = currencies.get(currency);
    if (free === undefined) {
      free = { amount: 0, at: -Infinity, entries: -1 };
      currencies.set(currency, free);
    }
    return free;
  }
}
