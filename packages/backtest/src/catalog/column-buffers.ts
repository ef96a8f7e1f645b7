import type { ColumnSpec, ColumnValues } from './parquet/parquet-writer.ts';

const FIRST_CAPACITY = 1024;

/**
 * Rows waiting to be written as a row group: a growing array per column. Numbers of every column are doubles here, which hold all file integers up to 2^53
 * exactly; an optional decimal is kept in 64 bits.
 */
export class ColumnBuffers {
  readonly #specs: readonly ColumnSpec[];
  readonly #numbers: Float64Array[];
  readonly #texts: string[][];
  readonly #bigints: BigInt64Array[];
  readonly #valid: Uint8Array[];
  #capacity = FIRST_CAPACITY;
  rows = 0;

  constructor(specs: readonly ColumnSpec[]) {
    this.#specs = specs;
    this.#numbers = specs.map((spec) => new Float64Array(isNumber(spec) ? FIRST_CAPACITY : 0));
    this.#texts = specs.map(() => []);
    this.#bigints = specs.map((spec) => new BigInt64Array(isBigint(spec) ? FIRST_CAPACITY : 0));
    this.#valid = specs.map((spec) => new Uint8Array(isBigint(spec) ? FIRST_CAPACITY : 0));
  }

  /** Begins a row; set its columns, then count it with `rows++`. */
  reserve(): void {
    if (this.rows < this.#capacity) return;
    this.#capacity *= 2;
    this.#numbers.forEach((old, i) => { if (old.length > 0) this.#numbers[i] = grown(old, new Float64Array(this.#capacity)); });
    this.#bigints.forEach((old, i) => { if (old.length > 0) this.#bigints[i] = grown(old, new BigInt64Array(this.#capacity)); });
    this.#valid.forEach((old, i) => { if (old.length > 0) this.#valid[i] = grown(old, new Uint8Array(this.#capacity)); });
  }

  number(column: number, value: number): void { this.#numbers[column]![this.rows] = value; }

  text(column: number, value: string): void { this.#texts[column]![this.rows] = value; }

  optional(column: number, value: bigint | undefined): void {
    this.#bigints[column]![this.rows] = value ?? 0n;
    this.#valid[column]![this.rows] = value === undefined ? 0 : 1;
  }

  numbersOf(column: number): Float64Array { return this.#numbers[column]!; }

  /** Whether the waiting numbers of a decimal column stay exact when multiplied. */
  fits(column: number, factor: number): boolean {
    if (factor === 1) return true;
    const isBig = isBigint(this.#specs[column]!);
    for (let i = 0; i < this.rows; i++) {
      if (isBig) { const product = this.#bigints[column]![i]! * BigInt(factor); if (BigInt.asIntN(64, product) !== product) return false; }
      else if (!Number.isSafeInteger(this.#numbers[column]![i]! * factor)) return false;
    }
    return true;
  }

  /** Multiplies the waiting numbers of a decimal column, when its scale grows. */
  multiply(column: number, factor: number): void {
    if (factor === 1) return;
    const isBig = isBigint(this.#specs[column]!);
    for (let i = 0; i < this.rows; i++) {
      if (isBig) this.#bigints[column]![i]! *= BigInt(factor);
      else this.#numbers[column]![i]! *= factor;
    }
  }

  /** The columns as the file writer takes them. */
  columns(): ColumnValues[] {
    return this.#specs.map((spec, i) => spec.type === 'text' ? { values: this.#texts[i]! } : isBigint(spec) ? { values: this.#bigints[i]!, valid: this.#valid[i]! } : { values: this.#numbers[i]! });
  }
}

const isBigint = (spec: ColumnSpec): boolean => spec.type === 'decimal' && spec.isOptional === true;
const isNumber = (spec: ColumnSpec): boolean => spec.type !== 'text' && !isBigint(spec);

function grown<A extends Float64Array | BigInt64Array | Uint8Array>(old: A, bigger: A): A {
  bigger.set(old as never);
  return bigger;
}
