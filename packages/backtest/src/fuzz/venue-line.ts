import type { Instrument, Order, UnixMicros, VenueId } from '@arb/core';
import type { FillReport, ForcedFillReport, FundingAccrualReport, FundingPaymentReport, Kernel, KernelInputs, OrderAmendment } from '@arb/core/internal';

/** What reached us from a venue, each fill, payment and forced fill once, as a second bookkeeping sees it. */
export interface LineListener {
  filled(order: Order, tsEvent: UnixMicros, fill: FillReport): void;
  fundingPaid(venue: VenueId, payment: FundingPaymentReport): void;
  forced(venue: VenueId, forced: ForcedFillReport): void;
  /** An order that reduces was refused: what it should have closed stays open for now. */
  refused(order: Order): void;
}

interface Held { readonly at: UnixMicros; readonly isEcho: boolean; tell(): void }

/**
 * The line between one venue and the kernel. Without a fault it hands everything on at once; with one it holds answers back, tells fills twice, or tells them after
 * what was said later. Nothing is lost for good: what a venue did is always told in the end, as an operator's enquiry would bring it to light.
 */
export class VenueLine implements KernelInputs {
  readonly #kernel: Kernel;
  readonly #listener: LineListener;
  readonly #held: Held[] = [];
  readonly #told = new Set<string>();
  /** Answers are held until then. */
  silentUntil: UnixMicros = 0;
  /** The next fill is held this long; so many next fills are told again after a while. */
  lateFillMicros = 0;
  echoes = 0;
  echoMicros = 0;

  constructor(kernel: Kernel, listener: LineListener) {
    this.#kernel = kernel;
    this.#listener = listener;
  }

  /** True while something the venue did has not been told. */
  get isHolding(): boolean { return this.#held.some(({ isEcho }) => !isEcho); }

  /** Faults that wait for their fill come no more; what is held is still told at its time. */
  calm(): void {
    this.lateFillMicros = 0;
    this.echoes = 0;
  }

  /** When the next thing held is told. */
  nextAt(): UnixMicros {
    let next = Infinity;
    for (const { at } of this.#held) if (at < next) next = at;
    return next;
  }

  /** Tells one thing that is due. */
  step(at: UnixMicros): number {
    const index = this.#held.findIndex((held) => held.at === at);
    const [held] = this.#held.splice(index, 1);
    if (at > this.#kernel.now()) this.#kernel.advance(at);
    held!.tell();
    this.#kernel.drain();
    return 0;
  }

  advance(to: UnixMicros): void { this.#kernel.advance(to); }
  nextTimerAt(): UnixMicros { return this.#kernel.nextTimerAt(); }
  fireTimers(): void { this.#kernel.fireTimers(); }
  drain(): void { this.#kernel.drain(); }
  bookOf(instrument: Instrument): ReturnType<Kernel['bookOf']> { return this.#kernel.bookOf(instrument); }
  bookUpdated(...input: Parameters<KernelInputs['bookUpdated']>): void { this.#kernel.bookUpdated(...input); }
  quote(...input: Parameters<KernelInputs['quote']>): void { this.#kernel.quote(...input); }
  trade(...input: Parameters<KernelInputs['trade']>): void { this.#kernel.trade(...input); }
  bar(...input: Parameters<KernelInputs['bar']>): void { this.#kernel.bar(...input); }
  price(...input: Parameters<KernelInputs['price']>): void { this.#kernel.price(...input); }
  fundingRate(...input: Parameters<KernelInputs['fundingRate']>): void { this.#kernel.fundingRate(...input); }
  instrumentChanged(instrument: Instrument): void { this.#kernel.instrumentChanged(instrument); }
  feedStatus(...input: Parameters<KernelInputs['feedStatus']>): void { this.#kernel.feedStatus(...input); }
  balanceChanged(...input: Parameters<KernelInputs['balanceChanged']>): void { this.#kernel.balanceChanged(...input); }
  accountReported(...input: Parameters<KernelInputs['accountReported']>): void { this.#kernel.accountReported(...input); }

  accepted(order: Order, tsEvent: UnixMicros): void { this.#tell(() => { this.#kernel.accepted(order, tsEvent); }); }
  triggered(order: Order, tsEvent: UnixMicros): void { this.#tell(() => { this.#kernel.triggered(order, tsEvent); }); }
  modified(order: Order, tsEvent: UnixMicros, amendment: OrderAmendment): void { this.#tell(() => { this.#kernel.modified(order, tsEvent, amendment); }); }
  modifyRejected(...report: Parameters<KernelInputs['modifyRejected']>): void { this.#tell(() => { this.#kernel.modifyRejected(...report); }); }
  canceled(...report: Parameters<KernelInputs['canceled']>): void { this.#tell(() => { this.#kernel.canceled(...report); }); }
  cancelRejected(...report: Parameters<KernelInputs['cancelRejected']>): void { this.#tell(() => { this.#kernel.cancelRejected(...report); }); }
  expired(...report: Parameters<KernelInputs['expired']>): void { this.#tell(() => { this.#kernel.expired(...report); }); }
  unknown(...report: Parameters<KernelInputs['unknown']>): void { this.#kernel.unknown(...report); }
  fillBusted(...report: Parameters<KernelInputs['fillBusted']>): void { this.#kernel.fillBusted(...report); }
  fundingAccrued(venue: VenueId, accrual: FundingAccrualReport): void { this.#tell(() => { this.#kernel.fundingAccrued(venue, accrual); }); }

  rejected(...report: Parameters<KernelInputs['rejected']>): void {
    this.#tell(() => {
      this.#listener.refused(report[0]);
      this.#kernel.rejected(...report);
    });
  }

  filled(order: Order, tsEvent: UnixMicros, fill: FillReport): void {
    const tell = (): void => {
      this.#once(`fill ${fill.fillId}`, () => { this.#listener.filled(order, tsEvent, fill); });
      this.#kernel.filled(order, tsEvent, fill);
    };
    const lateMicros = this.lateFillMicros;
    this.lateFillMicros = 0;
    if (lateMicros > 0) this.#hold(Math.max(this.#kernel.now() + lateMicros, this.silentUntil), tell);
    else this.#tell(tell);
    if (this.echoes === 0) return;
    this.echoes--;
    this.#hold(Math.max(this.#kernel.now() + lateMicros + this.echoMicros, this.silentUntil), tell, true);
  }

  fundingPaid(venue: VenueId, payment: FundingPaymentReport): void {
    const tell = (): void => {
      this.#once(`funding ${payment.instrument.id} ${payment.settlesAt}`, () => { this.#listener.fundingPaid(venue, payment); });
      this.#kernel.fundingPaid(venue, payment);
    };
    this.#tell(tell);
    if (this.echoes > 0) this.#hold(Math.max(this.#kernel.now() + this.echoMicros, this.silentUntil), tell, true);
  }

  forcedFill(venue: VenueId, forced: ForcedFillReport): void {
    const tell = (): void => {
      this.#once(`forced ${forced.fill.fillId}`, () => { this.#listener.forced(venue, forced); });
      this.#kernel.forcedFill(venue, forced);
    };
    // A forced fill never overtakes the fill of an order that made the position: they come by one stream.
    if (this.isHolding) this.#hold(this.#held.reduce((last, { at, isEcho }) => (isEcho ? last : Math.max(last, at)), this.silentUntil), tell);
    else this.#tell(tell);
    if (this.echoes > 0) this.#hold(Math.max(this.#kernel.now() + this.echoMicros, this.silentUntil), tell, true);
  }

  #once(id: string, work: () => void): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    work();
  }

  /** Tells now, or after the silence; in order, so also what comes right at its end waits for what was held. */
  #tell(tell: () => void): void {
    const now = this.#kernel.now();
    if (now < this.silentUntil || (now === this.silentUntil && this.isHolding)) this.#hold(this.silentUntil, tell);
    else tell();
  }

  #hold(at: UnixMicros, tell: () => void, isEcho = false): void { this.#held.push({ at, isEcho, tell }); }      // eslint-disable-line max-params -- when, what, and whether it is news
}
