import fs from 'node:fs';
import path from 'node:path';
import { ArbError } from '@arb/core';
import { ParquetReader } from './parquet/parquet-reader.ts';
import { parseFileName } from './paths.ts';

/** A complete file of one stream. */
export interface StreamFile {
  readonly path: string;
  readonly name: string;
  /** Place among the files of its period. */
  readonly part: number;
  /** `tsInit` of its first and last row. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly bytes: number;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The complete files of a folder in the order of their rows. Empty files and anything that is not data are left out. */
export function listStreamFiles(folder: string): StreamFile[] {
  if (!fs.existsSync(folder)) return [];
  const files: StreamFile[] = [];
  for (const name of fs.readdirSync(folder).sort()) {
    const parsed = parseFileName(name);
    if (parsed === undefined) continue;
    const file = readStreamFile(path.join(folder, name), parsed.part);
    if (file !== undefined) files.push(file);
  }
  return files.sort((a, b) => a.from - b.from || a.to - b.to || a.part - b.part);
}

/** Reads one file by its footer; undefined where it holds no rows. */
export function readStreamFile(file: string, part: number): StreamFile | undefined {
  const reader = ParquetReader.open(file);
  try {
    if (reader.rows === 0) return undefined;
    checkTimes(reader);
    const { from, to } = timeRange(reader);
    return { path: file, name: path.basename(file), part, from, to, rows: reader.rows, bytes: reader.bytes, metadata: reader.metadata };
  } finally {
    reader.close();
  }
}

/** `tsEvent` of the first row of a file and the latest in its last row group; the snapshot with which a book's writer opened it is left out, being no event of its own. */
export function eventRange(file: StreamFile): { readonly first: number; readonly last: number } {
  const reader = ParquetReader.open(file.path);
  try {
    const opening = Number(file.metadata.get('arb.opening-rows') ?? 0);
    let before = 0;
    let first = Infinity;
    let last = -Infinity;
    for (let group = 0; group < reader.groups; group++) {
      const rows = reader.groupRows(group);
      const isFirst = before <= opening && opening < before + rows;
      before += rows;
      if (rows === 0 || (!isFirst && before < reader.rows)) continue;
      const events = new Float64Array(rows);
      reader.readColumn(group, 'ts_event', { kind: 'number', out: events });
      if (isFirst) first = events[opening - (before - rows)]!;
      last = events.reduce((latest, event) => Math.max(latest, event), last);
    }
    return { first, last };
  } finally {
    reader.close();
  }
}

/** @throws ArbError `ARB_CATALOG_SCHEMA` where times are not in microseconds */
function checkTimes(reader: ParquetReader): void {
  for (const name of ['ts_event', 'ts_init']) {
    if (reader.columns.get(name)?.meaning !== 'timestamp') {
      throw new ArbError('ARB_CATALOG_SCHEMA', `${reader.path}: a catalog file needs ${name} as TIMESTAMP(MICROS, UTC); convert it with \`arb data import\``, { file: reader.path, column: name });
    }
  }
}

/** First and last `ts_init` by the statistics, or by reading where another tool left them out. */
function timeRange(reader: ParquetReader): { readonly from: number; readonly to: number } {
  let [from, to] = [Infinity, -Infinity];
  for (let group = 0; group < reader.groups; group++) {
    const rows = reader.groupRows(group);
    if (rows === 0) continue;
    const statistics = reader.statistics(group, 'ts_init') ?? readExtremes(reader, group, rows);
    from = Math.min(from, statistics.min);
    to = Math.max(to, statistics.max);
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw new ArbError('ARB_PARQUET_CORRUPT', `${reader.path}: ts_init runs from ${from} to ${to}; the file is damaged, delete it and import that day again`, { file: reader.path });
  }
  return { from, to };
}

function readExtremes(reader: ParquetReader, group: number, rows: number): { min: number; max: number } {
  const times = new Float64Array(rows);
  reader.readColumn(group, 'ts_init', { kind: 'number', out: times });
  return { min: times.reduce((a, b) => Math.min(a, b)), max: times.reduce((a, b) => Math.max(a, b)) };
}
