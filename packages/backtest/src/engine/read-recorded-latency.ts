import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { ArbError, type LatencyConfig, type RecordedRequest, type VenueConfig } from '@arb/core';
import { parse } from 'csv-parse/sync';

const COLUMNS = ['sent_at', 'exchange_at', 'answered_at'] as const;

/** Requests a file may hold: a recording of a day at ten a second fits. */
const MAX_REQUESTS = 1_000_000;

/**
 * A venue's config with the files of recorded latencies read, so that the run and its config hash know what is in them.
 *
 * @param folder that paths are relative to
 * @throws ArbError `ARB_BAD_LATENCY` naming file and line
 */
export function withRecordedLatency<Venue extends VenueConfig>(venue: Venue, folder: string): Venue {
  const latency = venue.simulation?.latency;
  if (latency === undefined) return venue;
  return { ...venue, simulation: { ...venue.simulation, latency: readIn(latency, folder) as LatencyConfig } };
}

/** Replaces every `recorded: 'file'` below a value. */
function readIn(value: unknown, folder: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, key === 'recorded' && typeof item === 'string' ? readFile(item, folder) : readIn(item, folder)]));
}

function readFile(path: string, folder: string): RecordedRequest[] {
  const file = isAbsolute(path) ? path : resolve(folder, path);
  if (!existsSync(file)) throw new ArbError('ARB_BAD_LATENCY', `no file ${file} of recorded latency; check the path, it is relative to the config`, { file });
  const rows = parse(readFileSync(file), { skip_empty_lines: true, relax_column_count: true }) as string[][];
  const header = rows[0] ?? [];
  const positions = COLUMNS.map((name) => header.indexOf(name));
  if (positions.includes(-1)) throw new ArbError('ARB_BAD_LATENCY', `${file}:1: the columns are ${header.join(', ') || 'missing'}; they must hold ${COLUMNS.join(', ')}, times in µs since 1970`, { file });
  if (rows.length - 1 > MAX_REQUESTS) throw new ArbError('ARB_BAD_LATENCY', `${file} holds ${rows.length - 1} requests, more than ${MAX_REQUESTS}; take a shorter part`, { file });
  let before = -Infinity;
  return rows.slice(1).map((cells, index) => {
    const request = readRequest(positions.map((position) => cells[position]), `${file}:${index + 2}`);
    if (request.sentAt < before) throw new ArbError('ARB_BAD_LATENCY', `${file}:${index + 2}: sent_at ${request.sentAt} is before the line above; sort the file by sent_at`, { file });
    before = request.sentAt;
    return request;
  });
}

function readRequest(cells: readonly (string | undefined)[], where: string): RecordedRequest {
  const [sentAt, exchangeAt, answeredAt] = cells.map((cell) => (cell === undefined || cell.trim() === '' ? NaN : Number(cell)));
  const isOrdered = Number.isSafeInteger(sentAt) && Number.isSafeInteger(exchangeAt) && Number.isSafeInteger(answeredAt) && answeredAt! >= sentAt! && (exchangeAt === 0 || (exchangeAt! >= sentAt! && exchangeAt! <= answeredAt!));
  if (!isOrdered) throw new ArbError('ARB_BAD_LATENCY', `${where}: ${cells.join(',')} is no request; write whole µs with sent_at <= exchange_at <= answered_at, exchange_at 0 for one that was lost`, {});
  return { sentAt: sentAt!, exchangeAt: exchangeAt!, answeredAt: answeredAt! };
}
