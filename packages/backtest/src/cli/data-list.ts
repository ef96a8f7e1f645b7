import { formatTime, type InstrumentSpec } from '@arb/core';
import { Catalog, type StreamSummary } from '../catalog/catalog.ts';
import type { CatalogSource } from '../catalog/manifest.ts';
import { counted, formatCount } from '../counted.ts';
import { formatBytes, formatTable, shortTime } from './data-output.ts';

/** A stream as `arb data ls --json` gives it; times are ISO 8601, `to` is the last row. */
export interface ListedStream {
  readonly instrumentId: string;
  readonly kind: string;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly files: number;
  readonly gaps: number;
  readonly isSynthetic: boolean;
  readonly sources: readonly string[];
}

/** What `arb data ls --json` gives. */
export interface DataList { readonly path: string; readonly streams: readonly ListedStream[] }

const listed = (stream: StreamSummary): ListedStream => ({
  instrumentId: stream.instrumentId, kind: stream.kind, rows: stream.rows, from: formatTime(stream.from), to: formatTime(stream.to), bytes: stream.bytes, files: stream.files, gaps: stream.gaps,
  isSynthetic: stream.isSynthetic, sources: stream.sources,
});

const byInstrument = (a: StreamSummary, b: StreamSummary): number => a.instrumentId < b.instrumentId ? -1 : a.instrumentId > b.instrumentId ? 1 : 0;

/**
 * Instruments and kinds of a catalog.
 *
 * @throws ArbError `ARB_NOT_A_CATALOG`
 */
export async function listData(path: string): Promise<DataList> {
  const summary = (await Catalog.open(path)).describe();
  return { path, streams: [...summary.streams].sort(byInstrument).map(listed) };
}

/** The list as a table with a line of totals. */
export function formatDataList(list: DataList): string {
  if (list.streams.length === 0) return `${list.path} holds no data yet; see arb data import --help\n`;
  const rows = list.streams.map((stream) => [
    stream.instrumentId, stream.kind, formatCount(stream.rows), shortIso(stream.from), shortIso(stream.to), formatBytes(stream.bytes), stream.gaps === 0 ? '' : stream.gaps, stream.isSynthetic ? 'synthetic' : '',
  ]);
  const total = list.streams.reduce((sum, stream) => ({ rows: sum.rows + stream.rows, bytes: sum.bytes + stream.bytes }), { rows: 0, bytes: 0 });
  const table = formatTable(['instrument', 'kind', '>rows', 'from', 'to (UTC)', '>size', '>gaps', ''], rows);
  return `${table}\n${counted(list.streams.length, 'stream')}, ${counted(total.rows, 'row')}, ${formatBytes(total.bytes)}\n`;
}

const shortIso = (text: string): string => text.slice(0, 19).replace('T', ' ').replace('Z', '');

/** What `arb data describe --json` gives. */
export interface DataDescription extends DataList {
  readonly sources: readonly CatalogSource[];
  readonly instruments: readonly { readonly spec: InstrumentSpec; readonly validFrom: string }[];
  readonly files: readonly { readonly instrumentId: string; readonly kind: string; readonly name: string; readonly rows: number; readonly source: string; readonly sourceSha256: string | undefined; readonly clockShiftUs: number }[];
}

/**
 * All that a catalog says about itself, of all instruments or of one: sources and licences, instruments and grids, files with their metadata.
 *
 * @throws ArbError `ARB_NOT_A_CATALOG`, `ARB_UNKNOWN_INSTRUMENT`
 */
export async function describeData(path: string, instrumentId?: string): Promise<DataDescription> {
  const catalog = await Catalog.open(path);
  if (instrumentId !== undefined) catalog.instrument(instrumentId);
  const summary = catalog.describe();
  const isWanted = (id: string): boolean => instrumentId === undefined || id === instrumentId;
  const streams = [...summary.streams].filter((stream) => isWanted(stream.instrumentId)).sort(byInstrument);
  return {
    path, sources: summary.sources.filter(({ name }) => instrumentId === undefined || streams.some(({ sources }) => sources.includes(name))), streams: streams.map(listed),
    instruments: summary.instruments.filter(({ spec }) => isWanted(spec.id)).map(({ spec, validFrom }) => ({ spec, validFrom: formatTime(validFrom) })),
    files: streams.flatMap(({ instrumentId: id, kind }) => catalog.files(kind, id).map((file) => ({
      instrumentId: id, kind, name: file.name, rows: file.rows, source: file.metadata.get('arb.source') ?? 'unknown', sourceSha256: file.metadata.get('arb.sha256-of-source'), clockShiftUs: Number(file.metadata.get('arb.clock-shift-us') ?? 0),
    }))),
  };
}

/** The description for people. */
export function formatDescription(description: DataDescription): string {
  const { sources, instruments, files } = description;
  const shifts = [...new Map(files.filter(({ clockShiftUs }) => clockShiftUs !== 0).map((file) => [`${file.instrumentId} ${file.clockShiftUs}`, file])).values()];
  const specs = instruments.map(({ spec, validFrom }) => [
    spec.id, spec.kind + (spec.isInverse === true ? ', inverse' : ''), `${spec.base}/${spec.quote}`, spec.settle, spec.priceIncrement, spec.sizeIncrement, spec.multiplier ?? '1', shortTime(Date.parse(validFrom) * 1_000).slice(0, 10),
  ]);
  return [
    'Sources\n', formatTable(['name', 'licence', 'where', ''], sources.map(({ name, licence, url, isSynthetic }) => [name, licence, url ?? '', isSynthetic ? 'synthetic' : 'recorded'])),
    '\nInstruments\n', formatTable(['id', 'kind', 'pair', 'settles in', '>price step', '>size step', '>multiplier', 'record since'], specs),
    '\nStreams\n', formatDataList(description),
    ...(shifts.length === 0 ? [] : ['\nClock shifts\n', ...shifts.map(({ instrumentId, clockShiftUs }) => `  ${instrumentId}: the recorder was ${-clockShiftUs / 1_000} ms behind; corrected by one constant\n`)]),
  ].join('');
}
