import { counted, formatCount } from '../../counted.ts';
import { type BookChunk, F_CLEAR, F_LAST, F_SNAPSHOT, F_WARM_UP } from '../chunks.ts';
import { WriterBook } from '../writer-book.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';

/** Rebuilds the book and looks at it after every message: crossed, locked, a side missing, no snapshot at the start, messages that repeat a stamp and a sequence. */
export class BookCheck implements StreamCheck<BookChunk> {
  readonly #id: string;
  readonly #book = new WriterBook();
  readonly #crossed = new Tally();
  readonly #locked = new Tally();
  readonly #oneSided = new Tally();
  readonly #repeated = new Tally();
  #messages = 0;
  #hasSnapshot = false;
  #firstAt: number | undefined;
  #lastEvent = 0;
  #lastSequence = 0;

  constructor(instrumentId: string) { this.#id = instrumentId; }

  chunk(chunk: BookChunk): void {
    for (let row = 0; row < chunk.rows; row++) {
      const flags = chunk.flags[row]!;
      if (this.#messages === 0) { this.#firstAt ??= chunk.tsInit[row]!; this.#hasSnapshot ||= (flags & F_SNAPSHOT) !== 0; }
      if ((flags & F_CLEAR) !== 0) this.#book.clear();
      this.#book.set(chunk.side[row]!, chunk.tick[row]!, chunk.lots[row]!);
      if ((flags & F_LAST) !== 0) this.#endMessage(chunk, row);
    }
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: 'book' as const };
    const share = (tally: Tally): string => `${formatCount(tally.count)} of ${counted(this.#messages, 'message')} (${(100 * tally.count / this.#messages).toFixed(1)} %)`;
    const findings: Finding[] = [];
    const add = (tally: Tally, severity: Finding['severity'], code: Finding['code'], [verb, text]: readonly [verb: string, text: string]): void => {
      if (tally.count > 0) findings.push({ ...base, severity, code, count: tally.count, firstAt: tally.firstAt, message: `${share(tally)} ${verb}${tally.count === 1 ? 's' : ''} ${text}` });
    };
    add(this.#crossed, 'error', 'CROSSED', ['leave', 'a bid above an ask: updates are missing or applied out of order']);
    add(this.#locked, 'warning', 'LOCKED', ['leave', 'bid and ask equal: the recorder mixed two books, or the venue allows it']);
    add(this.#oneSided, 'warning', 'ONE_SIDED', ['leave', 'a side empty']);
    add(this.#repeated, 'warning', 'DUPLICATE', ['repeat', 'stamp and sequence of the message before']);
    if (this.#messages > 0 && !this.#hasSnapshot) findings.push({ ...base, severity: 'error', code: 'NO_SNAPSHOT', count: 1, firstAt: this.#firstAt, message: 'the stream does not begin with a snapshot: what the book held before is unknown' });
    return findings;
  }

  #endMessage(chunk: BookChunk, row: number): void {
    this.#book.commit();
    const time = chunk.tsInit[row]!;
    const bid = this.#book.best(0);
    const ask = this.#book.best(1);
    if (!Number.isFinite(bid) || !Number.isFinite(ask)) this.#oneSided.add(time);
    else if (bid > ask) this.#crossed.add(time);
    else if (bid === ask) this.#locked.add(time);
    const isOurs = (chunk.flags[row]! & F_WARM_UP) !== 0;
    const isRepeat = this.#messages > 0 && !isOurs && chunk.tsEvent[row] === this.#lastEvent && chunk.sequence[row] === this.#lastSequence && (chunk.flags[row]! & F_SNAPSHOT) !== 0;
    if (isRepeat) this.#repeated.add(time);
    this.#lastEvent = chunk.tsEvent[row]!;
    this.#lastSequence = chunk.sequence[row]!;
    this.#messages++;
  }
}
