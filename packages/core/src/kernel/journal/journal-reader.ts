import { ArbError } from '../errors.ts';
import type { UnixMicros } from '../model/time.ts';
import { type FieldType, RECORD_KINDS, type RecordKind } from './record-kinds.ts';

/** One decoded journal record; references are resolved to their texts. */
export interface JournalRecord {
  readonly kind: RecordKind;
  readonly sequence: number;
  readonly tsInit: UnixMicros;
  readonly fields: Readonly<Record<string, string | number | bigint>>;
  /** Byte of the journal behind the record. */
  readonly endOffset: number;
}

const BY_CODE = new Map(Object.entries(RECORD_KINDS).map(([name, { code, fields }]) => [code, { name: name as RecordKind, fields }]));

/**
 * Reads the bytes a journal writer made, record by record.
 *
 * @throws ArbError `ARB_BAD_JOURNAL` with the byte offset where the bytes are not a journal or end inside a record
 */
export function* readJournal(bytes: Uint8Array): Generator<JournalRecord> {
  const cursor = new Cursor(bytes);
  const texts: string[] = [];
  while (!cursor.isAtEnd) {
    const start = cursor.offset;
    const kind = BY_CODE.get(cursor.byte());
    if (kind === undefined) throw new ArbError('ARB_BAD_JOURNAL', `byte ${start}: ${bytes[start]} is no record kind; is this a journal of this version?`, { offset: start });
    const sequence = cursor.number();
    const tsInit = cursor.number();
    const fields: Record<string, string | number | bigint> = {};
    for (const [name, type] of kind.fields) fields[name] = type === 'ref' ? texts[cursor.uint()] ?? '' : cursor.field(type);
    if (kind.name === 'Text') texts.push(String(fields['text']));
    else yield { kind: kind.name, sequence, tsInit, fields, endOffset: cursor.offset };
  }
}

class Cursor {
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean { return this.offset >= this.#bytes.length; }

  field(type: Exclude<FieldType, 'ref'>): string | number | bigint {
    switch (type) {
      case 'number': return this.number();
      case 'byte': return this.byte();
      case 'money': return this.money();
      case 'utf8': return this.utf8();
    }
  }

  byte(): number { return this.#view.getUint8(this.#take(1)); }
  number(): number { return this.#view.getFloat64(this.#take(8), true); }
  uint(): number { return this.#view.getUint32(this.#take(4), true); }

  money(): bigint {
    const at = this.#take(16);
    return (this.#view.getBigInt64(at + 8, true) << 64n) | this.#view.getBigUint64(at, true);
  }

  utf8(): string {
    const length = this.uint();
    const start = this.#take(length);
    let text = '';
    for (let at = start; at < start + length;) {
      const lead = this.#bytes[at]!;
      const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      let code = size === 1 ? lead : lead & (0x7f >> size);
      for (let i = 1; i < size; i++) code = (code << 6) | (this.#bytes[at + i]! & 63);
      text += String.fromCodePoint(code);
      at += size;
    }
    return text;
  }

  #take(bytes: number): number {
    const at = this.offset;
    if (at + bytes > this.#bytes.length) throw new ArbError('ARB_BAD_JOURNAL', `the journal ends inside a record at byte ${at}; it was cut off there`, { offset: at });
    this.offset = at + bytes;
    return at;
  }
}
