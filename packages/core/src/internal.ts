/**
 * For the sibling packages only; strategies use the other doors. May change in any release.
 * @packageDocumentation
 * @internal
 */
export { BookSide, NO_TICK } from './kernel/book/book-side.ts';
export { walkDepth } from './kernel/book/depth-walk.ts';
export { OrderBook } from './kernel/book/order-book.ts';
export { MessageBus } from './kernel/bus/message-bus.ts';
export type { InstrumentState } from './kernel/cache/instrument-state.ts';
export { nearest } from './kernel/cache/near-names.ts';
export { FundingIndex, type FundingIndexTerms, INDEX_DECIMALS, type RateSample } from './kernel/carry/funding-index.ts';
export { carryOf } from './kernel/carry/carry-snapshot.ts';
export { TimerQueue } from './kernel/clock/timer-queue.ts';
export type { HistoryRequest } from './kernel/data/data-engine.ts';
export type { BarInput, KernelInputs } from './kernel/data/kernel-inputs.ts';
export { ArbError, assertNever, invariant, InvariantError, isArbError } from './kernel/errors.ts';
export type { AccountReport, BalanceChangeReport, ExecutionClient, ExecutionSink, ForcedFillReport, FundingAccrualReport, FundingPaymentReport, OrderAmendment } from './kernel/execution/execution-client.ts';
export { ORDER_CHANGE_CODES, ORDER_TYPE_CODES, ORIGIN_CODES, TIME_IN_FORCE_CODES } from './kernel/execution/order-journal.ts';
export { canonicalJson } from './kernel/journal/canonical-json.ts';
export { readJournal } from './kernel/journal/journal-reader.ts';
export { JournalWriter } from './kernel/journal/journal-writer.ts';
export { Kernel, type KernelOptions, type KernelSnapshot, type StrategyOptions } from './kernel/kernel.ts';
export type { KernelObserver } from './kernel/kernel-observer.ts';
export { PNL_COMPONENTS, type PnlComponent } from './kernel/ledger/currency-stream.ts';
export type { PnlBreakdown } from './kernel/ledger/attribution.ts';
export { CostBasis } from './kernel/ledger/cost-basis.ts';
export { positionValue, positionValueAt, positionValueAtMid } from './kernel/ledger/position-value.ts';
export { Decimal } from './kernel/math/decimal.ts';
export { exp, expm1 } from './kernel/math/exp.ts';
export { normalCdf } from './kernel/math/normal-cdf.ts';
export { log, log1p } from './kernel/math/log.ts';
export { divideHalfEven, formatMoney, fromMoney, type Money, MONEY_DECIMALS, moneyToNumber, ONE, POW10, POW10_NUMBER, toMoney } from './kernel/math/money.ts';
export { powInt } from './kernel/math/pow-int.ts';
export { type RandomState, RandomStream, randomStream } from './kernel/math/random.ts';
export { cos, sin } from './kernel/math/trig.ts';
export type { MarginMode } from './kernel/model/holding.ts';
export { InstrumentMargin } from './kernel/model/instrument-margin.ts';
export { IsolatedMargin } from './kernel/model/isolated-margin.ts';
export { MarginTable } from './kernel/model/margin-table.ts';
export type { FillReport, OrderEvent } from './kernel/model/order-events.ts';
export { NO_PRICE, Order, orderMutator } from './kernel/model/order.ts';
export { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MS, MICROS_PER_SECOND } from './kernel/model/time.ts';
export type { Account } from './kernel/model/account.ts';
export type { Holding } from './kernel/model/holding.ts';
export { Portfolio, UNALLOCATED } from './kernel/portfolio/portfolio.ts';
export { MAX_ORDERS_PER_SECOND } from './kernel/risk/risk-limits.ts';
export { type LoggerFactory, silentLogger } from './kernel/strategy/logger.ts';
export { strategyConfig } from './kernel/strategy/strategy-config.ts';
export { StrategyRunner } from './kernel/strategy/strategy-runner.ts';
export { marketClass, profileMargin } from './kernel/venues/venue-profile.ts';
export { DeterminismGuard } from './node/determinism-guard.ts';
export { FileJournal, TeeJournal } from './node/file-journal.ts';
export { HashJournal } from './node/hash-journal.ts';
export { jsonLogger, type LogOptions } from './node/logger.ts';
export { makeFolders, requireWritable } from './node/make-folders.ts';
export { VERSION } from './node/version.ts';
export { packageRoot } from './node/package-root.ts';
