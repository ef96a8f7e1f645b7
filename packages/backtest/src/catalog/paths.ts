import path from 'node:path';
import { ArbError, formatDate } from '@arb/core';
import type { DataKind } from './chunks.ts';
import { SCHEMAS } from './schemas.ts';

const FILE_NAME = /^(\d{4}(?:-\d{2}-\d{2})?)(?:\.(\d{1,6}))?\.parquet$/;

/**
 * An instrument id as a folder name: everything but `A-Z a-z 0-9 - _ .` as `%HH` of its UTF-8 bytes, a leading dot too.
 *
 * @example escapeId('BTC/USD:USD.BYBIT') // => 'BTC%2FUSD%3AUSD.BYBIT'
 */
export function escapeId(id: string): string {
  let name = '';
  for (const byte of new TextEncoder().encode(id)) {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9_-]/.test(character) || (character === '.' && name !== '');
    name += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return name;
}

/**
 * The instrument id of a folder name.
 *
 * @throws ArbError `ARB_BAD_FOLDER` where no id gives this name
 */
export function unescapeId(name: string): string {
  let id: string | undefined;
  try { id = decodeURIComponent(name); } catch { /* reported below, with what is right */ }
  if (id === undefined || escapeId(id) !== name) throw new ArbError('ARB_BAD_FOLDER', `folder "${name}" is not an escaped instrument id; move it out of the catalog`, { name });
  return id;
}

/** Folder of an instrument's stream. */
export function streamFolder(root: string, kind: DataKind, instrumentId: string): string {
  return path.join(root, kind, escapeId(instrumentId));
}

/** The period a row belongs to, which names its file: `2025-03-01`, or `2025` for kinds of few rows. */
export function periodOf(kind: DataKind, tsInit: number, isYearly = false): string {
  const date = formatDate(tsInit);
  return isYearly || SCHEMAS[kind].isLowRate ? date.slice(0, 4) : date;
}

/** Name of the n-th file of a period: the first has no number. */
export function fileName(period: string, part: number): string {
  return part === 0 ? `${period}.parquet` : `${period}.${part}.parquet`;
}

/** Period and part of a file name; undefined for anything that is not data, unfinished files among them. */
export function parseFileName(name: string): { readonly period: string; readonly part: number } | undefined {
  const match = FILE_NAME.exec(name);
  return match === null ? undefined : { period: match[1]!, part: Number(match[2] ?? 0) };
}

let growing = 0;

/** Where a file of a stream grows until it is complete: no two writers share it, in this process or another. */
export function growingPath(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${growing++}.tmp`);
}

/** Where a small file is written before it gets its name. */
export function temporaryPath(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.tmp`);
}
