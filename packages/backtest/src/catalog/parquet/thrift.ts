import { corrupt } from './page-fault.ts';

/** Field types of Thrift's compact protocol. */
const T = { stop: 0, true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const;
const MAX_DEPTH = 16;

/** Writes Thrift's compact protocol: the language of Parquet's footer and page headers. */
export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #lastField = 0;

  /** What was written so far; valid until the next write. */
  get bytes(): Uint8Array { return this.#bytes.subarray(0, this.#length); }

  /** Starts again from nothing. */
  reset(): void { this.#length = 0; this.#lastField = 0; }

  /** An integer field of 16, 32 or 64 bits, |value| ≤ 2^52. */
  int(field: number, value: number, bits: 16 | 32 | 64 = 32): void {
    this.#field(field, bits === 64 ? T.i64 : bits === 32 ? T.i32 : T.i16);
    this.#zigzag(value);
  }

  bool(field: number, value: boolean): void { this.#field(field, value ? T.true : T.false); }

  binary(field: number, value: Uint8Array): void { this.#field(field, T.binary); this.#binary(value); }

  text(field: number, value: string): void { this.binary(field, new TextEncoder().encode(value)); }

  /** A nested struct; with no body an empty one. */
  struct(field: number, body?: () => void): void { this.#field(field, T.struct); this.#struct(body); }

  structs<V>(field: number, values: readonly V[], body: (value: V) => void): void {
    this.#list(field, T.struct, values.length);
    for (const value of values) this.#struct(() => body(value));
  }

  ints(field: number, values: readonly number[]): void {
    this.#list(field, T.i32, values.length);
    for (const value of values) this.#zigzag(value);
  }

  texts(field: number, values: readonly string[]): void {
    this.#list(field, T.binary, values.length);
    for (const value of values) this.#binary(new TextEncoder().encode(value));
  }

  /** Ends the outermost struct. */
  end(): void { this.#byte(T.stop); }

  #struct(body?: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    body?.();
    this.#byte(T.stop);
    this.#lastField = outer;
  }

  #field(field: number, type: number): void {
    const step = field - this.#lastField;
    if (step > 0 && step < 16) this.#byte(step << 4 | type);
    else { this.#byte(type); this.#zigzag(field); }
    this.#lastField = field;
  }

  #list(field: number, type: number, size: number): void {
    this.#field(field, T.list);
    if (size < 15) this.#byte(size << 4 | type);
    else { this.#byte(0xf0 | type); this.#varint(size); }
  }

  #binary(value: Uint8Array): void {
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #zigzag(value: number): void { this.#varint(value < 0 ? -value * 2 - 1 : value * 2); }

  #varint(value: number): void {
    let rest = value;
    while (rest > 127) { this.#byte(rest % 128 | 128); rest = Math.floor(rest / 128); }
    this.#byte(rest);
  }

  #byte(value: number): void { this.#reserve(1); this.#bytes[this.#length++] = value; }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** A struct read from Thrift: field id → number, boolean or nested struct. Lists, maps and binaries are skipped: page headers need none. */
export type ThriftStruct = ReadonlyMap<number, number | boolean | ThriftStruct>;

/** Reads one struct of Thrift's compact protocol within given bytes. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  /** Next byte to read. */
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** @throws PageFault where the bytes end before the struct does, or are no Thrift */
  struct(depth = 0): ThriftStruct {
    if (depth > MAX_DEPTH) corrupt('header nested too deeply');
    const fields = new Map<number, number | boolean | ThriftStruct>();
    let field = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === T.stop) return fields;
      field = head >>> 4 === 0 ? this.#zigzag() : field + (head >>> 4);
      const value = this.#value(type, depth);
      if (value !== undefined) fields.set(field, value);
    }
  }

  #value(type: number, depth: number): number | boolean | ThriftStruct | undefined {
    switch (type) {
      case T.true: return true;
      case T.false: return false;
      case T.byte: this.#skip(1); return undefined;
      case T.i16: case T.i32: case T.i64: return this.#zigzag();
      case T.double: this.#skip(8); return undefined;
      case T.binary: this.#skip(this.#varint()); return undefined;
      case T.list: case T.set: this.#skipList(depth); return undefined;
      case T.struct: return this.struct(depth + 1);
      default: return corrupt(`unknown field type ${type} in a header`);
    }
  }

  #skipList(depth: number): void {
    const head = this.#byte();
    const size = head >>> 4 === 15 ? this.#varint() : head >>> 4;
    if (size > this.#bytes.length - this.position) corrupt('a list in a header is longer than the file');
    const type = head & 15;
    for (let i = 0; i < size; i++) {
      if (type === T.true || type === T.false) this.#skip(1);
      else this.#value(type, depth + 1);
    }
  }

  #skip(count: number): void {
    if (count > this.#bytes.length - this.position) corrupt('header ends early');
    this.position += count;
  }

  #zigzag(): number {
    const raw = this.#varint();
    return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2;
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return corrupt('a number in a header has more than 10 bytes');
  }

  #byte(): number {
    if (this.position >= this.#bytes.length) corrupt('header ends early');
    return this.#bytes[this.position++]!;
  }
}
