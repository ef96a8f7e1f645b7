import { type Data, type DataType, Field, Float64, Int32, Int64, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, TimestampMicrosecond, Uint8, Utf8, vectorFromArray } from 'apache-arrow';
import type { ChunkBase } from './chunks.ts';

const TWO_32 = 4_294_967_296;
/** Columns of µs since the epoch; in Arrow they are timestamps. */
const TIMES: ReadonlySet<string> = new Set(['tsEvent', 'tsInit', 'settlesAt', 'from', 'to']);

/**
 * A chunk as an Arrow table, for notebooks, other libraries and other processes. Ticks, lots and scaled integers stay integers; their scales are in the metadata
 * of the schema, together with `metadata` (say, the instrument and its increments).
 *
 * Numbers are shared with the chunk, not copied; times and text are converted.
 *
 * **Gotcha:** a chunk of `Catalog.read` is reused by the next one, and so would be the table: write it out with {@link toArrowIpc} at once, or copy the chunk first.
 */
export function toArrow(chunk: ChunkBase, metadata: Readonly<Record<string, string>> = {}): Table {
  const fields: Field[] = [];
  const children: Data[] = [];
  const notes = new Map(Object.entries(metadata));
  const valid = (chunk as { readonly hasIndex?: Uint8Array }).hasIndex;
  for (const [name, column] of Object.entries(chunk) as [string, unknown][]) {
    if (name === 'rows' || name === 'hasIndex' || column === undefined) continue;
    if (typeof column === 'number') { notes.set(name, String(column)); continue; }
    const data = toData(TIMES.has(name), column, { rows: chunk.rows, valid });
    fields.push(new Field(name, data.type as DataType, data.nullCount > 0));
    children.push(data);
  }
  const schema = new Schema(fields, notes);
  return new Table(schema, [new RecordBatch(schema, makeData({ type: new Struct(fields), length: chunk.rows, nullCount: 0, children }))]);
}

/** A chunk as bytes of an Arrow IPC stream, readable by any Arrow library (`pyarrow.ipc.open_stream`). */
export function toArrowIpc(chunk: ChunkBase, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return tableToIPC(toArrow(chunk, metadata), 'stream');
}

function toData(isTime: boolean, column: unknown, { rows, valid }: { readonly rows: number; readonly valid: Uint8Array | undefined }): Data {
  if (column instanceof Float64Array) {
    return isTime
      ? makeData({ type: new TimestampMicrosecond('UTC'), length: rows, nullCount: 0, data: toInt64(column, rows) })
      : makeData({ type: new Float64(), length: rows, nullCount: 0, data: column.subarray(0, rows) });
  }
  if (column instanceof Int32Array) return makeData({ type: new Int32(), length: rows, nullCount: 0, data: column.subarray(0, rows) });
  if (column instanceof Uint8Array) return makeData({ type: new Uint8(), length: rows, nullCount: 0, data: column.subarray(0, rows) });
  if (column instanceof BigInt64Array) return makeData({ type: new Int64(), length: rows, data: column.subarray(0, rows), ...nulls(valid, rows) });
  return vectorFromArray((column as readonly string[]).slice(0, rows), new Utf8()).data[0]!;
}

/** Whole numbers as 64-bit integers, by halves: a BigInt per row would cost ten times as much. */
function toInt64(values: Float64Array, rows: number): BigInt64Array {
  const words = new Int32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    const high = Math.floor(values[i]! / TWO_32);
    words[2 * i] = values[i]! - high * TWO_32;
    words[2 * i + 1] = high;
  }
  return new BigInt64Array(words.buffer);
}

function nulls(valid: Uint8Array | undefined, rows: number): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  if (valid === undefined) return { nullCount: 0 };
  const nullBitmap = new Uint8Array(Math.ceil(rows / 64) * 8);
  let nullCount = 0;
  for (let i = 0; i < rows; i++) {
    if (valid[i] === 1) nullBitmap[i >>> 3]! |= 1 << (i & 7);
    else nullCount++;
  }
  return { nullCount, nullBitmap };
}
