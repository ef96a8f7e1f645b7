import { isArbError, type UnixMicros } from '@arb/core';
import { type Account, divideHalfEven, type Holding, type Money, ONE, type Portfolio } from '@arb/core/internal';
import type { AccountPoint, BalancePoint } from '../report/account-tables.ts';

/** Takes down what every account holds and how near it is to its limits, wherever the curve of a run is sampled. It changes nothing. */
export class AccountCurves {
  readonly accounts: AccountPoint[] = [];
  readonly balances: BalancePoint[] = [];

  /** Takes one point of every account; a second one at the same time replaces the first, so that the end of a run is told once. */
  take(portfolio: Portfolio, at: UnixMicros): void {
    while (this.accounts.at(-1)?.ts === at) this.accounts.pop();
    while (this.balances.at(-1)?.ts === at) this.balances.pop();
    for (const account of portfolio.accounts()) {
      const held = orUnknown(() => statesOf(account));
      const balances = currenciesOf(account).map((currency) => balancePoint(account, held, { currency, ts: at }));
      this.balances.push(...balances);
      this.accounts.push(accountPoint(account, held, { balances, ts: at }));
    }
  }
}

/** What a position and its open orders come to, in the settlement currency. */
interface HoldingState {
  readonly settle: string;
  readonly isIsolated: boolean;
  readonly unrealised: Money;
  readonly accrued: Money;
  readonly initialMargin: Money;
  readonly maintenanceMargin: Money;
}

const sumOf = (states: readonly HoldingState[], of: (state: HoldingState) => Money): Money => states.reduce((sum, state) => sum + of(state), 0n);
const crossProfit = (state: HoldingState): Money => (state.isIsolated ? 0n : state.unrealised + state.accrued);

/** Derivatives that are held or ordered. */
function statesOf(account: Account): HoldingState[] {
  const states: HoldingState[] = [];
  for (const holding of account.holdings()) {
    if (holding.isSpot || (isIdle(holding) && holding.accrued === 0n)) continue;
    const isIsolated = account.isIsolated(holding);
    states.push({
      settle: holding.instrument.settle, isIsolated, unrealised: holding.unrealised(account.valuation), accrued: holding.accrued,
      initialMargin: isIsolated ? holding.isolated.amount : account.initialMarginOf(holding, holding.worstLots(), holding.lastTick), maintenanceMargin: account.maintenanceMarginOf(holding),
    });
  }
  return states;
}

function isIdle({ basis, openBuyLots, openSellLots }: Holding): boolean { return basis.lots === 0 && openBuyLots === 0 && openSellLots === 0; }

/** Currencies held, and those that positions are settled in. */
function currenciesOf(account: Account): string[] {
  const currencies = new Set(account.currencies);
  for (const { instrument, basis } of account.holdings()) if (basis.lots !== 0) currencies.add(instrument.settle);
  return [...currencies];
}

/** Cash is known always; what depends on a price is null while there is none. */
function balancePoint(account: Account, held: readonly HoldingState[] | null, { currency, ts }: { readonly currency: string; readonly ts: UnixMicros }): BalancePoint {
  const { venue, name } = account;
  const total = account.balanceOf(currency);
  const valued = orUnknown(() => {
    if (held === null) return null;
    const settled = held.filter(({ settle }) => settle === currency);
    const free = account.isPooled ? null : account.availableOf(currency);
    return {
      unrealised: sumOf(settled, ({ unrealised }) => unrealised), accrued: sumOf(settled, ({ accrued }) => accrued),
      initialMargin: sumOf(settled, ({ initialMargin }) => initialMargin), maintenanceMargin: sumOf(settled, ({ maintenanceMargin }) => maintenanceMargin),
      locked: free === null ? null : total + sumOf(settled, crossProfit) - free, free,
    };
  }) ?? { unrealised: null, accrued: null, initialMargin: null, maintenanceMargin: null, locked: null, free: null };
  return { ts, venue, account: name, currency, total, totalUsd: orUnknown(() => toUsd(exactCash(account, currency))), ...valued };
}

/** Cash in a currency in USD and 1e-36 units, as equity counts it: coins held as a spot position at that instrument's price, all others at their rate. */
function exactCash(account: Account, currency: string): bigint {
  const { valuation } = account;
  const total = account.balanceOf(currency);
  let cash = total === 0n ? 0n : total * valuation.requireRate(currency);
  for (const holding of account.holdings()) {
    const { instrument, isSpot, basis, lotAmount } = holding;
    if (isSpot && basis.lots !== 0 && instrument.base === currency) cash += holding.value(valuation) * valuation.requireRate(instrument.quote) - BigInt(basis.lots) * lotAmount * valuation.requireRate(currency);
  }
  return cash;
}

const UNKNOWN = { equityUsd: null, balanceUsd: null, unrealisedUsd: null, accruedUsd: null, initialMarginUsd: null, maintenanceMarginUsd: null, lockedUsd: null, freeUsd: null, marginRatio: null } as const;

/** The whole account in USD. Equity is the account's own; the balance is what of it no position and no accrual explains, so that the three add up to the last digit. */
function accountPoint(account: Account, held: readonly HoldingState[] | null, { balances, ts }: { readonly balances: readonly BalancePoint[]; readonly ts: UnixMicros }): AccountPoint {
  const { venue, name, valuation } = account;
  const valued = orUnknown(() => {
    if (held === null) return null;
    const exact = (amount: Money, currency: string): bigint => (amount === 0n ? 0n : amount * valuation.requireRate(currency));
    const ofPositions = (of: (state: HoldingState) => Money): bigint => held.reduce((sum, state) => sum + exact(of(state), state.settle), 0n);
    const ofBalances = (of: (balance: BalancePoint) => Money): bigint => balances.reduce((sum, balance) => sum + exact(of(balance), balance.currency), 0n);
    const equityUsd = toUsd(account.exactEquity());
    const unrealisedUsd = toUsd(ofPositions(({ unrealised }) => unrealised));
    const accruedUsd = toUsd(ofPositions(({ accrued }) => accrued));
    const free = account.isPooled ? account.availableOf('') * ONE : ofBalances((balance) => balance.free!);
    return {
      equityUsd, balanceUsd: equityUsd - unrealisedUsd - accruedUsd, unrealisedUsd, accruedUsd,
      initialMarginUsd: toUsd(ofPositions(({ initialMargin }) => initialMargin)), maintenanceMarginUsd: toUsd(ofPositions(({ maintenanceMargin }) => maintenanceMargin)),
      lockedUsd: toUsd(ofBalances(({ total }) => total) + ofPositions(crossProfit) - free), freeUsd: toUsd(free), marginRatio: held.length === 0 ? 0 : account.marginRatio,
    };
  });
  return { ts, venue, account: name, ...(valued ?? UNKNOWN) };
}

/** What is worked out from prices and rates; null before the first of something held. */
function orUnknown<Value>(work: () => Value): Value | null {
  try { return work(); } catch (error) {
    if (isArbError(error) && (error.code === 'ARB_NO_PRICE' || error.code === 'ARB_NO_RATE')) return null;
    throw error;
  }
}

function toUsd(exact: bigint): Money { return divideHalfEven(exact, ONE); }
