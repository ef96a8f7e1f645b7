import { formatTime, type UnixMicros } from '@arb/core';
import { roundAmount } from './amounts.ts';
import type { DerivedFacts } from './build-run-report.ts';
import type { HedgeEpisode } from './hedge-episodes.ts';
import type { FillFact, FundingPaymentFact, OrderFact } from './run-facts.ts';
import type { Cell, DailyColumn, EpisodeColumn, FillColumn, FundingColumn, OrderColumn, Table } from './run-report.ts';
import { slippageOf } from './slippage.ts';
import type { DailyResult } from './statistics.ts';

/** Columns of the fills table, in order. */
export const FILL_COLUMNS: readonly FillColumn[] = [
  'ts',
  'fillId',
  'orderId',
  'strategyId',
  'pairId',
  'trip',
  'action',
  'instrumentId',
  'venue',
  'side',
  'quantity',
  'price',
  'notionalUsd',
  'liquidity',
  'feeUsd',
  'slippageUsd',
  'slippageBps',
  'markout1sBps',
  'markout10sBps',
  'markout60sBps',
  'markout300sBps',
];
/** Columns of the orders table, in order. */
export const ORDER_COLUMNS: readonly OrderColumn[] = [
  'ts',
  'orderId',
  'strategyId',
  'instrumentId',
  'venue',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'filledQuantity',
  'price',
  'averagePrice',
  'status',
  'reason',
  'closedAt',
];
/** Columns of the funding table, in order. */
export const FUNDING_COLUMNS: readonly FundingColumn[] = [
  'ts',
  'strategyId',
  'pairId',
  'instrumentId',
  'role',
  'aprPct',
  'amountUsd',
  'convention',
  'quantity',
  'multiplier',
  'rate',
  'price',
  'amount',
  'currency',
  'indexFrom',
  'indexTo',
];
/** Columns of the daily table, in order. */
export const DAILY_COLUMNS: readonly DailyColumn[] = ['day', 'netPnlUsd', 'fundingUsd', 'priceUsd', 'feesUsd', 'slippageUsd', 'otherUsd', 'resultUsd'];
/** Columns of the episodes table, in order. */
export const EPISODE_COLUMNS: readonly EpisodeColumn[] = ['ts', 'pairId', 'seconds', 'usd', 'usdSeconds', 'isOverBudget', 'trip', 'orderId'];

function toTable<Column extends string>(columns: readonly Column[], records: readonly Readonly<Record<Column, Cell>>[]): Table<Column> {
  return { columns, rows: records.map((record) => columns.map((column) => record[column])) };
}

/** Rounds a number of a table to some decimals, so that files stay small and equal runs equal. */
function rounded(value: number | null, decimals: number): number | null {
  return value === null ? null : Number(value.toFixed(decimals));
}

/** One row per execution, with its trip, its slippage and its markouts. */
export function fillsTable(fills: readonly FillFact[], derived: DerivedFacts): Table<FillColumn> {
  return toTable(
    FILL_COLUMNS,
    fills.map((fill) => {
      const slippage = slippageOf(fill);
      const role = derived.roles.get(fill);
      const [after1, after10, after60, after300] = derived.markouts.get(fill) ?? [null, null, null, null];
      const { ts, fillId, orderId, strategyId, pairId, instrumentId, venue, side, quantity, price, notionalUsd, liquidity, feeUsd } = fill;
      return {
        ts,
        fillId,
        orderId,
        strategyId,
        pairId,
        instrumentId,
        venue,
        side,
        quantity,
        price,
        notionalUsd,
        liquidity,
        feeUsd,
        trip: role?.trip ?? null,
        action: role?.action ?? null,
        slippageUsd: slippage?.usd ?? null,
        slippageBps: rounded(slippage?.bps ?? null, 3),
        markout1sBps: rounded(after1, 3),
        markout10sBps: rounded(after10, 3),
        markout60sBps: rounded(after60, 3),
        markout300sBps: rounded(after300, 3),
      };
    }),
  );
}

/** One row per order. */
export function ordersTable(orders: readonly OrderFact[]): Table<OrderColumn> {
  return toTable(
    ORDER_COLUMNS,
    orders.map((order) => ({ ...order })),
  );
}

/** One row per settlement and strategy. */
export function fundingTable(payments: readonly FundingPaymentFact[]): Table<FundingColumn> {
  return toTable(
    FUNDING_COLUMNS,
    payments.map((payment) => ({ ...payment, aprPct: rounded(payment.aprPct, 4) })),
  );
}

/** One row per UTC day; sums in cents. */
export function dailyTable(days: readonly DailyResult[]): Table<DailyColumn> {
  const cents = (usd: number): string => roundAmount(String(usd), 2);
  return toTable(
    DAILY_COLUMNS,
    days.map((day) => ({
      day: formatTime(day.ts as UnixMicros).slice(0, 10),
      netPnlUsd: cents(day.netPnlUsd),
      fundingUsd: cents(day.fundingUsd),
      priceUsd: cents(day.priceUsd),
      feesUsd: cents(day.feesUsd),
      slippageUsd: cents(day.slippageUsd),
      otherUsd: cents(day.otherUsd),
      resultUsd: cents(day.resultUsd),
    })),
  );
}

/** One row per unhedged episode. */
export function episodesTable(episodes: readonly HedgeEpisode[], tripOf: (episode: HedgeEpisode) => number | null): Table<EpisodeColumn> {
  return toTable(
    EPISODE_COLUMNS,
    episodes.map((episode) => ({
      ts: episode.ts,
      pairId: episode.pairId,
      seconds: rounded(episode.seconds, 6),
      usd: rounded(episode.usd, 2),
      usdSeconds: rounded(episode.usdSeconds, 2),
      isOverBudget: episode.isOverBudget,
      trip: tripOf(episode),
      orderId: episode.orderId,
    })),
  );
}
