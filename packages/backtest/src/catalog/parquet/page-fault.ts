import { ArbError } from '@arb/core';

/** What is wrong inside a page or column, without the place: whoever knows file and offset turns it into an {@link ArbError}. */
export class PageFault extends Error {
  readonly code: string;
  /** Row within the page, where one value is at fault. */
  readonly row: number | undefined;

  constructor(message: string, options: { readonly code?: string; readonly row?: number } = {}) {
    super(message);
    this.code = options.code ?? 'ARB_PARQUET_CORRUPT';
    this.row = options.row;
  }
}

/** Throws a {@link PageFault} of code `ARB_PARQUET_CORRUPT`. */
export function corrupt(message: string): never {
  throw new PageFault(message);
}

/** Where in which file something went wrong. */
export interface FaultPlace {
  readonly file: string;
  readonly column?: string;
  /** Byte offset in the file. */
  readonly offset?: number;
  /** Row of the file at which the page begins. */
  readonly firstRow?: number;
}

const WAY_OUT: Readonly<Record<string, string>> = {
  ARB_PARQUET_CORRUPT: 'the file is damaged or incomplete: delete it and import that day again',
  ARB_PARQUET_UNSUPPORTED: 'rewrite it with `arb data import` or with zstd or snappy compression',
  ARB_PARQUET_RANGE: 'numbers beyond 2^53 are not exact; use a coarser scale or the raw integers',
  ARB_ROW_CODE: 'the file has another schema or is damaged: convert it with `arb data import`',
  ARB_PARQUET_NULL: 'this column may not have nulls; fill or drop those rows',
};

/** Puts the place to whatever was thrown while reading; an error that has its place already passes unchanged. */
export function placeFault(error: unknown, place: FaultPlace): ArbError {
  if (error instanceof ArbError) return error;
  const code = error instanceof PageFault ? error.code : 'ARB_PARQUET_CORRUPT';
  const row = error instanceof PageFault && error.row !== undefined ? (place.firstRow ?? 0) + error.row : undefined;
  const where = [
    place.file, place.column === undefined ? '' : ` column ${place.column}`, row === undefined ? '' : ` row ${row}`, place.offset === undefined ? '' : ` at byte ${place.offset}`,
  ].join('');
  const reason = error instanceof Error ? error.message : String(error);
  const wayOut = WAY_OUT[code];
  return new ArbError(code, `${where}: ${reason}${wayOut === undefined ? '' : `; ${wayOut}`}`, { ...place, row, reason });
}
