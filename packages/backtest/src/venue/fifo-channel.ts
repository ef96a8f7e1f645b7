/**
 * Messages on their way, first in first out: one never overtakes another, its time is at least that of the one before.
 */
export class FifoChannel<Message> {
  readonly #reorders: boolean;
  #at: number[] = [];
  #messages: Message[] = [];
  #head = 0;
  #last = -Infinity;

  /** @param reorders true for venues whose requests may overtake each other (plain REST) */
  constructor(reorders = false) { this.#reorders = reorders; }

  /** Sends a message that is due at a time, or with the one before it where that is later. */
  push(at: number, message: Message): void {
    if (this.#reorders) { this.#insert(at, message); return; }
    const due = at < this.#last ? this.#last : at;
    this.#last = due;
    this.#at.push(due);
    this.#messages.push(message);
  }

  /** When the next message is due; Infinity where none is under way. */
  nextAt(): number { return this.#head < this.#at.length ? this.#at[this.#head]! : Infinity; }

  /** Takes the next message. */
  take(): Message {
    const message = this.#messages[this.#head++]!;
    if (this.#head === this.#at.length) {
      this.#at.length = 0;
      this.#messages.length = 0;
      this.#head = 0;
    } else if (this.#head > 4_096) {
      this.#at = this.#at.slice(this.#head);
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  #insert(at: number, message: Message): void {
    let i = this.#at.length;
    while (i > this.#head && this.#at[i - 1]! > at) i--;
    this.#at.splice(i, 0, at);
    this.#messages.splice(i, 0, message);
  }
}
