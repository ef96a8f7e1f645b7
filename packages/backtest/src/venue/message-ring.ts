import type { Order } from '@arb/core';
import { ArbError } from '@arb/core/internal';

/** Most messages of one venue under way at once, in one direction. */
const MAX_UNDER_WAY = 1 << 20;
const FIRST_CAPACITY = 64;

/** One request or answer on its way; reused, so read it before anything else is sent. */
export class VenueMessage {
  at = 0;
  /** The venue's time of what happened, for answers. */
  tsEvent = 0;
  kind = 0;
  order: Order | undefined = undefined;
  tick = 0;
  lots = 0;
  code = '';
  reason = '';
  /** Fill, funding payment or forced fill. */
  detail: unknown = undefined;
}

/**
 * Messages on their way, first in first out: one never overtakes another, its time is at least that of the one before. Slots are reused: sending allocates nothing.
 */
export class MessageRing {
  readonly #reorders: boolean;
  #slots: VenueMessage[] = Array.from({ length: FIRST_CAPACITY }, () => new VenueMessage());
  #head = 0;
  #tail = 0;
  #last = -Infinity;

  /** @param reorders true for venues whose requests may overtake each other (plain REST) */
  constructor(reorders = false) { this.#reorders = reorders; }

  /** A slot for a message due at a time, or with the one before it where that is later; the caller fills it in. */
  put(at: number): VenueMessage {
    if (this.#tail - this.#head === this.#slots.length) this.#grow();
    let due = at;
    if (!this.#reorders) {
      if (due < this.#last) due = this.#last;
      this.#last = due;
    }
    const mask = this.#slots.length - 1;
    const slot = this.#slots[this.#tail & mask]!;
    slot.at = due;
    if (this.#reorders) this.#sortIn(slot);
    this.#tail++;
    return slot;
  }

  /** When the next message is due; Infinity where none is under way. */
  nextAt(): number { return this.#head === this.#tail ? Infinity : this.#slots[this.#head & (this.#slots.length - 1)]!.at; }

  /** Takes the next message; its slot is used again by later ones. */
  take(): VenueMessage { return this.#slots[this.#head++ & (this.#slots.length - 1)]!; }

  #sortIn(slot: VenueMessage): void {
    const mask = this.#slots.length - 1;
    let i = this.#tail;
    for (; i > this.#head && this.#slots[(i - 1) & mask]!.at > slot.at; i--) this.#slots[i & mask] = this.#slots[(i - 1) & mask]!;
    this.#slots[i & mask] = slot;
  }

  #grow(): void {
    const capacity = this.#slots.length;
    if (capacity >= MAX_UNDER_WAY) throw new ArbError('ARB_TOO_MANY_MESSAGES', `more than ${MAX_UNDER_WAY} messages are under way to or from one venue; is its latency stated in the right unit (ms)?`, {});
    const slots: VenueMessage[] = [];
    for (let i = this.#head; i < this.#tail; i++) slots.push(this.#slots[i & (capacity - 1)]!);
    while (slots.length < 2 * capacity) slots.push(new VenueMessage());
    this.#slots = slots;
    this.#tail -= this.#head;
    this.#head = 0;
  }
}
