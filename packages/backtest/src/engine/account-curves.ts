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
      const balances = currenciesOf(account).map((currency) => balancePoint(account, currency, at));
      this.balances.push(...balances);
      this.accounts.push(accountPoint(account, balances, at));
    }
  }
}

/** Currencies held, and those positions are settled in. */
function currenciesOf(account: Account): string[] {
  const currencies = new Set(account.currencies);
  for (const { instrument, basis } of account.holdings()) if (basis.lots !== 0) currencies.add(instrument.settle);
  return [...currencies];
}

/** Cash is known always; what depends on a price is null while there is none. */
function balancePoint(account: Account, currency: string, ts: UnixMicros): BalancePoint {
  const { venue, name } = account;
  const total = account.balanceOf(currency);
  const valued = orUnknown(() => {
    const settled = [...account.holdings()].filter((holding) => holding.instrument.settle === currency && !holding.isSpot);
    return {
      unrealised: sumOf(settled, (holding) => holding.unrealised(account.valuation)), accrued: sumOf(settled, (holding) => holding.accrued),
      initialMargin: sumOf(settled, (holding) => (account.isIsolated(holding) ? holding.isolated.amount : account.initialMarginOf(holding, holding.worstLots(), holding.lastTick))),
      maintenanceMargin: sumOf(settled, (holding) => account.maintenanceMarginOf(holding)),
      ...(account.isPooled ? { locked: null, free: null } : { locked: account.lockedOf(currency), free: account.availableOf(currency) }),
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
function accountPoint(account: Account, balances: readonly BalancePoint[], ts: UnixMicros): AccountPoint {
  const { venue, name } = account;
  const valued = orUnknown(() => {
    const inUsd = (of: (balance: BalancePoint) => Money | null): Money =>
      toUsd(balances.reduce((sum, balance) => { const amount = of(balance)!; return amount === 0n ? sum : sum + amount * account.valuation.requireRate(balance.currency); }, 0n));
    const equityUsd = toUsd(account.exactEquity());
    const unrealisedUsd = inUsd(({ unrealised }) => unrealised);
    const accruedUsd = inUsd(({ accrued }) => accrued);
    return {
      equityUsd, balanceUsd: equityUsd - unrealisedUsd - accruedUsd, unrealisedUsd, accruedUsd,
      initialMarginUsd: inUsd(({ initialMargin }) => initialMargin), maintenanceMarginUsd: inUsd(({ maintenanceMargin }) => maintenanceMargin),
      ...(account.isPooled ? { lockedUsd: account.lockedOf(''), freeUsd: account.availableOf('') } : { lockedUsd: inUsd(({ locked }) => locked), freeUsd: inUsd(({ free }) => free) }),
      marginRatio: account.marginRatio,
    };
  });
  return { ts, venue, account: name, ...(valued ?? UNKNOWN) };
}

function sumOf(holdings: readonly Holding[], of: (holding: Holding) => Money): Money { return holdings.reduce((sum, holding) => sum + of(holding), 0n); }

/** What is worked out from prices and rates; null before the first of something held. */
function orUnknown<Value>(work: () => Value): Value | null {
  try { return work(); } catch (error) {
    if (isArbError(error) && (error.code === 'ARB_NO_PRICE' || error.code === 'ARB_NO_RATE')) return null;
    throw error;
  }
}

function toUsd(exact: bigint): Money { return divideHalfEven(exact, ONE); }
