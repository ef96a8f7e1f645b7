import { writeFileSync } from 'node:fs';
import { ArbError, Decimal, formatTime, type UnixMicros } from '@arb/core';
import { POW10 } from '@arb/core/internal';
import { stringify } from 'csv-stringify/sync';
import { PageEncoder } from '../catalog/parquet/column-encoder.ts';
import { type ColumnSpec, type ColumnValues, ParquetWriter } from '../catalog/parquet/parquet-writer.ts';
import type { Cell, Table } from './run-report.ts';

/** How a column is stored: a decimal by the number of its decimals, `exact` with those of the ledger and room for 20 digits before them. */
export type ColumnKind = 'time' | 'text' | 'integer' | 'flag' | 'exact' | { readonly decimals: number };

/** In USD, where 1e-8 is nothing. */
const AMOUNT: ColumnKind = { decimals: 8 };
/** In a currency of its own, so in coins too: the last unit of the ledger is there. */
const COIN: ColumnKind = 'exact';
const BPS: ColumnKind = { decimals: 3 };

/** Kind of every column a run's tables have; equal names mean the same everywhere. USD amounts in files are rounded to 1e-8, in `report.json` they are exact. */
export const COLUMN_KINDS: Readonly<Record<string, ColumnKind>> = {
  ts: 'time',
  closedAt: 'time',
  trip: 'integer',
  isOverBudget: 'flag',
  quantity: 'exact',
  filledQuantity: 'exact',
  price: 'exact',
  averagePrice: { decimals: 12 },
  multiplier: 'exact',
  notionalUsd: AMOUNT,
  feeUsd: AMOUNT,
  slippageUsd: AMOUNT,
  amountUsd: AMOUNT,
  amount: COIN,
  rate: 'exact',
  value: AMOUNT,
  netPnlUsd: AMOUNT,
  fundingUsd: AMOUNT,
  priceUsd: AMOUNT,
  feesUsd: AMOUNT,
  resultUsd: AMOUNT,
  otherUsd: AMOUNT,
  usd: AMOUNT,
  usdSeconds: AMOUNT,
  seconds: { decimals: 6 },
  slippageBps: BPS,
  markout1sBps: BPS,
  markout10sBps: BPS,
  markout60sBps: BPS,
  markout300sBps: BPS,
  aprPct: { decimals: 6 },
  equityUsd: AMOUNT,
  balanceUsd: AMOUNT,
  unrealisedUsd: AMOUNT,
  accruedUsd: AMOUNT,
  initialMarginUsd: AMOUNT,
  maintenanceMarginUsd: AMOUNT,
  lockedUsd: AMOUNT,
  freeUsd: AMOUNT,
  marginRatio: { decimals: 6 },
  total: COIN,
  unrealised: COIN,
  accrued: COIN,
  initialMargin: COIN,
  maintenanceMargin: COIN,
  locked: COIN,
  free: COIN,
  totalUsd: AMOUNT,
};

/** Digits of a Parquet DECIMAL in 64 bits, and the largest magnitude. */
const MAX_DIGITS = 18;
const MAX_SCALED = 999_999_999_999_999_999n;
/** Decimals of the ledger, digits of a Parquet DECIMAL in 128 bits, and the largest magnitude. */
const EXACT_DECIMALS = 18;
const MAX_WIDE_DIGITS = 38;
const MAX_WIDE = POW10[MAX_WIDE_DIGITS]! - 1n;

/** Kinds of columns by name; a column without one is text. */
export type ColumnKinds = Readonly<Record<string, ColumnKind>>;

/** Writes a table as CSV: header, UTC times in ISO 8601, amounts rounded as in the Parquet file and without exponent, empty where there is no value. */
export function writeCsv(path: string, table: Table, kinds: ColumnKinds = COLUMN_KINDS): void {
  const specs = specsOf(table, kinds);
  const rows = table.rows.map((row) => row.map((cell, index) => csvCell(specs[index]!, cell)));
  writeFileSync(path, stringify([table.columns as string[], ...rows]));
}

function csvCell({ type, scale = 0 }: ColumnSpec, cell: Cell): string {
  if (cell === null) return '';
  if (type === 'timestamp') return formatTime(Number(cell) as UnixMicros);
  if (type !== 'decimal' && type !== 'decimal128') return String(cell);
  return scaledText(scaledAmount(String(cell), scale), scale);
}

/**
 * Writes a table as Parquet: times as TIMESTAMP(MICROS, UTC), amounts as DECIMAL(18), in a currency of their own, prices and quantities as DECIMAL(38, 18), one row group. A column of amounts too
 * large for its decimals has fewer.
 *
 * @param metadata key-value pairs of the file
 * @throws ArbError `ARB_AMOUNT_TOO_LARGE` for an amount beyond 18 digits, 38 where it is exact
 */
export function writeParquet(path: string, table: Table, metadata: ReadonlyMap<string, string>, kinds: ColumnKinds = COLUMN_KINDS): void {
  const specs = specsOf(table, kinds);
  const writer = new ParquetWriter(path, `${path}.tmp`, new PageEncoder());
  try {
    if (table.rows.length > 0)
      writer.writeGroup(
        specs,
        specs.map((spec, index) =>
          valuesOf(
            spec,
            table.rows.map((row) => row[index] ?? null),
          ),
        ),
        table.rows.length,
      );
    writer.close(specs, metadata);
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function specsOf({ columns, rows }: Table, kinds: ColumnKinds): ColumnSpec[] {
  return columns.map((name, index) => {
    const spec = specOf(name, kinds[name] ?? 'text');
    return spec.scale === undefined ? spec : { ...spec, scale: fittingScale(spec, rows.map((row) => row[index] ?? null)) };
  });
}

/** The decimals of a column, or as many as leave room for its largest amount: a fortune, a coin of tiny price, days of exposure. */
function fittingScale({ type, scale = 0 }: ColumnSpec, cells: readonly Cell[]): number {
  let digits = 0;
  for (const cell of cells) {
    if (cell === null) continue;
    digits = Math.max(digits, wholeDigits(String(cell)));
  }
  return Math.max(0, Math.min(scale, (type === 'decimal128' ? MAX_WIDE_DIGITS : MAX_DIGITS) - digits));
}

const PLAIN_AMOUNT = /^(-?)0*(\d+)(?:\.(\d+))?$/;

/** Digits before the point of an amount rounded away from zero. */
function wholeDigits(text: string): number {
  const [, , whole, fraction = ''] = PLAIN_AMOUNT.exec(text) ?? PLAIN_AMOUNT.exec(new Decimal(text).toFixed())!;
  return whole!.length + (/^9+$/.test(whole!) && /[1-9]/.test(fraction) ? 1 : 0);
}

/** An amount in units of 10^-scale, rounded half to even. Text arithmetic: an account curve has a million cells, and a Decimal for each takes ten times as long. */
function scaledAmount(text: string, scale: number): bigint {
  const [, sign, whole, fraction = ''] = PLAIN_AMOUNT.exec(text) ?? PLAIN_AMOUNT.exec(new Decimal(text).toFixed())!;
  let amount = BigInt(whole! + fraction.slice(0, scale).padEnd(scale, '0'));
  if (fraction.length > scale) {
    const next = fraction.charCodeAt(scale) - 48;
    const isHalf = next === 5 && !/[1-9]/.test(fraction.slice(scale + 1));
    if (isHalf ? amount % 2n === 1n : next >= 5) amount += 1n;
  }
  return sign === '-' ? -amount : amount;
}

/** Such an amount as a plain decimal without trailing zeros. */
function scaledText(amount: bigint, scale: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction === '' ? '' : `.${fraction}`}`;
}

function specOf(name: string, kind: ColumnKind): ColumnSpec {
  if (kind === 'time') return { name, type: 'timestamp', isOptional: true };
  if (kind === 'text') return { name, type: 'text', isOptional: true };
  if (kind === 'integer' || kind === 'flag') return { name, type: 'int32', isOptional: true };
  if (kind === 'exact') return { name, type: 'decimal128', scale: EXACT_DECIMALS, isOptional: true };
  return { name, type: 'decimal', scale: kind.decimals, isOptional: true };
}

function valuesOf(spec: ColumnSpec, cells: readonly Cell[]): ColumnValues {
  const valid = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
  if (spec.type === 'text') return { values: cells.map((cell) => String(cell ?? '')), valid };
  if (spec.type === 'decimal128') return { values: cells.map((cell) => scaled(spec, cell)), valid };
  if (spec.type !== 'decimal') return { values: Float64Array.from(cells, (cell) => Number(cell ?? 0)), valid };
  return { values: BigInt64Array.from(cells, (cell) => scaled(spec, cell)), valid };
}

function scaled({ name, type, scale = 0 }: ColumnSpec, cell: Cell): bigint {
  if (cell === null) return 0n;
  const value = scaledAmount(String(cell), scale);
  const [most, digits] = type === 'decimal128' ? [MAX_WIDE, MAX_WIDE_DIGITS] : [MAX_SCALED, MAX_DIGITS];
  if (value > most || value < -most)
    throw new ArbError('ARB_AMOUNT_TOO_LARGE', `${name} ${String(cell)} has more than ${digits} digits at ${scale} decimals; read it from report.json`, {
      column: name,
      value: cell,
    });
  return value;
}
