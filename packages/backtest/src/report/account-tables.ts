import { formatMoney, type Money } from '@arb/core/internal';
import type { AccountColumn, BalanceColumn, Cell, Table } from './run-report.ts';

/** One account at one time, in USD and 1e-18 units; null where something held had no price yet. */
export interface AccountPoint {
  readonly ts: number;
  readonly venue: string;
  /** Name at the venue: `main`. */
  readonly account: string;
  readonly equityUsd: Money | null;
  readonly balanceUsd: Money | null;
  readonly unrealisedUsd: Money | null;
  readonly accruedUsd: Money | null;
  readonly initialMarginUsd: Money | null;
  readonly maintenanceMarginUsd: Money | null;
  readonly lockedUsd: Money | null;
  readonly freeUsd: Money | null;
  /** Maintenance margin over margin balance; `Infinity` where the balance is gone. */
  readonly marginRatio: number | null;
}

/** One currency of an account at one time, in that currency and 1e-18 units. */
export interface BalancePoint {
  readonly ts: number;
  readonly venue: string;
  readonly account: string;
  readonly currency: string;
  readonly total: Money;
  readonly unrealised: Money | null;
  readonly accrued: Money | null;
  readonly initialMargin: Money | null;
  readonly maintenanceMargin: Money | null;
  readonly locked: Money | null;
  readonly free: Money | null;
  readonly totalUsd: Money | null;
}

/** Columns of the accounts table, in order. */
export const ACCOUNT_COLUMNS: readonly AccountColumn[] = [
  'ts',
  'venue',
  'account',
  'equityUsd',
  'balanceUsd',
  'unrealisedUsd',
  'accruedUsd',
  'initialMarginUsd',
  'maintenanceMarginUsd',
  'lockedUsd',
  'freeUsd',
  'marginRatio',
];
/** Columns of the balances table, in order. */
export const BALANCE_COLUMNS: readonly BalanceColumn[] = [
  'ts',
  'venue',
  'account',
  'currency',
  'total',
  'unrealised',
  'accrued',
  'initialMargin',
  'maintenanceMargin',
  'locked',
  'free',
  'totalUsd',
];

/** One row per time and account. */
export function accountsTable(points: readonly AccountPoint[]): Table<AccountColumn> {
  return { columns: ACCOUNT_COLUMNS, rows: points.map((point) => ACCOUNT_COLUMNS.map((column) => cellOf(point[column]))) };
}

/** One row per time, account and currency. */
export function balancesTable(points: readonly BalancePoint[]): Table<BalanceColumn> {
  return { columns: BALANCE_COLUMNS, rows: points.map((point) => BALANCE_COLUMNS.map((column) => cellOf(point[column]))) };
}

/** Money as exact text; a ratio to a balance that is gone is no number, so its cell is empty. */
function cellOf(value: Money | number | string | null): Cell {
  if (typeof value === 'bigint') return formatMoney(value);
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
