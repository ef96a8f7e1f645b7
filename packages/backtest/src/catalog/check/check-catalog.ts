import { ArbError, formatTime, Instrument, isArbError } from '@arb/core';
import type { Catalog } from '../catalog.ts';
import { counted } from '../../counted.ts';
import type { ChunkBase, ChunkOf, DataKind } from '../chunks.ts';
import { checkAlignment, CloseCollector, type Closes } from './alignment-check.ts';
import { BarCheck } from './bar-check.ts';
import { BookCheck } from './book-check.ts';
import { FaultCheck } from './fault-check.ts';
import type { Finding, StreamCheck } from './finding.ts';
import { FundingCheck, type FundingFigures } from './funding-check.ts';
import { QuoteCheck } from './quote-check.ts';
import { type KnownGap, TimeCheck, type TimeFigures } from './time-check.ts';
import { TradeCheck } from './trade-check.ts';

/** What to look at. */
export interface CheckOptions {
  readonly instrumentIds?: readonly string[];
  readonly kinds?: readonly DataKind[];
  /** Share of the rows read, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** One stream in figures. */
export interface CheckedStream {
  readonly instrumentId: string;
  readonly kind: DataKind;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  /** Holes noted in the catalog and their total, s. */
  readonly gaps: number;
  readonly gapSeconds: number;
  readonly time: TimeFigures;
  readonly funding: FundingFigures | undefined;
}

/** What the data doctor found. */
export interface CheckReport {
  readonly path: string;
  readonly streams: readonly CheckedStream[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** True where no finding is an error. */
  readonly isUsable: boolean;
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/**
 * The data doctor: reads every stream once and reports order, impossible values, duplicates, crossed and locked books, gaps and silences, clock skew, constant sides, interval
 * changes, coverage, and bars of two venues whose times do not fit. It changes nothing.
 *
 * @throws ArbError `ARB_USAGE_NO_DATA` where nothing matches what was asked for
 */
export async function checkCatalog(catalog: Catalog, options: CheckOptions = {}): Promise<CheckReport> {
  const wanted = catalog.describe().streams.filter(({ instrumentId, kind }) => (options.instrumentIds?.includes(instrumentId) ?? true) && (options.kinds?.includes(kind) ?? true));
  if (wanted.length === 0) throw new ArbError('ARB_USAGE_NO_DATA', `${catalog.path} holds nothing of what was asked for; see arb data ls ${catalog.path}`, {});
  const total = wanted.reduce((sum, { rows }) => sum + rows, 0);
  const streams: CheckedStream[] = [];
  const findings: Finding[] = [];
  const closes: Closes[] = [];
  let done = 0;
  for (const { instrumentId, kind, rows, from, to } of wanted) {
    const gaps = kind === 'gap' ? [] : readGaps(catalog, instrumentId, kind);
    const time = new TimeCheck({ instrumentId, kind, gaps });
    const own = ownCheck(kind, instrumentId);
    const faults = new FaultCheck(instrumentId, kind);
    const collector = kind === 'bar' ? new CloseCollector(new Instrument(catalog.instrument(instrumentId))) : undefined;
    try {
      for await (const chunk of catalog.read({ instrumentId, kind, withIds: true, onFault: (fault) => { faults.fault(fault); } })) {
        time.chunk(chunk);
        own?.chunk(chunk);
        collector?.chunk(chunk as ChunkOf['bar']);
        done += chunk.rows;
        options.onProgress?.(Math.min(1, done / total));
      }
    } catch (error) {
      if (!isArbError(error)) throw error;
      findings.push({ severity: 'error', code: error.code === 'ARB_ROW_ORDER' ? 'ORDER' : 'UNREADABLE', instrumentId, kind, count: 1, firstAt: undefined, message: error.message });
    }
    findings.push(...time.finish(), ...faults.finish(), ...own?.finish() ?? [], ...gapFinding(instrumentId, kind, gaps));
    if (collector !== undefined) closes.push(collector.closes);
    const gapSeconds = gaps.reduce((sum, gap) => sum + (gap.to - gap.from), 0) / 1_000_000;
    streams.push({ instrumentId, kind, rows, from, to, gaps: gaps.length, gapSeconds, time: time.figures, funding: own instanceof FundingCheck ? own.figures : undefined });
  }
  findings.push(...checkAlignment(closes));
  findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  return { path: catalog.path, streams, findings, isUsable: !findings.some(({ severity }) => severity === 'error') };
}

function ownCheck(kind: DataKind, instrumentId: string): (StreamCheck<ChunkBase>) | undefined {
  const check = kind === 'book' ? new BookCheck(instrumentId)
    : kind === 'trade' ? new TradeCheck(instrumentId)
      : kind === 'quote' ? new QuoteCheck(instrumentId)
        : kind === 'bar' ? new BarCheck(instrumentId)
          : kind === 'funding' ? new FundingCheck(instrumentId) : undefined;
  return check as StreamCheck<ChunkBase> | undefined;
}

function readGaps(catalog: Catalog, instrumentId: string, kind: DataKind): KnownGap[] {
  const gaps: KnownGap[] = [];
  if (catalog.files('gap', instrumentId).length === 0) return gaps;
  for (const chunk of catalog.readSync({ instrumentId, kind: 'gap' })) {
    for (let row = 0; row < chunk.rows; row++) if (chunk.stream[row] === kind) gaps.push({ from: chunk.from[row]!, to: chunk.to[row]! });
  }
  return gaps;
}

function gapFinding(instrumentId: string, kind: DataKind, gaps: readonly KnownGap[]): Finding[] {
  if (gaps.length === 0) return [];
  const longest = gaps.reduce((a, b) => b.to - b.from > a.to - a.from ? b : a);
  const hours = (longest.to - longest.from) / 3_600_000_000;
  const length = hours >= 2 ? `${Math.round(hours)} h` : `${(hours * 3_600).toFixed(1)} s`;
  return [{ severity: 'info', code: 'GAPS', instrumentId, kind, count: gaps.length, firstAt: gaps[0]!.from, message: `${counted(gaps.length, 'hole is', 'holes are')} noted, the longest ${length} from ${formatTime(longest.from)}` }];
}
