import type { RunSummary } from './run-report.ts';

/** Orders that left: those that the risk engine denied never did. */
export function ordersSent({ orders, ordersByStatus }: Pick<RunSummary, 'orders' | 'ordersByStatus'>): number {
  return orders - ordersDenied({ ordersByStatus });
}

/** Orders that the risk engine denied. */
export function ordersDenied({ ordersByStatus }: Pick<RunSummary, 'ordersByStatus'>): number {
  return ordersByStatus['DENIED'] ?? 0;
}
