import type { DataKind } from '../chunks.ts';

/** How bad a finding is: data that a run must not use, data to use with care, a fact to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What the data doctor looks for; docs list what each means. */
export type FindingCode =
  | 'ORDER' | 'CLOCK_SKEW' | 'DUPLICATE' | 'SILENCE' | 'GAPS' | 'UNREADABLE' | 'EMPTY' | 'IMPOSSIBLE'
  | 'CROSSED' | 'LOCKED' | 'ONE_SIDED' | 'NO_SNAPSHOT'
  | 'CONSTANT_SIDE' | 'REPEATED_ID' | 'MISSING_ID'
  | 'BAR_RANGE' | 'BAR_MISSING' | 'MISALIGNED'
  | 'INTERVAL_CHANGE' | 'COVERAGE' | 'STAMP_JITTER' | 'RATE_SIZE' | 'OFF_HOUR';

/** One defect of a stream, or of two streams against each other. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly instrumentId: string;
  readonly kind: DataKind;
  /** Rows, messages or intervals concerned. */
  readonly count: number;
  /** Where it was seen first, µs. */
  readonly firstAt: number | undefined;
  /** What was found and what to do, in one line. */
  readonly message: string;
}

/** Looks at one stream, chunk after chunk. */
export interface StreamCheck<Chunk> {
  chunk(chunk: Chunk): void;
  /** The findings, once the stream has ended. */
  finish(): readonly Finding[];
}

/** Counts how often something was seen, and where first. */
export class Tally {
  count = 0;
  firstAt: number | undefined;

  add(time: number, count = 1): void {
    this.count += count;
    this.firstAt ??= time;
  }
}
