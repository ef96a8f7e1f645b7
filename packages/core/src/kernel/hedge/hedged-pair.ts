import { ArbError } from '../errors.ts';
import type { CarryQuote, QuoteRequest } from '../carry/carry-quote.ts';
import type { CarrySnapshot } from '../carry/carry-snapshot.ts';
import { Decimal, type DecimalInput } from '../math/decimal.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { OrderEvent } from '../model/order-events.ts';
import type { Order, OrderSide, ScaledPrice } from '../model/order.ts';
import { ExposureMeter, type UnhedgedTotals } from './exposure-meter.ts';
import type { HedgeHost, LegOrder } from './hedge-host.ts';
import type { PairEvent, PairEventType, PairState, UnhedgedEpisode } from './pair-event.ts';
import { PairLeg } from './pair-leg.ts';
import { nextPairState } from './pair-state.ts';
import { pairReferencePrice } from './reference-price.ts';

/** How a pair is hedged. */
export interface HedgedPairOptions {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  /** One leg may stand without the other for this long; then what is uncovered is closed. */
  readonly maxUnhedgedMs: number;
  /** … and to this much uncovered value × time. */
  readonly maxUnhedgedUsdSeconds: number;
  /** How far from the touch a leg may trade; 50 unless stated. */
  readonly maxSlippageBps?: number;
  /** How often a leg that did not fill is priced again before the other is cut back to it; 1 unless stated. */
  readonly maxRetries?: number;
}

/** Why something is done; kept in the journal with the decision. */
export interface PairDecision { readonly reason?: unknown }

/** A pair as saved. */
interface SavedPair {
  readonly state: PairState;
  readonly haltReason: string;
  readonly longLots: number;
  readonly shortLots: number;
  readonly targetLong: number;
  readonly targetShort: number;
  readonly unhedged: UnhedgedTotals;
}

/** Pause before a leg that found no liquidity is tried again. */
const RETRY_MS = 250;

/**
 * Two legs as one position. Both are sent together as capped IOC orders; what one leg fills and the other does not is completed or taken back at once,
 * within the budget of time and value × time. No order leaves without a limit price, every reducing order is reduce-only.
 */
export class HedgedPair {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  readonly options: HedgedPairOptions;
  readonly #host: HedgeHost;
  readonly #longLeg: PairLeg;
  readonly #shortLeg: PairLeg;
  readonly #meter = new ExposureMeter();
  readonly #owned = new Set<Order>();
  #state: PairState = 'FLAT';
  #haltReason = '';
  #decision: unknown;
  #retries = 0;
  #isCutting = false;

  constructor(host: HedgeHost, options: HedgedPairOptions) {
    if (options.long === options.short) throw new ArbError('ARB_BAD_PAIR', `both legs are ${options.long}; a pair needs two instruments`, {});
    if (!(options.maxUnhedgedMs > 0) || !(options.maxUnhedgedUsdSeconds > 0)) throw new ArbError('ARB_BAD_PAIR', 'maxUnhedgedMs and maxUnhedgedUsdSeconds must be positive', {});
    this.long = options.long;
    this.short = options.short;
    this.options = options;
    this.#host = host;
    this.#longLeg = new PairLeg(options.long, 'buy', () => host.state(options.long));
    this.#shortLeg = new PairLeg(options.short, 'sell', () => host.state(options.short));
  }

  get state(): PairState { return this.#state; }
  get haltReason(): string { return this.#haltReason; }
  get isFlat(): boolean { return this.#state === 'FLAT'; }
  get isHedged(): boolean { return this.#state === 'HEDGED'; }
  /** Signed quantity of each leg. */
  get longQuantity(): Decimal { return this.#longLeg.quantity; }
  get shortQuantity(): Decimal { return this.#shortLeg.quantity; }
  /** Uncovered base units as decimal text; `0` within tolerance. */
  get netQuantity(): string { return this.#uncoveredBase() === 0 ? '0' : new Decimal(this.#longLeg.base + this.#shortLeg.base).toSignificantDigits(12).toFixed(); }
  /** Longest time one leg ever stood without the other, ms. */
  get maxUnhedgedMs(): number { return this.#meter.totals.maxSeconds * 1_000; }
  get unhedged(): UnhedgedTotals { return this.#meter.totals; }
  /** True while orders are under way that bring the legs back together. */
  get isNeutralising(): boolean { return this.#meter.isOpen || this.#owned.size > 0; }

  /** Differential now; undefined until both legs have a rate. */
  carry(): CarrySnapshot | undefined { return this.#host.carry(this.long, this.short); }
  /** Cost, limit and break-even of entering now; undefined without rates or two-sided books. */
  quote(request: QuoteRequest): CarryQuote | undefined { return this.#host.quote({ long: this.long, short: this.short }, { maxSlippageBps: this.#maxSlippageBps, ...request }); }
  /** Price that splits profit into direction and basis: the index of the first leg that has one, else the mean of the mids. */
  referencePrice(): ScaledPrice | undefined { return pairReferencePrice(this.#longLeg.state, this.#shortLeg.state); }
  /** True for orders this pair sent that are still open. */
  owns(order: Order): boolean { return this.#owned.has(order); }
  trades(id: InstrumentId): boolean { return id === this.long || id === this.short; }

  /**
   * Buys the long leg and sells the short one for about this value each. On a pair that is not flat it does nothing.
   * @returns true where orders left; a refusal is an event with its reason
   */
  enter(request: { readonly notionalUsd: DecimalInput } & PairDecision): boolean {
    if (this.#state !== 'FLAT') return false;
    this.#decision = request.reason;
    const refusal = this.#aim(new Decimal(request.notionalUsd).toNumber());
    if (refusal !== undefined) return this.#refuse(refusal);
    return this.#begin('ENTERING', 'PairEntering', `${String(request.notionalUsd)} USD a leg`);
  }

  /** Changes a hedged pair to about this value a leg; 0 leaves. @returns true where orders left */
  resize(request: { readonly notionalUsd: DecimalInput } & PairDecision): boolean {
    if (this.#state !== 'HEDGED') return false;
    const notional = new Decimal(request.notionalUsd).toNumber();
    if (notional === 0) return this.exit(request);
    this.#decision = request.reason;
    const before = [this.#longLeg.targetLots, this.#shortLeg.targetLots] as const;
    const refusal = this.#aim(notional);
    if (refusal !== undefined) {
      [this.#longLeg.targetLots, this.#shortLeg.targetLots] = before;
      return this.#refuse(refusal);
    }
    if (this.#longLeg.isAtTarget && this.#shortLeg.isAtTarget) return false;
    return this.#begin('ADJUSTING', 'PairAdjusting', `to ${String(request.notionalUsd)} USD a leg`);
  }

  /** Closes both legs. On a pair that is flat or leaving it does nothing. @returns true where orders left */
  exit(request: PairDecision = {}): boolean {
    if (this.#state !== 'HEDGED') return false;
    this.#decision = request.reason;
    this.#longLeg.targetLots = 0;
    this.#shortLeg.targetLots = 0;
    return this.#begin('EXITING', 'PairExiting', 'both legs to zero');
  }

  /** Stops the pair: nothing is entered any more; what is uncovered is still closed. */
  halt(reason: string): void {
    if (this.#state === 'HALTED') return;
    this.#haltReason = reason;
    this.#become('HALTED', 'PairHalted', reason);
    if (this.#uncoveredBase() !== 0) this.#cutBack('halted');
  }

  /** An operator allows the pair again. */
  resume(): void {
    if (this.#state !== 'HALTED' || this.isNeutralising) return;
    this.#haltReason = '';
    this.#settle();
  }

  /** Takes every event of an order this pair sent. */
  onOrderEvent(event: OrderEvent): void {
    const { order } = event;
    const leg = order.instrument.id === this.long ? this.#longLeg : this.#shortLeg;
    if (event.type === 'OrderFilled') leg.lots += order.sign * event.report.lots;
    else if (event.type === 'FillBusted') leg.lots -= order.sign * event.report.lots;
    if (event.type === 'OrderFilled' || event.type === 'FillBusted') this.#measure();
    if (event.type === 'OrderRejected') this.#retries = Infinity;          // a venue that refuses is not asked again: the other leg goes back
    if (order.isClosed && event.type !== 'FillBusted') {
      this.#owned.delete(order);
      if (this.#owned.size === 0) this.#afterRound();
    } else if (event.type === 'FillBusted' && this.#owned.size === 0) this.#afterBust();
  }

  /** The venue changed a leg by force: the other is cut to match, and the pair halts. */
  onForcedFill(id: InstrumentId, signedLots: number, why: string): void {
    const leg = id === this.long ? this.#longLeg : this.#shortLeg;
    leg.lots += signedLots;
    this.#measure();
    this.halt(why);
  }

  saveState(): unknown {
    return {
      state: this.#state, haltReason: this.#haltReason, longLots: this.#longLeg.lots, shortLots: this.#shortLeg.lots,
      targetLong: this.#longLeg.targetLots, targetShort: this.#shortLeg.targetLots, unhedged: this.#meter.totals,
    } satisfies SavedPair;
  }

  /** Puts a saved pair back. Orders that were under way are gone: the first look afterwards brings the legs together. */
  restoreState(saved: unknown): void {
    const state = saved as SavedPair;
    this.#state = state.state;
    this.#haltReason = state.haltReason;
    this.#longLeg.lots = state.longLots;
    this.#shortLeg.lots = state.shortLots;
    this.#longLeg.targetLots = state.targetLong;
    this.#shortLeg.targetLots = state.targetShort;
    this.#meter.totals = state.unhedged;
    if (this.#state !== 'FLAT' && this.#state !== 'HEDGED') this.#host.alert(this.#name('resume'), 0, () => { this.#measure(); this.#afterRound(); });
  }

  get #maxSlippageBps(): number { return this.options.maxSlippageBps ?? 50; }
  #name(what: string): string { return `pair/${this.long}/${this.short}/${what}`; }

  /** Sets both targets for a value per leg. @returns why it cannot be */
  #aim(notionalUsd: number): string | undefined {
    const price = this.#longLeg.price;
    if (!(price > 0) || !(this.#shortLeg.price > 0)) return 'no price of one of the legs';
    if (!(notionalUsd > 0)) return `a value of ${notionalUsd} is not positive`;
    const [coarse, fine] = this.#longLeg.basePerLot >= this.#shortLeg.basePerLot ? [this.#longLeg, this.#shortLeg] : [this.#shortLeg, this.#longLeg];
    const coarseLots = Math.floor(notionalUsd / price / coarse.basePerLot + 1e-9);
    const fineLots = fine.lotsFor(coarseLots * coarse.basePerLot);
    const refusal = coarseLots === 0 ? `${notionalUsd.toFixed(2)} USD is less than one lot of ${coarse.id}` : coarse.tooSmall(coarseLots) ?? fine.tooSmall(fineLots);
    if (refusal !== undefined) return refusal;
    coarse.targetLots = coarse.sign * coarseLots;
    fine.targetLots = fine.sign * fineLots;
    return undefined;
  }

  #begin(state: PairState, type: PairEventType, reason: string): boolean {
    const from = this.#state;
    this.#retries = 0;
    this.#isCutting = false;
    this.#become(state, type, reason);
    if (this.#round()) return true;
    if (from === 'FLAT') this.#settle();
    else this.#host.alert(this.#name('retry'), RETRY_MS, () => { this.#afterRound(); });
    return from !== 'FLAT';
  }

  #refuse(reason: string): boolean {
    this.#publish('PairRefused', reason);
    return false;
  }

  /** Sends what both legs lack, together. @returns false where nothing left */
  #round(): boolean {
    const legs = [this.#longLeg, this.#shortLeg].map((leg) => this.#legOrder(leg)).filter((order) => order !== undefined);
    if (legs.length === 0) return false;
    const { orders, areSent } = this.#host.submit(legs);
    if (!areSent) {
      this.#publish('PairRefused', orders.find(({ denial }) => denial !== undefined)?.denial?.message ?? 'denied');
      return false;
    }
    for (const order of orders) this.#owned.add(order);
    return true;
  }

  #legOrder(leg: PairLeg): LegOrder | undefined {
    const missing = leg.targetLots - leg.lots;
    if (missing === 0) return undefined;
    const side: OrderSide = missing > 0 ? 'buy' : 'sell';
    const tick = leg.capTick(side, this.#maxSlippageBps);
    if (tick === undefined) return undefined;
    const isReducing = leg.lots !== 0 && Math.sign(missing) !== Math.sign(leg.lots) && Math.abs(missing) <= Math.abs(leg.lots);
    return { instrumentId: leg.id, side, lots: Math.abs(missing), tick, isReducing };
  }

  /** Every order of a round has ended: done, once more, or back to what both legs have. */
  #afterRound(): void {
    if (this.#state === 'FLAT' || this.#owned.size > 0) return;
    if (this.#longLeg.isAtTarget && this.#shortLeg.isAtTarget) { this.#settle(); return; }
    const isLeaving = this.#longLeg.targetLots === 0 && this.#shortLeg.targetLots === 0;
    if (!isLeaving && !this.#isCutting) {
      if (this.#retries < (this.options.maxRetries ?? 1) && this.#state !== 'HALTED') {
        this.#retries++;
        if (this.#round()) return;
      }
      this.#cutBack('the other leg did not fill');
      return;
    }
    this.#host.alert(this.#name('retry'), RETRY_MS, () => { if (this.#owned.size === 0 && !this.#round()) this.#afterRound(); });
  }

  #afterBust(): void {
    if (this.#state === 'FLAT' || this.#state === 'HALTED') this.#state = this.#state === 'FLAT' ? nextPairState('FLAT', 'HALTED') : this.#state;
    if (this.#uncoveredBase() !== 0) this.#cutBack('a fill was taken back');
  }

  /** Aims at what both legs hold already, so that only excess is closed, and closes it. */
  #cutBack(why: string): void {
    const covered = Math.min(Math.abs(this.#longLeg.base), Math.abs(this.#shortLeg.base));
    for (const leg of [this.#longLeg, this.#shortLeg]) {
      const lots = Math.min(Math.abs(leg.lots), leg.lotsFor(covered));
      leg.targetLots = leg.sign * (leg.tooSmall(lots) === undefined ? lots : 0);
    }
    if (this.#longLeg.targetLots === 0 || this.#shortLeg.targetLots === 0) { this.#longLeg.targetLots = 0; this.#shortLeg.targetLots = 0; }
    this.#isCutting = true;
    this.#publish('PairNeutralising', `${why}: cutting back to ${this.#longLeg.instrument.lotsToDecimal(this.#longLeg.targetLots).toFixed()} / ${this.#shortLeg.instrument.lotsToDecimal(this.#shortLeg.targetLots).toFixed()}`);
    if (this.#longLeg.isAtTarget && this.#shortLeg.isAtTarget) { this.#settle(); return; }
    if (!this.#round()) this.#host.alert(this.#name('retry'), RETRY_MS, () => { this.#afterRound(); });
  }

  /** Both legs are where they should be. */
  #settle(): void {
    this.#host.cancelAlert(this.#name('budget'));
    this.#isCutting = false;
    if (this.#state === 'HALTED' && this.#haltReason !== '') return;
    const isFlat = this.#longLeg.lots === 0 && this.#shortLeg.lots === 0;
    this.#longLeg.targetLots = this.#longLeg.lots;
    this.#shortLeg.targetLots = this.#shortLeg.lots;
    this.#become(isFlat ? 'FLAT' : 'HEDGED', isFlat ? 'PairFlat' : 'PairHedged', isFlat ? 'both legs are flat' : 'both legs are in place');
  }

  /** Signed base units that no other leg covers; 0 within half a lot of the coarser leg. */
  #uncoveredBase(): number {
    if (this.#longLeg.lots === 0 && this.#shortLeg.lots === 0) return 0;
    const net = this.#longLeg.base + this.#shortLeg.base;
    const tolerance = Math.max(this.#longLeg.basePerLot, this.#shortLeg.basePerLot);
    return Math.abs(net) < tolerance * 0.999 ? 0 : net;
  }

  #measure(): void {
    const wasOpen = this.#meter.isOpen;
    const episode = this.#meter.set(this.#uncoveredBase() * this.#longLeg.price, this.#host.now());
    if (!wasOpen && this.#meter.isOpen) {
      this.#publish('PairUnhedged', 'one leg stands without the other');
      this.#host.alert(this.#name('budget'), this.#budgetMs(), () => { this.#budgetSpent(); });
    } else if (episode !== undefined) {
      this.#host.cancelAlert(this.#name('budget'));
      this.#publish('PairRehedged', 'both legs match', episode);
    }
  }

  /** Time until the first of both budgets is spent at the value uncovered now. */
  #budgetMs(): number {
    const usd = Math.abs(this.#uncoveredBase() * this.#longLeg.price);
    return Math.min(this.options.maxUnhedgedMs, usd > 0 ? this.options.maxUnhedgedUsdSeconds / usd * 1_000 : this.options.maxUnhedgedMs) * 0.8;
  }

  /** Most of the budget is gone: nothing is completed any more, what is uncovered is closed. */
  #budgetSpent(): void {
    if (!this.#meter.isOpen || this.#isCutting) return;
    if (this.#owned.size === 0) this.#cutBack('the unhedged budget is nearly spent');
    else this.#retries = Infinity;
  }

  #become(state: PairState, type: PairEventType, reason: string): void {
    this.#state = nextPairState(this.#state, state);
    this.#publish(type, reason);
  }

  #publish(type: PairEventType, reason: string, episode?: UnhedgedEpisode): void {
    const event: PairEvent = {
      type, long: this.long, short: this.short, state: this.#state, reason, decision: this.#decision,
      longQuantity: this.#longLeg.quantity.toFixed(), shortQuantity: this.#shortLeg.quantity.toFixed(), episode, at: this.#host.now(),
    };
    this.#host.publish(event);
  }
}
