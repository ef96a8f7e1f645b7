import type { DataKind } from './chunks.ts';
import type { ColumnSpec } from './parquet/parquet-writer.ts';

/** Version of the schemas below, in the metadata of every file (`arb.schema`) and in `catalog.json`. */
export const SCHEMA_VERSION = 1;

/** Columns and file division of a kind. */
export interface KindSchema {
  readonly columns: readonly ColumnSpec[];
  /** Few rows: one file per year instead of one per day. */
  readonly isLowRate: boolean;
}

const TIMES: readonly ColumnSpec[] = [
  { name: 'ts_event', type: 'timestamp', encoding: 'delta' },
  { name: 'ts_init', type: 'timestamp', encoding: 'delta' },
];
const decimal = (name: string): ColumnSpec => ({ name, type: 'decimal', encoding: 'dictionary' });
const code = (name: string): ColumnSpec => ({ name, type: 'int32', encoding: 'dictionary' });
const interval: ColumnSpec = { name: 'interval_us', type: 'int64', encoding: 'dictionary' };
const time = (name: string): ColumnSpec => ({ name, type: 'timestamp', encoding: 'delta' });

/** The schema of every kind; scales of decimals are set per file. */
export const SCHEMAS: Readonly<Record<DataKind, KindSchema>> = {
  book: { isLowRate: false, columns: [...TIMES, code('side'), decimal('price'), decimal('size'), code('flags'), { name: 'sequence', type: 'int64', encoding: 'delta' }] },
  trade: { isLowRate: false, columns: [...TIMES, code('side'), decimal('price'), decimal('size'), { name: 'id', type: 'text' }] },
  quote: { isLowRate: false, columns: [...TIMES, decimal('bid_price'), decimal('bid_size'), decimal('ask_price'), decimal('ask_size')] },
  bar: { isLowRate: true, columns: [...TIMES, decimal('open'), decimal('high'), decimal('low'), decimal('close'), decimal('volume'), interval, code('price_kind')] },
  price: { isLowRate: false, columns: [...TIMES, decimal('value'), code('kind')] },
  funding: { isLowRate: true, columns: [...TIMES, decimal('rate'), interval, code('status'), time('settles_at'), { name: 'index', type: 'decimal', isOptional: true }] },
  open_interest: { isLowRate: true, columns: [...TIMES, decimal('size')] },
  gap: { isLowRate: true, columns: [...TIMES, { name: 'stream', type: 'text' }, time('from'), time('to'), code('reason')] },
};

/** Every kind, in the order of their folders in a listing. */
export const DATA_KINDS: readonly DataKind[] = ['book', 'trade', 'quote', 'bar', 'price', 'funding', 'open_interest', 'gap'];

const text = (name: string, isOptional = false): ColumnSpec => ({ name, type: 'text', isOptional });

/** Columns of the instrument files: decimal numbers are text, so that no precision limits a price step. `venue` and `symbol` repeat the id for SQL. */
export const INSTRUMENT_COLUMNS: readonly ColumnSpec[] = [
  ...TIMES, text('id'), text('venue'), text('symbol'), text('kind'), text('base'), text('quote'), text('settle'), code('inverse'), text('price_increment'),
  { name: 'significant_figures', type: 'int32', isOptional: true }, text('size_increment'), text('multiplier'), text('min_size', true), text('max_size', true),
  text('min_notional', true), text('expiry', true), time('valid_from'),
];
