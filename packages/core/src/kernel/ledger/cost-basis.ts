import { InvariantError } from '../errors.ts';
import { divideHalfEven, type Money } from '../math/money.ts';
import type { FillId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { UnixMicros } from '../model/time.ts';
import { positionValue } from './position-value.ts';

/** One execution as position accounting sees it. */
export interface SignedFill {
  readonly fillId: FillId;
  readonly tick: number;
  /** Positive for a buy, negative for a sell. */
  readonly lots: number;
  /** {@link positionValue} of the fill, worked out once by the caller. */
  readonly value: Money;
  readonly tsEvent: UnixMicros;
}

/** Fills a position remembers so that a bust can be undone as if the trade had never been; older ones are reversed at their price. */
export const MAX_BUSTABLE_FILLS = 64;

interface FillRecord {
  fill: SignedFill;
  lots: number;
  cost: Money;
  realised: Money;
  openedAt: UnixMicros | undefined;
  closedAt: UnixMicros | undefined;
}

/**
 * Average-cost accounting of one netted position, exact to the last 1e-18: at any moment
 * `value of all fills + realised = cost of what is open`, whatever was rounded on the way.
 *
 * A partial close moves the rounded share of the cost and the rest stays; a flip closes first and opens with what is left of the fill.
 */
export class CostBasis {
  readonly instrument: Instrument;
  #lots = 0;
  #cost: Money = 0n;
  #realised: Money = 0n;
  #traded: Money = 0n;
  #openedAt: UnixMicros | undefined;
  #closedAt: UnixMicros | undefined;
  readonly #recent: FillRecord[] = [];                  // ring: the oldest sits at #next once it is full
  #next = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  /** Another basis with the same past and a future of its own. */
  copy(): CostBasis {
    const copy = new CostBasis(this.instrument);
    copy.#lots = this.#lots;
    copy.#cost = this.#cost;
    copy.#realised = this.#realised;
    copy.#traded = this.#traded;
    copy.#openedAt = this.#openedAt;
    copy.#closedAt = this.#closedAt;
    for (const record of this.#recent) copy.#recent.push({ ...record });
    copy.#next = this.#next;
    return copy;
  }

  /** Signed lots held. */
  get lots(): number { return this.#lots; }
  /** What was paid for the open lots, signed as {@link positionValue}. */
  get cost(): Money { return this.#cost; }
  /** Profit of everything closed so far, without fees and funding. */
  get realised(): Money { return this.#realised; }
  /** Sum of the values of all fills; `value now − traded` is all profit made. */
  get traded(): Money { return this.#traded; }
  /** When the present position was opened or flipped into; undefined before the first fill. */
  get openedAt(): UnixMicros | undefined { return this.#openedAt; }
  /** When it was last closed; undefined while it is open. */
  get closedAt(): UnixMicros | undefined { return this.#closedAt; }

  /** Signed lots held just before a time: fills stamped at it or later do not count. Reaches back {@link MAX_BUSTABLE_FILLS} fills. */
  lotsAt(time: UnixMicros): number {
    let lots = this.#lots;
    const size = this.#recent.length;
    for (let back = 1; back <= size; back++) {
      const record = this.#recent[(this.#next - back + 2 * size) % size]!;
      if (record.fill.tsEvent < time) break;
      lots = record.lots;
    }
    return lots;
  }

  /** Books a fill and returns the profit it realised. */
  fill(fill: SignedFill): Money {
    this.#remember(fill);
    return this.#apply(fill);
  }

  /**
   * Takes a fill back and returns the change of realised profit. The position is what it would be had the fill never been, as long as the fill is among
   * the last {@link MAX_BUSTABLE_FILLS}; an older one is reversed at its own price, which leaves lots and total profit exact and only splits
   * realised from unrealised by today's average.
   */
  bust(fill: SignedFill): Money {
    const before = this.#realised;
    const found = this.#undo(fill.fillId);
    if (!found) this.fill({ fillId: `bust of ${fill.fillId}`, tick: fill.tick, lots: -fill.lots, value: -fill.value, tsEvent: fill.tsEvent });
    return this.#realised - before;
  }

  #apply({ tick, lots, value, tsEvent }: SignedFill): Money {
    const held = this.#lots;
    const after = held + lots;
    this.#traded += value;
    this.#lots = after;
    if (held === 0 || held > 0 === lots > 0) {
      if (held === 0) {
        this.#openedAt = tsEvent;
        this.#closedAt = undefined;
      }
      this.#cost += value;
      return 0n;
    }
    const held64 = held < 0 ? -held : held;
    const closing = lots < 0 ? -lots : lots;
    let closingValue = value;
    let moved = this.#cost;
    if (closing < held64) moved = divideHalfEven(this.#cost * BigInt(closing), BigInt(held64));
    else if (closing > held64) closingValue = positionValue(this.instrument, tick, -held);
    const realised = -closingValue - moved;
    this.#cost += value - closingValue - moved;
    this.#realised += realised;
    if (after === 0) this.#closedAt = tsEvent;
    else if (closing > held64) this.#openedAt = tsEvent;
    if (this.#traded + this.#realised !== this.#cost || (after === 0 && this.#cost !== 0n)) throw new InvariantError(`${this.instrument.id}: cost basis does not add up`);
    return realised;
  }

  #remember(fill: SignedFill): void {
    const record = this.#recent[this.#next];
    if (record === undefined) this.#recent[this.#next] = { fill, lots: this.#lots, cost: this.#cost, realised: this.#realised, openedAt: this.#openedAt, closedAt: this.#closedAt };
    else {                                                     // the oldest record is written over: a full ring allocates nothing
      record.fill = fill;
      record.lots = this.#lots;
      record.cost = this.#cost;
      record.realised = this.#realised;
      record.openedAt = this.#openedAt;
      record.closedAt = this.#closedAt;
    }
    this.#next = (this.#next + 1) % MAX_BUSTABLE_FILLS;
  }

  #undo(fillId: FillId): boolean {
    const size = this.#recent.length;
    const start = size < MAX_BUSTABLE_FILLS ? 0 : this.#next;
    const inOrder = Array.from({ length: size }, (_, index) => this.#recent[(start + index) % size]!);
    const position = inOrder.findLastIndex((record) => record.fill.fillId === fillId);
    if (position < 0) return false;
    const base = inOrder[position]!;
    this.#lots = base.lots;
    this.#cost = base.cost;
    this.#realised = base.realised;
    this.#traded = base.cost - base.realised;
    this.#openedAt = base.openedAt;
    this.#closedAt = base.closedAt;
    this.#recent.length = 0;
    this.#recent.push(...inOrder.slice(0, position));
    this.#next = this.#recent.length % MAX_BUSTABLE_FILLS;
    for (const { fill } of inOrder.slice(position + 1)) this.fill(fill);
    return true;
  }
}
