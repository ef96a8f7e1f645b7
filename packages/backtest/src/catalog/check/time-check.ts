import { formatTime } from '@arb/core';
import { counted } from '../../counted.ts';
import type { ChunkBase, DataKind } from '../chunks.ts';
import { type Finding, type StreamCheck, Tally } from './finding.ts';
import { LogHistogram } from './log-histogram.ts';

/** A hole noted in the catalog, [from, to). */
export interface KnownGap { readonly from: number; readonly to: number }

/** A silence this many times the 99th percentile of the steps counts as a hole … */
const SILENCE_FACTOR = 20;
/** … if it is at least this long, µs. */
const MIN_SILENCE_US = 10_000_000;
/** Silences listed one by one. */
const MAX_SILENCES = 10_000;

/** Times of a stream in figures. */
export interface TimeFigures {
  readonly messages: number;
  /** Steps between messages and receive delay, ms; 95th, 99th percentile and so on. */
  readonly stepMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Looks at the stamps of a stream of any kind: order, clock, repeated messages, silences that no gap row explains. */
export class TimeCheck implements StreamCheck<ChunkBase> {
  readonly #id: string;
  readonly #kind: DataKind;
  readonly #gaps: readonly KnownGap[];
  readonly #steps = new LogHistogram();
  readonly #delays = new LogHistogram();
  readonly #initBack = new Tally();
  readonly #eventBack = new Tally();
  readonly #early = new Tally();
  readonly #silences: { from: number; to: number }[] = [];
  #worstEarlyUs = 0;
  #lastInit = 0;
  #lastEvent = 0;

  constructor(options: { readonly instrumentId: string; readonly kind: DataKind; readonly gaps: readonly KnownGap[] }) {
    this.#id = options.instrumentId;
    this.#kind = options.kind;
    this.#gaps = options.gaps;
  }

  chunk(chunk: ChunkBase): void {
    for (let row = 0; row < chunk.rows; row++) {
      const init = chunk.tsInit[row]!;
      const event = chunk.tsEvent[row]!;
      if (init === this.#lastInit && event === this.#lastEvent) continue;         // rows of one message
      if (init < this.#lastInit) this.#initBack.add(init);
      if (event < this.#lastEvent) this.#eventBack.add(event);
      if (init < event) { this.#early.add(init); this.#worstEarlyUs = Math.max(this.#worstEarlyUs, event - init); }
      this.#delays.add(Math.max(0, init - event));
      if (this.#lastInit !== 0 && init >= this.#lastInit) this.#step(this.#lastInit, init);
      this.#lastInit = init;
      this.#lastEvent = event;
    }
  }

  get figures(): TimeFigures {
    const ms = (histogram: LogHistogram): TimeFigures['stepMs'] => ({ p50: histogram.quantile(0.5) / 1_000, p99: histogram.quantile(0.99) / 1_000, max: histogram.max / 1_000 });
    return { messages: this.#delays.count, stepMs: ms(this.#steps), delayMs: ms(this.#delays) };
  }

  finish(): readonly Finding[] {
    const base = { instrumentId: this.#id, kind: this.#kind };
    const findings: Finding[] = [];
    const order = (tally: Tally, what: string): void => {
      if (tally.count > 0) findings.push({ ...base, severity: 'error', code: 'ORDER', count: tally.count, firstAt: tally.firstAt, message: `${counted(tally.count, 'row has', 'rows have')} ${what} before that of the row before ${tally.count === 1 ? 'it' : 'them'}: sessions were appended out of order, or replayed` });
    };
    order(this.#initBack, 'a receive time');
    order(this.#eventBack, 'an event time');
    if (this.#early.count > 0) {
      findings.push({
        ...base, severity: 'error', code: 'CLOCK_SKEW', count: this.#early.count, firstAt: this.#early.firstAt,
        message: `${counted(this.#early.count, 'message was received before it was sent', 'messages were received before they were sent')}, by up to ${this.#worstEarlyUs / 1_000} ms: the recorder's clock was behind; import again with one shift`,
      });
    }
    findings.push(...this.#unexplained(base));
    return findings;
  }

  #step(from: number, to: number): void {
    this.#steps.add(to - from);
    if (to - from >= MIN_SILENCE_US && this.#silences.length < MAX_SILENCES) this.#silences.push({ from, to });
  }

  #unexplained(base: { readonly instrumentId: string; readonly kind: DataKind }): Finding[] {
    const limit = Math.max(MIN_SILENCE_US, SILENCE_FACTOR * this.#steps.quantile(0.99));
    const silences = this.#silences.filter(({ from, to }) => to - from >= limit && !this.#gaps.some((gap) => gap.from < to && gap.to > from));
    if (silences.length === 0) return [];
    const longest = silences.reduce((a, b) => b.to - b.from > a.to - a.from ? b : a);
    return [{
      ...base, severity: 'warning', code: 'SILENCE', count: silences.length, firstAt: silences[0]!.from,
      message: `${counted(silences.length, 'silence')} of more than ${limit / 1_000_000} s that no gap row explains, the longest ${(longest.to - longest.from) / 1_000_000} s from ${formatTime(longest.from)}`,
    }];
  }
}
