/**
 * The public API of @arb/core: what strategies are written with.
 * @packageDocumentation
 */
export {
  type ArbConfig, defineConfig, type InstrumentMarginConfig, type Latency, type LatencyConfig, type LognormalLatencyConfig, type MeasuredLatencyConfig, type RecordedLatencyConfig, type RecordedRequest, type SimulationConfig, strategy, type StrategyEntry, type VenueConfig,
} from './config.ts';
export { BookSnapshot, type BookLevel } from './kernel/book/book-snapshot.ts';
export { NO_TICK } from './kernel/book/book-side.ts';
export { BookView } from './kernel/book/book-view.ts';
export type { DepthWalk, WalkLimit, WalkSize } from './kernel/book/depth-walk.ts';
export type { Unsubscribe } from './kernel/bus/message-bus.ts';
export { defineTopic, type Topic, topicMatches, topics } from './kernel/bus/topic.ts';
export { type CacheView, type InstrumentFilter, type OrderFilter } from './kernel/cache/cache.ts';
export type { CarryQuote, QuoteLimit, QuoteRequest } from './kernel/carry/carry-quote.ts';
export { carryDirection, type CarryDirection, type CarrySnapshot } from './kernel/carry/carry-snapshot.ts';
export type { CarryView, RankedCarry } from './kernel/carry/carry-view.ts';
export { expectedCarryBps, type LegCost, type RevertingCarry, roundTripCostBps } from './kernel/carry/carry-cost.ts';
export { carrySignal, type CarrySignal, type CarrySituation, carryThresholds, type CarryThresholds } from './kernel/carry/carry-signal.ts';
export { averagePremium, expectedFundingRate, fundingRateFromPremium } from './kernel/carry/funding-formula.ts';
export { apyPct, aprPct, breakEvenHours, HOURS_PER_YEAR, ratePerHour } from './kernel/carry/funding-math.ts';
export { admissibleDepth, type PairSize, type SizeLimit, sizePair, type SizingInputs, type SizingLeg } from './kernel/carry/sizing.ts';
export type { AlertTime, Clock, TimerHandler, TimerOptions } from './kernel/clock/clock.ts';
export type { DataClient, DataKind, DataRequest } from './kernel/data/data-client.ts';
export { ArbError, type ErrorContext, invariant, InvariantError, isArbError } from './kernel/errors.ts';
export type { ExecutionClient, ExecutionSink, FundingAccrualReport, FundingPaymentReport, OrderAmendment } from './kernel/execution/execution-client.ts';
export type {
  BracketRequest, LimitRequest, MarketRequest, OrderFactory, OrderList, OrderRequest, TrailingStopRequest, TriggerLimitRequest, TriggerRequest,
} from './kernel/execution/order-factory.ts';
export type { HedgedPair, PairDecision, PairSummary } from './kernel/hedge/hedged-pair.ts';
export type { HedgedPairOptions } from './kernel/hedge/pair-options.ts';
export type { LegFailure, LegFailurePolicy } from './kernel/hedge/leg-failure.ts';
export type { PairStyle, ScheduleOptions } from './kernel/hedge/leg-schedule.ts';
export type { PairEvent, PairEventType, PairState, UnhedgedEpisode } from './kernel/hedge/pair-event.ts';
export type { UnhedgedTotals } from './kernel/hedge/exposure-meter.ts';
export type { Journal } from './kernel/journal/journal.ts';
export { type JournalRecord, readJournal } from './kernel/journal/journal-reader.ts';
export { Decimal, type DecimalInput } from './kernel/math/decimal.ts';
export { exp, expm1 } from './kernel/math/exp.ts';
export { log, log1p } from './kernel/math/log.ts';
export { type Money, POW10, POW10_NUMBER } from './kernel/math/money.ts';
export { powInt } from './kernel/math/pow-int.ts';
export { cos, sin } from './kernel/math/trig.ts';
export type { AccountView } from './kernel/model/account.ts';
export type { FundingConvention, FundingRate, FundingRateInput } from './kernel/model/funding-rate.ts';
export { type ClientOrderId, type FillId, type InstrumentId, instrumentId, type PositionId, type StrategyId, symbolOf, type VenueId, venueOf, type VenueOrderId } from './kernel/model/ids.ts';
export { Instrument, type InstrumentKind, type InstrumentSpec, type RoundingMode } from './kernel/model/instrument.ts';
export type { Bar, FeedState, FeedStatus, PriceKind, PriceUpdate, Quote, Stamped, Trade } from './kernel/model/market-data.ts';
export type { FillBusted, FillOrigin, FillReport, LiquiditySide, OrderChanged, OrderChangeType, OrderEvent, OrderFilled } from './kernel/model/order-events.ts';
export { nextOrderStatus, ORDER_TRANSITIONS, type OrderChange, type OrderStatus } from './kernel/model/order-status.ts';
export type { Contingency, Order, OrderDenial, OrderOptions, OrderSide, OrderSummary, OrderType, ScaledPrice, TimeInForce, TriggerSource } from './kernel/model/order.ts';
export type { PositionEvent } from './kernel/model/position-event.ts';
export type { Position } from './kernel/model/position.ts';
export { formatDate, formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MS, MICROS_PER_SECOND, parseTime, type UnixMicros } from './kernel/model/time.ts';
export type { FundingPayment } from './kernel/portfolio/funding-payment.ts';
export type { StrategyPortfolio } from './kernel/portfolio/strategy-portfolio.ts';
export type { RiskLimits, TradingState } from './kernel/risk/risk-limits.ts';
export { Actor, type ConfigInputOf, type ConfiguredActor } from './kernel/strategy/actor.ts';
export type { ActorHooks, HookName, TradingHooks } from './kernel/strategy/hooks.ts';
export type { Indicator } from './kernel/strategy/indicator.ts';
export type { StrategyState } from './kernel/strategy/lifecycle.ts';
export type { Logger } from './kernel/strategy/logger.ts';
export type { SavedOptions } from './kernel/strategy/saved-state.ts';
export type { InferInput, InferOutput, StandardIssue, StandardResult, StandardSchema } from './kernel/strategy/standard-schema.ts';
export { type ConfiguredStrategy, Strategy, type StrategyClass } from './kernel/strategy/strategy.ts';
export type { InstrumentIds, Subscribe, SubscribeOptions, Subscriptions } from './kernel/strategy/subscriptions.ts';
export { VENUE_PROFILES, type VenueProfile, venueProfile } from './kernel/venues/venue-profile.ts';
