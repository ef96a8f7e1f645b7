import { aprPct, Decimal, type FillBusted, type FillReport, type Instrument, type Order, type OrderFilled, type PairEvent, type StrategyId, type UnixMicros } from '@arb/core';
import { type ForcedFillReport, formatMoney, type FundingPaymentReport, INDEX_DECIMALS, type Kernel, type KernelObserver, MICROS_PER_SECOND, moneyToNumber, NO_PRICE, type StrategyRunner } from '@arb/core/internal';
import type { CarryDecision, FillFact, ForcedCloseFact, FundingPaymentFact, OrderFact } from '../report/run-facts.ts';
import { LANE_OBSERVER, type Lane } from '../replay/lane.ts';
import { AccountCurves } from './account-curves.ts';
import { MidRecorder } from './mid-recorder.ts';

/** Points of the account curve at most; a longer run has a wider step. */
const MAX_SAMPLES = 20_000;
/** Steps a person would choose, µs: 1, 5, 15 minutes, 1, 4, 8 hours, 1 day. */
const STEPS: readonly UnixMicros[] = [60, 300, 900, 3_600, 14_400, 28_800, 86_400].map((seconds) => seconds * MICROS_PER_SECOND);

/** One point of the account curve; money as numbers, since a chart is not an account. */
interface Sample { readonly net: number; readonly funding: number; readonly price: number; readonly fees: number; readonly slippage: number }

/** Position of one leg over time, stepped: in USD, and as `value` in its settlement currency. */
export interface PositionCurve { readonly ts: number[]; readonly usd: number[]; readonly value: number[] }

/** What charts of one pair need, sampled. */
export interface PairCurve { readonly long: (number | null)[]; readonly short: (number | null)[]; readonly net: (number | null)[] }

/** Watches a run for its report: orders, fills, funding, the account curve and the market around fills. It changes nothing. */
export class RunCollector implements KernelObserver {
  readonly orders: OrderFact[] = [];
  readonly fills: FillFact[] = [];
  readonly fundingPayments: FundingPaymentFact[] = [];
  readonly pairEvents: (PairEvent & { readonly strategyId: StrategyId })[] = [];
  /** Entries and exits by pair, each with the differential it was decided on. */
  readonly decisions: Map<string, CarryDecision[]> = new Map();
  readonly closedByVenues: ForcedCloseFact[] = [];
  readonly strategyStates: { readonly strategyId: StrategyId; readonly state: string; readonly reason: string }[] = [];
  readonly samples: (Sample | null)[] = [];
  readonly positions: Map<string, PositionCurve> = new Map();
  readonly accounts: AccountCurves = new AccountCurves();
  readonly pairCurves: Map<string, PairCurve> = new Map();
  readonly mids: MidRecorder;
  readonly stepMicros: UnixMicros;
  readonly from: UnixMicros;
  readonly lanes: readonly Lane[];
  readonly #sentAt = new Map<Order, UnixMicros>();
  #nextSample: UnixMicros;

  constructor(kernel: () => Kernel, range: { readonly from: UnixMicros; readonly to: UnixMicros }) {
    this.#kernelOf = kernel;
    this.from = range.from;
    this.stepMicros = STEPS.find((step) => (range.to - range.from) / step <= MAX_SAMPLES) ?? STEPS.at(-1)!;
    this.#nextSample = range.from;
    this.mids = new MidRecorder((instrumentId) => this.#mid(instrumentId));
    this.lanes = [
      { laneClass: LANE_OBSERVER, nextAt: () => this.#nextSample, step: () => { this.sample(); return 0; } },
      { laneClass: LANE_OBSERVER, nextAt: () => this.mids.nextAt(), step: (at) => { this.mids.record(at); return 0; } },
    ];
  }

  readonly #kernelOf: () => Kernel;

  orderSent(order: Order, at: UnixMicros): void { this.#sentAt.set(order, at); }

  orderClosed(order: Order, at: UnixMicros, reason: string): void {
    this.orders.push(this.#orderFact(order, { closedAt: at, reason: order.denial === undefined ? reason : `${order.denial.code}: ${reason}` }));
    this.#sentAt.delete(order);
  }

  fill(event: OrderFilled | FillBusted): void {
    const { order, report, tsInit } = event;
    const { instrument } = order;
    const valuation = this.#kernelOf().portfolio.valuation;
    const rate = new Decimal(formatMoney(valuation.rate(instrument.settle) ?? 0n));
    const sign = event.type === 'OrderFilled' ? 1 : -1;
    const value = new Decimal(formatMoney(instrument.valueOf(report.tick, report.lots)));
    const feeRate = new Decimal(formatMoney(valuation.rate(report.feeCurrency) ?? 0n));
    this.fills.push({
      ts: tsInit, fillId: report.fillId, orderId: order.id, strategyId: order.strategyId, pairId: this.#pairIdOf(order.strategyId, instrument.id, order), instrumentId: instrument.id,
      venue: instrument.venue, side: sign === 1 ? order.side : order.side === 'buy' ? 'sell' : 'buy', quantity: instrument.lotsToDecimal(report.lots).toFixed(),
      ...contractFacts(instrument, report),
      price: instrument.tickToDecimal(report.tick).toFixed(), notionalUsd: value.times(rate).toFixed(), liquidity: report.liquidity,
      feeUsd: new Decimal(formatMoney(-report.fee)).times(feeRate).times(sign).toFixed(),
      arrivalMid: order.arrivalMid2 === NO_PRICE ? null : instrument.tickToDecimal(order.arrivalMid2).div(2).toFixed(),
    });
    this.mids.watch(instrument.id, tsInit);
    this.#recordPosition(order.strategyId, instrument.id, tsInit);
  }

  /** What a venue did to a position without an order: it counts as a fill of each strategy it hit. What an insurance fund paid counts against the fee. */
  forcedFill(_venue: string, forced: ForcedFillReport, shares: readonly { readonly strategyId: StrategyId; readonly lots: number }[]): void {
    const { instrument, fill, insurance = 0n } = forced;
    const at = this.#kernelOf().now();
    const { valuation } = this.#kernelOf().portfolio;
    const rate = new Decimal(formatMoney(valuation.rate(instrument.settle) ?? 0n));
    const feeRate = new Decimal(formatMoney(valuation.rate(fill.feeCurrency) ?? 0n));
    const costUsd = new Decimal(formatMoney(-fill.fee)).times(feeRate).plus(new Decimal(formatMoney(insurance)).times(rate));
    for (const { strategyId, lots: signed } of shares) {
      const lots = Math.abs(signed);
      const part = { ...fill, lots };
      const feeUsd = costUsd.times(lots).div(fill.lots).toFixed();
      const [quantity, price] = [instrument.lotsToDecimal(lots).toFixed(), instrument.tickToDecimal(fill.tick).toFixed()];
      const notionalUsd = new Decimal(formatMoney(instrument.valueOf(fill.tick, lots))).times(rate).toFixed();
      if (fill.origin === 'LIQUIDATION' || fill.origin === 'ADL') {
        this.closedByVenues.push({ ts: at, strategyId, instrumentId: instrument.id, origin: fill.origin, side: forced.side, quantity, price, notionalUsd, costUsd: feeUsd });
      }
      this.fills.push({
        ts: at, fillId: shares.length === 1 ? fill.fillId : `${fill.fillId}/${strategyId}`, orderId: fill.origin, strategyId, pairId: this.#pairIdOf(strategyId, instrument.id), instrumentId: instrument.id,
        venue: instrument.venue, side: forced.side, quantity, ...contractFacts(instrument, part), price, notionalUsd, liquidity: 'taker', feeUsd, arrivalMid: null,
      });
      this.mids.watch(instrument.id, at);
      this.#recordPosition(strategyId, instrument.id, at);
    }
  }

  fundingPaid(_venue: string, report: FundingPaymentReport, shares: readonly { readonly strategyId: StrategyId; readonly quantity: Decimal; readonly amount: Decimal; readonly instrumentId: string; readonly currency: string }[]): void {
    const rate = { rateNumber: Number(report.rate) / Number(`1e${report.rateDecimals}`), intervalHours: this.#intervalHours(report.instrument.id) };
    for (const share of shares) {
      const usd = share.amount.times(formatMoney(this.#kernelOf().portfolio.valuation.rate(share.currency) ?? 0n));
      const partOf = (total: Decimal, amount: Decimal): string => (amount.eq(usd) ? total : total.times(amount).div(usd).toSignificantDigits(30)).toFixed();
      for (const [pair, amount] of this.#amongPairs(share.strategyId, share.instrumentId, usd)) {
        this.fundingPayments.push({
          ts: report.settlesAt, strategyId: share.strategyId, pairId: pair === undefined ? null : pairKey(share.strategyId, pair.long, pair.short), instrumentId: share.instrumentId,
          role: pair === undefined ? 'single' : pair.long === share.instrumentId ? 'long' : 'short', aprPct: aprPct(rate), amountUsd: amount.toFixed(),
          ...termsOf(report), quantity: partOf(share.quantity, amount), amount: partOf(share.amount, amount), currency: share.currency,
        });
      }
    }
  }

  pairEvent(strategyId: StrategyId, event: PairEvent): void {
    this.pairEvents.push({ ...event, strategyId });
    if (event.type !== 'PairEntering' && event.type !== 'PairExiting') return;
    const key = pairKey(strategyId, event.long, event.short);
    const decisions = this.decisions.get(key) ?? [];
    decisions.push({ ts: event.at, action: event.type === 'PairEntering' ? 'enter' : 'exit', aprPct: statedAprPct(event.decision) ?? this.#carryNow(strategyId, event) });
    this.decisions.set(key, decisions);
  }

  strategyState(strategyId: StrategyId, state: string, reason: string): void { this.strategyStates.push({ strategyId, state, reason }); }

  /** Orders that were still open when the run ended. */
  openOrders(): OrderFact[] {
    return [...this.#kernelOf().cache.openOrders()].map((order) => this.#orderFact(order, { closedAt: null, reason: '' }));
  }

  /** Takes one point of every curve; positions and accounts at `at`: the last point of a run lies between two steps. */
  sample(at: UnixMicros = this.#nextSample): void {
    this.#nextSample += this.stepMicros;
    const kernel = this.#kernelOf();
    this.samples.push(sampleOf(kernel));
    this.accounts.take(kernel.portfolio, at);
    for (const runner of kernel.runners) {
      for (const pair of runner.pairs) this.#samplePair(runner, pair);
      for (const { position } of kernel.portfolio.legs(runner.id)) if (!position.isFlat) this.#recordPosition(runner.id, position.instrument.id, at);
    }
  }

  #samplePair(runner: StrategyRunner, pair: StrategyRunner['pairs'][number]): void {
    const key = pairKey(runner.id, pair.long, pair.short);
    let curve = this.pairCurves.get(key);
    if (curve === undefined) {
      curve = { long: [], short: [], net: [] };
      this.pairCurves.set(key, curve);
      const missed = this.samples.length - 1;
      for (const values of [curve.long, curve.short, curve.net]) for (let i = 0; i < missed; i++) values.push(null);
    }
    const carry = pair.carry();
    curve.long.push(carry?.longAprPct ?? null);
    curve.short.push(carry?.shortAprPct ?? null);
    curve.net.push(pair.isFlat ? null : this.#usd(runner.id, pair.long) + this.#usd(runner.id, pair.short));
  }

  #usd(strategyId: StrategyId, instrumentId: string): number { return this.#worth(strategyId, instrumentId).usd; }

  /** A position at mid: in USD, and in its settlement currency. */
  #worth(strategyId: StrategyId, instrumentId: string): { readonly usd: number; readonly value: number } {
    const position = this.#kernelOf().portfolio.position(strategyId, instrumentId);
    if (position === undefined || position.isFlat) return { usd: 0, value: 0 };
    const price = this.#mid(instrumentId);
    const { instrument } = position;
    const quantity = instrument.lotsToNumber(position.lots) * instrument.multiplier.toNumber();
    return instrument.isInverse ? { usd: quantity, value: quantity / price } : { usd: quantity * price, value: quantity * price };
  }

  #recordPosition(strategyId: StrategyId, instrumentId: string, at: UnixMicros): void {
    const key = `${strategyId} ${instrumentId}`;
    let curve = this.positions.get(key);
    if (curve === undefined) {
      curve = { ts: [], usd: [], value: [] };
      this.positions.set(key, curve);
    }
    if (curve.ts.at(-1) === at) { curve.ts.pop(); curve.usd.pop(); curve.value.pop(); }
    curve.ts.push(at);
    const { usd, value } = this.#worth(strategyId, instrumentId);
    curve.usd.push(Math.round(usd * 100) / 100);
    curve.value.push(Math.round(value * 1e8) / 1e8);
  }

  /** The differential as the kernel knows it at this moment; null until both legs have a rate. */
  #carryNow(strategyId: StrategyId, { long, short }: PairEvent): number | null {
    return this.#runner(strategyId)?.pairs.find((pair) => pair.long === long && pair.short === short)?.carry()?.aprPct ?? null;
  }

  #mid(instrumentId: string): number {
    const state = this.#kernelOf().cache.find(instrumentId);
    if (state === undefined) return NaN;
    const { bidTick, askTick, instrument } = state;
    return bidTick === undefined || askTick === undefined ? state.mark?.price ?? NaN : instrument.tickToNumber((bidTick + askTick) / 2);
  }

  #intervalHours(instrumentId: string): number {
    const state = this.#kernelOf().cache.find(instrumentId);
    return state?.settled?.intervalHours ?? state?.predicted?.intervalHours ?? 8;
  }

  #runner(strategyId: StrategyId): StrategyRunner | undefined { return this.#kernelOf().runners.find(({ id }) => id === strategyId); }

  /** The pair that sent an order; where none did, the first one with that leg. */
  #pairIdOf(strategyId: StrategyId, instrumentId: string, order?: Order): string | null {
    const pairs = this.#runner(strategyId)?.pairs ?? [];
    const pair = (order === undefined ? undefined : pairs.find((candidate) => candidate.owns(order))) ?? pairs.find((candidate) => candidate.trades(instrumentId));
    return pair === undefined ? null : pairKey(strategyId, pair.long, pair.short);
  }

  /** An amount on a leg that several pairs share, by what each of them holds of it; the last one takes what rounding leaves. */
  #amongPairs(strategyId: StrategyId, instrumentId: string, amount: Decimal): readonly (readonly [pair: StrategyRunner['pairs'][number] | undefined, amount: Decimal])[] {
    const pairs = (this.#runner(strategyId)?.pairs ?? []).filter((pair) => pair.trades(instrumentId));
    const heldBy = (pair: StrategyRunner['pairs'][number]): Decimal => (pair.long === instrumentId ? pair.longQuantity : pair.shortQuantity);
    const holders = pairs.filter((pair) => !heldBy(pair).isZero());
    const held = holders.reduce((sum, pair) => sum.plus(heldBy(pair)), new Decimal(0));
    if (holders.length < 2 || held.isZero()) return [[holders[0] ?? pairs[0], amount]];
    let left = amount;
    return holders.map((pair, i) => {
      const part = i === holders.length - 1 ? left : amount.times(heldBy(pair)).div(held).toDecimalPlaces(18);
      left = left.minus(part);
      return [pair, part] as const;
    });
  }

  #orderFact(order: Order, end: { readonly closedAt: UnixMicros | null; readonly reason: string }): OrderFact {
    return {
      ts: this.#sentAt.get(order) ?? end.closedAt ?? this.#kernelOf().now(), orderId: order.id, strategyId: order.strategyId, instrumentId: order.instrument.id, venue: order.instrument.venue,
      side: order.side, type: order.type, timeInForce: order.postOnly ? 'POST_ONLY' : order.timeInForce, quantity: order.quantity.toFixed(), filledQuantity: order.filledQuantity.toFixed(),
      price: order.price?.toFixed() ?? null, averagePrice: order.averageFillPrice?.toSignificantDigits(20).toFixed() ?? null, status: order.status, reason: end.reason, closedAt: end.closedAt,
    };
  }
}

/** What a payment was worked out from. */
function termsOf({ convention, rate, rateDecimals, price, priceDecimals, index }: FundingPaymentReport): Pick<FundingPaymentFact, 'convention' | 'rate' | 'price' | 'indexFrom' | 'indexTo'> {
  const scaled = (value: bigint, decimals: number): string => new Decimal(value.toString()).div(`1e${decimals}`).toFixed();
  return {
    convention, rate: scaled(rate, rateDecimals), price: price === 0n ? null : scaled(price, priceDecimals),
    indexFrom: index === undefined ? null : scaled(index.from, INDEX_DECIMALS), indexTo: index === undefined ? null : scaled(index.to, INDEX_DECIMALS),
  };
}

/** The differential a strategy states in its reason, `{ carry }` as `pair.carry()` gave it; undefined where it states none. */
function statedAprPct(decision: unknown): number | undefined {
  const carry = typeof decision === 'object' && decision !== null && 'carry' in decision ? decision.carry : undefined;
  const apr = typeof carry === 'object' && carry !== null && 'aprPct' in carry ? carry.aprPct : undefined;
  return typeof apr === 'number' && Number.isFinite(apr) ? apr : undefined;
}

/** Name of a pair in the report. */
export function pairKey(strategyId: StrategyId, long: string, short: string): string {
  return `${strategyId}: ${long} / ${short}`;
}

/** One point of the account curve; null while something held cannot be valued yet. */
function sampleOf(kernel: Kernel): Sample | null {
  try {
    const parts = kernel.portfolio.attribution();
    const funding = moneyToNumber(parts.fundingPaid + parts.fundingAccrued);
    return { net: moneyToNumber(parts.total), funding, price: moneyToNumber(parts.basis + parts.directional), fees: moneyToNumber(parts.fees), slippage: moneyToNumber(parts.slippage) };
  } catch {
    return null;                                    // before the first price of a coin that is held: the chart has a gap there
  }
}


/** What a fill is worth in its settlement currency, and its base units where a unit of quantity is not one of base. */
function contractFacts(instrument: Instrument, report: FillReport): Pick<FillFact, 'settleValue' | 'isInverse' | 'hedgeQuantity'> {
  return { settleValue: formatMoney(instrument.valueOf(report.tick, report.lots)), ...(instrument.isInverse ? { isInverse: true } : {}), ...hedgeQuantity(instrument, report) };
}

function hedgeQuantity(instrument: Instrument, report: FillReport): { readonly hedgeQuantity?: string } {
  if (!instrument.isInverse && instrument.multiplier.eq(1)) return {};
  const units = instrument.lotsToDecimal(report.lots).times(instrument.multiplier);
  return { hedgeQuantity: (instrument.isInverse ? units.div(instrument.tickToDecimal(report.tick)) : units).toSignificantDigits(18).toFixed() };
}
