/** How a simulated venue matches; realism is the default. */
export interface MatchingRules {
  /** A displayed opposite price reaching our resting order without a trade fills it wholly, or with what is displayed. */
  readonly crossFill: 'full' | 'displayed';
  /** What is left of a limit order that took all there was. */
  readonly residual: 'rest' | 'fill-at-limit' | 'expire';
  /** Liquidity taken is gone until a newer update shows the level again. */
  readonly rememberConsumption: boolean;
  /** Whom an order ends when it meets an own resting order. */
  readonly selfTrade: 'cancel-maker' | 'cancel-taker' | 'cancel-both' | 'allow';
  /** Whether an order with a smaller quantity at the same price keeps its place in the queue. */
  readonly keepsPriorityOnReduce: boolean;
  /** Optimistic: any order fills wholly at the touch. Must be asked for. */
  readonly isOptimistic: boolean;
}

/** The rules a run has unless it states others. */
export const REALISTIC: MatchingRules = {
  crossFill: 'displayed', residual: 'rest', rememberConsumption: true, selfTrade: 'cancel-maker', keepsPriorityOnReduce: true, isOptimistic: false,
};

/** Every order fills wholly at the best price: an upper bound, not a forecast. */
export const OPTIMISTIC: MatchingRules = { ...REALISTIC, crossFill: 'full', residual: 'fill-at-limit', rememberConsumption: false, isOptimistic: true };
