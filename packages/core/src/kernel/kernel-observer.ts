import type { ForcedFillReport, FundingPaymentReport } from './execution/execution-client.ts';
import type { PairEvent } from './hedge/pair-event.ts';
import type { Money } from './math/money.ts';
import type { StrategyId, VenueId } from './model/ids.ts';
import type { FillBusted, OrderFilled } from './model/order-events.ts';
import type { Order } from './model/order.ts';
import type { UnixMicros } from './model/time.ts';
import type { FundingPayment } from './portfolio/funding-payment.ts';
import type { ForcedFillShare } from './portfolio/portfolio.ts';
import type { StrategyState } from './strategy/lifecycle.ts';

/** Watches a run from the host's side (reports, recorders, tests). It changes nothing and keeps what it needs. */
export interface KernelObserver {
  /** An order left for its venue. */
  orderSent?(order: Order, at: UnixMicros): void;
  /** An order ended: filled, canceled, expired, rejected or denied. */
  orderClosed?(order: Order, at: UnixMicros, reason: string): void;
  fill?(event: OrderFilled | FillBusted, realised: Money): void;
  fundingPaid?(venue: VenueId, report: FundingPaymentReport, shares: readonly FundingPayment[]): void;
  forcedFill?(venue: VenueId, forced: ForcedFillReport, shares: readonly ForcedFillShare[]): void;
  pairEvent?(strategyId: StrategyId, event: PairEvent): void;
  strategyState?(strategyId: StrategyId, state: StrategyState, reason: string): void;
}
