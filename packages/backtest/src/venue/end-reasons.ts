import type { AmendRefusal, EndReason } from './matching-engine.ts';

/** Why a request was never answered. */
export const LOST: EndReason = { code: 'LOST', reason: 'the request never reached the venue' };
/** Why a request met no order. */
export const NOT_FOUND: EndReason = { code: 'ORDER_NOT_FOUND', reason: 'the order is no longer there' };
/** Why a market order did not trade. */
export const NO_MARKET: EndReason = { code: 'NO_MARKET', reason: 'nothing to trade with' };
/** Why an order expired. */
export const GTD_REACHED: EndReason = { code: 'EXPIRED', reason: 'good-till-date reached' };
/** Why orders were canceled before a liquidation. */
export const LIQUIDATION: EndReason = { code: 'LIQUIDATION', reason: 'canceled before liquidation' };
/** Why amendments are refused, by the matching engine's word for it. */
export const AMEND_REFUSALS: Readonly<Record<AmendRefusal, EndReason>> = {
  ORDER_NOT_FOUND: NOT_FOUND,
  QUANTITY_BELOW_FILLED: { code: 'QUANTITY_BELOW_FILLED', reason: 'the new quantity is not above what has been filled' },
  POST_ONLY_WOULD_TAKE: { code: 'POST_ONLY_WOULD_TAKE', reason: 'the new price would take' },
};
