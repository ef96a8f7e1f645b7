import { ArbError, formatTime, parseTime } from '@arb/core';
import { Catalog } from '../catalog/catalog.ts';
import type { ChunkOf, DataKind } from '../catalog/chunks.ts';
import { formatScaled } from '../catalog/decimal-text.ts';
import { DATA_KINDS } from '../catalog/schemas.ts';
import { gridsOf, type InstrumentGrids } from '../catalog/step-grid.ts';
import { formatTable } from './data-output.ts';

/** Rows shown unless asked otherwise, and at most. */
export const DEFAULT_HEAD_ROWS = 10;
const MAX_HEAD_ROWS = 10_000;

/** One row in words: decimal strings, ISO times. */
export type HeadRow = Readonly<Record<string, string | number>>;

/** Which rows to show. */
export interface HeadOptions { readonly kind: string; readonly rows?: number; readonly from?: string | undefined }

type Words<K extends DataKind> = (chunk: ChunkOf[K], row: number, grids: InstrumentGrids) => HeadRow;

const SIDES = ['bid', 'ask'];
const TAKERS = ['buy', 'sell', 'unknown'];
const BAR_KINDS = ['trade', 'mark', 'index', 'mid'];
const PRICE_KINDS = ['mark', 'index', 'oracle'];
const REASONS = ['disconnect', 'sequence', 'stale', 'recorder', 'source'];
const FLAGS: readonly (readonly [number, string])[] = [[1, 'last'], [2, 'snapshot'], [4, 'clear'], [8, 'window'], [16, 'warm-up']];
const hours = (us: number): string => us % 60_000_000 === 0 && us < 3_600_000_000 ? `${us / 60_000_000} min` : `${us / 3_600_000_000} h`;
const scaled = (value: number | bigint, scale: number): string => formatScaled(value, scale);

const WORDS: { readonly [K in DataKind]: Words<K> } = {
  book: (c, i, { price, size }) => ({ side: SIDES[c.side[i]!]!, price: price.format(c.tick[i]!), size: size.format(c.lots[i]!), flags: FLAGS.filter(([bit]) => (c.flags[i]! & bit) !== 0).map(([, name]) => name).join(' '), sequence: c.sequence[i]! }),
  trade: (c, i, { price, size }) => ({ taker: TAKERS[c.side[i]!]!, price: price.format(c.tick[i]!), size: size.format(c.lots[i]!), id: c.id?.[i] ?? '' }),
  quote: (c, i, { price, size }) => ({ bidPrice: price.format(c.bidTick[i]!), bidSize: size.format(c.bidLots[i]!), askPrice: price.format(c.askTick[i]!), askSize: size.format(c.askLots[i]!) }),
  bar: (c, i) => ({
    open: scaled(c.open[i]!, c.priceScale), high: scaled(c.high[i]!, c.priceScale), low: scaled(c.low[i]!, c.priceScale), close: scaled(c.close[i]!, c.priceScale), volume: scaled(c.volume[i]!, c.volumeScale),
    interval: hours(c.intervalUs[i]!), of: BAR_KINDS[c.priceKind[i]!]!,
  }),
  price: (c, i) => ({ kind: PRICE_KINDS[c.priceKind[i]!]!, value: scaled(c.value[i]!, c.scale) }),
  funding: (c, i) => ({ rate: scaled(c.rate[i]!, c.rateScale), interval: hours(c.intervalUs[i]!), status: c.status[i] === 0 ? 'predicted' : 'settled', settlesAt: formatTime(c.settlesAt[i]!), index: c.hasIndex[i] === 1 ? scaled(c.index[i]!, c.indexScale) : '' }),
  open_interest: (c, i) => ({ size: scaled(c.size[i]!, c.scale) }),
  gap: (c, i) => ({ stream: c.stream[i]!, from: formatTime(c.from[i]!), to: formatTime(c.to[i]!), reason: REASONS[c.reason[i]!]! }),
};

/**
 * The first rows of a stream, or the first at or after a time.
 *
 * @throws ArbError `ARB_NOT_A_CATALOG`, `ARB_UNKNOWN_INSTRUMENT`, `ARB_USAGE_KIND`, `ARB_USAGE_ROWS`, `ARB_BAD_TIME`
 */
export async function headData(path: string, instrumentId: string, options: HeadOptions): Promise<readonly HeadRow[]> {
  const { rows: wanted = DEFAULT_HEAD_ROWS } = options;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_HEAD_ROWS) throw new ArbError('ARB_USAGE_ROWS', `--rows is ${wanted}; write a whole number from 1 to ${MAX_HEAD_ROWS}`, {});
  const kind = DATA_KINDS.find((known) => known === options.kind);
  if (kind === undefined) throw new ArbError('ARB_USAGE_KIND', `"${options.kind}" is no kind of data; there are ${DATA_KINDS.join(', ')}`, {});
  const catalog = await Catalog.open(path);
  const grids = gridsOf(catalog.instrument(instrumentId));
  if (catalog.files(kind, instrumentId).length === 0) throw new ArbError('ARB_USAGE_KIND', `${path} has no ${kind} of ${instrumentId}; it has ${catalog.kinds(instrumentId).join(', ') || 'none'}`, {});
  const from = options.from === undefined ? undefined : parseTime(options.from);
  const rows: HeadRow[] = [];
  for await (const chunk of catalog.read({ instrumentId, kind, from, withIds: true })) {
    for (let row = 0; row < chunk.rows; row++) {
      if (from !== undefined && chunk.tsInit[row]! < from) continue;              // rows that warm a book up
      rows.push({ tsInit: formatTime(chunk.tsInit[row]!), tsEvent: formatTime(chunk.tsEvent[row]!), ...(WORDS[kind] as Words<DataKind>)(chunk, row, grids) });
      if (rows.length === wanted) return rows;
    }
  }
  return rows;
}

/** Rows as a table. */
export function formatHead(rows: readonly HeadRow[]): string {
  if (rows.length === 0) return 'no rows from that time on\n';
  const columns = Object.keys(rows[0]!);
  return formatTable(columns, rows.map((row) => columns.map((column) => row[column]!)));
}
