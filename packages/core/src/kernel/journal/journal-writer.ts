import type { Money } from '../math/money.ts';
import type { InstrumentId } from '../model/ids.ts';
import type { Instrument } from '../model/instrument.ts';
import type { UnixMicros } from '../model/time.ts';
import type { Journal } from './journal.ts';
import { canonicalJson } from './canonical-json.ts';
import { RECORD_KINDS, type RecordKind } from './record-kinds.ts';

const BUFFER_BYTES = 1 << 16;
const MAX_RECORD_BYTES = 1 << 20;
const LOW_64 = 0xffff_ffff_ffff_ffffn;

/**
 * Encodes what was decided and what happened into the canonical bytes of the journal; the same run gives the same bytes on every machine.
 *
 * A record is `kind u8 · sequence f64 · tsInit f64 · fields`, little endian. Texts are written once (record `Text`) and then referred to by number.
 * Fields in order, by kind: {@link RECORD_KINDS}. See docs/concepts/determinism.md.
 */
export class JournalWriter {
  readonly #journal: Journal | undefined;
  #bytes = new Uint8Array(BUFFER_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  readonly #texts = new Map<string, number>();
  readonly #instruments = new Set<InstrumentId>();
  #sequence = 0;
  #now: UnixMicros = 0;

  /** @param journal where the bytes go; without one nothing is encoded at all */
  constructor(journal: Journal | undefined) { this.#journal = journal; }

  /** False where nobody keeps a journal, so that callers skip their work. */
  get isOn(): boolean { return this.#journal !== undefined; }

  /** The input being handled: its number in the run and its `tsInit`. */
  setInput(sequence: number, now: UnixMicros): void {
    this.#sequence = sequence;
    this.#now = now;
  }

  /** Begins a record; the fields follow in the order of its kind. */
  begin(kind: RecordKind): this {
    this.#reserve(512);
    this.#bytes[this.#at++] = RECORD_KINDS[kind].code;
    this.#view.setFloat64(this.#at, this.#sequence, true);
    this.#view.setFloat64(this.#at + 8, this.#now, true);
    this.#at += 16;
    return this;
  }

  /** A number: time, tick, lots, sequence. */
  number(value: number): this {
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
    return this;
  }

  /** A small whole number, 0 to 255: flags and codes. */
  byte(value: number): this {
    this.#bytes[this.#at++] = value;
    return this;
  }

  /** An amount as a signed 128-bit integer. */
  money(amount: Money): this {
    this.#view.setBigUint64(this.#at, amount & LOW_64, true);
    this.#view.setBigInt64(this.#at + 8, amount >> 64n, true);
    this.#at += 16;
    return this;
  }

  /** A reference to a text announced with {@link JournalWriter.text} before the record began. */
  ref(text: string): this {
    this.#view.setUint32(this.#at, this.#texts.get(text)!, true);
    this.#at += 4;
    return this;
  }

  /** Announces a text, once; call it before `begin` for every text the record refers to. */
  text(value: string): void {
    if (this.#texts.has(value)) return;
    this.#texts.set(value, this.#texts.size);
    this.begin('Text').#utf8(value);
  }

  /** Announces an instrument with its terms, once, and its id: a journal is read without the catalog it came from. Call it before `begin`. */
  instrument({ id, spec }: Instrument): void {
    if (this.#instruments.has(id)) return;
    this.#instruments.add(id);
    this.json('Instrument', id, spec);
  }

  /** A whole record whose fields are one JSON value with sorted keys: for everything rare. */
  json(kind: RecordKind, subject: string, value: unknown): void {
    if (this.#journal === undefined) return;
    this.text(subject);
    const text = canonicalJson(value);
    this.begin(kind).ref(subject).#utf8(text);
  }

  /** Hands what is buffered to the journal. */
  flush(): void {
    if (this.#at > 0 && this.#journal !== undefined) this.#journal.append(this.#bytes, this.#at);
    this.#at = 0;
  }

  #utf8(text: string): void {
    this.#reserve(4 + text.length * 3);
    const lengthAt = this.#at;
    this.#at += 4;
    for (const char of text) this.#codePoint(char.codePointAt(0)!);
    this.#view.setUint32(lengthAt, this.#at - lengthAt - 4, true);
  }

  #codePoint(code: number): void {
    const bytes = this.#bytes;
    if (code < 0x80) bytes[this.#at++] = code;
    else if (code < 0x800) {
      bytes[this.#at++] = 0xc0 | (code >> 6);
      bytes[this.#at++] = 0x80 | (code & 63);
    } else if (code < 0x1_0000) {
      bytes[this.#at++] = 0xe0 | (code >> 12);
      bytes[this.#at++] = 0x80 | ((code >> 6) & 63);
      bytes[this.#at++] = 0x80 | (code & 63);
    } else {
      bytes[this.#at++] = 0xf0 | (code >> 18);
      bytes[this.#at++] = 0x80 | ((code >> 12) & 63);
      bytes[this.#at++] = 0x80 | ((code >> 6) & 63);
      bytes[this.#at++] = 0x80 | (code & 63);
    }
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    if (bytes <= BUFFER_BYTES) { this.flush(); return; }
    if (bytes > MAX_RECORD_BYTES) throw new RangeError(`a journal record of ${bytes} bytes exceeds ${MAX_RECORD_BYTES}; keep reasons and saved state small`);
    const bigger = new Uint8Array(this.#at + bytes);
    bigger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bigger;
    this.#view = new DataView(bigger.buffer);
  }
}
