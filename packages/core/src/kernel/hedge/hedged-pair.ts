import { ArbError } from '../errors.ts';
import type { CarryQuote, QuoteRequest } from '../carry/carry-quote.ts';
import type { CarrySnapshot } from '../carry/carry-snapshot.ts';
import { pairLots } from '../carry/sizing.ts';
import { Decimal, type DecimalInput } from '../math/decimal.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { OrderEvent } from '../model/order-events.ts';
import type { Order, OrderSide, ScaledPrice } from '../model/order.ts';
import { ExposureMeter, type SavedMeter, type UnhedgedTotals } from './exposure-meter.ts';
import type { HedgeHost, LegOrder } from './hedge-host.ts';
import { type LegFailure, legFailureText, weighLegFailure } from './leg-failure.ts';
import { type LegLots, LegSchedule } from './leg-schedule.ts';
import type { PairEvent, PairEventType, PairState, UnhedgedEpisode } from './pair-event.ts';
import { type LegWorld, PairLeg, type SavedLeg } from './pair-leg.ts';
import { DEFAULT_SLIPPAGE_BPS, type HedgedPairOptions, requirePairOptions } from './pair-options.ts';
import { PairOrders, type SavedPairOrders } from './pair-orders.ts';
import { nextPairState } from './pair-state.ts';
import { pairReferencePrice } from './reference-price.ts';

/** Why something is done; kept in the journal with the decision. */
export interface PairDecision { readonly reason?: unknown }

/** A pair in plain values. */
export interface PairSummary {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  readonly state: PairState;
  readonly haltReason: string;
  readonly longQuantity: string;
  readonly shortQuantity: string;
  readonly netQuantity: string;
  readonly maxUnhedgedMs: number;
  readonly isNeutralising: boolean;
}

/** A pair as saved. */
interface SavedPair {
  readonly state: PairState;
  readonly haltReason: string;
  readonly long: SavedLeg;
  readonly short: SavedLeg;
  readonly orders: SavedPairOrders;
  readonly meter: SavedMeter;
}

/** Pause before legs that found no liquidity are tried again: while one stands without the other, while both still match, and once the pair is halted. */
const RETRY_UNHEDGED_MS = 250;
const RETRY_HEDGED_MS = 1_000;
const RETRY_HALTED_MS = 5_000;
/** Tries in a row without a fill after which a pair that cannot be neutralised halts; it goes on trying. */
const MAX_NEUTRALISING_ATTEMPTS = 20;
/** After this long without an answer an order is canceled, and after as long again the pair halts. */
const ANSWER_MS = 5_000;
/** An entry must be worth this many times the venue's smallest order, so that it can be left again after the price has moved. */
const EXIT_HEADROOM = 1.25;

/**
 * Two legs as one position. Both are sent together as capped IOC orders; what one leg fills and the other does not is completed or taken back at once,
 * within the budget of time and value × time. No order leaves without a limit price; one that reduces is reduce-only, unless others on the account hold the opposite.
 */
export class HedgedPair {
  readonly long: InstrumentId;
  readonly short: InstrumentId;
  readonly options: HedgedPairOptions;
  readonly #host: HedgeHost;
  readonly #longLeg: PairLeg;
  readonly #shortLeg: PairLeg;
  readonly #legs: readonly [PairLeg, PairLeg];
  readonly #schedule: LegSchedule;
  readonly #meter = new ExposureMeter();
  readonly #orders = new PairOrders();
  #state: PairState = 'FLAT';
  #haltReason = '';
  #decision: unknown;
  /** Times the legs have been priced again since the decision, or since the last fill while neutralising. */
  #retries = 0;
  #attempts = 0;
  /** Nothing is built any more: what one leg has and the other has not is closed. */
  #isCutting = false;
  #isBudgetSpent = false;
  /** Something filled since the clip began, or since the first of two legs left; the other of them has left. */
  #hasStepped = false;
  #isFollowing = false;
  /** A venue refused an order of this round: the same order would be refused again. */
  #isRejected = false;
  #roundAt = 0;
  #lastRefusal = '';

  /** @throws ArbError `ARB_BAD_PAIR` */
  constructor(host: HedgeHost, options: HedgedPairOptions) {
    if (options.long === options.short) throw new ArbError('ARB_BAD_PAIR', `both legs are ${options.long}; a pair needs two instruments`, {});
    requirePairOptions(options);
    this.long = options.long;
    this.short = options.short;
    this.options = options;
    this.#host = host;
    const world = (id: InstrumentId): LegWorld => ({ state: () => host.state(id), takerFee: () => host.takerFee(id), maxSlippageBps: this.#maxSlippageBps, canReduce: (side, lots) => host.canReduce(id, side, lots) });
    this.#longLeg = new PairLeg(options.long, 'buy', world(options.long));
    this.#shortLeg = new PairLeg(options.short, 'sell', world(options.short));
    this.#legs = [this.#longLeg, this.#shortLeg];
    this.#schedule = new LegSchedule(this.#legs, options);
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
  get maxUnhedgedMs(): number { return Math.max(this.#meter.totals.maxSeconds * 1_000, this.#meter.elapsedMs(this.#host.now())); }
  get unhedged(): UnhedgedTotals { return this.#meter.totals; }
  /** True while orders are under way, or one leg stands without the other. */
  get isNeutralising(): boolean { return this.#meter.isOpen || this.#orders.isWaiting; }

  /** What the pair is now, in plain values: for JSON, logs and test reports, which do not see private fields. */
  toJSON(): PairSummary {
    const { long, short, state, haltReason, netQuantity, maxUnhedgedMs, isNeutralising } = this;
    return { long, short, state, haltReason, longQuantity: this.longQuantity.toFixed(), shortQuantity: this.shortQuantity.toFixed(), netQuantity, maxUnhedgedMs, isNeutralising };
  }
  /** Keeps test runners from copying the object before they print it: a copy has no private fields. */
  get [Symbol.toStringTag](): string { return 'HedgedPair'; }

  /** Differential now; undefined until both legs have a rate. */
  carry(): CarrySnapshot | undefined { return this.#host.carry(this.long, this.short); }
  /** Cost, limit and break-even of entering now; undefined without rates or two-sided books. */
  quote(request: QuoteRequest): CarryQuote | undefined { return this.#host.quote({ long: this.long, short: this.short }, { maxSlippageBps: this.#maxSlippageBps, ...request }); }
  /** Price that splits profit into direction and basis: the index of the first leg that has one, else the mean of the mids. */
  referencePrice(): ScaledPrice | undefined { return pairReferencePrice(this.#longLeg.state, this.#shortLeg.state); }
  /** True for the orders this pair sent, also those that are closed: a venue may report their fills late, or take them back. */
  owns(order: Order): boolean { return this.#orders.knows(order); }
  trades(id: InstrumentId): boolean { return id === this.long || id === this.short; }

  /**
   * Buys the long leg and sells the short one for about this value each. On a pair that is not flat it does nothing.
   * Where either book cannot take it within the slippage limit, nothing leaves: size by {@link HedgedPair.quote}.
   * @returns true where orders left; a refusal is an event with its reason, `LIQUIDITY: …` for want of depth
   */
  enter(request: { readonly notionalUsd: DecimalInput } & PairDecision): boolean {
    if (this.#state !== 'FLAT' || this.isNeutralising) return false;
    this.#decision = request.reason;
    const refusal = this.#aim(new Decimal(request.notionalUsd).toNumber());
    if (refusal !== undefined) return this.#refuse(refusal);
    this.#begin('ENTERING', 'PairEntering', `${String(request.notionalUsd)} USD a leg`);
    if (this.#round()) return true;
    this.#settle();
    return false;
  }

  /** Changes a hedged pair to about this value a leg; 0 leaves. @returns true where orders left */
  resize(request: { readonly notionalUsd: DecimalInput } & PairDecision): boolean {
    if (this.#state !== 'HEDGED') return false;
    const notional = new Decimal(request.notionalUsd).toNumber();
    if (notional === 0) return this.exit(request);
    this.#decision = request.reason;
    const before = [this.#longLeg.targetLots, this.#shortLeg.targetLots] as const;
    const refusal = this.#aim(notional);
    if (refusal !== undefined || this.#legs.every((leg) => leg.isAtTarget)) {
      [this.#longLeg.targetLots, this.#shortLeg.targetLots] = before;
      return refusal === undefined ? false : this.#refuse(refusal);
    }
    this.#begin('ADJUSTING', 'PairAdjusting', `to ${String(request.notionalUsd)} USD a leg`);
    if (this.#round()) return true;
    this.#cutBack('the change could not be sent');
    return false;
  }

  /** Closes both legs: of a hedged pair, of one that is being built once its orders are answered, and of a halted one. Else it does nothing. @returns true where it acts */
  exit(request: PairDecision = {}): boolean {
    const isHolding = this.#legs.some((leg) => leg.lots !== 0) || this.#orders.isWaiting;
    if (this.#state === 'FLAT' || this.#state === 'EXITING' || (this.#state === 'HALTED' && (this.#isLeaving || !isHolding))) return false;
    this.#decision = request.reason;
    for (const leg of this.#legs) leg.targetLots = 0;
    if (this.#state === 'HALTED') {
      this.#isCutting = false;
      this.#publish('PairNeutralising', 'both legs to zero; the pair stays halted');
    } else this.#begin('EXITING', 'PairExiting', 'both legs to zero');
    if (!this.#orders.isWaiting) this.#afterRound();
    return true;
  }

  /** Stops the pair: nothing is entered any more; what is uncovered is still closed, and an exit under way goes on. */
  halt(reason: string): void {
    if (this.#state === 'HALTED') return;
    this.#haltReason = reason === '' ? 'no reason given' : reason;      // an empty one means that an operator resumed it
    this.#become('HALTED', 'PairHalted', this.#haltReason);
    this.#host.cancelAlert(this.#name('clip'));
    if (this.#orders.isWaiting) return;
    if (this.#uncoveredBase() !== 0) this.#cutBack('halted');
    else if (this.#isLeaving && !this.#legs.every((leg) => leg.isAtTarget)) this.#afterRound();      // an exit between two clips goes on, the rest at once
  }

  /** An operator allows a halted pair again; while anything is uncovered or unanswered it stays halted. */
  resume(): void {
    if (this.#state !== 'HALTED' || this.isNeutralising) return;
    this.#haltReason = '';
    this.#settle();
  }

  /**
   * What the venues say this pair holds, in signed quantities: replaces what the pair believed, forgets orders without an answer, and closes what is uncovered.
   * @throws ArbError `ARB_OFF_GRID`, `ARB_NO_PRICE` for an inverse leg before its market is known: what its contracts cover depends on their price
   */
  reconcile(held: { readonly long: DecimalInput; readonly short: DecimalInput }): void {
    const lots = [this.#longLeg.instrument.toLots(held.long), this.#shortLeg.instrument.toLots(held.short)] as const;
    for (const [i, { id, instrument, lots: known, price }] of this.#legs.entries()) {
      if (instrument.isInverse && lots[i] !== known && !(price > 0)) throw new ArbError('ARB_NO_PRICE', `${id}: no market yet to value ${lots[i]} contracts at; reconcile after its first quote`, { id });
    }
    this.#orders.forgetWaiting();
    this.#host.cancelAlert(this.#name('answer'));
    this.#legs.forEach((leg, i) => { leg.apply(lots[i]! - leg.lots, 0); });
    this.#measure();
    this.#outOfBand('reconciled with the venues');
  }

  /** Takes every event of an order this pair sent, in the order they came; also late ones. */
  onOrderEvent(event: OrderEvent): void {
    const { order } = event;
    const leg = this.#legOf(order.instrument.id);
    const wasWaiting = this.#orders.isWaitingFor(order);
    if (event.type === 'OrderFilled' || event.type === 'FillBusted') {
      const lots = event.type === 'OrderFilled' ? event.report.lots : -event.report.lots;
      leg.apply(order.sign * lots, event.report.tick);
      this.#orders.filled(order, lots);
      if (lots > 0) {
        this.#attempts = 0;
        this.#hasStepped = true;
      }
      this.#measure();
    }
    if (event.type === 'OrderRejected') {
      this.#isRejected = true;
      this.#lastRefusal = event.reason === '' ? event.code : event.reason;
    }
    if (wasWaiting) {
      if (!this.#orders.closes(order) || this.#orders.isWaiting) return;
      this.#host.cancelAlert(this.#name('answer'));
      this.#afterRound();
    } else if ((event.type === 'OrderFilled' || event.type === 'FillBusted') && !this.#orders.isWaiting) {
      this.#outOfBand(event.type === 'OrderFilled' ? 'a fill was reported late' : 'a fill was taken back');
    }
  }

  /**
   * The venue changed a leg by force (liquidation, auto-deleveraging): the other is cut to match, and the pair halts.
   * @returns the part of the signed lots that was this pair's; the rest belongs to others
   */
  onForcedFill(id: InstrumentId, signedLots: number, why: string): number {
    const leg = this.#legOf(id);
    const own = leg.lots * signedLots < 0 ? Math.sign(signedLots) * Math.min(Math.abs(signedLots), Math.abs(leg.lots)) : 0;
    if (own === 0) return 0;
    leg.apply(own, 0);
    this.#measure();
    if (this.#state !== 'HALTED') this.halt(why);
    else if (!this.#orders.isWaiting) this.#outOfBand(why);      // else once they are answered: what is under way would be sent twice
    return own;
  }

  saveState(): unknown {
    return {
      state: this.#state, haltReason: this.#haltReason, long: this.#longLeg.save(), short: this.#shortLeg.save(), orders: this.#orders.save(), meter: this.#meter.save(),
    } satisfies SavedPair;
  }

  /**
   * Puts a saved pair back. Nothing half done is continued: the legs are brought together. Orders without an answer at the time of saving are waited for first,
   * as their fills arrive again from the venue under the same ids.
   */
  restoreState(saved: unknown): void {
    const { state, haltReason, long, short, orders, meter } = saved as SavedPair;
    this.#state = state;
    this.#haltReason = haltReason;
    this.#longLeg.restore(long);
    this.#shortLeg.restore(short);
    this.#orders.restore(orders);
    this.#meter.restore(meter);
    this.#isBudgetSpent = true;
    if (this.#orders.isWaiting) this.#awaitAnswers();
    else if (!this.#isResting || this.#meter.isOpen) this.#host.alert(this.#name('retry'), 0, () => { if (!this.#orders.isWaiting) this.#afterRound(); });
  }

  get #maxSlippageBps(): number { return this.options.maxSlippageBps ?? DEFAULT_SLIPPAGE_BPS; }
  get #isLeaving(): boolean { return this.#longLeg.targetLots === 0 && this.#shortLeg.targetLots === 0; }
  get #isResting(): boolean { return this.#state === 'FLAT' || this.#state === 'HEDGED'; }
  #legOf(id: InstrumentId): PairLeg { return id === this.long ? this.#longLeg : this.#shortLeg; }
  #name(what: string): string { return `pair/${this.long}/${this.short}/${what}`; }

  /** Sets both targets for a value per leg. @returns why it cannot be */
  #aim(notionalUsd: number): string | undefined {
    const [long, short] = this.#legs;
    if (!(notionalUsd > 0)) return `a value of ${notionalUsd} is not positive`;
    for (const leg of this.#legs) {
      if (leg.capTick('buy', 0) === undefined || leg.capTick('sell', 0) === undefined) return `${leg.id} has no two-sided market`;
    }
    const lots = pairLots(long, short, notionalUsd);
    if (lots === undefined) return `${notionalUsd.toFixed(2)} USD is less than one lot that both legs can trade`;
    for (const [leg, legLots] of [[long, long.lotsInAll(lots.longLots)], [short, short.lotsInAll(lots.shortLots)]] as const) {
      const target = leg.sign * legLots;
      const grows = Math.abs(target) - Math.abs(leg.lots);
      const refusal = leg.tooSmall(legLots, EXIT_HEADROOM) ?? (grows > 0 ? leg.tooSmall(grows) ?? leg.shortOfLiquidity(grows) : undefined);
      if (refusal !== undefined) return refusal;
      leg.targetLots = target;
    }
    return this.#schedule.refusal();
  }

  #begin(state: PairState, type: PairEventType, reason: string): void {
    this.#retries = 0;
    this.#attempts = 0;
    this.#isCutting = false;
    this.#isBudgetSpent = false;
    this.#lastRefusal = '';
    this.#beginStep();
    this.#become(state, type, reason);
  }

  /** From here on a clip, or everything, is priced against the market as it is now. */
  #beginStep(): void {
    this.#host.cancelAlert(this.#name('clip'));
    this.#hasStepped = false;
    this.#isFollowing = false;
    for (const leg of this.#legs) leg.anchor(this.options.maxTotalSlippageBps ?? 2 * this.#maxSlippageBps);
  }

  #refuse(reason: string): boolean {
    if (reason !== this.#lastRefusal || this.#isResting) this.#publish('PairRefused', reason);
    this.#lastRefusal = reason;
    return false;
  }

  /** Sends what the legs lack, together. @returns false where nothing left */
  #round(): boolean {
    const orders = this.#roundOrders();
    if (orders.length === 0) return false;
    const { orders: sent, areSent } = this.#host.submit(orders);
    if (!areSent) return this.#refuse(sent.find(({ denial }) => denial !== undefined)?.denial?.message ?? 'denied');
    for (const order of sent) this.#orders.sent(order);
    this.#roundAt = this.#host.now();
    this.#isRejected = false;
    this.#awaitAnswers();
    return true;
  }

  /** Orders of one round. Where a leg has no market, only what brings the legs nearer together leaves. */
  #roundOrders(): LegOrder[] {
    const lots: LegLots = this.#isCutting || this.#state === 'HALTED' ? [this.#longLeg.missingLots, this.#shortLeg.missingLots] : this.#schedule.next(this.#uncoveredBase() === 0);
    const missing = this.#legs.filter((leg, i) => !leg.isAtTarget && lots[i] !== 0);
    const wanted = missing.map((leg) => this.#legOrder(leg, lots[this.#legs.indexOf(leg)]!));
    const priced = missing.filter((_, i) => wanted[i] !== undefined);
    if (priced.length < missing.length) this.#refuse(missing.filter((leg) => !priced.includes(leg)).map((leg) => this.#whyUnpriced(leg)).join(' and '));
    const isCovering = this.#longLeg.base * this.#shortLeg.base < 0;
    if (priced.length === missing.length || (this.#isCutting && !isCovering)) return wanted.filter((order) => order !== undefined);
    const excess = this.#excess();
    if (excess === undefined || !priced.includes(excess.leg)) return [];
    const order = this.#legOrder(excess.leg, -Math.sign(excess.leg.lots) * Math.min(excess.lots, Math.abs(excess.leg.missingLots)));
    return order === undefined ? [] : [order];
  }

  #legOrder(leg: PairLeg, signedLots: number): LegOrder | undefined {
    if (signedLots === 0) return undefined;
    const side: OrderSide = signedLots > 0 ? 'buy' : 'sell';
    const isReducing = leg.isReducing(signedLots);
    const tick = isReducing ? leg.capTick(side) : leg.openTick(side);
    if (tick === undefined) return undefined;
    return { instrumentId: leg.id, side, lots: Math.min(Math.abs(signedLots), leg.instrument.maxLots), tick, isReducing };
  }

  #whyUnpriced(leg: PairLeg): string {
    const side: OrderSide = leg.missingLots > 0 ? 'buy' : 'sell';
    return leg.capTick(side) === undefined ? `${leg.id} without a market` : `${leg.id} has run more than ${this.options.maxTotalSlippageBps ?? 2 * this.#maxSlippageBps} bps away since the decision`;
  }

  /** Every order of a round is answered: done, once more, or back to what both legs have. */
  #afterRound(): void {
    if (this.#orders.isWaiting) return;
    if (this.#isCutting && !this.#isLeaving) this.#aimAtCovered();
    if (this.#legs.every((leg) => leg.isAtTarget)) { this.#settle(); return; }
    if (this.#goesOn()) return;
    const isBuilding = !this.#isLeaving && !this.#isCutting;
    if (isBuilding && (this.#state === 'HALTED' || this.#isRejected || this.#isBudgetSpent || this.#retries >= this.#maxRetries || !this.#canAffordRetry())) {
      this.#cutBack(this.#isRejected ? 'the other leg was rejected' : 'the other leg did not fill');
      return;
    }
    if (isBuilding) {
      const failure = this.#weigh();
      if (failure?.choice === 'unwind') { this.#cutBack('the other leg did not fill', failure); return; }
      this.#retries++;
      if (failure !== undefined) this.#publish('PairCompleting', legFailureText(failure), { legFailure: failure });
      if (!this.#round()) this.#cutBack('the other leg could not be sent');
    } else if (this.#attempts === 0) {                     // the last round filled something: on at once
      this.#attempts++;
      if (!this.#round()) this.#pause();
    } else this.#pause();
  }

  /** A step of the schedule is done and another is due: the other leg at once, the next clip after its pause. @returns true where it is taken care of */
  #goesOn(): boolean {
    if (this.#isCutting || this.#state === 'HALTED' || this.#isRejected || !this.#hasStepped) return false;
    const isCovered = this.#uncoveredBase() === 0;
    if (!isCovered && this.#schedule.isSequential && !this.#isFollowing) {
      this.#isFollowing = true;
      if (!this.#round()) this.#cutBack('the other leg could not be sent');
      return true;
    }
    if (!isCovered || !this.#schedule.isClipped) {
      this.#isFollowing = false;
      return false;
    }
    this.#retries = 0;
    this.#beginStep();
    this.#host.alert(this.#name('clip'), this.#schedule.pauseMs, () => { this.#nextClip(); });
    return true;
  }

  #nextClip(): void {
    if (this.#orders.isWaiting || this.#isCutting || this.#isResting || this.#state === 'HALTED') return;
    this.#beginStep();
    if (this.#round()) return;
    if (this.#isLeaving) this.#pause();
    else this.#cutBack('the next clip could not be sent');
  }

  /** One leg stands without the other: which way out the policy takes, and what both cost. Undefined where both legs match. */
  #weigh(): LegFailure | undefined {
    const excess = this.#excess();
    return excess === undefined ? undefined : weighLegFailure(excess, excess.leg === this.#longLeg ? this.#shortLeg : this.#longLeg, this.options.legFailure);
  }

  get #maxRetries(): number { return this.options.maxRetries ?? 1; }

  /** Another try takes about as long as the last, and taking back what it leaves as long again: true where the budget has room for both. */
  #canAffordRetry(): boolean {
    if (!this.#meter.isOpen) return true;
    const now = this.#host.now();
    const aheadMs = 2 * (now - this.#roundAt) / 1_000;
    const aheadUsdSeconds = Math.abs(this.#uncoveredUsd()) * aheadMs / 1_000;
    return this.#meter.elapsedMs(now) + aheadMs <= this.options.maxUnhedgedMs && this.#meter.usdSeconds(now) + aheadUsdSeconds <= this.options.maxUnhedgedUsdSeconds;
  }

  /** Tries again after a while; a pair that cannot be neutralised halts and goes on trying. */
  #pause(): void {
    const isUncovered = this.#uncoveredBase() !== 0;
    if (isUncovered && this.#attempts >= MAX_NEUTRALISING_ATTEMPTS && this.#state !== 'HALTED') {
      this.#haltReason = `what is uncovered could not be closed in ${this.#attempts} attempts: ${this.#lastRefusal === '' ? 'no fill' : this.#lastRefusal}`;
      this.#become('HALTED', 'PairHalted', this.#haltReason);
    }
    const inMs = this.#attempts >= MAX_NEUTRALISING_ATTEMPTS ? RETRY_HALTED_MS : isUncovered ? RETRY_UNHEDGED_MS : RETRY_HEDGED_MS;
    this.#host.alert(this.#name('retry'), inMs, () => { this.#retry(); });
  }

  #retry(): void {
    if (this.#orders.isWaiting) return;
    if (this.#isCutting && !this.#isLeaving) this.#aimAtCovered();
    if (this.#legs.every((leg) => leg.isAtTarget)) { this.#settle(); return; }
    this.#attempts++;
    if (!this.#round()) this.#pause();
  }

  /** A fill came, or was taken back, outside of any round: what it leaves uncovered is closed at once, also where the pair was done. */
  #outOfBand(why: string): void {
    if (this.#state === 'HALTED') {
      if (this.#uncoveredBase() !== 0) this.#cutBack(why);
      else if (this.#isLeaving && !this.#legs.every((leg) => leg.isAtTarget)) this.#afterRound();      // too little to count as uncovered, but an exit leaves nothing that can be closed
      return;
    }
    if (this.#state === 'FLAT') {
      if (this.#legs.every((leg) => leg.isFlat)) return;
      for (const leg of this.#legs) leg.targetLots = 0;
      this.#begin('EXITING', 'PairExiting', `${why}: both legs to zero`);
      this.#afterRound();
      return;
    }
    if (this.#state === 'HEDGED') {
      if (this.#uncoveredBase() === 0) { for (const leg of this.#legs) leg.targetLots = leg.lots; return; }
      this.#begin('ADJUSTING', 'PairAdjusting', why);
      this.#cutBack(why);
      return;
    }
    this.#afterRound();
  }

  /** Gives up what only one leg has, and closes it; a pair that is leaving goes on leaving. */
  #cutBack(why: string, failure?: LegFailure): void {
    if (!this.#isLeaving) this.#aimAtCovered();
    this.#isCutting = true;
    this.#retries = 0;
    if (this.#legs.every((leg) => leg.isAtTarget)) { this.#settle(); return; }
    const weighed = failure === undefined ? '' : `; ${legFailureText(failure)}`;
    this.#publish('PairNeutralising', `${why}${weighed}: cutting back to ${this.#legs.map((leg) => leg.instrument.lotsToDecimal(leg.targetLots).toFixed()).join(' / ')}`, { legFailure: failure });
    this.#attempts++;
    if (!this.#round()) this.#pause();
  }

  /** Aims at what both legs hold; where that is too little to be left again, at nothing. Never at more than a leg has. */
  #aimAtCovered(): void {
    const [long, short] = this.#legs;
    const isOpposite = long.lots * short.lots < 0 && long.lots > 0;
    const covered = isOpposite ? Math.min(Math.abs(long.base), Math.abs(short.base)) : 0;
    const lots = this.#legs.map((leg) => covered === 0 ? 0 : Math.min(Math.abs(leg.lots), Math.round(covered / Math.abs(leg.heldBasePerLot) + 1e-9)));
    const isTooSmall = this.#legs.some((leg, i) => leg.tooSmall(lots[i]!) !== undefined);
    this.#legs.forEach((leg, i) => { leg.targetLots = isTooSmall || lots[i] === 0 ? 0 : leg.sign * lots[i]!; });
  }

  /** Both legs are where they should be. */
  #settle(): void {
    for (const alert of ['budget', 'retry', 'answer', 'clip']) this.#host.cancelAlert(this.#name(alert));
    this.#isCutting = false;
    this.#isBudgetSpent = false;
    this.#retries = 0;
    this.#attempts = 0;
    for (const leg of this.#legs) leg.targetLots = leg.lots;
    this.#measure();
    if (this.#state === 'HALTED' && this.#haltReason !== '') return;
    const isFlat = this.#legs.every((leg) => leg.isFlat);
    const to = isFlat ? 'FLAT' : 'HEDGED';
    const dust = this.#legs.filter(({ lots }) => isFlat && lots !== 0).map(({ quantity, id }) => `${quantity.toFixed()} ${id}`);
    const reason = isFlat ? (dust.length === 0 ? 'both legs are flat' : `flat but for less than can be closed: ${dust.join(', ')}`) : 'both legs are in place';
    if (this.#state !== to) this.#become(to, isFlat ? 'PairFlat' : 'PairHedged', reason);
  }

  /** The leg that holds more than the other covers, and by how many lots; undefined where they match. */
  #excess(): { readonly leg: PairLeg; readonly lots: number } | undefined {
    if (this.#uncoveredBase() === 0) return undefined;
    const [long, short] = this.#legs;
    const leg = Math.abs(long.base) >= Math.abs(short.base) ? long : short;
    const over = long.base * short.base < 0 ? Math.abs(long.base + short.base) : Math.abs(leg.base);
    return { leg, lots: Math.min(Math.abs(leg.lots), Math.round(over / Math.abs(leg.heldBasePerLot))) };
  }

  /** Signed base units that no other leg covers; 0 below one lot of the coarser leg, and below what the venue takes an order for. */
  #uncoveredBase(): number {
    const [long, short] = this.#legs;
    if (long.lots === 0 && short.lots === 0) return 0;
    const net = long.base + short.base;
    const excess = Math.abs(long.base) >= Math.abs(short.base) ? long : short;
    const isWithinLot = Math.abs(net) < Math.max(long.basePerLot, short.basePerLot) * 0.999;
    return isWithinLot || !excess.isClosable(Math.round(Math.abs(net) / Math.abs(excess.heldBasePerLot))) ? 0 : net;
  }

  /** Value of that; 0 while no price was ever known: then its time alone counts. */
  #uncoveredUsd(): number {
    const price = this.#longLeg.price > 0 ? this.#longLeg.price : this.#shortLeg.price;
    return price > 0 ? this.#uncoveredBase() * price : 0;
  }

  #measure(): void {
    const wasOpen = this.#meter.isOpen;
    const usd = this.#uncoveredUsd();
    const episode = this.#meter.set(usd, this.#host.now(), this.#uncoveredBase() !== 0);
    if (this.#meter.isOpen) {
      if (!wasOpen) this.#publish('PairUnhedged', 'one leg stands without the other');
      this.#host.alert(this.#name('budget'), this.#budgetLeftMs(usd), () => { this.#budgetSpent(); });
    } else if (episode !== undefined) {
      this.#host.cancelAlert(this.#name('budget'));
      this.#publish('PairRehedged', 'both legs match', { episode });
    }
  }

  /** Time until the first of both budgets is spent at the value uncovered now, less one fifth of it to act. */
  #budgetLeftMs(usd: number): number {
    const now = this.#host.now();
    const byTime = this.options.maxUnhedgedMs * 0.8 - this.#meter.elapsedMs(now);
    const byValue = usd === 0 ? Infinity : (this.options.maxUnhedgedUsdSeconds * 0.8 - this.#meter.usdSeconds(now)) / Math.abs(usd) * 1_000;
    return Math.max(0, Math.floor(Math.min(byTime, byValue)));
  }

  /** Most of the budget is gone: nothing is completed any more, what is uncovered is closed; at once, or when the orders under way are answered. */
  #budgetSpent(): void {
    if (!this.#meter.isOpen) return;
    this.#isBudgetSpent = true;
    if (!this.#orders.isWaiting && !this.#isCutting && !this.#isLeaving) this.#cutBack('the unhedged budget is nearly spent');
  }

  #awaitAnswers(): void {
    this.#host.alert(this.#name('answer'), ANSWER_MS, () => {
      if (!this.#orders.isWaiting) return;
      for (const order of this.#orders.waiting()) this.#host.cancel(order);
      this.#host.alert(this.#name('answer'), ANSWER_MS, () => { this.halt(`no answer to order ${this.#orders.waitingSequences().join(' and ')}; ask the venue, then reconcile`); });
    });
  }

  #become(state: PairState, type: PairEventType, reason: string): void {
    this.#state = nextPairState(this.#state, state);
    this.#publish(type, reason);
  }

  #publish(type: PairEventType, reason: string, { episode, legFailure }: { readonly episode?: UnhedgedEpisode; readonly legFailure?: LegFailure | undefined } = {}): void {
    const event: PairEvent = {
      type, long: this.long, short: this.short, state: this.#state, reason, decision: this.#decision,
      longQuantity: this.#longLeg.quantity.toFixed(), shortQuantity: this.#shortLeg.quantity.toFixed(), episode, legFailure, at: this.#host.now(),
    };
    this.#host.publish(event);
  }
}
