import { InvariantError } from '../errors.ts';
import { formatMoney, type Money } from '../math/money.ts';
import type { InstrumentId, StrategyId, VenueId } from '../model/ids.ts';
import type { UnixMicros } from '../model/time.ts';

/**
 * What an account of the ledger stands for. `cash` is what we hold at a venue; every other kind is where it came from or went to:
 * `trade` the other side of spot exchanges, `margin-pnl` profit of derivatives, costs (`fee`, `gas`, `borrow`, `liquidation-fee`), `funding`,
 * `insurance` what a venue's fund covered, `fx` conversions between currencies, `external` deposits and withdrawals.
 */
export type LedgerAccountKind = 'cash' | 'trade' | 'margin-pnl' | 'fee' | 'funding' | 'borrow' | 'gas' | 'fx' | 'liquidation-fee' | 'insurance' | 'external';

/** Names an account of the ledger. */
export interface LedgerAccountKey {
  readonly venue: VenueId;
  /** Account at the venue: `main`. */
  readonly account: string;
  readonly currency: string;
  readonly kind: LedgerAccountKind;
}

/** One account of the ledger and what is on it. */
export class LedgerAccount implements LedgerAccountKey {
  readonly venue: VenueId;
  readonly account: string;
  readonly currency: string;
  readonly kind: LedgerAccountKind;
  /** `<venue>/<account>/<currency>/<kind>`, as written to the journal. */
  readonly name: string;
  #balance: Money = 0n;

  constructor(key: LedgerAccountKey, name: string) {
    this.venue = key.venue;
    this.account = key.account;
    this.currency = key.currency;
    this.kind = key.kind;
    this.name = name;
  }

  /** Sum of all postings, in 1e-18 units. */
  get balance(): Money { return this.#balance; }

  /** @internal only {@link Ledger.post} calls it */
  add(amount: Money): void { this.#balance += amount; }
}

/** One line of an entry. */
export interface Posting {
  readonly account: LedgerAccount;
  readonly amount: Money;
}

/** Why money moved. */
export type LedgerEntryKind = 'FILL' | 'BUST' | 'FUNDING' | 'BALANCE_CHANGE';

/** One thing that happened, as a set of postings that sums to zero in every currency. Immutable, complete: replaying all entries rebuilds every balance. */
export interface LedgerEntry {
  /** Position in the ledger, from 1. */
  readonly sequence: number;
  readonly kind: LedgerEntryKind;
  readonly tsEvent: UnixMicros;
  readonly postings: readonly Posting[];
  /** Whose it is; undefined for what concerns the account as a whole. */
  readonly strategyId: StrategyId | undefined;
  readonly instrumentId: InstrumentId | undefined;
  /** What it can be traced to: a fill id, a settlement, a kind of balance change. */
  readonly reference: string;
}

/** Sees every entry once, right after it was booked. */
export type LedgerObserver = (entry: LedgerEntry) => void;

/**
 * Double-entry book of all money, in exact 1e-18 integers. An entry is a set of postings that sums to zero per currency, always checked; balances are the
 * sums of postings and nothing else. Entries are handed to observers (the journal) and not kept; accounts are listed in the order of their first posting.
 */
export class Ledger {
  readonly #accounts = new Map<string, LedgerAccount>();
  readonly #observers: LedgerObserver[] = [];
  #sequence = 0;

  /** Entries booked so far. */
  get entryCount(): number { return this.#sequence; }

  /** Calls `observer` with every entry from now on. */
  observe(observer: LedgerObserver): void { this.#observers.push(observer); }

  /** The account of this name, made on first use. */
  account(venue: VenueId, account: string, currency: string, kind: LedgerAccountKind): LedgerAccount {        // eslint-disable-line max-params -- a path, read left to right
    const name = `${venue}/${account}/${currency}/${kind}`;
    let found = this.#accounts.get(name);
    if (found === undefined) {
      found = new LedgerAccount({ venue, account, currency, kind }, name);
      this.#accounts.set(name, found);
    }
    return found;
  }

  /** All accounts in the order of their first use. */
  accounts(): IterableIterator<LedgerAccount> { return this.#accounts.values(); }

  /**
   * Books an entry.
   * @throws InvariantError when it does not sum to zero in every currency; nothing is booked then
   */
  post(entry: Omit<LedgerEntry, 'sequence'>): LedgerEntry {
    const { postings } = entry;
    assertBalanced(entry);
    for (const { account, amount } of postings) account.add(amount);
    const booked: LedgerEntry = {
      sequence: ++this.#sequence, kind: entry.kind, tsEvent: entry.tsEvent, postings, strategyId: entry.strategyId, instrumentId: entry.instrumentId, reference: entry.reference,
    };
    for (const observer of this.#observers) observer(booked);
    return booked;
  }

  /** Sum over all accounts by currency: zero everywhere, or the ledger is broken. */
  trialBalance(): Map<string, Money> {
    const sums = new Map<string, Money>();
    for (const { currency, balance } of this.#accounts.values()) sums.set(currency, (sums.get(currency) ?? 0n) + balance);
    return sums;
  }
}

/** Sums each currency where it first occurs: entries have few lines, so no map is made. */
function assertBalanced({ postings, kind, reference }: Omit<LedgerEntry, 'sequence'>): void {
  if (postings.length === 0) throw new InvariantError(`a ${kind} entry has no postings`, { reference });
  for (let first = 0; first < postings.length; first++) {
    const { currency } = postings[first]!.account;
    let isFirst = true;
    for (let earlier = 0; earlier < first; earlier++) if (postings[earlier]!.account.currency === currency) isFirst = false;
    if (!isFirst) continue;
    let sum = 0n;
    for (let other = first; other < postings.length; other++) if (postings[other]!.account.currency === currency) sum += postings[other]!.amount;
    if (sum !== 0n) throw new InvariantError(`a ${kind} entry is off balance by ${formatMoney(sum)} ${currency}`, { reference, postings: postings.map(({ account, amount }) => `${account.name} ${formatMoney(amount)}`) });
  }
}
