import fs from 'node:fs';
import path from 'node:path';
import { ArbError, formatDate, instrumentId, type InstrumentSpec, symbolOf, type UnixMicros, venueOf } from '@arb/core';
import { makeFolders } from '@arb/core/internal';
import type { PageEncoder } from './parquet/column-encoder.ts';
import { ParquetReader } from './parquet/parquet-reader.ts';
import { type ColumnValues, ParquetWriter } from './parquet/parquet-writer.ts';
import { fileName, growingPath, parseFileName } from './paths.ts';
import { INSTRUMENT_COLUMNS } from './schemas.ts';

/** An instrument and since when this record of it holds. */
export interface InstrumentRecord {
  readonly spec: InstrumentSpec;
  readonly validFrom: UnixMicros;
}

type Cell = string | number | undefined;

const FOLDER = 'instruments';
const KINDS: readonly string[] = ['spot', 'perpetual', 'future'];

/**
 * Every instrument record of a catalog, by id and then by time.
 *
 * @throws ArbError with the file where one cannot be read
 */
export function readInstruments(root: string): InstrumentRecord[] {
  const folder = path.join(root, FOLDER);
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).flatMap((name) => { const parsed = parseFileName(name); return parsed === undefined ? [] : [{ name, ...parsed }]; });
  // Of two records from the same time on the one written later holds; as text, `2025-01-01.1` comes before `2025-01-01`.
  files.sort((a, b) => a.period === b.period ? a.part - b.part : a.period < b.period ? -1 : 1);
  const records = files.flatMap(({ name }) => readFile(path.join(folder, name)));
  return records.sort((a, b) => a.spec.id === b.spec.id ? a.validFrom - b.validFrom : a.spec.id < b.spec.id ? -1 : 1);
}

/** The record of an instrument at a time; before its first record, the first. */
export function instrumentAt(records: readonly InstrumentRecord[], id: string, time: UnixMicros): InstrumentRecord | undefined {
  const own = records.filter(({ spec }) => spec.id === id);
  return own.findLast(({ validFrom }) => validFrom <= time) ?? own[0];
}

/** Two specs say the same. */
export function sameSpec(a: InstrumentSpec, b: InstrumentSpec): boolean {
  return JSON.stringify(toCells(a)) === JSON.stringify(toCells(b));
}

/** Writes records into a new file named after the day they hold from, and returns its path. */
export function writeInstruments(root: string, specs: readonly InstrumentSpec[], options: { readonly validFrom: UnixMicros; readonly encoder: PageEncoder }): string {
  const { validFrom, encoder } = options;
  const folder = path.join(root, FOLDER);
  makeFolders(folder);
  let part = 0;
  while (fs.existsSync(path.join(folder, fileName(formatDate(validFrom), part)))) part++;
  const target = path.join(folder, fileName(formatDate(validFrom), part));
  const rows = specs.map((spec) => [validFrom, validFrom, ...toCells(spec), validFrom]);
  const columns = INSTRUMENT_COLUMNS.map((column, i): ColumnValues => {
    const cells = rows.map((row): Cell => row[i]);
    const valid = column.isOptional === true ? { valid: Uint8Array.from(cells, (cell) => cell === undefined ? 0 : 1) } : {};
    return column.type === 'text' ? { values: cells.map((cell) => String(cell ?? '')), ...valid } : { values: Float64Array.from(cells, (cell) => Number(cell ?? 0)), ...valid };
  });
  const writer = new ParquetWriter(target, growingPath(target), encoder);
  writer.writeGroup(INSTRUMENT_COLUMNS, columns, rows.length);
  writer.close(INSTRUMENT_COLUMNS, new Map([['arb.kind', 'instrument'], ['arb.rows', String(rows.length)]]));
  return target;
}

/** Cells of a row from `id` to `expiry`, in the order of the columns. */
function toCells(spec: InstrumentSpec): Cell[] {
  const id = instrumentId(spec.id);
  return [
    id, venueOf(id), symbolOf(id), spec.kind, spec.base, spec.quote, spec.settle, spec.isInverse === true ? 1 : 0, spec.priceIncrement, spec.significantFigures,
    spec.sizeIncrement, spec.multiplier ?? '1', spec.minSize, spec.maxSize, spec.minNotional, spec.expiry,
  ];
}

function readFile(file: string): InstrumentRecord[] {
  const reader = ParquetReader.open(file);
  try {
    const records: InstrumentRecord[] = [];
    for (let group = 0; group < reader.groups; group++) {
      const cells = new Map(INSTRUMENT_COLUMNS.map((column) => [column.name, readCells(reader, group, column)]));
      for (let row = 0; row < reader.groupRows(group); row++) records.push(toRecord((name) => cells.get(name)?.[row], file));
    }
    return records;
  } finally {
    reader.close();
  }
}

function readCells(reader: ParquetReader, group: number, column: typeof INSTRUMENT_COLUMNS[number]): Cell[] {
  const rows = reader.groupRows(group);
  if (column.isOptional === true && !reader.columns.has(column.name)) return new Array<Cell>(rows).fill(undefined);
  const valid = new Uint8Array(rows);
  const target = column.isOptional === true ? { valid } : {};
  if (column.type === 'text') {
    const out: string[] = [];
    reader.readColumn(group, column.name, { kind: 'text', out, ...target });
    return column.isOptional === true ? out.map((text, i) => valid[i] === 1 ? text : undefined) : out;
  }
  const out = new Float64Array(rows);
  reader.readColumn(group, column.name, { kind: 'number', out, ...target });
  return Array.from(out, (value, i) => column.isOptional === true && valid[i] === 0 ? undefined : value);
}

function toRecord(cell: (name: string) => Cell, file: string): InstrumentRecord {
  const text = (name: string): string => String(cell(name) ?? '');
  if (!KINDS.includes(text('kind'))) throw new ArbError('ARB_BAD_INSTRUMENT', `${file}: ${text('id')} is of kind "${text('kind')}"; known are ${KINDS.join(', ')}`, { file });
  const optional = <N extends string>(name: N, column: string): { readonly [K in N]?: string } => cell(column) === undefined ? {} : { [name]: text(column) } as { [K in N]: string };
  const figures = cell('significant_figures');
  const spec: InstrumentSpec = {
    id: text('id'), kind: text('kind') as InstrumentSpec['kind'], base: text('base'), quote: text('quote'), settle: text('settle'), isInverse: Number(cell('inverse')) === 1,
    priceIncrement: text('price_increment'), sizeIncrement: text('size_increment'), multiplier: text('multiplier'),
    ...optional('minSize', 'min_size'), ...optional('maxSize', 'max_size'), ...optional('minNotional', 'min_notional'), ...optional('expiry', 'expiry'),
    ...(figures === undefined ? {} : { significantFigures: Number(figures) }),
  };
  return { spec, validFrom: Number(cell('valid_from')) };
}
