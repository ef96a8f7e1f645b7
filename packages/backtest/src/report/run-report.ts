/**
 * What a run says about itself: the schema `arb.run/1`.
 *
 * Plain JSON throughout. Money, prices and quantities are decimal strings (exact, never rounded); times are integer µs since the epoch, UTC;
 * rates and statistics are numbers; a value that does not exist is `null`, never 0. A cost is negative and what was received is positive:
 * signs are those of the account. Long lists are tables `{ columns, rows }`, so that a file of 10,000 fills stays readable by any tool.
 */

/** Name and version of the schema; a change of meaning makes a new number. */
export const RUN_SCHEMA = 'arb.run/1';

/** COMPLETE: the whole period was replayed. PARTIAL: stopped before its end. FAILED: an error ended it. */
export type RunStatus = 'COMPLETE' | 'PARTIAL' | 'FAILED';

/** Where the data came from: recorded markets, a generator, or both. */
export type DataLabel = 'real' | 'synthetic' | 'mixed';

/** What a table cell holds. */
export type Cell = string | number | boolean | null;

/** A long list, column names first. */
export interface Table<Column extends string = string> {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * The parts of the result; they add up to the net result exactly, `residualUsd` included (0 unless something is wrong).
 *
 * Definitions: with signed size qᵢ, price pᵢ, mid at sending mᵢ, reference price R, valuation mark M and end T:
 * slippage = Σ qᵢ(mᵢ − pᵢ), directional = Σ qᵢ(R_T − Rᵢ), basis = Σ qᵢ((M_T − R_T) − (mᵢ − Rᵢ)).
 */
export interface Attribution {
  /** Settlements in our favour. */
  readonly fundingReceivedUsd: string;
  /** Settlements against us, negative. */
  readonly fundingPaidUsd: string;
  /** Accrued since the last settlement and not yet paid. */
  readonly fundingAccruedUsd: string;
  /** The three above together. */
  readonly fundingUsd: string;
  readonly basisUsd: string;
  readonly directionalUsd: string;
  readonly feesUsd: string;
  readonly slippageUsd: string;
  readonly gasUsd: string;
  readonly borrowUsd: string;
  readonly fxUsd: string;
  readonly residualUsd: string;
}

/** Time a fill waited for its hedge, against the budget. Zero everywhere where no pair was traded. */
export interface UnhedgedSummary {
  /** Seconds in all, of episodes that began and ended. */
  readonly seconds: number;
  /** Longest episode. */
  readonly maxSeconds: number;
  /** Seconds × USD in all. */
  readonly usdSeconds: number;
  /** Largest episode. */
  readonly maxUsdSeconds: number;
  readonly episodes: number;
  /** Episodes outside the budget. */
  readonly overBudget: number;
  /** What one episode may last; null without a pair. */
  readonly budgetSeconds: number | null;
  /** What one episode may reach; null without a pair. */
  readonly budgetUsdSeconds: number | null;
  /** The figure nearest its budget in percent, seconds or USD·s, whichever is worse; null without a pair. */
  readonly worstPctOfBudget: number | null;
}

/** What venues closed by force: liquidation and auto-deleveraging. */
export interface ForcedCloses {
  readonly count: number;
  /** What the venues charged for it, less what insurance funds paid; a cost is negative. */
  readonly costUsd: string;
}

/** A value with the 95 % interval it is known to. */
export interface Estimate {
  readonly value: number;
  /** Half width of the 95 % interval. */
  readonly ci95: number;
  /** Observations it rests on. */
  readonly n: number;
}

/** Figures of the whole run; a figure that would mislead is null (a yearly rate of a partial run, a Sharpe ratio of three days). */
export interface RunStatistics {
  readonly days: number;
  /** Net result over capital. */
  readonly returnPct: number;
  /** Return scaled to 365 days, simple; null for a partial run or one shorter than a day. */
  readonly aprPct: number | null;
  /** Deepest fall from a peak, not positive. */
  readonly maxDrawdownUsd: string;
  readonly maxDrawdownPct: number;
  /** Seconds from the deepest point until the old peak was reached again; null where it was not. */
  readonly drawdownRecoverySeconds: number | null;
  /** Sharpe ratio of daily results, 365 days a year, no risk-free rate; null below 5 days or for a partial run. */
  readonly sharpe: Estimate | null;
  readonly bestDayUsd: string | null;
  readonly worstDayUsd: string | null;
  /** Fees, slippage, gas and borrow over what funding brought, in percent; null where funding brought nothing. */
  readonly costToFundingPct: number | null;
  readonly timeInPositionPct: number;
  /** Limit orders' and market orders' filled quantity over ordered quantity, by count of orders with any fill. */
  readonly fillRatePct: number | null;
  /** Under 30 round trips and under 90 days nothing can be said about an edge. */
  readonly isTooShortToJudge: boolean;
}

/** One thing a reader must know. */
export interface RunWarning {
  /** `bad` breaks trust in the result or breaks a limit; `warn` explains a fallback or a gap. */
  readonly level: 'bad' | 'warn';
  /** One short clause, shown at the top. */
  readonly head: string;
  readonly text: string;
}

/** Which run it was, and of what: the same in the facts, the summary, the report and the manifest. */
export interface RunStamp {
  /** Name of the run, as in its folder. */
  readonly name: string;
  readonly status: RunStatus;
  /** Why a run is PARTIAL or FAILED, one line; null otherwise. */
  readonly statusReason: string | null;
  /** Period asked for, as far as there is data, µs; `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** Where the replay ended, µs; `to` where the run is complete. */
  readonly replayedTo: number;
  readonly dataset: string;
  readonly dataLabel: DataLabel;
  /** Market-data rows replayed. */
  readonly rows: number;
  /** Wall-clock seconds of the replay. The only value, with `nodeVersion`, that may differ between two equal runs. */
  readonly seconds: number;
  /** sha256 of everything decided and everything that happened. */
  readonly journalHash: string;
  readonly configHash: string;
  readonly dataHash: string;
  readonly seed: number;
  readonly engineVersion: string;
  readonly coreVersion: string;
  readonly nodeVersion: string;
}

/** What `arb backtest --json` prints, one object on one line. */
export interface RunSummary extends RunStamp {
  readonly schema: typeof RUN_SCHEMA;
  readonly strategies: readonly StrategySummary[];
  readonly capitalUsd: string;
  readonly netPnlUsd: string;
  readonly attribution: Attribution;
  readonly statistics: RunStatistics;
  /** Counts. */
  readonly orders: number;
  readonly fills: number;
  readonly makerFills: number;
  readonly fundingPayments: number;
  readonly roundTrips: number;
  /** Orders by final status, `FILLED: 12`. */
  readonly ordersByStatus: Readonly<Record<string, number>>;
  /** Orders that left: `orders` without those denied. */
  readonly ordersSent: number;
  /** Orders that the risk engine denied: they never left. */
  readonly ordersDenied: number;
  readonly unhedged: UnhedgedSummary;
  readonly closedByVenues: ForcedCloses;
  readonly warnings: readonly RunWarning[];
}

/** One strategy of the run. */
export interface StrategySummary {
  readonly id: string;
  /** Class name. */
  readonly name: string;
  readonly capitalUsd: string | null;
  readonly netPnlUsd: string;
}

/** What a leg is to its pair; `single` is an instrument traded without a pair. */
export type LegRole = 'long' | 'short' | 'single';

/** One instrument as one strategy traded it. */
export interface LegReport {
  readonly strategyId: string;
  /** Pair it belongs to, null without one. */
  readonly pairId: string | null;
  readonly role: LegRole;
  readonly instrumentId: string;
  readonly venue: string;
  /** The coin, `BTC`. */
  readonly base: string;
  /** Currency of prices, `USD` or `USDT`. */
  readonly quote: string;
  /** Unit of quantities: the coin, or `contracts of 100 USD`. */
  readonly quantityUnit: string;
  readonly quantityDecimals: number;
  readonly priceDecimals: number;
  /** How funding settles, in words: `8 h, at mark`; null for an instrument without funding. */
  readonly fundingTerms: string | null;
  readonly settlements: number;
  readonly fundingReceivedUsd: string;
  readonly fundingPaidUsd: string;
  readonly fundingAccruedUsd: string;
  /** Mean settled rate while held, APR %. */
  readonly averageAprPct: number | null;
  /** Mean absolute error of the predicted rate one hour before settlement (half the interval where that is shorter), over all settlements of the period, APR %. */
  readonly predictionErrorAprPct: number | null;
  /** Why there is none; null where there is. */
  readonly predictionErrorNote: string | null;
  readonly fills: number;
  readonly makerFills: number;
  readonly tradedUsd: string;
  readonly feesUsd: string;
  readonly slippageUsd: string;
  readonly feesBps: number | null;
  readonly slippageBps: number | null;
}

/** Position of one leg over time, stepped: the value holds until the next stamp. */
export interface LegPosition {
  readonly instrumentId: string;
  readonly strategyId: string;
  readonly pairId: string | null;
  readonly ts: readonly number[];
  /** USD at mid, signed. */
  readonly usd: readonly number[];
  /** The same in the settlement currency. */
  readonly value: readonly number[];
  /** Settlement currency. */
  readonly currency: string;
}

/** A pair, its budget and how well it was hedged. */
export interface PairReport {
  readonly pairId: string;
  readonly strategyId: string;
  readonly longInstrumentId: string;
  readonly shortInstrumentId: string;
  /** Thresholds of the strategy where it states them, for the chart. */
  readonly enterAprPct: number | null;
  readonly exitAprPct: number | null;
  readonly unhedged: UnhedgedSummary;
  /** Deviation a hedged pair is allowed: one lot of the coarser leg. */
  readonly toleranceUsd: number;
  /** Median and 95th percentile of the wait for a hedge. */
  readonly skewP50Seconds: number | null;
  readonly skewP95Seconds: number | null;
  /** Absolute net exposure while hedged. */
  readonly deltaP50Usd: number | null;
  readonly deltaP99Usd: number | null;
  /** Legs closed by force, because their hedge could not be had. */
  readonly forcedCloses: number;
}

/** One horizon of one line of the markout chart. */
export interface MarkoutPoint {
  readonly seconds: number;
  /** Fills with a mid at that horizon. */
  readonly n: number;
  readonly meanBps: number | null;
  readonly ci95Bps: number | null;
}

/** Markouts of a leg, or of a pair (`instrumentId` null). Positive: the price moved our way. */
export interface MarkoutLine {
  readonly pairId: string | null;
  readonly instrumentId: string | null;
  readonly role: LegRole | 'pair';
  readonly points: readonly MarkoutPoint[];
}

/** A pair held from flat to flat. */
export interface RoundTrip {
  /** From 1, over all pairs of the run. */
  readonly n: number;
  readonly pairId: string;
  readonly from: number;
  /** Null while open. */
  readonly to: number | null;
  readonly notionalUsd: string;
  /** Differential the entry and the exit were decided on, APR %; null where no rate was known, and where nobody decided (a neutralised leg, a liquidation). */
  readonly aprInPct: number | null;
  readonly aprOutPct: number | null;
  readonly fundingUsd: string;
  /** Basis and direction together. */
  readonly basisUsd: string;
  readonly feesUsd: string;
  readonly slippageUsd: string;
  readonly netPnlUsd: string;
  /** Costs over notional of one leg. */
  readonly costBps: number;
  /** Days the entry differential needs to earn the costs; null where it is not positive. */
  readonly breakEvenDays: number | null;
  /** For an open trip: what closing at the last book would cost against the mid, taker fees included, negative; null where closed or unknown. */
  readonly closeCostUsd: string | null;
  /** For an open trip: why that is unknown; null otherwise. */
  readonly closeCostNote: string | null;
}

/** Columns of {@link RunTables.fills}. `markout…Bps` null where no mid is known; `trip` null outside a pair. */
export type FillColumn =
  | 'ts'
  | 'fillId'
  | 'orderId'
  | 'strategyId'
  | 'pairId'
  | 'trip'
  | 'action'
  | 'instrumentId'
  | 'venue'
  | 'side'
  | 'quantity'
  | 'price'
  | 'notionalUsd'
  | 'liquidity'
  | 'feeUsd'
  | 'slippageUsd'
  | 'slippageBps'
  | 'markout1sBps'
  | 'markout10sBps'
  | 'markout60sBps'
  | 'markout300sBps';

/** Columns of {@link RunTables.orders}; `reason` is the code and text of a denial, rejection or expiry, '' otherwise. */
export type OrderColumn =
  | 'ts'
  | 'orderId'
  | 'strategyId'
  | 'instrumentId'
  | 'venue'
  | 'side'
  | 'type'
  | 'timeInForce'
  | 'quantity'
  | 'filledQuantity'
  | 'price'
  | 'averagePrice'
  | 'status'
  | 'reason'
  | 'closedAt';

/**
 * Columns of {@link RunTables.fundingPayments}: amount = −quantity × multiplier × price × rate (inverse: ÷ price), by a continuous index
 * −quantity × multiplier × (indexTo − indexFrom).
 */
export type FundingColumn =
  | 'ts'
  | 'strategyId'
  | 'pairId'
  | 'instrumentId'
  | 'role'
  | 'aprPct'
  | 'amountUsd'
  | 'convention'
  | 'quantity'
  | 'rate'
  | 'price'
  | 'amount'
  | 'currency'
  | 'indexFrom'
  | 'indexTo';

/** Columns of {@link RunTables.daily}; `day` is `2025-03-01`, sums of that UTC day; `priceUsd` is basis and direction together, `resultUsd` is cumulative. */
export type DailyColumn = 'day' | 'netPnlUsd' | 'fundingUsd' | 'priceUsd' | 'feesUsd' | 'slippageUsd' | 'otherUsd' | 'resultUsd';

/** Columns of {@link RunTables.hedgeEpisodes}; `usd` signed at its largest. */
export type EpisodeColumn = 'ts' | 'pairId' | 'seconds' | 'usd' | 'usdSeconds' | 'isOverBudget' | 'trip' | 'orderId';

/**
 * Columns of the accounts table, one row per time and account: `equityUsd` = `balanceUsd` (cash; coins at their price) + `unrealisedUsd` (open positions) +
 * `accruedUsd` (funding not yet paid). `initialMarginUsd` is that of positions and open orders (isolated: the margin set aside), `lockedUsd` adds what else open
 * orders hold, `freeUsd` is left for new orders. `marginRatio` is maintenance margin over margin balance, the worst of the account; 1 is liquidation.
 */
export type AccountColumn =
  | 'ts'
  | 'venue'
  | 'account'
  | 'equityUsd'
  | 'balanceUsd'
  | 'unrealisedUsd'
  | 'accruedUsd'
  | 'initialMarginUsd'
  | 'maintenanceMarginUsd'
  | 'lockedUsd'
  | 'freeUsd'
  | 'marginRatio';

/** Columns of the balances table, one row per time, account and currency, in that currency; `totalUsd` is `total` in USD. `locked` and `free` are null in a pooled account. */
export type BalanceColumn =
  | 'ts'
  | 'venue'
  | 'account'
  | 'currency'
  | 'total'
  | 'unrealised'
  | 'accrued'
  | 'initialMargin'
  | 'maintenanceMargin'
  | 'locked'
  | 'free'
  | 'totalUsd';

/** The long lists of a run. */
export interface RunTables {
  readonly fills: Table<FillColumn>;
  readonly orders: Table<OrderColumn>;
  readonly fundingPayments: Table<FundingColumn>;
  readonly daily: Table<DailyColumn>;
  readonly hedgeEpisodes: Table<EpisodeColumn>;
}

/** Values on a regular grid, for charts; null is a gap. */
export interface SampledSeries {
  /** First stamp, µs. */
  readonly start: number;
  readonly stepUs: number;
  readonly values: readonly (number | null)[];
}

/** What the charts of one pair draw. */
export interface PairSeries {
  readonly pairId: string;
  /** Predicted rate of each leg, APR %; the differential is short minus long. */
  readonly longAprPct: SampledSeries;
  readonly shortAprPct: SampledSeries;
  /** Net exposure of both legs while hedged, USD. */
  readonly netExposureUsd: SampledSeries;
}

/** Everything the charts draw; numbers, because a chart is not an account. */
export interface RunSeries {
  /** Result since the start, USD, all costs included. */
  readonly netPnlUsd: SampledSeries;
  /** Funding alone, USD, on the same grid. */
  readonly fundingUsd: SampledSeries;
  readonly pairs: readonly PairSeries[];
  readonly positions: readonly LegPosition[];
}

/** One effective setting and its source. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: string;
  /** `default`, `file`, `environment` or `flag`. */
  readonly source: string;
}

/** What a simulated venue assumed. */
export interface VenueAssumptions {
  readonly venue: string;
  /** In reading order: `['Fees, maker / taker', '1.5 / 4.5 bps']`. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** One stream of the data that was replayed. */
export interface DataStream {
  readonly instrumentId: string;
  /** `book`, `trade`, `funding`, … */
  readonly kind: string;
  readonly rows: number;
  readonly gaps: number;
  /** Cadence, source, anything a reader must know; '' for nothing. */
  readonly note: string;
}

/** A complete run: what `report.json` holds and the tearsheet shows. */
export interface RunReport extends RunSummary {
  /** Command that repeats the run, without paths of this machine. */
  readonly command: string;
  readonly config: readonly ConfigEntry[];
  readonly venues: readonly VenueAssumptions[];
  readonly data: readonly DataStream[];
  readonly legs: readonly LegReport[];
  readonly pairs: readonly PairReport[];
  readonly trips: readonly RoundTrip[];
  readonly markouts: readonly MarkoutLine[];
  readonly tables: RunTables;
  readonly series: RunSeries;
}
